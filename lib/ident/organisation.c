/* Numbers of organisations' documents. */
#include <string.h>

#include "base/text.h"
#include "ident/idnumber.h"
#include "ident/organisation.h"
#include "ident/region.h"

#define USCC_RULE "GB 32100-2015"
#define USCC_LEN 18
#define USCC_REGION 2 /* offset of the six digits of the region */
#define USCC_BODY 8   /* offset of the organisation code */
#define USCC_ALPHABET "0123456789ABCDEFGHJKLMNPQRTUWXY"
#define USCC_DEPARTMENTS "159Y" /* of the table of 2015 */
#define CODE_RULE "GB 11714-1997"
#define CODE_LEN 9
#define CODE_ALPHABET "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define LICENCE_RULE "GS 15-2006"
#define LICENCE_LEN 15
#define LICENCE_OLD_LEN 13
#define TAX_RULE N_("taxpayer numbers, STA Announcement 2015 No. 66")
#define NATIONAL "10" /* registered with a department of the state */
#define NO_DAY INT64_MAX

const char *const cao_organisation_id_types[] = {
	[CAO_USCC] = "uscc",
	[CAO_ORGANISATION_CODE] = "organisation-code",
	[CAO_BUSINESS_LICENCE] = "business-licence",
	[CAO_INSTITUTION_REGISTRATION] = "institution-registration",
	[CAO_TAX_REGISTRATION] = "tax-registration",
	[CAO_SOCIAL_GROUP] = "social-group",
	[CAO_PEOPLE_GROUP] = "people-group",
	[CAO_ENTERPRISE_LEGAL_PERSON] = "enterprise-legal-person",
	[CAO_INSTITUTION_LEGAL_PERSON] = "institution-legal-person",
	[CAO_SOCIAL_GROUP_LEGAL_PERSON] = "social-group-legal-person",
	[CAO_PEOPLE_GROUP_LEGAL_PERSON] = "people-group-legal-person",
	[CAO_SOCIAL_INSURANCE] = "social-insurance",
	[CAO_OTHER_ORGANISATION_ID] = "other",
	NULL,
};

static const char *const labels[] = {
	[CAO_USCC] = N_("unified social credit code"),
	[CAO_ORGANISATION_CODE] = N_("organisation code certificate"),
	[CAO_BUSINESS_LICENCE] = N_("business licence"),
	[CAO_INSTITUTION_REGISTRATION] =
	    N_("public institution registration certificate"),
	[CAO_TAX_REGISTRATION] = N_("tax registration certificate"),
	[CAO_SOCIAL_GROUP] = N_("social group registration certificate"),
	[CAO_PEOPLE_GROUP] = N_("people's group registration certificate"),
	[CAO_ENTERPRISE_LEGAL_PERSON] =
	    N_("business licence of an enterprise legal person"),
	[CAO_INSTITUTION_LEGAL_PERSON] =
	    N_("public institution legal person certificate"),
	[CAO_SOCIAL_GROUP_LEGAL_PERSON] =
	    N_("social group legal person certificate"),
	[CAO_PEOPLE_GROUP_LEGAL_PERSON] =
	    N_("people's group legal person certificate"),
	[CAO_SOCIAL_INSURANCE] =
	    N_("social insurance registration certificate"),
	[CAO_OTHER_ORGANISATION_ID] = N_("other organisation document"),
};

const char *
cao_organisation_id_label(const char *type)
{
	int i = cao_idnumber_type(type, cao_organisation_id_types);

	return i == -1 ? type : _(labels[i]);
}

static bool
is_region(const char *number)
{
	char code[3] = { number[0], number[1], '\0' };

	return cao_province_code(code) != 0 || strcmp(code, NATIONAL) == 0;
}

static int
value_of(char c, const char *alphabet)
{
	return (int)(strchr(alphabet, c) - alphabet);
}

/* The ninth character to eight of the 36 letters and digits. */
static char
code_check_character(const char *code)
{
	static const int weights[] = { 3, 7, 9, 10, 5, 8, 4, 2 };
	int sum = 0;
	size_t i;

	for (i = 0; i < CODE_LEN - 1; i++)
		sum += weights[i] * value_of(code[i], CODE_ALPHABET);
	return "0X987654321"[sum % 11];
}

/* The eighteenth character to seventeen of the USCC's 31. */
static char
uscc_check_character(const char *number)
{
	int sum = 0, weight = 1;
	size_t i;

	for (i = 0; i < USCC_LEN - 1; i++) {
		sum += weight * value_of(number[i], USCC_ALPHABET);
		weight = weight * 3 % 31;
	}
	return USCC_ALPHABET[(31 - sum % 31) % 31];
}

