#include "order/cell.h"

#include "base/money.h"
#include "base/text.h"
#include "base/time.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DIGITS "0123456789"

/* Keep what lies between the first skip octets and the last drop. */
static void
keep(char *text, size_t skip, size_t drop)
{
	size_t len = strlen(text) - skip - drop;

	memmove(text, text + skip, len);
	text[len] = '\0';
}

static bool
wrapped(const char *text, const char *before, const char *behind)
{
	size_t len = strlen(text), n = strlen(before), m = strlen(behind);

	return len >= n + m && strncmp(text, before, n) == 0 &&
	    strcmp(text + len - m, behind) == 0;
}

/* Hyphen, dashes and minus, as folding leaves them. */
static size_t
dash_at(const char *p)
{
	static const char *const dashes[] = { "-", "\u2010", "\u2013", "\u2014",
		"\u2212" };
	size_t i;

	for (i = 0; i < sizeof dashes / sizeof *dashes; i++)
		if (strncmp(p, dashes[i], strlen(dashes[i])) == 0)
			return strlen(dashes[i]);
	return 0;
}

enum cao_status
cao_cell_text(const char *cell, char **ret_text, struct cao_error *err)
{
	enum cao_status status;
	const char *p;
	char *text;
	size_t n;

	if ((status = cao_text_fold(cell, &text, err)) != CAO_OK)
		return status;
	if (wrapped(text, "=\"", "\""))
		keep(text, 2, 1);
	while (*text == '\'' || *text == '`')
		keep(text, 1, 0);
	if (wrapped(text, "[", "]"))
		keep(text, 1, 1);
	for (p = text; (n = dash_at(p)) > 0; p += n)
		;
	if (*p == '\0')
		*text = '\0';
	*ret_text = text;
	return CAO_OK;
}

bool
cao_cell_scientific(const char *text)
{
	const char *p = text + (*text == '-' || *text == '+');
	size_t whole = strspn(p, DIGITS), places = 0;
	bool sign;

	if (whole == 0)
		return false;
	p += whole;
	if (*p == '.') {
		places = strspn(p + 1, DIGITS);
		p += 1 + places;
	}
	if (*p != 'E' && *p != 'e')
		return false;
	p++;
	sign = *p == '+' || *p == '-';
	p += sign;
	/* "12E34" may be somebody's reference. */
	return *p != '\0' && p[strspn(p, DIGITS)] == '\0' &&
	    (sign || places > 0);
}

/* Step over the sign at *text; true if it is a minus. */
static bool
take_sign(char *text)
{
	size_t n = dash_at(text);

	if (n > 0)
		keep(text, n, 0);
	else if (*text == '+')
		keep(text, 1, 0);
	return n > 0;
}

static void
take_currency(char *text)
{
	static const char *const before[] = { "¥", "CNY", "RMB", "人民币" };
	size_t i;

	for (i = 0; i < sizeof before / sizeof *before; i++)
		if (wrapped(text, before[i], ""))
			keep(text, strlen(before[i]), 0);
	if (wrapped(text, "", "元"))
		keep(text, 0, strlen("元"));
}

/* Drop the commas, if they stand where thousands are divided. */
static bool
take_commas(char *text)
{
	size_t n = strspn(text, DIGITS);
	char *p = text + n;

	if (*p == ',' && (n == 0 || n > 3))
		return false;
	while (*p == ',') {
		if (strspn(p + 1, DIGITS) != 3)
			return false;
		keep(p, 1, 0);
		p += 3;
	}
	return true;
}

static enum cao_status
read_money(
    const char *cell, char *text, int64_t *ret_fen, struct cao_error *err)
{
	bool minus = wrapped(text, "(", ")"), negative = minus;
	enum cao_status status;
	int64_t fen = 0;

	if (minus)
		keep(text, 1, 1);
	minus = take_sign(text);
	take_currency(text);
	if (!minus)
		minus = take_sign(text);
	negative |= minus;
	if (!take_commas(text) || *text < '0' || *text > '9')
		return cao_fail(err, CAO_INPUT,
		    "\"%.40s\" is not an amount in yuan, such as 240.00 or "
		    "1,240.00",
		    cell);
	if ((status = cao_money_parse(text, &fen, err)) == CAO_OK)
		*ret_fen = negative ? -fen : fen;
	return status;
}

