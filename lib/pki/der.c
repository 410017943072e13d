/* DER (X.690), written and read by hand. */
#include <string.h>

#include "base/time.h"
#include "pki/der.h"

#define OID_MAX 64       /* octets of an encoded OBJECT IDENTIFIER */
#define LONGEST_LENGTH 4 /* octets of a length in its long form */

/* Writing. */

/* The length's octets, its first included; what they are goes to out. */
static size_t
encode_length(size_t len, unsigned char out[1 + sizeof(size_t)])
{
	size_t n = 0;

	if (len < 0x80) {
		out[0] = (unsigned char)len;
		return 1;
	}
	for (size_t rest = len; rest != 0; rest >>= 8)
		n++;
	out[0] = (unsigned char)(0x80 | n);
	for (size_t i = n; i > 0; i--, len >>= 8)
		out[i] = (unsigned char)len;
	return n + 1;
}

/* One octet is held for the length: enough for most, and the content moves
 * up where it is not. */
size_t
cao_der_open(struct cao_buf *out, unsigned tag)
{
	cao_buf_putc(out, (int)tag);
	cao_buf_putc(out, 0);
	return out->len;
}

void
cao_der_close(struct cao_buf *out, size_t mark)
{
	unsigned char length[1 + sizeof(size_t)];
	size_t len = out->len - mark, n;

	if (!cao_buf_ok(out))
		return;
	n = encode_length(len, length);
	if (n > 1) {
		cao_buf_add(out, length, n - 1); /* for the room */
		if (!cao_buf_ok(out))
			return;
		memmove(out->data + mark + n - 1, out->data + mark, len);
	}
	memcpy(out->data + mark - 1, length, n);
}

void
cao_der_put(struct cao_buf *out, unsigned tag, const void *data, size_t len)
{
	unsigned char length[1 + sizeof(size_t)];

	cao_buf_putc(out, (int)tag);
	cao_buf_add(out, length, encode_length(len, length));
	if (len > 0)
		cao_buf_add(out, data, len);
}

void
cao_der_text(struct cao_buf *out, unsigned tag, const char *text)
{
	cao_der_put(out, tag, text, strlen(text));
}

/* One arc, base 128, most significant first.  False if there is no room. */
static bool
put_arc(uint64_t arc, unsigned char out[OID_MAX], size_t *len)
{
	size_t n = 1;

	for (uint64_t rest = arc >> 7; rest != 0; rest >>= 7)
		n++;
	if (*len + n > OID_MAX)
		return false;
	for (size_t i = n; i > 0; i--, arc >>= 7)
		out[*len + i - 1] =
		    (unsigned char)((arc & 0x7f) | (i < n ? 0x80 : 0));
	*len += n;
	return true;
}

/* A decimal arc without leading zeros, below 2^32. */
static bool
get_arc(const char **text, uint64_t *ret)
{
	const char *p = *text;
	uint64_t arc = 0;

	if (*p < '0' || *p > '9' || (*p == '0' && p[1] >= '0' && p[1] <= '9'))
		return false;
	for (; *p >= '0' && *p <= '9'; p++)
		if ((arc = arc * 10 + (uint64_t)(*p - '0')) > UINT32_MAX)
			return false;
	*text = p;
	*ret = arc;
	return true;
}

/* The content octets of an OBJECT IDENTIFIER; 0 if the text is none. */
static size_t
encode_oid(const char *dotted, unsigned char out[OID_MAX])
{
	uint64_t first, arc;
	size_t len = 0;

	if (!get_arc(&dotted, &first) || first > 2 || *dotted++ != '.')
		return 0;
	if (!get_arc(&dotted, &arc) || (first < 2 && arc > 39) ||
	    !put_arc(first * 40 + arc, out, &len))
		return 0;
	while (*dotted == '.') {
		dotted++;
		if (!get_arc(&dotted, &arc) || !put_arc(arc, out, &len))
			return 0;
	}
	return *dotted == '\0' ? len : 0;
}

void
cao_der_oid(struct cao_buf *out, const char *dotted)
{
	unsigned char oid[OID_MAX];
	size_t len = encode_oid(dotted, oid);

	if (len == 0)
		out->failed = true;
	else
		cao_der_put(out, CAO_DER_OID, oid, len);
}

void
cao_der_unsigned(struct cao_buf *out, const void *data, size_t len)
{
	static const unsigned char zero[1];
	const unsigned char *p = data;
	size_t mark;

	while (len > 0 && *p == 0)
		p++, len--;
	if (len == 0) {
		cao_der_put(out, CAO_DER_INTEGER, zero, 1);
		return;
	}
	mark = cao_der_open(out, CAO_DER_INTEGER);
	if (*p & 0x80)
		cao_buf_putc(out, 0);
	cao_buf_add(out, p, len);
	cao_der_close(out, mark);
}

