/* Certification requests: PKCS #10, RFC 2986. */
#ifndef CAO_PKI_CSR_H
#define CAO_PKI_CSR_H

#include "pki/key.h"
#include "pki/name.h"

#define CAO_CSR_MAX (64 * 1024) /* octets, PEM or DER */

struct cao_csr {
	struct cao_buf der;
	struct cao_key *key; /* public */
	unsigned char key_digest[CAO_DIGEST_SIZE];
};
void cao_csr_free(struct cao_csr *); /* what it holds */

/* Make one over the key, with that subject and no attributes. */
CAO_MUST enum cao_status cao_csr_make(const struct cao_key *,
    const struct cao_subject *, struct cao_buf *ret_der, struct cao_error *);
/*
 * Read PEM (either label) or DER and verify the proof of possession, its
 * self-signature (for SM2 with the distinguishing id; a signature with the
 * empty id is named as such).  CAO_INPUT says what is wrong and what to do.
 * The subject in it is not used: the application names the holder.
 */
CAO_MUST enum cao_status cao_csr_read(const char *name, const void *, size_t,
    struct cao_csr *ret, struct cao_error *);

#endif /* CAO_PKI_CSR_H */
