/* What a decoder cannot do in its jail, and what its parent takes from it. */
#define _GNU_SOURCE /* O_TMPFILE, syscall() */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "scan/jail.h"
#include "scan/pages.h"
#include "scan/wire.h"

/* ---- The jail ---- */

#define FAR_FD 20 /* open in the parent */
#define OWN_FILE "jailed"
#define IO_URING_SETUP 425 /* on all but alpha */

static int
run_true(void)
{
	char *const argv[] = { NULL };

	return execve("/bin/true", argv, argv);
}

static int
map(int protection, size_t len)
{
	return mmap(NULL, len, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1,
		   0) == MAP_FAILED
	    ? -1
	    : 0;
}

static int
raise_limit(void)
{
	const struct rlimit all = { RLIM_INFINITY, RLIM_INFINITY };

	return setrlimit(RLIMIT_FSIZE, &all);
}

/* Not for want of something else. */
static bool
denied(long got)
{
	return got == -1 && (errno == EPERM || errno == EACCES);
}

/* Try what must fail; the first that does not is named, NULL if none. */
static const char *
escape(pid_t parent)
{
	const struct {
		const char *what;
		bool fails;
	} tries[] = {
		{ "AF_INET", denied(socket(AF_INET, SOCK_STREAM, 0)) },
		{ "AF_UNIX", denied(socket(AF_UNIX, SOCK_DGRAM, 0)) },
		{ "O_WRONLY | O_CREAT",
		    denied(open(OWN_FILE, O_WRONLY | O_CREAT, 0600)) },
		{ "O_RDONLY | O_CREAT",
		    denied(open(OWN_FILE, O_RDONLY | O_CREAT, 0600)) },
		{ "O_WRONLY", denied(open("/dev/null", O_WRONLY)) },
		{ "O_RDWR", denied(open("/dev/null", O_RDWR)) },
		{ "O_TMPFILE", denied(open(".", O_RDWR | O_TMPFILE, 0600)) },
		{ "/etc/passwd", denied(open("/etc/passwd", O_RDONLY)) },
		{ "/proc", denied(open("/proc/self/maps", O_RDONLY)) },
		{ "unlink", denied(unlink("/nothing")) },
		{ "mkdir", denied(mkdir("jailed.d", 0700)) },
		{ "rename", denied(rename("/nothing", "/nowhere")) },
		{ "chmod", denied(chmod(".", 0700)) },
		{ "execve", denied(run_true()) },
		{ "fork", denied(fork()) },
		{ "kill", denied(kill(parent, 0)) },
		{ "ptrace", denied(ptrace(PTRACE_TRACEME, 0, NULL, NULL)) },
		{ "PROT_EXEC", denied(map(PROT_READ | PROT_EXEC, 4096)) },
		{ "setrlimit", denied(raise_limit()) },
		{ "io_uring", denied(syscall(IO_URING_SETUP, 1, NULL)) },
		{ "parent's fd", write(FAR_FD, "x", 1) == -1 },
#if !SCAN_SANITIZED
		{ "memory", map(PROT_READ | PROT_WRITE, SCAN_MEMORY) == -1 },
#endif
	};

	for (size_t i = 0; i < sizeof tries / sizeof *tries; i++)
		if (!tries[i].fails)
			return tries[i].what;
	return NULL;
}

static _Noreturn void
be_jailed(int out)
{
	const pid_t parent = getppid();
	const char *what = "entering";

	if (scan_jail_enter(out))
		what = escape(parent);
	what = what == NULL ? "nothing" : what;
	if (write(SCAN_JAIL_FD, what, strlen(what)) == -1)
		_exit(1);
	_exit(0);
}

static void
test_jail(void **state)
{
	char got[64] = "";
	int ends[2], wait_status = -1;
	pid_t pid;

	(void)state;
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(dup2(STDERR_FILENO, FAR_FD), FAR_FD);
	if ((pid = fork()) == 0)
		be_jailed(ends[1]);
	assert_true(pid > 0);
	(void)close(ends[1]);
	assert_true(read(ends[0], got, sizeof got - 1) > 0);
	(void)close(ends[0]);
	(void)close(FAR_FD);
	assert_int_equal(waitpid(pid, &wait_status, 0), pid);
	assert_int_equal(wait_status, 0);
	assert_string_equal(got, "nothing");
	assert_int_equal(access(OWN_FILE, F_OK), -1);
}

