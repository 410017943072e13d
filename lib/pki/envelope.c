#include <string.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>

#include "pki/cms.h"
#include "pki/der.h"
#include "pki/envelope.h"
#include "pki/key_openssl.h"

#define SM4_KEY 16
#define ENCRYPTED_MAX 64 /* octets: some send 32 of zeros before the scalar */
#define ARCHIVE_MAX (CAO_ENVELOPE_MAX / 2) /* opens again in any case */
#define CIPHER_MAX 256 /* octets of an SM2Cipher over SM4_KEY */

#define OID_SM4_ECB "1.2.156.10197.1.104.1"

/* Keys for the archive, and back. */

enum cao_status
cao_key_export(
    const struct cao_key *key, struct cao_secret **ret, struct cao_error *err)
{
	enum cao_status st;
	struct cao_buf der = { 0 };
	struct cao_secret *secret;
	unsigned char *room;

	if ((st = cao_key_private_der(key, &der, err)) != CAO_OK)
		goto out;
	if ((secret = cao_secret_alloc(der.len, &room)) == NULL) {
		st = cao_fail_memory(err);
		goto out;
	}
	memcpy(room, der.data, der.len);
	*ret = secret;
out:
	cao_buf_free(&der);
	return st;
}

/* The numbers of an RSA key, RFC 8017 section 3.2. */
enum { N, E, D, P, Q, DP, DQ, QINV, NUMBERS };

/* x * y = 1 modulo m. */
static bool
is_inverse(const BIGNUM *x, const BIGNUM *y, const BIGNUM *m, BN_CTX *ctx)
{
	BIGNUM *r = BN_secure_new();
	bool ok = r != NULL && BN_mod_mul(r, x, y, m, ctx) == 1 && BN_is_one(r);

	BN_clear_free(r);
	return ok;
}

/* n = p * q, and d, dP, dQ, qInv belong to them and to e. */
static bool
numbers_agree(BIGNUM *const v[NUMBERS], BN_CTX *ctx)
{
	BIGNUM *n = BN_secure_new(), *p1 = BN_secure_new();
	BIGNUM *q1 = BN_secure_new();
	bool ok;

	ok = n != NULL && p1 != NULL && q1 != NULL &&
	    BN_mul(n, v[P], v[Q], ctx) == 1 && BN_cmp(n, v[N]) == 0 &&
	    BN_copy(p1, v[P]) != NULL && BN_sub_word(p1, 1) == 1 &&
	    BN_copy(q1, v[Q]) != NULL && BN_sub_word(q1, 1) == 1 &&
	    !BN_is_zero(p1) && !BN_is_zero(q1) &&
	    is_inverse(v[D], v[E], p1, ctx) &&
	    is_inverse(v[D], v[E], q1, ctx) &&
	    is_inverse(v[DP], v[E], p1, ctx) &&
	    is_inverse(v[DQ], v[E], q1, ctx) &&
	    is_inverse(v[QINV], v[Q], v[P], ctx);
	BN_clear_free(n);
	BN_clear_free(p1);
	BN_clear_free(q1);
	return ok;
}

/* An RSA key is loaded as it is told; the curves compute their public part. */
static bool
is_rsa_pair(const struct cao_key *key)
{
	static const char *const names[NUMBERS] = {
		[N] = OSSL_PKEY_PARAM_RSA_N,
		[E] = OSSL_PKEY_PARAM_RSA_E,
		[D] = OSSL_PKEY_PARAM_RSA_D,
		[P] = OSSL_PKEY_PARAM_RSA_FACTOR1,
		[Q] = OSSL_PKEY_PARAM_RSA_FACTOR2,
		[DP] = OSSL_PKEY_PARAM_RSA_EXPONENT1,
		[DQ] = OSSL_PKEY_PARAM_RSA_EXPONENT2,
		[QINV] = OSSL_PKEY_PARAM_RSA_COEFFICIENT1,
	};
	BIGNUM *v[NUMBERS] = { 0 };
	BN_CTX *ctx = BN_CTX_secure_new();
	bool ok = ctx != NULL;

	for (size_t i = 0; i < NUMBERS && ok; i++)
		ok = EVP_PKEY_get_bn_param(
			 cao_key_pkey(key), names[i], &v[i]) == 1;
	ok = ok && numbers_agree(v, ctx);
	for (size_t i = 0; i < NUMBERS; i++)
		BN_clear_free(v[i]);
	BN_CTX_free(ctx);
	ERR_clear_error();
	return ok;
}

