/* Statements: titles, layouts, cells, and references that stay the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <iconv.h>
#include <stdlib.h>

#include "order/cell.h"
#include "statement.h"

#define LEN(array) (sizeof(array) / sizeof *(array))

#define HEAD "交易日期,对方账号,对方户名,交易金额,交易流水号,附言\n"
#define TWO "日期,对方账号,对方户名,借方发生额(支出),贷方发生额(收入)\n"
#define WAY "日期,对方账号,对方户名,借贷标志,交易金额\n"
#define WHO "62220202,林晓"
#define LINE "62220202> <林晓> <row:> <>|"

static const struct {
	const char *text, *want;
} files[] = {
	/* The signed layout, with the texts of several columns. */
	{ "\xef\xbb\xbf" HEAD "2026-11-20," WHO ",240.00,B1,货款\n",
	    "2 2026-11-20 +240.00 <62220202> <林晓> <B1> <货款>|" },
	{ HEAD "2026-11-20," WHO ",-240.00,B1,\n2026-11-20," WHO
	       ",(240.00),B2,\n",
	    "2 2026-11-20 -240.00 <62220202> <林晓> <B1> <>|"
	    "3 2026-11-20 -240.00 <62220202> <林晓> <B2> <>|" },
	{ "摘要,日期,对方账号,对方户名,发生额,用途,附言\n转账,2026-11-20," WHO
	  ",1,货款,转账\n",
	    "2 2026-11-20 +1.00 <62220202> <林晓> <row:> <转账 货款>|" },
	/* Two columns. */
	{ TWO "2026-11-20," WHO ",,240.00\n2026-11-20," WHO
	      ",0.00,240.00\n2026-11-20," WHO ",240.00,\n2026-11-20," WHO
	      ",240.00,0.00\n2026-11-20," WHO ",--,1\n2026-11-20," WHO
	      ",,-240.00\n",
	    "2 2026-11-20 +240.00 <" LINE "3 2026-11-20 +240.00 <" LINE
	    "4 2026-11-20 -240.00 <" LINE "5 2026-11-20 -240.00 <" LINE
	    "6 2026-11-20 +1.00 <" LINE "7 2026-11-20 -240.00 <" LINE },
	{ TWO "2026-11-20," WHO ",1.00,2.00\n2026-11-20," WHO
	      ",,\n2026-11-20," WHO ",0.00,0.00\n2026-11-20," WHO
	      ",,2.00x\n2026-11-20," WHO "\n",
	    "2 贷方发生额! an amount in both columns, 贷方发生额 and "
	    "借方发生额: money came in or went out, not both|3 贷方发生额! no "
	    "amount, neither in 贷方发生额 nor in 借方发生额|4 贷方发生额! an "
	    "amount of 0.00|5 贷方发生额! \"2.00x\" is not an amount in yuan: "
	    "write digits, and at most two places after a point, as in "
	    "240.00|6 贷方发生额! no amount, neither in 贷方发生额 nor in "
	    "借方发生额|" },
	/* Money in alone, as in an export of what came in. */
	{ "日期,对方账号,对方户名,贷方发生额\n2026-11-20," WHO
	  ",240.00\n2026-11-20," WHO ",\n",
	    "2 2026-11-20 +240.00 <" LINE "3 贷方发生额! no amount|" },
	/* A column for the direction. */
	{ WAY "2026-11-20," WHO ",贷,240.00\n2026-11-20," WHO
	      ",借,240.00\n2026-11-20," WHO ",贷,-240.00\n2026-11-20," WHO
	      ",借,-240.00\n2026-11-20," WHO ",?,240.00\n2026-11-20," WHO
	      ",,240.00\n2026-11-20," WHO ",贷,\n2026-11-20," WHO ",贷,0.00\n",
	    "2 2026-11-20 +240.00 <" LINE "3 2026-11-20 -240.00 <" LINE
	    "4 2026-11-20 -240.00 <" LINE "5 2026-11-20 -240.00 <" LINE
	    "6 借贷标志! \"?\" is no direction of a payment: 贷 is money in, "
	    "借 is money out|7 借贷标志! \"\" is no direction of a payment: 贷 "
	    "is money in, 借 is money out|8 交易金额! no amount|9 交易金额! an "
	    "amount of 0.00|" },
	/* Titles above, a header again, totals and remarks below. */
	{ "账户明细,,,,,\n账号：,7443900182600096874,,,,\n" HEAD
	  "2026-11-20," WHO ",1,B1,\n本页小计,,,1.00,,\n" HEAD "2026-11-20," WHO
	  ",2,B2,合计付款\n合计,,,3.00,,\n合计笔数,2,借方合计,0.00,,\n"
	  "总计：3.00\n以下无记录\n",
	    "4 2026-11-20 +1.00 <62220202> <林晓> <B1> <>|"
	    "7 2026-11-20 +2.00 <62220202> <林晓> <B2> <合计付款>|" },
	/* But a payment without a date is no total. */
	{ HEAD "," WHO ",2,B2,合计付款\n十月," WHO ",2,B2,\n",
	    "2 交易日期! \"\" is not a date, such as 2026-05-10, 20260510, "
	    "2026/5/10 or 2026年5月10日|3 交易日期! \"十月\" is not a date, "
	    "such as 2026-05-10, 20260510, 2026/5/10 or 2026年5月10日|" },
	/* Scientific notation, by name. */
	{ HEAD "2026-11-20,7.44E+18,林晓,1,B1,\n2026-11-20," WHO
	       ",2.4E+05,B1,\n2026-11-20," WHO
	       ",1,2.02611E+16,\n2026-11-20," WHO ",1,12E34,\n",
	    "2 对方账号! the account \"7.44E+18\" is in scientific notation, "
	    "its digits are lost: export the statement again and do not save "
	    "it from a spreadsheet|3 交易金额! the amount \"2.4E+05\" is in "
	    "scientific notation, its digits are lost: export the statement "
	    "again and do not save it from a spreadsheet|4 交易流水号! the "
	    "reference \"2.02611E+16\" is in scientific notation, its digits "
	    "are lost: export the statement again and do not save it from a "
	    "spreadsheet|5 2026-11-20 +1.00 <62220202> <林晓> <12E34> <>|" },
	/* What guards digits from a spreadsheet. */
	{ HEAD "'2026-11-20,'62220202,林晓,'1.00,'001,\n"
	       "2026-11-20,\"\t62220202\",林晓,1,\"\t001\",\n"
	       "2026-11-20,[62220202],林晓,1,[001],\n"
	       "2026-11-20,=\"62220202\",林晓,1,=\"001\",\n"
	       "2026-11-20,６２２２　０２０２,林晓,１．００,００１,\n"
	       "2026-11-20,6222-0202,林晓,1,-,\n",
	    "2 2026-11-20 +1.00 <62220202> <林晓> <001> <>|"
	    "3 2026-11-20 +1.00 <62220202> <林晓> <001> <>|"
	    "4 2026-11-20 +1.00 <62220202> <林晓> <001> <>|"
	    "5 2026-11-20 +1.00 <62220202> <林晓> <001> <>|"
	    "6 2026-11-20 +1.00 <62220202> <林晓> <001> <>|"
	    "7 2026-11-20 +1.00 <62220202> <林晓> <row:> <>|" },
	{ HEAD "2026-11-20,6222****3445,林晓,1,,\n2026-11-20,,,1,,结息\n",
	    "2 2026-11-20 +1.00 <6222****3445> <林晓> <row:> <>|"
	    "3 2026-11-20 +1.00 <> <> <row:> <结息>|" },
	/* A comma of thousands outside quotes moves the cells. */
	{ HEAD "2026-11-20," WHO ",1,240.00,B1,\n2026-11-20," WHO
	       ",\"1,240.00\",B1,\n2026-11-20," WHO
	       ",1.00,B1,,\n2026-11-20," WHO ",1.00,B1,x,y\n",
	    "2 ! 7 fields under a header of 6: is an amount with commas not "
	    "in quotes?|3 2026-11-20 +1240.00 <62220202> <林晓> <B1> <>|4 "
	    "2026-11-20 +1.00 <62220202> <林晓> <B1> <>|5 ! 7 fields under a "
	    "header of 6: is an amount with commas not in quotes?|" },
	/* Currencies. */
	{ "日期,对方账号,对方户名,币种,金额\n2026-11-20," WHO
	  ",人民币,1\n2026-11-20," WHO ",CNY,1\n2026-11-20," WHO ",USD,1\n",
	    "2 2026-11-20 +1.00 <" LINE "3 2026-11-20 +1.00 <" LINE
	    "4 币种! an amount in USD: only yuan (CNY) are matched|" },
	/* Of two columns for the same, the better; another text than ours. */
	{ "交易时间,交易日期,对方账号,对方户名,金额\n09:05:00,2026-11-20," WHO
	  ",1\n",
	    "2 2026-11-20 +1.00 <" LINE },
	{ HEAD "2026-11-20," WHO
	       ",1,aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	       "aaaaa,\n",
	    "2 交易流水号! a reference of 65 octets, at most 64|" },
	/* A row that the reader of CSV refuses does not end the statement. */
	{ HEAD "2026-11-20,\"6\"2,林晓,1,,\n2026-11-20," WHO ",1,B1,\n",
	    "2 ! text behind a closing quote; a quote inside quotes is "
	    "doubled (RFC 4180)|3 2026-11-20 +1.00 <62220202> <林晓> <B1> "
	    "<>|" },
	/* No header. */
	{ "",
	    "0! no row is a header: looked for columns for the date (交易日期, "
	    "记账日期, 会计日期, 入账日期); the payer's account (对方账号, "
	    "对方账户, 对方卡号, 对方账户账号); the payer's name (对方户名, "
	    "对方名称, 交易对手, 对方账户名); the amount (交易金额, 发生额, "
	    "交易发生额, 金额; 贷方发生额, 借方发生额)" },
	{ "a\n日期,对方账号,金额\n",
	    "2! the header row has no column for the payer's name (对方户名, "
	    "对方名称, 交易对手, 对方账户名)" },
	{ "日期,对方账号,对方户名,借方发生额\n",
	    "1! the header row has no column for the amount (交易金额, 发生额, "
	    "交易发生额, 金额; 贷方发生额, 借方发生额)" },
	{ "日期\n\"", "2! a quote is left open" },
};

