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
cao_flow_load(struct cao_store *s, enum cao_step step, unsigned flags,
    struct cao_result *r, struct cao_order *ret, bool *ret_done)
{
	struct cao_error err = { .status = CAO_OK };
	struct cao_order o;

	if (cao_store_load(s, r->number, flags, &o, &err) != CAO_OK) {
		cao_result_fail(r, &err);
		return false;
	}
	cao_result_name(r, &o);
	if (cao_step_check(step, o.facts, ret_done, &err) != CAO_OK) {
		cao_result_fail(r, &err);
		cao_order_free(&o);
		return false;
	}
	*ret = o;
	return true;
}

bool
cao_flow_fatal(enum cao_status st)
{
	return st == CAO_SYSTEM || st == CAO_AGAIN;
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
