/* What waits to be delivered, and what was given up; and that once more. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "flow/notify.h"

enum cao_status
cao_notify_list(struct cao_store *s, const struct cao_env *env,
    void (*row)(void *arg, const struct cao_message *), void *arg,
    struct cao_error *err)
{
	struct cao_query *q = cao_db_use(s->db, SQL_OUTBOX_LIST);
	char id[CAO_NOTIFY_ID];
	enum cao_status st;
	bool there;

	cao_db_int(q, ":since", env->now - CAO_NOTIFY_KEPT);
	while ((st = cao_db_step(q, &there, err)) == CAO_OK && there) {
		const struct cao_message m = { .id = id,
			.channel = cao_col_text(q, 2),
			.number = cao_col_text(q, 3),
			.to = "",
			.state = cao_col_text(q, 4),
			.tries = cao_col_int(q, 5),
			.next = cao_col_int(q, 6),
			.why = cao_col_text(q, 7) };

		cao_notify_id(cao_col_text(q, 0), cao_col_int(q, 1), id);
		row(arg, &m);
	}
	cao_db_done(q);
	return st;
}

/* "approved-17" */
static enum cao_status
split(const char *id, char ret_kind[CAO_NOTIFY_ID], int64_t *ret_fact,
    struct cao_error *err)
{
	const char *dash = strrchr(id, '-');
	enum cao_notice_kind kind;
	char *end = NULL;

	if (dash != NULL && dash - id < CAO_NOTIFY_ID && dash[1] >= '0' &&
	    dash[1] <= '9') {
		(void)snprintf(
		    ret_kind, CAO_NOTIFY_ID, "%.*s", (int)(dash - id), id);
		errno = 0;
		*ret_fact = strtoll(dash + 1, &end, 10);
		if (*end == '\0' && errno == 0 &&
		    cao_notice_kind_find(ret_kind, &kind))
			return CAO_OK;
	}
	return cao_fail(err, CAO_INPUT,
	    "'%.64s' is no message such as approved-17; --list shows them", id);
}

/* How many rows the statement changes. */
static enum cao_status
count(struct cao_store *s, const struct cao_env *env, enum cao_sql which,
    const char *kind, int64_t fact, uint64_t *ret, struct cao_error *err)
{
	struct cao_query *q = cao_db_use(s->db, which);
	enum cao_status st;
	bool row;

	cao_db_int(q, ":now", env->now);
	if (which == SQL_OUTBOX_AGAIN)
		cao_db_int(q, ":since", env->now - CAO_NOTIFY_KEPT);
	cao_db_text(q, ":kind", kind);
	if (kind != NULL)
		cao_db_int(q, ":fact", fact);
	while ((st = cao_db_step(q, &row, err)) == CAO_OK && row)
		++*ret;
	cao_db_done(q);
	return st;
}

enum cao_status
cao_notify_retry(struct cao_store *s, const struct cao_env *env, const char *id,
    uint64_t *ret_count, struct cao_error *err)
{
	char kind[CAO_NOTIFY_ID];
	enum cao_status st = CAO_OK;
	int64_t fact = 0;
	uint64_t n = 0;

	if ((id != NULL && (st = split(id, kind, &fact, err)) != CAO_OK) ||
	    (st = cao_db_begin(s->db, __func__, err)) != CAO_OK)
		return st;
	st = count(
	    s, env, SQL_OUTBOX_HURRY, id != NULL ? kind : NULL, fact, &n, err);
	if (st == CAO_OK)
		st = count(s, env, SQL_OUTBOX_AGAIN, id != NULL ? kind : NULL,
		    fact, &n, err);
	if (st == CAO_OK && n == 0 && id != NULL)
		st = cao_fail(err, CAO_NOTFOUND,
		    "%s: there is no such message that waits for a later try "
		    "or was given up",
		    id);
	if (st == CAO_OK)
		st = cao_flow_commit(s, env, err);
	cao_db_rollback(s->db);
	if (st == CAO_OK)
		*ret_count = n;
	return st;
}
