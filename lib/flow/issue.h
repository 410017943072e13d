/* Orders being fulfilled: what issue.c shares with its parts. */
#ifndef CAO_FLOW_ISSUE_H
#define CAO_FLOW_ISSUE_H

#include "flow/concern.h"
#include "flow/deliver.h"
#include "flow/evidence.h"
#include "flow/pair.h"
#include "flow/verify.h"
#include "store/revocation.h"

/* An order on its way. */
struct cao_issuing {
	struct cao_store *store; /* for the work: its folder and no more */
	struct cao_result *result;
	struct cao_order order;
	const struct cao_service *service; /* the pinned version */
	struct cao_concern concern; /* the pair that it is about, if it is */
	struct cao_order current;   /* for a delivery: whose signing key is
	                               the holder's now */
	struct cao_csr csr;
	struct cao_pair_work work;
	struct cao_delivery delivery;
	bool open; /* still to be fulfilled: loaded and without a fault */
	struct cao_error error;
};
void cao_issuing_free(struct cao_issuing *); /* what it holds */

/*
 * Load one order and hold it to everything that what it asks for will rest
 * on, in the current transaction; open, unless that was done already.
 */
CAO_MUST enum cao_status cao_issuing_examine(struct cao_store *,
    const struct cao_env *, const struct cao_ca *, struct cao_issuing *,
    struct cao_verify *, struct cao_evidence_cache *, struct cao_error *);

/* Hold it to the pair that it is about, as that stands in the current
 * transaction. */
CAO_MUST enum cao_status
cao_issuing_concern(struct cao_store *, const struct cao_env *,
    const struct cao_issuing *, struct cao_concern *ret, struct cao_error *);

/* Is a pair to be made of it? */
bool cao_issuing_makes_pair(const struct cao_issuing *);
/* The scans, the request, then what the business makes: no database. */
CAO_MUST enum cao_status
cao_issuing_make(struct cao_issuing *, struct cao_error *);

/*
 * Record it: what becomes of the other pair, then the pair or the
 * fulfilment, then the invoice.  A one-time code is handed to code first, which
 * keeps it.  All or none, by the caller's transaction.
 */
CAO_MUST enum cao_status
cao_issuing_record(struct cao_store *, const struct cao_env *,
    const struct cao_issue *, struct cao_issuing *, struct cao_error *);

/* Put the next word on the subject's pair, in the caller's transaction;
 * by_order: the row of the order that asks for it, or 0. */
CAO_MUST enum cao_status cao_issuing_revoke(struct cao_store *,
    const struct cao_env *, const struct cao_order *subject, enum cao_reason,
    int64_t by_order, struct cao_error *);

#endif /* CAO_FLOW_ISSUE_H */
