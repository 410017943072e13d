/* The lines that an entry of CAMT.053 is. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "order/cell.h"
#include "order/number.h"
#include "order/statement_camt.h"
#include "order/statement_parts.h"

/* What a value is called in a message. */
static const char *const elements[CAMT_VALUES] = { [CAMT_AMOUNT] = "Amt",
	[CAMT_DETAIL_AMOUNT] = "AmtDtls/TxAmt/Amt",
	[CAMT_DIRECTION] = "CdtDbtInd",
	[CAMT_REVERSAL] = "RvslInd",
	[CAMT_STATUS] = "Sts",
	[CAMT_DAY] = "BookgDt",
	[CAMT_VALUE_DAY] = "ValDt",
	[CAMT_REFERENCE] = "AcctSvcrRef",
	[CAMT_ACCOUNT] = "DbtrAcct" };

static enum cao_status
in_element(struct cao_error *err, enum cao_camt_value which)
{
	return cao_error_place(err, NULL, 0, 0, elements[which]);
}

static const char *
value(const struct cao_camt_values *v, enum cao_camt_value which)
{
	return v != NULL && v->text[which] != NULL ? v->text[which] : "";
}

/* "CNY 240.00" */
static enum cao_status
read_amount(const struct cao_camt_values *v, enum cao_camt_value which,
    int64_t *ret_fen, struct cao_error *err)
{
	const char *text = value(v, which), *amount = strchr(text, ' ');
	char currency[CAMT_CURRENCY_SIZE] = "";
	enum cao_status st;

	if (amount == NULL)
		st = cao_fail(err, CAO_INPUT, "no amount");
	else {
		(void)snprintf(currency, sizeof currency, "%.*s",
		    (int)(amount - text), text);
		st = *currency != '\0'
		    ? cao_statement_yuan(currency, err)
		    : cao_fail(err, CAO_INPUT, "an amount without a currency");
		if (st == CAO_OK)
			st =
			    cao_statement_amount(amount + 1, '.', ret_fen, err);
	}
	return st == CAO_INPUT ? in_element(err, which) : st;
}

static enum cao_status
read_direction(
    const struct cao_camt_values *v, bool *ret_credit, struct cao_error *err)
{
	const char *text = value(v, CAMT_DIRECTION);

	*ret_credit = strcmp(text, "CRDT") == 0;
	if (*ret_credit || strcmp(text, "DBIT") == 0)
		return CAO_OK;
	cao_fail(err, CAO_INPUT, "\"%.40s\" is neither CRDT nor DBIT", text);
	return in_element(err, CAMT_DIRECTION);
}

static enum cao_status
read_reversal(const struct cao_camt_values *v, bool *ret, struct cao_error *err)
{
	const char *text = value(v, CAMT_REVERSAL);

	*ret = strcmp(text, "true") == 0 || strcmp(text, "1") == 0;
	if (*ret || *text == '\0' || strcmp(text, "false") == 0 ||
	    strcmp(text, "0") == 0)
		return CAO_OK;
	cao_fail(err, CAO_INPUT, "\"%.40s\" is neither true nor false", text);
	return in_element(err, CAMT_REVERSAL);
}

static enum cao_status
read_status(const struct cao_camt_values *v, bool *ret, struct cao_error *err)
{
	static const char *const open[] = { "PDNG", "FUTR", "INFO" };
	const char *text = value(v, CAMT_STATUS);
	size_t i;

	*ret = strcmp(text, "BOOK") == 0;
	for (i = 0; !*ret && i < sizeof open / sizeof *open; i++)
		if (strcmp(text, open[i]) == 0)
			return CAO_OK;
	if (*ret)
		return CAO_OK;
	cao_fail(err, CAO_INPUT,
	    "\"%.40s\" is none of BOOK, PDNG, FUTR and INFO", text);
	return in_element(err, CAMT_STATUS);
}

/* Which way the money went, and whether it did. */
static enum cao_status
read_way(const struct cao_camt_values *entry, bool credit,
    struct cao_bank_line *line, struct cao_error *err)
{
	bool booked = false, reversal = false;
	enum cao_status st;

	if ((st = read_status(entry, &booked, err)) != CAO_OK ||
	    (st = read_reversal(entry, &reversal, err)) != CAO_OK)
		return st;
	line->credit = credit && booked && !reversal;
	if (!booked)
		line->aside = cao_statement_pending;
	else if (reversal)
		line->aside =
		    credit ? cao_statement_came_back : cao_statement_taken_back;
	return CAO_OK;
}

/* A day, behind which a time of day or a zone may stand. */
static enum cao_status
read_day(const struct cao_camt_values *v, int64_t *ret, struct cao_error *err)
{
	enum cao_camt_value which =
	    v->text[CAMT_DAY] != NULL ? CAMT_DAY : CAMT_VALUE_DAY;
	const char *text = value(v, which);
	size_t n = strcspn(text, "TZ+");
	char day[CAO_DATE_SIZE];
	enum cao_status st = CAO_INPUT;

	if (n > sizeof day - 1)
		n = sizeof day - 1;
	(void)snprintf(day, sizeof day, "%.*s", (int)n, text);
	if (n == sizeof day - 1 && strchr("TZ+-", text[n]) != NULL)
		st = cao_date_parse(day, ret, err);
	if (st == CAO_INPUT) {
		cao_fail(err, CAO_INPUT,
		    "\"%.40s\" is not a day such as 2026-11-20", text);
		in_element(err, which);
	}
	return st;
}

/* Nothing that a bank writes where it has no reference. */
static bool
is_reference(const char *text)
{
	return *text != '\0' && strcmp(text, "NONREF") != 0 &&
	    strcmp(text, "NOTPROVIDED") != 0;
}

