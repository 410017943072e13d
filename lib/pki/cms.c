/*
 * What is sealed is written here octet by octet, since that takes a third of
 * the time of OpenSSL's CMS objects; it is opened by OpenSSL, so that no
 * mistake in the writing can hide behind the same mistake in the reading.
 */
#include <string.h>

#include <openssl/cms.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include "pki/cms.h"
#include "pki/der.h"
#include "pki/key_openssl.h"

#define KEY_SIZE 32 /* AES-256 */
#define IV_SIZE 16
#define WRAPPED_SIZE (KEY_SIZE + 8) /* RFC 3394 */
#define SHARED_SIZE 32              /* the x coordinate */
#define RSA_MAX 512                 /* octets */

#define OID_DATA "1.2.840.113549.1.7.1"
#define OID_ENVELOPED "1.2.840.113549.1.7.3"
#define OID_OAEP "1.2.840.113549.1.1.7"
#define OID_MGF1 "1.2.840.113549.1.1.8"
#define OID_SHA256 "2.16.840.1.101.3.4.2.1"
#define OID_AES_CBC "2.16.840.1.101.3.4.1.42"
#define OID_AES_WRAP "2.16.840.1.101.3.4.1.45"
#define OID_ECDH_SHA256 "1.3.132.1.11.1" /* dhSinglePass-stdDH-sha256kdf */

/* An AlgorithmIdentifier with absent or NULL parameters. */
static void
put_algorithm(struct cao_buf *out, const char *oid, bool null)
{
	size_t seq = cao_der_open(out, CAO_DER_SEQUENCE);

	cao_der_oid(out, oid);
	if (null)
		cao_der_null(out);
	cao_der_close(out, seq);
}

/* IssuerAndSerialNumber. */
static void
put_recipient(struct cao_buf *out, const struct cao_cert *to)
{
	size_t seq = cao_der_open(out, CAO_DER_SEQUENCE);

	cao_buf_add(out, to->issuer, to->issuer_len);
	cao_der_put(out, CAO_DER_INTEGER, to->serial, to->serial_len);
	cao_der_close(out, seq);
}

/* RFC 4055 section 4.1: SHA-256 for the hash and for MGF1. */
static void
put_oaep(struct cao_buf *out)
{
	size_t seq, params, tagged, mgf;

	seq = cao_der_open(out, CAO_DER_SEQUENCE);
	cao_der_oid(out, OID_OAEP);
	params = cao_der_open(out, CAO_DER_SEQUENCE);
	tagged = cao_der_open(out, CAO_DER_CONTEXT_EXPLICIT | 0);
	put_algorithm(out, OID_SHA256, true);
	cao_der_close(out, tagged);
	tagged = cao_der_open(out, CAO_DER_CONTEXT_EXPLICIT | 1);
	mgf = cao_der_open(out, CAO_DER_SEQUENCE);
	cao_der_oid(out, OID_MGF1);
	put_algorithm(out, OID_SHA256, true);
	cao_der_close(out, mgf);
	cao_der_close(out, tagged);
	cao_der_close(out, params);
	cao_der_close(out, seq);
}

/* KeyTransRecipientInfo. */
static enum cao_status
put_transport(struct cao_buf *out, const struct cao_cert *to,
    const struct cao_key *to_key, const unsigned char key[KEY_SIZE],
    struct cao_error *err)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(cao_key_pkey(to_key), NULL);
	unsigned char sealed[RSA_MAX];
	size_t len = sizeof sealed, seq;
	bool ok;

	ok = ctx != NULL && EVP_PKEY_encrypt_init(ctx) == 1 &&
	    EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_OAEP_PADDING) == 1 &&
	    EVP_PKEY_CTX_set_rsa_oaep_md(ctx, EVP_sha256()) == 1 &&
	    EVP_PKEY_CTX_set_rsa_mgf1_md(ctx, EVP_sha256()) == 1 &&
	    EVP_PKEY_encrypt(ctx, sealed, &len, key, KEY_SIZE) == 1;
	EVP_PKEY_CTX_free(ctx);
	if (!ok)
		return cao_fail_ssl(
		    err, CAO_SYSTEM, "cannot seal to the RSA key");
	seq = cao_der_open(out, CAO_DER_SEQUENCE);
	cao_der_small(out, 0);
	put_recipient(out, to);
	put_oaep(out);
	cao_der_put(out, CAO_DER_OCTET_STRING, sealed, len);
	cao_der_close(out, seq);
	return CAO_OK;
}

