/* The orders that took an order's place. */
#include <stdio.h>

#include "flow/successor.h"

static struct cao_query *
ask(struct cao_store *s, const char *number, int64_t limit, int64_t offset)
{
	struct cao_query *q = cao_db_use(s->db, SQL_SUCCESSOR);

	cao_db_text(q, ":number", number);
	cao_db_int(q, ":limit", limit);
	cao_db_int(q, ":offset", offset);
	return q;
}

static bool
is_valid(const struct cao_query *q, int64_t now)
{
	enum cao_reason reason;
	bool known = cao_reason_find(cao_col_text(q, 2), &reason);

	return cao_standing_of(known ? (int)reason : -1, cao_col_int(q, 1),
		   now) == CAO_VALID;
}

enum cao_status
cao_successor_current(struct cao_store *s, const char *number, int64_t now,
    char ret[CAO_NUMBER_SIZE], struct cao_error *err)
{
	struct cao_query *q = ask(s, number, -1, 0);
	enum cao_status st;
	bool row;

	while ((st = cao_db_step(q, &row, err)) == CAO_OK && row)
		if (is_valid(q, now)) {
			(void)snprintf(
			    ret, CAO_NUMBER_SIZE, "%s", cao_col_text(q, 0));
			cao_db_done(q);
			return CAO_OK;
		}
	cao_db_done(q);
	if (st != CAO_OK)
		return st;
	return cao_fail(err, CAO_DENIED,
	    "neither order %s nor one that took its place has certificates "
	    "that are valid now",
	    number);
}

enum cao_status
cao_successor_at(struct cao_store *s, const char *number, size_t index,
    char ret[CAO_NUMBER_SIZE], bool *ret_found, struct cao_error *err)
{
	struct cao_query *q = ask(s, number, 1, (int64_t)index);
	enum cao_status st;

	if ((st = cao_db_step(q, ret_found, err)) == CAO_OK && *ret_found)
		(void)snprintf(ret, CAO_NUMBER_SIZE, "%s", cao_col_text(q, 0));
	cao_db_done(q);
	return st;
}
