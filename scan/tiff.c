/* TIFF, a page (an IFD that is no preview) at a time. */
#include <stdlib.h>
#include <string.h>

#include <tiffio.h>

#include "scan/image.h"

struct scan_tiff {
	const struct scan_out *out;
	TIFF *tiff;
	struct scan_octets octets;
	toff_t at;
	char words[200];            /* the last that libtiff said */
	tdir_t dir[SCAN_PAGES_MAX]; /* of each page */
};

static struct scan_tiff *
of(thandle_t handle)
{
	return handle;
}

static tmsize_t
pull(thandle_t handle, void *to, tmsize_t n)
{
	struct scan_tiff *t = of(handle);

	if (n < 0 || t->at >= t->octets.len)
		return 0;
	if ((toff_t)n > t->octets.len - t->at)
		n = (tmsize_t)(t->octets.len - t->at);
	memcpy(to, t->octets.data + t->at, (size_t)n);
	t->at += (toff_t)n;
	return n;
}

static tmsize_t
push(thandle_t handle, void *from, tmsize_t n)
{
	(void)handle, (void)from, (void)n;
	return -1;
}

static toff_t
seek(thandle_t handle, toff_t to, int whence)
{
	struct scan_tiff *t = of(handle);

	if (whence == SEEK_CUR)
		to += t->at;
	else if (whence == SEEK_END)
		to += t->octets.len;
	return t->at = to;
}

static int
let_go(thandle_t handle)
{
	(void)handle;
	return 0;
}

static toff_t
size(thandle_t handle)
{
	return of(handle)->octets.len;
}

static int
hear(TIFF *, void *, const char *, const char *, va_list) CLI_PRINTF(4, 0);

static int
hear(TIFF *tiff, void *arg, const char *module, const char *format, va_list ap)
{
	struct scan_tiff *t = arg;

	(void)tiff, (void)module;
	(void)vsnprintf(t->words, sizeof t->words, format, ap);
	return 1;
}

static int
keep_silent(
    TIFF *tiff, void *arg, const char *module, const char *format, va_list ap)
{
	(void)tiff, (void)arg, (void)module, (void)format, (void)ap;
	return 1;
}

static _Noreturn void
refuse(const struct scan_tiff *t)
{
	scan_refuse(t->out, _("is a damaged TIFF (%s); scan it again"),
	    *t->words != '\0' ? t->words : "?");
}

static uint32_t
find_pages(struct scan_tiff *t)
{
	uint32_t kind, n = 0;
	tdir_t dir = 0;

	do {
		kind = 0;
		(void)TIFFGetField(t->tiff, TIFFTAG_SUBFILETYPE, &kind);
		if ((kind & FILETYPE_REDUCEDIMAGE) != 0)
			continue;
		if (n == SCAN_PAGES_MAX)
			scan_refuse(t->out,
			    _("has more than %u pages; split it"),
			    SCAN_PAGES_MAX);
		t->dir[n++] = dir;
	} while (++dir < SCAN_PAGES_MAX * 2 && TIFFReadDirectory(t->tiff) == 1);
	if (n == 0)
		scan_refuse(t->out, _("has no page; scan it again"));
	return n;
}

struct scan_tiff *
scan_tiff_open(
    const struct scan_out *out, struct scan_octets octets, uint32_t *ret_pages)
{
	struct scan_tiff *t = scan_memory(out, sizeof *t);
	TIFFOpenOptions *opts = TIFFOpenOptionsAlloc();

	t->out = out;
	t->octets = octets;
	if (opts == NULL)
		refuse(t);
	TIFFOpenOptionsSetErrorHandlerExtR(opts, hear, t);
	TIFFOpenOptionsSetWarningHandlerExtR(opts, keep_silent, t);
	t->tiff = TIFFClientOpenExt(
	    "scan", "rm", t, pull, push, seek, let_go, size, NULL, NULL, opts);
	if (t->tiff == NULL)
		refuse(t);
	*ret_pages = find_pages(t);
	return t;
}

static uint32_t
density(TIFF *tiff)
{
	uint16_t unit = RESUNIT_INCH;
	float x = 0;

	(void)TIFFGetField(tiff, TIFFTAG_XRESOLUTION, &x);
	(void)TIFFGetField(tiff, TIFFTAG_RESOLUTIONUNIT, &unit);
	if (unit == RESUNIT_NONE)
		return 0;
	return scan_dpi(x, unit == RESUNIT_CENTIMETER ? 2.54 : 1);
}

/* One row of libtiff's pixels. */
static void
deliver(struct scan_sink sink, const uint32_t *raster, uint32_t width,
    unsigned char *row)
{
	for (uint32_t x = 0; x < width; x++) {
		/* What is transparent is paper; colours come multiplied. */
		uint32_t white = 255 - TIFFGetA(raster[x]);

		row[3 * x] = (unsigned char)(TIFFGetR(raster[x]) + white);
		row[3 * x + 1] = (unsigned char)(TIFFGetG(raster[x]) + white);
		row[3 * x + 2] = (unsigned char)(TIFFGetB(raster[x]) + white);
	}
	sink.row(sink.arg, row);
}

/* Strip by strip, so that no page need be held whole. */
static void
read_strips(struct scan_tiff *t, uint32_t width, uint32_t height,
    struct scan_sink sink, unsigned char *row)
{
	uint32_t rows = height, n;
	uint32_t *raster;

	(void)TIFFGetField(t->tiff, TIFFTAG_ROWSPERSTRIP, &rows);
	rows = rows == 0 || rows > height ? height : rows;
	raster = scan_memory(t->out, (size_t)width * rows * sizeof *raster);
	for (uint32_t y = 0; y < height; y += n) {
		n = height - y < rows ? height - y : rows;
		if (TIFFReadRGBAStripExt(t->tiff, y, raster, 1) != 1)
			refuse(t);
		/* The last row comes first. */
		for (uint32_t i = n; i-- > 0;)
			deliver(sink, raster + (size_t)width * i, width, row);
	}
	free(raster);
}

static void
read_tiles(struct scan_tiff *t, uint32_t width, uint32_t height,
    struct scan_sink sink, unsigned char *row)
{
	uint32_t *raster =
	    scan_memory(t->out, (size_t)width * height * sizeof *raster);

	if (TIFFReadRGBAImageOriented(
		t->tiff, width, height, raster, ORIENTATION_TOPLEFT, 1) != 1)
		refuse(t);
	for (uint32_t y = 0; y < height; y++)
		deliver(sink, raster + (size_t)width * y, width, row);
	free(raster);
}

void
scan_tiff_page(struct scan_tiff *t, uint32_t page, struct scan_sink sink)
{
	uint32_t width = 0, height = 0;
	struct scan_size size;
	unsigned char *row;

	if (TIFFSetDirectory(t->tiff, t->dir[page]) != 1)
		refuse(t);
	(void)TIFFGetField(t->tiff, TIFFTAG_IMAGEWIDTH, &width);
	(void)TIFFGetField(t->tiff, TIFFTAG_IMAGELENGTH, &height);
	scan_bounds(t->out, width, height);
	size = (struct scan_size){ width, height, width, height,
		density(t->tiff) };
	sink.begin(sink.arg, &size);
	row = scan_memory(t->out, (size_t)width * 3);
	if (TIFFIsTiled(t->tiff))
		read_tiles(t, width, height, sink, row);
	else
		read_strips(t, width, height, sink, row);
	free(row);
}