static void
test_files(void **state)
{
	struct cao_buf out = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < LEN(files); i++) {
		show(files[i].text, strlen(files[i].text), &out);
		assert_string_equal(cao_buf_text(&out), files[i].want);
	}
	cao_buf_free(&out);
}

/* Every title that banks use, in its column. */
static const char *const titles[][30] = {
	{ "交易日期", "记账日期", "会计日期", "入账日期", "交易时间",
	    "记账时间", "入账时间", "交易日", "记账日", "日期", NULL },
	{ "对方账号", "对方账户", "对方卡号", "对方账户账号", "对方账号/卡号",
	    "对手账号", "交易对手账号", "交易对方账号", "付款账号",
	    "付款人账号", "付款方账号", "对方帐号", "对方帐户", NULL },
	{ "对方户名", "对方名称", "交易对手", "对方账户名", "对方账户名称",
	    "对方账号名称", "对方单位", "对方单位名称", "对手名称", "对手户名",
	    "交易对手名称", "交易对方", "交易对方名称", "付款人名称",
	    "付款方名称", "付款人户名", "付款账户名", "付款人", "对方帐户名",
	    NULL },
	{ "借贷标志", "借贷标记", "借贷标识", "借贷方向", "借贷类型",
	    "收支标志", "收支方向", "收支类型", "收付标志", "交易方向",
	    "资金流向", "借贷", "借/贷", "借／贷", "收支", "收/支", NULL },
	{ "交易金额", "发生额", "交易发生额", "金额", "金额(元)", "金额（元）",
	    "交易金额/元", "\"金 额\"", NULL },
	{ "交易流水号", "银行流水号", "核心流水号", "系统流水号", "流水号",
	    "交易流水", "交易参考号", NULL },
	{ "附言", "用途", "摘要", "备注", "交易摘要", "交易附言", "交易备注",
	    "交易用途", "客户附言", "转账附言", NULL },
	{ "币种", "币别", "交易币种", "货币", NULL },
};
static const char *const debits[] = { "借方发生额", "借方金额", "借方交易金额",
	"支出金额", "转出金额", "付出金额", "支取金额", "借方", "支出", "付出",
	"支取", "借方发生额/元(支取)", "支出（元）" };
