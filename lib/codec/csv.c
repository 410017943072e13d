#include "codec/csv.h"

#include "codec/charset.h"

#include <stdlib.h>
#include <string.h>

#define SNIFF_LINES 16 /* that tell the delimiter */

struct cao_csv {
	char *name;
	char *text, *next, *end; /* decoded; read in place; *end is NUL */
	unsigned line;           /* of next */
	char delimiter;
};

/* How often a delimiter stands on the first lines, outside quotes. */
struct tally {
	size_t total; /* on all of them */
	size_t same;  /* lines with as many as the one before, not 0 */
	size_t now, before;
};

static void
tally_line(struct tally *t)
{
	t->total += t->now;
	t->same += t->now != 0 && t->now == t->before;
	t->before = t->now;
	t->now = 0;
}

/* The delimiter that stands equally often on most lines; then the one that
 * stands there more often; then the comma. */
static char
sniff(const char *text)
{
	static const char marks[] = ",\t;";
	struct tally t[sizeof marks - 1] = { { 0 } };
	size_t lines = 0, i, best = 0;
	const char *mark;
	bool quoted = false;

	for (; *text != '\0' && lines < SNIFF_LINES; text++) {
		if (*text == '"')
			quoted = !quoted;
		else if (*text == '\n' && !quoted)
			for (i = 0, lines++; i < sizeof marks - 1; i++)
				tally_line(&t[i]);
		else if (!quoted && (mark = strchr(marks, *text)) != NULL)
			t[mark - marks].now++;
	}
	for (i = 0; i < sizeof marks - 1; i++) {
		tally_line(&t[i]);
		if (t[i].same > t[best].same ||
		    (t[i].same == t[best].same && t[i].total > t[best].total))
			best = i;
	}
	return marks[best];
}

enum cao_status
cao_csv_open(const char *name, const void *data, size_t len,
    struct cao_csv **ret, struct cao_error *e)
{
	struct cao_buf text = { 0 };
	struct cao_csv *csv = NULL;
	enum cao_status st;

	if (len > CAO_CSV_FILE_MAX) {
		cao_fail(e, CAO_INPUT, "%zu octets; at most %d are read", len,
		    CAO_CSV_FILE_MAX);
		return cao_error_place(e, name, 0, 0, "");
	}
	if ((st = cao_charset_text(name, data, len, &text, e)) != CAO_OK)
		goto out;
	st = CAO_SYSTEM;
	if ((csv = calloc(1, sizeof *csv)) == NULL ||
	    (csv->name = strdup(name)) == NULL) {
		cao_fail_memory(e);
		goto out;
	}
	if ((csv->text = (char *)cao_buf_take(&text, &len)) == NULL) {
		cao_fail_memory(e);
		goto out;
	}
	csv->next = csv->text;
	csv->end = csv->text + len;
	csv->line = 1;
	csv->delimiter = sniff(csv->text);
	*ret = csv, csv = NULL;
	st = CAO_OK;
out:
	cao_buf_free(&text);
	cao_csv_close(csv);
	return st;
}

void
cao_csv_close(struct cao_csv *csv)
{
	if (csv == NULL)
		return;
	free(csv->name);
	free(csv->text);
	free(csv);
}

/* The octets of a blank at p (also the ideographic and the no-break space,
 * with which exports pad), or 0. */
static size_t
blank_at(const char *p)
{
	if (*p == ' ' || *p == '\t' || *p == '\r' || *p == '\n')
		return 1;
	if (strncmp(p, "\xe3\x80\x80", 3) == 0)
		return 3;
	return strncmp(p, "\xc2\xa0", 2) == 0 ? 2 : 0;
}

static const char *
trim(char *from, char *to)
{
	size_t n;

	*to = '\0';
	while (*from != '\0' && (n = blank_at(from)) > 0)
		from += n;
	for (;;) {
		if (to - from >= 1 && blank_at(to - 1) == 1)
			to -= 1;
		else if (to - from >= 2 && blank_at(to - 2) == 2)
			to -= 2;
		else if (to - from >= 3 && blank_at(to - 3) == 3)
			to -= 3;
		else
			break;
	}
	*to = '\0';
	return from;
}

