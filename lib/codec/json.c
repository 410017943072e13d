#include "codec/json.h"

#include "base/text.h"
#include "base/time.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

/* Writer. */

/* Valid UTF-8, with what a string cannot hold escaped. */
static void
put_escaped(struct cao_buf *out, const char *text, size_t len)
{
	static const char shorts[] = "\b\f\n\r\t\"\\", letters[] = "bfnrt\"\\";
	size_t i, from = 0;
	const char *s;

	for (i = 0; i < len; i++) {
		if ((unsigned char)text[i] >= 0x20 && text[i] != '"' &&
		    text[i] != '\\')
			continue;
		cao_buf_add(out, text + from, i - from);
		from = i + 1;
		if ((s = memchr(shorts, text[i], sizeof shorts - 1)) != NULL)
			cao_buf_printf(out, "\\%c", letters[s - shorts]);
		else
			cao_buf_printf(
			    out, "\\u%04x", (unsigned)(unsigned char)text[i]);
	}
	cao_buf_add(out, text + from, len - from);
}

static void
put_string(struct cao_buf *out, const char *text)
{
	size_t left = strlen(text), good;

	cao_buf_putc(out, '"');
	while ((good = cao_utf8_check(text, left)) < left) {
		put_escaped(out, text, good);
		cao_buf_puts(out, "\xef\xbf\xbd");
		text += good + 1;
		left -= good + 1;
	}
	put_escaped(out, text, left);
	cao_buf_putc(out, '"');
}

/* What stands before a value: the comma and the key. */
static void
lead(struct cao_json *j, const char *key)
{
	if (j->depth > 0) {
		if (j->comma[j->depth - 1])
			cao_buf_putc(j->out, ',');
		j->comma[j->depth - 1] = true;
	}
	if (key != NULL) {
		put_string(j->out, key);
		cao_buf_putc(j->out, ':');
	}
}

void
cao_json_start(struct cao_json *j, struct cao_buf *out)
{
	*j = (struct cao_json){ .out = out };
}

void
cao_json_open(struct cao_json *j, const char *key, char bracket)
{
	assert(j->depth < CAO_JSON_DEPTH_MAX);
	lead(j, key);
	cao_buf_putc(j->out, bracket);
	j->comma[j->depth++] = false;
}

void
cao_json_close(struct cao_json *j, char bracket)
{
	assert(j->depth > 0);
	j->depth--;
	cao_buf_putc(j->out, bracket);
}

void
cao_json_text(struct cao_json *j, const char *key, const char *text)
{
	lead(j, key);
	if (text == NULL)
		cao_buf_puts(j->out, "null");
	else
		put_string(j->out, text);
}

void
cao_json_int(struct cao_json *j, const char *key, int64_t value)
{
	lead(j, key);
	cao_buf_printf(j->out, "%" PRId64, value);
}

void
cao_json_bool(struct cao_json *j, const char *key, bool value)
{
	lead(j, key);
	cao_buf_puts(j->out, value ? "true" : "false");
}

void
cao_json_time(struct cao_json *j, const char *key, int64_t time)
{
	char text[CAO_RFC3339_SIZE];

	cao_time_format(time, text);
	cao_json_text(j, key, text);
}

/* Reader. */

/* jansson's own words quote the input; these do not. */
static enum cao_status
refuse(const char *name, const json_error_t *found, struct cao_error *e)
{
	unsigned line = found->line > 0 ? (unsigned)found->line : 0;
	unsigned column = found->column > 0 ? (unsigned)found->column : 0;

	switch (json_error_code(found)) {
	case json_error_out_of_memory:
		return cao_fail_memory(e);
	case json_error_duplicate_key:
		cao_fail(e, CAO_INPUT, "not JSON as wanted: a member twice");
		break;
	case json_error_premature_end_of_input:
		cao_fail(e, CAO_INPUT, "not JSON: ends too early");
		break;
	case json_error_end_of_input_expected:
		cao_fail(e, CAO_INPUT, "not JSON: text behind its end");
		break;
	case json_error_invalid_utf8:
		cao_fail(e, CAO_INPUT,
		    "not JSON: not UTF-8 (RFC 8259 "
		    "section 8.1)");
		break;
	case json_error_null_character:
	case json_error_null_byte_in_key:
		cao_fail(e, CAO_INPUT, "not JSON as wanted: a NUL character");
		break;
	case json_error_numeric_overflow:
		cao_fail(e, CAO_INPUT,
		    "not JSON as wanted: a number beyond "
		    "64 bits");
		break;
	case json_error_stack_overflow:
		cao_fail(e, CAO_INPUT, "nested more than %d deep",
		    CAO_JSON_DEPTH_MAX);
		break;
	default:
		cao_fail(e, CAO_INPUT, "not JSON: syntax (RFC 8259)");
	}
	return cao_error_place(e, name, line, column, "");
}

