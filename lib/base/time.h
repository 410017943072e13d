/* Instants (seconds since 1970 UTC) and calendar days, without a clock. */
#ifndef CAO_BASE_TIME_H
#define CAO_BASE_TIME_H

#include "base/error.h"

/* cao_time_parse(), cao_time_format(), cao_time_local(), cao_date_parse() and
 * cao_date_format() are declared in caorder.h. */

bool cao_date_valid(int year, int month, int day);
/* The day in the CA's zone at that instant. */
int64_t cao_date_of(int64_t time);

/* Calendar months later, the day clamped to the month's last (so 2024-02-29
 * plus 12 months is 2025-02-28), the time of day kept, reckoned in UTC. */
int64_t cao_time_add_months(int64_t, int months);

#endif /* CAO_BASE_TIME_H */
