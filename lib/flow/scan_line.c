/* What ca-scan says of one page. */
#include <string.h>

#include "base/text.h"
#include "codec/json.h"
#include "flow/scan_line.h"
#include "order/form_code.h"
#include "order/number.h"

static bool
is_digest(const char *hex)
{
	return strlen(hex) == CAO_DIGEST_HEX - 1 &&
	    strspn(hex, "0123456789abcdef") == CAO_DIGEST_HEX - 1;
}

/* A member that is text, or NULL. */
static const char *
text_of(const struct cao_node *map, const char *key)
{
	const struct cao_node *n = cao_node_get(map, key);

	return n != NULL && n->kind == CAO_SCALAR && n->quoted ? n->text : NULL;
}

static bool
is_true(const struct cao_node *map, const char *key)
{
	const struct cao_node *n = cao_node_get(map, key);

	return n != NULL && n->kind == CAO_SCALAR && !n->quoted &&
	    strcmp(n->text, "true") == 0;
}

/* A count from 1, or 0 if it is none. */
static unsigned
count_of(const struct cao_node *map, const char *key)
{
	const struct cao_node *n = cao_node_get(map, key);
	unsigned value = 0;

	if (n == NULL || n->kind != CAO_SCALAR || n->quoted)
		return 0;
	for (const char *p = n->text; *p != '\0'; p++) {
		if (*p < '0' || *p > '9' || value > CAO_SCAN_PAGE_MAX)
			return 0;
		value = value * 10 + (unsigned)(*p - '0');
	}
	return value <= CAO_SCAN_PAGE_MAX ? value : 0;
}

/* A code may be there twice, as QR and as Code 128. */
static void
read_code(struct cao_scan_line *l, const char *text)
{
	struct cao_form_code c;
	char was[CAO_FORM_CODE_SIZE];

	l->codes++;
	if (!cao_form_code_read(text, strlen(text), &c)) {
		if (*l->number == '\0' && !cao_number_find(text, l->number))
			*l->number = '\0';
		return;
	}
	if (l->forms == 0) {
		l->one = c;
		l->forms = 1;
		return;
	}
	cao_form_code_write(&l->one, was);
	l->forms += strcmp(was, text) != 0;
}

static bool
read_page(struct cao_scan_line *l)
{
	const struct cao_node *codes, *code, *seal;
	const char *text;

	if (l->doc->kind != CAO_MAP)
		return false;
	l->file = text_of(l->doc, "file");
	l->sha256 = text_of(l->doc, "sha256");
	l->page = count_of(l->doc, "page");
	l->pages = count_of(l->doc, "pages");
	l->blank = is_true(l->doc, "blank");
	l->thumbnail = text_of(l->doc, "thumbnail_jpeg");
	if ((seal = cao_node_get(l->doc, "seal")) != NULL)
		l->seal = is_true(seal, "likely");
	if (l->file == NULL || l->sha256 == NULL || !is_digest(l->sha256) ||
	    l->page < 1 || l->page > l->pages)
		return false;
	codes = cao_node_get(l->doc, "codes");
	if (codes == NULL || codes->kind != CAO_LIST)
		return false;
	for (code = codes->children; code != NULL; code = code->next) {
		text = text_of(code, "text");
		if (text == NULL)
			return false;
		read_code(l, text);
	}
	return true;
}

enum cao_status
cao_scan_line_read(const char *line, size_t len, struct cao_scan_line *ret,
    struct cao_error *err)
{
	struct cao_scan_line l = { .doc = NULL };
	enum cao_status st;

	if (len > CAO_SCAN_LINE_MAX)
		return cao_fail(err, CAO_INTEGRITY,
		    "a line of ca-scan has more than %d octets",
		    CAO_SCAN_LINE_MAX);
	st = cao_json_read("ca-scan", line, len, &l.doc, err);
	if (st != CAO_OK) {
		if (st == CAO_INPUT)
			err->status = CAO_INTEGRITY;
		return err->status;
	}
	if (!read_page(&l)) {
		cao_node_free(l.doc);
		return cao_fail(err, CAO_INTEGRITY,
		    "a line of ca-scan does not describe a page: %.*s",
		    (int)(len < 80 ? len : 80), line);
	}
	*ret = l;
	return CAO_OK;
}

void
cao_scan_line_free(struct cao_scan_line *l)
{
	cao_node_free(l->doc);
	*l = (struct cao_scan_line){ .doc = NULL };
}

bool
cao_scan_line_picture(const struct cao_scan_line *l, struct cao_buf *ret_jpeg)
{
	static const unsigned char start[] = { 0xff, 0xd8, 0xff };
	struct cao_buf jpeg = { 0 };

	if (l->thumbnail == NULL ||
	    !cao_base64_get(l->thumbnail, strlen(l->thumbnail), &jpeg))
		return false;
	if (!cao_buf_ok(&jpeg) || jpeg.len < sizeof start ||
	    memcmp(jpeg.data, start, sizeof start) != 0) {
		cao_buf_free(&jpeg);
		return false;
	}
	*ret_jpeg = jpeg;
	return true;
}

void
cao_scan_line_place(
    const char *file, unsigned page, unsigned pages, struct cao_buf *out)
{
	cao_buf_puts(out, file);
	if (pages > 1)
		cao_buf_printf(out, "#%u", page);
}
