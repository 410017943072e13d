/* The file of the journal of revocations: found, opened, read. */
#define _GNU_SOURCE /* F_OFD_SETLKW */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "store/witness_parts.h"

#define SUFFIX ".revocations"
#define CHUNK 65536
/* Of the file's end, so that at least two lines are whole in it. */
#define TAIL (4 * (CAO_WITNESS_LINE_MAX + 1))

void
cao_witness_close(struct cao_witness *w)
{
	if (w == NULL)
		return;
	if (w->fd != -1)
		(void)close(w->fd);
	free(w->path);
	free(w);
}

/* The path of a folder that need not be there; its parent is. */
static enum cao_status
path_to_be(const char *dir, char **ret, struct cao_error *err)
{
	char *plain = strdup(dir), *folder = NULL, *real = NULL, *slash;
	struct cao_buf b = { 0 };
	enum cao_status st;

	for (size_t n = strlen(dir); plain != NULL && n > 1;)
		if (plain[--n] == '/')
			plain[n] = '\0';
		else
			break;
	if (plain == NULL || (folder = cao_path_folder(plain)) == NULL) {
		st = cao_fail_memory(err);
	} else if ((real = realpath(folder, NULL)) == NULL) {
		st = cao_fail_errno(err, "%s", folder);
	} else {
		slash = strrchr(plain, '/');
		cao_buf_puts(&b, strcmp(real, "/") != 0 ? real : "");
		cao_buf_printf(
		    &b, "/%s" SUFFIX, slash != NULL ? slash + 1 : plain);
		st = cao_buf_give(&b, ret, err);
	}
	free(plain);
	free(folder);
	free(real);
	return st;
}

/* "<real path of dir>.revocations" */
static enum cao_status
path_of(const char *dir, char **ret, struct cao_error *err)
{
	char *real = realpath(dir, NULL);
	struct cao_buf b = { 0 };

	if (real == NULL)
		return cao_fail_errno(err, "%s", dir);
	cao_buf_puts(&b, real);
	cao_buf_puts(&b, SUFFIX);
	free(real);
	return cao_buf_give(&b, ret, err);
}

/* Of one that is there; its descriptor stays -1 where it is not. */
static enum cao_status
open_file(struct cao_witness *w, int how, struct cao_error *err)
{
	struct stat sb;

	w->fd = open(w->path,
	    how | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
	if (w->fd == -1)
		return errno == ENOENT ? CAO_OK
				       : cao_fail_errno(err, "%s", w->path);
	if (fstat(w->fd, &sb) == -1)
		return cao_fail_errno(err, "%s", w->path);
	if (!S_ISREG(sb.st_mode))
		return cao_fail(
		    err, CAO_INTEGRITY, "%s: not a regular file", w->path);
	return CAO_OK;
}

static enum cao_status
open_path(char *path, int how, struct cao_witness **ret, struct cao_error *err)
{
	struct cao_witness *w = calloc(1, sizeof *w);
	enum cao_status st;

	if (w == NULL) {
		free(path);
		return cao_fail_memory(err);
	}
	w->path = path;
	if ((st = open_file(w, how, err)) == CAO_OK)
		*ret = w;
	else
		cao_witness_close(w);
	return st;
}

enum cao_status
cao_witness_open(const struct cao_store *s, int how, struct cao_witness **ret,
    struct cao_error *err)
{
	enum cao_status st;
	char *path;

	if ((st = path_of(s->dir, &path, err)) != CAO_OK)
		return st;
	return open_path(path, how, ret, err);
}

enum cao_status
cao_witness_open_at(
    const char *dir, struct cao_witness **ret, struct cao_error *err)
{
	enum cao_status st;
	char *path;

	if ((st = path_to_be(dir, &path, err)) != CAO_OK)
		return st;
	return open_path(path, O_RDONLY, ret, err);
}

/* From an offset on, to the end. */
static enum cao_status
scan_from(struct cao_witness *w, off_t at, struct cao_error *err)
{
	unsigned char chunk[CHUNK];
	enum cao_status st = CAO_OK;
	ssize_t n;

	while (
	    st == CAO_OK && (n = pread(w->fd, chunk, sizeof chunk, at)) != 0) {
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return cao_fail_errno(err, "%s", w->path);
		st = cao_witness_feed(&w->scan, chunk, (size_t)n, err);
		at += n;
	}
	return st == CAO_INTEGRITY
	    ? cao_error_prefix(err, "%s", w->path) /* the status is kept */
	    : st;
}

enum cao_status
cao_witness_scan_all(struct cao_witness *w, cao_witness_each *each, void *arg,
    struct cao_error *err)
{
	enum cao_status st;

	memset(&w->scan, 0, sizeof w->scan);
	w->scan.each = each;
	w->scan.arg = arg;
	st = scan_from(w, 0, err);
	if (st == CAO_OK && !w->scan.begun && w->scan.lines > 0)
		return cao_fail(err, CAO_INTEGRITY,
		    "%s: it is no journal of revocations", w->path);
	return st;
}

enum cao_status
cao_witness_scan_end(struct cao_witness *w, struct cao_error *err)
{
	struct stat sb;

	if (fstat(w->fd, &sb) == -1)
		return cao_fail_errno(err, "%s", w->path);
	if (sb.st_size > TAIL) {
		memset(&w->scan, 0, sizeof w->scan);
		w->scan.middle = true;
		w->scan.skip = true; /* up to the next line */
		if (scan_from(w, sb.st_size - TAIL, err) == CAO_OK &&
		    w->scan.fits > 0)
			return CAO_OK;
	}
	return cao_witness_scan_all(w, NULL, NULL, err);
}

enum cao_status
cao_witness_lock(struct cao_witness *w, struct cao_error *err)
{
	struct flock all = { .l_type = F_WRLCK, .l_whence = SEEK_SET };

	if (fcntl(w->fd, F_OFD_SETLKW, &all) == -1)
		return errno == EINTR
		    ? cao_fail(err, CAO_AGAIN,
			  "%s: another process is writing it; try again",
			  w->path)
		    : cao_fail_errno(err, "%s", w->path);
	return CAO_OK;
}
