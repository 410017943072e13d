#include "codec/yaml.h"

#include "base/text.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <yaml.h>

#define CHUNK ((size_t)64 * 1024) /* read at once */
#define BOM "\xef\xbb\xbf"
#define BOM_LEN (sizeof BOM - 1)
#define MARKER_LEN 3 /* of "---" and "..." */
/* Octets that tell whether a line is a marker, however long it is. */
#define MARKER_ROOM (BOM_LEN + MARKER_LEN + 1)

struct cao_yaml {
	char *name;
	int fd;           /* -1: memory */
	const char *data; /* what was read and is not yet used up */
	char *own;        /* data, if it is ours */
	size_t start, end, cap;
	size_t scan;       /* the first line not yet looked at */
	size_t tail;       /* directives that may belong to the next document */
	size_t offset;     /* of start, in the stream */
	unsigned line;     /* of start, from 1 */
	bool started;      /* the encoding was looked at */
	bool eof;          /* nothing more to read */
	bool in_body;      /* past the directives */
	bool content;      /* more than comments, directives and markers */
	bool skipping;     /* the rest of a document that is too large */
	bool mid_line;     /* while skipping: start is no start of a line */
	bool failed;       /* reading did: error */
	const char *alien; /* the encoding that it is not UTF-8 but */
	struct cao_error error;
};

/* Opening and reading. */

enum cao_status
cao_yaml_open(
    const char *name, int fd, struct cao_yaml **ret, struct cao_error *e)
{
	struct cao_yaml *y;

	if ((y = calloc(1, sizeof *y)) == NULL ||
	    (y->name = strdup(name)) == NULL) {
		free(y);
		return cao_fail_memory(e);
	}
	y->fd = fd;
	y->line = 1;
	*ret = y;
	return CAO_OK;
}

enum cao_status
cao_yaml_open_text(const char *name, const char *text, size_t len,
    struct cao_yaml **ret, struct cao_error *e)
{
	enum cao_status st;

	if ((st = cao_yaml_open(name, -1, ret, e)) != CAO_OK)
		return st;
	(*ret)->data = text;
	(*ret)->end = len;
	(*ret)->eof = true;
	return CAO_OK;
}

void
cao_yaml_close(struct cao_yaml *y)
{
	if (y == NULL)
		return;
	free(y->name);
	free(y->own);
	free(y);
}

const char *
cao_yaml_name(const struct cao_yaml *y)
{
	return y->name;
}

/* Room for a chunk behind what is there, which is moved to the front. */
static bool
make_room(struct cao_yaml *y)
{
	char *grown;

	if (y->start > 0) {
		memmove(y->own, y->own + y->start, y->end - y->start);
		y->end -= y->start;
		y->scan -= y->start;
		y->tail -= y->tail != 0 ? y->start : 0;
		y->start = 0;
	}
	if (y->cap - y->end >= CHUNK)
		return true;
	if ((grown = realloc(y->own, y->end * 2 + CHUNK)) == NULL)
		return false;
	y->data = y->own = grown;
	y->cap = y->end * 2 + CHUNK;
	return true;
}

/* Read some more; a failure is kept for cao_yaml_next() to tell. */
static void
read_more(struct cao_yaml *y)
{
	struct pollfd wait = { .fd = y->fd, .events = POLLIN };
	ssize_t n;

	if (!make_room(y)) {
		cao_fail_memory(&y->error);
		y->failed = true;
		return;
	}
	do
		n = read(y->fd, y->own + y->end, y->cap - y->end);
	while (n == -1 && (errno == EAGAIN || errno == EWOULDBLOCK) &&
	    poll(&wait, 1, -1) == 1);
	if (n == -1) {
		if (errno == EINTR)
			cao_fail(&y->error, CAO_AGAIN, "reading interrupted");
		else
			cao_fail_errno(&y->error, "cannot read");
		cao_error_place(&y->error, y->name, 0, 0, "");
		y->failed = true;
		return;
	}
	y->end += (size_t)n;
	y->eof = n == 0;
}

