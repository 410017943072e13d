/*
 * The operators' register: who may decide what, from when until when.  It is
 * the file ca/operators, signed as a whole by the operators' CA, and not a
 * table: write access to the database makes nobody an operator and brings no
 * dismissed one back.
 */
#ifndef CAO_STORE_REGISTER_H
#define CAO_STORE_REGISTER_H

#include "pki/cert.h"

struct cao_store;

#define CAO_REGISTER_MAX (16 * 1024 * 1024) /* octets of the file */
#define CAO_OPERATORS_MAX 1000
#define CAO_OPERATOR_NAME_MAX 32

struct cao_registered {
	char *name, *roles;
	int64_t since, until; /* until 0: in office */
	struct cao_buf cert;  /* DER */
	unsigned char cert_digest[CAO_DIGEST_SIZE];
	struct cao_key *key; /* public */
};
struct cao_register {
	int64_t version;
	struct cao_registered *list;
	size_t count;
	unsigned char digest[CAO_DIGEST_SIZE]; /* of the file */
};
void cao_register_free(struct cao_register *);

/* The register, read and verified once; it stays the store's. */
CAO_MUST enum cao_status cao_register_get(
    struct cao_store *, const struct cao_register **ret, struct cao_error *);
/* Sign and replace the file, and forget the old one. */
CAO_MUST enum cao_status
cao_register_write(struct cao_store *, const struct cao_register *,
    const struct cao_key *ca_key, struct cao_error *);
/* A name's entry: the one in office, else the latest; NULL if none. */
const struct cao_registered *
cao_register_find(const struct cao_register *, const char *name);
bool cao_role_has(const char *roles, const char *role);

/*
 * Verify an operator's signature over a text at its instant: the name was
 * registered with that role then, was not dismissed, and signed it.
 * CAO_INTEGRITY or CAO_DENIED (dismissed, or without the role) says which.
 */
CAO_MUST enum cao_status
cao_register_verify(struct cao_store *, const char *name, const char *role,
    int64_t at, const char *text, const void *signature, size_t signature_len,
    const struct cao_registered **ret, struct cao_error *);

#endif /* CAO_STORE_REGISTER_H */
