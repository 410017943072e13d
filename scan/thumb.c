/* Small pictures for people to look at. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>

#include "scan/look.h"

#define QUALITY 60

static _Noreturn void
fail(j_common_ptr c)
{
	scan_refuse(c->client_data, _("cannot be made into a thumbnail"));
}

/* The means of the pixels that one of the thumbnail covers. */
static void
reduce(const struct scan_image *im, uint32_t w, uint32_t h, uint32_t y,
    unsigned char *row)
{
	const uint32_t y0 = (uint32_t)((uint64_t)im->height * y / h);
	uint32_t y1 = (uint32_t)((uint64_t)im->height * (y + 1) / h);

	y1 = y1 > y0 ? y1 : y0 + 1;
	for (uint32_t x = 0; x < w; x++) {
		uint32_t x0 = (uint32_t)((uint64_t)im->width * x / w);
		uint32_t x1 = (uint32_t)((uint64_t)im->width * (x + 1) / w);
		uint32_t sum[3] = { 0 }, n;

		x1 = x1 > x0 ? x1 : x0 + 1;
		n = (x1 - x0) * (y1 - y0);
		for (uint32_t v = y0; v < y1; v++)
			for (uint32_t u = x0; u < x1; u++)
				for (unsigned i = 0; i < 3; i++)
					sum[i] +=
					    im->rgb[((size_t)im->width * v +
							u) *
						    3 +
						i];
		for (unsigned i = 0; i < 3; i++)
			*row++ = (unsigned char)(sum[i] / n);
	}
}

static void
set_up(
    struct jpeg_compress_struct *c, const struct scan_image *im, uint32_t least)
{
	uint32_t side = im->width > im->height ? im->width : im->height;

	side = side > least ? side : least;
	c->image_width = (JDIMENSION)((uint64_t)im->width * least / side);
	c->image_height = (JDIMENSION)((uint64_t)im->height * least / side);
	c->image_width += c->image_width == 0;
	c->image_height += c->image_height == 0;
	c->input_components = 3;
	c->in_color_space = JCS_RGB;
	jpeg_set_defaults(c);
	jpeg_set_quality(c, QUALITY, TRUE);
}

void
scan_look_thumb(const struct scan_out *out, const struct scan_image *im)
{
	struct scan_out way = *out;
	struct jpeg_compress_struct c = { .client_data = &way };
	struct jpeg_error_mgr error;
	unsigned char *data = NULL, *row;
	unsigned long len = 0;

	c.err = jpeg_std_error(&error);
	error.error_exit = fail;
	jpeg_create_compress(&c);
	c.client_data = &way;
	jpeg_mem_dest(&c, &data, &len);
	set_up(&c, im, out->thumb);
	jpeg_start_compress(&c, TRUE);
	row = scan_memory(out, (size_t)c.image_width * 3);
	while (c.next_scanline < c.image_height) {
		reduce(im, c.image_width, c.image_height, c.next_scanline, row);
		(void)jpeg_write_scanlines(&c, &row, 1);
	}
	jpeg_finish_compress(&c);
	jpeg_destroy_compress(&c);
	scan_tell(out, SCAN_M_THUMB, data, len);
	free(row);
	free(data);
}
