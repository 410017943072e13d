/* The lines of a bank's statement in MT940 of SWIFT. */
#include "order/statement_mt940.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "codec/charset.h"
#include "order/statement_parts.h"

#define DIGITS "0123456789"
#define LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define FIELD_MAX 4096 /* octets; SWIFT has 6 lines of 65 characters */
#define AMOUNT_MAX 15
#define LINES_ABOVE 20 /* of titles, before the first :20: */
#define TAG_MAX 5      /* ":60F:" */

struct field {
	char tag[TAG_MAX + 1]; /* with its colons */
	char *value;           /* may have several lines */
	unsigned line;
};

struct mt940 {
	char *name;
	char *text, *next; /* decoded, read in place */
	unsigned line;     /* of next */
	char currency[4];  /* of the account, "" if it was not said */
};

/* The octets of the tag with which the line begins, or 0. */
static size_t
tag_of(const char *line)
{
	size_t n = 3;

	if (line[0] != ':' || strspn(line + 1, DIGITS) < 2)
		return 0;
	n += line[n] >= 'A' && line[n] <= 'Z';
	return line[n] == ':' ? n + 1 : 0;
}

/* The line that ends a message, or begins one of SWIFT's envelopes. */
static bool
ends_message(const char *line)
{
	if (line[0] == '-')
		return line[1] == '}' ||
		    line[1 + strspn(line + 1, " ")] == '\0' ||
		    strchr("\r\n", line[1 + strspn(line + 1, " ")]) != NULL;
	return strncmp(line, "{1:", 3) == 0;
}

/* Step over a line and its end. */
static void
skip_line(struct mt940 *m)
{
	m->next += strcspn(m->next, "\r\n");
	m->line += *m->next != '\0';
	if (m->next[0] == '\r' && m->next[1] == '\n')
		m->next++;
	m->next += *m->next != '\0';
}

/*
 * The next field: the line with its tag, and those below that neither have one
 * nor end the message.  False at the end of the text.
 */
static bool
read_field(struct mt940 *m, struct field *ret)
{
	char *end;
	size_t n;

	while (*m->next != '\0' && tag_of(m->next) == 0)
		skip_line(m);
	if ((n = tag_of(m->next)) == 0)
		return false;
	(void)snprintf(ret->tag, sizeof ret->tag, "%.*s", (int)n, m->next);
	ret->value = m->next + n;
	ret->line = m->line;
	do {
		end = m->next + strcspn(m->next, "\r\n");
		skip_line(m);
	} while (
	    *m->next != '\0' && tag_of(m->next) == 0 && !ends_message(m->next));
	/* The end is that of a line: of a field at the end of the text there
	 * is none, and nothing stands behind it. */
	*end = '\0';
	ret->value += strspn(ret->value, " ");
	return true;
}

/* Is there nothing below, so that the statement is cut off here? */
static bool
at_end(const struct mt940 *m)
{
	return m->next[strspn(m->next, " \r\n")] == '\0';
}

static bool
is_tag(const struct field *f, const char *tag)
{
	return strcmp(f->tag, tag) == 0;
}

/* ":60F:C261120CNY1000,00": all that counts is the currency. */
static enum cao_status
read_balance(struct mt940 *m, const struct field *f, struct cao_error *err)
{
	const char *v = f->value;

	m->currency[0] = '\0';
	if ((*v == 'C' || *v == 'D') && strspn(v + 1, DIGITS) == 6 &&
	    strspn(v + 7, LETTERS) == 3) {
		(void)snprintf(m->currency, sizeof m->currency, "%.3s", v + 7);
		return CAO_OK;
	}
	cao_fail(err, CAO_INPUT,
	    "\"%.40s\" is not a balance: C or D, the day as YYMMDD, the "
	    "currency, the amount",
	    v);
	return cao_error_place(err, m->name, f->line, 0, f->tag);
}

