/* Blank pages, and red that may be a seal. */
#include <string.h>

#include "scan/look.h"
#include "scan/plane.h"

#define MARGIN 40u   /* one of so many: where scanners leave their edges */
#define INK 170u     /* darker than this, where paper is 255 */
#define SPECKS 3000u /* one of so many pixels may be dark on a blank page */
#define GRID 64u     /* cells along the long side */
#define MILLION 1000000u

bool
scan_look_blank(const struct scan_out *out, const struct scan_image *im)
{
	const uint32_t mx = im->width / MARGIN, my = im->height / MARGIN;
	struct scan_plane p;
	size_t dark = 0, all = 0;

	scan_plane_make(out, im, SCAN_GRAY, &p);
	scan_plane_flatten(out, &p);
	for (uint32_t y = my; y < p.height - my; y++)
		for (uint32_t x = mx; x < p.width - mx; x++, all++)
			dark += p.px[(size_t)p.width * y + x] < INK;
	scan_plane_free(&p);
	return dark < all / SPECKS;
}

/* ---- Red ---- */

struct grid {
	uint32_t cell, cols, rows; /* pixels of a cell; cells */
	uint32_t red[(GRID + 1) * (GRID + 1)];
};

/* The cells that hang together, and the red in them. */
struct patch {
	uint32_t left, top, right, low; /* cells, the last ones included */
	uint64_t red;
};

static bool
is_red(const unsigned char *rgb)
{
	int r = rgb[0], g = rgb[1], b = rgb[2];

	return r >= 96 && r - g >= 48 && r - b >= 40 && g - b < 64;
}

static uint64_t
count(const struct scan_image *im, struct grid *g)
{
	const uint32_t side = im->width > im->height ? im->width : im->height;
	const unsigned char *rgb = im->rgb;
	uint64_t all = 0;

	*g = (struct grid){ .cell = (side + GRID - 1) / GRID };
	g->cols = (im->width + g->cell - 1) / g->cell;
	g->rows = (im->height + g->cell - 1) / g->cell;
	for (uint32_t y = 0; y < im->height; y++) {
		uint32_t *row = g->red + g->cols * (y / g->cell);

		for (uint32_t x = 0; x < im->width; x++, rgb += 3)
			if (is_red(rgb)) {
				row[x / g->cell]++;
				all++;
			}
	}
	return all;
}

/* Take the cells around one that has red, which are empty afterwards. */
static void
gather(struct grid *g, uint32_t start, struct patch *p)
{
	static uint32_t todo[(GRID + 1) * (GRID + 1)];
	const uint32_t least = g->cell * g->cell / 32 + 1;
	uint32_t n = 0, at, x, y;

	*p = (struct patch){ .left = UINT32_MAX, .top = UINT32_MAX };
	todo[n++] = start;
	p->red = g->red[start];
	g->red[start] = 0;
	while (n > 0) {
		at = todo[--n];
		x = at % g->cols;
		y = at / g->cols;
		p->left = x < p->left ? x : p->left;
		p->right = x > p->right ? x : p->right;
		p->top = y < p->top ? y : p->top;
		p->low = y > p->low ? y : p->low;
		for (uint32_t ny = y > 0 ? y - 1 : 0;
		     ny <= y + 1 && ny < g->rows; ny++)
			for (uint32_t nx = x > 0 ? x - 1 : 0;
			     nx <= x + 1 && nx < g->cols; nx++) {
				at = g->cols * ny + nx;
				if (g->red[at] < least)
					continue;
				p->red += g->red[at];
				g->red[at] = 0;
				todo[n++] = at;
			}
	}
}

/* Round or square, of a seal's size on its page, and not filled. */
static bool
like_seal(const struct patch *p, const struct grid *g)
{
	const uint64_t w = p->right - p->left + 1, h = p->low - p->top + 1;
	const uint64_t area = w * h * g->cell * g->cell;

	return w >= 4 && h >= 4 && w <= GRID / 2 && h <= GRID / 2 &&
	    w <= 2 * h && h <= 2 * w && p->red * 100 >= area * 4 &&
	    p->red * 100 <= area * 80;
}

static uint32_t
scaled(uint64_t v, uint32_t full, uint32_t small)
{
	v = v * full / small;
	return v > full ? full : (uint32_t)v;
}

void
scan_look_seal(const struct scan_image *im, struct scan_facts *ret)
{
	static struct grid g;
	struct patch p, best = { .red = 0 };
	uint64_t all = count(im, &g);
	struct scan_box *b = &ret->where;

	ret->red =
	    (uint32_t)(all * MILLION / ((uint64_t)im->width * im->height));
	for (uint32_t i = 0; i < g.cols * g.rows; i++)
		if (g.red[i] > g.cell * g.cell / 32) {
			gather(&g, i, &p);
			best = p.red > best.red ? p : best;
		}
	if (best.red == 0)
		return;
	ret->seal = like_seal(&best, &g);
	b->x = scaled(best.left * g.cell, im->full_width, im->width);
	b->y = scaled(best.top * g.cell, im->full_height, im->height);
	b->width =
	    scaled((best.right + 1) * g.cell, im->full_width, im->width) - b->x;
	b->height =
	    scaled((best.low + 1) * g.cell, im->full_height, im->height) - b->y;
}
