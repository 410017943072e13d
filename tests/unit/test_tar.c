/* Archives: what is written comes back, GNU tar lists it, and whatever is not
 * as it was written is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "codec/gzip.h"
#include "codec/tar.h"

#define SIZE(a) (sizeof(a) / sizeof *(a))

static const struct {
	const char *name, *content;
} files[] = {
	{ "order/empty", "" },
	{ "order/one.txt", "1" },
	{ "order/evidence/2.txt", "two" },
};

struct memory {
	const unsigned char *data;
	size_t left;
};

static enum cao_status
read_memory(
    void *arg, void *to, size_t len, size_t *ret_got, struct cao_error *err)
{
	struct memory *m = arg;

	(void)err;
	if (len > m->left)
		len = m->left;
	if (len > 0)
		memcpy(to, m->data, len);
	m->data += len;
	m->left -= len;
	*ret_got = len;
	return CAO_OK;
}

static void
put_all(struct cao_buf *out)
{
	struct cao_error e;

	for (size_t i = 0; i < SIZE(files); i++)
		assert_int_equal(
		    cao_tar_put(out, files[i].name, 1795305600,
			files[i].content, strlen(files[i].content), &e),
		    CAO_OK);
	cao_tar_end(out);
	assert_true(cao_buf_ok(out));
}

/* Read all of it: the files that were put, if it is said to be whole. */
static enum cao_status
get_all(cao_tar_source *source, void *arg, struct cao_error *e)
{
	struct cao_tar t = { .source = source, .arg = arg };
	struct cao_tar_member m;
	enum cao_status st;
	size_t n = 0, same = 0;
	bool more;

	while ((st = cao_tar_next(&t, &m, &more, e)) == CAO_OK && more) {
		if (n < SIZE(files) && strcmp(m.name, files[n].name) == 0 &&
		    strcmp(cao_buf_text(&m.content), files[n].content) == 0 &&
		    m.mtime == 1795305600)
			same++;
		cao_tar_member_free(&m);
		n++;
	}
	if (st == CAO_OK) {
		assert_int_equal(n, SIZE(files));
		assert_int_equal(same, n);
	}
	return st;
}

static void
test_round_trip(void **state)
{
	struct cao_buf out = { 0 };
	struct cao_error e;
	struct memory m;

	(void)state;
	put_all(&out);
	assert_int_equal(out.len, 512 + 2 * 1024 + 1024);
	assert_memory_equal(out.data + 257, "ustar\00000", 8);
	m = (struct memory){ out.data, out.len };
	assert_int_equal(get_all(read_memory, &m, &e), CAO_OK);
	cao_buf_free(&out);
}

static void
test_names(void **state)
{
	static const char *const bad[] = { "", "/a", "a/", "a//b", ".", "..",
		"a/../b", "./a", "a b", "a\\b", "a\nb", "\xc3\xa9" };
	char longest[CAO_TAR_NAME_MAX + 2];
	struct cao_buf out = { 0 };
	struct cao_error e;

	(void)state;
	for (size_t i = 0; i < SIZE(bad); i++)
		assert_int_equal(
		    cao_tar_put(&out, bad[i], 0, "", 0, &e), CAO_INPUT);
	memset(longest, 'a', sizeof longest);
	longest[CAO_TAR_NAME_MAX + 1] = '\0';
	assert_int_equal(cao_tar_put(&out, longest, 0, "", 0, &e), CAO_INPUT);
	assert_int_equal(out.len, 0);
	assert_int_equal(cao_tar_put(&out, longest + 1, 0, "", 0, &e), CAO_OK);
	assert_int_equal(cao_tar_put(&out, "a", -1, "", 0, &e), CAO_INPUT);
	assert_int_equal(
	    cao_tar_put(&out, "a", 0, "", CAO_TAR_CONTENT_MAX + 1ul, &e),
	    CAO_INPUT);
	assert_non_null(strstr(e.text, "too large for an archive"));
	cao_buf_free(&out);
}

/* Cut anywhere, and with any octet altered. */
static void
test_damage(void **state)
{
	struct cao_buf out = { 0 };
	struct cao_error e;
	struct memory m;

	(void)state;
	put_all(&out);
	for (size_t i = 0; i < out.len; i++) {
		m = (struct memory){ out.data, i };
		assert_int_equal(get_all(read_memory, &m, &e), CAO_INTEGRITY);
		assert_non_null(strstr(e.text, "ends too early"));
	}
	for (size_t i = 0; i < out.len; i++) {
		/* Contents are their readers' to judge. */
		if (i == 1024 || (i >= 2048 && i < 2051))
			continue;
		out.data[i] ^= 1;
		m = (struct memory){ out.data, out.len };
		assert_int_equal(get_all(read_memory, &m, &e), CAO_INTEGRITY);
		out.data[i] ^= 1;
	}
	cao_buf_putc(&out, 0);
	m = (struct memory){ out.data, out.len };
	assert_int_equal(get_all(read_memory, &m, &e), CAO_INTEGRITY);
	assert_non_null(strstr(e.text, "behind its end"));
	cao_buf_free(&out);
}

static enum cao_status
get_gzip(const void *data, size_t len, struct cao_error *e)
{
	struct cao_gunzip *g = NULL;
	enum cao_status st;

	if ((st = cao_gunzip_new(data, len, &g, e)) == CAO_OK)
		st = get_all(cao_gunzip_read, g, e);
	cao_gunzip_free(g);
	return st;
}

static void
test_gzip(void **state)
{
	struct cao_buf tar = { 0 }, out = { 0 };
	struct cao_gzip *g = NULL;
	struct cao_error e;

	(void)state;
	put_all(&tar);
	assert_int_equal(cao_gzip_new(&g, &e), CAO_OK);
	for (size_t i = 0; i < tar.len; i++)
		assert_int_equal(
		    cao_gzip_add(g, tar.data + i, 1, false, &out, &e), CAO_OK);
	assert_int_equal(cao_gzip_add(g, "", 0, true, &out, &e), CAO_OK);
	cao_gzip_free(g);
	assert_int_equal(get_gzip(out.data, out.len, &e), CAO_OK);
	for (size_t i = 0; i < out.len; i++)
		assert_int_equal(get_gzip(out.data, i, &e), CAO_INTEGRITY);
	/* Damage is found, or filled an octet up. */
	for (size_t i = 0; i < out.len; i++) {
		out.data[i] ^= 1;
		if (get_gzip(out.data, out.len, &e) != CAO_OK)
			assert_int_equal(e.status, CAO_INTEGRITY);
		out.data[i] ^= 1;
	}
	cao_buf_putc(&out, 0);
	assert_int_equal(get_gzip(out.data, out.len, &e), CAO_INTEGRITY);
	cao_buf_free(&out);
	cao_buf_free(&tar);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_damage),
		cmocka_unit_test(test_gzip),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
