/* Numbers of persons' documents. */
#include <string.h>

#include "base/text.h"
#include "base/time.h"
#include "ident/idnumber.h"
#include "ident/region.h"

#define RID_RULE "GB 11643-1999"
#define RID_LEN 18
#define RID_OLD_LEN 15
#define RID_BIRTH 6         /* offset of YYYYMMDD */
#define RID_YEAR_MIN "1800" /* the standard's own example is of 1880 */
#define RID_TAIWAN "83"     /* residence permit; GB/T 2260 has 71 for it */
#define PASSPORT_LEN 9
#define PERMIT_LEN 9      /* the number a person keeps for life */
#define PERMIT_OLD_LEN 11 /* with the count of issues, as the 1999 card */
#define HKID_DIGITS 6
#define WORK_ID_MAX 32
#define HOUSEHOLD_LEN 9

const char *const cao_person_id_types[] = {
	[CAO_RESIDENT_ID] = "resident-id",
	[CAO_OFFICER_ID] = "officer-id",
	[CAO_PASSPORT] = "passport",
	[CAO_WORK_ID] = "work-id",
	[CAO_HOME_RETURN_PERMIT] = "home-return-permit",
	[CAO_HOUSEHOLD_REGISTER] = "household-register",
	[CAO_HK_ID] = "hk-id",
	[CAO_OTHER_PERSON_ID] = "other",
	NULL,
};

static const char *const labels[] = {
	[CAO_RESIDENT_ID] = N_("resident identity card"),
	[CAO_OFFICER_ID] = N_("military officer card"),
	[CAO_PASSPORT] = N_("passport"),
	[CAO_WORK_ID] = N_("work card"),
	[CAO_HOME_RETURN_PERMIT] = N_("home return permit"),
	[CAO_HOUSEHOLD_REGISTER] = N_("household register"),
	[CAO_HK_ID] = N_("Hong Kong identity card"),
	[CAO_OTHER_PERSON_ID] = N_("other personal document"),
};

const char *
cao_person_id_label(const char *type)
{
	int i = cao_idnumber_type(type, cao_person_id_types);

	return i == -1 ? type : _(labels[i]);
}

/* ISO 7064 MOD 11-2 over 17 digits. */
static char
rid_check_character(const char *number)
{
	static const int weights[] = { 7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10,
		5, 8, 4, 2 };
	int sum = 0;
	size_t i;

	for (i = 0; i < RID_LEN - 1; i++)
		sum += weights[i] * (number[i] - '0');
	return "10X98765432"[sum % 11];
}

void
cao_resident_upgrade(const char *number, char out[CAO_RESIDENT_ID_SIZE])
{
	memcpy(out, number, RID_BIRTH);
	memcpy(out + RID_BIRTH, "19", 2);
	memcpy(
	    out + RID_BIRTH + 2, number + RID_BIRTH, RID_OLD_LEN - RID_BIRTH);
	out[RID_LEN - 1] = rid_check_character(out);
	out[RID_LEN] = '\0';
}

static bool
read_birth(const char *number, int64_t *ret_day)
{
	const char *p = number + RID_BIRTH;
	char date[CAO_DATE_SIZE] = "YYYY-MM-DD";

	memcpy(date, p, 4);
	memcpy(date + 5, p + 4, 2);
	memcpy(date + 8, p + 6, 2);
	return cao_date_parse(date, ret_day, NULL) == CAO_OK &&
	    memcmp(p, RID_YEAR_MIN, 4) >= 0;
}

const char *
cao_resident_gender(const char *number)
{
	return (number[RID_LEN - 2] - '0') % 2 == 1 ? "male" : "female";
}

static enum cao_status
check_region(const char *number, struct cao_error *err)
{
	char code[3] = { number[0], number[1], '\0' };

	if (cao_province_code(code) != 0 || strcmp(code, RID_TAIWAN) == 0)
		return CAO_OK;
	return cao_fail(err, CAO_INPUT,
	    "characters 1 and 2 are not the code of a province "
	    "(GB 11643-1999, GB/T 2260): compare the number with the card");
}

/* What the 18 characters say, all but the check character. */
static enum cao_status
check_body(const char *number, int64_t today, struct cao_error *err)
{
	enum cao_status status;
	int64_t birth;

	if ((status = check_region(number, err)) != CAO_OK)
		return status;
	if (!read_birth(number, &birth))
		return cao_fail(err, CAO_INPUT,
		    "the date of birth in it is not a day of the calendar "
		    "(GB 11643-1999, GB/T 7408): compare the number with the "
		    "card");
	if (birth > today)
		return cao_fail(err, CAO_INPUT,
		    "the date of birth in it lies in the future "
		    "(GB 11643-1999): compare the number with the card");
	return CAO_OK;
}

