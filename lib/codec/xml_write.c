#include "codec/xml_write.h"

#include <string.h>

#include "base/text.h"

#define REPLACEMENT "\xEF\xBF\xBD"

/* Octets that end the longest run from text on that can be written as it is. */
static bool
is_plain(unsigned char c)
{
	return c >= ' ' && strchr("<>&\"\x7f", c) == NULL;
}

static void
put_special(struct cao_buf *out, unsigned char c)
{
	switch (c) {
	case '<':
		cao_buf_puts(out, "&lt;");
		break;
	case '>':
		cao_buf_puts(out, "&gt;");
		break;
	case '&':
		cao_buf_puts(out, "&amp;");
		break;
	case '"':
		cao_buf_puts(out, "&quot;");
		break;
	case '\t':
	case '\n':
	case '\r':
		cao_buf_printf(out, "&#%d;", c);
		break;
	default:
		cao_buf_puts(out, REPLACEMENT);
	}
}

/* Is it U+FFFE or U+FFFF, which are no characters of XML? */
static bool
is_none(const char *p)
{
	return strncmp(p, "\xEF\xBF\xBE", 3) == 0 ||
	    strncmp(p, "\xEF\xBF\xBF", 3) == 0;
}

static void
put_text(struct cao_buf *out, const char *text)
{
	size_t len = strlen(text), good = cao_utf8_check(text, len);

	for (size_t i = 0; i < len; i++) {
		if (i == good) {
			cao_buf_puts(out, REPLACEMENT);
			good += 1 + cao_utf8_check(text + i + 1, len - i - 1);
		} else if (is_none(text + i)) {
			cao_buf_puts(out, REPLACEMENT);
			i += 2;
		} else if (is_plain((unsigned char)text[i]))
			cao_buf_putc(out, (unsigned char)text[i]);
		else
			put_special(out, (unsigned char)text[i]);
	}
}

static void
indent(struct cao_xml_writer *w)
{
	for (unsigned i = 0; i < w->depth; i++)
		cao_buf_puts(w->out, "  ");
}

static void
put_attribute(struct cao_buf *out, const char *name, const char *value)
{
	cao_buf_printf(out, " %s=\"", name);
	put_text(out, value);
	cao_buf_putc(out, '"');
}

void
cao_xml_put_start(struct cao_xml_writer *w, struct cao_buf *out,
    const char *root, const char *const *attributes)
{
	*w = (struct cao_xml_writer){ .out = out, .depth = 1 };
	cao_buf_puts(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
	cao_buf_printf(out, "<%s", root);
	for (; *attributes != NULL; attributes += 2)
		put_attribute(out, attributes[0], attributes[1]);
	cao_buf_puts(out, ">\n");
}

void
cao_xml_put_open(struct cao_xml_writer *w, const char *name)
{
	indent(w);
	cao_buf_printf(w->out, "<%s>\n", name);
	w->depth++;
}

void
cao_xml_put_close(struct cao_xml_writer *w, const char *name)
{
	w->depth--;
	indent(w);
	cao_buf_printf(w->out, "</%s>\n", name);
}

void
cao_xml_put(struct cao_xml_writer *w, const char *name, const char *attribute,
    const char *value, const char *text)
{
	indent(w);
	cao_buf_printf(w->out, "<%s", name);
	if (attribute != NULL)
		put_attribute(w->out, attribute, value);
	cao_buf_putc(w->out, '>');
	put_text(w->out, text);
	cao_buf_printf(w->out, "</%s>\n", name);
}