/* Lines and documents. */

/* The line at an offset with its end (LF, CR LF or CR); at the end of the
 * stream whatever is left; 0 if its end has not been read. */
static size_t
line_length(const struct cao_yaml *y, size_t at)
{
	size_t i = at;

	while (i < y->end && y->data[i] != '\n' && y->data[i] != '\r')
		i++;
	if (i == y->end)
		return y->eof ? i - at : 0;
	if (y->data[i] == '\n')
		return i + 1 - at;
	if (i + 1 == y->end)
		return y->eof ? i + 1 - at : 0;
	return i + (y->data[i + 1] == '\n' ? 2 : 1) - at;
}

static bool
is_marker(const char *line, size_t len, const char *marker)
{
	if (len >= BOM_LEN && memcmp(line, BOM, BOM_LEN) == 0)
		line += BOM_LEN, len -= BOM_LEN;
	if (len < MARKER_LEN || memcmp(line, marker, MARKER_LEN) != 0)
		return false;
	return len == MARKER_LEN || strchr(" \t\r\n", line[3]) != NULL;
}

/* Is there nothing but blanks and a comment? */
static bool
is_comment(const char *line, size_t len)
{
	if (len >= BOM_LEN && memcmp(line, BOM, BOM_LEN) == 0)
		line += BOM_LEN, len -= BOM_LEN;
	while (len > 0 && memchr(" \t\r\n", *line, 4) != NULL)
		line++, len--;
	return len == 0 || *line == '#';
}

/* Move start; what stands before it is used up. */
static void
advance(struct cao_yaml *y, size_t to)
{
	size_t i;

	for (i = y->start; i < to; i++)
		y->line += y->data[i] == '\n' ||
		    (y->data[i] == '\r' &&
			!(i + 1 < y->end && y->data[i + 1] == '\n'));
	y->offset += to - y->start;
	y->start = y->scan = to;
	y->tail = 0;
	y->in_body = y->content = false;
}

/* Drop lines up to the next marker; false if it has not been read. */
static bool
skip(struct cao_yaml *y)
{
	size_t len;

	for (;;) {
		len = line_length(y, y->start);
		if (y->mid_line && len == 0) {
			/* A CR stays until it is seen whether LF follows. */
			len = y->end - y->start;
			len -= len > 0 && y->data[y->end - 1] == '\r';
			advance(y, y->start + len);
			return false;
		}
		if (!y->mid_line) {
			if (len == 0 && y->end - y->start < MARKER_ROOM)
				return false;
			len = y->end - y->start;
			if (is_marker(y->data + y->start, len, "---") ||
			    is_marker(y->data + y->start, len, "...")) {
				y->skipping = false;
				return true;
			}
			y->mid_line = true;
			continue;
		}
		advance(y, y->start + len);
		y->mid_line = false;
	}
}

/* What an encoding with wider units looks like at the start, or NULL. */
static const char *
foreign_encoding(const char *s, size_t len)
{
	if (len >= 4 && memcmp(s, "\xff\xfe\0\0", 4) == 0)
		return "UTF-32";
	if (len >= 4 && memcmp(s, "\0\0\xfe\xff", 4) == 0)
		return "UTF-32";
	if (len >= 2 &&
	    (memcmp(s, "\xff\xfe", 2) == 0 || memcmp(s, "\xfe\xff", 2) == 0))
		return "UTF-16";
	if (len >= 4 && s[0] != 0 && s[1] == 0 && s[2] == 0 && s[3] == 0)
		return "UTF-32LE";
	if (len >= 4 && s[0] == 0 && s[1] == 0 && s[2] == 0 && s[3] != 0)
		return "UTF-32BE";
	if (len >= 2 && s[0] != 0 && s[1] == 0)
		return "UTF-16LE";
	if (len >= 2 && s[0] == 0 && s[1] != 0)
		return "UTF-16BE";
	return NULL;
}

