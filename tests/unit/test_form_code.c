/* The code on a page: written, read back, and nothing else taken for one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "order/form_code.h"

static const struct cao_form_code example = { .number = "00202009200000485",
	.slot = 3,
	.page = 1,
	.pages = 12,
	.digest = "01234567890123456" };
#define DIGITS (CAO_FORM_CODE_SIZE - 1)
static const char text[] = "01"
			   "00202009200000485"
			   "03"
			   "01"
			   "12"
			   "01234567890123456"
			   "58";

static bool
reads(const char *t)
{
	struct cao_form_code c;

	return cao_form_code_read(t, strlen(t), &c);
}

static void
test_round(void **state)
{
	char out[CAO_FORM_CODE_SIZE];
	struct cao_form_code c;

	(void)state;
	cao_form_code_write(&example, out);
	assert_string_equal(out, text);
	assert_true(cao_form_code_read(out, DIGITS, &c));
	assert_string_equal(c.number, example.number);
	assert_string_equal(c.digest, example.digest);
	assert_int_equal(c.slot, 3);
	assert_int_equal(c.page, 1);
	assert_int_equal(c.pages, 12);
}

/* Every wrong digit, and every swap of neighbours. */
static void
test_errors(void **state)
{
	char t[CAO_FORM_CODE_SIZE];

	(void)state;
	for (size_t i = 0; i < DIGITS; i++) {
		memcpy(t, text, sizeof t);
		for (char d = '0'; d <= '9'; d++) {
			t[i] = d;
			assert_int_equal(reads(t), d == text[i]);
		}
		if (i + 1 == DIGITS || text[i] == text[i + 1])
			continue;
		memcpy(t, text, sizeof t);
		t[i] = text[i + 1];
		t[i + 1] = text[i];
		assert_false(reads(t));
	}
}

static void
test_shape(void **state)
{
	static const char *const others[] = { "", "x", "https://example.cn/",
		"010020200920000048503011201234567890123455",
		"010020200920000048503011201234567890123456580",
		" 1002020092000004850301120123456789012345658",
		"+1002020092000004850301120123456789012345658" };
	struct cao_form_code c;

	(void)state;
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		assert_false(reads(others[i]));
	for (size_t len = 0; len < DIGITS; len++)
		assert_false(cao_form_code_read(text, len, &c));
}

/* Digits with the right check that say what no page can. */
static void
test_range(void **state)
{
	static const struct {
		const char *number;
		unsigned page, pages;
		bool good;
	} cases[] = {
		{ "00202009200000485", 1, 1, true },
		{ "00202009200000485", 99, 99, true },
		{ "00202009200000485", 0, 1, false },
		{ "00202009200000485", 2, 1, false },
		{ "00202009200000485", 0, 0, false },
		{ "00202002300000485", 1, 1, false },
		{ "99202009200000485", 1, 1, false },
	};
	char out[CAO_FORM_CODE_SIZE];
	struct cao_form_code c = example;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		memcpy(c.number, cases[i].number, sizeof c.number);
		c.page = cases[i].page;
		c.pages = cases[i].pages;
		cao_form_code_write(&c, out);
		assert_int_equal(reads(out), cases[i].good);
	}
}

static void
test_digest(void **state)
{
	unsigned char content[CAO_DIGEST_SIZE] = { 1 };
	unsigned char service[CAO_DIGEST_SIZE] = { 2 };
	char one[CAO_FORM_DIGEST_SIZE], two[CAO_FORM_DIGEST_SIZE];
	const char *number = "00202009200000485";

	(void)state;
	cao_form_code_digest(number, "seal-form", content, service, one);
	/* printf 'caorder form 1\n...' | sha256sum */
	assert_string_equal(one, "22733276411003438");
	cao_form_code_digest(number, "seal-forn", content, service, two);
	assert_string_not_equal(one, two);
	cao_form_code_digest(
	    "00202009200000486", "seal-form", content, service, two);
	assert_string_not_equal(one, two);
	content[31] = 1;
	cao_form_code_digest(number, "seal-form", content, service, two);
	assert_string_not_equal(one, two);
	content[31] = 0;
	service[0] = 3;
	cao_form_code_digest(number, "seal-form", content, service, two);
	assert_string_not_equal(one, two);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round),
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_shape),
		cmocka_unit_test(test_range),
		cmocka_unit_test(test_digest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
