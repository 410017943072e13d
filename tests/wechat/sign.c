/* What the WeChat Pay for tests signs, verifies and encrypts. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>
#include <openssl/pem.h>

#include "pay.h"

#define TAG 16

static EVP_PKEY *
load(const char *name, bool private)
{
	char *pem = read_text(name, NULL);
	EVP_PKEY *key;
	BIO *bio;

	if (pem == NULL)
		die("%s is missing", name);
	bio = BIO_new_mem_buf(pem, -1);
	key = private ? PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL)
		      : PEM_read_bio_PUBKEY(bio, NULL, NULL, NULL);
	if (key == NULL)
		die("%s is no key", name);
	BIO_free(bio);
	free(pem);
	return key;
}

char *
base64(const unsigned char *data, size_t len)
{
	char *out = malloc(4 * (len / 3 + 1) + 1);

	(void)EVP_EncodeBlock((unsigned char *)out, data, (int)len);
	return out;
}

char *
sign(const char *text, size_t len)
{
	EVP_PKEY *key = load("platform.key", true);
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	unsigned char signature[1024];
	size_t n = sizeof signature;
	char *out;

	if (EVP_DigestSignInit(ctx, NULL, EVP_sha256(), NULL, key) != 1 ||
	    EVP_DigestSign(
		ctx, signature, &n, (const unsigned char *)text, len) != 1)
		die("cannot sign");
	out = base64(signature, n);
	EVP_MD_CTX_free(ctx);
	EVP_PKEY_free(key);
	return out;
}

bool
verify(const char *text, size_t len, const char *in)
{
	EVP_PKEY *key = load("merchant.pub", false);
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	unsigned char signature[1024];
	size_t n = strlen(in);
	bool good = false;
	int got;

	if (n % 4 == 0 && n < sizeof signature) {
		got = EVP_DecodeBlock(
		    signature, (const unsigned char *)in, (int)n);
		while (n > 0 && in[n - 1] == '=')
			n--, got--;
		good = got > 0 &&
		    EVP_DigestVerifyInit(ctx, NULL, EVP_sha256(), NULL, key) ==
			1 &&
		    EVP_DigestVerify(ctx, signature, (size_t)got,
			(const unsigned char *)text, len) == 1;
	}
	EVP_MD_CTX_free(ctx);
	EVP_PKEY_free(key);
	return good;
}

char *
encrypt(const char *nonce, const char *aad, const char *text)
{
	char *key = read_word("apiv3.key");
	size_t len = strlen(text);
	unsigned char *sealed = malloc(len + TAG);
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	char *out;
	int n;

	if (strlen(key) != 32 ||
	    EVP_EncryptInit_ex(ctx, EVP_aes_256_gcm(), NULL, NULL, NULL) != 1 ||
	    EVP_CIPHER_CTX_ctrl(
		ctx, EVP_CTRL_AEAD_SET_IVLEN, (int)strlen(nonce), NULL) != 1 ||
	    EVP_EncryptInit_ex(ctx, NULL, NULL, (unsigned char *)key,
		(const unsigned char *)nonce) != 1 ||
	    EVP_EncryptUpdate(ctx, NULL, &n, (const unsigned char *)aad,
		(int)strlen(aad)) != 1 ||
	    EVP_EncryptUpdate(
		ctx, sealed, &n, (const unsigned char *)text, (int)len) != 1 ||
	    EVP_EncryptFinal_ex(ctx, sealed + n, &n) != 1 ||
	    EVP_CIPHER_CTX_ctrl(
		ctx, EVP_CTRL_AEAD_GET_TAG, TAG, sealed + len) != 1)
		die("cannot encrypt");
	out = base64(sealed, len + TAG);
	EVP_CIPHER_CTX_free(ctx);
	free(sealed);
	free(key);
	return out;
}
