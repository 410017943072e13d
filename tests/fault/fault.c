/*
 * A preload that counts the calls that change the disk and, at the one
 * numbered CAO_FAULT_AT, kills the process (CAO_FAULT=kill) or fails the call
 * (CAO_FAULT=eio, enospc).  At the end, also at a kill, it writes the count to
 * CAO_FAULT_COUNT.
 */
#define _GNU_SOURCE
#include <sys/types.h>
#include <sys/uio.h>

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static long calls, at = -1;
static int deadly, error = EIO;

__attribute__((constructor)) static void
begin(void)
{
	const char *how = getenv("CAO_FAULT"), *when = getenv("CAO_FAULT_AT");

	if (how == NULL || when == NULL)
		return;
	at = strtol(when, NULL, 10);
	deadly = strcmp(how, "kill") == 0;
	error = strcmp(how, "enospc") == 0 ? ENOSPC : EIO;
}

__attribute__((destructor)) static void
end(void)
{
	const char *path = getenv("CAO_FAULT_COUNT");
	FILE *fp;

	at = -1;
	if (path != NULL && (fp = fopen(path, "w")) != NULL) {
		fprintf(fp, "%ld\n", calls);
		(void)fclose(fp);
	}
}

/* Is this the call?  If so, die or tell the caller to fail. */
static int
strike(void)
{
	if (++calls != at)
		return 0;
	if (deadly) {
		end();
		(void)raise(SIGKILL);
	}
	errno = error;
	return 1;
}

#define WRAP(type, name, params, args)                             \
	type name params;                                          \
	type name params                                           \
	{                                                          \
		static type(*real) params;                         \
                                                                   \
		if (real == NULL)                                  \
			*(void **)&real = dlsym(RTLD_NEXT, #name); \
		return strike() ? (type)-1 : real args;            \
	}

WRAP(ssize_t, write, (int fd, const void *p, size_t n), (fd, p, n))
WRAP(ssize_t, pwrite, (int fd, const void *p, size_t n, off_t o), (fd, p, n, o))
WRAP(ssize_t, pwrite64, (int fd, const void *p, size_t n, off64_t o),
    (fd, p, n, o))
WRAP(int, fsync, (int fd), (fd))
WRAP(int, fdatasync, (int fd), (fd))
WRAP(int, ftruncate, (int fd, off_t n), (fd, n))
WRAP(int, ftruncate64, (int fd, off64_t n), (fd, n))
WRAP(int, rename, (const char *a, const char *b), (a, b))
WRAP(int, mkdir, (const char *a, mode_t m), (a, m))
WRAP(int, unlink, (const char *a), (a))
WRAP(int, syncfs, (int fd), (fd))
WRAP(int, renameat, (int f, const char *a, int g, const char *b), (f, a, g, b))
WRAP(int, mkdirat, (int fd, const char *a, mode_t m), (fd, a, m))
