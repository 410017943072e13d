/* Private keys in the clear: PrivateKeyInfo (RFC 5958). */
#include <string.h>

#include <openssl/core_names.h>
#include <openssl/crypto.h>

#include "pki/der.h"
#include "pki/key_openssl.h"

/* PrivateKeyInfo, written. */

/* The scalar, in a PrivateKeyInfo whose algorithm and point are those of the
 * SubjectPublicKeyInfo. */
static void
put_ec(const struct cao_key *key, const unsigned char scalar[CAO_SCALAR_SIZE],
    struct cao_buf *out)
{
	struct cao_der spki, alg = { 0 }, point = { 0 };
	size_t seq, octets, inner, explicit;
	unsigned tag;

	spki.data = cao_key_spki(key, &spki.len);
	(void)cao_der_take(&spki, CAO_DER_SEQUENCE, &spki);
	(void)cao_der_next(&spki, &tag, NULL, &alg);
	(void)cao_der_get_bits(&spki, &point);
	seq = cao_der_open(out, CAO_DER_SEQUENCE);
	cao_der_small(out, 0);
	cao_buf_add(out, alg.data, alg.len);
	octets = cao_der_open(out, CAO_DER_OCTET_STRING);
	inner = cao_der_open(out, CAO_DER_SEQUENCE);
	cao_der_small(out, 1);
	cao_der_put(out, CAO_DER_OCTET_STRING, scalar, CAO_SCALAR_SIZE);
	explicit = cao_der_open(out, CAO_DER_CONTEXT_EXPLICIT | 1);
	cao_der_bits(out, point.data, point.len);
	cao_der_close(out, explicit);
	cao_der_close(out, inner);
	cao_der_close(out, octets);
	cao_der_close(out, seq);
}

static enum cao_status
ec_private(
    const struct cao_key *key, struct cao_buf *out, struct cao_error *err)
{
	unsigned char scalar[CAO_SCALAR_SIZE];
	BIGNUM *d = NULL;
	bool ok;

	ok = EVP_PKEY_get_bn_param(
		 cao_key_pkey(key), OSSL_PKEY_PARAM_PRIV_KEY, &d) == 1 &&
	    BN_bn2binpad(d, scalar, CAO_SCALAR_SIZE) == CAO_SCALAR_SIZE;
	BN_clear_free(d);
	if (!ok)
		return cao_fail_ssl(
		    err, CAO_SYSTEM, "the key has no private part");
	put_ec(key, scalar, out);
	OPENSSL_cleanse(scalar, sizeof scalar);
	return CAO_OK;
}

static enum cao_status
rsa_private(
    const struct cao_key *key, struct cao_buf *out, struct cao_error *err)
{
	PKCS8_PRIV_KEY_INFO *info = EVP_PKEY2PKCS8(cao_key_pkey(key));
	unsigned char *der = NULL;
	int len = 0;

	if (info == NULL || (len = i2d_PKCS8_PRIV_KEY_INFO(info, &der)) <= 0) {
		PKCS8_PRIV_KEY_INFO_free(info);
		return cao_fail_ssl(
		    err, CAO_SYSTEM, "the key has no private part");
	}
	cao_buf_add(out, der, (size_t)len);
	OPENSSL_clear_free(der, (size_t)len);
	PKCS8_PRIV_KEY_INFO_free(info);
	return CAO_OK;
}

enum cao_status
cao_key_private_der(
    const struct cao_key *key, struct cao_buf *out, struct cao_error *err)
{
	enum cao_algorithm alg = cao_key_algorithm(key);
	enum cao_status st = alg == CAO_SM2 || alg == CAO_P256
	    ? ec_private(key, out, err)
	    : rsa_private(key, out, err);

	if (st == CAO_OK && !cao_buf_ok(out))
		st = cao_fail_memory(err);
	return st;
}

/* PrivateKeyInfo, read. */

struct info {
	struct cao_der oid, parameters, key;
};

static bool
get_info(const void *der, size_t len, struct info *ret)
{
	struct cao_der in = { der, len }, seq, alg, ignored;
	uint32_t version;

	if (!cao_der_take(&in, CAO_DER_SEQUENCE, &seq) || in.len != 0 ||
	    !cao_der_get_small(&seq, &version) || version > 1 ||
	    !cao_der_take(&seq, CAO_DER_SEQUENCE, &alg) ||
	    !cao_der_take(&alg, CAO_DER_OID, &ret->oid) ||
	    !cao_der_take(&seq, CAO_DER_OCTET_STRING, &ret->key))
		return false;
	ret->parameters = alg;
	(void)cao_der_take(&seq, CAO_DER_CONTEXT_EXPLICIT | 0, &ignored);
	(void)cao_der_take(&seq, CAO_DER_CONTEXT | 1, &ignored);
	return seq.len == 0;
}

/* ECPrivateKey (RFC 5915 section 3); what may be absent is empty. */
struct ec {
	struct cao_der scalar, curve, point;
};

