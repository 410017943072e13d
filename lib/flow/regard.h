/* What rules may ask about an order, gathered. */
#ifndef CAO_FLOW_REGARD_H
#define CAO_FLOW_REGARD_H

#include "flow/flow.h"
#include "order/rules.h"

/* Each value's text is its own, and lives until it is freed. */
struct cao_regarded {
	struct cao_rule_value values[CAO_RULE_FACTS];
	char *texts[CAO_RULE_FACTS];
};
void cao_regarded_free(struct cao_regarded *); /* what it holds */

/* CAO_INTEGRITY if the stored application lacks what every one has. */
CAO_MUST enum cao_status
cao_regard_whole(const struct cao_application *, struct cao_error *);

/*
 * Every value of enum cao_rule_fact of an order that was loaded with
 * CAO_LOAD_DOSSIER and CAO_LOAD_TRANSFERS and is whole, in the current
 * transaction.
 */
CAO_MUST enum cao_status cao_regard(struct cao_store *, const struct cao_env *,
    const struct cao_order *, struct cao_regarded *ret, struct cao_error *);

/* How many other orders, open or issued, are for the same person at the same
 * organisation; how many others the organisation has. */
CAO_MUST enum cao_status
cao_regard_count(struct cao_store *, const struct cao_order *,
    int64_t *ret_person, int64_t *ret_organisation, struct cao_error *);
/* Whose money settled the fee: "yes" the organisation's, "no" somebody
 * else's, "none" if nothing is settled. */
const char *cao_regard_payer(const struct cao_order *);
/* Is the request in the form that ca-apply gives those it makes? */
bool cao_regard_made(const struct cao_order *);

#endif /* CAO_FLOW_REGARD_H */
