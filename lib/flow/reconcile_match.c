/* What one line of a bank's statement is. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/money.h"
#include "flow/reconcile.h"
#include "order/number.h"

/* Of the transfers that a line may be; where there are more, only an order
 * number in the line's text tells them apart. */
#define CANDIDATES_MAX 256

struct candidates {
	struct cao_declared list[CANDIDATES_MAX];
	int64_t order[CANDIDATES_MAX];
	char *account[CANDIDATES_MAX], *name[CANDIDATES_MAX];
	char *organisation[CANDIDATES_MAX];
	size_t count;
};

/* Those whose order takes money; those whose order is past it. */
struct found {
	struct candidates live, past;
	bool more; /* than were looked at */
};

static void
free_candidates(struct candidates *c)
{
	for (size_t i = 0; i < c->count; i++) {
		free(c->account[i]);
		free(c->name[i]);
		free(c->organisation[i]);
	}
	c->count = 0;
}

/* Add the row under the cursor. */
static enum cao_status
add(const struct cao_import *im, const struct cao_query *q,
    struct candidates *c, struct cao_error *err)
{
	struct cao_declared *d = &c->list[c->count];
	size_t i = c->count, place;
	int64_t id = cao_col_int(q, 0);

	c->account[i] = strdup(cao_col_text(q, 4));
	c->name[i] = strdup(cao_col_text(q, 5));
	c->organisation[i] = strdup(cao_col_text(q, 9));
	c->order[i] = cao_col_int(q, 1);
	*d = (struct cao_declared){ .id = id,
		.fen = cao_col_int(q, 6),
		.day = cao_col_int(q, 7),
		.account = c->account[i],
		.name = c->name[i],
		.settled = !cao_col_null(q, 8) ||
		    cao_map_get(&im->transfers, (uint64_t)id, &place) };
	(void)snprintf(d->number, sizeof d->number, "%s", cao_col_text(q, 2));
	c->count++;
	return d->account != NULL && d->name != NULL &&
		c->organisation[i] != NULL
	    ? CAO_OK
	    : cao_fail_memory(err);
}

/* Look for transfers of which key is the order, the account or its tail. */
static enum cao_status
look(const struct cao_import *im, enum cao_sql which, const char *key,
    const struct cao_bank_line *line, struct found *f, struct cao_error *err)
{
	struct cao_query *q = cao_db_use(im->store->db, which);
	enum cao_status st;
	size_t rows = 0;
	bool row;

	free_candidates(&f->live);
	free_candidates(&f->past);
	f->more = false;
	cao_db_text(q, ":key", key);
	cao_db_int(q, ":fen", line->fen);
	cao_db_int(q, ":from", line->day - CAO_MATCH_DAYS_AFTER);
	cao_db_int(q, ":to", line->day + CAO_MATCH_DAYS_BEFORE);
	cao_db_int(q, ":limit", CANDIDATES_MAX + 1);
	while ((st = cao_db_step(q, &row, err)) == CAO_OK && row) {
		if (++rows > CANDIDATES_MAX) {
			f->more = true;
			break;
		}
		st = add(im, q,
		    cao_reconcile_takes(cao_col_text(q, 3)) ? &f->live
							    : &f->past,
		    err);
		if (st != CAO_OK)
			break;
	}
	cao_db_done(q);
	return st;
}

/* The same, where a crowd is not counted again for each line. */
static enum cao_status
look_once(struct cao_import *im, enum cao_sql which, const char *key,
    const struct cao_bank_line *line, struct found *f, struct cao_error *err)
{
	struct cao_crowd *c = &im->crowd;
	enum cao_status st;

	f->more = c->key != NULL && c->which == which && c->fen == line->fen &&
	    c->day == line->day && strcmp(c->key, key) == 0;
	if (f->more)
		return CAO_OK;
	st = look(im, which, key, line, f, err);
	if (st != CAO_OK || !f->more)
		return st;
	free(c->key);
	*c = (struct cao_crowd){ strdup(key), which, line->fen, line->day };
	return c->key == NULL ? cao_fail_memory(err) : CAO_OK;
}

