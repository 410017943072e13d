/* Orders at WeChat Pay: what is to be paid, asked for and looked after. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "flow/wechat_merchant.h"

#define TRADE_NOTE "wechat-order"
#define PATH_SIZE 256
#define ROUNDS 2 /* a number that cannot be used any more takes a new one */

enum cao_status
cao_wechat_trades_load(struct cao_store *s, int64_t order,
    struct cao_wechat_trades *ret, struct cao_error *err)
{
	struct cao_query *q = cao_db_use(s->db, SQL_WECHAT_TRADES);
	struct cao_wechat_trade *t;
	enum cao_status st;
	bool row;

	ret->count = 0;
	cao_db_int(q, ":order", order);
	while ((st = cao_db_step(q, &row, err)) == CAO_OK && row &&
	    ret->count < CAO_WECHAT_TRADES) {
		t = &ret->list[ret->count++];
		(void)snprintf(
		    t->trade, sizeof t->trade, "%s", cao_col_text(q, 0));
		t->fen = cao_col_int(q, 1);
		t->paid = cao_col_int(q, 2) != 0;
	}
	cao_db_done(q);
	return st;
}

enum cao_status
cao_wechat_trades_add(struct cao_store *s, const struct cao_env *env,
    int64_t order, const struct cao_wechat_trade *t, struct cao_error *err)
{
	char text[CAO_WECHAT_ID_SIZE + 24];

	(void)snprintf(
	    text, sizeof text, "%s %lld", t->trade, (long long)t->fen);
	return cao_store_put_note(s, env, TRADE_NOTE, order, text, err);
}

/* What is to be asked for. */
struct asking {
	const char *number;
	struct cao_wechat_trades trades; /* before it */
	struct cao_wechat_trade trade;
	bool fresh;
	char spent[CAO_WECHAT_ID_SIZE]; /* that cannot be used any more */
	struct cao_buf body;
};

static enum cao_status
check_order(const struct cao_order *o, int64_t *ret_left, struct cao_error *err)
{
	char fen[CAO_MONEY_SIZE];
	enum cao_status st;
	bool done;

	if (o->fee_due == 0)
		return cao_fail(
		    err, CAO_DENIED, "nothing is to be paid for this order");
	if ((st = cao_step_check(CAO_STEP_DECLARE, o->facts, &done, err)) !=
	    CAO_OK)
		return st;
	*ret_left = o->fee_due - (o->paid - o->refunded);
	cao_money_format(o->fee_due, fen);
	return *ret_left > 0
	    ? CAO_OK
	    : cao_fail(err, CAO_DENIED, "the %s due are paid already", fen);
}

/* The last number, if it was asked with that amount and is open, or the next
 * one. */
static enum cao_status
choose(struct asking *a, int64_t left, struct cao_error *err)
{
	const struct cao_wechat_trades *t = &a->trades;
	const struct cao_wechat_trade *last =
	    t->count > 0 ? &t->list[t->count - 1] : NULL;

	a->fresh = last == NULL || last->paid || last->fen != left ||
	    strcmp(last->trade, a->spent) == 0;
	if (!a->fresh) {
		a->trade = *last;
		return CAO_OK;
	}
	if (t->count >= CAO_WECHAT_TRADES)
		return cao_fail(err, CAO_DENIED,
		    "WeChat Pay was asked %d times for other payments of it; "
		    "it is to be paid by bank",
		    CAO_WECHAT_TRADES);
	a->trade = (struct cao_wechat_trade){ .fen = left };
	cao_wechat_trade_no(a->number, (unsigned)t->count + 1, a->trade.trade);
	return CAO_OK;
}

static enum cao_status
write_body(struct cao_wechat *w, const struct cao_order *o, struct asking *a,
    struct cao_error *err)
{
	const struct cao_service *service;
	struct cao_buf what = { 0 };
	struct cao_wechat_asked asked = { .mchid = w->config->wechat.mchid,
		.appid = w->config->wechat.appid,
		.notify_url = w->config->wechat.notify_url,
		.out_trade_no = a->trade.trade,
		.fen = a->trade.fen };
	enum cao_status st;

	st = cao_store_service(w->store, o->service, &service, err);
	if (st != CAO_OK)
		return st;
	cao_buf_printf(&what, "%s %s", o->number, service->title.zh);
	asked.description = cao_buf_text(&what);
	cao_buf_clear(&a->body);
	cao_wechat_put_order(&a->body, &asked);
	st = cao_buf_ok(&what) && cao_buf_ok(&a->body) ? CAO_OK
						       : cao_fail_memory(err);
	cao_buf_free(&what);
	return st;
}

