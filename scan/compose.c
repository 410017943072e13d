/*
 * Pages drawn into one PDF: JPEG data goes in as it is, pages of a PDF as
 * what they consist of, other pixels without loss.  No date and no number in
 * it depends on when or where it was made.
 */
#include <stdlib.h>
#include <string.h>

#include <cairo-pdf.h>

#include "scan/compose.h"
#include "scan/decode.h"

#define POINTS 72.0
#define LONG_SIDE 842.0 /* points: A4, where the resolution is unknown */
#define MADE "2000-01-01T00:00:00Z"

struct composer {
	struct scan_out out;
	size_t written;
	uint32_t pages;
	cairo_surface_t *pdf;
	cairo_t *cr;
	/* The picture that rows go into. */
	cairo_surface_t *picture;
	uint32_t row, dpi;
};

static cairo_status_t
spill(void *arg, const unsigned char *data, unsigned len)
{
	struct composer *c = arg;
	unsigned n;

	if (len > SCAN_FILE_MAX - c->written)
		scan_refuse(&c->out,
		    _("makes a file of more than %u MB; scan it again at 300 "
		      "dpi or less"),
		    SCAN_FILE_MAX / 1024 / 1024);
	c->written += len;
	for (; len > 0; len -= n, data += n) {
		n = len < SCAN_DATA_MAX ? len : SCAN_DATA_MAX;
		scan_tell(&c->out, SCAN_M_DATA, data, n);
	}
	return CAIRO_STATUS_SUCCESS;
}

static void
begin_page(struct composer *c, double width, double height)
{
	if (++c->pages > SCAN_PAGES_MAX)
		scan_refuse(&c->out, _("has more than %u pages; split it"),
		    SCAN_PAGES_MAX);
	cairo_pdf_surface_set_size(c->pdf, width, height);
	cairo_save(c->cr);
}

static void
end_page(struct composer *c)
{
	cairo_restore(c->cr);
	cairo_show_page(c->cr);
	if (cairo_status(c->cr) != CAIRO_STATUS_SUCCESS)
		scan_refuse(&c->out, _("cannot be joined (%s)"),
		    cairo_status_to_string(cairo_status(c->cr)));
	scan_tell(&c->out, SCAN_M_STEP, NULL, 0);
}

/* A picture that fills a page of its size. */
static void
place(struct composer *c, cairo_surface_t *picture, uint32_t dpi)
{
	const int w = cairo_image_surface_get_width(picture);
	const int h = cairo_image_surface_get_height(picture);
	double scale = dpi > 0 ? POINTS / dpi : LONG_SIDE / (w > h ? w : h);

	begin_page(c, w * scale, h * scale);
	cairo_scale(c->cr, scale, scale);
	cairo_set_source_surface(c->cr, picture, 0, 0);
	cairo_paint(c->cr);
	end_page(c);
	cairo_surface_destroy(picture);
}

static cairo_surface_t *
canvas(struct composer *c, uint32_t width, uint32_t height)
{
	cairo_surface_t *s = cairo_image_surface_create(
	    CAIRO_FORMAT_RGB24, (int)width, (int)height);

	if (cairo_surface_status(s) != CAIRO_STATUS_SUCCESS)
		scan_refuse(&c->out, _("cannot be joined: out of memory"));
	return s;
}

/* ---- Rows into a picture ---- */

static void
begin_rows(void *arg, const struct scan_size *size)
{
	struct composer *c = arg;

	c->picture = canvas(c, size->width, size->height);
	c->row = 0;
	c->dpi = size->dpi;
}

static void
add_row(void *arg, const unsigned char *rgb)
{
	struct composer *c = arg;
	const int w = cairo_image_surface_get_width(c->picture);
	unsigned char *line = cairo_image_surface_get_data(c->picture) +
	    (size_t)cairo_image_surface_get_stride(c->picture) * c->row++;
	uint32_t *px = (uint32_t *)(void *)line;

	for (int x = 0; x < w; x++, rgb += 3)
		px[x] = (uint32_t)rgb[0] << 16 | (uint32_t)rgb[1] << 8 | rgb[2];
}