static bool
agree(const struct cao_key *own, const struct cao_key *theirs,
    unsigned char shared[SHARED_SIZE])
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(cao_key_pkey(own), NULL);
	size_t len = SHARED_SIZE;
	bool ok;

	/* The point was checked when the key was read. */
	ok = ctx != NULL && EVP_PKEY_derive_init(ctx) == 1 &&
	    EVP_PKEY_derive_set_peer_ex(ctx, cao_key_pkey(theirs), 0) == 1 &&
	    EVP_PKEY_derive(ctx, shared, &len) == 1 && len == SHARED_SIZE;
	EVP_PKEY_CTX_free(ctx);
	return ok;
}

/* X9.63 KDF for one block: SHA-256 of Z, the counter 1, ECC-CMS-SharedInfo
 * (RFC 5753 section 7.2). */
static enum cao_status
make_kek(const unsigned char shared[SHARED_SIZE], unsigned char kek[KEY_SIZE],
    struct cao_error *err)
{
	static const unsigned char counter[] = { 0, 0, 0, 1 };
	static const unsigned char kek_bits[] = { 0, 0, 1, 0 };
	struct cao_buf in = { 0 };
	enum cao_status st = CAO_OK;
	size_t seq, tagged;

	cao_buf_add(&in, shared, SHARED_SIZE);
	cao_buf_add(&in, counter, sizeof counter);
	seq = cao_der_open(&in, CAO_DER_SEQUENCE);
	put_algorithm(&in, OID_AES_WRAP, false);
	tagged = cao_der_open(&in, CAO_DER_CONTEXT_EXPLICIT | 2);
	cao_der_put(&in, CAO_DER_OCTET_STRING, kek_bits, sizeof kek_bits);
	cao_der_close(&in, tagged);
	cao_der_close(&in, seq);
	if (cao_buf_ok(&in))
		cao_sha256(in.data, in.len, kek);
	else
		st = cao_fail_memory(err);
	cao_buf_free(&in);
	return st;
}

static bool
wrap(const unsigned char kek[KEY_SIZE], const unsigned char key[KEY_SIZE],
    unsigned char out[WRAPPED_SIZE])
{
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	int len = 0;
	bool ok;

	if (ctx == NULL)
		return false;
	EVP_CIPHER_CTX_set_flags(ctx, EVP_CIPHER_CTX_FLAG_WRAP_ALLOW);
	ok =
	    EVP_EncryptInit_ex(ctx, EVP_aes_256_wrap(), NULL, kek, NULL) == 1 &&
	    EVP_EncryptUpdate(ctx, out, &len, key, KEY_SIZE) == 1 &&
	    len == WRAPPED_SIZE;
	EVP_CIPHER_CTX_free(ctx);
	return ok;
}

