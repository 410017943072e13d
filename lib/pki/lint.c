/*
 * Holding a to-be-signed certificate to the rules.  This shares nothing with
 * the code that built it but the reader of DER: a mistake there is not made
 * here again.
 */
#include <string.h>

#include <openssl/evp.h>

#include "base/text.h"
#include "pki/cert.h"
#include "pki/der.h"

#define DEPTH_MAX 16
#define KEY_ID_SIZE 20
#define SERIAL_MAX 20
#define SERIAL_BITS_MIN 64
#define RSA_BITS_MIN 2048
#define RSA_BITS_MAX 4096
#define POINT_SIZE 65
#define UTC_TIME_UNTIL INT64_C(2524608000) /* 2050-01-01T00:00:00Z */

#define OID_EC_KEY "1.2.840.10045.2.1"
#define OID_P256 "1.2.840.10045.3.1.7"
#define OID_SM2 "1.2.156.10197.1.301"
#define OID_RSA "1.2.840.113549.1.1.1"

/* What the certificate is held to. */
struct lint {
	const struct cao_cert_spec *spec;
	bool self_signed;
	struct cao_cert issuer;
	unsigned char key_id[KEY_ID_SIZE]; /* of the key in it */
	unsigned char issuer_id[KEY_ID_SIZE];
	struct cao_error *err;
};

static bool
given(const char *text)
{
	return text != NULL && text[0] != '\0';
}

static bool
is_text(const struct cao_der *w, const char *text)
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

/* Would writing it again give the same octets?  Goes down into what is
 * constructed. */
static bool
is_canonical(struct cao_der top)
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

static enum cao_status
check_version(struct lint *l, struct cao_der *w)
{
	struct cao_der outer, version;

	if (!cao_der_take(w, CAO_DER_CONTEXT_EXPLICIT | 0, &outer) ||
	    !cao_der_take(&outer, CAO_DER_INTEGER, &version) ||
	    outer.len != 0 || version.len != 1 || version.data[0] != 2)
		return cao_fail(l->err, CAO_DENIED,
		    "RFC 5280 section 4.1.2.1: version is not v3, which extensions need");
	return CAO_OK;
}

static unsigned
significant_bits(const unsigned char *octets, size_t len)
{
	unsigned bits = 0;

	while (len > 0 && *octets == 0)
		octets++, len--;
	if (len == 0)
		return 0;
	for (unsigned top = *octets; top != 0; top >>= 1)
		bits++;
	return bits + 8 * (unsigned)(len - 1);
}

static enum cao_status
check_serial(struct lint *l, struct cao_der *w)
{
	struct cao_der n;
	unsigned bits;

	if (!cao_der_take(w, CAO_DER_INTEGER, &n) || n.len == 0)
		return cao_fail(l->err, CAO_DENIED,
		    "RFC 5280 section 4.1.2.2: serialNumber is no INTEGER");
	if ((n.data[0] & 0x80) != 0)
		return cao_fail(l->err, CAO_DENIED,
		    "RFC 5280 section 4.1.2.2: serialNumber is negative");
	if (n.len > SERIAL_MAX)
		return cao_fail(l->err, CAO_DENIED,
		    "RFC 5280 section 4.1.2.2: serialNumber has %zu octets, at most %d are allowed",
		    n.len, SERIAL_MAX);
	if ((bits = significant_bits(n.data, n.len)) < SERIAL_BITS_MIN)
		return cao_fail(l->err, CAO_DENIED,
		    "CA/Browser Forum Baseline Requirements section 7.1: serialNumber has %u significant bits, at least %d are needed",
		    bits, SERIAL_BITS_MIN);
	if (n.len != CAO_SERIAL_SIZE ||
	    memcmp(n.data, l->spec->serial, CAO_SERIAL_SIZE) != 0)
		return cao_fail(l->err, CAO_DENIED,
		    "RFC 5280 section 4.1.2.2: serialNumber is not the one that was assigned");
	return CAO_OK;
}

/* What a SubjectPublicKeyInfo holds. */
struct public_key {
	enum { KEY_SM2, KEY_P256, KEY_RSA, KEY_OTHER } kind;
	struct cao_der bits; /* subjectPublicKey, without its unused bits */
	bool whole;          /* its parts stand as their RFCs say */
};

static void
read_ec_key(struct public_key *k, struct cao_der *parameters)
{
	struct cao_der curve;

	if (!cao_der_take(parameters, CAO_DER_OID, &curve))
		return;
	if (cao_der_is_oid(&curve, OID_SM2))
		k->kind = KEY_SM2;
	else if (cao_der_is_oid(&curve, OID_P256))
		k->kind = KEY_P256;
	k->whole = parameters->len == 0 && k->bits.len == POINT_SIZE &&
	    k->bits.data[0] == 0x04;
}

