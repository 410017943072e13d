/* Scans by the SHA-256 of their content, as files below objects/. */
#ifndef CAO_STORE_OBJECT_H
#define CAO_STORE_OBJECT_H

#include "base/buf.h"
#include "pki/digest.h"

struct cao_store;

/* Of a content, in octets: no row makes anybody ask for more memory. */
#define CAO_OBJECT_MAX (256 * 1024 * 1024)

/* Keep the content durably, deflated where that helps, before any row names
 * it; one that is there already is success. */
CAO_MUST enum cao_status cao_object_put(struct cao_store *, const void *,
    size_t, unsigned char ret_digest[CAO_DIGEST_SIZE], struct cao_error *);
/* Read it back and hold it to its digest and size: CAO_INTEGRITY. */
CAO_MUST enum cao_status
cao_object_get(struct cao_store *, const unsigned char digest[CAO_DIGEST_SIZE],
    size_t size, struct cao_buf *ret, struct cao_error *);

/* objects/ab/cdef…: raw, or with ".z" behind it deflated. */
#define CAO_OBJECT_BELOW (sizeof "objects/ab/" + CAO_DIGEST_HEX + 2)
/*
 * Have the content below the folder to as well, durably, as it is in the
 * store; what is there already is held to the digest, and replaced if it is
 * bad.  ret_below: its file, of those octets (deflated, if it is).
 */
CAO_MUST enum cao_status cao_object_copy(struct cao_store *, const char *to,
    const unsigned char digest[CAO_DIGEST_SIZE], size_t size,
    char ret_below[CAO_OBJECT_BELOW], unsigned char ret_digest[CAO_DIGEST_SIZE],
    uint64_t *ret_size, struct cao_error *);
/* Is there a file of that content? */
bool cao_object_there(
    const struct cao_store *, const unsigned char digest[CAO_DIGEST_SIZE]);
/* Remove it durably; one that is not there is success.  Under the database's
 * write lock, and only if no row names it. */
CAO_MUST enum cao_status cao_object_remove(struct cao_store *,
    const unsigned char digest[CAO_DIGEST_SIZE], struct cao_error *);

#endif /* CAO_STORE_OBJECT_H */