/* Days since 1970 of YYYY and MMDD, or -1. */
static int64_t
day_of(int year, const char *month_day)
{
	char iso[CAO_DATE_SIZE];
	struct cao_error ignored;
	int64_t day;

	(void)snprintf(iso, sizeof iso, "%04u-%.2s-%.2s",
	    (unsigned)year % 10000, month_day, month_day + 2);
	return cao_date_parse(iso, &day, &ignored) == CAO_OK ? day : -1;
}

/* The value date, and the booking date if it is there, whose year is the one
 * that brings it nearest to the value date. */
static bool
read_day(const char **v, int64_t *ret)
{
	size_t digits = strspn(*v, DIGITS);
	int64_t value, day, best;
	int year, y;

	if (digits != 6 && digits != 10)
		return false;
	year = 2000 + 10 * ((*v)[0] - '0') + ((*v)[1] - '0');
	best = value = day_of(year, *v + 2);
	if (value < 0)
		return false;
	if (digits == 10)
		for (best = -1, y = year - 1; y <= year + 1; y++) {
			day = day_of(y, *v + 6);
			if (day >= 0 &&
			    (best < 0 ||
				llabs(day - value) < llabs(best - value)))
				best = day;
		}
	*v += digits;
	*ret = best;
	return best >= 0;
}

/* C, D, RC or RD, and behind it perhaps a letter of the currency. */
static bool
read_mark(const char **v, struct cao_bank_line *line)
{
	bool reversal = **v == 'R';
	char mark = (*v)[reversal];

	if (mark != 'C' && mark != 'D')
		return false;
	line->credit = mark == 'C' && !reversal;
	line->aside = !reversal ? NULL
	    : mark == 'C'       ? cao_statement_taken_back
				: cao_statement_came_back;
	*v += reversal + 1;
	*v += **v >= 'A' && **v <= 'Z';
	return true;
}

static enum cao_status
read_amount(const char **v, struct cao_bank_line *line, struct cao_error *err)
{
	size_t n = strspn(*v, DIGITS ",.");
	char amount[AMOUNT_MAX + 2];

	(void)snprintf(amount, sizeof amount, "%.*s", (int)n, *v);
	if (n > AMOUNT_MAX || memchr(*v, ',', n) == NULL)
		return cao_fail(err, CAO_INPUT,
		    "\"%.40s\" begins with no amount such as 240,00", *v);
	*v += n;
	return cao_statement_amount(amount, ',', &line->fen, err);
}

/* Behind the kind of transaction: the payer's reference, which may be
 * anybody's, and behind "//" the bank's own. */
static enum cao_status
read_reference(const char *v, struct cao_bank_line *line, struct cao_error *err)
{
	const char *bank;
	size_t n;

	if (strspn(v, LETTERS) < 1 || strspn(v, LETTERS DIGITS) < 4)
		return cao_fail(err, CAO_INPUT,
		    "\"%.40s\" begins with no kind of transaction such as "
		    "NTRF",
		    v);
	bank = strstr(v, "//");
	bank = bank != NULL ? bank + 2 + strspn(bank + 2, " ") : "";
	for (n = strlen(bank); n > 0 && bank[n - 1] == ' '; n--)
		;
	if (n == strlen("NONREF") && strncmp(bank, "NONREF", n) == 0)
		n = 0;
	if ((line->reference = strndup(bank, n)) == NULL)
		return cao_fail_memory(err);
	return cao_statement_reference(line->reference, err);
}

/* Field :61: but for what its second line says, which is left in *ret_more. */
static enum cao_status
read_entry(const struct mt940 *m, struct field *f, struct cao_bank_line *line,
    const char **ret_more, struct cao_error *err)
{
	size_t n = strcspn(f->value, "\r\n");
	const char *v = f->value;
	enum cao_status st = CAO_INPUT;

	*ret_more = f->value + n + strspn(f->value + n, "\r\n");
	f->value[n] = '\0';
	line->line = f->line;
	if (!read_day(&v, &line->day))
		cao_fail(err, CAO_INPUT,
		    "\"%.40s\" begins with no day as YYMMDD or YYMMDDMMDD", v);
	else if (!read_mark(&v, line))
		cao_fail(err, CAO_INPUT,
		    "\"%.40s\" begins with none of C, D, RC, RD", v);
	else if ((st = read_amount(&v, line, err)) == CAO_OK &&
	    (st = read_reference(v, line, err)) == CAO_OK) {
		if (m->currency[0] != '\0')
			return cao_statement_yuan(m->currency, err);
		st = cao_fail(err, CAO_INPUT,
		    "no opening balance (:60F:) above it says the currency");
	}
	return st;
}

