/* One document as a tree of nodes, from the events of libyaml. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "codec/yaml_parts.h"

static void
value_fault(
    struct cao_yaml_reading *r, const struct cao_node *n, const char *text)
{
	struct cao_error e;

	cao_fail(&e, CAO_INPUT, "%s", _(text));
	cao_yaml_fault(r, &e, n->line, n->column, n->key);
}

/* A fault of a value that gets no node. */
static enum cao_status
event_fault(
    struct cao_yaml_reading *r, const yaml_event_t *ev, struct cao_error *e)
{
	const char *key = NULL;

	if (r->top != NULL) {
		r->top->count++;
		key = r->top->key;
	}
	cao_yaml_fault(r, e, cao_yaml_line(r, &ev->start_mark),
	    cao_yaml_column(&ev->start_mark), key);
	return CAO_INPUT;
}

/* A new node in its place in the tree; the key goes over to it. */
static enum cao_status
add_node(struct cao_yaml_reading *r, enum cao_node_kind kind,
    const yaml_event_t *ev, struct cao_node **ret)
{
	struct cao_yaml_frame *f = r->top;
	struct cao_error e;
	struct cao_node *n;

	if (++r->nodes > CAO_YAML_NODES_MAX) {
		cao_fail(&e, CAO_INPUT, "more than %d values in a document",
		    CAO_YAML_NODES_MAX);
		return event_fault(r, ev, &e);
	}
	if ((n = calloc(1, sizeof *n)) == NULL)
		return cao_yaml_memory(r);
	n->kind = kind;
	n->line = cao_yaml_line(r, &ev->start_mark);
	n->column = cao_yaml_column(&ev->start_mark);
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
check_properties(struct cao_yaml_reading *r, const struct cao_node *n,
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
check_key(
    struct cao_yaml_reading *r, const yaml_event_t *ev, struct cao_error *e)
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
take_key(struct cao_yaml_reading *r, const yaml_event_t *ev)
{
	struct cao_yaml_frame *f = r->top;
	const char *key = "";
	struct cao_error e;

	f->key_line = cao_yaml_line(r, &ev->start_mark);
	f->key_column = cao_yaml_column(&ev->start_mark);
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
		cao_yaml_fault(r, &e, f->key_line, f->key_column, key);
	return (f->key = strdup(key)) != NULL ? CAO_OK : cao_yaml_memory(r);
}

/* Does a map wait for a key? */
static bool
wants_key(const struct cao_yaml_reading *r)
{
	return r->top != NULL && r->top->node->kind == CAO_MAP &&
	    r->top->key == NULL;
}

static enum cao_status
take_scalar(struct cao_yaml_reading *r, const yaml_event_t *ev)
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
		cao_yaml_fault(r, &e, n->line, n->column, n->key);
		n->faulty = true;
		text = "";
	}
	return (n->text = strdup(text)) != NULL ? CAO_OK : cao_yaml_memory(r);
}

static enum cao_status
take_alias(struct cao_yaml_reading *r, const yaml_event_t *ev)
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
	return (n->text = strdup("")) != NULL ? CAO_OK : cao_yaml_memory(r);
}

static enum cao_status
open_collection(struct cao_yaml_reading *r, enum cao_node_kind kind,
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
		*r->top =
		    (struct cao_yaml_frame){ .node = n, .tail = &n->children };
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
take_event(struct cao_yaml_reading *r, const yaml_event_t *ev)
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
take_events(struct cao_yaml_reading *r)
{
	enum cao_status st = CAO_OK;
	yaml_event_t ev;
	bool done = false;

	while (!done && st == CAO_OK) {
		if (!yaml_parser_parse(&r->parser, &ev))
			return cao_yaml_syntax(r);
		done = ev.type == YAML_STREAM_END_EVENT;
		st = take_event(r, &ev);
		yaml_event_delete(&ev);
	}
	return st;
}

enum cao_status
cao_yaml_document(const char *name, const char *text, size_t len, size_t offset,
    unsigned line, struct cao_node **ret_doc, struct cao_faults *faults)
{
	struct cao_yaml_reading r = { .name = name,
		.text = text,
		.len = len,
		.offset = offset,
		.line = line,
		.faults = faults };
	enum cao_status st;
	unsigned i;

	if ((st = cao_yaml_octets(&r)) != CAO_OK)
		return st;
	if (!yaml_parser_initialize(&r.parser))
		return cao_yaml_memory(&r);
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
