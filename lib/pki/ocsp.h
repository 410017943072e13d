/*
 * OCSP (RFC 6960): whether certificates are good, asked and answered.  What
 * is read here comes from strangers; what is written is built octet by octet.
 */
#ifndef CAO_PKI_OCSP_H
#define CAO_PKI_OCSP_H

#include "pki/cert.h"
#include "pki/reason.h"

#define CAO_OCSP_ANSWER_MAX (64 * 1024)
#define CAO_OCSP_CERTS_MAX 64  /* that one request asks for */
#define CAO_OCSP_NONCE_MAX 128 /* RFC 9654 section 2.1 */

/* What the names and keys of issuers are hashed with. */
enum cao_ocsp_hash {
	CAO_OCSP_SHA1,
	CAO_OCSP_SHA256,
	CAO_OCSP_SM3,
	CAO_OCSP_HASHES /* another, that nothing here matches */
};

/* CertID: a certificate by its issuer's name and key, and its serial. */
struct cao_ocsp_id {
	struct cao_octets whole; /* as it stands there, to be repeated */
	enum cao_ocsp_hash hash;
	struct cao_octets name, key, serial;
};

/* What CertIDs say of a CA: the hashes of its name and key. */
#define CAO_OCSP_HASH_MAX 32
struct cao_ocsp_issuer {
	struct cao_ocsp_hashed {
		unsigned char name[CAO_OCSP_HASH_MAX], key[CAO_OCSP_HASH_MAX];
		size_t len; /* of either */
	} by[CAO_OCSP_HASHES];
};
CAO_MUST enum cao_status cao_ocsp_issuer_read(
    const struct cao_cert *ca, struct cao_ocsp_issuer *ret, struct cao_error *);
/* Is it one of that CA's? */
bool cao_ocsp_id_of(const struct cao_ocsp_id *, const struct cao_ocsp_issuer *);
/* Append the CertID. */
void cao_ocsp_id_put(enum cao_ocsp_hash, const struct cao_ocsp_issuer *,
    const void *serial, size_t serial_len, struct cao_buf *out);

/* A request; the windows point into it. */
struct cao_ocsp_request {
	struct cao_ocsp_id list[CAO_OCSP_CERTS_MAX];
	size_t count;
	struct cao_octets nonce; /* its OCTET STRING whole; data NULL: none */
};
/*
 * Read it whole.  CAO_INPUT for what is not a request, asks for nothing or
 * for too much, has a nonce that is not 1 to 128 octets, or a critical
 * extension that is not known.  A signature on it is not looked at.
 */
CAO_MUST enum cao_status cao_ocsp_request_read(const void *der, size_t len,
    struct cao_ocsp_request *ret, struct cao_error *);
/* Append the request for that one CertID, as RFC 5019 section 2.1 has it. */
void cao_ocsp_request_put(const struct cao_buf *id, struct cao_buf *out);

struct cao_ocsp_status {
	enum { CAO_OCSP_UNKNOWN, CAO_OCSP_GOOD, CAO_OCSP_REVOKED } state;
	int64_t since; /* REVOKED: revocationTime */
	enum cao_reason reason;
};

/* Who answers: a certificate by the CA that issued those asked for, and its
 * key. */
struct cao_responder;
/* CAO_INTEGRITY if the key is not the certificate's, or that may not sign
 * answers. */
CAO_MUST enum cao_status cao_responder_new(const void *cert_der, size_t len,
    struct cao_key *key, struct cao_responder **ret, struct cao_error *);
void cao_responder_free(struct cao_responder *);
const struct cao_cert *cao_responder_cert(const struct cao_responder *);

/* Append the response, signed: for each of the request's its status, good
 * from now until next. */
CAO_MUST enum cao_status cao_ocsp_answer(const struct cao_responder *,
    const struct cao_ocsp_request *, const struct cao_ocsp_status *,
    int64_t now, int64_t next, struct cao_buf *out, struct cao_error *);

/* OCSPResponseStatus of those that answer nothing. */
enum cao_ocsp_refusal {
	CAO_OCSP_MALFORMED = 1,
	CAO_OCSP_INTERNAL = 2,
	CAO_OCSP_LATER = 3,
	CAO_OCSP_UNAUTHORIZED = 6
};
#define CAO_OCSP_REFUSAL_SIZE 5
void cao_ocsp_refuse(
    enum cao_ocsp_refusal, unsigned char out[CAO_OCSP_REFUSAL_SIZE]);

/* A response read back; the windows point into it. */
struct cao_ocsp_response {
	unsigned refusal; /* 0: it answers, and only then is there more */
	struct cao_octets tbs, signature;
	struct cao_octets key_hash; /* responderID, SHA-1 */
	struct cao_octets cert;     /* the responder's; data NULL: none */
	struct cao_octets nonce;
	int64_t produced;
	struct cao_ocsp_answered {
		struct cao_ocsp_id id;
		struct cao_ocsp_status status;
		int64_t this_update, next_update; /* 0: none */
	} list[CAO_OCSP_CERTS_MAX];
	size_t count;
};
CAO_MUST enum cao_status cao_ocsp_response_read(const void *der, size_t len,
    struct cao_ocsp_response *ret, struct cao_error *);
/* Is it signed by the responder in it, which that CA certified for that, at
 * an instant when both are valid?  CAO_INTEGRITY if not. */
CAO_MUST enum cao_status
cao_ocsp_response_verify(const struct cao_ocsp_response *,
    const struct cao_cert *ca, int64_t when, struct cao_error *);

#endif /* CAO_PKI_OCSP_H */
