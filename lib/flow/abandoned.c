/* Orders that nothing happens to any more. */
#include <stdio.h>
#include <stdlib.h>

#include "base/time.h"
#include "flow/review.h"

#define DAY INT64_C(86400)

/* Until when an order may be gone on with whose last fact is of that time; 0:
 * for ever. */
static int64_t
until(const struct cao_service *service, int64_t last)
{
	return service->abandoned > 0 ? last + service->abandoned * DAY : 0;
}

static enum cao_status
check(struct cao_store *s, const struct cao_env *env, const struct cao_order *o,
    struct cao_error *err)
{
	struct cao_query *q = cao_db_use(s->db, SQL_ORDER_LAST);
	const struct cao_service *service;
	char end[CAO_RFC3339_SIZE];
	enum cao_status st;
	int64_t last, by;

	cao_db_int(q, ":order", o->id);
	if ((st = cao_db_number(q, &last, err)) != CAO_OK ||
	    (st = cao_store_service(s, o->service, &service, err)) != CAO_OK)
		return st;
	if ((by = until(service, last)) == 0)
		return cao_fail(err, CAO_DENIED,
		    "orders of service '%s' are not closed as abandoned; "
		    "cancel it",
		    service->name);
	if (env->now > by)
		return CAO_OK;
	cao_time_local(by, end);
	return cao_fail(err, CAO_NOTREADY,
	    "something happened to it within %lld days: it is not abandoned "
	    "before %s",
	    (long long)service->abandoned, end);
}

enum cao_status
cao_abandoned_check(struct cao_store *s, const struct cao_env *env,
    struct cao_verdict *v, struct cao_error *err)
{
	enum cao_status st = check(s, env, &v->order, err);

	v->made = st == CAO_OK;
	return cao_result_judge(v->result, st, err);
}

/* One row of the open orders: is it abandoned? */
static enum cao_status
regard(struct cao_store *s, const struct cao_env *env,
    const struct cao_query *q, bool *ret, struct cao_error *err)
{
	unsigned char digest[CAO_DIGEST_SIZE];
	const struct cao_service *service;
	enum cao_status st;
	int64_t by;

	cao_store_digest(q, 1, digest);
	if ((st = cao_store_service(s, digest, &service, err)) != CAO_OK)
		return st;
	by = until(service, cao_col_int(q, 2));
	*ret = by != 0 && env->now > by;
	return CAO_OK;
}

static bool
add(struct cao_result **list, size_t *count, const char *number)
{
	struct cao_result *more = cao_grow(*list, *count, sizeof *more);

	if (more == NULL)
		return false;
	*list = more;
	(*list)[*count] = (struct cao_result){ .changed = false };
	(void)snprintf(
	    (*list)[(*count)++].number, CAO_NUMBER_SIZE, "%s", number);
	return true;
}

enum cao_status
cao_review_abandoned(struct cao_store *s, const struct cao_env *env,
    struct cao_result **ret, size_t *ret_count, struct cao_error *err)
{
	struct cao_result *list = NULL;
	struct cao_query *q;
	enum cao_status st;
	size_t count = 0;
	bool row, gone;

	if ((st = cao_db_begin_read(s->db, __func__, err)) != CAO_OK)
		return st;
	q = cao_db_use(s->db, SQL_ORDERS_OPEN);
	while ((st = cao_db_step(q, &row, err)) == CAO_OK && row) {
		if ((st = regard(s, env, q, &gone, err)) != CAO_OK)
			break;
		if (gone && !add(&list, &count, cao_col_text(q, 0))) {
			st = cao_fail_memory(err);
			break;
		}
	}
	cao_db_done(q);
	cao_db_rollback(s->db);
	if (st != CAO_OK) {
		free(list);
		return st;
	}
	*ret = list;
	*ret_count = count;
	return CAO_OK;
}
