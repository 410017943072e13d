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
	*ret = c;
	return CAO_OK;
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

static enum cao_status
check_settlement(struct cao_store *s, const struct cao_order *o,
    const struct cao_transfer *t, struct cao_evidence_cache *c,
    struct cao_error *err)
{
	char money[CAO_MONEY_SIZE];
	struct cao_buf line = { 0 };
	enum cao_status st;

	for (const struct cao_transfer *b = o->transfers; b < t; b++)
		if (b->settled &&
		    strcmp(b->bank_reference, t->bank_reference) == 0)
			return cao_fail(err, CAO_INTEGRITY,
			    "two settlements rest on the same line of the "
			    "bank's statement");
	cao_evidence_settlement(&line, o->number, t);
	st = has_line(s, c, t->evidence, "cashier", NULL, &line, err);
	cao_buf_free(&line);
	cao_money_format(t->settled_fen, money);
	return st == CAO_OK ? CAO_OK
			    : cao_error_prefix(err, "payment of %s", money);
}

enum cao_status
cao_flow_check_payment(struct cao_store *s, const struct cao_order *o,
    struct cao_evidence_cache *c, struct cao_error *err)
{
	char have[CAO_MONEY_SIZE], want[CAO_MONEY_SIZE];
	enum cao_status st;
	int64_t sum = 0;

	if (o->fee_due == 0)
		return CAO_OK;
	for (size_t i = 0; i < o->ntransfers; i++) {
		const struct cao_transfer *t = &o->transfers[i];

		if (!t->settled)
			continue;
		/* Bounded, so that forged amounts cannot add up to less. */
		if (t->settled_fen <= 0 || t->settled_fen > CAO_MONEY_MAX)
			return cao_fail(err, CAO_INTEGRITY,
			    "a settlement's amount is out of bounds");
		if ((st = check_settlement(s, o, t, c, err)) != CAO_OK)
			return st;
		sum += t->settled_fen;
	}
	cao_money_format(sum, have);
	cao_money_format(sum < o->fee_due ? o->fee_due : o->paid, want);
	if (sum < o->fee_due)
		return cao_fail(err, CAO_INTEGRITY,
		    "payments of %s are settled with evidence, and %s are due",
		    have, want);
	if (sum != o->paid)
		return cao_fail(err, CAO_INTEGRITY,
		    "payments of %s are settled with evidence, and the order "
		    "says %s",
		    have, want);
	return CAO_OK;
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
		if (o->decisions[i].kind == CAO_PAPER)
			arrived = &o->decisions[i];
	if (arrived == NULL)
		return cao_gate_unmet(CAO_PAPER_OK, err);
	return cao_flow_check_decided(s, o, arrived, c, err);
}
