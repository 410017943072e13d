/* Planes of an image, and what brings out codes on them. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "scan/plane.h"

#define PI 3.14159265358979323846
#define CELL 32u /* pixels of the squares whose light is measured */
#define PAPER 255u

void
scan_plane_free(struct scan_plane *p)
{
	free(p->px);
	p->px = NULL;
}

void
scan_plane_make(const struct scan_out *out, const struct scan_image *im,
    enum scan_channel channel, struct scan_plane *ret)
{
	const size_t n = (size_t)im->width * im->height;
	const unsigned char *rgb = im->rgb;
	struct scan_plane p = { .width = im->width,
		.height = im->height,
		.px = scan_memory(out, n),
		.from = { 1, 0, 0, 0, 1, 0 } };

	for (size_t i = 0; i < n; i++, rgb += 3)
		p.px[i] = channel == SCAN_RED
		    ? rgb[0]
		    : (unsigned char)((rgb[0] * 77 + rgb[1] * 151 +
					  rgb[2] * 28) >>
			  8);
	*ret = p;
}

/* The light of the paper in a cell: that which a tenth of it passes. */
static unsigned char
cell_light(const struct scan_plane *p, uint32_t cx, uint32_t cy)
{
	uint32_t count[256] = { 0 }, n = 0, above = 0, v = 255;
	uint32_t right = (cx + 1) * CELL, low = (cy + 1) * CELL;

	right = right > p->width ? p->width : right;
	low = low > p->height ? p->height : low;
	for (uint32_t y = cy * CELL; y < low; y++)
		for (uint32_t x = cx * CELL; x < right; x++, n++)
			count[p->px[(size_t)p->width * y + x]]++;
	for (; v > 0 && (above += count[v]) * 10 < n; v--)
		;
	return (unsigned char)(v > 32 ? v : 32);
}

/* What lies between the middles of cells, at 1/256 of them. */
static uint32_t
between(const unsigned char *light, uint32_t cols, uint32_t rows, uint32_t x,
    uint32_t y)
{
	const uint32_t half = CELL / 2;
	uint32_t px = x < half ? 0 : x - half, py = y < half ? 0 : y - half;
	uint32_t cx = px / CELL, cy = py / CELL;
	uint32_t fx = px % CELL, fy = py % CELL;
	uint32_t nx = cx + 1 < cols ? cx + 1 : cx;
	uint32_t ny = cy + 1 < rows ? cy + 1 : cy;
	uint32_t top =
	    light[cols * cy + cx] * (CELL - fx) + light[cols * cy + nx] * fx;
	uint32_t low =
	    light[cols * ny + cx] * (CELL - fx) + light[cols * ny + nx] * fx;

	return (top * (CELL - fy) + low * fy) / (CELL * CELL);
}

void
scan_plane_flatten(const struct scan_out *out, struct scan_plane *p)
{
	const uint32_t cols = (p->width + CELL - 1) / CELL;
	const uint32_t rows = (p->height + CELL - 1) / CELL;
	unsigned char *light = scan_memory(out, (size_t)cols * rows);
	unsigned char *px = p->px;
	uint32_t v;

	for (uint32_t cy = 0; cy < rows; cy++)
		for (uint32_t cx = 0; cx < cols; cx++)
			light[cols * cy + cx] = cell_light(p, cx, cy);
	for (uint32_t y = 0; y < p->height; y++)
		for (uint32_t x = 0; x < p->width; x++, px++) {
			v = *px * PAPER / between(light, cols, rows, x, y);
			*px = (unsigned char)(v > PAPER ? PAPER : v);
		}
	free(light);
}

void
scan_plane_sharpen(const struct scan_out *out, struct scan_plane *p)
{
	const size_t w = p->width;
	unsigned char *to = scan_memory(out, w * p->height);
	int v;

	memcpy(to, p->px, w * p->height);
	for (uint32_t y = 1; y + 1 < p->height; y++)
		for (uint32_t x = 1; x + 1 < p->width; x++) {
			const unsigned char *c = p->px + w * y + x;

			v = 3 * *c - (c[-1] + c[1] + *(c - w) + c[w]) / 2;
			to[w * y + x] = (unsigned char)(v < 0 ? 0
				: v > 255                     ? 255
							      : v);
		}
	free(p->px);
	p->px = to;
}

/* The pixel at a place between pixels; beyond the edge is paper. */
static unsigned char
sample(const struct scan_plane *p, double x, double y)
{
	const unsigned char *c;
	int ix, iy;
	double fx, fy, top, low;

	if (!(x >= 0 && y >= 0 && x < p->width - 1 && y < p->height - 1))
		return PAPER;
	ix = (int)x;
	iy = (int)y;
	fx = x - ix;
	fy = y - iy;
	c = p->px + (size_t)p->width * (size_t)iy + ix;
	top = c[0] + (c[1] - c[0]) * fx;
	low = c[p->width] + (c[p->width + 1] - c[p->width]) * fx;
	return (unsigned char)(top + (low - top) * fy + 0.5);
}

/* a after b: first b, then a. */
static void
chain(const double a[6], const double b[6], double ret[6])
{
	ret[0] = a[0] * b[0] + a[1] * b[3];
	ret[1] = a[0] * b[1] + a[1] * b[4];
	ret[2] = a[0] * b[2] + a[1] * b[5] + a[2];
	ret[3] = a[3] * b[0] + a[4] * b[3];
	ret[4] = a[3] * b[1] + a[4] * b[4];
	ret[5] = a[3] * b[2] + a[4] * b[5] + a[5];
}

void
scan_plane_turn(const struct scan_out *out, const struct scan_plane *p,
    double degrees, double scale, struct scan_plane *ret)
{
	const double c = cos(degrees * PI / 180), s = sin(degrees * PI / 180);
	const double w = fabs(c) * p->width + fabs(s) * p->height;
	const double h = fabs(s) * p->width + fabs(c) * p->height;
	struct scan_plane q = { .width = (uint32_t)(w * scale),
		.height = (uint32_t)(h * scale) };
	double m[6] = { c / scale, s / scale, 0, -s / scale, c / scale, 0 };
	unsigned char *px;

	m[2] = p->width / 2.0 - m[0] * q.width / 2 - m[1] * q.height / 2;
	m[5] = p->height / 2.0 - m[3] * q.width / 2 - m[4] * q.height / 2;
	px = q.px = scan_memory(out, (size_t)q.width * q.height);
	for (uint32_t y = 0; y < q.height; y++)
		for (uint32_t x = 0; x < q.width; x++)
			*px++ = sample(p, m[0] * x + m[1] * y + m[2],
			    m[3] * x + m[4] * y + m[5]);
	chain(p->from, m, q.from);
	*ret = q;
}
