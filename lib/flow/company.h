/* Company transfers: which money came from the applying organisation. */
#ifndef CAO_FLOW_COMPANY_H
#define CAO_FLOW_COMPANY_H

#include "flow/flow.h"

/* Has that payer the name of the organisation that the order is for? */
CAO_MUST enum cao_status cao_company_pays(struct cao_store *, int64_t order,
    const char *payer, bool *ret, struct cao_error *);
/*
 * The order is now for an organisation of that name: how many fen of what was
 * settled before are its own that were not its predecessor's, less those that
 * were.
 */
CAO_MUST enum cao_status cao_company_shift(struct cao_store *, int64_t order,
    const char *name, int64_t *ret, struct cao_error *);

#endif /* CAO_FLOW_COMPANY_H */
