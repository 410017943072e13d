/* Instants and days, there and back, and months that end early. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/time.h"

static void
test_parse(void **state)
{
	static const struct {
		const char *text;
		int64_t want;
	} good[] = {
		{ "1970-01-01T00:00:00Z", 0 },
		{ "1970-01-01T08:00:00+08:00", 0 },
		{ "2026-11-22T10:00:00+08:00", 1795312800 },
		{ "2026-11-22T02:00:00Z", 1795312800 },
		{ "2026-11-22t02:00:00.999z", 1795312800 },
		{ "2026-11-21 21:30:00-04:30", 1795312800 },
		{ "2016-12-31T23:59:60Z", 1483228800 },
		{ "2017-01-01T07:59:60+08:00", 1483228800 },
		{ "9999-12-31T23:59:59Z", 253402300799 },
	};
	struct cao_error err;
	int64_t t;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof good / sizeof *good; i++) {
		assert_int_equal(
		    cao_time_parse(good[i].text, &t, &err), CAO_OK);
		assert_true(t == good[i].want);
	}
}

static void
test_refuse(void **state)
{
	static const struct {
		const char *text, *want; /* NULL: the general sentence */
	} bad[] = {
		{ "", NULL },
		{ "2026-11-22", NULL },
		{ "2026-11-22T10:00:00", NULL },
		{ "2026-11-22T10:00Z", NULL },
		{ "2026-11-22T24:00:00Z", NULL },
		{ "2026-11-22T10:60:00Z", NULL },
		{ "2026-11-22T10:00:61Z", NULL },
		{ "2026-11-22T10:00:00.Z", NULL },
		{ "2026-11-22T10:00:00+24:00", NULL },
		{ "2026-11-22T10:00:00+0800", NULL },
		{ "2026-11-22T10:00:00Zz", NULL },
		{ "+026-11-22T10:00:00Z", NULL },
		{ "2026-02-29T00:00:00Z",
		    "2026-02-29 is not a day of the calendar" },
		{ "2026-11-22T10:00:60Z",
		    "\"2026-11-22T10:00:60Z\": a second 60 ends a day in UTC "
		    "only (RFC 3339 section 5.7)" },
		{ "1969-12-31T23:59:59Z",
		    "\"1969-12-31T23:59:59Z\" lies outside the years 1970 to "
		    "9999" },
		{ "9999-12-31T23:59:59-00:01",
		    "\"9999-12-31T23:59:59-00:01\" lies outside the years "
		    "1970 to 9999" },
	};
	struct cao_error err;
	int64_t t = -5;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof bad / sizeof *bad; i++) {
		assert_int_equal(
		    cao_time_parse(bad[i].text, &t, &err), CAO_INPUT);
		if (bad[i].want != NULL)
			assert_string_equal(err.text, bad[i].want);
		else
			assert_non_null(strstr(err.text,
			    " is not a date and time (RFC 3339 section 5.6): "
			    "write it as 2026-11-22T10:00:00+08:00"));
	}
	assert_true(t == -5);
}

static void
test_truncated(void **state)
{
	const char *whole = "2026-11-22T10:00:00.5+08:00";
	char part[64];
	int64_t t;
	size_t n;

	(void)state;
	for (n = 0; n < strlen(whole); n++) {
		memcpy(part, whole, n);
		part[n] = '\0';
		assert_int_equal(cao_time_parse(part, &t, NULL), CAO_INPUT);
	}
}

static void
test_format(void **state)
{
	char out[CAO_RFC3339_SIZE];

	(void)state;
	cao_time_format(1795312800, out);
	assert_string_equal(out, "2026-11-22T02:00:00Z");
	cao_time_local(1795312800, out);
	assert_string_equal(out, "2026-11-22 10:00:00");
	cao_time_format(-1, out);
	assert_string_equal(out, "1969-12-31T23:59:59Z");
	cao_time_format(INT64_C(253402300799), out);
	assert_string_equal(out, "9999-12-31T23:59:59Z");
}

