/* Money that is paid back, on a cashier's word. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/money.h"
#include "flow/company.h"
#include "flow/invoice.h"
#include "flow/reconcile.h"

/* What a request comes to: from each of several sources a part. */
struct refunding {
	struct cao_store *store;
	const struct cao_env *env;
	const struct cao_operator *op;
	const char *number; /* of the order; NULL: of none */
	int64_t order;      /* its row */
	char *reason;
	struct cao_refund *parts; /* number alone is their own */
	bool *company;
	size_t count;
};

static void
free_refunding(struct refunding *r)
{
	for (size_t i = 0; i < r->count; i++)
		free(r->parts[i].number);
	free(r->parts);
	free(r->company);
	free(r->reason);
}

static enum cao_status
start(
    struct refunding *r, const char *reason, size_t most, struct cao_error *err)
{
	if (*reason == '\0')
		return cao_fail(err, CAO_INPUT, "the reason is empty");
	r->reason = strdup(reason);
	r->parts = calloc(most + 1, sizeof *r->parts);
	r->company = calloc(most + 1, sizeof *r->company);
	return r->reason != NULL && r->parts != NULL && r->company != NULL
	    ? CAO_OK
	    : cao_fail_memory(err);
}

/* The next part: so much, from that line or payment by WeChat. */
static enum cao_status
add(struct refunding *r, int64_t fen, const struct cao_refund *from,
    const char *prefix, int64_t ordinal, struct cao_error *err)
{
	struct cao_refund *part = &r->parts[r->count++];
	char number[CAO_NUMBER_SIZE + 32];

	(void)snprintf(
	    number, sizeof number, "%s-R%lld", prefix, (long long)ordinal);
	*part = *from;
	part->fen = fen;
	part->reason = r->reason;
	part->number = strdup(number);
	return part->number != NULL ? CAO_OK : cao_fail_memory(err);
}

static enum cao_status
put(const struct refunding *r, size_t i, int64_t evidence,
    struct cao_error *err)
{
	struct cao_query *q = cao_db_use(r->store->db, SQL_PUT_REFUND);
	const struct cao_refund *part = &r->parts[i];

	if (r->order != 0)
		cao_db_int(q, ":order", r->order);
	if (part->bank_line != 0)
		cao_db_int(q, ":bank_line", part->bank_line);
	else
		cao_db_int(q, ":wechat", part->wechat);
	cao_db_text(q, ":number", part->number);
	cao_db_int(q, ":fen", part->fen);
	cao_db_text(q, ":reason", part->reason);
	cao_db_int(q, ":evidence", evidence);
	cao_db_int(q, ":at", r->env->now);
	cao_db_int(q, ":company", r->company[i]);
	return cao_store_put(
	    r->store, r->env, q, CAO_K_REFUND, r->order, NULL, err);
}

/* All parts under one signature; then the caller's transaction ends. */
static enum cao_status
record(const struct refunding *r, struct cao_result *ret, struct cao_error *err)
{
	struct cao_buf text = { 0 };
	char fen[CAO_MONEY_SIZE];
	struct cao_error note;
	enum cao_status st;
	int64_t evidence;

	cao_cashier_head(&text, r->op, r->env->now);
	for (size_t i = 0; i < r->count; i++)
		cao_evidence_refund(&text, r->number, &r->parts[i]);
	st = cao_cashier_sign(r->store, r->env, r->op, &text, &evidence, err);
	cao_buf_free(&text);
	for (size_t i = 0; i < r->count && st == CAO_OK; i++) {
		st = put(r, i, evidence, err);
		cao_money_format(r->parts[i].fen, fen);
		(void)cao_fail(&note, CAO_OK,
		    "%s back to where %s came from, "
		    "as %s",
		    fen, r->parts[i].source, r->parts[i].number);
		cao_result_fail(ret, &note);
	}
	ret->changed = true;
	if (st == CAO_OK && r->order != 0)
		st = cao_invoice_take_back(r->store, r->env, r->order, err);
	return st == CAO_OK ? cao_flow_commit(r->store, r->env, err) : st;
}

