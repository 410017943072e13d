/* Statements in MT940: envelopes, marks, days, amounts, ways to say who. */
#include "statement.h"

#include <iconv.h>

#define LEN(array) (sizeof(array) / sizeof *(array))

#define TOP ":20:S1\n:25:1100220033004400\n:28C:1/1\n:60F:C261119CNY1000,00\n"
#define END ":62F:C261120CNY1240,00\n-\n"
#define ONE ":61:2611201120C240,00NTRFNONREF//B1\n"
#define WHO "74439001> <林晓"

static const struct {
	const char *text, *want;
} files[] = {
	/* Bare, in SWIFT's envelope, with titles, with CR LF. */
	{ TOP ONE END, "5 2026-11-20 +240.00 <> <> <B1> <>|" },
	{ "{1:F01EXAMCNBJXXXX0000000000}{2:O9400000261122EXAMCNBJXXXX0000000000"
	  "2611220000N}{4:\n" TOP ONE ":62F:C261120CNY1240,00\n-}{5:{CHK:0}}\n",
	    "6 2026-11-20 +240.00 <> <> <B1> <>|" },
	{ "客户对账单\n\n" TOP ONE END, "7 2026-11-20 +240.00 <> <> <B1> <>|" },
	{ "\xef\xbb\xbf:20:S1\r\n:60F:C261119CNY0,\r\n:61:261120C240,NTRF//"
	  "B1\r\nmore\r\n:86:货款\r\n二\r\n:62F:C261120CNY240,\r\n-\r\n",
	    "3 2026-11-20 +240.00 <> <> <B1> <货款 二>|" },
	/* Several messages, each of its account's currency. */
	{ TOP ONE END ":20:S2\n:60F:C261119USD0,00\n" ONE END
		      ":20:S3\n:60M:D261119RMB1,00\n" ONE END
		      ":20:S4\n" ONE END,
	    "5 2026-11-20 +240.00 <> <> <B1> <>|10 :61:! an amount in USD: "
	    "only yuan (CNY) are matched|15 2026-11-20 +240.00 <> <> <B1> <>|"
	    "19 :61:! no opening balance (:60F:) above it says the currency|" },
	{ ":20:S1\n:60F:261119CNY0\n" END,
	    "2 :60F:! \"261119CNY0\" is not a balance: C or D, the day as "
	    "YYMMDD, the currency, the amount|" },
	/* Marks; reversals. */
	{ TOP ":61:261120D1,NTRF//B1\n:61:261120RC1,NTRF//B2\n"
	      ":61:261120RD1,NTRF//B3\n:61:261120CY1,NTRF//B4\n"
	      ":61:261120RCY1,NTRF//B5\n:61:261120EC1,NTRF//B6\n" END,
	    "5 2026-11-20 -1.00 <> <> <B1> <>|6 2026-11-20 -1.00 <> <> <B2> "
	    "<> a reversal: money that came in is taken back|7 2026-11-20 "
	    "-1.00 <> <> <B3> <> a reversal: money that went out comes back|8 "
	    "2026-11-20 +1.00 <> <> <B4> <>|9 2026-11-20 -1.00 <> <> <B5> <> "
	    "a reversal: money that came in is taken back|10 :61:! "
	    "\"EC1,NTRF//B6\" begins with none of C, D, RC, RD|" },
	/* Days: that of booking, over the turn of the year. */
	{ TOP ":61:2612311231C1,NTRF//B1\n:61:2612310102C1,NTRF//B2\n"
	      ":61:2701021231C1,NTRF//B3\n:61:2802280229C1,NTRF//B4\n"
	      ":61:2702280229C1,NTRF//B5\n:61:261320C1,NTRF//B6\n"
	      ":61:26112011C1,NTRF//B7\n" END,
	    "5 2026-12-31 +1.00 <> <> <B1> <>|6 2027-01-02 +1.00 <> <> <B2> "
	    "<>|7 2026-12-31 +1.00 <> <> <B3> <>|8 2028-02-29 +1.00 <> <> "
	    "<B4> <>|9 2028-02-29 +1.00 <> <> <B5> <>|10 :61:! "
	    "\"261320C1,NTRF//B6\" begins with no day as YYMMDD or "
	    "YYMMDDMMDD|11 :61:! \"26112011C1,NTRF//B7\" begins with no day "
	    "as YYMMDD or YYMMDDMMDD|" },
	/* Amounts. */
	{ TOP ":61:261120C1,5NTRF//B1\n:61:261120C1,500NTRF//B2\n"
	      ":61:261120C1,501NTRF//B3\n:61:261120C0,00NTRF//B4\n"
	      ":61:261120C1.00NTRF//B5\n:61:261120C1,0,0NTRF//B6\n"
	      ":61:261120C,50NTRF//B7\n:61:261120C123456789012,34NTRF//B8\n"
	      ":61:261120C1234567890123,45NTRF//B9\n:61:261120CNTRF//B10\n" END,
	    "5 2026-11-20 +1.50 <> <> <B1> <>|6 2026-11-20 +1.50 <> <> <B2> "
	    "<>|7 :61:! \"1,501\" is not an amount in yuan, such as 240,00|8 "
	    ":61:! an amount of 0.00|9 :61:! \"1.00NTRF//B5\" begins with no "
	    "amount such as 240,00|10 :61:! \"1,0,0\" is not an amount in "
	    "yuan, such as 240,00|11 :61:! \",50\" is not an amount in yuan, "
	    "such as 240,00|12 2026-11-20 +123456789012.34 <> <> <B8> <>|13 "
	    ":61:! \"1234567890123,45NTRF//B9\" begins with no amount such as "
	    "240,00|14 :61:! \"TRF//B10\" begins with no amount such as "
	    "240,00|" },
	/* References: the bank's alone. */
	{ TOP ":61:261120C1,NTRFNONREF\n:61:261120C1,NTRFX//NONREF\n"
	      ":61:261120C1,NTRFX\n:61:261120C1,F//B4\n:61:261120C1,NTRF// B5 "
	      "\n:61:261120C1,NTRF//aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	      "aaaaaaaaaaaaaaaaaaaaaaa\n" END,
	    "5 2026-11-20 +1.00 <> <> <row:> <>|6 2026-11-20 +1.00 <> <> "
	    "<row:> <>|7 2026-11-20 +1.00 <> <> <row:> <>|8 :61:! \"F//B4\" "
	    "begins with no kind of transaction such as NTRF|9 2026-11-20 "
	    "+1.00 <> <> <B5> <>|10 :61:! a reference of 65 octets, at most "
	    "64|" },
	/* A refused entry takes its :86: with it; that of the balance is of no
	 * line. */
	{ TOP ":61:x\n:86:货款\n" ONE ":62F:C261120CNY1240,00\n:86:结余\n-\n",
	    "5 :61:! \"x\" begins with no day as YYMMDD or YYMMDDMMDD|7 "
	    "2026-11-20 +240.00 <> <> <B1> <>|" },
	/* Cut off. */
	{ TOP ONE ":86:货款\n",
	    "5 :61:! the file ends here, without a closing balance (:62F:): "
	    "is it cut off?|" },
	{ ":20:S1", "" },
};

