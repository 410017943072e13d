/* SHA-256 and randomness, by OpenSSL. */
#include <assert.h>
#include <limits.h>
#include <stdlib.h>

#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/sha.h>

#include "pki/digest.h"

struct cao_hash {
	EVP_MD_CTX *ctx;
	bool failed;
};

/* There is no way to say that it failed, and a digest that is none must not
 * get out: it fails only without memory. */
void
cao_sha256(const void *data, size_t len, unsigned char out[CAO_DIGEST_SIZE])
{
	if (SHA256(data, len, out) == NULL)
		abort();
}

enum cao_status
cao_sha256_buf(struct cao_buf *buf, unsigned char ret[CAO_DIGEST_SIZE],
    struct cao_error *err)
{
	enum cao_status st = CAO_OK;

	if (cao_buf_ok(buf))
		cao_sha256(buf->data, buf->len, ret);
	else
		st = cao_fail_memory(err);
	cao_buf_free(buf);
	return st;
}

void
cao_digest_hex(
    const unsigned char digest[CAO_DIGEST_SIZE], char out[CAO_DIGEST_HEX])
{
	static const char hex[] = "0123456789abcdef";

	for (size_t i = 0; i < CAO_DIGEST_SIZE; i++) {
		out[2 * i] = hex[digest[i] >> 4];
		out[2 * i + 1] = hex[digest[i] & 15];
	}
	out[CAO_DIGEST_HEX - 1] = '\0';
}

struct cao_hash *
cao_hash_new(void)
{
	struct cao_hash *hash = calloc(1, sizeof *hash);

	if (hash == NULL)
		return NULL;
	if ((hash->ctx = EVP_MD_CTX_new()) == NULL ||
	    EVP_DigestInit_ex(hash->ctx, EVP_sha256(), NULL) != 1)
		hash->failed = true;
	return hash;
}

void
cao_hash_add(struct cao_hash *hash, const void *data, size_t len)
{
	if (hash == NULL || hash->failed)
		return;
	if (EVP_DigestUpdate(hash->ctx, data, len) != 1)
		hash->failed = true;
}

/* The end is reckoned on a copy, so that the original can go on. */
enum cao_status
cao_hash_end(struct cao_hash *hash, unsigned char out[CAO_DIGEST_SIZE],
    struct cao_error *err)
{
	EVP_MD_CTX *copy = NULL;
	bool ok;

	if (hash == NULL || hash->failed)
		return cao_fail_memory(err);
	ok = (copy = EVP_MD_CTX_new()) != NULL &&
	    EVP_MD_CTX_copy_ex(copy, hash->ctx) == 1 &&
	    EVP_DigestFinal_ex(copy, out, NULL) == 1;
	EVP_MD_CTX_free(copy);
	return ok ? CAO_OK : cao_fail_memory(err);
}

void
cao_hash_free(struct cao_hash *hash)
{
	if (hash == NULL)
		return;
	EVP_MD_CTX_free(hash->ctx);
	free(hash);
}

enum cao_status
cao_random(void *out, size_t len, struct cao_error *err)
{
	assert(len <= INT_MAX);
	if (RAND_bytes(out, (int)len) != 1)
		return cao_fail(
		    err, CAO_SYSTEM, "the system's random source gave nothing");
	return CAO_OK;
}
