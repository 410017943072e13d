/* Order numbers: "00", the day in the CA's zone as YYYYMMDD, 7 digits. */
#ifndef CAO_ORDER_NUMBER_H
#define CAO_ORDER_NUMBER_H

#include "base/error.h"

#define CAO_COUNTER_MAX 9999999

/* CAO_DENIED if the counter is beyond the day's last. */
CAO_MUST enum cao_status cao_number_make(int64_t day, int64_t counter,
    char out[CAO_NUMBER_SIZE], struct cao_error *);
/* The first order number in the text (17 digits "00…" of a real day, not part
 * of a longer run of digits); false if there is none. */
bool cao_number_find(const char *text, char out[CAO_NUMBER_SIZE]);

#endif /* CAO_ORDER_NUMBER_H */
