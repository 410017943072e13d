/* One SQLite connection, its named statements and its transactions. */
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sqlite3.h>

#include "codec/db.h"

struct cao_query {
	struct cao_db *db;
	sqlite3_stmt *stmt; /* prepared on first use */
	enum cao_sql which;
	int rc; /* the first failure since cao_db_use() */
};

struct cao_db {
	sqlite3 *handle;
	const char *begun; /* who holds the transaction */
	struct cao_query query[SQL_MAX];
};

/* The schema stays trusted: its triggers read JSON, and SQLite 3.40 does not
 * count those functions among the innocuous ones. */
static const char setup[] = "PRAGMA foreign_keys = ON;"
			    "PRAGMA trusted_schema = ON;"
			    "PRAGMA cell_size_check = ON;"
			    "PRAGMA synchronous = FULL;"
			    "PRAGMA temp_store = MEMORY;";

/* What SQLite says, as a status. */
static enum cao_status
status_of(int rc)
{
	switch (rc & 0xff) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
	case SQLITE_FULL:
		return CAO_AGAIN;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return CAO_INTEGRITY;
	default:
		return CAO_SYSTEM;
	}
}

static enum cao_status
fail(struct cao_error *err, sqlite3 *handle, const char *what)
{
	int rc = sqlite3_extended_errcode(handle);

	if ((rc & 0xff) == SQLITE_BUSY || (rc & 0xff) == SQLITE_LOCKED)
		return cao_fail(err, CAO_AGAIN,
		    "%s: the store is locked by another process; try again",
		    what);
	return cao_fail(
	    err, status_of(rc), "%s: %s", what, sqlite3_errmsg(handle));
}

static enum cao_status
exec(sqlite3 *handle, const char *what, const char *sql, struct cao_error *err)
{
	if (sqlite3_exec(handle, sql, NULL, NULL, NULL) != SQLITE_OK)
		return fail(err, handle, what);
	return CAO_OK;
}

static enum cao_status
pragma(sqlite3 *handle, const char *sql, int64_t *ret, struct cao_error *err)
{
	enum cao_status st = CAO_OK;
	sqlite3_stmt *s = NULL;

	if (sqlite3_prepare_v2(handle, sql, -1, &s, NULL) != SQLITE_OK ||
	    sqlite3_step(s) != SQLITE_ROW)
		st = fail(err, handle, sql);
	else
		*ret = sqlite3_column_int64(s, 0);
	sqlite3_finalize(s);
	return st;
}

static enum cao_status
open_handle(const char *path, int flags, sqlite3 **ret, struct cao_error *err)
{
	enum cao_status st = CAO_OK;
	sqlite3 *handle = NULL;

	if (sqlite3_open_v2(path, &handle,
		flags | SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX,
		NULL) != SQLITE_OK) {
		st = handle == NULL ? cao_fail_memory(err)
				    : fail(err, handle, path);
		goto out;
	}
	sqlite3_extended_result_codes(handle, 1);
	sqlite3_busy_timeout(handle, CAO_DB_BUSY_MS);
	sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	if ((st = exec(handle, path, setup, err)) != CAO_OK)
		goto out;

	*ret = handle;
	handle = NULL;
out:
	sqlite3_close(handle);
	return st;
}

enum cao_status
cao_db_create(const char *path, struct cao_error *err)
{
	sqlite3 *handle = NULL;
	enum cao_status st;
	int fd;

	fd = open(
	    path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd == -1)
		return errno == EEXIST
		    ? cao_fail(err, CAO_DENIED, "%s: exists already", path)
		    : cao_fail_errno(err, "%s", path);
	(void)close(fd);
	if ((st = open_handle(path, 0, &handle, err)) != CAO_OK)
		return st;
	st = exec(
	    handle, path, "PRAGMA journal_mode = WAL; BEGIN IMMEDIATE;", err);
	if (st == CAO_OK)
		st = exec(handle, path, cao_sql_schema, err);
	if (st == CAO_OK)
		st = exec(handle, path, "COMMIT;", err);
	sqlite3_close(handle);
	return st;
}

