/* Certification requests: PKCS #10, RFC 2986. */
#include <string.h>

#include <openssl/err.h>

#include "pki/csr.h"
#include "pki/der.h"
#include "pki/key_openssl.h"

/* The windows of a request. */
struct parts {
	struct cao_der info, spki, algorithm, signature;
};

void
cao_csr_free(struct cao_csr *csr)
{
	if (csr == NULL)
		return;
	cao_buf_free(&csr->der);
	cao_key_free(csr->key);
	csr->key = NULL;
}

enum cao_status
cao_csr_make(const struct cao_key *key, const struct cao_subject *subject,
    struct cao_buf *ret_der, struct cao_error *err)
{
	struct cao_buf info = { 0 }, signature = { 0 }, der = { 0 };
	const unsigned char *spki;
	enum cao_status st;
	size_t seq, len;

	if ((st = cao_subject_check(subject, err)) != CAO_OK)
		goto out;
	seq = cao_der_open(&info, CAO_DER_SEQUENCE);
	cao_der_small(&info, 0);
	cao_subject_der(subject, &info);
	spki = cao_key_spki(key, &len);
	cao_buf_add(&info, spki, len);
	cao_der_put(&info, CAO_DER_CONTEXT_EXPLICIT | 0, NULL, 0);
	cao_der_close(&info, seq);
	if (!cao_buf_ok(&info)) {
		st = cao_fail_memory(err);
		goto out;
	}
	st = cao_key_sign(key, info.data, info.len, &signature, err);
	if (st != CAO_OK)
		goto out;
	seq = cao_der_open(&der, CAO_DER_SEQUENCE);
	cao_buf_add(&der, info.data, info.len);
	cao_key_signature_algorithm(key, &der);
	cao_der_bits(&der, signature.data, signature.len);
	cao_der_close(&der, seq);
	if (!cao_buf_ok(&der)) {
		st = cao_fail_memory(err);
		goto out;
	}
	cao_buf_free(ret_der);
	*ret_der = der;
	der = (struct cao_buf){ 0 };
out:
	cao_buf_free(&info);
	cao_buf_free(&signature);
	cao_buf_free(&der);
	return st;
}

/* PEM under either label, or DER as it is. */
static enum cao_status
get_der(const char *name, const void *data, size_t len, struct cao_buf *der,
    struct cao_error *err)
{
	static const char *const labels[] = { "CERTIFICATE REQUEST",
		"NEW CERTIFICATE REQUEST" };

	if (len > CAO_CSR_MAX)
		return cao_fail(err, CAO_INPUT,
		    "%s: the request has %zu octets; at most %d are read", name,
		    len, CAO_CSR_MAX);
	for (size_t i = 0; i < sizeof labels / sizeof labels[0]; i++)
		if (cao_pem_has(data, len, labels[i]))
			return cao_pem_get(
			    name, data, len, labels[i], der, NULL, err);
	if (len == 0 || *(const unsigned char *)data != CAO_DER_SEQUENCE)
		return cao_fail(err, CAO_INPUT,
		    "%s: it is no certification request; give a PKCS #10 in "
		    "PEM or DER",
		    name);
	cao_buf_add(der, data, len);
	return cao_buf_ok(der) ? CAO_OK : cao_fail_memory(err);
}

static enum cao_status
malformed(struct cao_error *err, const char *what)
{
	return cao_fail(err, CAO_INPUT,
	    "RFC 2986 section 4: the request is malformed at %s", _(what));
}

/* CertificationRequestInfo: version, subject, key, attributes. */
static enum cao_status
get_info(struct cao_der in, struct parts *ret, struct cao_error *err)
{
	struct cao_der info, attributes;
	struct cao_buf text = { 0 };
	uint32_t version;
	unsigned tag;
	bool ok;

	if (!cao_der_next(&in, &tag, &info, &ret->info) ||
	    tag != CAO_DER_SEQUENCE)
		return malformed(err, N_("the CertificationRequestInfo"));
	if (!cao_der_get_small(&info, &version) || version != 0)
		return malformed(err, N_("the version"));
	if (!cao_der_next(&info, &tag, NULL, &in))
		return malformed(err, N_("the subject"));
	ok = cao_name_text(in.data, in.len, &text);
	cao_buf_free(&text);
	if (!ok)
		return malformed(err, N_("the subject"));
	if (!cao_der_next(&info, &tag, NULL, &ret->spki))
		return malformed(err, N_("the public key"));
	if (!cao_der_take(&info, CAO_DER_CONTEXT_EXPLICIT | 0, &attributes) ||
	    info.len != 0)
		return malformed(err, N_("the attributes"));
	while (attributes.len > 0)
		if (!cao_der_take(&attributes, CAO_DER_SEQUENCE, &in))
			return malformed(err, N_("an attribute"));
	return CAO_OK;
}

