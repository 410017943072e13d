/* What waits for somebody to say what it is for, and the ledger. */
#include <string.h>

#include "base/money.h"
#include "flow/reconcile.h"

/* What is left of a line, behind what orders have of it. */
static enum cao_status
tell_rest(struct cao_line *l, struct cao_error *err)
{
	char rest[CAO_MONEY_SIZE], fen[CAO_MONEY_SIZE];
	struct cao_error why;

	cao_money_format(l->rest, rest);
	cao_money_format(l->bank.fen, fen);
	(void)cao_fail(&why, CAO_OK, "%s of its %s are left", rest, fen);
	l->match = CAO_MATCH_OVER;
	l->bank.fen = l->rest;
	return cao_reconcile_tell(l, &why, err);
}

static enum cao_status
examine(struct cao_import *im, struct cao_error *err)
{
	struct cao_query *q = cao_db_use(im->store->db, SQL_WAITING_ALL);
	enum cao_status st;
	bool row;

	while ((st = cao_db_step(q, &row, err)) == CAO_OK && row) {
		struct cao_line l = { .match = CAO_MATCH_UNKNOWN };

		if ((st = cao_reconcile_read(q, &l, err)) == CAO_OK)
			st = l.rest < l.bank.fen
			    ? tell_rest(&l, err)
			    : cao_reconcile_match(im, &l, err);
		if (st == CAO_OK)
			st = cao_reconcile_keep(im, &l, err);
		else
			cao_line_free(&l);
		if (st != CAO_OK)
			break;
	}
	cao_db_done(q);
	return st;
}

enum cao_status
cao_pay_unmatched(struct cao_store *s,
    void (*row)(void *arg, const struct cao_statement_line *), void *arg,
    struct cao_error *err)
{
	struct cao_import im = { .store = s };
	enum cao_status st;

	if ((st = cao_db_begin_read(s->db, __func__, err)) == CAO_OK)
		st = examine(&im, err);
	if (st == CAO_OK)
		st = cao_reconcile_lines(&im, true, row, arg, err);
	cao_db_rollback(s->db);
	cao_import_free(&im);
	return st;
}

/* The columns of the statements ledger_of_order and ledger_all. */
enum { NUMBER, ACCOUNT, FEN, KIND, FACT, AT };

enum cao_status
cao_query_ledger(struct cao_store *s, const char *number_or_null,
    void (*row)(void *arg, const struct cao_posting *), void *arg,
    struct cao_error *err)
{
	struct cao_order o = { .id = 0 };
	struct cao_query *q;
	struct cao_posting p;
	int64_t order;
	enum cao_status st = CAO_OK;
	bool more;

	if (number_or_null != NULL)
		st =
		    cao_store_load(s, number_or_null, CAO_LOAD_PURGED, &o, err);
	order = o.id;
	cao_order_free(&o);
	if (st != CAO_OK)
		return st;
	q = cao_db_use(s->db,
	    number_or_null != NULL ? SQL_LEDGER_OF_ORDER : SQL_LEDGER_ALL);
	if (number_or_null != NULL)
		cao_db_int(q, ":order", order);
	while ((st = cao_db_step(q, &more, err)) == CAO_OK && more) {
		p = (struct cao_posting){ .number = cao_col_text(q, NUMBER),
			.account = cao_col_text(q, ACCOUNT),
			.fen = cao_col_int(q, FEN),
			.kind = cao_col_text(q, KIND),
			.fact = cao_col_int(q, FACT),
			.at = cao_col_int(q, AT) };
		row(arg, &p);
	}
	cao_db_done(q);
	return st;
}

enum cao_status
cao_ledger_balance(struct cao_store *s,
    void (*row)(void *arg, const char *account, int64_t fen), void *arg,
    struct cao_error *err)
{
	struct cao_query *q = cao_db_use(s->db, SQL_LEDGER_BALANCE);
	enum cao_status st;
	bool more;

	while ((st = cao_db_step(q, &more, err)) == CAO_OK && more)
		row(arg, cao_col_text(q, 0), cao_col_int(q, 1));
	cao_db_done(q);
	return st;
}
