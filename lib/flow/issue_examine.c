/* Orders held to everything that what they ask for will rest on. */
#include <string.h>

#include "base/time.h"
#include "flow/backup_pin.h"
#include "flow/issue.h"
#include "flow/successor.h"
#include "flow/verify.h"

/* A decision of somebody dismissed since is no ground to issue on: whoever
 * could write the database could date it back. */
static enum cao_status
check_in_office(
    struct cao_store *s, const struct cao_decided *d, struct cao_error *err)
{
	const struct cao_registered *o;
	const struct cao_register *r;
	enum cao_status st;

	if ((st = cao_register_get(s, &r, err)) != CAO_OK)
		return st;
	o = cao_register_find(r, d->operator_name);
	if (o == NULL || o->until != 0 || o->since > d->at)
		return cao_fail(err, CAO_DENIED,
		    "operator '%s' was dismissed since; have the order "
		    "reviewed again by somebody else",
		    d->operator_name);
	return CAO_OK;
}

/* The two decisions, by two people, and both in office. */
static enum cao_status
check_decisions(struct cao_store *s, const struct cao_order *o,
    struct cao_evidence_cache *cache, struct cao_error *err)
{
	const struct cao_decided *accept = cao_order_decided(o, CAO_ACCEPT);
	const struct cao_decided *approve = cao_order_decided(o, CAO_APPROVE);
	enum cao_status st;

	if (accept == NULL || approve == NULL)
		return cao_fail(err, CAO_INTEGRITY,
		    "a decision that the order's row names is missing");
	if (strcmp(accept->operator_name, approve->operator_name) == 0)
		return cao_fail(err, CAO_DENIED,
		    "'%s' made both decisions; two different people are "
		    "needed",
		    accept->operator_name);
	if ((st = cao_flow_check_decision(
		 s, o, accept, o->business->roles[0], cache, err)) ||
	    (st = cao_flow_check_decision(
		 s, o, approve, o->business->roles[1], cache, err)) ||
	    (st = check_in_office(s, accept, err)) != CAO_OK)
		return st;
	return check_in_office(s, approve, err);
}

/* What is due must be what the pinned service says. */
static enum cao_status
check_service(struct cao_store *s, struct cao_issuing *j, struct cao_error *err)
{
	const struct cao_application *a = &j->order.application;
	const struct cao_service *v;
	enum cao_status st;

	if ((st = cao_store_service(s, j->order.service, &v, err)) != CAO_OK)
		return st;
	if (strcmp(v->name, a->service) != 0 ||
	    strcmp(a->business, j->order.business->name) != 0 ||
	    cao_service_fee(v, a->business, a->validity) != j->order.fee_due ||
	    cao_service_paper(v, a->business) != j->order.paper_needed)
		return cao_fail(err, CAO_INTEGRITY,
		    "the service, the fee due or the need of paper originals "
		    "was altered");
	j->service = v;
	return CAO_OK;
}

/* What the holder signed counts for papers: it must still hold. */
static enum cao_status
check_holder(const struct cao_issuing *j, struct cao_error *err)
{
	const struct cao_order *o = &j->order;
	unsigned char content[CAO_DIGEST_SIZE];
	enum cao_status st;

	if (o->holder.len == 0)
		return CAO_OK;
	cao_sha256(o->content, strlen(o->content), content);
	st = cao_concern_holder(
	    &j->concern.subject, content, &o->csr, &o->holder, err);
	if (st == CAO_INPUT) /* it was good when it was taken */
		st = err->status = CAO_INTEGRITY;
	return st;
}

enum cao_status
cao_issuing_concern(struct cao_store *s, const struct cao_env *env,
    const struct cao_issuing *j, struct cao_concern *ret, struct cao_error *err)
{
	const struct cao_order *o = &j->order;
	enum cao_status st;

	st = cao_concern_load(s, env, &o->application, j->service,
	    o->certificate, o->id, o->created, ret, err);
	if (st == CAO_OK)
		return CAO_OK;
	*err->field = '\0'; /* the application is not at hand */
	return cao_error_prefix(err, "order %s", o->certificate);
}

/* The pair that it is about may have changed since the order was made. */
static enum cao_status
check_concern(struct cao_verify *v, const struct cao_env *env,
    struct cao_issuing *j, struct cao_error *err)
{
	const struct cao_order *o = &j->order;
	const char *named = o->application.certificate.order;
	struct cao_store *s = v->store;
	enum cao_status st;