static enum cao_status
check_old_resident(const char *number, int64_t today, struct cao_error *err)
{
	char full[CAO_RESIDENT_ID_SIZE];
	enum cao_status status;

	status = cao_idnumber_digits(number, 0, RID_OLD_LEN, RID_RULE, err);
	if (status != CAO_OK)
		return status;
	cao_resident_upgrade(number, full);
	return check_body(full, today, err);
}

enum cao_status
cao_resident_check(const char *number, int64_t today, struct cao_error *err)
{
	enum cao_status status;

	if (strlen(number) == RID_OLD_LEN)
		return check_old_resident(number, today, err);
	status = cao_idnumber_length(
	    number, RID_LEN, N_("resident identity number"), RID_RULE, err);
	if (status == CAO_OK)
		status =
		    cao_idnumber_digits(number, 0, RID_LEN - 1, RID_RULE, err);
	if (status == CAO_OK &&
	    strchr("0123456789X", number[RID_LEN - 1]) == NULL)
		status = cao_fail(err, CAO_INPUT,
		    "character 18 is neither a digit nor X (GB 11643-1999)");
	if (status == CAO_OK)
		status = check_body(number, today, err);
	if (status == CAO_OK &&
	    number[RID_LEN - 1] != rid_check_character(number))
		status = cao_fail(err, CAO_INPUT,
		    "the check character is wrong (GB 11643-1999, ISO 7064 "
		    "MOD 11-2): compare the number with the card");
	return status;
}

static enum cao_status
check_resident(char *number, int64_t today, const char **ret_warning,
    struct cao_error *err)
{
	enum cao_status status = cao_resident_check(number, today, err);

	if (status == CAO_OK && strlen(number) == RID_OLD_LEN)
		*ret_warning =
		    _("a number of 15 digits is of a first-generation card, "
		      "which lapsed on 2013-01-01: ask for the present card");
	return status;
}

/* One character of Chinese at the front of text: its octets, or 0. */
static size_t
han_len(const char *text)
{
	const unsigned char *p = (const unsigned char *)text;

	/* U+4E00 to U+9FFF are E4 B8 80 to E9 BF BF. */
	if (p[0] < 0xE4 || p[0] > 0xE9 || (p[0] == 0xE4 && p[1] < 0xB8))
		return 0;
	return 3;
}

static enum cao_status
check_officer(char *number, int64_t today, const char **ret_warning,
    struct cao_error *err)
{
	static const char middle[] = "字第", end[] = "号";
	size_t at = han_len(number), run = 0;

	(void)today;
	(void)ret_warning;
	if (at != 0 && strncmp(number + at, middle, strlen(middle)) == 0) {
		at += strlen(middle);
		run =
		    strspn(number + at, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ");
		at += run;
	}
	if (run >= 4 && run <= 8 &&
	    (number[at] == '\0' || strcmp(number + at, end) == 0))
		return CAO_OK;
	return cao_fail(err, CAO_INPUT,
	    "not the number of a military officer card: one character, 字第, "
	    "4 to 8 letters or digits, 号, as in 军字第2001988号");
}

/*
 * The forms of Chinese passports: the letters, and a set of second letters
 * where there is one.  Digits fill up the nine characters.
 */
static const struct {
	char first;
	const char *second;
} passports[] = {
	{ 'E', "" }, { 'E', "ABCDEFGHJKLMNPQRSTUVWXYZ" }, /* no I, no O */
	{ 'G', "" },                                      /* until 2012 */
	{ 'D', "" },                                      /* diplomatic */
	{ 'D', "E" }, { 'S', "" },                        /* service */
	{ 'S', "E" }, { 'P', "" },                        /* public affairs */
	{ 'P', "E" }, { 'K', "" },                        /* Hong Kong */
	{ 'K', "J" }, { 'H', "" }, { 'M', "A" },          /* Macao */
	{ '1', "45" },                                    /* the oldest */
};

static bool
is_passport(const char *number, char first, const char *second)
{
	size_t skip = *second == '\0' ? 1 : 2;

	return number[0] == first &&
	    (skip == 1 || strchr(second, number[1]) != NULL) &&
	    cao_idnumber_all_digits(number + skip, PASSPORT_LEN - skip);
}

static enum cao_status
check_passport(char *number, int64_t today, const char **ret_warning,
    struct cao_error *err)
{
	enum cao_status status;
	size_t i;

	(void)today;
	(void)ret_warning;
	status = cao_idnumber_length(number, PASSPORT_LEN,
	    N_("passport number"), N_("Chinese passports"), err);
	if (status != CAO_OK)
		return status;
	for (i = 0; i < sizeof passports / sizeof *passports; i++)
		if (is_passport(
			number, passports[i].first, passports[i].second))
			return CAO_OK;
	return cao_fail(err, CAO_INPUT,
	    "not the number of a Chinese passport (E and 8 digits, or E, a "
	    "letter other than I and O, and 7 digits): for a passport of "
	    "another country take the type \"other\"");
}

static enum cao_status
check_work(char *number, int64_t today, const char **ret_warning,
    struct cao_error *err)
{
	size_t found = cao_utf8_length(number);