/* Was the same request recorded before? */
static enum cao_status
find_known(struct refunding *r, int64_t line, int64_t fen, bool *ret,
    struct cao_error *err)
{
	struct cao_query *q = cao_db_use(r->store->db,
	    line != 0 ? SQL_REFUND_OF_LINE_KNOWN : SQL_REFUND_KNOWN);
	enum cao_status st;

	cao_db_int(
	    q, line != 0 ? ":line" : ":order", line != 0 ? line : r->order);
	cao_db_text(q, ":reason", r->reason);
	if (line == 0)
		cao_db_int(q, ":fen", fen);
	if ((st = cao_db_step(q, ret, err)) == CAO_OK && *ret)
		cao_db_done(q);
	return st;
}

static enum cao_status
count(struct refunding *r, enum cao_sql which, const char *name, int64_t id,
    int64_t *ret, struct cao_error *err)
{
	struct cao_query *q = cao_db_use(r->store->db, which);

	cao_db_int(q, name, id);
	return cao_db_number(q, ret, err);
}

static bool
same_source(const struct cao_settlement *a, const struct cao_settlement *b)
{
	return a->bank_line == b->bank_line && a->wechat.id == b->wechat.id;
}

/* What one of the order's settlements can give back of the rest. */
static enum cao_status
take(struct refunding *r, const struct cao_order *o, size_t i, int64_t *rest,
    int64_t ordinal, struct cao_error *err)
{
	const struct cao_payments *p = &o->payments;
	const struct cao_settlement *m = &p->settlements[i];
	const struct cao_refund from = { .bank_line = m->bank_line,
		.wechat = m->wechat.id,
		.source = m->wechat.id != 0 ? m->wechat.transaction_id
					    : m->bank.reference };
	int64_t left = cao_payments_left(p, m);

	for (size_t j = i + 1; j < p->nsettlements; j++)
		if (same_source(&p->settlements[j], m)) /* was looked at */
			return CAO_OK;
	if (left > *rest)
		left = *rest;
	if (left <= 0)
		return CAO_OK;
	*rest -= left;
	r->company[r->count] = m->bank_line != 0 &&
	    cao_name_same(m->bank.name, o->application.organisation.name);
	return add(
	    r, left, &from, o->number, ordinal + (int64_t)r->count + 1, err);
}

/* Did its certificates end for good, and no others come in their place? */
static bool
is_undone(const struct cao_order *o)
{
	return o->revoked != -1 && o->revoked != CAO_HOLD &&
	    o->revoked != CAO_RELEASE && o->revoked != CAO_SUPERSEDED;
}

/* The fee of an order that was fulfilled is owed until what it was for is
 * undone; then all that it has may go back, and its invoice with it. */
static enum cao_status
check_excess(const struct cao_order *o, int64_t fen, struct cao_error *err)
{
	int64_t most = is_undone(o) ? o->paid - o->refunded : o->excess;
	char want[CAO_MONEY_SIZE], have[CAO_MONEY_SIZE];

	if (fen <= 0)
		return cao_fail(
		    err, CAO_INPUT, "the amount is to be above 0.00");
	if (fen <= most)
		return CAO_OK;
	cao_money_format(fen, want);
	cao_money_format(most, have);
	if (is_undone(o))
		return cao_fail(err, CAO_DENIED,
		    "%s are more than the %s that it has", want, have);
	if (o->excess > 0)
		return cao_fail(err, CAO_DENIED,
		    "%s are more than the %s that are paid beyond what it owes",
		    want, have);
	cao_money_format(o->paid - o->refunded, have);
	return cao_fail(err, CAO_DENIED,
	    "nothing is to be paid back: the %s that it has are owed", have);
}

/* The last that came goes back first. */
static enum cao_status
refund_order(struct refunding *r, int64_t fen, const char *reason,
    struct cao_result *ret, struct cao_order *o, struct cao_error *err)
{
	int64_t ordinal, rest = fen;
	enum cao_status st;
	bool known;

