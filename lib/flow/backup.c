/* A store backed up while it is in use. */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/folder.h"
#include "flow/backup.h"
#include "flow/setup.h"
#include "store/manifest.h"
#include "store/object.h"

#define REGISTER "ca/operators"
#define REGISTER_TRIES 100
#define REGISTER_PAUSE_MS 50

struct backup {
	struct cao_store *store;
	const struct cao_env *env;
	struct cao_backup_place place;
	struct cao_manifest_draft manifest;
	cao_progress *progress;
	void *arg;
	uint64_t done, total; /* octets of contents */
};

/* ---- What it is made of ---- */

/* Enter a file of the draft as it now is, read back. */
static enum cao_status
enter(struct backup *b, const char *below, struct cao_error *err)
{
	unsigned char digest[CAO_DIGEST_SIZE];
	char *path = cao_path_join(b->place.draft, below);
	enum cao_status st;
	uint64_t size;

	if (path == NULL)
		st = cao_fail_memory(err);
	else if ((st = cao_sha256_file(path, digest, &size, err)) == CAO_OK)
		st = cao_manifest_add(&b->manifest, below, digest, size, err);
	free(path);
	return st;
}

/* Enter one that all backups share. */
static enum cao_status
enter_shared(struct backup *b, const char *below,
    const unsigned char digest[CAO_DIGEST_SIZE], uint64_t size,
    struct cao_error *err)
{
	char *name = cao_path_join("..", below);
	enum cao_status st;

	st = name == NULL
	    ? cao_fail_memory(err)
	    : cao_manifest_add(&b->manifest, name, digest, size, err);
	free(name);
	return st;
}

/* The operators' register, of which the snapshot says which it is. */
static enum cao_status
read_register(struct backup *b, struct cao_buf *ret, bool *ret_noted,
    struct cao_error *err)
{
	struct cao_query *q = cao_db_use(b->store->db, SQL_NOTE_LAST);
	unsigned char digest[CAO_DIGEST_SIZE];
	char hex[CAO_DIGEST_HEX];
	enum cao_status st;
	bool row;

	cao_db_text(q, ":kind", "register");
	if ((st = cao_db_step(q, &row, err)) != CAO_OK)
		return st;
	st = cao_store_file(b->store, REGISTER, CAO_REGISTER_MAX, ret, err);
	if (st == CAO_OK) {
		cao_sha256(ret->data, ret->len, digest);
		cao_digest_hex(digest, hex);
		*ret_noted = row && strcmp(cao_col_text(q, 1), hex) == 0;
	}
	cao_db_done(q);
	return st;
}

/* A snapshot of the database that the register fits.  An operator is entered
 * into the file first, and journalled a moment later. */
static enum cao_status
take_snapshot(struct backup *b, struct cao_buf *reg, struct cao_error *err)
{
	enum cao_status st;
	bool noted = false;

	for (int i = 0; i < REGISTER_TRIES; i++) {
		if ((st = cao_db_begin_read(b->store->db, __func__, err)))
			return st;
		st = read_register(b, reg, &noted, err);
		if (st == CAO_OK && noted)
			return CAO_OK;
		cao_db_rollback(b->store->db);
		if (st != CAO_OK)
			return st;
		(void)poll(NULL, 0, REGISTER_PAUSE_MS);
	}
	return cao_fail(err, CAO_INTEGRITY,
	    "the operators' register (ca/operators) is not the one that was "
	    "journalled last; see ca-admin verify");
}

/* The database and the register that it names. */
static enum cao_status
copy_facts(struct backup *b, struct cao_error *err)
{
	char *db = NULL, *operators = NULL;
	struct cao_buf reg = { 0 };
	enum cao_status st;

	if ((st = take_snapshot(b, &reg, err)) == CAO_OK && !b->env->dry_run &&
	    (st = cao_file_below(b->place.draft, "orders.db", &db, err)) ==
		CAO_OK &&
	    (st = cao_file_below(b->place.draft, REGISTER, &operators, err)) ==
		CAO_OK &&
	    (st = cao_db_copy(b->store->db, db, b->progress, b->arg, err)) ==
		CAO_OK)
		st = cao_file_write(operators, reg.data, reg.len, err);
	cao_db_rollback(b->store->db);
	if (st == CAO_OK && !b->env->dry_run)
		st = enter(b, REGISTER, err);
	cao_buf_free(&reg);
	free(operators);
	free(db);
	return st;
}

static enum cao_status
copy_file(struct backup *b, const char *below, struct cao_error *err)
{
	char *from = cao_store_path(b->store, below), *to = NULL;
	enum cao_status st;

	if (from == NULL)
		return cao_fail_memory(err);
	if ((st = cao_file_below(b->place.draft, below, &to, err)) == CAO_OK &&
	    (st = cao_file_copy(from, to, err)) == CAO_OK)
		st = enter(b, below, err);
	free(from);
	free(to);
	return st;
}

/* The files below a folder of the store. */
static enum cao_status
copy_folder(struct backup *b, const char *name, struct cao_error *err)
{
	char *path = cao_store_path(b->store, name), **list = NULL, *below;
	enum cao_status st;

	st = path == NULL ? cao_fail_memory(err)
			  : cao_folder_tree(path, &list, err);
	for (size_t i = 0; st == CAO_OK && list[i] != NULL; i++) {
		if ((below = cao_path_join(name, list[i])) == NULL)
			st = cao_fail_memory(err);
		else if (strcmp(below, REGISTER) != 0)
			st = copy_file(b, below, err);
		free(below);
	}
	cao_folder_list_free(list);
	free(path);
	return st;
}

