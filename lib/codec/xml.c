/*
 * Over libxml2's push parser.  What it reports of a piece of the document is
 * put in a queue, and asked for from there; no tree is made.
 */
#include "codec/xml.h"

#include <libxml/SAX2.h>
#include <libxml/parser.h>
#include <libxml/parserInternals.h>

#include <stdlib.h>
#include <string.h>

#include "codec/charset.h"
#include "codec/xml_parts.h"

#define CHUNK 4096
#define BLANKS " \t\r\n"

/* An event; where its texts begin in the pool. */
struct item {
	enum cao_xml_kind kind;
	unsigned line;
	size_t name, text;
};

struct cao_xml {
	char *file;
	struct cao_buf decoded; /* from GB18030; else empty */
	const char *next, *end;
	xmlParserCtxtPtr parser;
	size_t fed; /* octets */

	struct item *queue;
	size_t count, cap, told;
	struct cao_buf pool;

	struct cao_buf text; /* of the element that is open */
	bool leaf;           /* no element in it so far */
	unsigned depth, elements;

	enum cao_status status; /* behind what is queued */
	struct cao_error err;
};

/* Keep the first failure, and let the parser go no further. */
static void
stop(struct cao_xml *x, unsigned line, unsigned column)
{
	x->status = x->err.status;
	cao_error_place(&x->err, x->file, line, column, "");
	if (x->parser != NULL)
		xmlStopParser(x->parser);
}

static unsigned
line_of(const struct cao_xml *x)
{
	return (unsigned)xmlSAX2GetLineNumber(x->parser);
}

/* Put a text into the pool; where it begins. */
static size_t
put(struct cao_xml *x, const void *text, size_t len)
{
	size_t at = x->pool.len;

	cao_buf_add(&x->pool, text, len);
	cao_buf_putc(&x->pool, '\0');
	return at;
}

static void
queue(struct cao_xml *x, enum cao_xml_kind kind, const char *name, size_t text)
{
	size_t cap = x->cap == 0 ? 64 : 2 * x->cap;
	struct item *items = x->queue;

	if (x->count == x->cap) {
		if ((items = realloc(items, cap * sizeof *items)) == NULL) {
			cao_fail_memory(&x->err);
			stop(x, 0, 0);
			return;
		}
		x->queue = items;
		x->cap = cap;
	}
	items[x->count++] = (struct item){ .kind = kind,
		.line = line_of(x),
		.name = put(x, name, strlen(name)),
		.text = text };
}

static const char *
octets(const xmlChar *text)
{
	return (const char *)text;
}

/* Five pointers an attribute: name, prefix, namespace, value and its end. */
static size_t
put_attributes(struct cao_xml *x, int count, const xmlChar *const *five)
{
	size_t at = x->pool.len;
	int i;

	for (i = 0; i < count; i++, five += 5) {
		(void)put(x, five[0], strlen(octets(five[0])));
		(void)put(x, five[3], (size_t)(five[4] - five[3]));
	}
	(void)put(x, "", 0);
	return at;
}

static void
on_start(void *arg, const xmlChar *name, const xmlChar *prefix,
    const xmlChar *uri, int nspaces, const xmlChar **spaces, int nattributes,
    int ndefault, const xmlChar **attributes)
{
	struct cao_xml *x = arg;

	(void)prefix, (void)uri, (void)nspaces, (void)spaces, (void)ndefault;
	if (x->status != CAO_OK)
		return;
	cao_buf_clear(&x->text);
	x->leaf = true;
	if (++x->depth > CAO_XML_DEPTH_MAX)
		cao_fail(&x->err, CAO_INPUT, "more than %d elements deep",
		    CAO_XML_DEPTH_MAX);
	else if (++x->elements > CAO_XML_ELEMENTS_MAX)
		cao_fail(&x->err, CAO_INPUT, "more than %u elements",
		    CAO_XML_ELEMENTS_MAX);
	else if (nattributes > CAO_XML_ATTRIBUTES_MAX)
		cao_fail(&x->err, CAO_INPUT,
		    "an element of more than %d attributes",
		    CAO_XML_ATTRIBUTES_MAX);
	else {
		queue(x, CAO_XML_START, octets(name),
		    put_attributes(
			x, nattributes, (const xmlChar *const *)attributes));
		return;
	}
	stop(x, line_of(x), 0);
}

/* What stands between blanks. */
static size_t
put_trimmed(struct cao_xml *x)
{
	const char *text = cao_buf_text(&x->text);
	size_t len = x->text.len, skip = strspn(text, BLANKS);

	while (len > skip && strchr(BLANKS, text[len - 1]) != NULL)
		len--;
	return put(x, text + skip, len - skip);
}

static void
on_end(
    void *arg, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
	struct cao_xml *x = arg;

	(void)prefix, (void)uri;
	if (x->status != CAO_OK)
		return;
	if (!x->leaf)
		cao_buf_clear(&x->text);
	queue(x, CAO_XML_END, octets(name), put_trimmed(x));
	x->leaf = false;
	x->depth--;
}

static void
on_text(void *arg, const xmlChar *text, int len)
{
	struct cao_xml *x = arg;

	if (x->status != CAO_OK || !x->leaf)
		return;
	if ((size_t)len > CAO_XML_TEXT_MAX - x->text.len) {
		cao_fail(&x->err, CAO_INPUT,
		    "more than %d octets of text in one element",
		    CAO_XML_TEXT_MAX);
		stop(x, line_of(x), 0);
		return;
	}
	cao_buf_add(&x->text, text, (size_t)len);
}

