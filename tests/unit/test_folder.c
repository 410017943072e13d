/* Folders as a whole. */
#define _DEFAULT_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/folder.h"

static char root[] = "/tmp/folder.XXXXXX";

static int
setup(void **state)
{
	(void)state;
	return mkdtemp(root) == NULL || chdir(root) == -1 ? -1 : 0;
}

static int
teardown(void **state)
{
	struct cao_error err;

	(void)state;
	return chdir("/") == -1 || cao_folder_remove(root, &err) != CAO_OK ? -1
									   : 0;
}

static void
put(const char *path, const char *text)
{
	struct cao_error err;

	assert_int_equal(
	    cao_file_write(path, text, strlen(text), &err), CAO_OK);
}

/* What is in the folder, with blanks between. */
static void
holds(const char *path, const char *want)
{
	char have[256] = "", **names;
	struct cao_error err;

	assert_int_equal(cao_folder_list(path, &names, &err), CAO_OK);
	for (size_t i = 0, at = 0; names[i] != NULL; i++)
		at += (size_t)snprintf(have + at, sizeof have - at, "%s%s",
		    i > 0 ? " " : "", names[i]);
	cao_folder_list_free(names);
	assert_string_equal(have, want);
}

static void
test_list(void **state)
{
	struct cao_error err;
	char name[16], **names;
	size_t n = 0;

	(void)state;
	assert_int_equal(mkdir("l", 0700), 0);
	holds("l", "");
	put("l/b", "");
	put("l/a", "");
	put("l/.c", "");
	holds("l", ".c a b");
	for (int i = 0; i < 100; i++) {
		(void)snprintf(name, sizeof name, "l/x%02d", i);
		put(name, "");
	}
	assert_int_equal(cao_folder_list("l", &names, &err), CAO_OK);
	while (names[n] != NULL)
		n++;
	assert_int_equal(n, 103);
	assert_string_equal(names[102], "x99");
	cao_folder_list_free(names);
	cao_folder_list_free(NULL);
	assert_int_equal(cao_folder_remove("l", &err), CAO_OK);
	assert_int_equal(cao_folder_list("l", &names, &err), CAO_NOTFOUND);
	assert_string_equal(err.text, "l: No such file or directory");
}

static void
test_exchange(void **state)
{
	struct cao_error err;

	(void)state;
	assert_int_equal(mkdir("a", 0700), 0);
	assert_int_equal(mkdir("b", 0700), 0);
	put("a/one", "1");
	put("b/two", "2");
	assert_int_equal(cao_folder_exchange("a", "b", &err), CAO_OK);
	holds("a", "two");
	holds("b", "one");
	assert_int_equal(cao_folder_exchange("./a", "./b", &err), CAO_OK);
	holds("a", "one");
	assert_int_equal(cao_folder_exchange("a", "none", &err), CAO_NOTFOUND);
	holds("a", "one");
	assert_int_equal(cao_folder_remove("a", &err), CAO_OK);
	assert_int_equal(cao_folder_remove("b", &err), CAO_OK);
}

static void
test_lock(void **state)
{
	struct cao_error err;
	int one, two;

	(void)state;
	assert_int_equal(mkdir("k", 0700), 0);
	assert_int_equal(cao_folder_lock("k", &one, &err), CAO_OK);
	assert_int_equal(cao_folder_lock("k", &two, &err), CAO_AGAIN);
	assert_string_equal(
	    err.text, "k: another process is changing it; try again");
	(void)close(one);
	assert_int_equal(cao_folder_lock("k", &two, &err), CAO_OK);
	(void)close(two);
	assert_int_equal(cao_folder_lock("none", &two, &err), CAO_NOTFOUND);
	assert_int_equal(cao_folder_remove("k", &err), CAO_OK);
}

static void
test_remove(void **state)
{
	struct cao_error err;

	(void)state;
	assert_int_equal(cao_folder_remove("none", &err), CAO_OK);
	assert_int_equal(mkdir("r", 0700), 0);
	assert_int_equal(mkdir("r/below", 0700), 0);
	put("r/file", "");
	assert_int_not_equal(cao_folder_remove("r", &err), CAO_OK);
	assert_non_null(strstr(err.text, "r/below: "));
	assert_int_equal(rmdir("r/below"), 0);
	assert_int_equal(cao_folder_remove("r", &err), CAO_OK);
	assert_false(cao_file_exists("r"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_list),
		cmocka_unit_test(test_exchange),
		cmocka_unit_test(test_lock),
		cmocka_unit_test(test_remove),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
