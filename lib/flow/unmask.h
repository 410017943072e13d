/* Showing what is masked, on record. */
#ifndef CAO_FLOW_UNMASK_H
#define CAO_FLOW_UNMASK_H

#include "flow/flow.h"

#define CAO_UNMASK_MAX 500 /* characters of a reason */

/*
 * Journal that identity numbers are about to be shown, of one order or (0) of
 * whichever a query finds, in a transaction of its own, which is committed
 * also in a dry run: what was seen was seen.  Nothing may be shown unless this
 * succeeded.  CAO_INPUT if the reason is blank or not one line of text.
 */
CAO_MUST enum cao_status
cao_flow_unmask(struct cao_store *, const struct cao_env *, int64_t order_or_0,
    const char *reason, struct cao_error *);
/* Append the number, masked unless there is a reason; nothing of NULL. */
void cao_flow_mask(struct cao_buf *out, const char *number, const char *reason);

#endif /* CAO_FLOW_UNMASK_H */
