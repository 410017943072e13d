/* The database copied while others use it. */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "codec/db_parts.h"

#define PAGES 1024 /* at a time */

/* A new file for its owner alone, opened. */
static enum cao_status
create(const char *to, sqlite3 **ret, struct cao_error *err)
{
	enum cao_status st;
	int fd;

	fd = open(to, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd == -1)
		return cao_fail_errno(err, "%s", to);
	(void)close(fd);
	if (sqlite3_open_v2(to, ret,
		SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) == SQLITE_OK)
		return CAO_OK;
	st = *ret == NULL ? cao_fail_memory(err) : cao_db_fail(err, *ret, to);
	sqlite3_close(*ret);
	*ret = NULL;
	return st;
}

static int
step_all(sqlite3_backup *b, int64_t page, const char *to,
    cao_progress *progress, void *arg)
{
	int64_t count, left;
	int rc;

	do {
		rc = sqlite3_backup_step(b, PAGES);
		count = sqlite3_backup_pagecount(b);
		left = sqlite3_backup_remaining(b);
		if (progress != NULL && count > 0)
			progress(arg, to, (uint64_t)((count - left) * page),
			    (uint64_t)(count * page));
	} while (rc == SQLITE_OK);
	return rc;
}

enum cao_status
cao_db_copy(struct cao_db *d, const char *to, cao_progress *progress, void *arg,
    struct cao_error *err)
{
	sqlite3 *copy = NULL;
	sqlite3_backup *b;
	enum cao_status st;
	int64_t page;
	int rc;

	if ((st = cao_db_pragma(d->handle, "PRAGMA page_size", &page, err)) ||
	    (st = create(to, &copy, err)) != CAO_OK)
		return st;
	b = sqlite3_backup_init(copy, "main", d->handle, "main");
	rc = b == NULL ? SQLITE_ERROR : step_all(b, page, to, progress, arg);
	if (sqlite3_backup_finish(b) != SQLITE_OK || rc != SQLITE_DONE)
		st = cao_db_fail(err, copy, to);
	sqlite3_close(copy);
	return st;
}
