/* Objects of a PDF, in the file or in object streams, and their content. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ZLIB_CONST
#include <zlib.h>

#include "codec/pdf_parts.h"

#define ROW_MAX 65536 /* octets of a row under a predictor */

enum cao_status
cao_pdf_object_damaged(const struct cao_pdf_reader *r, const char *format, ...)
{
	bool file = r->data == r->pdf->data;
	char what[256];
	va_list ap;

	va_start(ap, format);
	(void)vsnprintf(what, sizeof what, _(format), ap);
	va_end(ap);
	return cao_media_damaged(
	    r->pdf->err, CAO_PDF, file ? r->pos : r->origin, "%s", what);
}

static void
nothing(struct cao_pdf *pdf, struct cao_pdf_reader *ret)
{
	static const unsigned char null[] = "null";

	*ret = (struct cao_pdf_reader){ .pdf = pdf, .data = null, .len = 4 };
}

enum cao_status
cao_pdf_object_direct(
    struct cao_pdf *pdf, size_t number, struct cao_pdf_reader *ret)
{
	struct cao_pdf_reader r = {
		.pdf = pdf, .data = pdf->data, .len = pdf->len
	};
	struct cao_pdf_token t;

	if (number >= pdf->count ||
	    pdf->entries[number].place != CAO_PDF_IN_FILE) {
		nothing(pdf, ret);
		return CAO_OK;
	}
	r.pos = pdf->entries[number].at;
	if (cao_pdf_token_next(&r, &t) != CAO_PDF_INT || t.number < 0 ||
	    (uint64_t)t.number != number ||
	    cao_pdf_token_next(&r, &t) != CAO_PDF_INT ||
	    cao_pdf_token_next(&r, &t) != CAO_PDF_WORD ||
	    !cao_pdf_token_is(&t, "obj")) {
		r.pos = pdf->entries[number].at;
		return cao_pdf_object_damaged(
		    &r, N_("object %zu must begin there"), number);
	}
	*ret = r;
	return CAO_OK;
}

enum cao_status
cao_pdf_object_stream(struct cao_pdf_reader *r, size_t length, size_t *ret_at)
{
	struct cao_pdf_reader end = *r;
	struct cao_pdf_token t;
	size_t at;

	if (cao_pdf_token_next(r, &t) != CAO_PDF_WORD ||
	    !cao_pdf_token_is(&t, "stream"))
		return cao_pdf_object_damaged(r, N_("a stream must follow"));
	at = r->pos;
	if (at < r->len && r->data[at] == '\r')
		at++;
	if (at < r->len && r->data[at] == '\n')
		at++;
	end.pos = at + length;
	if (length > r->len - at ||
	    cao_pdf_token_next(&end, &t) != CAO_PDF_WORD ||
	    !cao_pdf_token_is(&t, "endstream"))
		return cao_pdf_object_damaged(r,
		    N_("the stream has not the %zu bytes of its /Length (ISO "
		       "32000-1 section 7.3.8.2)"),
		    length);
	*r = end;
	*ret_at = at;
	return CAO_OK;
}

/* Unpack all of a zlib stream, within what this file may still unpack. */
static enum cao_status
unpack(struct cao_pdf_reader *r, z_stream *z, unsigned char **out, size_t *len)
{
	size_t cap = 0, room;
	unsigned char *p;
	int rc = Z_OK;

	while (rc == Z_OK) {
		if (*len == cap) {
			cap = cap == 0 ? 4096 : cap * 2;
			if ((p = realloc(*out, cap)) == NULL)
				return cao_fail_memory(r->pdf->err);
			*out = p;
		}
		room = cap - *len;
		z->next_out = *out + *len;
		z->avail_out = (uInt)room;
		rc = inflate(z, Z_NO_FLUSH);
		*len += room - z->avail_out;
		r->pdf->unpacked += room - z->avail_out;
		if (r->pdf->unpacked > CAO_PDF_UNPACKED_MAX)
			return cao_fail(r->pdf->err, CAO_INPUT,
			    "PDF whose structure unpacks to more than %u "
			    "bytes; print it to a new PDF",
			    CAO_PDF_UNPACKED_MAX);
	}
	if (rc == Z_MEM_ERROR)
		return cao_fail_memory(r->pdf->err);
	if (rc != Z_STREAM_END)
		return cao_pdf_object_damaged(
		    r, N_("the stream before is not whole zlib data"));
	r->pdf->work += 4 * *len; /* heads, names, pages */
	return CAO_OK;
}

