/* Buffers: what was put in comes out, and a failure sticks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"

static void
test_grow(void **state)
{
	struct cao_buf buf = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < 100000; i++)
		cao_buf_putc(&buf, (int)(i % 251));
	assert_true(cao_buf_ok(&buf));
	assert_int_equal(buf.len, 100000);
	for (i = 0; i < buf.len; i++)
		assert_int_equal(buf.data[i], i % 251);
	assert_int_equal(buf.data[buf.len], 0);
	cao_buf_free(&buf);
	assert_null(buf.data);
	cao_buf_free(&buf);
	cao_buf_free(NULL);
}

static void
test_text(void **state)
{
	struct cao_buf buf = { 0 };
	char large[2000];

	(void)state;
	assert_string_equal(cao_buf_text(&buf), "");
	cao_buf_add(&buf, NULL, 0);
	cao_buf_puts(&buf, "a");
	cao_buf_printf(&buf, "%d-%s", 12, "林");
	assert_string_equal(cao_buf_text(&buf), "a12-林");
	memset(large, 'z', sizeof large);
	large[sizeof large - 1] = '\0';
	cao_buf_clear(&buf);
	assert_string_equal(cao_buf_text(&buf), "");
	cao_buf_printf(&buf, "%s", large);
	assert_string_equal(cao_buf_text(&buf), large);
	cao_buf_free(&buf);
}

static void
test_take(void **state)
{
	struct cao_buf buf = { 0 };
	unsigned char *data;
	size_t len = 9;

	(void)state;
	data = cao_buf_take(&buf, &len);
	assert_string_equal((char *)data, "");
	assert_int_equal(len, 0);
	free(data);
	cao_buf_puts(&buf, "abc");
	data = cao_buf_take(&buf, &len);
	assert_string_equal((char *)data, "abc");
	assert_int_equal(len, 3);
	free(data);
	assert_null(buf.data);
	assert_int_equal(buf.len, 0);
}

static void
test_failure(void **state)
{
	struct cao_buf buf = { 0 };
	size_t len = 9;

	(void)state;
	cao_buf_puts(&buf, "abc");
	cao_buf_add(&buf, "", SIZE_MAX);
	assert_false(cao_buf_ok(&buf));
	cao_buf_puts(&buf, "def");
	assert_string_equal(cao_buf_text(&buf), "abc");
	assert_null(cao_buf_take(&buf, &len));
	assert_int_equal(len, 9);
	assert_true(cao_buf_ok(&buf));
	assert_null(buf.data);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_grow),
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_take),
		cmocka_unit_test(test_failure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
