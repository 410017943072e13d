/* The pages of a document in HTML: a small picture of each, and what its code
 * says. */
#include <string.h>

#include "base/text.h"
#include "flow/form_code.h"
#include "flow/page.h"
#include "flow/scan_line.h"
#include "store/object.h"

#define PICTURES_MAX 20 /* of one document */

struct pictures {
	struct cao_page *page;
	const char *slot;
	struct cao_form_code want; /* number, slot and digest */
	unsigned left;             /* pages beyond the last picture */
	enum cao_status status;    /* of the lines */
	struct cao_error err;
};

static void
put_words(struct cao_buf *out, bool bad, const char *text)
{
	cao_buf_puts(out, bad ? "<br><span class=\"bad\">" : "<br><span>");
	cao_html_put(out, text);
	cao_buf_puts(out, "</span>");
}

/* What the codes on it are about. */
static void
put_code(struct pictures *p, const struct cao_scan_line *l)
{
	const struct cao_form_code *c = &l->one;
	struct cao_buf *out = p->page->out, text = { 0 };
	bool bad = true;

	if (l->forms == 0 && *l->number != '\0')
		cao_buf_printf(&text, _("of order %s"), l->number);
	else if (l->forms == 0)
		cao_buf_puts(&text, _("no code of a form"));
	else if (strcmp(c->number, p->want.number) != 0)
		cao_buf_printf(&text, _("of order %s"), c->number);
	else if (c->slot != p->want.slot)
		cao_buf_puts(&text, _("for another slot"));
	else if (strcmp(c->digest, p->want.digest) != 0)
		cao_buf_puts(&text, _("printed before a change"));
	else
		cao_buf_printf(&text,
		    _("page %u of %u of the form as it is now"), c->page,
		    c->pages);
	if (l->forms == 0)
		bad = *l->number != '\0' &&
		    strcmp(l->number, p->want.number) != 0;
	else if (strcmp(c->number, p->want.number) == 0 &&
	    c->slot == p->want.slot && strcmp(c->digest, p->want.digest) == 0)
		bad = false;
	put_words(out, bad, cao_buf_text(&text));
	out->failed |= text.failed;
	cao_buf_free(&text);
}

static void
put_page(struct pictures *p, const struct cao_scan_line *l)
{
	struct cao_buf *out = p->page->out, jpeg = { 0 };

	cao_buf_puts(out, "<figure>");
	if (cao_scan_line_picture(l, &jpeg)) {
		cao_buf_puts(out, "<img alt=\"");
		cao_html_put(out, p->slot);
		cao_buf_printf(
		    out, " %u\" src=\"data:image/jpeg;base64,", l->page);
		cao_base64_put(out, jpeg.data, jpeg.len);
		cao_buf_puts(out, "\">");
	}
	cao_buf_free(&jpeg);
	cao_buf_printf(out, "<figcaption>%u/%u", l->page, l->pages);
	put_code(p, l);
	if (l->seal)
		put_words(out, false, _("seal: likely (a hint)"));
	if (l->blank)
		put_words(out, true, _("blank"));
	cao_buf_puts(out, "</figcaption></figure>\n");
}

static void
line(void *to, const char *text, size_t len)
{
	struct pictures *p = to;
	struct cao_scan_line l;

	if (p->status != CAO_OK)
		return;
	p->status = cao_scan_line_read(text, len, &l, &p->err);
	if (p->status != CAO_OK)
		return;
	if (l.page <= PICTURES_MAX)
		put_page(p, &l);
	else
		p->left++;
	cao_scan_line_free(&l);
}

static void
put_rest(struct pictures *p)
{
	struct cao_buf *out = p->page->out, text = { 0 };

	if (p->status != CAO_OK)
		cao_buf_printf(&text, _("no pictures: %s"), p->err.text);
	else if (p->left > 0)
		cao_buf_printf(&text, _("and %u more pages"), p->left);
	else
		return;
	cao_buf_puts(out, "<p class=\"note\">");
	cao_html_put(out, cao_buf_text(&text));
	cao_buf_puts(out, "</p>\n");
	out->failed |= text.failed;
	cao_buf_free(&text);
}

enum cao_status
cao_page_document(
    struct cao_page *page, const struct cao_document *d, struct cao_error *err)
{
	const struct cao_scanner *scanner = page->scanner;
	struct pictures p = { .page = page, .slot = d->slot, .status = CAO_OK };
	struct cao_buf content = { 0 };
	enum cao_status st;

	if (scanner == NULL)
		return CAO_OK;
	st = cao_form_code_make(
	    page->order, page->service, d->slot, &p.want, err);
	if (st == CAO_OK)
		st = cao_object_get(
		    page->store, d->object, (size_t)d->size, &content, err);
	if (st != CAO_OK)
		return st;
	st = scanner->run(scanner->arg, d->slot, content.data, content.len,
	    page->side, line, &p, &p.err);
	p.status = st != CAO_OK ? st : p.status;
	put_rest(&p);
	cao_buf_free(&content);
	return CAO_OK;
}
