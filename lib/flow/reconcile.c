/*
 * Reconciling: the lines of a bank's statement, one by one against what is
 * declared; then the evidence, and what it settles; then the orders that are
 * paid by it.  All in one transaction.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/money.h"
#include "flow/company.h"
#include "flow/operator.h"
#include "flow/reconcile.h"
#include "order/evidence.h"

/* Settlements under one signature: to find one again its text is searched. */
#define EVIDENCE_LINES 1000

static void
free_line(struct cao_line *l)
{
	cao_bank_line_free(&l->bank);
	free(l->why);
	free(l->transfer.account);
	free(l->transfer.name);
}

static void
free_import(struct cao_import *im)
{
	for (size_t i = 0; i < im->count; i++)
		free_line(&im->lines[i]);
	free(im->lines);
	cao_map_free(&im->transfers);
	cao_map_free(&im->references);
	cao_map_free(&im->settled);
}

/* A line that settles is kept whole, of any other what is told. */
static void
strip(struct cao_line *l)
{
	if (l->match == CAO_MATCH_PAID)
		return;
	free(l->bank.account);
	free(l->bank.name);
	free(l->bank.text);
	free(l->transfer.account);
	free(l->transfer.name);
	l->bank.account = l->bank.name = l->bank.text = NULL;
	l->transfer.account = l->transfer.name = NULL;
}

/* Add a line to the import, which owns what it holds even on failure. */
static enum cao_status
keep(struct cao_import *im, const struct cao_line *l, struct cao_error *err)
{
	struct cao_line copy = *l, *lines = im->lines;
	size_t settled = 0;

	strip(&copy);
	if ((lines = cao_grow(lines, im->count, sizeof *lines)) == NULL) {
		free_line(&copy);
		return cao_fail_memory(err);
	}
	im->lines = lines;
	(void)cao_map_get(&im->settled, (uint64_t)copy.order, &settled);
	if (copy.match == CAO_MATCH_PAID &&
	    (!cao_map_put(
		 &im->transfers, (uint64_t)copy.transfer.id, im->count) ||
		!cao_map_put(&im->settled, (uint64_t)copy.order,
		    settled + (size_t)copy.bank.fen) ||
		!cao_map_put(&im->references,
		    cao_reconcile_key(copy.bank.reference), im->count))) {
		free_line(&copy);
		return cao_fail_memory(err);
	}
	lines[im->count++] = copy;
	return CAO_OK;
}

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
	return keep(im, &l, err);
}

/* Find out what every line is. */
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
			st = cao_reconcile_match(im, &l, err);
			if (st != CAO_OK)
				free_line(&l);
			else
				st = keep(im, &l, err);
		}
		if (st != CAO_OK)
			return st;
	}
}

/* Both sides of a settlement; what is pointed to stays the line's. */
static struct cao_transfer
settlement_of(const struct cao_line *l)
{
	struct cao_transfer t = l->transfer;

	t.settled = true;
	t.settled_fen = l->bank.fen;
	t.bank_reference = l->bank.reference;
	t.bank_account = l->bank.account;
	t.bank_name = l->bank.name;
	t.bank_text = l->bank.text;
	t.bank_fen = l->bank.fen;
	t.bank_day = l->bank.day;
	return t;
}

static enum cao_status
put_settlement(struct cao_store *s, const struct cao_env *env,
    const struct cao_line *l, int64_t evidence, struct cao_error *err)
{
	struct cao_query *q = cao_db_use(s->db, SQL_PUT_BANK_LINE);
	enum cao_status st;
	int64_t bank_line;
	bool company;

	cao_db_text(q, ":reference", l->bank.reference);
	cao_db_text(q, ":account", l->bank.account);
	cao_db_text(q, ":name", l->bank.name);
	cao_db_int(q, ":fen", l->bank.fen);
	cao_db_int(q, ":day", l->bank.day);
	cao_db_text(q, ":text", l->bank.text);
	cao_db_int(q, ":evidence", evidence);
	cao_db_int(q, ":at", env->now);
	st = cao_store_put(s, env, q, CAO_K_BANK_LINE, 0, &bank_line, err);
	if (st == CAO_OK)
		st = cao_company_pays(s, l->order, l->bank.name, &company, err);
	if (st != CAO_OK)
		return st;
	q = cao_db_use(s->db, SQL_PUT_SETTLEMENT);
	cao_db_int(q, ":order", l->order);
	cao_db_int(q, ":transfer", l->transfer.id);
	cao_db_int(q, ":bank_line", bank_line);
	cao_db_int(q, ":fen", l->bank.fen);
	cao_db_int(q, ":evidence", evidence);
	cao_db_int(q, ":company", company);
	cao_db_int(q, ":at", env->now);
	return cao_store_put(s, env, q, CAO_K_SETTLEMENT, l->order, NULL, err);
}

