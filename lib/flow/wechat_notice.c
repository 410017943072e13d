/* Receiving the notices of WeChat Pay. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "flow/wechat_merchant.h"
#include "pki/wechat.h"

/* Anybody can send what is refused: so many notes of that within so many
 * seconds, and no more. */
#define REFUSED_NOTE "wechat-refused"
#define REFUSED_MAX 50
#define REFUSED_SECONDS 3600

#define PAID_EVENT "TRANSACTION.SUCCESS"
#define REFUND_EVENT "REFUND."

/* The number under which the payment was asked for. */
static enum cao_status
find_trade(struct cao_store *s, const char *out_trade_no,
    char number[CAO_NUMBER_SIZE], struct cao_wechat_trade *ret,
    struct cao_error *err)
{
	struct cao_wechat_trades *trades;
	struct cao_order o = { .id = 0 };
	bool found = false;
	enum cao_status st;

	if (!cao_wechat_number(out_trade_no, number))
		return cao_fail(err, CAO_NOTFOUND,
		    "'%s' is no number of an order", out_trade_no);
	if ((trades = calloc(1, sizeof *trades)) == NULL)
		return cao_fail_memory(err);
	st = cao_store_load(s, number, CAO_LOAD_PURGED, &o, err);
	if (st == CAO_OK)
		st = cao_wechat_trades_load(s, o.id, trades, err);
	for (size_t i = 0; st == CAO_OK && i < trades->count && !found; i++)
		if (strcmp(trades->list[i].trade, out_trade_no) == 0) {
			*ret = trades->list[i];
			found = true;
		}
	if (st == CAO_OK && !found)
		st = cao_fail(err, CAO_NOTFOUND,
		    "no payment was asked for under %s", out_trade_no);
	cao_order_free(&o);
	free(trades);
	return st;
}

static enum cao_status
take_payment(struct cao_store *s, const struct cao_env *env,
    const struct cao_wechat_opened *o, const struct cao_wechat_proof *proof,
    bool *ret_new, struct cao_error *err)
{
	struct cao_wechat_transaction t;
	struct cao_wechat_trade trade;
	char number[CAO_NUMBER_SIZE];
	enum cao_status st;

	if ((st = cao_wechat_opened_transaction(o, &t, err)) != CAO_OK)
		return st;
	if (strcmp(t.state, "SUCCESS") != 0)
		return cao_fail(err, CAO_INPUT,
		    "a notice of a payment has the trade_state %s", t.state);
	if ((st = find_trade(s, t.out_trade_no, number, &trade, err)) != CAO_OK)
		return st;
	return cao_wechat_take(s, env, number, &trade, &t, proof, ret_new, err);
}

static enum cao_status
take_refund(struct cao_store *s, const struct cao_env *env,
    const struct cao_wechat_opened *o, const struct cao_wechat_proof *proof,
    bool *ret_new, struct cao_error *err)
{
	struct cao_wechat_returned t;
	struct cao_wechat_result r = {
		.number = t.number, .status = t.status, .proof = *proof
	};
	enum cao_status st;

	if ((st = cao_wechat_opened_returned(o, &t, err)) != CAO_OK)
		return st;
	r.fen = t.fen;
	return cao_wechat_record_result(
	    s, env, &cao_wechat_verifier, &r, ret_new, err);
}

/* What it tells of; of all else nothing is recorded, and nothing wrong. */
static enum cao_status
take(struct cao_store *s, const struct cao_env *env,
    const struct cao_wechat_proof *proof, bool *ret_new, struct cao_error *err)
{
	struct cao_wechat_opened o = { .key = NULL };
	enum cao_status st;

	if ((st = cao_wechat_proof_open(s, proof, &o, err)) != CAO_OK)
		return st;
	if (strcmp(o.event, PAID_EVENT) == 0)
		st = take_payment(s, env, &o, proof, ret_new, err);
	else if (strncmp(o.event, REFUND_EVENT, strlen(REFUND_EVENT)) == 0)
		st = take_refund(s, env, &o, proof, ret_new, err);
	else if (*o.event == '\0')
		st = cao_fail(err, CAO_INPUT, "it is no notice");
	cao_wechat_opened_free(&o);
	return st;
}

static bool
is_refusal(enum cao_status st)
{
	return st == CAO_INPUT || st == CAO_NOTFOUND || st == CAO_DENIED ||
	    st == CAO_NOTREADY || st == CAO_INTEGRITY;
}

/* Journal why it was refused; that this fails does not matter to who sent it. */
static enum cao_status
note_refusal(struct cao_store *s, const struct cao_env *env,
    const struct cao_error *why, struct cao_error *err)
{
	struct cao_query *q;
	char text[CAO_ERROR_TEXT + 32];
	int64_t full = 0;
	enum cao_status st;

	if ((st = cao_db_begin(s->db, __func__, err)) != CAO_OK)
		return st;
	q = cao_db_use(s->db, SQL_WECHAT_NOTED);
	cao_db_text(q, ":kind", REFUSED_NOTE);
	cao_db_int(q, ":before", REFUSED_MAX - 1);
	cao_db_int(q, ":since", env->now - REFUSED_SECONDS);
	st = cao_db_number(q, &full, err);
	(void)snprintf(text, sizeof text, "%s: %s",
	    cao_status_word(why->status), why->text);
	if (st == CAO_OK && full == 0 &&
	    (st = cao_store_put_note(s, env, REFUSED_NOTE, 0, text, err)) ==
		CAO_OK)
		st = cao_flow_commit(s, env, err);
	cao_db_rollback(s->db);
	return st;
}

/* Without the key of API v3 nothing can be read, whoever sent it. */
static enum cao_status
check_ready(struct cao_store *s, struct cao_error *err)
{
	struct cao_buf key = { 0 };
	enum cao_status st;

	st = cao_wechat_secret(
	    s, CAO_WECHAT_API_KEY, CAO_WECHAT_API_KEY_MAX, &key, err);
	cao_buf_free(&key);
	if (st != CAO_OK)
		err->status = CAO_SYSTEM;
	return st == CAO_OK ? CAO_OK : CAO_SYSTEM;
}

enum cao_status
cao_wechat_notify(struct cao_store *s, const struct cao_env *env,
    const struct cao_wechat_reply *r, bool *ret_changed, struct cao_error *err)
{
	struct cao_wechat_proof proof = { .serial = NULL };
	struct cao_error ignored;
	enum cao_status st;

	*ret_changed = false;
	if ((st = check_ready(s, err)) != CAO_OK)
		return st;
	if ((st = cao_wechat_proof_take(r, &proof, err)) == CAO_OK)
		st = take(s, env, &proof, ret_changed, err);
	cao_wechat_proof_free(&proof);
	if (is_refusal(st) &&
	    note_refusal(s, env, err, &ignored) == CAO_SYSTEM) {
		*err = ignored;
		st = err->status;
	}
	return st;
}
