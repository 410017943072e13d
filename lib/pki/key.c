/* Keys and signatures. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/objects.h>
#include <openssl/param_build.h>

#include "pki/der.h"
#include "pki/key_openssl.h"

#define POINT_SIZE 65 /* an uncompressed point: 04, X, Y */
#define SCALAR_SIZE 32
#define RSA_BITS_MIN 2048
#define RSA_BITS_MAX 4096
#define RSA_EXPONENT_MIN 65537
#define RSA_EXPONENT_OCTETS 32 /* FIPS 186-5 section A.1.1: below 2^256 */
#define SIGNATURE_MAX (RSA_BITS_MAX / 8)

struct cao_key {
	atomic_uint references;
	EVP_PKEY *pkey;
	enum cao_algorithm algorithm;
	struct cao_buf spki;
};

const char *const cao_algorithm_names[] = { "sm2", "p256", "rsa2048", "rsa3072",
	NULL };

/* What differs between the two curves. */
struct curve {
	const char *type, *group; /* as OpenSSL names them */
	const char *oid;
	int nid;
};
static const struct curve curves[] = {
	[CAO_SM2] = { "SM2", "SM2", CAO_OID_SM2_CURVE, NID_sm2 },
	[CAO_P256] = { "EC", "prime256v1", CAO_OID_P256_CURVE,
	    NID_X9_62_prime256v1 },
};
#define CURVES (sizeof curves / sizeof curves[0])

static const char *const signature_oids[] = {
	[CAO_SM2] = "1.2.156.10197.1.501",
	[CAO_P256] = "1.2.840.10045.4.3.2",
	[CAO_RSA2048] = "1.2.840.113549.1.1.11",
	[CAO_RSA3072] = "1.2.840.113549.1.1.11",
};

/* Fetching digests and building groups costs more than using them, so each is
 * made once, and only read afterwards. */
static struct {
	bool ok;
	EVP_MD *sm3, *sha256;
	EC_GROUP *group[CURVES];
	EVP_PKEY *parameters[CURVES]; /* keys without a point */
} ready;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static EVP_PKEY *
make_parameters(const struct curve *c)
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
	for (size_t i = 0; i < CURVES; i++) {
		ready.group[i] = EC_GROUP_new_by_curve_name(curves[i].nid);
		ready.parameters[i] = make_parameters(&curves[i]);
		if (ready.group[i] == NULL || ready.parameters[i] == NULL)
			ready.ok = false;
	}
}

static enum cao_status
get_ready(struct cao_error *err)
{
	(void)pthread_once(&once, make_ready);
	return ready.ok ? CAO_OK
			: cao_fail_ssl(err, CAO_SYSTEM,
			      "OpenSSL lacks SM2, SM3, P-256 or SHA-256");
}

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

/* Any form of a point, checked, to the uncompressed one. */
static bool
uncompress(enum cao_algorithm alg, const unsigned char *in, size_t len,
    unsigned char out[POINT_SIZE])
{
	const EC_GROUP *group = ready.group[alg];
	EC_POINT *point = EC_POINT_new(group);
	bool ok = point != NULL &&
	    EC_POINT_oct2point(group, point, in, len, NULL) == 1 &&
	    EC_POINT_point2oct(group, point, POINT_CONVERSION_UNCOMPRESSED, out,
		POINT_SIZE, NULL) == POINT_SIZE;

	EC_POINT_free(point);
	return ok;
}

static void
put_ec_algorithm(struct cao_buf *out, enum cao_algorithm alg)
{
	size_t seq = cao_der_open(out, CAO_DER_SEQUENCE);

	cao_der_oid(out, CAO_OID_EC);
	cao_der_oid(out, curves[alg].oid);
	cao_der_close(out, seq);
}