enum cao_status
cao_key_import(const struct cao_secret *secret, struct cao_key **ret,
    struct cao_error *err)
{
	enum cao_status st;
	struct cao_key *key = NULL;
	enum cao_algorithm alg;

	if ((st = cao_key_from_private(cao_secret_data(secret),
		 cao_secret_len(secret), &key, err)) != CAO_OK)
		return st;
	alg = cao_key_algorithm(key);
	if (alg != CAO_SM2 && alg != CAO_P256 && !is_rsa_pair(key)) {
		cao_key_free(key);
		return cao_fail(err, CAO_INTEGRITY,
		    "RFC 8017 section 3.2: the numbers of the RSA private key do not belong together");
	}
	*ret = key;
	return CAO_OK;
}

/* SM2EnvelopedKey. */

static bool
sm4(bool encrypt, const unsigned char key[SM4_KEY], const unsigned char *in,
    size_t len, unsigned char *out)
{
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	int n = 0, last = 0;
	bool ok;

	ok = ctx != NULL &&
	    EVP_CipherInit_ex(ctx, EVP_sm4_ecb(), NULL, key, NULL, encrypt) ==
		1 &&
	    EVP_CIPHER_CTX_set_padding(ctx, 0) == 1 &&
	    EVP_CipherUpdate(ctx, out, &n, in, (int)len) == 1 &&
	    EVP_CipherFinal_ex(ctx, out + n, &last) == 1 &&
	    (size_t)(n + last) == len;
	EVP_CIPHER_CTX_free(ctx);
	return ok;
}

/* SM2Cipher over the SM4 key, as DER. */
static bool
sm2_encrypt(const struct cao_key *to, const unsigned char key[SM4_KEY],
    unsigned char out[CIPHER_MAX], size_t *ret_len)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(cao_key_pkey(to), NULL);
	size_t len = CIPHER_MAX;
	bool ok;

	ok = ctx != NULL && EVP_PKEY_encrypt_init(ctx) == 1 &&
	    EVP_PKEY_encrypt(ctx, out, &len, key, SM4_KEY) == 1;
	EVP_PKEY_CTX_free(ctx);
	*ret_len = len;
	return ok;
}

static bool
sm2_decrypt(const struct cao_key *own, const struct cao_der *cipher,
    unsigned char key[SM4_KEY])
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(cao_key_pkey(own), NULL);
	unsigned char clear[CIPHER_MAX];
	size_t len = sizeof clear;
	bool ok;

	ok = cipher->len <= CIPHER_MAX && ctx != NULL &&
	    EVP_PKEY_decrypt_init(ctx) == 1 &&
	    EVP_PKEY_decrypt(ctx, clear, &len, cipher->data, cipher->len) ==
		1 &&
	    len == SM4_KEY;
	if (ok)
		memcpy(key, clear, SM4_KEY);
	OPENSSL_cleanse(clear, sizeof clear);
	EVP_PKEY_CTX_free(ctx);
	return ok;
}

static bool
get_scalar(const struct cao_key *key, unsigned char out[CAO_SCALAR_SIZE])
{
	BIGNUM *d = NULL;
	bool ok = EVP_PKEY_get_bn_param(
		      cao_key_pkey(key), OSSL_PKEY_PARAM_PRIV_KEY, &d) == 1 &&
	    BN_bn2binpad(d, out, CAO_SCALAR_SIZE) == CAO_SCALAR_SIZE;

	BN_clear_free(d);
	return ok;
}

static void
put_sm2(struct cao_buf *out, const unsigned char *cipher, size_t cipher_len,
    const struct cao_key *encryption,
    const unsigned char sealed[CAO_SCALAR_SIZE])
{
	size_t spki_len, seq, alg;
	const unsigned char *spki = cao_key_spki(encryption, &spki_len);

	seq = cao_der_open(out, CAO_DER_SEQUENCE);
	alg = cao_der_open(out, CAO_DER_SEQUENCE);
	cao_der_oid(out, OID_SM4_ECB);
	cao_der_close(out, alg);
	cao_buf_add(out, cipher, cipher_len);
	cao_der_bits(out, spki + spki_len - CAO_POINT_SIZE, CAO_POINT_SIZE);
	cao_der_bits(out, sealed, CAO_SCALAR_SIZE);
	cao_der_close(out, seq);
}

