/* The texts of notices: what is refused with which place, and what they make
 * of values. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "order/notice.h"

#define LEN(array) (sizeof(array) / sizeof *(array))

/* Faults as "line:column: text|". */
static enum cao_status
read_text(enum cao_notice_kind kind, const char *text, size_t len,
    struct cao_notice *ret, struct cao_buf *faults)
{
	struct cao_faults list = { 0 };
	enum cao_status status;

	status = cao_notice_read(kind, "n.txt", text, len, ret, &list);
	for (size_t i = 0; i < list.count; i++) {
		assert_string_equal(list.list[i].file, "n.txt");
		cao_buf_printf(faults, "%u:%u: %s|", list.list[i].line,
		    list.list[i].column, list.list[i].text);
	}
	assert_int_equal(status, cao_faults_status(&list));
	cao_faults_free(&list);
	return status;
}

#define FIRST "the first line is \"Subject: \" and the subject|"
#define SECOND "the second line is empty, between the subject and the text|"
#define NONE "0:0: there is no text behind the subject|"
#define NAMELESS                                                              \
	"a brace without a name such as {order}; as a sign of its own it is " \
	"{{|"
#define CODES "there are {ca} {until} {code}|"

static const struct {
	const char *text, *faults;
} refused[] = {
	{ "", "1:1: " FIRST NONE },
	{ "\n\n\n", "1:1: " FIRST NONE },
	{ "Subject: x", NONE },
	{ "Subject: x\n\n\n", NONE },
	{ "subject: x\n\ny\n", "1:1: " FIRST },
	{ "Subject: \n\ny\n", "1:1: " FIRST },
	{ "Subject: x\ny\n", "2:1: " SECOND },
	{ "Subject: x\n\n{", "3:1: " NAMELESS },
	{ "Subject: x\n\n{}",
	    "3:1: " NAMELESS
	    "3:2: a brace that closes nothing; as a sign of its own it is }}|" },
	{ "Subject: x\n\n{code", "3:1: " NAMELESS },
	{ "Subject: x\n\n{co\nde}",
	    "3:1: " NAMELESS
	    "4:3: a brace that closes nothing; as a sign of its own it is }}|" },
	{ "Subject: {Code}\n\ny",
	    "1:10: " NAMELESS
	    "1:15: a brace that closes nothing; as a sign of its own it is "
	    "}}|" },
	{ "Subject: 一{cod}\n\n二三{order}\n\n{codes}",
	    "1:11: {cod}: a notice of kind \"code\" has no such value: " CODES
	    "3:3: {order}: a notice of kind \"code\" has no such value: " CODES
	    "5:1: {codes}: a notice of kind \"code\" has no such value: " CODES },
	{ "Subject: x\n\na\tb\n", "3:2: a control character: octet 0x09|" },
	{ "Subject: x\r\n\r\ny\n", "1:11: a control character: octet 0x0D|" },
	{ "Subject: x\n\n一\xff", "3:2: not UTF-8: octet 0xFF|" },
	{ "Subject: "
	  "0123456789012345678901234567890123456789012345678901234567890123456"
	  "7890123456789012345678901234567890\n\nx",
	    "1:1: a subject of 101 characters, of 100 at most|" },
};

static void
test_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < LEN(refused); i++) {
		struct cao_notice n = { NULL, NULL };
		struct cao_buf faults = { 0 };

		assert_int_equal(read_text(CAO_NOTICE_CODE, refused[i].text,
				     strlen(refused[i].text), &n, &faults),
		    CAO_INPUT);
		assert_string_equal(cao_buf_text(&faults), refused[i].faults);
		assert_null(n.subject);
		cao_buf_free(&faults);
	}
}

static void
test_size(void **state)
{
	static char text[CAO_NOTICE_MAX + 1];
	struct cao_buf faults = { 0 };
	struct cao_notice n;

	(void)state;
	memset(text, 'x', sizeof text);
	memcpy(text, "Subject: x\n\n", 12);
	assert_int_equal(
	    read_text(CAO_NOTICE_CODE, text, CAO_NOTICE_MAX, &n, &faults),
	    CAO_OK);
	assert_int_equal(strlen(n.text), CAO_NOTICE_MAX - 12);
	cao_notice_free(&n);
	assert_int_equal(
	    read_text(CAO_NOTICE_CODE, text, sizeof text, &n, &faults),
	    CAO_INPUT);
	assert_string_equal(cao_buf_text(&faults),
	    "0:0: more than the 8192 octets of a notice|");
	cao_buf_free(&faults);
}

