/* What every flow does alike. */
#ifndef CAO_FLOW_FLOW_H
#define CAO_FLOW_FLOW_H

#include "store/store.h"

/* Say what is wrong with one order of a batch: err becomes its fault. */
void cao_result_fail(struct cao_result *, const struct cao_error *);
/* Load the order of a result and check that the step may be taken; failures
 * become its faults (false).  *ret_done: it was taken already. */
bool cao_flow_load(struct cao_store *, enum cao_step, unsigned load_flags,
    struct cao_result *, struct cao_order *ret, bool *ret_done);
/* Is the status one that concerns the whole store (I/O, locked), so that the
 * batch is to be given up, rather than one order? */
bool cao_flow_fatal(enum cao_status);
/* Commit, or in a dry run roll back. */
CAO_MUST enum cao_status
cao_flow_commit(struct cao_store *, const struct cao_env *, struct cao_error *);
/* The order's request id into the result. */
void cao_result_name(struct cao_result *, const struct cao_order *);

#endif /* CAO_FLOW_FLOW_H */
