#define _GNU_SOURCE /* syncfs() */
#include "base/publish.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/folder.h"

#define PENDING_MAX 256
#define TEMP_SIZE 32

struct cao_publish {
	char *dir;
	int fd;                     /* of the folder, locked */
	char *pending[PENDING_MAX]; /* names; the content is in temp_of(i) */
	size_t count;
};

static void
temp_of(size_t i, char out[TEMP_SIZE])
{
	(void)snprintf(out, TEMP_SIZE, ".publish-%zu", i);
}

static enum cao_status
fail(const struct cao_publish *p, const char *name, struct cao_error *err)
{
	return cao_fail_errno(err, "%s/%s", p->dir, name);
}

/* Whatever the umask is: others are to read it. */
static int
make_folder(int at, const char *name)
{
	if (mkdirat(at, name, 0755) == -1)
		return errno == EEXIST ? 0 : -1;
	return fchmodat(at, name, 0755, 0);
}

enum cao_status
cao_publish_open(
    const char *dir, struct cao_publish **ret, struct cao_error *err)
{
	struct cao_publish *p;
	enum cao_status st;

	if ((p = calloc(1, sizeof *p)) == NULL)
		return cao_fail_memory(err);
	p->fd = -1;
	if ((p->dir = strdup(dir)) == NULL)
		st = cao_fail_memory(err);
	else if (make_folder(AT_FDCWD, dir) == -1)
		st = cao_fail_errno(err, "%s", dir);
	else
		st = cao_folder_lock(dir, &p->fd, err);
	if (st == CAO_OK)
		*ret = p;
	else
		cao_publish_close(p);
	return st;
}

void
cao_publish_close(struct cao_publish *p)
{
	char temp[TEMP_SIZE];

	if (p == NULL)
		return;
	for (size_t i = 0; i < p->count; i++) {
		temp_of(i, temp);
		(void)unlinkat(p->fd, temp, 0);
		free(p->pending[i]);
	}
	if (p->fd != -1)
		(void)close(p->fd);
	free(p->dir);
	free(p);
}

enum cao_status
cao_publish_get(const struct cao_publish *p, const char *name, size_t max,
    struct cao_buf *ret, struct cao_error *err)
{
	int fd =
	    openat(p->fd, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	enum cao_status st = CAO_OK;
	struct stat sb;

	cao_buf_clear(ret);
	if (fd == -1 && (errno == EMFILE || errno == ENFILE))
		return fail(p, name, err);
	if (fd == -1)
		return CAO_OK;
	if (fstat(fd, &sb) == 0 && S_ISREG(sb.st_mode) &&
	    (uint64_t)sb.st_size <= max)
		st = cao_file_read_fd(fd, name, max, ret, err);
	(void)close(fd);
	return st;
}

enum cao_status
cao_publish_put(struct cao_publish *p, const char *name, const void *data,
    size_t len, struct cao_error *err)
{
	enum cao_status st = CAO_OK;
	char temp[TEMP_SIZE];
	int fd;

	if (p->count == PENDING_MAX && (st = cao_publish_flush(p, err)))
		return st;
	temp_of(p->count, temp);
	if ((p->pending[p->count] = strdup(name)) == NULL)
		return cao_fail_memory(err);
	p->count++;
	fd = openat(p->fd, temp,
	    O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644);
	if (fd == -1)
		return fail(p, temp, err);
	if (fchmod(fd, 0644) == -1 || !cao_file_put(fd, data, len))
		st = fail(p, temp, err);
	if (close(fd) == -1 && errno != EINTR && st == CAO_OK)
		st = fail(p, temp, err);
	return st;
}

/* Rename the temporary file, making the folders that the name goes through. */
static int
place(const struct cao_publish *p, const char *temp, char *name)
{
	if (renameat(p->fd, temp, p->fd, name) == 0)
		return 0;
	if (errno != ENOENT)
		return -1;
	for (char *slash = name; (slash = strchr(slash, '/')) != NULL;
	     *slash++ = '/') {
		*slash = '\0';
		if (make_folder(p->fd, name) == -1) {
			*slash = '/';
			return -1;
		}
	}
	return renameat(p->fd, temp, p->fd, name);
}

enum cao_status
cao_publish_flush(struct cao_publish *p, struct cao_error *err)
{
	char temp[TEMP_SIZE];

	if (p->count == 0)
		return CAO_OK;
	if (syncfs(p->fd) == -1)
		return cao_fail_errno(err, "%s", p->dir);
	for (size_t i = p->count; i-- > 0; p->count = i) {
		temp_of(i, temp);
		if (place(p, temp, p->pending[i]) == -1)
			return fail(p, p->pending[i], err);
		free(p->pending[i]);
	}
	return CAO_OK;
}

enum cao_status
cao_publish_remove(const struct cao_publish *p, const char *name, bool dry,
    bool *ret_there, struct cao_error *err)
{
	char *copy, *slash;

	*ret_there = (dry ? faccessat(p->fd, name, F_OK, 0)
			  : unlinkat(p->fd, name, 0)) == 0;
	if (!*ret_there)
		return errno == ENOENT || errno == ENOTDIR ? CAO_OK
							   : fail(p, name, err);
	if (dry)
		return CAO_OK;
	if ((copy = strdup(name)) == NULL)
		return cao_fail_memory(err);
	while ((slash = strrchr(copy, '/')) != NULL) {
		*slash = '\0';
		if (unlinkat(p->fd, copy, AT_REMOVEDIR) == -1 &&
		    errno != ENOENT) /* of "a//b" the second time */
			break;
	}
	free(copy);
	return CAO_OK;
}
