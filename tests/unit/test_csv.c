/* Statements as banks export them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "codec/csv.h"

#define LEN(array) (sizeof(array) / sizeof *(array))

/* "1<a><b>|2!what is wrong|" */
static void
show(const char *text, size_t len, struct cao_buf *out)
{
	struct cao_csv_row row;
	struct cao_error e;
	struct cao_csv *csv = NULL;
	bool more = true;
	size_t i;

	if (cao_csv_open("t", text, len, &csv, &e) != CAO_OK) {
		cao_buf_printf(out, "%u!%s", e.line, e.text);
		return;
	}
	while (more) {
		if (cao_csv_next(csv, &row, &more, &e) != CAO_OK) {
			cao_buf_printf(out, "%u!%s|", e.line, e.text);
			assert_string_equal(e.file, "t");
			continue;
		}
		if (!more)
			break;
		cao_buf_printf(out, "%u", row.line);
		for (i = 0; i < row.count; i++)
			cao_buf_printf(out, "<%s>", row.field[i]);
		cao_buf_putc(out, '|');
	}
	cao_csv_close(csv);
}

static const struct {
	const char *text, *want;
} files[] = {
	{ "", "" },
	{ "\n \n,,\n", "" },
	{ "a,b\n1,2", "1<a><b>|2<1><2>|" },
	{ "a,b\r\n1,2\r\n", "1<a><b>|2<1><2>|" },
	{ "a,b\r1,2\r", "1<a><b>|2<1><2>|" },
	{ "\xef\xbb\xbf"
	  "a,b\n\n1,\n",
	    "1<a><b>|3<1><>|" },
	{ "a;b\n\"x;y\";2,5\n", "1<a><b>|2<x;y><2,5>|" },
	{ "a\tb\tc\n1,2\t3,4\t\n", "1<a><b><c>|2<1,2><3,4><>|" },
	{ "\"a \"\"b\"\"\",\"x\ny\",z\n1,2,3\n",
	    "1<a \"b\"><x\ny><z>|3<1><2><3>|" },
	{ " a , \t6222 ,\"\t01 \" \n", "1<a><6222><01>|" },
	{ "a\xe3\x80\x80,\xc2\xa0"
	  "b\n",
	    "1<a><b>|" },
	{ "a\"b,c\n", "1<a\"b><c>|" },
	{ "日期,户名,金额\n2026-11-20,沈阳示例科技有限公司,240.00\n",
	    "1<日期><户名><金额>|2<2026-11-20><沈阳示例科技有限公司><240.00>|" },
	/* The same in GB18030, with a character of four octets. */
	{ "\xbb\xa7\xc3\xfb,\xbd\xf0\xb6\xee\n\xc1\xd6\xcf\xfe\x95\x32\x82\x36"
	  ",1\n",
	    "1<户名><金额>|2<林晓\xf0\xa0\x80\x80><1>|" },
	{ "\"a\"b,c\nd,e\n",
	    "1!text behind a closing quote; a quote inside "
	    "quotes is doubled (RFC 4180)|2<d><e>|" },
	{ "a,b\nc,\"d\ne,f\n", "1<a><b>|2!a quote is left open|" },
	{ "a\n\xff\n",
	    "2!byte 3 is neither UTF-8 nor GB18030; convert the "
	    "file to UTF-8" },
	{ "a\n\xc1",
	    "2!byte 3 is neither UTF-8 nor GB18030; convert the "
	    "file to UTF-8" },
	{ "\xff\xfe"
	  "a",
	    "1!UTF-16 text; convert with: iconv -f UTF-16 -t "
	    "UTF-8" },
};

static void
test_files(void **state)
{
	struct cao_buf out = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < LEN(files); i++) {
		cao_buf_clear(&out);
		show(files[i].text, strlen(files[i].text), &out);
		if (strcmp(cao_buf_text(&out), files[i].want) != 0)
			print_message("for: %s\n", files[i].text);
		assert_string_equal(cao_buf_text(&out), files[i].want);
	}
	cao_buf_clear(&out);
	show("a\0b", 3, &out);
	assert_string_equal(
	    cao_buf_text(&out), "0!a NUL octet: this is not a text file");
	cao_buf_free(&out);
}

static void
test_limits(void **state)
{
	struct cao_buf in = { 0 }, out = { 0 };
	int i;

	(void)state;
	for (i = 1; i < CAO_CSV_FIELDS_MAX; i++)
		cao_buf_puts(&in, "x,");
	cao_buf_puts(&in, "x\n");
	for (i = 1; i <= CAO_CSV_FIELDS_MAX; i++)
		cao_buf_puts(&in, "x,");
	cao_buf_puts(&in, "\n");
	for (i = 0; i < CAO_CSV_FIELD_MAX; i++)
		cao_buf_putc(&in, 'y');
	cao_buf_puts(&in, "\n");
	for (i = 0; i <= CAO_CSV_FIELD_MAX; i++)
		cao_buf_putc(&in, 'z');
	cao_buf_puts(&in, "\n\"");
	for (i = 0; i <= CAO_CSV_FIELD_MAX; i++)
		cao_buf_putc(&in, 'z');
	cao_buf_puts(&in, "\"\nend\n");
	show(cao_buf_text(&in), in.len, &out);
	assert_non_null(
	    strstr(cao_buf_text(&out), "<x>|2!more than 64 fields|3<yyyy"));
	assert_non_null(strstr(cao_buf_text(&out),
	    "y>|4!a field of over 4096 octets|5!a field of over 4096 "
	    "octets|6<end>|"));
	cao_buf_free(&in);
	cao_buf_free(&out);
}

static void
test_hostile(void **state)
{
	static const char *const runs[] = { ",", "\"", "\n", "\"\n", "\xc1",
		"a,\"", "\t;," };
	struct cao_buf in = { 0 }, out = { 0 };
	clock_t start;
	size_t i;

	(void)state;
	for (i = 0; i < LEN(runs); i++) {
		cao_buf_clear(&in);
		cao_buf_clear(&out);
		while (in.len < 4000000)
			cao_buf_puts(&in, runs[i]);
		start = clock();
		show(cao_buf_text(&in), in.len, &out);
		assert_true(clock() - start < CLOCKS_PER_SEC);
	}
	cao_buf_free(&in);
	cao_buf_free(&out);
}

static void
test_truncated(void **state)
{
	static const char whole[] = "\xef\xbb\xbf\"a \"\"b\"\"\",\"x\r\ny\"\r\n"
				    "户名\xe3\x80\x80, \xc2\xa0\t\r\n";
	struct cao_buf out = { 0 };
	char *copy;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof whole; i++) {
		assert_non_null(copy = malloc(i > 0 ? i : 1));
		memcpy(copy, whole, i);
		show(copy, i, &out);
		free(copy);
	}
	cao_buf_free(&out);
	cao_csv_close(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_hostile),
		cmocka_unit_test(test_truncated),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
