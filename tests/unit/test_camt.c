/* Statements in CAMT.053: versions, batches, reversals, what is not booked. */
#include "statement.h"

#define LEN(array) (sizeof(array) / sizeof *(array))

#define TOP                                                                   \
	"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"                        \
	"<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.08\">" \
	"<BkToCstmrStmt><GrpHdr><MsgId>M</MsgId></GrpHdr><Stmt><Id>S</Id>"    \
	"<Bal><Amt Ccy=\"CNY\">9.00</Amt></Bal>\n"
#define END "</Stmt></BkToCstmrStmt></Document>\n"
#define YUAN(a) "<Amt Ccy=\"CNY\">" a "</Amt>"
#define IN "<CdtDbtInd>CRDT</CdtDbtInd>"
#define OUT "<CdtDbtInd>DBIT</CdtDbtInd>"
#define BOOK "<Sts><Cd>BOOK</Cd></Sts>"
#define DAY "<BookgDt><Dt>2026-11-20</Dt></BookgDt>"
#define REF(r) "<AcctSvcrRef>" r "</AcctSvcrRef>"
#define PLAIN(a) YUAN(a) IN BOOK DAY
#define DETAILS(d) "<NtryDtls>" d "</NtryDtls>"
#define TX(d) "<TxDtls>" d "</TxDtls>"
#define WHO                                                                      \
	"<RltdPties><Dbtr><Pty><Nm>林晓</Nm></Pty></Dbtr><DbtrAcct><Id><Othr>" \
	"<Id>7443 9001</Id></Othr></Id></DbtrAcct></RltdPties>"
#define LINE "2 2026-11-20 +240.00 "

