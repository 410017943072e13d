/* SHA-256 and randomness, by OpenSSL. */
#include <sys/stat.h>

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/sha.h>

#include "pki/digest.h"

#define CHUNK 65536

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

/* What is left of an open file. */
static enum cao_status
digest_fd(int fd, EVP_MD_CTX *ctx, const char *path,
    unsigned char out[CAO_DIGEST_SIZE], uint64_t *size, struct cao_error *err)
{
	unsigned char chunk[CHUNK];
	ssize_t n;

	if (EVP_DigestInit_ex(ctx, EVP_sha256(), NULL) != 1)
		return cao_fail_memory(err);
	for (*size = 0; (n = read(fd, chunk, sizeof chunk)) != 0;) {
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return cao_fail_errno(err, "%s", path);
		if (EVP_DigestUpdate(ctx, chunk, (size_t)n) != 1)
			return cao_fail_memory(err);
		*size += (uint64_t)n;
	}
	return EVP_DigestFinal_ex(ctx, out, NULL) == 1 ? CAO_OK
						       : cao_fail_memory(err);
}

enum cao_status
cao_sha256_file(const char *path, unsigned char ret[CAO_DIGEST_SIZE],
    uint64_t *ret_size, struct cao_error *err)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	enum cao_status st;
	struct stat sb;
	int fd;

	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd == -1 || fstat(fd, &sb) == -1)
		st = cao_fail_errno(err, "%s", path);
	else if (!S_ISREG(sb.st_mode))
		st = cao_fail(err, CAO_INPUT, "%s: not a regular file", path);
	else if (ctx == NULL)
		st = cao_fail_memory(err);
	else
		st = digest_fd(fd, ctx, path, ret, ret_size, err);
	if (fd != -1)
		(void)close(fd);
	EVP_MD_CTX_free(ctx);
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

bool
cao_digest_equal(const unsigned char a[CAO_DIGEST_SIZE],
    const unsigned char b[CAO_DIGEST_SIZE])
{
	return CRYPTO_memcmp(a, b, CAO_DIGEST_SIZE) == 0;
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
