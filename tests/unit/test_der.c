/* DER: what is written, and what is refused when read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"
#include "base/time.h"
#include "pki/der.h"
#include "pki/digest.h"

#define SIZE(a) (sizeof(a) / sizeof *(a))

static void
assert_hex(struct cao_buf *out, const char *want)
{
	struct cao_buf hex = { 0 };

	assert_true(cao_buf_ok(out));
	cao_hex_put(&hex, out->data, out->len);
	assert_string_equal(cao_buf_text(&hex), want);
	cao_buf_free(&hex);
	cao_buf_clear(out);
}

/* Octets of a hex text; they are freed by the caller. */
static struct cao_der
octets(const char *hex)
{
	size_t len = strlen(hex) / 2;
	unsigned char *data = malloc(len + 1);

	assert_non_null(data);
	assert_true(cao_hex_get(hex, data, len));
	return (struct cao_der){ data, len };
}

static void
test_lengths(void **state)
{
	static const struct {
		size_t len;
		const char *head;
	} cases[] = {
		{ 0, "3000" },
		{ 1, "3001" },
		{ 127, "307f" },
		{ 128, "308180" },
		{ 255, "3081ff" },
		{ 256, "30820100" },
		{ 65535, "3082ffff" },
		{ 65536, "3083010000" },
	};
	static unsigned char content[65536];

	(void)state;
	for (size_t i = 0; i < SIZE(cases); i++) {
		struct cao_buf open = { 0 }, put = { 0 };
		struct cao_der in, got;
		size_t mark, head = strlen(cases[i].head) / 2;

		memset(content, 0xa5, sizeof content);
		mark = cao_der_open(&open, CAO_DER_SEQUENCE);
		cao_buf_add(&open, content, cases[i].len);
		cao_der_close(&open, mark);
		cao_der_put(&put, CAO_DER_SEQUENCE, content, cases[i].len);
		assert_int_equal(open.len, head + cases[i].len);
		assert_int_equal(put.len, open.len);
		assert_memory_equal(put.data, open.data, put.len);
		in = (struct cao_der){ open.data, open.len };
		assert_true(cao_der_take(&in, CAO_DER_SEQUENCE, &got));
		assert_int_equal(in.len, 0);
		assert_int_equal(got.len, cases[i].len);
		assert_memory_equal(got.data, content, got.len);
		open.len = head;
		assert_hex(&open, cases[i].head);
		cao_buf_free(&open);
		cao_buf_free(&put);
	}
}

static void
test_values(void **state)
{
	struct cao_buf out = { 0 };
	size_t a, b;

	(void)state;
	cao_der_oid(&out, "1.2.156.10197.1.501");
	assert_hex(&out, "06082a811ccf55018375");
	cao_der_oid(&out, "2.999.4294967295");
	assert_hex(&out, "060788378fffffff7f");
	cao_der_unsigned(&out, "\0\0\x80", 3);
	assert_hex(&out, "02020080");
	cao_der_unsigned(&out, "\x7f", 1);
	assert_hex(&out, "02017f");
	cao_der_unsigned(&out, "\0", 1);
	assert_hex(&out, "020100");
	cao_der_unsigned(&out, NULL, 0);
	assert_hex(&out, "020100");
	cao_der_small(&out, 65537);
	assert_hex(&out, "0203010001");
	cao_der_small(&out, 0);
	assert_hex(&out, "020100");
	cao_der_small(&out, 0xffffffff);
	assert_hex(&out, "020500ffffffff");
	cao_der_bits(&out, "\x12\0", 2);
	assert_hex(&out, "0303001200");
	cao_der_true(&out);
	cao_der_null(&out);
	assert_hex(&out, "0101ff0500");
	cao_der_text(&out, CAO_DER_UTF8, "林");
	assert_hex(&out, "0c03e69e97");
	a = cao_der_open(&out, CAO_DER_SEQUENCE);
	b = cao_der_open(&out, CAO_DER_CONTEXT_EXPLICIT | 3);
	cao_der_small(&out, 2);
	cao_der_close(&out, b);
	cao_der_put(&out, CAO_DER_CONTEXT | 6, "x", 1);
	cao_der_close(&out, a);
	assert_hex(&out, "3008a303020102860178");
	cao_buf_free(&out);
}

