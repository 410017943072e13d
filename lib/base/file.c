/* Files, read whole and replaced whole. */
#define _DEFAULT_SOURCE /* explicit_bzero */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"

#define CHUNK 16384
#define TEMP_NAME_MAX 200 /* octets of a name that its temporary one keeps */

/* read(), again after a signal, and waiting where the descriptor would not. */
static ssize_t
read_some(int fd, void *out, size_t size)
{
	struct pollfd waiting = { .fd = fd, .events = POLLIN };
	ssize_t n;

	for (;;) {
		n = read(fd, out, size);
		if (n != -1 || (errno != EINTR && errno != EAGAIN))
			return n;
		if (errno == EAGAIN && poll(&waiting, 1, -1) == -1 &&
		    errno != EINTR)
			return -1;
	}
}

enum cao_status
cao_file_read_fd(int fd, const char *name, size_t max, struct cao_buf *ret,
    struct cao_error *err)
{
	enum cao_status status = CAO_OK;
	struct cao_buf text = { 0 };
	unsigned char chunk[CHUNK];
	ssize_t n;

	while ((n = read_some(fd, chunk, sizeof chunk)) > 0) {
		cao_buf_add(&text, chunk, (size_t)n);
		if (text.len > max) {
			status = cao_fail(err, CAO_INPUT,
			    "%s: larger than %zu octets", name, max);
			goto out;
		}
	}
	if (n == -1) {
		status = cao_fail_errno(err, "%s", name);
		goto out;
	}
	if (!cao_buf_ok(&text)) {
		status = cao_fail_memory(err);
		goto out;
	}
	cao_buf_free(ret);
	*ret = text;
	memset(&text, 0, sizeof text);
out:
	explicit_bzero(chunk, sizeof chunk);
	cao_buf_free(&text);
	return status;
}

static void
close_fd(int fd)
{
	if (fd != -1)
		(void)close(fd);
}

enum cao_status
cao_file_read(
    const char *path, size_t max, struct cao_buf *ret, struct cao_error *err)
{
	enum cao_status status;
	struct stat sb;
	int fd;

	/* O_NONBLOCK: opening a FIFO must not hang. */
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd == -1 || fstat(fd, &sb) == -1)
		status = cao_fail_errno(err, "%s", path);
	else if (!S_ISREG(sb.st_mode))
		status =
		    cao_fail(err, CAO_INPUT, "%s: not a regular file", path);
	else if (sb.st_size < 0 || (uintmax_t)sb.st_size > max)
		status = cao_fail(
		    err, CAO_INPUT, "%s: larger than %zu octets", path, max);
	else
		status = cao_file_read_fd(fd, path, max, ret, err);
	close_fd(fd);
	return status;
}

bool
cao_file_put(int fd, const void *data, size_t len)
{
	const unsigned char *p = data;
	ssize_t n;

	while (len > 0) {
		n = write(fd, p, len);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return false;
		p += n;
		len -= (size_t)n;
	}
	return true;
}

char *
cao_path_folder(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (slash == NULL)
		return strdup(".");
	return strndup(path, slash == path ? 1 : (size_t)(slash - path));
}

/* A name beside path that no other process uses. */
static char *
temp_of(const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash == NULL ? path : slash + 1;
	struct cao_buf temp = { 0 };

	cao_buf_add(&temp, path, (size_t)(name - path));
	cao_buf_printf(
	    &temp, ".%.*s.%ld.tmp", TEMP_NAME_MAX, name, (long)getpid());
	return (char *)cao_buf_take(&temp, NULL);
}

static int
create(const char *temp)
{
	int flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW;
	int fd = open(temp, flags, S_IRUSR | S_IWUSR);

	/* What a dead process of the same number left is nobody's. */
	if (fd == -1 && errno == EEXIST && unlink(temp) == 0)
		fd = open(temp, flags, S_IRUSR | S_IWUSR);
	return fd;
}

/* Where the octets of a new file come from: a descriptor, or memory. */
struct source {
	int fd; /* -1: memory */
	const void *data;
	size_t len;
};

static bool
pour(int to, const struct source *from)
{
	unsigned char chunk[CHUNK];
	ssize_t n;

	if (from->fd == -1)
		return cao_file_put(to, from->data, from->len);
	while ((n = read_some(from->fd, chunk, sizeof chunk)) > 0)
		if (!cao_file_put(to, chunk, (size_t)n))
			return false;
	return n == 0;
}

/* Write the temporary file durably; what fails leaves none behind. */
static enum cao_status
write_temp(const char *temp, const char *path, const struct source *from,
    struct cao_error *err)
{
	enum cao_status status = CAO_OK;
	int fd = create(temp);