/* Field :86:, as banks divide it. */
static const struct {
	const char *info, *want; /* account, name, text */
} infos[] = {
	{ "", "<> <> <B1> <>" },
	{ "166?00转账?20货款?21二?3074439?3174439001?32林?33晓?34000",
	    "<74439001> <林晓> <B1> <货款二>" },
	{ "166<20货款?<3174439001<32林晓", "<" WHO "> <B1> <货款?>" },
	{ "166?20要?60更?63多?31 7443 9001 ?32 林晓 \n",
	    "<" WHO "> <B1> <要更多>" },
	/* A line that is broken inside, which SWIFT's are. */
	{ "166?20001002\n0261122?317443\n9001?32林\n晓",
	    "<" WHO "> <B1> <0010020261122>" },
	{ "166?3174439001?32林晓", "<" WHO "> <B1> <166?3174439001?32林晓>" },
	/* No division: an amount, a number of a telephone. */
	{ "100,20 货款", "<> <> <B1> <100,20 货款>" },
	{ "166?2x", "<> <> <B1> <166?2x>" },
	{ "/ORDP//NAME/林晓/ACCT/74439001/REMI/货款/EREF/x",
	    "<" WHO "> <B1> <货款>" },
	{ "/TRTP/SEPA/IBAN/74439001/BIC/EXAM/NAME/林晓/REMI/USTD//货/款//",
	    "<" WHO "> <B1> <货/款>" },
	{ "/BENM//NAME/王辰/IBAN/1/ORDP//NAME/林晓/ACCW/74439001,EXAM\n/RE"
	  "MI/货款",
	    "<" WHO "> <B1> <货款>" },
	{ "/ORDP/林晓/IBAN/74439001/BENM/王辰/REMI/货款",
	    "<" WHO "> <B1> <货款>" },
	{ "/CNTP/74439001/EXAM/林晓///REMI/USTD//货款/",
	    "<" WHO "> <B1> <货款>" },
	/* The last stroke of a word is the first of the next. */
	{ "/REMI/USTD//NAME/林晓/ACCT/74439001", "<" WHO "> <B1> <USTD>" },
	{ "/CNTP/74439001/REMI/货款", "<74439001> <> <B1> <货款>" },
	{ "/CNTP/74439001", "<74439001> <> <B1> <CNTP/74439001>" },
	{ "/FOO/林晓", "<> <> <B1> <FOO/林晓>" },
	/* Free text: full lines go on, others have a blank between. */
	{ "付\n款", "<> <> <B1> <付 款>" },
	{ "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa0020261122000\n0001",
	    "<> <> <B1> <aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa0020261122000 0001>" },
	{ "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa 0020261122000\n0001",
	    "<> <> <B1> <aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa 00202611220000001>" },
};

