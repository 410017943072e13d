/* Reading XML: elements, what is refused, limits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "codec/xml.h"

#define LEN(array) (sizeof(array) / sizeof *(array))

/* "<a b=c>1 text</a>", the line before what it stands on; "! 1:2 …" */
static void
show(const char *text, size_t len, struct cao_buf *out)
{
	struct cao_xml_event e = { .kind = CAO_XML_START };
	struct cao_xml *x = NULL;
	struct cao_error err;
	const char *value;

	cao_buf_clear(out);
	if (cao_xml_open("x", text, len, &x, &err) != CAO_OK) {
		assert_null(x);
		assert_string_equal(err.file, "x");
		cao_buf_printf(out, "open %u! %s", err.line, err.text);
		return;
	}
	while (cao_xml_next(x, &e, &err) == CAO_OK && e.kind != CAO_XML_DONE) {
		if (e.kind == CAO_XML_END) {
			cao_buf_printf(
			    out, "%u %s</%s>", e.line, e.text, e.name);
			continue;
		}
		cao_buf_printf(out, "<%s", e.name);
		if ((value = cao_xml_attribute(&e, "b")) != NULL)
			cao_buf_printf(out, " b=%s", value);
		cao_buf_puts(out, ">");
	}
	if (e.kind != CAO_XML_DONE) {
		assert_string_equal(err.file, "x");
		cao_buf_printf(
		    out, "! %u:%u %s", err.line, err.column, err.text);
		/* Asked again it says the same. */
		assert_int_equal(cao_xml_next(x, &e, &err), err.status);
	}
	cao_xml_close(x);
}

#define TYPES "a document type declaration: none is read, remove it"
#define BOMB "<!DOCTYPE a [<!ENTITY b 'x'><!ENTITY c '&b;&b;&b;&b;&b;&b;'>]>"

static const struct {
	const char *text, *want;
} documents[] = {
	{ "<a/>", "<a>1 </a>" },
	{ "\xef\xbb\xbf<?xml version='1.0' encoding='utf-8' "
	  "standalone='yes'?>\n<!-- a > b -->\n<?pi?>\n<a b='c &lt; d' "
	  "bb='e'> x\n <![CDATA[<y>]]>&amp;&#x8d26; </a>\n",
	    "<a b=c < d>5 x\n <y>&账</a>" },
	{ "<p:a xmlns:p='u' p:b='c'>\n<p:d>x</p:d>\ny<d/></p:a>",
	    "<a b=c><d>2 x</d><d>3 </d>3 </a>" },
	{ "<a b='1'><c b='2'/></a>", "<a b=1><c b=2>1 </c>1 </a>" },
	/* Not well-formed. */
	{ "",
	    "! 1:1 not well-formed XML: it ends inside an element, is it "
	    "cut off?" },
	{ "<a>\n<b>x",
	    "<a><b>! 2:4 not well-formed XML: it ends inside an "
	    "element, is it cut off?" },
	{ "<a>\n<b></a>",
	    "<a><b>! 2:8 not well-formed XML: Opening and ending "
	    "tag mismatch: b line 2 and a" },
	{ "<p:a/>",
	    "! 1:5 not well-formed XML: Namespace prefix p on a is not "
	    "defined" },
	{ "<a/><b/>",
	    "<a>1 </a>! 1:5 not well-formed XML: Extra content at "
	    "the end of the document" },
	/* Entities: none but XML's own. */
	{ "<a>&b;</a>",
	    "<a>! 1:7 not well-formed XML: Entity 'b' not "
	    "defined" },
	{ "<!DOCTYPE a><a/>", "open 1! " TYPES },
	{ "<?xml version='1.0'?>\n<!-- x -->\n" BOMB "<a>&c;</a>",
	    "open 3! " TYPES },
	{ "<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>", "open 1! " TYPES },
	{ "<!DOCTYPE a [<!ENTITY % b SYSTEM 'http://localhost:1/'>%b;]><a/>",
	    "open 1! " TYPES },
	{ "<a><!DOCTYPE a></a>",
	    "<a>! 1:4 not well-formed XML: internal error: detected an error in element content" },
	/* XInclude is an element like others. */
	{ "<a xmlns:xi='http://www.w3.org/2001/XInclude'><xi:include "
	  "href='/etc/passwd' parse='text'/></a>",
	    "<a><include>1 </include>1 </a>" },
	/* Encodings. */
	{ "<?xml version='1.0' encoding='GBK'?><a>\xc1\xd6</a>",
	    "<a>1 林</a>" },
	{ "<?xml version='1.0' encoding=\"GB18030\"?><a>\xc1\xd6</a>",
	    "<a>1 林</a>" },
	{ "<?xml version='1.0' encoding='latin1'?><a>\xe9</a>",
	    "open 1! the encoding \"latin1\": only UTF-8 and GB18030 are read; "
	    "convert with: iconv -f latin1 -t UTF-8, and change the "
	    "declaration" },
	{ "<?xml version='1.0'?>\n<a>\xc1\xd6</a>",
	    "open 2! byte 26 is not UTF-8, which the XML is by its "
	    "declaration" },
	{ "\xff\xfe<",
	    "open 1! UTF-16 text; convert with: iconv -f UTF-16 -t "
	    "UTF-8" },
};

