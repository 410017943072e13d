/* What ca-scan says of a page: read, or refused as a whole. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "flow/scan_line.h"

#define SHA "df5eed871c8850efca9b8e6d068eb90614dde4b97f8ea64e4934b1c21b624dbd"
#define CODE                \
	"01"                \
	"00202009200000485" \
	"030112"            \
	"01234567890123456" \
	"58"
#define OTHER               \
	"01"                \
	"00202009200000485" \
	"030212"            \
	"01234567890123456" \
	"07"
#define PAGE(page, codes)                                  \
	"{\"file\":\"a.pdf\",\"sha256\":\"" SHA "\"," page \
	",\"blank\":false,\"codes\":[" codes "]}"
#define QR(text) "{\"type\":\"qr\",\"text\":\"" text "\",\"x\":1}"

static const char whole[] = "{\"file\":\"a \\u6797.pdf\",\"sha256\":\"" SHA
			    "\",\"type\":\"pdf\",\"page\":2,\"pages\":3,"
			    "\"width\":1240,\"dpi\":null,\"blank\":true,"
			    "\"codes\":[" QR(CODE) "," QR(CODE) "," QR(
				"x") "],"
				     "\"seal\":{\"likely\":true,\"share\":0.02}"
				     ","
				     "\"thumbnail_jpeg\":\"/9j/2Q==\"}";

static enum cao_status
read_line(const char *line, struct cao_scan_line *ret)
{
	struct cao_error err;

	return cao_scan_line_read(line, strlen(line), ret, &err);
}

static void
test_whole(void **state)
{
	struct cao_buf jpeg = { 0 };
	struct cao_scan_line l;

	(void)state;
	assert_int_equal(read_line(whole, &l), CAO_OK);
	assert_string_equal(l.file, "a \xe6\x9e\x97.pdf");
	assert_string_equal(l.sha256, SHA);
	assert_int_equal(l.page, 2);
	assert_int_equal(l.pages, 3);
	assert_true(l.blank);
	assert_true(l.seal);
	assert_int_equal(l.codes, 3);
	assert_int_equal(l.forms, 1);
	assert_int_equal(l.one.page, 1);
	assert_string_equal(l.number, "");
	assert_true(cao_scan_line_picture(&l, &jpeg));
	assert_int_equal(jpeg.len, 4);
	cao_buf_free(&jpeg);
	cao_scan_line_free(&l);
}

static void
test_codes(void **state)
{
	static const struct {
		const char *line;
		unsigned codes, forms;
		const char *number;
	} cases[] = {
		{ PAGE("\"page\":1,\"pages\":1", ""), 0, 0, "" },
		{ PAGE("\"page\":1,\"pages\":1", QR("http://example.cn/")), 1,
		    0, "" },
		{ PAGE("\"page\":1,\"pages\":1", QR(CODE) "," QR(OTHER)), 2, 2,
		    "" },
		{ PAGE(
		      "\"page\":1,\"pages\":1", QR("CAO1:00202009200000485:1")),
		    1, 0, "00202009200000485" },
	};
	struct cao_scan_line l;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		assert_int_equal(read_line(cases[i].line, &l), CAO_OK);
		assert_int_equal(l.codes, cases[i].codes);
		assert_int_equal(l.forms, cases[i].forms);
		assert_string_equal(l.number, cases[i].number);
		cao_scan_line_free(&l);
	}
}

static void
test_refused(void **state)
{
	static const char *const lines[] = { "", "null", "[]", "\"x\"", "{}",
		"{\"file\":\"a\"}", PAGE("\"page\":0,\"pages\":1", ""),
		PAGE("\"page\":2,\"pages\":1", ""),
		PAGE("\"page\":-1,\"pages\":1", ""),
		PAGE("\"page\":1.5,\"pages\":2", ""),
		PAGE("\"page\":\"1\",\"pages\":1", ""),
		PAGE("\"page\":1,\"pages\":99999999999", ""),
		PAGE("\"page\":1,\"pages\":1", "1"),
		PAGE("\"page\":1,\"pages\":1", "{}"),
		PAGE("\"page\":1,\"pages\":1", "{\"text\":44}"),
		"{\"file\":\"a\",\"sha256\":\"../../etc\",\"page\":1,"
		"\"pages\":1,\"codes\":[]}",
		"{\"file\":\"a\",\"sha256\":\"" SHA
		"\",\"page\":1,\"pages\":1}",
		"{\"file\":\"a\",\"sha256\":\"" SHA
		"\",\"page\":1,\"pages\":1,\"codes\":{}}" };
	struct cao_scan_line l;

	(void)state;
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
		assert_int_equal(read_line(lines[i], &l), CAO_INTEGRITY);
}

static void
test_truncated(void **state)
{
	struct cao_scan_line l;
	struct cao_error err;
	char *copy;

	(void)state;
	for (size_t len = 0; len < sizeof whole - 1; len++) {
		copy = malloc(len + 1); /* no octet beyond it is read */
		assert_non_null(copy);
		memcpy(copy, whole, len);
		assert_int_equal(
		    cao_scan_line_read(copy, len, &l, &err), CAO_INTEGRITY);
		free(copy);
	}
}

static void
test_large(void **state)
{
	char *line = malloc(CAO_SCAN_LINE_MAX + 1);
	struct cao_scan_line l;
	struct cao_error err;

	(void)state;
	assert_non_null(line);
	memset(line, '[', CAO_SCAN_LINE_MAX + 1);
	assert_int_equal(cao_scan_line_read(line, CAO_SCAN_LINE_MAX, &l, &err),
	    CAO_INTEGRITY);
	assert_int_equal(
	    cao_scan_line_read(line, CAO_SCAN_LINE_MAX + 1, &l, &err),
	    CAO_INTEGRITY);
	assert_string_equal(
	    err.text, "a line of ca-scan has more than 1048576 octets");
	free(line);
}

/* What is no JPEG is no picture. */
static void
test_picture(void **state)
{
	static const char *const pictures[] = { "", "/9j", "R0lGODlh", "?" };
	struct cao_scan_line l = { .doc = NULL };
	struct cao_buf jpeg = { 0 };

	(void)state;
	assert_false(cao_scan_line_picture(&l, &jpeg));
	for (size_t i = 0; i < sizeof pictures / sizeof *pictures; i++) {
		l.thumbnail = pictures[i];
		assert_false(cao_scan_line_picture(&l, &jpeg));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whole),
		cmocka_unit_test(test_codes),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_truncated),
		cmocka_unit_test(test_large),
		cmocka_unit_test(test_picture),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
