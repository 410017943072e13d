/* Looking through the whole store: the file, the journal, every order, every
 * content. */
#include <stdio.h>
#include <string.h>

#include "base/time.h"
#include "flow/verify.h"
#include "store/object.h"
#include "store/witness.h"

static void
tell(struct cao_verify *v, struct cao_error *err)
{
	err->status = CAO_INTEGRITY;
	if (v->first.status == CAO_OK)
		v->first = *err;
	v->bad(v->arg, err);
}

enum cao_status
cao_verify_judge(struct cao_verify *v, enum cao_status st,
    struct cao_error *err, const char *prefix)
{
	if (st == CAO_OK || cao_flow_fatal(st))
		return st;
	if (prefix != NULL)
		(void)cao_error_prefix(err, "%s", prefix);
	tell(v, err);
	return CAO_OK;
}

void
cao_verify_note(struct cao_verify *v, struct cao_error *err)
{
	err->status = CAO_OK;
	v->bad(v->arg, err);
}

/* The journal's own walk, told through ours. */
static void
journal_bad(void *arg, const struct cao_error *err)
{
	struct cao_error copy = *err;

	tell(arg, &copy);
}

static void
journal_progress(void *arg, uint64_t done, uint64_t total)
{
	struct cao_verify *v = arg;

	(void)total;
	v->done = done;
	if (v->progress != NULL)
		v->progress(v->arg, v->done, v->total);
}

static void
advance(struct cao_verify *v)
{
	v->done++;
	if (v->progress != NULL)
		v->progress(v->arg, v->done, v->total);
}

/* Rows of a statement that should have none; say() makes the text of each. */
static enum cao_status
none_of(struct cao_verify *v, enum cao_sql which,
    void (*say)(const struct cao_query *, struct cao_error *),
    struct cao_error *err)
{
	struct cao_query *q = cao_db_use(v->store->db, which);
	enum cao_status st;
	bool row;

	while ((st = cao_db_step(q, &row, err)) == CAO_OK && row) {
		say(q, err);
		tell(v, err);
	}
	cao_db_done(q);
	return cao_verify_judge(v, st, err, NULL);
}

static void
say_astray(const struct cao_query *q, struct cao_error *err)
{
	(void)cao_fail(err, CAO_INTEGRITY,
	    "order %s: its row is not what its facts add up to",
	    cao_col_text(q, 0));
}

static void
say_lost(const struct cao_query *q, struct cao_error *err)
{
	(void)cao_fail(err, CAO_INTEGRITY,
	    "order %s: its row is gone and its facts are there",
	    cao_col_text(q, 0));
}

static void
say_unowned(const struct cao_query *q, struct cao_error *err)
{
	(void)cao_fail(err, CAO_INTEGRITY,
	    "revocation %lld: order %s, whose certificates it is about, is "
	    "not there",
	    (long long)cao_col_int(q, 0), cao_col_text(q, 1));
}

static void
say_entry(const struct cao_query *q, struct cao_error *err)
{
	(void)cao_fail(err, CAO_INTEGRITY,
	    "journal entry %lld: is of another order than its %s %lld",
	    (long long)cao_col_int(q, 0), cao_col_text(q, 1),
	    (long long)cao_col_int(q, 2));
}

/* Every version of a service: its text, its digest, its name. */
static enum cao_status
verify_services(struct cao_verify *v, struct cao_error *err)
{
	struct cao_query *q = cao_db_use(v->store->db, SQL_VERIFY_SERVICES);
	unsigned char digest[CAO_DIGEST_SIZE];
	const struct cao_service *service;
	enum cao_status st;
	char prefix[64];
	const void *data;
	size_t len;
	bool row;

	while ((st = cao_db_step(q, &row, err)) == CAO_OK && row) {
		(void)snprintf(prefix, sizeof prefix, "service %lld",
		    (long long)cao_col_int(q, 0));
		data = cao_col_blob(q, 2, &len);
		memset(digest, 0, sizeof digest);
		memcpy(digest, data, len < sizeof digest ? len : sizeof digest);
		st = cao_store_service(v->store, digest, &service, err);
		if (st == CAO_OK &&
		    strcmp(service->name, cao_col_text(q, 1)) != 0)
			st = cao_fail(err, CAO_INTEGRITY,
			    "its name is '%s' and its text says '%s'",
			    cao_col_text(q, 1), service->name);
		st = cao_verify_judge(v, st, err, prefix);
		if (st != CAO_OK)
			break;
	}
	cao_db_done(q);
	return cao_verify_judge(v, st, err, NULL);
}