/* One that fits, as the line's. */
static enum cao_status
take(struct cao_line *l, const struct candidates *c, size_t which,
    struct cao_error *err)
{
	const struct cao_declared *d = &c->list[which];

	memcpy(l->number, d->number, sizeof l->number);
	l->order = c->order[which];
	l->company = cao_name_same(l->bank.name, c->organisation[which]);
	cao_transfer_free(&l->transfer);
	l->transfer = (struct cao_transfer){ .id = d->id,
		.account = strdup(d->account),
		.name = strdup(d->name),
		.fen = d->fen,
		.day = d->day };
	return l->transfer.account != NULL && l->transfer.name != NULL
	    ? CAO_OK
	    : cao_fail_memory(err);
}

/* What the line is in view of these; *ret is UNKNOWN if it is none of them. */
static enum cao_status
match(struct cao_line *l, const struct candidates *c, enum cao_match *ret,
    struct cao_error *err)
{
	size_t which = 0;

	*ret = cao_match_line(&l->bank, c->list, c->count, &which);
	if (*ret == CAO_MATCH_UNKNOWN || *ret == CAO_MATCH_AMBIGUOUS) {
		*l->number = '\0';
		return CAO_OK;
	}
	return take(l, c, which, err);
}

/* Nothing fits, but it would if the order were not past it: say so. */
static enum cao_status
match_past(const struct cao_import *im, struct cao_line *l,
    const struct candidates *past, struct cao_error *err)
{
	struct cao_order o = { 0 };
	struct cao_error why;
	enum cao_match m;
	enum cao_status st;
	bool done;

	if ((st = match(l, past, &m, err)) != CAO_OK || m != CAO_MATCH_PAID)
		return st;
	if ((st = cao_store_load(im->store, l->number, 0, &o, err)) != CAO_OK)
		return st;
	if (cao_step_check(CAO_STEP_SETTLE, o.facts, &done, &why) != CAO_OK)
		st = cao_reconcile_tell(l, &why, err);
	cao_order_free(&o);
	return st;
}

/* How an order is named where a line is split: "ORDER=240.00". */
static void
put_piece(struct cao_buf *out, const char *number, int64_t fen)
{
	char money[CAO_MONEY_SIZE];

	cao_money_format(fen, money);
	cao_buf_printf(out, "%s%s=%s", out->len > 0 ? " " : "", number, money);
}

/* None is of that amount; several together may be. */
static enum cao_status
match_others(struct cao_line *l, const struct found *f, struct cao_error *err)
{
	const struct candidates *c = &f->live;
	size_t which[CANDIDATES_MAX], n;
	struct cao_buf pieces = { 0 };

	if (f->more) {
		l->match = CAO_MATCH_AMBIGUOUS;
		return CAO_OK;
	}
	n = cao_match_several(&l->bank, c->list, c->count, which);
	if (n == 0)
		return match(l, c, &l->match, err);
	for (size_t i = 0; i < n; i++)
		put_piece(
		    &pieces, c->list[which[i]].number, c->list[which[i]].fen);
	l->match = CAO_MATCH_SEVERAL;
	return cao_buf_give(&pieces, &l->pieces, err);
}

/*
 * By the account, whole or its tail: exactly the amount, then any other.  The
 * order that the text names is asked first, so that it is found among however
 * many of the same account.
 */
static enum cao_status
search(struct cao_import *im, struct cao_line *l, const char *key, bool masked,
    struct found *f, struct cao_error *err)
{
	enum cao_match named = CAO_MATCH_UNKNOWN, *m = &l->match;
	char number[CAO_NUMBER_SIZE];
	enum cao_status st;

