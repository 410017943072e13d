/* Numbers of persons and organisations, telephones, mail, accounts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/time.h"
#include "ident/contact.h"
#include "ident/organisation.h"
#include "ident/region.h"

#define VECTORS "tests/data/numbers.tsv"
#define VECTOR_COUNT 57
#define RID_CHECK                                                           \
	"the check character is wrong (GB 11643-1999, ISO 7064 MOD 11-2): " \
	"compare the number with the card"
#define RID_DATE                                                \
	"the date of birth in it is not a day of the calendar " \
	"(GB 11643-1999, GB/T 7408): compare the number with the card"
#define RID_REGION                                           \
	"characters 1 and 2 are not the code of a province " \
	"(GB 11643-1999, GB/T 2260): compare the number with the card"
#define OFFICER                                                              \
	"not the number of a military officer card: one character, 字第, " \
	"4 to 8 letters or digits, 号, as in 军字第2001988号"
#define PASSPORT                                                         \
	"not the number of a Chinese passport (E and 8 digits, or E, a " \
	"letter other than I and O, and 7 digits): for a passport of "   \
	"another country take the type \"other\""
#define PERMIT                                                             \
	"not the number of a home return permit: H or M and 8 digits, on " \
	"the card of 1999 with 2 more; for a permit of another form take " \
	"the type \"other\""
#define HKID                                                       \
	"not the number of a Hong Kong identity card: one or two " \
	"letters, 6 digits, and a digit or A in brackets, as in G123456(A)"
#define HKID_CHECK                                                        \
	"the check character is wrong (Hong Kong identity card, modulus " \
	"11): compare the number with the card"
#define USCC_CHECK                                                   \
	"the check character is wrong (GB 32100-2015, modulus 31): " \
	"compare the number with the licence"
#define CODE_CHECK                                                   \
	"the check character is wrong (GB 11714-1997, modulus 11): " \
	"compare the number with the certificate"

/* want is the normal form where the number is good, else the error. */
struct number_case {
	const char *type, *number, *want;
};

static int64_t today;

static int
set_up(void **state)
{
	(void)state;
	return cao_date_parse("2026-11-22", &today, NULL) != CAO_OK;
}

