/* The curves of SM2 and P-256: keys from their points and scalars. */
#include <pthread.h>
#include <string.h>

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/objects.h>
#include <openssl/param_build.h>

#include "pki/key_parts.h"

const struct cao_curve cao_curves[] = {
	[CAO_SM2] = { "SM2", "SM2", CAO_OID_SM2_CURVE, NID_sm2 },
	[CAO_P256] = { "EC", "prime256v1", CAO_OID_P256_CURVE,
	    NID_X9_62_prime256v1 },
};

/* Fetching digests and building groups costs more than using them, so each is
 * made once, and only read afterwards. */
static struct {
	bool ok;
	EVP_MD *sm3, *sha256;
	EC_GROUP *group[CAO_CURVES];
	EVP_PKEY *parameters[CAO_CURVES]; /* keys without a point */
} ready;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static EVP_PKEY *
make_parameters(const struct cao_curve *c)
{
	OSSL_PARAM_BLD *bld = OSSL_PARAM_BLD_new();
	OSSL_PARAM *params = NULL;
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, c->type, NULL);
	EVP_PKEY *pkey = NULL;

	if (bld != NULL && ctx != NULL &&
	    OSSL_PARAM_BLD_push_utf8_string(
		bld, OSSL_PKEY_PARAM_GROUP_NAME, c->group, 0) == 1 &&
	    (params = OSSL_PARAM_BLD_to_param(bld)) != NULL &&
	    EVP_PKEY_fromdata_init(ctx) == 1)
		(void)EVP_PKEY_fromdata(
		    ctx, &pkey, EVP_PKEY_KEY_PARAMETERS, params);
	OSSL_PARAM_free(params);
	OSSL_PARAM_BLD_free(bld);
	EVP_PKEY_CTX_free(ctx);
	return pkey;
}

static void
make_ready(void)
{
	ready.sm3 = EVP_MD_fetch(NULL, "SM3", NULL);
	ready.sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
	ready.ok = ready.sm3 != NULL && ready.sha256 != NULL;
	for (size_t i = 0; i < CAO_CURVES; i++) {
		ready.group[i] = EC_GROUP_new_by_curve_name(cao_curves[i].nid);
		ready.parameters[i] = make_parameters(&cao_curves[i]);
		if (ready.group[i] == NULL || ready.parameters[i] == NULL)
			ready.ok = false;
	}
}

enum cao_status
cao_curve_ready(struct cao_error *err)
{
	(void)pthread_once(&once, make_ready);
	return ready.ok ? CAO_OK
			: cao_fail_ssl(err, CAO_SYSTEM,
			      "OpenSSL lacks SM2, SM3, P-256 or SHA-256");
}

bool
cao_curve_uncompress(enum cao_algorithm alg, const unsigned char *in,
    size_t len, unsigned char out[CAO_POINT_SIZE])
{
	const EC_GROUP *group = ready.group[alg];
	EC_POINT *point = EC_POINT_new(group);
	bool ok = point != NULL &&
	    EC_POINT_oct2point(group, point, in, len, NULL) == 1 &&
	    EC_POINT_point2oct(group, point, POINT_CONVERSION_UNCOMPRESSED, out,
		CAO_POINT_SIZE, NULL) == CAO_POINT_SIZE;

	EC_POINT_free(point);
	return ok;
}

const EVP_MD *
cao_curve_md(enum cao_algorithm alg)
{
	return alg == CAO_SM2 ? ready.sm3 : ready.sha256;
}

/* Only the octets of a point are new; the rest is copied from what is ready,
 * which is ten times faster than having OpenSSL decode the whole. */
enum cao_status
cao_curve_key(enum cao_algorithm alg, const struct cao_der *point,
    struct cao_key **ret, struct cao_error *err)
{
	unsigned char octets[CAO_POINT_SIZE];
	EVP_PKEY *pkey = NULL;

	if (point->len == CAO_POINT_SIZE && *point->data == 4)
		memcpy(octets, point->data, CAO_POINT_SIZE);
	else if (point->len != 1 + CAO_SCALAR_SIZE || *point->data < 2 ||
	    *point->data > 3)
		return cao_key_not_spki(err);
	else if (!cao_curve_uncompress(alg, point->data, point->len, octets))
		goto off;
	if ((pkey = EVP_PKEY_dup(ready.parameters[alg])) == NULL)
		return cao_fail_memory(err);
	if (EVP_PKEY_set1_encoded_public_key(pkey, octets, CAO_POINT_SIZE) == 1)
		return cao_key_from_pkey(pkey, ret, err);
off:
	EVP_PKEY_free(pkey);
	ERR_clear_error();
	return cao_fail(
	    err, CAO_INPUT, "the public key is not a point on its curve");
}

