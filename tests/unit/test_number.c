/* Order numbers: made, known by their form, found in text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/time.h"
#include "order/number.h"

static void
test_make(void **state)
{
	static const struct {
		const char *date;
		int64_t counter;
		const char *number; /* or NULL */
	} cases[] = {
		{ "2020-09-20", 485, "00202009200000485" },
		{ "2020-09-21", 1133, "00202009210001133" },
		{ "1970-01-01", 1, "00197001010000001" },
		{ "9999-12-31", CAO_COUNTER_MAX, "00999912319999999" },
	};
	char out[CAO_NUMBER_SIZE];
	struct cao_error err;
	int64_t day;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		assert_int_equal(
		    cao_date_parse(cases[i].date, &day, &err), CAO_OK);
		assert_int_equal(
		    cao_number_make(day, cases[i].counter, out, &err), CAO_OK);
		assert_string_equal(out, cases[i].number);
		assert_true(cao_number_valid(out));
	}
}

static void
test_make_refused(void **state)
{
	char out[CAO_NUMBER_SIZE] = "untouched";
	struct cao_error err;
	int64_t day;

	(void)state;
	assert_int_equal(cao_date_parse("2020-09-20", &day, &err), CAO_OK);
	assert_int_equal(
	    cao_number_make(day, CAO_COUNTER_MAX + 1, out, &err), CAO_DENIED);
	assert_string_equal(err.text,
	    "all 9999999 order numbers of 2020-09-20 are taken: try again on "
	    "the next day");
	assert_int_equal(
	    cao_number_make(day, INT64_MAX, out, &err), CAO_DENIED);
	assert_int_equal(cao_number_make(day, 0, out, &err), CAO_SYSTEM);
	assert_int_equal(cao_number_make(-1, 1, out, &err), CAO_SYSTEM);
	assert_string_equal(
	    err.text, "no order number can be made for day -1 and counter 1");
	assert_string_equal(out, "untouched");
}

static void
test_valid(void **state)
{
	static const struct {
		const char *text;
		bool valid;
	} cases[] = {
		{ "00202009200000485", true },
		{ "00202002290000001", true },
		{ "00202102290000001", false }, /* no leap year */
		{ "00202013010000001", false },
		{ "00202000010000001", false },
		{ "00202009310000001", false },
		{ "01202009200000485", false },
		{ "0020200920000048", false },
		{ "002020092000004850", false },
		{ "00202009200000485 ", false },
		{ " 00202009200000485", false },
		{ "00202009200000485\n", false },
		{ "0020200920000048a", false },
		{ "00+02009200000485", false },
		{ "00000001010000001", false },
		{ "", false },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_int_equal(
		    cao_number_valid(cases[i].text), cases[i].valid);
}

/* What is cut off is none, wherever it is cut. */
static void
test_truncated(void **state)
{
	const char *number = "00202009200000485";
	char text[CAO_NUMBER_SIZE], out[CAO_NUMBER_SIZE];
	size_t len;

	(void)state;
	for (len = 0; len < CAO_NUMBER_SIZE - 1; len++) {
		memcpy(text, number, len);
		text[len] = '\0';
		assert_false(cao_number_valid(text));
		assert_false(cao_number_find(text, out));
	}
}

static void
test_find(void **state)
{
	static const struct {
		const char *text, *number; /* or NULL */
	} cases[] = {
		{ "00202009200000485", "00202009200000485" },
		{ "证书费00202009200000485号", "00202009200000485" },
		{ "20200920 00202009200000485", "00202009200000485" },
		{ "00209909990000485,00202009200000485", "00202009200000485" },
		{ "00202009200000485 00202009210001133", "00202009200000485" },
		{ "100202009200000485", NULL },
		{ "002020092000004850", NULL },
		{ "0020200920 0000485", NULL },
		{ "00202009200000485", "00202009200000485" },
		{ "无", NULL },
		{ "", NULL },
	};
	char out[CAO_NUMBER_SIZE];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		assert_int_equal(cao_number_find(cases[i].text, out),
		    cases[i].number != NULL);
		if (cases[i].number != NULL)
			assert_string_equal(out, cases[i].number);
	}
}

static void
test_read(void **state)
{
	static const struct {
		const char *line;
		const char *number; /* or NULL */
		const char *text;   /* of the error */
	} cases[] = {
		{ "00202009200000485", "00202009200000485", NULL },
		{ "{\"order\":\"00202009200000485\"}", "00202009200000485",
		    NULL },
		{ "{\"a\":[1,{\"order\":\"x\"}],"
		  "\"order\":\"00202009200000485\"}",
		    "00202009200000485", NULL },
		{ "", NULL,
		    "'' is not an order number: 00, the day as YYYYMMDD and 7 "
		    "digits" },
		{ "00202013200000485", NULL,
		    "'00202013200000485' is not an order number: 00, the day "
		    "as YYYYMMDD and 7 digits" },
		{ "0020200920000048", NULL,
		    "'0020200920000048' is not an order number: 00, the day "
		    "as YYYYMMDD and 7 digits" },
		{ "002020092000004851", NULL,
		    "'002020092000004851' is not an order number: 00, the day "
		    "as YYYYMMDD and 7 digits" },
		{ "{}", NULL, "no member \"order\" in it" },
		{ "{\"order\":\"1\"}", NULL,
		    "its member \"order\" is not an order number in quotes" },
		{ "{\"order\":[\"00202009200000485\"]}", NULL,
		    "its member \"order\" is not an order number in quotes" },
		{ "{\"order\":\"00202009200000485\"", NULL,
		    "not JSON: ends too early" },
		{ "{\"order\":\"00202009200000485\"} x", NULL,
		    "not JSON: text behind its end" },
	};
	char out[CAO_NUMBER_SIZE];
	struct cao_error err;
	enum cao_status st;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		st = cao_number_read(
		    cases[i].line, strlen(cases[i].line), out, &err);
		if (cases[i].number != NULL) {
			assert_int_equal(st, CAO_OK);
			assert_string_equal(out, cases[i].number);
		} else {
			assert_int_equal(st, CAO_INPUT);
			assert_string_equal(err.text, cases[i].text);
		}
	}
}

/* A NUL within, and every part of a line: never beyond its length. */
static void
test_read_parts(void **state)
{
	static const char line[] = "{\"order\":\"00202009200000485\"}";
	static const char nul[] = "0020200920"
				  "\0"
				  "000485";
	char out[CAO_NUMBER_SIZE], *part;
	struct cao_error err;
	size_t len;

	(void)state;
	for (len = 0; len < sizeof line - 1; len++) {
		part = malloc(len + 1);
		assert_non_null(part);
		memcpy(part, line, len);
		part = realloc(part, len > 0 ? len : 1);
		assert_non_null(part);
		assert_int_equal(
		    cao_number_read(part, len, out, &err), CAO_INPUT);
		free(part);
	}
	assert_int_equal(cao_number_read(nul, 17, out, &err), CAO_INPUT);
	assert_int_equal(
	    cao_number_read(line, CAO_LINE_MAX + 1, out, &err), CAO_INPUT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_make),
		cmocka_unit_test(test_make_refused),
		cmocka_unit_test(test_valid),
		cmocka_unit_test(test_truncated),
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_read),
		cmocka_unit_test(test_read_parts),
	};

	return cmocka_run_group_tests_name("number", tests, NULL, NULL);
}
