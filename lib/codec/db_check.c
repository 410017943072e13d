/* The database file as a whole: is it sound, and of our schema? */
#include <string.h>

#include "codec/db_parts.h"

/* What is stored under a name; what SQLite keeps for itself is passed over. */
#define SCHEMA                                                               \
	"SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_schema " \
	"WHERE name NOT LIKE 'sqlite_stat%' ORDER BY type, name"

static const char *
text_of(sqlite3_stmt *s, int i)
{
	const unsigned char *text = sqlite3_column_text(s, i);

	return text != NULL ? (const char *)text : "";
}

static bool
same_row(sqlite3_stmt *a, sqlite3_stmt *b)
{
	for (int i = 0; i < 4; i++)
		if (strcmp(text_of(a, i), text_of(b, i)) != 0)
			return false;
	return true;
}

/* In the order of SCHEMA: by type, then by name. */
static bool
before(sqlite3_stmt *a, sqlite3_stmt *b)
{
	int order = strcmp(text_of(a, 0), text_of(b, 0));

	return order != 0 ? order < 0
			  : strcmp(text_of(a, 1), text_of(b, 1)) < 0;
}

/* Walk two schemas side by side; the first odd one is named. */
static enum cao_status
compare_schemas(sqlite3 *handle, sqlite3 *fresh, sqlite3_stmt *have,
    sqlite3_stmt *want, struct cao_error *err)
{
	sqlite3_stmt *odd;
	int h, w;

	do {
		h = sqlite3_step(have);
		w = sqlite3_step(want);
		if (h != SQLITE_ROW && h != SQLITE_DONE)
			return cao_db_fail(err, handle, "schema");
		if (w != SQLITE_ROW && w != SQLITE_DONE)
			return cao_db_fail(err, fresh, "schema");
	} while (h == w && h == SQLITE_ROW && same_row(have, want));
	if (h == SQLITE_DONE && w == SQLITE_DONE)
		return CAO_OK;
	odd = w == SQLITE_DONE || (h == SQLITE_ROW && before(have, want))
	    ? have
	    : want;
	return cao_fail(err, CAO_INTEGRITY,
	    "orders.db: its %s '%s' is not as it was made", text_of(odd, 0),
	    text_of(odd, 1));
}

/* A trigger or view that was changed would keep or tell other sums. */
static enum cao_status
check_schema(struct cao_db *d, struct cao_error *err)
{
	sqlite3_stmt *have = NULL, *want = NULL;
	sqlite3 *fresh = NULL;
	enum cao_status st;

	if (sqlite3_open(":memory:", &fresh) != SQLITE_OK)
		st = fresh == NULL ? cao_fail_memory(err)
				   : cao_db_fail(err, fresh, "schema");
	else
		st = cao_db_exec(fresh, "schema", cao_sql_schema, err);
	if (st == CAO_OK &&
	    sqlite3_prepare_v2(d->handle, SCHEMA, -1, &have, NULL) != SQLITE_OK)
		st = cao_db_fail(err, d->handle, "schema");
	if (st == CAO_OK &&
	    sqlite3_prepare_v2(fresh, SCHEMA, -1, &want, NULL) != SQLITE_OK)
		st = cao_db_fail(err, fresh, "schema");
	if (st == CAO_OK)
		st = compare_schemas(d->handle, fresh, have, want, err);
	sqlite3_finalize(have);
	sqlite3_finalize(want);
	sqlite3_close(fresh);
	return st;
}

/* What SQLite finds has a heading in a line of its own. */
static const char *
below_heading(const char *found)
{
	const char *line = strchr(found, '\n');

	return line != NULL ? line + 1 : found;
}

enum cao_status
cao_db_check(struct cao_db *d, struct cao_error *err)
{
	enum cao_status st = CAO_OK;
	sqlite3_stmt *s = NULL;

	if (sqlite3_prepare_v2(d->handle, "PRAGMA integrity_check(1)", -1, &s,
		NULL) != SQLITE_OK ||
	    sqlite3_step(s) != SQLITE_ROW)
		st = cao_db_fail(err, d->handle, "integrity_check");
	else if (strcmp(text_of(s, 0), "ok") != 0)
		st = cao_fail(err, CAO_INTEGRITY, "orders.db is damaged: %s",
		    below_heading(text_of(s, 0)));
	sqlite3_finalize(s);
	return st == CAO_OK ? check_schema(d, err) : st;
}
