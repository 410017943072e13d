/* PDF (ISO 32000-1): its frame, all of its objects, and how many pages. */
#include <stdlib.h>
#include <string.h>

#include "codec/pdf_parts.h"

/* What the tokens read in passing may sum to, beside the file's length. */
#define WORK_TIMES 4
#define WORK_MORE (64u << 10)

static bool
is_space(int c)
{
	return c == 0 || c == '\t' || c == '\n' || c == '\f' || c == '\r' ||
	    c == ' ';
}

static size_t
back_over_space(const unsigned char *d, size_t end)
{
	while (end > 0 && is_space(d[end - 1]))
		end--;
	return end;
}

/* "%PDF-1.4" or "%PDF-2.0"; the base of all offsets. */
static enum cao_status
read_head(struct cao_pdf *pdf)
{
	const unsigned char *d;
	size_t at = 0;

	while (memcmp(pdf->data + at, "%PDF-", 5) != 0)
		at++;
	d = pdf->data + at + 5;
	if (pdf->len - at < 8)
		return cao_media_truncated(
		    pdf->err, CAO_PDF, pdf->len, N_("inside its header"));
	if ((d[0] != '1' && d[0] != '2') || d[1] != '.' || d[2] < '0' ||
	    d[2] > '9')
		return cao_media_damaged(pdf->err, CAO_PDF, at,
		    N_("the header is not %%PDF-1.x or %%PDF-2.x"));
	pdf->base = at;
	return CAO_OK;
}

/* "startxref", an offset, "%%EOF", with nothing behind it. */
static enum cao_status
read_tail(struct cao_pdf *pdf, size_t *ret_xref)
{
	const unsigned char *d = pdf->data;
	size_t end = back_over_space(d, pdf->len), from;
	uint64_t offset = 0;

	if (end < 5 || memcmp(d + end - 5, "%%EOF", 5) != 0)
		return cao_media_truncated(pdf->err, CAO_PDF, pdf->len,
		    N_("which is not behind %%%%EOF (ISO 32000-1 section "
		       "7.5.5)"));
	end = from = back_over_space(d, end - 5);
	while (from > 0 && d[from - 1] >= '0' && d[from - 1] <= '9')
		from--;
	for (size_t i = from; i < end && offset <= pdf->len; i++)
		offset = offset * 10 + (d[i] - '0');
	end = from == end ? 0 : back_over_space(d, from);
	if (end < 9 || memcmp(d + end - 9, "startxref", 9) != 0)
		return cao_media_damaged(pdf->err, CAO_PDF, from,
		    N_("startxref and an offset must stand before %%%%EOF (ISO "
		       "32000-1 section 7.5.5)"));
	/* Annex F: the first of the two parts of a linearized file. */
	if (offset == 0)
		return cao_media_truncated(pdf->err, CAO_PDF, pdf->len,
		    N_("which is the end of its first part only"));
	if (offset >= pdf->len)
		return cao_media_damaged(pdf->err, CAO_PDF, from,
		    N_("startxref points behind the end of the file"));
	*ret_xref = (size_t)offset;
	return CAO_OK;
}

static bool
begins_section(struct cao_pdf *pdf, size_t at)
{
	struct cao_pdf_reader r = {
		.pdf = pdf, .data = pdf->data, .len = pdf->len, .pos = at
	};
	struct cao_pdf_token t;

	if (at >= pdf->len)
		return false;
	if (cao_pdf_token_next(&r, &t) != CAO_PDF_INT)
		return cao_pdf_token_is(&t, "xref");
	return cao_pdf_token_next(&r, &t) == CAO_PDF_INT &&
	    cao_pdf_token_next(&r, &t) == CAO_PDF_WORD &&
	    cao_pdf_token_is(&t, "obj");
}