/* KeyAgreeRecipientInfo with the ephemeral key as OriginatorPublicKey. */
static void
put_agreed(struct cao_buf *out, const struct cao_cert *to,
    const struct cao_key *ephemeral, const unsigned char wrapped[WRAPPED_SIZE])
{
	size_t spki_len, info, tagged, key, seq, list;
	const unsigned char *spki = cao_key_spki(ephemeral, &spki_len);

	info = cao_der_open(out, CAO_DER_CONTEXT_EXPLICIT | 1);
	cao_der_small(out, 3);
	tagged = cao_der_open(out, CAO_DER_CONTEXT_EXPLICIT | 0);
	key = cao_der_open(out, CAO_DER_CONTEXT_EXPLICIT | 1);
	put_algorithm(out, CAO_OID_EC, false);
	cao_der_bits(out, spki + spki_len - CAO_POINT_SIZE, CAO_POINT_SIZE);
	cao_der_close(out, key);
	cao_der_close(out, tagged);
	seq = cao_der_open(out, CAO_DER_SEQUENCE);
	cao_der_oid(out, OID_ECDH_SHA256);
	put_algorithm(out, OID_AES_WRAP, false);
	cao_der_close(out, seq);
	list = cao_der_open(out, CAO_DER_SEQUENCE);
	seq = cao_der_open(out, CAO_DER_SEQUENCE);
	put_recipient(out, to);
	cao_der_put(out, CAO_DER_OCTET_STRING, wrapped, WRAPPED_SIZE);
	cao_der_close(out, seq);
	cao_der_close(out, list);
	cao_der_close(out, info);
}

static enum cao_status
put_agreement(struct cao_buf *out, const struct cao_cert *to,
    const struct cao_key *to_key, const unsigned char key[KEY_SIZE],
    struct cao_error *err)
{
	enum cao_status st;
	struct cao_key *ephemeral = NULL;
	unsigned char shared[SHARED_SIZE], kek[KEY_SIZE];
	unsigned char wrapped[WRAPPED_SIZE];

	if ((st = cao_key_generate(CAO_P256, &ephemeral, err)) != CAO_OK)
		return st;
	if (!agree(ephemeral, to_key, shared))
		st = cao_fail_ssl(err, CAO_SYSTEM,
		    "cannot agree on a key with the P-256 key");
	else if ((st = make_kek(shared, kek, err)) == CAO_OK) {
		if (wrap(kek, key, wrapped))
			put_agreed(out, to, ephemeral, wrapped);
		else
			st = cao_fail_ssl(
			    err, CAO_SYSTEM, "cannot wrap a key with AES");
	}
	OPENSSL_cleanse(shared, sizeof shared);
	OPENSSL_cleanse(kek, sizeof kek);
	cao_key_free(ephemeral);
	return st;
}

/* EncryptedContentInfo. */
static enum cao_status
put_content(struct cao_buf *out, const unsigned char key[KEY_SIZE],
    const void *data, size_t len, struct cao_error *err)
{
	enum cao_status st;
	EVP_CIPHER_CTX *ctx = NULL;
	struct cao_secret *room = NULL;
	unsigned char iv[IV_SIZE], *sealed;
	size_t seq, alg;
	int n = 0, last = 0;

	if ((st = cao_random(iv, sizeof iv, err)) != CAO_OK)
		return st;
	if ((room = cao_secret_alloc(len + IV_SIZE, &sealed)) == NULL)
		return cao_fail_memory(err);
	if ((ctx = EVP_CIPHER_CTX_new()) == NULL ||
	    EVP_EncryptInit_ex(ctx, EVP_aes_256_cbc(), NULL, key, iv) != 1 ||
	    EVP_EncryptUpdate(ctx, sealed, &n, data, (int)len) != 1 ||
	    EVP_EncryptFinal_ex(ctx, sealed + n, &last) != 1) {
		st = cao_fail_ssl(err, CAO_SYSTEM, "cannot encrypt with AES");
		goto out;
	}
	seq = cao_der_open(out, CAO_DER_SEQUENCE);
	cao_der_oid(out, OID_DATA);
	alg = cao_der_open(out, CAO_DER_SEQUENCE);
	cao_der_oid(out, OID_AES_CBC);
	cao_der_put(out, CAO_DER_OCTET_STRING, iv, sizeof iv);
	cao_der_close(out, alg);
	cao_der_put(out, CAO_DER_CONTEXT | 0, sealed, (size_t)(n + last));
	cao_der_close(out, seq);
out:
	EVP_CIPHER_CTX_free(ctx);
	cao_secret_free(room);
	return st;
}

static enum cao_status
put_enveloped(struct cao_buf *out, const struct cao_cert *to,
    const struct cao_key *to_key, const void *data, size_t len,
    struct cao_error *err)
{
	bool ec = cao_key_algorithm(to_key) == CAO_P256;
	enum cao_status st;
	unsigned char key[KEY_SIZE];
	size_t outer, tagged, body, set;