static enum cao_status
seal_sm2(const struct cao_key *sign, const struct cao_key *encryption,
    struct cao_buf *out, struct cao_error *err)
{
	enum cao_status st;
	unsigned char key[SM4_KEY], scalar[CAO_SCALAR_SIZE],
	    sealed[CAO_SCALAR_SIZE];
	unsigned char cipher[CIPHER_MAX];
	size_t cipher_len;

	if (cao_key_algorithm(encryption) != CAO_SM2)
		return cao_fail(err, CAO_INPUT,
		    "GM/T 0009 section 7.4: only an SM2 key goes to the holder of an SM2 key");
	if ((st = cao_random(key, sizeof key, err)) != CAO_OK)
		return st;
	if (!get_scalar(encryption, scalar) ||
	    !sm4(true, key, scalar, sizeof scalar, sealed) ||
	    !sm2_encrypt(sign, key, cipher, &cipher_len))
		st = cao_fail_ssl(
		    err, CAO_SYSTEM, "cannot seal the key with SM2 and SM4");
	else
		put_sm2(out, cipher, cipher_len, encryption, sealed);
	OPENSSL_cleanse(key, sizeof key);
	OPENSSL_cleanse(scalar, sizeof scalar);
	if (st == CAO_OK && !cao_buf_ok(out))
		st = cao_fail_memory(err);
	return st;
}

/* The parts of an SM2EnvelopedKey. */
struct sm2_envelope {
	struct cao_der cipher; /* SM2Cipher, whole */
	struct cao_der point, sealed;
};

/* symAlgID is sent in several forms that all mean SM4-ECB. */
static bool
take_sm4(struct cao_der *w)
{
	struct cao_der alg, oid, null;

	if (!cao_der_take(w, CAO_DER_SEQUENCE, &alg) ||
	    !cao_der_take(&alg, CAO_DER_OID, &oid))
		return false;
	(void)cao_der_take(&alg, CAO_DER_NULL, &null);
	return alg.len == 0 &&
	    (cao_der_is_oid(&oid, OID_SM4_ECB) ||
		cao_der_is_oid(&oid, "1.2.156.10197.1.104") ||
		cao_der_is_oid(&oid, "1.2.156.10197.1.104.2"));
}

static bool
read_sm2(const void *der, size_t len, struct sm2_envelope *ret)
{
	struct cao_der w = { der, len }, seq, content;
	unsigned tag;

	return cao_der_take(&w, CAO_DER_SEQUENCE, &seq) && w.len == 0 &&
	    take_sm4(&seq) &&
	    cao_der_next(&seq, &tag, &content, &ret->cipher) &&
	    tag == CAO_DER_SEQUENCE && cao_der_get_bits(&seq, &ret->point) &&
	    ret->point.len == CAO_POINT_SIZE && ret->point.data[0] == 4 &&
	    cao_der_get_bits(&seq, &ret->sealed) && seq.len == 0 &&
	    (ret->sealed.len == CAO_SCALAR_SIZE ||
		ret->sealed.len == ENCRYPTED_MAX);
}

static bool
has_point(const struct cao_key *key, const struct cao_der *point)
{
	size_t len;
	const unsigned char *spki = cao_key_spki(key, &len);

	return memcmp(spki + len - CAO_POINT_SIZE, point->data,
		   CAO_POINT_SIZE) == 0;
}

static enum cao_status
open_sm2(const struct cao_key *sign, const void *der, size_t len,
    struct cao_key **ret, struct cao_error *err)
{
	enum cao_status st;
	struct cao_key *key = NULL;
	struct sm2_envelope e;
	unsigned char sm4_key[SM4_KEY], clear[ENCRYPTED_MAX];

	if (!read_sm2(der, len, &e))
		return cao_fail(err, CAO_INTEGRITY,
		    "GM/T 0009 section 7.4: not an SM2EnvelopedKey with SM4-ECB");
	if (cao_key_algorithm(sign) != CAO_SM2)
		return cao_fail(err, CAO_INTEGRITY,
		    "GM/T 0009 section 7.4: an SM2EnvelopedKey opens with an SM2 key only");
	if (!sm2_decrypt(sign, &e.cipher, sm4_key) ||
	    !sm4(false, sm4_key, e.sealed.data, e.sealed.len, clear))
		st = cao_fail_ssl(err, CAO_INTEGRITY,
		    "the envelope does not open with this key");
	else if ((st = cao_key_from_scalar(CAO_SM2,
		      clear + e.sealed.len - CAO_SCALAR_SIZE, CAO_SCALAR_SIZE,
		      &key, err)) != CAO_OK ||
	    !has_point(key, &e.point))
		st = cao_fail(err, CAO_INTEGRITY,
		    "GM/T 0009 section 7.4: the private key in the envelope does not belong to the public key in it");
	OPENSSL_cleanse(sm4_key, sizeof sm4_key);
	OPENSSL_cleanse(clear, sizeof clear);
	if (st != CAO_OK) {
		cao_key_free(key);
		return st;
	}
	*ret = key;
	return CAO_OK;
}