static const char *const credits[] = { "贷方发生额", "贷方金额", "贷方交易金额",
	"收入金额", "转入金额", "存入金额", "贷方", "收入", "存入",
	"贷方发生额/元(收入)" };

static void
test_titles(void **state)
{
	struct cao_buf text = { 0 }, out = { 0 };
	size_t column, i, c;

	(void)state;
	for (column = 0; column < LEN(titles); column++)
		for (i = 0; titles[column][i] != NULL; i++) {
			cao_buf_clear(&text);
			for (c = 0; c < LEN(titles); c++)
				cao_buf_printf(&text, "%s%c",
				    titles[c][c == column ? i : 0],
				    c + 1 < LEN(titles) ? ',' : '\n');
			cao_buf_puts(&text, "20261120," WHO ",收,1,B1,x,\n");
			show(cao_buf_text(&text), text.len, &out);
			assert_string_equal(cao_buf_text(&out),
			    "2 2026-11-20 +1.00 <62220202> <林晓> <B1> <x>|");
		}
	for (i = 0; i < LEN(debits); i++)
		for (c = 0; c < LEN(credits); c++) {
			cao_buf_clear(&text);
			cao_buf_printf(&text,
			    "日期,对方账号,对方户名,%s,%s\n20261120," WHO
			    ",,1\n20261120," WHO ",1,\n",
			    debits[i], credits[c]);
			show(cao_buf_text(&text), text.len, &out);
			assert_string_equal(cao_buf_text(&out),
			    "2 2026-11-20 +1.00 <" LINE
			    "3 2026-11-20 -1.00 <" LINE);
		}
	cao_buf_free(&text);
	cao_buf_free(&out);
}

