/* CertIDs and requests. */
#include <string.h>

#include <openssl/evp.h>

#include "pki/ocsp_parts.h"

#define EXTENSIONS_MAX 16
#define SERIAL_MAX 64 /* octets: RFC 5280 allows 20, some have more */

static const struct {
	const char *oid;
	const EVP_MD *(*get)(void);
} hashes[] = {
	[CAO_OCSP_SHA1] = { "1.3.14.3.2.26", EVP_sha1 },
	[CAO_OCSP_SHA256] = { "2.16.840.1.101.3.4.2.1", EVP_sha256 },
	[CAO_OCSP_SM3] = { "1.2.156.10197.1.401", EVP_sm3 },
};

static enum cao_status
hash(enum cao_ocsp_hash which, const void *data, size_t len,
    unsigned char out[CAO_OCSP_HASH_MAX], size_t *ret_len,
    struct cao_error *err)
{
	unsigned n;

	if (!EVP_Digest(data, len, out, &n, hashes[which].get(), NULL))
		return cao_fail(
		    err, CAO_SYSTEM, "cannot compute the hash of an issuer");
	*ret_len = n;
	return CAO_OK;
}

enum cao_status
cao_ocsp_key_hash(enum cao_ocsp_hash which, const struct cao_cert *cert,
    unsigned char out[CAO_OCSP_HASH_MAX], size_t *ret_len,
    struct cao_error *err)
{
	struct cao_der w = { cert->spki, cert->spki_len }, body, part;

	if (!cao_der_take(&w, CAO_DER_SEQUENCE, &body) ||
	    !cao_der_take(&body, CAO_DER_SEQUENCE, &part) ||
	    !cao_der_get_bits(&body, &part))
		return cao_fail(err, CAO_INPUT,
		    "RFC 5280 section 4.1: not a SubjectPublicKeyInfo");
	return hash(which, part.data, part.len, out, ret_len, err);
}

enum cao_status
cao_ocsp_issuer_read(const struct cao_cert *ca, struct cao_ocsp_issuer *ret,
    struct cao_error *err)
{
	enum cao_status st = CAO_OK;

	for (unsigned i = 0; st == CAO_OK && i < CAO_OCSP_HASHES; i++) {
		enum cao_ocsp_hash which = (enum cao_ocsp_hash)i;
		struct cao_ocsp_hashed *h = &ret->by[i];

		st = hash(
		    which, ca->subject, ca->subject_len, h->name, &h->len, err);
		if (st == CAO_OK)
			st = cao_ocsp_key_hash(which, ca, h->key, &h->len, err);
	}
	return st;
}

static bool
same(const struct cao_octets *a, const unsigned char *b, size_t len)
{
	return a->len == len && memcmp(a->data, b, len) == 0;
}

bool
cao_ocsp_id_of(const struct cao_ocsp_id *id, const struct cao_ocsp_issuer *ca)
{
	const struct cao_ocsp_hashed *h;

	if (id->hash == CAO_OCSP_HASHES)
		return false;
	h = &ca->by[id->hash];
	return same(&id->name, h->name, h->len) &&
	    same(&id->key, h->key, h->len);
}

void
cao_ocsp_id_put(enum cao_ocsp_hash which, const struct cao_ocsp_issuer *ca,
    const void *serial, size_t serial_len, struct cao_buf *out)
{
	const struct cao_ocsp_hashed *h = &ca->by[which];
	size_t seq = cao_der_open(out, CAO_DER_SEQUENCE);
	size_t alg = cao_der_open(out, CAO_DER_SEQUENCE);

	cao_der_oid(out, hashes[which].oid);
	cao_der_null(out);
	cao_der_close(out, alg);
	cao_der_put(out, CAO_DER_OCTET_STRING, h->name, h->len);
	cao_der_put(out, CAO_DER_OCTET_STRING, h->key, h->len);
	cao_der_put(out, CAO_DER_INTEGER, serial, serial_len);
	cao_der_close(out, seq);
}

