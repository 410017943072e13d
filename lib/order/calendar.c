#include "order/calendar.h"

#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "codec/yaml.h"
#include "order/place.h"

#define NAME_MAX_LENGTH 64
#define SPANS_MAX 1000
#define SPAN_DAYS_MAX 366
#define LOOK_DAYS (2 * 366) /* for the end of a promise */
#define DAY_SECONDS 86400
#define ZONE_SECONDS (CAO_ZONE_MINUTES * 60)

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define AT(member) offsetof(struct cao_calendar, member)

static const char *const weekdays[] = { "mon", "tue", "wed", "thu", "fri",
	"sat", "sun", NULL };

/* "08:30" as seconds of the day, or -1. */
static int64_t
clock_of(const char *text)
{
	int digit[4];

	for (size_t i = 0; i < 5; i++) {
		if (i == 2 ? text[i] != ':' : text[i] < '0' || text[i] > '9')
			return -1;
		if (i != 2)
			digit[i - (i > 2)] = text[i] - '0';
	}
	if (digit[0] * 10 + digit[1] > 23 || digit[2] > 5)
		return -1;
	return (digit[0] * 10 + digit[1]) * 3600 +
	    (digit[2] * 10 + digit[3]) * 60;
}

static enum cao_status
check_hours(const char *text, struct cao_error *err)
{
	int64_t opens = clock_of(text), closes = -1;

	if (opens >= 0 && text[5] == '-')
		closes = clock_of(text + 6);
	if (closes > opens && text[11] == '\0')
		return CAO_OK;
	return cao_fail(
	    err, CAO_INPUT, "not hours of one day such as 08:30-17:30");
}

static enum cao_status
read_span(const char *text, struct cao_span *ret, struct cao_error *err)
{
	const char *slash = strchr(text, '/');
	char first[CAO_DATE_SIZE];
	enum cao_status st;

	if (slash == NULL) {
		st = cao_date_parse(text, &ret->from, err);
		ret->to = ret->from;
		return st;
	}
	if (slash - text != (ptrdiff_t)sizeof first - 1)
		return cao_fail(err, CAO_INPUT,
		    "not a day such as 2026-10-01, nor days such as "
		    "2026-10-01/2026-10-07");
	memcpy(first, text, sizeof first - 1);
	first[sizeof first - 1] = '\0';
	if ((st = cao_date_parse(first, &ret->from, err)) != CAO_OK ||
	    (st = cao_date_parse(slash + 1, &ret->to, err)) != CAO_OK)
		return st;
	if (ret->to < ret->from || ret->to - ret->from >= SPAN_DAYS_MAX)
		return cao_fail(err, CAO_INPUT,
		    "the days end before they begin, or more than a year "
		    "later");
	return CAO_OK;
}

static enum cao_status
check_span(const char *text, struct cao_error *err)
{
	struct cao_span span;

	return read_span(text, &span, err);
}