/* What stands in <Ntry> on line 2. */
static const struct {
	const char *entry, *want;
} entries[] = {
	{ PLAIN("240.00") REF("B1") DETAILS(
	      TX(WHO "<RmtInf><Ustrd>货</Ustrd><Ustrd>款</Ustrd></RmtInf>")),
	    LINE "<74439001> <林晓> <B1> <货 款>|" },
	/* As older versions have it, which also say the amount again. */
	{ YUAN("240.00") IN
	    "<Sts>BOOK</Sts>" DAY REF("B1") DETAILS(TX("<AmtDtls><TxAmt>" YUAN(
		"240.00") "</TxAmt></AmtDtls><RltdPties>"
			  "<Dbtr><Nm>林晓</Nm></Dbtr><DbtrAcct><Id><IBAN>74439001</IBAN>"
			  "</Id></DbtrAcct><Cdtr><Nm>王辰</Nm></Cdtr></RltdPties><RmtInf>"
			  "<Strd><CdtrRefInf><Ref>款</Ref></CdtrRefInf></Strd></RmtInf>")),
	    LINE "<74439001> <林晓> <B1> <款>|" },
	/* The bank's remark, where the payer has none. */
	{ PLAIN("240.00") REF("B1") DETAILS(TX(
	      "<AddtlTxInf>转</AddtlTxInf>")) "<AddtlNtryInf>账</AddtlNtryInf>",
	    LINE "<> <> <B1> <转>|" },
	{ PLAIN("240.00") REF("B1") "<AddtlNtryInf>账</AddtlNtryInf>",
	    LINE "<> <> <B1> <账>|" },
	/* The payer's reference, if it names an order. */
	{ PLAIN("240.00") REF("B1") DETAILS(
	      TX("<Refs><EndToEndId>X 00202611220000001</EndToEndId></Refs>")),
	    LINE "<> <> <B1> <00202611220000001>|" },
	{ PLAIN("240.00") REF("B1") DETAILS(
	      TX("<Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs>")),
	    LINE "<> <> <B1> <>|" },
	/* Without a reference; one of the transaction alone. */
	{ PLAIN("240.00"), LINE "<> <> <row:> <>|" },
	{ PLAIN("240.00") REF("NONREF"), LINE "<> <> <row:> <>|" },
	{ PLAIN("240.00") DETAILS(TX("<Refs>" REF("B1") "</Refs>")),
	    LINE "<> <> <B1> <>|" },
	{ PLAIN("240.00") REF("B1") DETAILS(TX("<Refs>" REF("T1") "</Refs>")),
	    LINE "<> <> <B1> <>|" },
	/* What was booked counts, not what was sent. */
	{ PLAIN("240.00") REF("B1") DETAILS(TX("<Amt Ccy=\"USD\">35.00</Amt>")),
	    LINE "<> <> <B1> <>|" },
	/* Money out; reversals; not booked. */
	{ YUAN("240.00") OUT BOOK DAY REF("B1"),
	    "2 2026-11-20 -240.00 <> <> <B1> <>|" },
	{ YUAN("240.00") OUT "<RvslInd>true</RvslInd>" BOOK DAY REF("B1"),
	    "2 2026-11-20 -240.00 <> <> <B1> <> a reversal: money that came in "
	    "is taken back|" },
	{ YUAN("240.00") IN "<RvslInd>1</RvslInd>" BOOK DAY REF("B1"),
	    "2 2026-11-20 -240.00 <> <> <B1> <> a reversal: money that went "
	    "out comes back|" },
	{ YUAN("240.00") IN "<RvslInd>false</RvslInd>" BOOK DAY REF("B1"),
	    LINE "<> <> <B1> <>|" },
	{ YUAN("240.00") IN "<Sts><Prtry>PDNG</Prtry></Sts>" DAY REF("B1"),
	    "2 2026-11-20 -240.00 <> <> <B1> <> it is not booked yet|" },
	{ YUAN("240.00") IN "<Sts>INFO</Sts>" DAY REF("B1"),
	    "2 2026-11-20 -240.00 <> <> <B1> <> it is not booked yet|" },
	/* Days. */
	{ YUAN("240.00") IN BOOK "<BookgDt><DtTm>2026-11-20T23:59:00+08:00"
				 "</DtTm></BookgDt><ValDt><Dt>2026-11-21</Dt>"
				 "</ValDt>" REF("B1"),
	    LINE "<> <> <B1> <>|" },
	{ YUAN("240.00") IN BOOK
	    "<ValDt><Dt>2026-11-20+08:00</Dt></ValDt>" REF("B1"),
	    LINE "<> <> <B1> <>|" },
	{ YUAN("240.00") IN BOOK,
	    "2 ValDt! \"\" is not a day such as 2026-11-20|" },
	{ YUAN("240.00") IN BOOK "<BookgDt><Dt>2026-11-200</Dt></BookgDt>",
	    "2 BookgDt! \"2026-11-200\" is not a day such as 2026-11-20|" },
	{ YUAN("240.00") IN BOOK "<BookgDt><Dt>2026-02-30</Dt></BookgDt>",
	    "2 BookgDt! \"2026-02-30\" is not a day such as 2026-11-20|" },
	/* Amounts. */
	{ PLAIN("240") REF("B1"), LINE "<> <> <B1> <>|" },
	{ PLAIN("240.0000") REF("B1"), LINE "<> <> <B1> <>|" },
	{ PLAIN("240.001"),
	    "2 Amt! \"240.001\" is not an amount in yuan, such as 240.00|" },
	{ PLAIN("-240.00"),
	    "2 Amt! \"-240.00\" is not an amount in yuan, such as 240.00|" },
	{ PLAIN("2.4E2"),
	    "2 Amt! \"2.4E2\" is not an amount in yuan, such as 240.00|" },
	{ PLAIN("0.00"), "2 Amt! an amount of 0.00|" },
	{ PLAIN(""), "2 Amt! no amount|" },
	{ "<Amt Ccy=\"USD\">1.00</Amt>" IN BOOK DAY,
	    "2 Amt! an amount in USD: only yuan (CNY) are matched|" },
	{ "<Amt Ccy=\"CNYX\">1.00</Amt>" IN BOOK DAY,
	    "2 Amt! an amount in CNYX: only yuan (CNY) are matched|" },
	{ "<Amt>1.00</Amt>" IN BOOK DAY,
	    "2 Amt! an amount without a currency|" },
	/* What must be said. */
	{ YUAN("1.00") BOOK DAY,
	    "2 CdtDbtInd! \"\" is neither CRDT nor DBIT|" },
	{ YUAN("1.00") IN DAY,
	    "2 Sts! \"\" is none of BOOK, PDNG, FUTR and INFO|" },
	{ YUAN("1.00") IN BOOK DAY "<RvslInd>yes</RvslInd>",
	    "2 RvslInd! \"yes\" is neither true nor false|" },
	{ PLAIN("1.00") REF("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
			    "aaaaaaaaaaaaaaa"),
	    "2 AcctSvcrRef! a reference of 65 octets, at most 64|" },
	{ PLAIN("1.00") DETAILS(TX("<RltdPties><DbtrAcct><Id><Othr><Id>7.44E+18"
				   "</Id></Othr></Id></DbtrAcct></RltdPties>")),
	    "2 DbtrAcct! the account \"7.44E+18\" is in scientific notation, "
	    "its digits are lost: export the statement again and do not save "
	    "it from a spreadsheet|" },
	/* Batches. */
	{ PLAIN("3.00") REF("B1") DETAILS("\n" TX(YUAN("1.00") WHO) "\n" TX(
	      "<AmtDtls><TxAmt>" YUAN("2.00") "</TxAmt></AmtDtls>")),
	    "3 2026-11-20 +1.00 <74439001> <林晓> <B1/1> <>|4 2026-11-20 "
	    "+2.00 <> <> <B1/2> <>|" },
	{ PLAIN("3.00") REF("B1")
		DETAILS(TX("<Refs>" REF("T1") "</Refs>" YUAN("1.00")))
		    DETAILS(TX("<Refs>" REF("T2") "</Refs>" YUAN("2.00"))),
	    "2 2026-11-20 +1.00 <> <> <T1> <>|2 2026-11-20 +2.00 <> <> <T2> "
	    "<>|" },
	/* One reference for all of them is none of theirs. */
	{ PLAIN("3.00") DETAILS(TX("<Refs>" REF("T1") "</Refs>" YUAN("1.00"))
		  TX("<Refs>" REF("T1") "</Refs>" YUAN("2.00"))),
	    "2 2026-11-20 +1.00 <> <> <T1/1> <>|2 2026-11-20 +2.00 <> <> "
	    "<T1/2> <>|" },
	{ PLAIN("3.00") DETAILS(TX(YUAN("1.00")) TX(YUAN("2.00"))),
	    "2 2026-11-20 +1.00 <> <> <row:> <>|2 2026-11-20 +2.00 <> <> "
	    "<row:> <>|" },
	/* One that goes the other way. */
	{ PLAIN("3.00") REF("B1")
		DETAILS(TX(YUAN("1.00") OUT) TX(YUAN("4.00") IN)),
	    "2 2026-11-20 -1.00 <> <> <B1/1> <>|2 2026-11-20 +4.00 <> <> "
	    "<B1/2> <>|" },
	{ PLAIN("3.00") REF("B1") DETAILS(TX(YUAN("1.00")) TX(YUAN("1.00"))),
	    "2 Amt! 2 transactions of 2.00 in all, in an entry of 3.00: none "
	    "of them is taken|" },
	{ PLAIN("3.00") REF("B1") DETAILS(TX(YUAN("1.00")) "\n" TX("")),
	    "3 AmtDtls/TxAmt/Amt! no amount|" },
	{ PLAIN("3.00") REF("B1")
		DETAILS(TX(YUAN("1.00")) TX("<Amt Ccy=\"USD\">2.00</Amt>")),
	    "2 Amt! an amount in USD: only yuan (CNY) are matched|" },
};

