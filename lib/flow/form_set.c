/* The forms that there are: a store's, or the shipped ones. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/folder.h"
#include "flow/form.h"
#include "store/shipped.h"

#define FOLDER "forms"
#define LETTERHEAD "letterhead.yaml"
#define FORM_FILE_MAX (256 * 1024)
#define LOGO_MAX (1024 * 1024)

void
cao_form_set_free(struct cao_form_set *set)
{
	cao_schema_free(&cao_letterhead_schema, &set->head);
	free(set->logo);
	for (size_t i = 0; i < set->count; i++)
		cao_schema_free(&cao_form_schema, &set->list[i]);
	free(set->list);
	*set = (struct cao_form_set){ .count = 0 };
}

/* The name of a file without its folder. */
static const char *
base_of(const char *name)
{
	const char *slash = strrchr(name, '/');

	return slash != NULL ? slash + 1 : name;
}

/* A form is found by its file's name, so both must say the same. */
static void
check_name(
    const struct cao_form *form, const char *name, struct cao_faults *faults)
{
	const char *base = base_of(name);
	size_t len = strlen(form->id);
	struct cao_error err;

	if (strncmp(base, form->id, len) == 0 &&
	    strcmp(base + len, ".yaml") == 0)
		return;
	(void)cao_fail(&err, CAO_INPUT,
	    "its id is '%s', so that the file must be named %s.yaml", form->id,
	    form->id);
	(void)cao_error_place(&err, name, 1, 1, "id");
	cao_faults_add(faults, &err);
}

static enum cao_status
read_form(const char *name, const char *text, size_t len, struct cao_form *ret,
    struct cao_faults *faults)
{
	enum cao_status st;

	if ((st = cao_form_read(name, text, len, ret, faults)) != CAO_OK)
		return st;
	check_name(ret, name, faults);
	if ((st = cao_faults_status(faults)) != CAO_OK)
		cao_schema_free(&cao_form_schema, ret);
	return st;
}

enum cao_status
cao_form_verify(
    const char *name, const char *text, size_t len, struct cao_faults *faults)
{
	struct cao_letterhead head;
	struct cao_form form;
	enum cao_status st;

	if (strcmp(base_of(name), LETTERHEAD) == 0) {
		st = cao_letterhead_read(name, text, len, &head, faults);
		if (st == CAO_OK)
			cao_schema_free(&cao_letterhead_schema, &head);
		return st;
	}
	if ((st = read_form(name, text, len, &form, faults)) == CAO_OK)
		cao_schema_free(&cao_form_schema, &form);
	return st;
}

/* Add what the file says to the set; a fault is the error. */
static enum cao_status
add_file(struct cao_form_set *set, const char *name, const char *text,
    size_t len, struct cao_error *err)
{
	struct cao_faults faults = { 0 };
	struct cao_form *grown;
	enum cao_status st;

	if (strcmp(base_of(name), LETTERHEAD) == 0) {
		cao_schema_free(&cao_letterhead_schema, &set->head);
		st = cao_letterhead_read(name, text, len, &set->head, &faults);
	} else if (set->count == CAO_FORMS_MAX) {
		return cao_fail(err, CAO_INPUT, "there are more than %d forms",
		    CAO_FORMS_MAX);
	} else {
		grown = realloc(set->list, (set->count + 1) * sizeof *grown);
		if (grown == NULL)
			return cao_fail_memory(err);
		set->list = grown;
		st = read_form(name, text, len, &grown[set->count], &faults);
		set->count += st == CAO_OK;
	}
	if (st != CAO_OK)
		*err = faults.list[0];
	cao_faults_free(&faults);
	return st;
}

/* letterhead: only that one, else all. */
static enum cao_status
add_shipped(struct cao_form_set *set, bool letterhead, struct cao_error *err)
{
	const struct cao_shipped *f;
	enum cao_status st = CAO_OK;

	for (f = cao_shipped_files; st == CAO_OK && f->name != NULL; f++)
		if (strncmp(f->name, FOLDER "/", sizeof FOLDER) == 0 &&
		    (!letterhead || strcmp(base_of(f->name), LETTERHEAD) == 0))
			st = add_file(
			    set, f->name, f->text, strlen(f->text), err);
	return st;
}

static enum cao_status
read_below(struct cao_store *s, const char *name, size_t max,
    struct cao_buf *ret, struct cao_error *err)
{
	struct cao_buf below = { 0 };
	enum cao_status st;

	cao_buf_printf(&below, FOLDER "/%s", name);
	st = cao_buf_ok(&below)
	    ? cao_store_file(s, cao_buf_text(&below), max, ret, err)
	    : cao_fail_memory(err);
	cao_buf_free(&below);
	return st;
}

static enum cao_status
add_stored(struct cao_form_set *set, struct cao_store *s, const char *name,
    struct cao_error *err)
{
	struct cao_buf text = { 0 }, path = { 0 };
	enum cao_status st;

	cao_buf_printf(&path, "%s/" FOLDER "/%s", s->dir, name);
	if (!cao_buf_ok(&path))
		st = cao_fail_memory(err);
	else
		st = read_below(s, name, FORM_FILE_MAX, &text, err);
	if (st == CAO_OK)
		st = add_file(set, cao_buf_text(&path), cao_buf_text(&text),
		    text.len, err);
	cao_buf_free(&path);
	cao_buf_free(&text);
	return st;
}

static bool
is_yaml(const char *name)
{
	size_t len = strlen(name);

	return *name != '.' && len > 5 && strcmp(name + len - 5, ".yaml") == 0;
}

static enum cao_status
read_stored(struct cao_form_set *set, struct cao_store *s, const char *folder,
    struct cao_error *err)
{
	struct cao_buf logo = { 0 };
	enum cao_status st;
	char **names;

	if ((st = cao_folder_list(folder, &names, err)) != CAO_OK)
		return st;
	for (size_t i = 0; st == CAO_OK && names[i] != NULL; i++)
		if (is_yaml(names[i]))
			st = add_stored(set, s, names[i], err);
	cao_folder_list_free(names);
	if (st != CAO_OK || set->head.logo == NULL)
		return st;
	st = read_below(s, set->head.logo, LOGO_MAX, &logo, err);
	if (st == CAO_OK)
		set->logo = cao_buf_take(&logo, &set->logo_len);
	cao_buf_free(&logo);
	return st;
}

static int
by_slot_and_part(const void *left, const void *right)
{
	const struct cao_form *a = left, *b = right;
	int order = strcmp(
	    a->slot != NULL ? a->slot : "", b->slot != NULL ? b->slot : "");

	if (order == 0)
		order = (a->part > b->part) - (a->part < b->part);
	return order != 0 ? order : strcmp(a->id, b->id);
}

enum cao_status
cao_form_set_read(
    struct cao_store *s, struct cao_form_set *ret, struct cao_error *err)
{
	struct cao_form_set set = { .count = 0 };
	char *folder = s != NULL ? cao_store_path(s, FOLDER) : NULL;
	enum cao_status st;

	if (s != NULL && folder == NULL)
		st = cao_fail_memory(err);
	else if (s == NULL || !cao_folder_exists(folder))
		st = add_shipped(&set, false, err);
	else if ((st = add_shipped(&set, true, err)) == CAO_OK)
		st = read_stored(&set, s, folder, err);
	free(folder);
	if (st != CAO_OK) {
		cao_form_set_free(&set);
		return st;
	}
	if (set.count > 1)
		qsort(set.list, set.count, sizeof *set.list, by_slot_and_part);
	*ret = set;
	return CAO_OK;
}
