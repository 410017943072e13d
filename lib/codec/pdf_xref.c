/* Where the objects of a PDF are: ISO 32000-1 sections 7.5.4 to 7.5.8. */
#include <stdlib.h>

#include "codec/pdf_parts.h"

#define FIELD_MAX 8 /* octets of a field in a cross-reference stream */

enum {
	ROOT,
	PREV,
	ENCRYPT,
	XREFSTM,
	TYPE,
	WIDTHS,
	INDEX,
	SIZE,
	LENGTH,
	FILTER,
	PARMS,
	KEYS
};

static const char *const keys[] = { "Root", "Prev", "Encrypt", "XRefStm",
	"Type", "W", "Index", "Size", "Length", "Filter", "DecodeParms", NULL };

static enum cao_status
grow(struct cao_pdf *pdf, size_t number)
{
	size_t count =
	    pdf->count * 2 > number + 1 ? pdf->count * 2 : number + 64;
	struct cao_pdf_entry *p;

	if (count > CAO_PDF_OBJECTS_MAX)
		count = CAO_PDF_OBJECTS_MAX;
	if ((p = realloc(pdf->entries, count * sizeof *p)) == NULL)
		return cao_fail_memory(pdf->err);
	for (size_t i = pdf->count; i < count; i++)
		p[i] = (struct cao_pdf_entry){ .place = CAO_PDF_UNSEEN };
	pdf->entries = p;
	pdf->count = count;
	return CAO_OK;
}

/* The newest section is read first, so the first word on a number holds. */
static enum cao_status
set_entry(struct cao_pdf *pdf, size_t number, struct cao_pdf_entry entry)
{
	struct cao_pdf_entry *e;
	enum cao_status st;

	if (number >= CAO_PDF_OBJECTS_MAX)
		return cao_fail(pdf->err, CAO_INPUT,
		    "PDF with an object numbered %zu, more than the %u "
		    "allowed; print it to a new PDF",
		    number, CAO_PDF_OBJECTS_MAX);
	if (number >= pdf->count && (st = grow(pdf, number)) != CAO_OK)
		return st;
	e = &pdf->entries[number];
	/* 7.5.8.4: a hybrid hides behind a free entry of the same section. */
	if (number == 0 ||
	    (e->place != CAO_PDF_UNSEEN &&
		(e->place != CAO_PDF_FREE || e->section != pdf->section)))
		return CAO_OK;
	entry.section = (uint16_t)pdf->section;
	*e = entry;
	return CAO_OK;
}

static enum cao_status
set_in_file(struct cao_pdf_reader *r, size_t number, uint64_t offset)
{
	struct cao_pdf *pdf = r->pdf;

	if (offset >= pdf->len - pdf->base || offset > UINT32_MAX / 2)
		return cao_pdf_object_damaged(r,
		    N_("object %zu is said to be at byte %llu"), number,
		    (unsigned long long)offset);
	/* Some writers say so of objects that are free. */
	if (offset == 0)
		return set_entry(pdf, number,
		    (struct cao_pdf_entry){ .place = CAO_PDF_FREE });
	return set_entry(pdf, number,
	    (struct cao_pdf_entry){ .place = CAO_PDF_IN_FILE,
		.at = (uint32_t)(pdf->base + offset) });
}

static enum cao_status
read_line(struct cao_pdf_reader *r, size_t number)
{
	struct cao_pdf_token at, generation, use;

	if (cao_pdf_token_next(r, &at) != CAO_PDF_INT || at.number < 0 ||
	    cao_pdf_token_next(r, &generation) != CAO_PDF_INT ||
	    cao_pdf_token_next(r, &use) != CAO_PDF_WORD)
		return cao_pdf_object_damaged(r,
		    N_("no cross-reference of object %zu (ISO 32000-1 section "
		       "7.5.4)"),
		    number);
	if (cao_pdf_token_is(&use, "n"))
		return set_in_file(r, number, (uint64_t)at.number);
	if (cao_pdf_token_is(&use, "f"))
		return set_entry(r->pdf, number,
		    (struct cao_pdf_entry){ .place = CAO_PDF_FREE });
	return cao_pdf_object_damaged(r,
	    N_("the cross-reference of object %zu is neither n nor f"), number);
}

