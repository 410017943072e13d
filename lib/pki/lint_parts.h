/* What the files of the lint share.  Nothing here is of the code that builds
 * certificates. */
#ifndef CAO_PKI_LINT_PARTS_H
#define CAO_PKI_LINT_PARTS_H

#include "pki/cert.h"
#include "pki/der.h"

#define CAO_LINT_ID_SIZE 20 /* SHA-1, of a key identifier */

/* What the certificate is held to. */
struct cao_lint {
	const struct cao_cert_spec *spec;
	bool self_signed;
	struct cao_cert issuer;
	unsigned char key_id[CAO_LINT_ID_SIZE]; /* of the key in it */
	unsigned char issuer_id[CAO_LINT_ID_SIZE];
	struct cao_error *err;
};

/* Is there such a text at all? */
bool cao_lint_given(const char *or_null);
/* Is the content that text? */
bool cao_lint_is_text(const struct cao_der *, const char *text);
/* Would writing it again give the same octets?  Goes down into what is
 * constructed. */
bool cao_lint_canonical(struct cao_der);
/* The last field of a TBSCertificate: each extension that is to be there, as
 * it is to be, and no other. */
CAO_MUST enum cao_status
cao_lint_extensions(struct cao_lint *, struct cao_der *tbs);

#endif /* CAO_PKI_LINT_PARTS_H */
