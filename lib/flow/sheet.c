/* What is told about one thing, as text, as HTML or as JSON. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/money.h"
#include "base/text.h"
#include "base/time.h"
#include "base/utf8.h"
#include "flow/sheet.h"
#include "pki/digest.h"

#define LABEL_WIDTH 26 /* columns of labels and of the heads of rows */
#define PREFIX_HEX 16  /* digits of a digest that a person compares */

static const char table[] = "table", list[] = "ul";

void
cao_sheet_begin(struct cao_sheet *s, struct cao_buf *out, bool as_json)
{
	*s = (struct cao_sheet){ .out = out, .as_json = as_json };
	if (as_json) {
		cao_json_start(&s->json, out);
		cao_json_open(&s->json, NULL, '{');
	}
}

void
cao_sheet_begin_html(struct cao_sheet *s, struct cao_buf *out)
{
	*s = (struct cao_sheet){ .out = out, .as_html = true };
}

/* Have that element of the HTML open, NULL: none, and no other. */
static void
html_open(struct cao_sheet *s, const char *name)
{
	if (!s->as_html || s->open == name)
		return;
	if (s->open != NULL)
		cao_buf_printf(s->out, "</%s>\n", s->open);
	if (name != NULL)
		cao_buf_printf(s->out, "<%s>\n", name);
	s->open = name;
}

bool
cao_sheet_end(struct cao_sheet *s)
{
	html_open(s, NULL);
	if (s->as_json)
		cao_json_close(&s->json, '}');
	return cao_buf_ok(s->out);
}

/* Text from outside may hold anything; a terminal gets none of it. */
static void
put_plain(struct cao_buf *out, const char *text)
{
	size_t len = strlen(text), n;
	int32_t c;

	for (; len > 0; text += n, len -= n) {
		n = cao_utf8_next(text, len, &c);
		if (n > 0 && !cao_utf8_control(c))
			cao_buf_add(out, text, n);
		else
			cao_buf_putc(out, '?');
		n = n > 0 ? n : 1;
	}
}

static void
put_column(struct cao_buf *out, const char *text)
{
	size_t width = cao_text_width(text);

	cao_buf_puts(out, "  ");
	put_plain(out, text);
	for (; width < LABEL_WIDTH; width++)
		cao_buf_putc(out, ' ');
}

/* A line of a section. */
static void
html_line(struct cao_sheet *s, const char *label, const char *value)
{
	html_open(s, table);
	cao_buf_puts(s->out, "<tr><th>");
	cao_html_put(s->out, label);
	cao_buf_puts(s->out, "</th><td>");
	cao_html_put(s->out, value);
	cao_buf_puts(s->out, "</td></tr>\n");
}

static void
put_title(struct cao_sheet *s, const char *title)
{
	if (title == NULL)
		return;
	html_open(s, NULL);
	if (s->as_html) {
		cao_buf_puts(s->out, "<h2>");
		cao_html_put(s->out, _(title));
		cao_buf_puts(s->out, "</h2>\n");
		return;
	}
	if (s->out->len > 0)
		cao_buf_putc(s->out, '\n');
	cao_buf_printf(s->out, "%s\n", _(title));
}

void
cao_sheet_open(struct cao_sheet *s, const char *key, const char *title)
{
	if (!s->as_json)
		put_title(s, title);
	else if (key != NULL)
		cao_json_open(&s->json, key, '{');
}

void
cao_sheet_close(struct cao_sheet *s, const char *key)
{
	if (s->as_json && key != NULL)
		cao_json_close(&s->json, '}');
}

void
cao_sheet_list(struct cao_sheet *s, const char *key, const char *title)
{
	if (s->as_json)
		cao_json_open(&s->json, key, '[');
	else
		put_title(s, title);
	s->bare = title != NULL;
}

void
cao_sheet_list_end(struct cao_sheet *s)
{
	if (s->as_json)
		cao_json_close(&s->json, ']');
	else if (s->bare && s->as_html)
		html_line(s, "", _("none"));
	else if (s->bare)
		cao_buf_printf(s->out, "  %s\n", _("none"));
	s->bare = false;
}

