/* JPEG, decoded no finer than is of use. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>

#include "scan/image.h"

#define SCANS_MAX 100 /* of a progressive file; cameras write ten */

struct reader {
	struct jpeg_decompress_struct d;
	struct jpeg_error_mgr error;
	struct jpeg_progress_mgr progress;
	const struct scan_out *out;
};

/* It may not return: the refusal ends the child. */
static void
fail(j_common_ptr c)
{
	const struct reader *r = c->client_data;
	char words[JMSG_LENGTH_MAX];

	c->err->format_message(c, words);
	scan_refuse(r->out, _("is a damaged JPEG (%s); scan it again"), words);
}

static void
keep_silent(j_common_ptr c)
{
	(void)c;
}

static void
watch(j_common_ptr c)
{
	const struct reader *r = c->client_data;

	if (r->d.input_scan_number > SCANS_MAX)
		scan_refuse(r->out,
		    _("is a JPEG of more than %d scans; save it again as an "
		      "ordinary one"),
		    SCANS_MAX);
}

static void
open_reader(
    struct reader *r, const struct scan_out *out, struct scan_octets octets)
{
	r->out = out;
	r->d.err = jpeg_std_error(&r->error);
	r->error.error_exit = fail;
	r->error.output_message = keep_silent;
	r->d.client_data = r;
	jpeg_create_decompress(&r->d);
	r->progress.progress_monitor = watch;
	r->d.progress = &r->progress;
	jpeg_mem_src(&r->d, octets.data, octets.len);
	(void)jpeg_read_header(&r->d, TRUE);
	scan_bounds(out, r->d.image_width, r->d.image_height);
}

/* The scale of which the long side is still enough. */
static void
choose_scale(struct jpeg_decompress_struct *d)
{
	JDIMENSION side =
	    d->image_width > d->image_height ? d->image_width : d->image_height;

	d->scale_num = 1;
	d->scale_denom = 1;
	while (d->scale_denom < 8 && side / (d->scale_denom * 2) >= SCAN_ENOUGH)
		d->scale_denom *= 2;
	d->out_color_space = d->num_components == 4 ? JCS_CMYK : JCS_RGB;
}

/* Inks as light; Adobe's files hold them inverted, as all that are met do. */
static void
cmyk_to_rgb(unsigned char *row, uint32_t width)
{
	const unsigned char *from = row;

	for (uint32_t x = 0; x < width; x++, from += 4, row += 3) {
		row[0] = (unsigned char)(from[0] * from[3] / 255);
		row[1] = (unsigned char)(from[1] * from[3] / 255);
		row[2] = (unsigned char)(from[2] * from[3] / 255);
	}
}

static uint32_t
density(const struct jpeg_decompress_struct *d)
{
	if (!d->saw_JFIF_marker || d->density_unit == 0)
		return 0;
	return scan_dpi(d->X_density, d->density_unit == 2 ? 2.54 : 1);
}

void
scan_read_jpeg(const struct scan_out *out, struct scan_octets octets,
    struct scan_sink sink)
{
	struct reader r = { .out = out };
	struct scan_size size;
	unsigned char *row;

	open_reader(&r, out, octets);
	choose_scale(&r.d);
	(void)jpeg_start_decompress(&r.d);
	size = (struct scan_size){ r.d.output_width, r.d.output_height,
		r.d.image_width, r.d.image_height, density(&r.d) };
	sink.begin(sink.arg, &size);
	row = scan_memory(out, (size_t)r.d.output_width * 4);
	while (r.d.output_scanline < r.d.output_height) {
		(void)jpeg_read_scanlines(&r.d, &row, 1);
		if (r.d.out_color_space == JCS_CMYK)
			cmyk_to_rgb(row, r.d.output_width);
		sink.row(sink.arg, row);
	}
	free(row);
	jpeg_destroy_decompress(&r.d);
}

void
scan_jpeg_size(const struct scan_out *out, struct scan_octets octets,
    struct scan_size *ret)
{
	struct reader r = { .out = out };

	open_reader(&r, out, octets);
	*ret = (struct scan_size){ r.d.image_width, r.d.image_height,
		r.d.image_width, r.d.image_height, density(&r.d) };
	jpeg_destroy_decompress(&r.d);
}
