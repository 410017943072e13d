/* Responses, made and signed. */
#include <stdlib.h>
#include <string.h>

#include "pki/ocsp_parts.h"

struct cao_responder {
	struct cao_buf der;
	struct cao_cert cert; /* windows into der */
	struct cao_key *key;
	unsigned char key_hash[CAO_OCSP_HASH_MAX]; /* SHA-1 */
	size_t key_hash_len;
};

enum cao_status
cao_responder_new(const void *cert_der, size_t len, struct cao_key *key,
    struct cao_responder **ret, struct cao_error *err)
{
	const unsigned char *spki;
	struct cao_responder *r;
	enum cao_status st;
	size_t n;

	if ((r = calloc(1, sizeof *r)) == NULL)
		return cao_fail_memory(err);
	cao_buf_add(&r->der, cert_der, len);
	if (!cao_buf_ok(&r->der)) {
		st = cao_fail_memory(err);
		goto out;
	}
	st = cao_cert_read(r->der.data, r->der.len, &r->cert, err);
	if (st != CAO_OK)
		goto out;
	spki = cao_key_spki(key, &n);
	if (!r->cert.ocsp_signing)
		st = cao_fail(err, CAO_INTEGRITY,
		    "RFC 6960 section 4.2.2.2: the certificate is not a responder's");
	else if (n != r->cert.spki_len || memcmp(spki, r->cert.spki, n) != 0)
		st = cao_fail(err, CAO_INTEGRITY,
		    "the responder's key is not that of its certificate");
	else
		st = cao_ocsp_key_hash(CAO_OCSP_SHA1, &r->cert, r->key_hash,
		    &r->key_hash_len, err);
	if (st != CAO_OK)
		goto out;
	r->key = cao_key_share(key);
	*ret = r, r = NULL;
out:
	cao_responder_free(r);
	return st;
}

void
cao_responder_free(struct cao_responder *r)
{
	if (r == NULL)
		return;
	cao_key_free(r->key);
	cao_buf_free(&r->der);
	free(r);
}

const struct cao_cert *
cao_responder_cert(const struct cao_responder *r)
{
	return &r->cert;
}

static void
put_status(struct cao_buf *out, const struct cao_ocsp_status *s)
{
	size_t info, reason;
	unsigned char value;

	switch (s->state) {
	case CAO_OCSP_GOOD:
		cao_der_put(out, CAO_DER_CONTEXT | 0, "", 0);
		break;
	case CAO_OCSP_UNKNOWN:
		cao_der_put(out, CAO_DER_CONTEXT | 2, "", 0);
		break;
	case CAO_OCSP_REVOKED:
		info = cao_der_open(out, CAO_DER_CONTEXT_EXPLICIT | 1);
		cao_der_generalized(out, s->since);
		/* RFC 5280 section 5.3.1: absent rather than unspecified. */
		if (s->reason != CAO_UNSPECIFIED) {
			value = (unsigned char)s->reason;
			reason =
			    cao_der_open(out, CAO_DER_CONTEXT_EXPLICIT | 0);
			cao_der_put(out, CAO_DER_ENUMERATED, &value, 1);
			cao_der_close(out, reason);
		}
		cao_der_close(out, info);
		break;
	}
}

static void
put_single(struct cao_buf *out, const struct cao_ocsp_id *id,
    const struct cao_ocsp_status *status, int64_t now, int64_t next)
{
	size_t seq = cao_der_open(out, CAO_DER_SEQUENCE), mark;

	cao_buf_add(out, id->whole.data, id->whole.len);
	put_status(out, status);
	cao_der_generalized(out, now);
	mark = cao_der_open(out, CAO_DER_CONTEXT_EXPLICIT | 0);
	cao_der_generalized(out, next);
	cao_der_close(out, mark);
	cao_der_close(out, seq);
}

static void
put_nonce(struct cao_buf *out, const struct cao_octets *nonce)
{
	size_t mark, list, seq;

	if (nonce->data == NULL)
		return;
	mark = cao_der_open(out, CAO_DER_CONTEXT_EXPLICIT | 1);
	list = cao_der_open(out, CAO_DER_SEQUENCE);
	seq = cao_der_open(out, CAO_DER_SEQUENCE);
	cao_der_oid(out, CAO_OID_OCSP_NONCE);
	cao_der_put(out, CAO_DER_OCTET_STRING, nonce->data, nonce->len);
	cao_der_close(out, seq);
	cao_der_close(out, list);
	cao_der_close(out, mark);
}

