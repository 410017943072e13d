/* zlib (RFC 1950), for what is stored compressed. */
#ifndef CAO_CODEC_GZIP_H
#define CAO_CODEC_GZIP_H

#include "base/buf.h"

/* Deflate at level 1; *ret_smaller false (and nothing added to out) unless it
 * saves at least an eighth. */
CAO_MUST enum cao_status cao_deflate(const void *, size_t, struct cao_buf *out,
    bool *ret_smaller, struct cao_error *);
/* Inflate to exactly size octets; anything else is CAO_INTEGRITY. */
CAO_MUST enum cao_status cao_inflate(
    const void *, size_t, size_t size, struct cao_buf *out, struct cao_error *);

#endif /* CAO_CODEC_GZIP_H */
