/* SHA-256 (FIPS 180-4), and randomness. */
#ifndef CAO_PKI_DIGEST_H
#define CAO_PKI_DIGEST_H

#include "base/buf.h"

#define CAO_DIGEST_SIZE 32
#define CAO_DIGEST_HEX (2 * CAO_DIGEST_SIZE + 1)

void cao_sha256(const void *, size_t, unsigned char out[CAO_DIGEST_SIZE]);
/* Of what the buffer holds, which is emptied; it fails if that did. */
CAO_MUST enum cao_status cao_sha256_buf(
    struct cao_buf *, unsigned char ret[CAO_DIGEST_SIZE], struct cao_error *);
/* Of a regular file of any size. */
CAO_MUST enum cao_status cao_sha256_file(const char *path,
    unsigned char ret[CAO_DIGEST_SIZE], uint64_t *ret_size, struct cao_error *);
void cao_digest_hex(
    const unsigned char digest[CAO_DIGEST_SIZE], char out[CAO_DIGEST_HEX]);

/* Are they the same?  In a time that tells nothing of where they differ. */
bool cao_digest_equal(const unsigned char a[CAO_DIGEST_SIZE],
    const unsigned char b[CAO_DIGEST_SIZE]);

/* len octets from the system's random source (RAND_bytes). */
CAO_MUST enum cao_status cao_random(void *, size_t len, struct cao_error *);

#endif /* CAO_PKI_DIGEST_H */
