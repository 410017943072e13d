/*
 * Issuing: load and hold to the evidence, record serials, check scans and
 * requests and make the pairs on all cores, record the pairs.  Two
 * transactions with pure work between; the second looks again, so that of two
 * processes one records its pair and the other finds it there.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/pool.h"
#include "base/time.h"
#include "flow/evidence.h"
#include "flow/pair.h"
#include "flow/flow.h"

/* An order on its way to its pair. */
struct job {
	struct cao_store *store; /* for the work: its folder and no more */
	struct cao_result *result;
	struct cao_order order;
	struct cao_csr csr;
	struct cao_pair_work work;
	bool open; /* still to be issued: loaded and without a fault */
	struct cao_error error;
};

static void
fail_job(struct job *j, const struct cao_error *err)
{
	cao_result_fail(j->result, err);
	j->open = false;
}

static void
free_jobs(struct job *jobs, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		cao_pair_work_free(&jobs[i].work);
		cao_csr_free(&jobs[i].csr);
		cao_order_free(&jobs[i].order);
	}
	free(jobs);
}

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
		 s, o, accept, "accept", cache, err)) != CAO_OK ||
	    (st = cao_flow_check_decision(
		 s, o, approve, "approve", cache, err)) != CAO_OK ||
	    (st = check_in_office(s, accept, err)) != CAO_OK)
		return st;
	return check_in_office(s, approve, err);
}

/* The request: proof of possession, and the key that the facts name. */
static enum cao_status
check_request(struct job *j, struct cao_error *err)
{
	const struct cao_order *o = &j->order;
	enum cao_algorithm algorithm;
	enum cao_status st;

	st = cao_csr_read("csr", o->csr.data, o->csr.len, &j->csr, err);
	if (st == CAO_INPUT) { /* it was good when it was taken */
		err->status = CAO_INTEGRITY;
		return CAO_INTEGRITY;
	}
	if (st != CAO_OK)
		return st;
	if (memcmp(j->csr.key_digest, o->key, CAO_DIGEST_SIZE) != 0)
		return cao_fail(err, CAO_INTEGRITY,
		    "the request is not over the key that was recorded");
	if (!cao_algorithm_find(o->application.algorithm, &algorithm) ||
	    algorithm != cao_key_algorithm(j->csr.key))
		return cao_fail(err, CAO_INTEGRITY,
		    "the request's key is not of the algorithm applied for");
	return CAO_OK;
}

/* What is due must be what the pinned service says. */
static enum cao_status
check_service(struct cao_store *s, struct job *j, struct cao_error *err)
{
	const struct cao_application *a = &j->order.application;
	const struct cao_service *v;
	enum cao_status st;

	if ((st = cao_store_service(s, j->order.service, &v, err)) != CAO_OK)
		return st;
	if (strcmp(v->name, a->service) != 0 ||
	    cao_service_fee(v, a->business, a->validity) != j->order.fee_due)
		return cao_fail(err, CAO_INTEGRITY,
		    "the service or the fee due was altered");
	j->work.profile = &v->profile;
	return CAO_OK;
}

/* Load one order and hold it to everything that its pair will rest on. */
static enum cao_status
examine(struct cao_store *s, const struct cao_env *env, struct job *j,
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
	    (st = cao_flow_check_payment(s, o, cache, err)) != CAO_OK)
		return st;
	j->work.application = &o->application;
	j->work.not_before = env->now;
	j->work.not_after =
	    cao_time_add_months(env->now, (int)o->application.validity);
	j->open = true;
	return CAO_OK;
}

static enum cao_status
load(struct cao_store *s, const struct cao_env *env, struct job *jobs, size_t n,
    struct cao_error *err)
{
	struct cao_evidence_cache *cache = NULL;
	enum cao_status st;

	if ((st = cao_evidence_cache_new(&cache, err)) != CAO_OK ||
	    (st = cao_db_begin_read(s->db, __func__, err)) != CAO_OK)
		goto out;
	for (size_t i = 0; i < n; i++) {
		st = examine(s, env, &jobs[i], cache, err);
		if (cao_flow_fatal(st))
			break;
		if (st != CAO_OK)
			fail_job(&jobs[i], err);
		st = CAO_OK;
	}
	cao_db_rollback(s->db);
out:
	cao_evidence_cache_free(cache);
	return st;
}

static enum cao_status
put_serial(struct cao_store *s, const struct cao_env *env, struct job *j,
    enum cao_usage usage, struct cao_error *err)
{
	struct cao_query *q;
	enum cao_status st;

	if ((st = cao_serial_make(j->work.serial[usage], err)) != CAO_OK)
		return st;
	q = cao_db_use(s->db, SQL_PUT_SERIAL);
	cao_db_int(q, ":order", j->order.id);
	cao_db_text(q, ":usage", usage == CAO_SIGN ? "sign" : "encrypt");
	cao_db_blob(q, ":serial", j->work.serial[usage], CAO_SERIAL_SIZE);
	cao_db_int(q, ":at", env->now);
	return cao_store_put(s, env, q, CAO_K_SERIAL, j->order.id, NULL, err);
}

