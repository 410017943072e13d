/* Matching a line of a statement with declared transfers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "caorder.h"
#include "order/match.h"

#define LEN(array) (sizeof(array) / sizeof *(array))
#define ONE "00202611220000001"
#define TWO "00202611220000002"
#define NAME "沈阳示例科技有限公司"
#define ACCOUNT "7443900182600096874"
#define DAY 20777 /* 2026-11-20 */
#define NONE ((size_t)-1)

static enum cao_match
match(const struct cao_bank_line *line, const struct cao_declared *declared,
    size_t count, size_t *ret_which)
{
	*ret_which = NONE;
	return cao_match_line(line, declared, count, ret_which);
}

/* One declared transfer of 240.00 by NAME from ACCOUNT on DAY. */
static const struct {
	const char *account, *name;
	int64_t day, fen;
	bool debit, settled;
	enum cao_match want;
} single[] = {
	{ ACCOUNT, NAME, DAY, 24000, false, false, CAO_MATCH_PAID },
	{ ACCOUNT, NAME, DAY, 24000, true, false, CAO_MATCH_OUT },
	{ ACCOUNT, NAME, DAY, 24000, false, true, CAO_MATCH_DUPLICATE },
	{ ACCOUNT, NAME, DAY, 23999, false, false, CAO_MATCH_SHORT },
	{ ACCOUNT, NAME, DAY, 24001, false, false, CAO_MATCH_OVER },
	{ ACCOUNT, NAME, DAY, 23999, false, true, CAO_MATCH_UNKNOWN },
	{ ACCOUNT, NAME, DAY - 1, 24000, false, false, CAO_MATCH_PAID },
	{ ACCOUNT, NAME, DAY - 2, 24000, false, false, CAO_MATCH_UNKNOWN },
	{ ACCOUNT, NAME, DAY + 5, 24000, false, false, CAO_MATCH_PAID },
	{ ACCOUNT, NAME, DAY + 6, 24000, false, false, CAO_MATCH_UNKNOWN },
	{ ACCOUNT, "上海样本信息有限公司", DAY, 24000, false, false,
	    CAO_MATCH_UNKNOWN },
	{ ACCOUNT, "", DAY, 24000, false, false, CAO_MATCH_UNKNOWN },
	{ "7443900182600096875", NAME, DAY, 24000, false, false,
	    CAO_MATCH_UNKNOWN },
	{ "744390018260009687", NAME, DAY, 24000, false, false,
	    CAO_MATCH_UNKNOWN },
	{ "74439001826000968740", NAME, DAY, 24000, false, false,
	    CAO_MATCH_UNKNOWN },
	{ "", NAME, DAY, 24000, false, false, CAO_MATCH_UNKNOWN },
	{ "7443****6874", NAME, DAY, 24000, false, false, CAO_MATCH_PAID },
	{ "744390*********6874", NAME, DAY, 24000, false, false,
	    CAO_MATCH_PAID },
	{ "****6874", NAME, DAY, 24000, false, false, CAO_MATCH_PAID },
	{ "7443900182600*6874", NAME, DAY, 24000, false, false,
	    CAO_MATCH_PAID },
	{ "744390018260009*6874", NAME, DAY, 24000, false, false,
	    CAO_MATCH_UNKNOWN },
	{ "7443****6875", NAME, DAY, 24000, false, false, CAO_MATCH_UNKNOWN },
	{ "7444****6874", NAME, DAY, 24000, false, false, CAO_MATCH_UNKNOWN },
	{ "7443****874", NAME, DAY, 24000, false, false, CAO_MATCH_UNKNOWN },
	{ "7443****", NAME, DAY, 24000, false, false, CAO_MATCH_UNKNOWN },
	{ "7443**90**6874", NAME, DAY, 24000, false, false, CAO_MATCH_UNKNOWN },
	{ "*", NAME, DAY, 24000, false, false, CAO_MATCH_UNKNOWN },
};

static void
test_single(void **state)
{
	struct cao_declared d = { .id = 1,
		.number = ONE,
		.day = DAY,
		.fen = 24000,
		.account = "7443 9001 8260-0096 874",
		.name = NAME };
	struct cao_bank_line line = { .text = (char[]){ "" } };
	char account[64], name[64];
	enum cao_match got;
	size_t i, which;

	(void)state;
	for (i = 0; i < LEN(single); i++) {
		memcpy(
		    account, single[i].account, strlen(single[i].account) + 1);
		memcpy(name, single[i].name, strlen(single[i].name) + 1);
		line.account = account;
		line.name = name;
		line.day = single[i].day;
		line.fen = single[i].fen;
		line.credit = !single[i].debit;
		d.settled = single[i].settled;
		got = match(&line, &d, 1, &which);
		assert_string_equal(
		    cao_match_words[got], cao_match_words[single[i].want]);
		assert_int_equal(which,
		    got == CAO_MATCH_UNKNOWN || got == CAO_MATCH_OUT ? NONE
								     : 0);
	}
	assert_int_equal(match(&line, NULL, 0, &which), CAO_MATCH_UNKNOWN);
}

/* Up to three declared transfers: order, fen, day, settled; a line of 240.00
 * with a text. */
struct brief {
	const char *number;
	int64_t fen, day;
	bool settled;
};

