/* What every flow does alike. */
#ifndef CAO_FLOW_FLOW_H
#define CAO_FLOW_FLOW_H

#include "store/store.h"

/* Say what is wrong with one order of a batch: err becomes its fault. */
void cao_result_fail(struct cao_result *, const struct cao_error *);
/* What became of one order of a batch: a refusal becomes its fault and is
 * CAO_OK here; what is handed on is a failure of the whole store. */
CAO_MUST enum cao_status cao_result_judge(
    struct cao_result *, enum cao_status, const struct cao_error *);
/* Is the status one that concerns the whole store (I/O, locked), so that the
 * batch is to be given up, rather than one order? */
bool cao_flow_fatal(enum cao_status);
/* Commit, or in a dry run roll back. */
CAO_MUST enum cao_status
cao_flow_commit(struct cao_store *, const struct cao_env *, struct cao_error *);

/* What a batch records of its order i; the store is inside a transaction. */
typedef enum cao_status cao_flow_record(struct cao_store *,
    const struct cao_env *, void *jobs, size_t i, struct cao_error *);
/*
 * Record the whole batch in one transaction, which who begins.  A refusal of
 * one order becomes the fault of its result and leaves the others; a failure
 * of the store gives up the batch, so that none of it is changed.
 */
CAO_MUST enum cao_status cao_flow_batch(struct cao_store *,
    const struct cao_env *, const char *who, cao_flow_record *, void *jobs,
    struct cao_result *, size_t count, struct cao_error *);

/* The order's request id into the result. */
void cao_result_name(struct cao_result *, const struct cao_order *);

#endif /* CAO_FLOW_FLOW_H */
