/* Archives of files: ustar. */
#include "codec/tar.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK 512
#define MTIME_MAX INT64_C(077777777777)
#define CHUNK ((size_t)1024 * 1024)

/* The fields of a header, each at its place; what is between them is NUL. */
enum {
	AT_NAME = 0,
	AT_MODE = 100,
	AT_UID = 108,
	AT_GID = 116,
	AT_SIZE = 124,
	AT_MTIME = 136,
	AT_CHKSUM = 148,
	AT_TYPEFLAG = 156,
	AT_MAGIC = 257,
	AT_DEVMAJOR = 329,
	AT_DEVMINOR = 337
};

bool
cao_tar_name_ok(const char *name)
{
	size_t len = strlen(name);
	const char *part = name, *end;

	if (len == 0 || len > CAO_TAR_NAME_MAX)
		return false;
	for (const char *p = name; *p != '\0'; p++)
		if (*p <= ' ' || *p > '~' || *p == '\\')
			return false;
	for (;;) {
		end = part + strcspn(part, "/");
		if (end == part || (end - part == 1 && part[0] == '.') ||
		    (end - part == 2 && part[0] == '.' && part[1] == '.'))
			return false;
		if (*end == '\0')
			return true;
		part = end + 1;
	}
}

/* In as many octal digits, a NUL behind them. */
static void
put_octal(unsigned char *block, int at, int digits, uint64_t n)
{
	while (digits-- > 0) {
		block[at + digits] = (unsigned char)('0' + (n & 7));
		n >>= 3;
	}
}

static uint64_t
get_octal(const unsigned char *block, int at, int digits)
{
	uint64_t n = 0;

	for (int i = 0; i < digits; i++)
		n = n << 3 | (block[at + i] & 7u);
	return n;
}

static void
make_header(
    unsigned char block[BLOCK], const char *name, uint64_t size, int64_t mtime)
{
	unsigned sum = 0;

	memset(block, 0, BLOCK);
	memcpy(block + AT_NAME, name, strlen(name));
	put_octal(block, AT_MODE, 7, 0600);
	put_octal(block, AT_UID, 7, 0);
	put_octal(block, AT_GID, 7, 0);
	put_octal(block, AT_SIZE, 11, size);
	put_octal(block, AT_MTIME, 11, (uint64_t)mtime);
	memset(block + AT_CHKSUM, ' ', 8);
	block[AT_TYPEFLAG] = '0';
	memcpy(block + AT_MAGIC, "ustar\00000", 8);
	put_octal(block, AT_DEVMAJOR, 7, 0);
	put_octal(block, AT_DEVMINOR, 7, 0);
	for (int i = 0; i < BLOCK; i++)
		sum += block[i];
	put_octal(block, AT_CHKSUM, 6, sum);
	block[AT_CHKSUM + 6] = '\0';
}

enum cao_status
cao_tar_put(struct cao_buf *out, const char *name, int64_t mtime,
    const void *data, size_t len, struct cao_error *err)
{
	static const unsigned char zeros[BLOCK];
	unsigned char block[BLOCK];

	if (!cao_tar_name_ok(name))
		return cao_fail(
		    err, CAO_INPUT, "no name for an archive: '%.128s'", name);
	if (len > CAO_TAR_CONTENT_MAX || mtime < 0 || mtime > MTIME_MAX)
		return cao_fail(err, CAO_INPUT,
		    "%s: too large for an archive: %zu octets, of at most %d",
		    name, len, CAO_TAR_CONTENT_MAX);
	make_header(block, name, len, mtime);
	cao_buf_add(out, block, sizeof block);
	cao_buf_add(out, data, len);
	cao_buf_add(out, zeros, (BLOCK - len % BLOCK) % BLOCK);
	return cao_buf_ok(out) ? CAO_OK : cao_fail_memory(err);
}

void
cao_tar_end(struct cao_buf *out)
{
	static const unsigned char zeros[2 * BLOCK];

	cao_buf_add(out, zeros, sizeof zeros);
}