/*
 * Look at the next line, of which len octets are there.  True if it ends the
 * document, which then is all before *ret_cut.
 */
static bool
ends_document(struct cao_yaml *y, size_t len, size_t *ret_cut)
{
	const char *line = y->data + y->scan;
	bool bom = len >= BOM_LEN && memcmp(line, BOM, BOM_LEN) == 0;

	/* Files put one behind the other bring their marks along. */
	if (bom && !y->in_body && y->scan > y->start) {
		*ret_cut = y->scan;
		return true;
	}
	if (bom)
		line += BOM_LEN, len -= BOM_LEN;
	if (is_marker(line, len, "---")) {
		if (y->in_body) {
			*ret_cut = y->tail != 0 ? y->tail : y->scan;
			return true;
		}
		y->in_body = true;
		y->content = !is_comment(line + MARKER_LEN, len - MARKER_LEN);
	} else if (is_marker(line, len, "...")) {
		*ret_cut = (size_t)(line - y->data) + len;
		return true;
	} else if (len > 0 && *line != '%' && !is_comment(line, len)) {
		y->in_body = y->content = true;
		y->tail = 0;
	} else if (y->in_body && y->tail == 0 &&
	    (bom || (len > 0 && *line == '%'))) {
		/* Directives behind a document are the next one's, unless
		 * they turn out to be inside a text. */
		y->tail = y->scan;
	}
	return false;
}

enum found { MORE, END, WHOLE, LARGE, ALIEN, FAILED };

/* The end of the document at start. */
static enum found
find_end(struct cao_yaml *y, size_t *ret_cut)
{
	size_t len, room;
	bool known;

	for (;;) {
		len = line_length(y, y->scan);
		room = y->end - y->scan;
		if (len == 0 && y->eof) {
			*ret_cut = y->end;
			return y->content ? WHOLE : END;
		}
		/* Of a marker the first octets do. */
		known = len != 0 ||
		    (y->in_body && room >= MARKER_ROOM &&
			is_marker(y->data + y->scan, room, "---"));
		if (!known)
			return y->end - y->start > CAO_YAML_DOCUMENT_MAX ? LARGE
									 : MORE;
		if (ends_document(y, len != 0 ? len : room, ret_cut))
			return WHOLE;
		if (y->scan + len - y->start > CAO_YAML_DOCUMENT_MAX)
			return LARGE;
		y->scan += len;
	}
}

/* What comes next; WHOLE: a document with something in it, up to *ret_cut. */
static enum found
find(struct cao_yaml *y, size_t *ret_cut)
{
	enum found found;

	if (y->failed)
		return FAILED;
	if (!y->started && y->end < 4 && !y->eof)
		return MORE;
	if (!y->started)
		y->alien = foreign_encoding(y->data, y->end);
	y->started = true;
	if (y->alien != NULL)
		return ALIEN;
	for (;;) {
		if (y->skipping && !skip(y))
			return y->eof && y->start == y->end ? END : MORE;
		found = find_end(y, ret_cut);
		if (found != WHOLE || y->content)
			return found;
		advance(y, *ret_cut);
	}
}

/* Reading one document. */

/* A map or list that is open. */
struct frame {
	struct cao_node *node, **tail;
	size_t count; /* list: elements so far */
	char *key;    /* map: the key whose value comes next, or NULL */
	unsigned key_line, key_column;
	bool key_faulty;
};

struct reading {
	const struct cao_yaml *y;
	const char *text; /* of the document, behind a BOM */
	size_t len, offset;
	unsigned line; /* of text */
	yaml_parser_t parser;
	struct frame frames[CAO_YAML_DEPTH_MAX], *top; /* NULL: outside */
	unsigned depth;
	size_t nodes;
	struct cao_node *root;
	struct cao_faults *faults;
};

