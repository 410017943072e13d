/*
 * What orders are fulfilled with that make no pair but deliver something:
 * pure work, to be done on any core.
 */
#ifndef CAO_FLOW_DELIVER_H
#define CAO_FLOW_DELIVER_H

#include "base/secret.h"
#include "order/order.h"

struct cao_delivery {
	const struct cao_order *order;       /* that asks for it */
	const struct cao_order *subject;     /* whose pair it is about, with its
	                                    application and pair */
	const struct cao_order *current;     /* KEY: whose signing key is the
	                                    holder's now, with its pair */
	struct cao_buf sealed;               /* PIN: as last sealed */
	const struct cao_key *recovery;      /* NULL: it is not there */
	const struct cao_buf *recovery_cert; /* DER */
	int64_t now, hours; /* PIN: when, and how long the code is good */

	struct cao_buf payload;
	int64_t expires;         /* 0: it does not */
	struct cao_secret *code; /* PIN: to be told to the handler alone */
};
/* What it holds but was not given. */
void cao_delivery_free(struct cao_delivery *);

/* Open the sealed PIN with the recovery key and seal it under a new one-time
 * code (pki/code.h), for the order's number. */
CAO_MUST enum cao_status
cao_deliver_pin(struct cao_delivery *, struct cao_error *);
/*
 * Open the subject's archived encryption key, hold it to its certificate, and
 * seal it to the current signing certificate: an envelope (pki/envelope.h).
 */
CAO_MUST enum cao_status
cao_deliver_key(struct cao_delivery *, struct cao_error *);

/* The archived encryption key of a pair; CAO_INTEGRITY if it does not open or
 * is not its encryption certificate's, CAO_NOTFOUND without recovery key. */
CAO_MUST enum cao_status cao_deliver_archived(const struct cao_pair *,
    const struct cao_key *recovery, const struct cao_buf *recovery_cert,
    struct cao_key **ret, struct cao_error *);

#endif /* CAO_FLOW_DELIVER_H */
