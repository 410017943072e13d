/* What a reviewer would check, checked. */
#ifndef CAO_FLOW_CHECKS_H
#define CAO_FLOW_CHECKS_H

#include "flow/evidence.h"

enum cao_outcome {
	CAO_PASS,
	CAO_NOTE, /* to be looked at by a person */
	CAO_FAIL
};
extern const char *const cao_outcome_words[]; /* "pass" … NULL */

struct cao_check {
	const char *name;
	enum cao_outcome outcome;
	char text[CAO_ERROR_TEXT]; /* translated, one sentence */
};

#define CAO_CHECKS 19
/*
 * All checks that apply to a whole order that was loaded with CAO_LOAD_ALL, in the
 * current transaction.  Only what keeps them from being done is returned.
 */
CAO_MUST enum cao_status
cao_checks_run(struct cao_store *, const struct cao_env *,
    const struct cao_order *, struct cao_evidence_cache *,
    struct cao_check ret[CAO_CHECKS], size_t *ret_count, struct cao_error *);

#endif /* CAO_FLOW_CHECKS_H */