/* Record the serials before anything is signed with them. */
static enum cao_status
reserve(struct cao_store *s, const struct cao_env *env, struct job *jobs,
    size_t n, struct cao_error *err)
{
	enum cao_status st;

	if ((st = cao_db_begin(s->db, __func__, err)) != CAO_OK)
		return st;
	for (size_t i = 0; st == CAO_OK && i < n; i++) {
		if (!jobs[i].open)
			continue;
		st = put_serial(s, env, &jobs[i], CAO_SIGN, err);
		if (st == CAO_OK)
			st = put_serial(s, env, &jobs[i], CAO_ENCRYPT, err);
	}
	if (st == CAO_OK)
		st = cao_flow_commit(s, env, err);
	cao_db_rollback(s->db);
	return st;
}

/* The scans, the request, then the pair: what needs no database. */
static void
make_one(void *arg, size_t i)
{
	struct job *j = (struct job *)arg + i;
	enum cao_status st;

	if (!j->open)
		return;
	st = cao_store_check_contents(j->store, &j->order, &j->error);
	if (st == CAO_OK)
		st = check_request(j, &j->error);
	j->work.holder = j->csr.key;
	if (st == CAO_OK)
		st = cao_pair_make(&j->work, &j->error);
	j->error.status = st;
}

static enum cao_status
put_pair(struct cao_store *s, const struct cao_env *env, const struct job *j,
    struct cao_error *err)
{
	const struct cao_pair_work *w = &j->work;
	struct cao_query *q = cao_db_use(s->db, SQL_PUT_PAIR);

	cao_db_int(q, ":order", j->order.id);
	cao_db_blob(q, ":sign", w->cert[CAO_SIGN].data, w->cert[CAO_SIGN].len);
	cao_db_blob(
	    q, ":encrypt", w->cert[CAO_ENCRYPT].data, w->cert[CAO_ENCRYPT].len);
	cao_db_blob(q, ":sign_serial", w->serial[CAO_SIGN], CAO_SERIAL_SIZE);
	cao_db_blob(
	    q, ":encrypt_serial", w->serial[CAO_ENCRYPT], CAO_SERIAL_SIZE);
	cao_db_int(q, ":not_before", w->not_before);
	cao_db_int(q, ":not_after", w->not_after);
	cao_db_blob(q, ":envelope", w->envelope.data, w->envelope.len);
	cao_db_blob(q, ":archive", w->archive.data, w->archive.len);
	cao_db_blob(q, ":dossier", j->order.dossier, CAO_DIGEST_SIZE);
	cao_db_int(q, ":at", env->now);
	return cao_store_put(s, env, q, CAO_K_PAIR, j->order.id, NULL, err);
}

/* Look again, now that nobody else can write: has another process issued it,
 * has anything changed since it was examined? */
static enum cao_status
record(struct cao_store *s, const struct cao_env *env, void *jobs, size_t i,
    struct cao_error *err)
{
	struct job *j = (struct job *)jobs + i;
	struct cao_order o;
	enum cao_status st;
	bool done;

	if (!j->open)
		return CAO_OK;
	if ((st = cao_store_load(s, j->order.number, 0, &o, err)) != CAO_OK)
		return st;
	st = cao_step_check(CAO_STEP_ISSUE, o.facts, &done, err);
	if (st == CAO_OK && !done &&
	    memcmp(o.dossier, j->order.dossier, CAO_DIGEST_SIZE) != 0)
		st = cao_fail(err, CAO_NOTREADY,
		    "the dossier changed while it was being issued; have it "
		    "reviewed again");
	cao_order_free(&o);
	if (st != CAO_OK || done)
		return st;
	if ((st = put_pair(s, env, j, err)) == CAO_OK)
		j->result->changed = true;
	return st;
}

static bool
any_open(const struct job *jobs, size_t n)
{
	while (n > 0)
		if (jobs[--n].open)
			return true;
	return false;
}

enum cao_status
cao_issue(struct cao_store *s, const struct cao_env *env, struct cao_ca *ca,
    unsigned threads, struct cao_result *results, size_t n,
    struct cao_error *err)
{
	struct job *jobs = calloc(n > 0 ? n : 1, sizeof *jobs);
	enum cao_status st;

	if (jobs == NULL)
		return cao_fail_memory(err);
	for (size_t i = 0; i < n; i++) {
		jobs[i].store = s;
		jobs[i].result = &results[i];
		jobs[i].work.ca = ca;
	}
	if ((st = load(s, env, jobs, n, err)) != CAO_OK || !any_open(jobs, n) ||
	    (st = reserve(s, env, jobs, n, err)) != CAO_OK)
		goto out;
	cao_pool_run(threads, n, make_one, jobs);
	for (size_t i = 0; i < n; i++)
		if (jobs[i].open && jobs[i].error.status != CAO_OK)
			fail_job(&jobs[i], &jobs[i].error);
	if (!env->dry_run)
		st = cao_flow_batch(
		    s, env, __func__, record, jobs, results, n, err);
out:
	free_jobs(jobs, n);
	return st;
}
