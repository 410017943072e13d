/* Where a backup goes, and under which name. */
#define _DEFAULT_SOURCE /* realpath */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/folder.h"
#include "flow/backup.h"
#include "flow/setup.h"

#define NAMES_MAX 99 /* backups in one second */

bool
cao_backup_name_ok(const char *name)
{
	static const char form[] = "00000000T000000Z";
	size_t i;

	for (i = 0; form[i] != '\0'; i++)
		if (form[i] == '0' ? name[i] < '0' || name[i] > '9'
				   : name[i] != form[i])
			return false;
	if (name[i] == '-')
		return strspn(name + i + 1, "0123456789") == 2 &&
		    name[i + 3] == '\0';
	return name[i] == '\0';
}

/* The instant as a name, and the next one of the same second. */
static enum cao_status
choose_name(struct cao_backup_place *b, int64_t now, struct cao_error *err)
{
	char time[CAO_RFC3339_SIZE], *path;
	size_t n = 0;
	bool taken;

	cao_time_format(now, time);
	for (const char *p = time; *p != '\0'; p++)
		if (*p != '-' && *p != ':')
			b->name[n++] = *p;
	for (int i = 1; i <= NAMES_MAX; i++) {
		(void)snprintf(b->name + n, sizeof b->name - n, "-%02d", i);
		if (i == 1)
			b->name[n] = '\0';
		if ((path = cao_path_join(b->dir, b->name)) == NULL)
			return cao_fail_memory(err);
		taken = cao_file_exists(path);
		free(path);
		if (!taken)
			return CAO_OK;
	}
	return cao_fail(err, CAO_AGAIN,
	    "%s: too many backups of this second; try again", b->dir);
}

/* Away with what a backup left that did not end. */
static enum cao_status
sweep_drafts(const struct cao_backup_place *b, struct cao_error *err)
{
	char **list, *path, *dot;
	enum cao_status st;

	if ((st = cao_folder_list(b->dir, &list, err)) != CAO_OK)
		return st;
	for (size_t i = 0; st == CAO_OK && list[i] != NULL; i++) {
		if ((dot = strrchr(list[i], '.')) == NULL ||
		    strcmp(dot, ".new") != 0)
			continue;
		if ((path = cao_path_join(b->dir, list[i])) == NULL)
			st = cao_fail_memory(err);
		*dot = '\0';
		if (path != NULL && cao_backup_name_ok(list[i]))
			cao_setup_sweep(path);
		free(path);
	}
	cao_folder_list_free(list);
	return st;
}

/* A backup inside the store would be backed up with it. */
static enum cao_status
check_place(const struct cao_store *s, const char *dir, struct cao_error *err)
{
	char *store = realpath(s->dir, NULL);
	enum cao_status st = CAO_OK;
	size_t n;

	if (store == NULL)
		return cao_fail_errno(err, "%s", s->dir);
	n = strlen(store);
	if (strncmp(dir, store, n) == 0 && (dir[n] == '/' || dir[n] == '\0'))
		st = cao_fail(err, CAO_DENIED,
		    "%s: is in the store; a backup goes elsewhere, best to "
		    "another disk",
		    dir);
	free(store);
	return st;
}

static enum cao_status
make(struct cao_backup_place *b, const struct cao_store *s, const char *dir,
    int64_t now, struct cao_error *err)
{
	struct cao_buf draft = { 0 };
	enum cao_status st;

	if ((st = cao_file_mkdir(dir, err)) != CAO_OK)
		return st;
	if ((b->dir = realpath(dir, NULL)) == NULL)
		return cao_fail_errno(err, "%s", dir);
	if ((st = check_place(s, b->dir, err)) != CAO_OK ||
	    (st = cao_folder_lock(b->dir, &b->lock, err)) != CAO_OK ||
	    (st = sweep_drafts(b, err)) != CAO_OK ||
	    (st = choose_name(b, now, err)) != CAO_OK)
		return st;
	cao_buf_printf(&draft, "%s/%s.new", b->dir, b->name);
	if ((st = cao_buf_give(&draft, &b->draft, err)) != CAO_OK)
		return st;
	return cao_file_mkdir(b->draft, err);
}

enum cao_status
cao_backup_place_make(const struct cao_store *s, const char *dir, int64_t now,
    struct cao_backup_place *ret, struct cao_error *err)
{
	struct cao_backup_place b = { .lock = -1 };
	enum cao_status st;

	if ((st = make(&b, s, dir, now, err)) == CAO_OK)
		*ret = b;
	else
		cao_backup_place_free(&b);
	return st;
}

void
cao_backup_place_free(struct cao_backup_place *b)
{
	if (b->lock != -1)
		(void)close(b->lock);
	free(b->draft);
	free(b->dir);
}
