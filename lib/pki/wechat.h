/*
 * What WeChat Pay (API v3) signs and encrypts: requests by the merchant's RSA
 * key, answers and notices by WeChat Pay's, both SHA256withRSA; the contents
 * of notices AEAD_AES_256_GCM.
 */
#ifndef CAO_PKI_WECHAT_H
#define CAO_PKI_WECHAT_H

#include "pki/key.h"

#define CAO_WECHAT_KEY_SIZE 32 /* octets of the key of API v3 */
#define CAO_WECHAT_TAG_SIZE 16 /* octets at a ciphertext's end */

/* A request, as far as it is signed. */
struct cao_wechat_signed {
	const char *method; /* "GET" */
	const char *path;   /* from the slash, with the query */
	int64_t timestamp;
	const char *nonce;
	const void *body;
	size_t len;
};

/* Append the signature in Base64.  CAO_INPUT if the key is not RSA. */
CAO_MUST enum cao_status cao_wechat_sign(const struct cao_key *,
    const struct cao_wechat_signed *, struct cao_buf *out, struct cao_error *);

/* Is it the key's signature over an answer or a notice, whose body is taken
 * octet by octet as it came?  CAO_INTEGRITY if not. */
CAO_MUST enum cao_status cao_wechat_verify(const struct cao_key *,
    int64_t timestamp, const char *nonce, const struct cao_octets *body,
    const struct cao_octets *signature, struct cao_error *);

/* Append what the ciphertext, with its tag behind it, decrypts to.  A key of 16
 * octets instead of CAO_WECHAT_KEY_SIZE means AES-128, as in the published
 * examples.  CAO_INTEGRITY if key, nonce, associated data or an octet is
 * another one; nothing is appended then. */
CAO_MUST enum cao_status
cao_wechat_open(const struct cao_octets *key, const struct cao_octets *nonce,
    const struct cao_octets *associated, const struct cao_octets *ciphertext,
    struct cao_buf *out, struct cao_error *);

#endif /* CAO_PKI_WECHAT_H */