static void
test_bad_oids(void **state)
{
	static const char *const bad[] = { "", "1", "1.", ".1", "3.1", "1.40",
		"1.2.", "1.2..3", "1.02", "1.2.4294967296", "1.2.x", "1.2 ",
		"-1.2" };

	(void)state;
	for (size_t i = 0; i < SIZE(bad); i++) {
		struct cao_buf out = { 0 };

		cao_der_oid(&out, bad[i]);
		assert_false(cao_buf_ok(&out));
		cao_buf_free(&out);
	}
}

static void
test_times(void **state)
{
	static const struct {
		const char *time, *text;
		unsigned tag;
	} cases[] = {
		{ "1970-01-01T00:00:00Z", "700101000000Z", CAO_DER_UTC_TIME },
		{ "2026-11-22T02:00:00Z", "261122020000Z", CAO_DER_UTC_TIME },
		{ "2049-12-31T23:59:59Z", "491231235959Z", CAO_DER_UTC_TIME },
		{ "2050-01-01T00:00:00Z", "20500101000000Z",
		    CAO_DER_GENERALIZED_TIME },
		{ "9999-12-31T23:59:59Z", "99991231235959Z",
		    CAO_DER_GENERALIZED_TIME },
	};
	struct cao_buf out = { 0 };
	struct cao_error err;
	struct cao_der in, text;
	int64_t t, back;

	(void)state;
	for (size_t i = 0; i < SIZE(cases); i++) {
		assert_int_equal(
		    cao_time_parse(cases[i].time, &t, &err), CAO_OK);
		cao_der_time(&out, t);
		in = (struct cao_der){ out.data, out.len };
		assert_true(cao_der_take(&in, cases[i].tag, &text));
		assert_int_equal(text.len, strlen(cases[i].text));
		assert_memory_equal(text.data, cases[i].text, text.len);
		in = (struct cao_der){ out.data, out.len };
		assert_true(cao_der_get_time(&in, &back));
		assert_int_equal(in.len, 0);
		assert_int_equal(back, t);
		cao_buf_clear(&out);
	}
	cao_buf_free(&out);
}

static void
test_bad_times(void **state)
{
	static const struct {
		const char *text;
		unsigned tag;
	} cases[] = {
		{ "", CAO_DER_UTC_TIME },
		{ "2611220200Z", CAO_DER_UTC_TIME },
		{ "261122020000+0800", CAO_DER_UTC_TIME },
		{ "2611220200000", CAO_DER_UTC_TIME },
		{ "26112202000aZ", CAO_DER_UTC_TIME },
		{ "261322020000Z", CAO_DER_UTC_TIME },
		{ "260229020000Z", CAO_DER_UTC_TIME },
		{ "20261122020000Z", CAO_DER_UTC_TIME },
		{ "261122020000Z", CAO_DER_GENERALIZED_TIME },
		{ "20261122020000.5Z", CAO_DER_GENERALIZED_TIME },
		{ "20261122020000Z", CAO_DER_IA5 },
	};

	(void)state;
	for (size_t i = 0; i < SIZE(cases); i++) {
		struct cao_buf out = { 0 };
		struct cao_der in;
		int64_t t = 7;

		cao_der_text(&out, cases[i].tag, cases[i].text);
		in = (struct cao_der){ out.data, out.len };
		assert_false(cao_der_get_time(&in, &t));
		assert_int_equal(t, 7);
		assert_int_equal(in.len, out.len);
		cao_buf_free(&out);
	}
}

/* What is not DER leaves the window where it was. */
static void
test_refused(void **state)
{
	static const char *const bad[] = { "", "30", "3080", "30800000",
		"308101", "30817f", "308200ff", "3001", "1f0100", "3f8101",
		"bf2000", "3085000000000100", "30ff", "3084ffffffff00",
		"30840000000100" };

	(void)state;
	for (size_t i = 0; i < SIZE(bad); i++) {
		struct cao_der in = octets(bad[i]), window = in, content;
		unsigned tag;

		assert_false(cao_der_next(&window, &tag, &content, NULL));
		assert_ptr_equal(window.data, in.data);
		assert_int_equal(window.len, in.len);
		free((void *)(uintptr_t)in.data);
	}
}

