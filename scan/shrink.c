/* Rows averaged to a size that is good to find codes on. */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "scan/image.h"

void
scan_refuse(const struct scan_out *out, const char *format, ...)
{
	char words[SCAN_WORDS_MAX] = "";
	size_t n = 0;
	va_list ap;

	if (out->about != NULL) {
		(void)snprintf(words, sizeof words / 2, "%s: ", out->about);
		n = strlen(words);
	}
	va_start(ap, format);
	(void)vsnprintf(words + n, sizeof words - n, format, ap);
	va_end(ap);
	(void)scan_send(out->fd, SCAN_M_REFUSED, words, strlen(words));
	_exit(0);
}

void
scan_tell(const struct scan_out *out, enum scan_kind kind, const void *data,
    size_t len)
{
	if (!scan_send(out->fd, kind, data, len))
		_exit(1);
}

void
scan_image_free(struct scan_image *im)
{
	free(im->rgb);
	im->rgb = NULL;
}

void
scan_bounds(const struct scan_out *out, uint64_t width, uint64_t height)
{
	if (width == 0 || height == 0)
		scan_refuse(out, _("has a page without pixels; scan it again"));
	if (width > SCAN_SIDE_MAX || height > SCAN_SIDE_MAX ||
	    width * height > SCAN_PIXELS_MAX)
		scan_refuse(out,
		    _("has a page of %llu x %llu pixels, more than the %u "
		      "million that are read; scan it again at 300 dpi"),
		    (unsigned long long)width, (unsigned long long)height,
		    SCAN_PIXELS_MAX / 1000 / 1000);
}

uint32_t
scan_dpi(double per_unit, double units_per_inch)
{
	double dpi = per_unit * units_per_inch + 0.5;

	return dpi >= 10 && dpi < 10000 ? (uint32_t)dpi : 0;
}

/* Each small pixel is the mean of by x by of those that come in. */
static void
begin(void *arg, const struct scan_size *size)
{
	struct scan_shrink *s = arg;
	struct scan_image *im = &s->image;
	const uint32_t w = size->width, h = size->height;
	const uint32_t side = w > h ? w : h, narrow = w < h ? w : h;

	s->by = (side + SCAN_LONG - 1) / SCAN_LONG;
	s->by = s->by > narrow ? narrow : s->by;
	*im = (struct scan_image){ .width = w / s->by,
		.height = h / s->by,
		.full_width = size->full_width,
		.full_height = size->full_height,
		.dpi = size->dpi };
	im->rgb = scan_memory(s->out, (size_t)im->width * im->height * 3);
	s->sum = scan_memory(s->out, (size_t)im->width * 3 * sizeof *s->sum);
}

static void
flush(struct scan_shrink *s)
{
	const size_t n = (size_t)s->image.width * 3;
	const uint32_t area = s->by * s->by;
	unsigned char *to = s->image.rgb + n * s->done++;

	for (size_t i = 0; i < n; i++)
		to[i] = (unsigned char)((s->sum[i] + area / 2) / area);
	memset(s->sum, 0, n * sizeof *s->sum);
	s->seen = 0;
}

static void
add_row(void *arg, const unsigned char *rgb)
{
	struct scan_shrink *s = arg;
	uint32_t *sum = s->sum;

	if (s->done == s->image.height)
		return;
	if (s->by == 1) {
		memcpy(s->image.rgb + (size_t)s->image.width * 3 * s->done++,
		    rgb, (size_t)s->image.width * 3);
		return;
	}
	for (uint32_t x = 0; x < s->image.width; x++, sum += 3)
		for (uint32_t i = 0; i < s->by; i++, rgb += 3) {
			sum[0] += rgb[0];
			sum[1] += rgb[1];
			sum[2] += rgb[2];
		}
	if (++s->seen == s->by)
		flush(s);
}

struct scan_sink
scan_shrink_sink(struct scan_shrink *s, const struct scan_out *out)
{
	*s = (struct scan_shrink){ .out = out };
	return (struct scan_sink){ .arg = s, .begin = begin, .row = add_row };
}

void
scan_shrink_end(struct scan_shrink *s)
{
	free(s->sum);
	s->sum = NULL;
}