/* "user.name" of the value that is being read, or of the key in the map. */
static void
put_path(const struct reading *r, const char *key, struct cao_buf *path)
{
	const struct frame *f;
	const char *part;
	unsigned i;

	for (i = 0; i < r->depth; i++) {
		f = &r->frames[i];
		part = i + 1 < r->depth ? f[1].node->key : key;
		if (f->node->kind == CAO_LIST && f->count > 0)
			cao_buf_printf(path, "[%zu]", f->count);
		else if (part != NULL)
			cao_buf_printf(path, "%s%.*s", path->len ? "." : "",
			    cao_node_shown(part), part);
	}
}

/* A fault at a place, with the path down to key (NULL: of the map). */
static void
add_fault(struct reading *r, struct cao_error *e, unsigned line,
    unsigned column, const char *key)
{
	struct cao_buf path = { 0 };

	put_path(r, key, &path);
	cao_error_place(e, r->y->name, line, column, cao_buf_text(&path));
	cao_faults_add(r->faults, e);
	cao_buf_free(&path);
}

static enum cao_status
no_memory(struct reading *r)
{
	struct cao_error e;

	cao_fail_memory(&e);
	cao_faults_add(r->faults, &e);
	return CAO_SYSTEM;
}

static unsigned
line_of(const struct reading *r, const yaml_mark_t *mark)
{
	return r->line + (unsigned)mark->line;
}

static unsigned
column_of(const yaml_mark_t *mark)
{
	return (unsigned)mark->column + 1;
}

/* The fault of the octet at an offset of the text. */
static void
add_octet_fault(struct reading *r, struct cao_error *e, size_t at)
{
	unsigned line = r->line, column = 1;
	size_t i;

	for (i = 0; i < at; i++) {
		if (r->text[i] == '\n' ||
		    (r->text[i] == '\r' && r->text[i + 1] != '\n'))
			line++, column = 1;
		else if (((unsigned char)r->text[i] & 0xc0) != 0x80)
			column++;
	}
	add_fault(r, e, line, column, NULL);
}

/*
 * Is there a character at p that no document may hold?  libyaml would take
 * U+0085, U+2028 and U+2029 for line ends.
 */
static bool
control_at(const unsigned char *p, unsigned *ret_code)
{
	if ((p[0] < 0x20 && p[0] != '\t' && p[0] != '\n' && p[0] != '\r') ||
	    p[0] == 0x7f)
		*ret_code = p[0];
	else if (p[0] == 0xc2 && p[1] < 0xa0)
		*ret_code = p[1];
	else if (p[0] == 0xe2 && p[1] == 0x80 && (p[2] == 0xa8 || p[2] == 0xa9))
		*ret_code = 0x2000u + (p[2] & 0x3fu);
	else if (p[0] == 0xef && p[1] == 0xbb && p[2] == 0xbf)
		*ret_code = 0xfeff;
	else if (p[0] == 0xef && p[1] == 0xbf && p[2] >= 0xbe)
		*ret_code = 0xffc0u + (p[2] & 0x3fu);
	else
		return false;
	return true;
}

/* "%TAG" at the start of a line: a thousand of them keep libyaml busy. */
static bool
tag_at(const struct reading *r, size_t i)
{
	return r->len - i >= 4 && memcmp(r->text + i, "%TAG", 4) == 0 &&
	    (i == 0 || r->text[i - 1] == '\n' || r->text[i - 1] == '\r');
}

static enum cao_status
check_octets(struct reading *r)
{
	const unsigned char *p = (const unsigned char *)r->text;
	struct cao_error e;
	unsigned code = 0;
	size_t i;

	if ((i = cao_utf8_check(r->text, r->len)) < r->len) {
		cao_fail(&e, CAO_INPUT,
		    "byte %zu is not UTF-8; convert with: iconv -f %s -t UTF-8",
		    r->offset + i + 1,
		    memchr(r->text, '\0', r->len) ? "UTF-16" : "GB18030");
		add_octet_fault(r, &e, i);
		return CAO_INPUT;
	}
	for (i = 0; i < r->len; i++) {
		if (p[i] >= 0x20 && p[i] < 0x7f && p[i] != '%')
			continue;
		if (p[i] == '%' ? tag_at(r, i) : control_at(p + i, &code))
			break;
	}
	if (i == r->len)
		return CAO_OK;
	if (p[i] == '%')
		cao_fail(&e, CAO_INPUT, "%%TAG is not allowed");
	else
		cao_fail(
		    &e, CAO_INPUT, "control character U+%04X; remove it", code);
	add_octet_fault(r, &e, i);
	return CAO_INPUT;
}

