/* Key containers: folders of PEM files. */
#include <sys/stat.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"
#include "flow/container.h"

#define FILE_MAX (256 * 1024) /* octets of a file in it */
#define KEY_FILE "sign.key"
#define CSR_FILE "sign.csr"
#define WAITING ".new-"
#define NAMED_BY_CONTENT 8 /* octets of a digest in a folder's name */

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

#define WAITING_SIZE (sizeof WAITING - 1 + CAO_DIGEST_HEX)

static void
waiting_name(
    const unsigned char digest[CAO_DIGEST_SIZE], char out[WAITING_SIZE])
{
	char hex[CAO_DIGEST_HEX];

	cao_digest_hex(digest, hex);
	(void)snprintf(out, WAITING_SIZE, WAITING "%s", hex);
}

/* One of many: the container is synced once for all of them. */
static enum cao_status
make_folder(
    const struct cao_container *c, const char *name, struct cao_error *err)
{
	char *path = cao_container_path(c, name, NULL);
	enum cao_status st;

	if (path == NULL)
		return cao_fail_memory(err);
	st = cao_file_mkdir(c->dir, err);
	if (st == CAO_OK && mkdir(path, S_IRWXU) == -1 && errno != EEXIST)
		st = cao_fail_errno(err, "%s", path);
	free(path);
	return st;
}

enum cao_status
cao_container_stage(const struct cao_container *c, const struct cao_key *key,
    const void *csr_der, size_t csr_len, struct cao_error *err)
{
	unsigned char digest[CAO_DIGEST_SIZE];
	char name[WAITING_SIZE];
	struct cao_buf pem = { 0 };
	enum cao_status st;

	cao_key_digest(key, digest);
	waiting_name(digest, name);
	cao_pem_put(&pem, "CERTIFICATE REQUEST", csr_der, csr_len);
	st = cao_buf_ok(&pem) ? CAO_OK : cao_fail_memory(err);
	if (st == CAO_OK)
		st = make_folder(c, name, err);
	if (st == CAO_OK)
		st = cao_container_put_key(c, name, KEY_FILE, key, err);
	if (st == CAO_OK)
		st = cao_container_write(
		    c, name, CSR_FILE, pem.data, pem.len, err);
	if (st != CAO_OK)
		cao_container_drop(c, digest);
	cao_buf_free(&pem);
	return st;
}

bool
cao_container_waits(
    const struct cao_container *c, const unsigned char digest[CAO_DIGEST_SIZE])
{
	char name[WAITING_SIZE], *path;
	bool there;

	waiting_name(digest, name);
	path = cao_container_path(c, name, CSR_FILE);
	there = path != NULL && cao_file_exists(path);
	free(path);
	return there;
}

/* Is the folder's key the one of that digest, by its request? */
static enum cao_status
holds(const struct cao_container *c, const char *name,
    const unsigned char digest[CAO_DIGEST_SIZE], struct cao_error *err)
{
	struct cao_csr csr = { .key = NULL };
	struct cao_buf pem = { 0 };
	enum cao_status st;

	st = cao_container_read(c, name, CSR_FILE, &pem, err);
	if (st == CAO_OK)
		st = cao_csr_read(CSR_FILE, pem.data, pem.len, &csr, err);
	if (st == CAO_NOTFOUND || st == CAO_INPUT ||
	    (st == CAO_OK &&
		memcmp(csr.key_digest, digest, CAO_DIGEST_SIZE) != 0))
		st = cao_fail(err, CAO_DENIED,
		    "%s/%s is there already and holds something else than the "
		    "order's key: move it away",
		    c->dir, name);
	cao_csr_free(&csr);
	cao_buf_free(&pem);
	return st;
}

enum cao_status
cao_container_claim(const struct cao_container *c,
    const unsigned char digest[CAO_DIGEST_SIZE], const char *name,
    struct cao_error *err)
{
	char waiting[WAITING_SIZE], *from, *to;
	enum cao_status st;

	waiting_name(digest, waiting);
	from = cao_container_path(c, waiting, NULL);
	to = cao_container_path(c, name, NULL);
	if (from == NULL || to == NULL) {
		st = cao_fail_memory(err);
	} else if (rename(from, to) == 0) {
		st = CAO_OK;
	} else if (cao_file_exists(to)) {
		if ((st = holds(c, name, digest, err)) == CAO_OK)
			cao_container_drop(c, digest);
	} else {
		st = cao_fail_errno(err, "%s", from);
	}
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
cao_container_drop(
    const struct cao_container *c, const unsigned char digest[CAO_DIGEST_SIZE])
{
	static const char *const files[] = { KEY_FILE, CSR_FILE, NULL };
	char name[WAITING_SIZE], *path;

	waiting_name(digest, name);
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		if ((path = cao_container_path(c, name, files[i])) == NULL)
			continue;
		if (files[i] != NULL)
			(void)unlink(path);
		else
			(void)rmdir(path);
		free(path);
	}
}
