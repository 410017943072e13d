/* A CA's own certificates. */
#ifndef CAO_PKI_AUTHORITY_H
#define CAO_PKI_AUTHORITY_H

#include "pki/cert.h"

/* A root and an issuing CA under it for one algorithm, each with a DN of its
 * own ("<name> SM2 Root", "<name> SM2 CA"; P-256, RSA-2048, RSA-3072). */
struct cao_hierarchy {
	struct cao_key *root_key, *issuing_key;
	struct cao_buf root_cert, issuing_cert; /* DER */
};
/* RSA keys of the CA are RSA-3072.  Root 20 years, issuing 10 years. */
CAO_MUST enum cao_status
cao_authority_make(enum cao_algorithm, const char *ca_name, int64_t now,
    struct cao_hierarchy *ret, struct cao_error *);
void cao_hierarchy_free(struct cao_hierarchy *);

/* A self-signed certificate of that usage (CAO_RECOVERY, or the operators'
 * CAO_AUTHORITY) over a key, "<name> <title>". */
CAO_MUST enum cao_status cao_authority_self(const struct cao_key *,
    enum cao_usage, const char *ca_name, const char *title, int64_t now,
    int years, struct cao_buf *ret_cert, struct cao_error *);

/*
 * The certificate of an OCSP responder (RFC 6960 section 4.2.2.2) over that
 * key, by the issuing CA, from now for so many days or until the CA's own end:
 * "<name> SM2 OCSP" under "<name> SM2 CA".
 */
CAO_MUST enum cao_status cao_authority_responder(const struct cao_issuer *,
    const struct cao_key *issuer_key, const struct cao_key *, int64_t now,
    int64_t days, struct cao_buf *ret_cert, struct cao_error *);

#endif /* CAO_PKI_AUTHORITY_H */