/* Check by the kind of the vectors' file, or by the type. */
static enum cao_status
check_kind(const char *kind, const char *number, struct cao_error *err)
{
	static const struct {
		const char *kind, *type;
	} kinds[] = { { "uscc", "uscc" }, { "orgcode", "organisation-code" },
		{ "gs15", "business-licence" } };
	char out[CAO_ID_NUMBER_SIZE];
	size_t i;

	if (strncmp(kind, "rid", 3) == 0)
		return cao_person_check(
		    "resident-id", number, today, out, NULL, err);
	if (strcmp(kind, "hkid") == 0)
		return cao_person_check("hk-id", number, today, out, NULL, err);
	for (i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (strcmp(kinds[i].kind, kind) == 0)
			return cao_organisation_check(
			    kinds[i].type, number, out, NULL, err);
	fail_msg("unknown kind %s", kind);
	return CAO_SYSTEM;
}

static void
test_vectors(void **state)
{
	char line[256], *kind, *number, *expect, *rest;
	enum cao_status status, want;
	FILE *fp = fopen(VECTORS, "r");
	struct cao_error err;
	int count = 0;

	(void)state;
	assert_non_null(fp);
	assert_non_null(fgets(line, sizeof line, fp));
	while (fgets(line, sizeof line, fp) != NULL) {
		kind = strtok_r(line, "\t", &rest);
		number = strtok_r(NULL, "\t", &rest);
		expect = strtok_r(NULL, "\t", &rest);
		assert_non_null(expect);
		want = strcmp(expect, "valid") == 0 ? CAO_OK : CAO_INPUT;
		status = check_kind(kind, number, &err);
		if (status != want)
			fail_msg(
			    "%s %s: %d, not %d", kind, number, status, want);
		if (status != CAO_OK)
			assert_null(strstr(err.text, number));
		count++;
	}
	(void)fclose(fp);
	assert_int_equal(count, VECTOR_COUNT);
}

static void
compare(const struct number_case *one, enum cao_status status, const char *out,
    const struct cao_error *err)
{
	const char *got = status == CAO_OK ? out : err->text;

	if (strcmp(got, one->want) != 0)
		fail_msg("%s \"%s\": got \"%s\", not \"%s\"", one->type,
		    one->number, got, one->want);
	if (status != CAO_OK)
		assert_int_equal(err->status, CAO_INPUT);
}

static const struct number_case persons[] = {
	{ "resident-id", "11010519491231002x", "11010519491231002X" },
	{ "resident-id", "１１０１０５１９４９１２３１００２Ｘ",
	    "11010519491231002X" },
	{ "resident-id", " 110105-19491231-002X ", "11010519491231002X" },
	{ "resident-id", "440524188001010014", "440524188001010014" },
	{ "resident-id", "44011320141005001X", "44011320141005001X" },
	{ "resident-id", "210102199003078881", "210102199003078881" },
	{ "resident-id", "810000199408230021", "810000199408230021" },
	{ "resident-id", "830000199201300022", "830000199201300022" },
	{ "resident-id", "411702700422319", "411702700422319" },
	{ "resident-id", "360426199101010072", RID_CHECK },
	{ "resident-id", "110105194913310021", RID_DATE },
	{ "resident-id", "110105202302290022", RID_DATE },
	{ "resident-id", "320281000101010036", RID_DATE },
	{ "resident-id", "954321700422319", RID_REGION },
	{ "resident-id", "990105194912310023", RID_REGION },
	{ "resident-id", "411702701322319", RID_DATE },
	{ "resident-id", "110105202611230023",
	    "the date of birth in it lies in the future (GB 11643-1999): "
	    "compare the number with the card" },
	{ "resident-id", "T60426199101010078",
	    "character 1 is not a digit (GB 11643-1999)" },
	{ "resident-id", "36042619910101007A",
	    "character 18 is neither a digit nor X (GB 11643-1999)" },
	{ "resident-id", "11010519491231002",
	    "the resident identity number has 18 characters "
	    "(GB 11643-1999), found 17" },
	{ "resident-id", "", "the number is missing" },
	{ "resident-id", " -\t() ", "the number is missing" },
	{ "resident-id", "1101\001",
	    "the number holds a control character: "
	    "type it anew" },
	{ "resident-id", "1101\xFF",
	    "not UTF-8 (RFC 3629): save the input as UTF-8" },
	{ "resident-id", "中中中中中",
	    "character 1 is not a digit (GB 11643-1999)" },
	{ "resident-ids", "1",
	    "\"resident-ids\" is not a type of document: did you mean "
	    "\"resident-id\"" },
	{ "zzzz", "1", "\"zzzz\" is not a type of document" },
	{ "officer-id", "军字第2001988号", "军字第2001988号" },
	{ "officer-id", "士字第p011816x号", "士字第P011816X号" },
	{ "officer-id", "军字第2001988", "军字第2001988" },
	{ "officer-id", "军字第200号", OFFICER },
	{ "officer-id", "军字第200198812号", OFFICER },
	{ "officer-id", "2001988", OFFICER },
	{ "officer-id", "A字第2001988号", OFFICER },
	{ "passport", "E12345678", "E12345678" },
	{ "passport", "ea1234567", "EA1234567" },
	{ "passport", "G12345678", "G12345678" },
	{ "passport", "D12345678", "D12345678" },
	{ "passport", "PE1234567", "PE1234567" },
	{ "passport", "K12345678", "K12345678" },
	{ "passport", "KJ1234567", "KJ1234567" },
	{ "passport", "H12345678", "H12345678" },
	{ "passport", "MA1234567", "MA1234567" },
	{ "passport", "141234567", "141234567" },
	{ "passport", "EI1234567", PASSPORT },
	{ "passport", "EO1234567", PASSPORT },
	{ "passport", "GA1234567", PASSPORT },
	{ "passport", "E1234567",
	    "the passport number has 9 characters (Chinese passports), "
	    "found 8" },
	{ "work-id", "工-0012", "工0012" },
	{ "work-id", "123456789012345678901234567890123",
	    "the number of a work card has at most 32 characters, found 33" },
	{ "home-return-permit", "H12345678", "H12345678" },
	{ "home-return-permit", "m1234567802", "M12345678" },
	{ "home-return-permit", "H1234567", PERMIT },
	{ "home-return-permit", "H123456780", PERMIT },
	{ "home-return-permit", "T12345678", PERMIT },
	{ "household-register", "123456789", "123456789" },
	{ "household-register", "210102199003078881", "210102199003078881" },
	{ "household-register", "210102199003078882", RID_CHECK },
	{ "household-register", "12345678",
	    "not a number of a household register: the resident identity "
	    "number of 18 characters (GB 11643-1999) or the 9 digits of the "
	    "household, found 8 characters" },
	{ "hk-id", "g123456（a）", "G123456A" },
	{ "hk-id", "AB987654(3)", "AB9876543" },
	{ "hk-id", "A555555(0)", "A5555550" },
	{ "hk-id", "C567890(8)", HKID_CHECK },
	{ "hk-id", "C567890", HKID },
	{ "hk-id", "ABC567890(1)", HKID },
	{ "hk-id", "C56789(09)5", HKID },
	{ "hk-id", "C567890(B)", HKID },
	{ "other", "台胞证 01234567", "台胞证01234567" },
	{ "other",
	    "12345678901234567890123456789012345678901234567890123456789012345",
	    "the number is longer than 64 characters" },
};

static void
test_persons(void **state)
{
	char out[CAO_ID_NUMBER_SIZE];
	struct cao_error err;
	enum cao_status status;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof persons / sizeof *persons; i++) {
		status = cao_person_check(
		    persons[i].type, persons[i].number, today, out, NULL, &err);
		compare(&persons[i], status, out, &err);
	}
}

