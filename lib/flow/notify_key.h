/*
 * What is kept secret until a message is delivered: a code and the telephone
 * that it goes to, sealed to a key that only the store has, "ca/notify.pem".
 * Who can write to the database alone can neither read a code nor have it sent
 * elsewhere.
 */
#ifndef CAO_FLOW_NOTIFY_KEY_H
#define CAO_FLOW_NOTIFY_KEY_H

#include "base/secret.h"
#include "flow/flow.h"
#include "ident/contact.h"

/*
 * Seal them.  Inside a write transaction: a store that has no such key yet
 * gets one.
 */
CAO_MUST enum cao_status
cao_notify_seal(struct cao_store *, const struct cao_env *, const char *phone,
    const char *code, struct cao_buf *out, struct cao_error *);
/* CAO_INTEGRITY if it does not open, or is not such a pair. */
CAO_MUST enum cao_status cao_notify_unseal(struct cao_store *,
    const void *sealed, size_t len, char ret_phone[CAO_MOBILE_SIZE],
    struct cao_secret **ret_code, struct cao_error *);
/* A secret of the store that its database does not hold, for digests of what
 * is short enough to be guessed.  Inside a write transaction. */
CAO_MUST enum cao_status
cao_notify_pepper(struct cao_store *, const struct cao_env *,
    unsigned char ret[CAO_DIGEST_SIZE], struct cao_error *);

/* The CA's name, as its store was made with it; to be freed. */
CAO_MUST enum cao_status
cao_notify_ca_name(struct cao_store *, char **ret, struct cao_error *);

#endif /* CAO_FLOW_NOTIFY_KEY_H */