	if (o->business->concerns == 0)
		return CAO_OK;
	if (named == NULL || strcmp(named, o->certificate) != 0)
		return cao_fail(err, CAO_INTEGRITY,
		    "the order that it is about was altered");
	if ((st = cao_issuing_concern(s, env, j, &j->concern, err)) != CAO_OK ||
	    (st = check_holder(j, err)) != CAO_OK)
		return st;
	if ((st = cao_store_check_order(s, &j->concern.subject, err)) == CAO_OK)
		st = cao_verify_subject(v, &j->concern.subject, err);
	return st == CAO_OK ? CAO_OK
			    : cao_error_prefix(err, "order %s", o->certificate);
}

/* From when until when a pair is good. */
static void
set_term(struct cao_issuing *j, int64_t now)
{
	const struct cao_business *b = j->order.business;
	const struct cao_pair *old = j->concern.subject.pair;
	struct cao_pair_work *w = &j->work;

	w->not_before = now;
	if (b->remains) {
		w->not_after = old->not_after;
		return;
	}
	if (old != NULL && old->not_after > now)
		w->not_before = old->not_after;
	w->not_after = cao_time_add_months(
	    w->not_before, (int)j->order.application.validity);
}

/* What the work is to be done with. */
static enum cao_status
prepare(struct cao_store *s, const struct cao_env *env, const struct cao_ca *ca,
    struct cao_issuing *j, struct cao_error *err)
{
	const struct cao_order *o = &j->order, *subject = &j->concern.subject;
	const struct cao_config *config;
	char current[CAO_NUMBER_SIZE];
	enum cao_status st;

	j->work.application = &o->application;
	j->work.profile = &j->service->profile;
	j->work.ca = ca;
	j->delivery = (struct cao_delivery){ .order = o,
		.subject = subject,
		.current = &j->current,
		.recovery = ca->recovery_key,
		.recovery_cert = &ca->recovery,
		.now = env->now };
	switch (o->business->product) {
	case CAO_MAKES_PAIR:
		if (o->business->follows &&
		    cao_concern_keeps_key(&o->application))
			j->work.kept = subject->pair;
		set_term(j, env->now);
		break;
	case CAO_MAKES_PIN:
		if ((st = cao_store_config(s, &config, err)) != CAO_OK)
			return st;
		j->delivery.hours = config->unlock.hours;
		return cao_backup_pin_sealed(
		    s, subject, &j->delivery.sealed, err);
	case CAO_MAKES_KEY:
		st = cao_successor_current(
		    s, subject->number, env->now, current, err);
		return st == CAO_OK ? cao_store_load(s, current,
					  CAO_LOAD_APPLICATION | CAO_LOAD_PAIR,
					  &j->current, err)
				    : st;
	case CAO_MAKES_STATUS:
		break;
	}
	return CAO_OK;
}

enum cao_status
cao_issuing_examine(struct cao_store *s, const struct cao_env *env,
    const struct cao_ca *ca, struct cao_issuing *j, struct cao_verify *v,
    struct cao_evidence_cache *cache, struct cao_error *err)
{
	struct cao_order *o = &j->order;
	enum cao_status st;
	bool done;

	st = cao_store_load(s, j->result->number, CAO_LOAD_ALL, o, err);
	if (st != CAO_OK)
		return st;
	cao_result_name(j->result, o);
	if ((st = cao_store_check_order(s, o, err)) != CAO_OK ||
	    (st = cao_step_check(CAO_STEP_ISSUE, o->facts, &done, err)))
		return st;
	if (done)
		return CAO_OK;
	if ((st = check_service(s, j, err)) != CAO_OK ||
	    (st = check_decisions(s, o, cache, err)) != CAO_OK ||
	    (st = cao_flow_check_payment(s, o, cache, err)) != CAO_OK ||
	    (st = cao_flow_check_paper(s, o, o->paper_needed, cache, err)) !=
		CAO_OK ||
	    (st = check_concern(v, env, j, err)) != CAO_OK ||
	    (st = prepare(s, env, ca, j, err)) != CAO_OK)
		return st;
	j->open = true;
	return CAO_OK;
}
