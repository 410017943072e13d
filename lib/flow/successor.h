/*
 * The orders that took an order's place one after another, by renew, reissue
 * and change: each with a pair, the first itself.
 */
#ifndef CAO_FLOW_SUCCESSOR_H
#define CAO_FLOW_SUCCESSOR_H

#include "store/store.h"

/*
 * The newest of them whose pair is neither revoked nor held nor expired: whose
 * signing key is the holder's now.  CAO_DENIED if there is none.
 */
CAO_MUST enum cao_status
cao_successor_current(struct cao_store *, const char *number, int64_t now,
    char ret[CAO_NUMBER_SIZE], struct cao_error *);

/* One of them, the newest being 0, however its pair stands; *ret_found false
 * behind the oldest, which is the order itself. */
CAO_MUST enum cao_status
cao_successor_at(struct cao_store *, const char *number, size_t index,
    char ret[CAO_NUMBER_SIZE], bool *ret_found, struct cao_error *);

#endif /* CAO_FLOW_SUCCESSOR_H */