static void
read_rsa_key(struct public_key *k, struct cao_der *parameters)
{
	struct cao_der w = k->bits, key, n, e;
	unsigned bits;

	k->kind = KEY_RSA;
	if (!cao_der_take(parameters, CAO_DER_NULL, &n) ||
	    parameters->len != 0 || !cao_der_take(&w, CAO_DER_SEQUENCE, &key) ||
	    w.len != 0 || !cao_der_take(&key, CAO_DER_INTEGER, &n) ||
	    !cao_der_take(&key, CAO_DER_INTEGER, &e) || key.len != 0 ||
	    n.len == 0 || e.len == 0)
		return;
	bits = significant_bits(n.data, n.len);
	k->whole = bits >= RSA_BITS_MIN && bits <= RSA_BITS_MAX &&
	    (n.data[0] & 0x80) == 0 && (n.data[n.len - 1] & 1) != 0 &&
	    (e.data[0] & 0x80) == 0 && (e.data[e.len - 1] & 1) != 0 &&
	    significant_bits(e.data, e.len) >= 17;
}

static struct public_key
read_key(const void *spki, size_t len)
{
	struct public_key k = { .kind = KEY_OTHER };
	struct cao_der w = { spki, len }, body, algorithm, oid;

	if (!cao_der_take(&w, CAO_DER_SEQUENCE, &body) || w.len != 0 ||
	    !cao_der_take(&body, CAO_DER_SEQUENCE, &algorithm) ||
	    !cao_der_take(&algorithm, CAO_DER_OID, &oid) ||
	    !cao_der_take(&body, CAO_DER_BIT_STRING, &k.bits) ||
	    body.len != 0 || k.bits.len < 2 || k.bits.data[0] != 0)
		return k;
	k.bits.data++, k.bits.len--;
	if (cao_der_is_oid(&oid, OID_EC_KEY))
		read_ec_key(&k, &algorithm);
	else if (cao_der_is_oid(&oid, OID_RSA))
		read_rsa_key(&k, &algorithm);
	return k;
}

/* The signature's algorithm follows from the issuer's key. */
static enum cao_status
check_algorithm(struct lint *l, struct cao_der *w)
{
	static const struct {
		const char *oid;
		bool null; /* parameters NULL, else absent */
	} rules[] = {
		[KEY_SM2] = { "1.2.156.10197.1.501", false },
		[KEY_P256] = { "1.2.840.10045.4.3.2", false },
		[KEY_RSA] = { "1.2.840.113549.1.1.11", true },
	};
	struct public_key k = read_key(l->issuer.spki, l->issuer.spki_len);
	struct cao_der seq, oid, null;

	if (k.kind == KEY_OTHER)
		return cao_fail(l->err, CAO_DENIED,
		    "RFC 5280 section 4.1.2.3: the issuer's key is of no algorithm that signs here");
	if (!cao_der_take(w, CAO_DER_SEQUENCE, &seq) ||
	    !cao_der_take(&seq, CAO_DER_OID, &oid) ||
	    !cao_der_is_oid(&oid, rules[k.kind].oid))
		return cao_fail(l->err, CAO_DENIED,
		    "RFC 5280 section 4.1.2.3: signature is not %s, the algorithm of the issuer's key",
		    rules[k.kind].oid);
	if ((rules[k.kind].null && !cao_der_take(&seq, CAO_DER_NULL, &null)) ||
	    seq.len != 0)
		return cao_fail(l->err, CAO_DENIED,
		    "RFC 4055 section 5, RFC 5758 section 3.2: the parameters of %s are not as they must be",
		    rules[k.kind].oid);
	return CAO_OK;
}

static enum cao_status
check_issuer(struct lint *l, struct cao_der *w)
{
	struct cao_der content, whole;
	unsigned tag;

	if (!cao_der_next(w, &tag, &content, &whole) ||
	    tag != CAO_DER_SEQUENCE || content.len == 0)
		return cao_fail(l->err, CAO_DENIED,
		    "RFC 5280 section 4.1.2.4: issuer is empty or no Name");
	if (whole.len != l->issuer.subject_len ||
	    memcmp(whole.data, l->issuer.subject, whole.len) != 0)
		return cao_fail(l->err, CAO_DENIED,
		    "RFC 5280 section 4.1.2.4: issuer is not octet for octet the subject of the issuer's certificate");
	return CAO_OK;
}