static void
test_files(void **state)
{
	struct cao_buf out = { 0 };

	(void)state;
	for (size_t i = 0; i < LEN(files); i++) {
		show(files[i].text, strlen(files[i].text), &out);
		assert_string_equal(cao_buf_text(&out), files[i].want);
	}
	cao_buf_free(&out);
}

static void
test_information(void **state)
{
	struct cao_buf text = { 0 }, want = { 0 }, out = { 0 };

	(void)state;
	for (size_t i = 0; i < LEN(infos); i++) {
		cao_buf_clear(&text);
		cao_buf_clear(&want);
		cao_buf_printf(&text, TOP ONE ":86:%s\n" END, infos[i].info);
		cao_buf_printf(
		    &want, "5 2026-11-20 +240.00 %s|", infos[i].want);
		show(cao_buf_text(&text), text.len, &out);
		assert_string_equal(cao_buf_text(&out), cao_buf_text(&want));
	}
	cao_buf_free(&text);
	cao_buf_free(&want);
	cao_buf_free(&out);
}

static void
test_too_long(void **state)
{
	struct cao_buf text = { 0 }, out = { 0 };

	(void)state;
	cao_buf_puts(&text, TOP ONE ":86:");
	for (int i = 0; i < 4097; i++)
		cao_buf_putc(&text, 'a');
	cao_buf_puts(&text, "\n" ONE END);
	show(cao_buf_text(&text), text.len, &out);
	assert_string_equal(cao_buf_text(&out),
	    "5 :61:! more than 4096 octets about the transaction|7 2026-11-20 "
	    "+240.00 <> <> <B1> <>|");
	cao_buf_free(&text);
	cao_buf_free(&out);
}

static void
test_gb18030(void **state)
{
	char in[] = TOP ONE ":86:166?20货款?3174439001?32林晓\n" END;
	char gb[sizeof in], *from = in, *to = gb;
	size_t left = sizeof in - 1, room = sizeof gb;
	struct cao_buf out = { 0 };
	iconv_t cd;

	(void)state;
	cd = iconv_open("GB18030", "UTF-8");
	assert_true(cd != (iconv_t)-1);
	assert_int_equal(iconv(cd, &from, &left, &to, &room), 0);
	iconv_close(cd);
	show(gb, (size_t)(to - gb), &out);
	assert_string_equal(
	    cao_buf_text(&out), "5 2026-11-20 +240.00 <" WHO "> <B1> <货款>|");
	cao_buf_free(&out);
}

static void
test_truncated(void **state)
{
	static const char text[] =
	    "{1:F01EXAMCNBJXXXX0000000000}{4:\n" TOP ONE
	    ":86:166?20货款?3174439001?32林晓\n:61:261120C2,NTRF\n"
	    ":86:/ORDP//NAME/林晓\n/REMI/货款\n:61:261120D1,NTRF//B3\n" END
	    ":20:S2\n:60F:C261119CNY0,00\n" ONE END;

	(void)state;
	check_truncated(text, sizeof text - 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_information),
		cmocka_unit_test(test_too_long),
		cmocka_unit_test(test_gb18030),
		cmocka_unit_test(test_truncated),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
