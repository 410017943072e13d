/* Subjects of certificates: GM/T 0015, RFC 5280 section 4.1.2.6. */
#ifndef CAO_PKI_NAME_H
#define CAO_PKI_NAME_H

#include "base/buf.h"

/* In the order in which they stand in the DN; NULL or "" is left out. */
struct cao_subject {
	const char *country;      /* C, PrintableString, two letters */
	const char *province;     /* ST, to 128 characters, UTF8String */
	const char *locality;     /* L, to 128: the registered address */
	const char *organisation; /* O, to 64 */
	const char *unit;         /* OU, to 64 */
	const char *common_name;  /* CN, to 64 */
};

/* CAO_INPUT if a part is not UTF-8, holds a control character or is longer
 * than X.520 allows (in characters); the error's field names the part. */
CAO_MUST enum cao_status
cao_subject_check(const struct cao_subject *, struct cao_error *);
/* Append the DER Name. */
void cao_subject_der(const struct cao_subject *, struct cao_buf *out);
/* Append a DER Name as text, "C=CN, ST=辽宁, O=…, CN=…"; false if it is none. */
bool cao_name_text(const void *der, size_t len, struct cao_buf *out);

#endif /* CAO_PKI_NAME_H */