static const struct {
	const char *cell, *day; /* NULL: no date */
} dates[] = {
	{ "2026-05-10", "2026-05-10" },
	{ "20260313", "2026-03-13" },
	{ "2026/9/1 9:05", "2026-09-01" },
	{ "2026年9月2日 15时00分", "2026-09-02" },
	{ "2026年9月2日15时00分", "2026-09-02" },
	{ "2026年9月2号", "2026-09-02" },
	{ "2026.9.1", "2026-09-01" },
	{ "2026-05-10 09:05:00.123", "2026-05-10" },
	{ "2026-05-10T09:05:00+08:00", "2026-05-10" },
	{ "20260313150000", "2026-03-13" },
	{ "202603131500", "2026-03-13" },
	{ "20260313 150000", "2026-03-13" },
	{ "２０２６－０５－１０", "2026-05-10" },
	{ "2026-05-10\xe3\x80\x80"
	  "9:05",
	    "2026-05-10" },
	{ "'2026-05-10", "2026-05-10" },
	{ "=\"20260510\"", "2026-05-10" },
	{ "2024-02-29", "2024-02-29" },
	{ "2026-02-29", NULL },
	{ "2026-13-01", NULL },
	{ "2026-05-10x", NULL },
	{ "2026-05-10 to 2026-05-11", NULL },
	{ "2026-05-10~2026-05-11", NULL },
	{ "2026/05-10", NULL },
	{ "26-05-10", NULL },
	{ "10/05/2026", NULL },
	{ "46152", NULL },
	{ "2.0260510E+07", NULL },
	{ "2026年5月", NULL },
	{ "2026051", NULL },
	{ "合计", NULL },
	{ "", NULL },
};

static void
test_dates(void **state)
{
	struct cao_error err;
	char day[CAO_DATE_SIZE];
	enum cao_status st;
	int64_t days;
	size_t i;

	(void)state;
	for (i = 0; i < LEN(dates); i++) {
		st = cao_cell_date(dates[i].cell, &days, &err);
		assert_int_equal(st, dates[i].day == NULL ? CAO_INPUT : CAO_OK);
		if (st != CAO_OK)
			continue;
		cao_date_format(days, day);
		assert_string_equal(day, dates[i].day);
	}
}

#define EMPTY INT64_MIN
#define BAD INT64_MAX