static enum cao_status
verify_orders(struct cao_verify *v, struct cao_error *err)
{
	struct cao_query *q = cao_db_use(v->store->db, SQL_VERIFY_ORDERS);
	char number[CAO_NUMBER_SIZE];
	enum cao_status st;
	bool row;

	while ((st = cao_db_step(q, &row, err)) == CAO_OK && row) {
		(void)snprintf(number, sizeof number, "%s", cao_col_text(q, 0));
		if ((st = cao_verify_order(v, number, err)) != CAO_OK)
			break;
		advance(v);
	}
	cao_db_done(q);
	return cao_verify_judge(v, st, err, NULL);
}

/* The content under the cursor. */
static enum cao_status
verify_object(
    struct cao_verify *v, const struct cao_query *q, struct cao_error *err)
{
	unsigned char digest[CAO_DIGEST_SIZE] = { 0 };
	int64_t size = cao_col_int(q, 1), part = cao_col_int(q, 3);
	struct cao_buf content = { 0 };
	char slot[CAO_SLOT_SIZE], prefix[128];
	enum cao_status st;
	const void *data;
	size_t len;

	cao_slot_join(cao_col_text(q, 2), (unsigned)part, slot);
	(void)snprintf(
	    prefix, sizeof prefix, "order %s: %s", cao_col_text(q, 4), slot);
	data = cao_col_blob(q, 0, &len);
	memcpy(digest, data, len < sizeof digest ? len : sizeof digest);
	if (size < 0 || size > CAO_OBJECT_MAX)
		st = cao_fail(err, CAO_INTEGRITY,
		    "its size is recorded as %lld octets", (long long)size);
	else
		st = cao_object_get(
		    v->store, digest, (size_t)size, &content, err);
	cao_buf_free(&content);
	return cao_verify_judge(v, st, err, prefix);
}

static enum cao_status
verify_objects(struct cao_verify *v, struct cao_error *err)
{
	struct cao_query *q = cao_db_use(v->store->db, SQL_VERIFY_OBJECTS);
	enum cao_status st;
	bool row;

	while ((st = cao_db_step(q, &row, err)) == CAO_OK && row) {
		if ((st = verify_object(v, q, err)) != CAO_OK)
			break;
		advance(v);
	}
	cao_db_done(q);
	return cao_verify_judge(v, st, err, NULL);
}

/* Is it in order, and does it know the holidays of what it is asked for, if
 * anything is promised by it? */
static enum cao_status
verify_calendar(struct cao_verify *v, struct cao_error *err)
{
	struct cao_query *q = cao_db_use(v->store->db, SQL_VERIFY_PROMISED);
	const struct cao_calendar *c;
	int64_t promised = 0, due = 0;
	char end[CAO_DATE_SIZE];
	enum cao_status st;

	if ((st = cao_store_calendar(v->store, &c, err)) == CAO_OK &&
	    (st = cao_store_due(v->store, v->now, &due, err)) == CAO_OK)
		st = cao_db_number(q, &promised, err);
	if (st != CAO_OK)
		return cao_verify_judge(v, st, err, NULL);
	if (!cao_calendar_covers(c, cao_date_of(v->now)))
		due = v->now;
	if (promised == 0 || cao_calendar_covers(c, cao_date_of(due)))
		return CAO_OK;
	cao_date_format(cao_date_of(due), end);
	(void)cao_fail(err, CAO_OK,
	    "calendar/%s.yaml: it has no holidays of %.4s, by which promises "
	    "are reckoned; add them",
	    c->name, end);
	cao_verify_note(v, err);
	return CAO_OK;
}