static bool
take_octets(struct cao_der *w, unsigned tag, struct cao_octets *ret)
{
	struct cao_der content;

	if (!cao_der_take(w, tag, &content))
		return false;
	*ret = (struct cao_octets){ content.data, content.len };
	return true;
}

bool
cao_ocsp_take_id(struct cao_der *w, struct cao_ocsp_id *ret)
{
	struct cao_ocsp_id id = { .hash = CAO_OCSP_HASHES };
	struct cao_der body, alg, oid, null;

	if (!cao_der_take_whole(w, CAO_DER_SEQUENCE, &id.whole))
		return false;
	body = (struct cao_der){ id.whole.data, id.whole.len };
	if (!cao_der_take(&body, CAO_DER_SEQUENCE, &body) ||
	    !cao_der_take(&body, CAO_DER_SEQUENCE, &alg) ||
	    !cao_der_take(&alg, CAO_DER_OID, &oid) ||
	    (alg.len != 0 &&
		(!cao_der_take(&alg, CAO_DER_NULL, &null) || null.len != 0 ||
		    alg.len != 0)) ||
	    !take_octets(&body, CAO_DER_OCTET_STRING, &id.name) ||
	    !take_octets(&body, CAO_DER_OCTET_STRING, &id.key) ||
	    !take_octets(&body, CAO_DER_INTEGER, &id.serial) || body.len != 0 ||
	    id.serial.len == 0 || id.serial.len > SERIAL_MAX)
		return false;
	for (unsigned i = 0; i < CAO_OCSP_HASHES; i++)
		if (cao_der_is_oid(&oid, hashes[i].oid))
			id.hash = (enum cao_ocsp_hash)i;
	*ret = id;
	return true;
}

static enum cao_status
read_nonce(
    struct cao_der value, struct cao_octets *ret_nonce, struct cao_error *err)
{
	struct cao_der w = value, nonce;

	if (!cao_der_take(&w, CAO_DER_OCTET_STRING, &nonce) || w.len != 0 ||
	    nonce.len == 0 || nonce.len > CAO_OCSP_NONCE_MAX)
		return cao_fail(err, CAO_INPUT,
		    "RFC 9654 section 2.1: the nonce is no OCTET STRING of 1 to %d octets",
		    CAO_OCSP_NONCE_MAX);
	if (ret_nonce->data != NULL)
		return cao_fail(err, CAO_INPUT,
		    "RFC 5280 section 4.2: the nonce stands twice");
	*ret_nonce = (struct cao_octets){ value.data, value.len };
	return CAO_OK;
}

enum cao_status
cao_ocsp_read_extensions(
    struct cao_der list, struct cao_octets *ret_nonce, struct cao_error *err)
{
	struct cao_der oid, value;
	enum cao_status st = CAO_OK;
	unsigned count = 0;
	bool critical;

	while (st == CAO_OK && list.len != 0) {
		if (++count > EXTENSIONS_MAX ||
		    !cao_der_take_extension(&list, &oid, &critical, &value))
			return cao_fail(err, CAO_INPUT,
			    "RFC 6960 section 4.4: not up to %d extensions",
			    EXTENSIONS_MAX);
		if (cao_der_is_oid(&oid, CAO_OID_OCSP_NONCE))
			st = read_nonce(value, ret_nonce, err);
		else if (critical)
			return cao_fail(err, CAO_INPUT,
			    "RFC 6960 section 4.4: an unknown extension is critical");
	}
	return st;
}

/* Extensions, if they stand there, and nothing behind. */
static enum cao_status
read_last(struct cao_der *w, unsigned number, struct cao_octets *ret_nonce,
    struct cao_error *err)
{
	struct cao_der outer, list;

