#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include "pki/chain.h"
#include "pki/key_openssl.h"

/* The id used is that of the certificate being verified, so each has its own;
 * with other algorithms OpenSSL fails where one is set. */
static bool
set_id(X509 *x)
{
	ASN1_OCTET_STRING *id;

	if (X509_get_signature_nid(x) != NID_SM2_with_SM3)
		return true;
	if ((id = ASN1_OCTET_STRING_new()) == NULL ||
	    !ASN1_OCTET_STRING_set(
		id, (const unsigned char *)CAO_SM2_ID, sizeof CAO_SM2_ID - 1)) {
		ASN1_OCTET_STRING_free(id);
		return false;
	}
	X509_set0_distinguishing_id(x, id);
	return true;
}

static enum cao_status
read_x509(const struct cao_octets *der, X509 **ret, struct cao_error *err)
{
	const unsigned char *p = der->data;
	X509 *x = NULL;

	if (der->len > CAO_CERT_MAX ||
	    (x = d2i_X509(NULL, &p, (long)der->len)) == NULL ||
	    p != der->data + der->len) {
		X509_free(x);
		return cao_fail_ssl(err, CAO_INTEGRITY,
		    "RFC 5280 section 4.1: not a certificate");
	}
	if (!set_id(x)) {
		X509_free(x);
		return cao_fail_memory(err);
	}
	*ret = x;
	return CAO_OK;
}

/* The last of those above is the root, the others are on the way to it. */
static enum cao_status
read_above(const struct cao_octets *above, size_t count, X509_STORE *roots,
    STACK_OF(X509) * between, struct cao_error *err)
{
	enum cao_status st = CAO_OK;
	X509 *x = NULL;

	for (size_t i = 0; i < count && st == CAO_OK; i++) {
		if ((st = read_x509(&above[i], &x, err)) != CAO_OK)
			return cao_error_prefix(
			    err, _("certificate %zu above the leaf"), i + 1);
		if (i + 1 == count) {
			if (!X509_STORE_add_cert(roots, x))
				st = cao_fail_memory(err);
		} else if (sk_X509_push(between, x) > 0) {
			x = NULL; /* between owns it */
		} else {
			st = cao_fail_memory(err);
		}
		X509_free(x), x = NULL;
	}
	return st;
}

static enum cao_status
say_why(X509_STORE_CTX *ctx, struct cao_error *err)
{
	int why = X509_STORE_CTX_get_error(ctx);
	int depth = X509_STORE_CTX_get_error_depth(ctx);
	X509 *x = X509_STORE_CTX_get_current_cert(ctx);
	struct cao_buf name = { 0 };
	unsigned char *der = NULL;
	int len = x != NULL ? i2d_X509_NAME(X509_get_subject_name(x), &der) : 0;
	enum cao_status st;

	ERR_clear_error();
	if (len > 0)
		(void)cao_name_text(der, (size_t)len, &name);
	if (why == X509_V_ERR_CERT_HAS_EXPIRED && depth == 0)
		st = cao_fail(err, CAO_DENIED,
		    "RFC 5280 section 6.1.3: the certificate of %s has expired",
		    cao_buf_text(&name));
	else
		st = cao_fail(err, CAO_INTEGRITY,
		    "RFC 5280 section 6.1: the certificate of %s, %d above the leaf: %s",
		    cao_buf_text(&name), depth,
		    X509_verify_cert_error_string(why));
	OPENSSL_free(der);
	cao_buf_free(&name);
	return st;
}

/* notAfter is the last second of the validity (RFC 5280 section 4.1.2.5),
 * which OpenSSL counts as expired already. */
static int
allow_last_second(int ok, X509_STORE_CTX *ctx)
{
	const X509 *x = X509_STORE_CTX_get_current_cert(ctx);
	time_t when =
	    X509_VERIFY_PARAM_get_time(X509_STORE_CTX_get0_param(ctx));

	if (ok == 0 &&
	    X509_STORE_CTX_get_error(ctx) == X509_V_ERR_CERT_HAS_EXPIRED)
		return ASN1_TIME_cmp_time_t(X509_get0_notAfter(x), when) == 0;
	return ok;
}

static enum cao_status
verify(X509_STORE *roots, X509 *leaf, STACK_OF(X509) * between, int64_t when,
    struct cao_error *err)
{
	enum cao_status st = CAO_OK;
	X509_STORE_CTX *ctx = X509_STORE_CTX_new();
	X509_VERIFY_PARAM *param;

	if (ctx == NULL || !X509_STORE_CTX_init(ctx, roots, leaf, between)) {
		X509_STORE_CTX_free(ctx);
		return cao_fail_memory(err);
	}
	param = X509_STORE_CTX_get0_param(ctx);
	X509_VERIFY_PARAM_set_time(param, (time_t)when);
	(void)X509_VERIFY_PARAM_set_flags(
	    param, X509_V_FLAG_X509_STRICT | X509_V_FLAG_CHECK_SS_SIGNATURE);
	X509_STORE_CTX_set_verify_cb(ctx, allow_last_second);
	if (X509_verify_cert(ctx) != 1)
		st = say_why(ctx, err);
	X509_STORE_CTX_free(ctx);
	return st;
}

enum cao_status
cao_chain_verify(const struct cao_octets *leaf, const struct cao_octets *above,
    size_t count, int64_t when, struct cao_error *err)
{
	enum cao_status st;
	X509 *x = NULL;
	X509_STORE *roots = X509_STORE_new();
	STACK_OF(X509) *between = sk_X509_new_null();

	if (roots == NULL || between == NULL) {
		st = cao_fail_memory(err);
		goto out;
	}
	if (count == 0) {
		st = cao_fail(err, CAO_INTEGRITY,
		    "RFC 5280 section 6.1.1: no root to verify the certificate by");
		goto out;
	}
	if ((st = read_x509(leaf, &x, err)) != CAO_OK ||
	    (st = read_above(above, count, roots, between, err)) != CAO_OK)
		goto out;
	st = verify(roots, x, between, when, err);
out:
	sk_X509_pop_free(between, X509_free);
	X509_STORE_free(roots);
	X509_free(x);
	return st;
}

enum cao_status
cao_cert_verify(const struct cao_cert *leaf, const struct cao_key *issuer_key,
    struct cao_error *err)
{
	enum cao_status st;
	struct cao_buf algorithm = { 0 };

	cao_key_signature_algorithm(issuer_key, &algorithm);
	if (!cao_buf_ok(&algorithm))
		st = cao_fail_memory(err);
	else if (leaf->algorithm_len != algorithm.len ||
	    memcmp(leaf->algorithm, algorithm.data, algorithm.len) != 0)
		st = cao_fail(err, CAO_INTEGRITY,
		    "RFC 5280 section 4.1.1.2: signatureAlgorithm is not that of the issuer's key");
	else
		st = cao_key_verify(issuer_key, leaf->tbs, leaf->tbs_len,
		    leaf->signature, leaf->signature_len, err);
	cao_buf_free(&algorithm);
	return st;
}
