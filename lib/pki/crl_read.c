/* Certificate revocation lists, read. */
#include <string.h>

#include "pki/crl.h"
#include "pki/der.h"

#define SERIAL_MAX 20 /* octets, RFC 5280 section 4.1.2.2 */

/* The extensions that are known, as bits of what was seen. */
enum { SEEN_KEY_ID = 1, SEEN_NUMBER = 2, SEEN_POINTS = 4 };

struct extension {
	struct cao_der oid, value;
	bool critical;
};

static bool
take_extension(struct cao_der *list, struct extension *ret)
{
	return cao_der_take_extension(
	    list, &ret->oid, &ret->critical, &ret->value);
}

/* CertificateList: to-be-signed, algorithm, signature, and nothing behind. */
static enum cao_status
read_outer(struct cao_der w, struct cao_crl *c, struct cao_error *err)
{
	struct cao_der body, bits;

	if (!cao_der_take(&w, CAO_DER_SEQUENCE, &body))
		return cao_fail(err, CAO_INPUT,
		    "RFC 5280 section 5.1: not a DER CertificateList");
	if (w.len != 0)
		return cao_fail(err, CAO_INPUT,
		    "RFC 5280 section 5.1: %zu octets stand behind the list",
		    w.len);
	if (!cao_der_take_whole(&body, CAO_DER_SEQUENCE, &c->tbs))
		return cao_fail(
		    err, CAO_INPUT, "RFC 5280 section 5.1: no tbsCertList");
	if (!cao_der_take_whole(&body, CAO_DER_SEQUENCE, &c->algorithm))
		return cao_fail(err, CAO_INPUT,
		    "RFC 5280 section 5.1.1.2: no signatureAlgorithm");
	if (!cao_der_get_bits(&body, &bits) || bits.len == 0 || body.len != 0)
		return cao_fail(err, CAO_INPUT,
		    "RFC 5280 section 5.1.1.3: signatureValue is no BIT "
		    "STRING of whole octets at the end");
	c->signature = (struct cao_octets){ bits.data, bits.len };
	return CAO_OK;
}

static enum cao_status
read_head(struct cao_der *w, struct cao_crl *c, struct cao_error *err)
{
	struct cao_octets inner;
	uint32_t version;

	if (!cao_der_get_small(w, &version) || version != 1)
		return cao_fail(err, CAO_INPUT,
		    "RFC 5280 section 5.1.2.1: not of version 2");
	if (!cao_der_take_whole(w, CAO_DER_SEQUENCE, &inner) ||
	    inner.len != c->algorithm.len ||
	    memcmp(inner.data, c->algorithm.data, inner.len) != 0)
		return cao_fail(err, CAO_INPUT,
		    "RFC 5280 section 5.1.1.2: signatureAlgorithm is not the "
		    "one inside tbsCertList");
	if (!cao_der_take_whole(w, CAO_DER_SEQUENCE, &c->issuer))
		return cao_fail(
		    err, CAO_INPUT, "RFC 5280 section 5.1.2.3: no issuer");
	if (!cao_der_get_time(w, &c->this_update))
		return cao_fail(err, CAO_INPUT,
		    "RFC 5280 section 5.1.2.4: thisUpdate is no time in UTC "
		    "with seconds");
	if (!cao_der_get_time(w, &c->next_update) ||
	    c->next_update < c->this_update)
		return cao_fail(err, CAO_INPUT,
		    "RFC 5280 section 5.1.2.5: nextUpdate is no time in UTC "
		    "with seconds from thisUpdate on");
	return CAO_OK;
}

/* crlEntryExtensions, of which the reason is known. */
static bool
read_entry_extensions(struct cao_der list, enum cao_reason *ret)
{
	struct cao_der code;
	struct extension x;
	unsigned count = 0;
	bool seen = false;

	while (list.len != 0) {
		if (++count > CAO_CRL_EXTENSIONS_MAX ||
		    !take_extension(&list, &x))
			return false;
		if (!cao_der_is_oid(&x.oid, "2.5.29.21")) {
			if (x.critical)
				return false;
			continue;
		}
		if (seen ||
		    !cao_der_take(&x.value, CAO_DER_ENUMERATED, &code) ||
		    x.value.len != 0 || code.len != 1 ||
		    code.data[0] >= CAO_REASONS ||
		    cao_reason_name((enum cao_reason)code.data[0]) == NULL)
			return false;
		*ret = (enum cao_reason)code.data[0];
		seen = true;
	}
	return count > 0;
}