/* ResponseData: RFC 6960 section 4.2.1. */
static void
put_data(struct cao_buf *out, const struct cao_responder *r,
    const struct cao_ocsp_request *req, const struct cao_ocsp_status *status,
    int64_t now, int64_t next)
{
	size_t seq = cao_der_open(out, CAO_DER_SEQUENCE), mark;

	mark = cao_der_open(out, CAO_DER_CONTEXT_EXPLICIT | 2); /* byKey */
	cao_der_put(out, CAO_DER_OCTET_STRING, r->key_hash, r->key_hash_len);
	cao_der_close(out, mark);
	cao_der_generalized(out, now);
	mark = cao_der_open(out, CAO_DER_SEQUENCE);
	for (size_t i = 0; i < req->count; i++)
		put_single(out, &req->list[i], &status[i], now, next);
	cao_der_close(out, mark);
	put_nonce(out, &req->nonce);
	cao_der_close(out, seq);
}

/* BasicOCSPResponse. */
static enum cao_status
put_basic(struct cao_buf *out, const struct cao_responder *r,
    const struct cao_buf *data, struct cao_error *err)
{
	size_t seq = cao_der_open(out, CAO_DER_SEQUENCE), bits, mark, certs;
	enum cao_status st;

	cao_buf_add(out, data->data, data->len);
	cao_key_signature_algorithm(r->key, out);
	bits = cao_der_open(out, CAO_DER_BIT_STRING);
	cao_buf_putc(out, 0);
	if ((st = cao_key_sign(r->key, data->data, data->len, out, err)))
		return st;
	cao_der_close(out, bits);
	mark = cao_der_open(out, CAO_DER_CONTEXT_EXPLICIT | 0);
	certs = cao_der_open(out, CAO_DER_SEQUENCE);
	cao_buf_add(out, r->der.data, r->der.len);
	cao_der_close(out, certs);
	cao_der_close(out, mark);
	cao_der_close(out, seq);
	return CAO_OK;
}

enum cao_status
cao_ocsp_answer(const struct cao_responder *r,
    const struct cao_ocsp_request *req, const struct cao_ocsp_status *status,
    int64_t now, int64_t next, struct cao_buf *out, struct cao_error *err)
{
	static const unsigned char successful = 0;
	struct cao_buf data = { 0 };
	size_t start = out->len, seq, mark, bytes, basic;
	enum cao_status st;

	put_data(&data, r, req, status, now, next);
	if (!cao_buf_ok(&data)) {
		cao_buf_free(&data);
		return cao_fail_memory(err);
	}
	seq = cao_der_open(out, CAO_DER_SEQUENCE);
	cao_der_put(out, CAO_DER_ENUMERATED, &successful, 1);
	mark = cao_der_open(out, CAO_DER_CONTEXT_EXPLICIT | 0);
	bytes = cao_der_open(out, CAO_DER_SEQUENCE);
	cao_der_oid(out, CAO_OID_OCSP_BASIC);
	basic = cao_der_open(out, CAO_DER_OCTET_STRING);
	st = put_basic(out, r, &data, err);
	cao_buf_free(&data);
	if (st != CAO_OK) {
		out->len = start;
		return st;
	}
	cao_der_close(out, basic);
	cao_der_close(out, bytes);
	cao_der_close(out, mark);
	cao_der_close(out, seq);
	return cao_buf_ok(out) ? CAO_OK : cao_fail_memory(err);
}

void
cao_ocsp_refuse(
    enum cao_ocsp_refusal refusal, unsigned char out[CAO_OCSP_REFUSAL_SIZE])
{
	const unsigned char der[CAO_OCSP_REFUSAL_SIZE] = { CAO_DER_SEQUENCE, 3,
		CAO_DER_ENUMERATED, 1, (unsigned char)refusal };

	memcpy(out, der, sizeof der);
}
