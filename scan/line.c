/* The JSON lines of a file's pages, and its thumbnails. */
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "scan/line.h"

#define STEM 16 /* digits of the SHA-256 in a thumbnail's name */

static void
box(const struct scan_box *b)
{
	printf("\"x\":%u,\"y\":%u,\"width\":%u,\"height\":%u", b->x, b->y,
	    b->width, b->height);
}

static void
codes(const struct scan_page *p)
{
	static const char *const names[SCAN_SYMBOLS] = { "qr", "code128" };

	fputs(",\"codes\":[", stdout);
	for (uint32_t i = 0; i < p->code_count; i++) {
		printf("%s{\"type\":\"%s\",\"text\":", i > 0 ? "," : "",
		    names[p->code[i].symbol]);
		cli_json(stdout, p->code[i].text);
		putchar(',');
		box(&p->code[i].box);
		putchar('}');
	}
	putchar(']');
}

static void
number_or_null(const char *name, uint32_t value, uint32_t null)
{
	if (value == null)
		printf(",\"%s\":null", name);
	else
		printf(",\"%s\":%u", name, value);
}

static void
facts(const struct scan_file *f, uint32_t page)
{
	static const char *const types[SCAN_TYPES] = { "pdf", "jpeg", "png",
		"tiff" };
	const struct scan_facts *s = &f->answer->page[page].facts;

	fputs("{\"file\":", stdout);
	cli_json(stdout, f->name);
	printf(",\"sha256\":\"%s\",\"type\":\"%s\",\"page\":%u,\"pages\":%u,"
	       "\"width\":%u,\"height\":%u",
	    f->sha256, types[f->answer->head.type], page + 1,
	    f->answer->head.pages, s->width, s->height);
	number_or_null("dpi", s->dpi, 0);
	printf(",\"blank\":%s", s->blank ? "true" : "false");
	codes(&f->answer->page[page]);
	printf(",\"seal\":{\"likely\":%s,\"share\":%u.%06u,",
	    s->seal ? "true" : "false", s->red / 1000000, s->red % 1000000);
	box(&s->where);
	putchar('}');
	number_or_null("rotation", s->rotation, SCAN_NO_ROTATION);
}

/* It comes from the child: is it a picture of the size it must have? */
static bool
good_thumb(const struct scan_page *p)
{
	struct cao_scan_look look;
	struct cao_error err;

	return p->thumb != NULL &&
	    cao_scan_look(p->thumb, p->thumb_len, &look, &err) == CAO_OK &&
	    strcmp(look.type, "JPEG") == 0 && look.width <= SCAN_THUMB_SIDE &&
	    look.height <= SCAN_THUMB_SIDE;
}

static enum cao_status
write_thumb(const struct scan_file *f, uint32_t page, const char *dir,
    char **ret_path, struct cao_error *err)
{
	const struct scan_page *p = &f->answer->page[page];
	const size_t size = strlen(dir) + STEM + sizeof "/-4294967295.jpg";
	char *path = malloc(size);
	enum cao_status st;

	if (path == NULL)
		return cli_memory(err);
	(void)snprintf(
	    path, size, "%s/%.*s-%u.jpg", dir, STEM, f->sha256, page + 1);
	st = cli_file_write(path, p->thumb, p->thumb_len, err);
	if (st == CAO_OK)
		*ret_path = path;
	else
		free(path);
	return st;
}

/* RFC 4648, section 4 */
static void
base64(const unsigned char *p, size_t len)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "abcdefghijklmnopqrstuvwxyz0123456789+/";

	for (; len > 0; p += 3, len -= len > 3 ? 3 : len) {
		unsigned v = (unsigned)p[0] << 16;

		v |= len > 1 ? (unsigned)p[1] << 8 : 0;
		v |= len > 2 ? (unsigned)p[2] : 0;
		putchar(digits[v >> 18]);
		putchar(digits[v >> 12 & 63]);
		putchar(len > 1 ? digits[v >> 6 & 63] : '=');
		putchar(len > 2 ? digits[v & 63] : '=');
	}
}

static enum cao_status
write_line(const struct scan_file *f, uint32_t page,
    const struct scan_wishes *w, struct cao_error *err)
{
	const struct scan_page *p = &f->answer->page[page];
	enum cao_status st = CAO_OK;
	char *path = NULL;

	if (w->thumbnails != NULL &&
	    (st = write_thumb(f, page, w->thumbnails, &path, err)) != CAO_OK)
		return st;
	facts(f, page);
	if (path != NULL) {
		fputs(",\"thumbnail\":", stdout);
		cli_json(stdout, path);
	}
	if (w->in_line) {
		fputs(",\"thumbnail_jpeg\":\"", stdout);
		base64(p->thumb, p->thumb_len);
		putchar('"');
	}
	puts("}");
	free(path);
	return CAO_OK;
}

enum cao_status
scan_lines_write(const struct scan_file *f, const struct scan_wishes *w,
    struct cao_error *err)
{
	enum cao_status st = CAO_OK;
	uint32_t n = f->answer->page_count;

	if (w->in_line || w->thumbnails != NULL)
		for (uint32_t i = 0; i < n; i++)
			if (!good_thumb(&f->answer->page[i]))
				return cli_error(err, CAO_INPUT,
				    _("%s: broke its decoder, which drew no "
				      "thumbnail; scan it again"),
				    cli_file_name(f->name));
	for (uint32_t i = 0; i < n && st == CAO_OK; i++)
		st = write_line(f, i, w, err);
	return st;
}
