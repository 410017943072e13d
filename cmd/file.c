/* Files read whole and replaced whole, and what standard input is. */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"

static bool
standard(const char *path)
{
	return path == NULL || strcmp(path, "-") == 0;
}

const char *
cli_file_name(const char *path)
{
	return standard(path) ? "<stdin>" : path;
}

enum cao_status
cli_file_open(const char *path, int *ret_fd, struct cao_error *err)
{
	struct stat sb;
	int fd;

	if (standard(path))
		fd = dup(STDIN_FILENO);
	else
		fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		return cli_error_errno(err, cli_file_name(path));
	if (fstat(fd, &sb) == 0 && S_ISDIR(sb.st_mode)) {
		(void)close(fd);
		errno = EISDIR;
		return cli_error_errno(err, path);
	}
	*ret_fd = fd;
	return CAO_OK;
}

/* Room for more than len octets and a NUL. */
static bool
grow(char **buf, size_t *size, size_t len)
{
	char *more;

	if (len + 1 < *size)
		return true;
	*size = *size == 0 ? 8192 : *size * 2;
	if ((more = realloc(*buf, *size)) == NULL)
		return false;
	*buf = more;
	return true;
}

enum cao_status
cli_file_read(const char *path, size_t max, char **ret, size_t *ret_len,
    struct cao_error *err)
{
	char *buf = NULL;
	size_t size = 0, len = 0;
	enum cao_status st;
	ssize_t n = 1;
	int fd;

	if ((st = cli_file_open(path, &fd, err)) != CAO_OK)
		return st;
	while (st == CAO_OK && n != 0) {
		if (!grow(&buf, &size, len))
			st = cli_memory(err);
		else if ((n = read(fd, buf + len, size - len - 1)) == -1)
			st = errno == EINTR && cli_stop == 0
			    ? CAO_OK
			    : cli_error_errno(err, cli_file_name(path));
		else if ((len += (size_t)n) > max)
			st = cli_error(err, CAO_INPUT,
			    _("%s: more than the %zu octets that are allowed"),
			    cli_file_name(path), max);
	}
	(void)close(fd);
	if (st != CAO_OK) {
		free(buf);
		return st;
	}
	buf[len] = '\0';
	*ret = buf;
	*ret_len = len;
	return CAO_OK;
}

static bool
write_all(int fd, const unsigned char *p, size_t len)
{
	ssize_t n;

	while (len > 0) {
		if ((n = write(fd, p, len)) == -1 && errno != EINTR)
			return false;
		if (n > 0) {
			p += n;
			len -= (size_t)n;
		}
	}
	return true;
}

/* Make the rename durable.  Not every file system can: then it is not. */
static void
sync_parent(char *path)
{
	char *slash = strrchr(path, '/');
	int fd;

	if (slash != NULL)
		slash[slash == path] = '\0';
	fd = open(slash != NULL ? path : ".", O_RDONLY | O_DIRECTORY);
	if (fd == -1)
		return;
	(void)fsync(fd);
	(void)close(fd);
}

/* A device or FIFO cannot be replaced: it is written to. */
static enum cao_status
write_special(
    const char *path, const void *data, size_t len, struct cao_error *err)
{
	int fd = open(path, O_WRONLY | O_NOCTTY | O_CLOEXEC);
	bool good;

	if (fd == -1)
		return cli_error_errno(err, path);
	good = write_all(fd, data, len);
	if (close(fd) == -1 || !good)
		return cli_error_errno(err, path);
	return CAO_OK;
}

enum cao_status
cli_file_write(
    const char *path, const void *data, size_t len, struct cao_error *err)
{
	static const char tail[] = ".XXXXXX";
	enum cao_status st = CAO_OK;
	char *name = NULL;
	struct stat sb;
	bool good;
	int fd;

	if (standard(path)) {
		(void)fwrite(data, 1, len, stdout); /* checked at the end */
		return CAO_OK;
	}
	if (stat(path, &sb) == 0 && !S_ISREG(sb.st_mode))
		return write_special(path, data, len, err);
	if ((name = malloc(strlen(path) + sizeof tail)) == NULL)
		return cli_memory(err);
	(void)snprintf(name, strlen(path) + sizeof tail, "%s%s", path, tail);
	if ((fd = mkstemp(name)) == -1) {
		st = cli_error_errno(err, path);
		goto out;
	}
	good = write_all(fd, data, len) && fsync(fd) == 0;
	if (close(fd) == -1 || !good || rename(name, path) == -1) {
		st = cli_error_errno(err, path);
		(void)unlink(name);
		goto out;
	}
	sync_parent(name);
out:
	free(name);
	return st;
}

enum cli_input
cli_input(void)
{
	struct stat sb;

	if (isatty(STDIN_FILENO))
		return CLI_INPUT_TERMINAL;
	if (fstat(STDIN_FILENO, &sb) == 0 &&
	    (S_ISFIFO(sb.st_mode) || S_ISREG(sb.st_mode) ||
		S_ISSOCK(sb.st_mode)))
		return CLI_INPUT_STREAM;
	return CLI_INPUT_NONE;
}