enum cao_status
cao_cell_money(
    const char *cell, bool *ret_given, int64_t *ret_fen, struct cao_error *err)
{
	enum cao_status status;
	int64_t fen = 0;
	char *text;

	if ((status = cao_cell_text(cell, &text, err)) != CAO_OK)
		return status;
	if (*text == '\0') {
		*ret_given = false;
	} else if (cao_cell_scientific(text)) {
		status = cao_fail(err, CAO_INPUT,
		    "the amount \"%.40s\" is in scientific notation, its "
		    "digits are lost: export the statement again and do not "
		    "save it from a spreadsheet",
		    cell);
	} else if ((status = read_money(cell, text, &fen, err)) == CAO_OK) {
		*ret_given = true;
		*ret_fen = fen;
	}
	free(text);
	return status;
}

/* The octets before the first blank or the T of RFC 3339. */
static size_t
before_blank(const char *cell)
{
	const char *p;

	for (p = cell; *p != '\0'; p++)
		if (strchr(" \tT\r\n", *p) != NULL ||
		    strncmp(p, "\u3000", 3) == 0 ||
		    strncmp(p, "\u00a0", 2) == 0)
			break;
	return (size_t)(p - cell);
}

/* Step over one to max digits. */
static bool
number(const char **p, size_t max, int *ret)
{
	size_t n = strspn(*p, DIGITS), i;
	int value = 0;

	if (n == 0 || n > max)
		return false;
	for (i = 0; i < n; i++)
		value = value * 10 + (*p)[i] - '0';
	*p += n;
	*ret = value;
	return true;
}

static bool
step(const char **p, const char *word)
{
	size_t n = strlen(word);

	if (strncmp(*p, word, n) != 0)
		return false;
	*p += n;
	return true;
}

/* YYYYMMDD, behind which HHMM or HHMMSS may follow at once. */
static bool
compact_date(const char **p, int *year, int *month, int *day)
{
	size_t n = strspn(*p, DIGITS);
	int value = 0, i;

	if (n != 8 && n != 12 && n != 14)
		return false;
	for (i = 0; i < 8; i++)
		value = value * 10 + (*p)[i] - '0';
	*p += 8;
	*year = value / 10000;
	*month = value / 100 % 100;
	*day = value % 100;
	return true;
}

static bool
divided_date(const char **p, int *year, int *month, int *day)
{
	static const char *const divisions[][3] = { { "-", "-", "" },
		{ "/", "/", "" }, { ".", ".", "" }, { "年", "月", "日" },
		{ "年", "月", "号" } };
	const char *start = *p;
	size_t i;

	for (i = 0; i < sizeof divisions / sizeof *divisions; i++, *p = start)
		if (strspn(*p, DIGITS) == 4 && number(p, 4, year) &&
		    step(p, divisions[i][0]) && number(p, 2, month) &&
		    step(p, divisions[i][1]) && number(p, 2, day) &&
		    step(p, divisions[i][2]))
			return true;
	return false;
}

/* "9:05", "15:00:00.123", "15时00分", "150000", "+08:00" behind any. */
static bool
is_clock(const char *p)
{
	static const char *const marks[] = { ":", ".", "时", "点", "分", "秒",
		"+", "-", "Z" };
	size_t i, n;

	if (*p == '\0')
		return true;
	if (*p < '0' || *p > '9')
		return false;
	while (*p != '\0') {
		n = strspn(p, DIGITS);
		for (i = 0; n == 0 && i < sizeof marks / sizeof *marks; i++)
			if (strncmp(p, marks[i], strlen(marks[i])) == 0)
				n = strlen(marks[i]);
		if (n == 0)
			return false;
		p += n;
	}
	return true;
}

