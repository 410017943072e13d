/* Is a certificate good: signatures up to a trusted root, names, dates. */
#ifndef CAO_PKI_CHAIN_H
#define CAO_PKI_CHAIN_H

#include "pki/cert.h"

/*
 * Verify the leaf at that instant through the given certificates, the last of
 * which is the trusted root (X509_verify_cert with the SM2 distinguishing id
 * set on every certificate).  CAO_INTEGRITY names the certificate and the
 * rule that failed; an expired one is CAO_DENIED.
 */
CAO_MUST enum cao_status
cao_chain_verify(const struct cao_octets *leaf, const struct cao_octets *above,
    size_t count, int64_t when, struct cao_error *);

/* Is the signature over the certificate's TBS that key's?  Nothing else is
 * looked at.  CAO_INTEGRITY if not. */
CAO_MUST enum cao_status cao_cert_verify(const struct cao_cert *leaf,
    const struct cao_key *issuer_key, struct cao_error *);

#endif /* CAO_PKI_CHAIN_H */
