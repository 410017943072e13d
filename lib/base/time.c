/* The proleptic Gregorian calendar, reckoned without the C library, whose
 * functions read the environment. */
#include "base/time.h"

#define DAY_SECONDS 86400
#define TIME_LAST INT64_C(253402300799) /* 9999-12-31T23:59:59Z */
#define DAY_FIRST INT64_C(-719162)      /* 0001-01-01 */
#define DAY_LAST INT64_C(2932896)       /* 9999-12-31 */
#define YEAR_MAX 9999

struct civil {
	int64_t year;
	int month, day;
};

static bool
is_leap(int64_t year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int
days_in(int64_t year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30,
		31 };

	return days[month - 1] + (month == 2 && is_leap(year));
}

static int64_t
floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

/*
 * Days since 1970-01-01.  The year is taken to begin in March, so that the
 * leap day is its last; 719468 is the distance from 0000-03-01.
 */
static int64_t
days_of(int64_t year, int month, int day)
{
	int64_t y = month <= 2 ? year - 1 : year, era = floor_div(y, 400);
	int64_t in_era = y - era * 400;
	int64_t in_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;

	return era * 146097 + in_era * 365 + in_era / 4 - in_era / 100 +
	    in_year - 719468;
}

static struct civil
civil_of(int64_t days)
{
	int64_t z = days + 719468, era = floor_div(z, 146097);
	int64_t in_era = z - era * 146097;
	int64_t y =
	    (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) / 365;
	int64_t in_year = in_era - (365 * y + y / 4 - y / 100);
	int64_t m = (5 * in_year + 2) / 153;
	struct civil civil = { .month = (int)(m < 10 ? m + 3 : m - 9),
		.day = (int)(in_year - (153 * m + 2) / 5 + 1) };

	civil.year = y + era * 400 + (civil.month <= 2);
	return civil;
}

bool
cao_date_valid(int year, int month, int day)
{
	return year >= 1 && year <= YEAR_MAX && month >= 1 && month <= 12 &&
	    day >= 1 && day <= days_in(year, month);
}

/* Read exactly n digits and step over them. */
static bool
digits(const char **text, int n, int *ret)
{
	const char *p = *text;
	int value = 0;

	for (; n > 0; n--, p++) {
		if (*p < '0' || *p > '9')
			return false;
		value = value * 10 + (*p - '0');
	}
	*text = p;
	*ret = value;
	return true;
}

static bool
literal(const char **text, char lower, char upper)
{
	if (**text != lower && **text != upper)
		return false;
	++*text;
	return true;
}

static bool
read_date(const char **text, int *year, int *month, int *day)
{
	return digits(text, 4, year) && literal(text, '-', '-') &&
	    digits(text, 2, month) && literal(text, '-', '-') &&
	    digits(text, 2, day);
}

/* Minutes east of Greenwich: "Z", "+08:00". */
static bool
read_offset(const char **text, int *ret_minutes)
{
	int hours, minutes, sign = **text == '-' ? -1 : 1;

	if (literal(text, 'z', 'Z')) {
		*ret_minutes = 0;
		return true;
	}
	if (!literal(text, '+', '-') || !digits(text, 2, &hours) ||
	    !literal(text, ':', ':') || !digits(text, 2, &minutes) ||
	    hours > 23 || minutes > 59)
		return false;
	*ret_minutes = sign * (hours * 60 + minutes);
	return true;
}

/* Seconds of the day before the offset is taken off; 60 seconds are left to
 * the caller, who knows the offset. */
static bool
read_clock(const char **text, int *ret_seconds, bool *ret_leap)
{
	int hour, minute, second;

	if (!digits(text, 2, &hour) || !literal(text, ':', ':') ||
	    !digits(text, 2, &minute) || !literal(text, ':', ':') ||
	    !digits(text, 2, &second) || hour > 23 || minute > 59 ||
	    second > 60)
		return false;
	if (**text == '.') {
		++*text;
		if (**text < '0' || **text > '9')
			return false;
		while (**text >= '0' && **text <= '9')
			++*text;
	}
	*ret_seconds = hour * 3600 + minute * 60 + second;
	*ret_leap = second == 60;
	return true;
}

