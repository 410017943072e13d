/* Files: read whole, replaced whole, nothing left beside them. */
#include <sys/stat.h>

#include <dirent.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"

static char folder[] = "/tmp/test_file.XXXXXX";

static int
set_up(void **state)
{
	(void)state;
	return mkdtemp(folder) == NULL || chdir(folder) == -1;
}

static int
tear_down(void **state)
{
	(void)state;
	(void)unlink("a");
	(void)unlink("fifo");
	(void)unlink("link");
	(void)rmdir("d/e/f");
	(void)rmdir("d/e");
	(void)rmdir("d");
	return chdir("/") == -1 || rmdir(folder) == -1;
}

static int
entries(void)
{
	DIR *dir = opendir(".");
	int count = 0;

	assert_non_null(dir);
	while (readdir(dir) != NULL)
		count++;
	(void)closedir(dir);
	return count - 2;
}

static void
test_write_read(void **state)
{
	struct cao_buf buf = { 0 };
	struct cao_error err;
	char large[50000];
	struct stat sb;

	(void)state;
	memset(large, 'q', sizeof large);
	assert_false(cao_file_exists("a"));
	assert_int_equal(cao_file_write("a", "old", 3, &err), CAO_OK);
	assert_int_equal(
	    cao_file_write("./a", large, sizeof large, &err), CAO_OK);
	assert_true(cao_file_exists("a"));
	assert_int_equal(stat("a", &sb), 0);
	assert_int_equal(sb.st_mode & 07777, 0600);
	assert_int_equal(entries(), 1);
	assert_int_equal(cao_file_read("a", sizeof large, &buf, &err), CAO_OK);
	assert_int_equal(buf.len, sizeof large);
	assert_memory_equal(buf.data, large, sizeof large);
	assert_int_equal(cao_file_write("a", NULL, 0, &err), CAO_OK);
	assert_int_equal(cao_file_read("a", 0, &buf, &err), CAO_OK);
	assert_int_equal(buf.len, 0);
	assert_string_equal(cao_buf_text(&buf), "");
	cao_buf_free(&buf);
}

static void
test_refuse(void **state)
{
	struct cao_buf buf = { 0 };
	struct cao_error err;

	(void)state;
	assert_int_equal(cao_file_write("a", "12345", 5, &err), CAO_OK);
	assert_int_equal(cao_file_read("a", 4, &buf, &err), CAO_INPUT);
	assert_string_equal(err.text, "a: larger than 4 octets");
	assert_int_equal(cao_file_read("none", 4, &buf, &err), CAO_NOTFOUND);
	assert_string_equal(err.text, "none: No such file or directory");
	assert_int_equal(mkfifo("fifo", 0600), 0);
	assert_int_equal(cao_file_read("fifo", 4, &buf, &err), CAO_INPUT);
	assert_string_equal(err.text, "fifo: not a regular file");
	assert_int_equal(cao_file_read(".", 4, &buf, &err), CAO_INPUT);
	assert_int_equal(cao_file_read("/dev/zero", 4, &buf, &err), CAO_INPUT);
	assert_int_equal(cao_file_write("none/a", "", 0, &err), CAO_NOTFOUND);
	assert_string_equal(err.text, "none/a: No such file or directory");
	assert_null(buf.data);
}

/* What could not be put in place is not left beside it. */
static void
test_failed_rename(void **state)
{
	struct cao_error err;
	int before;

	(void)state;
	assert_int_equal(cao_file_mkdir("d", &err), CAO_OK);
	before = entries();
	assert_int_equal(cao_file_write("d", "x", 1, &err), CAO_SYSTEM);
	assert_string_equal(err.text, "d: Is a directory");
	assert_int_equal(entries(), before);
}

/* A temporary file of a dead process, or a link in its place, is replaced and
 * never written through. */
