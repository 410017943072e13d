/* An HTML page about an order, which needs nothing from anywhere. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/time.h"
#include "flow/flow.h"
#include "flow/offer.h"
#include "flow/page.h"
#include "flow/query.h"
#include "flow/upload.h"

/* Names of missing slots, each with blanks around it. */
struct missing {
	struct cao_buf names;
};

static const char style[] =
    "body{font:16px/1.5 sans-serif;margin:1.5rem;color:#1a1a1a;"
    "background:#fff}\n"
    "h1{font-size:1.4rem}h2{font-size:1.1rem;margin:1.2rem 0 .3rem}"
    "h3{font-size:1rem;margin:0}\n"
    ".beside,.slots{display:grid;gap:1rem 2rem;align-items:start;grid-template-columns:repeat(auto-fit,"
    "minmax(28rem,1fr))}\n"
    ".slot{border:1px solid #bbb;border-left:.4rem solid #bbb;"
    "padding:.5rem .8rem}\n"
    ".filled{border-left-color:#2c7a3f}.missing{border-left-color:#b3261e}\n"
    ".slot p{margin:.2rem 0;overflow-wrap:anywhere}"
    "code{font-size:.85rem;color:#555}\n"
    "figure{display:inline-block;margin:.4rem .8rem .4rem 0;"
    "max-width:100%;vertical-align:top}\n"
    "img{max-width:100%;border:1px solid #ccc;display:block}"
    "figcaption{font-size:.85rem}\n"
    "table{border-collapse:collapse}th{text-align:left;font-weight:normal;"
    "color:#555;padding:.1rem 1rem .1rem 0;vertical-align:top}\n"
    "td,li{overflow-wrap:anywhere}ul{margin:0;padding-left:1.1rem}\n"
    ".pass{color:#2c7a3f}.fail,.bad{color:#b3261e;font-weight:bold}"
    ".note{color:#8a5a00}\n";

void
cao_page_begin(struct cao_buf *out, const char *title, const char *layout)
{
	/* To be translated as "language: zh" for Chinese. */
	const char *language = _("language: en");

	cao_buf_printf(out,
	    "<!doctype html>\n<html lang=\"%s\">\n<head>\n"
	    "<meta charset=\"utf-8\">\n"
	    "<meta http-equiv=\"Content-Security-Policy\" content=\""
	    "default-src 'none'; img-src data:; style-src "
	    "'unsafe-inline'\">\n"
	    "<meta name=\"referrer\" content=\"no-referrer\">\n"
	    "<meta name=\"viewport\" content=\"width=device-width\">\n"
	    "<title>",
	    strcmp(language, "language: zh") == 0 ? "zh" : "en");
	cao_html_put(out, title);
	cao_buf_puts(out, "</title>\n<style>\n");
	cao_buf_puts(out, style);
	cao_buf_puts(out, "</style>\n</head>\n<body>\n<h1>");
	cao_html_put(out, title);
	cao_buf_printf(out, "</h1>\n<main class=\"%s\">\n", layout);
}

void
cao_page_end(struct cao_buf *out)
{
	cao_buf_puts(out, "</main>\n</body>\n</html>\n");
}

static void
put_slot_head(struct cao_page *p, const struct cao_slot *slot, unsigned part,
    const char *state)
{
	char name[CAO_SLOT_SIZE];

	cao_slot_join(slot->id, part, name);
	cao_buf_printf(p->out, "<section class=\"slot %s\">\n<h3>", state);
	cao_html_put(p->out, cao_offer_words(&slot->label));
	cao_buf_puts(p->out, " <code>");
	cao_html_put(p->out, name);
	cao_buf_puts(p->out, "</code></h3>\n<p>");
}

static enum cao_status
put_filled(struct cao_page *p, const struct cao_slot *slot,
    const struct cao_document *d, struct cao_error *err)
{
	char at[CAO_RFC3339_SIZE], digest[CAO_DIGEST_HEX];
	struct cao_buf text = { 0 };
	enum cao_status st;

	put_slot_head(p, slot, d->part, "filled");
	cao_time_local(d->at, at);
	cao_digest_hex(d->object, digest);
	cao_buf_printf(&text, _("%s, pages: %u, octets: %" PRId64 ", since %s"),
	    cao_upload_type(d->type), d->pages, d->size, at);
	cao_html_put(p->out, cao_buf_text(&text));
	p->out->failed |= text.failed;
	cao_buf_free(&text);
	cao_buf_printf(p->out, "<br><code>%s</code></p>\n", digest);
	st = cao_page_document(p, d, err);
	cao_buf_puts(p->out, "</section>\n");
	return st;
}