static const struct {
	const char *text, *subject, *rendered;
} good[] = {
	{ "Subject: {order}\n\n{handler}: {{{reason}}}\n", "00202611220000001",
	    "林晓: {a b {order} }" },
	{ "Subject: {{}}\n\n\n\na\n\nb{since}c\n\n\n", "{}", "a\n\nbc" },
	{ "Subject: x\n\n{order}{order}", "x",
	    "0020261122000000100202611220000001" },
};

static void
test_rendered(void **state)
{
	const char *values[CAO_NOTICE_VALUES] = {
		[CAO_NV_ORDER] = "00202611220000001",
		[CAO_NV_HANDLER] = "林晓",
		[CAO_NV_REASON] = "a\nb {order} ",
	};

	(void)state;
	for (size_t i = 0; i < LEN(good); i++) {
		struct cao_buf faults = { 0 }, out = { 0 };
		struct cao_notice n;

		assert_int_equal(read_text(CAO_NOTICE_REVOKED, good[i].text,
				     strlen(good[i].text), &n, &faults),
		    CAO_OK);
		cao_notice_render(n.subject, values, &out);
		assert_string_equal(cao_buf_text(&out), good[i].subject);
		cao_buf_clear(&out);
		cao_notice_render(n.text, values, &out);
		assert_string_equal(cao_buf_text(&out), good[i].rendered);
		cao_buf_free(&out);
		cao_buf_free(&faults);
		cao_notice_free(&n);
	}
}

/* Cut anywhere it is refused, or is a shorter text. */
static void
test_truncated(void **state)
{
	static const char text[] =
	    "Subject: {user}的证书\n\n{{{user}}}，{until} 到期。\n";

	(void)state;
	for (size_t len = 0; len < sizeof text; len++) {
		struct cao_buf faults = { 0 };
		struct cao_notice n = { NULL, NULL };
		char *copy = malloc(len > 0 ? len : 1);

		assert_non_null(copy);
		memcpy(copy, text, len);
		if (read_text(CAO_NOTICE_EXPIRING, copy, len, &n, &faults) ==
		    CAO_OK)
			assert_true(faults.len == 0 && n.text[0] != '\0');
		else
			assert_true(faults.len > 0 && n.subject == NULL);
		free(copy);
		cao_buf_free(&faults);
		cao_notice_free(&n);
	}
}

/* Every kind is there in each language, and nothing else is. */
static void
test_shipped(void **state)
{
	static const char *const folders[] = { "share/notices/zh_CN",
		"share/notices/en" };

	(void)state;
	for (size_t f = 0; f < LEN(folders); f++) {
		struct dirent *e;
		DIR *d = opendir(folders[f]);
		int count = 0;

		assert_non_null(d);
		while ((e = readdir(d)) != NULL)
			count += e->d_name[0] != '.';
		(void)closedir(d);
		assert_int_equal(count, CAO_NOTICES);
		for (int i = 0; i < CAO_NOTICES; i++) {
			struct cao_buf text = { 0 }, faults = { 0 };
			struct cao_notice n;
			struct cao_error err;
			char path[128];

			(void)snprintf(path, sizeof path, "%s/%s.txt",
			    folders[f], cao_notice_kinds[i]);
			assert_int_equal(
			    cao_file_read(path, CAO_NOTICE_MAX, &text, &err),
			    CAO_OK);
			assert_int_equal(
			    read_text((enum cao_notice_kind)i,
				cao_buf_text(&text), text.len, &n, &faults),
			    CAO_OK);
			assert_int_equal(
			    cao_notice_is_secret((enum cao_notice_kind)i),
			    strstr(n.text, "{code}") != NULL);
			cao_notice_free(&n);
			cao_buf_free(&text);
			cao_buf_free(&faults);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_size),
		cmocka_unit_test(test_rendered),
		cmocka_unit_test(test_truncated),
		cmocka_unit_test(test_shipped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