/* What the cashier asserts of these lines, signed; *ret_id: its row. */
static enum cao_status
put_evidence(struct cao_store *s, const struct cao_env *env,
    const struct cao_operator *op, const unsigned char digest[CAO_DIGEST_SIZE],
    const struct cao_line *const *lines, size_t count, int64_t *ret_id,
    struct cao_error *err)
{
	struct cao_buf text = { 0 }, signature = { 0 };
	enum cao_status st;

	cao_evidence_head(
	    &text, op->entry->name, op->entry->cert_digest, env->now);
	cao_evidence_import(&text, digest);
	for (size_t i = 0; i < count; i++) {
		const struct cao_transfer t = settlement_of(lines[i]);

		cao_evidence_settlement(&text, lines[i]->number, &t);
	}
	st = cao_buf_ok(&text)
	    ? cao_key_sign(op->key, text.data, text.len, &signature, err)
	    : cao_fail_memory(err);
	if (st == CAO_OK)
		st = cao_store_put_evidence(s, env, op->entry->name,
		    cao_buf_text(&text), signature.data, signature.len, ret_id,
		    err);
	cao_buf_free(&text);
	cao_buf_free(&signature);
	return st;
}

/* Record all that settles; nothing where nothing does. */
static enum cao_status
record(struct cao_import *im, const struct cao_env *env,
    const struct cao_operator *op, const unsigned char digest[CAO_DIGEST_SIZE],
    struct cao_error *err)
{
	const struct cao_line *part[EVIDENCE_LINES];
	enum cao_status st = CAO_OK;
	size_t i = 0, n;
	int64_t evidence;

	while (i < im->count && st == CAO_OK) {
		for (n = 0; i < im->count && n < EVIDENCE_LINES; i++)
			if (im->lines[i].match == CAO_MATCH_PAID)
				part[n++] = &im->lines[i];
		if (n == 0)
			break;
		st = put_evidence(
		    im->store, env, op, digest, part, n, &evidence, err);
		for (size_t j = 0; j < n && st == CAO_OK; j++)
			st = put_settlement(
			    im->store, env, part[j], evidence, err);
	}
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
	new->paid = o.paid;
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

static void
tell_lines(const struct cao_import *im,
    void (*row)(void *arg, const struct cao_statement_line *), void *arg)
{
	for (size_t i = 0; i < im->count; i++) {
		const struct cao_line *l = &im->lines[i];
		struct cao_statement_line told = { .line = l->bank.line,
			.match = l->match,
			.fen = l->bank.fen,
			.reference =
			    l->bank.reference != NULL ? l->bank.reference : "",
			.why = l->why != NULL ? l->why : "" };

		memcpy(told.number, l->number, sizeof told.number);
		row(arg, &told);
	}
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

	if (!cao_role_has(op->entry->roles, "cashier"))
		return cao_fail(err, CAO_DENIED,
		    "operator '%s' has not the role 'cashier'",
		    op->entry->name);
	cao_sha256(text, len, digest);
	st = cao_statement_open(name, text, len, &statement, err);
	if (st != CAO_OK || (st = cao_db_begin(s->db, __func__, err)) != CAO_OK)
		goto out;
	if ((st = examine(&im, statement, err)) != CAO_OK ||
	    (st = record(&im, env, op, digest, err)) != CAO_OK ||
	    (st = conclude(&im, &paid, &count, err)) != CAO_OK ||
	    (st = cao_flow_commit(s, env, err)) != CAO_OK)
		goto out;
	tell_lines(&im, row, arg);
	*ret_paid = paid;
	*ret_count = count;
	paid = NULL;
out:
	cao_db_rollback(s->db);
	cao_statement_close(statement);
	free(paid);
	free_import(&im);
	return st;
}