	if (w->len == 0)
		return CAO_OK;
	if (!cao_der_take(w, CAO_DER_CONTEXT_EXPLICIT | number, &outer) ||
	    w->len != 0 || !cao_der_take(&outer, CAO_DER_SEQUENCE, &list) ||
	    outer.len != 0)
		return cao_fail(err, CAO_INPUT,
		    "RFC 6960 section 4.1.1: what stands at the end is no Extensions");
	return cao_ocsp_read_extensions(list, ret_nonce, err);
}

static enum cao_status
read_list(
    struct cao_ocsp_request *r, struct cao_der list, struct cao_error *err)
{
	struct cao_octets ignored;
	struct cao_der one;
	enum cao_status st = CAO_OK;

	if (list.len == 0)
		return cao_fail(err, CAO_INPUT,
		    "RFC 6960 section 4.1.1: the request asks for nothing");
	while (st == CAO_OK && list.len != 0) {
		if (r->count == CAO_OCSP_CERTS_MAX)
			return cao_fail(err, CAO_INPUT,
			    "the request asks for over %d certificates",
			    CAO_OCSP_CERTS_MAX);
		if (!cao_der_take(&list, CAO_DER_SEQUENCE, &one) ||
		    !cao_ocsp_take_id(&one, &r->list[r->count]))
			return cao_fail(err, CAO_INPUT,
			    "RFC 6960 section 4.1.1: no CertID where one must be");
		r->count++;
		ignored = (struct cao_octets){ NULL, 0 };
		st = read_last(&one, 0, &ignored, err);
	}
	return st;
}

static enum cao_status
read_tbs(struct cao_ocsp_request *r, struct cao_der tbs, struct cao_error *err)
{
	struct cao_der part, list;
	enum cao_status st;
	uint32_t version;

	if (cao_der_take(&tbs, CAO_DER_CONTEXT_EXPLICIT | 0, &part) &&
	    (!cao_der_get_small(&part, &version) || version != 0 ||
		part.len != 0))
		return cao_fail(err, CAO_INPUT,
		    "RFC 6960 section 4.1.1: the request is not of version 1");
	(void)cao_der_take(&tbs, CAO_DER_CONTEXT_EXPLICIT | 1, &part);
	if (!cao_der_take(&tbs, CAO_DER_SEQUENCE, &list))
		return cao_fail(
		    err, CAO_INPUT, "RFC 6960 section 4.1.1: no requestList");
	if ((st = read_list(r, list, err)) != CAO_OK)
		return st;
	return read_last(&tbs, 2, &r->nonce, err);
}

enum cao_status
cao_ocsp_request_read(const void *der, size_t len, struct cao_ocsp_request *ret,
    struct cao_error *err)
{
	struct cao_der w = { der, len }, body, tbs, signature;

	ret->count = 0;
	ret->nonce = (struct cao_octets){ NULL, 0 };
	if (len > CAO_OCSP_REQUEST_MAX)
		return cao_fail(err, CAO_INPUT,
		    "the request has more than the %d octets that are read",
		    CAO_OCSP_REQUEST_MAX);
	if (!cao_der_take(&w, CAO_DER_SEQUENCE, &body) || w.len != 0 ||
	    !cao_der_take(&body, CAO_DER_SEQUENCE, &tbs))
		return cao_fail(err, CAO_INPUT,
		    "RFC 6960 section 4.1.1: not a DER OCSPRequest");
	(void)cao_der_take(&body, CAO_DER_CONTEXT_EXPLICIT | 0, &signature);
	if (body.len != 0)
		return cao_fail(err, CAO_INPUT,
		    "RFC 6960 section 4.1.1: something stands behind the request");
	return read_tbs(ret, tbs, err);
}

void
cao_ocsp_request_put(const struct cao_buf *id, struct cao_buf *out)
{
	size_t mark[4];

	for (size_t i = 0; i < 4; i++) /* OCSPRequest … Request */
		mark[i] = cao_der_open(out, CAO_DER_SEQUENCE);
	cao_buf_add(out, id->data, id->len);
	for (size_t i = 4; i-- > 0;)
		cao_der_close(out, mark[i]);
}
