/* Decisions on orders, signed in batches. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "flow/review.h"
#include "order/evidence.h"

#define REASON_MAX 500 /* characters */
#define COURIER_MAX 40

/* What each decision takes: the step, and a reason where it must be given. */
static const struct {
	enum cao_step step;
	bool reason;
} kinds[] = {
	[CAO_ACCEPT] = { CAO_STEP_ACCEPT, false },
	[CAO_APPROVE] = { CAO_STEP_APPROVE, false },
	[CAO_RETURN] = { CAO_STEP_RETURN, true },
	[CAO_REFUSE] = { CAO_STEP_REFUSE, true },
	[CAO_CANCEL] = { CAO_STEP_CANCEL, false },
	[CAO_EXPIRE] = { CAO_STEP_EXPIRE, false },
	[CAO_PAPER] = { CAO_STEP_PAPER, false },
	[CAO_REVOKE] = { CAO_STEP_REVOKE, true },
};

static enum cao_status
check_role(const struct cao_operator *op, enum cao_decision kind,
    const struct cao_order *o, struct cao_error *err)
{
	const char *role;

	for (unsigned i = 0; (role = cao_order_role(o, kind, i)) != NULL; i++)
		if (cao_role_has(op->entry->roles, role))
			return CAO_OK;
	return cao_fail(err, CAO_DENIED,
	    "operator '%s' has the roles %s, and to %s an order of business "
	    "\"%s\" needs '%s'",
	    op->entry->name, op->entry->roles, cao_decision_words[kind],
	    o->business->name, cao_order_role(o, kind, 0));
}

/* What came is named by its courier's number, if it came that way. */
static enum cao_status
check_courier(const char *number, struct cao_error *err)
{
	size_t len = strlen(number);

	if (len <= COURIER_MAX &&
	    strspn(number,
		"ABCDEFGHIJKLMNOPQRSTUVWXYZ"
		"abcdefghijklmnopqrstuvwxyz0123456789-") == len)
		return CAO_OK;
	return cao_fail(err, CAO_INPUT,
	    "the courier's number is not up to %d letters, digits and hyphens",
	    COURIER_MAX);
}

static enum cao_status
check_reason(enum cao_decision kind, const char *reason, struct cao_error *err)
{
	if (reason == NULL || *reason == '\0')
		return kinds[kind].reason
		    ? cao_fail(err, CAO_USAGE, "to %s needs a reason",
			  cao_decision_words[kind])
		    : CAO_OK;
	if (kind == CAO_PAPER)
		return check_courier(reason, err);
	if (cao_utf8_check(reason, strlen(reason)) != strlen(reason) ||
	    cao_text_has_control(reason))
		return cao_fail(
		    err, CAO_INPUT, "the reason is not one line of UTF-8 text");
	if (cao_utf8_length(reason) > REASON_MAX)
		return cao_fail(err, CAO_INPUT,
		    "the reason is longer than %d characters", REASON_MAX);
	return CAO_OK;
}

/* 复查 is by somebody else than 受理. */
static enum cao_status
check_people(const struct cao_operator *op, enum cao_decision kind,
    const struct cao_order *o, struct cao_error *err)
{
	if (kind == CAO_APPROVE && o->accepted_by != NULL &&
	    strcmp(o->accepted_by, op->entry->name) == 0)
		return cao_fail(err, CAO_DENIED,
		    "'%s' accepted this order; somebody else must approve it",
		    op->entry->name);
	return CAO_OK;
}

/* Certificates are revoked by the order that made them. */
static enum cao_status
check_pair(
    enum cao_decision kind, const struct cao_order *o, struct cao_error *err)
{
	if (kind == CAO_REVOKE && o->business->product != CAO_MAKES_PAIR)
		return cao_fail(err, CAO_DENIED,
		    "an order of business \"%s\" makes no certificates: name "
		    "the one that it is about, order %s",
		    o->business->name, o->certificate);
	return CAO_OK;
}

static enum cao_status
examine(struct cao_store *s, const struct cao_operator *op,
    struct cao_verdict *v, struct cao_error *err)
{
	struct cao_order *o = &v->order;
	enum cao_status st;
	bool done;

	st = cao_store_load(s, v->result->number,
	    CAO_LOAD_DOSSIER | CAO_LOAD_DECISIONS |
		(v->kind == CAO_REVOKE ? CAO_LOAD_PAIR : 0),
	    o, err);
	if (st != CAO_OK)
		return st;
	cao_result_name(v->result, o);
	if ((st = check_role(op, v->kind, o, err)) != CAO_OK ||
	    (st = cao_store_check_order(s, o, err)) != CAO_OK ||
	    (st = check_pair(v->kind, o, err)) != CAO_OK ||
	    (st = cao_step_check(kinds[v->kind].step, o->facts, &done, err)) !=
		CAO_OK)
		return st;
	if (done)
		return CAO_OK;
	if ((st = check_people(op, v->kind, o, err)) != CAO_OK)
		return st;
	v->made = true;
	return CAO_OK;
}

