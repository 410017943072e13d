/*
 * One-time codes: what the CA has for somebody is sealed under a code that
 * goes to that person by another way, and opens with nothing else.
 *
 * A code is 12 characters of "0123456789ABCDEFGHJKMNPQRSTVWXYZ", which is 60
 * random bits, written XXXX-XXXX-XXXX.  Read back it may have any case, and
 * hyphens and blanks anywhere; I and L are 1, O is 0.
 *
 * What is sealed is DER:
 *
 *	SEQUENCE {
 *		version INTEGER (1),
 *		salt    OCTET STRING (SIZE (16)),  -- scrypt, RFC 7914
 *		n, r, p INTEGER,                   -- as pki/key.h says
 *		nonce   OCTET STRING (SIZE (12)),
 *		sealed  OCTET STRING,              -- AES-256-GCM, then its tag
 *		digest  OCTET STRING (SIZE (32)) } -- SHA-256
 *
 * The password of scrypt is the code's 12 characters, the additional data of
 * GCM is the order's number.  digest is that of the elements before it with
 * their headers: it tells what was damaged on its way from a wrong code, and
 * guards against nobody.
 */
#ifndef CAO_PKI_CODE_H
#define CAO_PKI_CODE_H

#include "base/buf.h"
#include "base/secret.h"

#define CAO_CODE_TRIES 3 /* how often one may be tried */
#define CAO_CODE_SIZE sizeof "XXXX-XXXX-XXXX"
#define CAO_CODE_SEALED_MAX CAO_SECRET_MAX /* octets that can be sealed */

/* A new one, as it is written. */
CAO_MUST enum cao_status
cao_code_make(struct cao_secret **ret, struct cao_error *);
/* What somebody typed, as it is written; CAO_INPUT if it has not the form. */
CAO_MUST enum cao_status cao_code_read(const struct cao_secret *typed,
    struct cao_secret **ret, struct cao_error *);

/* Seal 1 to CAO_CODE_SEALED_MAX octets for the order of that number. */
CAO_MUST enum cao_status
cao_code_seal(const struct cao_secret *code, const char *number, const void *,
    size_t, struct cao_buf *out, struct cao_error *);
/* Open them.  CAO_INPUT if the code is wrong (or what was sealed is another
 * order's), CAO_INTEGRITY if what was sealed is damaged. */
CAO_MUST enum cao_status cao_code_open(const struct cao_secret *code,
    const char *number, const void *sealed, size_t len, struct cao_secret **ret,
    struct cao_error *);

#endif /* CAO_PKI_CODE_H */