static enum cao_status
ec_spki(struct cao_key *key, struct cao_error *err)
{
	unsigned char octets[POINT_SIZE];
	size_t len, seq;

	if (EVP_PKEY_get_octet_string_param(key->pkey, OSSL_PKEY_PARAM_PUB_KEY,
		octets, sizeof octets, &len) != 1)
		return cao_fail_ssl(
		    err, CAO_INPUT, "the key has no public part");
	if ((len != POINT_SIZE || octets[0] != 4) &&
	    !uncompress(key->algorithm, octets, len, octets))
		return cao_fail_ssl(err, CAO_INPUT,
		    "the public key is not a point on its curve");
	seq = cao_der_open(&key->spki, CAO_DER_SEQUENCE);
	put_ec_algorithm(&key->spki, key->algorithm);
	cao_der_bits(&key->spki, octets, POINT_SIZE);
	cao_der_close(&key->spki, seq);
	return CAO_OK;
}

static enum cao_status
check_rsa(const BIGNUM *n, const BIGNUM *e, struct cao_error *err)
{
	int bits = BN_num_bits(n);

	if (bits < RSA_BITS_MIN || bits > RSA_BITS_MAX)
		return cao_fail(err, CAO_INPUT,
		    "the RSA key has %d bits; make one of %d to %d", bits,
		    RSA_BITS_MIN, RSA_BITS_MAX);
	if (!BN_is_odd(n))
		return cao_fail(err, CAO_INPUT,
		    "the RSA modulus is even, so it is no modulus");
	if (BN_num_bits(e) > 8 * RSA_EXPONENT_OCTETS)
		return cao_fail(err, CAO_INPUT,
		    "the RSA exponent has %d bits; it must have at most %d "
		    "(FIPS 186-5 section A.1.1)",
		    BN_num_bits(e), 8 * RSA_EXPONENT_OCTETS);
	if (BN_num_bits(e) <= 32 && BN_get_word(e) < RSA_EXPONENT_MIN)
		return cao_fail(err, CAO_INPUT,
		    "the RSA exponent is %lu; it must be odd and at least %d "
		    "(FIPS 186-5 section A.1.1)",
		    (unsigned long)BN_get_word(e), RSA_EXPONENT_MIN);
	if (!BN_is_odd(e))
		return cao_fail(err, CAO_INPUT,
		    "the RSA exponent is even; it must be odd "
		    "(FIPS 186-5 section A.1.1)");
	return CAO_OK;
}

