/*
 * Holding a to-be-signed certificate to the rules.  This shares nothing with
 * the code that built it but the reader of DER: a mistake there is not made
 * here again.
 */
#include <string.h>

#include <openssl/evp.h>

#include "pki/lint_parts.h"

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

static enum cao_status
check_version(struct cao_lint *l, struct cao_der *w)
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
check_serial(struct cao_lint *l, struct cao_der *w)
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
check_algorithm(struct cao_lint *l, struct cao_der *w)
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
check_issuer(struct cao_lint *l, struct cao_der *w)
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
check_validity(struct cao_lint *l, struct cao_der *w)
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
check_attribute(
    struct cao_lint *l, const struct attribute *a, struct cao_der *rdns)
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
	if (!cao_lint_is_text(&text, a->value))
		return cao_fail(l->err, CAO_DENIED,
		    "RFC 5280 section 4.1.2.6: the subject's %s is not the one that was ordered",
		    a->name);
	return CAO_OK;
}

static enum cao_status
check_subject(struct cao_lint *l, struct cao_der *w)
{
	const struct cao_cert_spec *s = l->spec;
	bool roles = s->usage == CAO_OPERATOR && cao_lint_given(s->roles);
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
		if (cao_lint_given(parts[i].value) &&
		    (st = check_attribute(l, &parts[i], &rdns)) != CAO_OK)
			return st;
	if (rdns.len != 0)
		return cao_fail(l->err, CAO_DENIED,
		    "RFC 5280 section 4.1.2.6: subject holds an attribute that was not ordered");
	return CAO_OK;
}

static enum cao_status
check_key(struct cao_lint *l, struct cao_der *w)
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

/* The issuer's certificate, or the certificate itself where it signs itself:
 * a stand-in with the subject and key that were ordered. */
static enum cao_status
read_issuer(
    struct cao_lint *l, const struct cao_issuer *issuer, struct cao_der tbs)
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
	    struct cao_lint *, struct cao_der *) = {
		check_version,
		check_serial,
		check_algorithm,
		check_issuer,
		check_validity,
		check_subject,
		check_key,
		cao_lint_extensions,
	};
	enum cao_status st;
	struct cao_der w = { tbs, tbs_len }, body;
	struct cao_lint l = { .spec = spec, .err = err };

	if (!cao_lint_canonical(w))
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
