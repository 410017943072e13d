/*
 * What happens to a page on its way: it is stamped, turned, badly lit and
 * compressed.  The same arguments give the same octets.
 * usage: damage IN.png OUT.jpg [KIND=VALUE]...
 *	seal=X,Y	a red seal around that point, in thousandths of the page
 *	patch=X,Y	white paper of 150 x 50 mm stuck on there
 *	turn=DEGREES	clockwise; the paper stays whole
 *	shade=PERCENT	so much of the light is lost in the far corner
 *	blur=PIXELS	out of focus
 *	noise=LEVELS	of 255, either way
 *	gray=1		no colours
 *	quality=N	of the JPEG file, 90 if it is not said
 */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cairo.h>
#include <jpeglib.h>

#define PI 3.14159265358979323846
#define PAPER_MM 210.0 /* the width of A4 */

struct damage {
	double seal_x, seal_y, patch_x, patch_y, turn, shade, blur, noise;
	int gray, quality;
};

static cairo_surface_t *
canvas(double width, double height)
{
	cairo_surface_t *s = cairo_image_surface_create(
	    CAIRO_FORMAT_RGB24, (int)(width + 0.5), (int)(height + 0.5));
	cairo_t *cr = cairo_create(s);

	cairo_set_source_rgb(cr, 1, 1, 1);
	cairo_paint(cr);
	cairo_destroy(cr);
	return s;
}

/* A ring of 40 mm, a star, and strokes where the name stands. */
static void
stamp(cairo_surface_t *s, double x, double y)
{
	const double mm = cairo_image_surface_get_width(s) / PAPER_MM;
	cairo_t *cr = cairo_create(s);
	double a, r;

	cairo_set_operator(cr, CAIRO_OPERATOR_MULTIPLY);
	cairo_set_source_rgb(cr, 0.86, 0.16, 0.18);
	cairo_translate(cr, x, y);
	cairo_scale(cr, mm, mm);
	cairo_set_line_width(cr, 1.2);
	cairo_arc(cr, 0, 0, 20, 0, 2 * PI);
	cairo_stroke(cr);
	for (int i = 0; i < 10; i++) {
		a = i * PI / 5;
		r = i % 2 == 0 ? 7 : 2.7;
		cairo_line_to(cr, r * sin(a), -r * cos(a));
	}
	cairo_fill(cr);
	cairo_set_line_width(cr, 0.7);
	for (int i = 0; i < 36; i++) {
		a = (150 + i * 240 / 35.0) * PI / 180;
		r = 12 + i % 3;
		cairo_move_to(cr, r * cos(a), r * sin(a));
		cairo_line_to(cr, (r + 4) * cos(a), (r + 4) * sin(a));
	}
	cairo_stroke(cr);
	cairo_destroy(cr);
}

static void
stick(cairo_surface_t *s, double x, double y)
{
	const double mm = cairo_image_surface_get_width(s) / PAPER_MM;
	cairo_t *cr = cairo_create(s);

	cairo_set_source_rgb(cr, 1, 1, 1);
	cairo_rectangle(cr, x - 75 * mm, y - 25 * mm, 150 * mm, 50 * mm);
	cairo_fill(cr);
	cairo_destroy(cr);
}

static cairo_surface_t *
turned(cairo_surface_t *s, double degrees)
{
	const double w = cairo_image_surface_get_width(s);
	const double h = cairo_image_surface_get_height(s);
	const double c = cos(degrees * PI / 180), i = sin(degrees * PI / 180);
	const double tw = fabs(c) * w + fabs(i) * h;
	const double th = fabs(i) * w + fabs(c) * h;
	cairo_surface_t *t = canvas(tw, th);
	cairo_t *cr = cairo_create(t);

	cairo_translate(cr, tw / 2, th / 2);
	cairo_rotate(cr, degrees * PI / 180);
	cairo_translate(cr, -w / 2, -h / 2);
	cairo_set_source_surface(cr, s, 0, 0);
	cairo_paint(cr);
	cairo_destroy(cr);
	cairo_surface_destroy(s);
	return t;
}

/* The mean of the places around, further and further. */
static cairo_surface_t *
blurred(cairo_surface_t *s, double radius)
{
	cairo_surface_t *t = canvas(cairo_image_surface_get_width(s),
	    cairo_image_surface_get_height(s));
	cairo_t *cr = cairo_create(t);
	int n = 0;

	for (int y = -2; y <= 2; y++)
		for (int x = -2; x <= 2; x++) {
			cairo_set_source_surface(
			    cr, s, x * radius / 2, y * radius / 2);
			cairo_paint_with_alpha(cr, 1.0 / ++n);
		}
	cairo_destroy(cr);
	cairo_surface_destroy(s);
	return t;
}

