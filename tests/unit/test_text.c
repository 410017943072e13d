/* UTF-8, folding, nearest words, hex, base64, masks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"

static void
test_utf8(void **state)
{
	static const struct {
		const char *text;
		size_t good;
	} cases[] = {
		{ "", 0 },
		{ "abc", 3 },
		{ "林晓\xF0\x9F\x98\x80", 10 },
		{ "a\xC3", 1 },
		{ "a\xE6\x9E", 1 },
		{ "a\xF0\x9F\x98", 1 },
		{ "a\x80", 1 },
		{ "\xC0\x80", 0 },
		{ "\xC1\xBF", 0 },
		{ "\xE0\x80\x80", 0 },
		{ "\xE0\x9F\xBF", 0 },
		{ "\xED\xA0\x80", 0 },
		{ "\xF0\x80\x80\x80", 0 },
		{ "\xF4\x90\x80\x80", 0 },
		{ "\xF5\x80\x80\x80", 0 },
		{ "\xFF", 0 },
		{ "\xED\x9F\xBF\xEE\x80\x80\xF4\x8F\xBF\xBF", 10 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_int_equal(
		    cao_utf8_check(cases[i].text, strlen(cases[i].text)),
		    cases[i].good);
	assert_int_equal(cao_utf8_check("a\0b", 3), 3);
	assert_int_equal(cao_utf8_length("林晓 a"), 4);
	assert_int_equal(cao_text_width(""), 0);
	assert_int_equal(cao_text_width("林晓 a"), 6);
	assert_int_equal(cao_text_width("（ａ）é"), 7);
	assert_int_equal(cao_text_width("a\xffz"), 3);
}

static void
test_control(void **state)
{
	static const char *const with[] = { "a\n", "\t", "\x7F", "\xC2\x80",
		"\xC2\x9F", "\xE2\x80\xA8", "\xE2\x80\xA9", "\xE2\x80\xAA",
		"\xE2\x80\xAE", "\xE2\x81\xA6", "\xE2\x81\xA9" };
	static const char *const without[] = { "", "林晓", "\xC2\xA0",
		"\xE2\x80\xA7", "\xE2\x80\xAF", "\xE2\x81\xA5",
		"\xE2\x81\xAA" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof with / sizeof *with; i++)
		assert_true(cao_text_has_control(with[i]));
	for (i = 0; i < sizeof without / sizeof *without; i++)
		assert_false(cao_text_has_control(without[i]));
}

static void
test_fold(void **state)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
		{ "", "" },
		{ "ＡＢ１２（ｘ）－", "AB12(x)-" },
		{ " a\tb\r\nc\xE3\x80\x80"
		  "d\xC2\xA0"
		  "e\xE2\x80\x89"
		  "f\xE2\x80\x8B"
		  "g\xEF\xBB\xBFh\xC2\x85",
		    "abcdefgh" },
		{ "e\xCC\x81", "\xC3\xA9" },
		{ "沈阳 示例", "沈阳示例" },
	};
	struct cao_error err;
	char *folded = NULL;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		assert_int_equal(
		    cao_text_fold(cases[i].text, &folded, &err), CAO_OK);
		assert_string_equal(folded, cases[i].want);
		free(folded);
	}
	folded = NULL;
	assert_int_equal(cao_text_fold("a\xFF", &folded, &err), CAO_INPUT);
	assert_null(folded);
	assert_string_equal(
	    err.text, "not UTF-8 (RFC 3629): save the input as UTF-8");
}

static void
test_nearest(void **state)
{
	static const char *const words[] = { "id_type", "id_number", "name",
		"phone", "sm2", "辽宁", NULL };
	static const struct {
		const char *text, *want;
	} cases[] = {
		{ "id_typ", "id_type" },
		{ "id_tpye", "id_type" },
		{ "idnumber", "id_number" },
		{ "nmae", "name" },
		{ "phome", "phone" },
		{ "sm3", "sm2" },
		{ "辽", "辽宁" },
		{ "name", "name" },
		{ "country", NULL },
		{ "", NULL },
		{ "nnaammee", NULL },
		{ "\xFF", NULL },
	};
	char large[400];
	const char *got;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		got = cao_text_nearest(cases[i].text, words);
		if (cases[i].want == NULL)
			assert_null(got);
		else
			assert_string_equal(got, cases[i].want);
	}
	memset(large, 'a', sizeof large - 1);
	large[sizeof large - 1] = '\0';
	assert_null(cao_text_nearest(large, words));
}

static void
test_hex(void **state)
{
	unsigned char octets[2] = { 0 };
	struct cao_buf buf = { 0 };

	(void)state;
	cao_hex_put(&buf, "\x00\xAf\x10", 3);
	assert_string_equal(cao_buf_text(&buf), "00af10");
	cao_buf_free(&buf);
	assert_true(cao_hex_get("AfB0", octets, 2));
	assert_memory_equal(octets, "\xAF\xB0", 2);
	assert_false(cao_hex_get("AfB", octets, 2));
	assert_false(cao_hex_get("AfB00", octets, 2));
	assert_false(cao_hex_get("AfB0", octets, 1));
	assert_false(cao_hex_get("AfG0", octets, 2));
	assert_true(cao_hex_get("", octets, 0));
}

static void
test_base64(void **state)
{
	/* RFC 4648 section 10 */
	static const char *const pairs[][2] = { { "", "" }, { "f", "Zg==" },
		{ "fo", "Zm8=" }, { "foo", "Zm9v" }, { "foob", "Zm9vYg==" },
		{ "fooba", "Zm9vYmE=" }, { "foobar", "Zm9vYmFy" } };
	static const char *const bad[] = { "Z", "Zg",
		"Zg=", "Zg===", "Z===", "=",
		"====", "Zg==Zg==", "Zh==", "Zm9=", "Zm9v!", "Zm9vY" };
	struct cao_buf buf = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof pairs / sizeof *pairs; i++) {
		cao_base64_put(&buf, pairs[i][0], strlen(pairs[i][0]));
		assert_string_equal(cao_buf_text(&buf), pairs[i][1]);
		cao_buf_clear(&buf);
		assert_true(
		    cao_base64_get(pairs[i][1], strlen(pairs[i][1]), &buf));
		assert_string_equal(cao_buf_text(&buf), pairs[i][0]);
		cao_buf_clear(&buf);
	}
	cao_buf_puts(&buf, "-");
	for (i = 0; i < sizeof bad / sizeof *bad; i++)
		if (cao_base64_get(bad[i], strlen(bad[i]), &buf))
			fail_msg("%s is taken", bad[i]);
	assert_string_equal(cao_buf_text(&buf), "-");
	assert_true(cao_base64_get(" Zm\r\n9v\t", 8, &buf));
	assert_string_equal(cao_buf_text(&buf), "-foo");
	cao_buf_clear(&buf);
	cao_base64_put(&buf, "\xFB\xFF\xFE\x00", 4);
	assert_string_equal(cao_buf_text(&buf), "+//+AA==");
	cao_buf_free(&buf);
}

