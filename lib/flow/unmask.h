/* Looking behind the masks, put on record. */
#ifndef CAO_FLOW_UNMASK_H
#define CAO_FLOW_UNMASK_H

#include "store/store.h"

/* Is that a reason to look at what is masked, and is this a run that can
 * record it? */
CAO_MUST enum cao_status cao_unmask_check(
    const struct cao_env *, const char *reason, struct cao_error *);
/* Journal durably, before anything is shown, that the numbers of these orders
 * (by their ids) were looked at, and why. */
CAO_MUST enum cao_status cao_unmask_record(struct cao_store *,
    const struct cao_env *, const int64_t *orders, size_t count,
    const char *reason, struct cao_error *);

#endif /* CAO_FLOW_UNMASK_H */