static bool
get_ec(struct cao_der in, struct ec *ret)
{
	struct cao_der seq, explicit;
	uint32_t version;

	*ret = (struct ec){ 0 };
	if (!cao_der_take(&in, CAO_DER_SEQUENCE, &seq) || in.len != 0 ||
	    !cao_der_get_small(&seq, &version) || version != 1 ||
	    !cao_der_take(&seq, CAO_DER_OCTET_STRING, &ret->scalar))
		return false;
	if (cao_der_take(&seq, CAO_DER_CONTEXT_EXPLICIT | 0, &explicit) &&
	    (!cao_der_take(&explicit, CAO_DER_OID, &ret->curve) ||
		explicit.len != 0))
		return false;
	if (cao_der_take(&seq, CAO_DER_CONTEXT_EXPLICIT | 1, &explicit) &&
	    (!cao_der_get_bits(&explicit, &ret->point) || explicit.len != 0))
		return false;
	return seq.len == 0;
}

static enum cao_status
not_private(struct cao_error *err)
{
	return cao_fail(err, CAO_INPUT,
	    "the private key is not a PrivateKeyInfo in DER "
	    "(RFC 5958 section 2)");
}

/* The point, where it is given, must be the scalar's. */
static bool
has_point(const struct cao_key *key, const struct cao_der *point)
{
	size_t len;
	const unsigned char *spki = cao_key_spki(key, &len);
	const unsigned char *own = spki + len - CAO_POINT_SIZE;

	if (point->len == CAO_POINT_SIZE)
		return memcmp(own, point->data, CAO_POINT_SIZE) == 0;
	return point->len == 0 ||
	    (point->len == 1 + CAO_SCALAR_SIZE &&
		point->data[0] == (2 | (own[CAO_POINT_SIZE - 1] & 1)) &&
		memcmp(own + 1, point->data + 1, CAO_SCALAR_SIZE) == 0);
}

static enum cao_status
from_ec(const struct cao_der *curve, const struct cao_der *der,
    struct cao_key **ret, struct cao_error *err)
{
	struct cao_key *key = NULL;
	enum cao_algorithm alg;
	enum cao_status st;
	struct ec ec;

	if (!get_ec(*der, &ec))
		return not_private(err);
	if (curve == NULL)
		curve = &ec.curve;
	if (cao_der_is_oid(curve, CAO_OID_SM2_CURVE))
		alg = CAO_SM2;
	else if (cao_der_is_oid(curve, CAO_OID_P256_CURVE))
		alg = CAO_P256;
	else
		return cao_fail(err, CAO_INPUT,
		    "the private key is on another curve than SM2 and P-256");
	if (ec.curve.len > 0 && !cao_der_equal(curve, &ec.curve))
		return cao_fail(err, CAO_INPUT,
		    "the private key names two different curves");
	st = cao_key_from_scalar(alg, ec.scalar.data, ec.scalar.len, &key, err);
	if (st != CAO_OK)
		return st;
	if (!has_point(key, &ec.point)) {
		cao_key_free(key);
		return cao_fail(err, CAO_INPUT,
		    "the public part beside the private key is another's");
	}
	*ret = key;
	return CAO_OK;
}

static enum cao_status
from_rsa(
    const void *der, size_t len, struct cao_key **ret, struct cao_error *err)
{
	const unsigned char *p = der;
	PKCS8_PRIV_KEY_INFO *info =
	    d2i_PKCS8_PRIV_KEY_INFO(NULL, &p, (long)len);
	EVP_PKEY *pkey = info != NULL ? EVP_PKCS82PKEY(info) : NULL;

	PKCS8_PRIV_KEY_INFO_free(info);
	if (pkey == NULL)
		return cao_fail_ssl(
		    err, CAO_INPUT, "the RSA private key is not usable");
	return cao_key_from_pkey(pkey, ret, err);
}

enum cao_status
cao_key_from_private(
    const void *der, size_t len, struct cao_key **ret, struct cao_error *err)
{
	struct cao_der curve;
	struct info info;

	if (!get_info(der, len, &info))
		return not_private(err);
	if (cao_der_is_oid(&info.oid, CAO_OID_RSA))
		return from_rsa(der, len, ret, err);
	if (!cao_der_is_oid(&info.oid, CAO_OID_EC) ||
	    !cao_der_take(&info.parameters, CAO_DER_OID, &curve))
		return cao_fail(err, CAO_INPUT,
		    "the private key is none of SM2, P-256 and RSA");
	return from_ec(&curve, &info.key, ret, err);
}

enum cao_status
cao_key_from_ec_private(
    const void *der, size_t len, struct cao_key **ret, struct cao_error *err)
{
	return from_ec(NULL, &(struct cao_der){ der, len }, ret, err);
}

bool
cao_key_is_private(const void *der, size_t len)
{
	struct info info;

	return get_info(der, len, &info);
}