	(void)today;
	(void)ret_warning;
	if (found <= WORK_ID_MAX)
		return CAO_OK;
	return cao_fail(err, CAO_INPUT,
	    "the number of a work card has at most %d characters, found %zu",
	    WORK_ID_MAX, found);
}

static enum cao_status
check_permit(char *number, int64_t today, const char **ret_warning,
    struct cao_error *err)
{
	size_t len = strlen(number);

	(void)today;
	(void)ret_warning;
	if ((number[0] != 'H' && number[0] != 'M') ||
	    (len != PERMIT_LEN && len != PERMIT_OLD_LEN) ||
	    !cao_idnumber_all_digits(number + 1, len - 1))
		return cao_fail(err, CAO_INPUT,
		    "not the number of a home return permit: H or M and 8 "
		    "digits, on the card of 1999 with 2 more; for a permit "
		    "of another form take the type \"other\"");
	number[PERMIT_LEN] = '\0';
	return CAO_OK;
}

static enum cao_status
check_household(char *number, int64_t today, const char **ret_warning,
    struct cao_error *err)
{
	size_t found = cao_utf8_length(number);

	if (cao_idnumber_all_digits(number, HOUSEHOLD_LEN))
		return CAO_OK;
	if (found == RID_LEN || found == RID_OLD_LEN)
		return check_resident(number, today, ret_warning, err);
	return cao_fail(err, CAO_INPUT,
	    "not a number of a household register: the resident identity "
	    "number of 18 characters (GB 11643-1999) or the 9 digits of the "
	    "household, found %zu characters",
	    found);
}

/* The sum over one or two letters (a blank, 36, before a single one) and six
 * digits, with weights 9 to 2. */
static char
hkid_check_character(const char *number, size_t letters)
{
	int weight = letters == 1 ? 8 : 9, sum = letters == 1 ? 9 * 36 : 0;
	size_t i;

	for (i = 0; i < letters; i++)
		sum += weight-- * (number[i] - 'A' + 10);
	for (; i < letters + HKID_DIGITS; i++)
		sum += weight-- * (number[i] - '0');
	return "0123456789A"[(11 - sum % 11) % 11];
}

static enum cao_status
check_hkid(char *number, int64_t today, const char **ret_warning,
    struct cao_error *err)
{
	size_t letters = strspn(number, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"), end;

	(void)today;
	(void)ret_warning;
	end = letters + HKID_DIGITS;
	if (letters < 1 || letters > 2 || strlen(number) != end + 1 ||
	    strspn(number + letters, "0123456789") < HKID_DIGITS ||
	    strchr("0123456789A", number[end]) == NULL)
		return cao_fail(err, CAO_INPUT,
		    "not the number of a Hong Kong identity card: one or two "
		    "letters, 6 digits, and a digit or A in brackets, as in "
		    "G123456(A)");
	if (number[end] != hkid_check_character(number, letters))
		return cao_fail(err, CAO_INPUT,
		    "the check character is wrong (Hong Kong identity card, "
		    "modulus 11): compare the number with the card");
	return CAO_OK;
}

static enum cao_status (*const checks[])(
    char *, int64_t, const char **, struct cao_error *) = {
	[CAO_RESIDENT_ID] = check_resident,
	[CAO_OFFICER_ID] = check_officer,
	[CAO_PASSPORT] = check_passport,
	[CAO_WORK_ID] = check_work,
	[CAO_HOME_RETURN_PERMIT] = check_permit,
	[CAO_HOUSEHOLD_REGISTER] = check_household,
	[CAO_HK_ID] = check_hkid,
	[CAO_OTHER_PERSON_ID] = NULL, /* any normal number will do */
};

enum cao_status
cao_person_check(const char *type, const char *number, int64_t today,
    char out[CAO_ID_NUMBER_SIZE], const char **ret_warning,
    struct cao_error *err)
{
	int i = cao_idnumber_type(type, cao_person_id_types);
	char normal[CAO_ID_NUMBER_SIZE];
	const char *warning = NULL;
	enum cao_status status;

	if (i == -1)
		return cao_idnumber_no_type(type, cao_person_id_types, err);
	if ((status = cao_idnumber_normal(number, normal, err)) != CAO_OK)
		return status;
	if (checks[i] != NULL)
		status = checks[i](normal, today, &warning, err);
	if (status != CAO_OK)
		return status;
	memcpy(out, normal, strlen(normal) + 1);
	if (ret_warning != NULL)
		*ret_warning = warning;
	return CAO_OK;
}