static const struct number_case organisations[] = {
	{ "uscc", "91350100M000100Y43", "91350100M000100Y43" },
	{ "uscc", "91350100-m000100y-43", "91350100M000100Y43" },
	{ "uscc", "911522010783762860", "911522010783762860" },
	{ "uscc", "91340621MA2PEN6Q3Y", "91340621MA2PEN6Q3Y" },
	{ "uscc", "91110000600037342L", USCC_CHECK },
	{ "uscc", "9111000060003IOZSV",
	    "character 14 is not of the code's alphabet (GB 32100-2015: "
	    "digits, and letters without I O S V Z)" },
	{ "uscc", "911100A0600037341L",
	    "character 7 is not a digit (GB 32100-2015)" },
	{ "uscc", "12345",
	    "the unified social credit code has 18 characters "
	    "(GB 32100-2015), found 5" },
	{ "uscc", "91350100M000100Y56",
	    "characters 9 to 17 are not an organisation code: their check "
	    "character is wrong (GB 32100-2015, GB 11714-1997): compare the "
	    "number with the licence" },
	{ "organisation-code", "D2143569-X", "D2143569X" },
	{ "organisation-code", "M000100Y-4", "M000100Y4" },
	{ "organisation-code", "55323005-x", "55323005X" },
	{ "organisation-code", "D2143569-1", CODE_CHECK },
	{ "organisation-code", "55323005-0", CODE_CHECK },
	{ "organisation-code", "D2143569",
	    "the organisation code has 9 characters (GB 11714-1997), "
	    "found 8" },
	{ "organisation-code", "D21435*9X",
	    "character 7 is neither a digit nor a letter (GB 11714-1997)" },
	{ "business-licence", "110108000000016", "110108000000016" },
	{ "business-licence", "91350100M000100Y43", "91350100M000100Y43" },
	{ "business-licence", "1101080000000", "1101080000000" },
	{ "business-licence", "110108000000017",
	    "the check digit is wrong (GS 15-2006, ISO 7064 MOD 11,10): "
	    "compare the number with the licence" },
	{ "business-licence", "191108000000014",
	    "digits 1 and 2 are not the code of a province (GS 15-2006, "
	    "GB/T 2260): compare the number with the licence" },
	{ "business-licence", "11010800000001A",
	    "character 15 is not a digit (GS 15-2006)" },
	{ "business-licence", "11010800",
	    "a licence has 18 characters (GB 32100-2015) or 15 digits "
	    "(GS 15-2006), found 8 characters" },
	{ "enterprise-legal-person", "440783763666398", "440783763666398" },
	{ "institution-legal-person", "事证第112100000123号",
	    "事证第112100000123号" },
	{ "institution-legal-person", "91110000600037342L", USCC_CHECK },
	{ "social-group", "社证字第4281号", "社证字第4281号" },
	{ "people-group", "121200004013590816", "121200004013590816" },
	{ "social-insurance", "44010012345", "44010012345" },
	{ "other", "京民证字（2015）第0101号", "京民证字2015第0101号" },
	{ "tax-registration", "91350100M000100Y43", "91350100M000100Y43" },
	{ "tax-registration", "110105D2143569X", "110105D2143569X" },
	{ "tax-registration", "11010519491231002X", "11010519491231002X" },
	{ "tax-registration", "11010519491231002X01", "11010519491231002X01" },
	{ "tax-registration", "41170270042231901", "41170270042231901" },
	{ "tax-registration", "L91350100M000100Y43", "L91350100M000100Y43" },
	{ "tax-registration", "L411702700422319", "L411702700422319" },
	{ "tax-registration", "110105D21435691", CODE_CHECK },
	{ "tax-registration", "1101A5D2143569X",
	    "character 5 is not a digit (taxpayer numbers, STA Announcement "
	    "2015 No. 66)" },
	{ "tax-registration", "11010519491231002101", RID_CHECK },
	{ "tax-registration", "11010519491231002X0A",
	    "character 20 is not a digit (taxpayer numbers, STA "
	    "Announcement 2015 No. 66)" },
	{ "tax-registration", "91110000600037342L", USCC_CHECK },
	{ "tax-registration", "1234",
	    "a taxpayer number has 15, 17, 18 or 20 characters, or L and "
	    "the number of a licence or card (STA Announcement 2015 No. "
	    "66), found 4" },
	{ "uscd", "1",
	    "\"uscd\" is not a type of document: did you mean \"uscc\"" },
};

