/* PNG, row by row. */
#include <stdlib.h>
#include <string.h>

#include <png.h>

#include "scan/image.h"

#define CHUNKS_MAX 1000
#define CHUNK_MAX (8u * 1024 * 1024) /* octets of a chunk that is kept */

struct source {
	const struct scan_out *out;
	struct scan_octets rest;
};

/* It may not return: the refusal ends the child. */
static PNG_NORETURN void
fail(png_structp png, png_const_charp words)
{
	const struct source *src = png_get_error_ptr(png);

	scan_refuse(src->out, _("is a damaged PNG (%s); scan it again"), words);
}

static void
keep_silent(png_structp png, png_const_charp words)
{
	(void)png, (void)words;
}

static void
pull(png_structp png, png_bytep to, size_t n)
{
	struct source *src = png_get_io_ptr(png);

	if (n > src->rest.len)
		png_error(png, "truncated");
	memcpy(to, src->rest.data, n);
	src->rest.data += n;
	src->rest.len -= n;
}

static png_structp
open_reader(struct source *src, png_infop *ret_info)
{
	png_structp png = png_create_read_struct(
	    PNG_LIBPNG_VER_STRING, src, fail, keep_silent);

	if (png == NULL || (*ret_info = png_create_info_struct(png)) == NULL)
		scan_refuse(src->out, _("cannot be read: out of memory"));
	png_set_user_limits(png, SCAN_SIDE_MAX, SCAN_SIDE_MAX);
	png_set_chunk_cache_max(png, CHUNKS_MAX);
	png_set_chunk_malloc_max(png, CHUNK_MAX);
	png_set_read_fn(png, src, pull);
	png_read_info(png, *ret_info);
	scan_bounds(src->out, png_get_image_width(png, *ret_info),
	    png_get_image_height(png, *ret_info));
	return png;
}

/* Whatever it is: eight bits of red, green and blue, on white. */
static int
make_plain(png_structp png, png_infop info)
{
	const png_color_16 white = { 0, 0xffff, 0xffff, 0xffff, 0xffff };
	int passes;

	png_set_expand(png);
	png_set_background(png, &white, PNG_BACKGROUND_GAMMA_SCREEN, 0, 1.0);
	png_set_scale_16(png);
	png_set_gray_to_rgb(png);
	passes = png_set_interlace_handling(png);
	png_read_update_info(png, info);
	return passes;
}

static uint32_t
density(png_structp png, png_infop info)
{
	return scan_dpi(png_get_x_pixels_per_meter(png, info), 0.0254);
}

/* Interlaced pixels come in seven passes over the whole. */
static void
read_passes(png_structp png, const struct scan_out *out, int passes,
    size_t stride, uint32_t height, struct scan_sink sink)
{
	unsigned char *all = scan_memory(out, stride * height);

	for (int pass = 0; pass < passes; pass++)
		for (uint32_t y = 0; y < height; y++)
			png_read_row(png, all + stride * y, NULL);
	for (uint32_t y = 0; y < height; y++)
		sink.row(sink.arg, all + stride * y);
	free(all);
}

static void
read_rows(png_structp png, const struct scan_out *out, size_t stride,
    uint32_t height, struct scan_sink sink)
{
	unsigned char *row = scan_memory(out, stride);

	for (uint32_t y = 0; y < height; y++) {
		png_read_row(png, row, NULL);
		sink.row(sink.arg, row);
	}
	free(row);
}

void
scan_read_png(const struct scan_out *out, struct scan_octets octets,
    struct scan_sink sink)
{
	struct source src = { .out = out, .rest = octets };
	png_infop info;
	png_structp png = open_reader(&src, &info);
	const uint32_t w = png_get_image_width(png, info);
	const uint32_t h = png_get_image_height(png, info);
	const struct scan_size size = { w, h, w, h, density(png, info) };
	int passes = make_plain(png, info);
	size_t stride = png_get_rowbytes(png, info);

	if (stride != (size_t)w * 3)
		png_error(png, "pixels of an unknown kind");
	sink.begin(sink.arg, &size);
	if (passes > 1)
		read_passes(png, out, passes, stride, h, sink);
	else
		read_rows(png, out, stride, h, sink);
	png_destroy_read_struct(&png, &info, NULL);
}