void
cao_sheet_row(struct cao_sheet *s, const char *key, const char *head)
{
	if (s->as_json) {
		cao_json_open(&s->json, NULL, '{');
		cao_json_text(&s->json, key, head);
	} else if (s->as_html) {
		html_open(s, list);
		cao_buf_puts(s->out, "<li><b>");
		cao_html_put(s->out, head);
		cao_buf_puts(s->out, "</b>");
		s->row = 1;
	} else {
		put_column(s->out, head);
		s->row = 1;
	}
	s->bare = false;
}

void
cao_sheet_row_end(struct cao_sheet *s)
{
	if (s->as_json)
		cao_json_close(&s->json, '}');
	else
		cao_buf_puts(s->out, s->as_html ? "</li>\n" : "\n");
	s->row = 0;
}

/* A value of a row; what is one word is told by its class too. */
static void
html_value(struct cao_sheet *s, const char *label, const char *value)
{
	size_t n = strspn(value, "abcdefghijklmnopqrstuvwxyz-");

	cao_buf_puts(s->out, " <span");
	if (value[n] == '\0')
		cao_buf_printf(s->out, " class=\"%s\"", value);
	cao_buf_putc(s->out, '>');
	if (label != NULL) {
		cao_html_put(s->out, _(label));
		cao_buf_putc(s->out, ' ');
	}
	cao_html_put(s->out, value);
	cao_buf_puts(s->out, "</span>");
}

/* A value that is there, as text. */
static void
put(struct cao_sheet *s, const char *label, const char *value)
{
	if (s->row == 0 && s->as_html) {
		html_line(s, label != NULL ? _(label) : "", value);
		return;
	}
	if (s->row == 0) {
		put_column(s->out, label != NULL ? _(label) : "");
		cao_buf_putc(s->out, ' ');
		put_plain(s->out, value);
		cao_buf_putc(s->out, '\n');
		return;
	}
	if (label != NULL && *label == '\0')
		return;
	if (s->as_html) {
		html_value(s, label, value);
		return;
	}
	cao_buf_puts(s->out, s->row == 1 ? " " : "  ");
	s->row = 2;
	if (label != NULL)
		cao_buf_printf(s->out, "%s ", _(label));
	put_plain(s->out, value);
}

void
cao_sheet_word(struct cao_sheet *s, const char *word)
{
	if (!s->as_json)
		put(s, NULL, word);
}

void
cao_sheet_text(
    struct cao_sheet *s, const char *key, const char *label, const char *value)
{
	if (s->as_json)
		cao_json_text(&s->json, key, value);
	else if (value != NULL && *value != '\0')
		put(s, label, value);
}

void
cao_sheet_int(
    struct cao_sheet *s, const char *key, const char *label, int64_t value)
{
	char text[sizeof "-9223372036854775808"];

	if (s->as_json) {
		cao_json_int(&s->json, key, value);
		return;
	}
	(void)snprintf(text, sizeof text, "%" PRId64, value);
	put(s, label, text);
}

void
cao_sheet_money(
    struct cao_sheet *s, const char *key, const char *label, int64_t fen)
{
	char text[CAO_MONEY_SIZE];

	if (s->as_json) {
		cao_json_int(&s->json, key, fen);
		return;
	}
	cao_money_format(fen, text);
	put(s, label, text);
}

void
cao_sheet_time(
    struct cao_sheet *s, const char *key, const char *label, int64_t at)
{
	char text[CAO_RFC3339_SIZE];

	if (at == 0) {
		cao_sheet_text(s, key, label, NULL);
	} else if (s->as_json) {
		cao_json_time(&s->json, key, at);
	} else {
		cao_time_local(at, text);
		put(s, label, text);
	}
}

void
cao_sheet_day(
    struct cao_sheet *s, const char *key, const char *label, int64_t day)
{
	char text[CAO_DATE_SIZE];

	cao_date_format(day, text);
	cao_sheet_text(s, key, label, text);
}

void
cao_sheet_bool(
    struct cao_sheet *s, const char *key, const char *label, bool value)
{
	if (s->as_json)
		cao_json_bool(&s->json, key, value);
	else
		put(s, label, value ? _("yes") : _("no"));
}

void
cao_sheet_digest(struct cao_sheet *s, const char *key, const char *label,
    const unsigned char digest[32])
{
	char hex[CAO_DIGEST_HEX];

	cao_digest_hex(digest, hex);
	if (!s->as_json)
		hex[PREFIX_HEX] = '\0';
	cao_sheet_text(s, key, label, hex);
}