/* ---- The pipe ---- */

struct said {
	unsigned char data[8192];
	size_t len;
};

static void
say(struct said *s, uint32_t kind, const void *data, uint32_t len)
{
	const uint32_t frame[2] = { kind, len };

	assert_true(s->len + sizeof frame + len <= sizeof s->data);
	memcpy(s->data + s->len, frame, sizeof frame);
	s->len += sizeof frame;
	if (len > 0)
		memcpy(s->data + s->len, data, len);
	s->len += len;
}

static void
say_head(struct said *s, uint32_t pages)
{
	const struct scan_head head = { SCAN_TIFF, pages };

	say(s, SCAN_M_FILE, &head, sizeof head);
}

static const struct scan_facts good_facts = { .width = 100,
	.height = 50,
	.rotation = 90,
	.where = { 10, 0, 90, 50 },
	.codes = 1 };

static void
say_code(struct said *s, const struct scan_code *c, size_t len)
{
	say(s, SCAN_M_CODE, c,
	    (uint32_t)(offsetof(struct scan_code, text) + len));
}

static const struct scan_code good_code = {
	.symbol = SCAN_CODE128, .box = { 99, 49, 1, 1 }, .text = "12345"
};

static void
say_all(struct said *s)
{
	*s = (struct said){ .len = 0 };
	say_head(s, 2);
	for (int i = 0; i < 2; i++) {
		say(s, SCAN_M_PAGE, &good_facts, sizeof good_facts);
		say_code(s, &good_code, 5);
		say(s, SCAN_M_THUMB, "jpeg", 4);
	}
	say(s, SCAN_M_END, NULL, 0);
}

/* In two parts: whether it keeps to the rules, and whether it is whole. */
static bool
fed(const struct said *s, size_t first, size_t len, bool *ret_whole)
{
	struct scan_answer a = { .joins = false };
	bool good = scan_answer_feed(&a, s->data, first) &&
	    scan_answer_feed(&a, s->data + first, len - first);

	*ret_whole = scan_answer_whole(&a);
	if (*ret_whole) {
		assert_int_equal(a.page_count, 2);
		assert_string_equal(a.page[1].code[0].text, "12345");
		assert_int_equal(a.page[1].thumb_len, 4);
	}
	scan_answer_free(&a);
	return good;
}

static void
test_answer_parts(void **state)
{
	static struct said s;
	bool whole;

	(void)state;
	say_all(&s);
	for (size_t i = 0; i <= s.len; i++) {
		assert_true(fed(&s, i, s.len, &whole));
		assert_true(whole);
		assert_true(fed(&s, 0, i, &whole));
		assert_int_equal(whole, i == s.len);
	}
}

/* Whatever is changed, nothing is taken that is beyond its bounds. */
static void
test_answer_changed(void **state)
{
	static struct said s;

	(void)state;
	for (size_t i = 0; i < sizeof s.data * 8; i++) {
		struct scan_answer a = { .joins = false };

		say_all(&s);
		if (i == s.len * 8)
			break;
		s.data[i / 8] ^= (unsigned char)(1u << i % 8);
		(void)scan_answer_feed(&a, s.data, s.len);
		for (uint32_t p = 0; p < a.page_count; p++)
			for (uint32_t c = 0; c < a.page[p].code_count; c++)
				assert_true(strlen(a.page[p].code[c].text) <=
				    SCAN_TEXT_MAX);
		scan_answer_free(&a);
	}
}

/* What was said so far, and then this, is against the rules. */
static void
refused(struct said *s)
{
	struct scan_answer a = { .joins = false };

	assert_false(scan_answer_feed(&a, s->data, s->len));
	scan_answer_free(&a);
	s->len = 0;
}

static void
refused_facts(struct scan_facts f)
{
	static struct said s;

	s.len = 0;
	say_head(&s, 1);
	say(&s, SCAN_M_PAGE, &f, sizeof f);
	refused(&s);
}

