#include <string.h>

#include "pki/cert.h"
#include "pki/der.h"

#define SERIAL_MAX 20 /* octets, RFC 5280 section 4.1.2.2 */
#define READ_EXTENSIONS_MAX 64

/* Certificate: to-be-signed, algorithm, signature, and nothing behind. */
static enum cao_status
read_outer(
    struct cao_cert *c, struct cao_octets *algorithm, struct cao_error *err)
{
	struct cao_der w = { c->der, c->der_len }, body, bits;
	struct cao_octets part;

	if (!cao_der_take(&w, CAO_DER_SEQUENCE, &body))
		return cao_fail(err, CAO_INPUT,
		    "RFC 5280 section 4.1: not a DER Certificate");
	if (w.len != 0)
		return cao_fail(err, CAO_INPUT,
		    "RFC 5280 section 4.1: %zu octets stand behind the certificate",
		    w.len);
	if (!cao_der_take_whole(&body, CAO_DER_SEQUENCE, &part))
		return cao_fail(
		    err, CAO_INPUT, "RFC 5280 section 4.1: no tbsCertificate");
	c->tbs = part.data, c->tbs_len = part.len;
	if (!cao_der_take_whole(&body, CAO_DER_SEQUENCE, algorithm))
		return cao_fail(err, CAO_INPUT,
		    "RFC 5280 section 4.1.1.2: no signatureAlgorithm");
	if (!cao_der_get_bits(&body, &bits) || bits.len == 0 || body.len != 0)
		return cao_fail(err, CAO_INPUT,
		    "RFC 5280 section 4.1.1.3: signatureValue is no BIT STRING of whole octets at the end");
	c->signature = bits.data, c->signature_len = bits.len;
	return CAO_OK;
}

static enum cao_status
read_serial(struct cao_cert *c, struct cao_der *w, struct cao_error *err)
{
	struct cao_octets part;

	if (!cao_der_get_unsigned(w, &part) || part.len > SERIAL_MAX)
		return cao_fail(err, CAO_INPUT,
		    "RFC 5280 section 4.1.2.2: serialNumber is no INTEGER of 1 to 20 octets that is not negative");
	c->serial = part.data, c->serial_len = part.len;
	return CAO_OK;
}

static enum cao_status
read_validity(struct cao_cert *c, struct cao_der *w, struct cao_error *err)
{
	struct cao_der part;

	if (!cao_der_take(w, CAO_DER_SEQUENCE, &part) ||
	    !cao_der_get_time(&part, &c->not_before) ||
	    !cao_der_get_time(&part, &c->not_after) || part.len != 0)
		return cao_fail(err, CAO_INPUT,
		    "RFC 5280 section 4.1.2.5: validity is no pair of times in UTC with seconds");
	return CAO_OK;
}

static enum cao_status
read_key_usage(struct cao_cert *c, struct cao_der value, struct cao_error *err)
{
	struct cao_der bits;

	if (!cao_der_take(&value, CAO_DER_BIT_STRING, &bits) ||
	    value.len != 0 || bits.len < 2 || bits.len > 3 || bits.data[0] > 7)
		return cao_fail(err, CAO_INPUT,
		    "RFC 5280 section 4.2.1.3: keyUsage is no BIT STRING of 1 to 9 bits");
	for (unsigned i = 0; i < 8 * (bits.len - 1) && i < 9; i++)
		if ((bits.data[1 + i / 8] & (0x80 >> i % 8)) != 0)
			c->key_usage |= 1U << i;
	return CAO_OK;
}

static enum cao_status
read_constraints(
    struct cao_cert *c, struct cao_der value, struct cao_error *err)
{
	struct cao_der seq, part;

	if (!cao_der_take(&value, CAO_DER_SEQUENCE, &seq) || value.len != 0)
		return cao_fail(err, CAO_INPUT,
		    "RFC 5280 section 4.2.1.9: basicConstraints is no SEQUENCE");
	if (cao_der_take(&seq, CAO_DER_BOOLEAN, &part))
		c->authority = part.len == 1 && part.data[0] == 0xFF;
	return CAO_OK;
}

static enum cao_status
read_key_id(struct cao_cert *c, struct cao_der value, struct cao_error *err)
{
	struct cao_der id;

	if (!cao_der_take(&value, CAO_DER_OCTET_STRING, &id) ||
	    value.len != 0 || id.len == 0)
		return cao_fail(err, CAO_INPUT,
		    "RFC 5280 section 4.2.1.2: subjectKeyIdentifier is no OCTET STRING");
	c->key_id = id.data, c->key_id_len = id.len;
	return CAO_OK;
}