/* Is the file ours, and of a version that we know? */
static enum cao_status
identify(sqlite3 *handle, const char *path, struct cao_error *err)
{
	enum cao_status st;
	int64_t id = 0, version = 0;

	if ((st = pragma(handle, "PRAGMA application_id", &id, err)) != CAO_OK)
		return st;
	if (id != CAO_DB_APPLICATION_ID)
		return cao_fail(err, CAO_INPUT, "%s: not an order store", path);
	if ((st = pragma(handle, "PRAGMA user_version", &version, err)))
		return st;
	if (version < 1 || version > CAO_DB_VERSION)
		return cao_fail(err, CAO_INPUT,
		    "%s: schema %lld, and this program knows up to %d; "
		    "use a newer one",
		    path, (long long)version, CAO_DB_VERSION);
	return CAO_OK;
}

enum cao_status
cao_db_open(const char *path, struct cao_db **ret, struct cao_error *err)
{
	enum cao_status st;
	struct cao_db *d;

	if (access(path, F_OK) == -1)
		return cao_fail_errno(err, "%s", path);
	if ((d = calloc(1, sizeof *d)) == NULL)
		return cao_fail_memory(err);
	for (unsigned i = 0; i < SQL_MAX; i++) {
		d->query[i].db = d;
		d->query[i].which = (enum cao_sql)i;
	}
	st = open_handle(path, SQLITE_OPEN_NOFOLLOW, &d->handle, err);
	if (st != CAO_OK)
		goto out;
	if ((st = identify(d->handle, path, err)) != CAO_OK)
		goto out;

	*ret = d;
	d = NULL;
out:
	cao_db_close(d);
	return st;
}

void
cao_db_close(struct cao_db *d)
{
	if (d == NULL)
		return;
	cao_db_rollback(d);
	for (unsigned i = 0; i < SQL_MAX; i++)
		sqlite3_finalize(d->query[i].stmt);
	sqlite3_close(d->handle);
	free(d);
}

static enum cao_status
begin(
    struct cao_db *d, const char *sql, const char *where, struct cao_error *err)
{
	enum cao_status st;

	assert(d->begun == NULL);
	if ((st = exec(d->handle, where, sql, err)) == CAO_OK)
		d->begun = where;
	return st;
}

enum cao_status
cao_db_begin(struct cao_db *d, const char *where, struct cao_error *err)
{
	return begin(d, "BEGIN IMMEDIATE", where, err);
}

enum cao_status
cao_db_begin_read(struct cao_db *d, const char *where, struct cao_error *err)
{
	return begin(d, "BEGIN", where, err);
}

/* A statement left under way would keep its snapshot, or stop a commit. */
static void
reset_all(struct cao_db *d)
{
	for (unsigned i = 0; i < SQL_MAX; i++)
		if (d->query[i].stmt != NULL)
			(void)sqlite3_reset(d->query[i].stmt);
}

enum cao_status
cao_db_commit(struct cao_db *d, struct cao_error *err)
{
	enum cao_status st;

	assert(d->begun != NULL);
	reset_all(d);
	if ((st = exec(d->handle, d->begun, "COMMIT", err)) == CAO_OK)
		d->begun = NULL;
	return st;
}

void
cao_db_rollback(struct cao_db *d)
{
	if (d->begun == NULL)
		return;
	reset_all(d);
	(void)sqlite3_exec(d->handle, "ROLLBACK", NULL, NULL, NULL);
	d->begun = NULL;
}

bool
cao_db_in_transaction(const struct cao_db *d)
{
	return d->begun != NULL;
}

struct cao_query *
cao_db_use(struct cao_db *d, enum cao_sql which)
{
	struct cao_query *q = &d->query[which];

	q->rc = SQLITE_OK;
	if (q->stmt == NULL) {
		q->rc = sqlite3_prepare_v3(d->handle, cao_sql_text[which], -1,
		    SQLITE_PREPARE_PERSISTENT, &q->stmt, NULL);
	} else {
		(void)sqlite3_reset(q->stmt);
		q->rc = sqlite3_clear_bindings(q->stmt);
	}
	return q;
}

/* The index of a parameter; a name that the statement lacks is our own bug. */
static int
parameter(struct cao_query *q, const char *name)
{
	int i = sqlite3_bind_parameter_index(q->stmt, name);

	assert(i > 0);
	return i;
}

void
cao_db_text(struct cao_query *q, const char *name, const char *value)
{
	if (q->rc == SQLITE_OK)
		q->rc = sqlite3_bind_text(
		    q->stmt, parameter(q, name), value, -1, SQLITE_TRANSIENT);
}

