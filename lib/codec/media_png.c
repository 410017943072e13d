/* PNG (ISO 15948): every chunk, its CRC-32, and the image data's length. */
#include <limits.h>
#include <string.h>

#define ZLIB_CONST
#include <zlib.h>

#include "codec/media_parts.h"

#define SIGNATURE 8
#define OVERHEAD 12 /* length, type and CRC of a chunk */
#define LENGTH_MAX 0x7fffffffu
/* An A3 page at 600 dpi in colour is 210 MB; more would take seconds. */
#define UNPACKED_MAX (UINT64_C(256) << 20)
#define WINDOW 32768

struct png {
	const unsigned char *data;
	size_t len;
	struct cao_error *err;
	unsigned width, height, depth, colour;
	bool header, palette, begun, over, end;
	uint64_t want, got; /* octets of unpacked image data */
	z_stream z;
	bool open, whole; /* z needs inflateEnd; its stream has ended */
};

struct chunk {
	size_t at;
	uint32_t len;
	char type[5];
	const unsigned char *data;
};

static enum cao_status
next_chunk(struct png *p, size_t at, struct chunk *c)
{
	const unsigned char *d = p->data + at;
	size_t left = p->len - at;

	if (left < 8)
		return cao_media_truncated(
		    p->err, CAO_PNG, p->len, N_("where a chunk must follow"));
	c->at = at;
	c->len = be32(d);
	for (int i = 0; i < 4; i++) {
		c->type[i] = (char)d[4 + i];
		if ((d[4 + i] | 32) < 'a' || (d[4 + i] | 32) > 'z')
			return cao_media_damaged(p->err, CAO_PNG, at,
			    N_("no chunk begins there (ISO 15948 "
			       "section 5.3)"));
	}
	c->type[4] = '\0';
	c->data = d + 8;
	if (c->len > LENGTH_MAX)
		return cao_media_damaged(p->err, CAO_PNG, at,
		    N_("chunk %s has the impossible length %lu"), c->type,
		    (unsigned long)c->len);
	if (left < OVERHEAD || c->len > left - OVERHEAD)
		return cao_media_truncated(p->err, CAO_PNG, p->len,
		    N_("inside the chunk %s of byte %zu"), c->type, at);
	if (crc32_z(0, d + 4, (size_t)c->len + 4) != be32(c->data + c->len))
		return cao_media_damaged(p->err, CAO_PNG, at,
		    N_("the CRC-32 of chunk %s is wrong (ISO 15948 "
		       "section 5.5)"),
		    c->type);
	return CAO_OK;
}

static bool
depth_fits(unsigned depth, unsigned colour)
{
	/* Allowed depths by colour type, as a set of bits (table 11.1). */
	static const unsigned allowed[] = {
		[0] = 1u << 1 | 1u << 2 | 1u << 4 | 1u << 8 | 1u << 16,
		[2] = 1u << 8 | 1u << 16,
		[3] = 1u << 1 | 1u << 2 | 1u << 4 | 1u << 8,
		[4] = 1u << 8 | 1u << 16,
		[6] = 1u << 8 | 1u << 16,
	};

	return colour < sizeof allowed / sizeof *allowed && depth <= 16 &&
	    (allowed[colour] >> depth & 1) != 0;
}

/* The octets of one (sub-)image: a filter octet and the pixels a row. */
static uint64_t
image_octets(const struct png *p, uint64_t width, uint64_t height)
{
	static const unsigned samples[] = { 1, 0, 3, 1, 2, 0, 4 };
	uint64_t bits = width * samples[p->colour] * p->depth;

	return width == 0 ? 0 : height * (1 + (bits + 7) / 8);
}

static uint64_t
interlaced_octets(const struct png *p)
{
	static const struct {
		unsigned x, y, dx, dy;
	} pass[] = { { 0, 0, 8, 8 }, { 4, 0, 8, 8 }, { 0, 4, 4, 8 },
		{ 2, 0, 4, 4 }, { 0, 2, 2, 4 }, { 1, 0, 2, 2 },
		{ 0, 1, 1, 2 } };
	uint64_t sum = 0;

	for (size_t i = 0; i < sizeof pass / sizeof *pass; i++)
		sum += image_octets(p,
		    (p->width + pass[i].dx - 1 - pass[i].x) / pass[i].dx,
		    (p->height + pass[i].dy - 1 - pass[i].y) / pass[i].dy);
	return sum;
}

