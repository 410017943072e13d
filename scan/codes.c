/* QR code and Code 128, whatever happened to the paper. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <zbar.h>

#include "scan/codes.h"
#include "scan/plane.h"

#define Y800 0x30303859u /* zbar's name for a plane of light */
#define SHORTEST 6u      /* a Code 128 that is shorter was read into text */

/* What the page is looked at as; each is made once, where it is wanted. */
enum base { RED, FLAT_RED, SHARP_RED, FLAT_GRAY, BASES };

/* A way to look at the page. */
struct way {
	enum base base;
	int step; /* zbar looks at each line, every second, ... */
	double degrees;
	enum size { AS_IS, HALF, TWICE } size;
};

/* A QR code is read at any angle, a Code 128 near those of the axes: turning
 * brings out bars where a seal is on the QR code, and what is printed upright
 * on the paper tells which way they run. */
static const struct way ways[] = {
	{ RED, 2, 0, AS_IS },
	{ FLAT_RED, 1, 0, AS_IS },
	{ SHARP_RED, 1, 0, AS_IS },
	{ FLAT_GRAY, 2, 0, AS_IS },
	{ FLAT_RED, 2, 0, TWICE },
	{ FLAT_RED, 2, 4, AS_IS },
	{ FLAT_RED, 2, -4, AS_IS },
	{ FLAT_RED, 2, 10, AS_IS },
	{ FLAT_RED, 2, -10, AS_IS },
	{ FLAT_RED, 1, 0, HALF },
};
#define WAYS (sizeof ways / sizeof *ways)
#define WAYS_BLANK 2 /* of a page on which nothing is to be seen */
#define SMALL 1050u  /* pixels of the long side: A4 at 90 dpi */
#define LARGE 2000u  /* A4 at 150 dpi, turned */

struct finder {
	const struct scan_out *out;
	const struct scan_image *image;
	zbar_image_scanner_t *scanner;
	struct scan_plane plane[BASES];
	struct scan_codes *codes;
};

static const struct scan_code *
known(const struct scan_codes *codes, uint32_t symbol, const char *text)
{
	for (uint32_t i = 0; i < codes->count; i++)
		if (codes->code[i].symbol == symbol &&
		    strcmp(codes->code[i].text, text) == 0)
			return &codes->code[i];
	return NULL;
}

static uint32_t
clamp(double v, uint32_t most)
{
	return v <= 0 ? 0 : v >= most ? most : (uint32_t)v;
}

/* The symbol's corners, as the page has them. */
static void
locate(const struct finder *f, const struct scan_plane *p,
    const zbar_symbol_t *sym, struct scan_box *ret)
{
	const double sx = (double)f->image->full_width / f->image->width;
	const double sy = (double)f->image->full_height / f->image->height;
	double left = 1e9, top = 1e9, right = 0, low = 0, x, y;
	unsigned n = zbar_symbol_get_loc_size(sym);

	*ret = (struct scan_box){ .x = 0 };
	if (n == 0)
		return;
	for (unsigned i = 0; i < n; i++) {
		int px = zbar_symbol_get_loc_x(sym, i);
		int py = zbar_symbol_get_loc_y(sym, i);

		x = (p->from[0] * px + p->from[1] * py + p->from[2]) * sx;
		y = (p->from[3] * px + p->from[4] * py + p->from[5]) * sy;
		left = fmin(left, x);
		right = fmax(right, x);
		top = fmin(top, y);
		low = fmax(low, y);
	}
	ret->x = clamp(left, f->image->full_width);
	ret->y = clamp(top, f->image->full_height);
	ret->width = clamp(right, f->image->full_width) - ret->x;
	ret->height = clamp(low, f->image->full_height) - ret->y;
}

/* Quarter turns of the page: zbar says where the symbol's head points. */
static uint32_t
rotation(zbar_orientation_t o)
{
	switch (o) {
	case ZBAR_ORIENT_UP:
		return 0;
	case ZBAR_ORIENT_RIGHT:
		return 90;
	case ZBAR_ORIENT_DOWN:
		return 180;
	case ZBAR_ORIENT_LEFT:
		return 270;
	default:
		return SCAN_NO_ROTATION;
	}
}

