/* Tokens of a PDF (ISO 32000-1 section 7.2), never descending. */
#include <string.h>

#include "codec/pdf_parts.h"

#define INT_DIGITS 18

enum class { REGULAR, SPACE, DELIMITER };

static const unsigned char classes[256] = { ['\0'] = SPACE,
	['\t'] = SPACE,
	['\n'] = SPACE,
	['\f'] = SPACE,
	['\r'] = SPACE,
	[' '] = SPACE,
	['('] = DELIMITER,
	[')'] = DELIMITER,
	['<'] = DELIMITER,
	['>'] = DELIMITER,
	['['] = DELIMITER,
	[']'] = DELIMITER,
	['{'] = DELIMITER,
	['}'] = DELIMITER,
	['/'] = DELIMITER,
	['%'] = DELIMITER };

/* What runs or carries something when the file is opened. */
static const char *const forbidden[] = { "JavaScript", "JS", "Launch",
	"EmbeddedFiles", "EmbeddedFile" };

static int
hex(int c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 32;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool
cao_pdf_token_is(const struct cao_pdf_token *t, const char *name)
{
	size_t i = 0;
	int c;

	if (t->kind != CAO_PDF_NAME && t->kind != CAO_PDF_WORD)
		return false;
	for (; i < t->len; i++, name++) {
		c = t->text[i];
		if (c == '#' && t->kind == CAO_PDF_NAME && i + 2 < t->len &&
		    hex(t->text[i + 1]) >= 0 && hex(t->text[i + 2]) >= 0) {
			c = hex(t->text[i + 1]) * 16 + hex(t->text[i + 2]);
			i += 2;
		}
		if (*name == '\0' || c != (unsigned char)*name)
			return false;
	}
	return *name == '\0';
}

static void
note_forbidden(struct cao_pdf *pdf, const struct cao_pdf_token *t)
{
	if (t->len < 2 ||
	    (t->text[0] != 'J' && t->text[0] != 'L' && t->text[0] != 'E' &&
		t->text[0] != '#'))
		return;
	for (size_t i = 0; i < sizeof forbidden / sizeof *forbidden; i++)
		if (cao_pdf_token_is(t, forbidden[i]))
			pdf->forbidden = forbidden[i];
}

static size_t
skip_space(const unsigned char *d, size_t pos, size_t len)
{
	for (; pos < len; pos++) {
		if (d[pos] == '%') {
			while (pos < len && d[pos] != '\n' && d[pos] != '\r')
				pos++;
			if (pos == len)
				break;
		} else if (classes[d[pos]] != SPACE) {
			break;
		}
	}
	return pos;
}

static size_t
skip_regular(const unsigned char *d, size_t pos, size_t len)
{
	while (pos < len && classes[d[pos]] == REGULAR)
		pos++;
	return pos;
}

/* Behind the string whose "(" is at pos, or 0 if it does not end. */
static size_t
skip_string(const unsigned char *d, size_t pos, size_t len)
{
	size_t depth = 0;

	for (; pos < len; pos++) {
		if (d[pos] == '\\')
			pos++;
		else if (d[pos] == '(')
			depth++;
		else if (d[pos] == ')' && --depth == 0)
			return pos + 1;
	}
	return 0;
}

/* A number or a word. */
static void
read_regular(struct cao_pdf_token *t)
{
	size_t i = t->text[0] == '-' || t->text[0] == '+', start = i;
	int64_t n = 0;

	for (; i < t->len && t->text[i] >= '0' && t->text[i] <= '9'; i++)
		if (i - start < INT_DIGITS)
			n = n * 10 + (t->text[i] - '0');
		else
			n = INT64_MAX;
	if (i == t->len && i > start) {
		t->kind = CAO_PDF_INT;
		t->number = t->text[0] == '-' ? -n : n;
	} else if (start > 0 || i > start || t->text[0] == '.') {
		t->kind = CAO_PDF_REAL;
	} else {
		t->kind = CAO_PDF_WORD;
	}
}

/* The token that begins with a delimiter; returns where it ends, 0: bad. */
static size_t
read_delimited(
    const unsigned char *d, size_t pos, size_t len, struct cao_pdf_token *t)
{
	bool twice = pos + 1 < len && d[pos + 1] == d[pos];
	const unsigned char *end;

	switch (d[pos]) {
	case '/':
		t->kind = CAO_PDF_NAME;
		t->text = d + pos + 1;
		pos = skip_regular(d, pos + 1, len);
		t->len = (size_t)(d + pos - t->text);
		return pos;
	case '(':
		t->kind = CAO_PDF_STRING;
		return skip_string(d, pos, len);
	case '<':
		t->kind = twice ? CAO_PDF_DICT : CAO_PDF_STRING;
		if (twice)
			return pos + 2;
		end = memchr(d + pos, '>', len - pos);
		return end == NULL ? 0 : (size_t)(end - d) + 1;
	case '>':
		t->kind = CAO_PDF_DICT_END;
		return twice ? pos + 2 : 0;
	case '[':
		t->kind = CAO_PDF_ARRAY;
		return pos + 1;
	case ']':
		t->kind = CAO_PDF_ARRAY_END;
		return pos + 1;
	default:
		return 0;
	}
}

enum cao_pdf_kind
cao_pdf_token_next(struct cao_pdf_reader *r, struct cao_pdf_token *t)
{
	size_t pos = skip_space(r->data, r->pos, r->len), end = pos, cost;

	t->kind = CAO_PDF_END;
	t->text = r->data + pos;
	t->len = 0;
	if (pos < r->len && classes[r->data[pos]] == REGULAR) {
		end = skip_regular(r->data, pos, r->len);
		t->len = end - pos;
		read_regular(t);
	} else if (pos < r->len) {
		end = read_delimited(r->data, pos, r->len, t);
		if (t->kind == CAO_PDF_NAME)
			note_forbidden(r->pdf, t);
	}
	/* An end that is missing was sought up to the end of the data. */
	cost = (pos < end ? end : r->len) - r->pos;
	if (pos < r->len && end == 0)
		t->kind = CAO_PDF_BAD;
	if (cost > r->pdf->work) {
		r->pdf->tired = true;
		cost = r->pdf->work;
		t->kind = CAO_PDF_END;
	}
	r->pdf->work -= cost;
	r->pos = end > pos ? end : pos;
	return t->kind;
}

/* A word that may stand in a dictionary or an array. */
static bool
is_value(const struct cao_pdf_token *t)
{
	return cao_pdf_token_is(t, "R") || cao_pdf_token_is(t, "true") ||
	    cao_pdf_token_is(t, "false") || cao_pdf_token_is(t, "null");
}

bool
cao_pdf_token_skip(struct cao_pdf_reader *r, const struct cao_pdf_token *first)
{
	struct cao_pdf_reader ahead = *r;
	struct cao_pdf_token t = *first;
	size_t depth = 0;

	if (t.kind == CAO_PDF_INT) {
		if (cao_pdf_token_next(&ahead, &t) == CAO_PDF_INT &&
		    cao_pdf_token_next(&ahead, &t) == CAO_PDF_WORD &&
		    cao_pdf_token_is(&t, "R"))
			*r = ahead;
		return true;
	}
	for (;;) {
		if (t.kind == CAO_PDF_DICT || t.kind == CAO_PDF_ARRAY)
			depth++;
		else if (t.kind == CAO_PDF_END || t.kind == CAO_PDF_BAD ||
		    (t.kind == CAO_PDF_WORD && depth > 0 && !is_value(&t)))
			return false;
		else if ((t.kind == CAO_PDF_DICT_END ||
			     t.kind == CAO_PDF_ARRAY_END) &&
		    depth-- == 0)
			return false;
		if (depth == 0)
			return true;
		(void)cao_pdf_token_next(r, &t);
	}
}

bool
cao_pdf_token_dict(struct cao_pdf_reader *r, const char *const *keys,
    struct cao_pdf_reader *ret_values)
{
	struct cao_pdf_token t;
	struct cao_pdf_reader *value;

	for (size_t i = 0; keys[i] != NULL; i++)
		ret_values[i] = (struct cao_pdf_reader){ .pdf = r->pdf };
	if (cao_pdf_token_next(r, &t) != CAO_PDF_DICT)
		return false;
	while (cao_pdf_token_next(r, &t) == CAO_PDF_NAME) {
		value = NULL;
		for (size_t i = 0; keys[i] != NULL; i++)
			if (cao_pdf_token_is(&t, keys[i]))
				value = &ret_values[i];
		if (value != NULL) {
			if (value->data != NULL)
				return false;
			*value = *r;
		}
		(void)cao_pdf_token_next(r, &t);
		if (!cao_pdf_token_skip(r, &t))
			return false;
	}
	return t.kind == CAO_PDF_DICT_END;
}

bool
cao_pdf_token_int(struct cao_pdf_reader value, size_t max, size_t *ret_number)
{
	struct cao_pdf_token t;

	if (value.data == NULL ||
	    cao_pdf_token_next(&value, &t) != CAO_PDF_INT || t.number < 0 ||
	    (uint64_t)t.number > max)
		return false;
	*ret_number = (size_t)t.number;
	return true;
}

bool
cao_pdf_token_name(struct cao_pdf_reader value, const char *name)
{
	struct cao_pdf_token t;

	return value.data != NULL &&
	    cao_pdf_token_next(&value, &t) == CAO_PDF_NAME &&
	    cao_pdf_token_is(&t, name);
}

bool
cao_pdf_token_ref(struct cao_pdf_reader value, size_t *ret_number)
{
	struct cao_pdf_token t;
	int64_t number;

	if (value.data == NULL || cao_pdf_token_next(&value, &t) != CAO_PDF_INT)
		return false;
	number = t.number;
	if (number < 0 || number > CAO_PDF_OBJECTS_MAX ||
	    cao_pdf_token_next(&value, &t) != CAO_PDF_INT ||
	    cao_pdf_token_next(&value, &t) != CAO_PDF_WORD ||
	    !cao_pdf_token_is(&t, "R"))
		return false;
	*ret_number = (size_t)number;
	return true;
}
