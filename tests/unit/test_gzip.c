/* What is deflated comes back; what is damaged does not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "codec/gzip.h"

/* Octets that do not compress. */
static void
fill_noise(unsigned char *data, size_t len)
{
	uint32_t x = 1;
	size_t i;

	for (i = 0; i < len; i++) {
		x = x * 1664525u + 1013904223u;
		data[i] = (unsigned char)(x >> 24);
	}
}

static void
test_round_trip(void **state)
{
	struct cao_buf packed = { 0 }, plain = { 0 };
	unsigned char data[5000] = "caorder";
	struct cao_error e;
	bool smaller = false;

	(void)state;
	cao_buf_puts(&packed, "head");
	assert_int_equal(
	    cao_deflate(data, sizeof data, &packed, &smaller, &e), CAO_OK);
	assert_true(smaller);
	assert_true(packed.len < 100);
	assert_int_equal(cao_inflate(packed.data + 4, packed.len - 4,
			     sizeof data, &plain, &e),
	    CAO_OK);
	assert_int_equal(plain.len, sizeof data);
	assert_memory_equal(plain.data, data, sizeof data);
	cao_buf_free(&packed);
	cao_buf_free(&plain);
}

static void
test_not_smaller(void **state)
{
	struct cao_buf packed = { 0 };
	unsigned char data[4096];
	struct cao_error e;
	bool smaller = true;
	size_t len;

	(void)state;
	fill_noise(data, sizeof data);
	for (len = 0; len <= 20; len++) {
		smaller = true;
		assert_int_equal(
		    cao_deflate(data, len, &packed, &smaller, &e), CAO_OK);
		assert_false(smaller);
	}
	smaller = true;
	assert_int_equal(
	    cao_deflate(data, sizeof data, &packed, &smaller, &e), CAO_OK);
	assert_false(smaller);
	/* An eighth of it is nothing, and so saved, but for zlib's frame. */
	memset(data, 0, 512);
	assert_int_equal(
	    cao_deflate(data, sizeof data, &packed, &smaller, &e), CAO_OK);
	assert_false(smaller);
	memset(data, 0, 640);
	assert_int_equal(
	    cao_deflate(data, sizeof data, &packed, &smaller, &e), CAO_OK);
	assert_true(smaller);
	assert_true(packed.len <= sizeof data - sizeof data / 8);
	cao_buf_free(&packed);
}

static void
refuse(const unsigned char *data, size_t len, size_t size)
{
	struct cao_buf out = { 0 };
	struct cao_error e;

	assert_int_equal(cao_inflate(data, len, size, &out, &e), CAO_INTEGRITY);
	assert_int_equal(out.len, 0);
	assert_non_null(strstr(e.text, "compressed data"));
	cao_buf_free(&out);
}

/* A changed bit is found, unless it is one of those that fill an octet up. */
static void
check(const unsigned char *packed, size_t len, const unsigned char *data,
    size_t size)
{
	struct cao_buf out = { 0 };
	struct cao_error e;

	if (cao_inflate(packed, len, size, &out, &e) == CAO_OK)
		assert_memory_equal(out.data, data, size);
	else
		assert_int_equal(e.status, CAO_INTEGRITY);
	cao_buf_free(&out);
}

static void
test_damage(void **state)
{
	struct cao_buf packed = { 0 };
	unsigned char data[1000] = "caorder";
	struct cao_error e;
	bool smaller = false;
	size_t i;

	(void)state;
	fill_noise(data, 100);
	assert_int_equal(
	    cao_deflate(data, sizeof data, &packed, &smaller, &e), CAO_OK);
	assert_true(smaller);
	for (i = 0; i < packed.len; i++)
		refuse(packed.data, i, sizeof data);
	for (i = 0; i < packed.len; i++) {
		packed.data[i] ^= 0x40;
		check(packed.data, packed.len, data, sizeof data);
		packed.data[i] ^= 0x40;
	}
	refuse(packed.data, packed.len, sizeof data - 1);
	refuse(packed.data, packed.len, sizeof data + 1);
	refuse(packed.data, packed.len, SIZE_MAX / 2);
	cao_buf_putc(&packed, 0);
	refuse(packed.data, packed.len, sizeof data);
	cao_buf_free(&packed);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_not_smaller),
		cmocka_unit_test(test_damage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
