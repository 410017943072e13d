/* Key containers: folders of PEM files. */
#include <sys/stat.h>

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/folder.h"
#include "base/text.h"
#include "flow/container.h"

#define FILE_MAX (256 * 1024) /* octets of a file in it */
#define KEY_FILE "sign.key"
#define CSR_FILE "sign.csr"
#define WAITING ".new-"
/* Octets of a digest in a folder's name. */
#define NAMED_BY_CONTENT 8
#define NAMED_BY_APPLICATION 16

enum cao_status
cao_container_open(const char *dir, const struct cao_secret *pin,
    struct cao_container **ret, struct cao_error *err)
{
	struct cao_container *c = calloc(1, sizeof *c);
	enum cao_status st = CAO_OK;

	if (c == NULL || (c->dir = strdup(dir)) == NULL)
		st = cao_fail_memory(err);
	if (st == CAO_OK && pin != NULL)
		st = cao_pin_new(pin, &c->pin, err);
	if (st == CAO_OK) {
		*ret = c;
		c = NULL;
	}
	cao_container_close(c);
	return st;
}

void
cao_container_close(struct cao_container *c)
{
	if (c == NULL)
		return;
	cao_pin_free(c->pin);
	free(c->dir);
	free(c);
}

void
cao_container_name(const char *request,
    const unsigned char content[CAO_DIGEST_SIZE],
    char out[CAO_CONTAINER_NAME_SIZE])
{
	char hex[CAO_DIGEST_HEX];

	cao_digest_hex(content, hex);
	if (request != NULL)
		(void)snprintf(out, CAO_CONTAINER_NAME_SIZE, "%s", request);
	else
		(void)snprintf(out, CAO_CONTAINER_NAME_SIZE, "application-%.*s",
		    2 * NAMED_BY_CONTENT, hex);
}

char *
cao_container_path(
    const struct cao_container *c, const char *name, const char *file)
{
	char *folder = cao_path_join(c->dir, name), *path;

	if (folder == NULL || file == NULL)
		return folder;
	path = cao_path_join(folder, file);
	free(folder);
	return path;
}

enum cao_status
cao_container_write(const struct cao_container *c, const char *name,
    const char *file, const void *data, size_t len, struct cao_error *err)
{
	char *folder = cao_container_path(c, name, NULL);
	char *path = cao_container_path(c, name, file);
	enum cao_status st;

	if (folder == NULL || path == NULL)
		st = cao_fail_memory(err);
	else if ((st = cao_file_mkdir(folder, err)) == CAO_OK)
		st = cao_file_write(path, data, len, err);
	free(folder);
	free(path);
	return st;
}

enum cao_status
cao_container_read(const struct cao_container *c, const char *name,
    const char *file, struct cao_buf *ret, struct cao_error *err)
{
	char *path = cao_container_path(c, name, file);
	enum cao_status st;

	if (path == NULL)
		return cao_fail_memory(err);
	st = cao_file_read(path, FILE_MAX, ret, err);
	free(path);
	return st;
}

static enum cao_status
need_pin(const struct cao_container *c, struct cao_error *err)
{
	if (c->pin != NULL)
		return CAO_OK;
	return cao_fail(err, CAO_INPUT,
	    "%s: the keys in it need a PIN; give --pin", c->dir);
}

enum cao_status
cao_container_put_key(const struct cao_container *c, const char *name,
    const char *file, const struct cao_key *key, struct cao_error *err)
{
	struct cao_buf pem = { 0 };
	enum cao_status st;

	if ((st = need_pin(c, err)) == CAO_OK &&
	    (st = cao_key_save(key, c->pin, &pem, err)) == CAO_OK)
		st = cao_container_write(c, name, file, pem.data, pem.len, err);
	cao_buf_free(&pem);
	return st;
}

enum cao_status
cao_container_get_key(const struct cao_container *c, const char *name,
    const char *file, struct cao_key **ret, struct cao_error *err)
{
	char *path = cao_container_path(c, name, file);
	struct cao_buf pem = { 0 };
	enum cao_status st;

	if (path == NULL)
		return cao_fail_memory(err);
	if ((st = need_pin(c, err)) == CAO_OK &&
	    (st = cao_file_read(path, FILE_MAX, &pem, err)) == CAO_OK)
		st = cao_key_load(
		    path, cao_buf_text(&pem), pem.len, c->pin, ret, err);
	cao_buf_free(&pem);
	free(path);
	return st;
}