enum fault { NONE, OPEN, AFTER, LONG, MANY };

/*
 * The quoted field whose opening quote is at csv->next: unquoted in place from
 * there, its end in *ret_end.  csv->next is left behind the closing quote.
 */
static enum fault
quoted_field(struct cao_csv *csv, char **ret_end)
{
	char *to = csv->next, *p = csv->next + 1;

	for (; p < csv->end; p++) {
		if (*p == '"' && p[1] != '"')
			break;
		p += *p == '"';
		csv->line += *p == '\n';
		*to++ = *p;
	}
	*ret_end = to;
	csv->next = p < csv->end ? p + 1 : csv->end;
	return p < csv->end ? NONE : OPEN;
}

/* One field, from *ret to *ret_end; csv->next is left at what ends it. */
static enum fault
read_field(struct cao_csv *csv, char **ret, char **ret_end)
{
	const char stop[] = { csv->delimiter, '\r', '\n', '\0' };
	char *from = csv->next, *behind;
	enum fault fault = NONE;
	size_t n;

	while (strchr(stop, *from) == NULL && (n = blank_at(from)) > 0)
		from += n;
	csv->next = from;
	*ret = from;
	if (*from == '"') {
		if ((fault = quoted_field(csv, ret_end)) != NONE)
			return fault;
		behind = csv->next;
		csv->next += strcspn(csv->next, stop);
		while (behind < csv->next && (n = blank_at(behind)) > 0)
			behind += n;
		fault = behind < csv->next ? AFTER : NONE;
	} else {
		csv->next += strcspn(csv->next, stop);
		*ret_end = csv->next;
	}
	return *ret_end - from > CAO_CSV_FIELD_MAX ? LONG : fault;
}

static enum fault
read_row(struct cao_csv *csv, struct cao_csv_row *row)
{
	enum fault fault, first = NONE;
	char *from, *to, stop;

	row->line = csv->line;
	row->count = 0;
	for (;; csv->next++) {
		if ((fault = read_field(csv, &from, &to)) == OPEN)
			return fault;
		if (row->count == CAO_CSV_FIELDS_MAX)
			fault = MANY;
		if (first == NONE)
			first = fault;
		/* Trimming may overwrite what ends the field. */
		stop = *csv->next;
		if (fault == NONE)
			row->field[row->count++] = trim(from, to);
		if (stop != csv->delimiter)
			break;
	}
	if (stop == '\r' && csv->next[1] == '\n')
		csv->next++;
	csv->line += stop != '\0';
	csv->next += stop != '\0';
	return first;
}

static bool
is_blank(const struct cao_csv_row *row)
{
	size_t i;

	for (i = 0; i < row->count; i++)
		if (row->field[i][0] != '\0')
			return false;
	return true;
}

static enum cao_status
refuse(enum fault fault, struct cao_error *e)
{
	switch (fault) {
	case OPEN:
		return cao_fail(e, CAO_INPUT, "a quote is left open");
	case AFTER:
		return cao_fail(e, CAO_INPUT,
		    "text behind a closing quote; a quote inside quotes is "
		    "doubled (RFC 4180)");
	case LONG:
		return cao_fail(e, CAO_INPUT, "a field of over %d octets",
		    CAO_CSV_FIELD_MAX);
	default:
		return cao_fail(
		    e, CAO_INPUT, "more than %d fields", CAO_CSV_FIELDS_MAX);
	}
}

enum cao_status
cao_csv_next(struct cao_csv *csv, struct cao_csv_row *row, bool *ret_more,
    struct cao_error *e)
{
	enum fault fault;

	do {
		if (csv->next >= csv->end) {
			*ret_more = false;
			return CAO_OK;
		}
		fault = read_row(csv, row);
	} while (fault == NONE && is_blank(row));
	if (fault != NONE) {
		refuse(fault, e);
		return cao_error_place(e, csv->name, row->line, 0, "");
	}
	*ret_more = true;
	return CAO_OK;
}
