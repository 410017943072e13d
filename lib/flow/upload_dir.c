/* The scans of an order in a folder, by the names of its slots. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/file.h"
#include "base/folder.h"
#include "flow/flow.h"
#include "flow/upload.h"

static const char *const extensions[] = { "pdf", "jpg", "jpeg", "png", "tif",
	"tiff", NULL };

void
cao_scans_free(struct cao_scans *scans)
{
	for (size_t i = 0; i < scans->nnames; i++)
		free(scans->names[i]);
	free(scans->names);
	free(scans->list);
	memset(scans, 0, sizeof *scans);
}

/* List DIR/name; *ret_names NULL if there is no such folder. */
static enum cao_status
try_dir(const char *dir, const char *name, char ***ret_names, char **ret_path,
    struct cao_error *err)
{
	enum cao_status st;
	char *path;

	*ret_names = NULL;
	if (*name == '\0' || *name == '.' || strchr(name, '/') != NULL)
		return CAO_OK;
	if ((path = cao_path_join(dir, name)) == NULL)
		return cao_fail_memory(err);
	st = cao_folder_list(path, ret_names, err);
	if (st == CAO_OK) {
		*ret_path = path;
		return CAO_OK;
	}
	free(path);
	return st == CAO_NOTFOUND ? CAO_OK : (err->status = CAO_INPUT);
}

static enum cao_status
list_dir(const char *dir, const struct cao_result *r, char ***ret_names,
    char **ret_path, struct cao_error *err)
{
	enum cao_status st;

	st = try_dir(dir, r->number, ret_names, ret_path, err);
	if (st == CAO_OK && *ret_names == NULL)
		st = try_dir(dir, r->request, ret_names, ret_path, err);
	if (st != CAO_OK || *ret_names != NULL)
		return st;
	if (*r->request == '\0')
		return cao_fail(err, CAO_INPUT,
		    "no scans: there is no folder %s/%s", dir, r->number);
	return cao_fail(err, CAO_INPUT,
	    "no scans: there is neither a folder %s/%s nor %s/%s", dir,
	    r->number, dir, r->request);
}

/* The slot's name in front of a known extension, or NULL. */
static char *
stem_of(const char *name)
{
	const char *dot = strrchr(name, '.');

	for (size_t i = 0; dot != NULL && extensions[i] != NULL; i++)
		if (strcasecmp(dot + 1, extensions[i]) == 0)
			return strndup(name, (size_t)(dot - name));
	return NULL;
}

/* Tell that a file was passed over, and why. */
static void
pass_over(struct cao_result *r, const char *path, const struct cao_error *why)
{
	struct cao_error note;

	if (why == NULL)
		(void)cao_fail(&note, CAO_OK,
		    "passed over: its name does not end in .pdf, .jpg, .jpeg, "
		    ".png, .tif or .tiff");
	else
		(void)cao_fail(&note, CAO_OK, "passed over: %s", why->text);
	(void)cao_error_place(&note, path, 0, 0, NULL);
	cao_result_fail(r, &note);
}

/* The file of that slot that was found before, if there is one. */
static const struct cao_scan *
twin(const struct cao_scans *scans, const char *slot)
{
	for (size_t i = 0; i < scans->count; i++)
		if (strcmp(scans->list[i].slot, slot) == 0)
			return &scans->list[i];
	return NULL;
}

/* Take one file of the folder as a scan, or say why it is none; what it gets
 * is its own to keep or free. */
static void
take(const struct cao_upload_for *in, struct cao_result *r,
    struct cao_scans *scans, char *path, char *stem)
{
	const struct cao_slot *slot;
	const struct cao_scan *other;
	struct cao_error why;
	unsigned part;

	if (stem == NULL)
		pass_over(r, path, NULL);
	else if (cao_upload_slot(in->service, in->order->application.business,
		     stem, &slot, &part, &why) != CAO_OK)
		pass_over(r, path, &why);
	else if ((other = twin(scans, stem)) != NULL) {
		(void)cao_fail(&why, CAO_INPUT,
		    "for the same slot as %s; keep one of them", other->path);
		(void)cao_error_place(&why, path, 0, 0, stem);
		cao_result_fail(r, &why);
	} else {
		scans->list[scans->count++] =
		    (struct cao_scan){ .slot = stem, .path = path };
		scans->names[scans->nnames++] = stem;
		scans->names[scans->nnames++] = path;
		return;
	}
	free(stem);
	free(path);
}

/* Hidden files are nobody's business. */
static enum cao_status
take_all(const struct cao_upload_for *in, const char *dir, char *const *names,
    struct cao_result *r, struct cao_scans *scans, struct cao_error *err)
{
	size_t count = 0;
	char *path;

	while (names[count] != NULL)
		count++;
	scans->list = calloc(count + 1, sizeof *scans->list);
	scans->names = calloc(2 * count + 1, sizeof *scans->names);
	if (scans->list == NULL || scans->names == NULL)
		return cao_fail_memory(err);
	for (size_t i = 0; i < count; i++) {
		if (names[i][0] == '.')
			continue;
		if ((path = cao_path_join(dir, names[i])) == NULL)
			return cao_fail_memory(err);
		take(in, r, scans, path, stem_of(names[i]));
	}
	if (scans->count == 0)
		return cao_fail(err, CAO_INPUT,
		    "no scans in %s: it takes files named as the slots, such "
		    "as application-form.pdf",
		    dir);
	return CAO_OK;
}

enum cao_status
cao_scans_find(const char *dir, const struct cao_upload_for *in,
    struct cao_result *r, struct cao_scans *ret, struct cao_error *err)
{
	struct cao_scans scans = { 0 };
	char *path = NULL, **names = NULL;
	enum cao_status st;

	if ((st = list_dir(dir, r, &names, &path, err)) != CAO_OK)
		return st;
	st = take_all(in, path, names, r, &scans, err);
	cao_folder_list_free(names);
	free(path);
	if (st == CAO_OK)
		*ret = scans;
	else
		cao_scans_free(&scans);
	return st;
}
