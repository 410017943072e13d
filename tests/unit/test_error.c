/* Errors: one line always, the status that errno means, the worst of many. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/error.h"

static void
test_status(void **state)
{
	static const struct {
		enum cao_status a, b, worse;
	} cases[] = {
		{ CAO_OK, CAO_OK, CAO_OK },
		{ CAO_OK, CAO_INPUT, CAO_INPUT },
		{ CAO_INTEGRITY, CAO_INPUT, CAO_INTEGRITY },
		{ CAO_OK, CAO_AGAIN, CAO_AGAIN },
		{ CAO_INPUT, CAO_AGAIN, CAO_INPUT },
		{ CAO_AGAIN, CAO_AGAIN, CAO_AGAIN },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		assert_int_equal(
		    cao_status_worse(cases[i].a, cases[i].b), cases[i].worse);
		assert_int_equal(
		    cao_status_worse(cases[i].b, cases[i].a), cases[i].worse);
	}
	assert_string_equal(cao_status_word(CAO_OK), "ok");
	assert_string_equal(cao_status_word(CAO_NOTREADY), "not-ready");
	assert_string_equal(cao_status_word(CAO_AGAIN), "again");
	assert_string_equal(cao_status_word((enum cao_status)99), "unknown");
}

static void
test_fail(void **state)
{
	struct cao_error err;

	(void)state;
	memset(&err, 'x', sizeof err);
	assert_int_equal(
	    cao_fail(&err, CAO_DENIED, "%s %d", "a", 1), CAO_DENIED);
	assert_int_equal(err.status, CAO_DENIED);
	assert_string_equal(err.text, "a 1");
	assert_string_equal(err.field, "");
	assert_string_equal(err.file, "");
	assert_int_equal(err.line, 0);
	assert_int_equal(cao_fail(NULL, CAO_INPUT, "x"), CAO_INPUT);
	(void)cao_fail(&err, CAO_INPUT, "%s", "");
	assert_string_equal(err.text, "");
	assert_string_equal(cao_text_tr(""), "");
}

static void
test_one_line(void **state)
{
	struct cao_error err;

	(void)state;
	(void)cao_fail(&err, CAO_INPUT, "%s",
	    "a\nb\x7F"
	    "c\xC2\x85"
	    "d\xE2\x80\xAE"
	    "e\xFF"
	    "f林\xE6\x9E");
	assert_string_equal(err.text, "a?b?c?d?e?f林??");
}

/* A text that is too long is cut between characters, wherever it begins. */
static void
test_cut(void **state)
{
	char text[3 * CAO_ERROR_TEXT + 1];
	struct cao_error err;
	size_t lead, len;

	(void)state;
	for (lead = 0; lead < 4; lead++) {
		memset(text, 'a', lead);
		for (len = lead; len + 3 < sizeof text; len += 3)
			memcpy(text + len, "林", 3);
		text[len] = '\0';
		(void)cao_fail(&err, CAO_INPUT, "%s", text);
		len = strlen(err.text);
		assert_true(len > CAO_ERROR_TEXT - 4);
		assert_int_equal((len - lead) % 3, 0);
		assert_memory_equal(err.text, text, len);
	}
}

static void
test_errno(void **state)
{
	static const struct {
		int number;
		enum cao_status status;
	} cases[] = {
		{ ENOENT, CAO_NOTFOUND },
		{ ENOSPC, CAO_AGAIN },
		{ EDQUOT, CAO_AGAIN },
		{ EAGAIN, CAO_AGAIN },
		{ ETIMEDOUT, CAO_AGAIN },
		{ EACCES, CAO_SYSTEM },
	};
	struct cao_error err;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		errno = cases[i].number;
		assert_int_equal(
		    cao_fail_errno(&err, "%s", "f"), cases[i].status);
		assert_int_equal(err.status, cases[i].status);
		assert_int_equal(errno, cases[i].number);
	}
	assert_string_equal(err.text, "f: Permission denied");
	assert_int_equal(cao_fail_memory(&err), CAO_SYSTEM);
	assert_string_equal(err.text, "out of memory");
}

static void
test_prefix_and_place(void **state)
{
	struct cao_error err;

	(void)state;
	(void)cao_fail(&err, CAO_INPUT, "inner");
	assert_int_equal(cao_error_prefix(&err, "order %d", 7), CAO_INPUT);
	assert_string_equal(err.text, "order 7: inner");
	(void)cao_fail(&err, CAO_INPUT, "again: %s", err.text);
	assert_string_equal(err.text, "again: order 7: inner");
	assert_int_equal(
	    cao_error_place(&err, "a\n.yaml", 3, 4, NULL), CAO_INPUT);
	(void)cao_error_place(&err, NULL, 0, 0, "user.name");
	assert_string_equal(err.file, "a?.yaml");
	assert_string_equal(err.field, "user.name");
	assert_int_equal(err.line, 3);
	assert_int_equal(err.column, 4);
}

static void
test_faults(void **state)
{
	struct cao_faults faults = { 0 };
	struct cao_error err;
	unsigned i;

	(void)state;
	assert_int_equal(cao_faults_status(&faults), CAO_OK);
	for (i = 1; i <= CAO_FAULTS_MAX + 1; i++) {
		(void)cao_fail(&err, i == 50 ? CAO_DENIED : CAO_INPUT, "%u", i);
		err.line = i;
		assert_false(faults.more);
		cao_faults_add(&faults, &err);
	}
	assert_true(faults.more);
	assert_int_equal(faults.count, CAO_FAULTS_MAX);
	for (i = 0; i < faults.count; i++)
		assert_int_equal(faults.list[i].line, i + 1);
	assert_int_equal(cao_faults_status(&faults), CAO_DENIED);
	faults.list[80].status = CAO_SYSTEM;
	assert_int_equal(cao_faults_status(&faults), CAO_SYSTEM);
	cao_faults_free(&faults);
	assert_int_equal(faults.count, 0);
	cao_faults_free(&faults);
	cao_faults_free(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_status),
		cmocka_unit_test(test_fail),
		cmocka_unit_test(test_one_line),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_errno),
		cmocka_unit_test(test_prefix_and_place),
		cmocka_unit_test(test_faults),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
