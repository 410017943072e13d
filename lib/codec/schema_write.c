#include "codec/schema.h"

#include "base/money.h"
#include "base/utf8.h"
#include "codec/json.h"
#include "codec/schema_parts.h"

#include <inttypes.h>
#include <string.h>
#include <strings.h>

static bool
is_empty(const struct cao_field *f, const void *object)
{
	const struct cao_list *list;
	size_t i;

	switch (f->type) {
	case CAO_T_INT:
	case CAO_T_MONEY:
		return int_at(f, object) == 0;
	case CAO_T_BOOL:
		return !bool_at(f, object);
	case CAO_T_LIST:
		list = member_at(f, object);
		return list->count == 0;
	case CAO_T_MAP:
		for (i = 0; i < f->sub->count; i++)
			if (!is_empty(&f->sub->fields[i], member_at(f, object)))
				return false;
		return true;
	default:
		return *text_at(f, object) == '\0';
	}
}

/* JSON. */

static void
put_map(struct cao_json *, const struct cao_schema *, const void *object);

static void
put_list(
    struct cao_json *j, const struct cao_field *f, const struct cao_list *list)
{
	size_t i;

	cao_json_open(j, f->key, '[');
	for (i = 0; i < list->count; i++) {
		if (f->sub == NULL) {
			cao_json_text(j, NULL, word_at(list, i));
			continue;
		}
		cao_json_open(j, NULL, '{');
		put_map(j, f->sub, item_at(f, list, i));
		cao_json_close(j, '}');
	}
	cao_json_close(j, ']');
}

static void
put_map(struct cao_json *j, const struct cao_schema *schema, const void *object)
{
	const struct cao_field *f = schema->fields;
	size_t i;

	for (i = 0; i < schema->count; i++, f++) {
		if (f->type == CAO_T_INT || f->type == CAO_T_MONEY) {
			cao_json_int(j, f->key, int_at(f, object));
		} else if (f->type == CAO_T_BOOL) {
			cao_json_bool(j, f->key, bool_at(f, object));
		} else if (is_empty(f, object)) {
			continue;
		} else if (f->type == CAO_T_LIST) {
			put_list(j, f, member_at(f, object));
		} else if (f->type == CAO_T_MAP) {
			cao_json_open(j, f->key, '{');
			put_map(j, f->sub, member_at(f, object));
			cao_json_close(j, '}');
		} else {
			cao_json_text(j, f->key, text_at(f, object));
		}
	}
}

void
cao_schema_json(
    const struct cao_schema *schema, const void *object, struct cao_buf *out)
{
	struct cao_json j;

	cao_json_start(&j, out);
	cao_json_open(&j, NULL, '{');
	put_map(&j, schema, object);
	cao_json_close(&j, '}');
}

/* YAML. */

/* A place in block YAML: how far in, and whether a "- " is due. */
struct block {
	struct cao_buf *out;
	unsigned indent;
	bool dash;
};

static void
put_indent(struct block *b)
{
	if (b->dash)
		cao_buf_printf(b->out, "%*s- ", (int)b->indent - 2, "");
	else
		cao_buf_printf(b->out, "%*s", (int)b->indent, "");
	b->dash = false;
}

/* Would every reader of YAML 1.1 take it for a text if it stood unquoted? */
static bool
is_plain(const char *text)
{
	static const char *const taken[] = { "true", "false", "yes", "no", "on",
		"off", "null", "y", "n" };
	size_t i, len = strlen(text);

	if ((unsigned char)*text < 0x80 &&
	    (strchr("0123456789-_./@+", *text) != NULL))
		return false;
	for (i = 0; i < sizeof taken / sizeof *taken; i++)
		if (strcasecmp(text, taken[i]) == 0)
			return false;
	for (i = 0; i < len; i++)
		if ((unsigned char)text[i] < 0x80 &&
		    strchr(
			"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
			"0123456789-_./@+ ",
			text[i]) == NULL)
			return false;
	return !cao_schema_has_control(text, false) &&
	    !cao_schema_has_blank_ends(text);
}

/* In double quotes, with whatever may not stand there escaped. */
static void
put_quoted(struct cao_buf *out, const char *text)
{
	size_t left = strlen(text), n;
	int32_t c;

	cao_buf_putc(out, '"');
	for (; left > 0; text += n, left -= n) {
		if ((n = cao_utf8_next(text, left, &c)) == 0)
			n = 1, c = 0xfffd;
		if (c == '"' || c == '\\')
			cao_buf_printf(out, "\\%c", (int)c);
		else if (c == '\n')
			cao_buf_puts(out, "\\n");
		else if (is_control(c))
			cao_buf_printf(out, "\\U%08x", (unsigned)c);
		else
			cao_buf_add(out, text, n);
	}
	cao_buf_putc(out, '"');
}

/* Can it stand as a literal block and be read back to the same? */
static bool
is_literal(const char *text)
{
	size_t len = strlen(text);

	return strchr(" \t\n", *text) == NULL && strchr(text, '\n') != NULL &&
	    strchr(text, '\r') == NULL && !cao_schema_has_control(text, true) &&
	    (len < 2 || strcmp(text + len - 2, "\n\n") != 0);
}

static void
put_literal(struct block *b, const char *text)
{
	const char *end;

	cao_buf_puts(b->out, text[strlen(text) - 1] == '\n' ? "|\n" : "|-\n");
	for (; *text != '\0'; text = end + (*end == '\n')) {
		end = text + strcspn(text, "\n");
		if (end > text)
			cao_buf_printf(b->out, "%*s", (int)b->indent + 2, "");
		cao_buf_add(b->out, text, (size_t)(end - text));
		cao_buf_putc(b->out, '\n');
	}
}

