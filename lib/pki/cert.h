/*
 * Certificates (X.509 v3, RFC 5280): the to-be-signed octets from a plain
 * description, the signature, and reading them back.
 */
#ifndef CAO_PKI_CERT_H
#define CAO_PKI_CERT_H

#include "pki/key.h"
#include "pki/name.h"

#define CAO_SERIAL_SIZE 17 /* octets: 128 random bits behind a first octet */
#define CAO_SERIAL_HEX (2 * 20 + 1)

enum cao_usage {
	CAO_SIGN,      /* holder's signing certificate */
	CAO_ENCRYPT,   /* holder's encryption certificate */
	CAO_AUTHORITY, /* a CA: keyCertSign, cRLSign */
	CAO_OPERATOR,  /* digitalSignature, and a role */
	CAO_RECOVERY,  /* keyEncipherment: archives are sealed to it */
	CAO_RESPONDER  /* digitalSignature, OCSPSigning, nocheck: RFC 6960 */
};

/* What a certificate is to say.  Strings and octets are borrowed. */
struct cao_cert_spec {
	enum cao_usage usage;
	unsigned char
	    serial[CAO_SERIAL_SIZE];   /* top bit clear, not zero first */
	int64_t not_before, not_after; /* inclusive, RFC 5280 */
	struct cao_subject subject;
	const unsigned char *spki; /* SubjectPublicKeyInfo */
	size_t spki_len;
	int path_length;   /* AUTHORITY: -1 none */
	const char *roles; /* OPERATOR: "accept,approve", its OU */
	/* Holders: the identity extensions of GM/T 0015 (tagged EXPLICIT). */
	const char *person_id_type; /* "resident-id" … or NULL */
	const char *person_id;
	const char *organisation_id_type; /* "uscc" … or NULL */
	const char *organisation_id;
	const char *entity_id; /* 1.3.6.1.4.1.18760.1.14: binds the pair, the
	                          same text in both; or NULL */
	/* Addresses; NULL leaves the extension out. */
	const char *policy;     /* OID of the certificate policy */
	const char *cps;        /* URI of the practice statement, with policy */
	const char *crl;        /* URI of the CRL */
	const char *ocsp;       /* URI of the OCSP responder */
	const char *issuer_url; /* URI of the issuer's certificate */
};

/* Who signs: its name, key identifier and key, made ready once. */
struct cao_issuer;
/* key may be NULL to build TBS only.  CAO_INTEGRITY if they do not match. */
CAO_MUST enum cao_status cao_issuer_new(const void *cert_der, size_t len,
    struct cao_key *key, struct cao_issuer **ret, struct cao_error *);
void cao_issuer_free(struct cao_issuer *);
const unsigned char *
cao_issuer_cert(const struct cao_issuer *, size_t *ret_len);

/* Random serial: 128 bits behind a random first octet of 01 to 7F, so that it
 * is positive and always of the same length. */
CAO_MUST enum cao_status
cao_serial_make(unsigned char out[CAO_SERIAL_SIZE], struct cao_error *);

/* Append the TBSCertificate.  issuer NULL: self-signed by key. */
CAO_MUST enum cao_status
cao_cert_tbs(const struct cao_cert_spec *, const struct cao_issuer *issuer,
    const struct cao_key *self, struct cao_buf *out, struct cao_error *);
/* Append the certificate: exactly those octets, signed. */
CAO_MUST enum cao_status cao_cert_sign(const struct cao_key *, const void *tbs,
    size_t tbs_len, struct cao_buf *out, struct cao_error *);

/*
 * Hold the to-be-signed octets to the rules (RFC 5280, GM/T 0015) and to what
 * they are to say, by reading them with code that does not share the builder.
 * CAO_DENIED names the rule, its section and what was found.
 */
CAO_MUST enum cao_status
cao_cert_lint(const void *tbs, size_t tbs_len, const struct cao_cert_spec *,
    const struct cao_issuer *issuer, struct cao_error *);

/* What a certificate says; the windows point into its DER. */
struct cao_cert {
	const unsigned char *der;
	size_t der_len;
	const unsigned char *tbs;
	size_t tbs_len;
	const unsigned char *serial; /* content of the INTEGER */
	size_t serial_len;
	const unsigned char *issuer, *subject, *spki; /* whole elements */
	size_t issuer_len, subject_len, spki_len;
	const unsigned char
	    *algorithm; /* of the signature, the whole element */
	size_t algorithm_len;
	const unsigned char *key_id; /* subjectKeyIdentifier, or NULL */
	size_t key_id_len;
	const unsigned char *signature;
	size_t signature_len;
	int64_t not_before, not_after;
	unsigned key_usage; /* bit 0 digitalSignature … bit 8 decipherOnly */
	bool authority;
	bool ocsp_signing; /* extKeyUsage is id-kp-OCSPSigning alone */
	bool no_check;     /* id-pkix-ocsp-nocheck */
	/* The OU where it has the form of roles ("accept,approve"), else "".  It
	 * means roles only in a certificate by the operators' authority: a
	 * holder's department can have that form too. */
	char roles[64];
};
#define CAO_CERT_MAX (64 * 1024)
CAO_MUST enum cao_status cao_cert_read(
    const void *der, size_t len, struct cao_cert *ret, struct cao_error *);
/* And its key; free that. */
CAO_MUST enum cao_status cao_cert_read_key(const void *der, size_t len,
    struct cao_cert *ret, struct cao_key **ret_key, struct cao_error *);
/* Is its key that one? */
bool cao_cert_has_key(const struct cao_cert *, const struct cao_key *);
/* Does it name that one as its issuer?  Whether it is signed by it is another
 * question. */
bool cao_cert_names_issuer(const struct cao_cert *, const struct cao_cert *ca);
/* CAO_SIGN or CAO_ENCRYPT by its keyUsage (C0; 38 or 30); false: neither. */
bool cao_cert_usage(const struct cao_cert *, enum cao_usage *ret);
/* Serial as hex digits without colons, as OpenSSL prints them. */
void cao_cert_serial_hex(const struct cao_cert *, char out[CAO_SERIAL_HEX]);

#endif /* CAO_PKI_CERT_H */