/* libyaml's words for the commonest slips, and what helps. */
static const struct {
	const char *theirs, *ours;
} slips[] = {
	{ "mapping values are not allowed in this context",
	    N_("': ' is not allowed here; put a text that holds it in quotes, "
	       "and check the indentation") },
	{ "could not find expected ':'",
	    N_("a key without ': ' behind it; check the indentation") },
	{ "did not find expected key",
	    N_("a key was expected here; check the indentation and quotes") },
	{ "did not find expected '-' indicator",
	    N_("'- ' was expected here; check the indentation") },
	{ "did not find expected ',' or ']'",
	    N_("',' or ']' was expected here") },
	{ "did not find expected ',' or '}'",
	    N_("',' or '}' was expected here") },
	{ "did not find expected alphabetic or numeric character",
	    N_("'*' and '&' cannot begin a text; put it in quotes") },
	{ "found unexpected end of stream", N_("a quote is left open") },
	{ "did not find expected <document start>",
	    N_("text behind the document's end") },
};

/* The character at a mark; NULL at the end. */
static const char *
at_mark(const struct reading *r, const yaml_mark_t *mark)
{
	size_t left = mark->index, i;

	for (i = 0; i < r->len; i++)
		if ((r->text[i] & 0xc0) != 0x80 && left-- == 0)
			return r->text + i;
	return NULL;
}

static const char *
slip(const char *problem)
{
	size_t i;

	for (i = 0; i < sizeof slips / sizeof *slips; i++)
		if (strcmp(problem, slips[i].theirs) == 0)
			return slips[i].ours;
	return NULL;
}

/* What libyaml found wrong, as a fault. */
static enum cao_status
syntax_fault(struct reading *r)
{
	const yaml_parser_t *p = &r->parser;
	const char *problem = p->problem != NULL ? p->problem : "?", *at;
	struct cao_error e;

	if (p->error == YAML_MEMORY_ERROR)
		return no_memory(r);
	at = at_mark(r, &p->problem_mark);
	if (slip(problem) != NULL)
		cao_fail(&e, CAO_INPUT, "%s", _(slip(problem)));
	else if (strstr(problem, "tab character") != NULL ||
	    (at != NULL && *at == '\t'))
		cao_fail(&e, CAO_INPUT, "a tab cannot indent; use blanks");
	else if (strstr(problem, "cannot start any token") != NULL &&
	    at != NULL)
		cao_fail(&e, CAO_INPUT,
		    "'%c' cannot begin a text; put it in quotes", *at);
	else
		cao_fail(&e, CAO_INPUT, "not YAML: %s", problem);
	/* libyaml reads ahead, so the fault may be in another element. */
	if (r->top != NULL)
		r->top->count = 0;
	add_fault(r, &e, line_of(r, &p->problem_mark),
	    column_of(&p->problem_mark), NULL);
	return CAO_INPUT;
}

static void
value_fault(struct reading *r, const struct cao_node *n, const char *text)
{
	struct cao_error e;

	cao_fail(&e, CAO_INPUT, "%s", _(text));
	add_fault(r, &e, n->line, n->column, n->key);
}

/* A fault of a value that gets no node. */
static enum cao_status
event_fault(struct reading *r, const yaml_event_t *ev, struct cao_error *e)
{
	const char *key = NULL;

	if (r->top != NULL) {
		r->top->count++;
		key = r->top->key;
	}
	add_fault(
	    r, e, line_of(r, &ev->start_mark), column_of(&ev->start_mark), key);
	return CAO_INPUT;
}

