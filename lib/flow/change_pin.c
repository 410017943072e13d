/*
 * The keys of a container under another PIN.
 *
 * "<name>" is always whole, and under one PIN: a new folder ".pin-<name>" is
 * filled, synced and changes places with it at once; then what is behind the
 * new name, a draft or the old keys, is removed.  Whatever instant a crash
 * comes at, ".pin-<name>" is of no use to anybody, and the next change removes
 * it first.  Who runs the same change again finds the keys under the new PIN
 * and is done.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/folder.h"
#include "flow/container.h"

#define DRAFT ".pin-"

static bool
ends_with(const char *name, const char *end)
{
	size_t n = strlen(name), m = strlen(end);

	return n > m && strcmp(name + n - m, end) == 0;
}

/* What a crash left half-written. */
static bool
is_leftover(const char *name)
{
	return name[0] == '.' && ends_with(name, ".tmp");
}

/* Do all of the folder's keys open with the PIN? */
static enum cao_status
open_all(const struct cao_container *c, const char *name, char *const *files,
    struct cao_error *err)
{
	enum cao_status st = CAO_OK;
	struct cao_key *key;
	size_t keys = 0;

	for (size_t i = 0; st == CAO_OK && files[i] != NULL; i++) {
		if (is_leftover(files[i]) || !ends_with(files[i], ".key"))
			continue;
		st = cao_container_get_key(c, name, files[i], &key, err);
		if (st == CAO_OK)
			cao_key_free(key);
		keys++;
	}
	if (st == CAO_OK && keys == 0)
		st = cao_fail(
		    err, CAO_NOTFOUND, "%s/%s holds no key", c->dir, name);
	return st;
}

static enum cao_status
copy_file(const struct cao_container *from, const struct cao_container *to,
    const char *name, const char *draft, const char *file,
    struct cao_error *err)
{
	struct cao_buf content = { 0 };
	struct cao_key *key = NULL;
	enum cao_status st;

	if (ends_with(file, ".key")) {
		st = cao_container_get_key(from, name, file, &key, err);
		if (st == CAO_OK)
			st = cao_container_put_key(to, draft, file, key, err);
	} else {
		st = cao_container_read(from, name, file, &content, err);
		if (st == CAO_OK)
			st = cao_container_write(
			    to, draft, file, content.data, content.len, err);
	}
	cao_key_free(key);
	cao_buf_free(&content);
	return st;
}

/* Fill the draft, let it change places, remove what was there. */
static enum cao_status
change(const struct cao_container *from, const struct cao_container *to,
    const char *name, const char *draft, char *const *files,
    struct cao_error *err)
{
	char *a = cao_container_path(from, name, NULL);
	char *b = cao_container_path(from, draft, NULL);
	enum cao_status st = CAO_OK;

	if (a == NULL || b == NULL)
		st = cao_fail_memory(err);
	for (size_t i = 0; st == CAO_OK && files[i] != NULL; i++)
		if (!is_leftover(files[i]))
			st = copy_file(from, to, name, draft, files[i], err);
	if (st == CAO_OK)
		st = cao_folder_exchange(a, b, err);
	/* The draft on failure, the old keys on success. */
	if (b != NULL) {
		struct cao_error left;
		enum cao_status swept = cao_folder_remove(b, &left);

		if (st == CAO_OK && (st = swept) != CAO_OK)
			*err = left;
	}
	free(a);
	free(b);
	return st;
}

/* With the container locked: is it to be done, or done already? */
static enum cao_status
change_locked(const struct cao_container *from, const struct cao_container *to,
    const char *name, struct cao_error *err)
{
	char *folder = cao_container_path(from, name, NULL), *leftover = NULL;
	struct cao_buf draft = { 0 };
	char **files = NULL;
	struct cao_error other;
	enum cao_status st;

	cao_buf_printf(&draft, DRAFT "%s", name);
	leftover = cao_container_path(from, cao_buf_text(&draft), NULL);
	if (folder == NULL || leftover == NULL || !cao_buf_ok(&draft))
		st = cao_fail_memory(err);
	else if ((st = cao_folder_remove(leftover, err)) == CAO_OK)
		st = cao_folder_list(folder, &files, err);
	if (st != CAO_OK)
		goto out;
	if ((st = open_all(from, name, files, err)) == CAO_OK)
		st = change(from, to, name, cao_buf_text(&draft), files, err);
	else if (st == CAO_INPUT && open_all(to, name, files, &other) == CAO_OK)
		st = CAO_OK;
out:
	cao_folder_list_free(files);
	cao_buf_free(&draft);
	free(leftover);
	free(folder);
	return st;
}

enum cao_status
cao_container_change_pin(const struct cao_container *from,
    const struct cao_container *to, const char *name, struct cao_error *err)
{
	enum cao_status st;
	int lock = -1;

	if ((st = cao_folder_lock(from->dir, &lock, err)) == CAO_OK) {
		st = change_locked(from, to, name, err);
		(void)close(lock);
	}
	return st;
}
