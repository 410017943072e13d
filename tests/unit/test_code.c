/* One-time codes: read however they are written, and what is sealed under one
 * opens with it alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "pki/code.h"

#define NUMBER "00202611220000001"
#define PIN "正确-Horse-2026"

static struct cao_error error;

#define assert_ok(call)                             \
	do {                                        \
		if ((call) != CAO_OK)               \
			fail_msg("%s", error.text); \
	} while (0)

static struct cao_secret *
secret(const char *text)
{
	struct cao_secret *s = cao_secret_new(text, strlen(text));

	assert_non_null(s);
	return s;
}

static enum cao_status
read_text(const char *typed, char out[CAO_CODE_SIZE])
{
	struct cao_secret *in = secret(typed), *code = NULL;
	enum cao_status st = cao_code_read(in, &code, &error);

	if (st == CAO_OK) {
		assert_int_equal(cao_secret_len(code), CAO_CODE_SIZE - 1);
		memcpy(out, cao_secret_data(code), CAO_CODE_SIZE - 1);
		out[CAO_CODE_SIZE - 1] = '\0';
	}
	cao_secret_free(code);
	cao_secret_free(in);
	return st;
}

static void
test_made(void **state)
{
	struct cao_secret *one = NULL, *two = NULL;
	char text[CAO_CODE_SIZE] = "", back[CAO_CODE_SIZE];

	(void)state;
	assert_ok(cao_code_make(&one, &error));
	assert_ok(cao_code_make(&two, &error));
	assert_int_equal(cao_secret_len(one), CAO_CODE_SIZE - 1);
	memcpy(text, cao_secret_data(one), CAO_CODE_SIZE - 1);
	assert_true(text[4] == '-' && text[9] == '-');
	assert_int_equal(strspn(text, "-0123456789ABCDEFGHJKMNPQRSTVWXYZ"), 14);
	assert_memory_not_equal(text, cao_secret_data(two), 14);
	assert_ok(read_text(text, back));
	assert_string_equal(back, text);
	cao_secret_free(one);
	cao_secret_free(two);
}

static void
test_read(void **state)
{
	static const char *const same[] = { "01AB-CDEF-GHJK", "01abcdefghjk",
		"  0 1 a b c d e f g h j k\r\n", "OIAB-CDEF-GHJK",
		"oLab cdef ghjk", "-01AB--CDEFGHJK-" };
	static const char *const bad[] = { "-", "01AB-CDEF-GHJ",
		"01AB-CDEF-GHJKM", "01AB-CDEF-GHJU", "01AB_CDEF_GHJK",
		"01AB-CDEF-GHJ\xc3", "00202611220000001" };
	char text[CAO_CODE_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
		assert_ok(read_text(same[i], text));
		assert_string_equal(text, "01AB-CDEF-GHJK");
	}
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		assert_int_equal(read_text(bad[i], text), CAO_INPUT);
		assert_non_null(strstr(error.text, "XXXX-XXXX-XXXX"));
	}
}

static void
seal(const char *code, struct cao_buf *out)
{
	struct cao_secret *c = secret(code);

	assert_ok(cao_code_seal(c, NUMBER, PIN, strlen(PIN), out, &error));
	cao_secret_free(c);
}

static enum cao_status
open_as(const char *code, const char *number, const void *data, size_t len)
{
	struct cao_secret *c = secret(code), *clear = NULL;
	enum cao_status st =
	    cao_code_open(c, number, data, len, &clear, &error);

	assert_true((st == CAO_OK) == (clear != NULL));
	if (clear != NULL) {
		assert_int_equal(cao_secret_len(clear), strlen(PIN));
		assert_memory_equal(cao_secret_data(clear), PIN, strlen(PIN));
	}
	cao_secret_free(clear);
	cao_secret_free(c);
	return st;
}

static void
test_sealed(void **state)
{
	struct cao_buf a = { 0 }, b = { 0 };

	(void)state;
	seal("01AB-CDEF-GHJK", &a);
	seal("01AB-CDEF-GHJK", &b);
	assert_false(a.len == b.len && memcmp(a.data, b.data, a.len) == 0);
	assert_ok(open_as("oi ab cd ef gh jk", NUMBER, a.data, a.len));
	assert_int_equal(
	    open_as("01AB-CDEF-GHJM", NUMBER, a.data, a.len), CAO_INPUT);
	assert_string_equal(error.text, "the one-time code is wrong");
	assert_int_equal(
	    open_as("01AB-CDEF-GHJK", "00202611220000002", a.data, a.len),
	    CAO_INPUT);
	cao_buf_free(&a);
	cao_buf_free(&b);
}

static void
test_sizes(void **state)
{
	static const unsigned char much[CAO_CODE_SEALED_MAX + 1];
	struct cao_secret *code = secret("01AB-CDEF-GHJK"), *clear = NULL;
	struct cao_buf out = { 0 };

	(void)state;
	assert_int_equal(
	    cao_code_seal(code, NUMBER, much, 0, &out, &error), CAO_INPUT);
	assert_int_equal(
	    cao_code_seal(code, NUMBER, much, sizeof much, &out, &error),
	    CAO_INPUT);
	assert_ok(cao_code_seal(
	    code, NUMBER, much, CAO_CODE_SEALED_MAX, &out, &error));
	assert_ok(
	    cao_code_open(code, NUMBER, out.data, out.len, &clear, &error));
	assert_int_equal(cao_secret_len(clear), CAO_CODE_SEALED_MAX);
	cao_secret_free(clear);
	cao_secret_free(code);
	cao_buf_free(&out);
}

/* Whatever is cut off, added or changed is damage, and no wrong code. */
static void
test_damage(void **state)
{
	struct cao_buf a = { 0 };

	(void)state;
	seal("01AB-CDEF-GHJK", &a);
	for (size_t len = 0; len < a.len; len++)
		assert_int_equal(open_as("01AB-CDEF-GHJK", NUMBER, a.data, len),
		    CAO_INTEGRITY);
	for (size_t i = 0; i < a.len; i++) {
		a.data[i] ^= 0x20;
		assert_int_equal(
		    open_as("01AB-CDEF-GHJK", NUMBER, a.data, a.len),
		    CAO_INTEGRITY);
		a.data[i] ^= 0x20;
	}
	cao_buf_putc(&a, 0);
	assert_int_equal(
	    open_as("01AB-CDEF-GHJK", NUMBER, a.data, a.len), CAO_INTEGRITY);
	assert_string_equal(
	    error.text, "what was sealed under the one-time code is damaged");
	cao_buf_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_made),
		cmocka_unit_test(test_read),
		cmocka_unit_test(test_sealed),
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_damage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
