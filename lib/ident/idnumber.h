/* What the checks of all kinds of numbers share. */
#ifndef CAO_IDENT_IDNUMBER_H
#define CAO_IDENT_IDNUMBER_H

#include "ident/person.h"

/* Fold, drop blanks, hyphens and brackets, raise to upper case: 1 to
 * CAO_ID_NUMBER_MAX characters, none of them a control character. */
CAO_MUST enum cao_status cao_idnumber_normal(
    const char *, char out[CAO_ID_NUMBER_SIZE], struct cao_error *);

/* Has the normal number n characters?  what names it ("passport number"),
 * rule its standard; both are translated. */
CAO_MUST enum cao_status cao_idnumber_length(const char *, size_t n,
    const char *what, const char *rule, struct cao_error *);
/* Are the n characters after the first from all digits? */
CAO_MUST enum cao_status cao_idnumber_digits(
    const char *, size_t from, size_t n, const char *rule, struct cao_error *);
bool cao_idnumber_all_digits(const char *, size_t n);
/* Give the entry of the list that is equal to type, or -1. */
int cao_idnumber_type(const char *type, const char *const *types);
/* CAO_INPUT: type is not in the list; the nearest entry is suggested. */
enum cao_status cao_idnumber_no_type(
    const char *type, const char *const *types, struct cao_error *);

#endif /* CAO_IDENT_IDNUMBER_H */