/* A new node in its place in the tree; the key goes over to it. */
static enum cao_status
add_node(struct reading *r, enum cao_node_kind kind, const yaml_event_t *ev,
    struct cao_node **ret)
{
	struct frame *f = r->top;
	struct cao_error e;
	struct cao_node *n;

	if (++r->nodes > CAO_YAML_NODES_MAX) {
		cao_fail(&e, CAO_INPUT, "more than %d values in a document",
		    CAO_YAML_NODES_MAX);
		return event_fault(r, ev, &e);
	}
	if ((n = calloc(1, sizeof *n)) == NULL)
		return no_memory(r);
	n->kind = kind;
	n->line = line_of(r, &ev->start_mark);
	n->column = column_of(&ev->start_mark);
	if (f == NULL) {
		r->root = n;
	} else {
		n->key = f->key, f->key = NULL;
		n->key_line = f->key_line;
		n->key_column = f->key_column;
		n->faulty = f->key_faulty;
		*f->tail = n;
		f->tail = &n->next;
		f->count++;
	}
	*ret = n;
	return CAO_OK;
}

/* An anchor and a tag are faults, but the value can still be read. */
static void
check_properties(struct reading *r, const struct cao_node *n,
    const yaml_char_t *anchor, const yaml_char_t *tag)
{
	if (anchor != NULL)
		value_fault(r, n,
		    N_("an anchor (&) is not allowed; put a text that begins "
		       "so in quotes"));
	if (tag != NULL && strcmp((const char *)tag, YAML_STR_TAG) != 0)
		value_fault(r, n,
		    N_("a tag (!) other than !!str is not allowed; put a text "
		       "that begins so in quotes"));
}

/* Is the key in order?  If not, the error says why. */
static bool
check_key(struct reading *r, const yaml_event_t *ev, struct cao_error *e)
{
	const char *key = (const char *)ev->data.scalar.value;
	const struct cao_node *n = r->top->node->children;

	if (ev->data.scalar.anchor != NULL || ev->data.scalar.tag != NULL) {
		cao_fail(e, CAO_INPUT, "a key with an anchor (&) or tag (!)");
		return false;
	}
	if (strlen(key) != ev->data.scalar.length ||
	    cao_text_has_control(key)) {
		cao_fail(e, CAO_INPUT, "a key with a control character");
		return false;
	}
	if (strcmp(key, "<<") == 0 && ev->data.scalar.plain_implicit) {
		cao_fail(e, CAO_INPUT,
		    "a merge key (<<) is not allowed; write the fields out");
		return false;
	}
	while (n != NULL && strcmp(n->key, key) != 0)
		n = n->next;
	if (n == NULL)
		return true;
	cao_fail(e, CAO_INPUT,
	    "key '%.*s' twice; the first is on line %u, column %u",
	    cao_node_shown(key), key, n->key_line, n->key_column);
	return false;
}

/* A key, or an alias in its place. */
static enum cao_status
take_key(struct reading *r, const yaml_event_t *ev)
{
	struct frame *f = r->top;
	const char *key = "";
	struct cao_error e;

	f->key_line = line_of(r, &ev->start_mark);
	f->key_column = column_of(&ev->start_mark);
	if (ev->type == YAML_ALIAS_EVENT) {
		cao_fail(&e, CAO_INPUT, "an alias (*) cannot be a key");
		f->key_faulty = true;
	} else {
		f->key_faulty = !check_key(r, ev, &e);
		key = (const char *)ev->data.scalar.value;
		if (cao_text_has_control(key))
			key = "";
	}
	if (f->key_faulty)
		add_fault(r, &e, f->key_line, f->key_column, key);
	return (f->key = strdup(key)) != NULL ? CAO_OK : no_memory(r);
}

/* Does a map wait for a key? */
static bool
wants_key(const struct reading *r)
{
	return r->top != NULL && r->top->node->kind == CAO_MAP &&
	    r->top->key == NULL;
}

