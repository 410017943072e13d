/*
 * What became of pairs after their issue.  Both certificates of a pair move
 * together.  A row is complete in itself, so that lists and answers need
 * nothing else, and outlives the loss of the pair it is about.
 */
#ifndef CAO_STORE_REVOCATION_H
#define CAO_STORE_REVOCATION_H

#include "pki/cert.h"
#include "pki/reason.h"

struct cao_query;
struct cao_store;

struct cao_revocation {
	int64_t id;
	char number[CAO_NUMBER_SIZE]; /* of the order whose pair it is */
	char ca[8];                   /* "sm2" "p256" "rsa" */
	unsigned char serial[2][CAO_SERIAL_SIZE]; /* by enum cao_usage */
	char *crl[2]; /* the addresses in the certificates; may be NULL */
	int64_t not_after;
	enum cao_reason reason;
	int64_t since; /* revocationDate: does not move while it is held */
	int64_t at;    /* when it was recorded */
	int64_t order, by_order; /* rows: whose pair, who asked; 0: unknown */
};
void cao_revocation_free(struct cao_revocation *); /* what it holds */

/*
 * Record it, in the caller's transaction; after the commit and before anybody
 * is told, cao_witness_write() puts it into the journal beside the store.
 * at and since are filled in: now, or when the hold that it follows began.
 * A replayed one brings its id, at and since; any other has 0 as its id.
 * CAO_DENIED if the pair is revoked for good already, a release of one that
 * is not held, a hold of one that is.
 */
CAO_MUST enum cao_status cao_revocation_put(struct cao_store *,
    const struct cao_env *, struct cao_revocation *, struct cao_error *);

/* The revocation of the current row of a statement @revocation_row@. */
CAO_MUST enum cao_status cao_revocation_row(
    const struct cao_query *, struct cao_revocation *ret, struct cao_error *);

/* The last word on a pair, by its order or by either serial; *ret_found false
 * if nothing was ever said.  A release counts as found, with its reason. */
CAO_MUST enum cao_status
cao_revocation_of(struct cao_store *, const char *number,
    struct cao_revocation *ret, bool *ret_found, struct cao_error *);
CAO_MUST enum cao_status
cao_revocation_by_serial(struct cao_store *, const void *serial, size_t len,
    struct cao_revocation *ret, bool *ret_found, struct cao_error *);

#endif /* CAO_STORE_REVOCATION_H */
