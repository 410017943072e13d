/* Looking through the whole store: what verify.c shares with its parts. */
#ifndef CAO_FLOW_VERIFY_H
#define CAO_FLOW_VERIFY_H

#include "flow/ca.h"
#include "flow/evidence.h"

struct cao_verify {
	struct cao_store *store;
	int64_t now;
	void (*bad)(void *arg, const struct cao_error *);
	void (*progress)(void *arg, uint64_t done, uint64_t total);
	void *arg;
	struct cao_error first; /* bad place; status CAO_OK: none yet */
	uint64_t done, total;

	struct cao_evidence_cache *cache;
	struct cao_verify_ca {
		struct cao_buf der;
		struct cao_cert cert;
		struct cao_key *key; /* NULL: bad, and told */
	} ca[CAO_CAS];
};

/* What .ca holds. */
void cao_verify_close(struct cao_verify *);

/*
 * What became of one check: what it found is told, with the prefix and a
 * colon before it (NULL: none), and the work goes on; only a status that
 * concerns the store as a whole is returned.
 */
CAO_MUST enum cao_status cao_verify_judge(struct cao_verify *, enum cao_status,
    struct cao_error *, const char *prefix);

/* Tell it as a note: something is to be done, and nothing is wrong. */
void cao_verify_note(struct cao_verify *, struct cao_error *);

/* Read the CAs' certificates into .ca, and hold them to each other and to
 * what was recorded when the store was made. */
CAO_MUST enum cao_status
cao_verify_authorities(struct cao_verify *, struct cao_error *);
/* The OCSP responders, as far as they were made: recorded, and by the CAs
 * that cao_verify_authorities() has read. */
CAO_MUST enum cao_status
cao_verify_responders(struct cao_verify *, struct cao_error *);
/* The register: signed, and the one last journalled.  Outside a
 * transaction. */
CAO_MUST enum cao_status
cao_verify_register(struct cao_verify *, struct cao_error *);
/* The revocation lists; what only has to be made anew is told as a note. */
CAO_MUST enum cao_status
cao_verify_lists(struct cao_verify *, struct cao_error *);
/* The numbers of invoices, and that they are of the orders' fees. */
CAO_MUST enum cao_status
cao_verify_invoices(struct cao_verify *, struct cao_error *);
/* The texts of notices, whose faults are told as notes: verify_notices.c. */
CAO_MUST enum cao_status
cao_verify_notices(struct cao_verify *, struct cao_error *);
/* The ledger, the lines that wait and the refunds of them: verify_ledger.c. */
CAO_MUST enum cao_status
cao_verify_ledger(struct cao_verify *, struct cao_error *);
/* All about one order but its documents' contents. */
CAO_MUST enum cao_status
cao_verify_order(struct cao_verify *, const char *number, struct cao_error *);
/* That what was issued, of whatever business, was decided on by two people
 * and paid, and that it did to the other pair what it was to. */
CAO_MUST enum cao_status cao_verify_fulfilled(
    struct cao_verify *, const struct cao_order *, struct cao_error *);
/* What became of its pair: on whose word. */
CAO_MUST enum cao_status cao_verify_revocations(
    struct cao_verify *, const struct cao_order *, struct cao_error *);
/* Its backup PINs of later, and the tries at its one-time code. */
CAO_MUST enum cao_status cao_verify_pins(
    struct cao_verify *, const struct cao_order *, struct cao_error *);
/* Its pair and its receipt. */
CAO_MUST enum cao_status cao_verify_pair(
    struct cao_verify *, const struct cao_order *, struct cao_error *);
/* Its pair alone, before another order or somebody's word changes what
 * becomes of it.  Besides .store, .ca alone is used, which is read the first
 * time; cao_verify_close() after the last. */
CAO_MUST enum cao_status cao_verify_subject(
    struct cao_verify *, const struct cao_order *, struct cao_error *);
CAO_MUST enum cao_status cao_verify_receipt(
    struct cao_verify *, const struct cao_order *, struct cao_error *);

#endif /* CAO_FLOW_VERIFY_H */