static enum cao_status
check_name(const char *text, struct cao_error *err)
{
	if (text[strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-")] == '\0')
		return CAO_OK;
	return cao_fail(err, CAO_INPUT, "not only of a-z, 0-9 and hyphens");
}

/* clang-format off */
static const struct cao_field calendar_fields[] = {
	{ .key = "name", .type = CAO_T_TEXT, .flags = CAO_REQUIRED, .min = 1,
	    .max = NAME_MAX_LENGTH, .offset = AT(name), .check = check_name,
	    .what = N_("what config.yaml calls it"), .example = "cn" },
	{ .key = "days", .type = CAO_T_LIST, .flags = CAO_REQUIRED, .min = 1,
	    .max = 7, .offset = AT(days), .words = weekdays,
	    .what = N_("the days of business in a week"),
	    .example = "[mon, tue, wed, thu, fri, sat]" },
	{ .key = "hours", .type = CAO_T_TEXT, .flags = CAO_REQUIRED,
	    .offset = AT(hours), .check = check_hours,
	    .what = N_("the hours of business, Beijing time"),
	    .example = "08:30-17:30" },
	{ .key = "holidays", .type = CAO_T_LIST, .max = SPANS_MAX,
	    .offset = AT(holidays), .check = check_span,
	    .what = N_("days off, single or from one to another"),
	    .example = "[2026-10-01/2026-10-07]" },
	{ .key = "workdays", .type = CAO_T_LIST, .max = SPANS_MAX,
	    .offset = AT(workdays), .check = check_span,
	    .what = N_("days of business all the same"),
	    .example = "[2026-10-10]" },
};
/* clang-format on */
const struct cao_schema cao_calendar_schema = {
	"calendar",
	sizeof(struct cao_calendar),
	calendar_fields,
	COUNT(calendar_fields),
};

/* The spans of a list that was checked; NULL: no memory. */
static struct cao_span *
spans_of(const struct cao_list *list)
{
	struct cao_span *spans = calloc(list->count + 1, sizeof *spans);
	char *const *texts = list->items;
	struct cao_error ignored;

	for (size_t i = 0; spans != NULL && i < list->count; i++)
		if (read_span(texts[i], &spans[i], &ignored) != CAO_OK)
			spans[i] = (struct cao_span){ 0, -1 };
	return spans;
}

static enum cao_status
work_out(struct cao_calendar *c, struct cao_error *err)
{
	char *const *days = c->days.items;

	for (size_t i = 0; i < c->days.count; i++)
		for (unsigned d = 0; weekdays[d] != NULL; d++)
			if (strcmp(days[i], weekdays[d]) == 0)
				c->week |= 1u << d;
	c->closes = clock_of(c->hours + 6);
	c->off = spans_of(&c->holidays);
	c->on = spans_of(&c->workdays);
	return c->off != NULL && c->on != NULL ? CAO_OK : cao_fail_memory(err);
}

void
cao_calendar_free(struct cao_calendar *c)
{
	free(c->off);
	free(c->on);
	cao_schema_free(&cao_calendar_schema, c);
}

enum cao_status
cao_calendar_read(const char *name, const char *text, size_t len,
    struct cao_calendar *ret, struct cao_faults *faults)
{
	struct cao_place place = { NULL, name, faults };
	struct cao_calendar c = { .name = NULL };
	struct cao_yaml *yaml = NULL;
	struct cao_node *doc = NULL;
	struct cao_error err;

	if (cao_yaml_open_text(name, text, len, &yaml, &err) != CAO_OK)
		cao_place_fault(&place, "", &err);
	else if (cao_yaml_next(yaml, &doc, faults) == CAO_OK && doc != NULL)
		cao_schema_fill(&cao_calendar_schema, doc, name, &c, faults);
	if (cao_faults_status(faults) == CAO_OK && doc == NULL) {
		(void)cao_fail(&err, CAO_INPUT, "there is no calendar in it");
		cao_place_fault(&place, "", &err);
	}
	if (cao_faults_status(faults) == CAO_OK && work_out(&c, &err) != CAO_OK)
		cao_place_fault(&place, "", &err);
	cao_node_free(doc);
	cao_yaml_close(yaml);
	if (cao_faults_status(faults) == CAO_OK)
		*ret = c;
	else
		cao_calendar_free(&c);
	return cao_faults_status(faults);
}

static bool
holds(const struct cao_span *spans, size_t count, int64_t day)
{
	for (size_t i = 0; i < count; i++)
		if (day >= spans[i].from && day <= spans[i].to)
			return true;
	return false;
}

bool
cao_calendar_works(const struct cao_calendar *c, int64_t day)
{
	/* 1970-01-01 was a Thursday. */
	unsigned weekday = (unsigned)(((day + 3) % 7 + 7) % 7);

	if (holds(c->on, c->workdays.count, day))
		return true;
	return (c->week & 1u << weekday) != 0 &&
	    !holds(c->off, c->holidays.count, day);
}

int64_t
cao_calendar_due(const struct cao_calendar *c, int64_t start, int64_t days)
{
	int64_t day = cao_date_of(start);

	for (int look = 0; days > 0 && look < LOOK_DAYS; look++)
		if (cao_calendar_works(c, ++day))
			days--;
	return day * DAY_SECONDS + c->closes - ZONE_SECONDS;
}

int64_t
cao_calendar_before(const struct cao_calendar *c, int64_t limit, int64_t days)
{
	int64_t day = cao_date_of(limit);
	int64_t begins = day * DAY_SECONDS - ZONE_SECONDS;

	for (int look = 0; look < LOOK_DAYS; look++) {
		if (cao_calendar_due(c, begins - DAY_SECONDS, days) < limit)
			break;
		begins -= DAY_SECONDS;
	}
	return begins;
}

bool
cao_calendar_covers(const struct cao_calendar *c, int64_t day)
{
	char year[CAO_DATE_SIZE], other[CAO_DATE_SIZE];

	cao_date_format(day, year);
	for (size_t i = 0; i < c->holidays.count; i++) {
		cao_date_format(c->off[i].to, other);
		if (memcmp(year, other, 4) == 0)
			return true;
	}
	return false;
}