/* UTCTime through 2049, then GeneralizedTime, with seconds and Z. */
static bool
take_time(struct cao_der *w, int64_t *ret, bool *ret_form)
{
	struct cao_der peek = *w, content, whole;
	unsigned tag;

	if (!cao_der_next(&peek, &tag, &content, &whole) ||
	    !cao_der_get_time(w, ret))
		return false;
	*ret_form = *ret < UTC_TIME_UNTIL
	    ? tag == CAO_DER_UTC_TIME && content.len == 13
	    : tag == CAO_DER_GENERALIZED_TIME && content.len == 15;
	return true;
}

static enum cao_status
check_validity(struct lint *l, struct cao_der *w)
{
	struct cao_der seq;
	int64_t from, to;
	bool from_form, to_form;

	if (!cao_der_take(w, CAO_DER_SEQUENCE, &seq) ||
	    !take_time(&seq, &from, &from_form) ||
	    !take_time(&seq, &to, &to_form) || seq.len != 0)
		return cao_fail(l->err, CAO_DENIED,
		    "RFC 5280 section 4.1.2.5: validity is no pair of times");
	if (!from_form || !to_form)
		return cao_fail(l->err, CAO_DENIED,
		    "RFC 5280 section 4.1.2.5: %s is not UTCTime through 2049 and GeneralizedTime from 2050",
		    from_form ? "notAfter" : "notBefore");
	if (from > to)
		return cao_fail(l->err, CAO_DENIED,
		    "RFC 5280 section 4.1.2.5: notAfter is before notBefore");
	if (from != l->spec->not_before)
		return cao_fail(l->err, CAO_DENIED,
		    "RFC 5280 section 4.1.2.5: notBefore is not the instant that was ordered");
	if (to != l->spec->not_after)
		return cao_fail(l->err, CAO_DENIED,
		    "RFC 5280 section 4.1.2.5: notAfter is not the instant that was ordered");
	return CAO_OK;
}

/* A part of the subject and the rule for it: X.520, RFC 5280 appendix A. */
struct attribute {
	const char *name, *oid;
	unsigned tag;
	size_t max; /* characters */
	const char *value;
};

/* The text of one RelativeDistinguishedName of one attribute. */
static bool
take_attribute(struct cao_der *rdns, const struct attribute *a, unsigned *tag,
    struct cao_der *text)
{
	struct cao_der peek = *rdns, set, pair, oid, whole;

	if (!cao_der_take(&peek, CAO_DER_SET, &set) ||
	    !cao_der_take(&set, CAO_DER_SEQUENCE, &pair) || set.len != 0 ||
	    !cao_der_take(&pair, CAO_DER_OID, &oid) ||
	    !cao_der_is_oid(&oid, a->oid) ||
	    !cao_der_next(&pair, tag, text, &whole) || pair.len != 0)
		return false;
	*rdns = peek;
	return true;
}

static size_t
characters(const struct cao_der *text)
{
	size_t n = 0;

	for (size_t i = 0; i < text->len; i++)
		n += (text->data[i] & 0xC0) != 0x80;
	return n;
}

/* C0, DEL, and in UTF-8 C1. */
static bool
has_control(const struct cao_der *text)
{
	for (size_t i = 0; i < text->len; i++) {
		unsigned char c = text->data[i];

		if (c < 0x20 || c == 0x7F)
			return true;
		if (c == 0xC2 && i + 1 < text->len && text->data[i + 1] < 0xA0)
			return true;
	}
	return false;
}

static enum cao_status
check_attribute(struct lint *l, const struct attribute *a, struct cao_der *rdns)
{
	struct cao_der text;
	unsigned tag;

	if (!take_attribute(rdns, a, &tag, &text))
		return cao_fail(l->err, CAO_DENIED,
		    "RFC 5280 section 4.1.2.6: the subject's %s is missing or out of the order C, ST, L, O, OU, CN",
		    a->name);
	if (tag != a->tag)
		return cao_fail(l->err, CAO_DENIED,
		    "RFC 5280 section 4.1.2.4: the subject's %s is not %s",
		    a->name,
		    a->tag == CAO_DER_UTF8 ? "UTF8String" : "PrintableString");
	if (characters(&text) == 0 || characters(&text) > a->max ||
	    (a->tag == CAO_DER_PRINTABLE && text.len != a->max))
		return cao_fail(l->err, CAO_DENIED,
		    "RFC 5280 appendix A.1: the subject's %s has %zu characters, the bound is %zu",
		    a->name, characters(&text), a->max);
	if (has_control(&text))
		return cao_fail(l->err, CAO_DENIED,
		    "RFC 5280 section 4.1.2.6: the subject's %s holds a control character",
		    a->name);
	if (!is_text(&text, a->value))
		return cao_fail(l->err, CAO_DENIED,
		    "RFC 5280 section 4.1.2.6: the subject's %s is not the one that was ordered",
		    a->name);
	return CAO_OK;
}

