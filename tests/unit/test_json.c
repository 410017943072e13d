/* The JSON writer against jansson, and the reader's refusals. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdio.h>
#include <stdio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "codec/json.h"

#define LEN(array) (sizeof(array) / sizeof *(array))

static void
test_shape(void **state)
{
	struct cao_buf out = { 0 };
	struct cao_json j;

	(void)state;
	cao_json_start(&j, &out);
	cao_json_open(&j, NULL, '{');
	cao_json_text(&j, "a", "x");
	cao_json_text(&j, "b", NULL);
	cao_json_open(&j, "c", '[');
	cao_json_int(&j, NULL, INT64_MIN);
	cao_json_bool(&j, NULL, true);
	cao_json_open(&j, NULL, '{');
	cao_json_close(&j, '}');
	cao_json_close(&j, ']');
	cao_json_time(&j, "t", 0);
	cao_json_bool(&j, "f", false);
	cao_json_close(&j, '}');
	assert_string_equal(cao_buf_text(&out),
	    "{\"a\":\"x\",\"b\":null,\"c\":[-9223372036854775808,true,{}],"
	    "\"t\":\"1970-01-01T00:00:00Z\",\"f\":false}");
	cao_buf_free(&out);
}

static const struct {
	const char *text, *want;
} strings[] = {
	{ "", "\"\"" },
	{ "林晓", "\"林晓\"" },
	{ "a\"b\\c/d", "\"a\\\"b\\\\c/d\"" },
	{ "\b\f\n\r\t", "\"\\b\\f\\n\\r\\t\"" },
	{ "\x01\x1f\x7f", "\"\\u0001\\u001f\x7f\"" },
	{ "\xff", "\"\xef\xbf\xbd\"" },
	{ "a\xe6\x9e", "\"a\xef\xbf\xbd\xef\xbf\xbd\"" },
	{ "\xed\xa0\x80x", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbdx\"" },
	{ "\xf0\xa0\x80\x80", "\"\xf0\xa0\x80\x80\"" },
};

static void
test_strings(void **state)
{
	struct cao_buf out = { 0 };
	struct cao_json j;
	json_t *read;
	size_t i;

	(void)state;
	for (i = 0; i < LEN(strings); i++) {
		cao_buf_clear(&out);
		cao_json_start(&j, &out);
		cao_json_text(&j, NULL, strings[i].text);
		assert_string_equal(cao_buf_text(&out), strings[i].want);
		read = json_loads(cao_buf_text(&out), JSON_DECODE_ANY, NULL);
		assert_non_null(read);
		if (strchr(strings[i].want, '\xef') == NULL)
			assert_string_equal(
			    json_string_value(read), strings[i].text);
		json_decref(read);
	}
	cao_buf_free(&out);
}

/* Every octet, alone and before a letter: jansson reads what we write. */
static void
test_octets(void **state)
{
	struct cao_buf out = { 0 };
	struct cao_json j;
	char text[3] = "?x";
	json_t *read;
	int c;

	(void)state;
	for (c = 1; c < 256; c++) {
		text[0] = (char)c;
		cao_buf_clear(&out);
		cao_json_start(&j, &out);
		cao_json_open(&j, NULL, '{');
		cao_json_text(&j, text, text);
		cao_json_close(&j, '}');
		read = json_loads(cao_buf_text(&out), 0, NULL);
		assert_non_null(read);
		if (c < 0x80)
			assert_string_equal(
			    json_string_value(json_object_get(read, text)),
			    text);
		json_decref(read);
	}
	cao_buf_free(&out);
}

static const struct {
	const char *text, *want;
} refused[] = {
	{ "", "1:0 not JSON: ends too early" },
	{ "{", "1:1 not JSON: ends too early" },
	{ "{\"a\":1,\n\"a\":2}", "2:3 not JSON as wanted: a member twice" },
	{ "{} x", "1:4 not JSON: text behind its end" },
	{ "{\"a\":\"\\u0000\"}", "1:13 not JSON as wanted: a NUL character" },
	{ "[01]", "1:2 not JSON: syntax (RFC 8259)" },
	{ "{'a':1}", "1:2 not JSON: syntax (RFC 8259)" },
	{ "[NaN]", "1:4 not JSON: syntax (RFC 8259)" },
	{ "[\"\x01\"]", "1:2 not JSON: syntax (RFC 8259)" },
	{ "[99999999999999999999]",
	    "1:21 not JSON as wanted: a number beyond 64 bits" },
	{ "[1,null]", "0:0 null in a list says nothing" },
	{ "null", "0:0 null says nothing" },
	{ "[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]",
	    "0:0 nested more than 16 deep" },
};