static const struct {
	const char *cell;
	int64_t fen;
} amounts[] = {
	{ "240.00", 24000 },
	{ "240", 24000 },
	{ "240.5", 24050 },
	{ "1,240.00", 124000 },
	{ "1，240.00", 124000 },
	{ "12,345,678.90", 1234567890 },
	{ "¥240.00", 24000 },
	{ "￥240.00", 24000 },
	{ "-¥1,240.00", -124000 },
	{ "¥-1,240.00", -124000 },
	{ "+240.00", 24000 },
	{ "−240.00", -24000 },
	{ "－240.00", -24000 },
	{ "(240.00)", -24000 },
	{ "（240.00）", -24000 },
	{ "240.00元", 24000 },
	{ "CNY 240.00", 24000 },
	{ "人民币240元", 24000 },
	{ "２４０．００", 24000 },
	{ "'240.00", 24000 },
	{ "=\"240.00\"", 24000 },
	{ "0.00", 0 },
	{ "0", 0 },
	{ "", EMPTY },
	{ "-", EMPTY },
	{ "--", EMPTY },
	{ "——", EMPTY },
	{ " ", EMPTY },
	{ "1,24.00", BAD },
	{ "1240,000.00", BAD },
	{ ",240.00", BAD },
	{ "1,2400", BAD },
	{ "240.001", BAD },
	{ "240.", BAD },
	{ ".50", BAD },
	{ "2.4E+02", BAD },
	{ "24E1", BAD },
	{ "--240", BAD },
	{ "$240", BAD },
	{ "240.00 USD", BAD },
	{ "9999999999999999", BAD },
	{ "(240.00", BAD },
};

static void
test_amounts(void **state)
{
	struct cao_error err;
	enum cao_status st;
	int64_t fen;
	bool given;
	size_t i;

	(void)state;
	for (i = 0; i < LEN(amounts); i++) {
		given = true;
		fen = EMPTY;
		st = cao_cell_money(amounts[i].cell, &given, &fen, &err);
		assert_int_equal(
		    st, amounts[i].fen == BAD ? CAO_INPUT : CAO_OK);
		if (st != CAO_OK)
			continue;
		assert_int_equal(given, amounts[i].fen != EMPTY);
		assert_int_equal(fen, amounts[i].fen);
	}
}

static void
test_directions(void **state)
{
	static const char *const in[] = { "贷", "贷方", "贷记", "C", "CR",
		"CRDT", "收", "收入", "入", "入账", "转入", "存入", "进账",
		"来账", " 贷 ", "Ｃ" };
	static const char *const out[] = { "借", "借方", "借记", "D", "DR",
		"DBIT", "支", "支出", "付", "付出", "出", "出账", "转出",
		"支取", "往账" };
	struct cao_error err;
	bool credit;
	size_t i;

	(void)state;
	for (i = 0; i < LEN(in); i++) {
		credit = false;
		assert_int_equal(
		    cao_cell_direction(in[i], &credit, &err), CAO_OK);
		assert_true(credit);
	}
	for (i = 0; i < LEN(out); i++) {
		credit = true;
		assert_int_equal(
		    cao_cell_direction(out[i], &credit, &err), CAO_OK);
		assert_false(credit);
	}
}

/* The references of a statement, one a line. */
static void
references(const char *text, struct cao_buf *out)
{
	struct cao_statement *s = NULL;
	struct cao_bank_line b;
	struct cao_error err;
	bool more = true;

	cao_buf_clear(out);
	assert_int_equal(
	    cao_statement_open("s.csv", text, strlen(text), &s, &err), CAO_OK);
	while (cao_statement_next(s, &b, &more, &err) == CAO_OK && more) {
		assert_int_equal(strlen(b.reference), 4 + 32);
		cao_buf_printf(out, "%s\n", b.reference);
		cao_bank_line_free(&b);
	}
	cao_statement_close(s);
}

#define PLAIN "日期,对方账号,对方户名,金额,附言\n"

static void
test_references(void **state)
{
	static const char *const same[] = {
		/* A longer statement, other orders of other rows. */
		PLAIN "2026-11-20," WHO ",1.00,x\n2026-11-20," WHO
		      ",1.00,x\n2026-11-20," WHO ",2.00,x\n2026-11-21," WHO
		      ",1.00,x\n",
		/* Another hand for dates, amounts, accounts. */
		PLAIN "2026/11/20 9:05,'6222 0202,林晓,\"¥1\",x\n20261120," WHO
		      ",1.0,x\n2026-11-20," WHO ",2,x\n",
		/* More columns: number, time, balance. */
		"序号,日期,交易时间,对方账号,对方户名,金额,余额,附言\n"
		"7,2026-11-20,09:05," WHO ",1.00,5.00,x\n"
		"8,2026-11-20,09:06," WHO ",1.00,6.00,x\n"
		"9,2026-11-20,09:07," WHO ",2.00,8.00,x\n",
	};
	static const char *const other[] = {
		PLAIN "2026-11-21," WHO ",1.00,x\n",
		PLAIN "2026-11-20," WHO ",1.01,x\n",
		PLAIN "2026-11-20," WHO ",-1.00,x\n",
		PLAIN "2026-11-20,62220203,林晓,1.00,x\n",
		PLAIN "2026-11-20,62220202,王辰,1.00,x\n",
		PLAIN "2026-11-20," WHO ",1.00,y\n",
	};
	struct cao_buf first = { 0 }, out = { 0 };
	size_t i;

	(void)state;
	references(PLAIN "2026-11-20," WHO ",1.00,x\n2026-11-20," WHO
			 ",1.00,x\n2026-11-20," WHO ",2.00,x\n",
	    &first);
	assert_memory_not_equal(first.data, first.data + 37, 37);
	for (i = 0; i < LEN(same); i++) {
		references(same[i], &out);
		assert_memory_equal(out.data, first.data, 3 * 37);
	}
	for (i = 0; i < LEN(other); i++) {
		references(other[i], &out);
		assert_int_equal(out.len, 37);
		assert_null(strstr(cao_buf_text(&first), cao_buf_text(&out)));
	}
	cao_buf_free(&first);
	cao_buf_free(&out);
}

