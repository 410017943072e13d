/* The services on offer: those of a store, or without one the shipped ones. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "flow/offer.h"
#include "store/shipped.h"

#define SERVICES "services/"
#define YAML ".yaml"
#define TEXT_MAX (1024 * 1024)

/* The language's own name for itself, by which the words are picked. */
#define LANGUAGE N_("language: en")
#define CHINESE "language: zh"

const char *
cao_offer_words(const struct cao_words *words)
{
	return strcmp(_(LANGUAGE), CHINESE) == 0 ? words->zh : words->en;
}

/* The length of the service's name if the file is one, else 0. */
static size_t
service_name(const struct cao_shipped *f, const char **ret)
{
	const char *name = f->name + sizeof SERVICES - 1, *end;

	if (strncmp(f->name, SERVICES, sizeof SERVICES - 1) != 0 ||
	    (end = strstr(name, YAML)) == NULL)
		return 0;
	*ret = name;
	return (size_t)(end - name);
}

static bool
add_name(char ***list, size_t *count, const char *name, size_t len)
{
	char **more = realloc(*list, (*count + 2) * sizeof *more);

	if (more == NULL)
		return false;
	*list = more;
	more[*count] = strndup(name, len);
	more[*count + 1] = NULL;
	return more[(*count)++] != NULL;
}

static enum cao_status
stored_names(struct cao_store *s, char ***list, struct cao_error *err)
{
	struct cao_query *q = cao_db_use(s->db, SQL_SERVICE_ALL);
	enum cao_status st;
	const char *name;
	size_t count = 0;
	bool row;

	while ((st = cao_db_step(q, &row, err)) == CAO_OK && row) {
		name = cao_col_text(q, 0);
		if (!add_name(list, &count, name, strlen(name))) {
			st = cao_fail_memory(err);
			break;
		}
	}
	cao_db_done(q);
	return st;
}

static enum cao_status
shipped_names(char ***list, struct cao_error *err)
{
	const struct cao_shipped *f;
	const char *name;
	size_t count = 0, len;

	for (f = cao_shipped_files; f->name != NULL; f++)
		if ((len = service_name(f, &name)) > 0 &&
		    !add_name(list, &count, name, len))
			return cao_fail_memory(err);
	return CAO_OK;
}

enum cao_status
cao_offer_names(struct cao_store *s, char ***ret, struct cao_error *err)
{
	char **list = calloc(1, sizeof *list);
	enum cao_status st;

	if (list == NULL)
		return cao_fail_memory(err);
	st =
	    s != NULL ? stored_names(s, &list, err) : shipped_names(&list, err);
	if (st == CAO_OK)
		*ret = list;
	else
		cao_offer_names_free(list);
	return st;
}

void
cao_offer_names_free(char **list)
{
	if (list == NULL)
		return;
	for (size_t i = 0; list[i] != NULL; i++)
		free(list[i]);
	free(list);
}

static enum cao_status
no_service(struct cao_store *s, const char *name, struct cao_error *err)
{
	const char *const *words, *near;
	enum cao_status st;
	char **names;

	if ((st = cao_offer_names(s, &names, err)) != CAO_OK)
		return st;
	words = (const char *const *)names;
	if ((near = cao_text_nearest(name, words)) != NULL)
		st = cao_fail(err, CAO_NOTFOUND,
		    "no service '%s'; did you mean '%s'", name, near);
	else if (names[0] != NULL && names[1] == NULL)
		st = cao_fail(err, CAO_NOTFOUND,
		    "no service '%s'; there is '%s'", name, names[0]);
	else
		st = cao_fail(err, CAO_NOTFOUND,
		    "no service '%s'; ca-admin service list shows them", name);
	cao_offer_names_free(names);
	return st;
}

static enum cao_status
find_shipped(const char *wanted, struct cao_offer *ret, struct cao_error *err)
{
	const struct cao_shipped *f;
	struct cao_faults faults = { 0 };
	enum cao_status st;
	const char *name;
	size_t len;

	for (f = cao_shipped_files; f->name != NULL; f++)
		if ((len = service_name(f, &name)) == strlen(wanted) &&
		    strncmp(name, wanted, len) == 0)
			break;
	if (f->name == NULL)
		return no_service(NULL, wanted, err);
	st = cao_service_read(
	    f->name, f->text, strlen(f->text), &ret->shipped, &faults);
	if (st == CAO_OK)
		ret->service = &ret->shipped;
	else
		*err = faults.list[0];
	cao_faults_free(&faults);
	return st;
}

static enum cao_status
find(struct cao_store *s, const char *name, struct cao_offer *ret,
    struct cao_error *err)
{
	enum cao_status st;

	if (s == NULL)
		return find_shipped(name, ret, err);
	st = cao_store_service_named(
	    s, name, &ret->service, &ret->id, NULL, err);
	return st == CAO_NOTFOUND ? no_service(s, name, err) : st;
}

enum cao_status
cao_offer_find(struct cao_store *s, const char *name, struct cao_offer *ret,
    struct cao_error *err)
{
	enum cao_status st;
	char **names;

	*ret = (struct cao_offer){ .service = NULL };
	if (name != NULL)
		return find(s, name, ret, err);
	if ((st = cao_offer_names(s, &names, err)) != CAO_OK)
		return st;
	st = names[0] != NULL ? find(s, names[0], ret, err)
			      : cao_fail(err, CAO_NOTFOUND,
				    "there is no service; add one with "
				    "ca-admin service add");
	cao_offer_names_free(names);
	return st;
}

void
cao_offer_free(struct cao_offer *offer)
{
	if (offer == NULL)
		return;
	cao_schema_free(&cao_service_schema, &offer->shipped);
	offer->service = NULL;
}

enum cao_status
cao_offer_text(struct cao_store *s, const struct cao_text_ref *ref,
    struct cao_buf *out, struct cao_error *err)
{
	struct cao_buf below = { 0 }, text = { 0 };
	const struct cao_shipped *f;
	enum cao_status st = CAO_OK;

	cao_buf_printf(&below, "agreements/%s", ref->file);
	if (!cao_buf_ok(&below)) {
		st = cao_fail_memory(err);
	} else if (s != NULL) {
		st = cao_store_file(
		    s, cao_buf_text(&below), TEXT_MAX, &text, err);
		cao_buf_add(out, text.data, text.len);
	} else {
		for (f = cao_shipped_files; f->name != NULL; f++)
			if (strcmp(f->name, cao_buf_text(&below)) == 0)
				break;
		if (f->name == NULL)
			st = cao_fail(err, CAO_NOTFOUND,
			    "no text '%s' is shipped", ref->file);
		else
			cao_buf_puts(out, f->text);
	}
	cao_buf_free(&below);
	cao_buf_free(&text);
	return st;
}