static void
add(struct finder *f, const struct scan_plane *p, const zbar_symbol_t *sym)
{
	const char *text = zbar_symbol_get_data(sym);
	size_t len = zbar_symbol_get_data_length(sym);
	bool qr = zbar_symbol_get_type(sym) == ZBAR_QRCODE;
	struct scan_codes *codes = f->codes;
	struct cao_form_code form;
	struct scan_code *c;
	bool ours = cao_form_code_read(text, len, &form);

	if (len == 0 || len > SCAN_TEXT_MAX || strlen(text) != len ||
	    (!qr && len < SHORTEST) || codes->count == SCAN_CODES_MAX ||
	    known(codes, qr ? SCAN_QR : SCAN_CODE128, text) != NULL)
		return;
	c = &codes->code[codes->count++];
	c->symbol = qr ? SCAN_QR : SCAN_CODE128;
	memcpy(c->text, text, len + 1);
	locate(f, p, sym, &c->box);
	if (codes->rotation == SCAN_NO_ROTATION || (ours && !codes->ours))
		codes->rotation = rotation(zbar_symbol_get_orientation(sym));
	codes->ours = codes->ours || ours;
}

static void
look(struct finder *f, const struct scan_plane *p)
{
	zbar_image_t *im = zbar_image_create();
	const zbar_symbol_t *sym;

	if (im == NULL)
		scan_refuse(f->out, _("cannot be read: out of memory"));
	zbar_image_set_format(im, Y800);
	zbar_image_set_size(im, p->width, p->height);
	zbar_image_set_data(im, p->px, (size_t)p->width * p->height, NULL);
	if (zbar_scan_image(f->scanner, im) > 0)
		for (sym = zbar_image_first_symbol(im); sym != NULL;
		     sym = zbar_symbol_next(sym))
			add(f, p, sym);
	zbar_image_destroy(im);
	f->codes->tries++;
}

static void
set(zbar_image_scanner_t *s, zbar_symbol_type_t what, zbar_config_t config,
    int value)
{
	(void)zbar_image_scanner_set_config(s, what, config, value);
}

/* SHARP_RED is wanted after FLAT_RED. */
static struct scan_plane *
get(struct finder *f, enum base base)
{
	struct scan_plane *p = &f->plane[base];

	if (p->px != NULL)
		return p;
	if (base == SHARP_RED) {
		scan_plane_sharpen(f->out, &f->plane[FLAT_RED], p);
		return p;
	}
	scan_plane_make(
	    f->out, f->image, base == FLAT_GRAY ? SCAN_GRAY : SCAN_RED, p);
	if (base != RED)
		scan_plane_flatten(f->out, p);
	return p;
}

/* What is small is made larger whenever it is made anew, and what is large
 * smaller where it is turned, so that no page takes much longer than others. */
static double
scale(const struct finder *f, const struct way *way)
{
	const struct scan_image *im = f->image;
	const uint32_t side = im->width > im->height ? im->width : im->height;

	if (way->size == HALF)
		return side <= SMALL ? 1 : 0.5;
	if (way->size != TWICE && way->degrees == 0)
		return 1;
	if (side <= SMALL)
		return 2;
	return way->degrees != 0 && side > LARGE ? (double)LARGE / side : 1;
}

static void
go(struct finder *f, const struct way *way)
{
	const double times = scale(f, way);
	struct scan_plane turned = { .width = 0 };
	struct scan_plane *p;

	if (way->size != AS_IS && times == 1)
		return; /* this has been tried */
	p = get(f, way->base);
	if (times != 1 || way->degrees != 0) {
		scan_plane_turn(f->out, p, way->degrees, times, &turned);
		p = &turned;
		if (way->degrees != 0)
			scan_plane_smear(f->out, p, p->height > p->width);
	}
	set(f->scanner, ZBAR_NONE, ZBAR_CFG_X_DENSITY, way->step);
	set(f->scanner, ZBAR_NONE, ZBAR_CFG_Y_DENSITY, way->step);
	look(f, p);
	scan_plane_free(&turned);
}

void
scan_codes_find(const struct scan_out *out, const struct scan_image *image,
    bool blank, struct scan_codes *ret)
{
	struct finder f = { .out = out,
		.image = image,
		.scanner = zbar_image_scanner_create(),
		.codes = ret };

	*ret = (struct scan_codes){ .rotation = SCAN_NO_ROTATION };
	if (f.scanner == NULL)
		scan_refuse(out, _("cannot be read: out of memory"));
	set(f.scanner, ZBAR_NONE, ZBAR_CFG_ENABLE, 0);
	set(f.scanner, ZBAR_QRCODE, ZBAR_CFG_ENABLE, 1);
	set(f.scanner, ZBAR_CODE128, ZBAR_CFG_ENABLE, 1);
	set(f.scanner, ZBAR_NONE, ZBAR_CFG_POSITION, 1);
	for (size_t i = 0; i < (blank ? WAYS_BLANK : WAYS) && !ret->ours; i++)
		go(&f, &ways[i]);
	for (size_t i = 0; i < BASES; i++)
		scan_plane_free(&f.plane[i]);
	zbar_image_scanner_destroy(f.scanner);
}
