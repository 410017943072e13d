/* A pair of certificates made: pure work, to be done on any core. */
#ifndef CAO_FLOW_PAIR_H
#define CAO_FLOW_PAIR_H

#include "flow/ca.h"
#include "order/order.h"
#include "pki/csr.h"

/* What goes in is set by the caller; what comes out is freed with
 * cao_pair_work_free(). */
struct cao_pair_work {
	const struct cao_application *application;
	const struct cao_profile *profile;
	const struct cao_ca *ca;
	const struct cao_pair *kept; /* whose encryption key is kept, or NULL */
	const struct cao_key *holder;             /* public, from the request */
	unsigned char serial[2][CAO_SERIAL_SIZE]; /* by enum cao_usage */
	int64_t not_before, not_after;

	struct cao_buf cert[2]; /* DER, by enum cao_usage */
	struct cao_buf envelope, archive;
};
void cao_pair_work_free(struct cao_pair_work *);

/*
 * Make the encryption key, or take the one that is kept out of the archive, build both to-be-signed certificates, lint them,
 * sign them, hold what was signed to what was linted, seal the encryption key
 * to the holder and to the archive.
 */
CAO_MUST enum cao_status
cao_pair_make(struct cao_pair_work *, struct cao_error *);

#endif /* CAO_FLOW_PAIR_H */
