/* Holding what an order rests on to the operators' signed evidence. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/money.h"
#include "flow/evidence.h"

#define KEPT_MAX 64
#define ROLE_SIZE 32

/* One piece of evidence: signed as a whole by somebody who had the role. */
struct kept {
	int64_t id;
	char role[ROLE_SIZE];
	char *operator_name, *text;
	struct cao_buf head; /* as the text must begin */
};

struct cao_evidence_cache {
	struct kept kept[KEPT_MAX];
	size_t next; /* the oldest, to be given up */
	const struct cao_wechat_verifier *wechat;
};

static void
free_kept(struct kept *k)
{
	free(k->operator_name);
	free(k->text);
	cao_buf_free(&k->head);
	memset(k, 0, sizeof *k);
}

enum cao_status
cao_evidence_cache_new(struct cao_evidence_cache **ret, struct cao_error *err)
{
	struct cao_evidence_cache *c = calloc(1, sizeof *c);

	if (c == NULL)
		return cao_fail_memory(err);
	c->wechat = &cao_wechat_verifier;
	*ret = c;
	return CAO_OK;
}

void
cao_evidence_cache_wechat(
    struct cao_evidence_cache *c, const struct cao_wechat_verifier *v)
{
	c->wechat = v;
}

void
cao_evidence_cache_free(struct cao_evidence_cache *c)
{
	if (c == NULL)
		return;
	for (size_t i = 0; i < KEPT_MAX; i++)
		free_kept(&c->kept[i]);
	free(c);
}

/* Verify the row under the cursor, and keep what it says. */
static enum cao_status
verify_row(struct cao_store *s, const struct cao_query *q, const char *role,
    struct kept *k, struct cao_error *err)
{
	const struct cao_registered *o;
	const char *name = cao_col_text(q, 0), *text = cao_col_text(q, 1);
	int64_t at = cao_col_int(q, 3);
	enum cao_status st;
	const void *signature;
	size_t len;

	signature = cao_col_blob(q, 2, &len);
	st = cao_register_verify(
	    s, name, role, at, text, signature, len, &o, err);
	if (st != CAO_OK)
		return st;
	k->operator_name = strdup(name);
	k->text = strdup(text);
	cao_evidence_head(&k->head, o->name, o->cert_digest, at);
	if (k->operator_name == NULL || k->text == NULL ||
	    !cao_buf_ok(&k->head))
		return cao_fail_memory(err);
	if (strncmp(text, cao_buf_text(&k->head), k->head.len) != 0)
		return cao_fail(err, CAO_INTEGRITY,
		    "the evidence does not begin with its operator's name, "
		    "certificate and instant");
	return CAO_OK;
}

/* The evidence of that row, verified for the role. */
static enum cao_status
get(struct cao_store *s, struct cao_evidence_cache *c, int64_t id,
    const char *role, const struct kept **ret, struct cao_error *err)
{
	struct kept k = { .id = id };
	struct cao_query *q;
	enum cao_status st;
	bool row;

	for (size_t i = 0; i < KEPT_MAX; i++)
		if (c->kept[i].text != NULL && c->kept[i].id == id &&
		    strcmp(c->kept[i].role, role) == 0) {
			*ret = &c->kept[i];
			return CAO_OK;
		}
	q = cao_db_use(s->db, SQL_EVIDENCE_GET);
	cao_db_int(q, ":id", id);
	if ((st = cao_db_step(q, &row, err)) != CAO_OK)
		return st;
	(void)snprintf(k.role, sizeof k.role, "%s", role);
	if (!row)
		st = cao_fail(err, CAO_INTEGRITY, "the evidence is missing");
	else if ((st = cao_journal_check_fact(s, CAO_K_EVIDENCE, id, err)) ==
	    CAO_OK)
		st = verify_row(s, q, role, &k, err);
	cao_db_done(q);
	if (st != CAO_OK) {
		free_kept(&k);
		return st;
	}
	free_kept(&c->kept[c->next]);
	c->kept[c->next] = k;
	*ret = &c->kept[c->next];
	c->next = (c->next + 1) % KEPT_MAX;
	return CAO_OK;
}

/* Does the evidence of that row say the line? */
static enum cao_status
has_line(struct cao_store *s, struct cao_evidence_cache *c, int64_t id,
    const char *role, const char *operator_name, const struct cao_buf *line,
    struct cao_error *err)
{
	const struct kept *k;
	enum cao_status st;

	if (!cao_buf_ok(line))
		return cao_fail_memory(err);
	if ((st = get(s, c, id, role, &k, err)) != CAO_OK)
		return st;
	if (operator_name != NULL &&
	    strcmp(operator_name, k->operator_name) != 0)
		return cao_fail(err, CAO_INTEGRITY,
		    "the evidence is signed by '%s' and not by '%s'",
		    k->operator_name, operator_name);
	if (!cao_evidence_has(k->text, &k->head, line))
		return cao_fail(err, CAO_INTEGRITY,
		    "what operator '%s' signed is something else",
		    k->operator_name);
	return CAO_OK;
}