/* Is the reference of the transaction its own, and not that of the whole? */
static bool
is_own(const struct cao_camt_entry *e, size_t which)
{
	const char *own = value(&e->transaction[which], CAMT_REFERENCE);
	size_t before = which > 0 ? which - 1 : which + 1;

	return is_reference(own) &&
	    strcmp(own, value(&e->values, CAMT_REFERENCE)) != 0 &&
	    strcmp(own, value(&e->transaction[before], CAMT_REFERENCE)) != 0;
}

/*
 * The reference of the entry, which is what other formats have.  Of several
 * transactions each has its own, or else its place behind that of the entry.
 */
static enum cao_status
read_reference(const struct cao_camt_entry *e, size_t which,
    struct cao_bank_line *line, struct cao_error *err)
{
	const char *whole = value(&e->values, CAMT_REFERENCE);
	struct cao_buf text = { 0 };
	enum cao_status st;

	if (!is_reference(whole) && e->count > 0)
		whole = value(&e->transaction[which], CAMT_REFERENCE);
	if (e->count > 1 && is_own(e, which))
		cao_buf_puts(
		    &text, value(&e->transaction[which], CAMT_REFERENCE));
	else if (is_reference(whole) && e->count > 1)
		cao_buf_printf(&text, "%s/%zu", whole, which + 1);
	else if (is_reference(whole))
		cao_buf_puts(&text, whole);
	if ((st = cao_buf_give(&text, &line->reference, err)) != CAO_OK)
		return st;
	st = cao_statement_reference(line->reference, err);
	return st == CAO_INPUT ? in_element(err, CAMT_REFERENCE) : st;
}

/* The payer's words, else the bank's; and the payer's reference, if an order
 * is named in it and not in those. */
static enum cao_status
read_text(const struct cao_camt_entry *e, const struct cao_camt_values *v,
    struct cao_bank_line *line, struct cao_error *err)
{
	const char *text = value(v, CAMT_TEXT),
		   *end = value(v, CAMT_END_TO_END);
	char number[CAO_NUMBER_SIZE];
	struct cao_buf all = { 0 };

	if (*text == '\0')
		text = value(v, CAMT_REMARK);
	if (*text == '\0')
		text = value(&e->values, CAMT_REMARK);
	cao_buf_puts(&all, text);
	if (!cao_number_find(text, number) && cao_number_find(end, number))
		cao_buf_printf(&all, "%s%s", *text != '\0' ? " " : "", number);
	return cao_buf_give(&all, &line->text, err);
}

/* What is the transaction's own of an amount and a direction. */
static enum cao_status
read_own(const struct cao_camt_entry *e, const struct cao_camt_values *v,
    int64_t *ret_fen, bool *ret_credit, struct cao_error *err)
{
	enum cao_status st;

	st = read_direction(
	    v->text[CAMT_DIRECTION] != NULL ? v : &e->values, ret_credit, err);
	if (st != CAO_OK)
		return st;
	return read_amount(v,
	    v->text[CAMT_AMOUNT] != NULL ? CAMT_AMOUNT : CAMT_DETAIL_AMOUNT,
	    ret_fen, err);
}

enum cao_status
cao_camt_check(const struct cao_camt_entry *e, struct cao_bank_line *line,
    struct cao_error *err)
{
	char have[CAO_MONEY_SIZE], want[CAO_MONEY_SIZE];
	int64_t fen = 0, sum = 0, whole = 0;
	bool credit = false, in = false;
	enum cao_status st;
	size_t i;

	if (e->count < 2)
		return CAO_OK;
	line->line = e->values.line;
	if ((st = read_amount(&e->values, CAMT_AMOUNT, &whole, err)) !=
		CAO_OK ||
	    (st = read_direction(&e->values, &in, err)) != CAO_OK)
		return st;
	for (i = 0; i < e->count; i++) {
		st = read_own(e, &e->transaction[i], &fen, &credit, err);
		if (st != CAO_OK) {
			line->line = e->transaction[i].line;
			return st;
		}
		sum += credit == in ? fen : -fen;
	}
	if (sum == whole)
		return CAO_OK;
	cao_money_format(sum, have);
	cao_money_format(whole, want);
	cao_fail(err, CAO_INPUT,
	    "%zu transactions of %s in all, in an entry of %s: none of them is "
	    "taken",
	    e->count, have, want);
	return in_element(err, CAMT_AMOUNT);
}

enum cao_status
cao_camt_line(const struct cao_camt_entry *e, size_t which,
    struct cao_bank_line *line, struct cao_error *err)
{
	const struct cao_camt_values *v =
	    which < e->count ? &e->transaction[which] : NULL;
	bool credit = false;
	enum cao_status st;

	line->line = e->count > 1 ? v->line : e->values.line;
	if (e->count > 1) {
		st = read_own(e, v, &line->fen, &credit, err);
	} else if ((st = read_direction(&e->values, &credit, err)) == CAO_OK) {
		/* What was booked, if charges or another currency differ. */
		st = read_amount(&e->values, CAMT_AMOUNT, &line->fen, err);
	}
	if (st != CAO_OK ||
	    (st = read_way(&e->values, credit, line, err)) != CAO_OK ||
	    (st = read_day(&e->values, &line->day, err)) != CAO_OK ||
	    (st = read_reference(e, which, line, err)) != CAO_OK ||
	    (st = read_text(e, v, line, err)) != CAO_OK)
		return st;
	st = cao_cell_account(value(v, CAMT_ACCOUNT), &line->account, err);
	if (st != CAO_OK)
		return st == CAO_INPUT ? in_element(err, CAMT_ACCOUNT) : st;
	if ((line->name = strdup(value(v, CAMT_NAME))) == NULL)
		return cao_fail_memory(err);
	return CAO_OK;
}