static unsigned char
paeth(int left, int up, int corner)
{
	int a = abs(up - corner), b = abs(left - corner),
	    c = abs(left + up - 2 * corner);

	if (a <= b && a <= c)
		return (unsigned char)left;
	return (unsigned char)(b <= c ? up : corner);
}

/* Undo PNG's filters (ISO 15948 section 9) in place; row is with its tag. */
static bool
unfilter(unsigned char *d, size_t *len, size_t row, size_t pixel)
{
	unsigned char *out = d, *in = d, *up = NULL;
	unsigned left, above, corner;

	if (*len % row != 0)
		return false;
	for (; in < d + *len; in += row, up = out, out += row - 1) {
		unsigned filter = in[0];

		for (size_t i = 0; i < row - 1; i++) {
			left = i < pixel ? 0 : out[i - pixel];
			above = up == NULL ? 0 : up[i];
			corner = i < pixel || up == NULL ? 0 : up[i - pixel];
			out[i] = in[i + 1];
			if (filter == 1)
				out[i] = (unsigned char)(out[i] + left);
			else if (filter == 2)
				out[i] = (unsigned char)(out[i] + above);
			else if (filter == 3)
				out[i] = (unsigned char)(out[i] +
				    (left + above) / 2);
			else if (filter == 4)
				out[i] = (unsigned char)(out[i] +
				    paeth((int)left, (int)above, (int)corner));
			else if (filter > 4)
				return false;
		}
	}
	*len -= *len / row;
	return true;
}

/* The value, or the first of an array of one. */
static enum cao_pdf_kind
first_of(struct cao_pdf_reader *value, struct cao_pdf_token *t)
{
	struct cao_pdf_reader at = *value;

	if (value->data == NULL)
		return t->kind = CAO_PDF_ARRAY_END;
	if (cao_pdf_token_next(value, t) != CAO_PDF_ARRAY) {
		*value = at;
		return t->kind;
	}
	at = *value;
	(void)cao_pdf_token_next(value, t);
	*value = at;
	return t->kind;
}

static bool
is_single(struct cao_pdf_reader value)
{
	struct cao_pdf_token t;

	if (cao_pdf_token_next(&value, &t) != CAO_PDF_ARRAY)
		return true;
	(void)cao_pdf_token_next(&value, &t);
	return t.kind == CAO_PDF_ARRAY_END ||
	    cao_pdf_token_next(&value, &t) == CAO_PDF_ARRAY_END;
}

static bool
undo_predictor(struct cao_pdf_reader parms, unsigned char *d, size_t *len)
{
	static const char *const keys[] = { "Predictor", "Columns", "Colors",
		"BitsPerComponent", NULL };
	struct cao_pdf_reader values[4];
	size_t n[] = { 1, 1, 1, 8 };
	struct cao_pdf_token t;

	if (first_of(&parms, &t) != CAO_PDF_DICT)
		return t.kind == CAO_PDF_ARRAY_END ||
		    cao_pdf_token_is(&t, "null");
	if (!cao_pdf_token_dict(&parms, keys, values))
		return false;
	for (int i = 0; i < 4; i++)
		if (values[i].data != NULL &&
		    (!cao_pdf_token_int(values[i], ROW_MAX, &n[i]) ||
			n[i] == 0))
			return false;
	if (n[0] == 1)
		return true;
	if (n[0] < 10 || n[0] > 15 || n[2] > 32 || n[3] > 16)
		return false;
	return unfilter(
	    d, len, 1 + (n[1] * n[2] * n[3] + 7) / 8, (n[2] * n[3] + 7) / 8);
}

