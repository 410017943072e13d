/* Money: exact, or refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/money.h"

static void
test_parse(void **state)
{
	static const struct {
		const char *text;
		int64_t want;
	} good[] = {
		{ "240", 24000 },
		{ "240.0", 24000 },
		{ "240.00", 24000 },
		{ "0", 0 },
		{ "0.01", 1 },
		{ "0.1", 10 },
		{ "-0.01", -1 },
		{ "00240.50", 24050 },
		{ "999999999999.99", CAO_MONEY_MAX },
		{ "-999999999999.99", -CAO_MONEY_MAX },
	};
	struct cao_error err;
	int64_t fen;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof good / sizeof *good; i++) {
		assert_int_equal(
		    cao_money_parse(good[i].text, &fen, &err), CAO_OK);
		assert_true(fen == good[i].want);
	}
}

static void
test_refuse(void **state)
{
	static const char *const bad[] = { "", "-", ".", "1.", ".5", "1.234",
		"1.00.", "+1", "--1", " 1", "1 ", "1e3", "0x10", "１", "1.000",
		"1,240.00", "1000000000000", "999999999999.999",
		"99999999999999999999999999999999999999999999" };
	struct cao_error err;
	int64_t fen = 7;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_int_equal(
		    cao_money_parse(bad[i], &fen, &err), CAO_INPUT);
	assert_true(fen == 7);
	(void)!cao_money_parse("1.234", &fen, &err);
	assert_string_equal(err.text,
	    "\"1.234\" is not an amount in yuan: write digits, and at most "
	    "two places after a point, as in 240.00");
	(void)!cao_money_parse("1,240.00", &fen, &err);
	assert_string_equal(err.text,
	    "\"1,240.00\" is not an amount: leave the commas out, as in "
	    "1240.00");
	(void)!cao_money_parse("1000000000000", &fen, &err);
	assert_string_equal(err.text,
	    "\"1000000000000\" is too large an amount: at most "
	    "999999999999.99 yuan");
}

static void
test_format(void **state)
{
	static const struct {
		int64_t fen;
		const char *want;
	} cases[] = {
		{ 0, "0.00" },
		{ 1, "0.01" },
		{ 10, "0.10" },
		{ 100, "1.00" },
		{ -5, "-0.05" },
		{ 24000, "240.00" },
		{ CAO_MONEY_MAX, "999999999999.99" },
		{ -CAO_MONEY_MAX, "-999999999999.99" },
	};
	char out[CAO_MONEY_SIZE];
	int64_t back;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		cao_money_format(cases[i].fen, out);
		assert_string_equal(out, cases[i].want);
		assert_int_equal(cao_money_parse(out, &back, NULL), CAO_OK);
		assert_true(back == cases[i].fen);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_refuse),
		cmocka_unit_test(test_format),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