/* More distinct rows than the first table of repetitions holds. */
static void
test_many_references(void **state)
{
	struct cao_buf text = { 0 }, all = { 0 }, one = { 0 };
	int i;

	(void)state;
	cao_buf_puts(&text, PLAIN);
	for (i = 1; i <= 3000; i++)
		cao_buf_printf(&text, "2026-11-20," WHO ",%d.00,x\n", i);
	cao_buf_puts(&text, "2026-11-20," WHO ",7.00,x\n");
	references(cao_buf_text(&text), &all);
	assert_int_equal(all.len, 3001 * 37);
	references(PLAIN "2026-11-20," WHO ",7.00,x\n2026-11-20," WHO
			 ",7.00,x\n",
	    &one);
	assert_memory_equal(all.data + 6 * 37, one.data, 37);
	assert_memory_equal(all.data + 3000 * 37, one.data + 37, 37);
	cao_buf_free(&text);
	cao_buf_free(&all);
	cao_buf_free(&one);
}

static const char statement[] =
    "账户明细\n"
    "交易日期,对方账号,对方户名,借方发生额(支出),贷方发生额(收入),"
    "交易流水号,附言\n"
    "2026-11-20,7443900182600096874,沈阳示例科技有限公司,,\"1,240.00\","
    "B1,货款\n"
    "2026-11-21,6222020200112233445,上海样本信息有限公司,440.00,,,\n"
    "合计,,,440.00,\"1,240.00\",,\n";

/* The same octets in GB18030 say the same. */
static void
test_gb18030(void **state)
{
	struct cao_buf utf8 = { 0 }, gb = { 0 };
	char copy[sizeof statement], other[sizeof statement];
	char *from = copy, *to = other;
	size_t left = sizeof statement - 1, room = sizeof other;
	iconv_t cd = iconv_open("GB18030", "UTF-8");

	(void)state;
	memcpy(copy, statement, sizeof copy);
	assert_int_equal(iconv(cd, &from, &left, &to, &room), 0);
	iconv_close(cd);
	show(statement, sizeof statement - 1, &utf8);
	show(other, (size_t)(to - other), &gb);
	assert_string_equal(cao_buf_text(&gb), cao_buf_text(&utf8));
	assert_string_equal(cao_buf_text(&utf8),
	    "3 2026-11-20 +1240.00 <7443900182600096874> "
	    "<沈阳示例科技有限公司> <B1> <货款>|"
	    "4 2026-11-21 -440.00 <6222020200112233445> "
	    "<上海样本信息有限公司> <row:> <>|");
	cao_buf_free(&utf8);
	cao_buf_free(&gb);
}

/* Cut short at every octet: refused, or lines, and an end. */
static void
test_truncated(void **state)
{
	struct cao_buf out = { 0 };
	char *copy;
	size_t len;

	(void)state;
	for (len = 0; len < sizeof statement; len++) {
		assert_non_null(copy = malloc(len + 1));
		memcpy(copy, statement, len);
		show(copy, len, &out);
		free(copy);
	}
	cao_buf_free(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_titles),
		cmocka_unit_test(test_dates),
		cmocka_unit_test(test_amounts),
		cmocka_unit_test(test_directions),
		cmocka_unit_test(test_references),
		cmocka_unit_test(test_many_references),
		cmocka_unit_test(test_gb18030),
		cmocka_unit_test(test_truncated),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
