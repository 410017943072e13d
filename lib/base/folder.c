/* Folders as a whole: listed, locked, exchanged, removed. */
#define _GNU_SOURCE /* renameat2, flock */
#include <sys/file.h>
#include <sys/stat.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/folder.h"

struct names {
	char **list;
	size_t count, room;
};

static bool
add(struct names *n, const char *name)
{
	if (n->count + 1 >= n->room) { /* one more for the NULL */
		size_t room = n->room == 0 ? 16 : 2 * n->room;
		char **list = realloc(n->list, room * sizeof *list);

		if (list == NULL)
			return false;
		n->list = list;
		n->room = room;
	}
	n->list[n->count] = name != NULL ? strdup(name) : NULL;
	if (name == NULL)
		return true;
	if (n->list[n->count] == NULL)
		return false;
	n->list[++n->count] = NULL;
	return true;
}

static int
compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

enum cao_status
cao_folder_list(const char *path, char ***ret, struct cao_error *err)
{
	struct names n = { .list = NULL };
	enum cao_status st = CAO_OK;
	struct dirent *e;
	DIR *d = opendir(path);

	if (d == NULL)
		return cao_fail_errno(err, "%s", path);
	if (!add(&n, NULL))
		st = cao_fail_memory(err);
	for (errno = 0; st == CAO_OK && (e = readdir(d)) != NULL; errno = 0)
		if (strcmp(e->d_name, ".") != 0 &&
		    strcmp(e->d_name, "..") != 0 && !add(&n, e->d_name))
			st = cao_fail_memory(err);
	if (st == CAO_OK && errno != 0)
		st = cao_fail_errno(err, "%s", path);
	(void)closedir(d);
	if (st != CAO_OK) {
		cao_folder_list_free(n.list);
		return st;
	}
	qsort(n.list, n.count, sizeof *n.list, compare);
	*ret = n.list;
	return CAO_OK;
}

void
cao_folder_list_free(char **list)
{
	for (size_t i = 0; list != NULL && list[i] != NULL; i++)
		free(list[i]);
	free(list);
}

bool
cao_folder_exists(const char *path)
{
	struct stat sb;

	return stat(path, &sb) == 0 && S_ISDIR(sb.st_mode);
}

/* A folder's own files go to *files, its folders to *folders. */
static enum cao_status
sort_out(const char *path, const char *below, struct names *files,
    struct names *folders, struct cao_error *err)
{
	char *folder = cao_path_join(path, below), **list = NULL, *name, *full;
	enum cao_status st;
	struct stat sb;

	st = folder == NULL ? cao_fail_memory(err)
			    : cao_folder_list(folder, &list, err);
	for (size_t i = 0; st == CAO_OK && list[i] != NULL; i++) {
		if (list[i][0] == '.')
			continue;
		name = cao_path_join(below, list[i]);
		full = cao_path_join(folder, list[i]);
		if (name == NULL || full == NULL)
			st = cao_fail_memory(err);
		else if (stat(full, &sb) == -1)
			st = errno == ENOENT ? CAO_OK /* it just went */
					     : cao_fail_errno(err, "%s", full);
		else if (!add(S_ISDIR(sb.st_mode) ? folders : files, name))
			st = cao_fail_memory(err);
		free(name);
		free(full);
	}
	cao_folder_list_free(list);
	free(folder);
	return st;
}

static unsigned
depth_of(const char *below)
{
	unsigned n = 0;

	for (; *below != '\0'; below++)
		n += *below == '/';
	return n;
}

enum cao_status
cao_folder_tree(const char *path, char ***ret, struct cao_error *err)
{
	struct names files = { .list = NULL }, folders = { .list = NULL };
	enum cao_status st = CAO_OK;

	if (!add(&files, NULL) || !add(&folders, ""))
		st = cao_fail_memory(err);
	for (size_t i = 0; st == CAO_OK && i < folders.count; i++)
		if (depth_of(folders.list[i]) >= CAO_FOLDER_DEPTH)
			st = cao_fail(err, CAO_INPUT,
			    "%s: folders lie deeper than %d in each other",
			    path, CAO_FOLDER_DEPTH);
		else
			st = sort_out(
			    path, folders.list[i], &files, &folders, err);
	cao_folder_list_free(folders.list);
	if (st == CAO_OK)
		*ret = files.list;
	else
		cao_folder_list_free(files.list);
	return st;
}

static enum cao_status
lock(const char *path, int how, int *ret_fd, struct cao_error *err)
{
	enum cao_status st = CAO_OK;
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd == -1)
		return cao_fail_errno(err, "%s", path);
	if (flock(fd, how) == -1) {
		st = errno == EWOULDBLOCK || errno == EINTR
		    ? cao_fail(err, CAO_AGAIN,
			  "%s: another process is changing it; try again", path)
		    : cao_fail_errno(err, "%s", path);
		(void)close(fd);
		return st;
	}
	*ret_fd = fd;
	return CAO_OK;
}

enum cao_status
cao_folder_lock(const char *path, int *ret_fd, struct cao_error *err)
{
	return lock(path, LOCK_EX | LOCK_NB, ret_fd, err);
}

enum cao_status
cao_folder_lock_wait(const char *path, int *ret_fd, struct cao_error *err)
{
	return lock(path, LOCK_EX, ret_fd, err);
}

enum cao_status
cao_folder_exchange(const char *a, const char *b, struct cao_error *err)
{
	enum cao_status st;
	char *parent, *slash;

	if (renameat2(AT_FDCWD, a, AT_FDCWD, b, RENAME_EXCHANGE) == -1) {
		if (errno == EINVAL || errno == ENOSYS)
			return cao_fail(err, CAO_SYSTEM,
			    "%s: this file system cannot exchange two folders "
			    "at once; move the key container to one that can, "
			    "such as ext4, xfs, btrfs or tmpfs",
			    a);
		return cao_fail_errno(err, "%s", a);
	}
	if ((parent = strdup(a)) == NULL)
		return cao_fail_memory(err);
	slash = strrchr(parent, '/');
	if (slash != NULL)
		slash[slash == parent] = '\0';
	st = cao_file_sync_dir(slash != NULL ? parent : ".", err);
	free(parent);
	return st;
}

/* Remove the files of those names. */
static enum cao_status
remove_files(const char *path, char *const *names, struct cao_error *err)
{
	enum cao_status st = CAO_OK;

	for (size_t i = 0; st == CAO_OK && names[i] != NULL; i++) {
		char *file = cao_path_join(path, names[i]);

		if (file == NULL)
			st = cao_fail_memory(err);
		else if (unlink(file) == -1 && errno != ENOENT)
			st = cao_fail_errno(err, "%s", file);
		free(file);
	}
	return st;
}

enum cao_status
cao_folder_remove(const char *path, struct cao_error *err)
{
	enum cao_status st;
	char **names;

	st = cao_folder_list(path, &names, err);
	if (st != CAO_OK)
		return st == CAO_NOTFOUND ? CAO_OK : st;
	st = remove_files(path, names, err);
	cao_folder_list_free(names);
	if (st == CAO_OK && rmdir(path) == -1 && errno != ENOENT)
		st = cao_fail_errno(err, "%s", path);
	return st;
}
