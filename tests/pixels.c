/* Compare two pictures of a form's page, but for its codes.
 * usage: pixels WANTED.png FOUND.png */
#include <cairo.h>
#include <stdio.h>
#include <stdlib.h>

#define FAR 40    /* of 255: more than another renderer's smoothing */
#define FEW 6     /* pixels that may be far off: less than a character */
#define WIDTH 210 /* millimetres of a page */

/* Whether the place, in millimetres, is one of a code's. */
static int
is_code(double x, double y)
{
	return (x > 164 && x < 191 && y > 11 && y < 38) ||
	    (x > 30 && x < 180 && y > 270 && y < 287);
}

static int
grey(cairo_surface_t *s, int x, int y)
{
	const unsigned char *row = cairo_image_surface_get_data(s) +
	    (size_t)y * (size_t)cairo_image_surface_get_stride(s);

	return row[4 * x + 1]; /* the green of BGRA */
}

int
main(int argc, char *argv[])
{
	cairo_surface_t *s[2];
	int w, h, off = 0;

	for (int i = 0; i < 2 && argc == 3; i++) {
		s[i] = cairo_image_surface_create_from_png(argv[i + 1]);
		if (cairo_surface_status(s[i]) != CAIRO_STATUS_SUCCESS)
			argc = 0;
	}
	if (argc != 3)
		return fprintf(stderr, "usage: pixels WANTED.png FOUND.png\n"),
		       2;
	w = cairo_image_surface_get_width(s[0]);
	h = cairo_image_surface_get_height(s[0]);
	if (w != cairo_image_surface_get_width(s[1]) ||
	    h != cairo_image_surface_get_height(s[1]))
		return printf("%s is of another size\n", argv[2]), 1;
	for (int y = 0; y < h; y++)
		for (int x = 0; x < w; x++)
			off += abs(grey(s[0], x, y) - grey(s[1], x, y)) > FAR &&
			    !is_code(
				x * (double)WIDTH / w, y * (double)WIDTH / w);
	if (off > FEW)
		printf("%s: %d pixels are other than in %s\n", argv[2], off,
		    argv[1]);
	return off > FEW;
}
