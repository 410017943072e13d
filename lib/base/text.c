/* UTF-8 text, compared and folded; hex and base64. */
#include <stdlib.h>
#include <string.h>

#include <utf8proc.h>

#include "base/text.h"
#include "base/utf8.h"

#define WORD_MAX 64  /* characters of a word that may have a neighbour */
#define MASK_HEAD 3  /* characters left legible at the front */
#define MASK_TAIL 2  /* ... and at the end */
#define MASK_SHORT 5 /* so short that only the first stays legible */

size_t
cao_utf8_check(const char *text, size_t len)
{
	size_t at, n;
	int32_t c;

	for (at = 0; at < len; at += n)
		if ((n = cao_utf8_next(text + at, len - at, &c)) == 0)
			return at;
	return len;
}

size_t
cao_utf8_length(const char *text)
{
	size_t count = 0;

	for (; *text != '\0'; text++)
		if ((*text & 0xC0) != 0x80)
			count++;
	return count;
}

size_t
cao_text_width(const char *text)
{
	size_t len = strlen(text), width = 0, n;
	int32_t c;

	for (; len > 0; text += n, len -= n) {
		n = cao_utf8_next(text, len, &c);
		width += n > 0 ? (size_t)utf8proc_charwidth(c) : 1;
		n = n > 0 ? n : 1;
	}
	return width;
}

bool
cao_text_has_control(const char *text)
{
	size_t len = strlen(text), n;
	int32_t c;

	for (; len > 0; text += n, len -= n) {
		n = cao_utf8_next(text, len, &c);
		if (n == 0)
			n = 1;
		else if (cao_utf8_control(c))
			return true;
	}
	return false;
}

/* White space of Unicode, and the zero-width spaces that pasting brings. */
static bool
is_space(int32_t c)
{
	switch (utf8proc_category(c)) {
	case UTF8PROC_CATEGORY_ZS:
	case UTF8PROC_CATEGORY_ZL:
	case UTF8PROC_CATEGORY_ZP:
		return true;
	default:
		return (c >= '\t' && c <= '\r') || c == 0x85 || c == 0x200B ||
		    c == 0xFEFF;
	}
}

/* Drop the spaces of valid UTF-8, in place. */
static void
drop_spaces(char *text)
{
	size_t len = strlen(text), n;
	char *to = text;
	int32_t c;

	for (; (n = cao_utf8_next(text, len, &c)) != 0; text += n, len -= n)
		if (!is_space(c)) {
			memmove(to, text, n);
			to += n;
		}
	*to = '\0';
}

enum cao_status
cao_text_fold(const char *text, char **ret_folded, struct cao_error *err)
{
	utf8proc_uint8_t *folded = NULL;
	utf8proc_ssize_t n;

	n = utf8proc_map((const utf8proc_uint8_t *)text, 0, &folded,
	    UTF8PROC_NULLTERM | UTF8PROC_STABLE | UTF8PROC_COMPOSE |
		UTF8PROC_COMPAT);
	if (n == UTF8PROC_ERROR_NOMEM)
		return cao_fail_memory(err);
	if (n < 0)
		return cao_fail(err, CAO_INPUT,
		    "not UTF-8 (RFC 3629): save the input as UTF-8");
	drop_spaces((char *)folded);
	*ret_folded = (char *)folded;
	return CAO_OK;
}

/* The characters of text, or 0 if it is empty, too long or not UTF-8. */
static size_t
decode(const char *text, int32_t out[WORD_MAX])
{
	size_t len = strlen(text), count = 0, n;

	for (; len > 0; text += n, len -= n) {
		if (count == WORD_MAX)
			return 0;
		if ((n = cao_utf8_next(text, len, &out[count++])) == 0)
			return 0;
	}
	return count;
}

static size_t
least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Edits between a and b, swaps of neighbours included. */
static size_t
distance(const int32_t *a, size_t na, const int32_t *b, size_t nb)
{
	size_t rows[3][WORD_MAX + 1], *before = rows[0], *above = rows[1];
	size_t *row = rows[2], *spare, i, j;

	for (j = 0; j <= nb; j++)
		above[j] = j;
	memcpy(before, above, sizeof rows[0]);
	for (i = 1; i <= na; i++) {
		row[0] = i;
		for (j = 1; j <= nb; j++) {
			row[j] = least(above[j], row[j - 1]) + 1;
			row[j] = least(
			    row[j], above[j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1])
				row[j] = least(row[j], before[j - 2] + 1);
		}
		spare = before;
		before = above;
		above = row;
		row = spare;
	}
	return above[nb];
}

