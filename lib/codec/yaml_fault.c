/* What is wrong with a document, in words and with its place. */
#include <string.h>

#include "base/text.h"
#include "codec/yaml_parts.h"

/* "user.name" of the value that is being read, or of the key in the map. */
static void
put_path(
    const struct cao_yaml_reading *r, const char *key, struct cao_buf *path)
{
	const struct cao_yaml_frame *f;
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

void
cao_yaml_fault(struct cao_yaml_reading *r, struct cao_error *e, unsigned line,
    unsigned column, const char *key)
{
	struct cao_buf path = { 0 };

	put_path(r, key, &path);
	cao_error_place(e, r->name, line, column, cao_buf_text(&path));
	cao_faults_add(r->faults, e);
	cao_buf_free(&path);
}

enum cao_status
cao_yaml_memory(struct cao_yaml_reading *r)
{
	struct cao_error e;

	cao_fail_memory(&e);
	cao_faults_add(r->faults, &e);
	return CAO_SYSTEM;
}

unsigned
cao_yaml_line(const struct cao_yaml_reading *r, const yaml_mark_t *mark)
{
	return r->line + (unsigned)mark->line;
}

unsigned
cao_yaml_column(const yaml_mark_t *mark)
{
	return (unsigned)mark->column + 1;
}

/* The fault of the octet at an offset of the text. */
static void
add_octet_fault(struct cao_yaml_reading *r, struct cao_error *e, size_t at)
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
	cao_yaml_fault(r, e, line, column, NULL);
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
tag_at(const struct cao_yaml_reading *r, size_t i)
{
	return r->len - i >= 4 && memcmp(r->text + i, "%TAG", 4) == 0 &&
	    (i == 0 || r->text[i - 1] == '\n' || r->text[i - 1] == '\r');
}

enum cao_status
cao_yaml_octets(struct cao_yaml_reading *r)
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
at_mark(const struct cao_yaml_reading *r, const yaml_mark_t *mark)
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

enum cao_status
cao_yaml_syntax(struct cao_yaml_reading *r)
{
	const yaml_parser_t *p = &r->parser;
	const char *problem = p->problem != NULL ? p->problem : "?", *at;
	struct cao_error e;

	if (p->error == YAML_MEMORY_ERROR)
		return cao_yaml_memory(r);
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
	cao_yaml_fault(r, &e, cao_yaml_line(r, &p->problem_mark),
	    cao_yaml_column(&p->problem_mark), NULL);
	return CAO_INPUT;
}
