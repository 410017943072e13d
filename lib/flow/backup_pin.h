/* The backup PIN of an order: sealed to the recovery certificate, by the
 * application or, after another PIN was chosen, by a fact of its own. */
#ifndef CAO_FLOW_BACKUP_PIN_H
#define CAO_FLOW_BACKUP_PIN_H

#include "store/store.h"

/*
 * As last sealed, of an order loaded with CAO_LOAD_APPLICATION and
 * CAO_LOAD_PAIR.  A later one counts only with the signature of the order's
 * own signing key: CAO_INTEGRITY without it.  CAO_DENIED if no backup PIN was
 * chosen.
 */
CAO_MUST enum cao_status cao_backup_pin_sealed(struct cao_store *,
    const struct cao_order *, struct cao_buf *ret, struct cao_error *);

/*
 * Record another one, in the caller's transaction: sealed to the store's
 * recovery certificate, signed with the order's signing key.
 */
CAO_MUST enum cao_status
cao_backup_pin_put(struct cao_store *, const struct cao_env *,
    const struct cao_order *, const struct cao_secret *pin,
    const struct cao_key *sign, struct cao_error *);

/* Is the signature the order's over what was sealed at that instant? */
CAO_MUST enum cao_status cao_backup_pin_check(const struct cao_order *,
    const void *sealed, size_t len, const void *signature, size_t signature_len,
    int64_t at, struct cao_error *);

#endif /* CAO_FLOW_BACKUP_PIN_H */