const char *
cao_text_nearest(const char *text, const char *const *words)
{
	int32_t a[WORD_MAX], b[WORD_MAX];
	size_t na = decode(text, a), nb, far, found;
	const char *best = NULL;

	if (na == 0)
		return NULL;
	far = na < 3 ? 1 : na / 3;
	for (; *words != NULL; words++) {
		if ((nb = decode(*words, b)) == 0)
			continue;
		found = distance(a, na, b, nb);
		if (found < far || (found == far && best == NULL)) {
			best = *words;
			far = found;
		}
	}
	return best;
}

void
cao_hex_put(struct cao_buf *buf, const void *data, size_t len)
{
	static const char digits[] = "0123456789abcdef";
	const unsigned char *p = data;

	for (; len > 0; len--, p++) {
		cao_buf_putc(buf, digits[*p >> 4]);
		cao_buf_putc(buf, digits[*p & 15]);
	}
}

static int
hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

bool
cao_hex_get(const char *text, unsigned char *octets, size_t len)
{
	int high, low;
	size_t i;

	if (strlen(text) / 2 != len || strlen(text) % 2 != 0)
		return false;
	for (i = 0; i < len; i++) {
		high = hex_value(text[2 * i]);
		low = hex_value(text[2 * i + 1]);
		if (high < 0 || low < 0)
			return false;
		octets[i] = (unsigned char)(high << 4 | low);
	}
	return true;
}

static const char base64_digits[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void
cao_base64_put(struct cao_buf *buf, const void *data, size_t len)
{
	const unsigned char *p = data;
	unsigned long bits;
	char out[4];
	size_t n;

	for (; len > 0; p += n, len -= n) {
		n = len < 3 ? len : 3;
		bits = (unsigned long)p[0] << 16;
		bits |= n > 1 ? (unsigned long)p[1] << 8 : 0;
		bits |= n > 2 ? p[2] : 0;
		out[0] = base64_digits[bits >> 18];
		out[1] = base64_digits[bits >> 12 & 63];
		out[2] = n > 1 ? base64_digits[bits >> 6 & 63] : '=';
		out[3] = n > 2 ? base64_digits[bits & 63] : '=';
		cao_buf_add(buf, out, sizeof out);
	}
}

static int
base64_value(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* Put the octets of four digits, of which the last pad are '='.  False if a
 * bit is set that belongs to no octet. */
static bool
base64_group(struct cao_buf *ret, unsigned long bits, int pad)
{
	unsigned char out[3];

	if ((pad == 1 && (bits & 0xFF) != 0) ||
	    (pad == 2 && (bits & 0xFFFF) != 0))
		return false;
	out[0] = (unsigned char)(bits >> 16);
	out[1] = (unsigned char)(bits >> 8);
	out[2] = (unsigned char)bits;
	cao_buf_add(ret, out, 3 - (size_t)pad);
	return true;
}

static bool
base64_decode(const char *text, size_t len, struct cao_buf *ret)
{
	unsigned long bits = 0;
	int have = 0, pad = 0, value;

	for (; len > 0; len--, text++) {
		if (*text == ' ' || (*text >= '\t' && *text <= '\r'))
			continue;
		value = *text == '=' ? 0 : base64_value(*text);
		if (*text == '=' && (have < 2 || ++pad > 2))
			return false;
		if (value < 0 || (*text != '=' && pad > 0))
			return false;
		bits = bits << 6 | (unsigned long)value;
		if (++have < 4)
			continue;
		if (!base64_group(ret, bits, pad))
			return false;
		have = 0;
		bits = 0;
	}
	return have == 0;
}

bool
cao_base64_get(const char *text, size_t len, struct cao_buf *ret)
{
	struct cao_buf octets = { 0 };
	bool good = base64_decode(text, len, &octets);

	if (good) {
		cao_buf_add(ret, octets.data, octets.len);
		ret->failed |= octets.failed;
	}
	cao_buf_free(&octets);
	return good;
}

void
cao_text_mask(struct cao_buf *buf, const char *text)
{
	size_t len = strlen(text), count = 0, at, i, n;
	size_t head, tail;
	int32_t c;

	for (at = 0; at < len; at += n == 0 ? 1 : n, count++)
		n = cao_utf8_next(text + at, len - at, &c);
	head = count > MASK_SHORT ? MASK_HEAD : 1;
	tail = count > MASK_SHORT ? MASK_TAIL : 0;
	for (at = 0, i = 0; at < len; at += n, i++) {
		n = cao_utf8_next(text + at, len - at, &c);
		n = n == 0 ? 1 : n;
		if (i < head || i >= count - tail)
			cao_buf_add(buf, text + at, n);
		else
			cao_buf_putc(buf, '*');
	}
}
