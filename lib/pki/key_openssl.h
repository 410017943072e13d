/* For the modules of this room only: the OpenSSL key inside. */
#ifndef CAO_PKI_KEY_OPENSSL_H
#define CAO_PKI_KEY_OPENSSL_H

#include <openssl/evp.h>
#include <openssl/x509.h>

#include "pki/key.h"

EVP_PKEY *cao_key_pkey(const struct cao_key *); /* borrowed */
/* Takes the reference over, also on failure. */
CAO_MUST enum cao_status
cao_key_from_pkey(EVP_PKEY *, struct cao_key **ret, struct cao_error *);
/* As cao_fail(), with the reason of the first queued OpenSSL error; empties
 * the queue. */
enum cao_status cao_fail_ssl(struct cao_error *, enum cao_status,
    const char *format, ...) CAO_PRINTF(3, 4);

#endif /* CAO_PKI_KEY_OPENSSL_H */