static enum cao_status
check_subject(struct lint *l, struct cao_der *w)
{
	const struct cao_cert_spec *s = l->spec;
	bool roles = s->usage == CAO_OPERATOR && given(s->roles);
	const struct attribute parts[] = {
		{ "C", "2.5.4.6", CAO_DER_PRINTABLE, 2, s->subject.country },
		{ "ST", "2.5.4.8", CAO_DER_UTF8, 128, s->subject.province },
		{ "L", "2.5.4.7", CAO_DER_UTF8, 128, s->subject.locality },
		{ "O", "2.5.4.10", CAO_DER_UTF8, 64, s->subject.organisation },
		{ "OU", "2.5.4.11", CAO_DER_UTF8, 64,
		    roles ? s->roles : s->subject.unit },
		{ "CN", "2.5.4.3", CAO_DER_UTF8, 64, s->subject.common_name },
	};
	enum cao_status st;
	struct cao_der rdns;

	if (!cao_der_take(w, CAO_DER_SEQUENCE, &rdns) || rdns.len == 0)
		return cao_fail(l->err, CAO_DENIED,
		    "RFC 5280 section 4.1.2.6: subject is empty or no Name");
	for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
		if (given(parts[i].value) &&
		    (st = check_attribute(l, &parts[i], &rdns)) != CAO_OK)
			return st;
	if (rdns.len != 0)
		return cao_fail(l->err, CAO_DENIED,
		    "RFC 5280 section 4.1.2.6: subject holds an attribute that was not ordered");
	return CAO_OK;
}

static enum cao_status
check_key(struct lint *l, struct cao_der *w)
{
	struct cao_der content, whole;
	struct public_key k;
	unsigned tag;

	if (!cao_der_next(w, &tag, &content, &whole) ||
	    whole.len != l->spec->spki_len ||
	    memcmp(whole.data, l->spec->spki, whole.len) != 0)
		return cao_fail(l->err, CAO_DENIED,
		    "RFC 5280 section 4.1.2.7: subjectPublicKeyInfo is not the key that was ordered");
	k = read_key(whole.data, whole.len);
	if (k.kind == KEY_OTHER)
		return cao_fail(l->err, CAO_DENIED,
		    "RFC 5280 section 4.1.2.7: subjectPublicKeyInfo is neither SM2, P-256 nor RSA");
	if (!k.whole)
		return cao_fail(l->err, CAO_DENIED,
		    "RFC 3279 section 2.3.1, RFC 5480 section 2: the key in subjectPublicKeyInfo is no uncompressed point, or no RSA key of 2048 to 4096 bits with an odd exponent from 65537");
	if (!EVP_Digest(
		k.bits.data, k.bits.len, l->key_id, NULL, EVP_sha1(), NULL))
		return cao_fail(l->err, CAO_SYSTEM, "cannot compute SHA-1");
	return CAO_OK;
}

/* Extensions.  Each check gets the content of extnValue. */

static enum cao_status
check_constraints(struct lint *l, struct cao_der value)
{
	bool authority = l->spec->usage == CAO_AUTHORITY;
	struct cao_der seq, flag, path;

	if (!cao_der_take(&value, CAO_DER_SEQUENCE, &seq) || value.len != 0)
		return cao_fail(l->err, CAO_DENIED,
		    "RFC 5280 section 4.2.1.9: basicConstraints is no SEQUENCE");
	if (cao_der_take(&seq, CAO_DER_BOOLEAN, &flag) != authority ||
	    (authority && (flag.len != 1 || flag.data[0] != 0xFF)))
		return cao_fail(l->err, CAO_DENIED,
		    authority
			? N_("RFC 5280 section 4.2.1.9: cA is not TRUE in a CA's certificate")
			: N_("RFC 5280 section 4.2.1.9: cA stands in the certificate of an end entity"));
	if (authority && l->spec->path_length >= 0 &&
	    (!cao_der_take(&seq, CAO_DER_INTEGER, &path) || path.len != 1 ||
		path.data[0] != l->spec->path_length))
		return cao_fail(l->err, CAO_DENIED,
		    "RFC 5280 section 4.2.1.9: pathLenConstraint is not %d",
		    l->spec->path_length);
	if (seq.len != 0)
		return cao_fail(l->err, CAO_DENIED,
		    "RFC 5280 section 4.2.1.9: basicConstraints holds more than it should");
	return CAO_OK;
}

