/* Planes of an image, and what brings out codes on them. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "scan/plane.h"

#define PI 3.14159265358979323846
#define CELL 32u /* pixels of the squares whose light is measured */
#define PAPER 255u
#define DARKEST 32u /* light of paper */
#define SMEAR 7u    /* pixels */
#define ONE 65536   /* of the places between pixels */

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
	return (unsigned char)(v > DARKEST ? v : DARKEST);
}

/* The cell whose middle is before that pixel, and how far behind it the pixel
 * is, of CELL. */
static uint32_t
cell_before(uint32_t pixel, uint32_t *ret_behind)
{
	const uint32_t at = pixel < CELL / 2 ? 0 : pixel - CELL / 2;

	*ret_behind = pixel < CELL / 2 ? 0 : at % CELL;
	return at / CELL;
}

/* The light at that row in the middle of each column of cells, CELL times. */
static void
row_light(const unsigned char *light, uint32_t cols, uint32_t rows, uint32_t y,
    uint32_t *ret)
{
	uint32_t behind, row = cell_before(y, &behind);
	const unsigned char *top = light + cols * row;
	const unsigned char *low = row + 1 < rows ? top + cols : top;

	for (uint32_t i = 0; i < cols; i++)
		ret[i] = top[i] * (CELL - behind) + low[i] * behind;
}

static void
flatten_row(unsigned char *px, uint32_t width, const uint32_t *light,
    uint32_t cols, const uint32_t *times)
{
	uint32_t behind, col, next, v;

	for (uint32_t x = 0; x < width; x++) {
		col = cell_before(x, &behind);
		next = col + 1 < cols ? col + 1 : col;
		v = light[col] * (CELL - behind) + light[next] * behind;
		v = px[x] * times[v / (CELL * CELL)] >> 16;
		px[x] = (unsigned char)(v > PAPER ? PAPER : v);
	}
}

void
scan_plane_flatten(const struct scan_out *out, struct scan_plane *p)
{
	const uint32_t cols = (p->width + CELL - 1) / CELL;
	const uint32_t rows = (p->height + CELL - 1) / CELL;
	unsigned char *light = scan_memory(out, (size_t)cols * rows);
	uint32_t *line = scan_memory(out, cols * sizeof *line);
	uint32_t times[PAPER + 1] = { 0 }; /* 2^16 * PAPER / light */

	for (uint32_t v = DARKEST; v <= PAPER; v++)
		times[v] = (PAPER << 16) / v + 1;
	for (uint32_t cy = 0; cy < rows; cy++)
		for (uint32_t cx = 0; cx < cols; cx++)
			light[cols * cy + cx] = cell_light(p, cx, cy);
	for (uint32_t y = 0; y < p->height; y++) {
		row_light(light, cols, rows, y, line);
		flatten_row(
		    p->px + (size_t)p->width * y, p->width, line, cols, times);
	}
	free(line);
	free(light);
}

void
scan_plane_sharpen(const struct scan_out *out, const struct scan_plane *p,
    struct scan_plane *ret)
{
	const size_t w = p->width;
	struct scan_plane q = *p;
	int v;

	q.px = scan_memory(out, w * p->height);
	memcpy(q.px, p->px, w * p->height);
	for (uint32_t y = 1; y + 1 < p->height; y++)
		for (uint32_t x = 1; x + 1 < p->width; x++) {
			const unsigned char *c = p->px + w * y + x;

			v = 3 * *c - (c[-1] + c[1] + *(c - w) + c[w]) / 2;
			q.px[w * y + x] = (unsigned char)(v < 0 ? 0
				: v > 255                       ? 255
								: v);
		}
	*ret = q;
}

/* The pixel at a place between pixels, in ONEs; beyond the edge is paper. */
static unsigned char
sample(const struct scan_plane *p, int64_t x, int64_t y)
{
	const unsigned char *c;
	int fx, fy, top, low;

	if (x < 0 || y < 0 || x >= (int64_t)(p->width - 1) * ONE ||
	    y >= (int64_t)(p->height - 1) * ONE)
		return PAPER;
	fx = (int)(x % ONE) >> 8;
	fy = (int)(y % ONE) >> 8;
	c = p->px + (size_t)p->width * (size_t)(y / ONE) + x / ONE;
	top = c[0] * (256 - fx) + c[1] * fx;
	low = c[p->width] * (256 - fx) + c[p->width + 1] * fx;
	return (unsigned char)((top * (256 - fy) + low * fy) >> 16);
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
	const int64_t step_x = (int64_t)(m[0] * ONE);
	const int64_t step_y = (int64_t)(m[3] * ONE);
	unsigned char *px;

	q.width += q.width == 0;
	q.height += q.height == 0;
	m[2] = p->width / 2.0 - m[0] * q.width / 2 - m[1] * q.height / 2;
	m[5] = p->height / 2.0 - m[3] * q.width / 2 - m[4] * q.height / 2;
	px = q.px = scan_memory(out, (size_t)q.width * q.height);
	for (uint32_t y = 0; y < q.height; y++) {
		int64_t at_x = (int64_t)((m[1] * y + m[2]) * ONE);
		int64_t at_y = (int64_t)((m[4] * y + m[5]) * ONE);

		for (uint32_t x = 0; x < q.width; x++) {
			*px++ = sample(p, at_x, at_y);
			at_x += step_x;
			at_y += step_y;
		}
	}
	chain(p->from, m, q.from);
	*ret = q;
}

/* The mean of SMEAR rows, in the middle one. */
static void
smear_down(const struct scan_plane *p, uint32_t *sum, unsigned char *to)
{
	const size_t w = p->width;
	const unsigned char *px = p->px;

	for (size_t y = 0; y < p->height; y++, px += w) {
		for (size_t x = 0; x < w; x++)
			sum[x] += px[x];
		if (y + 1 < SMEAR)
			continue;
		for (size_t x = 0; x < w; x++) {
			to[w * (y - SMEAR / 2) + x] =
			    (unsigned char)(sum[x] / SMEAR);
			sum[x] -= *(px + x - w * (SMEAR - 1));
		}
	}
}

static void
smear_along(const struct scan_plane *p, unsigned char *to)
{
	const unsigned char *px = p->px;
	uint32_t sum;

	for (size_t y = 0; y < p->height; y++, px += p->width, to += p->width) {
		sum = 0;
		for (size_t x = 0; x < p->width; x++) {
			sum += px[x];
			if (x + 1 < SMEAR)
				continue;
			to[x - SMEAR / 2] = (unsigned char)(sum / SMEAR);
			sum -= px[x - (SMEAR - 1)];
		}
	}
}

void
scan_plane_smear(const struct scan_out *out, struct scan_plane *p, bool down)
{
	unsigned char *to = scan_memory(out, (size_t)p->width * p->height);
	uint32_t *sum = scan_memory(out, p->width * sizeof *sum);

	memset(to, PAPER, (size_t)p->width * p->height);
	if (down)
		smear_down(p, sum, to);
	else
		smear_along(p, to);
	free(sum);
	free(p->px);
	p->px = to;
}
