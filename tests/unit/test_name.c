/* Subjects: their rules, their DER, and names as text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"
#include "pki/name.h"

#define SIZE(a) (sizeof(a) / sizeof *(a))
#define TEN(s) s s s s s s s s s s

static const struct cao_subject full = { .country = "CN",
	.province = "辽宁",
	.locality = "沈阳",
	.organisation = "沈阳示例科技有限公司",
	.unit = "财务部",
	.common_name = "林晓" };

static void
test_check(void **state)
{
	static const struct {
		struct cao_subject subject;
		const char *field, *want;
	} cases[] = {
		{ { .common_name = "林晓" }, "", NULL },
		{ { .country = "", .common_name = "x" }, "", NULL },
		{ { 0 }, "", NULL },
		{ { .common_name = TEN("甲乙丙丁戊己") "甲乙丙丁" }, "", NULL },
		{ { .common_name = TEN("甲乙丙丁戊己") "甲乙丙丁戊" },
		    "common_name",
		    "the subject's common_name has 65 characters; a "
		    "certificate holds at most 64 (RFC 5280 appendix A.1)" },
		{ { .locality = TEN(TEN("a")) TEN("路") TEN("号") "12345678" },
		    "", NULL },
		{ { .locality = TEN(TEN("a")) TEN("路") TEN("号") "123456789" },
		    "locality",
		    "the subject's locality has 129 characters; a "
		    "certificate holds at most 128 (RFC 5280 appendix A.1)" },
		{ { .organisation = "甲\n乙" }, "organisation",
		    "the subject's organisation holds a control character" },
		{ { .unit = "a\xE2\x80\xAE"
			    "b" },
		    "unit", "the subject's unit holds a control character" },
		{ { .province = "ab\xFF" }, "province",
		    "the subject's province is not UTF-8 at octet 3" },
		{ { .country = "cn" }, "country",
		    "the subject's country is \"cn\"; write two capital "
		    "letters, such as CN (ISO 3166-1)" },
		{ { .country = "CHN" }, "country",
		    "the subject's country has 3 characters; a certificate "
		    "holds at most 2 (RFC 5280 appendix A.1)" },
		{ { .country = "中国" }, "country",
		    "the subject's country is \"中国\"; write two capital "
		    "letters, such as CN (ISO 3166-1)" },
	};
	struct cao_error err;

	(void)state;
	assert_int_equal(cao_subject_check(&full, &err), CAO_OK);
	for (size_t i = 0; i < SIZE(cases); i++) {
		enum cao_status st = cao_subject_check(&cases[i].subject, &err);

		assert_int_equal(st, cases[i].want ? CAO_INPUT : CAO_OK);
		if (st != CAO_OK) {
			assert_string_equal(err.text, cases[i].want);
			assert_string_equal(err.field, cases[i].field);
		}
	}
}

static void
test_der(void **state)
{
	const struct cao_subject subject = { .country = "CN",
		.common_name = "王辰" };
	struct cao_buf der = { 0 }, hex = { 0 };

	(void)state;
	cao_subject_der(&subject, &der);
	cao_hex_put(&hex, der.data, der.len);
	assert_string_equal(cao_buf_text(&hex),
	    "301e310b300906035504061302434e310f300d06035504030c06"
	    "e78e8be8beb0");
	cao_buf_free(&der);
	cao_buf_free(&hex);
}

static void
test_round_trip(void **state)
{
	struct cao_buf der = { 0 }, text = { 0 };

	(void)state;
	cao_subject_der(&full, &der);
	assert_true(cao_name_text(der.data, der.len, &text));
	assert_string_equal(cao_buf_text(&text),
	    "C=CN, ST=辽宁, L=沈阳, O=沈阳示例科技有限公司, OU=财务部, "
	    "CN=林晓");
	cao_buf_clear(&text);
	for (size_t len = 0; len < der.len; len++)
		assert_false(cao_name_text(der.data, len, &text));
	assert_int_equal(text.len, 0);
	cao_buf_putc(&der, 0);
	assert_false(cao_name_text(der.data, der.len, &text));
	cao_buf_free(&der);
	cao_buf_free(&text);
}

/* Names that others write; NULL: it is none. */
static void
test_foreign(void **state)
{
	static const struct {
		const char *hex, *text;
	} cases[] = {
		{ "3000", "" },
		/* a value that looks like the next attribute */
		{ "3013311130 0f06035504030c08612c20 4f3d622b63",
		    "CN=a\\, O=b\\+c" },
		/* two attributes in one set */
		{ "3018311630 0906035504030c026161 30090603 5504051302 3132",
		    "CN=aa+serialNumber=12" },
		/* BMPString 林 */
		{ "300d310b3009060355040a1e026797", "O=林" },
		/* a control character, T61String, broken UTF-8: hex */
		{ "300d310b3009060355040a0c02610a", "O=#0c02610a" },
		{ "300d310b3009060355040a14026161", "O=#14026161" },
		{ "300d310b3009060355040a0c0261ff", "O=#0c0261ff" },
		{ "300d310b3009060355040a0c026100", "O=#0c026100" },
		{ "300d310b3009060355040a1e02d800", "O=#1e02d800" },
		{ "300c310a3008060355040a0c0123", "O=\\#" },
		/* an attribute without a word */
		{ "300d310b300906032a03040c026161", "1.2.3.4=aa" },
		{ "300d310b300906038837010c026161", "2.999.1=aa" },
		/* none */
		{ "", NULL },
		{ "3100", NULL },
		{ "30023100", NULL },
		{ "300431023000", NULL },
		{ "300d310b300906038837810c026161", NULL },
		{ "300f310d300b060355040a0c0261610500", NULL },
	};

	(void)state;
	for (size_t i = 0; i < SIZE(cases); i++) {
		struct cao_buf text = { 0 };
		unsigned char der[128];
		char hex[256];
		size_t n = 0;

		for (const char *p = cases[i].hex; *p != '\0'; p++)
			if (*p != ' ')
				hex[n++] = *p;
		hex[n] = '\0';
		assert_true(cao_hex_get(hex, der, n / 2));
		assert_int_equal(
		    cao_name_text(der, n / 2, &text), cases[i].text != NULL);
		assert_string_equal(cao_buf_text(&text),
		    cases[i].text != NULL ? cases[i].text : "");
		cao_buf_free(&text);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_check),
		cmocka_unit_test(test_der),
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_foreign),
	};

	return cmocka_run_group_tests_name("name", tests, NULL, NULL);
}
