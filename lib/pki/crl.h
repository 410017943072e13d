/*
 * Certificate revocation lists (X.509 v2, RFC 5280 section 5), written entry
 * by entry and read back by code that does not share the writer.
 */
#ifndef CAO_PKI_CRL_H
#define CAO_PKI_CRL_H

#include "pki/cert.h"
#include "pki/reason.h"

/* ---- Writing ---- */

/* What a list is to say beside its entries.  Strings are borrowed. */
struct cao_crl_spec {
	uint64_t number; /* cRLNumber */
	int64_t this_update, next_update;
	/* The URIs of the list where it holds only what carries one of them: the
	 * issuingDistributionPoint.  None: it is complete. */
	const char *const *addresses;
	size_t count;
};

struct cao_crl_writer;
/* issuer and key are the CA's and must outlive the writer.  CAO_INTEGRITY if
 * its certificate has no subjectKeyIdentifier. */
CAO_MUST enum cao_status cao_crl_begin(const struct cao_cert *issuer,
    const struct cao_key *key, const struct cao_crl_spec *,
    struct cao_crl_writer **ret, struct cao_error *);
/* A revoked certificate: its serial, revocationDate and reason, of which
 * CAO_UNSPECIFIED is left out.  Running out of memory comes out at the end. */
void cao_crl_add(struct cao_crl_writer *, const void *serial, size_t len,
    int64_t since, enum cao_reason);
uint64_t cao_crl_count(const struct cao_crl_writer *);
/* Sign it; *ret_der is the writer's own memory, handed over.  Nothing can be
 * added behind. */
CAO_MUST enum cao_status cao_crl_end(
    struct cao_crl_writer *, struct cao_buf *ret_der, struct cao_error *);
void cao_crl_free(struct cao_crl_writer *);

/* ---- Reading ---- */

/* What a list says; the windows point into its DER. */
struct cao_crl {
	struct cao_octets tbs, algorithm, issuer, key_id, signature;
	struct cao_octets entries; /* for cao_crl_next() */
	struct cao_octets points; /* GeneralNames of its URIs; none: complete */
	int64_t this_update, next_update;
	uint64_t number;
	uint64_t count; /* of entries */
};

#define CAO_CRL_MAX (256 * 1024 * 1024) /* octets */
#define CAO_CRL_NUMBER_MAX 8            /* octets of a cRLNumber */
#define CAO_CRL_EXTENSIONS_MAX 16       /* of the list, and of one entry */
/*
 * The whole of der is one list of version 2, with nextUpdate, cRLNumber and
 * authorityKeyIdentifier, and without a critical extension but an
 * issuingDistributionPoint that gives URIs alone.  CAO_INPUT names the section
 * of RFC 5280.  Every entry was looked at when it succeeds.
 */
CAO_MUST enum cao_status cao_crl_read(
    const void *der, size_t len, struct cao_crl *ret, struct cao_error *);

struct cao_crl_entry {
	struct cao_octets serial; /* content of the INTEGER */
	int64_t since;
	enum cao_reason reason;
};
/* Take the first entry of what is left; false at the end. */
bool cao_crl_next(struct cao_octets *rest, struct cao_crl_entry *ret);
/* Does it speak for certificates that carry that address?  A complete list
 * does for all. */
bool cao_crl_covers(const struct cao_crl *, const char *address);
/* Is it that CA's: name, key identifier and signature?  CAO_INTEGRITY if
 * not. */
CAO_MUST enum cao_status
cao_crl_verify(const struct cao_crl *, const struct cao_cert *issuer,
    const struct cao_key *issuer_key, struct cao_error *);

#endif /* CAO_PKI_CRL_H */