/* Keys that wait. */

static_assert(CAO_WAITING_SIZE == sizeof WAITING + 2 * NAMED_BY_APPLICATION,
    "a waiting folder's name fits");

enum cao_status
cao_container_lock(
    const struct cao_container *c, int *ret_fd, struct cao_error *err)
{
	enum cao_status st = cao_file_mkdir(c->dir, err);

	return st == CAO_OK ? cao_folder_lock_wait(c->dir, ret_fd, err) : st;
}

void
cao_container_waiting(const char *request,
    const unsigned char content[CAO_DIGEST_SIZE], char out[CAO_WAITING_SIZE])
{
	unsigned char data[CAO_REQUEST_SIZE + CAO_DIGEST_SIZE] = { 0 };
	unsigned char digest[CAO_DIGEST_SIZE];
	size_t len = request != NULL ? strlen(request) : 0;
	char hex[CAO_DIGEST_HEX];

	assert(len < CAO_REQUEST_SIZE);
	if (len > 0)
		memcpy(data, request, len);
	memcpy(data + len + 1, content, CAO_DIGEST_SIZE);
	cao_sha256(data, len + 1 + CAO_DIGEST_SIZE, digest);
	cao_digest_hex(digest, hex);
	(void)snprintf(out, CAO_WAITING_SIZE, WAITING "%.*s",
	    2 * NAMED_BY_APPLICATION, hex);
}

/* One of many: the container, which is there, is synced once for all. */
static enum cao_status
make_folder(
    const struct cao_container *c, const char *name, struct cao_error *err)
{
	char *path = cao_container_path(c, name, NULL);
	enum cao_status st = CAO_OK;

	if (path == NULL)
		return cao_fail_memory(err);
	if (mkdir(path, S_IRWXU) == -1 && errno != EEXIST)
		st = cao_fail_errno(err, "%s", path);
	free(path);
	return st;
}

enum cao_status
cao_container_stage(const struct cao_container *c, const char *waiting,
    const struct cao_key *key, const void *csr_der, size_t csr_len,
    struct cao_error *err)
{
	struct cao_buf pem = { 0 };
	enum cao_status st;

	cao_pem_put(&pem, "CERTIFICATE REQUEST", csr_der, csr_len);
	st = cao_buf_ok(&pem) ? CAO_OK : cao_fail_memory(err);
	if (st == CAO_OK)
		st = make_folder(c, waiting, err);
	if (st == CAO_OK)
		st = cao_container_put_key(c, waiting, KEY_FILE, key, err);
	/* The request comes last: where it is, all is. */
	if (st == CAO_OK)
		st = cao_container_write(
		    c, waiting, CSR_FILE, pem.data, pem.len, err);
	if (st != CAO_OK)
		cao_container_drop(c, waiting);
	cao_buf_free(&pem);
	return st;
}

static enum cao_status
read_csr(const struct cao_container *c, const char *name, struct cao_csr *ret,
    struct cao_error *err)
{
	struct cao_buf pem = { 0 };
	enum cao_status st;

	st = cao_container_read(c, name, CSR_FILE, &pem, err);
	if (st == CAO_OK)
		st = cao_csr_read(CSR_FILE, pem.data, pem.len, ret, err);
	cao_buf_free(&pem);
	return st;
}

/* Both files as they were written; CAO_NOTFOUND or CAO_INPUT if not. */
static enum cao_status
read_waiting(const struct cao_container *c, const char *waiting,
    struct cao_csr *ret, struct cao_error *err)
{
	struct cao_buf pem = { 0 }, der = { 0 };
	enum cao_status st;

	st = cao_container_read(c, waiting, KEY_FILE, &pem, err);
	if (st == CAO_OK)
		st = cao_pem_get(KEY_FILE, cao_buf_text(&pem), pem.len, NULL,
		    &der, NULL, err);
	if (st == CAO_OK)
		st = read_csr(c, waiting, ret, err);
	cao_buf_free(&pem);
	cao_buf_free(&der);
	return st;
}

/* Open the key and hold it to its request. */
static enum cao_status
open_waiting(const struct cao_container *c, const char *waiting,
    struct cao_csr *csr, struct cao_key **ret, struct cao_error *err)
{
	struct cao_key *key = NULL;
	enum cao_status st;

