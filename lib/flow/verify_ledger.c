/* The ledger, held to the facts that it is made from, and what money rests on
 * that is no order's. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "flow/reconcile.h"
#include "flow/verify.h"

/* The columns of the view ledger_astray. */
enum { WHAT, KIND, FACT, FEN };

static void
say(const struct cao_query *q, struct cao_error *err)
{
	const char *what = cao_col_text(q, WHAT), *kind = cao_col_text(q, KIND);
	long long fact = (long long)cao_col_int(q, FACT);
	char fen[CAO_MONEY_SIZE];
	int64_t by = cao_col_int(q, FEN);

	cao_money_format(
	    by > CAO_MONEY_MAX || by < -CAO_MONEY_MAX ? 0 : by, fen);
	if (strcmp(what, "unbalanced") == 0)
		(void)cao_fail(err, CAO_INTEGRITY,
		    "ledger: what %s %lld posts does not add up to zero: %s",
		    kind, fact, fen);
	else if (strcmp(what, "order") == 0)
		(void)cao_fail(err, CAO_INTEGRITY,
		    "ledger: it is off by %s from the row of order %s", fen,
		    cao_col_text(q, FEN + 1));
	else if (strcmp(what, "line") == 0)
		(void)cao_fail(err, CAO_INTEGRITY,
		    "ledger: of line %lld of a bank's statement %s are left, "
		    "and another amount waits",
		    fact, fen);
	else if (strcmp(what, "wechat") == 0)
		(void)cao_fail(err, CAO_INTEGRITY,
		    "ledger: payment %lld by WeChat and what it settles differ "
		    "by %s",
		    fact, fen);
	else
		(void)cao_fail(err, CAO_INTEGRITY,
		    "ledger: refund %lld pays back %s, more than came", fact,
		    fen);
}

static enum cao_status
verify_balance(struct cao_verify *v, struct cao_error *err)
{
	struct cao_query *q = cao_db_use(v->store->db, SQL_LEDGER_ASTRAY);
	enum cao_status st;
	bool row;

	while ((st = cao_db_step(q, &row, err)) == CAO_OK && row) {
		say(q, err);
		if ((st = cao_verify_judge(v, CAO_INTEGRITY, err, NULL)) !=
		    CAO_OK)
			break;
	}
	cao_db_done(q);
	return cao_verify_judge(v, st, err, NULL);
}

/* Of lines that wait as they came: that they were in a statement. */
static enum cao_status
verify_waiting(struct cao_verify *v, struct cao_error *err)
{
	struct cao_query *q = cao_db_use(v->store->db, SQL_WAITING_ALL);
	enum cao_status st;
	bool row;

	while ((st = cao_db_step(q, &row, err)) == CAO_OK && row) {
		struct cao_line l = { .row = 0 };

		if ((st = cao_reconcile_read(q, &l, err)) == CAO_OK)
			st = cao_flow_check_line(
			    v->store, l.evidence, &l.bank, v->cache, err);
		cao_line_free(&l);
		if ((st = cao_verify_judge(v, st, err, NULL)) != CAO_OK)
			break;
	}
	cao_db_done(q);
	return cao_verify_judge(v, st, err, NULL);
}

/* Refunds of what was for no order. */
static enum cao_status
verify_refunds(struct cao_verify *v, struct cao_error *err)
{
	struct cao_query *q = cao_db_use(v->store->db, SQL_REFUNDS_OF_NONE);
	struct cao_refund r = { .id = 0 };
	enum cao_status st;
	bool row;

	while ((st = cao_db_step(q, &row, err)) == CAO_OK && row) {
		r.number = strdup(cao_col_text(q, 0));
		r.fen = cao_col_int(q, 1);
		r.reason = strdup(cao_col_text(q, 2));
		r.evidence = cao_col_int(q, 3);
		r.source = strdup(cao_col_text(q, 4));
		if (r.number == NULL || r.reason == NULL || r.source == NULL)
			st = cao_fail_memory(err);
		else
			st = cao_flow_check_refund(
			    v->store, NULL, &r, v->cache, err);
		cao_refund_free(&r);
		r = (struct cao_refund){ .id = 0 };
		if ((st = cao_verify_judge(v, st, err, NULL)) != CAO_OK)
			break;
	}
	cao_db_done(q);
	return cao_verify_judge(v, st, err, NULL);
}

enum cao_status
cao_verify_ledger(struct cao_verify *v, struct cao_error *err)
{
	enum cao_status st;

	if ((st = verify_balance(v, err)) != CAO_OK ||
	    (st = verify_waiting(v, err)) != CAO_OK)
		return st;
	return verify_refunds(v, err);
}
