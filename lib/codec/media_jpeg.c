/* JPEG (ISO 10918-1): every segment from SOI to EOI. */
#include <string.h>

#include "codec/media_parts.h"

enum marker {
	SOF0 = 0xc0,
	SOF1 = 0xc1,
	SOF2 = 0xc2,
	DHT = 0xc4,
	JPG = 0xc8,
	SOF10 = 0xca,
	DAC = 0xcc,
	SOF15 = 0xcf,
	RST0 = 0xd0,
	RST7 = 0xd7,
	SOI = 0xd8,
	EOI = 0xd9,
	SOS = 0xda,
	DQT = 0xdb,
	DNL = 0xdc,
	TEM = 0x01
};

struct jpeg {
	const unsigned char *data;
	size_t len, at;
	struct cao_error *err;
	unsigned width, height, components;
	bool frame, quantised, scan;
};

static enum cao_status
cut(const struct jpeg *j)
{
	return cao_media_truncated(j->err, CAO_JPEG, j->len,
	    N_("before the end marker EOI (ISO 10918-1 section B.1.1.3)"));
}

/* The next marker; at is then behind it. */
static enum cao_status
next_marker(struct jpeg *j, unsigned *ret)
{
	if (j->at < j->len && j->data[j->at] != 0xff)
		return cao_media_damaged(j->err, CAO_JPEG, j->at,
		    N_("a marker must stand there, found %02x"),
		    (unsigned)j->data[j->at]);
	while (j->at < j->len && j->data[j->at] == 0xff)
		j->at++;
	if (j->at == j->len)
		return cut(j);
	*ret = j->data[j->at++];
	return CAO_OK;
}

/* Pass over entropy-coded data up to the marker that ends it. */
static enum cao_status
skip_scan(struct jpeg *j)
{
	size_t from = j->at;
	const unsigned char *p;
	unsigned c;

	for (;;) {
		p = memchr(j->data + j->at, 0xff, j->len - j->at);
		if (p == NULL)
			return cut(j);
		j->at = (size_t)(p - j->data);
		if (j->len - j->at < 2)
			return cut(j);
		c = p[1];
		if (c == 0xff)
			j->at++;
		else if (c == 0 || (c >= RST0 && c <= RST7))
			j->at += 2;
		else
			break;
	}
	if (j->at == from)
		return cao_media_damaged(
		    j->err, CAO_JPEG, from, N_("a scan holds no data"));
	j->scan = true;
	return CAO_OK;
}

static enum cao_status
read_frame(struct jpeg *j, unsigned marker, const unsigned char *d, size_t n)
{
	size_t at = (size_t)(d - j->data);

	if (marker > SOF2 && marker != 0xc9 && marker != SOF10)
		return cao_fail(j->err, CAO_INPUT,
		    "JPEG of a kind that few programs show (SOF%u, lossless or "
		    "hierarchical); save it as a plain JPEG",
		    marker - SOF0);
	if (j->frame)
		return cao_media_damaged(
		    j->err, CAO_JPEG, at, N_("there is a second frame"));
	if (n < 6 || n != 6 + 3 * (size_t)d[5] || d[5] == 0 || d[5] > 4 ||
	    (d[0] != 8 && d[0] != 12))
		return cao_media_damaged(j->err, CAO_JPEG, at,
		    N_("the frame header breaks ISO 10918-1 section B.2.2"));
	j->height = be16(d + 1); /* 0: a DNL segment says it later */
	j->width = be16(d + 3);
	j->components = d[5];
	j->frame = true;
	return cao_media_size(
	    CAO_JPEG, at, j->width, j->height == 0 ? 1 : j->height, j->err);
}

static enum cao_status
read_scan(struct jpeg *j, const unsigned char *d, size_t n)
{
	size_t at = (size_t)(d - j->data);

	if (!j->frame || !j->quantised)
		return cao_media_damaged(j->err, CAO_JPEG, at,
		    N_("a scan stands before its frame or its quantisation "
		       "table"));
	if (n < 1 || d[0] == 0 || d[0] > j->components ||
	    n != 4 + 2 * (size_t)d[0])
		return cao_media_damaged(j->err, CAO_JPEG, at,
		    N_("the scan header breaks ISO 10918-1 section B.2.3"));
	return skip_scan(j);
}

static bool
tables_whole(unsigned marker, const unsigned char *d, size_t n)
{
	size_t need;

	while (n > 0) {
		if (marker == DQT) {
			need = d[0] >> 4 == 0 ? 65 : 129;
		} else {
			if (n < 17)
				return false;
			need = 17;
			for (int i = 1; i <= 16; i++)
				need += d[i];
		}
		if (n < need)
			return false;
		d += need;
		n -= need;
	}
	return true;
}

static enum cao_status
read_segment(struct jpeg *j, unsigned marker)
{
	size_t at = j->at, n;
	const unsigned char *d = j->data + at + 2;

	if (j->len - at < 2)
		return cut(j);
	n = be16(j->data + at);
	if (n < 2)
		return cao_media_damaged(j->err, CAO_JPEG, at,
		    N_("a segment has the impossible length %zu"), n);
	if (n > j->len - at)
		return cut(j);
	j->at += n;
	n -= 2;
	if (marker == SOS)
		return read_scan(j, d, n);
	if (marker == DQT || marker == DHT) {
		if (!tables_whole(marker, d, n))
			return cao_media_damaged(j->err, CAO_JPEG, at,
			    N_("a table does not fill its segment"));
		j->quantised |= marker == DQT;
	} else if (marker == DNL && j->height == 0) {
		if (n != 2)
			return cao_media_damaged(j->err, CAO_JPEG, at,
			    N_("the number of lines (DNL) is not 2 bytes"));
		j->height = be16(d);
		return cao_media_size(
		    CAO_JPEG, at, j->width, j->height, j->err);
	} else if (marker >= SOF0 && marker <= SOF15 && marker != JPG &&
	    marker != DAC) {
		return read_frame(j, marker, d, n);
	}
	return CAO_OK;
}

/* What follows EOI is not looked at: cameras put previews there. */
enum cao_status
cao_media_jpeg(const unsigned char *data, size_t len, struct cao_media *ret,
    struct cao_error *err)
{
	struct jpeg j = { .data = data, .len = len, .at = 2, .err = err };
	enum cao_status st;
	unsigned marker = 0;

	for (;;) {
		if ((st = next_marker(&j, &marker)) != CAO_OK)
			return st;
		if (marker == EOI)
			break;
		if (marker == TEM)
			continue;
		if (marker < SOF0 || (marker >= RST0 && marker <= SOI))
			return cao_media_damaged(err, CAO_JPEG, j.at - 2,
			    N_("the marker ff%02x cannot stand there"), marker);
		if ((st = read_segment(&j, marker)) != CAO_OK)
			return st;
	}
	if (!j.scan || j.height == 0)
		return cao_media_damaged(err, CAO_JPEG, j.at - 2,
		    N_("it ends without a whole picture"));
	*ret = (struct cao_media){ .type = CAO_JPEG,
		.width = j.width,
		.height = j.height,
		.pages = 1 };
	return CAO_OK;
}
