/* A backup put into the place of a store. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/folder.h"
#include "flow/backup.h"
#include "flow/setup.h"
#include "store/manifest.h"
#include "store/object.h"
#include "store/witness.h"

#define MANIFEST_MAX ((size_t)1024 * 1024 * 1024)

struct restore {
	char *from; /* the backup */
	struct cao_buf text;
	struct cao_manifest manifest;
	const char *draft; /* NULL: nothing is written */
	cao_progress *progress;
	void *arg;
	uint64_t done;
};

static bool
is_backup(const char *dir)
{
	char *path = cao_path_join(dir, CAO_BACKUP_MANIFEST);
	bool there = path != NULL && cao_file_exists(path);

	free(path);
	return there;
}

/* The latest one in a folder of backups. */
static enum cao_status
find_latest(const char *dir, char **ret, struct cao_error *err)
{
	enum cao_status st;
	char *path = NULL;
	char **list;
	size_t n = 0;

	if ((st = cao_folder_list(dir, &list, err)) != CAO_OK)
		return st;
	while (list[n] != NULL)
		n++;
	while (st == CAO_OK && path == NULL && n-- > 0) {
		if (!cao_backup_name_ok(list[n]))
			continue;
		if ((path = cao_path_join(dir, list[n])) == NULL)
			st = cao_fail_memory(err);
		else if (!is_backup(path)) {
			free(path);
			path = NULL;
		}
	}
	cao_folder_list_free(list);
	if (st == CAO_OK && path == NULL)
		st = cao_fail(
		    err, CAO_NOTFOUND, "%s: there is no backup in it", dir);
	if (st == CAO_OK)
		*ret = path;
	return st;
}

static enum cao_status
open_backup(struct restore *r, const char *dir, struct cao_error *err)
{
	enum cao_status st = CAO_OK;
	char *path;

	if (!is_backup(dir))
		st = find_latest(dir, &r->from, err);
	else if ((r->from = strdup(dir)) == NULL)
		st = cao_fail_memory(err);
	if (st != CAO_OK)
		return st;
	if ((path = cao_path_join(r->from, CAO_BACKUP_MANIFEST)) == NULL)
		return cao_fail_memory(err);
	st = cao_file_read(path, MANIFEST_MAX, &r->text, err);
	if (st == CAO_OK)
		st = cao_manifest_begin(
		    cao_buf_text(&r->text), r->text.len, &r->manifest, err);
	if (st == CAO_INTEGRITY)
		(void)cao_error_prefix(err, "%s", path);
	free(path);
	return st;
}

/* "<draft>/<path>", without what stands for the shared folder. */
static enum cao_status
place_of(const struct restore *r, const char *path, char **ret,
    struct cao_error *err)
{
	size_t shared = strlen(CAO_MANIFEST_SHARED);

	if (strncmp(path, CAO_MANIFEST_SHARED, shared) == 0)
		path += shared;
	return cao_file_below(r->draft, path, ret, err);
}

/* Copy one file, and hold what was written (or, of a dry run, what is there)
 * to its digest. */
static enum cao_status
fetch(
    struct restore *r, const struct cao_manifest_file *f, struct cao_error *err)
{
	char *from = cao_path_join(r->from, f->path), *to = NULL;
	unsigned char digest[CAO_DIGEST_SIZE];
	uint64_t size = 0;
	enum cao_status st = CAO_OK;

	if (from == NULL)
		return cao_fail_memory(err);
	if (r->draft != NULL && (st = place_of(r, f->path, &to, err)) == CAO_OK)
		st = cao_file_copy(from, to, err);
	if (st == CAO_OK)
		st =
		    cao_sha256_file(to != NULL ? to : from, digest, &size, err);
	if (st == CAO_NOTFOUND)
		st = cao_fail(
		    err, CAO_INTEGRITY, "%s: is not in the backup", from);
	if (st == CAO_OK && memcmp(digest, f->digest, sizeof digest) != 0)
		st = cao_fail(err, CAO_INTEGRITY,
		    "%s: was altered after the backup was made", from);
	r->done += size;
	if (st == CAO_OK && r->progress != NULL)
		r->progress(r->arg, f->path, r->done, r->manifest.octets);
	free(from);
	free(to);
	return st;
}

