/*
 * Private keys and PINs on their way: to the holder under the holder's
 * signing key, and to the archive under the recovery certificate.
 */
#ifndef CAO_PKI_ENVELOPE_H
#define CAO_PKI_ENVELOPE_H

#include "pki/cert.h"

#define CAO_ENVELOPE_MAX (64 * 1024)

/*
 * The encryption key pair for the holder of the signing certificate: for SM2
 * an SM2EnvelopedKey (GM/T 0009-2012 section 7.4, SM4-ECB), for RSA and EC a
 * CMS EnvelopedData (RFC 5652; AES-256-CBC; RSA: RSAES-OAEP with SHA-256; EC:
 * ephemeral-static ECDH with SHA-256 KDF and AES-256 wrap, RFC 5753) over the
 * PKCS #8 PrivateKeyInfo.
 */
CAO_MUST enum cao_status cao_envelope_seal(const void *sign_cert, size_t len,
    const struct cao_key *encryption, struct cao_buf *out, struct cao_error *);
/*
 * Open it with the signing key.  The envelope's algorithm is told by its
 * content.  Foreign SM2EnvelopedKeys are read too: symAlgID with or without
 * parameters and as 104, 104.1 or 104.2, integers of fixed width, an encrypted
 * key of 32 octets or of 64 (the last 32 count).  CAO_INTEGRITY if it does not
 * open, or the private key does not belong to the public key in it.
 */
CAO_MUST enum cao_status cao_envelope_open(const struct cao_key *sign,
    const void *sign_cert, size_t sign_cert_len, const void *envelope,
    size_t len, struct cao_key **ret, struct cao_error *);

/* Seal octets to a recovery certificate (RSA): CMS EnvelopedData. */
CAO_MUST enum cao_status cao_recovery_seal(const void *cert, size_t cert_len,
    const void *, size_t, struct cao_buf *out, struct cao_error *);
CAO_MUST enum cao_status
cao_recovery_open(const struct cao_key *, const void *cert, size_t cert_len,
    const void *cms, size_t len, struct cao_secret **ret, struct cao_error *);
/* The PKCS #8 PrivateKeyInfo of a key, for the archive; and back. */
CAO_MUST enum cao_status cao_key_export(
    const struct cao_key *, struct cao_secret **ret, struct cao_error *);
CAO_MUST enum cao_status cao_key_import(
    const struct cao_secret *, struct cao_key **ret, struct cao_error *);

/* Keys with their certificates and the chain as PKCS #12 (RFC 7292) under the
 * PIN: PBES2 AES-256-CBC, HMAC SHA-256; friendly names as given. */
struct cao_bag {
	const struct cao_key *key;
	const void *cert;
	size_t cert_len;
	const char *name;
};
CAO_MUST enum cao_status cao_pkcs12_make(const struct cao_bag *bags,
    size_t nbags, const struct cao_octets *chain, size_t count,
    const struct cao_secret *pin, struct cao_buf *out, struct cao_error *);

#endif /* CAO_PKI_ENVELOPE_H */