/* Pass over the object, looking at its names, and its stream's frame. */
static enum cao_status
check_object(struct cao_pdf_reader *r)
{
	static const char *const keys[] = { "Length", NULL };
	struct cao_pdf_reader length, value, start = *r;
	struct cao_pdf_token t;
	enum cao_status st;
	size_t n = 0, at;

	length = (struct cao_pdf_reader){ .pdf = r->pdf };
	if (cao_pdf_token_next(r, &t) == CAO_PDF_DICT) {
		*r = start;
		if (!cao_pdf_token_dict(r, keys, &length))
			goto bad;
	} else if (t.kind != CAO_PDF_WORD && !cao_pdf_token_skip(r, &t)) {
		goto bad;
	}
	if (r->data != r->pdf->data || cao_pdf_token_is(&t, "endobj"))
		return CAO_OK;
	value = *r;
	if (cao_pdf_token_next(r, &t) == CAO_PDF_WORD &&
	    cao_pdf_token_is(&t, "endobj"))
		return CAO_OK;
	if (!cao_pdf_token_is(&t, "stream") || length.data == NULL)
		goto bad;
	*r = value;
	if ((st = cao_pdf_object_value(length, &value)) != CAO_OK)
		return st;
	if (!cao_pdf_token_int(value, r->pdf->len, &n))
		return cao_pdf_object_damaged(r,
		    N_("the stream has no /Length (ISO 32000-1 section "
		       "7.3.8.2)"));
	return cao_pdf_object_stream(r, n, &at);
bad:
	return cao_pdf_object_damaged(
	    r, N_("an object is not written as ISO 32000-1 section 7.3 says"));
}

static enum cao_status
check_objects(struct cao_pdf *pdf)
{
	struct cao_pdf_reader r;
	enum cao_status st;

	for (size_t i = 0; i < pdf->count && pdf->forbidden == NULL; i++) {
		if (pdf->entries[i].place != CAO_PDF_IN_FILE &&
		    pdf->entries[i].place != CAO_PDF_IN_STREAM)
			continue;
		if ((st = cao_pdf_object_open(pdf, i, &r)) != CAO_OK ||
		    (st = check_object(&r)) != CAO_OK)
			return st;
	}
	return CAO_OK;
}

/* Nodes of the page tree that are still to be looked at. */
struct walk {
	struct cao_pdf *pdf;
	uint32_t *todo;
	size_t count;
	size_t pages, said; /* said: by /Count of the tree's root */
};

static enum cao_status
push(struct walk *w, const struct cao_pdf_reader *from, size_t number)
{
	struct cao_pdf_entry *e;

	if (number == 0 || number >= w->pdf->count)
		return cao_pdf_object_damaged(from,
		    N_("the pages name object %zu, which is not"), number);
	e = &w->pdf->entries[number];
	if (e->page)
		return cao_pdf_object_damaged(from,
		    N_("the pages come back to object %zu (ISO 32000-1 section "
		       "7.7.3)"),
		    number);
	e->page = true;
	w->todo[w->count++] = (uint32_t)number;
	return CAO_OK;
}

static enum cao_status
push_kids(struct walk *w, struct cao_pdf_reader kids)
{
	struct cao_pdf_reader r;
	struct cao_pdf_token t;
	enum cao_status st;
	size_t number = 0;

	if ((st = cao_pdf_object_value(kids, &r)) != CAO_OK)
		return st;
	if (cao_pdf_token_next(&r, &t) != CAO_PDF_ARRAY)
		return cao_pdf_object_damaged(&r, N_("/Kids is no array"));
	while (cao_pdf_token_ref(r, &number)) {
		if ((st = push(w, &r, number)) != CAO_OK)
			return st;
		for (int i = 0; i < 3; i++)
			(void)cao_pdf_token_next(&r, &t);
	}
	if (cao_pdf_token_next(&r, &t) != CAO_PDF_ARRAY_END)
		return cao_pdf_object_damaged(
		    &r, N_("/Kids must hold references only"));
	return CAO_OK;
}

static enum cao_status
visit(struct walk *w, bool root)
{
	static const char *const keys[] = { "Type", "Kids", "Count", NULL };
	struct cao_pdf_reader r, count, values[3];
	enum cao_status st;
	bool node;

	if ((st = cao_pdf_object_open(w->pdf, w->todo[--w->count], &r)) !=
	    CAO_OK)
		return st;
	if (!cao_pdf_token_dict(&r, keys, values))
		return cao_pdf_object_damaged(
		    &r, N_("a page is no dictionary"));
	node = values[1].data != NULL;
	if (values[0].data != NULL &&
	    !cao_pdf_token_name(values[0], node ? "Pages" : "Page"))
		return cao_pdf_object_damaged(&r,
		    N_("the pages lead to what is none (ISO 32000-1 section "
		       "7.7.3)"));
	if (root) {
		if ((st = cao_pdf_object_value(values[2], &count)) != CAO_OK)
			return st;
		if (!node || !cao_pdf_token_int(count, SIZE_MAX / 2, &w->said))
			return cao_pdf_object_damaged(
			    &r, N_("/Pages has no /Kids and /Count"));
	}
	if (node)
		return push_kids(w, values[1]);
	if (++w->pages > CAO_MEDIA_PAGES_MAX)
		return cao_fail(w->pdf->err, CAO_INPUT,
		    "PDF of more than %u pages; split it", CAO_MEDIA_PAGES_MAX);
	return CAO_OK;
}

