/* Reading the daily bill of WeChat Pay. */
#include "order/wechat_bill.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/money.h"

#define PREFIX '`'
#define TOTALS "总交易单数"

enum column {
	AT,
	TRANSACTION,
	TRADE,
	STATE,
	CURRENCY,
	FEN,
	REFUND,
	STATUS,
	BACK,
	COLUMNS
};

static const struct {
	const char *title;
	bool required;
} columns[COLUMNS] = {
	[AT] = { "交易时间", true },
	[TRANSACTION] = { "微信订单号", true },
	[TRADE] = { "商户订单号", true },
	[STATE] = { "交易状态", true },
	[CURRENCY] = { "货币种类", true },
	[FEN] = { "订单金额", true },
	[REFUND] = { "商户退款单号", false },
	[STATUS] = { "退款状态", false },
	[BACK] = { "申请退款金额", false },
};

/* What the lines come to, and the totals are held to. */
static const char *const total_titles[] = { TOTALS, "订单总金额",
	"申请退款总金额" };
#define TOTAL_COUNT 3

struct cao_wechat_bill {
	char *name;
	struct cao_csv *csv;
	struct cao_csv_row row;
	size_t width;
	size_t at[COLUMNS]; /* its field, or CAO_CSV_FIELDS_MAX: none */
	int64_t sum[TOTAL_COUNT];
	size_t bad; /* lines that could not be read: sums mean nothing */
	bool ended;
};

/* The value without what keeps it from being taken for a number. */
static const char *
value(const struct cao_wechat_bill *b, enum column c)
{
	const char *text = "";

	if (b->at[c] < b->row.count)
		text = b->row.field[b->at[c]];
	return *text == PREFIX ? text + 1 : text;
}

static enum cao_status
refuse(const struct cao_wechat_bill *b, enum column c, struct cao_error *err)
{
	(void)cao_fail(
	    err, CAO_INPUT, "'%.40s' is no %s", value(b, c), columns[c].title);
	return cao_error_place(err, b->name, b->row.line, 0, columns[c].title);
}

static enum cao_status
bad_line(const struct cao_wechat_bill *b, struct cao_error *err)
{
	return cao_error_place(err, b->name, b->row.line, 0, NULL);
}

static enum cao_status
find_columns(struct cao_wechat_bill *b, struct cao_error *err)
{
	b->width = b->row.count;
	for (size_t c = 0; c < COLUMNS; c++) {
		b->at[c] = CAO_CSV_FIELDS_MAX;
		for (size_t i = 0; i < b->row.count; i++)
			if (strcmp(b->row.field[i], columns[c].title) == 0)
				b->at[c] = i;
		if (columns[c].required && b->at[c] == CAO_CSV_FIELDS_MAX) {
			(void)cao_fail(err, CAO_INPUT,
			    "this is no bill of WeChat Pay: it has no column "
			    "%s",
			    columns[c].title);
			return bad_line(b, err);
		}
	}
	return CAO_OK;
}

enum cao_status
cao_wechat_bill_open(const char *name, const void *data, size_t len,
    struct cao_wechat_bill **ret, struct cao_error *err)
{
	struct cao_wechat_bill *b = calloc(1, sizeof *b);
	enum cao_status st;
	bool more = false;

	if (b == NULL || (b->name = strdup(name)) == NULL) {
		free(b);
		return cao_fail_memory(err);
	}
	if ((st = cao_csv_open(name, data, len, &b->csv, err)) == CAO_OK)
		st = cao_csv_next(b->csv, &b->row, &more, err);
	if (st == CAO_OK && !more)
		st = cao_fail(err, CAO_INPUT, "%s: nothing is in it", name);
	if (st == CAO_OK)
		st = find_columns(b, err);
	if (st == CAO_OK)
		*ret = b;
	else
		cao_wechat_bill_close(b);
	return st;
}

void
cao_wechat_bill_close(struct cao_wechat_bill *b)
{
	if (b == NULL)
		return;
	cao_csv_close(b->csv);
	free(b->name);
	free(b);
}

static enum cao_status
take_word(struct cao_wechat_bill *b, enum column c, char *out, size_t size,
    struct cao_error *err)
{
	const char *text = value(b, c);
	size_t n = strlen(text);

	for (size_t i = 0; i < n; i++)
		if (text[i] <= ' ' || text[i] > '~')
			return refuse(b, c, err);
	if (n == 0 || n >= size)
		return refuse(b, c, err);
	(void)snprintf(out, size, "%s", text);
	return CAO_OK;
}

static enum cao_status
take_money(struct cao_wechat_bill *b, enum column c, int64_t *ret,
    struct cao_error *err)
{
	if (cao_money_parse(value(b, c), ret, err) != CAO_OK || *ret < 0)
		return refuse(b, c, err);
	return CAO_OK;
}

/* "2026-09-01 10:00:00" in the CA's zone, which is WeChat Pay's. */
static enum cao_status
take_time(struct cao_wechat_bill *b, int64_t *ret, struct cao_error *err)
{
	char text[sizeof "2026-09-01 10:00:00+08:00"];
	int n;

	n = snprintf(text, sizeof text, "%s+08:00", value(b, AT));
	if (n != sizeof text - 1 || cao_time_parse(text, ret, err) != CAO_OK)
		return refuse(b, AT, err);
	return CAO_OK;
}

