/* The journal of revocations beside the store. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/folder.h"
#include "base/text.h"
#include "store/witness_parts.h"

/* The store's own row, as a line; *ret_there false if it has none. */
static enum cao_status
line_of(struct cao_store *s, int64_t id, struct cao_buf *out, bool *ret_there,
    struct cao_error *err)
{
	struct cao_query *q = cao_db_use(s->db, SQL_REVOCATION_BY_ID);
	struct cao_revocation r;
	enum cao_status st;

	cao_db_int(q, ":id", id);
	st = cao_db_step(q, ret_there, err);
	if (st != CAO_OK || !*ret_there)
		return st;
	st = cao_revocation_row(q, &r, err);
	cao_db_done(q);
	if (st != CAO_OK)
		return st;
	st = cao_witness_line_put(out, &r, err);
	cao_revocation_free(&r);
	return st;
}

enum cao_status
cao_witness_hold(
    struct cao_store *s, int64_t id, const char *line, struct cao_error *err)
{
	struct cao_buf own = { 0 };
	enum cao_status st;
	bool there;

	st = line_of(s, id, &own, &there, err);
	if (st == CAO_OK && !there)
		st = cao_fail(err, CAO_INTEGRITY,
		    "it tells of revocation %lld, which the store does not "
		    "have: an older one was put back; apply them with "
		    "ca-admin verify --replay",
		    (long long)id);
	else if (st == CAO_OK && strcmp(cao_buf_text(&own), line) != 0)
		st = cao_fail(err, CAO_INTEGRITY,
		    "revocation %lld is another one in the store; one of "
		    "the two is not this store's or was altered",
		    (long long)id);
	cao_buf_free(&own);
	return st;
}

enum cao_status
cao_witness_rows(struct cao_store *s, int64_t *ret, struct cao_error *err)
{
	return cao_db_number(cao_db_use(s->db, SQL_REVOCATION_LAST), ret, err);
}

bool
cao_witness_begun(const struct cao_witness *w)
{
	return w->fd != -1 && (w->scan.begun || w->scan.number > 0);
}

enum cao_status
cao_witness_missing(
    struct cao_store *s, const struct cao_witness *w, struct cao_error *err)
{
	enum cao_status st;
	int64_t rows;

	if ((st = cao_witness_rows(s, &rows, err)) != CAO_OK)
		return st;
	if (rows > 0)
		return cao_fail(err, CAO_INTEGRITY,
		    "%s: the journal of revocations is missing, and the store "
		    "has %lld; put it back, or write it anew with "
		    "ca-admin verify --replay",
		    w->path, (long long)rows);
	return CAO_OK;
}

/* The end of the file against the store, which is asked after it: what the
 * file tells was committed before. */
static enum cao_status
check_end(struct cao_store *s, struct cao_witness *w, struct cao_error *err)
{
	enum cao_status st;

	if (w->fd != -1 && (st = cao_witness_scan_end(w, err)) != CAO_OK)
		return st;
	if (!cao_witness_begun(w))
		return cao_witness_missing(s, w, err);
	if (w->scan.number == 0)
		return CAO_OK;
	st = cao_witness_hold(s, w->scan.number, w->scan.last, err);
	return st == CAO_INTEGRITY ? cao_error_prefix(err, "%s", w->path) : st;
}

/* The next line for the file, with its head. */
static enum cao_status
next_line(struct cao_store *s, struct cao_witness *w, struct cao_buf *out,
    bool *ret_more, struct cao_error *err)
{
	unsigned char *head = w->scan.head;
	int64_t id = w->scan.number + 1;
	enum cao_status st;
	int64_t rows;

	cao_buf_clear(out);
	*ret_more = false;
	if ((st = cao_witness_rows(s, &rows, err)) != CAO_OK || rows < id)
		return st;
	st = line_of(s, id, out, ret_more, err);
	if (st == CAO_OK && !*ret_more)
		st = cao_fail(err, CAO_INTEGRITY,
		    "the store lacks revocation %lld of %lld", (long long)id,
		    (long long)rows);
	if (st != CAO_OK || !*ret_more)
		return st;
	cao_witness_chain(head, cao_buf_text(out));
	cao_buf_putc(out, ' ');
	cao_hex_put(out, head, CAO_DIGEST_SIZE);
	cao_buf_putc(out, '\n');
	w->scan.number = id;
	return cao_buf_ok(out) ? CAO_OK : cao_fail_memory(err);
}

/* Begin the file in *out, if it is not. */
static void
first_line(struct cao_witness *w, struct cao_buf *out)
{
	if (cao_witness_begun(w))
		return;
	cao_buf_puts(out, CAO_WITNESS_HEAD "\n");
	cao_sha256(CAO_WITNESS_HEAD, sizeof CAO_WITNESS_HEAD - 1, w->scan.head);
}

/* What is missing, each line synced: were two of them on their way at once, a
 * crash could leave the second alone. */
