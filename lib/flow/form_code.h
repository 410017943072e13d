/* The code of a page of an order that is loaded. */
#ifndef CAO_FLOW_FORM_CODE_H
#define CAO_FLOW_FORM_CODE_H

#include "order/form_code.h"
#include "store/store.h"

/* Set number, slot and digest of *ret for the slot ("": none) of an order
 * loaded with CAO_LOAD_APPLICATION; page and pages stay. */
CAO_MUST enum cao_status
cao_form_code_make(const struct cao_order *, const struct cao_service *,
    const char *slot, struct cao_form_code *ret, struct cao_error *);

#endif /* CAO_FLOW_FORM_CODE_H */
