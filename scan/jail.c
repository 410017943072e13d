/* Limits, Landlock and seccomp around a decoder. */
#define _GNU_SOURCE /* syscall, close_range's number, O_PATH, prlimit */
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <seccomp.h>
#include <signal.h>
#include <unistd.h>

#include "scan/jail.h"
#include "scan/limits.h"

#define DESCRIPTORS_OLD 4096 /* closed one by one where Linux is before 5.9 */

/* ---- Descriptors and limits ---- */

static bool
close_others(int out)
{
	int null = open("/dev/null", O_RDWR);

	if (null == -1 || dup2(null, STDIN_FILENO) == -1 ||
	    dup2(null, STDOUT_FILENO) == -1 ||
	    (!SCAN_SANITIZED && dup2(null, STDERR_FILENO) == -1) ||
	    (out != SCAN_JAIL_FD && dup2(out, SCAN_JAIL_FD) == -1))
		return false;
#ifdef SYS_close_range
	if (syscall(SYS_close_range, SCAN_JAIL_FD + 1, ~0u, 0) == 0)
		return true;
#endif
	for (int fd = SCAN_JAIL_FD + 1; fd < DESCRIPTORS_OLD; fd++)
		(void)close(fd);
	return true;
}

static bool
limit(__rlimit_resource_t what, rlim_t most)
{
	const struct rlimit r = { most, most };

	return setrlimit(what, &r) == 0;
}

/* The parent counts the time; this is for when there is none any more. */
static bool
limit_all(void)
{
	const rlim_t seconds =
	    (SCAN_JOIN_MAX * SCAN_FILE_MS + SCAN_PAGES_MAX * SCAN_PAGE_MS) /
	    1000;

	return limit(RLIMIT_CPU, seconds) && limit(RLIMIT_CORE, 0) &&
	    limit(RLIMIT_FSIZE, 0) && limit(RLIMIT_NOFILE, SCAN_DESCRIPTORS) &&
	    (SCAN_SANITIZED || limit(RLIMIT_AS, SCAN_MEMORY)) &&
	    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) == 0 &&
	    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
}

/* ---- Landlock ---- */

/* What a PDF may need that does not carry its fonts. */
static const char *const readable[] = {
	"/usr/share/fonts",
	"/usr/local/share/fonts",
	"/usr/share/fontconfig",
	"/usr/share/poppler",
	"/etc/fonts",
	"/var/cache/fontconfig",
};

#define ALLOWED (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
#define FIRST_ABI ((LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1)

/* The accesses that this kernel can refuse, or 0 without Landlock. */
static uint64_t
refusable(void)
{
	long abi = syscall(SYS_landlock_create_ruleset, NULL, 0,
	    LANDLOCK_CREATE_RULESET_VERSION);
	uint64_t all = FIRST_ABI;

	if (abi < 1)
		return 0;
	if (abi >= 2)
		all |= FIRST_ABI + 1; /* REFER */
	if (abi >= 3)
		all |= (FIRST_ABI + 1) << 1; /* TRUNCATE */
	return all;
}

static void
allow_folder(int rules, const char *path)
{
	struct landlock_path_beneath_attr beneath = {
		.allowed_access = ALLOWED,
		.parent_fd = open(path, O_PATH | O_CLOEXEC),
	};

	if (beneath.parent_fd == -1)
		return; /* then nothing is there */
	(void)syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH,
	    &beneath, 0);
	(void)close(beneath.parent_fd);
}

/* False: no file can be kept from being read, so none may be opened. */
static bool
lock_files(void)
{
	const struct landlock_ruleset_attr attr = { .handled_access_fs =
							refusable() };
	bool good;
	long rules;

	if (attr.handled_access_fs == 0)
		return false;
	rules = syscall(SYS_landlock_create_ruleset, &attr,
	    sizeof attr.handled_access_fs, 0);
	if (rules == -1)
		return false;
	for (size_t i = 0; i < sizeof readable / sizeof *readable; i++)
		allow_folder((int)rules, readable[i]);
	good = syscall(SYS_landlock_restrict_self, (int)rules, 0) == 0;
	(void)close((int)rules);
	return good;
}

/* ---- seccomp ---- */

