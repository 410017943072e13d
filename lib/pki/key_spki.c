/* Public keys out of a SubjectPublicKeyInfo (RFC 5280, RFC 5480). */
#include <stdio.h>

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/objects.h>
#include <openssl/param_build.h>

#include "pki/key_parts.h"

#define RSA_EXPONENT_MIN 65537
#define RSA_EXPONENT_OCTETS 32 /* FIPS 186-5 section A.1.1: below 2^256 */

enum cao_status
cao_rsa_check(const BIGNUM *n, const BIGNUM *e, struct cao_error *err)
{
	int bits = BN_num_bits(n);

	if (bits < CAO_RSA_BITS_MIN || bits > CAO_RSA_BITS_MAX)
		return cao_fail(err, CAO_INPUT,
		    "the RSA key has %d bits; make one of %d to %d", bits,
		    CAO_RSA_BITS_MIN, CAO_RSA_BITS_MAX);
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

enum cao_status
cao_key_not_spki(struct cao_error *err)
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
		return cao_key_not_spki(err);
	bn = BN_bin2bn(n.data, (int)n.len, NULL);
	be = BN_bin2bn(e.data, (int)e.len, NULL);
	if (bn == NULL || be == NULL)
		st = cao_fail_memory(err);
	else if ((st = cao_rsa_check(bn, be, err)) == CAO_OK &&
	    (pkey = make_rsa(bn, be)) == NULL)
		st = cao_fail_ssl(
		    err, CAO_INPUT, "the RSA public key is not usable");
	BN_free(bn);
	BN_free(be);
	return st == CAO_OK ? cao_key_from_pkey(pkey, ret, err) : st;
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
	for (size_t i = 0; i < CAO_CURVES; i++)
		if (cao_der_is_oid(&oid, cao_curves[i].oid))
			return cao_curve_key(
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
		return cao_key_not_spki(err);
	if ((st = cao_curve_ready(err)) != CAO_OK)
		return st;
	if (cao_der_is_oid(&oid, CAO_OID_EC))
		return ec_from_spki(alg, bits, ret, err);
	if (cao_der_is_oid(&oid, CAO_OID_RSA))
		return rsa_from_spki(alg, bits, ret, err);
	name_oid(&oid, name, sizeof name);
	return cao_fail(err, CAO_INPUT,
	    "the key's algorithm is %s; use SM2, P-256 or RSA from %d bits",
	    name, CAO_RSA_BITS_MIN);
}
