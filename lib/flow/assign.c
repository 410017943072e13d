/* Lines of statements that a cashier assigns to orders: whole, or in parts. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/money.h"
#include "flow/reconcile.h"
#include "order/number.h"

#define ID_SIZE 64

/* What a line, or a part of it, becomes. */
struct part {
	int64_t order, fen;
	bool company, known; /* known: it was assigned before */
	char organisation[ID_SIZE];
};

struct assigning {
	struct cao_store *store;
	const struct cao_operator *op;
	char *reason; /* or NULL */
	struct cao_line line;
	const struct cao_piece *pieces;
	struct cao_result *results;
	struct part *parts;
	size_t count;
	int64_t left; /* of the line, behind the parts so far */
};

enum cao_status
cao_piece_read(const char *text, struct cao_piece *ret, struct cao_error *err)
{
	const char *equals = strchr(text, '=');
	size_t n = equals != NULL ? (size_t)(equals - text) : 0;
	struct cao_piece p = { .fen = 0 };
	enum cao_status st;

	if (n > 0 && n < sizeof p.number)
		memcpy(p.number, text, n);
	if (!cao_number_valid(p.number))
		return cao_fail(err, CAO_INPUT,
		    "'%.64s' is no part of a line: write ORDER=YUAN", text);
	if ((st = cao_money_parse(equals + 1, &p.fen, err)) != CAO_OK)
		return st;
	if (p.fen <= 0 || p.fen > CAO_MONEY_MAX)
		return cao_fail(err, CAO_INPUT,
		    "%.64s: the amount is to be above 0.00", text);
	*ret = p;
	return CAO_OK;
}

/* Of the line, what the order has of it already; 0: nothing. */
static enum cao_status
find_known(const struct assigning *a, int64_t order, int64_t *ret_fen,
    struct cao_error *err)
{
	struct cao_query *q = cao_db_use(a->store->db, SQL_SETTLEMENT_OF_LINE);
	enum cao_status st;
	bool row;

	cao_db_int(q, ":line", a->line.row);
	cao_db_int(q, ":order", order);
	*ret_fen = 0;
	if ((st = cao_db_step(q, &row, err)) == CAO_OK && row) {
		*ret_fen = cao_col_int(q, 0);
		cao_db_done(q);
	}
	return st;
}

/* May the order take that much, and is there so much? */
static enum cao_status
check_part(const struct assigning *a, const struct cao_order *o, bool whole,
    const struct part *p, struct cao_error *err)
{
	int64_t owes = o->fee_due - o->paid + o->refunded;
	char fen[CAO_MONEY_SIZE], left[CAO_MONEY_SIZE];
	enum cao_status st;
	bool done;

	st = cao_step_check(CAO_STEP_SETTLE, o->facts, &done, err);
	if (st != CAO_OK)
		return st;
	if (owes <= 0)
		return cao_fail(err, CAO_DENIED,
		    "nothing is left to be paid for it; ca-pay --refund --line "
		    "%.64s pays back what is left of the line",
		    a->line.bank.reference);
	cao_money_format(p->fen, fen);
	cao_money_format(a->left, left);
	if (p->fen == 0 || p->fen > a->left)
		return cao_fail(err, CAO_DENIED,
		    "of line %.64s no more than %s are left",
		    a->line.bank.reference, left);
	cao_money_format(owes, left);
	if (!whole && p->fen > owes)
		return cao_fail(err, CAO_DENIED,
		    "%s are more than the %s that are left to be paid", fen,
		    left);
	return CAO_OK;
}

/* Does somebody else pay than who applies, or for two that apply?  Then a
 * reason is given. */
static enum cao_status
check_payer(const struct assigning *a, const struct cao_order *o,
    const struct part *p, struct cao_error *err)
{
	if (a->reason != NULL)
		return CAO_OK;
	if (strcmp(p->organisation, a->parts[0].organisation) != 0)
		return cao_fail(err, CAO_DENIED,
		    "it is of another organisation than order %s: say with "
		    "--reason why one transfer is for both",
		    a->pieces[0].number);
	if (!p->company)
		return cao_fail(err, CAO_DENIED,
		    "'%.200s' paid, and '%.200s' applies: say with --reason "
		    "why that is for this order",
		    a->line.bank.name, o->application.organisation.name);
	return CAO_OK;
}

/* How the order stands with what it gets. */
static void
note_sum(const struct cao_order *o, int64_t fen, struct cao_result *r)
{
	char have[CAO_MONEY_SIZE], due[CAO_MONEY_SIZE], over[CAO_MONEY_SIZE];
	int64_t paid = o->paid - o->refunded + fen;
	struct cao_error note;

	cao_money_format(paid, have);
	cao_money_format(o->fee_due, due);
	cao_money_format(paid - o->fee_due, over);
	if (paid == o->fee_due)
		return;
	if (paid < o->fee_due)
		(void)cao_fail(&note, CAO_OK,
		    "%s of the %s due are paid so far", have, due);
	else
		(void)cao_fail(&note, CAO_OK,
		    "%s are paid beyond the %s due: ca-pay --refund pays them "
		    "back",
		    over, due);
	cao_result_fail(r, &note);
}

/* What the piece makes of its order, if it may; whole: all of the line. */
static enum cao_status
fill(struct assigning *a, size_t i, const struct cao_order *o, bool whole,
    struct cao_error *err)
{
	const struct cao_application *app = &o->application;
	struct part *p = &a->parts[i];
	enum cao_status st;
	int64_t known;