/* Calls that change nothing outside the process. */
static const int harmless[] = {
	SCMP_SYS(read),
	SCMP_SYS(pread64),
	SCMP_SYS(readv),
	SCMP_SYS(write),
	SCMP_SYS(writev),
	SCMP_SYS(close),
	SCMP_SYS(lseek),
	SCMP_SYS(_llseek),
	SCMP_SYS(fstat),
	SCMP_SYS(fstat64),
	SCMP_SYS(fstatfs),
	SCMP_SYS(fstatfs64),
	SCMP_SYS(brk),
	SCMP_SYS(munmap),
	SCMP_SYS(mremap),
	SCMP_SYS(madvise),
	SCMP_SYS(futex),
	SCMP_SYS(futex_time64),
	SCMP_SYS(getrandom),
	SCMP_SYS(clock_gettime),
	SCMP_SYS(clock_gettime64),
	SCMP_SYS(gettimeofday),
	SCMP_SYS(time),
	SCMP_SYS(getpid),
	SCMP_SYS(gettid),
	SCMP_SYS(getuid),
	SCMP_SYS(geteuid),
	SCMP_SYS(getgid),
	SCMP_SYS(getegid),
	SCMP_SYS(sched_yield),
	SCMP_SYS(rt_sigaction),
	SCMP_SYS(rt_sigprocmask),
	SCMP_SYS(rt_sigreturn),
	SCMP_SYS(sigaltstack),
	SCMP_SYS(sigreturn),
	SCMP_SYS(restart_syscall),
	SCMP_SYS(exit),
	SCMP_SYS(exit_group),
};

/* Those that look at files.  Which are opened, Landlock says; that there is one
 * of some name, and its size, is to be seen. */
static const int looks[] = {
	SCMP_SYS(getdents64),
	SCMP_SYS(access),
	SCMP_SYS(faccessat),
	SCMP_SYS(faccessat2),
	SCMP_SYS(readlink),
	SCMP_SYS(readlinkat),
	SCMP_SYS(stat),
	SCMP_SYS(stat64),
	SCMP_SYS(lstat),
	SCMP_SYS(lstat64),
	SCMP_SYS(newfstatat),
	SCMP_SYS(fstatat64),
	SCMP_SYS(statx),
	SCMP_SYS(statfs),
	SCMP_SYS(statfs64),
};

static bool
allow(scmp_filter_ctx ctx, const int *calls, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (seccomp_rule_add(ctx, SCMP_ACT_ALLOW, calls[i], 0) != 0)
			return false;
	return true;
}

/* Nothing that is mapped can be run that could not be before. */
static bool
allow_memory(scmp_filter_ctx ctx)
{
	static const int calls[] = { SCMP_SYS(mmap), SCMP_SYS(mmap2),
		SCMP_SYS(mprotect) };

	for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
		if (seccomp_rule_add(ctx, SCMP_ACT_ALLOW, calls[i], 1,
			SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)) != 0)
			return false;
	return true;
}

static bool
allow_own(scmp_filter_ctx ctx)
{
	const scmp_datum_t self = (scmp_datum_t)getpid();

	return seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1,
		   SCMP_A0(SCMP_CMP_EQ, self, 0)) == 0 &&
	    seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(fcntl), 1,
		SCMP_A1(SCMP_CMP_LE, F_SETFL, 0)) == 0 &&
	    seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(fcntl64), 1,
		SCMP_A1(SCMP_CMP_LE, F_SETFL, 0)) == 0 &&
	    seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(prlimit64), 1,
		SCMP_A2(SCMP_CMP_EQ, 0, 0)) == 0;
}

static bool
allow_open(scmp_filter_ctx ctx)
{
	const scmp_datum_t writes = O_ACCMODE | O_CREAT | O_TRUNC | O_APPEND |
	    (O_TMPFILE & ~O_DIRECTORY);

	return seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(open), 1,
		   SCMP_A1(SCMP_CMP_MASKED_EQ, writes, O_RDONLY)) == 0 &&
	    seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(openat), 1,
		SCMP_A2(SCMP_CMP_MASKED_EQ, writes, O_RDONLY)) == 0 &&
	    allow(ctx, looks, sizeof looks / sizeof *looks);
}

static bool
filter(bool opens)
{
	scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_ERRNO(EPERM));
	bool good = ctx != NULL &&
	    allow(ctx, harmless, sizeof harmless / sizeof *harmless) &&
	    allow_memory(ctx) && allow_own(ctx) &&
	    (!opens || allow_open(ctx)) && seccomp_load(ctx) == 0;

	seccomp_release(ctx);
	return good;
}

bool
scan_jail_enter(int out)
{
	return close_others(out) && limit_all() && filter(lock_files());
}