/* A length in more octets than it needs is not DER (X.690 section 10.1). */
static void
test_long_length(void **state)
{
	static const unsigned char good[3 + 128] = { 0x30, 0x81, 0x80 };
	static const unsigned char bad[4 + 128] = { 0x30, 0x82, 0x00, 0x80 };
	struct cao_der in = { good, sizeof good }, content;
	unsigned tag;

	(void)state;
	assert_true(cao_der_next(&in, &tag, &content, NULL));
	assert_int_equal(content.len, 128);
	in = (struct cao_der){ bad, sizeof bad };
	assert_false(cao_der_next(&in, &tag, &content, NULL));
}

static void
test_numbers(void **state)
{
	static const struct {
		const char *hex;
		bool good;
		uint32_t value;
	} cases[] = {
		{ "020100", true, 0 },
		{ "02017f", true, 127 },
		{ "02020080", true, 128 },
		{ "020500ffffffff", true, 0xffffffff },
		{ "0200", false, 0 },
		{ "020180", false, 0 },
		{ "02020001", false, 0 },
		{ "02050100000000", false, 0 },
		{ "0206000000000001", false, 0 },
		{ "040100", false, 0 },
	};

	(void)state;
	for (size_t i = 0; i < SIZE(cases); i++) {
		struct cao_der in = octets(cases[i].hex), at = in;
		uint32_t value = 7;

		assert_int_equal(cao_der_get_small(&at, &value), cases[i].good);
		assert_int_equal(at.len, cases[i].good ? 0 : in.len);
		assert_int_equal(value, cases[i].good ? cases[i].value : 7);
		free((void *)(uintptr_t)in.data);
	}
}

static void
test_bits(void **state)
{
	static const struct {
		const char *hex;
		bool good;
	} cases[] = { { "03020012", true }, { "030100", true },
		{ "0300", false }, { "03020112", false },
		{ "04020012", false } };

	(void)state;
	for (size_t i = 0; i < SIZE(cases); i++) {
		struct cao_der in = octets(cases[i].hex), at = in, bits;

		assert_int_equal(cao_der_get_bits(&at, &bits), cases[i].good);
		free((void *)(uintptr_t)in.data);
	}
}

static void
test_take(void **state)
{
	struct cao_der in = octets("0201050500"), at = in, got, null;
	struct cao_der oid = octets("2a811ccf5501822d");

	(void)state;
	assert_false(cao_der_take(&at, CAO_DER_NULL, &null));
	assert_true(cao_der_take(&at, CAO_DER_INTEGER, &got));
	assert_true(cao_der_take(&at, CAO_DER_NULL, &null));
	assert_false(cao_der_take(&at, CAO_DER_NULL, &null));
	assert_false(cao_der_equal(&got, &null));
	assert_true(cao_der_equal(&got, &got));
	assert_true(cao_der_is_oid(&oid, "1.2.156.10197.1.301"));
	assert_false(cao_der_is_oid(&oid, "1.2.156.10197.1.30"));
	free((void *)(uintptr_t)in.data);
	free((void *)(uintptr_t)oid.data);
}

static void
test_digest(void **state)
{
	static const char abc[] = "ba7816bf8f01cfea414140de5dae2223"
				  "b00361a396177a9cb410ff61f20015ad";
	unsigned char digest[CAO_DIGEST_SIZE];
	char hex[CAO_DIGEST_HEX];
	struct cao_buf buf = { 0 };
	struct cao_error err;

	(void)state;
	cao_sha256("abc", 3, digest);
	cao_digest_hex(digest, hex);
	assert_string_equal(hex, abc);
	cao_buf_puts(&buf, "abc");
	memset(digest, 0, sizeof digest);
	assert_int_equal(cao_sha256_buf(&buf, digest, &err), CAO_OK);
	assert_int_equal(buf.len, 0);
	cao_digest_hex(digest, hex);
	assert_string_equal(hex, abc);
	buf.failed = true;
	assert_int_equal(cao_sha256_buf(&buf, digest, &err), CAO_SYSTEM);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lengths),
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_bad_oids),
		cmocka_unit_test(test_times),
		cmocka_unit_test(test_bad_times),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_long_length),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_bits),
		cmocka_unit_test(test_take),
		cmocka_unit_test(test_digest),
	};

	return cmocka_run_group_tests_name("der", tests, NULL, NULL);
}