	memcpy(a->results[i].number, o->number, sizeof o->number);
	cao_result_name(&a->results[i], o);
	p->order = o->id;
	p->fen = whole ? a->left : a->pieces[i].fen;
	p->company = cao_name_same(a->line.bank.name, app->organisation.name);
	(void)snprintf(p->organisation, sizeof p->organisation, "%s",
	    app->organisation.id_number);
	for (size_t j = 0; j < i; j++)
		if (a->parts[j].order == o->id)
			return cao_fail(err, CAO_INPUT,
			    "it is named twice: add the two parts up");
	if ((st = find_known(a, o->id, &known, err)) != CAO_OK)
		return st;
	p->known = known != 0 && (whole ? a->left == 0 : p->fen == known);
	if (p->known)
		return CAO_OK;
	if (known != 0)
		return cao_fail(err, CAO_DENIED,
		    "it has a part of line %.64s already",
		    a->line.bank.reference);
	if ((st = check_part(a, o, whole, p, err)) != CAO_OK ||
	    (st = check_payer(a, o, p, err)) != CAO_OK)
		return st;
	a->left -= p->fen;
	note_sum(o, p->fen, &a->results[i]);
	return CAO_OK;
}

/* All of them may be, or none is; *ret_new: some are new. */
static enum cao_status
examine(struct assigning *a, bool *ret_new, struct cao_error *err)
{
	enum cao_status st = CAO_OK;
	bool some_new = false;

	for (size_t i = 0; i < a->count && st == CAO_OK; i++) {
		const char *number = a->pieces[i].number;
		struct cao_order o = { .id = 0 };

		st = cao_store_load(
		    a->store, number, CAO_LOAD_APPLICATION, &o, err);
		if (st == CAO_OK)
			st = fill(a, i, &o, a->pieces[i].fen == 0, err);
		cao_order_free(&o);
		if (st != CAO_OK && !cao_flow_fatal(st))
			return cao_error_prefix(err, "order %s", number);
		some_new |= !a->parts[i].known;
	}
	*ret_new = some_new;
	return st;
}

static struct cao_settlement
settlement_of(const struct assigning *a, const struct part *p, int64_t evidence)
{
	return (struct cao_settlement){ .fen = p->fen,
		.evidence = evidence,
		.company = p->company,
		.reason = a->reason,
		.bank_line = a->line.row,
		.bank = a->line.bank };
}

/* One signature for what is new. */
static enum cao_status
record(
    const struct assigning *a, const struct cao_env *env, struct cao_error *err)
{
	struct cao_buf text = { 0 };
	enum cao_status st;
	int64_t evidence;

	cao_cashier_head(&text, a->op, env->now);
	for (size_t i = 0; i < a->count; i++) {
		const struct cao_settlement m =
		    settlement_of(a, &a->parts[i], 0);

		if (!a->parts[i].known)
			cao_evidence_settlement(
			    &text, a->pieces[i].number, NULL, &m);
	}
	st = cao_cashier_sign(a->store, env, a->op, &text, &evidence, err);
	for (size_t i = 0; i < a->count && st == CAO_OK; i++) {
		const struct cao_settlement m =
		    settlement_of(a, &a->parts[i], evidence);

		if (a->parts[i].known)
			continue;
		a->results[i].changed = true;
		st = cao_settlement_put(
		    a->store, env, a->parts[i].order, &m, err);
	}
	cao_buf_free(&text);
	return st;
}

/* In the caller's transaction. */
static enum cao_status
assign(struct assigning *a, const struct cao_env *env, const char *reference,
    struct cao_error *err)
{
	struct cao_evidence_cache *cache = NULL;
	enum cao_status st;
	bool some_new = false;

	st = cao_reconcile_find(a->store, reference, &a->line, err);
	if (st != CAO_OK)
		return st;
	a->left = a->line.rest;
	if ((st = examine(a, &some_new, err)) != CAO_OK || !some_new)
		return st;
	if ((st = cao_evidence_cache_new(&cache, err)) == CAO_OK)
		st = cao_flow_check_line(
		    a->store, a->line.evidence, &a->line.bank, cache, err);
	cao_evidence_cache_free(cache);
	if (st == CAO_OK)
		st = record(a, env, err);
	return st == CAO_OK ? cao_flow_commit(a->store, env, err) : st;
}

enum cao_status
cao_pay_assign(struct cao_store *s, const struct cao_env *env,
    const struct cao_operator *op, const char *reference,
    const char *reason_or_null, const struct cao_piece *pieces, size_t count,
    struct cao_result *results, struct cao_error *err)
{
	struct assigning a = { .store = s,
		.op = op,
		.pieces = pieces,
		.results = results,
		.count = count };
	enum cao_status st;

	if ((st = cao_cashier_check(op, err)) != CAO_OK)
		return st;
	a.parts = calloc(count + 1, sizeof *a.parts);
	if (reason_or_null != NULL)
		a.reason = strdup(reason_or_null);
	if (a.parts == NULL || (reason_or_null != NULL && a.reason == NULL))
		st = cao_fail_memory(err);
	else if (a.reason != NULL && *a.reason == '\0')
		st = cao_fail(err, CAO_INPUT, "the reason is empty");
	else if ((st = cao_db_begin(s->db, __func__, err)) == CAO_OK)
		st = assign(&a, env, reference, err);
	cao_db_rollback(s->db);
	cao_line_free(&a.line);
	free(a.parts);
	free(a.reason);
	return st;
}
