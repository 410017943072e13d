/*
 * Key containers: a folder with one folder a name (an order's number, an
 * operator), each with PEM files of mode 0600:
 *
 *	sign.key sign.csr              before installation
 *	sign.crt encrypt.key encrypt.crt chain.pem   after it
 *
 * A key made before its order has a number waits in ".new-<digest of the
 * public key>" and takes the number's name once the order is on disk, so that
 * no crash separates an order from its key.
 */
#ifndef CAO_FLOW_CONTAINER_H
#define CAO_FLOW_CONTAINER_H

#include "pki/csr.h"

struct cao_container {
	char *dir;
	struct cao_pin *pin; /* NULL: none was given */
};

/* "<dir>/<name>/<file>"; file NULL: the folder.  To be freed. */
char *cao_container_path(
    const struct cao_container *, const char *name, const char *file);
/* Write a file of that name's folder, making the folder. */
CAO_MUST enum cao_status
cao_container_write(const struct cao_container *, const char *name,
    const char *file, const void *, size_t, struct cao_error *);
/* Read one; CAO_NOTFOUND names the path. */
CAO_MUST enum cao_status
cao_container_read(const struct cao_container *, const char *name,
    const char *file, struct cao_buf *ret, struct cao_error *);
/* Put a key under the PIN, and open one with it. */
CAO_MUST enum cao_status
cao_container_put_key(const struct cao_container *, const char *name,
    const char *file, const struct cao_key *, struct cao_error *);
CAO_MUST enum cao_status
cao_container_get_key(const struct cao_container *, const char *name,
    const char *file, struct cao_key **ret, struct cao_error *);

/* A new signing key with its request, waiting for a number. */
CAO_MUST enum cao_status
cao_container_stage(const struct cao_container *, const struct cao_key *,
    const void *csr_der, size_t csr_len, struct cao_error *);
/* Give it its name; one that has it already is success.  CAO_DENIED if the
 * name's folder holds another key. */
CAO_MUST enum cao_status cao_container_claim(const struct cao_container *,
    const unsigned char key_digest[CAO_DIGEST_SIZE], const char *name,
    struct cao_error *);
/* Throw a waiting key away, as far as it goes (its order was not made). */
void cao_container_drop(const struct cao_container *,
    const unsigned char key_digest[CAO_DIGEST_SIZE]);

#endif /* CAO_FLOW_CONTAINER_H */
