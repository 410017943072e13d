#include "codec/gzip.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#define ZLIB_CONST /* what is read is not written to */
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

struct cao_gzip {
	z_stream z;
};

struct cao_gunzip {
	z_stream z;
	size_t left; /* of the input, beyond what zlib was given */
	bool ended;
};

#define WINDOW_GZIP (15 + 16) /* the largest window; a gzip file */
#define LEVEL 6
#define MEMORY 8
#define ROOM ((size_t)64 * 1024)

enum cao_status
cao_gzip_new(struct cao_gzip **ret, struct cao_error *e)
{
	struct cao_gzip *g = calloc(1, sizeof *g);

	if (g == NULL ||
	    deflateInit2(&g->z, LEVEL, Z_DEFLATED, WINDOW_GZIP, MEMORY,
		Z_DEFAULT_STRATEGY) != Z_OK) {
		free(g);
		return cao_fail_memory(e);
	}
	*ret = g;
	return CAO_OK;
}

void
cao_gzip_free(struct cao_gzip *g)
{
	if (g == NULL)
		return;
	(void)deflateEnd(&g->z);
	free(g);
}

enum cao_status
cao_gzip_add(struct cao_gzip *g, const void *data, size_t len, bool end,
    struct cao_buf *out, struct cao_error *e)
{
	unsigned char room[ROOM];
	size_t left = len;

	g->z.next_in = data;
	do {
		uInt n = left < UINT_MAX ? (uInt)left : UINT_MAX;

		left -= n;
		g->z.avail_in = n;
		do {
			g->z.next_out = room;
			g->z.avail_out = ROOM;
			(void)deflate(
			    &g->z, end && left == 0 ? Z_FINISH : Z_NO_FLUSH);
			cao_buf_add(out, room, ROOM - g->z.avail_out);
		} while (g->z.avail_out == 0);
	} while (left > 0);
	return cao_buf_ok(out) ? CAO_OK : cao_fail_memory(e);
}

/* What a file begins with: no name, no time, written on Unix. */
static const unsigned char head[] = { 0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3 };

static enum cao_status
bad_gzip(struct cao_error *e)
{
	return cao_fail(e, CAO_INTEGRITY,
	    "compressed data is damaged: RFC 1952 file expected");
}

enum cao_status
cao_gunzip_new(
    const void *data, size_t len, struct cao_gunzip **ret, struct cao_error *e)
{
	struct cao_gunzip *g;

	if (len < sizeof head || memcmp(data, head, sizeof head) != 0)
		return bad_gzip(e);
	if ((g = calloc(1, sizeof *g)) == NULL)
		return cao_fail_memory(e);
	g->z.next_in = data;
	g->left = len;
	if (inflateInit2(&g->z, WINDOW_GZIP) != Z_OK) {
		free(g);
		return cao_fail_memory(e);
	}
	*ret = g;
	return CAO_OK;
}

void
cao_gunzip_free(struct cao_gunzip *g)
{
	if (g == NULL)
		return;
	(void)inflateEnd(&g->z);
	free(g);
}

enum cao_status
cao_gunzip_read(
    void *gunzip, void *to, size_t len, size_t *ret_got, struct cao_error *e)
{
	struct cao_gunzip *g = gunzip;
	int rc = Z_OK;

	g->z.next_out = to;
	g->z.avail_out = (uInt)len;
	while (!g->ended && g->z.avail_out > 0 && rc == Z_OK) {
		if (g->z.avail_in == 0) {
			g->z.avail_in =
			    g->left < UINT_MAX ? (uInt)g->left : UINT_MAX;
			g->left -= g->z.avail_in;
		}
		rc = inflate(&g->z, Z_NO_FLUSH);
		g->ended = rc == Z_STREAM_END;
	}
	if (rc == Z_MEM_ERROR)
		return cao_fail_memory(e);
	if (!g->ended && g->z.avail_out > 0)
		return bad_gzip(e);
	if (g->ended && (g->z.avail_in > 0 || g->left > 0))
		return bad_gzip(e);
	*ret_got = len - g->z.avail_out;
	return CAO_OK;
}