static void
test_entries(void **state)
{
	struct cao_buf text = { 0 }, out = { 0 };

	(void)state;
	for (size_t i = 0; i < LEN(entries); i++) {
		cao_buf_clear(&text);
		/* The entry begins on the line before. */
		cao_buf_printf(&text, "%.*s<Ntry>%s</Ntry>" END,
		    (int)(sizeof TOP - 2), TOP, entries[i].entry);
		show(cao_buf_text(&text), text.len, &out);
		assert_string_equal(cao_buf_text(&out), entries[i].want);
	}
	cao_buf_free(&text);
	cao_buf_free(&out);
}

#define ENTRY "<Ntry>" PLAIN("240.00") REF("B1") "</Ntry>"
#define NONE "XML without a statement of CAMT.053 (BkToCstmrStmt)"

static const struct {
	const char *text, *want;
} files[] = {
	{ "\xef\xbb\xbf \n<a/>", "2 ! " NONE "|" },
	{ TOP END, "" },
	{ TOP ENTRY END, "3 2026-11-20 +240.00 <> <> <B1> <>|" },
	/* With a prefix, in an envelope, several statements. */
	{ "<e><x:BkToCstmrStmt xmlns:x='u'><x:Stmt><x:Ntry><x:Amt Ccy='CNY'>1"
	  "</x:Amt><x:CdtDbtInd>CRDT</x:CdtDbtInd><x:Sts>BOOK</x:Sts><x:BookgDt>"
	  "<x:Dt>2026-11-20</x:Dt></x:BookgDt></x:Ntry></x:Stmt>\n<Stmt>" ENTRY
	  "</Stmt></x:BkToCstmrStmt></e>",
	    "1 2026-11-20 +1.00 <> <> <row:> <>|2 2026-11-20 +240.00 <> <> "
	    "<B1> <>|" },
	/* Other messages: an account report, a notification. */
	{ "<Document><BkToCstmrAcctRpt><Rpt>" ENTRY
	  "</Rpt></BkToCstmrAcctRpt></Document>",
	    "1 ! " NONE "|" },
	{ "<html><body><br></body></html>",
	    "1 ! not well-formed XML: Opening and ending tag mismatch: br line "
	    "1 and body|" },
	/* What is whole counts, though the file is broken behind it. */
	{ TOP ENTRY "<Ntry></Stmt>",
	    "3 2026-11-20 +240.00 <> <> <B1> <>|3 ! not well-formed XML: "
	    "Opening and ending tag mismatch: Ntry line 3 and Stmt|" },
	{ "<!DOCTYPE Document>" TOP ENTRY END,
	    "1! a document type declaration: none is read, remove it" },
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
test_truncated(void **state)
{
	static const char text[] = TOP "<Ntry>" PLAIN("240.00") REF("B1")
	    DETAILS(TX(WHO)) "</Ntry>\n"
			     "<Ntry>" PLAIN("3.00") DETAILS(TX(YUAN("1.00"))
				     TX(YUAN("2.00"))) "</Ntry>" ENTRY END;

	(void)state;
	check_truncated(text, sizeof text - 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_entries),
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_truncated),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
