/* Responses, read back and verified. */
#include <string.h>

#include "pki/chain.h"
#include "pki/ocsp_parts.h"

static enum cao_status
no_response(struct cao_error *err)
{
	return cao_fail(err, CAO_INPUT,
	    "RFC 6960 section 4.2.1: not a DER OCSPResponse of the basic type");
}

static bool
take_revoked(struct cao_der info, struct cao_ocsp_status *ret)
{
	struct cao_der outer, value;

	ret->state = CAO_OCSP_REVOKED;
	if (!cao_der_get_time(&info, &ret->since))
		return false;
	if (info.len == 0)
		return true;
	if (!cao_der_take(&info, CAO_DER_CONTEXT_EXPLICIT | 0, &outer) ||
	    info.len != 0 ||
	    !cao_der_take(&outer, CAO_DER_ENUMERATED, &value) ||
	    outer.len != 0 || value.len != 1 || value.data[0] >= CAO_REASONS)
		return false;
	ret->reason = (enum cao_reason)value.data[0];
	return true;
}

static bool
take_status(struct cao_der *w, struct cao_ocsp_status *ret)
{
	struct cao_der content;
	unsigned tag;

	*ret = (struct cao_ocsp_status){ .since = 0 };
	if (!cao_der_next(w, &tag, &content, NULL))
		return false;
	switch (tag) {
	case CAO_DER_CONTEXT | 0:
		ret->state = CAO_OCSP_GOOD;
		return content.len == 0;
	case CAO_DER_CONTEXT_EXPLICIT | 1:
		return take_revoked(content, ret);
	case CAO_DER_CONTEXT | 2:
		return content.len == 0;
	default:
		return false;
	}
}

static bool
take_single(struct cao_der *list, struct cao_ocsp_answered *ret)
{
	struct cao_der one, mark;

	ret->next_update = 0;
	if (!cao_der_take(list, CAO_DER_SEQUENCE, &one) ||
	    !cao_ocsp_take_id(&one, &ret->id) ||
	    !take_status(&one, &ret->status) ||
	    !cao_der_get_time(&one, &ret->this_update))
		return false;
	if (cao_der_take(&one, CAO_DER_CONTEXT_EXPLICIT | 0, &mark) &&
	    (!cao_der_get_time(&mark, &ret->next_update) || mark.len != 0))
		return false;
	(void)cao_der_take(&one, CAO_DER_CONTEXT_EXPLICIT | 1, &mark);
	return one.len == 0;
}

/* ResponseData. */
static enum cao_status
read_data(struct cao_ocsp_response *r, struct cao_error *err)
{
	struct cao_der w = { r->tbs.data, r->tbs.len }, body, part, list;
	uint32_t version;

	if (!cao_der_take(&w, CAO_DER_SEQUENCE, &body) ||
	    (cao_der_take(&body, CAO_DER_CONTEXT_EXPLICIT | 0, &part) &&
		(!cao_der_get_small(&part, &version) || version != 0)))
		return no_response(err);
	if (cao_der_take(&body, CAO_DER_CONTEXT_EXPLICIT | 2, &part)) {
		if (!cao_der_take(&part, CAO_DER_OCTET_STRING, &list))
			return no_response(err);
		r->key_hash = (struct cao_octets){ list.data, list.len };
	} else if (!cao_der_take(&body, CAO_DER_CONTEXT_EXPLICIT | 1, &part))
		return no_response(err);
	if (!cao_der_get_time(&body, &r->produced) ||
	    !cao_der_take(&body, CAO_DER_SEQUENCE, &list))
		return no_response(err);
	while (list.len != 0)
		if (r->count == CAO_OCSP_CERTS_MAX ||
		    !take_single(&list, &r->list[r->count++]))
			return no_response(err);
	if (body.len == 0)
		return CAO_OK;
	if (!cao_der_take(&body, CAO_DER_CONTEXT_EXPLICIT | 1, &part) ||
	    body.len != 0 || !cao_der_take(&part, CAO_DER_SEQUENCE, &list) ||
	    part.len != 0)
		return no_response(err);
	return cao_ocsp_read_extensions(list, &r->nonce, err);
}

