/* What an order waits for. */
#include <stdio.h>

#include "base/money.h"
#include "base/time.h"
#include "flow/query.h"

struct answer {
	struct cao_store *store;
	const struct cao_order *order;
	int64_t now;
	bool promised; /* it was told until when */
	void (*row)(
	    void *arg, const char *gate, const char *what, const char *command);
	void *arg;
};

/* What takes an order of a state on: gates of the step that it ends in. */
static unsigned
goal(enum cao_state state)
{
	switch (state) {
	case CAO_APPLIED:
	case CAO_REVIEWING:
	case CAO_STATE_APPROVED:
	case CAO_STATE_RETURNED:
		return cao_step_rules[CAO_STEP_ISSUE].needs;
	case CAO_READY:
		return cao_step_rules[CAO_STEP_ISSUE].done;
	case CAO_ISSUED:
		return cao_step_rules[CAO_STEP_INSTALL].done;
	default:
		return 0;
	}
}

enum cao_status
cao_query_missing(struct cao_store *s, int64_t order,
    void (*slot)(void *arg, const char *), void *arg, struct cao_error *err)
{
	struct cao_query *q = cao_db_use(s->db, SQL_QUERY_MISSING);
	enum cao_status st;
	bool row;

	cao_db_int(q, ":order", order);
	while ((st = cao_db_step(q, &row, err)) == CAO_OK && row)
		slot(arg, cao_col_text(q, 0));
	return st;
}

struct list {
	struct cao_buf *out;
	const char *sep;
};

static void
put_slot(void *arg, const char *slot)
{
	struct list *l = arg;

	cao_buf_printf(l->out, "%s%s", l->sep, slot);
	l->sep = ", ";
}

static void
put_money(struct cao_buf *what, const struct cao_order *o)
{
	char due[CAO_MONEY_SIZE], declared[CAO_MONEY_SIZE],
	    paid[CAO_MONEY_SIZE], left[CAO_MONEY_SIZE];

	cao_money_format(o->fee_due, due);
	cao_money_format(o->declared, declared);
	cao_money_format(o->paid - o->refunded, paid);
	cao_money_format(o->fee_due - o->paid + o->refunded, left);
	cao_buf_printf(what,
	    _(": %s of %s is missing (%s declared, %s settled)"), left, due,
	    declared, paid);
}

/* How the fee comes decides it, too. */
static void
put_paper(struct cao_buf *what, const struct cao_order *o)
{
	if (o->paper_needed == CAO_PAPER_UNLESS_COMPANY &&
	    (o->facts & CAO_PAID) == 0)
		cao_buf_puts(what,
		    _(": not needed if the whole fee comes from the "
		      "organisation's own account"));
}

/* Not every business is about certificates that are to be made. */
static void
put_missing(struct cao_buf *what, const struct cao_order *o,
    const struct cao_gate *gate)
{
	bool pair = o->business->product == CAO_MAKES_PAIR;

	if (!pair && gate->fact == CAO_FULFILLED)
		cao_buf_printf(
		    what, _("\"%s\" is not fulfilled"), o->business->name);
	else if (!pair && gate->fact == CAO_IS_INSTALLED)
		cao_buf_puts(what,
		    o->business->product == CAO_MAKES_PIN
			? _("the new PIN is not set")
			: _("the recovered key is not installed"));
	else
		cao_buf_puts(what, _(gate->missing));
}

static void
put_command(const struct cao_order *o, const struct cao_gate *gate,
    char out[CAO_GATE_COMMAND_SIZE])
{
	if (gate->fact == CAO_IS_INSTALLED &&
	    o->business->product == CAO_MAKES_PIN)
		(void)snprintf(out, CAO_GATE_COMMAND_SIZE,
		    "ca-install --unlock --keystore DIR %s", o->number);
	else
		cao_gate_command(gate, o->number, out);
}

/* With the first gate that is the CA's: until when it promised to be through
 * with it. */
static enum cao_status
put_promise(struct answer *a, struct cao_buf *what, const struct cao_gate *gate,
    struct cao_error *err)
{
	const unsigned own = CAO_ACCEPTED | CAO_APPROVED | CAO_FULFILLED;
	char when[CAO_RFC3339_SIZE];
	enum cao_status st;
	int64_t due;