/* The catalogue's /Pages, as a reference. */
static enum cao_status
find_pages(struct cao_pdf *pdf, struct cao_pdf_reader *r, size_t *ret)
{
	static const char *const keys[] = { "Type", "Pages", NULL };
	struct cao_pdf_reader values[2];
	enum cao_status st;

	if ((st = cao_pdf_object_open(pdf, pdf->root, r)) != CAO_OK)
		return st;
	if (!cao_pdf_token_dict(r, keys, values) ||
	    !cao_pdf_token_name(values[0], "Catalog") ||
	    !cao_pdf_token_ref(values[1], ret))
		return cao_pdf_object_damaged(r,
		    N_("/Root is no catalogue of pages (ISO 32000-1 section "
		       "7.7.2)"));
	return CAO_OK;
}

static enum cao_status
count_pages(struct cao_pdf *pdf, size_t *ret)
{
	struct walk w = { .pdf = pdf };
	struct cao_pdf_reader r;
	enum cao_status st;
	size_t pages = 0;

	if ((st = find_pages(pdf, &r, &pages)) != CAO_OK)
		return st;
	if ((w.todo = malloc(pdf->count * sizeof *w.todo)) == NULL)
		return cao_fail_memory(pdf->err);
	if ((st = push(&w, &r, pages)) != CAO_OK)
		goto out;
	for (bool root = true; w.count > 0; root = false)
		if ((st = visit(&w, root)) != CAO_OK)
			goto out;
	if (w.pages == 0 || w.pages != w.said) {
		st = cao_pdf_object_damaged(&r,
		    N_("it has %zu pages, of %zu that /Count names"), w.pages,
		    w.said);
		goto out;
	}
	*ret = w.pages;
out:
	free(w.todo);
	return st;
}

static enum cao_status
check(struct cao_pdf *pdf, size_t *ret_pages)
{
	enum cao_status st;
	size_t xref = 0;

	if ((st = read_head(pdf)) != CAO_OK ||
	    (st = read_tail(pdf, &xref)) != CAO_OK)
		return st;
	/* Some writers count offsets from the file's start in spite of junk. */
	if (!begins_section(pdf, pdf->base + xref))
		pdf->base = 0;
	if ((st = cao_pdf_xref_read(pdf, pdf->base + xref)) != CAO_OK ||
	    (st = check_objects(pdf)) != CAO_OK)
		return st;
	if (pdf->forbidden != NULL)
		return CAO_OK;
	return count_pages(pdf, ret_pages);
}

enum cao_status
cao_media_pdf(const unsigned char *data, size_t len, struct cao_media *ret,
    struct cao_error *err)
{
	struct cao_pdf pdf = { .data = data,
		.len = len,
		.err = err,
		.work = WORK_TIMES * len + WORK_MORE };
	enum cao_status st;
	size_t pages = 0;

	st = check(&pdf, &pages);
	if (pdf.forbidden != NULL)
		st = cao_fail(err, CAO_INPUT,
		    "PDF with /%s, which runs or carries something; print it "
		    "to a new PDF",
		    pdf.forbidden);
	else if (st != CAO_OK && pdf.tired)
		st = cao_fail(err, CAO_INPUT,
		    "PDF damaged: its objects lie over one another; print it "
		    "to a new PDF");
	for (size_t i = 0; i < pdf.nstreams; i++) {
		free(pdf.streams[i].data);
		free(pdf.streams[i].pairs);
	}
	free(pdf.streams);
	free(pdf.entries);
	if (st == CAO_OK)
		*ret = (struct cao_media){ .type = CAO_PDF,
			.pages = (unsigned)pages };
	return st;
}
