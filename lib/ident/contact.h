/* Telephone numbers, mail addresses, bank accounts. */
#ifndef CAO_IDENT_CONTACT_H
#define CAO_IDENT_CONTACT_H

#include "base/error.h"

#define CAO_MOBILE_SIZE 12
#define CAO_ACCOUNT_SIZE 33

/* A mainland mobile number; out gets its 11 digits. */
CAO_MUST enum cao_status
cao_mobile_check(const char *, char out[CAO_MOBILE_SIZE], struct cao_error *);
/* A mobile, a landline with area code, or a 400 number. */
CAO_MUST enum cao_status cao_phone_check(const char *, struct cao_error *);
/* addr-spec of RFC 5321 section 4.1.2, without quoted local parts. */
CAO_MUST enum cao_status cao_email_check(const char *, struct cao_error *);
/* 8 to 32 digits, blanks and hyphens dropped; no Luhn: company accounts do not
 * satisfy it.  Scientific notation is refused by name. */
CAO_MUST enum cao_status
cao_account_check(const char *, char out[CAO_ACCOUNT_SIZE], struct cao_error *);

#endif /* CAO_IDENT_CONTACT_H */