static void
test_mask(void **state)
{
	static const char *const pairs[][2] = {
		{ "210102199003078881", "210*************81" },
		{ "123456", "123*56" },
		{ "12345", "1****" },
		{ "1", "1" },
		{ "", "" },
		{ "军字第2001988号", "军字第******8号" },
		{ "林晓", "林*" },
		{ "\xFF\xFE", "\xFF*" },
	};
	struct cao_buf buf = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof pairs / sizeof *pairs; i++) {
		cao_text_mask(&buf, pairs[i][0]);
		assert_string_equal(cao_buf_text(&buf), pairs[i][1]);
		cao_buf_clear(&buf);
	}
	cao_buf_free(&buf);
}

static void
test_html(void **state)
{
	static const char *const pairs[][2] = {
		{ "", "" },
		{ "林晓 & Co", "林晓 &amp; Co" },
		{ "<b a='1' c=\"2\">",
		    "&lt;b a=&#39;1&#39; c=&quot;2&quot;&gt;" },
		{ "a\nb\x01\x7f",
		    "a\xef\xbf\xbd"
		    "b\xef\xbf\xbd\xef\xbf\xbd" },
		{ "\xff<", "\xef\xbf\xbd&lt;" },
		{ "\xe2\x80\xae", "\xef\xbf\xbd" }, /* U+202E */
		{ "\xe6\x9e", "\xef\xbf\xbd\xef\xbf\xbd" },
	};
	struct cao_buf buf = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
		cao_html_put(&buf, pairs[i][0]);
		assert_string_equal(cao_buf_text(&buf), pairs[i][1]);
		cao_buf_clear(&buf);
	}
	cao_buf_free(&buf);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_utf8),
		cmocka_unit_test(test_control),
		cmocka_unit_test(test_fold),
		cmocka_unit_test(test_nearest),
		cmocka_unit_test(test_hex),
		cmocka_unit_test(test_base64),
		cmocka_unit_test(test_mask),
		cmocka_unit_test(test_html),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
