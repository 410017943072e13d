/* Asking WeChat Pay for what it was asked for and has not told of. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "flow/wechat_merchant.h"

#define PATH_SIZE 256
/* What was not paid within a week is closed by WeChat Pay. */
#define OPEN_SECONDS (INT64_C(8) * 24 * 60 * 60)

typedef void tell(void *arg, const struct cao_wechat_told *);

/* A refund that has no end yet. */
struct returning {
	char number[CAO_WECHAT_REFUND_SIZE];
	char transaction_id[CAO_WECHAT_ID_SIZE];
	char *reason;
	int64_t fen, total;
};

static enum cao_status
load_refunds(struct cao_store *s, int64_t order, struct returning **ret,
    size_t *ret_count, struct cao_error *err)
{
	struct cao_query *q = cao_db_use(s->db, SQL_WECHAT_REFUNDS);
	struct returning *list = NULL, *r;
	size_t count = 0;
	enum cao_status st;
	bool row;

	cao_db_int(q, ":order", order);
	while ((st = cao_db_step(q, &row, err)) == CAO_OK && row) {
		if ((r = cao_grow(list, count, sizeof *list)) == NULL) {
			st = cao_fail_memory(err);
			break;
		}
		list = r;
		r = &list[count++];
		(void)snprintf(
		    r->number, sizeof r->number, "%s", cao_col_text(q, 0));
		(void)snprintf(r->transaction_id, sizeof r->transaction_id,
		    "%s", cao_col_text(q, 3));
		r->fen = cao_col_int(q, 1);
		r->total = cao_col_int(q, 4);
		if ((r->reason = strdup(cao_col_text(q, 2))) == NULL) {
			st = cao_fail_memory(err);
			break;
		}
	}
	cao_db_done(q);
	*ret = list;
	*ret_count = count;
	return st;
}

/* Ask what became of it; where WeChat Pay knows of none, send it. */
static enum cao_status
ask_refund(struct cao_wechat *w, const struct cao_env *env,
    const struct returning *r, struct cao_wechat_answer *a,
    struct cao_error *err)
{
	const struct cao_wechat_back back = { r->transaction_id, r->number,
		r->reason, w->config->wechat.notify_url, r->fen, r->total };
	struct cao_buf body = { 0 };
	char path[PATH_SIZE];
	enum cao_status st;

	(void)snprintf(
	    path, sizeof path, "/v3/refund/domestic/refunds/%s", r->number);
	if ((st = cao_wechat_ask(w, env, path, NULL, a, err)) != CAO_OK ||
	    a->status != 404 || !a->genuine || env->dry_run)
		return st;
	cao_wechat_answer_free(a);
	cao_wechat_put_refund(&body, &back);
	st = cao_wechat_ask(
	    w, env, "/v3/refund/domestic/refunds", &body, a, err);
	cao_buf_free(&body);
	return st;
}

static enum cao_status
take_refund(struct cao_wechat *w, const struct cao_env *env,
    const struct returning *r, const struct cao_wechat_answer *a,
    struct cao_wechat_told *told, struct cao_wechat_returned *t,
    struct cao_error *err)
{
	struct cao_wechat_opened o = { .key = NULL };
	struct cao_wechat_result result = { .number = r->number,
		.fen = r->fen,
		.status = t->status,
		.proof = a->proof };
	enum cao_status st;

	if ((st = cao_wechat_proof_open(w->store, &a->proof, &o, err)) ==
	    CAO_OK)
		st = cao_wechat_opened_returned(&o, t, err);
	cao_wechat_opened_free(&o);
	if (st == CAO_OK)
		st = cao_wechat_record_result(w->store, env,
		    &cao_wechat_verifier, &result, &told->changed, err);
	return st;
}

static enum cao_status
poll_refund(struct cao_wechat *w, const struct cao_env *env, const char *number,
    const struct returning *r, tell *row, void *arg, struct cao_error *err)
{
	struct cao_wechat_answer a = { .status = 0 };
	struct cao_wechat_returned t = { .status = "unknown" };
	struct cao_wechat_told told = { .number = number,
		.trade = r->number,
		.state = t.status,
		.fen = r->fen,
		.refund = true };
	enum cao_status st;

	if ((st = ask_refund(w, env, r, &a, err)) != CAO_OK)
		return st;
	if (a.status == 200)
		st = take_refund(w, env, r, &a, &told, &t, err);
	else if (a.status != 404 || !a.genuine)
		st = cao_wechat_refused(&a, err);
	cao_wechat_answer_free(&a);
	if (st == CAO_OK)
		row(arg, &told);
	return st == CAO_OK ? st
			    : cao_error_prefix(err, "refund %s", r->number);
}

static enum cao_status
poll_trades(struct cao_wechat *w, const struct cao_env *env, const char *number,
    const struct cao_wechat_trades *trades, tell *row, void *arg,
    struct cao_error *err)
{
	struct cao_wechat_seen seen;
	enum cao_status st = CAO_OK;

	for (size_t i = 0; i < trades->count && st == CAO_OK; i++) {
		const struct cao_wechat_trade *t = &trades->list[i];

		if (t->paid)
			continue;
		st = cao_wechat_look(w, env, number, t, &seen, err);
		if (st == CAO_OK)
			row(arg,
			    &(struct cao_wechat_told){ .number = number,
				.trade = t->trade,
				.state = seen.state,
				.fen = t->fen,
				.changed = seen.changed });
	}
	return st;
}

enum cao_status
cao_wechat_poll(struct cao_wechat *w, const struct cao_env *env,
    const char *number, tell *row, void *arg, struct cao_error *err)
{
	struct cao_wechat_trades *trades = calloc(1, sizeof *trades);
	struct returning *refunds = NULL;
	struct cao_order o = { .id = 0 };
	size_t count = 0;
	enum cao_status st;

	if (trades == NULL)
		return cao_fail_memory(err);
	if ((st = cao_store_load(w->store, number, 0, &o, err)) == CAO_OK &&
	    (st = cao_wechat_trades_load(w->store, o.id, trades, err)) ==
		CAO_OK &&
	    (st = load_refunds(w->store, o.id, &refunds, &count, err)) ==
		CAO_OK)
		st = poll_trades(w, env, number, trades, row, arg, err);
	for (size_t i = 0; i < count && st == CAO_OK; i++)
		st = poll_refund(w, env, number, &refunds[i], row, arg, err);
	for (size_t i = 0; i < count; i++)
		free(refunds[i].reason);
	free(refunds);
	free(trades);
	cao_order_free(&o);
	return st;
}

enum cao_status
cao_wechat_pending(struct cao_store *s, const struct cao_env *env,
    struct cao_result **ret, size_t *ret_count, struct cao_error *err)
{
	struct cao_query *q = cao_db_use(s->db, SQL_WECHAT_PENDING);
	struct cao_result *list = NULL, *more;
	size_t count = 0;
	enum cao_status st;
	bool row;

	cao_db_int(q, ":since", env->now - OPEN_SECONDS);
	while ((st = cao_db_step(q, &row, err)) == CAO_OK && row) {
		if ((more = cao_grow(list, count, sizeof *list)) == NULL) {
			st = cao_fail_memory(err);
			break;
		}
		list = more;
		memset(&list[count], 0, sizeof *list);
		(void)snprintf(list[count++].number, CAO_NUMBER_SIZE, "%s",
		    cao_col_text(q, 0));
	}
	cao_db_done(q);
	if (st != CAO_OK) {
		free(list);
		return st;
	}
	*ret = list;
	*ret_count = count;
	return CAO_OK;
}
