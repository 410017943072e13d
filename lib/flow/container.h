/*
 * Key containers: a folder with one folder a name (an order's number, an
 * operator), each with PEM files of mode 0600:
 *
 *	sign.key sign.csr              before installation
 *	sign.crt encrypt.key encrypt.crt chain.pem   after it
 *
 * A key made before its order has a number waits in ".new-<digest of the
 * application>" and takes the number's name once the order is on disk.  A
 * crash leaves it there, where the same application finds it again: before the
 * order is on disk to use it, after it to give it the number.  Who looks for a
 * waiting key to use it, or puts one there, has the container locked until it
 * has its name.
 *
 * A key that was prepared for another store's order never learns its number
 * by itself: its folder is named after the request, or without one after the
 * application's content (cao_container_name()).  Who looks for an order's
 * folder looks for its number first, then for that name.
 */
#ifndef CAO_FLOW_CONTAINER_H
#define CAO_FLOW_CONTAINER_H

#include "pki/csr.h"

struct cao_container {
	char *dir;
	struct cao_pin *pin; /* NULL: none was given */
};

/* The folder of a prepared key: the request, or "application-" and the first
 * 16 hex digits of the content's digest. */
#define CAO_CONTAINER_NAME_SIZE CAO_REQUEST_SIZE
void cao_container_name(const char *request_or_null,
    const unsigned char content[CAO_DIGEST_SIZE],
    char out[CAO_CONTAINER_NAME_SIZE]);

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

/*
 * Put all keys of a folder under the PIN of to, which is the same container:
 * all of them or none.  Those that are under it already are success.
 */
CAO_MUST enum cao_status
cao_container_change_pin(const struct cao_container *from,
    const struct cao_container *to, const char *name, struct cao_error *);

/* Keep other processes from making keys in it, making the folder; close the
 * descriptor to let them.  Waits for them; CAO_AGAIN if a signal ends that. */
CAO_MUST enum cao_status cao_container_lock(
    const struct cao_container *, int *ret_fd, struct cao_error *);

/* The folder of a waiting key: ".new-" and the first 32 hex digits of SHA-256
 * over the request, a zero octet and the content's digest. */
#define CAO_WAITING_SIZE 38
void cao_container_waiting(const char *request_or_null,
    const unsigned char content[CAO_DIGEST_SIZE], char out[CAO_WAITING_SIZE]);
/* A new signing key with its request, waiting for a number; durable after
 * cao_container_sync(). */
CAO_MUST enum cao_status cao_container_stage(const struct cao_container *,
    const char *waiting, const struct cao_key *, const void *csr_der,
    size_t csr_len, struct cao_error *);
/*
 * The key that waits, with its request (DER); *ret_key is NULL if none does.
 * What a crash left half-written is removed.  CAO_INPUT if it waits under
 * another PIN.
 */
CAO_MUST enum cao_status
cao_container_find(const struct cao_container *, const char *waiting,
    struct cao_key **ret_key, struct cao_buf *ret_csr, struct cao_error *);
/* Does the key of that digest wait there? */
bool cao_container_waits(const struct cao_container *, const char *waiting,
    const unsigned char key_digest[CAO_DIGEST_SIZE]);
/* Give it its name, durably after cao_container_sync(); one that has it
 * already is success.  CAO_DENIED if either folder holds another key. */
CAO_MUST enum cao_status cao_container_claim(const struct cao_container *,
    const char *waiting, const unsigned char key_digest[CAO_DIGEST_SIZE],
    const char *name, struct cao_error *);
CAO_MUST enum cao_status
cao_container_sync(const struct cao_container *, struct cao_error *);
/* Throw a waiting key away, as far as it goes (its order was not made). */
void cao_container_drop(const struct cao_container *, const char *waiting);

#endif /* CAO_FLOW_CONTAINER_H */
