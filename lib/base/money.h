/* Money as an integer number of fen. */
#ifndef CAO_BASE_MONEY_H
#define CAO_BASE_MONEY_H

#include "base/error.h"

/* An exact decimal with at most two places: "240", "240.0", "240.00", "-0.01".
 * Whether an amount may be negative is the caller's question. */
CAO_MUST enum cao_status
cao_money_parse(const char *, int64_t *ret_fen, struct cao_error *);
/* cao_money_format() is declared in caorder.h. */

#endif /* CAO_BASE_MONEY_H */