	if ((st = cao_random(key, sizeof key, err)) != CAO_OK)
		return st;
	outer = cao_der_open(out, CAO_DER_SEQUENCE);
	cao_der_oid(out, OID_ENVELOPED);
	tagged = cao_der_open(out, CAO_DER_CONTEXT_EXPLICIT | 0);
	body = cao_der_open(out, CAO_DER_SEQUENCE);
	cao_der_small(out, ec ? 2 : 0);
	set = cao_der_open(out, CAO_DER_SET);
	st = (ec ? put_agreement : put_transport)(out, to, to_key, key, err);
	cao_der_close(out, set);
	if (st == CAO_OK)
		st = put_content(out, key, data, len, err);
	OPENSSL_cleanse(key, sizeof key);
	cao_der_close(out, body);
	cao_der_close(out, tagged);
	cao_der_close(out, outer);
	return st;
}

enum cao_status
cao_cms_seal(const struct cao_cert *to, const struct cao_key *to_key,
    const void *data, size_t len, struct cao_buf *out, struct cao_error *err)
{
	enum cao_status st;
	size_t start = out->len;

	if (cao_key_algorithm(to_key) == CAO_SM2)
		return cao_fail(err, CAO_INPUT,
		    "RFC 5652: CMS has no recipient with an SM2 key");
	if ((st = put_enveloped(out, to, to_key, data, len, err)) != CAO_OK) {
		out->len = start;
		return st;
	}
	return cao_buf_ok(out) ? CAO_OK : cao_fail_memory(err);
}

/* What was decrypted, to memory of its own. */
static enum cao_status
take_clear(BIO *clear, struct cao_secret **ret, struct cao_error *err)
{
	char *data = NULL;
	long len = BIO_get_mem_data(clear, &data);
	struct cao_secret *secret = NULL;
	unsigned char *room;

	if (len < 0 || (secret = cao_secret_alloc((size_t)len, &room)) == NULL)
		return cao_fail_memory(err);
	if (len > 0)
		memcpy(room, data, (size_t)len);
	*ret = secret;
	return CAO_OK;
}

enum cao_status
cao_cms_open(const struct cao_key *key, const void *cert, size_t cert_len,
    const void *cms, size_t len, struct cao_secret **ret, struct cao_error *err)
{
	enum cao_status st;
	const unsigned char *p = cert, *q = cms;
	X509 *x = NULL;
	CMS_ContentInfo *ci = NULL;
	BIO *clear = BIO_new(BIO_s_mem());

	if (clear == NULL) {
		st = cao_fail_memory(err);
		goto out;
	}
	if ((x = d2i_X509(NULL, &p, (long)cert_len)) == NULL) {
		st = cao_fail_ssl(err, CAO_INPUT, "not a certificate");
		goto out;
	}
	if ((ci = d2i_CMS_ContentInfo(NULL, &q, (long)len)) == NULL ||
	    q != (const unsigned char *)cms + len ||
	    OBJ_obj2nid(CMS_get0_type(ci)) != NID_pkcs7_enveloped ||
	    OBJ_obj2nid(CMS_get0_eContentType(ci)) != NID_pkcs7_data) {
		st = cao_fail_ssl(err, CAO_INTEGRITY,
		    "RFC 5652 section 6.1: not a CMS EnvelopedData over data");
		goto out;
	}
	/* With the certificate given, a key that does not open it is told at
	 * once instead of being replaced by a random one. */
	if (CMS_decrypt(ci, cao_key_pkey(key), x, NULL, clear, 0) != 1) {
		st = cao_fail_ssl(err, CAO_INTEGRITY,
		    "the envelope does not open with this key");
		goto out;
	}
	st = take_clear(clear, ret, err);
out:
	BIO_free(clear);
	CMS_ContentInfo_free(ci);
	X509_free(x);
	return st;
}