	st = cao_store_load(r->store, ret->number,
	    CAO_LOAD_APPLICATION | CAO_LOAD_TRANSFERS, o, err);
	if (st != CAO_OK)
		return st;
	cao_result_name(ret, o);
	r->number = o->number;
	r->order = o->id;
	if ((st = start(r, reason, o->payments.nsettlements, err)) != CAO_OK ||
	    (st = find_known(r, 0, fen, &known, err)) != CAO_OK || known ||
	    (st = check_excess(o, fen, err)) != CAO_OK ||
	    (st = count(r, SQL_COUNT_REFUNDS, ":order", o->id, &ordinal,
		 err)) != CAO_OK)
		return st;
	for (size_t i = o->payments.nsettlements; i-- > 0 && st == CAO_OK;)
		st = take(r, o, i, &rest, ordinal, err);
	if (st == CAO_OK && rest > 0)
		st = cao_fail(err, CAO_INTEGRITY,
		    "its payments do not come to what it is said to have");
	return st == CAO_OK ? record(r, ret, err) : st;
}

enum cao_status
cao_pay_refund(struct cao_store *s, const struct cao_env *env,
    const struct cao_operator *op, int64_t fen, const char *reason,
    struct cao_result *result, struct cao_error *err)
{
	struct refunding r = { .store = s, .env = env, .op = op };
	struct cao_order o = { .id = 0 };
	enum cao_status st;

	result->changed = false;
	if ((st = cao_cashier_check(op, err)) != CAO_OK)
		return st;
	if ((st = cao_db_begin(s->db, __func__, err)) == CAO_OK)
		st = refund_order(&r, fen, reason, result, &o, err);
	cao_db_rollback(s->db);
	free_refunding(&r);
	cao_order_free(&o);
	return st == CAO_OK || cao_flow_fatal(st)
	    ? st
	    : cao_error_prefix(err, "order %s", result->number);
}

/* All that is left of the line, in the caller's transaction. */
static enum cao_status
refund_line(struct refunding *r, const char *reference, const char *reason,
    struct cao_result *ret, struct cao_line *l, struct cao_error *err)
{
	struct cao_refund from = { .bank_line = 0 };
	char prefix[32];
	int64_t ordinal;
	enum cao_status st;
	bool known = false;

	if ((st = cao_reconcile_find(r->store, reference, l, err)) != CAO_OK ||
	    (st = start(r, reason, 1, err)) != CAO_OK)
		return st;
	if (l->rest == 0) {
		st = find_known(r, l->row, 0, &known, err);
		return st != CAO_OK || known ? st
					     : cao_fail(err, CAO_DENIED,
						   "nothing is left of line "
						   "%.64s",
						   reference);
	}
	from.bank_line = l->row;
	from.source = l->bank.reference;
	(void)snprintf(prefix, sizeof prefix, "L%lld", (long long)l->row);
	st = count(r, SQL_COUNT_LINE_REFUNDS, ":line", l->row, &ordinal, err);
	if (st == CAO_OK)
		st = add(r, l->rest, &from, prefix, ordinal + 1, err);
	return st == CAO_OK ? record(r, ret, err) : st;
}

enum cao_status
cao_pay_refund_line(struct cao_store *s, const struct cao_env *env,
    const struct cao_operator *op, const char *reference, const char *reason,
    struct cao_result *result, struct cao_error *err)
{
	struct refunding r = { .store = s, .env = env, .op = op };
	struct cao_line l = { .row = 0 };
	enum cao_status st;

	result->changed = false;
	if ((st = cao_cashier_check(op, err)) != CAO_OK)
		return st;
	if ((st = cao_db_begin(s->db, __func__, err)) == CAO_OK)
		st = refund_line(&r, reference, reason, result, &l, err);
	cao_db_rollback(s->db);
	free_refunding(&r);
	cao_line_free(&l);
	return st;
}