/* Everything but the database and the contents. */
static enum cao_status
copy_files(struct backup *b, struct cao_error *err)
{
	enum cao_status st;
	char **list, *path;

	if ((st = cao_folder_list(b->store->dir, &list, err)) != CAO_OK)
		return st;
	for (size_t i = 0; st == CAO_OK && list[i] != NULL; i++) {
		if (list[i][0] == '.' || strcmp(list[i], "objects") == 0 ||
		    strncmp(list[i], "orders.db", 9) == 0)
			continue;
		if ((path = cao_store_path(b->store, list[i])) == NULL)
			st = cao_fail_memory(err);
		else if (cao_folder_exists(path))
			st = copy_folder(b, list[i], err);
		else
			st = copy_file(b, list[i], err);
		free(path);
	}
	cao_folder_list_free(list);
	return st;
}

/* The content under the cursor, to what all backups share. */
static enum cao_status
copy_object(struct backup *b, const struct cao_query *q, struct cao_error *err)
{
	unsigned char digest[CAO_DIGEST_SIZE], file[CAO_DIGEST_SIZE];
	int64_t size = cao_col_int(q, 1);
	char below[CAO_OBJECT_BELOW];
	enum cao_status st;
	uint64_t len;

	cao_store_digest(q, 0, digest);
	if (size < 0 || size > CAO_OBJECT_MAX)
		return cao_fail(err, CAO_INTEGRITY,
		    "a content's size is recorded as %lld octets",
		    (long long)size);
	st = cao_object_copy(b->store, b->place.dir, digest, (size_t)size,
	    below, file, &len, err);
	if (st == CAO_OK)
		st = enter_shared(b, below, file, len, err);
	b->done += (uint64_t)size;
	if (st == CAO_OK && b->progress != NULL)
		b->progress(b->arg, "objects", b->done, b->total);
	return st;
}

/* All that the copied database names. */
static enum cao_status
copy_objects(struct backup *b, struct cao_store *copy, struct cao_error *err)
{
	struct cao_query *q = cao_db_use(copy->db, SQL_BACKUP_OCTETS);
	enum cao_status st;
	int64_t total;
	bool row;

	if ((st = cao_db_number(q, &total, err)) != CAO_OK)
		return st;
	b->total = (uint64_t)total;
	q = cao_db_use(copy->db, SQL_VERIFY_OBJECTS);
	while ((st = cao_db_step(q, &row, err)) == CAO_OK && row)
		if ((st = copy_object(b, q, err)) != CAO_OK)
			break;
	cao_db_done(q);
	return st;
}

/* ---- Is it good? ---- */

struct first {
	struct cao_error error;
};

static void
keep_first(void *arg, const struct cao_error *err)
{
	struct first *f = arg;

	if (f->error.status == CAO_OK)
		f->error = *err;
}

enum cao_status
cao_backup_verify(struct cao_store *s, struct cao_error *err)
{
	struct first first = { .error = { .status = CAO_OK } };
	enum cao_status st;

	if ((st = cao_db_check(s->db, err)) == CAO_OK &&
	    (st = cao_db_begin_read(s->db, __func__, err)) == CAO_OK)
		st = cao_journal_verify(s, keep_first, NULL, &first, err);
	cao_db_rollback(s->db);
	if (st == CAO_OK && first.error.status != CAO_OK) {
		*err = first.error;
		st = err->status;
	}
	return st;
}

/* Open the copy, hold it to its journal, and fetch what it names. */
static enum cao_status
complete(struct backup *b, struct cao_error *err)
{
	struct cao_store *copy;
	enum cao_status st;

	if ((st = cao_store_open(b->place.draft, &copy, err)) != CAO_OK)
		return st;
	if ((st = cao_backup_verify(copy, err)) == CAO_OK)
		st = copy_objects(b, copy, err);
	cao_store_close(copy);
	if (st == CAO_OK)
		st = enter(b, "orders.db", err);
	return st;
}

/* The manifest, and then its own name. */
static enum cao_status
finish(struct backup *b, char **ret, struct cao_error *err)
{
	char *final = cao_path_join(b->place.dir, b->place.name), *path = NULL;
	struct cao_buf text = { 0 };
	enum cao_status st;

	st = final == NULL
	    ? cao_fail_memory(err)
	    : cao_manifest_end(&b->manifest, b->env->now, &text, err);
	if (st == CAO_OK &&
	    (st = cao_file_below(
		 b->place.draft, CAO_BACKUP_MANIFEST, &path, err)) == CAO_OK &&
	    (st = cao_file_write(path, text.data, text.len, err)) == CAO_OK &&
	    rename(b->place.draft, final) == -1)
		st = cao_fail_errno(err, "%s", final);
	if (st == CAO_OK)
		st = cao_file_sync_dir(b->place.dir, err);
	cao_buf_free(&text);
	free(path);
	if (st == CAO_OK)
		*ret = final;
	else
		free(final);
	return st;
}

enum cao_status
cao_store_backup(struct cao_store *s, const struct cao_env *env,
    const char *dir, cao_progress *progress, void *arg, char **ret_path,
    struct cao_error *err)
{
	struct backup b = { .store = s,
		.env = env,
		.place = { .lock = -1 },
		.progress = progress,
		.arg = arg };
	enum cao_status st;

	*ret_path = NULL;
	if (env->dry_run)
		return copy_facts(&b, err);
	if ((st = cao_backup_place_make(s, dir, env->now, &b.place, err)) ==
		CAO_OK &&
	    (st = copy_facts(&b, err)) == CAO_OK &&
	    (st = copy_files(&b, err)) == CAO_OK &&
	    (st = complete(&b, err)) == CAO_OK)
		st = finish(&b, ret_path, err);
	if (st != CAO_OK && b.place.draft != NULL)
		cao_setup_sweep(b.place.draft);
	cao_backup_place_free(&b.place);
	cao_buf_free(&b.manifest.lines);
	return st;
}