void
cao_der_small(struct cao_buf *out, unsigned value)
{
	unsigned char octets[4];

	for (size_t i = sizeof octets; i > 0; i--, value >>= 8)
		octets[i - 1] = (unsigned char)value;
	cao_der_unsigned(out, octets, sizeof octets);
}

void
cao_der_bits(struct cao_buf *out, const void *data, size_t len)
{
	size_t mark = cao_der_open(out, CAO_DER_BIT_STRING);

	cao_buf_putc(out, 0);
	if (len > 0)
		cao_buf_add(out, data, len);
	cao_der_close(out, mark);
}

void
cao_der_true(struct cao_buf *out)
{
	cao_der_put(out, CAO_DER_BOOLEAN, "\xff", 1);
}

struct cao_der_extension
cao_der_extension_open(struct cao_buf *out, const char *oid, bool critical)
{
	struct cao_der_extension x;

	x.sequence = cao_der_open(out, CAO_DER_SEQUENCE);
	cao_der_oid(out, oid);
	if (critical)
		cao_der_true(out);
	x.value = cao_der_open(out, CAO_DER_OCTET_STRING);
	return x;
}

void
cao_der_extension_close(struct cao_buf *out, struct cao_der_extension x)
{
	cao_der_close(out, x.value);
	cao_der_close(out, x.sequence);
}

void
cao_der_authority(struct cao_buf *out, const unsigned char *key_id, size_t len)
{
	struct cao_der_extension x =
	    cao_der_extension_open(out, "2.5.29.35", false);
	size_t seq = cao_der_open(out, CAO_DER_SEQUENCE);

	cao_der_put(out, CAO_DER_CONTEXT | 0, key_id, len);
	cao_der_close(out, seq);
	cao_der_extension_close(out, x);
}

void
cao_der_null(struct cao_buf *out)
{
	cao_der_put(out, CAO_DER_NULL, NULL, 0);
}

/* "20261122020000Z". */
static void
spell_time(int64_t t, char digits[CAO_RFC3339_SIZE])
{
	char rfc3339[CAO_RFC3339_SIZE];
	size_t n = 0;

	cao_time_format(t, rfc3339);
	for (const char *p = rfc3339; *p != '\0'; p++)
		if ((*p >= '0' && *p <= '9') || *p == 'Z')
			digits[n++] = *p;
	digits[n] = '\0';
}

void
cao_der_time(struct cao_buf *out, int64_t t)
{
	char digits[CAO_RFC3339_SIZE];

	spell_time(t, digits);
	if (strncmp(digits, "2050", 4) < 0)
		cao_der_text(out, CAO_DER_UTC_TIME, digits + 2);
	else
		cao_der_text(out, CAO_DER_GENERALIZED_TIME, digits);
}

void
cao_der_generalized(struct cao_buf *out, int64_t t)
{
	char digits[CAO_RFC3339_SIZE];

	spell_time(t, digits);
	cao_der_text(out, CAO_DER_GENERALIZED_TIME, digits);
}

/* Reading. */

/* The length behind the tag, and how many octets tag and length took. */
static bool
get_length(const struct cao_der *in, size_t *ret_len, size_t *ret_header)
{
	size_t n, len;

	if (in->len < 2)
		return false;
	if (in->data[1] < 0x80) {
		*ret_len = in->data[1];
		*ret_header = 2;
		return true;
	}
	n = in->data[1] & 0x7f;
	if (n == 0 || n > LONGEST_LENGTH || in->len - 2 < n)
		return false;
	len = 0;
	for (size_t i = 0; i < n; i++)
		len = len << 8 | in->data[2 + i];
	if (len < 0x80 || in->data[2] == 0)
		return false;
	*ret_len = len;
	*ret_header = 2 + n;
	return true;
}

bool
cao_der_next(struct cao_der *in, unsigned *ret_tag, struct cao_der *content,
    struct cao_der *whole)
{
	struct cao_der at = *in;
	size_t len, header;

	if (!get_length(&at, &len, &header) || (at.data[0] & 0x1f) == 0x1f ||
	    len > at.len - header)
		return false;
	in->data += header + len;
	in->len -= header + len;
	*ret_tag = at.data[0];
	if (content != NULL)
		*content = (struct cao_der){ at.data + header, len };
	if (whole != NULL)
		*whole = (struct cao_der){ at.data, header + len };
	return true;
}

