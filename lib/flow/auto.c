/* Decisions by rules, for cron. */
#include <stdlib.h>
#include <string.h>

#include "flow/regard.h"
#include "flow/review.h"

/* What is asked of every order of the batch. */
struct asked {
	const struct cao_env *env;
	const struct cao_rules *rules;
	void (*explain)(void *arg, const char *line);
	void *arg;
};

static const enum cao_decision decisions[] = {
	[CAO_THEN_ACCEPT] = CAO_ACCEPT,
	[CAO_THEN_APPROVE] = CAO_APPROVE,
	[CAO_THEN_RETURN] = CAO_RETURN,
	[CAO_THEN_REFUSE] = CAO_REFUSE,
};

static enum cao_status
tell_number(const struct asked *a, const char *number, struct cao_error *err)
{
	struct cao_buf line = { 0 };
	enum cao_status st = CAO_OK;

	if (a->explain == NULL)
		return CAO_OK;
	cao_buf_printf(&line, _("order %s"), number);
	if (cao_buf_ok(&line))
		a->explain(a->arg, cao_buf_text(&line));
	else
		st = cao_fail_memory(err);
	cao_buf_free(&line);
	return st;
}

/* An order that the operator decided on goes on, whatever the rules say of it
 * by now: run again, a pipeline gets what it got. */
static bool
decided(const struct cao_operator *op, const struct cao_order *o)
{
	const char *name = op != NULL ? op->entry->name : NULL;

	return name != NULL &&
	    ((o->accepted_by != NULL && strcmp(o->accepted_by, name) == 0) ||
		(o->approved_by != NULL && strcmp(o->approved_by, name) == 0));
}

/* Rules stand in for the counter alone. */
static bool
by_rules(const struct asked *a, const struct cao_order *o)
{
	if (strcmp(o->business->roles[0], cao_decision_words[CAO_ACCEPT]) == 0)
		return true;
	if (a->explain != NULL)
		a->explain(a->arg,
		    _("  left: people alone decide on its "
		      "business"));
	return false;
}

/* Load one order and ask the rules about it. */
static enum cao_status
consult(struct cao_store *s, const struct asked *a,
    const struct cao_operator *op, struct cao_result *r,
    enum cao_rule_then *ret_then, const char **ret_reason,
    struct cao_error *err)
{
	struct cao_regarded regarded;
	struct cao_order o;
	enum cao_status st;
	const char *name;

	st = cao_store_load(
	    s, r->number, CAO_LOAD_DOSSIER | CAO_LOAD_TRANSFERS, &o, err);
	if (st != CAO_OK)
		return st;
	cao_result_name(r, &o);
	if ((st = cao_regard_whole(&o.application, err)) != CAO_OK ||
	    (st = cao_regard(s, a->env, &o, &regarded, err)) != CAO_OK)
		goto out;
	st = tell_number(a, r->number, err);
	if (st == CAO_OK && !by_rules(a, &o))
		*ret_then = CAO_THEN_LEAVE;
	else if (st == CAO_OK)
		*ret_then = cao_rules_decide(a->rules, regarded.values, &name,
		    ret_reason, a->explain, a->arg);
	r->left = *ret_then == CAO_THEN_LEAVE && !decided(op, &o);
	cao_regarded_free(&regarded);
out:
	cao_order_free(&o);
	return st;
}

/* One order's verdict; what stands in the way becomes its fault. */
static enum cao_status
judge(struct cao_store *s, const struct asked *a, const struct cao_operator *op,
    struct cao_verdict *v, struct cao_error *err)
{
	enum cao_rule_then then = CAO_THEN_LEAVE;
	enum cao_status st;

	st = consult(s, a, op, v->result, &then, &v->reason, err);
	if (st != CAO_OK && !cao_flow_fatal(st)) {
		cao_result_fail(v->result, err);
		return CAO_OK;
	}
	if (st != CAO_OK || op == NULL || then == CAO_THEN_LEAVE)
		return st;
	v->kind = decisions[then];
	return cao_verdict_load(s, op, v, err);
}

enum cao_status
cao_review_auto(struct cao_store *s, const struct cao_env *env,
    const struct cao_operator *op, const struct cao_rules *rules,
    void (*explain)(void *arg, const char *line), void *arg,
    struct cao_result *results, size_t n, struct cao_error *err)
{
	const struct asked asked = { env, rules, explain, arg };
	struct cao_verdict *v = calloc(n > 0 ? n : 1, sizeof *v);
	unsigned char digest[CAO_DIGEST_SIZE];
	enum cao_status st;

	if (v == NULL)
		return cao_fail_memory(err);
	st = op != NULL ? cao_db_begin(s->db, __func__, err)
			: cao_db_begin_read(s->db, __func__, err);
	for (size_t i = 0; st == CAO_OK && i < n; i++) {
		v[i].result = &results[i];
		st = judge(s, &asked, op, &v[i], err);
	}
	if (st == CAO_OK && op != NULL) {
		cao_rules_digest(rules, digest);
		st = cao_verdicts_record(s, env, op, digest, v, n, err);
	}
	cao_db_rollback(s->db);
	cao_verdicts_free(v, n);
	return st;
}
