/* Scans by the SHA-256 of their content, as files below objects/. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "codec/gzip.h"
#include "store/object.h"
#include "store/store.h"

/* objects/ab/cdef…: raw, or with ".z" behind it deflated. */
#define BELOW_SIZE (sizeof "objects/ab/" + CAO_DIGEST_HEX + 2)

static void
below_of(const unsigned char digest[CAO_DIGEST_SIZE], const char *suffix,
    char out[BELOW_SIZE])
{
	char hex[CAO_DIGEST_HEX];

	cao_digest_hex(digest, hex);
	(void)snprintf(
	    out, BELOW_SIZE, "objects/%.2s/%s%s", hex, hex + 2, suffix);
}

/* The path of the object's file in one form or the other, if it is there. */
static char *
find(const struct cao_store *s, const unsigned char digest[CAO_DIGEST_SIZE],
    const char *suffix)
{
	char below[BELOW_SIZE], *path;

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
	char below[BELOW_SIZE], *path, *slash;
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

enum cao_status
cao_object_get(struct cao_store *s, const unsigned char digest[CAO_DIGEST_SIZE],
    size_t size, struct cao_buf *ret, struct cao_error *err)
{
	unsigned char have[CAO_DIGEST_SIZE];
	struct cao_buf raw = { 0 }, plain = { 0 };
	char hex[CAO_DIGEST_HEX], *path;
	bool packed = false;
	enum cao_status st;

	cao_digest_hex(digest, hex);
	if ((path = find(s, digest, "")) == NULL) {
		path = find(s, digest, ".z");
		packed = true;
	}
	if (path == NULL)
		return cao_fail(
		    err, CAO_INTEGRITY, "object %s is missing", hex);
	st = cao_file_read(path, size + 4096, &raw, err);
	if (st == CAO_INPUT)
		st = cao_fail(
		    err, CAO_INTEGRITY, "object %s is larger than it was", hex);
	if (st == CAO_OK && packed) {
		st = cao_inflate(raw.data, raw.len, size, &plain, err);
		cao_buf_free(&raw);
		raw = plain;
	}
	if (st == CAO_OK) {
		cao_sha256(raw.data, raw.len, have);
		if (raw.len != size || memcmp(have, digest, sizeof have) != 0)
			st = cao_fail(err, CAO_INTEGRITY,
			    "object %s was altered: its content does not match "
			    "its digest",
			    hex);
	}
	if (st == CAO_OK)
		*ret = raw;
	else
		cao_buf_free(&raw);
	free(path);
	return st;
}
