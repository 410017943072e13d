/* Instants (seconds since 1970 UTC) and calendar days, without a clock. */
#ifndef CAO_BASE_TIME_H
#define CAO_BASE_TIME_H

#include "base/error.h"

#define CAO_ZONE_MINUTES 480 /* Beijing, the CA's zone: UTC+8, no DST */
#define CAO_RFC3339_SIZE sizeof "9999-12-31T23:59:59Z"
#define CAO_DATE_SIZE sizeof "9999-12-31"

/* RFC 3339 date-time; any offset, no fraction kept.  Years 1970 to 9999. */
CAO_MUST enum cao_status
cao_time_parse(const char *, int64_t *ret_time, struct cao_error *);
/* In UTC, with Z. */
void cao_time_format(int64_t, char out[CAO_RFC3339_SIZE]);
/* The surface: "2026-11-22 10:00:00" in the CA's zone. */
void cao_time_local(int64_t, char out[CAO_RFC3339_SIZE]);

/* YYYY-MM-DD, a real day of the Gregorian calendar; days since 1970-01-01. */
CAO_MUST enum cao_status
cao_date_parse(const char *, int64_t *ret_day, struct cao_error *);
void cao_date_format(int64_t day, char out[CAO_DATE_SIZE]);
bool cao_date_valid(int year, int month, int day);
/* The day in the CA's zone at that instant. */
int64_t cao_date_of(int64_t time);

/* Calendar months later, the day clamped to the month's last (so 2024-02-29
 * plus 12 months is 2025-02-28), the time of day kept, reckoned in UTC. */
int64_t cao_time_add_months(int64_t, int months);

#endif /* CAO_BASE_TIME_H */