static bool
read_date(const char *date, const char *clock, char out[CAO_DATE_SIZE])
{
	int year, month, day;
	const char *p = date;

	if (!compact_date(&p, &year, &month, &day) &&
	    !divided_date(&p, &year, &month, &day))
		return false;
	/* Only 日 and a fixed number of digits tell where the day ends. */
	if (!is_clock(p) || !is_clock(clock) ||
	    !cao_date_valid(year, month, day))
		return false;
	(void)snprintf(out, CAO_DATE_SIZE, "%04u-%02u-%02u",
	    (unsigned)year % 10000, (unsigned)month % 100, (unsigned)day % 100);
	return true;
}

enum cao_status
cao_cell_date(const char *cell, int64_t *ret_day, struct cao_error *err)
{
	char *head = NULL, *date = NULL, *clock = NULL, iso[CAO_DATE_SIZE];
	size_t n = before_blank(cell);
	enum cao_status status;

	if ((head = strndup(cell, n)) == NULL) {
		status = cao_fail_memory(err);
		goto out;
	}
	n += cell[n] == 'T';
	if ((status = cao_cell_text(head, &date, err)) != CAO_OK ||
	    (status = cao_cell_text(cell + n, &clock, err)) != CAO_OK)
		goto out;
	if (read_date(date, clock, iso))
		status = cao_date_parse(iso, ret_day, err);
	else
		status = cao_fail(err, CAO_INPUT,
		    "\"%.40s\" is not a date, such as 2026-05-10, 20260510, "
		    "2026/5/10 or 2026年5月10日",
		    cell);
out:
	free(head);
	free(date);
	free(clock);
	return status;
}

/* Drop the hyphens and make every sign of masking a '*'. */
static void
tidy_account(char *text)
{
	static const char *const masks[] = { "*", "X", "x", "•", "●" };
	char *to = text;
	size_t i, n;

	while (*text != '\0') {
		if ((n = dash_at(text)) > 0) {
			text += n;
			continue;
		}
		for (i = 0; i < sizeof masks / sizeof *masks; i++)
			if (strncmp(text, masks[i], strlen(masks[i])) == 0)
				break;
		if (i < sizeof masks / sizeof *masks) {
			text += strlen(masks[i]);
			*to++ = '*';
		} else {
			*to++ = *text++;
		}
	}
	*to = '\0';
}

enum cao_status
cao_cell_account(const char *cell, char **ret_account, struct cao_error *err)
{
	enum cao_status status;
	char *text;

	if ((status = cao_cell_text(cell, &text, err)) != CAO_OK)
		return status;
	if (cao_cell_scientific(text)) {
		status = cao_fail(err, CAO_INPUT,
		    "the account \"%.40s\" is in scientific notation, its "
		    "digits are lost: export the statement again and do not "
		    "save it from a spreadsheet",
		    cell);
		free(text);
		return status;
	}
	tidy_account(text);
	*ret_account = text;
	return CAO_OK;
}

enum cao_status
cao_cell_direction(const char *cell, bool *ret_credit, struct cao_error *err)
{
	/* As the account's holder sees it: what the bank owes him is credit. */
	static const struct {
		const char *word;
		bool credit;
	} words[] = { { "贷", true }, { "贷方", true }, { "贷记", true },
		{ "C", true }, { "CR", true }, { "CRDT", true }, { "收", true },
		{ "收入", true }, { "入", true }, { "入账", true },
		{ "转入", true }, { "存入", true }, { "进账", true },
		{ "来账", true }, { "借", false }, { "借方", false },
		{ "借记", false }, { "D", false }, { "DR", false },
		{ "DBIT", false }, { "支", false }, { "支出", false },
		{ "付", false }, { "付出", false }, { "出", false },
		{ "出账", false }, { "转出", false }, { "支取", false },
		{ "往账", false } };
	enum cao_status status;
	char *text;
	size_t i;

	if ((status = cao_cell_text(cell, &text, err)) != CAO_OK)
		return status;
	for (i = 0; i < sizeof words / sizeof *words; i++)
		if (strcmp(words[i].word, text) == 0)
			break;
	if (i < sizeof words / sizeof *words)
		*ret_credit = words[i].credit;
	else
		status = cao_fail(err, CAO_INPUT,
		    "\"%.40s\" is no direction of a payment: 贷 is money in, "
		    "借 is money out",
		    cell);
	free(text);
	return status;
}