enum cao_status
cao_verdict_load(struct cao_store *s, const struct cao_operator *op,
    struct cao_verdict *v, struct cao_error *err)
{
	return cao_result_judge(v->result, examine(s, op, v, err), err);
}

void
cao_verdicts_free(struct cao_verdict *v, size_t n)
{
	if (v == NULL)
		return;
	for (size_t i = 0; i < n; i++)
		cao_order_free(&v[i].order);
	free(v);
}

static enum cao_status
sign(struct cao_store *s, const struct cao_env *env,
    const struct cao_operator *op, const struct cao_buf *text,
    int64_t *ret_evidence, struct cao_error *err)
{
	struct cao_buf signature = { 0 };
	enum cao_status st;

	if (!cao_buf_ok(text))
		return cao_fail_memory(err);
	st = cao_key_sign(op->key, text->data, text->len, &signature, err);
	if (st == CAO_OK)
		st = cao_store_put_evidence(s, env, op->entry->name,
		    cao_buf_text(text), signature.data, signature.len,
		    ret_evidence, err);
	cao_buf_free(&signature);
	return st;
}

/* The same order twice in a batch is decided once. */
static bool
repeated(const struct cao_verdict *v, size_t i)
{
	for (size_t j = 0; j < i; j++)
		if (strcmp(v[j].result->number, v[i].result->number) == 0)
			return true;
	return false;
}

enum cao_status
cao_verdicts_put(struct cao_store *s, const struct cao_env *env,
    const struct cao_operator *op, const unsigned char *rules,
    struct cao_verdict *v, size_t n, struct cao_error *err)
{
	struct cao_buf text = { 0 };
	int64_t evidence = 0;
	enum cao_status st;
	size_t made = 0;

	cao_evidence_head(
	    &text, op->entry->name, op->entry->cert_digest, env->now);
	if (rules != NULL)
		cao_evidence_rules(&text, rules);
	for (size_t i = 0; i < n; i++) {
		v[i].made = v[i].made && !repeated(v, i);
		if (v[i].made) {
			cao_evidence_decision(&text, v[i].kind,
			    v[i].order.number, v[i].order.dossier, v[i].reason);
			made++;
		}
	}
	st = made > 0 ? sign(s, env, op, &text, &evidence, err) : CAO_OK;
	for (size_t i = 0; st == CAO_OK && i < n; i++)
		if (v[i].made)
			st = cao_store_put_decision(s, env, v[i].order.id,
			    v[i].kind, v[i].order.dossier, op->entry->name,
			    v[i].reason, evidence, err);
	cao_buf_free(&text);
	return st;
}

enum cao_status
cao_verdicts_record(struct cao_store *s, const struct cao_env *env,
    const struct cao_operator *op, const unsigned char *rules,
    struct cao_verdict *v, size_t n, struct cao_error *err)
{
	enum cao_status st = cao_verdicts_put(s, env, op, rules, v, n, err);

	if (st == CAO_OK)
		st = cao_flow_commit(s, env, err);
	for (size_t i = 0; st == CAO_OK && i < n; i++)
		v[i].result->changed = v[i].made;
	return st;
}

enum cao_status
cao_review(struct cao_store *s, const struct cao_env *env,
    const struct cao_operator *op, enum cao_decision kind, const char *reason,
    struct cao_result *results, size_t n, struct cao_error *err)
{
	struct cao_verdict *v = NULL;
	enum cao_status st;

	if ((st = check_reason(kind, reason, err)) != CAO_OK)
		return st;
	if ((v = calloc(n > 0 ? n : 1, sizeof *v)) == NULL)
		return cao_fail_memory(err);
	if ((st = cao_db_begin(s->db, __func__, err)) != CAO_OK)
		goto out;
	for (size_t i = 0; st == CAO_OK && i < n; i++) {
		v[i].result = &results[i];
		v[i].kind = kind;
		v[i].reason = reason;
		st = cao_verdict_load(s, op, &v[i], err);
		if (st == CAO_OK && kind == CAO_EXPIRE && v[i].made)
			st = cao_abandoned_check(s, env, &v[i], err);
	}
	if (st == CAO_OK)
		st = cao_verdicts_record(s, env, op, NULL, v, n, err);
out:
	cao_db_rollback(s->db);
	cao_verdicts_free(v, n);
	return st;
}