static const struct {
	const char *text;
	enum cao_match want;
	size_t which;
	struct brief declared[3];
} several[] = {
	{ "", CAO_MATCH_PAID, 1,
	    { { ONE, 44000, DAY, false }, { TWO, 24000, DAY, false } } },
	{ "", CAO_MATCH_AMBIGUOUS, NONE,
	    { { ONE, 24000, DAY, false }, { TWO, 24000, DAY, false } } },
	{ "单号" TWO "证书", CAO_MATCH_PAID, 1,
	    { { ONE, 24000, DAY, false }, { TWO, 24000, DAY, false } } },
	{ "00202611220000009", CAO_MATCH_AMBIGUOUS, NONE,
	    { { ONE, 24000, DAY, false }, { TWO, 24000, DAY, false } } },
	/* A number only decides between equals. */
	{ TWO, CAO_MATCH_PAID, 0,
	    { { ONE, 24000, DAY, false }, { TWO, 44000, DAY, false } } },
	/* What is settled already is no candidate. */
	{ "", CAO_MATCH_PAID, 1,
	    { { ONE, 24000, DAY, true }, { TWO, 24000, DAY, false } } },
	{ "", CAO_MATCH_DUPLICATE, 1,
	    { { ONE, 24000, DAY, true }, { TWO, 24000, DAY - 1, true } } },
	{ ONE, CAO_MATCH_DUPLICATE, 0,
	    { { ONE, 24000, DAY, true }, { TWO, 24000, DAY - 1, true } } },
	{ "", CAO_MATCH_DUPLICATE, 0,
	    { { ONE, 24000, DAY, true }, { TWO, 44000, DAY, false } } },
	/* Several of one order: the earliest. */
	{ "", CAO_MATCH_PAID, 1,
	    { { ONE, 24000, DAY, false }, { ONE, 24000, DAY - 1, false } } },
	{ "", CAO_MATCH_PAID, 0,
	    { { ONE, 24000, DAY, false }, { ONE, 24000, DAY, false } } },
	{ "", CAO_MATCH_PAID, 1,
	    { { ONE, 24000, DAY, true }, { ONE, 24000, DAY, false } } },
	{ "", CAO_MATCH_AMBIGUOUS, NONE,
	    { { ONE, 24000, DAY, false }, { ONE, 24000, DAY, false },
		{ TWO, 24000, DAY, false } } },
	{ "", CAO_MATCH_AMBIGUOUS, NONE,
	    { { ONE, 10000, DAY, false }, { TWO, 44000, DAY, false } } },
	{ ONE, CAO_MATCH_OVER, 0,
	    { { ONE, 10000, DAY, false }, { TWO, 44000, DAY, false } } },
	{ TWO, CAO_MATCH_SHORT, 1,
	    { { ONE, 10000, DAY, false }, { TWO, 44000, DAY, false } } },
	{ "", CAO_MATCH_UNKNOWN, NONE,
	    { { ONE, 10000, DAY, true }, { TWO, 44000, DAY, true } } },
};

static void
test_several(void **state)
{
	struct cao_declared d[3];
	struct cao_bank_line line = { .account = (char[]){ ACCOUNT },
		.name = (char[]){ NAME },
		.day = DAY,
		.fen = 24000,
		.credit = true };
	size_t i, k, n, which;
	enum cao_match got;
	char text[64];

	(void)state;
	for (i = 0; i < LEN(several); i++) {
		memset(d, 0, sizeof d);
		for (n = k = 0; k < 3; k++) {
			if (several[i].declared[k].number == NULL)
				break;
			memcpy(d[k].number, several[i].declared[k].number,
			    CAO_NUMBER_SIZE);
			d[k].id = (int64_t)k + 1;
			d[k].fen = several[i].declared[k].fen;
			d[k].day = several[i].declared[k].day;
			d[k].settled = several[i].declared[k].settled;
			d[k].account = ACCOUNT;
			d[k].name = NAME;
			n++;
		}
		memcpy(text, several[i].text, strlen(several[i].text) + 1);
		line.text = text;
		got = match(&line, d, n, &which);
		assert_string_equal(
		    cao_match_words[got], cao_match_words[several[i].want]);
		assert_int_equal(which, several[i].which);
	}
}

static const struct {
	const char *a, *b;
	bool same;
} names[] = {
	{ NAME, NAME, true },
	{ "示例（沈阳）有限公司", "示例(沈阳)有限公司", true },
	{ "示例【沈阳】有限公司", "示例(沈阳)有限公司", true },
	{ "示例〔沈阳〕有限公司", "示例[沈阳]有限公司", true },
	{ "沈阳示例 科技\xe3\x80\x80有限公司", NAME, true },
	{ "ＳＡＭＰＬＥ Ltd", "Sample LTD", true },
	{ "示例(沈阳)有限公司", "示例沈阳有限公司", false },
	{ NAME, "沈阳示例科技有限公", false },
	{ "", "", false },
	{ " ", "", false },
	{ "\xff", "\xff", false },
};

static void
test_names(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < LEN(names); i++) {
		assert_int_equal(
		    cao_name_same(names[i].a, names[i].b), names[i].same);
		assert_int_equal(
		    cao_name_same(names[i].b, names[i].a), names[i].same);
	}
}

static void
test_words(void **state)
{
	(void)state;
	assert_string_equal(cao_match_words[CAO_MATCH_PAID], "paid");
	assert_string_equal(cao_match_words[CAO_MATCH_BAD], "bad");
	assert_null(cao_match_words[CAO_MATCH_BAD + 1]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_single),
		cmocka_unit_test(test_several),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