static enum cao_status
fetch_all(struct restore *r, struct cao_error *err)
{
	struct cao_manifest_file f;
	enum cao_status st;
	bool more;

	for (;;) {
		st = cao_manifest_next(&r->manifest, &f, &more, err);
		if (st == CAO_INTEGRITY)
			return cao_error_prefix(
			    err, "%s/%s", r->from, CAO_BACKUP_MANIFEST);
		if (st != CAO_OK || !more)
			return st;
		if ((st = fetch(r, &f, err)) != CAO_OK)
			return st;
	}
}

/* Is all there that the database names? */
static enum cao_status
check_objects(struct cao_store *s, struct cao_error *err)
{
	struct cao_query *q = cao_db_use(s->db, SQL_VERIFY_OBJECTS);
	unsigned char digest[CAO_DIGEST_SIZE];
	char hex[CAO_DIGEST_HEX];
	enum cao_status st;
	bool row;

	while ((st = cao_db_step(q, &row, err)) == CAO_OK && row) {
		cao_store_digest(q, 0, digest);
		if (cao_object_there(s, digest))
			continue;
		cao_digest_hex(digest, hex);
		st = cao_fail(err, CAO_INTEGRITY, "object %s is missing", hex);
		break;
	}
	cao_db_done(q);
	return st;
}

static enum cao_status
check_register(struct cao_store *s, struct cao_error *err)
{
	enum cao_status st;
	bool noted;

	st = cao_setup_register_noted(s, &noted, err);
	if (st == CAO_OK && !noted)
		st = cao_fail(err, CAO_INTEGRITY,
		    "the operators' register (ca/operators) is not the one "
		    "that was journalled last");
	return st == CAO_OK ? cao_setup_check_wechat(s, err) : st;
}

/* Hold the store that was put together to its journal, and to the journal of
 * revocations where it will be. */
static enum cao_status
check_draft(struct restore *r, const char *dir, struct cao_restored *ret,
    struct cao_error *err)
{
	struct cao_store *s;
	enum cao_status st;

	if ((st = cao_store_open(r->draft, &s, err)) != CAO_OK)
		return st;
	if ((st = cao_backup_verify(s, err)) == CAO_OK &&
	    (st = check_register(s, err)) == CAO_OK &&
	    (st = check_objects(s, err)) == CAO_OK)
		st = cao_witness_adopt(
		    s, dir, &ret->behind, &ret->witness_made, err);
	cao_store_close(s);
	return st;
}

/* In a folder beside it, which then takes its name. */
static enum cao_status
put_together(struct restore *r, const char *dir, struct cao_restored *ret,
    struct cao_error *err)
{
	enum cao_status st;
	char *draft;

	if ((draft = cao_setup_draft(dir)) == NULL)
		return cao_fail_memory(err);
	r->draft = draft;
	cao_setup_sweep(draft);
	if ((st = cao_setup_folders(draft, err)) == CAO_OK &&
	    (st = fetch_all(r, err)) == CAO_OK &&
	    (st = check_draft(r, dir, ret, err)) == CAO_OK)
		st = cao_setup_put_in_place(draft, dir, err);
	if (st != CAO_OK)
		cao_setup_sweep(draft);
	free(draft);
	return st;
}

enum cao_status
cao_store_restore(const char *from, const char *dir, const struct cao_env *env,
    cao_progress *progress, void *arg, struct cao_restored *ret,
    struct cao_error *err)
{
	struct restore r = { .progress = progress, .arg = arg };
	struct cao_restored done = { .at = 0 };
	enum cao_status st;

	if ((st = cao_setup_check_free(dir, err)) == CAO_OK &&
	    (st = open_backup(&r, from, err)) == CAO_OK)
		st = env->dry_run ? fetch_all(&r, err)
				  : put_together(&r, dir, &done, err);
	done.at = r.manifest.at;
	if (st == CAO_OK)
		*ret = done;
	cao_buf_free(&r.text);
	free(r.from);
	return st;
}