bool
cao_uscc_valid(const char *number)
{
	return strlen(number) == USCC_LEN &&
	    strspn(number, USCC_ALPHABET) == USCC_LEN &&
	    strspn(number + USCC_REGION, "0123456789") >=
	    USCC_BODY - USCC_REGION &&
	    number[USCC_LEN - 1] == uscc_check_character(number);
}

static enum cao_status
uscc_form(const char *number, struct cao_error *err)
{
	enum cao_status status;
	size_t good;

	status = cao_idnumber_length(
	    number, USCC_LEN, N_("unified social credit code"), USCC_RULE, err);
	if (status != CAO_OK)
		return status;
	if ((good = strspn(number, USCC_ALPHABET)) < USCC_LEN)
		return cao_fail(err, CAO_INPUT,
		    "character %zu is not of the code's alphabet (GB "
		    "32100-2015: digits, and letters without I O S V Z)",
		    good + 1);
	return cao_idnumber_digits(
	    number, USCC_REGION, USCC_BODY - USCC_REGION, USCC_RULE, err);
}

static enum cao_status
check_uscc(const char *number, const char **ret_warning, struct cao_error *err)
{
	enum cao_status status = uscc_form(number, err);

	if (status != CAO_OK)
		return status;
	if (!cao_uscc_valid(number))
		return cao_fail(err, CAO_INPUT,
		    "the check character is wrong (GB 32100-2015, modulus "
		    "31): compare the number with the licence");
	if (number[USCC_LEN - 2] != code_check_character(number + USCC_BODY))
		return cao_fail(err, CAO_INPUT,
		    "characters 9 to 17 are not an organisation code: their "
		    "check character is wrong (GB 32100-2015, GB 11714-1997): "
		    "compare the number with the licence");
	if (strchr(USCC_DEPARTMENTS, number[0]) == NULL)
		*ret_warning =
		    _("the registering department is not in the table of "
		      "GB 32100-2015: compare the number with the licence");
	else if (!is_region(number + USCC_REGION))
		*ret_warning =
		    _("the region is not in GB/T 2260: compare the number "
		      "with the licence");
	return CAO_OK;
}

/* number is an organisation code that begins at character from + 1. */
static enum cao_status
code_at(const char *number, size_t from, struct cao_error *err)
{
	const char *code = number + from;
	size_t good = strspn(code, CODE_ALPHABET);

	if (good < CODE_LEN)
		return cao_fail(err, CAO_INPUT,
		    "character %zu is neither a digit nor a letter "
		    "(GB 11714-1997)",
		    from + good + 1);
	if (code[CODE_LEN - 1] != code_check_character(code))
		return cao_fail(err, CAO_INPUT,
		    "the check character is wrong (GB 11714-1997, modulus "
		    "11): compare the number with the certificate");
	return CAO_OK;
}

static enum cao_status
check_code(const char *number, const char **ret_warning, struct cao_error *err)
{
	enum cao_status status;

	(void)ret_warning;
	status = cao_idnumber_length(
	    number, CODE_LEN, N_("organisation code"), CODE_RULE, err);
	return status == CAO_OK ? code_at(number, 0, err) : status;
}

/* ISO 7064 MOD 11,10 over 14 digits. */
static char
licence_check_character(const char *number)
{
	int p = 10, t;
	size_t i;

	for (i = 0; i < LICENCE_LEN - 1; i++) {
		t = (p + (number[i] - '0')) % 10;
		p = 2 * (t == 0 ? 10 : t) % 11;
	}
	return (char)('0' + (11 - p) % 10);
}

static enum cao_status
registration_number(const char *number, struct cao_error *err)
{
	enum cao_status status;

	status = cao_idnumber_digits(number, 0, LICENCE_LEN, LICENCE_RULE, err);
	if (status != CAO_OK)
		return status;
	if (!is_region(number))
		return cao_fail(err, CAO_INPUT,
		    "digits 1 and 2 are not the code of a province "
		    "(GS 15-2006, GB/T 2260): compare the number with "
		    "the licence");
	if (number[LICENCE_LEN - 1] != licence_check_character(number))
		return cao_fail(err, CAO_INPUT,
		    "the check digit is wrong (GS 15-2006, ISO 7064 MOD "
		    "11,10): compare the number with the "
		    "licence");
	return CAO_OK;
}

