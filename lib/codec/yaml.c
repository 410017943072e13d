/* A stream of YAML, cut into documents. */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "codec/yaml_parts.h"

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

/* The document up to cut, behind a BOM. */
static enum cao_status
read_document(const struct cao_yaml *y, size_t cut, struct cao_node **ret_doc,
    struct cao_faults *faults)
{
	const char *text = y->data + y->start;
	size_t len = cut - y->start, bom = 0;

	if (len >= BOM_LEN && memcmp(text, BOM, BOM_LEN) == 0)
		bom = BOM_LEN;
	return cao_yaml_document(y->name, text + bom, len - bom,
	    y->offset + bom, y->line, ret_doc, faults);
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
