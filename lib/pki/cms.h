/* For the modules of this room only: CMS EnvelopedData, RFC 5652 section 6. */
#ifndef CAO_PKI_CMS_H
#define CAO_PKI_CMS_H

#include "pki/cert.h"

/*
 * Append data enveloped to the certificate's key.  AES-256-CBC; to RSA by
 * RSAES-OAEP with SHA-256 (RFC 4055), to P-256 by ephemeral-static ECDH with
 * the X9.63 KDF over SHA-256 and AES-256 key wrap (RFC 5753, RFC 3394).
 * CAO_INPUT for an SM2 key, for which CMS has no such recipient.
 */
CAO_MUST enum cao_status
cao_cms_seal(const struct cao_cert *to, const struct cao_key *to_key,
    const void *data, size_t len, struct cao_buf *out, struct cao_error *);

/* Open such an envelope, or one of others' making.  CAO_INTEGRITY if it does
 * not open with that key; the whole of cms must be used. */
CAO_MUST enum cao_status
cao_cms_open(const struct cao_key *, const void *cert, size_t cert_len,
    const void *cms, size_t len, struct cao_secret **ret, struct cao_error *);

#endif /* CAO_PKI_CMS_H */