static enum cao_status
inflate_all(struct cao_pdf_reader *r, const unsigned char *data, size_t length,
    unsigned char **out, size_t *len)
{
	z_stream z = { .next_in = data, .avail_in = (uInt)length };
	enum cao_status st;

	if (inflateInit(&z) != Z_OK)
		return cao_fail_memory(r->pdf->err);
	st = unpack(r, &z, out, len);
	(void)inflateEnd(&z);
	return st;
}

enum cao_status
cao_pdf_object_unpack(struct cao_pdf_reader *r, size_t length,
    struct cao_pdf_reader filter, struct cao_pdf_reader parms,
    unsigned char **ret, size_t *ret_len)
{
	bool packed = filter.data != NULL,
	     single = !packed || is_single(filter);
	unsigned char *out = NULL;
	struct cao_pdf_token t;
	enum cao_status st;
	size_t at, len = 0;

	if ((st = cao_pdf_object_stream(r, length, &at)) != CAO_OK)
		return st;
	packed = first_of(&filter, &t) == CAO_PDF_NAME;
	if (!single ||
	    (packed ? !cao_pdf_token_is(&t, "FlateDecode")
		    : t.kind != CAO_PDF_ARRAY_END))
		return cao_fail(r->pdf->err, CAO_INPUT,
		    "PDF whose structure is packed other than by FlateDecode "
		    "(byte %zu); print it to a new PDF",
		    at);
	if (packed) {
		st = inflate_all(r, r->data + at, length, &out, &len);
	} else if ((out = malloc(length + 1)) == NULL) {
		st = cao_fail_memory(r->pdf->err);
	} else {
		memcpy(out, r->data + at, length);
		len = length;
	}
	if (st == CAO_OK && packed && !undo_predictor(parms, out, &len))
		st = cao_pdf_object_damaged(r,
		    N_("the stream before has a predictor that does not fit"));
	if (st != CAO_OK)
		goto out;
	*ret = out;
	*ret_len = len;
	out = NULL;
out:
	free(out);
	return st;
}

/* The number and offset of each object, at the head of an object stream. */
static enum cao_status
read_pairs(struct cao_pdf *pdf, struct cao_pdf_stream *s)
{
	struct cao_pdf_reader r = {
		.pdf = pdf, .data = s->data, .len = s->first, .origin = s->at
	};
	struct cao_pdf_token t;

	for (size_t i = 0; i < 2 * (size_t)s->count; i++) {
		if (cao_pdf_token_next(&r, &t) != CAO_PDF_INT || t.number < 0 ||
		    t.number > UINT32_MAX)
			return cao_pdf_object_damaged(&r,
			    N_("the object stream has no right header (ISO "
			       "32000-1 section 7.5.7)"));
		s->pairs[i] = (uint32_t)t.number;
	}
	return CAO_OK;
}

static bool
read_length(struct cao_pdf *pdf, struct cao_pdf_reader value, size_t *ret)
{
	struct cao_pdf_reader r = value;
	struct cao_error err, *saved = pdf->err;
	size_t number = 0;
	bool found;

	if (!cao_pdf_token_ref(value, &number))
		return cao_pdf_token_int(value, pdf->len, ret);
	pdf->err = &err; /* the caller says what is wrong */
	found = cao_pdf_object_direct(pdf, number, &r) == CAO_OK;
	pdf->err = saved;
	return found && cao_pdf_token_int(r, pdf->len, ret);
}