bool
cao_der_take(struct cao_der *in, unsigned tag, struct cao_der *content)
{
	unsigned found;

	return in->len > 0 && in->data[0] == tag &&
	    cao_der_next(in, &found, content, NULL);
}

bool
cao_der_take_whole(struct cao_der *in, unsigned tag, struct cao_octets *ret)
{
	struct cao_der at = *in, content;

	if (!cao_der_take(&at, tag, &content))
		return false;
	*ret = (struct cao_octets){ in->data, in->len - at.len };
	*in = at;
	return true;
}

bool
cao_der_take_extension(struct cao_der *in, struct cao_der *ret_oid,
    bool *ret_critical, struct cao_der *ret_value)
{
	struct cao_der at = *in, seq, flag;

	if (!cao_der_take(&at, CAO_DER_SEQUENCE, &seq) ||
	    !cao_der_take(&seq, CAO_DER_OID, ret_oid))
		return false;
	*ret_critical = cao_der_take(&seq, CAO_DER_BOOLEAN, &flag);
	if ((*ret_critical && (flag.len != 1 || flag.data[0] != 0xFF)) ||
	    !cao_der_take(&seq, CAO_DER_OCTET_STRING, ret_value) ||
	    seq.len != 0)
		return false;
	*in = at;
	return true;
}

bool
cao_der_get_unsigned(struct cao_der *in, struct cao_octets *ret)
{
	struct cao_der at = *in, n;

	if (!cao_der_take(&at, CAO_DER_INTEGER, &n) || n.len == 0 ||
	    (n.data[0] & 0x80) != 0 ||
	    (n.len > 1 && n.data[0] == 0 && (n.data[1] & 0x80) == 0))
		return false;
	*in = at;
	*ret = (struct cao_octets){ n.data, n.len };
	return true;
}

bool
cao_der_get_small(struct cao_der *in, uint32_t *ret)
{
	struct cao_der at = *in;
	struct cao_octets n;
	uint32_t value = 0;

	if (!cao_der_get_unsigned(&at, &n) || n.len > 5 ||
	    (n.len == 5 && n.data[0] != 0))
		return false;
	for (size_t i = 0; i < n.len; i++)
		value = value << 8 | n.data[i];
	*in = at;
	*ret = value;
	return true;
}

bool
cao_der_get_bits(struct cao_der *in, struct cao_der *octets)
{
	struct cao_der at = *in, bits;

	if (!cao_der_take(&at, CAO_DER_BIT_STRING, &bits) || bits.len == 0 ||
	    bits.data[0] != 0)
		return false;
	*in = at;
	*octets = (struct cao_der){ bits.data + 1, bits.len - 1 };
	return true;
}

bool
cao_der_is_oid(const struct cao_der *content, const char *dotted)
{
	unsigned char oid[OID_MAX];
	size_t len = encode_oid(dotted, oid);

	return len > 0 && content->len == len &&
	    memcmp(content->data, oid, len) == 0;
}

/* "20261122020000Z" to "2026-11-22T02:00:00Z", which has a reader. */
static bool
spell_out(const struct cao_der *time, unsigned tag, char out[CAO_RFC3339_SIZE])
{
	static const char shape[] = "dddd-dd-ddTdd:dd:ddZ";
	const unsigned char *p = time->data;
	size_t n = 0;

	if (time->len != (tag == CAO_DER_UTC_TIME ? 13 : 15))
		return false;
	if (tag == CAO_DER_UTC_TIME) {
		memcpy(out, p[0] >= '5' ? "19" : "20", 2);
		n = 2;
	}
	for (; n < sizeof shape - 1; n++) {
		if (shape[n] != 'd' && shape[n] != 'Z')
			out[n] = shape[n];
		else if (shape[n] == 'd' ? *p >= '0' && *p <= '9' : *p == 'Z')
			out[n] = (char)*p++;
		else
			return false;
	}
	out[n] = '\0';
	return true;
}

bool
cao_der_get_time(struct cao_der *in, int64_t *ret_time)
{
	struct cao_der at = *in, content;
	char rfc3339[CAO_RFC3339_SIZE];
	struct cao_error ignored;
	unsigned tag;

	if (!cao_der_next(&at, &tag, &content, NULL) ||
	    (tag != CAO_DER_UTC_TIME && tag != CAO_DER_GENERALIZED_TIME) ||
	    !spell_out(&content, tag, rfc3339) ||
	    cao_time_parse(rfc3339, ret_time, &ignored) != CAO_OK)
		return false;
	*in = at;
	return true;
}

bool
cao_der_equal(const struct cao_der *a, const struct cao_der *b)
{
	return a->len == b->len &&
	    (a->len == 0 || memcmp(a->data, b->data, a->len) == 0);
}
