/*
 * The days and hours of business, and what a promise of so many working days
 * comes to (caorder(5)).
 */
#ifndef CAO_ORDER_CALENDAR_H
#define CAO_ORDER_CALENDAR_H

#include "codec/schema.h"

struct cao_span {
	int64_t from, to; /* days since 1970, both included */
};

struct cao_calendar {
	char *name;
	struct cao_list days; /* char *: "mon" … */
	char *hours;          /* "08:30-17:30", in the CA's zone */
	struct cao_list holidays, workdays; /* char *: a day or "from/to" */

	/* What these come to. */
	unsigned week;  /* a bit for each day, Monday's the lowest */
	int64_t closes; /* seconds of the day */
	struct cao_span *off, *on;
};

extern const struct cao_schema cao_calendar_schema;

/* Read and check one. */
CAO_MUST enum cao_status cao_calendar_read(const char *name, const char *text,
    size_t len, struct cao_calendar *ret, struct cao_faults *);
void cao_calendar_free(struct cao_calendar *); /* what it holds */

/* Is that day one of business? */
bool cao_calendar_works(const struct cao_calendar *, int64_t day);
/*
 * The end of so many (1 or more) working days: the closing time of the last
 * of them.  Civil Code articles 201 and 203: the day on which the period
 * begins does not count, whatever the hour, and the last one ends with the
 * hours of business.
 */
int64_t
cao_calendar_due(const struct cao_calendar *, int64_t start, int64_t days);
/* What begins before the instant that is returned is due before limit, and
 * what begins at it or later is not. */
int64_t
cao_calendar_before(const struct cao_calendar *, int64_t limit, int64_t days);
/* Does it know a holiday in the year of that day? */
bool cao_calendar_covers(const struct cao_calendar *, int64_t day);

#endif /* CAO_ORDER_CALENDAR_H */
