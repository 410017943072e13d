/* Every named statement prepares and searches where it should; the state that
 * SQL derives is the one that step.c derives. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "order/step.h"
#include "sql.h"

static int
setup(void **state)
{
	sqlite3 *db;

	if (sqlite3_open(":memory:", &db) != SQLITE_OK ||
	    sqlite3_exec(db, cao_sql_schema, NULL, NULL, NULL) != SQLITE_OK)
		return -1;
	*state = db;
	return 0;
}

static int
teardown(void **state)
{
	return sqlite3_close(*state);
}

static void
test_prepare_all(void **state)
{
	for (unsigned i = 0; i < SQL_MAX; i++) {
		sqlite3_stmt *s = NULL;
		const char *tail = "";

		if (sqlite3_prepare_v2(*state, cao_sql_text[i], -1, &s, &tail))
			fail_msg(
			    "%s: %s", cao_sql_name[i], sqlite3_errmsg(*state));
		if (tail[strspn(tail, " \n")] != '\0')
			fail_msg("%s: two statements", cao_sql_name[i]);
		sqlite3_finalize(s);
	}
}

/* A plan's step that reads a whole table, or sorts what it has read. */
static int
costly(const char *plan)
{
	if (strstr(plan, "VIRTUAL TABLE") != NULL ||
	    strstr(plan, "CONSTANT ROW") != NULL)
		return 0;
	return strncmp(plan, "SCAN", 4) == 0 ||
	    strstr(plan, "TEMP B-TREE") != NULL;
}

/* What is costly must say so in its text, where a reader sees it. */
static void
test_no_scan(void **state)
{
	for (unsigned i = 0; i < SQL_MAX; i++) {
		char *sql =
		    sqlite3_mprintf("EXPLAIN QUERY PLAN %s", cao_sql_text[i]);
		sqlite3_stmt *s = NULL;

		assert_int_equal(
		    sqlite3_prepare_v2(*state, sql, -1, &s, NULL), SQLITE_OK);
		while (sqlite3_step(s) == SQLITE_ROW) {
			const char *plan =
			    (const char *)sqlite3_column_text(s, 3);

			if (costly(plan) &&
			    strstr(cao_sql_text[i], "/*scan*/") == NULL)
				fail_msg("%s: %s", cao_sql_name[i], plan);
		}
		sqlite3_finalize(s);
		sqlite3_free(sql);
	}
}

/* One way for an order to stand, as its columns and as facts. */
struct standing {
	const char *sql;
	unsigned facts;
};