void
cao_tar_member_free(struct cao_tar_member *m)
{
	cao_buf_free(&m->content);
}

static enum cao_status
bad(struct cao_error *err, const struct cao_tar *t, const char *what)
{
	return cao_fail(err, CAO_INTEGRITY,
	    "the archive is damaged behind file %u: %s", t->members, _(what));
}

/* Exactly so many octets. */
static enum cao_status
read_whole(struct cao_tar *t, void *to, size_t len, struct cao_error *err)
{
	enum cao_status st;
	size_t got;

	if ((st = t->source(t->arg, to, len, &got, err)) != CAO_OK)
		return st;
	return got == len ? CAO_OK : bad(err, t, N_("it ends too early"));
}

static bool
is_zero(const unsigned char *data, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (data[i] != 0)
			return false;
	return true;
}

/* The second block of the end, and nothing behind it. */
static enum cao_status
read_end(struct cao_tar *t, struct cao_error *err)
{
	unsigned char block[BLOCK];
	enum cao_status st;
	size_t got;

	if ((st = read_whole(t, block, sizeof block, err)) != CAO_OK)
		return st;
	if (!is_zero(block, sizeof block))
		return bad(err, t, N_("it goes on behind its end"));
	if ((st = t->source(t->arg, block, 1, &got, err)) != CAO_OK)
		return st;
	if (got != 0)
		return bad(err, t, N_("it goes on behind its end"));
	t->ended = true;
	return CAO_OK;
}

/* The content, growing as it comes: a size that lies costs no memory. */
static enum cao_status
read_content(struct cao_tar *t, uint64_t size, struct cao_buf *out,
    struct cao_error *err)
{
	size_t padding = (BLOCK - size % BLOCK) % BLOCK, n;
	unsigned char block[BLOCK], *chunk;
	enum cao_status st = CAO_OK;

	n = size < CHUNK ? (size_t)size : CHUNK;
	if ((chunk = malloc(n + 1)) == NULL)
		return cao_fail_memory(err);
	for (; size > 0 && st == CAO_OK; size -= n) {
		n = size < CHUNK ? (size_t)size : CHUNK;
		if ((st = read_whole(t, chunk, n, err)) == CAO_OK)
			cao_buf_add(out, chunk, n);
	}
	free(chunk);
	if (st == CAO_OK)
		st = read_whole(t, block, padding, err);
	if (st == CAO_OK && !is_zero(block, padding))
		st = bad(err, t, N_("a file's last block is not filled up"));
	if (st == CAO_OK && !cao_buf_ok(out))
		st = cao_fail_memory(err);
	return st;
}

enum cao_status
cao_tar_next(struct cao_tar *t, struct cao_tar_member *ret, bool *ret_more,
    struct cao_error *err)
{
	unsigned char block[BLOCK], want[BLOCK];
	struct cao_tar_member m = { .mtime = 0 };
	enum cao_status st;
	uint64_t size;

	*ret_more = false;
	if (t->ended)
		return CAO_OK;
	if ((st = read_whole(t, block, sizeof block, err)) != CAO_OK)
		return st;
	if (is_zero(block, sizeof block))
		return read_end(t, err);
	memcpy(m.name, block + AT_NAME, CAO_TAR_NAME_MAX);
	size = get_octal(block, AT_SIZE, 11);
	m.mtime = (int64_t)get_octal(block, AT_MTIME, 11);
	make_header(want, m.name, size, m.mtime);
	if (!cao_tar_name_ok(m.name) || memcmp(block, want, sizeof want) != 0)
		return bad(err, t, N_("a header is not as it is written here"));
	if (size > CAO_TAR_CONTENT_MAX || t->members == CAO_TAR_MEMBERS_MAX)
		return bad(err, t, N_("too much is in it"));
	if ((st = read_content(t, size, &m.content, err)) != CAO_OK) {
		cao_tar_member_free(&m);
		return st;
	}
	t->members++;
	*ret = m;
	*ret_more = true;
	return CAO_OK;
}
