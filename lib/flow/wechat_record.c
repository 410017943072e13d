/* Payments and refunds by WeChat Pay, put on record. */
#include <string.h>

#include "flow/invoice.h"
#include "flow/wechat.h"

const char *const cao_wechat_statuses[] = { "processing", "success", "closed",
	"abnormal", NULL };

static void
bind_proof(struct cao_query *q, const struct cao_wechat_proof *p)
{
	cao_db_text(q, ":serial", p->serial);
	cao_db_int(q, ":timestamp", p->timestamp);
	cao_db_text(q, ":nonce", p->nonce);
	cao_db_blob(q, ":body", p->body.data, p->body.len);
	cao_db_blob(q, ":signature", p->signature.data, p->signature.len);
}

/* Is the transaction on record?  Then it is the same. */
static enum cao_status
find_payment(struct cao_store *s, int64_t order,
    const struct cao_wechat_payment *p, bool *ret_known, struct cao_error *err)
{
	struct cao_query *q =
	    cao_db_use(s->db, SQL_WECHAT_PAYMENT_BY_TRANSACTION);
	enum cao_status st;
	bool same;

	cao_db_text(q, ":transaction_id", p->transaction_id);
	if ((st = cao_db_step(q, ret_known, err)) != CAO_OK || !*ret_known)
		return st;
	same = cao_col_int(q, 0) == order &&
	    strcmp(cao_col_text(q, 1), p->out_trade_no) == 0 &&
	    cao_col_int(q, 2) == p->fen;
	cao_db_done(q);
	return same ? CAO_OK
		    : cao_fail(err, CAO_INTEGRITY,
			  "transaction %s was recorded before with another "
			  "order, number or amount",
			  p->transaction_id);
}

static enum cao_status
put_payment(struct cao_store *s, const struct cao_env *env, int64_t order,
    const struct cao_wechat_payment *p, struct cao_error *err)
{
	struct cao_query *q = cao_db_use(s->db, SQL_PUT_WECHAT_PAYMENT);
	enum cao_status st;
	int64_t id;

	cao_db_int(q, ":order", order);
	cao_db_text(q, ":transaction_id", p->transaction_id);
	cao_db_text(q, ":out_trade_no", p->out_trade_no);
	cao_db_int(q, ":fen", p->fen);
	cao_db_text(q, ":payer", p->payer);
	cao_db_int(q, ":success_at", p->success_at);
	bind_proof(q, &p->proof);
	cao_db_int(q, ":at", env->now);
	st = cao_store_put(s, env, q, CAO_K_WECHAT_PAYMENT, order, &id, err);
	if (st != CAO_OK)
		return st;
	q = cao_db_use(s->db, SQL_PUT_SETTLEMENT);
	cao_db_int(q, ":order", order);
	cao_db_int(q, ":fen", p->fen);
	cao_db_int(q, ":at", env->now);
	cao_db_int(q, ":company", 0);
	cao_db_int(q, ":wechat", id);
	return cao_store_put(s, env, q, CAO_K_SETTLEMENT, order, NULL, err);
}

/* Inside a transaction; its commit is the caller's. */
static enum cao_status
record_payment(struct cao_store *s, const struct cao_env *env,
    const char *number, const struct cao_wechat_payment *p, bool *ret_new,
    struct cao_error *err)
{
	struct cao_order o = { 0 };
	enum cao_status st;
	bool known;

	if ((st = cao_store_load(s, number, 0, &o, err)) != CAO_OK)
		return st;
	if (p->fen <= 0 || p->fen > CAO_MONEY_MAX)
		st = cao_fail(
		    err, CAO_INPUT, "a payment's amount is out of bounds");
	if (st == CAO_OK)
		st = find_payment(s, o.id, p, &known, err);
	if (st == CAO_OK && !known)
		st = put_payment(s, env, o.id, p, err);
	if (st == CAO_OK)
		*ret_new = !known;
	cao_order_free(&o);
	return st;
}