static const struct standing documents[] = {
	{ "documents_required = 2, documents_filled = 1", 0 },
	{ "documents_required = 2, documents_filled = 2", CAO_DOCUMENTS },
	{ NULL, 0 },
};
static const struct standing payments[] = {
	{ "fee_due = 100, paid = 99", 0 },
	{ "fee_due = 100, paid = 100", CAO_PAID },
	{ NULL, 0 },
};
static const struct standing papers[] = {
	{ "paper_needed = NULL, paid_company = 99, paper_at = NULL",
	    CAO_PAPER_OK },
	{ "paper_needed = 1", 0 },
	{ "paper_needed = 2", 0 },
	{ "paper_needed = 2, paid_company = 100", CAO_PAPER_OK },
	{ "paper_needed = 1", 0 },
	{ "paper_at = 1", CAO_PAPER_OK | CAO_PAPERED },
	{ "paper_needed = NULL", CAO_PAPER_OK | CAO_PAPERED },
	{ NULL, 0 },
};
static const struct standing decisions[] = {
	{ "accepted = NULL, approved = NULL", 0 },
	{ "accepted = x'00', accepted_by = 'a', approved = NULL", 0 },
	{ "accepted = x'11', accepted_by = 'a', approved = NULL",
	    CAO_ACCEPTED },
	{ "accepted = x'11', accepted_by = 'a', approved = x'00',"
	  "approved_by = 'b'",
	    CAO_ACCEPTED },
	{ "accepted = x'11', accepted_by = 'a', approved = x'11',"
	  "approved_by = 'a'",
	    CAO_ACCEPTED },
	{ "accepted = x'11', accepted_by = 'a', approved = x'11',"
	  "approved_by = 'b'",
	    CAO_ACCEPTED | CAO_APPROVED },
	{ NULL, 0 },
};
static const struct standing returns[] = {
	{ "returned = NULL", 0 },
	{ "returned = x'00'", 0 },
	{ "returned = x'11'", CAO_RETURNED },
	{ NULL, 0 },
};
static const struct standing ends[] = {
	{ "refused_at = NULL, cancelled_at = NULL, expired_at = NULL", 0 },
	{ "refused_at = 1", CAO_REFUSED },
	{ "refused_at = 1, cancelled_at = 1", CAO_REFUSED | CAO_CANCELLED },
	{ "refused_at = NULL", CAO_CANCELLED },
	{ "expired_at = 1", CAO_CANCELLED | CAO_EXPIRED },
	{ "cancelled_at = NULL", CAO_EXPIRED },
	{ NULL, 0 },
};
static const struct standing pairs[] = {
	{ "issued_at = NULL, installed_at = NULL", 0 },
	{ "issued_at = 1, business = 'unlock'", CAO_FULFILLED | CAO_INSTALLS },
	{ "business = 'hold'", CAO_FULFILLED },
	{ "business = 'new'", CAO_FULFILLED | CAO_INSTALLS },
	{ "installed_at = 1", CAO_FULFILLED | CAO_INSTALLS | CAO_IS_INSTALLED },
	{ NULL, 0 },
};

static void
hold(sqlite3 *db, unsigned facts)
{
	sqlite3_stmt *s;
	const char *state;

	assert_int_equal(
	    sqlite3_prepare_v2(db, "SELECT state FROM orders", -1, &s, NULL),
	    SQLITE_OK);
	assert_int_equal(sqlite3_step(s), SQLITE_ROW);
	state = (const char *)sqlite3_column_text(s, 0);
	if (strcmp(state, cao_state_names[cao_state_of(facts)]) != 0)
		fail_msg("facts %#x: SQL says %s, step.c %s", facts, state,
		    cao_state_names[cao_state_of(facts)]);
	sqlite3_finalize(s);
}

static void
set(sqlite3 *db, const char *columns)
{
	char *sql = sqlite3_mprintf("UPDATE orders SET %s", columns);

	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_free(sql);
}

/* Walk every combination of the tables from the first on. */
static void
test_state_is_one(void **state)
{
	static const struct standing *const tables[] = { documents, payments,
		papers, decisions, returns, ends, pairs };
	enum { N = sizeof tables / sizeof *tables };
	size_t at[N] = { 0 }, walked = 0;
	sqlite3 *db = *state;
	unsigned i;

	assert_int_equal(sqlite3_exec(db,
			     "INSERT INTO orders(number, created, dossier)"
			     "VALUES('00202611220000001', 0, x'11')",
			     NULL, NULL, NULL),
	    SQLITE_OK);
	for (i = 0; i < N; i++)
		set(db, tables[i][0].sql);
	for (;;) {
		unsigned facts = 0;

		for (i = 0; i < N; i++)
			facts |= tables[i][at[i]].facts;
		hold(db, facts);
		walked++;
		for (i = 0; i < N; i++) {
			if (tables[i][++at[i]].sql == NULL)
				at[i] = 0;
			set(db, tables[i][at[i]].sql);
			if (at[i] != 0)
				break;
		}
		if (i == N)
			break;
	}
	assert_int_equal(walked, 2 * 2 * 7 * 6 * 3 * 6 * 5);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    test_prepare_all, setup, teardown),
		cmocka_unit_test_setup_teardown(test_no_scan, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_state_is_one, setup, teardown),
	};

	return cmocka_run_group_tests_name("sql", tests, NULL, NULL);
}