/* Everything in the database, as one snapshot of it. */
static enum cao_status
verify_snapshot(struct cao_verify *v, struct cao_error *err)
{
	int64_t entries = 0, others = 0;
	struct cao_db *db = v->store->db;
	enum cao_status st;

	if ((st = cao_verify_judge(v, cao_db_check(db, err), err, NULL)) ||
	    (st = cao_verify_judge(v,
		 cao_db_number(
		     cao_db_use(db, SQL_JOURNAL_COUNT), &entries, err),
		 err, NULL)) != CAO_OK ||
	    (st = cao_verify_judge(v,
		 cao_db_number(cao_db_use(db, SQL_VERIFY_COUNT), &others, err),
		 err, NULL)) != CAO_OK)
		return st;
	v->total = (uint64_t)(entries + others);
	st =
	    cao_journal_verify(v->store, journal_bad, journal_progress, v, err);
	if ((st = cao_verify_judge(v, st, err, NULL)) != CAO_OK)
		return st;
	v->done = (uint64_t)entries;
	if ((st = none_of(v, SQL_VERIFY_ENTRIES, say_entry, err)) != CAO_OK ||
	    (st = none_of(v, SQL_ORDERS_ASTRAY, say_astray, err)) != CAO_OK ||
	    (st = none_of(v, SQL_VERIFY_LOST, say_lost, err)) != CAO_OK ||
	    (st = none_of(v, SQL_VERIFY_UNOWNED, say_unowned, err)) != CAO_OK ||
	    (st = cao_verify_authorities(v, err)) != CAO_OK ||
	    (st = cao_verify_responders(v, err)) != CAO_OK ||
	    (st = verify_services(v, err)) != CAO_OK ||
	    (st = verify_calendar(v, err)) != CAO_OK ||
	    (st = cao_verify_lists(v, err)) != CAO_OK ||
	    (st = cao_verify_notices(v, err)) != CAO_OK ||
	    (st = cao_verify_ledger(v, err)) != CAO_OK ||
	    (st = cao_verify_invoices(v, err)) != CAO_OK ||
	    (st = verify_orders(v, err)) != CAO_OK)
		return st;
	return verify_objects(v, err);
}

enum cao_status
cao_store_replay(struct cao_store *s, const struct cao_env *env,
    uint64_t *ret_count, struct cao_error *err)
{
	return cao_witness_replay(s, env, ret_count, err);
}

/* The journal of revocations beside the store.  That it is behind is no bad
 * place, and made good. */
static enum cao_status
verify_witness(struct cao_verify *v, struct cao_error *err)
{
	enum cao_status st;

	if ((st = cao_witness_verify(v->store, err)) == CAO_OK)
		st = cao_witness_check(v->store, CAO_WITNESS_MEND, err);
	return cao_verify_judge(v, st, err, NULL);
}

enum cao_status
cao_store_verify(struct cao_store *s, const struct cao_env *env,
    void (*bad)(void *arg, const struct cao_error *),
    void (*progress)(void *arg, uint64_t done, uint64_t total), void *arg,
    struct cao_error *err)
{
	struct cao_verify v = { .store = s,
		.now = env->now,
		.bad = bad,
		.progress = progress,
		.arg = arg };
	enum cao_status st;

	if ((st = cao_evidence_cache_new(&v.cache, err)) == CAO_OK &&
	    (st = cao_verify_register(&v, err)) == CAO_OK &&
	    (st = verify_witness(&v, err)) == CAO_OK &&
	    (st = cao_db_begin_read(s->db, __func__, err)) == CAO_OK)
		st = verify_snapshot(&v, err);
	cao_db_rollback(s->db);
	cao_verify_close(&v);
	cao_evidence_cache_free(v.cache);
	if (st == CAO_OK && v.first.status != CAO_OK) {
		*err = v.first;
		st = err->status;
	}
	return st;
}
