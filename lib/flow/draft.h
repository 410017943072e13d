/* An application on its way in: what caorder.h hands out as one. */
#ifndef CAO_FLOW_DRAFT_H
#define CAO_FLOW_DRAFT_H

#include "flow/offer.h"
#include "order/place.h"
#include "pki/csr.h"

struct cao_asking;

struct cao_draft {
	struct cao_application application; /* first: it is handed out */
	struct cao_csr csr;                 /* of its csr; key NULL: none */
	struct cao_buf sealed_pin;          /* of its sealed_pin: DER */
	struct cao_buf holder;              /* of its holder: the signature */
	struct cao_faults notes;            /* doubts, to be told */
	struct cao_asking *asking;          /* while it is asked for */
};

CAO_MUST enum cao_status
cao_draft_new(struct cao_draft **ret, struct cao_error *);
/* The draft that an application was handed out of. */
const struct cao_draft *cao_draft_of(const struct cao_application *);

/* What the certificates will call the holder. */
struct cao_subject cao_draft_subject(const struct cao_application *);

/* Read what came encoded, csr, sealed_pin and holder, and hold it to the
 * rest. */
void cao_draft_decode(struct cao_draft *, const struct cao_place *);

/*
 * Hold the application to the service that it names, as it is on offer now,
 * which comes in *ret_offer; false if a fault was added.  A fault that is not
 * of input, such as of the store, is among them.
 */
bool cao_draft_fits(const struct cao_draft *, struct cao_store *or_null,
    const struct cao_place *, struct cao_offer *ret_offer);

/* asking.c */
void cao_asking_free(struct cao_asking *);

#endif /* CAO_FLOW_DRAFT_H */
