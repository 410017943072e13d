/* Paying: transfers declared for orders. */
#include <string.h>

#include "base/money.h"
#include "flow/flow.h"
#include "flow/transfers.h"

#define OF_ONE_ORDER_MAX 100 /* transfers that add up */

/* The transfers that name one order and are not declared yet. */
struct fresh {
	const struct cao_declaration *list[OF_ONE_ORDER_MAX];
	size_t named, count;
	int64_t fen;
};

static bool
is_known(const struct cao_declaration *d, const struct cao_order *o,
    const struct fresh *f)
{
	for (size_t i = 0; i < o->ntransfers; i++) {
		const struct cao_transfer *t = &o->transfers[i];

		if (cao_transfer_same(d, t->account, t->name, t->fen, t->day))
			return true;
	}
	for (size_t i = 0; i < f->count; i++) {
		const struct cao_declaration *e = f->list[i];

		if (cao_transfer_same(
			d, e->payer_account, e->payer_name, e->amount, e->day))
			return true;
	}
	return false;
}

static enum cao_status
add_fresh(const struct cao_declaration *d, const struct cao_order *o,
    struct fresh *f, struct cao_error *err)
{
	f->named++;
	if (is_known(d, o, f))
		return CAO_OK;
	if (o->ntransfers + f->count >= OF_ONE_ORDER_MAX)
		return cao_fail(err, CAO_INPUT,
		    "more than %d transfers for one order", OF_ONE_ORDER_MAX);
	f->list[f->count++] = d;
	f->fen += d->amount;
	return CAO_OK;
}

/* What is new for the order.  Declared again it is the same fact, and so are
 * two equal documents of one file. */
static enum cao_status
gather(const struct cao_transfers *t, const struct cao_order *o,
    struct fresh *f, struct cao_error *err)
{
	const char *const names[] = { o->number, o->request };
	enum cao_status st = CAO_OK;
	size_t first, n;

	if (t->taken != NULL)
		return add_fresh(t->list, o, f, err);
	for (size_t i = 0; i < 2 && names[i] != NULL; i++) {
		n = cao_transfers_find(t, names[i], &first);
		for (; n > 0 && st == CAO_OK; n--, first++)
			st = add_fresh(t->names[first].of, o, f, err);
	}
	if (st == CAO_OK && f->named == 0)
		st = cao_fail(err, CAO_INPUT, "no transfer names this order");
	return st;
}

/* May they be declared?  What is declared and not settled does not stand in
 * the way: it may be a slip, and only the bank's statement tells. */
static enum cao_status
check(const struct cao_order *o, const struct fresh *f, struct cao_error *err)
{
	char fen[CAO_MONEY_SIZE], due[CAO_MONEY_SIZE], left[CAO_MONEY_SIZE];
	int64_t paid = o->paid - o->refunded;
	enum cao_status st;
	bool done;

	st = cao_step_check(CAO_STEP_DECLARE, o->facts, &done, err);
	if (st != CAO_OK || f->fen == 0 || paid + f->fen <= o->fee_due)
		return st;
	cao_money_format(f->fen, fen);
	cao_money_format(o->fee_due, due);
	if (paid == 0)
		return cao_fail(
		    err, CAO_INPUT, "amount %s is over the %s due", fen, due);
	cao_money_format(paid < o->fee_due ? o->fee_due - paid : 0, left);
	return cao_fail(err, CAO_INPUT,
	    "amount %s is over the %s that is left of the %s due: the rest is "
	    "paid already",
	    fen, left, due);
}

/* Say where what is declared by now is not what is due. */
static void
note_sum(const struct cao_order *o, int64_t declared, struct cao_result *r)
{
	char have[CAO_MONEY_SIZE], due[CAO_MONEY_SIZE], more[CAO_MONEY_SIZE];
	struct cao_error note;

	if (declared == o->fee_due)
		return;
	cao_money_format(declared, have);
	cao_money_format(o->fee_due, due);
	if (declared < o->fee_due) {
		cao_money_format(o->fee_due - declared, more);
		(void)cao_fail(&note, CAO_OK,
		    "amount %s is short of %s due: %s more is to be "
		    "transferred",
		    have, due, more);
	} else {
		(void)cao_fail(&note, CAO_OK,
		    "transfers of %s are declared and %s is due; what the "
		    "bank's statement does not settle will not count",
		    have, due);
	}
	cao_result_fail(r, &note);
}

/* Everything is checked before the first put. */
static enum cao_status
declare(struct cao_store *s, const struct cao_env *env,
    const struct cao_transfers *t, struct cao_result *r, struct cao_order *o,
    struct cao_error *err)
{
	struct fresh f = { .count = 0 };
	enum cao_status st;

	st = cao_store_load(s, r->number, CAO_LOAD_TRANSFERS, o, err);
	if (st != CAO_OK)
		return st;
	cao_result_name(r, o);
	if (o->fee_due == 0)
		return cao_fail(
		    err, CAO_DENIED, "nothing is to be paid for this order");
	if ((st = gather(t, o, &f, err)) != CAO_OK ||
	    (f.count > 0 && (st = check(o, &f, err)) != CAO_OK))
		return st;
	for (size_t i = 0; i < f.count && st == CAO_OK; i++)
		st = cao_store_put_transfer(s, env, o->id,
		    f.list[i]->payer_account, f.list[i]->payer_name,
		    f.list[i]->amount, f.list[i]->day, NULL, err);
	if (st != CAO_OK)
		return st;
	r->changed = f.count > 0;
	note_sum(o, o->declared + f.fen, r);
	return CAO_OK;
}

struct declaring {
	const struct cao_transfers *transfers;
	struct cao_result *results;
};

static enum cao_status
declare_one(struct cao_store *s, const struct cao_env *env, void *arg, size_t i,
    struct cao_error *err)
{
	const struct declaring *d = arg;
	struct cao_order o = { 0 };
	enum cao_status st;

	d->results[i].changed = false;
	st = declare(s, env, d->transfers, &d->results[i], &o, err);
	cao_order_free(&o);
	return st;
}

/* A transfer that names no order is for one order alone. */
static enum cao_status
check_taken(const struct cao_transfers *t, const struct cao_result *results,
    size_t count, struct cao_error *err)
{
	if (t->taken == NULL ||
	    (count == 1 &&
		(*t->taken == '\0' || strcmp(t->taken, results->number) == 0)))
		return CAO_OK;
	return cao_fail(err, CAO_INPUT,
	    "one transfer pays one order: put several into a file that names "
	    "the order of each (--transfer)");
}

enum cao_status
cao_pay_declare(struct cao_store *s, const struct cao_env *env,
    const struct cao_transfers *t, struct cao_result *results, size_t count,
    struct cao_error *err)
{
	struct declaring d = { t, results };
	struct cao_error why;
	enum cao_status st;

	if (check_taken(t, results, count, &why) != CAO_OK) {
		for (size_t i = 0; i < count; i++)
			cao_result_fail(&results[i], &why);
		return CAO_OK;
	}
	st = cao_flow_batch(
	    s, env, __func__, declare_one, &d, results, count, err);
	if (st == CAO_OK && t->taken != NULL)
		memcpy(t->taken, results->number, CAO_NUMBER_SIZE);
	return st;
}
