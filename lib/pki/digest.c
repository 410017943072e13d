/* SHA-256 and randomness, by OpenSSL. */
#include <assert.h>
#include <limits.h>
#include <stdlib.h>

#include <openssl/rand.h>
#include <openssl/sha.h>

#include "pki/digest.h"

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

enum cao_status
cao_random(void *out, size_t len, struct cao_error *err)
{
	assert(len <= INT_MAX);
	if (RAND_bytes(out, (int)len) != 1)
		return cao_fail(
		    err, CAO_SYSTEM, "the system's random source gave nothing");
	return CAO_OK;
}
