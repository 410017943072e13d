/* Subjects of certificates. */
#include <string.h>

#include "base/text.h"
#include "pki/der.h"
#include "pki/name.h"

#define BMP_STRING 0x1E

/* The parts of a subject, in the order of the DN; limits of X.520 (RFC 5280
 * appendix A.1), in characters. */
static const struct part {
	const char *oid;
	unsigned tag;
	size_t max;
	size_t offset;     /* in struct cao_subject */
	const char *field; /* of an error */
} parts[] = {
	{ "2.5.4.6", CAO_DER_PRINTABLE, 2,
	    offsetof(struct cao_subject, country), "country" },
	{ "2.5.4.8", CAO_DER_UTF8, 128, offsetof(struct cao_subject, province),
	    "province" },
	{ "2.5.4.7", CAO_DER_UTF8, 128, offsetof(struct cao_subject, locality),
	    "locality" },
	{ "2.5.4.10", CAO_DER_UTF8, 64,
	    offsetof(struct cao_subject, organisation), "organisation" },
	{ "2.5.4.11", CAO_DER_UTF8, 64, offsetof(struct cao_subject, unit),
	    "unit" },
	{ "2.5.4.3", CAO_DER_UTF8, 64,
	    offsetof(struct cao_subject, common_name), "common_name" },
};
#define PARTS (sizeof parts / sizeof parts[0])

/* How attributes are called in a text. */
static const struct type {
	const char *oid, *word;
} types[] = {
	{ "2.5.4.6", "C" },
	{ "2.5.4.8", "ST" },
	{ "2.5.4.7", "L" },
	{ "2.5.4.10", "O" },
	{ "2.5.4.11", "OU" },
	{ "2.5.4.3", "CN" },
	{ "2.5.4.5", "serialNumber" },
	{ "2.5.4.9", "street" },
	{ "2.5.4.12", "title" },
	{ "2.5.4.4", "SN" },
	{ "2.5.4.42", "GN" },
	{ "2.5.4.97", "organizationIdentifier" },
	{ "1.2.840.113549.1.9.1", "emailAddress" },
	{ "0.9.2342.19200300.100.1.25", "DC" },
	{ "0.9.2342.19200300.100.1.1", "UID" },
};
#define TYPES (sizeof types / sizeof types[0])

static const char *
value_of(const struct cao_subject *subject, const struct part *part)
{
	const char *value;

	memcpy(&value, (const char *)subject + part->offset, sizeof value);
	return value != NULL ? value : "";
}

static enum cao_status
refuse(const struct part *part, struct cao_error *err)
{
	(void)cao_error_place(err, NULL, 0, 0, part->field);
	return CAO_INPUT;
}

static enum cao_status
check_part(const struct part *part, const char *value, struct cao_error *err)
{
	size_t len = strlen(value), bad = cao_utf8_check(value, len), n;

	if (bad < len) {
		(void)cao_fail(err, CAO_INPUT,
		    "the subject's %s is not UTF-8 at octet %zu", part->field,
		    bad + 1);
		return refuse(part, err);
	}
	if (cao_text_has_control(value)) {
		(void)cao_fail(err, CAO_INPUT,
		    "the subject's %s holds a control character", part->field);
		return refuse(part, err);
	}
	if ((n = cao_utf8_length(value)) > part->max) {
		(void)cao_fail(err, CAO_INPUT,
		    "the subject's %s has %zu characters; a certificate holds "
		    "at most %zu (RFC 5280 appendix A.1)",
		    part->field, n, part->max);
		return refuse(part, err);
	}
	if (part->tag == CAO_DER_PRINTABLE && len > 0 &&
	    (len != 2 || value[0] < 'A' || value[0] > 'Z' || value[1] < 'A' ||
		value[1] > 'Z')) {
		(void)cao_fail(err, CAO_INPUT,
		    "the subject's country is \"%s\"; write two capital "
		    "letters, such as CN (ISO 3166-1)",
		    value);
		return refuse(part, err);
	}
	return CAO_OK;
}

enum cao_status
cao_subject_check(const struct cao_subject *subject, struct cao_error *err)
{
	enum cao_status st = CAO_OK;

	for (size_t i = 0; i < PARTS && st == CAO_OK; i++)
		st = check_part(&parts[i], value_of(subject, &parts[i]), err);
	return st;
}

void
cao_subject_der(const struct cao_subject *subject, struct cao_buf *out)
{
	size_t name = cao_der_open(out, CAO_DER_SEQUENCE), set, seq;

	for (size_t i = 0; i < PARTS; i++) {
		const char *value = value_of(subject, &parts[i]);

		if (*value == '\0')
			continue;
		set = cao_der_open(out, CAO_DER_SET);
		seq = cao_der_open(out, CAO_DER_SEQUENCE);
		cao_der_oid(out, parts[i].oid);
		cao_der_text(out, parts[i].tag, value);
		cao_der_close(out, seq);
		cao_der_close(out, set);
	}
	cao_der_close(out, name);
}

/* Reading. */

