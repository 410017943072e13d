/* What reconciling puts on record, under the cashier's signature. */
#include <stdlib.h>
#include <string.h>

#include "flow/reconcile.h"

/* Lines under one signature: to find one again its text is searched. */
#define EVIDENCE_LINES 1000

enum cao_status
cao_cashier_check(const struct cao_operator *op, struct cao_error *err)
{
	if (cao_role_has(op->entry->roles, "cashier"))
		return CAO_OK;
	return cao_fail(err, CAO_DENIED,
	    "operator '%s' has not the role 'cashier'", op->entry->name);
}

void
cao_cashier_head(
    struct cao_buf *out, const struct cao_operator *op, int64_t now)
{
	cao_evidence_head(out, op->entry->name, op->entry->cert_digest, now);
}

enum cao_status
cao_cashier_sign(struct cao_store *s, const struct cao_env *env,
    const struct cao_operator *op, const struct cao_buf *text,
    int64_t *ret_evidence, struct cao_error *err)
{
	struct cao_buf signature = { 0 };
	enum cao_status st;

	st = cao_buf_ok(text)
	    ? cao_key_sign(op->key, text->data, text->len, &signature, err)
	    : cao_fail_memory(err);
	if (st == CAO_OK)
		st = cao_store_put_evidence(s, env, op->entry->name,
		    cao_buf_text(text), signature.data, signature.len,
		    ret_evidence, err);
	cao_buf_free(&signature);
	return st;
}

enum cao_status
cao_settlement_put(struct cao_store *s, const struct cao_env *env,
    int64_t order, const struct cao_settlement *m, struct cao_error *err)
{
	struct cao_query *q = cao_db_use(s->db, SQL_PUT_SETTLEMENT);

	cao_db_int(q, ":order", order);
	if (m->transfer != 0)
		cao_db_int(q, ":transfer", m->transfer);
	cao_db_int(q, ":bank_line", m->bank_line);
	cao_db_int(q, ":fen", m->fen);
	cao_db_int(q, ":evidence", m->evidence);
	cao_db_int(q, ":at", env->now);
	cao_db_int(q, ":company", m->company);
	cao_db_text(q, ":reason", m->reason);
	return cao_store_put(s, env, q, CAO_K_SETTLEMENT, order, NULL, err);
}

/* What a line settles; what is pointed to stays the line's. */
static struct cao_settlement
settlement_of(const struct cao_line *l, int64_t evidence)
{
	return (struct cao_settlement){ .transfer = l->transfer.id,
		.fen = l->bank.fen,
		.evidence = evidence,
		.company = l->company,
		.bank_line = l->row,
		.bank = l->bank };
}

static enum cao_status
put_line(struct cao_store *s, const struct cao_env *env, struct cao_line *l,
    int64_t evidence, struct cao_error *err)
{
	struct cao_query *q;
	struct cao_settlement m;
	enum cao_status st;

	if (cao_line_is_new(l)) {
		q = cao_db_use(s->db, SQL_PUT_BANK_LINE);
		cao_db_text(q, ":reference", l->bank.reference);
		cao_db_text(q, ":account", l->bank.account);
		cao_db_text(q, ":name", l->bank.name);
		cao_db_int(q, ":fen", l->bank.fen);
		cao_db_int(q, ":day", l->bank.day);
		cao_db_text(q, ":text", l->bank.text);
		cao_db_int(q, ":evidence", evidence);
		cao_db_int(q, ":at", env->now);
		st = cao_store_put(s, env, q, CAO_K_BANK_LINE, 0, &l->row, err);
		if (st != CAO_OK)
			return st;
	}
	if (l->match != CAO_MATCH_PAID)
		return CAO_OK;
	m = settlement_of(l, evidence);
	return cao_settlement_put(s, env, l->order, &m, err);
}

/* What the cashier asserts of these lines, signed; *ret_id: its row. */
static enum cao_status
put_evidence(struct cao_store *s, const struct cao_env *env,
    const struct cao_operator *op, const unsigned char *digest,
    struct cao_line *const *lines, size_t count, int64_t *ret_id,
    struct cao_error *err)
{
	struct cao_buf text = { 0 };
	enum cao_status st;

	cao_cashier_head(&text, op, env->now);
	if (digest != NULL)
		cao_evidence_import(&text, digest);
	for (size_t i = 0; i < count; i++) {
		const struct cao_line *l = lines[i];
		const struct cao_settlement m = settlement_of(l, 0);

		if (l->match == CAO_MATCH_PAID)
			cao_evidence_settlement(
			    &text, l->number, &l->transfer, &m);
		else
			cao_evidence_line(&text, &l->bank);
	}
	st = cao_cashier_sign(s, env, op, &text, ret_id, err);
	cao_buf_free(&text);
	return st;
}

enum cao_status
cao_reconcile_record(struct cao_import *im, const struct cao_env *env,
    const struct cao_operator *op, const unsigned char *digest,
    struct cao_error *err)
{
	struct cao_line *part[EVIDENCE_LINES];
	enum cao_status st = CAO_OK;
	size_t i = 0, n;
	int64_t evidence;

	while (i < im->count && st == CAO_OK) {
		for (n = 0; i < im->count && n < EVIDENCE_LINES; i++)
			if (im->lines[i].match == CAO_MATCH_PAID ||
			    cao_line_is_new(&im->lines[i]))
				part[n++] = &im->lines[i];
		if (n == 0)
			break;
		st = put_evidence(
		    im->store, env, op, digest, part, n, &evidence, err);
		for (size_t j = 0; j < n && st == CAO_OK; j++)
			st = put_line(im->store, env, part[j], evidence, err);
	}
	return st;
}