static enum cao_status
read_extended(struct cao_cert *c, struct cao_der value, struct cao_error *err)
{
	struct cao_der seq, oid;

	if (!cao_der_take(&value, CAO_DER_SEQUENCE, &seq) || value.len != 0 ||
	    !cao_der_take(&seq, CAO_DER_OID, &oid))
		return cao_fail(err, CAO_INPUT,
		    "RFC 5280 section 4.2.1.12: extKeyUsage is no SEQUENCE OF OBJECT IDENTIFIER");
	c->ocsp_signing =
	    cao_der_is_oid(&oid, "1.3.6.1.5.5.7.3.9") && seq.len == 0;
	return CAO_OK;
}

static enum cao_status
read_no_check(struct cao_cert *c, struct cao_der value, struct cao_error *err)
{
	(void)value, (void)err;
	c->no_check = true;
	return CAO_OK;
}

static enum cao_status
read_extension(struct cao_cert *c, struct cao_der *list, unsigned *seen,
    struct cao_error *err)
{
	static const struct {
		const char *oid;
		enum cao_status (*read)(
		    struct cao_cert *, struct cao_der, struct cao_error *);
	} known[] = {
		{ "2.5.29.19", read_constraints },
		{ "2.5.29.15", read_key_usage },
		{ "2.5.29.14", read_key_id },
		{ "2.5.29.37", read_extended },
		{ "1.3.6.1.5.5.7.48.1.5", read_no_check },
	};
	struct cao_der seq, oid, critical, value;

	if (!cao_der_take(list, CAO_DER_SEQUENCE, &seq) ||
	    !cao_der_take(&seq, CAO_DER_OID, &oid))
		return cao_fail(err, CAO_INPUT,
		    "RFC 5280 section 4.2: an extension has no extnID");
	(void)cao_der_take(&seq, CAO_DER_BOOLEAN, &critical);
	if (!cao_der_take(&seq, CAO_DER_OCTET_STRING, &value) || seq.len != 0)
		return cao_fail(err, CAO_INPUT,
		    "RFC 5280 section 4.2: an extension has no extnValue at its end");
	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
		if (!cao_der_is_oid(&oid, known[i].oid))
			continue;
		if ((*seen & 1U << i) != 0)
			return cao_fail(err, CAO_INPUT,
			    "RFC 5280 section 4.2: extension %s stands twice",
			    known[i].oid);
		*seen |= 1U << i;
		return known[i].read(c, value, err);
	}
	return CAO_OK;
}

static enum cao_status
read_extensions(struct cao_cert *c, struct cao_der *w, struct cao_error *err)
{
	enum cao_status st;
	struct cao_der outer, list;
	unsigned seen = 0, count = 0;

	/* The unique identifiers of version 2 carry nothing that is asked. */
	(void)cao_der_take(w, CAO_DER_CONTEXT | 1, &outer);
	(void)cao_der_take(w, CAO_DER_CONTEXT | 2, &outer);
	if (w->len == 0)
		return CAO_OK;
	if (!cao_der_take(w, CAO_DER_CONTEXT_EXPLICIT | 3, &outer) ||
	    w->len != 0 || !cao_der_take(&outer, CAO_DER_SEQUENCE, &list) ||
	    outer.len != 0)
		return cao_fail(err, CAO_INPUT,
		    "RFC 5280 section 4.1: no extensions at the end of tbsCertificate");
	while (list.len != 0) {
		if (++count > READ_EXTENSIONS_MAX)
			return cao_fail(err, CAO_INPUT,
			    "the certificate has over %d extensions",
			    READ_EXTENSIONS_MAX);
		if ((st = read_extension(c, &list, &seen, err)) != CAO_OK)
			return st;
	}
	return CAO_OK;
}

/* Words of a-z with commas between, short enough to keep. */
static bool
is_roles(const struct cao_der *text, size_t max)
{
	bool word = false;

	if (text->len >= max)
		return false;
	for (size_t i = 0; i < text->len; i++) {
		if (text->data[i] >= 'a' && text->data[i] <= 'z')
			word = true;
		else if (text->data[i] == ',' && word)
			word = false;
		else
			return false;
	}
	return word;
}

static void
read_roles(struct cao_cert *c)
{
	struct cao_der w = { c->subject, c->subject_len }, rdns, set, pair;
	struct cao_der oid, text, whole;
	unsigned tag;

	if (!cao_der_take(&w, CAO_DER_SEQUENCE, &rdns))
		return;
	while (cao_der_take(&rdns, CAO_DER_SET, &set))
		if (cao_der_take(&set, CAO_DER_SEQUENCE, &pair) &&
		    cao_der_take(&pair, CAO_DER_OID, &oid) &&
		    cao_der_is_oid(&oid, "2.5.4.11") &&
		    cao_der_next(&pair, &tag, &text, &whole) &&
		    is_roles(&text, sizeof c->roles)) {
			memcpy(c->roles, text.data, text.len);
			c->roles[text.len] = '\0';
		}
}