static void
on_error(void *arg, xmlErrorPtr error)
{
	struct cao_xml *x = arg;
	const char *text = error->message != NULL ? error->message : "";

	if (x->status != CAO_OK || error->level < XML_ERR_ERROR)
		return;
	if (error->code == XML_ERR_NO_MEMORY)
		cao_fail_memory(&x->err);
	else if (error->code == XML_ERR_DOCUMENT_END &&
	    (x->depth > 0 || x->elements == 0))
		cao_fail(&x->err, CAO_INPUT,
		    "not well-formed XML: it ends inside an element, is it cut "
		    "off?");
	else
		cao_fail(&x->err, CAO_INPUT, "not well-formed XML: %.*s",
		    (int)strcspn(text, "\r\n"), text);
	stop(x, (unsigned)error->line, (unsigned)error->int2);
}

static enum cao_status
open_parser(struct cao_xml *x, struct cao_error *err)
{
	xmlSAXHandler sax = { .initialized = XML_SAX2_MAGIC,
		.startElementNs = on_start,
		.endElementNs = on_end,
		.characters = on_text,
		.ignorableWhitespace = on_text,
		.cdataBlock = on_text,
		.serror = on_error };

	x->parser = xmlCreatePushParserCtxt(&sax, x, NULL, 0, NULL);
	if (x->parser == NULL)
		return cao_fail_memory(err);
	xmlCtxtUseOptions(x->parser, XML_PARSE_NONET | XML_PARSE_IGNORE_ENC);
	return CAO_OK;
}

enum cao_status
cao_xml_open(const char *name, const void *data, size_t len,
    struct cao_xml **ret, struct cao_error *err)
{
	size_t bom = cao_charset_bom(data, len);
	enum cao_status st = CAO_SYSTEM;
	struct cao_xml *x;

	if ((x = calloc(1, sizeof *x)) == NULL ||
	    (x->file = strdup(name)) == NULL) {
		cao_fail_memory(err);
		goto out;
	}
	x->next = (const char *)data + bom;
	x->end = x->next + len - bom;
	if ((st = cao_charset_check(name, data, len, err)) != CAO_OK ||
	    (st = cao_xml_prolog(name, &x->next, &x->end, &x->decoded, err)) !=
		CAO_OK ||
	    (st = open_parser(x, err)) != CAO_OK)
		goto out;
	*ret = x, x = NULL;
out:
	cao_xml_close(x);
	return st;
}

void
cao_xml_close(struct cao_xml *x)
{
	if (x == NULL)
		return;
	xmlFreeParserCtxt(x->parser);
	cao_buf_free(&x->decoded);
	cao_buf_free(&x->pool);
	cao_buf_free(&x->text);
	free(x->queue);
	free(x->file);
	free(x);
}

/* Show the parser the next piece. */
static void
feed(struct cao_xml *x)
{
	size_t left = (size_t)(x->end - x->next);
	int n = left < CHUNK ? (int)left : CHUNK;
	long consumed;

	x->count = x->told = 0;
	cao_buf_clear(&x->pool);
	(void)xmlParseChunk(x->parser, x->next, n, n == 0);
	x->next += n;
	x->fed += (size_t)n;
	if (x->status == CAO_OK &&
	    (!cao_buf_ok(&x->pool) || !cao_buf_ok(&x->text))) {
		cao_fail_memory(&x->err);
		stop(x, 0, 0);
		x->count = 0; /* their texts may be missing */
	}
	if (x->status == CAO_OK && !x->parser->wellFormed) {
		cao_fail(&x->err, CAO_INPUT, "not well-formed XML");
		stop(x, line_of(x), 0);
	}
	consumed = xmlByteConsumed(x->parser);
	if (x->status == CAO_OK && n > 0 && consumed >= 0 &&
	    x->fed - (size_t)consumed > CAO_XML_TAG_MAX) {
		cao_fail(&x->err, CAO_INPUT,
		    "a tag or comment of more than %d octets", CAO_XML_TAG_MAX);
		stop(x, line_of(x), 0);
	}
	if (x->status == CAO_OK && n == 0)
		queue(x, CAO_XML_DONE, "", put(x, "", 0));
}

enum cao_status
cao_xml_next(
    struct cao_xml *x, struct cao_xml_event *ret, struct cao_error *err)
{
	const struct item *item;
	const char *text;

	while (x->told == x->count && x->status == CAO_OK)
		feed(x);
	if (x->told == x->count) {
		*err = x->err;
		return x->status;
	}
	item = &x->queue[x->told];
	x->told += item->kind != CAO_XML_DONE;
	text = (const char *)x->pool.data + item->text;
	*ret = (struct cao_xml_event){ .kind = item->kind,
		.line = item->line,
		.name = (const char *)x->pool.data + item->name,
		.text = item->kind == CAO_XML_END ? text : "",
		.attributes = item->kind == CAO_XML_START ? text : "" };
	return CAO_OK;
}

const char *
cao_xml_attribute(const struct cao_xml_event *event, const char *name)
{
	const char *p = event->attributes, *value;

	while (*p != '\0') {
		value = p + strlen(p) + 1;
		if (strcmp(p, name) == 0)
			return value;
		p = value + strlen(value) + 1;
	}
	return NULL;
}
