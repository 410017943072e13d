/* The journal of revocations, line by line: held to the store, applied. */
#include <fcntl.h>
#include <stdio.h>

#include "store/witness_parts.h"

struct walk {
	struct cao_store *store;
	const struct cao_env *env; /* NULL: nothing is applied */
	bool adopts;               /* the file may tell of more */
	int64_t rows;              /* that the store had before */
	uint64_t more;
};

/* Its order, if the store has that. */
static enum cao_status
find_order(struct cao_store *s, struct cao_revocation *r, struct cao_error *err)
{
	struct cao_query *q = cao_db_use(s->db, SQL_REVOCATION_ORDER);

	cao_db_text(q, ":number", r->number);
	return cao_db_number(q, &r->order, err);
}

/* It rests on nothing else that the store has, so that it was applied is a
 * fact of its own. */
static enum cao_status
put(struct walk *k, struct cao_revocation *r, struct cao_error *err)
{
	char text[sizeof "revocation " + 20];
	enum cao_status st;

	if ((st = cao_revocation_put(k->store, k->env, r, err)) != CAO_OK)
		return st;
	(void)snprintf(text, sizeof text, "revocation %lld", (long long)r->id);
	st =
	    cao_store_put_note(k->store, k->env, "replay", r->order, text, err);
	if (st == CAO_OK)
		k->more++;
	return st;
}

static enum cao_status
walk_line(void *arg, struct cao_revocation *r, const char *line,
    struct cao_error *err)
{
	struct walk *k = arg;
	enum cao_status st;

	if (k->adopts && r->id > k->rows) {
		k->more++;
		return CAO_OK;
	}
	if (k->env == NULL || r->id <= k->rows)
		return cao_witness_hold(k->store, r->id, line, err);
	if ((st = find_order(k->store, r, err)) == CAO_OK)
		st = put(k, r, err);
	if (st == CAO_DENIED)
		st = cao_fail(err, CAO_INTEGRITY,
		    "revocation %lld cannot follow those of the store",
		    (long long)r->id);
	return st;
}

/* Over every line, within a transaction. */
static enum cao_status
walk(struct walk *k, struct cao_witness *w, struct cao_error *err)
{
	enum cao_status st;

	if ((st = cao_witness_rows(k->store, &k->rows, err)) != CAO_OK)
		return st;
	return cao_witness_scan_all(w, walk_line, k, err);
}

enum cao_status
cao_witness_verify(struct cao_store *s, struct cao_error *err)
{
	struct walk k = { .store = s };
	struct cao_witness *w = NULL;
	enum cao_status st;

	if ((st = cao_witness_open(s, O_RDONLY, &w, err)) != CAO_OK)
		return st;
	if (w->fd != -1)
		st = walk(&k, w, err);
	if (st == CAO_OK && !cao_witness_begun(w))
		st = cao_witness_missing(s, w, err);
	cao_witness_close(w);
	return st;
}

enum cao_status
cao_witness_replay(struct cao_store *s, const struct cao_env *env,
    uint64_t *ret_count, struct cao_error *err)
{
	struct walk k = { .store = s, .env = env };
	struct cao_witness *w = NULL;
	enum cao_status st;

	if ((st = cao_witness_open(s, O_RDONLY, &w, err)) != CAO_OK)
		return st;
	if (w->fd != -1 &&
	    (st = cao_db_begin(s->db, __func__, err)) == CAO_OK) {
		st = walk(&k, w, err);
		if (st == CAO_OK && !env->dry_run)
			st = cao_db_commit(s->db, err);
		cao_db_rollback(s->db);
	}
	cao_witness_close(w);
	if (st == CAO_OK && !env->dry_run)
		st = cao_witness_fill(s, true, err);
	if (st == CAO_OK)
		*ret_count = k.more;
	return st;
}

enum cao_status
cao_witness_adopt(struct cao_store *s, const char *dir, uint64_t *ret_behind,
    bool *ret_made, struct cao_error *err)
{
	struct walk k = { .store = s, .adopts = true };
	struct cao_witness *w = NULL;
	enum cao_status st;

	if ((st = cao_witness_open_at(dir, &w, err)) != CAO_OK)
		return st;
	*ret_made = w->fd == -1;
	st = w->fd != -1 ? walk(&k, w, err) : cao_witness_make(s, w, err);
	cao_witness_close(w);
	if (st == CAO_OK)
		*ret_behind = k.more;
	return st;
}
