/* Scans by the SHA-256 of their content, as files below objects/. */
#ifndef CAO_STORE_OBJECT_H
#define CAO_STORE_OBJECT_H

#include "base/buf.h"
#include "pki/digest.h"

struct cao_store;

/* Keep the content durably, deflated where that helps, before any row names
 * it; one that is there already is success. */
CAO_MUST enum cao_status cao_object_put(struct cao_store *, const void *,
    size_t, unsigned char ret_digest[CAO_DIGEST_SIZE], struct cao_error *);
/* Read it back and hold it to its digest and size: CAO_INTEGRITY. */
CAO_MUST enum cao_status
cao_object_get(struct cao_store *, const unsigned char digest[CAO_DIGEST_SIZE],
    size_t size, struct cao_buf *ret, struct cao_error *);

#endif /* CAO_STORE_OBJECT_H */