static void
test_organisations(void **state)
{
	char out[CAO_ID_NUMBER_SIZE];
	enum cao_status status;
	struct cao_error err;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof organisations / sizeof *organisations; i++) {
		status = cao_organisation_check(organisations[i].type,
		    organisations[i].number, out, NULL, &err);
		compare(&organisations[i], status, out, &err);
	}
}

/* Every beginning of every number, of every type: an answer, no crash. */
static void
test_truncated(void **state)
{
	char part[256], out[CAO_ID_NUMBER_SIZE];
	const char *const *type;
	size_t i, n;

	(void)state;
	for (i = 0; i < sizeof persons / sizeof *persons; i++)
		for (n = 0; n <= strlen(persons[i].number); n++) {
			memcpy(part, persons[i].number, n);
			part[n] = '\0';
			for (type = cao_person_id_types; *type; type++)
				(void)!cao_person_check(
				    *type, part, today, out, NULL, NULL);
			for (type = cao_organisation_id_types; *type; type++)
				(void)!cao_organisation_check(
				    *type, part, out, NULL, NULL);
		}
}

static void
test_warnings(void **state)
{
	char out[CAO_ID_NUMBER_SIZE];
	const char *warning = "";

	(void)state;
	assert_int_equal(cao_person_check("resident-id", "411702700422319",
			     today, out, &warning, NULL),
	    CAO_OK);
	assert_string_equal(warning,
	    "a number of 15 digits is of a first-generation card, which "
	    "lapsed on 2013-01-01: ask for the present card");
	assert_int_equal(cao_person_check("resident-id", "11010519491231002X",
			     today, out, &warning, NULL),
	    CAO_OK);
	assert_null(warning);
	assert_int_equal(cao_organisation_check("business-licence",
			     "1101080000000", out, &warning, NULL),
	    CAO_OK);
	assert_string_equal(warning,
	    "a registration number of 13 digits is older than 2007 and has "
	    "no check digit: ask for the present licence");
	assert_int_equal(cao_organisation_check(
			     "uscc", "31350100M000100Y49", out, &warning, NULL),
	    CAO_OK);
	assert_string_equal(warning,
	    "the registering department is not in the table of "
	    "GB 32100-2015: compare the number with the licence");
	assert_int_equal(cao_organisation_check(
			     "uscc", "91990100M000100Y4U", out, &warning, NULL),
	    CAO_OK);
	assert_string_equal(warning,
	    "the region is not in GB/T 2260: compare the number with the "
	    "licence");
}