static enum cao_status
read_header(struct png *p, const struct chunk *c)
{
	const unsigned char *d = c->data;
	enum cao_status st;

	if (c->len != 13 || p->header)
		return cao_media_damaged(p->err, CAO_PNG, c->at,
		    N_("the header IHDR is not one chunk of 13 bytes"));
	if (be32(d) > LENGTH_MAX || be32(d + 4) > LENGTH_MAX)
		return cao_media_damaged(p->err, CAO_PNG, c->at,
		    N_("a side is longer than ISO 15948 allows"));
	if ((st = cao_media_size(
		 CAO_PNG, c->at, be32(d), be32(d + 4), p->err)) != CAO_OK)
		return st;
	p->width = be32(d);
	p->height = be32(d + 4);
	p->depth = d[8];
	p->colour = d[9];
	if (!depth_fits(p->depth, p->colour) || d[10] != 0 || d[11] != 0 ||
	    d[12] > 1)
		return cao_media_damaged(p->err, CAO_PNG, c->at,
		    N_("IHDR has a depth, colour or method unknown to "
		       "ISO 15948"));
	p->want = d[12] == 1 ? interlaced_octets(p)
			     : image_octets(p, p->width, p->height);
	if (p->want > UNPACKED_MAX)
		return cao_fail(p->err, CAO_INPUT,
		    "PNG of %u x %u pixels unpacks to %llu bytes, more than "
		    "%llu; scan it with a lower resolution",
		    p->width, p->height, (unsigned long long)p->want,
		    (unsigned long long)UNPACKED_MAX);
	p->header = true;
	return CAO_OK;
}

/* Unpack and count, keeping nothing. */
static enum cao_status
read_image(struct png *p, const struct chunk *c)
{
	unsigned char window[WINDOW];
	int rc = Z_OK;

	if (!p->open) {
		if (inflateInit(&p->z) != Z_OK)
			return cao_fail_memory(p->err);
		p->open = true;
	}
	p->z.next_in = c->data;
	p->z.avail_in = c->len;
	while (p->z.avail_in > 0 && !p->whole) {
		p->z.next_out = window;
		p->z.avail_out = sizeof window;
		rc = inflate(&p->z, Z_NO_FLUSH);
		if (rc == Z_MEM_ERROR)
			return cao_fail_memory(p->err);
		if (rc != Z_OK && rc != Z_STREAM_END && rc != Z_BUF_ERROR)
			return cao_media_damaged(p->err, CAO_PNG,
			    (size_t)(p->z.next_in - p->data),
			    N_("the image data is not a zlib stream"));
		p->got += sizeof window - p->z.avail_out;
		p->whole = rc == Z_STREAM_END;
		if (p->got > p->want)
			break;
	}
	if (p->got > p->want || p->z.avail_in > 0)
		return cao_media_damaged(p->err, CAO_PNG, c->at,
		    N_("there is more image data than %u x %u pixels need"),
		    p->width, p->height);
	return CAO_OK;
}

static enum cao_status
read_chunk(struct png *p, const struct chunk *c)
{
	bool image = strcmp(c->type, "IDAT") == 0;

	if (strcmp(c->type, "IHDR") == 0)
		return read_header(p, c);
	if (!p->header)
		return cao_media_damaged(p->err, CAO_PNG, c->at,
		    N_("the chunk %s stands before the header IHDR"), c->type);
	if (p->begun && !image)
		p->over = true;
	if (strcmp(c->type, "PLTE") == 0) {
		if (p->palette || p->begun || c->len == 0 || c->len % 3 != 0 ||
		    c->len > 768)
			return cao_media_damaged(p->err, CAO_PNG, c->at,
			    N_("the palette is not one of 1 to 256 colours "
			       "before the image data"));
		p->palette = true;
	} else if (image) {
		if (p->over || (p->colour == 3 && !p->palette))
			return cao_media_damaged(p->err, CAO_PNG, c->at,
			    N_("the image data is not in one run after the "
			       "palette"));
		p->begun = true;
		return read_image(p, c);
	} else if (strcmp(c->type, "IEND") == 0) {
		p->end = true;
	} else if ((c->type[0] & 32) == 0) {
		return cao_media_damaged(p->err, CAO_PNG, c->at,
		    N_("the chunk %s is unknown to ISO 15948 and critical"),
		    c->type);
	}
	return CAO_OK;
}

enum cao_status
cao_media_png(const unsigned char *data, size_t len, struct cao_media *ret,
    struct cao_error *err)
{
	struct png p = { .data = data, .len = len, .err = err };
	struct chunk c = { .at = 0 };
	enum cao_status st = CAO_OK;
	size_t at = SIGNATURE;

	while (!p.end) {
		if ((st = next_chunk(&p, at, &c)) != CAO_OK ||
		    (st = read_chunk(&p, &c)) != CAO_OK)
			goto out;
		at += (size_t)c.len + OVERHEAD;
	}
	if (!p.whole || p.got != p.want || c.len != 0) {
		st = cao_media_damaged(err, CAO_PNG, c.at,
		    N_("the image data stops before %u x %u pixels are full"),
		    p.width, p.height);
		goto out;
	}
	if (at != len) {
		st = cao_media_damaged(err, CAO_PNG, at,
		    N_("%zu bytes follow the end chunk IEND"), len - at);
		goto out;
	}
	*ret = (struct cao_media){ .type = CAO_PNG,
		.width = p.width,
		.height = p.height,
		.pages = 1 };
out:
	if (p.open)
		(void)inflateEnd(&p.z);
	return st;
}
