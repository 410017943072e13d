/* Numbers of organisations' documents. */
#ifndef CAO_IDENT_ORGANISATION_H
#define CAO_IDENT_ORGANISATION_H

#include "ident/person.h"

enum cao_organisation_id {
	CAO_USCC,              /* 统一社会信用代码, GB 32100-2015 */
	CAO_ORGANISATION_CODE, /* 组织机构代码证, GB 11714-1997 */
	CAO_BUSINESS_LICENCE,  /* 营业执照, GS 15-2006 */
	CAO_INSTITUTION_REGISTRATION,  /* 事业单位登记证 */
	CAO_TAX_REGISTRATION,          /* 税务登记证 */
	CAO_SOCIAL_GROUP,              /* 社会团体登记证 */
	CAO_PEOPLE_GROUP,              /* 人民团体登记证 */
	CAO_ENTERPRISE_LEGAL_PERSON,   /* 企业法人营业执照 */
	CAO_INSTITUTION_LEGAL_PERSON,  /* 事业单位法人登记证 */
	CAO_SOCIAL_GROUP_LEGAL_PERSON, /* 社会团体法人登记证 */
	CAO_PEOPLE_GROUP_LEGAL_PERSON, /* 人民团体法人登记证 */
	CAO_SOCIAL_INSURANCE,          /* 社会保险登记证 */
	CAO_OTHER_ORGANISATION_ID      /* 其他机构证件 */
};
extern const char *const cao_organisation_id_types[]; /* "uscc" … NULL */
/* The label as people know it (translated). */
const char *cao_organisation_id_label(const char *type);

/* As cao_person_check().  A licence or registration field takes a USCC too,
 * by its length of 18. */
CAO_MUST enum cao_status
cao_organisation_check(const char *type, const char *number,
    char out[CAO_ID_NUMBER_SIZE], const char **ret_warning, struct cao_error *);

/* Does the normal number have the form and check of a USCC? */
bool cao_uscc_valid(const char *number);

#endif /* CAO_IDENT_ORGANISATION_H */
