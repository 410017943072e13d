/* Why a certificate is no longer to be relied on: CRLReason, RFC 5280 section
 * 5.3.1. */
#ifndef CAO_PKI_REASON_H
#define CAO_PKI_REASON_H

#include <stdbool.h>

enum cao_reason {
	CAO_UNSPECIFIED = 0,
	CAO_KEY_COMPROMISE = 1,
	CAO_CA_COMPROMISE = 2,
	CAO_AFFILIATION_CHANGED = 3,
	CAO_SUPERSEDED = 4,
	CAO_CESSATION = 5,
	CAO_HOLD = 6,    /* the only one that can be taken back */
	CAO_RELEASE = 8, /* removeFromCRL: it is taken back */
	CAO_PRIVILEGE_WITHDRAWN = 9,
	CAO_AA_COMPROMISE = 10,
	CAO_REASONS
};

/* As ASN.1 names it, "keyCompromise"; NULL for 7, which is not used. */
const char *cao_reason_name(enum cao_reason);
/* False if it is none of them. */
bool cao_reason_find(const char *name, enum cao_reason *ret);

#endif /* CAO_PKI_REASON_H */
