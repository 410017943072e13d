/* What every flow does alike. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "flow/flow.h"

void
cao_free(void *p)
{
	free(p);
}

const char *
cao_version(void)
{
	return CAO_VERSION;
}

enum cao_status
cao_result_status(const struct cao_result *r)
{
	return cao_faults_status(&r->faults);
}

void
cao_result_fail(struct cao_result *r, const struct cao_error *err)
{
	cao_faults_add(&r->faults, err);
}

void
cao_result_name(struct cao_result *r, const struct cao_order *o)
{
	(void)snprintf(r->request, sizeof r->request, "%s",
	    o->request != NULL ? o->request : "");
}

bool
cao_flow_fatal(enum cao_status st)
{
	return st == CAO_SYSTEM || st == CAO_AGAIN;
}

enum cao_status
cao_result_judge(
    struct cao_result *r, enum cao_status st, const struct cao_error *err)
{
	if (st == CAO_OK || cao_flow_fatal(st))
		return st;
	cao_result_fail(r, err);
	return CAO_OK;
}

enum cao_status
cao_flow_commit(
    struct cao_store *s, const struct cao_env *env, struct cao_error *err)
{
	if (env->dry_run) {
		cao_db_rollback(s->db);
		return CAO_OK;
	}
	return cao_db_commit(s->db, err);
}

enum cao_status
cao_flow_batch(struct cao_store *s, const struct cao_env *env, const char *who,
    cao_flow_record *record, void *jobs, struct cao_result *results,
    size_t count, struct cao_error *err)
{
	enum cao_status st;

	if ((st = cao_db_begin(s->db, who, err)) != CAO_OK)
		return st;
	for (size_t i = 0; st == CAO_OK && i < count; i++)
		st = cao_result_judge(
		    &results[i], record(s, env, jobs, i, err), err);
	if (st == CAO_OK)
		st = cao_flow_commit(s, env, err);
	cao_db_rollback(s->db);
	for (size_t i = 0; st != CAO_OK && i < count; i++)
		results[i].changed = false;
	return st;
}