static void
test_documents(void **state)
{
	struct cao_buf out = { 0 };

	(void)state;
	for (size_t i = 0; i < LEN(documents); i++) {
		show(documents[i].text, strlen(documents[i].text), &out);
		assert_string_equal(cao_buf_text(&out), documents[i].want);
	}
	cao_buf_free(&out);
}

/* A document of before, a text so many times, and behind. */
static const struct {
	const char *before, *again;
	size_t times;
	const char *behind, *want; /* what its end is */
} large[] = {
	{ "", "<a>", 33, "", "<a>! 1:0 more than 32 elements deep" },
	{ "<a>", "x", 16384, "</a>", "x</a>" },
	{ "<a>", "x", 16385, "</a>",
	    "! 1:0 more than 16384 octets of text in one element" },
	{ "<a>", "<![CDATA[x]]>", 16385, "</a>",
	    "! 1:0 more than 16384 octets of text in one element" },
	{ "<a><b>", "x", 9000, "</b>y</a>", "x</b>1 </a>" },
	{ "<a b='", "x", 70000, "'/>",
	    "! 1:0 a tag or comment of more than 65536 octets" },
	{ "<a><!--", "x", 140000, "--></a>",
	    "! 1:0 a tag or comment of more than 65536 octets" },
	{ "<a ", "x", 70000, "='y'/>",
	    "! 1:0 a tag or comment of more than 65536 octets" },
	/* Lines are counted as far as they go. */
	{ "<a>", "\n<b/>", 70000, "\n<c></a>",
	    "! 70002:8 not well-formed XML: Opening and ending tag mismatch: c "
	    "line 70002 and a" },
};

static void
test_limits(void **state)
{
	struct cao_buf text = { 0 }, out = { 0 };
	const char *said;

	(void)state;
	for (size_t i = 0; i < LEN(large); i++) {
		cao_buf_clear(&text);
		cao_buf_puts(&text, large[i].before);
		for (size_t n = 0; n < large[i].times; n++)
			cao_buf_puts(&text, large[i].again);
		cao_buf_puts(&text, large[i].behind);
		show(cao_buf_text(&text), text.len, &out);
		said = cao_buf_text(&out);
		assert_true(out.len >= strlen(large[i].want));
		assert_string_equal(
		    said + out.len - strlen(large[i].want), large[i].want);
	}
	cao_buf_clear(&text);
	cao_buf_puts(&text, "<a");
	for (unsigned n = 0; n < 17; n++)
		cao_buf_printf(&text, " b%u=''", n);
	cao_buf_puts(&text, "/>");
	show(cao_buf_text(&text), text.len, &out);
	assert_string_equal(
	    cao_buf_text(&out), "! 1:0 an element of more than 16 attributes");
	cao_buf_free(&text);
	cao_buf_free(&out);
}

static void
test_truncated(void **state)
{
	static const char text[] = "<?xml version='1.0' encoding='UTF-8'?>\n"
				   "<!-- x --><a b='1&amp;'>账<c>x<![CDATA["
				   "]]></c>\n<d/><?e f?></a>\n";
	struct cao_buf out = { 0 };
	char *copy;

	(void)state;
	for (size_t len = 0; len + 2 < sizeof text; len++) {
		assert_non_null(copy = malloc(len + (len == 0)));
		memcpy(copy, text, len);
		show(copy, len, &out);
		assert_non_null(strchr(cao_buf_text(&out), '!'));
		free(copy);
	}
	cao_buf_free(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_documents),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_truncated),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
