/* What the files of keys share. */
#ifndef CAO_PKI_KEY_PARTS_H
#define CAO_PKI_KEY_PARTS_H

#include "pki/der.h"
#include "pki/key_openssl.h"

#define CAO_RSA_BITS_MIN 2048
#define CAO_RSA_BITS_MAX 4096

/* What differs between the two curves, by enum cao_algorithm. */
#define CAO_CURVES 2
struct cao_curve {
	const char *type, *group; /* as OpenSSL names them */
	const char *oid;
	int nid;
};
extern const struct cao_curve cao_curves[CAO_CURVES];

/* To be called before the functions below: what they use is made once. */
CAO_MUST enum cao_status cao_curve_ready(struct cao_error *);
/* Any form of a point, checked, to the uncompressed one. */
bool cao_curve_uncompress(enum cao_algorithm, const unsigned char *, size_t,
    unsigned char out[CAO_POINT_SIZE]);
/* The public key that is that point, uncompressed or compressed. */
CAO_MUST enum cao_status cao_curve_key(enum cao_algorithm,
    const struct cao_der *point, struct cao_key **ret, struct cao_error *);
/* The digest that goes with the algorithm's signatures. */
const EVP_MD *cao_curve_md(enum cao_algorithm);

/* Are modulus and exponent those of a key that is taken? */
CAO_MUST enum cao_status
cao_rsa_check(const BIGNUM *n, const BIGNUM *e, struct cao_error *);
/* It is no SubjectPublicKeyInfo, in words. */
enum cao_status cao_key_not_spki(struct cao_error *);

#endif /* CAO_PKI_KEY_PARTS_H */
