/*
 * One SQLite connection, its named statements and its transactions.
 *
 * cao_db_use() hands a statement out, reset and with nothing bound; binding
 * by name follows, then stepping.  The first failure sticks and comes out of
 * cao_db_step(), so that binding needs no checks of its own.  Statements of
 * different names may be under way at once, one of the same name may not.
 */
#ifndef CAO_CODEC_DB_H
#define CAO_CODEC_DB_H

#include "base/error.h"
#include "sql.h"

#define CAO_DB_APPLICATION_ID 0x63616f31 /* "cao1" */
/* Of the schema: a migration leads to each one after the first. */
#define CAO_DB_VERSION (1 + CAO_SQL_MIGRATIONS)
#define CAO_DB_BUSY_MS 30000

struct cao_db;
struct cao_query;

/* Make a new database with the schema; CAO_DENIED if the file exists. */
CAO_MUST enum cao_status cao_db_create(const char *path, struct cao_error *);
/* Open one that exists; CAO_NOTFOUND if it does not, CAO_INPUT if it is not
 * ours or of a newer version.  Older versions are migrated. */
CAO_MUST enum cao_status
cao_db_open(const char *path, struct cao_db **ret, struct cao_error *);
void cao_db_close(struct cao_db *);

/* Begin a write transaction (IMMEDIATE: waiting and failing happen here,
 * before anything is read that a decision rests on); CAO_AGAIN if another
 * process holds the database.  where is __func__, for messages. */
CAO_MUST enum cao_status
cao_db_begin(struct cao_db *, const char *where, struct cao_error *);
/* Begin one that only reads: a snapshot. */
CAO_MUST enum cao_status
cao_db_begin_read(struct cao_db *, const char *where, struct cao_error *);
CAO_MUST enum cao_status cao_db_commit(struct cao_db *, struct cao_error *);
void cao_db_rollback(struct cao_db *); /* nothing outside a transaction */

struct cao_query *cao_db_use(struct cao_db *, enum cao_sql);
void cao_db_text(struct cao_query *, const char *name, const char *or_null);
void
cao_db_text_n(struct cao_query *, const char *name, const char *, size_t len);
void cao_db_int(struct cao_query *, const char *name, int64_t);
void cao_db_blob(
    struct cao_query *, const char *name, const void *or_null, size_t len);

/* Step once; *ret_row tells whether there is a row to read. */
CAO_MUST enum cao_status
cao_db_step(struct cao_query *, bool *ret_row, struct cao_error *);
/* Step a statement whose rows do not matter, and reset it. */
CAO_MUST enum cao_status cao_db_run(struct cao_query *, struct cao_error *);
/* Done with it before its last row. */
void cao_db_done(struct cao_query *);

/* Columns of the current row; what is pointed to lives until the next step. */
int64_t cao_col_int(const struct cao_query *, int);
const char *cao_col_text(const struct cao_query *, int); /* "" if NULL */
const void *cao_col_blob(const struct cao_query *, int, size_t *ret_len);
bool cao_col_null(const struct cao_query *, int);
int cao_col_count(const struct cao_query *);
/* The value whatever its type: 'i' integer, 't' text, 'b' blob, 'n' NULL,
 * 'f' float. */
char cao_col_type(const struct cao_query *, int);

/*
 * Leave nothing on disk of what rows were before they were changed: pages
 * written anew, the journal of writes cut off.  Takes as much memory as the
 * database is large; outside a transaction.  CAO_AGAIN if another process is
 * reading.
 */
CAO_MUST enum cao_status cao_db_scrub(struct cao_db *, struct cao_error *);

/* The integer of a statement of one row and one column; 0 without a row. */
CAO_MUST enum cao_status
cao_db_number(struct cao_query *, int64_t *ret, struct cao_error *);
/*
 * Copy the database page by page to a new file (mode 0600), synced, as the
 * snapshot of the caller's cao_db_begin_read() has it; others go on writing
 * meanwhile.  progress, which may be NULL, is told octets.
 */
CAO_MUST enum cao_status cao_db_copy(struct cao_db *, const char *to,
    cao_progress *progress, void *arg, struct cao_error *);
/* SQLite's own look through the file, and whether tables, triggers and views
 * are those of the schema; CAO_INTEGRITY says what was found. */
CAO_MUST enum cao_status cao_db_check(struct cao_db *, struct cao_error *);

#endif /* CAO_CODEC_DB_H */
