/* TIFF 6.0: the chain of directories, and every strip or tile in the file. */
#include "codec/media_parts.h"

#define ENTRY 12
#define SIDE_MAX (1u << 20) /* of a tile */
#define SAMPLES_MAX 64u

enum field_name {
	SUBFILE,
	WIDTH,
	HEIGHT,
	BITS,
	COMPRESSION,
	PHOTOMETRIC,
	STRIP_AT,
	SAMPLES,
	STRIP_ROWS,
	STRIP_LEN,
	PLANAR,
	TILE_WIDTH,
	TILE_HEIGHT,
	TILE_AT,
	TILE_LEN,
	FIELDS
};

static const unsigned tags[FIELDS] = { 254, 256, 257, 258, 259, 262, 273, 277,
	278, 279, 284, 322, 323, 324, 325 };

struct field {
	unsigned type;
	uint32_t count; /* 0: not there */
	size_t at;
};

struct tiff {
	const unsigned char *data;
	size_t len;
	struct cao_error *err;
	bool big;    /* big-endian */
	size_t work; /* numbers that may still be read */
	size_t ifd;  /* the directory being read */
	struct field field[FIELDS];
};

static unsigned
u16(const struct tiff *t, size_t at)
{
	return t->big ? be16(t->data + at) : le16(t->data + at);
}

static uint32_t
u32(const struct tiff *t, size_t at)
{
	return t->big ? be32(t->data + at) : le32(t->data + at);
}

/* Number i of a field of the types BYTE, SHORT or LONG; else preset. */
static uint32_t
number(const struct tiff *t, enum field_name name, uint32_t i, uint32_t preset)
{
	const struct field *f = &t->field[name];

	if (i >= f->count)
		return preset;
	switch (f->type) {
	case 1:
		return t->data[f->at + i];
	case 3:
		return u16(t, f->at + 2 * (size_t)i);
	case 4:
		return u32(t, f->at + 4 * (size_t)i);
	default:
		return preset;
	}
}

static bool
spend(struct tiff *t, size_t work)
{
	if (work > t->work)
		return false;
	t->work -= work;
	return true;
}

static enum cao_status
overlap(const struct tiff *t)
{
	return cao_media_damaged(t->err, CAO_TIFF, t->ifd,
	    N_("the directories share their content, as no scanner writes it"));
}

static enum cao_status
read_field(struct tiff *t, size_t at)
{
	/* Octets of BYTE, ASCII, SHORT, LONG, RATIONAL ... DOUBLE, IFD. */
	static const unsigned char octets[] = { 0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8,
		4, 8, 4 };
	struct field f = { .type = u16(t, at + 2), .count = u32(t, at + 4) };
	unsigned tag = u16(t, at);
	uint64_t size;

	if (f.type == 0 || f.type >= sizeof octets)
		return CAO_OK; /* TIFF 6.0, page 16: skip what is unknown */
	size = (uint64_t)f.count * octets[f.type];
	f.at = size <= 4 ? at + 8 : u32(t, at + 8);
	if (f.at > t->len || size > t->len - f.at)
		return cao_media_truncated(t->err, CAO_TIFF, t->len,
		    N_("before the values of tag %u end"), tag);
	for (int i = 0; i < FIELDS; i++)
		if (tags[i] == tag)
			t->field[i] = f;
	return CAO_OK;
}

static enum cao_status
read_ifd(struct tiff *t, size_t at, size_t *ret_next)
{
	enum cao_status st;
	size_t n;

	t->ifd = at;
	for (int i = 0; i < FIELDS; i++)
		t->field[i] = (struct field){ .count = 0 };
	if (at < 8)
		return cao_media_damaged(t->err, CAO_TIFF, at,
		    N_("a directory cannot stand in the header"));
	if (at > t->len || t->len - at < 2 ||
	    (t->len - at - 2) < (n = u16(t, at)) * ENTRY + 4)
		return cao_media_truncated(t->err, CAO_TIFF, t->len,
		    N_("before the directory of byte %zu ends"), at);
	if (n == 0)
		return cao_media_damaged(
		    t->err, CAO_TIFF, at, N_("a directory is empty"));
	if (!spend(t, n))
		return overlap(t);
	for (size_t i = 0; i < n; i++)
		if ((st = read_field(t, at + 2 + i * ENTRY)) != CAO_OK)
			return st;
	*ret_next = u32(t, at + 2 + n * ENTRY);
	return CAO_OK;
}

/* How the picture is cut, and the octets of it if not compressed. */
struct cutting {
	enum field_name at, len;
	uint64_t pieces, octets;
};

static bool
plan(const struct tiff *t, struct cutting *c)
{
	uint64_t w = number(t, WIDTH, 0, 0), h = number(t, HEIGHT, 0, 0);
	uint64_t samples = number(t, SAMPLES, 0, 1), bits = 0, planes = 1;
	uint64_t tw = number(t, TILE_WIDTH, 0, 0),
		 th = number(t, TILE_HEIGHT, 0, 0);

	if (samples == 0 || samples > SAMPLES_MAX)
		return false;
	for (uint32_t i = 0; i < samples; i++)
		bits += number(t, BITS, i, number(t, BITS, 0, 1)) & 0xff;
	if (bits == 0)
		return false;
	if (number(t, PLANAR, 0, 1) == 2) {
		planes = samples;
		bits = bits / samples;
	}
	if (t->field[TILE_AT].count > 0) {
		if (tw == 0 || th == 0 || tw > SIDE_MAX || th > SIDE_MAX)
			return false;
		c->at = TILE_AT;
		c->len = TILE_LEN;
		c->pieces = ((w + tw - 1) / tw) * ((h + th - 1) / th) * planes;
		c->octets = c->pieces * th * ((tw * bits + 7) / 8);
	} else {
		th = number(t, STRIP_ROWS, 0, UINT32_MAX);
		if (th == 0)
			return false;
		c->at = STRIP_AT;
		c->len = STRIP_LEN;
		c->pieces = (h + th - 1) / th * planes;
		c->octets = planes * h * ((w * bits + 7) / 8);
	}
	return true;
}