static enum cao_status
read_tbs(struct cao_cert *c, const struct cao_octets *algorithm,
    struct cao_error *err)
{
	enum cao_status st;
	struct cao_der w = { c->tbs, c->tbs_len }, body, version;
	struct cao_octets part;

	(void)cao_der_take(&w, CAO_DER_SEQUENCE, &body);
	(void)cao_der_take(&body, CAO_DER_CONTEXT_EXPLICIT | 0, &version);
	if ((st = read_serial(c, &body, err)) != CAO_OK)
		return st;
	if (!cao_der_take_whole(&body, CAO_DER_SEQUENCE, &part) ||
	    part.len != algorithm->len ||
	    memcmp(part.data, algorithm->data, part.len) != 0)
		return cao_fail(err, CAO_INPUT,
		    "RFC 5280 section 4.1.1.2: signatureAlgorithm is not the one inside tbsCertificate");
	c->algorithm = part.data, c->algorithm_len = part.len;
	if (!cao_der_take_whole(&body, CAO_DER_SEQUENCE, &part))
		return cao_fail(
		    err, CAO_INPUT, "RFC 5280 section 4.1.2.4: no issuer");
	c->issuer = part.data, c->issuer_len = part.len;
	if ((st = read_validity(c, &body, err)) != CAO_OK)
		return st;
	if (!cao_der_take_whole(&body, CAO_DER_SEQUENCE, &part))
		return cao_fail(
		    err, CAO_INPUT, "RFC 5280 section 4.1.2.6: no subject");
	c->subject = part.data, c->subject_len = part.len;
	if (!cao_der_take_whole(&body, CAO_DER_SEQUENCE, &part))
		return cao_fail(err, CAO_INPUT,
		    "RFC 5280 section 4.1.2.7: no subjectPublicKeyInfo");
	c->spki = part.data, c->spki_len = part.len;
	return read_extensions(c, &body, err);
}

enum cao_status
cao_cert_read(
    const void *der, size_t len, struct cao_cert *ret, struct cao_error *err)
{
	enum cao_status st;
	struct cao_cert c = { 0 };
	struct cao_octets algorithm;

	if (len > CAO_CERT_MAX)
		return cao_fail(err, CAO_INPUT,
		    "a certificate of %zu octets: at most %d are read", len,
		    CAO_CERT_MAX);
	c.der = der, c.der_len = len;
	if ((st = read_outer(&c, &algorithm, err)) != CAO_OK ||
	    (st = read_tbs(&c, &algorithm, err)) != CAO_OK)
		return st;
	read_roles(&c);
	*ret = c;
	return CAO_OK;
}

enum cao_status
cao_cert_read_key(const void *der, size_t len, struct cao_cert *ret,
    struct cao_key **ret_key, struct cao_error *err)
{
	struct cao_cert c;
	enum cao_status st;

	if ((st = cao_cert_read(der, len, &c, err)) == CAO_OK)
		st = cao_key_from_spki(c.spki, c.spki_len, ret_key, err);
	if (st == CAO_OK)
		*ret = c;
	return st;
}

bool
cao_cert_has_key(const struct cao_cert *c, const struct cao_key *key)
{
	size_t len;
	const unsigned char *spki = cao_key_spki(key, &len);

	return len == c->spki_len && memcmp(spki, c->spki, len) == 0;
}

bool
cao_cert_names_issuer(const struct cao_cert *c, const struct cao_cert *ca)
{
	return c->issuer_len == ca->subject_len &&
	    memcmp(c->issuer, ca->subject, ca->subject_len) == 0;
}

bool
cao_cert_usage(const struct cao_cert *c, enum cao_usage *ret)
{
	if (c->authority)
		return false;
	switch (c->key_usage) {
	case 0x03: /* digitalSignature, nonRepudiation */
		*ret = CAO_SIGN;
		return true;
	case 0x1C: /* keyEncipherment, dataEncipherment, keyAgreement */
	case 0x0C: /* the same without keyAgreement, as other CAs have it */
		*ret = CAO_ENCRYPT;
		return true;
	default:
		return false;
	}
}

void
cao_cert_serial_hex(const struct cao_cert *c, char out[CAO_SERIAL_HEX])
{
	static const char digits[] = "0123456789ABCDEF";
	size_t at = 0, from = c->serial_len > 1 && c->serial[0] == 0;

	for (size_t i = from; i < c->serial_len && i < SERIAL_MAX; i++) {
		out[at++] = digits[c->serial[i] >> 4];
		out[at++] = digits[c->serial[i] & 0x0F];
	}
	out[at] = '\0';
}
