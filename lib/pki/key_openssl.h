/* For the modules of this room only: the OpenSSL key inside. */
#ifndef CAO_PKI_KEY_OPENSSL_H
#define CAO_PKI_KEY_OPENSSL_H

#include <openssl/evp.h>
#include <openssl/x509.h>

#include "pki/key.h"

#define CAO_OID_EC "1.2.840.10045.2.1"
#define CAO_OID_RSA "1.2.840.113549.1.1.1"
#define CAO_OID_SM2_CURVE "1.2.156.10197.1.301"
#define CAO_OID_P256_CURVE "1.2.840.10045.3.1.7"

#define CAO_SCALAR_SIZE 32
#define CAO_POINT_SIZE 65 /* uncompressed: 04, X, Y */

EVP_PKEY *cao_key_pkey(const struct cao_key *); /* borrowed */
/* Takes the reference over, also on failure. */
CAO_MUST enum cao_status
cao_key_from_pkey(EVP_PKEY *, struct cao_key **ret, struct cao_error *);
/* The key with that private scalar (big-endian) on the curve of the algorithm,
 * CAO_SM2 or CAO_P256; its public part is computed.  CAO_INPUT if the scalar
 * is not in the curve's range. */
CAO_MUST enum cao_status
cao_key_from_scalar(enum cao_algorithm, const unsigned char *scalar, size_t len,
    struct cao_key **ret, struct cao_error *);
/* Append the PrivateKeyInfo (RFC 5958), in the clear. */
CAO_MUST enum cao_status cao_key_private_der(
    const struct cao_key *, struct cao_buf *out, struct cao_error *);
/* The key in a PrivateKeyInfo; the whole of der must be used. */
CAO_MUST enum cao_status cao_key_from_private(
    const void *der, size_t len, struct cao_key **ret, struct cao_error *);
/* The same of an ECPrivateKey (RFC 5915) that names its curve. */
CAO_MUST enum cao_status cao_key_from_ec_private(
    const void *der, size_t len, struct cao_key **ret, struct cao_error *);
/* Has it the outer form of a PrivateKeyInfo? */
bool cao_key_is_private(const void *der, size_t len);
/*
 * What scrypt makes of the PIN, from what is kept or anew: to close a key with
 * the salt and cost of this run, which come back in *ret; to open one with
 * its own, CAO_INPUT if that costs more than CAO_SCRYPT_MAX.
 */
#define CAO_SCRYPT_MAX (1U << 20) /* N * r * p: 128 MiB of memory */
#define CAO_PIN_KEY 32
#define CAO_SALT_SIZE 16 /* of what is written */
#define CAO_SALT_MAX 64  /* of what is read */
struct cao_scrypt {
	unsigned char salt[CAO_SALT_MAX];
	size_t salt_len;
	uint32_t n, r, p;
};
CAO_MUST enum cao_status
cao_pin_seal_key(struct cao_pin *, unsigned char ret_key[CAO_PIN_KEY],
    struct cao_scrypt *ret, struct cao_error *);
CAO_MUST enum cao_status
cao_pin_open_key(struct cao_pin *, const struct cao_scrypt *,
    unsigned char ret_key[CAO_PIN_KEY], struct cao_error *);
/* Is there a PEM block with that label? */
bool cao_pem_has(const char *text, size_t len, const char *label);

/* As cao_fail(), with the reason of the first queued OpenSSL error; empties
 * the queue. */
enum cao_status cao_fail_ssl(struct cao_error *, enum cao_status,
    const char *format, ...) CAO_PRINTF(3, 4);

#endif /* CAO_PKI_KEY_OPENSSL_H */
