/* One scan: from its file to what a slot may take. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "codec/gzip.h"
#include "codec/media.h"
#include "flow/upload.h"

#define CHUNK (256 * 1024)

/* What the names of files say they are. */
static const struct {
	const char *extension;
	enum cao_media_type type;
} extensions[] = {
	{ "pdf", CAO_PDF },
	{ "jpg", CAO_JPEG },
	{ "jpeg", CAO_JPEG },
	{ "png", CAO_PNG },
	{ "tif", CAO_TIFF },
	{ "tiff", CAO_TIFF },
};

const char *
cao_upload_type(const char *extension)
{
	for (size_t i = 0; i < sizeof extensions / sizeof *extensions; i++)
		if (strcmp(extension, extensions[i].extension) == 0)
			return cao_media_name(extensions[i].type);
	return extension;
}

static enum cao_status
fail_file(struct cao_error *err)
{
	enum cao_status st = CAO_SYSTEM;

	switch (errno) {
	case ENOENT:
	case ENOTDIR:
	case EACCES:
	case EPERM:
	case ELOOP:
	case ENAMETOOLONG:
	case ENXIO:
		st = CAO_INPUT;
		break;
	default:
		break;
	}
	(void)cao_fail_errno(err, "the file cannot be read");
	err->status = st;
	return st;
}

static enum cao_status
check_size(const struct cao_slot *slot, int64_t size, struct cao_error *err)
{
	int64_t max =
	    slot->max_size < CAO_SCAN_MAX ? slot->max_size : CAO_SCAN_MAX;

	if (size <= max)
		return CAO_OK;
	return cao_fail(err, CAO_INPUT,
	    "%" PRId64 " octets are more than the %" PRId64
	    " that slot %s takes; scan it with fewer dots per inch",
	    size, max, slot->id);
}

static enum cao_status
open_scan(const char *path, const struct cao_slot *slot, int *ret_fd,
    uint64_t *ret_size, struct cao_error *err)
{
	enum cao_status st = CAO_OK;
	struct stat sb;
	int fd;

	/* O_NONBLOCK: opening a FIFO must not hang. */
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd == -1 || fstat(fd, &sb) == -1)
		st = fail_file(err);
	else if (!S_ISREG(sb.st_mode))
		st = cao_fail(err, CAO_INPUT, "not a regular file");
	else
		st = check_size(slot, (int64_t)sb.st_size, err);
	if (st != CAO_OK) {
		if (fd != -1)
			(void)close(fd);
		return st;
	}
	*ret_fd = fd;
	*ret_size = (uint64_t)sb.st_size;
	return CAO_OK;
}

/* The file's octets, as many as its size says. */
static enum cao_status
read_scan(const struct cao_upload_for *in, const struct cao_scan *scan, int fd,
    uint64_t size, struct cao_buf *content, struct cao_error *err)
{
	unsigned char chunk[16 * 1024];
	uint64_t told = 0;
	ssize_t n = 1;

	while (content->len < size && n > 0) {
		if (in->how->progress != NULL &&
		    (told == 0 || content->len - told >= CHUNK)) {
			in->how->progress(
			    in->how->arg, scan->path, content->len, size);
			told = content->len;
		}
		n = read(fd, chunk, sizeof chunk);
		if (n == -1 && errno == EINTR)
			n = 1;
		else if (n > 0)
			cao_buf_add(content, chunk, (size_t)n);
	}
	if (n == -1)
		return fail_file(err);
	if (!cao_buf_ok(content))
		return cao_fail_memory(err);
	if (content->len != size)
		return cao_fail(err, CAO_INPUT,
		    "the file changes while it is read; try again when it is "
		    "complete");
	return CAO_OK;
}

static enum cao_status
check_name(const char *path, const struct cao_media *m, struct cao_error *err)
{
	const char *dot = strrchr(path, '.');

	if (dot == NULL || strchr(dot, '/') != NULL)
		return CAO_OK;
	for (size_t i = 0; i < sizeof extensions / sizeof *extensions; i++)
		if (strcasecmp(dot + 1, extensions[i].extension) == 0 &&
		    extensions[i].type != m->type)
			return cao_fail(err, CAO_INPUT,
			    "named %s, but the content is %s; name it .%s", dot,
			    cao_media_name(m->type),
			    cao_media_extension(m->type));
	return CAO_OK;
}

static enum cao_status
check_bounds(const struct cao_slot *slot, const struct cao_media *m, size_t len,
    struct cao_error *err)
{
	static const char *const words[] = { [CAO_PDF] = "pdf",
		[CAO_JPEG] = "jpeg",
		[CAO_PNG] = "png",
		[CAO_TIFF] = "tiff" };
	unsigned shorter = m->width < m->height ? m->width : m->height;

	if (!cao_list_has(&slot->formats, words[m->type]))
		return cao_fail(err, CAO_INPUT,
		    "slot %s does not take %s; ca-upload --list and the "
		    "service say what it takes",
		    slot->id, cao_media_name(m->type));
	if ((int64_t)len < slot->min_size)
		return cao_fail(err, CAO_INPUT,
		    "%zu octets are fewer than the %" PRId64
		    " that slot %s asks for; scan the page whole",
		    len, slot->min_size, slot->id);
	if (m->type != CAO_PDF && (int64_t)shorter < slot->min_pixels)
		return cao_fail(err, CAO_INPUT,
		    "%u x %u pixels; slot %s asks for %" PRId64
		    " on the shorter side; scan it with more dots per inch",
		    m->width, m->height, slot->id, slot->min_pixels);
	return CAO_OK;
}

