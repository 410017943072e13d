/* Keys and signatures. */
#include <stdatomic.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/core_names.h>
#include <openssl/err.h>

#include "pki/key_parts.h"

#define SIGNATURE_MAX (CAO_RSA_BITS_MAX / 8)

struct cao_key {
	atomic_uint references;
	EVP_PKEY *pkey;
	enum cao_algorithm algorithm;
	struct cao_buf spki;
};

const char *const cao_algorithm_names[] = { "sm2", "p256", "rsa2048", "rsa3072",
	NULL };

static const char *const signature_oids[] = {
	[CAO_SM2] = "1.2.156.10197.1.501",
	[CAO_P256] = "1.2.840.10045.4.3.2",
	[CAO_RSA2048] = "1.2.840.113549.1.1.11",
	[CAO_RSA3072] = "1.2.840.113549.1.1.11",
};

enum cao_status
cao_fail_ssl(
    struct cao_error *err, enum cao_status status, const char *format, ...)
{
	const char *reason = ERR_reason_error_string(ERR_get_error());
	char text[CAO_ERROR_TEXT];
	va_list ap;

	ERR_clear_error();
	va_start(ap, format);
	(void)vsnprintf(text, sizeof text, _(format), ap);
	va_end(ap);
	if (reason == NULL)
		return cao_fail(err, status, "%s", text);
	return cao_fail(err, status, "%s: %s", text, reason);
}

bool
cao_algorithm_find(const char *name, enum cao_algorithm *ret)
{
	for (int i = 0; i < CAO_ALGORITHMS; i++) {
		if (strcmp(name, cao_algorithm_names[i]) == 0) {
			*ret = (enum cao_algorithm)i;
			return true;
		}
	}
	return false;
}

/* The public part: its rules, and its SubjectPublicKeyInfo. */

static void
put_ec_algorithm(struct cao_buf *out, enum cao_algorithm alg)
{
	size_t seq = cao_der_open(out, CAO_DER_SEQUENCE);

	cao_der_oid(out, CAO_OID_EC);
	cao_der_oid(out, cao_curves[alg].oid);
	cao_der_close(out, seq);
}

static enum cao_status
ec_spki(struct cao_key *key, struct cao_error *err)
{
	unsigned char octets[CAO_POINT_SIZE];
	size_t len, seq;

	if (EVP_PKEY_get_octet_string_param(key->pkey, OSSL_PKEY_PARAM_PUB_KEY,
		octets, sizeof octets, &len) != 1)
		return cao_fail_ssl(
		    err, CAO_INPUT, "the key has no public part");
	if ((len != CAO_POINT_SIZE || octets[0] != 4) &&
	    !cao_curve_uncompress(key->algorithm, octets, len, octets))
		return cao_fail_ssl(err, CAO_INPUT,
		    "the public key is not a point on its curve");
	seq = cao_der_open(&key->spki, CAO_DER_SEQUENCE);
	put_ec_algorithm(&key->spki, key->algorithm);
	cao_der_bits(&key->spki, octets, CAO_POINT_SIZE);
	cao_der_close(&key->spki, seq);
	return CAO_OK;
}

static void
put_number(struct cao_buf *out, const BIGNUM *n)
{
	unsigned char octets[CAO_RSA_BITS_MAX / 8];

	cao_der_unsigned(out, octets, (size_t)BN_bn2bin(n, octets));
}

static void
put_rsa_spki(struct cao_buf *out, const BIGNUM *n, const BIGNUM *e)
{
	struct cao_buf inner = { 0 };
	size_t seq = cao_der_open(&inner, CAO_DER_SEQUENCE), alg;

	put_number(&inner, n);
	put_number(&inner, e);
	cao_der_close(&inner, seq);
	seq = cao_der_open(out, CAO_DER_SEQUENCE);
	alg = cao_der_open(out, CAO_DER_SEQUENCE);
	cao_der_oid(out, CAO_OID_RSA);
	cao_der_null(out);
	cao_der_close(out, alg);
	cao_der_bits(out, inner.data, inner.len);
	cao_der_close(out, seq);
	if (!cao_buf_ok(&inner))
		out->failed = true;
	cao_buf_free(&inner);
}

static enum cao_status
rsa_spki(struct cao_key *key, struct cao_error *err)
{
	enum cao_status st;
	BIGNUM *n = NULL, *e = NULL;

	if (EVP_PKEY_get_bn_param(key->pkey, OSSL_PKEY_PARAM_RSA_N, &n) != 1 ||
	    EVP_PKEY_get_bn_param(key->pkey, OSSL_PKEY_PARAM_RSA_E, &e) != 1) {
		st = cao_fail_ssl(err, CAO_INPUT, "the key has no public part");
		goto out;
	}
	if ((st = cao_rsa_check(n, e, err)) != CAO_OK)
		goto out;
	key->algorithm = BN_num_bits(n) < 3072 ? CAO_RSA2048 : CAO_RSA3072;
	put_rsa_spki(&key->spki, n, e);
out:
	BN_free(n);
	BN_free(e);
	return st;
}

/* SM2 or P-256, by type and group. */
static bool
curve_of(const EVP_PKEY *pkey, enum cao_algorithm *ret)
{
	char group[64];
	size_t len;

	if (EVP_PKEY_is_a(pkey, "SM2")) {
		*ret = CAO_SM2;
		return true;
	}
	if (!EVP_PKEY_is_a(pkey, "EC") ||
	    EVP_PKEY_get_group_name(pkey, group, sizeof group, &len) != 1 ||
	    strcmp(group, cao_curves[CAO_P256].group) != 0)
		return false;
	*ret = CAO_P256;
	return true;
}

