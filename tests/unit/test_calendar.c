/* The calendar: what is refused, which days work, and when promises end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/time.h"
#include "order/calendar.h"

#define SHIPPED "share/calendar/cn.yaml"

static struct cao_calendar
shipped(void)
{
	struct cao_faults faults = { 0 };
	struct cao_calendar c = { .name = NULL };
	struct cao_buf text = { 0 };
	struct cao_error err;

	assert_int_equal(cao_file_read(SHIPPED, 65536, &text, &err), CAO_OK);
	assert_int_equal(cao_calendar_read(SHIPPED, cao_buf_text(&text),
			     text.len, &c, &faults),
	    CAO_OK);
	cao_buf_free(&text);
	return c;
}

static int64_t
at(const char *text)
{
	struct cao_error err;
	int64_t t = 0;

	assert_int_equal(cao_time_parse(text, &t, &err), CAO_OK);
	return t;
}

static int64_t
day(const char *text)
{
	struct cao_error err;
	int64_t d = 0;

	assert_int_equal(cao_date_parse(text, &d, &err), CAO_OK);
	return d;
}

/* The State Council's notice for 2026, and what the counter says of itself. */
static void
test_days(void **state)
{
	static const struct {
		const char *day;
		bool works;
	} days[] = { { "2026-11-20", true }, /* Friday */
		{ "2026-11-21", true },      /* Saturday */
		{ "2026-11-22", false },     /* Sunday */
		{ "2026-01-01", false }, { "2026-01-03", false },
		{ "2026-01-04", true }, /* a Sunday made up for */
		{ "2026-02-14", true }, { "2026-02-15", false },
		{ "2026-02-23", false }, { "2026-02-24", true },
		{ "2026-09-20", true }, /* a Sunday made up for */
		{ "2026-10-07", false }, { "2026-10-08", true },
		{ "2027-02-05", false }, { "2027-02-09", true } };
	struct cao_calendar c = shipped();

	(void)state;
	for (size_t i = 0; i < sizeof days / sizeof *days; i++)
		if (cao_calendar_works(&c, day(days[i].day)) != days[i].works)
			fail_msg("%s", days[i].day);
	assert_true(cao_calendar_covers(&c, day("2027-12-31")));
	assert_false(cao_calendar_covers(&c, day("2028-01-01")));
	cao_calendar_free(&c);
}

static void
test_due(void **state)
{
	static const struct {
		const char *start;
		int64_t days;
		const char *due;
	} cases[] = {
		/* Monday to Wednesday, whatever the hour */
		{ "2026-11-23T08:00:00+08:00", 2, "2026-11-25T17:30:00+08:00" },
		{ "2026-11-23T00:00:00+08:00", 2, "2026-11-25T17:30:00+08:00" },
		{ "2026-11-23T23:59:59+08:00", 2, "2026-11-25T17:30:00+08:00" },
		/* a Sunday is the day of the start like any other */
		{ "2026-11-22T12:00:00+08:00", 2, "2026-11-24T17:30:00+08:00" },
		/* over a Sunday */
		{ "2026-11-27T12:00:00+08:00", 2, "2026-11-30T17:30:00+08:00" },
		/* over the Spring Festival */
		{ "2026-02-13T12:00:00+08:00", 2, "2026-02-24T17:30:00+08:00" },
		{ "2026-02-18T12:00:00+08:00", 1, "2026-02-24T17:30:00+08:00" },
		{ "2026-09-30T12:00:00+08:00", 1, "2026-10-08T17:30:00+08:00" },
		/* into the next year */
		{ "2026-12-31T12:00:00+08:00", 1, "2027-01-02T17:30:00+08:00" },
	};
	struct cao_calendar c = shipped();

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		if (cao_calendar_due(&c, at(cases[i].start), cases[i].days) !=
		    at(cases[i].due))
			fail_msg("%s", cases[i].start);
	cao_calendar_free(&c);
}

/* The two ways round agree, hour by hour over a year. */
static void
test_before(void **state)
{
	int64_t first = at("2026-01-01T00:00:00+08:00");
	struct cao_calendar c = shipped();

	(void)state;
	for (int64_t hour = 0; hour < 366 * 24; hour++) {
		int64_t limit = first + hour * 3600 + 1800, days = hour % 3 + 1;
		int64_t since = cao_calendar_before(&c, limit, days);

		assert_true(cao_calendar_due(&c, since - 1, days) < limit);
		assert_true(cao_calendar_due(&c, since, days) >= limit);
	}
	cao_calendar_free(&c);
}