static void
put_empty(struct cao_page *p, const struct cao_slot *slot, bool missing)
{
	put_slot_head(p, slot, 1, missing ? "missing" : "empty");
	if (missing)
		cao_buf_puts(p->out, "<span class=\"bad\">");
	cao_html_put(p->out, missing ? _("missing") : _("not required"));
	cao_buf_puts(p->out, missing ? "</span></p>\n" : "</p>\n");
	cao_buf_puts(p->out, "</section>\n");
}

static void
note_missing(void *arg, const char *slot)
{
	struct missing *m = arg;

	cao_buf_printf(&m->names, " %s ", slot);
}

static bool
is_missing(const struct missing *m, const char *slot)
{
	const char *p = cao_buf_text(&m->names), *found;
	size_t n = strlen(slot);

	for (; (found = strstr(p, slot)) != NULL; p = found + 1)
		if (found[-1] == ' ' && found[n] == ' ')
			return true;
	return false;
}

static enum cao_status
put_slot(struct cao_page *p, const struct cao_slot *slot,
    const struct missing *m, struct cao_error *err)
{
	const struct cao_order *o = p->order;
	enum cao_status st = CAO_OK;
	bool any = false;

	for (size_t i = 0; i < o->ndocuments && st == CAO_OK; i++)
		if (strcmp(o->documents[i].slot, slot->id) == 0) {
			st = put_filled(p, slot, &o->documents[i], err);
			any = true;
		}
	if (!any)
		put_empty(p, slot, is_missing(m, slot->id));
	return st;
}

enum cao_status
cao_page_slots(struct cao_page *p, struct cao_error *err)
{
	const struct cao_slot *slots = p->service->slots.items;
	struct missing m = { .names = { 0 } };
	enum cao_status st;

	st = cao_query_missing(p->store, p->order->id, note_missing, &m, err);
	cao_buf_puts(p->out, "<div class=\"slots\">\n");
	for (size_t i = 0; i < p->service->slots.count && st == CAO_OK; i++)
		if (cao_slot_applies(&slots[i], p->order->application.business))
			st = put_slot(p, &slots[i], &m, err);
	cao_buf_puts(p->out, "</div>\n");
	p->out->failed |= m.names.failed;
	cao_buf_free(&m.names);
	return st;
}

static void
put_line(struct cao_buf *out, const char *label, const char *value)
{
	cao_buf_puts(out, "<tr><th>");
	cao_html_put(out, label);
	cao_buf_puts(out, "</th><td>");
	cao_html_put(out, value);
	cao_buf_puts(out, "</td></tr>\n");
}

/* Whose it is, without a number. */
static void
put_whose(struct cao_page *p)
{
	const struct cao_application *a = &p->order->application;

	cao_buf_puts(p->out, "<div><table>\n");
	put_line(p->out, _("service"), cao_offer_words(&p->service->title));
	put_line(p->out, _("business"), a->business);
	put_line(p->out, _("state"), cao_state_names[p->order->state]);
	put_line(p->out, _("user"), a->user.name != NULL ? a->user.name : "");
	put_line(p->out, _("organisation"),
	    a->organisation.name != NULL ? a->organisation.name : "");
	cao_buf_puts(p->out, "</table></div>\n");
}

enum cao_status
cao_upload_preview(struct cao_store *s, const char *number,
    const struct cao_scanner *scanner, char **ret_html, struct cao_error *err)
{
	struct cao_buf out = { 0 };
	struct cao_order o;
	struct cao_page p = { .store = s,
		.order = &o,
		.scanner = scanner,
		.side = CAO_PAGE_SMALL,
		.out = &out };
	enum cao_status st;

	st = cao_store_load(s, number, CAO_LOAD_DOSSIER, &o, err);
	if (st != CAO_OK)
		return st;
	st = cao_store_service(s, o.service, &p.service, err);
	if (st == CAO_OK) {
		cao_page_begin(&out, o.number, "below");
		put_whose(&p);
		st = cao_page_slots(&p, err);
		cao_page_end(&out);
	}
	if (st == CAO_OK)
		st = cao_buf_give(&out, ret_html, err);
	cao_buf_free(&out);
	cao_order_free(&o);
	return st;
}