	if (fd == -1)
		return cao_fail_errno(err, "%s", path);
	if (!pour(fd, from) || fsync(fd) == -1)
		status = cao_fail_errno(err, "%s", path);
	if (close(fd) == -1 && errno != EINTR && status == CAO_OK)
		status = cao_fail_errno(err, "%s", path);
	if (status != CAO_OK)
		(void)unlink(temp);
	return status;
}

static enum cao_status
replace(const char *path, const struct source *from, struct cao_error *err)
{
	char *folder = cao_path_folder(path), *temp = temp_of(path);
	enum cao_status status;

	if (folder == NULL || temp == NULL) {
		status = cao_fail_memory(err);
		goto out;
	}
	if ((status = write_temp(temp, path, from, err)) != CAO_OK)
		goto out;
	if (rename(temp, path) == -1) {
		status = cao_fail_errno(err, "%s", path);
		(void)unlink(temp);
		goto out;
	}
	status = cao_file_sync_dir(folder, err);
out:
	free(folder);
	free(temp);
	return status;
}

enum cao_status
cao_file_write(
    const char *path, const void *data, size_t len, struct cao_error *err)
{
	const struct source from = { .fd = -1, .data = data, .len = len };

	return replace(path, &from, err);
}

enum cao_status
cao_file_copy(const char *from, const char *to, struct cao_error *err)
{
	struct source source = { .fd = -1 };
	enum cao_status status;
	struct stat sb;

	source.fd = open(from, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (source.fd == -1 || fstat(source.fd, &sb) == -1)
		status = cao_fail_errno(err, "%s", from);
	else if (!S_ISREG(sb.st_mode))
		status =
		    cao_fail(err, CAO_INPUT, "%s: not a regular file", from);
	else
		status = replace(to, &source, err);
	close_fd(source.fd);
	return status;
}

enum cao_status
cao_file_append(int fd, const char *path, const void *data, size_t len,
    struct cao_error *err)
{
	if (!cao_file_put(fd, data, len) || fsync(fd) == -1)
		return cao_fail_errno(err, "%s", path);
	return CAO_OK;
}

enum cao_status
cao_file_sync_dir(const char *path, struct cao_error *err)
{
	enum cao_status status = CAO_OK;
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd == -1 || fsync(fd) == -1)
		status = cao_fail_errno(err, "%s", path);
	close_fd(fd);
	return status;
}

/* Make one folder whose parent stands. */
static enum cao_status
make_one(const char *path, struct cao_error *err)
{
	enum cao_status status;
	struct stat sb;
	char *parent;

	if (mkdir(path, S_IRWXU) == -1) {
		int saved = errno;

		if (stat(path, &sb) == 0 && S_ISDIR(sb.st_mode))
			return CAO_OK;
		errno = saved == EEXIST ? ENOTDIR : saved;
		return cao_fail_errno(err, "%s", path);
	}
	if ((parent = cao_path_folder(path)) == NULL)
		return cao_fail_memory(err);
	status = cao_file_sync_dir(parent, err);
	free(parent);
	return status;
}

enum cao_status
cao_file_mkdir(const char *path, struct cao_error *err)
{
	enum cao_status status = CAO_OK;
	char *copy = strdup(path), *p;

	if (copy == NULL)
		return cao_fail_memory(err);
	for (p = copy + strlen(copy); p > copy + 1 && p[-1] == '/';)
		*--p = '\0';
	for (p = copy; status == CAO_OK && *p != '\0'; p++)
		if (*p == '/' && p > copy && p[-1] != '/') {
			*p = '\0';
			status = make_one(copy, err);
			*p = '/';
		}
	if (status == CAO_OK)
		status = make_one(copy, err);
	free(copy);
	return status;
}

enum cao_status
cao_file_below(
    const char *dir, const char *below, char **ret, struct cao_error *err)
{
	char *path = cao_path_join(dir, below);
	char *folder = path != NULL ? cao_path_folder(path) : NULL;
	enum cao_status st;

	st =
	    folder == NULL ? cao_fail_memory(err) : cao_file_mkdir(folder, err);
	free(folder);
	if (st == CAO_OK)
		*ret = path;
	else
		free(path);
	return st;
}

bool
cao_file_exists(const char *path)
{
	struct stat sb;

	return stat(path, &sb) == 0;
}

char *
cao_path_join(const char *dir, const char *name)
{
	size_t len = strlen(dir);
	struct cao_buf path = { 0 };

	cao_buf_puts(&path, dir);
	if (len > 0 && dir[len - 1] != '/')
		cao_buf_putc(&path, '/');
	cao_buf_puts(&path, name);
	return (char *)cao_buf_take(&path, NULL);
}
