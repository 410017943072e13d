/*
 * Keys, signatures, and keys under a PIN.
 *
 * SM2 signs with SM3 and the distinguishing id 1234567812345678 (GM/T 0009)
 * everywhere; P-256 is ECDSA with SHA-256; RSA is PKCS #1 v1.5 with SHA-256.
 */
#ifndef CAO_PKI_KEY_H
#define CAO_PKI_KEY_H

#include "base/buf.h"
#include "base/secret.h"
#include "pki/digest.h"

#define CAO_SM2_ID "1234567812345678"

enum cao_algorithm {
	CAO_SM2,
	CAO_P256,
	CAO_RSA2048,
	CAO_RSA3072,
	CAO_ALGORITHMS
};

extern const char *const cao_algorithm_names[]; /* "sm2" … NULL */
bool cao_algorithm_find(const char *name, enum cao_algorithm *ret);

/* A key: a public one, or with its private part. */
struct cao_key;

CAO_MUST enum cao_status
cao_key_generate(enum cao_algorithm, struct cao_key **ret, struct cao_error *);
void cao_key_free(struct cao_key *);
struct cao_key *cao_key_share(struct cao_key *); /* another reference */
bool cao_key_equal(const struct cao_key *, const struct cao_key *); /* public */

/*
 * A public key from its SubjectPublicKeyInfo (RFC 5280 section 4.1).  The
 * whole of der must be used.  CAO_INPUT for a key that is not DER, of another
 * algorithm or curve, a point off its curve, an RSA modulus under 2048 bits,
 * even or with an exponent that is even or under 65537.  RSA keys of 2048 to
 * 3071 bits count as CAO_RSA2048, up to 4096 as CAO_RSA3072.
 */
CAO_MUST enum cao_status cao_key_from_spki(
    const void *der, size_t len, struct cao_key **ret, struct cao_error *);
/* Its SubjectPublicKeyInfo, encoded once and kept; lives as long as the key.
 * For EC keys the parameters are the named curve, the point uncompressed. */
const unsigned char *cao_key_spki(const struct cao_key *, size_t *ret_len);
/* SHA-256 of the SubjectPublicKeyInfo. */
void cao_key_digest(const struct cao_key *, unsigned char out[CAO_DIGEST_SIZE]);
enum cao_algorithm cao_key_algorithm(const struct cao_key *);

/* Append the AlgorithmIdentifier of the key's signatures: SM2 and ECDSA with
 * absent parameters, RSA with NULL. */
void cao_key_signature_algorithm(const struct cao_key *, struct cao_buf *out);
/* Append the signature over data (DER for SM2 and ECDSA). */
CAO_MUST enum cao_status cao_key_sign(const struct cao_key *, const void *data,
    size_t len, struct cao_buf *out, struct cao_error *);
/* CAO_INTEGRITY if it is not that key's signature over data. */
CAO_MUST enum cao_status
cao_key_verify(const struct cao_key *, const void *data, size_t len,
    const void *signature, size_t signature_len, struct cao_error *);

/*
 * A PIN ready to open and close keys.  The key derivation (scrypt, RFC 7914,
 * N = 2^14, r = 15, p = 1: the most that openssl(1) opens) is done once for a
 * salt and kept: all keys that one run protects share the run's salt, each
 * with an IV of its own, since the PIN behind them is the same.  A PIN of
 * under 8 octets is refused when closing, not when opening.  Threads may
 * share it.
 */
struct cao_pin;
CAO_MUST enum cao_status cao_pin_new(
    const struct cao_secret *, struct cao_pin **ret, struct cao_error *);
void cao_pin_free(struct cao_pin *);
const struct cao_secret *cao_pin_secret(const struct cao_pin *);
/* Is it long enough to put keys under? */
CAO_MUST enum cao_status
cao_pin_check(const struct cao_secret *, struct cao_error *);

/* PEM "ENCRYPTED PRIVATE KEY": PKCS #8 under PBES2 with scrypt and
 * AES-256-CBC (RFC 5958, RFC 8018, RFC 7914). */
CAO_MUST enum cao_status cao_key_save(const struct cao_key *, struct cao_pin *,
    struct cao_buf *out, struct cao_error *);
/* PEM "PRIVATE KEY", for a key that opens with nobody there to be asked: the
 * file's mode alone guards it. */
CAO_MUST enum cao_status cao_key_save_clear(
    const struct cao_key *, struct cao_buf *out, struct cao_error *);
/*
 * From such a PEM, also one with PBKDF2 or in the clear as others write it.
 * name is for messages.  CAO_INPUT if the PIN does not open it, without
 * telling how near it was; CAO_INPUT if it is not such a file.
 */
CAO_MUST enum cao_status cao_key_load(const char *name, const char *pem,
    size_t len, struct cao_pin *, struct cao_key **ret, struct cao_error *);

/* Append a PEM block (RFC 7468). */
void cao_pem_put(
    struct cao_buf *out, const char *label, const void *der, size_t len);
/* The DER of the first block with that label (or, label NULL, of any);
 * CAO_INPUT if there is none.  *ret_rest, if not NULL, is set behind the
 * block. */
CAO_MUST enum cao_status
cao_pem_get(const char *name, const char *text, size_t len, const char *label,
    struct cao_buf *ret_der, const char **ret_rest, struct cao_error *);

#endif /* CAO_PKI_KEY_H */