/* Both kinds. */

static enum cao_status
seal_cms(const struct cao_cert *to, const struct cao_key *to_key,
    const struct cao_key *encryption, struct cao_buf *out,
    struct cao_error *err)
{
	enum cao_status st;
	struct cao_buf der = { 0 };

	if ((st = cao_key_private_der(encryption, &der, err)) == CAO_OK)
		st = cao_cms_seal(to, to_key, der.data, der.len, out, err);
	cao_buf_free(&der);
	return st;
}

enum cao_status
cao_envelope_seal(const void *sign_cert, size_t len,
    const struct cao_key *encryption, struct cao_buf *out,
    struct cao_error *err)
{
	enum cao_status st;
	struct cao_cert cert;
	struct cao_key *key = NULL;

	if ((st = cao_cert_read_key(sign_cert, len, &cert, &key, err)) !=
	    CAO_OK)
		return st;
	if (cao_key_algorithm(key) == CAO_SM2)
		st = seal_sm2(key, encryption, out, err);
	else
		st = seal_cms(&cert, key, encryption, out, err);
	cao_key_free(key);
	return st;
}

/* A ContentInfo begins with its type, an SM2EnvelopedKey with a SEQUENCE. */
static bool
is_cms(const void *der, size_t len)
{
	struct cao_der w = { der, len }, seq, oid;

	return cao_der_take(&w, CAO_DER_SEQUENCE, &seq) &&
	    cao_der_take(&seq, CAO_DER_OID, &oid);
}

static enum cao_status
open_cms(const struct cao_key *sign, const void *cert, size_t cert_len,
    const void *cms, size_t len, struct cao_key **ret, struct cao_error *err)
{
	enum cao_status st;
	struct cao_secret *clear = NULL;

	st = cao_cms_open(sign, cert, cert_len, cms, len, &clear, err);
	if (st == CAO_OK && cao_key_import(clear, ret, err) != CAO_OK) {
		err->status = st = CAO_INTEGRITY;
		(void)cao_error_prefix(err, "%s", _("in the envelope"));
	}
	cao_secret_free(clear);
	return st;
}

enum cao_status
cao_envelope_open(const struct cao_key *sign, const void *sign_cert,
    size_t sign_cert_len, const void *envelope, size_t len,
    struct cao_key **ret, struct cao_error *err)
{
	if (len > CAO_ENVELOPE_MAX)
		return cao_fail(err, CAO_INTEGRITY,
		    "an envelope of %zu octets: at most %d are read", len,
		    CAO_ENVELOPE_MAX);
	if (is_cms(envelope, len))
		return open_cms(
		    sign, sign_cert, sign_cert_len, envelope, len, ret, err);
	return open_sm2(sign, envelope, len, ret, err);
}

/* The archive. */

enum cao_status
cao_recovery_seal(const void *cert, size_t cert_len, const void *data,
    size_t len, struct cao_buf *out, struct cao_error *err)
{
	enum cao_status st;
	struct cao_cert c;
	struct cao_key *key = NULL;

	if (len > ARCHIVE_MAX)
		return cao_fail(err, CAO_INPUT,
		    "%zu octets for the archive: at most %d are sealed", len,
		    ARCHIVE_MAX);
	if ((st = cao_cert_read_key(cert, cert_len, &c, &key, err)) != CAO_OK)
		return st;
	st = cao_cms_seal(&c, key, data, len, out, err);
	cao_key_free(key);
	return st;
}

enum cao_status
cao_recovery_open(const struct cao_key *key, const void *cert, size_t cert_len,
    const void *cms, size_t len, struct cao_secret **ret, struct cao_error *err)
{
	if (len > CAO_ENVELOPE_MAX)
		return cao_fail(err, CAO_INTEGRITY,
		    "an envelope of %zu octets: at most %d are read", len,
		    CAO_ENVELOPE_MAX);
	return cao_cms_open(key, cert, cert_len, cms, len, ret, err);
}
