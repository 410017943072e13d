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
 * SHA-256 of the previous head and the line before it, the first one of the
 * file's first line.  Lines are appended and synced one by one, after the
 * store's commit and before anybody is told.  One that a crash tore is passed
 * over, and follows again whole.
 *
 * Nothing here is called inside a transaction.  The file is only ever made
 * and appended to, so that it can have the append-only attribute.
 */
#ifndef CAO_STORE_WITNESS_H
#define CAO_STORE_WITNESS_H

#include "store/revocation.h"

/*
 * Make the file of a store that will be made in dir, whose parent is there.
 * CAO_DENIED if there is one that tells of another store's revocations.
 */
CAO_MUST enum cao_status cao_witness_begin(const char *dir, struct cao_error *);

/* Bring the file up to the store, syncing it, or make it; where nothing is to
 * be done, only its end is read. */
CAO_MUST enum cao_status
cao_witness_write(struct cao_store *, struct cao_error *);
/*
 * Is the store at least as new as the file?  By the end of the file alone.
 * CAO_INTEGRITY if it tells of revocations that the store does not have, tells
 * another story, or is missing where the store has some: then nothing may be
 * issued or answered until "ca-admin verify --replay".  A file that is behind,
 * since a crash came before it was written, is brought up to the store here,
 * and one that is missing is made, if the store has no revocation.
 */
enum cao_witness_how {
	CAO_WITNESS_READ, /* nothing is written */
	CAO_WITNESS_MEND, /* where it is behind, by who may write it */
	CAO_WITNESS_WRITE /* and a torn end; who may not write it is refused */
};
CAO_MUST enum cao_status
cao_witness_check(struct cao_store *, enum cao_witness_how, struct cao_error *);
/* By every line of the file, each against the store; nothing is written. */
CAO_MUST enum cao_status
cao_witness_verify(struct cao_store *, struct cao_error *);
/*
 * Apply what the file has and the store lacks, all in one transaction, and
 * then bring the file up to the store.  *ret_count: how many were applied.
 * A replayed one does not know the order that asked for it.
 */
CAO_MUST enum cao_status cao_witness_replay(struct cao_store *,
    const struct cao_env *, uint64_t *ret_count, struct cao_error *);

/*
 * The store, put back from a backup, will be in dir, whose parent is there:
 * hold it to the file that there is, or make one of it.  *ret_behind: how many
 * revocations the file tells of that the store does not have.
 */
CAO_MUST enum cao_status cao_witness_adopt(struct cao_store *, const char *dir,
    uint64_t *ret_behind, bool *ret_made, struct cao_error *);

#endif /* CAO_STORE_WITNESS_H */