static enum cao_status
read_object_stream(struct cao_pdf *pdf, size_t number, struct cao_pdf_stream *s)
{
	static const char *const keys[] = { "Type", "N", "First", "Length",
		"Filter", "DecodeParms", NULL };
	struct cao_pdf_reader r, values[6];
	size_t n = 0, length = 0;
	enum cao_status st;

	if ((st = cao_pdf_object_direct(pdf, number, &r)) != CAO_OK)
		return st;
	s->at = r.pos;
	if (!cao_pdf_token_dict(&r, keys, values) ||
	    !cao_pdf_token_name(values[0], "ObjStm") ||
	    !cao_pdf_token_int(values[1], CAO_PDF_OBJECTS_MAX, &n) ||
	    !cao_pdf_token_int(values[2], CAO_PDF_UNPACKED_MAX, &s->first) ||
	    !read_length(pdf, values[3], &length))
		return cao_pdf_object_damaged(&r,
		    N_("object %zu is no object stream (ISO 32000-1 section "
		       "7.5.7)"),
		    number);
	if ((st = cao_pdf_object_unpack(&r, length, values[4], values[5],
		 &s->data, &s->len)) != CAO_OK)
		return st;
	if (s->first > s->len || n > s->first / 2)
		return cao_pdf_object_damaged(
		    &r, N_("the object stream before is too short"));
	s->count = (uint32_t)n;
	if ((s->pairs = calloc(2 * n + 1, sizeof *s->pairs)) == NULL)
		return cao_fail_memory(pdf->err);
	return read_pairs(pdf, s);
}

/* The object stream with that number, unpacked once. */
static enum cao_status
load(struct cao_pdf *pdf, size_t number, const struct cao_pdf_stream **ret)
{
	struct cao_pdf_stream s = { .data = NULL }, *p;
	struct cao_pdf_entry *e;
	enum cao_status st;

	if (number < pdf->count && pdf->entries[number].unpacked > 0) {
		*ret = &pdf->streams[pdf->entries[number].unpacked - 1];
		return CAO_OK;
	}
	if ((st = read_object_stream(pdf, number, &s)) != CAO_OK)
		goto out;
	if ((pdf->nstreams & (pdf->nstreams + 1)) == 0) { /* 0, 1, 3, 7 ... */
		p = realloc(pdf->streams, (2 * pdf->nstreams + 1) * sizeof *p);
		if (p == NULL) {
			st = cao_fail_memory(pdf->err);
			goto out;
		}
		pdf->streams = p;
	}
	e = &pdf->entries[number];
	pdf->streams[pdf->nstreams++] = s;
	e->unpacked = (uint32_t)pdf->nstreams;
	*ret = &pdf->streams[pdf->nstreams - 1];
	return CAO_OK;
out:
	free(s.data);
	free(s.pairs);
	return st;
}

enum cao_status
cao_pdf_object_open(
    struct cao_pdf *pdf, size_t number, struct cao_pdf_reader *ret)
{
	const struct cao_pdf_stream *s = NULL;
	const struct cao_pdf_entry *e;
	enum cao_status st;
	uint32_t offset;

	if (number >= pdf->count ||
	    pdf->entries[number].place != CAO_PDF_IN_STREAM)
		return cao_pdf_object_direct(pdf, number, ret);
	e = &pdf->entries[number];
	if ((st = load(pdf, e->at, &s)) != CAO_OK)
		return st;
	if (e->index >= s->count || s->pairs[2 * e->index] != number ||
	    (offset = s->pairs[2 * e->index + 1]) >= s->len - s->first)
		return cao_media_damaged(pdf->err, CAO_PDF, s->at,
		    N_("object %zu is not in the object stream %lu"), number,
		    (unsigned long)e->at);
	*ret = (struct cao_pdf_reader){ .pdf = pdf,
		.data = s->data,
		.len = s->len,
		.pos = s->first + offset,
		.origin = s->at };
	return CAO_OK;
}

enum cao_status
cao_pdf_object_value(struct cao_pdf_reader value, struct cao_pdf_reader *ret)
{
	size_t number = 0;

	if (cao_pdf_token_ref(value, &number))
		return cao_pdf_object_open(value.pdf, number, ret);
	if (value.data == NULL)
		nothing(value.pdf, &value);
	*ret = value;
	return CAO_OK;
}
