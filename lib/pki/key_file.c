/* Private keys as files: under a PIN (RFC 8018), or in the clear. */
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pkcs12.h>

#include "pki/der.h"
#include "pki/key_openssl.h"

#define IV_SIZE 16
#define KEY_FILE_MAX (64 * 1024)
#define ITERATIONS_MAX 10000000 /* of PBKDF2: some seconds */

#define OID_PBES2 "1.2.840.113549.1.5.13"
#define OID_PBKDF2 "1.2.840.113549.1.5.12"
#define OID_SCRYPT "1.3.6.1.4.1.11591.4.11"

/* What may stand beside scrypt; the first is what is written. */
static const struct cipher {
	const char *oid;
	const EVP_CIPHER *(*get)(void);
	uint32_t key_size;
} ciphers[] = {
	{ "2.16.840.1.101.3.4.1.42", EVP_aes_256_cbc, 32 },
	{ "2.16.840.1.101.3.4.1.22", EVP_aes_192_cbc, 24 },
	{ "2.16.840.1.101.3.4.1.2", EVP_aes_128_cbc, 16 },
	{ "1.2.156.10197.1.104.2", EVP_sm4_cbc, 16 },
};
#define CIPHERS (sizeof ciphers / sizeof ciphers[0])

/* EncryptedPrivateKeyInfo, written. */

/* Encrypt or decrypt; out has room for a block more than in. */
static bool
crypt(const struct cipher *cipher, bool encrypt, const unsigned char *key,
    const unsigned char iv[IV_SIZE], const unsigned char *in, size_t len,
    unsigned char *out, size_t *ret_len)
{
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	int n = 0, last = 0;
	bool ok;

	ok = ctx != NULL &&
	    EVP_CipherInit_ex(ctx, cipher->get(), NULL, key, iv, encrypt) ==
		1 &&
	    EVP_CipherUpdate(ctx, out, &n, in, (int)len) == 1 &&
	    EVP_CipherFinal_ex(ctx, out + n, &last) == 1;
	EVP_CIPHER_CTX_free(ctx);
	*ret_len = (size_t)n + (size_t)last;
	return ok;
}

static void
put_pbes2(struct cao_buf *out, const struct cao_scrypt *how,
    const unsigned char iv[IV_SIZE])
{
	size_t alg = cao_der_open(out, CAO_DER_SEQUENCE), pbes2, kdf, seq;

	cao_der_oid(out, OID_PBES2);
	pbes2 = cao_der_open(out, CAO_DER_SEQUENCE);
	kdf = cao_der_open(out, CAO_DER_SEQUENCE);
	cao_der_oid(out, OID_SCRYPT);
	seq = cao_der_open(out, CAO_DER_SEQUENCE);
	cao_der_put(out, CAO_DER_OCTET_STRING, how->salt, how->salt_len);
	cao_der_small(out, how->n);
	cao_der_small(out, how->r);
	cao_der_small(out, how->p);
	cao_der_small(out, ciphers[0].key_size);
	cao_der_close(out, seq);
	cao_der_close(out, kdf);
	seq = cao_der_open(out, CAO_DER_SEQUENCE);
	cao_der_oid(out, ciphers[0].oid);
	cao_der_put(out, CAO_DER_OCTET_STRING, iv, IV_SIZE);
	cao_der_close(out, seq);
	cao_der_close(out, pbes2);
	cao_der_close(out, alg);
}

static enum cao_status
encrypt(const struct cao_buf *clear, struct cao_pin *pin, struct cao_buf *der,
    struct cao_error *err)
{
	unsigned char key[CAO_PIN_KEY], iv[IV_SIZE], *sealed = NULL;
	struct cao_scrypt how;
	size_t len, seq;
	enum cao_status st;