static enum cao_status
get_parts(const struct cao_buf *der, struct parts *ret, struct cao_error *err)
{
	struct cao_der in = { der->data, der->len }, csr, at, oid;
	unsigned tag;

	if (!cao_der_take(&in, CAO_DER_SEQUENCE, &csr))
		return malformed(err, N_("the DER"));
	if (in.len != 0)
		return cao_fail(err, CAO_INPUT,
		    "%zu octets follow the request; nothing may", in.len);
	at = csr;
	if (!cao_der_next(&csr, &tag, NULL, NULL) ||
	    !cao_der_next(&csr, &tag, &oid, &ret->algorithm) ||
	    tag != CAO_DER_SEQUENCE)
		return malformed(err, N_("the signature algorithm"));
	if (!cao_der_get_bits(&csr, &ret->signature) || csr.len != 0)
		return malformed(err, N_("the signature"));
	return get_info(at, ret, err);
}

/* The algorithm the key signs with; for SM2 some write NULL parameters. */
static enum cao_status
check_algorithm(
    const struct cao_key *key, const struct parts *parts, struct cao_error *err)
{
	struct cao_der in, found, wanted, a, b, rest;
	struct cao_buf own = { 0 };
	bool ok;

	cao_key_signature_algorithm(key, &own);
	if (!cao_buf_ok(&own))
		return cao_fail_memory(err);
	in = (struct cao_der){ own.data, own.len };
	ok = cao_der_take(&in, CAO_DER_SEQUENCE, &wanted) &&
	    cao_der_take(&wanted, CAO_DER_OID, &a);
	in = parts->algorithm;
	ok = ok && cao_der_take(&in, CAO_DER_SEQUENCE, &found) &&
	    cao_der_take(&found, CAO_DER_OID, &b) && cao_der_equal(&a, &b) &&
	    (found.len == 0 ||
		(cao_der_take(&found, CAO_DER_NULL, &rest) && rest.len == 0 &&
		    found.len == 0));
	cao_buf_free(&own);
	if (ok)
		return CAO_OK;
	return cao_fail(err, CAO_INPUT,
	    "the request is signed with another algorithm than %s; make it "
	    "anew with openssl req -%s",
	    cao_key_algorithm(key) == CAO_SM2        ? "SM2-SM3"
		: cao_key_algorithm(key) == CAO_P256 ? "ECDSA-SHA256"
						     : "RSA-SHA256",
	    cao_key_algorithm(key) == CAO_SM2 ? "sm3" : "sha256");
}

/* Would it verify without a distinguishing id?  For the message only. */
static bool
has_empty_id(const struct cao_key *key, const struct parts *parts)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	bool ok = ctx != NULL &&
	    EVP_DigestVerifyInit(
		ctx, NULL, EVP_sm3(), NULL, cao_key_pkey(key)) == 1 &&
	    EVP_DigestVerify(ctx, parts->signature.data, parts->signature.len,
		parts->info.data, parts->info.len) == 1;

	EVP_MD_CTX_free(ctx);
	ERR_clear_error();
	return ok;
}

static enum cao_status
check_signature(
    const struct cao_key *key, const struct parts *parts, struct cao_error *err)
{
	enum cao_status st = cao_key_verify(key, parts->info.data,
	    parts->info.len, parts->signature.data, parts->signature.len, err);

	if (st != CAO_INTEGRITY)
		return st;
	if (cao_key_algorithm(key) == CAO_SM2 && has_empty_id(key, parts))
		return cao_fail(err, CAO_INPUT,
		    "signed with an empty SM2 id; sign with "
		    "-sigopt distid:%s",
		    CAO_SM2_ID);
	return cao_fail(err, CAO_INPUT,
	    "the request's signature is not its key's: it was changed, or "
	    "signed with another key");
}

static enum cao_status
check(struct cao_csr *csr, struct cao_error *err)
{
	struct parts parts;
	enum cao_status st;

	if ((st = get_parts(&csr->der, &parts, err)) != CAO_OK ||
	    (st = cao_key_from_spki(
		 parts.spki.data, parts.spki.len, &csr->key, err)) != CAO_OK ||
	    (st = check_algorithm(csr->key, &parts, err)) != CAO_OK ||
	    (st = check_signature(csr->key, &parts, err)) != CAO_OK)
		return st;
	cao_key_digest(csr->key, csr->key_digest);
	return CAO_OK;
}

enum cao_status
cao_csr_read(const char *name, const void *data, size_t len,
    struct cao_csr *ret, struct cao_error *err)
{
	struct cao_csr csr = { 0 };
	enum cao_status st;

	if ((st = get_der(name, data, len, &csr.der, err)) == CAO_OK &&
	    (st = check(&csr, err)) != CAO_OK)
		(void)cao_error_prefix(err, "%s", name);
	if (st == CAO_OK)
		*ret = csr;
	else
		cao_csr_free(&csr);
	return st;
}