/* Subsections up to and with the word "trailer". */
static enum cao_status
read_table(struct cao_pdf_reader *r)
{
	struct cao_pdf_token t, count;
	enum cao_status st;

	while (cao_pdf_token_next(r, &t) == CAO_PDF_INT) {
		if (t.number < 0 || t.number > CAO_PDF_OBJECTS_MAX ||
		    cao_pdf_token_next(r, &count) != CAO_PDF_INT ||
		    count.number < 0)
			return cao_pdf_object_damaged(r,
			    N_("no cross-reference subsection begins there"));
		for (int64_t i = 0; i < count.number; i++)
			if ((st = read_line(r, (size_t)(t.number + i))) !=
			    CAO_OK)
				return st;
	}
	if (!cao_pdf_token_is(&t, "trailer"))
		return cao_pdf_object_damaged(r,
		    N_("the cross-reference table has no trailer (ISO 32000-1 "
		       "section 7.5.5)"));
	return CAO_OK;
}

struct rows {
	const unsigned char *data;
	size_t len;
	size_t width[3], sum;
};

static bool
read_widths(struct cao_pdf_reader value, struct rows *rows)
{
	struct cao_pdf_token t;

	if (value.data == NULL ||
	    cao_pdf_token_next(&value, &t) != CAO_PDF_ARRAY)
		return false;
	for (int i = 0; i < 3; i++) {
		if (cao_pdf_token_next(&value, &t) != CAO_PDF_INT ||
		    t.number < 0 || t.number > FIELD_MAX)
			return false;
		rows->width[i] = (size_t)t.number;
		rows->sum += (size_t)t.number;
	}
	return rows->sum > 0;
}

static uint64_t
field(const unsigned char *p, size_t width)
{
	uint64_t n = 0;

	for (size_t i = 0; i < width; i++)
		n = n << 8 | p[i];
	return n;
}

static enum cao_status
read_rows(
    struct cao_pdf_reader *r, struct rows *rows, size_t first, size_t count)
{
	enum cao_status st = CAO_OK;
	const unsigned char *p;
	uint64_t kind, a, b;

	if (count > rows->len / rows->sum)
		return cao_pdf_object_damaged(r,
		    N_("the cross-reference stream lacks rows (ISO 32000-1 "
		       "section 7.5.8.3)"));
	for (size_t i = 0; i < count && st == CAO_OK; i++) {
		p = rows->data + i * rows->sum;
		kind = rows->width[0] > 0 ? field(p, rows->width[0]) : 1;
		a = field(p + rows->width[0], rows->width[1]);
		b = field(p + rows->width[0] + rows->width[1], rows->width[2]);
		if (kind == 1)
			st = set_in_file(r, first + i, a);
		else if (kind == 2 && a < CAO_PDF_OBJECTS_MAX &&
		    b < CAO_PDF_OBJECTS_MAX)
			st = set_entry(r->pdf, first + i,
			    (struct cao_pdf_entry){ .place = CAO_PDF_IN_STREAM,
				.at = (uint32_t)a,
				.index = (uint32_t)b });
		else
			st = set_entry(r->pdf, first + i,
			    (struct cao_pdf_entry){ .place = CAO_PDF_FREE });
	}
	rows->data += count * rows->sum;
	rows->len -= count * rows->sum;
	return st;
}

static enum cao_status
read_subsections(struct cao_pdf_reader *r, struct cao_pdf_reader index,
    struct cao_pdf_reader size, struct rows *rows)
{
	enum cao_status st = CAO_OK;
	struct cao_pdf_token first, count;
	size_t n = 0;

	if (index.data == NULL) {
		if (!cao_pdf_token_int(size, CAO_PDF_OBJECTS_MAX, &n))
			goto bad;
		return read_rows(r, rows, 0, n);
	}
	if (cao_pdf_token_next(&index, &first) != CAO_PDF_ARRAY)
		goto bad;
	while (
	    st == CAO_OK && cao_pdf_token_next(&index, &first) == CAO_PDF_INT) {
		if (cao_pdf_token_next(&index, &count) != CAO_PDF_INT ||
		    first.number < 0 || count.number < 0 ||
		    first.number > CAO_PDF_OBJECTS_MAX)
			goto bad;
		st = read_rows(
		    r, rows, (size_t)first.number, (size_t)count.number);
	}
	if (st != CAO_OK || first.kind == CAO_PDF_ARRAY_END)
		return st;
bad:
	return cao_pdf_object_damaged(
	    r, N_("the cross-reference stream has no right /Index or /Size"));
}

/* The reader is behind "N G obj"; the trailer is the stream's dictionary. */
static enum cao_status
read_stream(struct cao_pdf_reader *r, struct cao_pdf_reader *values)
{
	struct rows rows = { .len = 0 };
	unsigned char *data = NULL;
	enum cao_status st;
	size_t length = 0;

	if (!cao_pdf_token_dict(r, keys, values) ||
	    !cao_pdf_token_name(values[TYPE], "XRef") ||
	    !cao_pdf_token_int(values[LENGTH], r->pdf->len, &length) ||
	    !read_widths(values[WIDTHS], &rows))
		return cao_pdf_object_damaged(r,
		    N_("no cross-reference stream (ISO 32000-1 section "
		       "7.5.8.2)"));
	if ((st = cao_pdf_object_unpack(r, length, values[FILTER],
		 values[PARMS], &data, &rows.len)) != CAO_OK)
		return st;
	rows.data = data;
	st = read_subsections(r, values[INDEX], values[SIZE], &rows);
	free(data);
	return st;
}

