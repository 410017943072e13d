/* zlib (RFC 1950), for what is stored compressed; gzip (RFC 1952), for what
 * others are to open. */
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

/* A gzip file that is written piece by piece. */
struct cao_gzip;
CAO_MUST enum cao_status
cao_gzip_new(struct cao_gzip **ret, struct cao_error *);
void cao_gzip_free(struct cao_gzip *);
/* Take the piece, appending to out what it comes to; end: it was the last. */
CAO_MUST enum cao_status cao_gzip_add(struct cao_gzip *, const void *, size_t,
    bool end, struct cao_buf *out, struct cao_error *);

/* One that is read piece by piece from memory, which must outlive it. */
struct cao_gunzip;
CAO_MUST enum cao_status cao_gunzip_new(
    const void *, size_t, struct cao_gunzip **ret, struct cao_error *);
void cao_gunzip_free(struct cao_gunzip *);
/* The next len octets, fewer at the end alone (a cao_tar_source).
 * CAO_INTEGRITY if it is not such a file as is written here, is damaged or
 * goes on behind its end. */
CAO_MUST enum cao_status cao_gunzip_read(
    void *gunzip, void *to, size_t len, size_t *ret_got, struct cao_error *);

#endif /* CAO_CODEC_GZIP_H */