/* How many octets the content comes to, deflated as often as it shrinks. */
static enum cao_status
essence(const void *data, size_t len, size_t *ret, struct cao_error *err)
{
	struct cao_buf once = { 0 }, twice = { 0 };
	enum cao_status st;
	bool smaller;

	*ret = len;
	st = cao_deflate(data, len, &once, &smaller, err);
	if (st == CAO_OK && smaller) {
		*ret = once.len;
		st = cao_deflate(once.data, once.len, &twice, &smaller, err);
		if (st == CAO_OK && smaller)
			*ret = twice.len;
	}
	cao_buf_free(&once);
	cao_buf_free(&twice);
	return st;
}

/*
 * A page of one colour is told by how little it says, in any of the formats:
 * its picture is the same few octets over and over.  A JPEG's tables, which
 * say nothing of the page, lie before its first scan.
 */
#define BLANK_MAX 256
#define SAMPLE 4096
static enum cao_status
check_blank(
    const struct cao_media *m, const struct cao_buf *c, struct cao_error *err)
{
	const unsigned char *p = c->data, *end = c->data + c->len;
	size_t middle = c->len > SAMPLE ? (c->len - SAMPLE) / 2 : 0, says;
	enum cao_status st;

	if (m->type == CAO_PDF || m->pages > 1)
		return CAO_OK;
	st = essence(p + middle, c->len > SAMPLE ? SAMPLE : c->len, &says, err);
	if (st != CAO_OK || says > BLANK_MAX)
		return st;
	if (m->type == CAO_JPEG)
		while (end - p > 2 && (p[0] != 0xff || p[1] != 0xda))
			p++;
	st = essence(p, (size_t)(end - p), &says, err);
	if (st == CAO_OK && says <= BLANK_MAX)
		st = cao_fail(err, CAO_INPUT,
		    "the page is blank: one colour all over; scan the other "
		    "side");
	return st;
}

static enum cao_status
check_content(const struct cao_scan *scan, const struct cao_slot *slot,
    const struct cao_buf *c, struct cao_media *ret, struct cao_error *err)
{
	enum cao_status st;

	st = cao_media_check(
	    c->data != NULL ? c->data : (const unsigned char *)"", c->len, ret,
	    err);
	if (st == CAO_OK && scan->data == NULL)
		st = check_name(scan->path, ret, err);
	if (st == CAO_OK)
		st = check_bounds(slot, ret, c->len, err);
	if (st == CAO_OK)
		st = check_blank(ret, c, err);
	return st;
}

/* All of the file, or of what was made of it. */
static enum cao_status
get_content(const struct cao_upload_for *in, const struct cao_scan *scan,
    const struct cao_slot *slot, struct cao_buf *c, struct cao_error *err)
{
	enum cao_status st;
	uint64_t size;
	int fd;

	if (scan->data != NULL) {
		st = check_size(slot, (int64_t)scan->len, err);
		if (st != CAO_OK)
			return st;
		cao_buf_add(c, scan->data, scan->len);
		return cao_buf_ok(c) ? CAO_OK : cao_fail_memory(err);
	}
	if ((st = open_scan(scan->path, slot, &fd, &size, err)) != CAO_OK)
		return st;
	st = read_scan(in, scan, fd, size, c, err);
	(void)close(fd);
	return st;
}

/* Is it what was looked at before? */
static enum cao_status
check_same(
    const struct cao_scan *scan, const struct cao_buf *c, struct cao_error *err)
{
	unsigned char digest[CAO_DIGEST_SIZE];
	char hex[CAO_DIGEST_HEX];

	if (scan->sha256 == NULL)
		return CAO_OK;
	cao_sha256(c->data, c->len, digest);
	cao_digest_hex(digest, hex);
	if (strcmp(hex, scan->sha256) == 0)
		return CAO_OK;
	return cao_fail(err, CAO_INPUT,
	    "the file changed since its codes were read; try again");
}

enum cao_status
cao_upload_read(const struct cao_upload_for *in, const struct cao_scan *scan,
    struct cao_buf *ret_content, struct cao_document *ret,
    struct cao_error *err)
{
	const struct cao_slot *slot = NULL;
	struct cao_document d = { .part = 0 };
	struct cao_buf c = { 0 };
	struct cao_media m;
	enum cao_status st;

	st = cao_upload_slot(in->service, in->order->application.business,
	    scan->slot, &slot, &d.part, err);
	if (st == CAO_OK)
		st = get_content(in, scan, slot, &c, err);
	if (st == CAO_OK)
		st = check_same(scan, &c, err);
	if (st == CAO_OK)
		st = check_content(scan, slot, &c, &m, err);
	if (st != CAO_OK) {
		cao_buf_free(&c);
		return cao_error_place(err, scan->path, 0, 0, scan->slot);
	}

	(void)snprintf(d.slot, sizeof d.slot, "%s", slot->id);
	(void)snprintf(
	    d.type, sizeof d.type, "%s", cao_media_extension(m.type));
	d.size = (int64_t)c.len;
	d.pages = m.pages;
	*ret = d;
	*ret_content = c;
	return CAO_OK;
}