/* Every day from 1 to 9999 comes back, and follows the one before. */
static void
test_days(void **state)
{
	char out[CAO_DATE_SIZE], before[CAO_DATE_SIZE] = "";
	int64_t day, first, last, back;

	(void)state;
	assert_int_equal(cao_date_parse("0001-01-01", &first, NULL), CAO_OK);
	assert_int_equal(cao_date_parse("9999-12-31", &last, NULL), CAO_OK);
	assert_int_equal(last - first, 3652058);
	for (day = first; day <= last; day++) {
		cao_date_format(day, out);
		assert_true(strcmp(before, out) < 0);
		assert_int_equal(cao_date_parse(out, &back, NULL), CAO_OK);
		assert_true(back == day);
		memcpy(before, out, sizeof out);
	}
}

/* The C library reckons the same. */
static void
test_against_libc(void **state)
{
	struct tm tm;
	char ours[CAO_RFC3339_SIZE], theirs[64];
	time_t t;

	(void)state;
	for (t = 0; t < INT64_C(253402300799); t += 86399 * 1013) {
		assert_non_null(gmtime_r(&t, &tm));
		(void)strftime(
		    theirs, sizeof theirs, "%Y-%m-%dT%H:%M:%SZ", &tm);
		cao_time_format(t, ours);
		assert_string_equal(ours, theirs);
	}
}

static void
test_dates(void **state)
{
	static const char *const bad[] = { "2026-2-01", "2026-13-01",
		"2026-00-01", "2026-01-00", "2026-04-31", "1900-02-29",
		"0000-01-01", "2026-01-01x", "20260101", "" };
	struct cao_error err;
	int64_t day;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_int_equal(cao_date_parse(bad[i], &day, &err), CAO_INPUT);
	assert_string_equal(err.text,
	    "\"\" is not a date (RFC 3339 full-date): write it as 2026-11-22");
	assert_int_equal(cao_date_parse("2000-02-29", &day, &err), CAO_OK);
	assert_int_equal(day, 11016);
	assert_true(cao_date_valid(2024, 2, 29));
	assert_false(cao_date_valid(2023, 2, 29));
	assert_false(cao_date_valid(10000, 1, 1));
	assert_int_equal(cao_date_of(0), 0);
	assert_int_equal(cao_date_of(16 * 3600 - 1), 0);
	assert_int_equal(cao_date_of(16 * 3600), 1);
	assert_int_equal(cao_date_of(-8 * 3600 - 1), -1);
}

static void
test_months(void **state)
{
	static const struct {
		const char *from;
		int months;
		const char *to;
	} cases[] = {
		{ "2024-02-29T01:02:03Z", 12, "2025-02-28T01:02:03Z" },
		{ "2024-02-29T01:02:03Z", 48, "2028-02-29T01:02:03Z" },
		{ "2026-01-31T23:59:59Z", 1, "2026-02-28T23:59:59Z" },
		{ "2026-11-22T02:00:00Z", 2, "2027-01-22T02:00:00Z" },
		{ "2026-12-31T00:00:00Z", 12, "2027-12-31T00:00:00Z" },
		{ "2026-03-31T00:00:00Z", -1, "2026-02-28T00:00:00Z" },
		{ "2026-01-15T00:00:00Z", -13, "2024-12-15T00:00:00Z" },
		{ "2026-01-15T00:00:00Z", 0, "2026-01-15T00:00:00Z" },
	};
	char out[CAO_RFC3339_SIZE];
	int64_t t;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		assert_int_equal(
		    cao_time_parse(cases[i].from, &t, NULL), CAO_OK);
		cao_time_format(cao_time_add_months(t, cases[i].months), out);
		assert_string_equal(out, cases[i].to);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_refuse),
		cmocka_unit_test(test_truncated),
		cmocka_unit_test(test_format),
		cmocka_unit_test(test_days),
		cmocka_unit_test(test_against_libc),
		cmocka_unit_test(test_dates),
		cmocka_unit_test(test_months),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
