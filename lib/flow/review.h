/* Decisions on orders, signed in batches. */
#ifndef CAO_FLOW_REVIEW_H
#define CAO_FLOW_REVIEW_H

#include "flow/operator.h"

/* A decision about to be made. */
struct cao_verdict {
	struct cao_result *result;
	enum cao_decision kind;
	const char *reason;     /* or NULL */
	struct cao_order order; /* loaded by cao_verdict_load() */
	bool made; /* to be recorded: allowed, and not taken already */
};

/*
 * Load the verdict's order in the current transaction and check that the
 * operator may make it: the role, the step, the two different people, the
 * facts against the journal.  What stands in the way becomes the result's
 * fault.  Only a fatal status is returned.
 */
CAO_MUST enum cao_status cao_verdict_load(struct cao_store *,
    const struct cao_operator *, struct cao_verdict *, struct cao_error *);
/* Was the verdict's order abandoned for as long as its service says?  As
 * above. */
CAO_MUST enum cao_status cao_abandoned_check(struct cao_store *,
    const struct cao_env *, struct cao_verdict *, struct cao_error *);
/* Sign and put those that are made, as one piece of evidence, an order that
 * comes twice once; rules NULL: a person decided. */
CAO_MUST enum cao_status
cao_verdicts_put(struct cao_store *, const struct cao_env *,
    const struct cao_operator *, const unsigned char *rules,
    struct cao_verdict *, size_t count, struct cao_error *);
/* The same, and commit. */
CAO_MUST enum cao_status
cao_verdicts_record(struct cao_store *, const struct cao_env *,
    const struct cao_operator *, const unsigned char *rules,
    struct cao_verdict *, size_t count, struct cao_error *);
void cao_verdicts_free(struct cao_verdict *, size_t count);

#endif /* CAO_FLOW_REVIEW_H */