	if ((st = cao_pin_seal_key(pin, key, &how, err)) != CAO_OK ||
	    (st = cao_random(iv, sizeof iv, err)) != CAO_OK)
		goto out;
	if ((sealed = malloc(clear->len + IV_SIZE)) == NULL) {
		st = cao_fail_memory(err);
		goto out;
	}
	if (!crypt(&ciphers[0], true, key, iv, clear->data, clear->len, sealed,
		&len)) {
		st = cao_fail_ssl(
		    err, CAO_SYSTEM, "the private key cannot be encrypted");
		goto out;
	}
	seq = cao_der_open(der, CAO_DER_SEQUENCE);
	put_pbes2(der, &how, iv);
	cao_der_put(der, CAO_DER_OCTET_STRING, sealed, len);
	cao_der_close(der, seq);
	if (!cao_buf_ok(der))
		st = cao_fail_memory(err);
out:
	free(sealed);
	OPENSSL_cleanse(key, sizeof key);
	return st;
}

enum cao_status
cao_key_save(const struct cao_key *key, struct cao_pin *pin,
    struct cao_buf *out, struct cao_error *err)
{
	struct cao_buf clear = { 0 }, der = { 0 };
	enum cao_status st;

	if ((st = cao_key_private_der(key, &clear, err)) == CAO_OK &&
	    (st = encrypt(&clear, pin, &der, err)) == CAO_OK) {
		cao_pem_put(out, "ENCRYPTED PRIVATE KEY", der.data, der.len);
		if (!cao_buf_ok(out))
			st = cao_fail_memory(err);
	}
	cao_buf_free(&clear);
	cao_buf_free(&der);
	return st;
}

enum cao_status
cao_key_save_clear(
    const struct cao_key *key, struct cao_buf *out, struct cao_error *err)
{
	struct cao_buf clear = { 0 };
	enum cao_status st;

	if ((st = cao_key_private_der(key, &clear, err)) == CAO_OK) {
		cao_pem_put(out, "PRIVATE KEY", clear.data, clear.len);
		if (!cao_buf_ok(out))
			st = cao_fail_memory(err);
	}
	cao_buf_free(&clear);
	return st;
}

/* EncryptedPrivateKeyInfo, read. */

struct sealed {
	const struct cipher *cipher; /* NULL: not scrypt, OpenSSL opens it */
	struct cao_scrypt how;
	unsigned char iv[IV_SIZE];
	struct cao_der data;
};

static enum cao_status
bad_sealed(struct cao_error *err)
{
	return cao_fail(err, CAO_INPUT,
	    "the encryption of the private key is not known; write it anew "
	    "with openssl pkcs8 -topk8 -scrypt");
}

/* A salt and its iterations, at the head of PBKDF2's and older parameters. */
static enum cao_status
check_iterations(struct cao_der params, struct cao_error *err)
{
	struct cao_der salt;
	uint32_t n;

	if (!cao_der_take(&params, CAO_DER_OCTET_STRING, &salt) ||
	    !cao_der_get_small(&params, &n))
		return bad_sealed(err);
	if (n > ITERATIONS_MAX)
		return cao_fail(err, CAO_INPUT,
		    "the PIN would have to be hashed %u times; at most %d are "
		    "done",
		    n, ITERATIONS_MAX);
	return CAO_OK;
}

static bool
get_scrypt(struct cao_der params, struct cao_der enc, struct sealed *ret)
{
	struct cao_der salt, oid, iv;
	uint32_t key_size;

	if (!cao_der_take(&params, CAO_DER_OCTET_STRING, &salt) ||
	    salt.len > sizeof ret->how.salt ||
	    !cao_der_get_small(&params, &ret->how.n) ||
	    !cao_der_get_small(&params, &ret->how.r) ||
	    !cao_der_get_small(&params, &ret->how.p) ||
	    !cao_der_take(&enc, CAO_DER_OID, &oid) ||
	    !cao_der_take(&enc, CAO_DER_OCTET_STRING, &iv) ||
	    iv.len != IV_SIZE || enc.len != 0)
		return false;
	for (size_t i = 0; i < CIPHERS; i++)
		if (cao_der_is_oid(&oid, ciphers[i].oid))
			ret->cipher = &ciphers[i];
	if (ret->cipher == NULL)
		return false;
	if (cao_der_get_small(&params, &key_size) &&
	    key_size != ret->cipher->key_size)
		return false;
	memcpy(ret->how.salt, salt.data, salt.len);
	ret->how.salt_len = salt.len;
	memcpy(ret->iv, iv.data, IV_SIZE);
	return params.len == 0;
}