static void
test_resident(void **state)
{
	char full[CAO_RESIDENT_ID_SIZE];

	(void)state;
	cao_resident_upgrade("411702700422319", full);
	assert_string_equal(full, "41170219700422319X");
	assert_string_equal(
	    cao_resident_gender("210102199003078881"), "female");
	assert_string_equal(
	    cao_resident_gender("11010519491231002X"), "female");
	assert_string_equal(cao_resident_gender("440524188001010014"), "male");
}

static void
test_labels(void **state)
{
	const char *const *type;

	(void)state;
	for (type = cao_person_id_types; *type != NULL; type++)
		assert_non_null(cao_person_id_label(*type));
	for (type = cao_organisation_id_types; *type != NULL; type++)
		assert_non_null(cao_organisation_id_label(*type));
	assert_ptr_equal(
	    type, cao_organisation_id_types + CAO_OTHER_ORGANISATION_ID + 1);
	assert_string_equal(
	    cao_person_id_label("resident-id"), "resident identity card");
	assert_string_equal(cao_person_id_label("none"), "none");
	assert_string_equal(
	    cao_organisation_id_label("uscc"), "unified social credit code");
}

static void
test_regions(void **state)
{
	struct cao_error err;
	int count = 0;

	(void)state;
	while (cao_provinces[count] != NULL)
		count++;
	assert_int_equal(count, 34);
	assert_string_equal(cao_province_name("辽宁省"), "辽宁");
	assert_string_equal(cao_province_name("21"), "辽宁");
	assert_string_equal(cao_province_name("新疆维吾尔自治区"), "新疆");
	assert_null(cao_province_name("辽"));
	assert_int_equal(cao_province_code("内蒙古"), 15);
	assert_int_equal(cao_province_code("澳门特别行政区"), 82);
	assert_int_equal(cao_province_code("83"), 0);
	assert_int_equal(cao_province_check("上海市", &err), CAO_OK);
	assert_int_equal(cao_province_check("黑龙江州", &err), CAO_INPUT);
	assert_string_equal(err.text,
	    "\"黑龙江州\" is not a province (GB/T 2260): did you mean 黑龙江");
	assert_int_equal(cao_province_check("Liaoning", &err), CAO_INPUT);
	assert_string_equal(err.text,
	    "\"Liaoning\" is not a province (GB/T 2260): write its name, such "
	    "as 辽宁 or 辽宁省");
	assert_true(cao_country_valid("CN"));
	assert_true(cao_country_valid("AD"));
	assert_true(cao_country_valid("ZW"));
	assert_false(cao_country_valid("cn"));
	assert_false(cao_country_valid("C "));
	assert_false(cao_country_valid("XX"));
	assert_false(cao_country_valid(""));
	assert_int_equal(cao_country_check("CHN", &err), CAO_INPUT);
	assert_string_equal(err.text,
	    "\"CHN\" is not a country (ISO 3166-1 alpha-2): write two "
	    "capital letters, such as CN");
}

