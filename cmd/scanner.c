/* What ca-scan says of files, and what it makes of their pages. */
#define _GNU_SOURCE /* memfd_create() */

#include <sys/mman.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "stream.h"

#define TOOL "ca-scan"
#define OUTPUT_MAX (512 * 1024 * 1024)
#define FILE_MAX (64 * 1024 * 1024) /* octets, as ca-scan takes and makes */
#define OPTIONS 8                   /* words before the files */
#define SIDE 720                    /* pixels of the pictures of a heap */

/* What it prints, until it is told to end. */
struct output {
	const struct scanning *scan; /* NULL: all of it is kept */
	char *buf;
	size_t len, cap, max, total;
	enum cao_status status;
	struct cao_error err;
};

/* Room for n more octets. */
static bool
room(struct output *o, size_t n)
{
	size_t cap = o->cap == 0 ? 64 * 1024 : o->cap;
	char *more;

	if (n > o->max || o->len > o->max - n)
		return false;
	while (cap < o->len + n)
		cap *= 2;
	if (cap == o->cap)
		return true;
	if ((more = realloc(o->buf, cap)) == NULL)
		return false;
	o->buf = more;
	o->cap = cap;
	return true;
}

static bool
add(struct output *o, const char *data, size_t len)
{
	if (len == 0)
		return true;
	if (!room(o, len))
		return false;
	memcpy(o->buf + o->len, data, len);
	o->len += len;
	return true;
}

static bool
take_all(void *arg, const char *data, size_t len)
{
	return add(arg, data, len);
}

static bool
take_lines(void *arg, const char *data, size_t len)
{
	struct output *o = arg;
	const char *end;
	size_t n;

	o->total += len;
	if (o->total > OUTPUT_MAX)
		return false;
	while (len > 0) {
		end = memchr(data, '\n', len);
		n = end != NULL ? (size_t)(end - data) : len;
		if (!add(o, data, n))
			return false;
		if (end == NULL)
			break;
		data += n + 1;
		len -= n + 1;
		o->status =
		    o->scan->line(o->scan->arg, o->buf, o->len, &o->err);
		o->len = 0;
		if (o->status != CAO_OK)
			return false;
	}
	return true;
}

/* The options of every run; how many words. */
static size_t
begin(const char *argv[OPTIONS])
{
	size_t n = 0;

	argv[n++] = TOOL;
	if (cli.quiet)
		argv[n++] = "--quiet";
	if (cli.lang != NULL) {
		argv[n++] = "--lang";
		argv[n++] = cli.lang;
	}
	return n;
}

/* Its exit status where that is all there is to be told. */
static enum cao_status
judge(int code, struct cao_error *err)
{
	if (code == CAO_OK || code == CAO_INPUT)
		return (enum cao_status)code;
	return cli_error(
	    err, CAO_SYSTEM, _("%s failed with status %d"), TOOL, code);
}

static void
said(void *arg, const struct cao_error *why)
{
	const struct output *o = arg;

	o->scan->said(o->scan->arg, why);
}

/* in: standard input, of which alone it is, or -1. */
static enum cao_status
run(const struct scanning *s, unsigned side, int in, struct cao_error *err)
{
	struct output o = { .scan = s, .max = CAO_SCAN_LINE_MAX };
	struct child c = { .files = s->files,
		.in = in,
		.out = take_lines,
		.said = said,
		.arg = &o };
	char pixels[sizeof "--side=4294967295"];
	size_t count = 0, n;
	const char **argv;
	enum cao_status st;
	int code = 0;

	while (s->files[count] != NULL)
		count++;
	if ((argv = calloc(count + OPTIONS + 1, sizeof *argv)) == NULL)
		return cli_memory(err);
	n = begin(argv);
	if (side > 0) {
		(void)snprintf(pixels, sizeof pixels, "--side=%u", side);
		argv[n++] = "--inline";
		argv[n++] = pixels;
	}
	argv[n++] = "--";
	for (size_t i = 0; i < count; i++)
		argv[n++] = in != -1 ? "-" : s->files[i];
	c.argv = argv;
	st = child_run(&c, &code, err);
	if (o.status != CAO_OK) {
		*err = o.err;
		st = o.status;
	} else if (st == CAO_OK)
		st = judge(code, err);
	free(o.buf);
	free(argv);
	return st;
}

enum cao_status
scanner_files(const struct scanning *s, struct cao_error *err)
{
	enum cao_status st = run(s, SIDE, -1, err);

	/* Which files were refused was said. */
	return st == CAO_INPUT ? CAO_OK : st;
}