static enum cao_status
check_usage(struct lint *l, struct cao_der value)
{
	static const struct {
		unsigned char bits[2];
		const char *words;
	} rules[] = {
		[CAO_SIGN] = { { 6, 0xC0 },
		    "digitalSignature, nonRepudiation" },
		[CAO_ENCRYPT] = { { 3, 0x38 },
		    "keyEncipherment, dataEncipherment, keyAgreement" },
		[CAO_AUTHORITY] = { { 1, 0x06 }, "keyCertSign, cRLSign" },
		[CAO_OPERATOR] = { { 6, 0xC0 },
		    "digitalSignature, nonRepudiation" },
		[CAO_RECOVERY] = { { 4, 0x30 },
		    "keyEncipherment, dataEncipherment" },
	};
	enum cao_usage usage = l->spec->usage;
	struct cao_der bits;
	unsigned char b;

	if (!cao_der_take(&value, CAO_DER_BIT_STRING, &bits) ||
	    value.len != 0 || bits.len < 2)
		return cao_fail(l->err, CAO_DENIED,
		    "RFC 5280 section 4.2.1.3: keyUsage is no BIT STRING with a bit set");
	b = bits.data[1];
	if ((b & 0xC0) != 0 && (b & 0x38) != 0)
		return cao_fail(l->err, CAO_DENIED,
		    "GM/T 0034: keyUsage mixes signing and encryption, which a pair keeps apart");
	if (bits.len != 2 || memcmp(bits.data, rules[usage].bits, 2) != 0)
		return cao_fail(l->err, CAO_DENIED,
		    "RFC 5280 section 4.2.1.3: keyUsage is not %s",
		    rules[usage].words);
	return CAO_OK;
}

static enum cao_status
check_subject_id(struct lint *l, struct cao_der value)
{
	struct cao_der id;

	if (!cao_der_take(&value, CAO_DER_OCTET_STRING, &id) ||
	    value.len != 0 || id.len != KEY_ID_SIZE ||
	    memcmp(id.data, l->key_id, KEY_ID_SIZE) != 0)
		return cao_fail(l->err, CAO_DENIED,
		    "RFC 5280 section 4.2.1.2: subjectKeyIdentifier is not the SHA-1 of the public key");
	return CAO_OK;
}

static enum cao_status
check_authority_id(struct lint *l, struct cao_der value)
{
	const unsigned char *want = l->issuer_id;
	size_t len = KEY_ID_SIZE;
	struct cao_der seq, id;

	if (l->self_signed)
		want = l->key_id;
	else if (l->issuer.key_id != NULL)
		want = l->issuer.key_id, len = l->issuer.key_id_len;
	if (!cao_der_take(&value, CAO_DER_SEQUENCE, &seq) || value.len != 0 ||
	    !cao_der_take(&seq, CAO_DER_CONTEXT | 0, &id) || seq.len != 0)
		return cao_fail(l->err, CAO_DENIED,
		    "RFC 5280 section 4.2.1.1: authorityKeyIdentifier is not a keyIdentifier alone");
	if (id.len != len || memcmp(id.data, want, len) != 0)
		return cao_fail(l->err, CAO_DENIED,
		    "RFC 5280 section 4.2.1.1: authorityKeyIdentifier is not the subjectKeyIdentifier of the issuer");
	return CAO_OK;
}

static bool
is_policy(const struct cao_cert_spec *s, struct cao_der value)
{
	struct cao_der list, info, oid, qualifiers, qualifier, uri;

	if (!cao_der_take(&value, CAO_DER_SEQUENCE, &list) || value.len != 0 ||
	    !cao_der_take(&list, CAO_DER_SEQUENCE, &info) || list.len != 0 ||
	    !cao_der_take(&info, CAO_DER_OID, &oid) ||
	    !cao_der_is_oid(&oid, s->policy))
		return false;
	if (!given(s->cps))
		return info.len == 0;
	return cao_der_take(&info, CAO_DER_SEQUENCE, &qualifiers) &&
	    info.len == 0 &&
	    cao_der_take(&qualifiers, CAO_DER_SEQUENCE, &qualifier) &&
	    qualifiers.len == 0 &&
	    cao_der_take(&qualifier, CAO_DER_OID, &oid) &&
	    cao_der_is_oid(&oid, "1.3.6.1.5.5.7.2.1") &&
	    cao_der_take(&qualifier, CAO_DER_IA5, &uri) && qualifier.len == 0 &&
	    is_text(&uri, s->cps);
}

static enum cao_status
check_policy(struct lint *l, struct cao_der value)
{
	if (!is_policy(l->spec, value))
		return cao_fail(l->err, CAO_DENIED,
		    "RFC 5280 section 4.2.1.4: certificatePolicies is not %s with the CPS URI of the profile",
		    l->spec->policy);
	return CAO_OK;
}

