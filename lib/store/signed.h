/*
 * Files of the store that the operators' CA signs as a whole, so that write
 * access to the store changes nothing in them: a head, lines, and at the end
 * "signature <Base64>".
 */
#ifndef CAO_STORE_SIGNED_H
#define CAO_STORE_SIGNED_H

#include "pki/cert.h"

struct cao_store;

struct cao_signed {
	const char *file; /* "ca/operators" */
	const char *what; /* N_("the operators' register") */
	const char *head; /* its first line, with the line end */
	size_t max;       /* octets */
};

/* CAO_INTEGRITY: the file is not valid, and why. */
enum cao_status
cao_signed_bad(const struct cao_signed *, struct cao_error *, const char *why);

/* Read it and verify the signature: the lines between head and signature, with
 * a NUL behind, the digest of the whole, and the CA's key (cao_key_free()).
 * CAO_NOTFOUND if there is no such file. */
CAO_MUST enum cao_status
cao_signed_read(const struct cao_store *, const struct cao_signed *,
    struct cao_buf *ret_lines, unsigned char ret_digest[CAO_DIGEST_SIZE],
    struct cao_key **ret_ca, struct cao_error *);
/* Sign the lines and replace the file. */
CAO_MUST enum cao_status
cao_signed_write(const struct cao_store *, const struct cao_signed *,
    const struct cao_buf *lines, const struct cao_key *ca, struct cao_error *);

#endif /* CAO_STORE_SIGNED_H */