/* A line is an order's once, and so is a payment: what was copied would count
 * twice. */
static bool
is_copied(const struct cao_settlement *a, const struct cao_settlement *b)
{
	return a->wechat.id == b->wechat.id && a->bank_line == b->bank_line;
}

static enum cao_status
check_copies(const struct cao_payments *p, size_t which, struct cao_error *err)
{
	for (size_t i = 0; i < which; i++)
		if (is_copied(&p->settlements[i], &p->settlements[which]))
			return cao_fail(err, CAO_INTEGRITY,
			    "two settlements rest on the same line of the "
			    "bank's statement");
	return CAO_OK;
}

/* The transfer that it is said to be; NULL: it was assigned. */
static enum cao_status
find_transfer(const struct cao_order *o, const struct cao_settlement *m,
    const struct cao_transfer **ret, struct cao_error *err)
{
	*ret = NULL;
	for (size_t i = 0; i < o->ntransfers; i++)
		if (o->transfers[i].id == m->transfer)
			*ret = &o->transfers[i];
	if (*ret == NULL && m->transfer != 0)
		return cao_fail(err, CAO_INTEGRITY,
		    "the transfer that was declared is missing");
	return CAO_OK;
}

enum cao_status
cao_flow_check_line(struct cao_store *s, int64_t evidence,
    const struct cao_bank_line *l, struct cao_evidence_cache *c,
    struct cao_error *err)
{
	struct cao_buf line = { 0 };
	enum cao_status st;

	cao_evidence_line(&line, l);
	st = has_line(s, c, evidence, "cashier", NULL, &line, err);
	cao_buf_free(&line);
	return st == CAO_OK
	    ? CAO_OK
	    : cao_error_prefix(
		  err, "line %s of the bank's statement", l->reference);
}

static enum cao_status
check_bank(struct cao_store *s, const struct cao_order *o,
    const struct cao_settlement *m, struct cao_evidence_cache *c,
    struct cao_error *err)
{
	const struct cao_transfer *t;
	struct cao_buf line = { 0 };
	enum cao_status st;

	if ((st = find_transfer(o, m, &t, err)) != CAO_OK)
		return st;
	cao_evidence_settlement(&line, o->number, t, m);
	st = has_line(s, c, m->evidence, "cashier", NULL, &line, err);
	cao_buf_free(&line);
	/* It was read then, or had been kept until then. */
	if (st == CAO_OK && m->bank_evidence != m->evidence)
		st = cao_flow_check_line(s, m->bank_evidence, &m->bank, c, err);
	return st;
}

static enum cao_status
check_wechat(struct cao_store *s, const struct cao_order *o,
    const struct cao_settlement *m, struct cao_evidence_cache *c,
    struct cao_error *err)
{
	if (m->wechat.order != o->id || m->wechat.fen != m->fen)
		return cao_fail(err, CAO_INTEGRITY,
		    "the payment by WeChat is another order's, or another "
		    "amount");
	return c->wechat->payment(s, o->number, &m->wechat, err);
}

static enum cao_status
check_settlement(struct cao_store *s, const struct cao_order *o, size_t which,
    struct cao_evidence_cache *c, struct cao_error *err)
{
	const struct cao_settlement *m = &o->payments.settlements[which];
	char money[CAO_MONEY_SIZE];
	enum cao_status st;

	/* Bounded, so that forged amounts cannot add up to less. */
	if (m->fen <= 0 || m->fen > CAO_MONEY_MAX)
		return cao_fail(err, CAO_INTEGRITY,
		    "a settlement's amount is out of bounds");
	if ((st = check_copies(&o->payments, which, err)) == CAO_OK)
		st = m->wechat.id != 0 ? check_wechat(s, o, m, c, err)
				       : check_bank(s, o, m, c, err);
	cao_money_format(m->fen, money);
	return st == CAO_OK ? CAO_OK
			    : cao_error_prefix(err, "payment of %s", money);
}

/* That money stays after all is WeChat's word. */
static enum cao_status
check_closed(struct cao_store *s, const struct cao_refund *r,
    struct cao_evidence_cache *c, struct cao_error *err)
{
	const struct cao_wechat_result result = { .number = r->number,
		.fen = r->fen,
		.status = r->status,
		.proof = r->proof };
	enum cao_status st = r->wechat != 0
	    ? c->wechat->result(s, &result, err)
	    : cao_fail(err, CAO_INTEGRITY, "it is done, and cannot be closed");

	return st == CAO_OK ? CAO_OK
			    : cao_error_prefix(err, "refund %s", r->number);
}

/* What evidence says of the order's money. */
static enum cao_status
add_up(struct cao_store *s, const struct cao_order *o,
    struct cao_evidence_cache *c, int64_t *ret_paid, int64_t *ret_back,
    struct cao_error *err)
{
	const struct cao_payments *p = &o->payments;
	int64_t sum = 0, back = 0;
	enum cao_status st = CAO_OK;