/* A line as a whole: :61:, and :86: where there is one. */
static enum cao_status
read_line(struct mt940 *m, struct field *f, struct cao_bank_line *line,
    struct cao_error *err)
{
	struct field info = { .value = (char[]){ "" } };
	const char *more = "";
	enum cao_status st;

	st = read_entry(m, f, line, &more, err);
	if (strncmp(m->next, ":86:", 4) == 0)
		(void)read_field(m, &info);
	if (st == CAO_OK && at_end(m))
		st = cao_fail(err, CAO_INPUT,
		    "the file ends here, without a closing balance (:62F:): is "
		    "it cut off?");
	if (*info.value != '\0')
		more = info.value;
	if (st == CAO_OK && strlen(more) > FIELD_MAX)
		st = cao_fail(err, CAO_INPUT,
		    "more than %d octets about the transaction", FIELD_MAX);
	if (st == CAO_OK)
		st = cao_statement_information(more, line, err);
	if (st == CAO_INPUT)
		cao_error_place(err, m->name, f->line, 0, f->tag);
	return st;
}

static enum cao_status
next_line(void *reader, struct cao_bank_line *line, bool *ret_more,
    struct cao_error *err)
{
	struct mt940 *m = reader;
	struct field f;
	enum cao_status st;

	while (read_field(m, &f)) {
		if (is_tag(&f, ":61:")) {
			*ret_more = true;
			return read_line(m, &f, line, err);
		}
		if (is_tag(&f, ":20:"))
			m->currency[0] = '\0';
		else if ((is_tag(&f, ":60F:") || is_tag(&f, ":60M:")) &&
		    (st = read_balance(m, &f, err)) != CAO_OK)
			return st;
	}
	*ret_more = false;
	return CAO_OK;
}

/* Field :20: begins one of the first lines, or a block of SWIFT the first. */
static bool
recognise(const char *text, size_t len)
{
	const char *end = text + len, *p = text, *lf;
	int i;

	for (; p < end && strchr(" \t\r\n", *p) != NULL; p++)
		;
	if (end - p >= 3 && memcmp(p, "{1:", 3) == 0)
		return true;
	for (i = 0; i <= LINES_ABOVE && end - p >= 4; i++, p = lf + 1) {
		if (memcmp(p, ":20:", 4) == 0)
			return true;
		if ((lf = memchr(p, '\n', (size_t)(end - p))) == NULL)
			break;
	}
	return false;
}

static void
close_mt940(void *reader)
{
	struct mt940 *m = reader;

	if (m == NULL)
		return;
	free(m->name);
	free(m->text);
	free(m);
}

static enum cao_status
open_mt940(const char *name, const void *octets, size_t len, void **ret,
    struct cao_error *err)
{
	struct cao_buf text = { 0 };
	enum cao_status st = CAO_SYSTEM;
	struct mt940 *m;

	if ((m = calloc(1, sizeof *m)) == NULL ||
	    (m->name = strdup(name)) == NULL) {
		cao_fail_memory(err);
		goto out;
	}
	if ((st = cao_charset_text(name, octets, len, &text, err)) != CAO_OK ||
	    (st = cao_buf_give(&text, &m->text, err)) != CAO_OK)
		goto out;
	m->next = m->text;
	m->line = 1;
	*ret = m, m = NULL;
out:
	cao_buf_free(&text);
	close_mt940(m);
	return st;
}

const struct cao_statement_format cao_statement_mt940 = { recognise, open_mt940,
	next_line, close_mt940 };