/* The first refusal of what is joined or read is why. */
static void
keep_said(void *arg, const struct cao_error *why)
{
	struct cao_error *first = arg;

	if (first->status == CAO_OK && why->status != CAO_OK)
		*first = *why;
}

static enum cao_status
refused(const struct cao_error *why, struct cao_error *err)
{
	if (why->status == CAO_OK)
		return cli_error(
		    err, CAO_INPUT, _("%s refuses it, and says not why"), TOOL);
	*err = *why;
	return err->status;
}

struct joined {
	struct output out; /* first: take_all() gets it */
	struct cao_error why;
};

static void
said_of_join(void *arg, const struct cao_error *why)
{
	struct joined *j = arg;

	keep_said(&j->why, why);
}

enum cao_status
scanner_join(const char *const *pages, size_t count, unsigned char **ret,
    size_t *ret_len, struct cao_error *err)
{
	struct joined j = { .out = { .max = FILE_MAX } };
	struct child c = { .files = pages,
		.in = -1,
		.out = take_all,
		.said = said_of_join,
		.arg = &j };
	const char **argv = calloc(count + OPTIONS + 1, sizeof *argv);
	enum cao_status st;
	int code = 0;
	size_t n;

	if (argv == NULL)
		return cli_memory(err);
	n = begin(argv);
	argv[n++] = "--join";
	argv[n++] = "--output=-";
	argv[n++] = "--";
	for (size_t i = 0; i < count; i++)
		argv[n++] = pages[i];
	c.argv = argv;
	if ((st = child_run(&c, &code, err)) == CAO_OK &&
	    (st = judge(code, err)) == CAO_INPUT)
		st = refused(&j.why, err);
	free(argv);
	if (st != CAO_OK) {
		free(j.out.buf);
		return st;
	}
	*ret = (unsigned char *)j.out.buf;
	*ret_len = j.out.len;
	return CAO_OK;
}

enum cao_status
scanner_same(const char *path, const char *sha256, struct cao_error *err)
{
	char *data = NULL, is[CAO_SHA256_SIZE];
	enum cao_status st;
	size_t len;

	st = cli_file_read(path, FILE_MAX, &data, &len, err);
	if (st != CAO_OK)
		return st;
	cao_scan_digest(data, len, is);
	free(data);
	if (strcmp(is, sha256) == 0)
		return CAO_OK;
	return cli_error(err, CAO_INPUT,
	    _("%s: the file changed since its codes were read; try again"),
	    path);
}

/* One file that the library has the content of. */
struct reading {
	void (*line)(void *to, const char *, size_t);
	void *to;
	struct cao_error why;
};

static enum cao_status
hand_on(void *arg, const char *text, size_t len, struct cao_error *err)
{
	const struct reading *r = arg;

	(void)err;
	r->line(r->to, text, len);
	return CAO_OK;
}

static void
said_of_one(void *arg, const struct cao_error *why)
{
	struct reading *r = arg;

	keep_said(&r->why, why);
}

/* The content as a file without a name. */
static enum cao_status
open_content(const void *data, size_t len, int *ret_fd, struct cao_error *err)
{
	const char *p = data;
	int fd = memfd_create("scan", MFD_CLOEXEC);
	ssize_t n = 0;

	if (fd == -1)
		return cli_error_errno(err, "memfd_create");
	for (; len > 0 && (n != -1 || errno == EINTR);) {
		if ((n = write(fd, p, len)) > 0) {
			p += n;
			len -= (size_t)n;
		}
	}
	if (len > 0 || lseek(fd, 0, SEEK_SET) == -1) {
		(void)cli_error_errno(err, "memfd");
		(void)close(fd);
		return err->status;
	}
	*ret_fd = fd;
	return CAO_OK;
}

static enum cao_status
read_one(void *arg, const char *path, const void *data, size_t len,
    unsigned side, void (*line)(void *to, const char *, size_t), void *to,
    struct cao_error *err)
{
	const char *const files[] = { cli_file_name(NULL), NULL };
	struct reading r = { .line = line, .to = to };
	const struct scanning s = {
		.files = files, .line = hand_on, .said = said_of_one, .arg = &r
	};
	enum cao_status st;
	int fd = -1;

	(void)arg, (void)path;
	if ((st = open_content(data, len, &fd, err)) != CAO_OK)
		return st;
	st = run(&s, side, fd, err);
	(void)close(fd);
	return st == CAO_INPUT ? refused(&r.why, err) : st;
}

const struct cao_scanner *
scanner_get(void)
{
	static const struct cao_scanner scanner = { .run = read_one };

	return child_there(TOOL) ? &scanner : NULL;
}