static enum cao_status
check_licence(
    const char *number, const char **ret_warning, struct cao_error *err)
{
	size_t found = cao_utf8_length(number);

	if (found == USCC_LEN)
		return check_uscc(number, ret_warning, err);
	if (found == LICENCE_LEN)
		return registration_number(number, err);
	if (!cao_idnumber_all_digits(number, LICENCE_OLD_LEN))
		return cao_fail(err, CAO_INPUT,
		    "a licence has 18 characters (GB 32100-2015) or 15 digits "
		    "(GS 15-2006), found %zu characters",
		    found);
	*ret_warning =
	    _("a registration number of 13 digits is older than 2007 and has "
	      "no check digit: ask for the present licence");
	return CAO_OK;
}

/* A taxpayer number that a person's number begins: n characters of it, and
 * two digits more. */
static enum cao_status
tax_of_person(const char *number, size_t n, struct cao_error *err)
{
	char id[CAO_RESIDENT_ID_SIZE] = "";
	enum cao_status status;

	memcpy(id, number, n);
	if ((status = cao_resident_check(id, NO_DAY, err)) != CAO_OK)
		return status;
	return cao_idnumber_digits(number, n, 2, TAX_RULE, err);
}

/* Eighteen characters: a USCC, or a person's number. */
static enum cao_status
tax_of_either(
    const char *number, const char **ret_warning, struct cao_error *err)
{
	if (cao_resident_check(number, NO_DAY, NULL) == CAO_OK)
		return CAO_OK;
	return check_uscc(number, ret_warning, err);
}

static enum cao_status
tax_by_area(const char *number, struct cao_error *err)
{
	enum cao_status status;

	status = cao_idnumber_digits(number, 0, 6, TAX_RULE, err);
	return status == CAO_OK ? code_at(number, 6, err) : status;
}

static enum cao_status
check_tax(const char *number, const char **ret_warning, struct cao_error *err)
{
	bool temporary = number[0] == 'L';
	size_t found = cao_utf8_length(number);

	if (temporary && found == 19)
		return tax_of_either(number + 1, ret_warning, err);
	if (temporary && found == 16)
		return cao_resident_check(number + 1, NO_DAY, err);
	switch (found) {
	case 15:
		return tax_by_area(number, err);
	case 17:
		return tax_of_person(number, 15, err);
	case 18:
		return tax_of_either(number, ret_warning, err);
	case 20:
		return tax_of_person(number, 18, err);
	default:
		return cao_fail(err, CAO_INPUT,
		    "a taxpayer number has 15, 17, 18 or 20 characters, or L "
		    "and the number of a licence or card (STA Announcement "
		    "2015 No. 66), found %zu",
		    found);
	}
}

/* No check is published; but what looks like a USCC must be one. */
static enum cao_status
check_free(const char *number, const char **ret_warning, struct cao_error *err)
{
	if (strlen(number) == USCC_LEN &&
	    strspn(number, USCC_ALPHABET) == USCC_LEN)
		return check_uscc(number, ret_warning, err);
	return CAO_OK;
}

static enum cao_status (*const checks[])(
    const char *, const char **, struct cao_error *) = {
	[CAO_USCC] = check_uscc,
	[CAO_ORGANISATION_CODE] = check_code,
	[CAO_BUSINESS_LICENCE] = check_licence,
	[CAO_INSTITUTION_REGISTRATION] = check_free,
	[CAO_TAX_REGISTRATION] = check_tax,
	[CAO_SOCIAL_GROUP] = check_free,
	[CAO_PEOPLE_GROUP] = check_free,
	[CAO_ENTERPRISE_LEGAL_PERSON] = check_licence,
	[CAO_INSTITUTION_LEGAL_PERSON] = check_free,
	[CAO_SOCIAL_GROUP_LEGAL_PERSON] = check_free,
	[CAO_PEOPLE_GROUP_LEGAL_PERSON] = check_free,
	[CAO_SOCIAL_INSURANCE] = check_free,
	[CAO_OTHER_ORGANISATION_ID] = check_free,
};

enum cao_status
cao_organisation_check(const char *type, const char *number,
    char out[CAO_ID_NUMBER_SIZE], const char **ret_warning,
    struct cao_error *err)
{
	int i = cao_idnumber_type(type, cao_organisation_id_types);
	char normal[CAO_ID_NUMBER_SIZE];
	const char *warning = NULL;
	enum cao_status status;

	if (i == -1)
		return cao_idnumber_no_type(
		    type, cao_organisation_id_types, err);
	if ((status = cao_idnumber_normal(number, normal, err)) != CAO_OK)
		return status;
	if ((status = checks[i](normal, &warning, err)) != CAO_OK)
		return status;
	memcpy(out, normal, strlen(normal) + 1);
	if (ret_warning != NULL)
		*ret_warning = warning;
	return CAO_OK;
}