/* The number is on record before it is used. */
static enum cao_status
prepare(struct cao_wechat *w, const struct cao_env *env, struct asking *a,
    struct cao_error *err)
{
	struct cao_order o = { .id = 0 };
	int64_t left = 0;
	enum cao_status st;

	if ((st = cao_db_begin(w->store->db, __func__, err)) != CAO_OK)
		return st;
	if ((st = cao_store_load(w->store, a->number, CAO_LOAD_APPLICATION, &o,
		 err)) == CAO_OK &&
	    (st = check_order(&o, &left, err)) == CAO_OK &&
	    (st = cao_wechat_trades_load(w->store, o.id, &a->trades, err)) ==
		CAO_OK &&
	    (st = choose(a, left, err)) == CAO_OK)
		st = write_body(w, &o, a, err);
	if (st == CAO_OK && a->fresh) {
		st = cao_wechat_trades_add(w->store, env, o.id, &a->trade, err);
		if (st == CAO_OK)
			st = cao_flow_commit(w->store, env, err);
	}
	cao_db_rollback(w->store->db);
	cao_order_free(&o);
	return st;
}

enum cao_status
cao_wechat_take(struct cao_store *s, const struct cao_env *env,
    const char *number, const struct cao_wechat_trade *trade,
    const struct cao_wechat_transaction *t,
    const struct cao_wechat_proof *proof, bool *ret_new, struct cao_error *err)
{
	const struct cao_wechat_payment p = { .transaction_id =
						  (char *)(uintptr_t)t->id,
		.out_trade_no = (char *)(uintptr_t)t->out_trade_no,
		.payer = (char *)(uintptr_t)t->payer,
		.fen = t->fen,
		.success_at = t->success_at,
		.proof = *proof };
	char want[CAO_MONEY_SIZE], have[CAO_MONEY_SIZE];

	if (strcmp(t->out_trade_no, trade->trade) != 0)
		return cao_fail(err, CAO_INTEGRITY,
		    "it tells of %s and not of %s", t->out_trade_no,
		    trade->trade);
	cao_money_format(t->fen, have);
	cao_money_format(trade->fen, want);
	if (t->fen != trade->fen)
		return cao_fail(err, CAO_INTEGRITY,
		    "%s were paid under %s, which %s were asked for under",
		    have, t->out_trade_no, want);
	return cao_wechat_record_payment(
	    s, env, &cao_wechat_verifier, number, &p, ret_new, err);
}

/* What the answer to a question says. */
static enum cao_status
see(struct cao_wechat *w, const struct cao_env *env, const char *number,
    const struct cao_wechat_trade *trade, const struct cao_wechat_answer *a,
    struct cao_wechat_seen *ret, struct cao_error *err)
{
	struct cao_wechat_opened o = { .key = NULL };
	struct cao_wechat_transaction t;
	enum cao_status st;

	if ((st = cao_wechat_proof_open(w->store, &a->proof, &o, err)) ==
	    CAO_OK)
		st = cao_wechat_opened_transaction(&o, &t, err);
	cao_wechat_opened_free(&o);
	if (st != CAO_OK)
		return st;
	if (strcmp(t.state, "SUCCESS") == 0)
		st = cao_wechat_take(w->store, env, number, trade, &t,
		    &a->proof, &ret->changed, err);
	(void)snprintf(ret->state, sizeof ret->state, "%s", t.state);
	for (char *p = ret->state; *p != '\0'; p++)
		*p = (char)(*p >= 'A' && *p <= 'Z' ? *p + ('a' - 'A') : *p);
	return st;
}

enum cao_status
cao_wechat_look(struct cao_wechat *w, const struct cao_env *env,
    const char *number, const struct cao_wechat_trade *trade,
    struct cao_wechat_seen *ret, struct cao_error *err)
{
	struct cao_wechat_answer a = { .status = 0 };
	char path[PATH_SIZE];
	enum cao_status st;

	*ret = (struct cao_wechat_seen){ .state = "unknown" };
	(void)snprintf(path, sizeof path,
	    "/v3/pay/transactions/out-trade-no/%s?mchid=%s", trade->trade,
	    w->config->wechat.mchid);
	if ((st = cao_wechat_ask(w, env, path, NULL, &a, err)) != CAO_OK)
		return st;
	if (a.status == 200)
		st = see(w, env, number, trade, &a, ret, err);
	else if (a.status != 404 || !a.genuine)
		st = cao_wechat_refused(&a, err);
	cao_wechat_answer_free(&a);
	return st;
}