static void
test_answer_facts(void **state)
{
	struct scan_facts f = good_facts;

	(void)state;
	f.rotation = 45;
	refused_facts(f);
	f = good_facts;
	f.width = 0;
	refused_facts(f);
	f.width = SCAN_SIDE_MAX + 1;
	refused_facts(f);
	f = good_facts;
	f.where.width = UINT32_MAX;
	refused_facts(f);
	f = good_facts;
	f.codes = SCAN_CODES_MAX + 1;
	refused_facts(f);
	f = good_facts;
	f.red = 1000001;
	refused_facts(f);
}

static void
test_answer_order(void **state)
{
	static struct said s;
	struct scan_code c = good_code;

	(void)state;
	say(&s, SCAN_M_PAGE, &good_facts, sizeof good_facts);
	refused(&s);
	say_head(&s, SCAN_PAGES_MAX + 1);
	refused(&s);
	say_head(&s, 1);
	say_head(&s, 1);
	refused(&s);
	say(&s, SCAN_M_DATA, "x", 1);
	refused(&s);
	say(&s, SCAN_M_END + 1, NULL, 0);
	refused(&s);
	say_all(&s);
	say(&s, SCAN_M_STEP, NULL, 0);
	refused(&s);
	say_head(&s, 1);
	say(&s, SCAN_M_PAGE, &good_facts, sizeof good_facts);
	say(&s, SCAN_M_END, NULL, 0);
	refused(&s); /* its code is missing */
	say_head(&s, 1);
	say(&s, SCAN_M_PAGE, &good_facts, sizeof good_facts);
	c.text[2] = '\0';
	say_code(&s, &c, 5);
	refused(&s);
	say(&s, SCAN_M_REFUSED, "a\0b", 3);
	refused(&s);
}

static void
test_answer_refusal(void **state)
{
	static struct said s;
	struct scan_answer a = { .joins = false };

	(void)state;
	say_head(&s, 1);
	say(&s, SCAN_M_REFUSED, "is damaged", 10);
	assert_true(scan_answer_feed(&a, s.data, s.len));
	assert_string_equal(a.words, "is damaged");
	assert_false(scan_answer_whole(&a));
	scan_answer_free(&a);
}

static void
test_answer_joined(void **state)
{
	static struct said s;
	struct scan_answer a = { .joins = true };

	(void)state;
	say(&s, SCAN_M_STEP, NULL, 0);
	say(&s, SCAN_M_DATA, "ab", 2);
	say(&s, SCAN_M_DATA, "c", 1);
	say(&s, SCAN_M_END, NULL, 0);
	assert_true(scan_answer_feed(&a, s.data, s.len));
	assert_true(scan_answer_whole(&a));
	assert_int_equal(a.data_len, 3);
	assert_memory_equal(a.data, "abc", 3);
	scan_answer_free(&a);
}

/* ---- Lists of pages ---- */

static void
test_pages(void **state)
{
	static const char *const bad[] = { "", "0", "01", "a", "1,", ",1", "1-",
		"-1", "2-1", "1--2", "1 ", "201", "99999999999999999999",
		"1-200,1" };
	struct scan_pages p;

	(void)state;
	assert_true(scan_pages_read("3,1-2,3", &p));
	assert_int_equal(p.count, 4);
	assert_int_equal(p.page[0], 3);
	assert_int_equal(p.page[2], 2);
	assert_true(scan_pages_read("1-200", &p));
	assert_int_equal(p.count, SCAN_PAGES_MAX);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_false(scan_pages_read(bad[i], &p));
	assert_int_equal(scan_pages_split("a.pdf#1,3-4"), 5);
	assert_int_equal(scan_pages_split("a#b#2"), 3);
	assert_int_equal(scan_pages_split("a#b"), 3);
	assert_int_equal(scan_pages_split("#2"), 2);
	assert_int_equal(scan_pages_split("a#"), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_jail),
		cmocka_unit_test(test_answer_parts),
		cmocka_unit_test(test_answer_changed),
		cmocka_unit_test(test_answer_facts),
		cmocka_unit_test(test_answer_order),
		cmocka_unit_test(test_answer_refusal),
		cmocka_unit_test(test_answer_joined),
		cmocka_unit_test(test_pages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
