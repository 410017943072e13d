/* The dossier as reviewers see it: what show.c shares with its parts. */
#ifndef CAO_FLOW_SHOW_H
#define CAO_FLOW_SHOW_H

#include "flow/evidence.h"
#include "flow/sheet.h"

struct cao_shown {
	struct cao_store *store;
	const struct cao_env *env;
	const struct cao_order *order;
	const struct cao_service *service; /* the pinned version */
	struct cao_evidence_cache *cache;
	const char *unmask; /* the reason, or NULL: masked */
	struct cao_sheet sheet;
};

/* A number of a person, an organisation, a telephone or an account. */
void cao_shown_number(
    struct cao_shown *, const char *key, const char *label, const char *number);

/* The certificates that the order is about, if it is: show_concern.c. */
CAO_MUST enum cao_status
cao_shown_concern(struct cao_shown *, struct cao_error *);
/* The sections: show_facts.c. */
void cao_shown_fee(struct cao_shown *);
CAO_MUST enum cao_status
cao_shown_documents(struct cao_shown *, struct cao_error *);
CAO_MUST enum cao_status
cao_shown_decisions(struct cao_shown *, struct cao_error *);
CAO_MUST enum cao_status
cao_shown_checks(struct cao_shown *, struct cao_error *);
/* The other orders of the same person, and of the same organisation. */
CAO_MUST enum cao_status
cao_shown_others(struct cao_shown *, struct cao_error *);
CAO_MUST enum cao_status
cao_shown_waits(struct cao_shown *, struct cao_error *);

#endif /* CAO_FLOW_SHOW_H */