static void
place_rows(struct composer *c)
{
	cairo_surface_mark_dirty(c->picture);
	place(c, c->picture, c->dpi);
}

/* ---- The kinds of file ---- */

static void
add_jpeg(struct composer *c, struct scan_octets octets)
{
	struct scan_size size;
	cairo_surface_t *s;

	scan_jpeg_size(&c->out, octets, &size);
	s = canvas(c, size.width, size.height);
	if (cairo_surface_set_mime_data(s, CAIRO_MIME_TYPE_JPEG, octets.data,
		octets.len, NULL, NULL) != CAIRO_STATUS_SUCCESS)
		scan_refuse(&c->out, _("cannot be joined: out of memory"));
	place(c, s, size.dpi);
}

/* The i-th page that is wanted of so many there are, from 0. */
static uint32_t
chosen(const struct composer *c, const struct scan_pages *p, uint32_t i,
    uint32_t there)
{
	if (p->count == 0)
		return i;
	if (p->page[i] > there)
		scan_refuse(
		    &c->out, _("has no page %u, only %u"), p->page[i], there);
	return p->page[i] - 1;
}

static void
add_several(
    struct composer *c, const struct scan_part *part, enum scan_type type)
{
	const struct scan_sink sink = { c, begin_rows, add_row };
	struct scan_tiff *t = NULL;
	struct scan_pdf *p = NULL;
	double width, height;
	uint32_t there, n, page;

	if (type == SCAN_TIFF)
		t = scan_tiff_open(&c->out, part->octets, &there);
	else
		p = scan_pdf_open(&c->out, part->octets, &there);
	n = part->pages.count > 0 ? part->pages.count : there;
	for (uint32_t i = 0; i < n; i++) {
		page = chosen(c, &part->pages, i, there);
		if (t != NULL) {
			scan_tiff_page(t, page, sink);
			place_rows(c);
			continue;
		}
		scan_pdf_size(p, page, &width, &height);
		begin_page(c, width, height);
		scan_pdf_draw(p, page, c->cr);
		end_page(c);
	}
}

static void
add_part(struct composer *c, const struct scan_part *part)
{
	const struct scan_sink sink = { c, begin_rows, add_row };
	enum scan_type type;

	c->out.about = part->name;
	type = scan_type_find(&c->out, part->octets);
	if (type == SCAN_PDF || type == SCAN_TIFF) {
		add_several(c, part, type);
		return;
	}
	for (uint32_t i = 0; i < part->pages.count || i == 0; i++) {
		(void)chosen(c, &part->pages, i, 1);
		if (type == SCAN_JPEG) {
			add_jpeg(c, part->octets);
			continue;
		}
		scan_read_png(&c->out, part->octets, sink);
		place_rows(c);
	}
}

void
scan_compose(int fd, const void *arg)
{
	const struct scan_parts *parts = arg;
	struct composer c = { .out = { .fd = fd } };

	c.pdf = cairo_pdf_surface_create_for_stream(
	    spill, &c, LONG_SIDE, LONG_SIDE);
	cairo_pdf_surface_set_metadata(
	    c.pdf, CAIRO_PDF_METADATA_CREATE_DATE, MADE);
	c.cr = cairo_create(c.pdf);
	for (uint32_t i = 0; i < parts->count; i++)
		add_part(&c, &parts->part[i]);
	cairo_destroy(c.cr);
	cairo_surface_finish(c.pdf);
	if (cairo_surface_status(c.pdf) != CAIRO_STATUS_SUCCESS)
		scan_refuse(&c.out, _("cannot be joined (%s)"),
		    cairo_status_to_string(cairo_surface_status(c.pdf)));
	scan_tell(&c.out, SCAN_M_END, NULL, 0);
}
