/* Named statements: bound, stepped, read. */
#include <assert.h>

#include "codec/db_parts.h"

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
		return cao_db_fail(err, q->db->handle, cao_sql_name[q->which]);
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