enum cao_status
cao_wechat_record_payment(struct cao_store *s, const struct cao_env *env,
    const struct cao_wechat_verifier *v, const char *number,
    const struct cao_wechat_payment *p, bool *ret_new, struct cao_error *err)
{
	enum cao_status st;

	if ((st = v->payment(s, number, p, err)) != CAO_OK ||
	    (st = cao_db_begin(s->db, __func__, err)) != CAO_OK)
		return st;
	st = record_payment(s, env, number, p, ret_new, err);
	if (st == CAO_OK)
		st = cao_flow_commit(s, env, err);
	cao_db_rollback(s->db);
	return st;
}

/* A refund as it is asked for by its number. */
struct asked {
	int64_t id, order, fen;
	bool known; /* that, or how it ended */
	bool ended; /* otherwise than it is said now */
};

static bool
is_end(const char *status)
{
	return strcmp(status, "success") == 0 || strcmp(status, "closed") == 0;
}

static enum cao_status
find_refund(struct cao_store *s, const struct cao_wechat_result *r,
    struct asked *ret, struct cao_error *err)
{
	struct cao_query *q = cao_db_use(s->db, SQL_REFUND_BY_NUMBER);
	enum cao_status st;
	const char *last;
	bool row, wechat, same;

	cao_db_text(q, ":number", r->number);
	if ((st = cao_db_step(q, &row, err)) != CAO_OK)
		return st;
	wechat = row && !cao_col_null(q, 2);
	if (wechat) {
		last = cao_col_text(q, 4);
		same = strcmp(last, r->status) == 0;
		*ret = (struct asked){ cao_col_int(q, 0), cao_col_int(q, 1),
			cao_col_int(q, 3), same || is_end(last),
			!same && is_end(last) && is_end(r->status) };
	}
	cao_db_done(q);
	return wechat
	    ? CAO_OK
	    : cao_fail(err, CAO_NOTFOUND,
		  "there is no refund '%.64s' by WeChat Pay", r->number);
}

static enum cao_status
record_result(struct cao_store *s, const struct cao_env *env,
    const struct cao_wechat_result *r, bool *ret_new, struct cao_error *err)
{
	struct asked refund = { .id = 0 };
	struct cao_query *q;
	enum cao_status st;

	if ((st = find_refund(s, r, &refund, err)) != CAO_OK)
		return st;
	if (refund.fen != r->fen)
		return cao_fail(err, CAO_INTEGRITY,
		    "refund %s is recorded with another amount", r->number);
	if (refund.ended)
		return cao_fail(err, CAO_INTEGRITY,
		    "refund %s ended otherwise than '%s' before", r->number,
		    r->status);
	*ret_new = !refund.known;
	if (refund.known)
		return CAO_OK;
	q = cao_db_use(s->db, SQL_PUT_REFUND_RESULT);
	cao_db_int(q, ":order", refund.order);
	cao_db_int(q, ":refund", refund.id);
	cao_db_text(q, ":status", r->status);
	bind_proof(q, &r->proof);
	cao_db_int(q, ":at", env->now);
	st = cao_store_put(
	    s, env, q, CAO_K_REFUND_RESULT, refund.order, NULL, err);
	return st == CAO_OK ? cao_invoice_take_back(s, env, refund.order, err)
			    : st;
}

enum cao_status
cao_wechat_record_result(struct cao_store *s, const struct cao_env *env,
    const struct cao_wechat_verifier *v, const struct cao_wechat_result *r,
    bool *ret_new, struct cao_error *err)
{
	enum cao_status st;

	if ((st = v->result(s, r, err)) != CAO_OK ||
	    (st = cao_db_begin(s->db, __func__, err)) != CAO_OK)
		return st;
	st = record_result(s, env, r, ret_new, err);
	if (st == CAO_OK)
		st = cao_flow_commit(s, env, err);
	cao_db_rollback(s->db);
	return st;
}