/* No working day at all: it comes to an end all the same. */
static void
test_never(void **state)
{
	static const char text[] =
	    "{name: x, days: [mon], hours: 08:00-09:00, holidays: "
	    "[2026-01-01/2026-12-31, 2027-01-01/2027-12-31, "
	    "2028-01-01/2028-12-31, 2029-01-01/2029-12-31]}";
	struct cao_faults faults = { 0 };
	struct cao_calendar c;
	int64_t start = at("2026-01-01T00:00:00Z");

	(void)state;
	assert_int_equal(
	    cao_calendar_read("x", text, strlen(text), &c, &faults), CAO_OK);
	assert_true(cao_calendar_due(&c, start, 30) > start);
	assert_true(cao_calendar_before(&c, start, 30) <= start);
	cao_calendar_free(&c);
}

static void
test_refused(void **state)
{
	static const struct {
		const char *text, *why;
	} cases[] = {
		{ "", "there is no calendar in it" },
		{ "{name: X, days: [mon], hours: 08:00-09:00}",
		    "not only of a-z, 0-9 and hyphens" },
		{ "{name: x, days: [], hours: 08:00-09:00}", "" },
		{ "{name: x, days: [day], hours: 08:00-09:00}", "" },
		{ "{name: x, days: [mon], hours: 09:00-08:00}",
		    "not hours of one day such as 08:30-17:30" },
		{ "{name: x, days: [mon], hours: 8:00-09:00}",
		    "not hours of one day such as 08:30-17:30" },
		{ "{name: x, days: [mon], hours: 08:00-24:00}",
		    "not hours of one day such as 08:30-17:30" },
		{ "{name: x, days: [mon], hours: 08:00-09:60}",
		    "not hours of one day such as 08:30-17:30" },
		{ "{name: x, days: [mon], hours: 08:00-09:000}",
		    "not hours of one day such as 08:30-17:30" },
		{ "{name: x, days: [mon], hours: '08'}",
		    "not hours of one day such as 08:30-17:30" },
		{ "{name: x, days: [mon], hours: 08:00-09:00, "
		  "holidays: [2026-02-30]}",
		    "2026-02-30 is not a day of the calendar" },
		{ "{name: x, days: [mon], hours: 08:00-09:00, "
		  "holidays: [2026-02-03/2026-02-01]}",
		    "the days end before they begin, or more than a year "
		    "later" },
		{ "{name: x, days: [mon], hours: 08:00-09:00, "
		  "workdays: [26/2026-02-01]}",
		    "not a day such as 2026-10-01, nor days such as "
		    "2026-10-01/2026-10-07" },
		{ "{name: x, days: [mon], hours: 08:00-09:00, of: x}", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct cao_faults faults = { 0 };
		struct cao_calendar c;

		if (cao_calendar_read("x", cases[i].text, strlen(cases[i].text),
			&c, &faults) != CAO_INPUT)
			fail_msg("%s", cases[i].text);
		if (*cases[i].why != '\0')
			assert_string_equal(faults.list[0].text, cases[i].why);
		cao_faults_free(&faults);
	}
}

/* Cut off anywhere it is read or refused. */
static void
test_cut(void **state)
{
	struct cao_buf text = { 0 };
	struct cao_error err;

	(void)state;
	assert_int_equal(cao_file_read(SHIPPED, 65536, &text, &err), CAO_OK);
	for (size_t len = 0; len < text.len; len++) {
		struct cao_faults faults = { 0 };
		struct cao_calendar c;
		enum cao_status st;

		st = cao_calendar_read(
		    "cut", cao_buf_text(&text), len, &c, &faults);
		assert_true(st == CAO_OK || st == CAO_INPUT);
		if (st == CAO_OK)
			cao_calendar_free(&c);
		cao_faults_free(&faults);
	}
	cao_buf_free(&text);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_days),
		cmocka_unit_test(test_due),
		cmocka_unit_test(test_before),
		cmocka_unit_test(test_never),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_cut),
	};

	return cmocka_run_group_tests_name("calendar", tests, NULL, NULL);
}