static enum cao_status
describe(struct cao_key *key, struct cao_error *err)
{
	if (curve_of(key->pkey, &key->algorithm))
		return ec_spki(key, err);
	if (EVP_PKEY_is_a(key->pkey, "RSA"))
		return rsa_spki(key, err);
	ERR_clear_error();
	return cao_fail(err, CAO_INPUT,
	    "the key is none of SM2, P-256 and RSA from %d bits",
	    CAO_RSA_BITS_MIN);
}

enum cao_status
cao_key_from_pkey(EVP_PKEY *pkey, struct cao_key **ret, struct cao_error *err)
{
	struct cao_key *key = calloc(1, sizeof *key);
	enum cao_status st;

	if (key == NULL) {
		EVP_PKEY_free(pkey);
		return cao_fail_memory(err);
	}
	atomic_init(&key->references, 1);
	key->pkey = pkey;
	if ((st = cao_curve_ready(err)) == CAO_OK &&
	    (st = describe(key, err)) == CAO_OK && !cao_buf_ok(&key->spki))
		st = cao_fail_memory(err);
	if (st != CAO_OK) {
		cao_key_free(key);
		return st;
	}
	*ret = key;
	return CAO_OK;
}

EVP_PKEY *
cao_key_pkey(const struct cao_key *key)
{
	return key->pkey;
}

struct cao_key *
cao_key_share(struct cao_key *key)
{
	atomic_fetch_add(&key->references, 1);
	return key;
}

void
cao_key_free(struct cao_key *key)
{
	if (key == NULL || atomic_fetch_sub(&key->references, 1) > 1)
		return;
	EVP_PKEY_free(key->pkey);
	cao_buf_free(&key->spki);
	free(key);
}

bool
cao_key_equal(const struct cao_key *a, const struct cao_key *b)
{
	return a->spki.len == b->spki.len &&
	    memcmp(a->spki.data, b->spki.data, a->spki.len) == 0;
}

const unsigned char *
cao_key_spki(const struct cao_key *key, size_t *ret_len)
{
	*ret_len = key->spki.len;
	return key->spki.data;
}

void
cao_key_digest(const struct cao_key *key, unsigned char out[CAO_DIGEST_SIZE])
{
	cao_sha256(key->spki.data, key->spki.len, out);
}

enum cao_algorithm
cao_key_algorithm(const struct cao_key *key)
{
	return key->algorithm;
}

enum cao_status
cao_key_generate(
    enum cao_algorithm alg, struct cao_key **ret, struct cao_error *err)
{
	EVP_PKEY *pkey;

	switch (alg) {
	case CAO_SM2:
		pkey = EVP_PKEY_Q_keygen(NULL, NULL, "SM2");
		break;
	case CAO_P256:
		pkey = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");
		break;
	default:
		pkey = EVP_PKEY_Q_keygen(NULL, NULL, "RSA",
		    (size_t)(alg == CAO_RSA2048 ? 2048 : 3072));
	}
	if (pkey == NULL)
		return cao_fail_ssl(err, CAO_SYSTEM, "the key cannot be made");
	return cao_key_from_pkey(pkey, ret, err);
}

/* Signatures. */

void
cao_key_signature_algorithm(const struct cao_key *key, struct cao_buf *out)
{
	size_t seq = cao_der_open(out, CAO_DER_SEQUENCE);

	cao_der_oid(out, signature_oids[key->algorithm]);
	if (key->algorithm == CAO_RSA2048 || key->algorithm == CAO_RSA3072)
		cao_der_null(out);
	cao_der_close(out, seq);
}

/* The id goes in after Init and before the data: OpenSSL takes it at no other
 * time, and without it signs with the empty one. */
static bool
set_id(const struct cao_key *key, EVP_PKEY_CTX *ctx)
{
	return key->algorithm != CAO_SM2 ||
	    EVP_PKEY_CTX_set1_id(ctx, CAO_SM2_ID, sizeof CAO_SM2_ID - 1) == 1;
}

enum cao_status
cao_key_sign(const struct cao_key *key, const void *data, size_t len,
    struct cao_buf *out, struct cao_error *err)
{
	unsigned char signature[SIGNATURE_MAX];
	size_t n = sizeof signature;
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	EVP_PKEY_CTX *pkey_ctx = NULL;
	bool ok;

	ok = ctx != NULL &&
	    EVP_DigestSignInit(ctx, &pkey_ctx, cao_curve_md(key->algorithm),
		NULL, key->pkey) == 1 &&
	    set_id(key, pkey_ctx) &&
	    EVP_DigestSign(ctx, signature, &n, data, len) == 1;
	EVP_MD_CTX_free(ctx);
	if (!ok)
		return cao_fail_ssl(err, CAO_SYSTEM, "the key cannot sign");
	cao_buf_add(out, signature, n);
	return cao_buf_ok(out) ? CAO_OK : cao_fail_memory(err);
}

enum cao_status
cao_key_verify(const struct cao_key *key, const void *data, size_t len,
    const void *signature, size_t signature_len, struct cao_error *err)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	EVP_PKEY_CTX *pkey_ctx = NULL;
	bool ok;

	if (ctx == NULL ||
	    EVP_DigestVerifyInit(ctx, &pkey_ctx, cao_curve_md(key->algorithm),
		NULL, key->pkey) != 1 ||
	    !set_id(key, pkey_ctx)) {
		EVP_MD_CTX_free(ctx);
		return cao_fail_ssl(err, CAO_SYSTEM, "the key cannot verify");
	}
	ok = EVP_DigestVerify(ctx, signature, signature_len, data, len) == 1;
	EVP_MD_CTX_free(ctx);
	if (ok)
		return CAO_OK;
	ERR_clear_error();
	return cao_fail(
	    err, CAO_INTEGRITY, "the signature is not the key's over the data");
}