static bool
in_range(enum cao_algorithm alg, const BIGNUM *d)
{
	const BIGNUM *order = EC_GROUP_get0_order(ready.group[alg]);
	BIGNUM *last = BN_dup(order);
	bool ok = last != NULL && BN_sub_word(last, 1) == 1 && !BN_is_zero(d) &&
	    (alg == CAO_SM2 ? BN_cmp(d, last) < 0 : BN_cmp(d, order) < 0);

	BN_free(last);
	return ok;
}

static bool
multiply(
    enum cao_algorithm alg, const BIGNUM *d, unsigned char out[CAO_POINT_SIZE])
{
	const EC_GROUP *group = ready.group[alg];
	EC_POINT *point = EC_POINT_new(group);
	bool ok = point != NULL &&
	    EC_POINT_mul(group, point, d, NULL, NULL, NULL) == 1 &&
	    EC_POINT_point2oct(group, point, POINT_CONVERSION_UNCOMPRESSED, out,
		CAO_POINT_SIZE, NULL) == CAO_POINT_SIZE;

	EC_POINT_free(point);
	return ok;
}

/* The public part must be given: without it the key loads, and cannot sign. */
static EVP_PKEY *
make_pair(enum cao_algorithm alg, const BIGNUM *d,
    unsigned char point[CAO_POINT_SIZE])
{
	OSSL_PARAM_BLD *bld = OSSL_PARAM_BLD_new();
	OSSL_PARAM *params = NULL;
	EVP_PKEY_CTX *ctx =
	    EVP_PKEY_CTX_new_from_name(NULL, cao_curves[alg].type, NULL);
	EVP_PKEY *pkey = NULL;

	if (bld != NULL && ctx != NULL &&
	    OSSL_PARAM_BLD_push_utf8_string(bld, OSSL_PKEY_PARAM_GROUP_NAME,
		cao_curves[alg].group, 0) == 1 &&
	    OSSL_PARAM_BLD_push_octet_string(
		bld, OSSL_PKEY_PARAM_PUB_KEY, point, CAO_POINT_SIZE) == 1 &&
	    OSSL_PARAM_BLD_push_BN_pad(
		bld, OSSL_PKEY_PARAM_PRIV_KEY, d, CAO_SCALAR_SIZE) == 1 &&
	    (params = OSSL_PARAM_BLD_to_param(bld)) != NULL &&
	    EVP_PKEY_fromdata_init(ctx) == 1)
		(void)EVP_PKEY_fromdata(ctx, &pkey, EVP_PKEY_KEYPAIR, params);
	OSSL_PARAM_free(params);
	OSSL_PARAM_BLD_free(bld);
	EVP_PKEY_CTX_free(ctx);
	return pkey;
}

static enum cao_status
out_of_range(struct cao_error *err)
{
	return cao_fail(
	    err, CAO_INPUT, "the private key is not in the range of its curve");
}

enum cao_status
cao_key_from_scalar(enum cao_algorithm alg, const unsigned char *scalar,
    size_t len, struct cao_key **ret, struct cao_error *err)
{
	unsigned char point[CAO_POINT_SIZE];
	BIGNUM *d = NULL;
	EVP_PKEY *pkey = NULL;
	enum cao_status st;

	if ((st = cao_curve_ready(err)) != CAO_OK)
		return st;
	if (len > CAO_SCALAR_SIZE)
		return out_of_range(err);
	if ((d = BN_secure_new()) == NULL ||
	    BN_bin2bn(scalar, (int)len, d) == NULL)
		st = cao_fail_memory(err);
	else if (!in_range(alg, d))
		st = out_of_range(err);
	else if (!multiply(alg, d, point) ||
	    (pkey = make_pair(alg, d, point)) == NULL)
		st = cao_fail_ssl(
		    err, CAO_SYSTEM, "the private key cannot be used");
	BN_clear_free(d);
	return st == CAO_OK ? cao_key_from_pkey(pkey, ret, err) : st;
}
