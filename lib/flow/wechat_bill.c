/* Holding the daily bill of WeChat Pay to what is recorded. */
#include "order/wechat_bill.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "flow/wechat.h"

#define DAY_SECONDS (INT64_C(24) * 60 * 60)

struct bill {
	struct cao_store *store;
	void (*row)(void *arg, const struct cao_wechat_billed *);
	void *arg;
	char (*seen)[CAO_WECHAT_REFUND_SIZE]; /* ids, sorted at the end */
	size_t count;
	int64_t from, to; /* its days; to 0: nothing is in it */
	bool same;
};

static void
tell(struct bill *b, const struct cao_wechat_billed *l)
{
	b->same &= strcmp(l->what, "same") == 0;
	b->row(b->arg, l);
}

/* Remember the id, and which days the bill is about. */
static enum cao_status
remember(struct bill *b, const struct cao_wechat_line *l, struct cao_error *err)
{
	int64_t day =
	    cao_date_of(l->at) * DAY_SECONDS - CAO_ZONE_MINUTES * INT64_C(60);
	void *seen = cao_grow(b->seen, b->count, sizeof *b->seen);

	if (seen == NULL)
		return cao_fail_memory(err);
	b->seen = seen;
	(void)snprintf(b->seen[b->count++], sizeof *b->seen, "%s",
	    l->refund ? l->number : l->transaction_id);
	if (b->to == 0 || day < b->from)
		b->from = day;
	if (day + DAY_SECONDS > b->to)
		b->to = day + DAY_SECONDS;
	return CAO_OK;
}

/* What is recorded of the line, or what is not as it is there. */
static const char *
compare(const struct cao_wechat_line *l, const struct cao_query *q,
    char why[CAO_ERROR_TEXT])
{
	const char *trade = l->refund ? l->transaction_id : l->out_trade_no;
	char fen[CAO_MONEY_SIZE];

	*why = '\0';
	if (strcmp(cao_col_text(q, 1), trade) != 0)
		(void)snprintf(why, CAO_ERROR_TEXT,
		    _("the bill has it for %s, and %s is recorded"), trade,
		    cao_col_text(q, 1));
	else if (cao_col_int(q, 2) != l->fen) {
		cao_money_format(cao_col_int(q, 2), fen);
		(void)snprintf(why, CAO_ERROR_TEXT, _("%s are recorded"), fen);
	} else if (l->refund && cao_col_int(q, 3) == 0)
		(void)snprintf(why, CAO_ERROR_TEXT,
		    _("nothing is known of it here; ca-pay --wechat-poll %s "
		      "asks"),
		    cao_col_text(q, 0));
	return *why == '\0' ? "same" : "differs";
}

static enum cao_status
check_line(
    struct bill *b, const struct cao_wechat_line *l, struct cao_error *err)
{
	struct cao_query *q = cao_db_use(b->store->db,
	    l->refund ? SQL_WECHAT_BILL_REFUND : SQL_WECHAT_BILL_PAYMENT);
	struct cao_wechat_billed told = { .line = l->line,
		.refund = l->refund,
		.id = l->refund ? l->number : l->transaction_id,
		.fen = l->fen };
	char number[CAO_NUMBER_SIZE] = "", why[CAO_ERROR_TEXT] = "";
	enum cao_status st;
	bool row;

	cao_db_text(q, ":id", told.id);
	if ((st = cao_db_step(q, &row, err)) != CAO_OK)
		return st;
	told.what = row ? compare(l, q, why) : "unrecorded";
	if (row)
		(void)snprintf(number, sizeof number, "%s", cao_col_text(q, 0));
	cao_db_done(q);
	if (!row && cao_wechat_number(l->out_trade_no, number) && !l->refund)
		(void)snprintf(why, sizeof why,
		    _("its notice never came; ca-pay --wechat-poll %s asks"),
		    number);
	else if (!row)
		(void)snprintf(why, sizeof why, "%s",
		    l->refund ? _("it was not paid back from here")
			      : _("it is for no order"));
	told.number = number;
	told.why = why;
	tell(b, &told);
	return remember(b, l, err);
}

static int
by_text(const void *a, const void *b)
{
	return strcmp(a, b);
}

/* What is recorded in its days and not in it. */
static enum cao_status
check_recorded(struct bill *b, struct cao_error *err)
{
	struct cao_query *q =
	    cao_db_use(b->store->db, SQL_WECHAT_BILL_RECORDED);
	char id[CAO_WECHAT_REFUND_SIZE];
	enum cao_status st;
	bool row;

	qsort(b->seen, b->count, sizeof *b->seen, by_text);
	cao_db_int(q, ":from", b->from);
	cao_db_int(q, ":to", b->to);
	while ((st = cao_db_step(q, &row, err)) == CAO_OK && row) {
		(void)snprintf(id, sizeof id, "%s", cao_col_text(q, 1));
		if (bsearch(id, b->seen, b->count, sizeof *b->seen, by_text) !=
		    NULL)
			continue;
		tell(b,
		    &(struct cao_wechat_billed){ .what = "unbilled",
			.refund = cao_col_int(q, 0) != 0,
			.id = id,
			.number = cao_col_text(q, 2),
			.fen = cao_col_int(q, 3),
			.why = _("it is recorded, and not in the bill") });
	}
	cao_db_done(q);
	return st;
}

/* A line that cannot be read is told, and the rest is looked at. */
static enum cao_status
check_lines(struct bill *b, struct cao_wechat_bill *bill, bool *ret_bad,
    struct cao_error *err)
{
	struct cao_wechat_line l;
	enum cao_status st;
	bool more = true;

	while (more) {
		st = cao_wechat_bill_next(bill, &l, &more, err);
		if (st == CAO_INPUT && more) {
			*ret_bad = true;
			tell(b,
			    &(struct cao_wechat_billed){ .what = "bad",
				.line = err->line,
				.id = "",
				.number = "",
				.why = err->text });
			continue;
		}
		if (st == CAO_OK && more)
			st = check_line(b, &l, err);
		if (st != CAO_OK)
			return st;
	}
	return CAO_OK;
}

enum cao_status
cao_wechat_bill(struct cao_store *s, const char *name, const void *text,
    size_t len, void (*row)(void *arg, const struct cao_wechat_billed *),
    void *arg, bool *ret_same, struct cao_error *err)
{
	struct bill b = { .store = s, .row = row, .arg = arg, .same = true };
	struct cao_wechat_bill *bill = NULL;
	enum cao_status st;
	bool bad = false;

	if ((st = cao_wechat_bill_open(name, text, len, &bill, err)) != CAO_OK)
		return st;
	if ((st = cao_db_begin_read(s->db, __func__, err)) == CAO_OK)
		st = check_lines(&b, bill, &bad, err);
	if (st == CAO_OK && b.to != 0)
		st = check_recorded(&b, err);
	cao_db_rollback(s->db);
	cao_wechat_bill_close(bill);
	free(b.seen);
	*ret_same = b.same;
	if (st == CAO_OK && bad)
		st = cao_fail(
		    err, CAO_INPUT, "%s: lines of it could not be read", name);
	return st;
}