/* An OBJECT IDENTIFIER in numbers; false if it is not well formed. */
static bool
put_dotted(struct cao_buf *out, const struct cao_der *oid)
{
	uint64_t arc = 0;
	bool first = true;

	if (oid->len == 0 || (oid->data[oid->len - 1] & 0x80) != 0)
		return false;
	for (size_t i = 0; i < oid->len; i++) {
		arc = arc << 7 | (oid->data[i] & 0x7f);
		if (arc >> 56 != 0)
			return false;
		if ((oid->data[i] & 0x80) != 0)
			continue;
		if (first) {
			unsigned root = arc < 80 ? (unsigned)arc / 40 : 2;

			cao_buf_printf(out, "%u", root);
			arc -= root * UINT64_C(40);
			first = false;
		}
		cao_buf_printf(out, ".%llu", (unsigned long long)arc);
		arc = 0;
	}
	return true;
}

static bool
put_type(struct cao_buf *out, const struct cao_der *oid)
{
	for (size_t i = 0; i < TYPES; i++) {
		if (cao_der_is_oid(oid, types[i].oid)) {
			cao_buf_puts(out, types[i].word);
			return true;
		}
	}
	return put_dotted(out, oid);
}

/* UCS-2 (BMPString) as UTF-8; false if it is none. */
static bool
from_bmp(const struct cao_der *in, struct cao_buf *out)
{
	if (in->len % 2 != 0)
		return false;
	for (size_t i = 0; i < in->len; i += 2) {
		unsigned c = (unsigned)in->data[i] << 8 | in->data[i + 1];

		if (c >= 0xD800 && c <= 0xDFFF)
			return false;
		if (c >= 0x800) {
			cao_buf_putc(out, (int)(0xE0 | c >> 12));
			cao_buf_putc(out, (int)(0x80 | (c >> 6 & 0x3F)));
			cao_buf_putc(out, (int)(0x80 | (c & 0x3F)));
		} else if (c >= 0x80) {
			cao_buf_putc(out, (int)(0xC0 | c >> 6));
			cao_buf_putc(out, (int)(0x80 | (c & 0x3F)));
		} else
			cao_buf_putc(out, (int)c);
	}
	return true;
}

/* The text of a string type that is understood, without controls in it. */
static bool
decode_text(unsigned tag, const struct cao_der *value, struct cao_buf *text)
{
	switch (tag) {
	case CAO_DER_UTF8:
	case CAO_DER_PRINTABLE:
	case CAO_DER_IA5:
		if (value->len > 0)
			cao_buf_add(text, value->data, value->len);
		break;
	case BMP_STRING:
		if (!from_bmp(value, text))
			return false;
		break;
	default:
		return false;
	}
	return memchr(cao_buf_text(text), '\0', text->len) == NULL &&
	    cao_utf8_check(cao_buf_text(text), text->len) == text->len &&
	    !cao_text_has_control(cao_buf_text(text));
}

/* Escaped as in RFC 4514 section 2.4, so that a value cannot look like the
 * next attribute; what is not text stands in hex. */
static void
put_value(struct cao_buf *out, unsigned tag, const struct cao_der *value,
    const struct cao_der *whole)
{
	struct cao_buf text = { 0 };

	if (!decode_text(tag, value, &text)) {
		cao_buf_putc(out, '#');
		cao_hex_put(out, whole->data, whole->len);
	} else {
		const char *p = cao_buf_text(&text);

		if (*p == '#')
			cao_buf_putc(out, '\\');
		for (; *p != '\0'; p++) {
			if (strchr(",+\"\\<>;", *p) != NULL)
				cao_buf_putc(out, '\\');
			cao_buf_putc(out, (unsigned char)*p);
		}
	}
	if (!cao_buf_ok(&text))
		out->failed = true;
	cao_buf_free(&text);
}

/* One RelativeDistinguishedName; several attributes are joined by "+". */
static bool
put_set(struct cao_buf *out, struct cao_der set)
{
	struct cao_der seq, oid, value, whole;
	const char *between = "";
	unsigned tag;

	if (set.len == 0)
		return false;
	for (; set.len > 0; between = "+") {
		if (!cao_der_take(&set, CAO_DER_SEQUENCE, &seq) ||
		    !cao_der_take(&seq, CAO_DER_OID, &oid) ||
		    !cao_der_next(&seq, &tag, &value, &whole) || seq.len != 0)
			return false;
		cao_buf_puts(out, between);
		if (!put_type(out, &oid))
			return false;
		cao_buf_putc(out, '=');
		put_value(out, tag, &value, &whole);
	}
	return true;
}

bool
cao_name_text(const void *der, size_t len, struct cao_buf *out)
{
	struct cao_der in = { der, len }, name, set;
	struct cao_buf text = { 0 };
	bool ok = cao_der_take(&in, CAO_DER_SEQUENCE, &name) && in.len == 0;

	while (ok && name.len > 0) {
		if (text.len > 0)
			cao_buf_puts(&text, ", ");
		ok = cao_der_take(&name, CAO_DER_SET, &set) &&
		    put_set(&text, set);
	}
	if (ok) {
		cao_buf_puts(out, cao_buf_text(&text));
		if (!cao_buf_ok(&text))
			out->failed = true;
	}
	cao_buf_free(&text);
	return ok;
}