static enum cao_status
check_crl(struct lint *l, struct cao_der value)
{
	struct cao_der list, point, name, full, uri;

	if (!cao_der_take(&value, CAO_DER_SEQUENCE, &list) || value.len != 0 ||
	    !cao_der_take(&list, CAO_DER_SEQUENCE, &point) || list.len != 0 ||
	    !cao_der_take(&point, CAO_DER_CONTEXT_EXPLICIT | 0, &name) ||
	    point.len != 0 ||
	    !cao_der_take(&name, CAO_DER_CONTEXT_EXPLICIT | 0, &full) ||
	    name.len != 0 || !cao_der_take(&full, CAO_DER_CONTEXT | 6, &uri) ||
	    full.len != 0 || !is_text(&uri, l->spec->crl))
		return cao_fail(l->err, CAO_DENIED,
		    "RFC 5280 section 4.2.1.13: cRLDistributionPoints is not the one URI of the profile");
	return CAO_OK;
}

/* An AccessDescription, if one is to be there. */
static bool
takes_access(struct cao_der *list, const char *method, const char *want)
{
	struct cao_der seq, oid, uri;

	if (!given(want))
		return true;
	return cao_der_take(list, CAO_DER_SEQUENCE, &seq) &&
	    cao_der_take(&seq, CAO_DER_OID, &oid) &&
	    cao_der_is_oid(&oid, method) &&
	    cao_der_take(&seq, CAO_DER_CONTEXT | 6, &uri) && seq.len == 0 &&
	    is_text(&uri, want);
}

static enum cao_status
check_access(struct lint *l, struct cao_der value)
{
	struct cao_der list;

	if (!cao_der_take(&value, CAO_DER_SEQUENCE, &list) || value.len != 0 ||
	    !takes_access(&list, "1.3.6.1.5.5.7.48.1", l->spec->ocsp) ||
	    !takes_access(&list, "1.3.6.1.5.5.7.48.2", l->spec->issuer_url) ||
	    list.len != 0)
		return cao_fail(l->err, CAO_DENIED,
		    "RFC 5280 section 4.2.2.1: authorityInfoAccess is not the OCSP and issuer URIs of the profile");
	return CAO_OK;
}

static enum cao_status
check_person(struct lint *l, struct cao_der value)
{
	static const struct {
		const char *type;
		unsigned choice, tag;
	} rules[] = {
		{ "resident-id", 0, CAO_DER_PRINTABLE },
		{ "passport", 2, CAO_DER_PRINTABLE },
	};
	unsigned choice = 1, tag = CAO_DER_UTF8;
	struct cao_der outer, text;

	for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++)
		if (strcmp(l->spec->person_id_type, rules[i].type) == 0)
			choice = rules[i].choice, tag = rules[i].tag;
	if (!cao_der_take(&value, CAO_DER_CONTEXT_EXPLICIT | choice, &outer) ||
	    value.len != 0 || !cao_der_take(&outer, tag, &text) ||
	    outer.len != 0 || !is_text(&text, l->spec->person_id))
		return cao_fail(l->err, CAO_DENIED,
		    "GM/T 0015: identifyCode is not the person's number of that type, tagged explicitly");
	return CAO_OK;
}

static enum cao_status
check_organisation(struct lint *l, struct cao_der value)
{
	struct cao_der text;

	if (!cao_der_take(&value, CAO_DER_PRINTABLE, &text) || value.len != 0 ||
	    !is_text(&text, l->spec->organisation_id))
		return cao_fail(l->err, CAO_DENIED,
		    "GM/T 0015: the organisation's number is not the one that was ordered, as PrintableString");
	return CAO_OK;
}

static enum cao_status
check_entity(struct lint *l, struct cao_der value)
{
	struct cao_der text;

	if (!cao_der_take(&value, CAO_DER_UTF8, &text) || value.len != 0 ||
	    !is_text(&text, l->spec->entity_id))
		return cao_fail(l->err, CAO_DENIED,
		    "certificate profile: extension 1.3.6.1.4.1.18760.1.14 is not the text that binds the pair");
	return CAO_OK;
}

static bool
wants_always(const struct cao_cert_spec *s)
{
	return s != NULL;
}

static bool
wants_policy(const struct cao_cert_spec *s)
{
	return given(s->policy);
}

static bool
wants_crl(const struct cao_cert_spec *s)
{
	return given(s->crl);
}

static bool
wants_access(const struct cao_cert_spec *s)
{
	return given(s->ocsp) || given(s->issuer_url);
}

