/* The parts of reading an order. */
#ifndef CAO_STORE_LOAD_H
#define CAO_STORE_LOAD_H

#include "store/store.h"

/* The order's transfers, settlements and refunds, each in the order in which
 * they were put. */
CAO_MUST enum cao_status
cao_load_payments(struct cao_store *, struct cao_order *, struct cao_error *);

#endif /* CAO_STORE_LOAD_H */