static void
put_number(struct cao_buf *out, const BIGNUM *n)
{
	unsigned char octets[RSA_BITS_MAX / 8];

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
	if ((st = check_rsa(n, e, err)) != CAO_OK)
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
	    strcmp(group, curves[CAO_P256].group) != 0)
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
	    "the key is none of SM2, P-256 and RSA from %d bits", RSA_BITS_MIN);
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
	if ((st = get_ready(err)) == CAO_OK &&
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

/* From a SubjectPublicKeyInfo. */

/* The name of an OBJECT IDENTIFIER, or its numbers, for a message. */
static void
name_oid(const struct cao_der *content, char *out, int size)
{
	struct cao_buf der = { 0 };
	const unsigned char *p;
	ASN1_OBJECT *object = NULL;

	cao_der_put(&der, CAO_DER_OID, content->data, content->len);
	p = der.data;
	if (cao_buf_ok(&der))
		object = d2i_ASN1_OBJECT(NULL, &p, (long)der.len);
	if (object == NULL || OBJ_obj2txt(out, size, object, 0) <= 0)
		(void)snprintf(out, (size_t)size, "%s", _("an unknown one"));
	ASN1_OBJECT_free(object);
	cao_buf_free(&der);
	ERR_clear_error();
}

static enum cao_status
not_spki(struct cao_error *err)
{
	return cao_fail(err, CAO_INPUT,
	    "the public key is not a SubjectPublicKeyInfo in DER "
	    "(RFC 5280 section 4.1)");
}

/* Two numbers of a key that was read from outside. */
static EVP_PKEY *
make_rsa(const BIGNUM *n, const BIGNUM *e)
{
	OSSL_PARAM_BLD *bld = OSSL_PARAM_BLD_new();
	OSSL_PARAM *params = NULL;
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
	EVP_PKEY *pkey = NULL;

	if (bld != NULL && ctx != NULL &&
	    OSSL_PARAM_BLD_push_BN(bld, OSSL_PKEY_PARAM_RSA_N, n) == 1 &&
	    OSSL_PARAM_BLD_push_BN(bld, OSSL_PKEY_PARAM_RSA_E, e) == 1 &&
	    (params = OSSL_PARAM_BLD_to_param(bld)) != NULL &&
	    EVP_PKEY_fromdata_init(ctx) == 1)
		(void)EVP_PKEY_fromdata(
		    ctx, &pkey, EVP_PKEY_PUBLIC_KEY, params);
	OSSL_PARAM_free(params);
	OSSL_PARAM_BLD_free(bld);
	EVP_PKEY_CTX_free(ctx);
	return pkey;
}

/* A positive INTEGER in its shortest form. */
static bool
take_number(struct cao_der *in, struct cao_der *ret)
{
	if (!cao_der_take(in, CAO_DER_INTEGER, ret) || ret->len == 0 ||
	    (ret->data[0] & 0x80) != 0)
		return false;
	if (ret->data[0] != 0)
		return true;
	if (ret->len < 2 || (ret->data[1] & 0x80) == 0)
		return false;
	ret->data++;
	ret->len--;
	return true;
}

static enum cao_status
rsa_from_spki(struct cao_der alg, struct cao_der bits, struct cao_key **ret,
    struct cao_error *err)
{
	struct cao_der null, seq, n, e;
	BIGNUM *bn = NULL, *be = NULL;
	EVP_PKEY *pkey = NULL;
	enum cao_status st;

	if (!cao_der_take(&alg, CAO_DER_NULL, &null) || null.len != 0 ||
	    alg.len != 0 || !cao_der_take(&bits, CAO_DER_SEQUENCE, &seq) ||
	    bits.len != 0 || !take_number(&seq, &n) || !take_number(&seq, &e) ||
	    seq.len != 0)
		return not_spki(err);
	bn = BN_bin2bn(n.data, (int)n.len, NULL);
	be = BN_bin2bn(e.data, (int)e.len, NULL);
	if (bn == NULL || be == NULL)
		st = cao_fail_memory(err);
	else if ((st = check_rsa(bn, be, err)) == CAO_OK &&
	    (pkey = make_rsa(bn, be)) == NULL)
		st = cao_fail_ssl(
		    err, CAO_INPUT, "the RSA public key is not usable");
	BN_free(bn);
	BN_free(be);
	return st == CAO_OK ? cao_key_from_pkey(pkey, ret, err) : st;
}

/* Only the octets of a point are new; the rest is copied from what is ready,
 * which is ten times faster than having OpenSSL decode the whole. */
static enum cao_status
ec_from_point(enum cao_algorithm alg, const struct cao_der *point,
    struct cao_key **ret, struct cao_error *err)
{
	unsigned char octets[POINT_SIZE];
	EVP_PKEY *pkey = NULL;

	if (point->len == POINT_SIZE && *point->data == 4)
		memcpy(octets, point->data, POINT_SIZE);
	else if (point->len != 1 + SCALAR_SIZE || *point->data < 2 ||
	    *point->data > 3)
		return not_spki(err);
	else if (!uncompress(alg, point->data, point->len, octets))
		goto off;
	if ((pkey = EVP_PKEY_dup(ready.parameters[alg])) == NULL)
		return cao_fail_memory(err);
	if (EVP_PKEY_set1_encoded_public_key(pkey, octets, POINT_SIZE) == 1)
		return cao_key_from_pkey(pkey, ret, err);
off:
	EVP_PKEY_free(pkey);
	ERR_clear_error();
	return cao_fail(
	    err, CAO_INPUT, "the public key is not a point on its curve");
}

static enum cao_status
ec_from_spki(struct cao_der alg, struct cao_der bits, struct cao_key **ret,
    struct cao_error *err)
{
	struct cao_der oid;
	char name[80];

	if (!cao_der_take(&alg, CAO_DER_OID, &oid) || alg.len != 0)
		return cao_fail(err, CAO_INPUT,
		    "the EC key does not name its curve "
		    "(RFC 5480 section 2.1.1); use SM2 or P-256");
	for (size_t i = 0; i < CURVES; i++)
		if (cao_der_is_oid(&oid, curves[i].oid))
			return ec_from_point(
			    (enum cao_algorithm)i, &bits, ret, err);
	name_oid(&oid, name, sizeof name);
	return cao_fail(err, CAO_INPUT,
	    "the key is on the curve %s; use SM2 or P-256", name);
}

enum cao_status
cao_key_from_spki(
    const void *der, size_t len, struct cao_key **ret, struct cao_error *err)
{
	struct cao_der in = { der, len }, spki, alg, oid, bits;
	enum cao_status st;
	char name[80];

	if (!cao_der_take(&in, CAO_DER_SEQUENCE, &spki) || in.len != 0 ||
	    !cao_der_take(&spki, CAO_DER_SEQUENCE, &alg) ||
	    !cao_der_get_bits(&spki, &bits) || spki.len != 0 ||
	    !cao_der_take(&alg, CAO_DER_OID, &oid))
		return not_spki(err);
	if ((st = get_ready(err)) != CAO_OK)
		return st;
	if (cao_der_is_oid(&oid, CAO_OID_EC))
		return ec_from_spki(alg, bits, ret, err);
	if (cao_der_is_oid(&oid, CAO_OID_RSA))
		return rsa_from_spki(alg, bits, ret, err);
	name_oid(&oid, name, sizeof name);
	return cao_fail(err, CAO_INPUT,
	    "the key's algorithm is %s; use SM2, P-256 or RSA from %d bits",
	    name, RSA_BITS_MIN);
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

static const EVP_MD *
digest_of(const struct cao_key *key)
{
	return key->algorithm == CAO_SM2 ? ready.sm3 : ready.sha256;
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
	    EVP_DigestSignInit(
		ctx, &pkey_ctx, digest_of(key), NULL, key->pkey) == 1 &&
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
	    EVP_DigestVerifyInit(
		ctx, &pkey_ctx, digest_of(key), NULL, key->pkey) != 1 ||
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

/* Private parts. */

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
multiply(enum cao_algorithm alg, const BIGNUM *d, unsigned char out[POINT_SIZE])
{
	const EC_GROUP *group = ready.group[alg];
	EC_POINT *point = EC_POINT_new(group);
	bool ok = point != NULL &&
	    EC_POINT_mul(group, point, d, NULL, NULL, NULL) == 1 &&
	    EC_POINT_point2oct(group, point, POINT_CONVERSION_UNCOMPRESSED, out,
		POINT_SIZE, NULL) == POINT_SIZE;

	EC_POINT_free(point);
	return ok;
}

/* The public part must be given: without it the key loads, and cannot sign. */
static EVP_PKEY *
make_pair(
    enum cao_algorithm alg, const BIGNUM *d, unsigned char point[POINT_SIZE])
{
	OSSL_PARAM_BLD *bld = OSSL_PARAM_BLD_new();
	OSSL_PARAM *params = NULL;
	EVP_PKEY_CTX *ctx =
	    EVP_PKEY_CTX_new_from_name(NULL, curves[alg].type, NULL);
	EVP_PKEY *pkey = NULL;

	if (bld != NULL && ctx != NULL &&
	    OSSL_PARAM_BLD_push_utf8_string(
		bld, OSSL_PKEY_PARAM_GROUP_NAME, curves[alg].group, 0) == 1 &&
	    OSSL_PARAM_BLD_push_octet_string(
		bld, OSSL_PKEY_PARAM_PUB_KEY, point, POINT_SIZE) == 1 &&
	    OSSL_PARAM_BLD_push_BN_pad(
		bld, OSSL_PKEY_PARAM_PRIV_KEY, d, SCALAR_SIZE) == 1 &&
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
	unsigned char point[POINT_SIZE];
	BIGNUM *d = NULL;
	EVP_PKEY *pkey = NULL;
	enum cao_status st;

	if ((st = get_ready(err)) != CAO_OK)
		return st;
	if (len > SCALAR_SIZE)
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