static enum cao_status
check_pieces(struct tiff *t, const struct cutting *c)
{
	uint64_t sum = 0, at, len;

	if (c->pieces > t->field[c->at].count ||
	    t->field[c->at].count != t->field[c->len].count)
		return cao_media_damaged(t->err, CAO_TIFF, t->ifd,
		    N_("there must be %llu strips or tiles with their lengths, "
		       "found %lu"),
		    (unsigned long long)c->pieces,
		    (unsigned long)t->field[c->at].count);
	if (!spend(t, t->field[c->at].count))
		return overlap(t);
	for (uint32_t i = 0; i < c->pieces; i++) {
		at = number(t, c->at, i, 0);
		len = number(t, c->len, i, 0);
		if (at < 8 || len == 0)
			return cao_media_damaged(t->err, CAO_TIFF, t->ifd,
			    N_("strip or tile %lu is nowhere"),
			    (unsigned long)i + 1);
		if (at + len > t->len)
			return cao_media_truncated(t->err, CAO_TIFF, t->len,
			    N_("before strip or tile %lu ends"),
			    (unsigned long)i + 1);
		sum += len;
	}
	/* YCbCr may leave out colour, so that less is enough. */
	if (number(t, COMPRESSION, 0, 1) == 1 &&
	    number(t, PHOTOMETRIC, 0, 1) != 6 && sum < c->octets)
		return cao_media_damaged(t->err, CAO_TIFF, t->ifd,
		    N_("its image data has %llu bytes of %llu"),
		    (unsigned long long)sum, (unsigned long long)c->octets);
	return CAO_OK;
}

static bool
compression_known(unsigned c)
{
	/* None, CCITT, LZW, JPEG, Deflate twice, PackBits. */
	return (c >= 1 && c <= 5) || c == 7 || c == 8 || c == 32946 ||
	    c == 32773;
}

static enum cao_status
check_image(struct tiff *t)
{
	struct cutting c = { .pieces = 0 };
	enum cao_status st;
	unsigned compression = number(t, COMPRESSION, 0, 1);

	if ((st = cao_media_size(CAO_TIFF, t->ifd, number(t, WIDTH, 0, 0),
		 number(t, HEIGHT, 0, 0), t->err)) != CAO_OK)
		return st;
	if (!compression_known(compression))
		return cao_fail(t->err, CAO_INPUT,
		    "TIFF with compression %u, which few programs read; save "
		    "it with LZW, CCITT or no compression",
		    compression);
	if (!plan(t, &c))
		return cao_media_damaged(t->err, CAO_TIFF, t->ifd,
		    N_("its samples, strips or tiles have impossible sizes"));
	return check_pieces(t, &c);
}

/* A thumbnail or a mask beside a page is none. */
static bool
is_page(const struct tiff *t)
{
	return (number(t, SUBFILE, 0, 0) & 5) == 0;
}

static enum cao_status
read_chain(struct tiff *t, size_t at, struct cao_media *m)
{
	uint32_t seen[2 * CAO_MEDIA_PAGES_MAX];
	enum cao_status st;
	size_t n = 0;

	for (; at != 0; n++) {
		for (size_t i = 0; i < n; i++)
			if (seen[i] == at)
				return cao_media_damaged(t->err, CAO_TIFF, at,
				    N_("the directories run in a circle"));
		if (n == sizeof seen / sizeof *seen ||
		    m->pages > CAO_MEDIA_PAGES_MAX)
			return cao_fail(t->err, CAO_INPUT,
			    "TIFF of more than %u pages; split it",
			    CAO_MEDIA_PAGES_MAX);
		seen[n] = (uint32_t)at;
		if ((st = read_ifd(t, at, &at)) != CAO_OK ||
		    (st = check_image(t)) != CAO_OK)
			return st;
		if (is_page(t) && m->pages++ == 0) {
			m->width = number(t, WIDTH, 0, 0);
			m->height = number(t, HEIGHT, 0, 0);
		}
	}
	return CAO_OK;
}

enum cao_status
cao_media_tiff(const unsigned char *data, size_t len, struct cao_media *ret,
    struct cao_error *err)
{
	struct tiff t = { .data = data, .len = len, .err = err };
	struct cao_media m = { .type = CAO_TIFF };
	enum cao_status st;

	if (len < 8)
		return cao_media_truncated(
		    err, CAO_TIFF, len, N_("inside its header"));
	t.big = data[0] == 'M';
	t.work = len;
	if ((st = read_chain(&t, u32(&t, 4), &m)) != CAO_OK)
		return st;
	if (m.pages > CAO_MEDIA_PAGES_MAX)
		return cao_fail(err, CAO_INPUT,
		    "TIFF of more than %u pages; split it",
		    CAO_MEDIA_PAGES_MAX);
	if (m.pages == 0)
		return cao_media_damaged(
		    err, CAO_TIFF, 4, N_("it has no page"));
	*ret = m;
	return CAO_OK;
}
