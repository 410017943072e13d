/* One file in its child. */
#include <string.h>

#include "scan/codes.h"
#include "scan/decode.h"
#include "scan/look.h"

static void
tell_page(const struct scan_out *out, struct scan_image *im)
{
	struct scan_facts f = { .width = im->full_width,
		.height = im->full_height,
		.dpi = im->dpi };
	static struct scan_codes codes;
	const bool blank = scan_look_blank(out, im);

	scan_codes_find(out, im, blank, &codes);
	scan_look_seal(im, &f);
	f.codes = codes.count;
	f.rotation = codes.rotation;
	f.blank = blank && codes.count == 0 && !f.seal;
	scan_memory_check(out);
	scan_tell(out, SCAN_M_PAGE, &f, sizeof f);
	for (uint32_t i = 0; i < codes.count; i++)
		if (!scan_send_code(out->fd, &codes.code[i]))
			return;
	if (out->thumb > 0)
		scan_look_thumb(out, im);
	scan_image_free(im);
}

enum scan_type
scan_type_find(const struct scan_out *out, struct scan_octets octets)
{
	static const char *const names[SCAN_TYPES] = { "PDF", "JPEG", "PNG",
		"TIFF" };
	struct cao_scan_look look;
	struct cao_error err;
	enum scan_type type = SCAN_PDF;

	if (cao_scan_look(octets.data, octets.len, &look, &err) != CAO_OK)
		scan_refuse(out, "%s", err.text);
	if (look.pages > SCAN_PAGES_MAX)
		scan_refuse(out, _("has %u pages, more than %u; split it"),
		    look.pages, SCAN_PAGES_MAX);
	while (strcmp(names[type], look.type) != 0)
		type++;
	return type;
}

static void
decode_tiff(const struct scan_out *out, struct scan_octets octets)
{
	struct scan_head head = { .type = SCAN_TIFF };
	struct scan_tiff *t = scan_tiff_open(out, octets, &head.pages);
	struct scan_shrink s;

	scan_tell(out, SCAN_M_FILE, &head, sizeof head);
	for (uint32_t i = 0; i < head.pages; i++) {
		scan_tiff_page(t, i, scan_shrink_sink(&s, out));
		scan_shrink_end(&s);
		tell_page(out, &s.image);
	}
}

static void
decode_pdf(const struct scan_out *out, struct scan_octets octets)
{
	struct scan_head head = { .type = SCAN_PDF };
	struct scan_pdf *p = scan_pdf_open(out, octets, &head.pages);
	struct scan_image im;

	scan_tell(out, SCAN_M_FILE, &head, sizeof head);
	for (uint32_t i = 0; i < head.pages; i++) {
		scan_pdf_page(p, i, &im);
		tell_page(out, &im);
	}
}

static void
decode_one(
    const struct scan_out *out, struct scan_octets octets, enum scan_type type)
{
	const struct scan_head head = { .type = type, .pages = 1 };
	struct scan_shrink s;

	scan_tell(out, SCAN_M_FILE, &head, sizeof head);
	if (type == SCAN_JPEG)
		scan_read_jpeg(out, octets, scan_shrink_sink(&s, out));
	else
		scan_read_png(out, octets, scan_shrink_sink(&s, out));
	scan_shrink_end(&s);
	tell_page(out, &s.image);
}

void
scan_decode(int fd, const void *arg)
{
	const struct scan_task *task = arg;
	const struct scan_out out = { .fd = fd, .thumb = task->thumb };
	enum scan_type type = scan_type_find(&out, task->octets);

	if (type == SCAN_PDF)
		decode_pdf(&out, task->octets);
	else if (type == SCAN_TIFF)
		decode_tiff(&out, task->octets);
	else
		decode_one(&out, task->octets, type);
	scan_tell(&out, SCAN_M_END, NULL, 0);
}
