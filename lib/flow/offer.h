/* The services on offer: those of a store, or without one the shipped ones. */
#ifndef CAO_FLOW_OFFER_H
#define CAO_FLOW_OFFER_H

#include "flow/flow.h"

struct cao_offer {
	const struct cao_service *service; /* the store's until its next call */
	int64_t id;                        /* its row; 0: a shipped one */
	struct cao_service shipped;
};

/* The service of that name, or with name NULL the first; CAO_NOTFOUND names
 * the nearest. */
CAO_MUST enum cao_status cao_offer_find(struct cao_store *or_null,
    const char *name, struct cao_offer *ret, struct cao_error *);
void cao_offer_free(struct cao_offer *); /* what it holds */

/* The names of all, NULL-terminated; free with cao_offer_names_free(). */
CAO_MUST enum cao_status
cao_offer_names(struct cao_store *or_null, char ***ret, struct cao_error *);
void cao_offer_names_free(char **);

/* Append the text that a service refers to. */
CAO_MUST enum cao_status cao_offer_text(struct cao_store *or_null,
    const struct cao_text_ref *, struct cao_buf *out, struct cao_error *);

/* In the language of messages. */
const char *cao_offer_words(const struct cao_words *);

#endif /* CAO_FLOW_OFFER_H */