static bool
take_entry(struct cao_der *list, struct cao_crl_entry *ret)
{
	struct cao_der seq, extensions;

	if (!cao_der_take(list, CAO_DER_SEQUENCE, &seq) ||
	    !cao_der_get_unsigned(&seq, &ret->serial) ||
	    ret->serial.len > SERIAL_MAX ||
	    !cao_der_get_time(&seq, &ret->since))
		return false;
	ret->reason = CAO_UNSPECIFIED;
	if (seq.len == 0)
		return true;
	return cao_der_take(&seq, CAO_DER_SEQUENCE, &extensions) &&
	    seq.len == 0 && read_entry_extensions(extensions, &ret->reason);
}

/* revokedCertificates, which is not there where none is. */
static enum cao_status
read_entries(struct cao_der *w, struct cao_crl *c, struct cao_error *err)
{
	struct cao_crl_entry entry;
	struct cao_der list;

	if (!cao_der_take(w, CAO_DER_SEQUENCE, &list))
		return CAO_OK;
	if (list.len == 0)
		return cao_fail(err, CAO_INPUT,
		    "RFC 5280 section 5.1.2.6: revokedCertificates is there "
		    "and empty");
	c->entries = (struct cao_octets){ list.data, list.len };
	for (; list.len != 0; c->count++)
		if (!take_entry(&list, &entry))
			return cao_fail(err, CAO_INPUT,
			    "RFC 5280 section 5.3: entry %llu is not a serial, "
			    "a time in UTC and extensions that are understood",
			    (unsigned long long)c->count + 1);
	return CAO_OK;
}

static enum cao_status
read_key_id(struct cao_der value, struct cao_crl *c, struct cao_error *err)
{
	struct cao_der seq, id;

	if (!cao_der_take(&value, CAO_DER_SEQUENCE, &seq) || value.len != 0 ||
	    !cao_der_take(&seq, CAO_DER_CONTEXT | 0, &id) || id.len == 0)
		return cao_fail(err, CAO_INPUT,
		    "RFC 5280 section 5.2.1: authorityKeyIdentifier has no "
		    "keyIdentifier");
	c->key_id = (struct cao_octets){ id.data, id.len };
	return CAO_OK;
}

static enum cao_status
read_number(struct cao_der value, struct cao_crl *c, struct cao_error *err)
{
	struct cao_octets n;

	if (!cao_der_get_unsigned(&value, &n) || value.len != 0 ||
	    n.len > CAO_CRL_NUMBER_MAX)
		return cao_fail(err, CAO_INPUT,
		    "RFC 5280 section 5.2.3: cRLNumber is no INTEGER of 1 to "
		    "%d octets that is not negative",
		    CAO_CRL_NUMBER_MAX);
	for (size_t i = 0; i < n.len; i++)
		c->number = c->number << 8 | n.data[i];
	return CAO_OK;
}

/* distributionPoint with fullName alone, all of its names URIs. */
static enum cao_status
read_points(struct cao_der value, struct cao_crl *c, struct cao_error *err)
{
	struct cao_der seq, point, full, rest, uri;

	if (!cao_der_take(&value, CAO_DER_SEQUENCE, &seq) || value.len != 0 ||
	    !cao_der_take(&seq, CAO_DER_CONTEXT_EXPLICIT | 0, &point) ||
	    seq.len != 0 ||
	    !cao_der_take(&point, CAO_DER_CONTEXT_EXPLICIT | 0, &full) ||
	    point.len != 0 || full.len == 0)
		goto bad;
	for (rest = full; rest.len != 0;)
		if (!cao_der_take(&rest, CAO_DER_CONTEXT | 6, &uri))
			goto bad;
	c->points = (struct cao_octets){ full.data, full.len };
	return CAO_OK;
bad:
	return cao_fail(err, CAO_INPUT,
	    "RFC 5280 section 5.2.5: issuingDistributionPoint is more than "
	    "the URIs of the list");
}

static enum cao_status
read_extension(const struct extension *x, struct cao_crl *c, unsigned *seen,
    struct cao_error *err)
{
	static const struct {
		const char *oid;
		unsigned bit;
		enum cao_status (*read)(
		    struct cao_der, struct cao_crl *, struct cao_error *);
	} known[] = {
		{ "2.5.29.35", SEEN_KEY_ID, read_key_id },
		{ "2.5.29.20", SEEN_NUMBER, read_number },
		{ "2.5.29.28", SEEN_POINTS, read_points },
	};

	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
		if (!cao_der_is_oid(&x->oid, known[i].oid))
			continue;
		if ((*seen & known[i].bit) != 0)
			return cao_fail(err, CAO_INPUT,
			    "RFC 5280 section 4.2: extension %s stands twice",
			    known[i].oid);
		*seen |= known[i].bit;
		return known[i].read(x->value, c, err);
	}
	if (x->critical)
		return cao_fail(err, CAO_INPUT,
		    "RFC 5280 section 5.2: a critical extension that is not "
		    "understood");
	return CAO_OK;
}