static void
test_mobile(void **state)
{
	static const char *const good[] = { "13800138000", "+8613800138000",
		"008613800138000", "8613800138000", "+86 138-0013-8000",
		"１３８００１３８０００" };
	static const char *const bad[] = { "12800138000", "1380013800",
		"138001380001", "2413800138000", "", "024-12345678",
		"1380013800a", "+1 13800138000" };
	char out[CAO_MOBILE_SIZE];
	struct cao_error err;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof good / sizeof *good; i++) {
		assert_int_equal(cao_mobile_check(good[i], out, &err), CAO_OK);
		assert_string_equal(out, "13800138000");
		assert_int_equal(cao_phone_check(good[i], &err), CAO_OK);
	}
	for (i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_int_equal(
		    cao_mobile_check(bad[i], out, &err), CAO_INPUT);
	assert_int_equal(cao_mobile_check("12800138000", out, &err), CAO_INPUT);
	assert_string_equal(err.text,
	    "not a mobile number of the mainland: 11 digits that begin with "
	    "13 to 19, found 11 characters");
}

static void
test_phone(void **state)
{
	static const char *const good[] = { "024-12345678", "02412345678",
		"0411-1234567", "010-12345678", "(024)12345678", "400-123-4567",
		"+86 24 12345678", "+86-024-12345678" };
	static const char *const bad[] = { "12345678", "024-123456",
		"0411-123456789", "00-12345678", "401-123-4567", "800-123-4567",
		"x", "" };
	struct cao_error err;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof good / sizeof *good; i++)
		if (cao_phone_check(good[i], &err) != CAO_OK)
			fail_msg("%s: %s", good[i], err.text);
	for (i = 0; i < sizeof bad / sizeof *bad; i++)
		if (cao_phone_check(bad[i], &err) != CAO_INPUT)
			fail_msg("%s: accepted", bad[i]);
}

static void
test_email(void **state)
{
	static const struct {
		const char *mail, *want; /* NULL: accepted */
	} cases[] = {
		{ "lin.xiao@example.com", NULL },
		{ "a+b_c=d{}@mail.example.co", NULL },
		{ "a@xn--fiqs8s.example1", NULL },
		{ "",
		    "not a mail address: the @ is missing "
		    "(RFC 5321 section 4.1.2)" },
		{ "a.example.com",
		    "not a mail address: the @ is missing "
		    "(RFC 5321 section 4.1.2)" },
		{ "@example.com",
		    "nothing before the @ (RFC 5321 section 4.1.2)" },
		{ "a..b@example.com",
		    "character 3 is not allowed there "
		    "(RFC 5321 section 4.1.2, Dot-string)" },
		{ "ab.@example.com",
		    "character 3 is not allowed there "
		    "(RFC 5321 section 4.1.2, Dot-string)" },
		{ ".a@example.com",
		    "character 1 is not allowed there "
		    "(RFC 5321 section 4.1.2, Dot-string)" },
		{ "a b@example.com",
		    "character 2 is not allowed there "
		    "(RFC 5321 section 4.1.2, Dot-string)" },
		{ "\"a b\"@example.com",
		    "a quoted name before the @ is not taken: give an "
		    "address without quotes" },
		{ "a@[192.0.2.1]",
		    "an address in brackets behind the @ is not taken: give "
		    "a domain name" },
		{ "a@example..com",
		    "what follows the @ is not a domain name "
		    "(RFC 5321 section 4.1.2, Domain)" },
		{ "a@-example.com",
		    "what follows the @ is not a domain name "
		    "(RFC 5321 section 4.1.2, Domain)" },
		{ "a@example.com ",
		    "what follows the @ is not a domain name "
		    "(RFC 5321 section 4.1.2, Domain)" },
		{ "a@b@example.com",
		    "what follows the @ is not a domain name "
		    "(RFC 5321 section 4.1.2, Domain)" },
		{ "a@localhost",
		    "the domain is not fully qualified "
		    "(RFC 5321 section 2.3.5), as example.com is" },
		{ "a@192.0.2.1",
		    "the domain is not fully qualified "
		    "(RFC 5321 section 2.3.5), as example.com is" },
	};
	struct cao_error err;
	enum cao_status status;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		status = cao_email_check(cases[i].mail, &err);
		if (status == CAO_OK && cases[i].want == NULL)
			continue;
		assert_int_equal(status, CAO_INPUT);
		assert_non_null(cases[i].want);
		assert_string_equal(err.text, cases[i].want);
	}
}

