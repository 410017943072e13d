/* Money as an integer number of fen. */
#ifndef CAO_BASE_MONEY_H
#define CAO_BASE_MONEY_H

#include "base/error.h"

/* cao_money_parse() and cao_money_format() are declared in caorder.h. */

#endif /* CAO_BASE_MONEY_H */