/* The text of a scalar, fresh; NULL without memory. */
static char *
scalar_text(const json_t *value)
{
	char number[40];
	double real;
	int digits;

	switch (json_typeof(value)) {
	case JSON_STRING:
		return strdup(json_string_value(value));
	case JSON_TRUE:
		return strdup("true");
	case JSON_FALSE:
		return strdup("false");
	case JSON_INTEGER:
		snprintf(number, sizeof number, "%" JSON_INTEGER_FORMAT,
		    json_integer_value(value));
		return strdup(number);
	default:
		break;
	}
	/* The shortest that reads back to the same. */
	real = json_real_value(value);
	for (digits = 15; digits <= 17; digits++) {
		snprintf(number, sizeof number, "%.*g", digits, real);
		if (strtod(number, NULL) == real)
			break;
	}
	return strdup(number);
}

/* One level that is being read: where in it, and where its nodes go. */
struct level {
	json_t *value;
	void *member; /* of an object */
	size_t index; /* of an array */
	struct cao_node **tail;
};

static struct cao_node *
new_node(const json_t *value, const char *key)
{
	struct cao_node *n = calloc(1, sizeof *n);

	if (n == NULL)
		return NULL;
	n->kind = json_is_object(value) ? CAO_MAP
	    : json_is_array(value)      ? CAO_LIST
					: CAO_SCALAR;
	n->quoted = json_is_string(value);
	if ((key != NULL && (n->key = strdup(key)) == NULL) ||
	    (n->kind == CAO_SCALAR && (n->text = scalar_text(value)) == NULL)) {
		cao_node_free(n);
		return NULL;
	}
	return n;
}

/* The next value of a level and its key, or NULL at the end. */
static json_t *
next_value(struct level *l, const char **ret_key)
{
	json_t *value;

	*ret_key = NULL;
	if (json_is_array(l->value))
		return json_array_get(l->value, l->index++);
	if (l->member == NULL)
		return NULL;
	*ret_key = json_object_iter_key(l->member);
	value = json_object_iter_value(l->member);
	l->member = json_object_iter_next(l->value, l->member);
	return value;
}

static void
enter(struct level *l, json_t *value, struct cao_node *n)
{
	*l = (struct level){ .value = value, .tail = &n->children };
	if (json_is_object(value))
		l->member = json_object_iter(value);
}

static bool
add_value(struct level *l, json_t *value, const char *key)
{
	struct cao_node *n = new_node(value, key);

	if (n == NULL)
		return false;
	*l->tail = n;
	return true;
}

/* All that is below top, which is of root. */
static enum cao_status
fill(json_t *root, struct cao_node *top, struct cao_error *e)
{
	struct level levels[CAO_JSON_DEPTH_MAX], *l;
	struct cao_node *n;
	unsigned depth = 1;
	const char *key;
	json_t *value;

	for (enter(&levels[0], root, top); depth > 0;) {
		l = &levels[depth - 1];
		if ((value = next_value(l, &key)) == NULL) {
			depth--;
			continue;
		}
		if (json_is_null(value) && key != NULL)
			continue;
		if (json_is_null(value))
			return cao_fail(
			    e, CAO_INPUT, "null in a list says nothing");
		if (!add_value(l, value, key))
			return cao_fail_memory(e);
		n = *l->tail;
		l->tail = &n->next;
		if (n->kind == CAO_SCALAR)
			continue;
		if (depth == CAO_JSON_DEPTH_MAX)
			return cao_fail(e, CAO_INPUT,
			    "nested more than %d deep", CAO_JSON_DEPTH_MAX);
		enter(&levels[depth++], value, n);
	}
	return CAO_OK;
}

static enum cao_status
convert(json_t *root, struct cao_node **ret, struct cao_error *e)
{
	struct cao_node *top;
	enum cao_status st = CAO_OK;

	if (json_is_null(root))
		return cao_fail(e, CAO_INPUT, "null says nothing");
	if ((top = new_node(root, NULL)) == NULL)
		return cao_fail_memory(e);
	if (top->kind != CAO_SCALAR)
		st = fill(root, top, e);
	if (st == CAO_OK)
		*ret = top, top = NULL;
	cao_node_free(top);
	return st;
}

enum cao_status
cao_json_read(const char *name, const char *text, size_t len,
    struct cao_node **ret, struct cao_error *e)
{
	json_error_t found;
	json_t *root;
	enum cao_status st;

	root = json_loadb(
	    text, len, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &found);
	if (root == NULL)
		return refuse(name, &found, e);
	st = convert(root, ret, e);
	if (st == CAO_INPUT)
		cao_error_place(e, name, 0, 0, "");
	json_decref(root);
	return st;
}
