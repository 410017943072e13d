/* An older store is brought up to date as a whole, or left as it was. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "codec/db_parts.h"

static const char *const steps[] = {
	"ALTER TABLE t ADD COLUMN b INTEGER NOT NULL DEFAULT 7;",
	"CREATE TABLE u(x INTEGER) STRICT; INSERT INTO t(a, b) VALUES (2, 8);",
};
static const char *const broken[] = {
	"ALTER TABLE t ADD COLUMN b INTEGER NOT NULL DEFAULT 7;",
	"INSERT INTO t(a, b) VALUES (2, 8); INSERT INTO nowhere VALUES (1);",
};

static char path[64];
static struct cao_error err;

/* The first integer of what a statement gives, past the library. */
static int64_t
look(const char *sql)
{
	sqlite3_stmt *s = NULL;
	sqlite3 *handle = NULL;
	int64_t value;

	assert_int_equal(sqlite3_open(path, &handle), SQLITE_OK);
	assert_int_equal(
	    sqlite3_prepare_v2(handle, sql, -1, &s, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(s), SQLITE_ROW);
	value = sqlite3_column_int64(s, 0);
	sqlite3_finalize(s);
	sqlite3_close(handle);
	return value;
}

static void
run(const char *sql)
{
	sqlite3 *handle = NULL;

	assert_int_equal(sqlite3_open(path, &handle), SQLITE_OK);
	assert_int_equal(
	    sqlite3_exec(handle, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(handle);
}

/* A file of version 1 with one row. */
static int
set_up(void **state)
{
	int fd;

	(void)state;
	(void)snprintf(path, sizeof path, "/tmp/migrate-XXXXXX");
	if ((fd = mkstemp(path)) == -1)
		return -1;
	(void)close(fd);
	run("PRAGMA application_id = 0x63616f31; PRAGMA user_version = 1;"
	    "CREATE TABLE t(a INTEGER) STRICT; INSERT INTO t VALUES (1);");
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	return unlink(path);
}

static enum cao_status
open_with(const char *const *list, size_t count)
{
	struct cao_db *db = NULL;
	enum cao_status st;

	st = cao_db_open_steps(path, list, count, &db, &err);
	if (st != CAO_OK)
		assert_null(db);
	cao_db_close(db);
	return st;
}

static void
test_none(void **state)
{
	(void)state;
	assert_int_equal(open_with(NULL, 0), CAO_OK);
	assert_int_equal(look("PRAGMA user_version"), 1);
	assert_int_equal(look("SELECT count(*) FROM t"), 1);
}

static void
test_two_steps(void **state)
{
	(void)state;
	for (int again = 0; again < 2; again++) {
		assert_int_equal(open_with(steps, 2), CAO_OK);
		assert_int_equal(look("PRAGMA user_version"), 3);
		assert_int_equal(look("SELECT sum(b) FROM t"), 15);
		assert_int_equal(look("SELECT count(*) FROM u"), 0);
	}
}

static void
test_from_the_middle(void **state)
{
	(void)state;
	assert_int_equal(open_with(steps, 1), CAO_OK);
	assert_int_equal(look("PRAGMA user_version"), 2);
	assert_int_equal(open_with(steps, 2), CAO_OK);
	assert_int_equal(look("PRAGMA user_version"), 3);
	assert_int_equal(look("SELECT sum(b) FROM t"), 15);
}

static void
test_failure(void **state)
{
	char text[128];

	(void)state;
	assert_int_equal(open_with(broken, 2), CAO_SYSTEM);
	(void)snprintf(
	    text, sizeof text, "%s: to schema 3: no such table: nowhere", path);
	assert_string_equal(err.text, text);
	assert_int_equal(look("PRAGMA user_version"), 1);
	assert_int_equal(
	    look("SELECT count(*) FROM pragma_table_info('t')"), 1);
	assert_int_equal(look("SELECT count(*) FROM t"), 1);
}

static void
test_newer(void **state)
{
	char text[160];

	(void)state;
	run("PRAGMA user_version = 4");
	assert_int_equal(open_with(steps, 2), CAO_INPUT);
	(void)snprintf(text, sizeof text,
	    "%s: schema 4, and this program knows up to 3; use a newer one",
	    path);
	assert_string_equal(err.text, text);
	assert_int_equal(look("PRAGMA user_version"), 4);
	run("PRAGMA user_version = 0");
	assert_int_equal(open_with(steps, 2), CAO_INPUT);
}

static void
test_not_ours(void **state)
{
	(void)state;
	run("PRAGMA application_id = 1");
	assert_int_equal(open_with(steps, 2), CAO_INPUT);
	assert_int_equal(look("PRAGMA user_version"), 1);
}

static void
test_schema_says_its_version(void **state)
{
	struct cao_db *db = NULL;

	(void)state;
	assert_int_equal(unlink(path), 0);
	assert_int_equal(cao_db_create(path, &err), CAO_OK);
	assert_int_equal(look("PRAGMA user_version"), CAO_DB_VERSION);
	assert_int_equal(look("PRAGMA application_id"), CAO_DB_APPLICATION_ID);
	assert_int_equal(cao_db_open(path, &db, &err), CAO_OK);
	assert_int_equal(cao_db_check(db, &err), CAO_OK);
	cao_db_close(db);
	assert_null(cao_sql_migrate[CAO_SQL_MIGRATIONS]);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(test_none),
		TEST(test_two_steps),
		TEST(test_from_the_middle),
		TEST(test_failure),
		TEST(test_newer),
		TEST(test_not_ours),
		TEST(test_schema_says_its_version),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