static enum cao_status
no_such_day(struct cao_error *err, int year, int month, int day)
{
	return cao_fail(err, CAO_INPUT,
	    "%04d-%02d-%02d is not a day of the calendar", year, month, day);
}

enum cao_status
cao_time_parse(const char *text, int64_t *ret_time, struct cao_error *err)
{
	const char *p = text;
	int year, month, day, seconds, offset;
	int64_t t;
	bool leap;

	if (!read_date(&p, &year, &month, &day) ||
	    (!literal(&p, 't', 'T') && !literal(&p, ' ', ' ')) ||
	    !read_clock(&p, &seconds, &leap) || !read_offset(&p, &offset) ||
	    *p != '\0')
		return cao_fail(err, CAO_INPUT,
		    "\"%.40s\" is not a date and time (RFC 3339 section 5.6): "
		    "write it as 2026-11-22T10:00:00+08:00",
		    text);
	if (!cao_date_valid(year, month, day))
		return no_such_day(err, year, month, day);
	t = days_of(year, month, day) * DAY_SECONDS + seconds -
	    (int64_t)offset * 60;
	if (leap && t % DAY_SECONDS != 0)
		return cao_fail(err, CAO_INPUT,
		    "\"%.40s\": a second 60 ends a day in UTC only "
		    "(RFC 3339 section 5.7)",
		    text);
	if (t < 0 || t > TIME_LAST)
		return cao_fail(err, CAO_INPUT,
		    "\"%.40s\" lies outside the years 1970 to 9999", text);
	*ret_time = t;
	return CAO_OK;
}

enum cao_status
cao_date_parse(const char *text, int64_t *ret_day, struct cao_error *err)
{
	const char *p = text;
	int year, month, day;

	if (!read_date(&p, &year, &month, &day) || *p != '\0')
		return cao_fail(err, CAO_INPUT,
		    "\"%.40s\" is not a date (RFC 3339 full-date): write it "
		    "as 2026-11-22",
		    text);
	if (!cao_date_valid(year, month, day))
		return no_such_day(err, year, month, day);
	*ret_day = days_of(year, month, day);
	return CAO_OK;
}

static char *
put(char *out, int64_t value, int width)
{
	int i;

	for (i = width - 1; i >= 0; i--, value /= 10)
		out[i] = (char)('0' + value % 10);
	return out + width;
}

static char *
put_date(char *out, int64_t day)
{
	struct civil civil;

	day = day < DAY_FIRST ? DAY_FIRST : day > DAY_LAST ? DAY_LAST : day;
	civil = civil_of(day);
	out = put(out, civil.year, 4);
	*out++ = '-';
	out = put(out, civil.month, 2);
	*out++ = '-';
	return put(out, civil.day, 2);
}

static void
put_time(char *out, int64_t t, char between, char zone)
{
	int64_t day = floor_div(t, DAY_SECONDS), second = t - day * DAY_SECONDS;

	out = put_date(out, day);
	*out++ = between;
	out = put(out, second / 3600, 2);
	*out++ = ':';
	out = put(out, second / 60 % 60, 2);
	*out++ = ':';
	out = put(out, second % 60, 2);
	if (zone != '\0')
		*out++ = zone;
	*out = '\0';
}

void
cao_time_format(int64_t t, char out[CAO_RFC3339_SIZE])
{
	put_time(out, t, 'T', 'Z');
}

void
cao_time_local(int64_t t, char out[CAO_RFC3339_SIZE])
{
	put_time(out, t + CAO_ZONE_MINUTES * 60, ' ', '\0');
}

void
cao_date_format(int64_t day, char out[CAO_DATE_SIZE])
{
	*put_date(out, day) = '\0';
}

int64_t
cao_date_of(int64_t t)
{
	return floor_div(t + CAO_ZONE_MINUTES * 60, DAY_SECONDS);
}

int64_t
cao_time_add_months(int64_t t, int months)
{
	int64_t day = floor_div(t, DAY_SECONDS), year, count;
	struct civil civil = civil_of(day);
	int month, last;

	count = civil.year * 12 + civil.month - 1 + months;
	year = floor_div(count, 12);
	month = (int)(count - year * 12) + 1;
	last = days_in(year, month);
	return days_of(year, month, civil.day < last ? civil.day : last) *
	    DAY_SECONDS +
	    (t - day * DAY_SECONDS);
}