static bool
wants_person(const struct cao_cert_spec *s)
{
	return given(s->person_id_type) && given(s->person_id);
}

static bool
wants_number(
    const struct cao_cert_spec *s, const char *type1, const char *type2)
{
	return given(s->organisation_id) && given(s->organisation_id_type) &&
	    (strcmp(s->organisation_id_type, type1) == 0 ||
		strcmp(s->organisation_id_type, type2) == 0);
}

static bool
wants_insurance(const struct cao_cert_spec *s)
{
	return wants_number(s, "social-insurance", "social-insurance");
}

static bool
wants_registration(const struct cao_cert_spec *s)
{
	return wants_number(s, "business-licence", "enterprise-legal-person");
}

static bool
wants_code(const struct cao_cert_spec *s)
{
	return wants_number(s, "uscc", "organisation-code");
}

static bool
wants_taxation(const struct cao_cert_spec *s)
{
	return wants_number(s, "tax-registration", "tax-registration");
}

static bool
wants_entity(const struct cao_cert_spec *s)
{
	return given(s->entity_id);
}

// clang-format off
static const struct {
	const char *oid, *name, *rule;
	bool critical;
	bool (*wanted)(const struct cao_cert_spec *);
	enum cao_status (*check)(struct lint *, struct cao_der value);
} extensions[] = {
	{ "2.5.29.19", "basicConstraints", "RFC 5280 section 4.2.1.9", true,
	    wants_always, check_constraints },
	{ "2.5.29.15", "keyUsage", "RFC 5280 section 4.2.1.3", true,
	    wants_always, check_usage },
	{ "2.5.29.14", "subjectKeyIdentifier", "RFC 5280 section 4.2.1.2",
	    false, wants_always, check_subject_id },
	{ "2.5.29.35", "authorityKeyIdentifier", "RFC 5280 section 4.2.1.1",
	    false, wants_always, check_authority_id },
	{ "2.5.29.32", "certificatePolicies", "RFC 5280 section 4.2.1.4",
	    false, wants_policy, check_policy },
	{ "2.5.29.31", "cRLDistributionPoints", "RFC 5280 section 4.2.1.13",
	    false, wants_crl, check_crl },
	{ "1.3.6.1.5.5.7.1.1", "authorityInfoAccess",
	    "RFC 5280 section 4.2.2.1", false, wants_access, check_access },
	{ "1.2.156.10260.4.1.1", "identifyCode", "GM/T 0015", false,
	    wants_person, check_person },
	{ "1.2.156.10260.4.1.2", "insuranceNumber", "GM/T 0015", false,
	    wants_insurance, check_organisation },
	{ "1.2.156.10260.4.1.3", "iCRegistrationNumber", "GM/T 0015", false,
	    wants_registration, check_organisation },
	{ "1.2.156.10260.4.1.4", "organizationCode", "GM/T 0015", false,
	    wants_code, check_organisation },
	{ "1.2.156.10260.4.1.5", "taxationNumber", "GM/T 0015", false,
	    wants_taxation, check_organisation },
	{ "1.3.6.1.4.1.18760.1.14", "entityId", "certificate profile", false,
	    wants_entity, check_entity },
};
// clang-format on
#define KNOWN (sizeof extensions / sizeof extensions[0])

static enum cao_status
check_known(
    struct lint *l, size_t i, bool critical, bool seen, struct cao_der value)
{
	if (seen)
		return cao_fail(l->err, CAO_DENIED,
		    "RFC 5280 section 4.2: %s stands twice",
		    extensions[i].name);
	if (!extensions[i].wanted(l->spec))
		return cao_fail(l->err, CAO_DENIED,
		    "%s: %s stands in a certificate that is to have none",
		    extensions[i].rule, extensions[i].name);
	if (critical != extensions[i].critical)
		return cao_fail(l->err, CAO_DENIED,
		    critical ? N_("%s: %s is critical and must not be")
			     : N_("%s: %s is not critical and must be"),
		    extensions[i].rule, extensions[i].name);
	if (!is_canonical(value))
		return cao_fail(l->err, CAO_DENIED, "%s: %s is not DER",
		    extensions[i].rule, extensions[i].name);
	return extensions[i].check(l, value);
}

