/* What a certificate's status is answered from. */
#ifndef CAO_FLOW_ANSWER_H
#define CAO_FLOW_ANSWER_H

#include "flow/responder.h"

/* An issuing CA as answers need it. */
struct cao_answer_ca {
	unsigned i; /* of cao_ca_names */
	struct cao_buf der;
	struct cao_cert cert; /* windows into der */
	struct cao_ocsp_issuer issuer;
};
CAO_MUST enum cao_status cao_answer_ca_read(struct cao_store *, unsigned i,
    struct cao_answer_ca *ret, struct cao_error *);

/*
 * What revocations say of the CA's certificate with that serial: revoked by
 * the last one of its pair, or good where that took it back.  *ret_said false:
 * there is none, and *ret is left alone.  One outlives the loss of its pair.
 */
CAO_MUST enum cao_status cao_answer_revoked(struct cao_store *,
    const struct cao_answer_ca *, const void *serial, size_t len,
    struct cao_ocsp_status *ret, bool *ret_said, struct cao_error *);

/* Until when an answer of now is good: as the store's config says, and not
 * beyond the responder's own end. */
CAO_MUST enum cao_status
cao_answer_until(struct cao_store *, const struct cao_responder *, int64_t now,
    int64_t *ret, struct cao_error *);

#endif /* CAO_FLOW_ANSWER_H */
