/* What a backup consists of: written, read, cut, altered. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "store/manifest.h"

static struct cao_error err;
static const unsigned char digest[CAO_DIGEST_SIZE] = "0123456789abcdef";

/* Read all of it: the status, and how many files there were. */
static enum cao_status
read_all(const char *text, size_t len, uint64_t *ret)
{
	struct cao_manifest_file f;
	struct cao_manifest m;
	enum cao_status st;
	bool more = true;

	*ret = 0;
	st = cao_manifest_begin(text, len, &m, &err);
	while (st == CAO_OK && more) {
		st = cao_manifest_next(&m, &f, &more, &err);
		if (st == CAO_OK && more) {
			assert_memory_equal(f.digest, digest, sizeof digest);
			++*ret;
		}
	}
	return st;
}

static struct cao_buf
sample(void)
{
	struct cao_manifest_draft d = { .files = 0 };
	struct cao_buf text = { 0 };

	assert_int_equal(
	    cao_manifest_add(&d, "orders.db", digest, 4096, &err), CAO_OK);
	assert_int_equal(
	    cao_manifest_add(&d, "../objects/ab/cd.z", digest, 10, &err),
	    CAO_OK);
	assert_int_equal(
	    cao_manifest_add(&d, "services/服务 1.yaml", digest, 1, &err),
	    CAO_OK);
	assert_int_equal(cao_manifest_end(&d, 1795312800, &text, &err), CAO_OK);
	cao_buf_free(&d.lines);
	return text;
}

static void
test_round(void **state)
{
	struct cao_buf text = sample();
	struct cao_manifest_file f;
	struct cao_manifest m;
	bool more;

	(void)state;
	assert_int_equal(
	    cao_manifest_begin(cao_buf_text(&text), text.len, &m, &err),
	    CAO_OK);
	assert_int_equal(m.at, 1795312800);
	assert_int_equal(m.files, 3);
	assert_int_equal(m.octets, 4107);
	assert_int_equal(cao_manifest_next(&m, &f, &more, &err), CAO_OK);
	assert_true(more);
	assert_string_equal(f.path, "orders.db");
	assert_int_equal(cao_manifest_next(&m, &f, &more, &err), CAO_OK);
	assert_string_equal(f.path, "../objects/ab/cd.z");
	cao_buf_free(&text);
}

static void
test_cut_everywhere(void **state)
{
	struct cao_buf text = sample();
	uint64_t count;

	(void)state;
	for (size_t n = 0; n < text.len; n++) {
		assert_int_equal(
		    read_all(cao_buf_text(&text), n, &count), CAO_INTEGRITY);
		assert_non_null(strstr(err.text, "line "));
	}
	assert_int_equal(
	    read_all(cao_buf_text(&text), text.len, &count), CAO_OK);
	assert_int_equal(count, 3);
	cao_buf_free(&text);
}

static void
test_paths(void **state)
{
	static const char *const bad[] = { "", "/etc/passwd", "../../x",
		"a/../b", "../", "a/", "a//b", ".x", "a/.x", "a\\b", "a\nb",
		"..", "../../objects/x", "a\xff" };
	struct cao_manifest_draft d = { .files = 0 };
	struct cao_buf text = { 0 };
	uint64_t count;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		assert_int_equal(
		    cao_manifest_add(&d, bad[i], digest, 1, &err), CAO_INPUT);
		cao_buf_printf(&text,
		    "# caorder backup 1\n"
		    "# 2026-11-22T02:00:00Z 1 files 1 octets\n"
		    "30313233343536373839616263646566"
		    "00000000000000000000000000000000  %s\n",
		    bad[i]);
		assert_int_equal(
		    read_all(cao_buf_text(&text), text.len, &count),
		    CAO_INTEGRITY);
		cao_buf_clear(&text);
	}
	cao_buf_free(&d.lines);
	cao_buf_free(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round),
		cmocka_unit_test(test_cut_everywhere),
		cmocka_unit_test(test_paths),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
