/* Numbers of persons' documents. */
#ifndef CAO_IDENT_PERSON_H
#define CAO_IDENT_PERSON_H

#include "base/error.h"

/* The id types, in the order of the enum; NULL-terminated. */
enum cao_person_id {
	CAO_RESIDENT_ID,        /* 居民身份证, GB 11643-1999 */
	CAO_OFFICER_ID,         /* 军官证 */
	CAO_PASSPORT,           /* 护照 */
	CAO_WORK_ID,            /* 工作证 */
	CAO_HOME_RETURN_PERMIT, /* 回乡证 */
	CAO_HOUSEHOLD_REGISTER, /* 户口本 */
	CAO_HK_ID,              /* 香港身份证 */
	CAO_OTHER_PERSON_ID     /* 其他个人证件 */
};
extern const char *const cao_person_id_types[]; /* "resident-id" … NULL */
/* The label as people know it (translated): "身份证". */
const char *cao_person_id_label(const char *type);

/*
 * Check a number of that type and put its normal form (folded, upper case,
 * without brackets, blanks and hyphens; of a home return permit the 9
 * characters a person keeps for life) into out.  today (days since 1970)
 * bounds the date of birth.  *ret_warning, if not NULL, is a sentence (translated) for a
 * number that is accepted with doubt (a 15-digit resident id), else NULL.
 * CAO_INPUT says which rule failed (standard and section) and what was found,
 * never the number itself.
 */
#define CAO_ID_NUMBER_MAX 64 /* characters of UTF-8 */
#define CAO_ID_NUMBER_SIZE (4 * CAO_ID_NUMBER_MAX + 1)
CAO_MUST enum cao_status
cao_person_check(const char *type, const char *number, int64_t today,
    char out[CAO_ID_NUMBER_SIZE], const char **ret_warning, struct cao_error *);

/* Of a normal number, 15 or 18 characters long: does it satisfy GB 11643-1999
 * (the old form: its region and date), with a birth not after today? */
CAO_MUST enum cao_status
cao_resident_check(const char *number, int64_t today, struct cao_error *);
/* The 18 characters that became of 15 digits. */
#define CAO_RESIDENT_ID_SIZE 19
void cao_resident_upgrade(const char *number, char out[CAO_RESIDENT_ID_SIZE]);

/* Of a normal resident id of 18 characters: "male" or "female". */
const char *cao_resident_gender(const char *number);

#endif /* CAO_IDENT_PERSON_H */