static enum cao_status
check_extension(struct lint *l, struct cao_der *list, unsigned *seen)
{
	struct cao_der seq, oid, flag, value;
	bool critical = false;

	if (!cao_der_take(list, CAO_DER_SEQUENCE, &seq) ||
	    !cao_der_take(&seq, CAO_DER_OID, &oid))
		return cao_fail(l->err, CAO_DENIED,
		    "RFC 5280 section 4.2: an extension has no extnID");
	if (cao_der_take(&seq, CAO_DER_BOOLEAN, &flag)) {
		critical = flag.data[0] != 0;
		if (!critical)
			return cao_fail(l->err, CAO_DENIED,
			    "X.690 section 11.5: critical is written though it is FALSE, the default");
	}
	if (!cao_der_take(&seq, CAO_DER_OCTET_STRING, &value) || seq.len != 0)
		return cao_fail(l->err, CAO_DENIED,
		    "RFC 5280 section 4.2: an extension has no extnValue at its end");
	for (size_t i = 0; i < KNOWN; i++) {
		bool twice = (*seen & 1U << i) != 0;

		if (!cao_der_is_oid(&oid, extensions[i].oid))
			continue;
		*seen |= 1U << i;
		return check_known(l, i, critical, twice, value);
	}
	return cao_fail(l->err, CAO_DENIED,
	    critical
		? N_("RFC 5280 section 4.2: an unknown extension is critical")
		: N_("certificate profile: an extension that the profile does not have"));
}

static enum cao_status
check_extensions(struct lint *l, struct cao_der *w)
{
	enum cao_status st;
	struct cao_der outer, list;
	unsigned seen = 0;

	if (!cao_der_take(w, CAO_DER_CONTEXT_EXPLICIT | 3, &outer) ||
	    !cao_der_take(&outer, CAO_DER_SEQUENCE, &list) || outer.len != 0)
		return cao_fail(l->err, CAO_DENIED,
		    "RFC 5280 section 4.1.2.9: no extensions behind the key");
	while (list.len != 0)
		if ((st = check_extension(l, &list, &seen)) != CAO_OK)
			return st;
	for (size_t i = 0; i < KNOWN; i++)
		if (extensions[i].wanted(l->spec) && (seen & 1U << i) == 0)
			return cao_fail(l->err, CAO_DENIED, "%s: %s is missing",
			    extensions[i].rule, extensions[i].name);
	return CAO_OK;
}

/* The issuer's certificate, or the certificate itself where it signs itself:
 * a stand-in with the subject and key that were ordered. */
static enum cao_status
read_issuer(struct lint *l, const struct cao_issuer *issuer, struct cao_der tbs)
{
	enum cao_status st;
	const unsigned char *der;
	struct cao_der part, whole;
	struct public_key k;
	unsigned tag;
	size_t len;

	if (issuer != NULL) {
		der = cao_issuer_cert(issuer, &len);
		if ((st = cao_cert_read(der, len, &l->issuer, l->err)) !=
		    CAO_OK)
			return st;
		k = read_key(l->issuer.spki, l->issuer.spki_len);
		if (!EVP_Digest(k.bits.data, k.bits.len, l->issuer_id, NULL,
			EVP_sha1(), NULL))
			return cao_fail(
			    l->err, CAO_SYSTEM, "cannot compute SHA-1");
		return CAO_OK;
	}
	l->self_signed = true;
	l->issuer.spki = l->spec->spki, l->issuer.spki_len = l->spec->spki_len;
	for (unsigned i = 0; i < 6; i++)
		if (!cao_der_next(&tbs, &tag, &part, &whole))
			return cao_fail(l->err, CAO_DENIED,
			    "RFC 5280 section 4.1.2.6: no subject");
	l->issuer.subject = whole.data, l->issuer.subject_len = whole.len;
	return CAO_OK;
}

enum cao_status
cao_cert_lint(const void *tbs, size_t tbs_len, const struct cao_cert_spec *spec,
    const struct cao_issuer *issuer, struct cao_error *err)
{
	static enum cao_status (*const fields[])(
	    struct lint *, struct cao_der *) = {
		check_version,
		check_serial,
		check_algorithm,
		check_issuer,
		check_validity,
		check_subject,
		check_key,
		check_extensions,
	};
	enum cao_status st;
	struct cao_der w = { tbs, tbs_len }, body;
	struct lint l = { .spec = spec, .err = err };

	if (!is_canonical(w))
		return cao_fail(err, CAO_DENIED,
		    "X.690 section 10: the to-be-signed octets are not DER");
	if (!cao_der_take(&w, CAO_DER_SEQUENCE, &body) || w.len != 0)
		return cao_fail(err, CAO_DENIED,
		    "RFC 5280 section 4.1: the to-be-signed octets are not one TBSCertificate");
	if ((st = read_issuer(&l, issuer, body)) != CAO_OK)
		return st;
	for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
		if ((st = fields[i](&l, &body)) != CAO_OK)
			return st;
	if (body.len != 0)
		return cao_fail(err, CAO_DENIED,
		    "RFC 5280 section 4.1: something stands behind the extensions");
	return CAO_OK;
}