static enum cao_status
get_pbes2(struct cao_der params, struct sealed *ret, struct cao_error *err)
{
	struct cao_der kdf, enc, oid, inner;

	if (!cao_der_take(&params, CAO_DER_SEQUENCE, &kdf) ||
	    !cao_der_take(&params, CAO_DER_SEQUENCE, &enc) || params.len != 0 ||
	    !cao_der_take(&kdf, CAO_DER_OID, &oid) ||
	    !cao_der_take(&kdf, CAO_DER_SEQUENCE, &inner) || kdf.len != 0)
		return bad_sealed(err);
	if (cao_der_is_oid(&oid, OID_PBKDF2))
		return check_iterations(inner, err);
	if (!cao_der_is_oid(&oid, OID_SCRYPT) || !get_scrypt(inner, enc, ret))
		return bad_sealed(err);
	return CAO_OK;
}

static enum cao_status
get_sealed(const struct cao_buf *der, struct sealed *ret, struct cao_error *err)
{
	struct cao_der in = { der->data, der->len }, seq, alg, oid, params;

	*ret = (struct sealed){ 0 };
	if (!cao_der_take(&in, CAO_DER_SEQUENCE, &seq) || in.len != 0 ||
	    !cao_der_take(&seq, CAO_DER_SEQUENCE, &alg) ||
	    !cao_der_take(&seq, CAO_DER_OCTET_STRING, &ret->data) ||
	    seq.len != 0 || ret->data.len == 0 ||
	    !cao_der_take(&alg, CAO_DER_OID, &oid) ||
	    !cao_der_take(&alg, CAO_DER_SEQUENCE, &params) || alg.len != 0)
		return cao_fail(err, CAO_INPUT,
		    "the private key is not an EncryptedPrivateKeyInfo in DER "
		    "(RFC 5958 section 3)");
	if (cao_der_is_oid(&oid, OID_PBES2))
		return get_pbes2(params, ret, err);
	return check_iterations(params, err);
}

static enum cao_status
wrong_pin(struct cao_error *err)
{
	ERR_clear_error();
	return cao_fail(err, CAO_INPUT, "the PIN does not open it");
}

/* Every failure from here to a whole PrivateKeyInfo is the same to see. */
static enum cao_status
from_opened(const unsigned char *clear, size_t len, struct cao_key **ret,
    struct cao_error *err)
{
	return cao_key_is_private(clear, len)
	    ? cao_key_from_private(clear, len, ret, err)
	    : wrong_pin(err);
}

static enum cao_status
open_scrypt(const struct sealed *sealed, struct cao_pin *pin,
    struct cao_key **ret, struct cao_error *err)
{
	unsigned char key[CAO_PIN_KEY], *clear;
	struct cao_secret *room = NULL;
	enum cao_status st;
	size_t len;

	if ((st = cao_pin_open_key(pin, &sealed->how, key, err)) != CAO_OK)
		return st;
	room = cao_secret_alloc(sealed->data.len + IV_SIZE, &clear);
	if (room == NULL)
		st = cao_fail_memory(err);
	else if (!crypt(sealed->cipher, false, key, sealed->iv,
		     sealed->data.data, sealed->data.len, clear, &len))
		st = wrong_pin(err);
	else
		st = from_opened(clear, len, ret, err);
	cao_secret_free(room);
	OPENSSL_cleanse(key, sizeof key);
	return st;
}

/* PBKDF2 and what came before it. */
static enum cao_status
open_other(const struct cao_buf *der, const struct cao_pin *pin,
    struct cao_key **ret, struct cao_error *err)
{
	const struct cao_secret *secret = cao_pin_secret(pin);
	const unsigned char *p = der->data;
	PKCS8_PRIV_KEY_INFO *info = NULL;
	X509_SIG *sealed = d2i_X509_SIG(NULL, &p, (long)der->len);
	unsigned char *clear = NULL;
	enum cao_status st;
	int len = 0;

