/* Which files a heap consists of. */
#include <sys/stat.h>

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "stream.h"

struct collecting {
	struct heap_files *files;
	void (*said)(void *arg, const struct cao_error *);
	void *arg;
};

void
heap_files_free(struct heap_files *f)
{
	for (size_t i = 0; i < f->count; i++)
		free(f->path[i]);
	free(f->path);
	free(f->size);
}

/* Add a file; its path is the list's to free. */
static bool
add_file(struct heap_files *f, char *path, uint64_t size)
{
	uint64_t *sizes;
	char **paths;

	if (path == NULL)
		return false;
	paths = realloc(f->path, (f->count + 2) * sizeof *paths);
	if (paths != NULL)
		f->path = paths;
	sizes = realloc(f->size, (f->count + 1) * sizeof *sizes);
	if (sizes != NULL)
		f->size = sizes;
	if (paths == NULL || sizes == NULL) {
		free(path);
		return false;
	}
	sizes[f->count] = size;
	paths[f->count++] = path;
	paths[f->count] = NULL;
	f->total += size;
	return true;
}

/* Do people call a scan so? */
static bool
is_scan(const char *name)
{
	static const char *const ends[] = { ".pdf", ".jpg", ".jpeg", ".png",
		".tif", ".tiff" };
	const char *dot = strrchr(name, '.');

	for (size_t i = 0; dot != NULL && i < sizeof ends / sizeof *ends; i++)
		if (strcasecmp(dot, ends[i]) == 0)
			return true;
	return false;
}

static char *
join(const char *dir, const char *name)
{
	size_t size = strlen(dir) + strlen(name) + 2;
	char *path = malloc(size);

	if (path != NULL)
		(void)snprintf(path, size, "%s/%s", dir, name);
	return path;
}

/* A heap is read twice, which a pipe cannot be. */
static enum cao_status
check_regular(const struct stat *sb, const char *path, struct cao_error *err)
{
	if (S_ISREG(sb->st_mode))
		return CAO_OK;
	return cli_error(err, CAO_INPUT, _("%s: not a regular file"), path);
}

/* A name in a folder that is not taken: a note, or a refusal. */
static void
leave(const struct collecting *c, const char *path, enum cao_status st,
    const char *text)
{
	struct cao_error why;

	(void)cli_error(&why, st, "%s", text);
	(void)snprintf(why.file, sizeof why.file, "%s", path);
	c->said(c->arg, &why);
}

/* One name in a folder; hidden ones are nobody's business. */
static enum cao_status
add_entry(const struct collecting *c, const char *dir, const char *name,
    struct cao_error *err)
{
	struct stat sb;
	char *path;

	if (*name == '.')
		return CAO_OK;
	if ((path = join(dir, name)) == NULL)
		return cli_memory(err);
	if (!is_scan(name))
		leave(c, path, CAO_OK,
		    _("passed over: no file whose name ends in .pdf, .jpg, "
		      ".jpeg, .png, .tif or .tiff"));
	else if (stat(path, &sb) == -1)
		leave(c, path, CAO_INPUT, strerror(errno));
	else if (!S_ISREG(sb.st_mode))
		leave(c, path, CAO_OK, _("passed over: not a regular file"));
	else
		return add_file(c->files, path, (uint64_t)sb.st_size)
		    ? CAO_OK
		    : cli_memory(err);
	free(path);
	return CAO_OK;
}

static enum cao_status
add_folder(const struct collecting *c, const char *dir, struct cao_error *err)
{
	struct dirent **names = NULL;
	enum cao_status st = CAO_OK;
	int n = scandir(dir, &names, NULL, alphasort);

	if (n == -1)
		return cli_error_errno(err, dir);
	for (int i = 0; i < n; i++) {
		if (st == CAO_OK)
			st = add_entry(c, dir, names[i]->d_name, err);
		free(names[i]);
	}
	free(names);
	return st;
}

enum cao_status
heap_collect(struct heap_files *files, int argc, char *argv[],
    void (*said)(void *arg, const struct cao_error *), void *arg,
    struct cao_error *err)
{
	const struct collecting c = {
		.files = files, .said = said, .arg = arg
	};
	enum cao_status st = CAO_OK;
	struct stat sb;

	for (int i = 0; i < argc && st == CAO_OK; i++)
		if (stat(argv[i], &sb) == -1)
			st = cli_error_errno(err, argv[i]);
		else if (S_ISDIR(sb.st_mode))
			st = add_folder(&c, argv[i], err);
		else if ((st = check_regular(&sb, argv[i], err)) == CAO_OK &&
		    !add_file(files, strdup(argv[i]), (uint64_t)sb.st_size))
			st = cli_memory(err);
	if (st == CAO_OK && files->count == 0)
		st = cli_error(
		    err, CAO_INPUT, _("there is no scan in %s"), argv[0]);
	return st;
}
