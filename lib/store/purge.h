/*
 * Removing the personal data of an order from its facts.  What is left of each
 * row is its blank form, which the journal takes for the row that it digested
 * once the order has a purge; that in its turn holds the digest of what is
 * left, so that it can be altered no more than before.
 */
#ifndef CAO_STORE_PURGE_H
#define CAO_STORE_PURGE_H

#include "store/journal.h"

/* Blank the facts of an order and put its purge, in the caller's transaction,
 * in which cao_journal_check_order() has held them to the journal. */
CAO_MUST enum cao_status cao_purge_order(struct cao_store *,
    const struct cao_env *, int64_t order, struct cao_error *);
/* Is that fact one of a purged order, in its blank form? */
CAO_MUST enum cao_status cao_purge_is_blank(struct cao_store *,
    const char *kind, int64_t fact, bool *ret, struct cao_error *);
/* Are the facts of a purged order what its purge left?  CAO_INTEGRITY. */
CAO_MUST enum cao_status
cao_purge_check(struct cao_store *, int64_t order, struct cao_error *);

#endif /* CAO_STORE_PURGE_H */