	st = cao_container_get_key(c, waiting, KEY_FILE, &key, err);
	if (st == CAO_INPUT)
		return cao_fail(err, CAO_INPUT,
		    "%s/%s: the key that this application made before is under "
		    "another PIN: give that one, or move the folder away",
		    c->dir, waiting);
	if (st != CAO_OK)
		return st;
	if (cao_key_equal(key, csr->key)) {
		*ret = key;
		return CAO_OK;
	}
	cao_key_free(key);
	return cao_fail(err, CAO_DENIED,
	    "%s/%s holds a key and the request of another: move it away",
	    c->dir, waiting);
}

static enum cao_status
sync_folder(
    const struct cao_container *c, const char *name, struct cao_error *err)
{
	char *path = cao_container_path(c, name, NULL);
	enum cao_status st;

	if (path == NULL)
		return cao_fail_memory(err);
	st = cao_file_sync_dir(path, err);
	free(path);
	return st;
}

enum cao_status
cao_container_find(const struct cao_container *c, const char *waiting,
    struct cao_key **ret_key, struct cao_buf *ret_csr, struct cao_error *err)
{
	struct cao_csr csr = { .key = NULL };
	struct cao_key *key = NULL;
	enum cao_status st;

	st = read_waiting(c, waiting, &csr, err);
	if (st == CAO_NOTFOUND || st == CAO_INPUT) {
		cao_container_drop(c, waiting);
		st = CAO_OK;
	} else if (st == CAO_OK) {
		st = open_waiting(c, waiting, &csr, &key, err);
		if (st == CAO_OK)
			st = sync_folder(c, waiting, err);
	}
	if (st == CAO_OK) {
		*ret_key = key;
		if (key != NULL) {
			cao_buf_free(ret_csr);
			*ret_csr = csr.der;
			csr.der = (struct cao_buf){ 0 };
		}
		key = NULL;
	}
	cao_key_free(key);
	cao_csr_free(&csr);
	return st;
}

/* Is the folder's key the one of that digest, by its request? */
static enum cao_status
holds(const struct cao_container *c, const char *name,
    const unsigned char digest[CAO_DIGEST_SIZE], struct cao_error *err)
{
	struct cao_csr csr = { .key = NULL };
	enum cao_status st = read_csr(c, name, &csr, err);

	if (st == CAO_NOTFOUND || st == CAO_INPUT ||
	    (st == CAO_OK &&
		memcmp(csr.key_digest, digest, CAO_DIGEST_SIZE) != 0))
		st = cao_fail(err, CAO_DENIED,
		    "%s/%s holds something else than the order's key: move it "
		    "away",
		    c->dir, name);
	cao_csr_free(&csr);
	return st;
}

bool
cao_container_waits(const struct cao_container *c, const char *waiting,
    const unsigned char digest[CAO_DIGEST_SIZE])
{
	char *path = cao_container_path(c, waiting, CSR_FILE);
	struct cao_error ignored;
	bool waits;

	waits = path != NULL && cao_file_exists(path) &&
	    holds(c, waiting, digest, &ignored) == CAO_OK;
	free(path);
	return waits;
}

enum cao_status
cao_container_claim(const struct cao_container *c, const char *waiting,
    const unsigned char digest[CAO_DIGEST_SIZE], const char *name,
    struct cao_error *err)
{
	char *from = cao_container_path(c, waiting, NULL);
	char *to = cao_container_path(c, name, NULL);
	enum cao_status st = CAO_OK;

	if (from == NULL || to == NULL)
		st = cao_fail_memory(err);
	else if (cao_file_exists(from) &&
	    (st = holds(c, waiting, digest, err)) != CAO_OK &&
	    !cao_file_exists(from))
		st = CAO_OK; /* another process just gave it the name */
	if (st != CAO_OK || rename(from, to) == 0)
		goto out;
	if (!cao_file_exists(to))
		st = cao_fail_errno(err, "%s", from);
	else if ((st = holds(c, name, digest, err)) == CAO_OK)
		cao_container_drop(c, waiting);
out:
	free(from);
	free(to);
	return st;
}

enum cao_status
cao_container_sync(const struct cao_container *c, struct cao_error *err)
{
	return cao_file_sync_dir(c->dir, err);
}

void
cao_container_drop(const struct cao_container *c, const char *waiting)
{
	char *path = cao_container_path(c, waiting, NULL);
	struct cao_error ignored;
	enum cao_status st = CAO_OK;

	if (path != NULL)
		st = cao_folder_remove(path, &ignored);
	(void)st;
	free(path);
}
