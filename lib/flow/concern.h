/* The pair of certificates that an application or an order is about. */
#ifndef CAO_FLOW_CONCERN_H
#define CAO_FLOW_CONCERN_H

#include "flow/flow.h"

#define CAO_CHANGED_MAX 3
struct cao_concern {
	struct cao_order subject; /* whose pair it is, with its dossier
	                             and pair */
	enum cao_standing standing;
	/* The parts of the application that are not as they were: "user",
	 * "organisation"; NULL-terminated. */
	const char *changed[CAO_CHANGED_MAX];
};
void cao_concern_free(struct cao_concern *); /* what it holds */

/* The number of the order that the application names by it or by a serial;
 * CAO_NOTFOUND.  "" if its business is about none. */
CAO_MUST enum cao_status
cao_concern_number(struct cao_store *, const struct cao_application *,
    char ret[CAO_NUMBER_SIZE], struct cao_error *);

/*
 * Load the pair of that order and hold the application to it, in the current
 * transaction: it stands as the business takes it, nothing follows it yet and
 * no other order (than own, a row or 0) is under way for the same, it was
 * asked for in the service's window, something is left of the term where that
 * is what is asked for, the holder is the same, or in a change the
 * same person and organisation with something changed, the algorithm goes
 * with the key that is kept, a PIN can be recovered.  The field of the error
 * names what does not fit.
 * asked is when the order was made, or now.
 */
CAO_MUST enum cao_status cao_concern_load(struct cao_store *,
    const struct cao_env *, const struct cao_application *,
    const struct cao_service *, const char *number, int64_t own, int64_t asked,
    struct cao_concern *ret, struct cao_error *);

/* The same but for the holder: of the application business, service, algorithm
 * and encryption_key are looked at alone. */
CAO_MUST enum cao_status cao_concern_open(struct cao_store *,
    const struct cao_env *, const struct cao_application *,
    const struct cao_service *, const char *number, int64_t own, int64_t asked,
    struct cao_concern *ret, struct cao_error *);

/* Is the encryption key of the application's pair the subject's? */
bool cao_concern_keeps_key(const struct cao_application *);

/* Hold the holder's signature to the subject's signing certificate:
 * CAO_INPUT. */
CAO_MUST enum cao_status cao_concern_holder(const struct cao_order *subject,
    const unsigned char content[CAO_DIGEST_SIZE], const struct cao_buf *csr,
    const struct cao_buf *signature, struct cao_error *);

#endif /* CAO_FLOW_CONCERN_H */
