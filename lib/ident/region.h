/* Provinces (GB/T 2260) and countries (ISO 3166-1 alpha-2). */
#ifndef CAO_IDENT_REGION_H
#define CAO_IDENT_REGION_H

#include "base/error.h"

/* The short name ("辽宁") of a province given short, in full ("辽宁省") or as
 * its two-digit code; NULL if there is none. */
const char *cao_province_name(const char *);
/* Its code, 11 to 82; 0 if there is none. */
int cao_province_code(const char *);
/* The short names, NULL-terminated. */
extern const char *const cao_provinces[];
bool cao_country_valid(const char *alpha2);
CAO_MUST enum cao_status cao_province_check(const char *, struct cao_error *);
CAO_MUST enum cao_status cao_country_check(const char *, struct cao_error *);

#endif /* CAO_IDENT_REGION_H */
