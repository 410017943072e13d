/* Personal data, removed when its time is over. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "flow/flow.h"
#include "flow/heap.h"
#include "store/object.h"
#include "store/purge.h"

#define YEARS_MAX 100
#define BATCH 100 /* orders of one transaction, and the chain of the last */

struct order {
	int64_t id, since;
	char number[CAO_NUMBER_SIZE], what[16];
};
struct run {
	struct cao_store *store;
	const struct cao_env *env;
	const struct cao_purge *tell;
	int64_t end; /* what ended before it is due */
	struct order *list;
	size_t count;
	bool bad;
};

static void
tell(struct run *r)
{
	for (size_t i = 0; i < r->count; i++)
		r->tell->row(r->tell->arg, r->list[i].number, r->list[i].what,
		    r->list[i].since);
	r->count = 0;
}

/* The row under the cursor onto the list. */
static enum cao_status
add(struct run *r, const struct cao_query *q, struct cao_error *err)
{
	struct order *o, *list = r->list;

	if ((list = cao_grow(list, r->count, sizeof *list)) == NULL)
		return cao_fail_memory(err);
	r->list = list;
	o = &list[r->count++];
	o->id = cao_col_int(q, 0);
	o->since = cao_col_int(q, 3);
	(void)snprintf(o->number, sizeof o->number, "%s", cao_col_text(q, 1));
	(void)snprintf(o->what, sizeof o->what, "%s", cao_col_text(q, 2));
	return CAO_OK;
}

static enum cao_status
is_held(struct run *r, int64_t order, bool *ret, struct cao_error *err)
{
	struct cao_query *q = cao_db_use(r->store->db, SQL_PURGE_IS_HELD);
	enum cao_status st;
	int64_t held;

	cao_db_int(q, ":order", order);
	cao_db_int(q, ":end", r->end);
	if ((st = cao_db_number(q, &held, err)) == CAO_OK)
		*ret = held != 0;
	return st;
}

/* A chain of orders, all or none: none if one of them does not hold. */
static enum cao_status
purge_chain(struct run *r, int64_t order, struct cao_error *err)
{
	struct cao_query *q = cao_db_use(r->store->db, SQL_PURGE_CHAIN);
	size_t from = r->count;
	enum cao_status st;
	bool row;

	cao_db_int(q, ":order", order);
	while ((st = cao_db_step(q, &row, err)) == CAO_OK && row)
		if ((st = add(r, q, err)) != CAO_OK)
			break;
	cao_db_done(q);
	for (size_t i = from; i < r->count && st == CAO_OK; i++) {
		st = cao_journal_check_order(r->store, r->list[i].id, err);
		if (st == CAO_INTEGRITY) {
			(void)cao_error_prefix(
			    err, "order %s", r->list[i].number);
			r->tell->bad(r->tell->arg, err);
			r->bad = true;
			r->count = from;
			return CAO_OK;
		}
	}
	for (size_t i = from; i < r->count && st == CAO_OK; i++)
		st = cao_purge_order(r->store, r->env, r->list[i].id, err);
	return st;
}

/*
 * Those that are due behind an order, as many as a transaction takes, or all
 * (purge false); *ret_last is the last that was looked at, 0 behind the last.
 */
static enum cao_status
walk(struct run *r, bool purge, int64_t *ret_last, struct cao_error *err)
{
	struct cao_query *q = cao_db_use(r->store->db, SQL_PURGE_DUE);
	enum cao_status st;
	bool row, held;
	int64_t id;

	cao_db_int(q, ":after", *ret_last);
	cao_db_int(q, ":end", r->end);
	while ((st = cao_db_step(q, &row, err)) == CAO_OK && row) {
		id = cao_col_int(q, 0);
		if ((st = is_held(r, id, &held, err)) != CAO_OK)
			break;
		*ret_last = id;
		if (!held)
			st = purge ? purge_chain(r, id, err) : add(r, q, err);
		if (st != CAO_OK || (purge && r->count >= BATCH))
			break;
	}
	cao_db_done(q);
	if (st == CAO_OK && !row)
		*ret_last = 0;
	return st;
}

static enum cao_status
purge_all(struct run *r, struct cao_error *err)
{
	struct cao_db *db = r->store->db;
	enum cao_status st;
	int64_t last = 0;

	do {
		if ((st = cao_db_begin(db, __func__, err)) != CAO_OK)
			break;
		st = walk(r, true, &last, err);
		if (st == CAO_OK)
			st = cao_db_commit(db, err);
		cao_db_rollback(db);
		if (st == CAO_OK)
			tell(r);
	} while (st == CAO_OK && last != 0);
	return st;
}

/* Contents that purged orders alone refer to: those of this run, and of one
 * that was cut off.  Nobody takes one up meanwhile. */
static enum cao_status
remove_objects(struct cao_store *s, struct cao_error *err)
{
	unsigned char digest[CAO_DIGEST_SIZE];
	struct cao_query *q;
	enum cao_status st;
	bool row;

	if ((st = cao_db_begin(s->db, __func__, err)) != CAO_OK)
		return st;
	q = cao_db_use(s->db, SQL_PURGE_OBJECTS);
	while ((st = cao_db_step(q, &row, err)) == CAO_OK && row) {
		cao_store_digest(q, 0, digest);
		if ((st = cao_object_remove(s, digest, err)) != CAO_OK)
			break;
	}
	cao_db_rollback(s->db);
	return st;
}

/* The years that it takes, from the configuration or longer. */
static enum cao_status
choose_years(
    struct cao_store *s, unsigned asked, int64_t *ret, struct cao_error *err)
{
	const struct cao_config *config;
	enum cao_status st;

	if ((st = cao_store_config(s, &config, err)) != CAO_OK)
		return st;
	*ret = asked == 0 ? config->retention.years : (int64_t)asked;
	if (*ret < config->retention.years)
		return cao_fail(err, CAO_DENIED,
		    "personal data is kept for %lld years (config.yaml: "
		    "retention.years); --years can only make it more",
		    (long long)config->retention.years);
	return CAO_OK;
}

enum cao_status
cao_purge(struct cao_store *s, const struct cao_env *env, unsigned asked,
    bool yes, const struct cao_purge *how, struct cao_error *err)
{
	struct run r = { .store = s, .env = env, .tell = how };
	int64_t years = 0, last = 0;
	enum cao_status st;

	if ((st = choose_years(s, asked, &years, err)) != CAO_OK)
		return st;
	if (years > YEARS_MAX)
		return cao_fail(err, CAO_USAGE, "at most %d years", YEARS_MAX);
	r.end = cao_time_add_months(env->now, -12 * (int)years);
	if (yes && !env->dry_run) {
		st = purge_all(&r, err);
		if (st == CAO_OK)
			st = remove_objects(s, err);
		/* Whose scans they show nobody knows. */
		if (st == CAO_OK)
			st = cao_heap_forget(s, err);
		if (st == CAO_OK)
			st = cao_db_scrub(s->db, err);
	} else if ((st = cao_db_begin_read(s->db, __func__, err)) == CAO_OK) {
		st = walk(&r, false, &last, err);
		cao_db_rollback(s->db);
		if (st == CAO_OK)
			tell(&r);
	}
	free(r.list);
	if (st == CAO_OK && r.bad)
		st = cao_fail(err, CAO_INTEGRITY,
		    "orders that do not hold by the journal were left");
	return st;
}
