#include "codec/gzip.h"

#include <stdlib.h>

#include <zlib.h>

/* Deflate never shrinks further than this: 258 octets in two bits. */
#define DEFLATE_RATIO_MAX 1032

enum cao_status
cao_deflate(const void *data, size_t len, struct cao_buf *out,
    bool *ret_smaller, struct cao_error *e)
{
	/* An eighth, rounded up, must be saved: give it no more room. */
	uLongf room = len - len / 8 - (len % 8 != 0);
	Bytef *packed;
	int rc;

	if ((packed = malloc(room + 1)) == NULL)
		return cao_fail_memory(e);
	rc = compress2(packed, &room, data, len, Z_BEST_SPEED);
	if (rc == Z_OK)
		cao_buf_add(out, packed, room);
	free(packed);
	if (rc == Z_MEM_ERROR || (rc == Z_OK && !cao_buf_ok(out)))
		return cao_fail_memory(e);
	*ret_smaller = rc == Z_OK;
	return CAO_OK;
}

enum cao_status
cao_inflate(const void *data, size_t len, size_t size, struct cao_buf *out,
    struct cao_error *e)
{
	uLongf got = size;
	uLong used = len;
	Bytef *plain;
	int rc;

	if (size / DEFLATE_RATIO_MAX > len)
		return cao_fail(e, CAO_INTEGRITY,
		    "compressed data of %zu octets cannot hold %zu", len, size);
	if ((plain = malloc(size + 1)) == NULL)
		return cao_fail_memory(e);
	rc = uncompress2(plain, &got, data, &used);
	if (rc == Z_OK && got == size && used == len)
		cao_buf_add(out, plain, size);
	free(plain);
	if (rc == Z_MEM_ERROR)
		return cao_fail_memory(e);
	if (rc != Z_OK || got != size || used != len)
		return cao_fail(e, CAO_INTEGRITY,
		    "compressed data is damaged: RFC 1950 stream of %zu "
		    "octets expected",
		    size);
	return cao_buf_ok(out) ? CAO_OK : cao_fail_memory(e);
}
