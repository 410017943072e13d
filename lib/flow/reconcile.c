/*
 * Reconciling: the lines of a bank's statement, and those that wait, one by one
 * against what is declared; then the evidence, and what it settles; then the
 * orders that are paid by it.  All in one transaction.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/money.h"
#include "flow/reconcile.h"

/* A line that cannot be read. */
static enum cao_status
keep_bad(
    struct cao_import *im, const struct cao_error *bad, struct cao_error *err)
{
	struct cao_line l = { .match = CAO_MATCH_BAD };
	struct cao_buf why = { 0 };

	if (*bad->field != '\0')
		cao_buf_printf(&why, "%s: ", bad->field);
	cao_buf_puts(&why, bad->text);
	l.bank.line = bad->line;
	if ((l.why = (char *)cao_buf_take(&why, &(size_t){ 0 })) == NULL)
		return cao_fail_memory(err);
	return cao_reconcile_keep(im, &l, err);
}

/* Find out what a line is, and keep it; it is used up even on failure.  One
 * that waited must have been in a statement. */
static enum cao_status
match(struct cao_import *im, struct cao_line *l, struct cao_error *err)
{
	enum cao_status st;

	st = cao_reconcile_match(im, l, err);
	if (st == CAO_OK && l->match == CAO_MATCH_PAID && l->row != 0)
		st = cao_flow_check_line(
		    im->store, l->evidence, &l->bank, im->cache, err);
	if (st == CAO_OK)
		return cao_reconcile_keep(im, l, err);
	cao_line_free(l);
	return st;
}

/* Find out what every line of the statement is. */
static enum cao_status
examine(struct cao_import *im, struct cao_statement *statement,
    struct cao_error *err)
{
	enum cao_status st;
	bool more = true;

	for (;;) {
		struct cao_line l = { .match = CAO_MATCH_UNKNOWN };

		st = cao_statement_next(statement, &l.bank, &more, err);
		if (st == CAO_INPUT) {
			const struct cao_error bad = *err;

			st = keep_bad(im, &bad, err);
		} else if (st == CAO_OK && !more) {
			return CAO_OK;
		} else if (st == CAO_OK) {
			st = match(im, &l, err);
		}
		if (st != CAO_OK)
			return st;
	}
}

/* The lines that wait and were not in the statement; of these those alone are
 * told that settle now. */
static enum cao_status
examine_waiting(struct cao_import *im, struct cao_error *err)
{
	struct cao_query *q = cao_db_use(im->store->db, SQL_WAITING_DECLARED);
	enum cao_status st;
	size_t place;
	bool row;

	cao_db_int(q, ":before", CAO_MATCH_DAYS_AFTER);
	cao_db_int(q, ":behind", CAO_MATCH_DAYS_BEFORE);
	while ((st = cao_db_step(q, &row, err)) == CAO_OK && row) {
		struct cao_line l = { .match = CAO_MATCH_UNKNOWN };

		if (cao_map_get(&im->references,
			cao_reconcile_key(cao_col_text(q, 1)), &place))
			continue;
		if ((st = cao_reconcile_read(q, &l, err)) != CAO_OK)
			cao_line_free(&l);
		else
			st = match(im, &l, err);
		if (st != CAO_OK)
			break;
	}
	cao_db_done(q);
	return st;
}

/* An order that lines belong to, as it is after all of them. */
struct touched {
	struct cao_result result;
	int64_t paid, due;
};

struct touched_list {
	struct touched *list; /* in the order of the lines */
	size_t count;
	struct cao_map places; /* by the order's row */
};

static enum cao_status
touch(struct cao_store *s, const struct cao_line *l, struct touched_list *t,
    struct touched **ret, struct cao_error *err)
{
	struct touched *new = &t->list[t->count];
	struct cao_order o = { 0 };
	enum cao_status st;
	size_t place;

	if (cao_map_get(&t->places, (uint64_t)l->order, &place)) {
		*ret = &t->list[place];
		return CAO_OK;
	}
	if ((st = cao_store_load(s, l->number, 0, &o, err)) != CAO_OK)
		return st;
	new->paid = o.paid - o.refunded;
	new->due = o.fee_due;
	memcpy(new->result.number, o.number, sizeof o.number);
	cao_result_name(&new->result, &o);
	cao_order_free(&o);
	if (!cao_map_put(&t->places, (uint64_t)l->order, t->count))
		return cao_fail_memory(err);
	t->count++;
	*ret = new;
	return CAO_OK;
}

