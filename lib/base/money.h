/* Money as an integer number of fen. */
#ifndef CAO_BASE_MONEY_H
#define CAO_BASE_MONEY_H

#include "base/error.h"

#define CAO_MONEY_MAX INT64_C(99999999999999) /* under a million million */
#define CAO_MONEY_SIZE sizeof "-999999999999.99"

/* An exact decimal with at most two places: "240", "240.0", "240.00", "-0.01".
 * Whether an amount may be negative is the caller's question. */
CAO_MUST enum cao_status
cao_money_parse(const char *, int64_t *ret_fen, struct cao_error *);
/* Always with two places. */
void cao_money_format(int64_t fen, char out[CAO_MONEY_SIZE]);

#endif /* CAO_BASE_MONEY_H */