	if (sealed != NULL)
		info =
		    PKCS8_decrypt(sealed, (const char *)cao_secret_data(secret),
			(int)cao_secret_len(secret));
	if (info == NULL || (len = i2d_PKCS8_PRIV_KEY_INFO(info, &clear)) <= 0)
		st = wrong_pin(err);
	else
		st = from_opened(clear, (size_t)len, ret, err);
	if (len > 0)
		OPENSSL_clear_free(clear, (size_t)len);
	PKCS8_PRIV_KEY_INFO_free(info);
	X509_SIG_free(sealed);
	return st;
}

static enum cao_status
from_sealed(const struct cao_buf *der, struct cao_pin *pin,
    struct cao_key **ret, struct cao_error *err)
{
	struct sealed sealed;
	enum cao_status st;

	if (pin == NULL)
		return cao_fail(err, CAO_INPUT,
		    "the private key is under a PIN, and none is given");
	if ((st = get_sealed(der, &sealed, err)) != CAO_OK)
		return st;
	return sealed.cipher != NULL ? open_scrypt(&sealed, pin, ret, err)
				     : open_other(der, pin, ret, err);
}

/* The kinds of PEM blocks a private key comes in. */

static enum cao_status
from_clear(const struct cao_buf *der, struct cao_pin *pin, struct cao_key **ret,
    struct cao_error *err)
{
	(void)pin;
	return cao_key_from_private(der->data, der->len, ret, err);
}

static enum cao_status
from_old_ec(const struct cao_buf *der, struct cao_pin *pin,
    struct cao_key **ret, struct cao_error *err)
{
	(void)pin;
	return cao_key_from_ec_private(der->data, der->len, ret, err);
}

static enum cao_status
from_old_rsa(const struct cao_buf *der, struct cao_pin *pin,
    struct cao_key **ret, struct cao_error *err)
{
	struct cao_buf info = { 0 };
	size_t seq = cao_der_open(&info, CAO_DER_SEQUENCE), alg;
	enum cao_status st;

	(void)pin;
	cao_der_small(&info, 0);
	alg = cao_der_open(&info, CAO_DER_SEQUENCE);
	cao_der_oid(&info, CAO_OID_RSA);
	cao_der_null(&info);
	cao_der_close(&info, alg);
	cao_der_put(&info, CAO_DER_OCTET_STRING, der->data, der->len);
	cao_der_close(&info, seq);
	st = cao_buf_ok(&info)
	    ? cao_key_from_private(info.data, info.len, ret, err)
	    : cao_fail_memory(err);
	cao_buf_free(&info);
	return st;
}

static const struct kind {
	const char *label;
	enum cao_status (*read)(const struct cao_buf *, struct cao_pin *,
	    struct cao_key **, struct cao_error *);
} kinds[] = {
	{ "ENCRYPTED PRIVATE KEY", from_sealed },
	{ "PRIVATE KEY", from_clear },
	{ "EC PRIVATE KEY", from_old_ec },
	{ "RSA PRIVATE KEY", from_old_rsa },
};
#define KINDS (sizeof kinds / sizeof kinds[0])

enum cao_status
cao_key_load(const char *name, const char *pem, size_t len, struct cao_pin *pin,
    struct cao_key **ret, struct cao_error *err)
{
	const struct kind *kind = kinds, *end = kinds + KINDS;
	struct cao_buf der = { 0 };
	enum cao_status st;

	if (len > KEY_FILE_MAX)
		return cao_fail(err, CAO_INPUT,
		    "%s: the key file has %zu octets; at most %d are read",
		    name, len, KEY_FILE_MAX);
	while (kind < end && !cao_pem_has(pem, len, kind->label))
		kind++;
	if (kind == end)
		return cao_fail(err, CAO_INPUT,
		    "%s: there is no private key in PEM in it", name);
	st = cao_pem_get(name, pem, len, kind->label, &der, NULL, err);
	if (st != CAO_OK)
		return st;
	if ((st = kind->read(&der, pin, ret, err)) != CAO_OK)
		(void)cao_error_prefix(err, "%s", name);
	cao_buf_free(&der);
	return st;
}
