/* Are octets in the one form that DER allows (X.690 section 10)? */
#include <string.h>

#include "base/text.h"
#include "pki/lint_parts.h"

#define DEPTH_MAX 16

bool
cao_lint_given(const char *text)
{
	return text != NULL && text[0] != '\0';
}

bool
cao_lint_is_text(const struct cao_der *w, const char *text)
{
	return w->len == strlen(text) && memcmp(w->data, text, w->len) == 0;
}

/* The identifier and length octets that DER gives to such a content. */
static bool
has_der_header(const struct cao_der *whole, unsigned tag, size_t len)
{
	unsigned char header[2 + sizeof len];
	size_t at = 0, octets = 0;

	header[at++] = (unsigned char)tag;
	if (len < 0x80) {
		header[at++] = (unsigned char)len;
	} else {
		for (size_t rest = len; rest != 0; rest >>= 8)
			octets++;
		header[at++] = (unsigned char)(0x80 | octets);
		while (octets > 0)
			header[at++] = (unsigned char)(len >> 8 * --octets);
	}
	return whole->len == at + len && memcmp(whole->data, header, at) == 0;
}

static bool
is_integer(const struct cao_der *c)
{
	if (c->len == 0)
		return false;
	if (c->len == 1)
		return true;
	return !(c->data[0] == 0x00 && (c->data[1] & 0x80) == 0) &&
	    !(c->data[0] == 0xFF && (c->data[1] & 0x80) != 0);
}

static bool
is_bit_string(const struct cao_der *c)
{
	if (c->len == 0 || c->data[0] > 7)
		return false;
	if (c->len == 1)
		return c->data[0] == 0;
	return (c->data[c->len - 1] & ((1U << c->data[0]) - 1)) == 0;
}

static bool
is_oid(const struct cao_der *c)
{
	bool first = true;

	for (size_t i = 0; i < c->len; i++) {
		if (first && c->data[i] == 0x80)
			return false;
		first = (c->data[i] & 0x80) == 0;
	}
	return c->len > 0 && first;
}

/* Is the content of a primitive element in its one form? */
static bool
is_der_value(unsigned tag, const struct cao_der *c)
{
	switch (tag) {
	case CAO_DER_BOOLEAN:
		return c->len == 1 && (c->data[0] == 0 || c->data[0] == 0xFF);
	case CAO_DER_INTEGER:
		return is_integer(c);
	case CAO_DER_BIT_STRING:
		return is_bit_string(c);
	case CAO_DER_NULL:
		return c->len == 0;
	case CAO_DER_OID:
		return is_oid(c);
	case CAO_DER_UTF8:
		return cao_utf8_check((const char *)c->data, c->len) == c->len;
	default:
		return true;
	}
}

bool
cao_lint_canonical(struct cao_der top)
{
	struct cao_der level[DEPTH_MAX], content, whole;
	size_t depth = 0;
	unsigned tag;

	level[0] = top;
	for (;;) {
		while (level[depth].len == 0)
			if (depth-- == 0)
				return true;
		if (!cao_der_next(&level[depth], &tag, &content, &whole) ||
		    !has_der_header(&whole, tag, content.len))
			return false;
		if ((tag & 0x20) == 0) {
			if (!is_der_value(tag, &content))
				return false;
		} else if (++depth == DEPTH_MAX) {
			return false;
		} else {
			level[depth] = content;
		}
	}
}