/* BasicOCSPResponse; of its certificates the first. */
static enum cao_status
read_basic(struct cao_ocsp_response *r, struct cao_der w, struct cao_error *err)
{
	struct cao_der body, part, list;

	if (!cao_der_take(&w, CAO_DER_SEQUENCE, &body) || w.len != 0 ||
	    !cao_der_take_whole(&body, CAO_DER_SEQUENCE, &r->tbs) ||
	    !cao_der_take(&body, CAO_DER_SEQUENCE, &part) ||
	    !cao_der_get_bits(&body, &part))
		return no_response(err);
	r->signature = (struct cao_octets){ part.data, part.len };
	if (cao_der_take(&body, CAO_DER_CONTEXT_EXPLICIT | 0, &part) &&
	    (!cao_der_take(&part, CAO_DER_SEQUENCE, &list) || part.len != 0 ||
		!cao_der_take_whole(&list, CAO_DER_SEQUENCE, &r->cert)))
		return no_response(err);
	if (body.len != 0)
		return no_response(err);
	return read_data(r, err);
}

enum cao_status
cao_ocsp_response_read(const void *der, size_t len,
    struct cao_ocsp_response *ret, struct cao_error *err)
{
	struct cao_der w = { der, len }, body, part, bytes, oid;

	memset(ret, 0, sizeof *ret);
	if (len > CAO_OCSP_ANSWER_MAX ||
	    !cao_der_take(&w, CAO_DER_SEQUENCE, &body) || w.len != 0 ||
	    !cao_der_take(&body, CAO_DER_ENUMERATED, &part) || part.len != 1)
		return no_response(err);
	ret->refusal = part.data[0];
	if (ret->refusal != 0)
		return body.len == 0 ? CAO_OK : no_response(err);
	if (!cao_der_take(&body, CAO_DER_CONTEXT_EXPLICIT | 0, &part) ||
	    body.len != 0 || !cao_der_take(&part, CAO_DER_SEQUENCE, &bytes) ||
	    part.len != 0 || !cao_der_take(&bytes, CAO_DER_OID, &oid) ||
	    !cao_der_is_oid(&oid, CAO_OID_OCSP_BASIC) ||
	    !cao_der_take(&bytes, CAO_DER_OCTET_STRING, &part) ||
	    bytes.len != 0)
		return no_response(err);
	return read_basic(ret, part, err);
}

/* Did the CA certify that responder for it? */
static enum cao_status
check_responder(const struct cao_cert *c, const struct cao_cert *ca,
    int64_t when, struct cao_error *err)
{
	struct cao_key *key = NULL;
	enum cao_status st;

	if (!cao_cert_names_issuer(c, ca) || !c->ocsp_signing ||
	    when < c->not_before || when > c->not_after)
		return cao_fail(err, CAO_INTEGRITY,
		    "RFC 6960 section 4.2.2.2: the responder's certificate is not one for answers, by the CA, and valid");
	if ((st = cao_key_from_spki(ca->spki, ca->spki_len, &key, err)) ==
	    CAO_OK)
		st = cao_cert_verify(c, key, err);
	cao_key_free(key);
	return st;
}

static enum cao_status
check_signature(const struct cao_ocsp_response *r, const struct cao_cert *c,
    struct cao_error *err)
{
	unsigned char id[CAO_OCSP_HASH_MAX];
	struct cao_key *key = NULL;
	enum cao_status st;
	size_t len;

	st = cao_ocsp_key_hash(CAO_OCSP_SHA1, c, id, &len, err);
	if (st != CAO_OK)
		return st;
	if (r->key_hash.len != len || memcmp(r->key_hash.data, id, len) != 0)
		return cao_fail(err, CAO_INTEGRITY,
		    "RFC 6960 section 4.2.2.3: responderID is not the hash of the responder's key");
	if ((st = cao_key_from_spki(c->spki, c->spki_len, &key, err)) == CAO_OK)
		st = cao_key_verify(key, r->tbs.data, r->tbs.len,
		    r->signature.data, r->signature.len, err);
	cao_key_free(key);
	return st;
}

enum cao_status
cao_ocsp_response_verify(const struct cao_ocsp_response *r,
    const struct cao_cert *ca, int64_t when, struct cao_error *err)
{
	struct cao_cert c;
	enum cao_status st;

	if (r->refusal != 0 || r->cert.data == NULL)
		return cao_fail(err, CAO_INTEGRITY,
		    "RFC 6960 section 4.2.1: no responder's certificate is in the answer");
	if ((st = cao_cert_read(r->cert.data, r->cert.len, &c, err)) ==
		CAO_OK &&
	    (st = check_responder(&c, ca, when, err)) == CAO_OK)
		st = check_signature(r, &c, err);
	return st;
}