/* WeChat Pay says that it is paid: record that. */
static enum cao_status
paid_meanwhile(struct cao_wechat *w, const struct cao_env *env,
    const char *number, const struct cao_wechat_trade *t, struct cao_error *err)
{
	struct cao_wechat_seen seen;
	enum cao_status st;

	if ((st = cao_wechat_look(w, env, number, t, &seen, err)) != CAO_OK)
		return st;
	if (strcmp(seen.state, "success") == 0)
		return cao_fail(err, CAO_DENIED,
		    "it was paid meanwhile under %s, which is recorded now",
		    t->trade);
	return cao_fail(err, CAO_DENIED,
	    "WeChat Pay takes %s as paid, and says that it is: %s", t->trade,
	    seen.state);
}

/* So that nobody pays by a code of before.  What cannot be closed because it
 * is too new, or unknown, is left: what comes by it is recorded, and can be
 * paid back. */
static enum cao_status
close_before(struct cao_wechat *w, const struct cao_env *env,
    const struct asking *a, struct cao_error *err)
{
	struct cao_wechat_answer answer = { .status = 0 };
	const struct cao_wechat_trade *t;
	struct cao_buf body = { 0 };
	char path[PATH_SIZE];
	enum cao_status st = CAO_OK;

	cao_wechat_put_close(&body, w->config->wechat.mchid);
	for (size_t i = 0; i < a->trades.count && st == CAO_OK; i++) {
		t = &a->trades.list[i];
		if (t->paid || strcmp(t->trade, a->spent) == 0)
			continue;
		(void)snprintf(path, sizeof path,
		    "/v3/pay/transactions/out-trade-no/%s/close", t->trade);
		st = cao_wechat_ask(w, env, path, &body, &answer, err);
		if (st == CAO_OK && cao_wechat_says(&answer, "ORDERPAID"))
			st = paid_meanwhile(w, env, a->number, t, err);
		cao_wechat_answer_free(&answer);
	}
	cao_buf_free(&body);
	return st;
}

/* Ask for the code; *ret_spent: the number cannot be used any more. */
static enum cao_status
ask_code(struct cao_wechat *w, const struct cao_env *env,
    const struct asking *a, struct cao_wechat_code *ret, bool *ret_spent,
    struct cao_error *err)
{
	struct cao_wechat_answer answer = { .status = 0 };
	enum cao_status st;

	*ret_spent = false;
	st = cao_wechat_ask(
	    w, env, "/v3/pay/transactions/native", &a->body, &answer, err);
	if (st != CAO_OK)
		return st;
	if (answer.status == 200)
		st = cao_wechat_code_read(answer.proof.body.data,
		    answer.proof.body.len, ret->url, err);
	else if (cao_wechat_says(&answer, "ORDERPAID"))
		st = paid_meanwhile(w, env, a->number, &a->trade, err);
	else if (cao_wechat_says(&answer, "ORDER_CLOSED") ||
	    cao_wechat_says(&answer, "OUT_TRADE_NO_USED"))
		*ret_spent = true;
	else
		st = cao_wechat_refused(&answer, err);
	cao_wechat_answer_free(&answer);
	return st;
}

enum cao_status
cao_wechat_order(struct cao_wechat *w, const struct cao_env *env,
    const char *number, struct cao_wechat_code *ret, struct cao_error *err)
{
	struct asking *a = calloc(1, sizeof *a);
	enum cao_status st = CAO_OK;
	bool spent = true;

	if (a == NULL)
		return cao_fail_memory(err);
	a->number = number;
	for (int i = 0; i < ROUNDS && spent && st == CAO_OK; i++) {
		*ret = (struct cao_wechat_code){ .url = "" };
		spent = false;
		if ((st = prepare(w, env, a, err)) != CAO_OK || env->dry_run)
			break;
		if (a->fresh)
			st = close_before(w, env, a, err);
		if (st == CAO_OK)
			st = ask_code(w, env, a, ret, &spent, err);
		if (spent)
			memcpy(a->spent, a->trade.trade, sizeof a->spent);
	}
	if (st == CAO_OK && spent)
		st = cao_fail(err, CAO_DENIED,
		    "WeChat Pay takes neither %s nor a new number",
		    a->trade.trade);
	memcpy(ret->trade, a->trade.trade, sizeof ret->trade);
	ret->fen = a->trade.fen;
	cao_buf_free(&a->body);
	free(a);
	return st;
}
