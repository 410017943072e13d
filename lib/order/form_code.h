/* What ties a printed page to its order: the digits of its two codes. */
#ifndef CAO_ORDER_FORM_CODE_H
#define CAO_ORDER_FORM_CODE_H

#include "pki/digest.h"

/* cao_form_code_write() and cao_form_code_read() are declared in caorder.h. */

/*
 * The 17 digits of what is printed for that slot (its id; "" of a page that
 * fills none): of the order's number, the application's content and the pinned
 * service, so that a change of either makes them others.
 */
void cao_form_code_digest(const char *number, const char *slot,
    const unsigned char content[CAO_DIGEST_SIZE],
    const unsigned char service[CAO_DIGEST_SIZE],
    char out[CAO_FORM_DIGEST_SIZE]);

#endif /* CAO_ORDER_FORM_CODE_H */
