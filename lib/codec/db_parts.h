/* What the files of the database share. */
#ifndef CAO_CODEC_DB_PARTS_H
#define CAO_CODEC_DB_PARTS_H

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

/* What SQLite says of its last call, behind "what: ". */
enum cao_status cao_db_fail(struct cao_error *, sqlite3 *, const char *what);
/* Run statements that give no rows. */
CAO_MUST enum cao_status
cao_db_exec(sqlite3 *, const char *what, const char *sql, struct cao_error *);
/* The integer that one gives. */
CAO_MUST enum cao_status
cao_db_pragma(sqlite3 *, const char *sql, int64_t *ret, struct cao_error *);

/*
 * cao_db_open() by other steps than the shipped ones: steps[i] leads from
 * version i + 1 to the one after it.  They are taken in one transaction, and
 * what fails leaves the file as it was.
 */
CAO_MUST enum cao_status
cao_db_open_steps(const char *path, const char *const *steps, size_t count,
    struct cao_db **ret, struct cao_error *);

#endif /* CAO_CODEC_DB_PARTS_H */
