/* The CAs with their keys opened, and the recovery certificate. */
#ifndef CAO_FLOW_CA_H
#define CAO_FLOW_CA_H

#include "pki/cert.h"

struct cao_store;

/* One CA for each of sm2, p256 and rsa, the latter for both sizes. */
#define CAO_CAS 3

struct cao_ca {
	struct {
		struct cao_key *key;
		struct cao_issuer *issuer;
		int64_t not_after;
	} list[CAO_CAS];
	struct cao_buf recovery;      /* DER */
	struct cao_key *recovery_key; /* NULL: it is locked away */
};
extern const char *const cao_ca_names[CAO_CAS]; /* "sm2" "p256" "rsa" */
/* Which of them issues for keys of that algorithm. */
unsigned cao_ca_index(enum cao_algorithm);

/* The issuing CA's certificate and its root's, as DER. */
CAO_MUST enum cao_status cao_ca_chain(struct cao_store *, enum cao_algorithm,
    struct cao_buf *ret_issuing, struct cao_buf *ret_root, struct cao_error *);

#endif /* CAO_FLOW_CA_H */