/* "N G obj", the N read already. */
static bool
begins_object(struct cao_pdf_reader *r, const struct cao_pdf_token *number)
{
	struct cao_pdf_token t;

	return number->kind == CAO_PDF_INT &&
	    cao_pdf_token_next(r, &t) == CAO_PDF_INT &&
	    cao_pdf_token_next(r, &t) == CAO_PDF_WORD &&
	    cao_pdf_token_is(&t, "obj");
}

/* One section of either kind, and its trailer. */
static enum cao_status
read_section(struct cao_pdf *pdf, size_t at, struct cao_pdf_reader *values)
{
	struct cao_pdf_reader r = {
		.pdf = pdf, .data = pdf->data, .len = pdf->len, .pos = at
	};
	struct cao_pdf_token t;
	enum cao_status st;

	(void)cao_pdf_token_next(&r, &t);
	if (begins_object(&r, &t))
		return read_stream(&r, values);
	if (!cao_pdf_token_is(&t, "xref")) {
		r.pos = at;
		return cao_pdf_object_damaged(&r,
		    N_("no cross-references begin there (ISO 32000-1 section "
		       "7.5.5)"));
	}
	if ((st = read_table(&r)) != CAO_OK)
		return st;
	if (!cao_pdf_token_dict(&r, keys, values))
		return cao_pdf_object_damaged(
		    &r, N_("the trailer is no dictionary"));
	return CAO_OK;
}

/* The cross-reference stream that a table of a hybrid file names. */
static enum cao_status
read_hybrid(struct cao_pdf *pdf, struct cao_pdf_reader value)
{
	struct cao_pdf_reader values[KEYS];
	size_t at = 0;

	if (value.data == NULL)
		return CAO_OK;
	if (!cao_pdf_token_int(value, pdf->len - pdf->base, &at))
		return cao_pdf_object_damaged(
		    &value, N_("/XRefStm is no offset in the file"));
	return read_section(pdf, pdf->base + at, values);
}

static enum cao_status
check_trailer(struct cao_pdf *pdf, const struct cao_pdf_reader *values)
{
	struct cao_pdf_reader encrypt = values[ENCRYPT];
	struct cao_pdf_token t;

	if (encrypt.data != NULL &&
	    (cao_pdf_token_next(&encrypt, &t) != CAO_PDF_WORD ||
		!cao_pdf_token_is(&t, "null")))
		return cao_fail(pdf->err, CAO_INPUT,
		    "encrypted PDF (ISO 32000-1 section 7.6, /Encrypt at byte "
		    "%zu); save it without a password",
		    values[ENCRYPT].pos);
	if (pdf->root == 0 && !cao_pdf_token_ref(values[ROOT], &pdf->root))
		return cao_fail(pdf->err, CAO_INPUT,
		    "PDF damaged: its trailer names no /Root (ISO 32000-1 "
		    "section 7.5.5); scan it or send it again");
	return CAO_OK;
}

enum cao_status
cao_pdf_xref_read(struct cao_pdf *pdf, size_t at)
{
	struct cao_pdf_reader values[KEYS];
	size_t seen[CAO_PDF_SECTIONS_MAX];
	enum cao_status st;

	for (pdf->section = 0; pdf->section < CAO_PDF_SECTIONS_MAX;
	     pdf->section++) {
		for (unsigned i = 0; i < pdf->section; i++)
			if (seen[i] == at)
				return cao_media_damaged(pdf->err, CAO_PDF, at,
				    N_("the cross-references run in a "
				       "circle"));
		seen[pdf->section] = at;
		if ((st = read_section(pdf, at, values)) != CAO_OK ||
		    (st = check_trailer(pdf, values)) != CAO_OK ||
		    (st = read_hybrid(pdf, values[XREFSTM])) != CAO_OK)
			return st;
		if (values[PREV].data == NULL)
			return CAO_OK;
		if (!cao_pdf_token_int(values[PREV], pdf->len - pdf->base, &at))
			return cao_pdf_object_damaged(&values[PREV],
			    N_("/Prev is no offset in the file"));
		at += pdf->base;
	}
	return cao_fail(pdf->err, CAO_INPUT,
	    "PDF of more than %u updates; print it to a new PDF",
	    CAO_PDF_SECTIONS_MAX);
}