static enum cao_status
take_scalar(struct reading *r, const yaml_event_t *ev)
{
	const char *text = (const char *)ev->data.scalar.value;
	size_t len = ev->data.scalar.length;
	struct cao_error e;
	struct cao_node *n;
	enum cao_status st;

	if (wants_key(r))
		return take_key(r, ev);
	if ((st = add_node(r, CAO_SCALAR, ev, &n)) != CAO_OK)
		return st;
	check_properties(r, n, ev->data.scalar.anchor, ev->data.scalar.tag);
	n->quoted = ev->data.scalar.style != YAML_PLAIN_SCALAR_STYLE ||
	    ev->data.scalar.tag != NULL;
	if (len > CAO_YAML_SCALAR_MAX || memchr(text, '\0', len) != NULL) {
		if (len > CAO_YAML_SCALAR_MAX)
			cao_fail(&e, CAO_INPUT, "a value of over %d octets",
			    CAO_YAML_SCALAR_MAX);
		else
			cao_fail(&e, CAO_INPUT, "a NUL character");
		add_fault(r, &e, n->line, n->column, n->key);
		n->faulty = true;
		text = "";
	}
	return (n->text = strdup(text)) != NULL ? CAO_OK : no_memory(r);
}

static enum cao_status
take_alias(struct reading *r, const yaml_event_t *ev)
{
	struct cao_node *n;
	enum cao_status st;

	if (wants_key(r))
		return take_key(r, ev);
	if ((st = add_node(r, CAO_SCALAR, ev, &n)) != CAO_OK)
		return st;
	value_fault(r, n,
	    N_("an alias (*) is not allowed; put a text that begins so in "
	       "quotes"));
	n->faulty = true;
	return (n->text = strdup("")) != NULL ? CAO_OK : no_memory(r);
}

static enum cao_status
open_collection(struct reading *r, enum cao_node_kind kind,
    const yaml_event_t *ev, const yaml_char_t *anchor, const yaml_char_t *tag)
{
	struct cao_error e;
	struct cao_node *n;
	enum cao_status st;

	if (!wants_key(r) && r->depth < CAO_YAML_DEPTH_MAX) {
		if ((st = add_node(r, kind, ev, &n)) != CAO_OK)
			return st;
		check_properties(r, n, anchor, tag);
		r->top = &r->frames[r->depth++];
		*r->top = (struct frame){ .node = n, .tail = &n->children };
		return CAO_OK;
	}
	if (wants_key(r))
		cao_fail(&e, CAO_INPUT,
		    "a key must be a single value; put a text that begins "
		    "with a bracket in quotes");
	else
		cao_fail(&e, CAO_INPUT, "nested more than %d deep",
		    CAO_YAML_DEPTH_MAX);
	return event_fault(r, ev, &e);
}

static enum cao_status
take_event(struct reading *r, const yaml_event_t *ev)
{
	struct cao_error e;

	switch (ev->type) {
	case YAML_SCALAR_EVENT:
		return take_scalar(r, ev);
	case YAML_ALIAS_EVENT:
		return take_alias(r, ev);
	case YAML_MAPPING_START_EVENT:
		return open_collection(r, CAO_MAP, ev,
		    ev->data.mapping_start.anchor, ev->data.mapping_start.tag);
	case YAML_SEQUENCE_START_EVENT:
		return open_collection(r, CAO_LIST, ev,
		    ev->data.sequence_start.anchor,
		    ev->data.sequence_start.tag);
	case YAML_MAPPING_END_EVENT:
	case YAML_SEQUENCE_END_EVENT:
		assert(r->depth > 0);
		r->depth--;
		r->top = r->depth > 0 ? &r->frames[r->depth - 1] : NULL;
		return CAO_OK;
	case YAML_DOCUMENT_START_EVENT:
		if (r->root == NULL)
			return CAO_OK;
		cao_fail(&e, CAO_INPUT, "text behind the document's end");
		return event_fault(r, ev, &e);
	default:
		return CAO_OK;
	}
}