static enum cao_status
append(struct cao_store *s, struct cao_witness *w, struct cao_error *err)
{
	struct cao_buf line = { 0 };
	enum cao_status st = CAO_OK;
	bool more = true;

	if (cao_witness_torn(&w->scan))
		cao_buf_putc(&line, '\n');
	first_line(w, &line);
	while (st == CAO_OK && more) {
		if (!cao_buf_ok(&line))
			st = cao_fail_memory(err);
		else if (line.len > 0)
			st = cao_file_append(
			    w->fd, w->path, line.data, line.len, err);
		if (st == CAO_OK)
			st = next_line(s, w, &line, &more, err);
	}
	cao_buf_free(&line);
	return st;
}

static enum cao_status
make(struct cao_store *s, struct cao_witness *w, struct cao_error *err)
{
	struct cao_buf text = { 0 }, line = { 0 };
	enum cao_status st = CAO_OK;
	bool more = s != NULL;

	first_line(w, &text);
	while (
	    more && (st = next_line(s, w, &line, &more, err)) == CAO_OK && more)
		cao_buf_add(&text, line.data, line.len);
	if (st == CAO_OK && !cao_buf_ok(&text))
		st = cao_fail_memory(err);
	if (st == CAO_OK)
		st = cao_file_write(w->path, text.data, text.len, err);
	cao_buf_free(&text);
	cao_buf_free(&line);
	return st;
}

enum cao_status
cao_witness_make(
    struct cao_store *s, struct cao_witness *w, struct cao_error *err)
{
	char *folder = cao_path_folder(w->path);
	enum cao_status st;
	int fd = -1;

	if (folder == NULL)
		return cao_fail_memory(err);
	if ((st = cao_folder_lock_wait(folder, &fd, err)) == CAO_OK &&
	    !cao_file_exists(w->path))
		st = make(s, w, err);
	if (fd != -1)
		(void)close(fd);
	free(folder);
	return st;
}

enum cao_status
cao_witness_fill(struct cao_store *s, bool forced, struct cao_error *err)
{
	struct cao_witness *w = NULL;
	enum cao_status st;
	int64_t rows;

	if ((st = cao_witness_open(s, O_RDWR, &w, err)) != CAO_OK)
		return st;
	if (w->fd == -1) {
		st = cao_witness_make(s, w, err);
		goto out;
	}
	if ((st = cao_witness_scan_end(w, err)) != CAO_OK ||
	    (st = cao_witness_rows(s, &rows, err)) != CAO_OK ||
	    (cao_witness_begun(w) && w->scan.number == rows &&
		!cao_witness_torn(&w->scan)))
		goto out;
	if ((st = cao_witness_lock(w, err)) == CAO_OK &&
	    (st = forced ? cao_witness_scan_end(w, err)
			 : check_end(s, w, err)) == CAO_OK)
		st = append(s, w, err);
out:
	cao_witness_close(w);
	return st;
}

enum cao_status
cao_witness_write(struct cao_store *s, struct cao_error *err)
{
	return cao_witness_fill(s, false, err);
}

/* Is there something to be written, of a file whose end is good? */
static bool
is_due(const struct cao_witness *w, enum cao_witness_how how, int64_t rows)
{
	if (how == CAO_WITNESS_READ)
		return false;
	if (!cao_witness_begun(w))
		return true;
	if (how == CAO_WITNESS_WRITE)
		return w->scan.number < rows || cao_witness_torn(&w->scan);
	return w->scan.number < rows && access(w->path, W_OK) == 0;
}

enum cao_status
cao_witness_check(
    struct cao_store *s, enum cao_witness_how how, struct cao_error *err)
{
	int mode = how == CAO_WITNESS_WRITE ? O_RDWR : O_RDONLY;
	struct cao_witness *w = NULL;
	enum cao_status st;
	int64_t rows;

	if ((st = cao_witness_open(s, mode, &w, err)) != CAO_OK)
		return st;
	if ((st = check_end(s, w, err)) == CAO_OK &&
	    (st = cao_witness_rows(s, &rows, err)) == CAO_OK &&
	    is_due(w, how, rows))
		st = cao_witness_fill(s, false, err);
	cao_witness_close(w);
	return st;
}

enum cao_status
cao_witness_begin(const char *dir, struct cao_error *err)
{
	struct cao_witness *w = NULL;
	enum cao_status st;

	if ((st = cao_witness_open_at(dir, &w, err)) != CAO_OK)
		return st;
	if (w->fd == -1)
		st = cao_witness_make(NULL, w, err);
	else if ((st = cao_witness_scan_end(w, err)) == CAO_OK &&
	    w->scan.number > 0)
		st = cao_fail(err, CAO_DENIED,
		    "%s tells of the revocations of another store; put it away "
		    "with that one's backups",
		    w->path);
	cao_witness_close(w);
	return st;
}
