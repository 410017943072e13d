/* What the files of OCSP share. */
#ifndef CAO_PKI_OCSP_PARTS_H
#define CAO_PKI_OCSP_PARTS_H

#include "pki/der.h"
#include "pki/ocsp.h"

#define CAO_OID_OCSP_BASIC "1.3.6.1.5.5.7.48.1.1"
#define CAO_OID_OCSP_NONCE "1.3.6.1.5.5.7.48.1.2"

/* Of the subjectPublicKey without its tag, length and unused bits. */
CAO_MUST enum cao_status
cao_ocsp_key_hash(enum cao_ocsp_hash, const struct cao_cert *,
    unsigned char out[CAO_OCSP_HASH_MAX], size_t *ret_len, struct cao_error *);

/* A CertID, to its end. */
bool cao_ocsp_take_id(struct cao_der *, struct cao_ocsp_id *ret);
/* The content of Extensions: the nonce, if there is one, and no critical one
 * that is unknown. */
CAO_MUST enum cao_status cao_ocsp_read_extensions(
    struct cao_der list, struct cao_octets *ret_nonce, struct cao_error *);

#endif /* CAO_PKI_OCSP_PARTS_H */