/* Say of a line that settles a part only how much that is. */
static enum cao_status
tell_part(struct cao_line *l, const struct touched *t, struct cao_error *err)
{
	char have[CAO_MONEY_SIZE], due[CAO_MONEY_SIZE];
	struct cao_error why;

	cao_money_format(t->paid, have);
	cao_money_format(t->due, due);
	(void)cao_fail(
	    &why, CAO_OK, "%s of the %s due are paid so far", have, due);
	l->why = strdup(why.text);
	return l->why != NULL ? CAO_OK : cao_fail_memory(err);
}

static bool
belongs(const struct cao_line *l)
{
	return (l->match == CAO_MATCH_PAID || l->match == CAO_MATCH_REPEATED) &&
	    l->order != 0;
}

/* The orders that are paid by the lines, each once. */
static enum cao_status
conclude(const struct cao_import *im, struct cao_result **ret,
    size_t *ret_count, struct cao_error *err)
{
	struct touched_list t = { .count = 0 };
	struct cao_result *results = NULL;
	enum cao_status st = CAO_OK;
	struct touched *o = NULL;
	size_t n = 0;

	for (size_t i = 0; i < im->count; i++)
		n += belongs(&im->lines[i]);
	t.list = calloc(n + 1, sizeof *t.list);
	if (t.list == NULL)
		st = cao_fail_memory(err);
	for (size_t i = 0; i < im->count && st == CAO_OK; i++) {
		struct cao_line *l = &im->lines[i];

		if (!belongs(l))
			continue;
		st = touch(im->store, l, &t, &o, err);
		if (st != CAO_OK || l->match != CAO_MATCH_PAID)
			continue;
		o->result.changed = true;
		if (o->paid < o->due)
			st = tell_part(l, o, err);
	}
	if (st == CAO_OK &&
	    (results = calloc(t.count + 1, sizeof *results)) == NULL)
		st = cao_fail_memory(err);
	if (st == CAO_OK) {
		*ret_count = 0;
		for (size_t i = 0; i < t.count; i++)
			if (t.list[i].paid >= t.list[i].due)
				results[(*ret_count)++] = t.list[i].result;
		*ret = results;
	}
	free(t.list);
	cao_map_free(&t.places);
	return st;
}

/* In the caller's transaction; statement NULL: the lines that wait alone. */
static enum cao_status
reconcile(struct cao_import *im, const struct cao_env *env,
    struct cao_statement *statement, const unsigned char *digest,
    const struct cao_operator *op, struct cao_result **ret, size_t *ret_count,
    struct cao_error *err)
{
	enum cao_status st = CAO_OK;

	if (statement != NULL)
		st = examine(im, statement, err);
	if (st != CAO_OK || (st = examine_waiting(im, err)) != CAO_OK ||
	    (st = cao_reconcile_record(im, env, op, digest, err)) != CAO_OK ||
	    (st = conclude(im, ret, ret_count, err)) != CAO_OK)
		return st;
	return cao_flow_commit(im->store, env, err);
}

enum cao_status
cao_pay_reconcile(struct cao_store *s, const struct cao_env *env,
    const char *name, const void *text, size_t len,
    const struct cao_operator *op,
    void (*row)(void *arg, const struct cao_statement_line *), void *arg,
    struct cao_result **ret_paid, size_t *ret_count, struct cao_error *err)
{
	unsigned char digest[CAO_DIGEST_SIZE];
	struct cao_statement *statement = NULL;
	struct cao_import im = { .store = s };
	struct cao_result *paid = NULL;
	enum cao_status st;
	size_t count = 0;

	if ((st = cao_cashier_check(op, err)) != CAO_OK)
		return st;
	if (text != NULL) {
		cao_sha256(text, len, digest);
		st = cao_statement_open(name, text, len, &statement, err);
	}
	if (st == CAO_OK)
		st = cao_evidence_cache_new(&im.cache, err);
	if (st == CAO_OK)
		st = cao_db_begin(s->db, __func__, err);
	if (st == CAO_OK)
		st = reconcile(&im, env, statement,
		    text != NULL ? digest : NULL, op, &paid, &count, err);
	if (st == CAO_OK)
		st = cao_reconcile_lines(&im, false, row, arg, err);
	if (st == CAO_OK) {
		*ret_paid = paid;
		*ret_count = count;
		paid = NULL;
	}
	cao_db_rollback(s->db);
	cao_statement_close(statement);
	free(paid);
	cao_import_free(&im);
	return st;
}