static enum cao_status
take_events(struct reading *r)
{
	enum cao_status st = CAO_OK;
	yaml_event_t ev;
	bool done = false;

	while (!done && st == CAO_OK) {
		if (!yaml_parser_parse(&r->parser, &ev))
			return syntax_fault(r);
		done = ev.type == YAML_STREAM_END_EVENT;
		st = take_event(r, &ev);
		yaml_event_delete(&ev);
	}
	return st;
}

/* The document up to cut; *ret_doc NULL if there is nothing in it. */
static enum cao_status
read_document(const struct cao_yaml *y, size_t cut, struct cao_node **ret_doc,
    struct cao_faults *faults)
{
	struct reading r = { .y = y, .faults = faults, .line = y->line };
	enum cao_status st;
	unsigned i;

	r.text = y->data + y->start;
	r.len = cut - y->start;
	r.offset = y->offset;
	if (r.len >= BOM_LEN && memcmp(r.text, BOM, BOM_LEN) == 0)
		r.text += BOM_LEN, r.len -= BOM_LEN, r.offset += BOM_LEN;
	if ((st = check_octets(&r)) != CAO_OK)
		return st;
	if (!yaml_parser_initialize(&r.parser))
		return no_memory(&r);
	yaml_parser_set_encoding(&r.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(
	    &r.parser, (const unsigned char *)r.text, r.len);
	st = take_events(&r);
	yaml_parser_delete(&r.parser);
	for (i = 0; i < r.depth; i++)
		free(r.frames[i].key);
	if (st == CAO_OK)
		*ret_doc = r.root, r.root = NULL;
	cao_node_free(r.root);
	return st;
}

/* A document that is not even looked at, or the end of the stream. */
static enum cao_status
refuse(struct cao_yaml *y, enum found found, struct cao_faults *faults)
{
	struct cao_error e = y->error;

	if (found == LARGE) {
		cao_fail(&e, CAO_INPUT,
		    "a document of over %d octets; divide it with '---' lines",
		    CAO_YAML_DOCUMENT_MAX);
		cao_error_place(&e, y->name, y->line, 1, "");
		advance(y, y->scan);
		y->skipping = y->mid_line = true;
	} else {
		if (found == ALIEN) {
			cao_fail(&e, CAO_INPUT,
			    "not UTF-8; convert with: iconv -f %s -t UTF-8",
			    y->alien);
			cao_error_place(&e, y->name, 1, 1, "");
		}
		y->failed = false;
		y->alien = NULL;
		y->eof = true;
		advance(y, y->end);
	}
	cao_faults_add(faults, &e);
	return e.status;
}

enum cao_status
cao_yaml_next(
    struct cao_yaml *y, struct cao_node **ret_doc, struct cao_faults *faults)
{
	struct cao_node *doc = NULL;
	enum cao_status st;
	enum found found;
	size_t cut = 0;

	for (;;) {
		while ((found = find(y, &cut)) == MORE)
			read_more(y);
		if (found == END) {
			*ret_doc = NULL;
			return CAO_OK;
		}
		if (found != WHOLE)
			return refuse(y, found, faults);
		st = read_document(y, cut, &doc, faults);
		advance(y, cut);
		if (st == CAO_OK)
			*ret_doc = doc;
		if (st != CAO_OK || doc != NULL)
			return st;
	}
}

bool
cao_yaml_ready(struct cao_yaml *y)
{
	struct pollfd now = { .fd = y->fd, .events = POLLIN };
	size_t reads = CAO_YAML_DOCUMENT_MAX / CHUNK + 2, cut;

	/* Bounded, lest a fast writer keep us here. */
	while (find(y, &cut) == MORE) {
		if (reads-- == 0 || poll(&now, 1, 0) != 1)
			return false;
		read_more(y);
	}
	return true;
}
