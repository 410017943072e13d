#include "store/revocation.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/store.h"

void
cao_revocation_free(struct cao_revocation *r)
{
	free(r->crl[CAO_SIGN]);
	free(r->crl[CAO_ENCRYPT]);
	memset(r, 0, sizeof *r);
}

/* A column that is a serial; zeros, which no certificate has, if not. */
static void
read_serial(const struct cao_query *q, int i, unsigned char *out)
{
	size_t len;
	const void *data = cao_col_blob(q, i, &len);

	memset(out, 0, CAO_SERIAL_SIZE);
	if (len == CAO_SERIAL_SIZE)
		memcpy(out, data, len);
}

enum cao_status
cao_revocation_row(const struct cao_query *q, struct cao_revocation *ret,
    struct cao_error *err)
{
	struct cao_revocation r = { .id = cao_col_int(q, 0),
		.not_after = cao_col_int(q, 7),
		.since = cao_col_int(q, 9),
		.at = cao_col_int(q, 10),
		.order = cao_col_int(q, 11),
		.by_order = cao_col_int(q, 12) };

	(void)snprintf(r.number, sizeof r.number, "%s", cao_col_text(q, 1));
	(void)snprintf(r.ca, sizeof r.ca, "%s", cao_col_text(q, 2));
	for (int i = 0; i < 2; i++)
		read_serial(q, 3 + i, r.serial[i]);
	if (!cao_reason_find(cao_col_text(q, 8), &r.reason))
		return cao_fail(err, CAO_INTEGRITY,
		    "revocation %lld has no reason that there is",
		    (long long)r.id);
	for (int i = 0; i < 2; i++)
		if (!cao_col_null(q, 5 + i) &&
		    (r.crl[i] = strdup(cao_col_text(q, 5 + i))) == NULL) {
			cao_revocation_free(&r);
			return cao_fail_memory(err);
		}
	*ret = r;
	return CAO_OK;
}

/* The row of a statement that has one at most. */
static enum cao_status
read_one(struct cao_query *q, struct cao_revocation *ret, bool *ret_found,
    struct cao_error *err)
{
	enum cao_status st;

	if ((st = cao_db_step(q, ret_found, err)) != CAO_OK || !*ret_found)
		return st;
	st = cao_revocation_row(q, ret, err);
	cao_db_done(q);
	return st;
}

enum cao_status
cao_revocation_of(struct cao_store *s, const char *number,
    struct cao_revocation *ret, bool *ret_found, struct cao_error *err)
{
	struct cao_query *q = cao_db_use(s->db, SQL_REVOCATION_OF);

	cao_db_text(q, ":number", number);
	return read_one(q, ret, ret_found, err);
}

enum cao_status
cao_revocation_by_serial(struct cao_store *s, const void *serial, size_t len,
    struct cao_revocation *ret, bool *ret_found, struct cao_error *err)
{
	struct cao_query *q = cao_db_use(s->db, SQL_REVOCATION_BY_SIGN);
	enum cao_status st;

	cao_db_blob(q, ":serial", serial, len);
	if ((st = read_one(q, ret, ret_found, err)) != CAO_OK || *ret_found)
		return st;
	q = cao_db_use(s->db, SQL_REVOCATION_BY_ENCRYPT);
	cao_db_blob(q, ":serial", serial, len);
	return read_one(q, ret, ret_found, err);
}

/* May the reason follow the last one, if one was found?  A reason that ends a hold
 * counts from when that began. */
static enum cao_status
check_order(const struct cao_revocation *last, bool found,
    const struct cao_revocation *r, struct cao_error *err)
{
	bool held = found && last->reason == CAO_HOLD;

	if (found && !held && last->reason != CAO_RELEASE)
		return cao_fail(err, CAO_DENIED,
		    "the certificates are revoked already: %s",
		    cao_reason_name(last->reason));
	if (r->reason == CAO_RELEASE && !held)
		return cao_fail(
		    err, CAO_DENIED, "the certificates are not held");
	if (r->reason == CAO_HOLD && held)
		return cao_fail(
		    err, CAO_DENIED, "the certificates are held already");
	return CAO_OK;
}

enum cao_status
cao_revocation_put(struct cao_store *s, const struct cao_env *env,
    struct cao_revocation *r, struct cao_error *err)
{
	struct cao_revocation last = { .id = 0 };
	struct cao_query *q;
	enum cao_status st;
	bool found;

	if ((st = cao_revocation_of(s, r->number, &last, &found, err)))
		return st;
	st = check_order(&last, found, r, err);
	if (r->id == 0) { /* not replayed */
		r->at = env->now;
		r->since =
		    found && last.reason == CAO_HOLD && r->reason != CAO_RELEASE
		    ? last.since
		    : env->now;
	}
	cao_revocation_free(&last);
	if (st != CAO_OK)
		return st;
	q = cao_db_use(s->db, SQL_PUT_REVOCATION);
	if (r->id != 0)
		cao_db_int(q, ":id", r->id);
	if (r->order != 0)
		cao_db_int(q, ":order", r->order);
	cao_db_text(q, ":number", r->number);
	cao_db_text(q, ":ca", r->ca);
	cao_db_blob(q, ":sign_serial", r->serial[CAO_SIGN], CAO_SERIAL_SIZE);
	cao_db_blob(
	    q, ":encrypt_serial", r->serial[CAO_ENCRYPT], CAO_SERIAL_SIZE);
	cao_db_text(q, ":sign_crl", r->crl[CAO_SIGN]);
	cao_db_text(q, ":encrypt_crl", r->crl[CAO_ENCRYPT]);
	cao_db_int(q, ":not_after", r->not_after);
	cao_db_text(q, ":reason", cao_reason_name(r->reason));
	cao_db_int(q, ":since", r->since);
	if (r->by_order != 0)
		cao_db_int(q, ":by_order", r->by_order);
	cao_db_int(q, ":at", r->at);
	return cao_store_put(
	    s, env, q, CAO_K_REVOCATION, r->order, &r->id, err);
}