static enum cao_status
take_refund(
    struct cao_wechat_bill *b, struct cao_wechat_line *l, struct cao_error *err)
{
	enum cao_status st;

	if ((st = take_word(b, REFUND, l->number, sizeof l->number, err)) ||
	    (st = take_word(b, STATUS, l->status, sizeof l->status, err)) ||
	    (st = take_money(b, BACK, &l->fen, err)) != CAO_OK)
		return st;
	return l->fen > 0 ? CAO_OK : refuse(b, BACK, err);
}

static enum cao_status
read_line(
    struct cao_wechat_bill *b, struct cao_wechat_line *l, struct cao_error *err)
{
	int64_t fen = 0;
	enum cao_status st;

	*l = (struct cao_wechat_line){ .line = b->row.line };
	if (b->row.count != b->width) {
		(void)cao_fail(err, CAO_INPUT,
		    "%zu fields, and the bill has %zu columns", b->row.count,
		    b->width);
		return bad_line(b, err);
	}
	if ((st = take_time(b, &l->at, err)) != CAO_OK ||
	    (st = take_word(b, TRANSACTION, l->transaction_id,
		 sizeof l->transaction_id, err)) != CAO_OK ||
	    (st = take_word(b, TRADE, l->out_trade_no, sizeof l->out_trade_no,
		 err)) != CAO_OK ||
	    (st = take_money(b, FEN, &fen, err)) != CAO_OK)
		return st;
	if (strcmp(value(b, CURRENCY), "CNY") != 0)
		return refuse(b, CURRENCY, err);
	l->refund = strcmp(value(b, STATE), "REFUND") == 0;
	if (l->refund)
		st = take_refund(b, l, err);
	else if (strcmp(value(b, STATE), "SUCCESS") != 0)
		st = refuse(b, STATE, err);
	else if ((l->fen = fen) == 0)
		st = refuse(b, FEN, err);
	if (st != CAO_OK)
		return st;
	b->sum[0]++;
	b->sum[1] += fen;
	b->sum[2] += l->refund ? l->fen : 0;
	return CAO_OK;
}

/* The number behind a title of the totals. */
static enum cao_status
check_total(struct cao_wechat_bill *b, size_t which, const char *text,
    struct cao_error *err)
{
	char want[CAO_MONEY_SIZE];
	int64_t found = 0;

	if (*text == PREFIX)
		text++;
	if (which == 0)
		found = strtoll(text, NULL, 10);
	else if (cao_money_parse(text, &found, err) != CAO_OK)
		return bad_line(b, err);
	if (b->bad > 0 || found == b->sum[which])
		return CAO_OK;
	if (which == 0)
		(void)snprintf(want, sizeof want, "%lld", (long long)b->sum[0]);
	else
		cao_money_format(b->sum[which], want);
	(void)cao_fail(err, CAO_INPUT,
	    "%s is %.40s, and the lines above come to %s: the bill is not "
	    "whole",
	    total_titles[which], text, want);
	return bad_line(b, err);
}

static enum cao_status
no_totals(const struct cao_wechat_bill *b, struct cao_error *err)
{
	return cao_fail(err, CAO_INPUT,
	    "%s: the bill ends before its totals: it is not whole", b->name);
}

/* The two last lines: titles, under the cursor, and their values. */
static enum cao_status
read_totals(struct cao_wechat_bill *b, struct cao_error *err)
{
	size_t where[TOTAL_COUNT];
	enum cao_status st;
	bool more;

	for (size_t t = 0; t < TOTAL_COUNT; t++) {
		where[t] = CAO_CSV_FIELDS_MAX;
		for (size_t i = 0; i < b->row.count; i++)
			if (strcmp(b->row.field[i], total_titles[t]) == 0)
				where[t] = i;
	}
	if ((st = cao_csv_next(b->csv, &b->row, &more, err)) != CAO_OK)
		return st;
	for (size_t t = 0; t < TOTAL_COUNT && st == CAO_OK; t++) {
		if (!more ||
		    (where[t] != CAO_CSV_FIELDS_MAX &&
			where[t] >= b->row.count))
			return no_totals(b, err);
		if (where[t] != CAO_CSV_FIELDS_MAX)
			st = check_total(b, t, b->row.field[where[t]], err);
	}
	return st;
}

enum cao_status
cao_wechat_bill_next(struct cao_wechat_bill *b, struct cao_wechat_line *ret,
    bool *ret_more, struct cao_error *err)
{
	enum cao_status st;

	*ret_more = false;
	if (b->ended)
		return CAO_OK;
	if ((st = cao_csv_next(b->csv, &b->row, ret_more, err)) != CAO_OK) {
		b->bad++;
		*ret_more = true; /* behind an open quote comes the end */
		return st;
	}
	b->ended = !*ret_more || strcmp(b->row.field[0], TOTALS) == 0;
	if (!b->ended) {
		st = read_line(b, ret, err);
		b->bad += st != CAO_OK;
		return st;
	}
	if (!*ret_more)
		return no_totals(b, err);
	*ret_more = false;
	return read_totals(b, err);
}
