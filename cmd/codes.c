/* One-time codes, kept for whoever hands them to the handlers. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "stream.h"

#define LINE_SIZE 512

enum cao_status
codes_open(const char *path, int *ret_fd, struct cao_error *err)
{
	struct stat st;
	int fd;

	fd = open(
	    path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY, 0600);
	if (fd == -1)
		return cli_error_errno(err, path);
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
	    (st.st_mode & 077) != 0) {
		(void)close(fd);
		return cli_error(err, CAO_INPUT,
		    _("%s: others may use the file (mode %04o), so no secret "
		      "is written to it: chmod 600"),
		    path, (unsigned)st.st_mode & 07777);
	}
	*ret_fd = fd;
	return CAO_OK;
}

enum cao_status
codes_write(void *arg, const struct cao_code *code, struct cao_error *err)
{
	const int *fd = arg;
	char line[LINE_SIZE], expires[CAO_RFC3339_SIZE];
	ssize_t n;
	int len;

	cao_time_format(code->expires, expires);
	/* A number, a telephone and a code hold nothing to be escaped. */
	len = snprintf(line, sizeof line,
	    "{\"order\":\"%s\",\"phone\":\"%s\",\"code\":\"%s\","
	    "\"expires_at\":\"%s\"}\n",
	    code->number, code->phone, code->code, expires);
	n = write(*fd, line, (size_t)len);
	memset(line, 0, sizeof line);
	if (n != len)
		return n == -1
		    ? cli_error_errno(err, "--codes")
		    : cli_error(err, CAO_AGAIN, _("--codes: disk full"));
	if (fsync(*fd) == -1 && errno != EINVAL && errno != EROFS)
		return cli_error_errno(err, "--codes");
	return CAO_OK;
}