static unsigned char
clip(double v)
{
	return (unsigned char)(v < 0 ? 0 : v > 255 ? 255 : v + 0.5);
}

/* Half of the light goes slowly, half at the edge of a shadow. */
static double
light(const struct damage *d, double x, double y)
{
	return 1 - d->shade / 200 * (x + y) / 2 -
	    (x + 0.3 * y > 0.7 ? d->shade / 200 : 0);
}

static void
make_row(const struct damage *d, cairo_surface_t *s, int y, unsigned char *row)
{
	static uint32_t seed = 1;
	const int w = cairo_image_surface_get_width(s);
	const int h = cairo_image_surface_get_height(s);
	const uint32_t *px =
	    (const uint32_t *)(void *)(cairo_image_surface_get_data(s) +
		(size_t)cairo_image_surface_get_stride(s) * (size_t)y);
	double v, mean, off;

	for (int x = 0; x < w; x++, row += 3) {
		seed = seed * 1664525u + 1013904223u;
		off = ((seed >> 16) / 32768.0 - 1) * d->noise;
		v = light(d, (double)x / w, (double)y / h);
		mean = 0.30 * (px[x] >> 16 & 0xff) +
		    0.59 * (px[x] >> 8 & 0xff) + 0.11 * (px[x] & 0xff);
		for (int i = 0; i < 3; i++)
			row[i] = clip(
			    (d->gray ? mean : (px[x] >> (16 - 8 * i) & 0xff)) *
				v +
			    off);
	}
}

static int
write_jpeg(const struct damage *d, cairo_surface_t *s, double dpi, FILE *f)
{
	struct jpeg_compress_struct c;
	struct jpeg_error_mgr error;
	unsigned char *row;

	c.err = jpeg_std_error(&error);
	jpeg_create_compress(&c);
	jpeg_stdio_dest(&c, f);
	c.image_width = (JDIMENSION)cairo_image_surface_get_width(s);
	c.image_height = (JDIMENSION)cairo_image_surface_get_height(s);
	c.input_components = 3;
	c.in_color_space = JCS_RGB;
	jpeg_set_defaults(&c);
	jpeg_set_quality(&c, d->quality, TRUE);
	c.density_unit = 1;
	c.X_density = c.Y_density = (UINT16)(dpi + 0.5);
	jpeg_start_compress(&c, TRUE);
	if ((row = malloc((size_t)c.image_width * 3)) == NULL)
		return 1;
	while (c.next_scanline < c.image_height) {
		make_row(d, s, (int)c.next_scanline, row);
		(void)jpeg_write_scanlines(&c, &row, 1);
	}
	jpeg_finish_compress(&c);
	jpeg_destroy_compress(&c);
	free(row);
	return fclose(f) != 0;
}

static int
read_kind(const char *arg, struct damage *d)
{
	if (sscanf(arg, "seal=%lf,%lf", &d->seal_x, &d->seal_y) == 2)
		return 1;
	if (sscanf(arg, "patch=%lf,%lf", &d->patch_x, &d->patch_y) == 2)
		return 1;
	return sscanf(arg, "turn=%lf", &d->turn) == 1 ||
	    sscanf(arg, "shade=%lf", &d->shade) == 1 ||
	    sscanf(arg, "blur=%lf", &d->blur) == 1 ||
	    sscanf(arg, "noise=%lf", &d->noise) == 1 ||
	    sscanf(arg, "gray=%d", &d->gray) == 1 ||
	    sscanf(arg, "quality=%d", &d->quality) == 1;
}

int
main(int argc, char *argv[])
{
	struct damage d = { .quality = 90 };
	cairo_surface_t *s;
	double w, h;
	FILE *f;

	for (int i = 3; i < argc; i++)
		if (!read_kind(argv[i], &d))
			return 2;
	if (argc < 3)
		return 2;
	s = cairo_image_surface_create_from_png(argv[1]);
	if (cairo_surface_status(s) != CAIRO_STATUS_SUCCESS ||
	    (f = fopen(argv[2], "wb")) == NULL)
		return 1;
	w = cairo_image_surface_get_width(s);
	h = cairo_image_surface_get_height(s);
	if (d.seal_x > 0)
		stamp(s, d.seal_x * w / 1000, d.seal_y * h / 1000);
	if (d.patch_x > 0)
		stick(s, d.patch_x * w / 1000, d.patch_y * h / 1000);
	if (d.turn != 0)
		s = turned(s, d.turn);
	if (d.blur > 0)
		s = blurred(s, d.blur);
	cairo_surface_flush(s);
	return write_jpeg(&d, s, w * 25.4 / PAPER_MM, f);
}
