/* What the files of ca-query share. */
#ifndef CAO_FLOW_QUERY_H
#define CAO_FLOW_QUERY_H

#include "store/store.h"

/* Is what it asks for something that an order can have?  CAO_USAGE. */
CAO_MUST enum cao_status
cao_filter_check(const struct cao_filter *, struct cao_error *);

/* Tell each of the order's required slots that is empty. */
CAO_MUST enum cao_status cao_query_missing(struct cao_store *, int64_t order,
    void (*slot)(void *arg, const char *), void *arg, struct cao_error *);

#endif /* CAO_FLOW_QUERY_H */