/* A mail address of local octets, '@', labels of 63 and the rest. */
static void
test_email_limits(void **state)
{
	char mail[512];
	struct cao_error err;
	size_t n;

	(void)state;
	memset(mail, 'a', sizeof mail);
	memcpy(mail + 64, "@example.com", 13);
	assert_int_equal(cao_email_check(mail, &err), CAO_OK);
	memset(mail, 'a', sizeof mail);
	memcpy(mail + 65, "@example.com", 13);
	assert_int_equal(cao_email_check(mail, &err), CAO_INPUT);
	assert_string_equal(err.text,
	    "more than 64 characters before the @ "
	    "(RFC 5321 section 4.5.3.1.1)");
	memset(mail, 'a', sizeof mail);
	mail[1] = '@';
	for (n = 65; n < 300; n += 64)
		mail[n] = '.';
	mail[254] = '\0';
	assert_int_equal(cao_email_check(mail, &err), CAO_OK);
	mail[254] = 'a';
	mail[255] = '\0';
	assert_int_equal(cao_email_check(mail, &err), CAO_INPUT);
	assert_string_equal(err.text,
	    "the mail address has more than 254 characters "
	    "(RFC 5321 section 4.5.3.1.3)");
}

static void
test_account(void **state)
{
	static const struct {
		const char *account, *want;
		enum cao_status status;
	} cases[] = {
		{ "6222 0840 0000-1234567", "6222084000001234567", CAO_OK },
		{ "12345678", "12345678", CAO_OK },
		{ "12345678901234567890123456789012",
		    "12345678901234567890123456789012", CAO_OK },
		{ "123456789012345678901234567890123",
		    "an account number has 8 to 32 digits, found 33",
		    CAO_INPUT },
		{ "1234567", "an account number has 8 to 32 digits, found 7",
		    CAO_INPUT },
		{ "1234 567a8",
		    "character 8 of the account number, blanks and hyphens "
		    "not counted, is not a digit",
		    CAO_INPUT },
		{ "6.22208E+18",
		    "the account number is in scientific notation, digits of "
		    "it are lost: make the column of the spreadsheet text and "
		    "type the number anew",
		    CAO_INPUT },
		{ "", "the number is missing", CAO_INPUT },
	};
	char out[CAO_ACCOUNT_SIZE];
	enum cao_status status;
	struct cao_error err;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		status = cao_account_check(cases[i].account, out, &err);
		assert_int_equal(status, cases[i].status);
		assert_string_equal(
		    status == CAO_OK ? out : err.text, cases[i].want);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vectors),
		cmocka_unit_test(test_persons),
		cmocka_unit_test(test_organisations),
		cmocka_unit_test(test_truncated),
		cmocka_unit_test(test_warnings),
		cmocka_unit_test(test_resident),
		cmocka_unit_test(test_labels),
		cmocka_unit_test(test_regions),
		cmocka_unit_test(test_mobile),
		cmocka_unit_test(test_phone),
		cmocka_unit_test(test_email),
		cmocka_unit_test(test_email_limits),
		cmocka_unit_test(test_account),
	};

	return cmocka_run_group_tests(tests, set_up, NULL);
}
