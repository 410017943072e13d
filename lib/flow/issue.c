/*
 * Issuing: load and hold to the evidence, record serials, check scans and
 * requests and make the pairs on all cores, record the pairs.  Two
 * transactions with pure work between; the second looks again, so that of two
 * processes one records its pair and the other finds it there.
 */
#include <stdlib.h>
#include <string.h>

#include "base/pool.h"
#include "flow/issue.h"
#include "store/witness.h"

static void
fail_job(struct cao_issuing *j, const struct cao_error *err)
{
	cao_result_fail(j->result, err);
	j->open = false;
}

static void
free_jobs(struct cao_issuing *jobs, size_t n)
{
	for (size_t i = 0; i < n; i++)
		cao_issuing_free(&jobs[i]);
	free(jobs);
}

static enum cao_status
load(struct cao_store *s, const struct cao_env *env, const struct cao_ca *ca,
    struct cao_issuing *jobs, size_t n, struct cao_error *err)
{
	struct cao_evidence_cache *cache = NULL;
	struct cao_verify v = { .store = s };
	enum cao_status st;

	if ((st = cao_evidence_cache_new(&cache, err)) != CAO_OK ||
	    (st = cao_db_begin_read(s->db, __func__, err)) != CAO_OK)
		goto out;
	for (size_t i = 0; i < n; i++) {
		st = cao_issuing_examine(s, env, ca, &jobs[i], &v, cache, err);
		if (cao_flow_fatal(st))
			break;
		if (st != CAO_OK)
			fail_job(&jobs[i], err);
		st = CAO_OK;
	}
	cao_db_rollback(s->db);
out:
	cao_verify_close(&v);
	cao_evidence_cache_free(cache);
	return st;
}

static enum cao_status
put_serial(struct cao_store *s, const struct cao_env *env,
    struct cao_issuing *j, enum cao_usage usage, struct cao_error *err)
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
reserve(struct cao_store *s, const struct cao_env *env,
    struct cao_issuing *jobs, size_t n, struct cao_error *err)
{
	enum cao_status st;

	if ((st = cao_db_begin(s->db, __func__, err)) != CAO_OK)
		return st;
	for (size_t i = 0; st == CAO_OK && i < n; i++) {
		if (!jobs[i].open || !cao_issuing_makes_pair(&jobs[i]))
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

static void
make_one(void *arg, size_t i)
{
	struct cao_issuing *j = (struct cao_issuing *)arg + i;

	if (j->open)
		j->error.status = cao_issuing_make(j, &j->error);
}

/* What recording needs besides. */
struct recording {
	struct cao_issuing *jobs;
	const struct cao_issue *how;
};

/* The pair that it is about stands as it did, also where an order before it in
 * the batch was about the same. */
static enum cao_status
still_concerns(struct cao_store *s, const struct cao_env *env,
    const struct cao_issuing *j, struct cao_error *err)
{
	struct cao_concern c;
	enum cao_status st;

	if (j->order.business->concerns == 0)
		return CAO_OK;
	if ((st = cao_issuing_concern(s, env, j, &c, err)) != CAO_OK)
		return st;
	cao_concern_free(&c);
	return CAO_OK;
}

/* Look again, now that nobody else can write: has another process issued it,
 * has anything changed since it was examined? */
static enum cao_status
record(struct cao_store *s, const struct cao_env *env, void *arg, size_t i,
    struct cao_error *err)
{
	const struct recording *r = arg;
	struct cao_issuing *j = &r->jobs[i];
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
	if (st == CAO_OK && !done)
		st = still_concerns(s, env, j, err);
	if (st != CAO_OK || done)
		return st;
	st = cao_issuing_record(s, env, r->how, j, err);
	if (st == CAO_OK)
		j->result->changed = true;
	return st;
}

static bool
any_open(const struct cao_issuing *jobs, size_t n)
{
	while (n > 0)
		if (jobs[--n].open)
			return true;
	return false;
}

enum cao_status
cao_issue(struct cao_store *s, const struct cao_env *env, struct cao_ca *ca,
    const struct cao_issue *how, struct cao_result *results, size_t n,
    struct cao_error *err)
{
	struct cao_issuing *jobs = calloc(n > 0 ? n : 1, sizeof *jobs);
	struct recording recording = { jobs, how };
	enum cao_witness_how before =
	    env->dry_run ? CAO_WITNESS_READ : CAO_WITNESS_WRITE;
	enum cao_status st;

	if (jobs == NULL)
		return cao_fail_memory(err);
	for (size_t i = 0; i < n; i++) {
		jobs[i].store = s;
		jobs[i].result = &results[i];
	}
	/* What a run before this one recorded and did not tell. */
	if ((st = cao_witness_check(s, before, err)) != CAO_OK ||
	    (st = load(s, env, ca, jobs, n, err)) != CAO_OK ||
	    !any_open(jobs, n) ||
	    (st = reserve(s, env, jobs, n, err)) != CAO_OK)
		goto out;
	cao_pool_run(how->jobs, n, make_one, jobs);
	for (size_t i = 0; i < n; i++)
		if (jobs[i].open && jobs[i].error.status != CAO_OK)
			fail_job(&jobs[i], &jobs[i].error);
	if (!env->dry_run)
		st = cao_flow_batch(
		    s, env, __func__, record, &recording, results, n, err);
	if (st == CAO_OK && !env->dry_run)
		st = cao_witness_write(s, err);
out:
	free_jobs(jobs, n);
	return st;
}
