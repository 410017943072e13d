/* A heap when all of it was read: which slots are complete. */
#include <stdlib.h>
#include <string.h>

#include "flow/heap.h"

/* By order number, slot and page; then as they lie in the files. */
static int
compare(const void *va, const void *vb)
{
	const struct cao_heap_leaf *a = va, *b = vb;
	int d = strcmp(a->code.number, b->code.number);

	if (d == 0)
		d = (int)a->code.slot - (int)b->code.slot;
	if (d == 0)
		d = (int)a->code.page - (int)b->code.page;
	if (d == 0)
		d = strcmp(a->file, b->file);
	return d == 0 ? (int)a->page - (int)b->page : d;
}

static bool
same_slot(const struct cao_heap_leaf *a, const struct cao_heap_leaf *b)
{
	return strcmp(a->code.number, b->code.number) == 0 &&
	    a->code.slot == b->code.slot;
}

/* The same picture of the same page, twice in the heap. */
static bool
identical(const struct cao_heap_leaf *a, const struct cao_heap_leaf *b)
{
	return a->code.page == b->code.page && a->page == b->page &&
	    strcmp(a->sha256, b->sha256) == 0;
}

static void
put_place(struct cao_buf *out, const struct cao_heap_leaf *l)
{
	cao_scan_line_place(l->file, l->page, l->pages, out);
}

/* Two scans of one page, or pages of two prints. */
static enum cao_status
check_pair(const struct cao_heap_leaf *a, const struct cao_heap_leaf *b,
    struct cao_error *why)
{
	struct cao_buf one = { 0 }, two = { 0 };
	enum cao_status st = CAO_OK;

	put_place(&one, a);
	put_place(&two, b);
	if (a->code.pages != b->code.pages)
		st = cao_fail(why, CAO_INPUT,
		    "pages of two prints: of %u pages (%s) and of %u (%s)",
		    a->code.pages, cao_buf_text(&one), b->code.pages,
		    cao_buf_text(&two));
	else if (a->code.page == b->code.page)
		st = cao_fail(why, CAO_INPUT,
		    "page %u is there twice (%s and %s); leave one of them out",
		    a->code.page, cao_buf_text(&one), cao_buf_text(&two));
	cao_buf_free(&one);
	cao_buf_free(&two);
	return st;
}

/* The pages are n different ones, in their order. */
static enum cao_status
check_whole(const struct cao_heap_leaf *l, size_t n, struct cao_error *why)
{
	struct cao_buf missing = { 0 }, first = { 0 };
	unsigned of = l->code.pages, next = 0;
	enum cao_status st;

	if (n == of)
		return CAO_OK;
	for (unsigned page = 1; page <= of; page++)
		if (next < n && l[next].code.page == page)
			next++;
		else
			cao_buf_printf(&missing, "%s%u",
			    missing.len > 0 ? ", " : "", page);
	put_place(&first, l);
	st = cao_fail(why, CAO_INPUT,
	    "of %u pages these are missing: %s (page %u is %s)", of,
	    cao_buf_text(&missing), l->code.page, cao_buf_text(&first));
	cao_buf_free(&missing);
	cao_buf_free(&first);
	return st;
}

/* Drop what is there twice alike; how many are left. */
static size_t
drop_twins(struct cao_heap_leaf *l, size_t n)
{
	size_t kept = 1;
	bool twin;

	for (size_t i = 1; i < n; i++) {
		twin = false;
		for (size_t j = kept; j-- > 0 && !twin;) {
			if (l[j].code.page != l[i].code.page)
				break;
			twin = identical(&l[j], &l[i]);
		}
		if (!twin) {
			struct cao_heap_leaf swap = l[kept];

			l[kept++] = l[i];
			l[i] = swap;
		}
	}
	return kept;
}

static enum cao_status
check(const struct cao_heap_leaf *l, size_t n, struct cao_error *why)
{
	enum cao_status st = CAO_OK;

	for (size_t i = 1; i < n && st == CAO_OK; i++)
		st = check_pair(&l[i - 1], &l[i], why);
	return st == CAO_OK ? check_whole(l, n, why) : st;
}

static enum cao_status
take(struct cao_heap_order *o, const struct cao_heap_leaf *l, size_t n,
    struct cao_error *err)
{
	struct cao_heap_slot *s = &o->slots[o->count];
	struct cao_heap_page *pages = calloc(n, sizeof *pages);

	if (pages == NULL)
		return cao_fail_memory(err);
	s->whole = l->pages == n;
	for (size_t i = 0; i < n; i++) {
		pages[i] = (struct cao_heap_page){ l[i].file, l[i].page,
			l[i].pages, l[i].sha256 };
		if (strcmp(l[i].sha256, l->sha256) != 0 || l[i].page != i + 1)
			s->whole = false;
	}
	s->pages = pages;
	s->count = n;
	s->scan = (struct cao_scan){ .slot = l->slot->id,
		.path = l->file,
		.sha256 = s->whole ? l->sha256 : NULL,
		.printed = l->code.digest };
	o->count++;
	return CAO_OK;
}

/* The leaves of one slot: what it is filled with, or why not. */
static enum cao_status
close_slot(struct cao_heap *h, struct cao_heap_leaf *l, size_t n,
    struct cao_heap_order *o, struct cao_error *err)
{
	struct cao_error why;

	n = drop_twins(l, n);
	if (check(l, n, &why) == CAO_OK)
		return take(o, l, n, err);
	(void)cao_error_place(&why, NULL, 0, 0, l->slot->id);
	h->tell(h->arg, l->code.number, &why);
	return CAO_OK;
}

/* The leaves of one order. */
static enum cao_status
close_order(struct cao_heap *h, struct cao_heap_leaf *l, size_t n,
    struct cao_error *err)
{
	struct cao_heap_order *o = &h->orders[h->norders];
	enum cao_status st = CAO_OK;
	size_t of, i;

	memcpy(o->number, l->code.number, sizeof o->number);
	if ((o->slots = calloc(n, sizeof *o->slots)) == NULL)
		return cao_fail_memory(err);
	h->norders++;
	for (i = 0; i < n && st == CAO_OK; i += of) {
		for (of = 1; i + of < n && same_slot(&l[i], &l[i + of]);)
			of++;
		st = close_slot(h, &l[i], of, o, err);
	}
	return st;
}

enum cao_status
cao_heap_close(struct cao_heap *h, const struct cao_heap_order **ret,
    size_t *ret_count, struct cao_error *err)
{
	struct cao_heap_leaf *l = h->leaves;
	enum cao_status st = CAO_OK;
	size_t i, of;

	if ((h->orders = calloc(h->nknown + 1, sizeof *h->orders)) == NULL)
		return cao_fail_memory(err);
	if (h->nleaves > 0)
		qsort(l, h->nleaves, sizeof *l, compare);
	for (i = 0; i < h->nleaves && st == CAO_OK; i += of) {
		for (of = 1; i + of < h->nleaves &&
		     strcmp(l[i].code.number, l[i + of].code.number) == 0;)
			of++;
		st = close_order(h, &l[i], of, err);
	}
	if (st != CAO_OK)
		return st;
	*ret = h->orders;
	*ret_count = h->norders;
	return CAO_OK;
}
