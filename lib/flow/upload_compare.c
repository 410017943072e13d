/* The codes on a scan that is placed by hand: is it for there? */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "flow/flow.h"
#include "flow/form_code.h"
#include "flow/heap.h"
#include "flow/upload.h"

#define REASON_MAX 200 /* characters */

struct comparing {
	const struct cao_upload_for *in;
	struct cao_form_code want; /* number, slot and digest */
	bool printed;              /* a page has it */
	struct cao_buf what;       /* what is against it; empty: nothing */
	enum cao_status status;    /* of the lines */
	struct cao_error err;
};

enum cao_status
cao_upload_despite_check(const char *reason, struct cao_error *err)
{
	if (cao_utf8_check(reason, strlen(reason)) == strlen(reason) &&
	    !cao_text_has_control(reason) && *reason != '\0' &&
	    cao_utf8_length(reason) <= REASON_MAX)
		return CAO_OK;
	return cao_fail(err, CAO_INPUT,
	    "a scan whose code is against it takes a reason of 1 to %d "
	    "characters on one line",
	    REASON_MAX);
}

static void
judge(struct comparing *c, const struct cao_scan_line *l)
{
	const struct cao_service *service = c->in->service;
	const struct cao_slot *slots = service->slots.items;
	const struct cao_form_code *one = &l->one;

	if (l->forms > 1)
		cao_buf_printf(&c->what,
		    _("page %u has the codes of %u different pages"), l->page,
		    l->forms);
	else if (l->forms == 0 && *l->number != '\0' &&
	    strcmp(l->number, c->want.number) != 0)
		cao_buf_printf(
		    &c->what, _("page %u is of order %s"), l->page, l->number);
	else if (l->forms == 0)
		return;
	else if (strcmp(one->number, c->want.number) != 0)
		cao_buf_printf(&c->what, _("page %u is of order %s"), l->page,
		    one->number);
	else if (one->slot != c->want.slot && one->slot > 0 &&
	    one->slot <= service->slots.count)
		cao_buf_printf(&c->what, _("page %u is for slot %s"), l->page,
		    slots[one->slot - 1].id);
	else if (one->slot != c->want.slot)
		cao_buf_printf(&c->what, _("page %u is for no slot"), l->page);
	else if (strcmp(one->digest, c->want.digest) != 0)
		cao_buf_printf(&c->what,
		    _("page %u was printed before a change of the order"),
		    l->page);
	else
		c->printed = true;
}

static void
line(void *to, const char *text, size_t len)
{
	struct comparing *c = to;
	struct cao_scan_line l;

	if (c->status != CAO_OK || c->what.len > 0)
		return;
	c->status = cao_scan_line_read(text, len, &l, &c->err);
	if (c->status != CAO_OK)
		return;
	judge(c, &l);
	cao_scan_line_free(&l);
}

/* It cannot be told what is on it: that is for the slot's own checks. */
static void
not_compared(const struct cao_scan *scan, struct cao_result *r,
    const struct cao_error *why)
{
	struct cao_error note;

	(void)cao_fail(
	    &note, CAO_OK, "the codes on it were not read: %s", why->text);
	(void)cao_error_place(&note, scan->path, 0, 0, scan->slot);
	cao_result_fail(r, &note);
}

/* Refuse what is against it, or take down that it is taken despite it. */
static enum cao_status
conclude(const struct comparing *c, const struct cao_scan *scan,
    struct cao_upload_about *ret, struct cao_error *err)
{
	const char *despite = c->in->how->despite;
	struct cao_buf note = { 0 };

	if (c->what.len == 0) {
		if (c->printed)
			memcpy(
			    ret->printed, c->want.digest, sizeof ret->printed);
		return CAO_OK;
	}
	if (despite == NULL) {
		(void)cao_fail(err, CAO_DENIED,
		    "%s; --despite REASON takes it all the same",
		    cao_buf_text(&c->what));
		return cao_error_place(err, scan->path, 0, 0, scan->slot);
	}
	cao_buf_printf(
	    &note, "%s: %s: %s", scan->slot, cao_buf_text(&c->what), despite);
	return cao_buf_give(&note, &ret->despite, err);
}

enum cao_status
cao_upload_compare(const struct cao_upload_for *in, const struct cao_scan *scan,
    const char *slot, const struct cao_buf *content, struct cao_result *r,
    struct cao_upload_about *ret, struct cao_error *err)
{
	const struct cao_scanner *scanner = in->how->scanner;
	struct comparing c = { .in = in, .status = CAO_OK };
	enum cao_status st;

	st = cao_form_code_make(in->order, in->service, slot, &c.want, err);
	if (st != CAO_OK)
		return st;
	st = scanner->run(scanner->arg, scan->path, content->data, content->len,
	    0, line, &c, &c.err);
	if (st == CAO_OK)
		st = c.status;
	if (!cao_buf_ok(&c.what))
		st = cao_fail_memory(err);
	else if (st == CAO_AGAIN)
		st = cao_fail(err, st,
		    "stopped before the codes on it were read; try again");
	else if (st != CAO_OK) {
		not_compared(scan, r, &c.err);
		st = CAO_OK;
	} else
		st = conclude(&c, scan, ret, err);
	cao_buf_free(&c.what);
	return st;
}

/* The next pages of "1,3-4": from *p on, which comes behind them. */
static bool
next_pages(const char **p, unsigned long *from, unsigned long *to)
{
	char *end;

	if (**p < '0' || **p > '9')
		return false;
	*from = *to = strtoul(*p, &end, 10);
	if (*end == '-')
		*to = strtoul(end + 1, &end, 10);
	*p = end + (*end == ',');
	return true;
}

void
cao_upload_placed(struct cao_store *s, const struct cao_scan *scan)
{
	const char *pages = scan->pages != NULL ? scan->pages : "1";
	unsigned char digest[CAO_DIGEST_SIZE];
	char hex[CAO_DIGEST_HEX], *path;
	unsigned long from, to;
	struct cao_error err;
	uint64_t size;

	if ((scan->data != NULL && scan->pages == NULL) ||
	    cao_sha256_file(scan->path, digest, &size, &err) != CAO_OK)
		return;
	cao_digest_hex(digest, hex);
	while (next_pages(&pages, &from, &to))
		for (; from <= to && from <= CAO_SCAN_PAGE_MAX; from++) {
			path = cao_heap_picture(s, hex, (unsigned)from);
			if (path != NULL)
				(void)unlink(path);
			free(path);
		}
}