	for (size_t i = 0; i < p->nsettlements && st == CAO_OK; i++) {
		st = check_settlement(s, o, i, c, err);
		sum += p->settlements[i].fen;
	}
	for (size_t i = 0; i < p->nrefunds && st == CAO_OK; i++)
		if (cao_refund_stands(&p->refunds[i]))
			back += p->refunds[i].fen;
		else
			st = check_closed(s, &p->refunds[i], c, err);
	*ret_paid = sum;
	*ret_back = back;
	return st;
}

static enum cao_status
fail_sum(int64_t evident, int64_t said, bool due, struct cao_error *err)
{
	char have[CAO_MONEY_SIZE], want[CAO_MONEY_SIZE];

	cao_money_format(evident, have);
	cao_money_format(said, want);
	return cao_fail(err, CAO_INTEGRITY,
	    due ? N_("payments of %s are settled with evidence, and %s are due")
		: N_("payments of %s are settled with evidence, and the order "
		     "says %s"),
	    have, want);
}

enum cao_status
cao_flow_check_money(struct cao_store *s, const struct cao_order *o,
    struct cao_evidence_cache *c, struct cao_error *err)
{
	int64_t paid, back;
	enum cao_status st;

	if ((st = add_up(s, o, c, &paid, &back, err)) != CAO_OK)
		return st;
	return paid == o->paid && back == o->refunded
	    ? CAO_OK
	    : fail_sum(paid - back, o->paid - o->refunded, false, err);
}

enum cao_status
cao_flow_check_payment(struct cao_store *s, const struct cao_order *o,
    struct cao_evidence_cache *c, struct cao_error *err)
{
	int64_t paid, back;
	enum cao_status st;

	if (o->fee_due == 0)
		return CAO_OK;
	if ((st = add_up(s, o, c, &paid, &back, err)) != CAO_OK)
		return st;
	if (paid - back < o->fee_due)
		return fail_sum(paid - back, o->fee_due, true, err);
	return paid == o->paid && back == o->refunded
	    ? CAO_OK
	    : fail_sum(paid - back, o->paid - o->refunded, false, err);
}

enum cao_status
cao_flow_check_refund(struct cao_store *s, const char *number,
    const struct cao_refund *r, struct cao_evidence_cache *c,
    struct cao_error *err)
{
	struct cao_buf line = { 0 };
	enum cao_status st;

	cao_evidence_refund(&line, number, r);
	st = has_line(s, c, r->evidence, "cashier", NULL, &line, err);
	cao_buf_free(&line);
	return st == CAO_OK ? CAO_OK
			    : cao_error_prefix(err, "refund %s", r->number);
}

enum cao_status
cao_flow_check_decision(struct cao_store *s, const struct cao_order *o,
    const struct cao_decided *d, const char *role, struct cao_evidence_cache *c,
    struct cao_error *err)
{
	const char *word = cao_decision_words[d->kind];
	bool blank = o->purged != 0 && d->reason != NULL && *d->reason == '\0';
	struct cao_buf line = { 0 };
	enum cao_status st;

	if (memcmp(d->dossier, o->dossier, CAO_DIGEST_SIZE) != 0)
		st = cao_fail(err, CAO_INTEGRITY,
		    "it is over another dossier than the order's");
	else {
		cao_evidence_decision(&line, d->kind, o->number, o->dossier,
		    blank ? NULL : d->reason);
		if (blank && line.len > 0) /* its digest followed */
			line.data[line.len - 1] = ' ';
		st = has_line(
		    s, c, d->evidence, role, d->operator_name, &line, err);
	}
	cao_buf_free(&line);
	return st == CAO_OK ? CAO_OK
			    : cao_error_prefix(err, "decision \"%s\"", word);
}

enum cao_status
cao_flow_check_decided(struct cao_store *s, const struct cao_order *order,
    const struct cao_decided *d, struct cao_evidence_cache *cache,
    struct cao_error *why)
{
	struct cao_order o = *order;
	enum cao_status st = CAO_DENIED;
	const char *role;

	memcpy(o.dossier, d->dossier, CAO_DIGEST_SIZE);
	for (unsigned i = 0; st == CAO_DENIED &&
	     (role = cao_order_role(order, d->kind, i)) != NULL;
	     i++) {
		why->text[0] = '\0'; /* of another role */
		st = cao_flow_check_decision(s, &o, d, role, cache, why);
	}
	return st;
}

enum cao_status
cao_flow_check_paper(struct cao_store *s, const struct cao_order *o,
    enum cao_paper needed, struct cao_evidence_cache *c, struct cao_error *err)
{
	const struct cao_decided *arrived = NULL;

	if (needed == CAO_PAPER_UNNEEDED)
		return CAO_OK;
	if (needed == CAO_PAPER_UNLESS_COMPANY && o->fee_due > 0 &&
	    cao_order_company_fen(o) >= o->fee_due)
		return CAO_OK;
	for (size_t i = 0; i < o->ndecisions; i++)
		if (o->decisions[i].kind == CAO_PAPER &&
		    o->decisions[i].at >= o->applied)
			arrived = &o->decisions[i];
	if (arrived == NULL)
		return cao_gate_unmet(CAO_PAPER_OK, err);
	return cao_flow_check_decided(s, o, arrived, c, err);
}
