/*
 * The journal of revocations beside the store: "<dir>.revocations", where
 * <dir> is the real path of the store's folder.  It is no part of the store,
 * so that a backup put back in its place does not bring an older one.
 *
 *	caorder revocations 1
 *	1 2026-11-22T02:00:00Z 00202611220000001 sm2 <sign> <encrypt>
 *	    <not_after> keyCompromise <since> <crl or -> <crl or -> <head>
 *
 * One line a revocation (here folded), numbered as in the store; head is the
 * SHA-256 of the previous head and the line before it.  Lines are appended and
 * synced after the store's commit and before anybody is told.  One that a
 * crash tore is passed over, where the same number follows whole.
 */
#ifndef CAO_STORE_WITNESS_H
#define CAO_STORE_WITNESS_H

#include "store/revocation.h"

/*
 * Bring the file up to the store, syncing it; nothing to be done is cheap.
 * Outside a transaction.
 */
CAO_MUST enum cao_status
cao_witness_write(struct cao_store *, struct cao_error *);
/*
 * Is the store at least as new as the file?  CAO_INTEGRITY if the file tells
 * of revocations that the store does not have, tells another story, or is
 * missing where the store has some: then nothing may be issued or answered
 * until "ca-admin verify --replay".
 */
CAO_MUST enum cao_status
cao_witness_check(struct cao_store *, struct cao_error *);
/* Apply what the file has and the store lacks, in a transaction of its own;
 * a file that is missing is written anew.  *ret_count: how many. */
CAO_MUST enum cao_status cao_witness_replay(struct cao_store *,
    const struct cao_env *, uint64_t *ret_count, struct cao_error *);

#endif /* CAO_STORE_WITNESS_H */
