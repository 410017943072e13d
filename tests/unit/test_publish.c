/* Folders of files for everybody: replaced whole, in folders of their own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/publish.h"

#define MANY 600 /* more than are held back */

static char dir[64];
static struct cao_error error;

#define assert_ok(call)                                 \
	do {                                            \
		if ((call) != CAO_OK)                   \
			fail_msg("%s", (&error)->text); \
	} while (0)

static int
set_up(void **state)
{
	(void)state;
	(void)snprintf(
	    dir, sizeof dir, "/tmp/test_publish.%ld", (long)getpid());
	(void)umask(077);
	return 0;
}

static struct cao_publish *
opened(void)
{
	struct cao_publish *p = NULL;

	assert_ok(cao_publish_open(dir, &p, &error));
	return p;
}

static mode_t
mode_of(const char *name)
{
	char path[256];
	struct stat sb;

	(void)snprintf(path, sizeof path, "%s/%s", dir, name);
	return stat(path, &sb) == 0 ? sb.st_mode & 0777 : 0;
}

static void
assert_holds(const struct cao_publish *p, const char *name, const char *want)
{
	struct cao_buf got = { 0 };

	assert_ok(cao_publish_get(p, name, 100, &got, &error));
	assert_string_equal(cao_buf_text(&got), want);
	cao_buf_free(&got);
}

static void
test_put(void **state)
{
	struct cao_publish *p = opened(), *second = NULL;
	bool there;

	(void)state;
	assert_int_equal(mode_of(""), 0755);
	assert_int_equal(cao_publish_open(dir, &second, &error), CAO_AGAIN);
	assert_null(second);
	assert_ok(cao_publish_put(p, "a", "one", 3, &error));
	assert_ok(cao_publish_put(p, "b/c//d", "two", 3, &error));
	assert_holds(p, "a", "");
	assert_ok(cao_publish_flush(p, &error));
	assert_holds(p, "a", "one");
	assert_holds(p, "b/c/d", "two");
	assert_int_equal(mode_of("a"), 0644);
	assert_int_equal(mode_of("b/c/d"), 0644);
	assert_int_equal(mode_of("b/c"), 0755);
	assert_ok(cao_publish_put(p, "a", "three", 5, &error));
	assert_ok(cao_publish_flush(p, &error));
	assert_holds(p, "a", "three");
	assert_ok(cao_publish_put(p, "a", "dropped", 7, &error));
	cao_publish_close(p);
	assert_int_equal(mode_of(".publish-0"), 0);

	p = opened();
	assert_holds(p, "a", "three");
	assert_holds(p, "b", "");
	assert_holds(p, "none", "");
	assert_ok(cao_publish_remove(p, "b/c/d", true, &there, &error));
	assert_true(there);
	assert_ok(cao_publish_remove(p, "b/c/d", false, &there, &error));
	assert_true(there);
	assert_int_equal(mode_of("b"), 0);
	assert_ok(cao_publish_put(p, "b/c//d", "two", 3, &error));
	assert_ok(cao_publish_flush(p, &error));
	assert_ok(cao_publish_remove(p, "b/c//d", false, &there, &error));
	assert_int_equal(mode_of("b"), 0);
	assert_ok(cao_publish_remove(p, "b/c/d", false, &there, &error));
	assert_false(there);
	assert_ok(cao_publish_remove(p, "a", false, &there, &error));
	cao_publish_close(p);
}

static void
test_many(void **state)
{
	struct cao_publish *p = opened();
	char name[32];
	bool there;

	(void)state;
	for (int i = 0; i < MANY; i++) {
		(void)snprintf(name, sizeof name, "%d/%d", i % 7, i);
		assert_ok(cao_publish_put(p, name, name, strlen(name), &error));
	}
	assert_ok(cao_publish_flush(p, &error));
	for (int i = 0; i < MANY; i++) {
		(void)snprintf(name, sizeof name, "%d/%d", i % 7, i);
		assert_holds(p, name, name);
		assert_ok(cao_publish_remove(p, name, false, &there, &error));
		assert_true(there);
	}
	cao_publish_close(p);
	assert_int_equal(rmdir(dir), 0);
}

/* A file in the way of a folder; a folder that cannot be. */
static void
test_refused(void **state)
{
	struct cao_publish *p = NULL;
	bool there;

	(void)state;
	assert_int_equal(
	    cao_publish_open("/dev/null/x", &p, &error), CAO_SYSTEM);
	p = opened();
	assert_ok(cao_publish_put(p, "a", "one", 3, &error));
	assert_ok(cao_publish_flush(p, &error));
	assert_ok(cao_publish_put(p, "a/b", "two", 3, &error));
	assert_int_not_equal(cao_publish_flush(p, &error), CAO_OK);
	assert_non_null(strstr(error.text, "/a/b: "));
	assert_ok(cao_publish_remove(p, "a", false, &there, &error));
	cao_publish_close(p);
	assert_int_equal(rmdir(dir), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_put),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_refused),
	};

	return cmocka_run_group_tests(tests, set_up, NULL);
}