static void
test_refused(void **state)
{
	struct cao_node *n = NULL;
	struct cao_error e;
	char got[CAO_ERROR_TEXT + 40];
	size_t i;

	(void)state;
	for (i = 0; i < LEN(refused); i++) {
		assert_int_equal(cao_json_read("t", refused[i].text,
				     strlen(refused[i].text), &n, &e),
		    CAO_INPUT);
		assert_null(n);
		snprintf(got, sizeof got, "%u:%u %s", e.line, e.column, e.text);
		if (strcmp(got, refused[i].want) != 0)
			print_message("for: %s\n", refused[i].text);
		assert_string_equal(got, refused[i].want);
		assert_string_equal(e.file, "t");
	}
	assert_int_equal(
	    cao_json_read("t", "[\"\xff\"]", 5, &n, &e), CAO_INPUT);
	assert_string_equal(
	    e.text, "not JSON: not UTF-8 (RFC 8259 section 8.1)");
	assert_int_equal(cao_json_read("t", "[1,\0]", 5, &n, &e), CAO_INPUT);
}

static const char whole[] =
    "{\"a\":{\"b\":[\"x\",{\"c\":9007199254740993},-0.5,true]},\"n\":null,"
    "\"林\":\"\\u6797\\ud840\\udc00\",\"f\":0.1,\"g\":240.00,\"e\":{},"
    "\"l\":[]}";

static void
test_tree(void **state)
{
	struct cao_node *n = NULL;
	struct cao_error e;

	(void)state;
	assert_int_equal(
	    cao_json_read("t", whole, sizeof whole - 1, &n, &e), CAO_OK);
	assert_string_equal(cao_node_find(n, "a.b[1]")->text, "x");
	assert_true(cao_node_find(n, "a.b[1]")->quoted);
	assert_string_equal(
	    cao_node_find(n, "a.b[2].c")->text, "9007199254740993");
	assert_false(cao_node_find(n, "a.b[2].c")->quoted);
	assert_string_equal(cao_node_find(n, "a.b[3]")->text, "-0.5");
	assert_string_equal(cao_node_find(n, "a.b[4]")->text, "true");
	assert_null(cao_node_find(n, "n"));
	assert_string_equal(cao_node_find(n, "林")->text, "林\xf0\xa0\x80\x80");
	assert_string_equal(cao_node_find(n, "f")->text, "0.1");
	assert_string_equal(cao_node_find(n, "g")->text, "240");
	assert_int_equal(cao_node_find(n, "e")->kind, CAO_MAP);
	assert_int_equal(cao_node_find(n, "l")->kind, CAO_LIST);
	cao_node_free(n);
}

static void
test_truncated(void **state)
{
	struct cao_node *n = NULL;
	struct cao_error e;
	char *copy;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof whole - 1; i++) {
		assert_non_null(copy = malloc(i > 0 ? i : 1));
		memcpy(copy, whole, i);
		assert_int_equal(
		    cao_json_read("t", copy, i, &n, &e), CAO_INPUT);
		free(copy);
	}
	assert_null(n);
}

static void
test_hostile(void **state)
{
	struct cao_buf in = { 0 };
	struct cao_node *n = NULL;
	struct cao_error e;
	int i;

	(void)state;
	for (i = 0; i < 200000; i++)
		cao_buf_putc(&in, '[');
	assert_int_equal(
	    cao_json_read("t", cao_buf_text(&in), in.len, &n, &e), CAO_INPUT);
	assert_string_equal(e.text, "nested more than 16 deep");
	cao_buf_free(&in);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shape),
		cmocka_unit_test(test_strings),
		cmocka_unit_test(test_octets),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_tree),
		cmocka_unit_test(test_truncated),
		cmocka_unit_test(test_hostile),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