	if (a->promised || a->order->promised_from == 0 ||
	    (gate->fact & own) == 0)
		return CAO_OK;
	st = cao_store_due(a->store, a->order->promised_from, &due, err);
	if (st != CAO_OK)
		return st;
	a->promised = true;
	cao_time_format(due, when);
	cao_buf_printf(what,
	    due < a->now ? _(", overdue since %s") : _(", promised by %s"),
	    when);
	return CAO_OK;
}

static enum cao_status
tell_gate(struct answer *a, const struct cao_gate *gate, struct cao_error *err)
{
	char command[CAO_GATE_COMMAND_SIZE];
	struct cao_buf what = { 0 };
	struct list list = { &what, ": " };
	enum cao_status st = CAO_OK;

	put_missing(&what, a->order, gate);
	if (gate->fact == CAO_DOCUMENTS)
		st = cao_query_missing(
		    a->store, a->order->id, put_slot, &list, err);
	else if (gate->fact == CAO_PAID)
		put_money(&what, a->order);
	else if (gate->fact == CAO_PAPER_OK)
		put_paper(&what, a->order);
	else
		st = put_promise(a, &what, gate, err);
	if (st == CAO_OK && !cao_buf_ok(&what))
		st = cao_fail_memory(err);
	if (st == CAO_OK) {
		put_command(a->order, gate, command);
		a->row(a->arg, gate->name, cao_buf_text(&what), command);
	}
	cao_buf_free(&what);
	return st;
}

/* An order that was sent back waits for its correction before all else. */
static enum cao_status
tell_returned(const struct answer *a, struct cao_error *err)
{
	const struct cao_decided *d = cao_order_decided(a->order, CAO_RETURN);
	char command[CAO_GATE_COMMAND_SIZE];
	struct cao_buf what = { 0 };
	enum cao_status st = CAO_OK;

	if (d == NULL)
		return CAO_OK;
	cao_buf_printf(&what, _("sent back by %s: %s"), d->operator_name,
	    d->reason != NULL ? d->reason : "");
	(void)snprintf(command, sizeof command,
	    "ca-upload %.17s SLOT=FILE; ca-apply --amend FILE",
	    a->order->number);
	if (cao_buf_ok(&what))
		a->row(a->arg, "returned", cao_buf_text(&what), command);
	else
		st = cao_fail_memory(err);
	cao_buf_free(&what);
	return st;
}

/* Certificates that ended before they were installed. */
static void
tell_ended(const struct answer *a)
{
	char what[128];

	(void)snprintf(what, sizeof what, _("the certificates are revoked: %s"),
	    cao_reason_name((enum cao_reason)a->order->revoked));
	a->row(a->arg, "revoked", what, "");
}

/* More was paid than is owed. */
static void
tell_excess(const struct answer *a)
{
	char command[CAO_GATE_COMMAND_SIZE], what[128], fen[CAO_MONEY_SIZE];

	cao_money_format(a->order->excess, fen);
	(void)snprintf(what, sizeof what,
	    _("%s are paid beyond what it owes, and to be paid back"), fen);
	(void)snprintf(command, sizeof command,
	    "ca-pay --refund --amount %s --reason R --as NAME %.17s", fen,
	    a->order->number);
	a->row(a->arg, "excess", what, command);
}

enum cao_status
cao_query_why(struct cao_store *s, const struct cao_env *env,
    const char *number,
    void (*row)(
	void *arg, const char *gate, const char *what, const char *command),
    void *arg, struct cao_error *err)
{
	struct cao_order o;
	struct answer a = {
		.store = s, .order = &o, .now = env->now, .row = row, .arg = arg
	};
	enum cao_status st;
	unsigned open;

	st = cao_store_load(s, number, CAO_LOAD_DECISIONS, &o, err);
	if (st != CAO_OK)
		return st;
	open = goal(o.state) & ~o.facts;
	if (o.state == CAO_ISSUED && (o.facts & CAO_ENDED) != 0) {
		tell_ended(&a);
		open = 0;
	}
	if (o.state == CAO_STATE_RETURNED)
		st = tell_returned(&a, err);
	for (size_t i = 0; i < cao_ngates && st == CAO_OK; i++)
		if ((open & cao_gates[i].fact) != 0)
			st = tell_gate(&a, &cao_gates[i], err);
	if (st == CAO_OK && o.excess > 0)
		tell_excess(&a);
	cao_order_free(&o);
	return st;
}
