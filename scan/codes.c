/* QR code and Code 128, whatever happened to the paper. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <zbar.h>

#include "scan/codes.h"
#include "scan/plane.h"

#define Y800 0x30303859u /* zbar's name for a plane of light */
#define SHORTEST 6u      /* a Code 128 that is shorter was read into text */

/* A way to look at the page. */
struct way {
	enum scan_channel channel;
	bool flat, sharp;
	double scale, degrees;
};

static const struct way ways[] = {
	{ SCAN_RED, false, false, 1, 0 },
	{ SCAN_RED, true, false, 1, 0 },
	{ SCAN_RED, true, true, 1, 0 },
	{ SCAN_GRAY, true, false, 1, 0 },
	{ SCAN_RED, true, false, 2, 0 },
	{ SCAN_RED, true, false, 1, 4 },
	{ SCAN_RED, true, false, 1, -4 },
	{ SCAN_RED, true, false, 1, 10 },
	{ SCAN_RED, true, false, 1, -10 },
	{ SCAN_RED, true, false, 0.5, 0 },
};

struct finder {
	const struct scan_out *out;
	const struct scan_image *image;
	zbar_image_scanner_t *scanner;
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
go(struct finder *f, const struct way *way)
{
	struct scan_plane p, turned;

	scan_plane_make(f->out, f->image, way->channel, &p);
	if (way->flat)
		scan_plane_flatten(f->out, &p);
	if (way->scale != 1 || way->degrees != 0) {
		scan_plane_turn(f->out, &p, way->degrees, way->scale, &turned);
		scan_plane_free(&p);
		p = turned;
	}
	if (way->sharp)
		scan_plane_sharpen(f->out, &p);
	look(f, &p);
	scan_plane_free(&p);
}

static void
set(zbar_image_scanner_t *s, zbar_symbol_type_t what, zbar_config_t config,
    int value)
{
	(void)zbar_image_scanner_set_config(s, what, config, value);
}

void
scan_codes_find(const struct scan_out *out, const struct scan_image *image,
    struct scan_codes *ret)
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
	for (size_t i = 0; i < sizeof ways / sizeof *ways && !ret->ours; i++)
		go(&f, &ways[i]);
	zbar_image_scanner_destroy(f.scanner);
}