	if (cao_number_find(l->bank.text, number)) {
		st = look(im, SQL_DECLARED_OF_ORDER, number, &l->bank, f, err);
		if (st == CAO_OK)
			st = match(l, &f->live, &named, err);
		*m = named;
		if (st != CAO_OK || named == CAO_MATCH_PAID)
			return st;
	}
	st = look_once(im,
	    masked ? SQL_DECLARED_OF_TAIL : SQL_DECLARED_OF_ACCOUNT, key,
	    &l->bank, f, err);
	if (st != CAO_OK)
		return st;
	if (f->more) {
		*m = named != CAO_MATCH_UNKNOWN ? named : CAO_MATCH_AMBIGUOUS;
		return CAO_OK;
	}
	if ((st = match(l, &f->live, m, err)) != CAO_OK ||
	    *m != CAO_MATCH_UNKNOWN)
		return st;
	if ((st = match_past(im, l, &f->past, err)) != CAO_OK || l->why != NULL)
		return st;
	st = look_once(im, masked ? SQL_OTHER_OF_TAIL : SQL_OTHER_OF_ACCOUNT,
	    key, &l->bank, f, err);
	if (st == CAO_OK)
		st = match_others(l, f, err);
	return st;
}

/* A line that fits, of an order that has been paid otherwise: more than is due
 * is never taken in by itself. */
static enum cao_status
check_sum(
    const struct cao_import *im, struct cao_line *l, struct cao_error *err)
{
	char due[CAO_MONEY_SIZE];
	struct cao_order o = { 0 };
	struct cao_error why;
	enum cao_status st;
	size_t settled = 0;
	int64_t paid;

	if ((st = cao_store_load(im->store, l->number, 0, &o, err)) != CAO_OK)
		return st;
	(void)cao_map_get(&im->settled, (uint64_t)o.id, &settled);
	paid = o.paid - o.refunded + (int64_t)settled;
	cao_money_format(o.fee_due, due);
	if (paid + l->bank.fen > o.fee_due) {
		l->match =
		    paid >= o.fee_due ? CAO_MATCH_DUPLICATE : CAO_MATCH_OVER;
		(void)cao_fail(&why, CAO_OK,
		    paid >= o.fee_due
			? N_("the %s due are paid already, by another "
			     "transfer")
			: N_("with what is paid already it would be more than "
			     "the %s due"),
		    due);
		st = cao_reconcile_tell(l, &why, err);
	}
	cao_order_free(&o);
	return st;
}

/* What to look an account up by: all of it, or the tail that is seen. */
static const char *
key_of(const char *account, bool *ret_masked)
{
	const char *mask = strrchr(account, '*');
	size_t n = strlen(account);

	*ret_masked = mask != NULL;
	if (mask == NULL)
		return account;
	return strlen(mask + 1) >= CAO_MATCH_TAIL ? account + n - CAO_MATCH_TAIL
						  : NULL;
}

/* No money in: why not, where it is not plainly money out. */
static enum cao_status
tell_aside(struct cao_line *l, struct cao_error *err)
{
	struct cao_error why;

	if (l->bank.aside == NULL)
		return CAO_OK;
	(void)cao_fail(&why, CAO_OK, "%s", _(l->bank.aside));
	return cao_reconcile_tell(l, &why, err);
}

enum cao_status
cao_reconcile_match(
    struct cao_import *im, struct cao_line *l, struct cao_error *err)
{
	struct found *f;
	enum cao_status st = CAO_OK;
	const char *key;
	bool known, masked;

	l->match = l->bank.credit ? CAO_MATCH_UNKNOWN : CAO_MATCH_OUT;
	if (!l->bank.credit)
		return tell_aside(l, err);
	if (l->row == 0 &&
	    ((st = cao_reconcile_known(im, l, &known, err)) != CAO_OK || known))
		return st;
	if ((f = malloc(sizeof *f)) == NULL) /* large, and seldom full */
		return cao_fail_memory(err);
	f->live.count = f->past.count = 0;
	if ((key = key_of(l->bank.account, &masked)) != NULL)
		st = search(im, l, key, masked, f, err);
	if (st == CAO_OK && l->match == CAO_MATCH_PAID)
		st = check_sum(im, l, err);
	if (st == CAO_OK && l->match == CAO_MATCH_UNKNOWN && l->why == NULL)
		st = cao_reconcile_named(im, l, err);
	if (st == CAO_OK)
		st = cao_reconcile_explain(l, err);
	free_candidates(&f->live);
	free_candidates(&f->past);
	free(f);
	return st;
}