void
cao_db_text_n(
    struct cao_query *q, const char *name, const char *value, size_t len)
{
	if (q->rc == SQLITE_OK)
		q->rc = sqlite3_bind_text64(q->stmt, parameter(q, name), value,
		    len, SQLITE_TRANSIENT, SQLITE_UTF8);
}

void
cao_db_int(struct cao_query *q, const char *name, int64_t value)
{
	if (q->rc == SQLITE_OK)
		q->rc = sqlite3_bind_int64(q->stmt, parameter(q, name), value);
}

void
cao_db_blob(
    struct cao_query *q, const char *name, const void *value, size_t len)
{
	if (q->rc == SQLITE_OK)
		q->rc = sqlite3_bind_blob64(
		    q->stmt, parameter(q, name), value, len, SQLITE_TRANSIENT);
}

enum cao_status
cao_db_step(struct cao_query *q, bool *ret_row, struct cao_error *err)
{
	if (q->rc == SQLITE_OK)
		q->rc = sqlite3_step(q->stmt);
	if (q->rc != SQLITE_ROW && q->rc != SQLITE_DONE)
		return fail(err, q->db->handle, cao_sql_name[q->which]);
	*ret_row = q->rc == SQLITE_ROW;
	if (!*ret_row)
		(void)sqlite3_reset(q->stmt);
	q->rc = SQLITE_OK;
	return CAO_OK;
}

enum cao_status
cao_db_run(struct cao_query *q, struct cao_error *err)
{
	enum cao_status st;
	bool row = true;

	for (st = CAO_OK; st == CAO_OK && row;)
		st = cao_db_step(q, &row, err);
	cao_db_done(q);
	return st;
}

void
cao_db_done(struct cao_query *q)
{
	if (q->stmt != NULL)
		(void)sqlite3_reset(q->stmt);
}

int64_t
cao_col_int(const struct cao_query *q, int i)
{
	return sqlite3_column_int64(q->stmt, i);
}

const char *
cao_col_text(const struct cao_query *q, int i)
{
	const unsigned char *s = sqlite3_column_text(q->stmt, i);

	return s != NULL ? (const char *)s : "";
}

const void *
cao_col_blob(const struct cao_query *q, int i, size_t *ret_len)
{
	const void *p = sqlite3_column_blob(q->stmt, i);

	*ret_len = (size_t)sqlite3_column_bytes(q->stmt, i);
	return p != NULL ? p : "";
}

bool
cao_col_null(const struct cao_query *q, int i)
{
	return sqlite3_column_type(q->stmt, i) == SQLITE_NULL;
}

int
cao_col_count(const struct cao_query *q)
{
	return sqlite3_column_count(q->stmt);
}

char
cao_col_type(const struct cao_query *q, int i)
{
	switch (sqlite3_column_type(q->stmt, i)) {
	case SQLITE_INTEGER:
		return 'i';
	case SQLITE_FLOAT:
		return 'f';
	case SQLITE_TEXT:
		return 't';
	case SQLITE_BLOB:
		return 'b';
	default:
		return 'n';
	}
}

enum cao_status
cao_db_number(struct cao_query *q, int64_t *ret, struct cao_error *err)
{
	enum cao_status st;
	bool row = false;

	if ((st = cao_db_step(q, &row, err)) != CAO_OK)
		return st;
	*ret = row ? cao_col_int(q, 0) : 0;
	cao_db_done(q);
	return CAO_OK;
}

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
			return fail(err, handle, "schema");
		if (w != SQLITE_ROW && w != SQLITE_DONE)
			return fail(err, fresh, "schema");
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
				   : fail(err, fresh, "schema");
	else
		st = exec(fresh, "schema", cao_sql_schema, err);
	if (st == CAO_OK &&
	    sqlite3_prepare_v2(d->handle, SCHEMA, -1, &have, NULL) != SQLITE_OK)
		st = fail(err, d->handle, "schema");
	if (st == CAO_OK &&
	    sqlite3_prepare_v2(fresh, SCHEMA, -1, &want, NULL) != SQLITE_OK)
		st = fail(err, fresh, "schema");
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
		st = fail(err, d->handle, "integrity_check");
	else if (strcmp(text_of(s, 0), "ok") != 0)
		st = cao_fail(err, CAO_INTEGRITY, "orders.db is damaged: %s",
		    below_heading(text_of(s, 0)));
	sqlite3_finalize(s);
	return st == CAO_OK ? check_schema(d, err) : st;
}