static void
put_text(struct block *b, const char *text)
{
	if (is_literal(text)) {
		put_literal(b, text);
		return;
	}
	if (is_plain(text))
		cao_buf_puts(b->out, text);
	else
		put_quoted(b->out, text);
	cao_buf_putc(b->out, '\n');
}

static void
put_scalar(struct block *b, const struct cao_field *f, const void *object)
{
	char money[CAO_MONEY_SIZE];

	switch (f->type) {
	case CAO_T_INT:
		cao_buf_printf(b->out, "%" PRId64 "\n", int_at(f, object));
		break;
	case CAO_T_BOOL:
		cao_buf_puts(b->out, bool_at(f, object) ? "true\n" : "false\n");
		break;
	case CAO_T_MONEY:
		cao_money_format(int_at(f, object), money);
		cao_buf_printf(b->out, "\"%s\"\n", money);
		break;
	case CAO_T_DATE:
		cao_buf_printf(b->out, "%s\n", text_at(f, object));
		break;
	default:
		put_text(b, text_at(f, object));
	}
}

static void
put_block(struct block *, const struct cao_schema *, const void *object);

static void
put_block_list(
    struct block *b, const struct cao_field *f, const struct cao_list *list)
{
	size_t i;

	b->indent += 4;
	for (i = 0; i < list->count; i++) {
		b->dash = true;
		if (f->sub != NULL) {
			put_block(b, f->sub, item_at(f, list, i));
		} else {
			put_indent(b);
			put_text(b, word_at(list, i));
		}
	}
	b->indent -= 4;
}

/* The members of a map, or "{}" if there is none. */
static void
put_block(struct block *b, const struct cao_schema *schema, const void *object)
{
	const struct cao_field *f = schema->fields;
	bool none = true, number;
	size_t i;

	for (i = 0; i < schema->count; i++, f++) {
		number = f->type == CAO_T_INT || f->type == CAO_T_MONEY ||
		    f->type == CAO_T_BOOL;
		if (is_empty(f, object) &&
		    !(number && (f->flags & CAO_REQUIRED) != 0))
			continue;
		none = false;
		put_indent(b);
		cao_buf_printf(b->out, "%s:", f->key);
		if (f->type == CAO_T_MAP) {
			cao_buf_putc(b->out, '\n');
			b->indent += 2;
			put_block(b, f->sub, member_at(f, object));
			b->indent -= 2;
		} else if (f->type == CAO_T_LIST) {
			cao_buf_putc(b->out, '\n');
			put_block_list(b, f, member_at(f, object));
		} else {
			cao_buf_putc(b->out, ' ');
			put_scalar(b, f, object);
		}
	}
	if (none) {
		put_indent(b);
		cao_buf_puts(b->out, "{}\n");
	}
}

void
cao_schema_yaml(
    const struct cao_schema *schema, const void *object, struct cao_buf *out)
{
	struct block b = { .out = out };

	put_block(&b, schema, object);
}

/* Template. */

/* The lead of a template's lines: blanks, and "#" where out is commented. */
struct lead {
	struct cao_buf *out;
	unsigned indent;
	bool commented;
	unsigned mark; /* where the "#" stands */
};

static void
put_lead(const struct lead *l)
{
	if (l->commented)
		cao_buf_printf(l->out, "%*s#%*s", (int)l->mark, "",
		    (int)(l->indent - l->mark), "");
	else
		cao_buf_printf(l->out, "%*s", (int)l->indent, "");
}

/* "# what it is: choices (required)" */
static void
put_comment(const struct lead *l, const struct cao_field *f)
{
	const char *const *word;

	put_lead(l);
	cao_buf_printf(l->out, "# %s", f->what != NULL ? _(f->what) : f->key);
	for (word = f->words; word != NULL && *word != NULL; word++)
		cao_buf_printf(
		    l->out, "%s%s", word == f->words ? ": " : " ", *word);
	cao_buf_printf(l->out, " (%s)\n",
	    (f->flags & CAO_REQUIRED) != 0 ? _("required") : _("optional"));
}

static void put_template(const struct lead *, const struct cao_schema *);

static void
put_example(const struct lead *l, const struct cao_field *f)
{
	const char *p = f->example, *end;

	if (p == NULL)
		p = f->words != NULL ? *f->words : "";
	cao_buf_puts(l->out, *p != '\0' ? " " : "");
	for (;; p = end + 1) {
		end = p + strcspn(p, "\n");
		cao_buf_add(l->out, p, (size_t)(end - p));
		cao_buf_putc(l->out, '\n');
		if (*end == '\0' || end[1] == '\0')
			break;
		put_lead(l);
	}
}

static void
put_template(const struct lead *outer, const struct cao_schema *schema)
{
	const struct cao_field *f = schema->fields;
	struct lead l, inner;
	size_t i;

	for (i = 0; i < schema->count; i++, f++) {
		l = *outer;
		if (!l.commented &&
		    (f->flags & (CAO_REQUIRED | CAO_OFFERED)) == 0) {
			l.commented = true;
			l.mark = l.indent;
		}
		put_comment(outer, f);
		put_lead(&l);
		cao_buf_printf(l.out, "%s:", f->key);
		if (f->sub == NULL || f->example != NULL) {
			put_example(&l, f);
			continue;
		}
		cao_buf_putc(l.out, '\n');
		inner = l;
		inner.indent += 2;
		if (f->type == CAO_T_LIST) {
			put_lead(&inner);
			cao_buf_puts(l.out, "-\n");
			inner.indent += 2;
		}
		put_template(&inner, f->sub);
	}
}

void
cao_schema_template(const struct cao_schema *schema, struct cao_buf *out)
{
	struct lead l = { .out = out };

	put_template(&l, schema);
}