static enum cao_status
read_extensions(struct cao_der *w, struct cao_crl *c, struct cao_error *err)
{
	struct cao_der outer, list;
	enum cao_status st;
	struct extension x;
	unsigned seen = 0, count = 0;

	if (!cao_der_take(w, CAO_DER_CONTEXT_EXPLICIT | 0, &outer) ||
	    w->len != 0 || !cao_der_take(&outer, CAO_DER_SEQUENCE, &list) ||
	    outer.len != 0)
		return cao_fail(err, CAO_INPUT,
		    "RFC 5280 section 5.1.2.7: no crlExtensions at the end of "
		    "tbsCertList");
	while (list.len != 0) {
		if (++count > CAO_CRL_EXTENSIONS_MAX)
			return cao_fail(err, CAO_INPUT,
			    "the list has over %d extensions",
			    CAO_CRL_EXTENSIONS_MAX);
		if (!take_extension(&list, &x))
			return cao_fail(err, CAO_INPUT,
			    "RFC 5280 section 5.2: not an Extension");
		if ((st = read_extension(&x, c, &seen, err)) != CAO_OK)
			return st;
	}
	if ((seen & SEEN_KEY_ID) == 0 || (seen & SEEN_NUMBER) == 0)
		return cao_fail(err, CAO_INPUT,
		    "RFC 5280 section 5.2: no authorityKeyIdentifier or no "
		    "cRLNumber");
	return CAO_OK;
}

enum cao_status
cao_crl_read(
    const void *der, size_t len, struct cao_crl *ret, struct cao_error *err)
{
	struct cao_crl c = { .number = 0 };
	struct cao_der tbs, body;
	enum cao_status st;

	if (len > CAO_CRL_MAX)
		return cao_fail(err, CAO_INPUT,
		    "a list of %zu octets: at most %d are read", len,
		    CAO_CRL_MAX);
	if ((st = read_outer((struct cao_der){ der, len }, &c, err)) != CAO_OK)
		return st;
	tbs = (struct cao_der){ c.tbs.data, c.tbs.len };
	(void)cao_der_take(&tbs, CAO_DER_SEQUENCE, &body);
	if ((st = read_head(&body, &c, err)) != CAO_OK ||
	    (st = read_entries(&body, &c, err)) != CAO_OK ||
	    (st = read_extensions(&body, &c, err)) != CAO_OK)
		return st;
	*ret = c;
	return CAO_OK;
}

bool
cao_crl_next(struct cao_octets *rest, struct cao_crl_entry *ret)
{
	struct cao_der list = { rest->data, rest->len };

	if (!take_entry(&list, ret))
		return false;
	*rest = (struct cao_octets){ list.data, list.len };
	return true;
}

bool
cao_crl_covers(const struct cao_crl *c, const char *address)
{
	struct cao_der rest = { c->points.data, c->points.len }, uri;
	size_t len = strlen(address);

	while (cao_der_take(&rest, CAO_DER_CONTEXT | 6, &uri))
		if (uri.len == len && memcmp(uri.data, address, len) == 0)
			return true;
	return c->points.len == 0;
}

enum cao_status
cao_crl_verify(const struct cao_crl *c, const struct cao_cert *issuer,
    const struct cao_key *key, struct cao_error *err)
{
	struct cao_buf algorithm = { 0 };
	enum cao_status st = CAO_OK;

	cao_key_signature_algorithm(key, &algorithm);
	if (!cao_buf_ok(&algorithm))
		st = cao_fail_memory(err);
	else if (c->issuer.len != issuer->subject_len ||
	    memcmp(c->issuer.data, issuer->subject, c->issuer.len) != 0)
		st = cao_fail(err, CAO_INTEGRITY,
		    "RFC 5280 section 5.1.2.3: the list's issuer is not the "
		    "CA");
	else if (issuer->key_id == NULL ||
	    c->key_id.len != issuer->key_id_len ||
	    memcmp(c->key_id.data, issuer->key_id, c->key_id.len) != 0)
		st = cao_fail(err, CAO_INTEGRITY,
		    "RFC 5280 section 5.2.1: the list's "
		    "authorityKeyIdentifier is not that of the CA's key");
	else if (c->algorithm.len != algorithm.len ||
	    memcmp(c->algorithm.data, algorithm.data, algorithm.len) != 0)
		st = cao_fail(err, CAO_INTEGRITY,
		    "RFC 5280 section 5.1.1.2: signatureAlgorithm is not that "
		    "of the CA's key");
	else
		st = cao_key_verify(key, c->tbs.data, c->tbs.len,
		    c->signature.data, c->signature.len, err);
	cao_buf_free(&algorithm);
	return st;
}
