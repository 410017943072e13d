/* Scans by the SHA-256 of their content, as files below objects/. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "codec/gzip.h"
#include "store/object.h"
#include "store/store.h"

static void
below_of(const unsigned char digest[CAO_DIGEST_SIZE], const char *suffix,
    char out[CAO_OBJECT_BELOW])
{
	char hex[CAO_DIGEST_HEX];

	cao_digest_hex(digest, hex);
	(void)snprintf(
	    out, CAO_OBJECT_BELOW, "objects/%.2s/%s%s", hex, hex + 2, suffix);
}

/* The path of the object's file in one form or the other, if it is there. */
static char *
find(const struct cao_store *s, const unsigned char digest[CAO_DIGEST_SIZE],
    const char *suffix)
{
	char below[CAO_OBJECT_BELOW], *path;

	below_of(digest, suffix, below);
	path = cao_store_path(s, below);
	if (path != NULL && !cao_file_exists(path)) {
		free(path);
		path = NULL;
	}
	return path;
}

static enum cao_status
write_object(const struct cao_store *s,
    const unsigned char digest[CAO_DIGEST_SIZE], const char *suffix,
    const void *data, size_t len, struct cao_error *err)
{
	char below[CAO_OBJECT_BELOW], *path, *slash;
	enum cao_status st;

	below_of(digest, suffix, below);
	if ((path = cao_store_path(s, below)) == NULL)
		return cao_fail_memory(err);
	slash = strrchr(path, '/');
	*slash = '\0';
	st = cao_file_mkdir(path, err);
	*slash = '/';
	if (st == CAO_OK)
		st = cao_file_write(path, data, len, err);
	free(path);
	return st;
}

enum cao_status
cao_object_put(struct cao_store *s, const void *data, size_t len,
    unsigned char ret_digest[CAO_DIGEST_SIZE], struct cao_error *err)
{
	unsigned char digest[CAO_DIGEST_SIZE];
	struct cao_buf packed = { 0 };
	enum cao_status st;
	bool smaller;
	char *path;

	cao_sha256(data, len, digest);
	memcpy(ret_digest, digest, sizeof digest);
	if ((path = find(s, digest, "")) != NULL ||
	    (path = find(s, digest, ".z")) != NULL) {
		free(path);
		return CAO_OK;
	}
	if ((st = cao_deflate(data, len, &packed, &smaller, err)) != CAO_OK)
		return st;
	if (smaller)
		st =
		    write_object(s, digest, ".z", packed.data, packed.len, err);
	else
		st = write_object(s, digest, "", data, len, err);
	cao_buf_free(&packed);
	return st;
}

/* Read the file of a content as it is, and the content itself, which is held
 * to its digest and size. */
static enum cao_status
read_object(const struct cao_store *s,
    const unsigned char digest[CAO_DIGEST_SIZE], size_t size,
    struct cao_buf *ret_file, struct cao_buf *ret, bool *ret_packed,
    struct cao_error *err)
{
	unsigned char have[CAO_DIGEST_SIZE];
	char hex[CAO_DIGEST_HEX], *path;
	enum cao_status st;

	cao_digest_hex(digest, hex);
	*ret_packed = (path = find(s, digest, "")) == NULL;
	if (path == NULL && (path = find(s, digest, ".z")) == NULL)
		return cao_fail(
		    err, CAO_INTEGRITY, "object %s is missing", hex);
	st = cao_file_read(path, size + 4096, ret_file, err);
	free(path);
	if (st == CAO_INPUT)
		st = cao_fail(
		    err, CAO_INTEGRITY, "object %s is larger than it was", hex);
	if (st == CAO_OK && *ret_packed)
		st = cao_inflate(ret_file->data, ret_file->len, size, ret, err);
	else if (st == CAO_OK)
		cao_buf_add(ret, ret_file->data, ret_file->len);
	if (st != CAO_OK)
		return st;
	if (!cao_buf_ok(ret))
		return cao_fail_memory(err);
	cao_sha256(ret->data, ret->len, have);
	if (ret->len != size || memcmp(have, digest, sizeof have) != 0)
		return cao_fail(err, CAO_INTEGRITY,
		    "object %s was altered: its content does not match its "
		    "digest",
		    hex);
	return CAO_OK;
}

enum cao_status
cao_object_get(struct cao_store *s, const unsigned char digest[CAO_DIGEST_SIZE],
    size_t size, struct cao_buf *ret, struct cao_error *err)
{
	struct cao_buf file = { 0 }, content = { 0 };
	enum cao_status st;
	bool packed;

	st = read_object(s, digest, size, &file, &content, &packed, err);
	cao_buf_free(&file);
	if (st == CAO_OK)
		*ret = content;
	else
		cao_buf_free(&content);
	return st;
}

/* Away with a raw file that is bad: it would be found before the deflated
 * one. */
static void
drop(const struct cao_store *s, const unsigned char digest[CAO_DIGEST_SIZE])
{
	char *path = find(s, digest, "");

	if (path != NULL)
		(void)unlink(path);
	free(path);
}

enum cao_status
cao_object_copy(struct cao_store *s, const char *to,
    const unsigned char digest[CAO_DIGEST_SIZE], size_t size,
    char ret_below[CAO_OBJECT_BELOW], unsigned char ret_digest[CAO_DIGEST_SIZE],
    uint64_t *ret_size, struct cao_error *err)
{
	char *dir = strdup(to);
	struct cao_store other = { .dir = dir };
	struct cao_buf file = { 0 }, content = { 0 };
	enum cao_status st;
	bool packed;

	if (dir == NULL)
		return cao_fail_memory(err);
	st = read_object(&other, digest, size, &file, &content, &packed, err);
	if (st == CAO_INTEGRITY) {
		cao_buf_clear(&content);
		st =
		    read_object(s, digest, size, &file, &content, &packed, err);
		if (st == CAO_OK && packed)
			drop(&other, digest);
		if (st == CAO_OK)
			st = write_object(&other, digest, packed ? ".z" : "",
			    file.data, file.len, err);
	}
	if (st == CAO_OK) {
		below_of(digest, packed ? ".z" : "", ret_below);
		cao_sha256(file.data, file.len, ret_digest);
		*ret_size = file.len;
	}
	cao_buf_free(&content);
	cao_buf_free(&file);
	free(dir);
	return st;
}

bool
cao_object_there(
    const struct cao_store *s, const unsigned char digest[CAO_DIGEST_SIZE])
{
	char *path = find(s, digest, "");

	if (path == NULL)
		path = find(s, digest, ".z");
	free(path);
	return path != NULL;
}

enum cao_status
cao_object_remove(struct cao_store *s,
    const unsigned char digest[CAO_DIGEST_SIZE], struct cao_error *err)
{
	static const char *const forms[] = { "", ".z" };
	enum cao_status st = CAO_OK;
	char *path, *slash;

	for (int i = 0; i < 2 && st == CAO_OK; i++) {
		if ((path = find(s, digest, forms[i])) == NULL)
			continue;
		if (unlink(path) == -1 && errno != ENOENT)
			st = cao_fail_errno(err, "%s", path);
		slash = strrchr(path, '/');
		*slash = '\0';
		if (st == CAO_OK)
			st = cao_file_sync_dir(path, err);
		free(path);
	}
	return st;
}
