/* One SQLite connection: opened, brought up to date, its transactions. */
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "codec/db_parts.h"

/* The schema stays trusted: its triggers read JSON, and SQLite 3.40 does not
 * count those functions among the innocuous ones. */
static const char setup[] = "PRAGMA foreign_keys = ON;"
			    "PRAGMA legacy_alter_table = OFF;"
			    "PRAGMA trusted_schema = ON;"
			    "PRAGMA cell_size_check = ON;"
			    "PRAGMA synchronous = FULL;"
			    "PRAGMA secure_delete = ON;"
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

enum cao_status
cao_db_fail(struct cao_error *err, sqlite3 *handle, const char *what)
{
	int rc = sqlite3_extended_errcode(handle);

	if ((rc & 0xff) == SQLITE_BUSY || (rc & 0xff) == SQLITE_LOCKED)
		return cao_fail(err, CAO_AGAIN,
		    "%s: the store is locked by another process; try again",
		    what);
	return cao_fail(
	    err, status_of(rc), "%s: %s", what, sqlite3_errmsg(handle));
}

enum cao_status
cao_db_exec(
    sqlite3 *handle, const char *what, const char *sql, struct cao_error *err)
{
	if (sqlite3_exec(handle, sql, NULL, NULL, NULL) != SQLITE_OK)
		return cao_db_fail(err, handle, what);
	return CAO_OK;
}

enum cao_status
cao_db_pragma(
    sqlite3 *handle, const char *sql, int64_t *ret, struct cao_error *err)
{
	enum cao_status st = CAO_OK;
	sqlite3_stmt *s = NULL;

	if (sqlite3_prepare_v2(handle, sql, -1, &s, NULL) != SQLITE_OK ||
	    sqlite3_step(s) != SQLITE_ROW)
		st = cao_db_fail(err, handle, sql);
	else
		*ret = sqlite3_column_int64(s, 0);
	sqlite3_finalize(s);
	return st;
}

static enum cao_status
open_handle(const char *path, sqlite3 **ret, struct cao_error *err)
{
	enum cao_status st = CAO_OK;
	sqlite3 *handle = NULL;

	if (sqlite3_open_v2(path, &handle,
		SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX,
		NULL) != SQLITE_OK) {
		st = handle == NULL ? cao_fail_memory(err)
				    : cao_db_fail(err, handle, path);
		goto out;
	}
	sqlite3_extended_result_codes(handle, 1);
	sqlite3_busy_timeout(handle, CAO_DB_BUSY_MS);
	sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	if ((st = cao_db_exec(handle, path, setup, err)) != CAO_OK)
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
	if ((st = open_handle(path, &handle, err)) != CAO_OK)
		return st;
	st = cao_db_exec(
	    handle, path, "PRAGMA journal_mode = WAL; BEGIN IMMEDIATE;", err);
	if (st == CAO_OK)
		st = cao_db_exec(handle, path, cao_sql_schema, err);
	if (st == CAO_OK)
		st = cao_db_exec(handle, path, "COMMIT;", err);
	sqlite3_close(handle);
	return st;
}

/* The schema's version, which this program must know. */
static enum cao_status
read_version(sqlite3 *handle, const char *path, size_t known, int64_t *ret,
    struct cao_error *err)
{
	enum cao_status st;

	if ((st = cao_db_pragma(handle, "PRAGMA user_version", ret, err)) !=
	    CAO_OK)
		return st;
	if (*ret < 1 || *ret > (int64_t)known)
		return cao_fail(err, CAO_INPUT,
		    "%s: schema %lld, and this program knows up to %zu; "
		    "use a newer one",
		    path, (long long)*ret, known);
	return CAO_OK;
}

/* Inside a transaction: from version on, one step after another. */
static enum cao_status
take_steps(sqlite3 *handle, const char *path, int64_t version,
    const char *const *steps, size_t count, struct cao_error *err)
{
	char what[32], set[48];
	enum cao_status st;

	for (size_t i = (size_t)version - 1; i < count; i++) {
		(void)snprintf(what, sizeof what, "to schema %zu", i + 2);
		(void)snprintf(
		    set, sizeof set, "PRAGMA user_version = %zu", i + 2);
		if ((st = cao_db_exec(handle, what, steps[i], err)) != CAO_OK ||
		    (st = cao_db_exec(handle, what, set, err)) != CAO_OK)
			return cao_error_prefix(err, "%s", path);
	}
	return CAO_OK;
}

/* So that a table can be put aside and made anew under its name, without what
 * refers to it following the old one. */
static const char aside[] = "PRAGMA foreign_keys = OFF;"
			    "PRAGMA legacy_alter_table = ON;"
			    "BEGIN IMMEDIATE;";

/* All or nothing.  The version is read again, since another process may have
 * done it while this one waited. */
static enum cao_status
migrate(sqlite3 *handle, const char *path, const char *const *steps,
    size_t count, struct cao_error *err)
{
	enum cao_status st;
	int64_t version;

	st = cao_db_exec(handle, path, aside, err);
	if (st != CAO_OK)
		return st;
	st = read_version(handle, path, count + 1, &version, err);
	if (st == CAO_OK)
		st = take_steps(handle, path, version, steps, count, err);
	if (st == CAO_OK)
		st = cao_db_exec(handle, path, "COMMIT", err);
	if (st != CAO_OK)
		(void)sqlite3_exec(handle, "ROLLBACK", NULL, NULL, NULL);
	else
		st = cao_db_exec(handle, path, setup, err);
	return st;
}

/* Is the file ours?  If it is of an older version, bring it up to date. */
static enum cao_status
identify(sqlite3 *handle, const char *path, const char *const *steps,
    size_t count, struct cao_error *err)
{
	int64_t id = 0, version;
	enum cao_status st;

	if ((st = cao_db_pragma(handle, "PRAGMA application_id", &id, err)) !=
	    CAO_OK)
		return st;
	if (id != CAO_DB_APPLICATION_ID)
		return cao_fail(err, CAO_INPUT, "%s: not an order store", path);
	st = read_version(handle, path, count + 1, &version, err);
	if (st == CAO_OK && version <= (int64_t)count)
		st = migrate(handle, path, steps, count, err);
	return st;
}

enum cao_status
cao_db_open_steps(const char *path, const char *const *steps, size_t count,
    struct cao_db **ret, struct cao_error *err)
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
	st = open_handle(path, &d->handle, err);
	if (st != CAO_OK)
		goto out;
	if ((st = identify(d->handle, path, steps, count, err)) != CAO_OK)
		goto out;

	*ret = d;
	d = NULL;
out:
	cao_db_close(d);
	return st;
}

enum cao_status
cao_db_open(const char *path, struct cao_db **ret, struct cao_error *err)
{
	return cao_db_open_steps(
	    path, cao_sql_migrate, CAO_SQL_MIGRATIONS, ret, err);
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
	if ((st = cao_db_exec(d->handle, where, sql, err)) == CAO_OK)
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
	if ((st = cao_db_exec(d->handle, d->begun, "COMMIT", err)) == CAO_OK)
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

enum cao_status
cao_db_scrub(struct cao_db *d, struct cao_error *err)
{
	enum cao_status st;
	int64_t busy = 0;

	assert(d->begun == NULL);
	reset_all(d);
	st = cao_db_exec(d->handle, __func__, "VACUUM", err);
	if (st == CAO_OK)
		st = cao_db_pragma(
		    d->handle, "PRAGMA wal_checkpoint(TRUNCATE)", &busy, err);
	if (st == CAO_OK && busy != 0)
		st = cao_fail(err, CAO_AGAIN,
		    "another process is reading the store; try again");
	return st;
}
