/* Revoking without an order, on the word of two operators. */
#include <stdlib.h>
#include <string.h>

#include "flow/checks.h"
#include "flow/issue.h"
#include "flow/review.h"
#include "flow/verify.h"
#include "store/witness.h"

static enum cao_status
read_reason(const char *text, enum cao_reason *ret, struct cao_error *err)
{
	const struct cao_business *b = cao_business_find("revoke");
	struct cao_buf list = { 0 };

	if (cao_reason_find(text, ret) &&
	    (*ret == CAO_HOLD || (b->reasons >> *ret & 1) != 0))
		return CAO_OK;
	cao_business_reasons(b, &list);
	(void)cao_fail(err, CAO_USAGE,
	    "'%s' is no reason to revoke for: %s or %s", text,
	    cao_buf_text(&list), cao_reason_name(CAO_HOLD));
	cao_buf_free(&list);
	return CAO_USAGE;
}

/* A word of the operator's own, or of somebody else, given lately and not used
 * up by what was done since; NULL if there is none. */
static const struct cao_decided *
word_of(const struct cao_order *o, const char *name, bool own, int64_t used,
    int64_t now)
{
	for (size_t i = o->ndecisions; i-- > 0;) {
		const struct cao_decided *d = &o->decisions[i];

		if (d->kind == CAO_REVOKE && d->at > used &&
		    d->at + CAO_REVOKE_WINDOW > now &&
		    (strcmp(d->operator_name, name) == 0) == own)
			return d;
	}
	return NULL;
}

/* When the pair's last revocation was recorded, before which no word counts;
 * -1: there is none. */
static enum cao_status
last_recorded(struct cao_store *s, const char *number, int64_t *ret,
    struct cao_error *err)
{
	struct cao_revocation last;
	enum cao_status st;
	bool found;

	*ret = -1;
	if ((st = cao_revocation_of(s, number, &last, &found, err)) != CAO_OK ||
	    !found)
		return st;
	*ret = last.at;
	cao_revocation_free(&last);
	return CAO_OK;
}

/* What one order is to come to. */
struct revoking {
	struct cao_verdict *verdict;
	bool second;  /* the word makes two */
	bool waiting; /* it is the first, now or already */
};

static enum cao_status
check_first(struct cao_store *s, const struct cao_verdict *v,
    const struct cao_decided *first, struct cao_error *err)
{
	struct cao_evidence_cache *cache = NULL;
	enum cao_status st;

	if (strcmp(first->reason, v->reason) != 0)
		return cao_fail(err, CAO_DENIED,
		    "'%s' gave the reason %s: agree on one",
		    first->operator_name, first->reason);
	if ((st = cao_evidence_cache_new(&cache, err)) == CAO_OK)
		st = cao_flow_check_decided(s, &v->order, first, cache, err);
	cao_evidence_cache_free(cache);
	return st;
}

/* Which word it is, and whether it may be given. */
static enum cao_status
regard(struct cao_verify *v, const struct cao_env *env,
    const struct cao_operator *op, struct revoking *r, struct cao_error *err)
{
	struct cao_store *s = v->store;
	const struct cao_order *o = &r->verdict->order;
	const char *name = op->entry->name;
	const struct cao_decided *first;
	enum cao_status st;
	int64_t used;

	if (!r->verdict->made)
		return CAO_OK;
	if ((st = cao_verify_subject(v, o, err)) != CAO_OK ||
	    (st = last_recorded(s, o->number, &used, err)) != CAO_OK)
		return st;
	first = word_of(o, name, false, used, env->now);
	r->second = first != NULL;
	r->waiting = first == NULL;
	if (first != NULL)
		return check_first(s, r->verdict, first, err);
	r->verdict->made = word_of(o, name, true, used, env->now) == NULL;
	return CAO_OK;
}

static enum cao_status
load(struct cao_verify *v, const struct cao_env *env,
    const struct cao_operator *op, struct revoking *r, struct cao_error *err)
{
	enum cao_status st = cao_verdict_load(v->store, op, r->verdict, err);

	if (st != CAO_OK)
		return st;
	st = cao_result_judge(
	    r->verdict->result, regard(v, env, op, r, err), err);
	if (cao_result_status(r->verdict->result) != CAO_OK)
		r->verdict->made = r->second = r->waiting = false;
	return st;
}

/* The first word alone is a gate that is still unmet. */
static void
tell_waiting(const struct revoking *r)
{
	struct cao_error err;

	(void)cao_fail(&err, CAO_NOTREADY,
	    "recorded; another operator must say so too within a day "
	    "(ca-issue --revoke %s --reason %s --as OPERATOR)",
	    r->verdict->order.number, r->verdict->reason);
	cao_result_fail(r->verdict->result, &err);
}

static enum cao_status
record(struct cao_store *s, const struct cao_env *env,
    const struct cao_operator *op, enum cao_reason reason,
    struct revoking *list, size_t n, struct cao_error *err)
{
	enum cao_status st;

	st = cao_verdicts_put(s, env, op, NULL, list[0].verdict, n, err);
	for (size_t i = 0; st == CAO_OK && i < n; i++)
		if (list[i].second && list[i].verdict->made)
			st = cao_issuing_revoke(
			    s, env, &list[i].verdict->order, reason, 0, err);
	if (st == CAO_OK)
		st = cao_flow_commit(s, env, err);
	for (size_t i = 0; st == CAO_OK && i < n; i++) {
		list[i].verdict->result->changed = list[i].verdict->made;
		if (list[i].waiting)
			tell_waiting(&list[i]);
	}
	return st;
}

enum cao_status
cao_revoke(struct cao_store *s, const struct cao_env *env,
    const struct cao_operator *op, const char *text, struct cao_result *results,
    size_t n, struct cao_error *err)
{
	const enum cao_witness_how how =
	    env->dry_run ? CAO_WITNESS_READ : CAO_WITNESS_WRITE;
	struct cao_verify v = { .store = s };
	struct cao_verdict *verdicts = NULL;
	struct revoking *list = NULL;
	enum cao_reason reason;
	enum cao_status st;

	if ((st = read_reason(text, &reason, err)) != CAO_OK ||
	    (st = cao_witness_check(s, how, err)) != CAO_OK)
		return st;
	list = calloc(n + 1, sizeof *list);
	verdicts = calloc(n + 1, sizeof *verdicts);
	st = list != NULL && verdicts != NULL
	    ? cao_db_begin(s->db, __func__, err)
	    : cao_fail_memory(err);
	for (size_t i = 0; st == CAO_OK && i < n; i++) {
		verdicts[i] = (struct cao_verdict){ .result = &results[i],
			.kind = CAO_REVOKE,
			.reason = text };
		list[i].verdict = &verdicts[i];
		st = load(&v, env, op, &list[i], err);
	}
	if (st == CAO_OK)
		st = record(s, env, op, reason, list, n, err);
	cao_db_rollback(s->db);
	cao_verdicts_free(verdicts, n);
	cao_verify_close(&v);
	free(list);
	if (st == CAO_OK && !env->dry_run)
		st = cao_witness_write(s, err);
	return st;
}