static void
test_stale(void **state)
{
	struct cao_buf buf = { 0 };
	struct cao_error err;
	char temp[64];

	(void)state;
	(void)snprintf(temp, sizeof temp, ".a.%ld.tmp", (long)getpid());
	assert_int_equal(cao_file_write("link", "safe", 4, &err), CAO_OK);
	assert_int_equal(symlink("link", temp), 0);
	assert_int_equal(cao_file_write("a", "new", 3, &err), CAO_OK);
	assert_false(cao_file_exists(temp));
	assert_int_equal(cao_file_read("link", 9, &buf, &err), CAO_OK);
	assert_string_equal(cao_buf_text(&buf), "safe");
	assert_int_equal(cao_file_read("a", 9, &buf, &err), CAO_OK);
	assert_string_equal(cao_buf_text(&buf), "new");
	cao_buf_free(&buf);
}

static void
test_long_name(void **state)
{
	struct cao_error err;
	char name[256];

	(void)state;
	memset(name, 'n', 255);
	name[255] = '\0';
	assert_int_equal(cao_file_write(name, "x", 1, &err), CAO_OK);
	assert_int_equal(unlink(name), 0);
}

static void
test_descriptor(void **state)
{
	struct cao_buf buf = { 0 };
	struct cao_error err;
	int fds[2];

	(void)state;
	assert_int_equal(pipe(fds), 0);
	assert_int_equal(write(fds[1], "abcdef", 6), 6);
	assert_int_equal(close(fds[1]), 0);
	assert_int_equal(
	    cao_file_read_fd(fds[0], "stdin", 6, &buf, &err), CAO_OK);
	assert_string_equal(cao_buf_text(&buf), "abcdef");
	(void)close(fds[0]);
	assert_int_equal(pipe(fds), 0);
	assert_int_equal(write(fds[1], "abcdef", 6), 6);
	assert_int_equal(
	    cao_file_read_fd(fds[0], "stdin", 5, &buf, &err), CAO_INPUT);
	assert_string_equal(err.text, "stdin: larger than 5 octets");
	assert_string_equal(cao_buf_text(&buf), "abcdef");
	(void)close(fds[0]);
	(void)close(fds[1]);
	assert_int_equal(
	    cao_file_read_fd(-1, "gone", 5, &buf, &err), CAO_SYSTEM);
	assert_string_equal(err.text, "gone: Bad file descriptor");
	cao_buf_free(&buf);
}

static void
test_mkdir(void **state)
{
	struct cao_error err;
	struct stat sb;

	(void)state;
	assert_int_equal(cao_file_mkdir("d//e/f/", &err), CAO_OK);
	assert_int_equal(cao_file_mkdir("d/e/f", &err), CAO_OK);
	assert_int_equal(cao_file_mkdir("/", &err), CAO_OK);
	assert_int_equal(cao_file_mkdir(".", &err), CAO_OK);
	assert_int_equal(stat("d/e", &sb), 0);
	assert_int_equal(sb.st_mode & 07777, 0700);
	assert_int_equal(cao_file_write("a", "", 0, &err), CAO_OK);
	assert_int_equal(cao_file_mkdir("a/b", &err), CAO_SYSTEM);
	assert_string_equal(err.text, "a: Not a directory");
	assert_int_equal(cao_file_mkdir("", &err), CAO_NOTFOUND);
	assert_int_equal(cao_file_sync_dir("none", &err), CAO_NOTFOUND);
}

static void
test_join(void **state)
{
	static const char *const cases[][3] = { { "a", "b", "a/b" },
		{ "a/", "b", "a/b" }, { "/", "b", "/b" }, { "", "b", "b" } };
	char *path;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		path = cao_path_join(cases[i][0], cases[i][1]);
		assert_string_equal(path, cases[i][2]);
		free(path);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_write_read),
		cmocka_unit_test(test_refuse),
		cmocka_unit_test(test_failed_rename),
		cmocka_unit_test(test_stale),
		cmocka_unit_test(test_long_name),
		cmocka_unit_test(test_descriptor),
		cmocka_unit_test(test_mkdir),
		cmocka_unit_test(test_join),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
