/* PDF, drawn a page at a time. */
#include <stdlib.h>

#include <poppler.h>

#include "scan/image.h"

#define POINTS 72.0
#define DPI 150.0
#define POINTS_MAX 14400.0 /* the side of a page in PDF 1.7 */

struct scan_pdf {
	const struct scan_out *out;
	PopplerDocument *doc;
};

static PopplerDocument *
open_document(const struct scan_out *out, struct scan_octets octets)
{
	GBytes *bytes = g_bytes_new_static(octets.data, octets.len);
	GError *why = NULL;
	PopplerDocument *doc =
	    poppler_document_new_from_bytes(bytes, NULL, &why);

	g_bytes_unref(bytes);
	if (doc == NULL)
		scan_refuse(out, _("is a damaged PDF (%s); scan it again"),
		    why != NULL ? why->message : "?");
	return doc;
}

struct scan_pdf *
scan_pdf_open(
    const struct scan_out *out, struct scan_octets octets, uint32_t *ret_pages)
{
	struct scan_pdf *p = scan_memory(out, sizeof *p);
	int n;

	p->out = out;
	p->doc = open_document(out, octets);
	n = poppler_document_get_n_pages(p->doc);
	if (n < 1)
		scan_refuse(out, _("has no page; scan it again"));
	if ((unsigned)n > SCAN_PAGES_MAX)
		scan_refuse(out, _("has %d pages, more than %u; split it"), n,
		    SCAN_PAGES_MAX);
	*ret_pages = (uint32_t)n;
	return p;
}

static PopplerPage *
open_page(const struct scan_pdf *p, uint32_t n, double *width, double *height)
{
	PopplerPage *page = poppler_document_get_page(p->doc, (int)n);

	if (page == NULL)
		scan_refuse(p->out,
		    _("is a damaged PDF (page %u); scan it again"), n + 1);
	poppler_page_get_size(page, width, height);
	if (!(*width >= 1 && *width <= POINTS_MAX && *height >= 1 &&
		*height <= POINTS_MAX))
		scan_refuse(p->out,
		    _("has a page %u of an impossible size; scan it again"),
		    n + 1);
	return page;
}

static cairo_surface_t *
draw(const struct scan_out *out, PopplerPage *page, double scale, int width,
    int height)
{
	cairo_surface_t *surface =
	    cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height);
	cairo_t *cr = cairo_create(surface);

	cairo_set_source_rgb(cr, 1, 1, 1);
	cairo_paint(cr);
	cairo_scale(cr, scale, scale);
	poppler_page_render(page, cr);
	scan_memory_check(out);
	if (cairo_surface_status(surface) != CAIRO_STATUS_SUCCESS)
		scan_refuse(out, _("is a damaged PDF (%s); scan it again"),
		    cairo_status_to_string(cairo_surface_status(surface)));
	cairo_destroy(cr);
	cairo_surface_flush(surface);
	return surface;
}

/* cairo's pixels are words of red, green and blue. */
static void
copy(cairo_surface_t *surface, struct scan_image *im)
{
	const unsigned char *from = cairo_image_surface_get_data(surface);
	const int stride = cairo_image_surface_get_stride(surface);
	unsigned char *to = im->rgb;
	const uint32_t *px;

	for (uint32_t y = 0; y < im->height; y++, from += stride) {
		px = (const uint32_t *)(const void *)from;
		for (uint32_t x = 0; x < im->width; x++, to += 3) {
			to[0] = (unsigned char)(px[x] >> 16 & 0xff);
			to[1] = (unsigned char)(px[x] >> 8 & 0xff);
			to[2] = (unsigned char)(px[x] & 0xff);
		}
	}
}

static uint32_t
pixels(double n)
{
	return n < 1 ? 1 : (uint32_t)(n + 0.5);
}

void
scan_pdf_page(struct scan_pdf *p, uint32_t n, struct scan_image *ret)
{
	double width, height, scale = DPI / POINTS;
	PopplerPage *page = open_page(p, n, &width, &height);
	double side = width > height ? width : height;
	struct scan_image im = { .width = 0 };
	cairo_surface_t *surface;

	if (side * scale > SCAN_LONG)
		scale = SCAN_LONG / side;
	im.width = im.full_width = pixels(width * scale);
	im.height = im.full_height = pixels(height * scale);
	im.dpi = scan_dpi(scale * POINTS, 1);
	im.rgb = scan_memory(p->out, (size_t)im.width * im.height * 3);
	surface = draw(p->out, page, scale, (int)im.width, (int)im.height);
	copy(surface, &im);
	cairo_surface_destroy(surface);
	g_object_unref(page);
	*ret = im;
}

void
scan_pdf_size(
    struct scan_pdf *p, uint32_t n, double *ret_width, double *ret_height)
{
	g_object_unref(open_page(p, n, ret_width, ret_height));
}

void
scan_pdf_draw(struct scan_pdf *p, uint32_t n, cairo_t *cr)
{
	double width, height;
	PopplerPage *page = open_page(p, n, &width, &height);

	poppler_page_render_for_printing(page, cr);
	scan_memory_check(p->out);
	g_object_unref(page);
}
