/*
 * An application asked for field by field: the schema's fields in their
 * order, maps opened, the request last.  What the service offers becomes the
 * choices; an answer is held to the same checks as a document.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "flow/draft.h"

#define WORDS_MAX 64
#define PATH_SIZE 96
#define AUTHORISED_MONTHS 6 /* what is suggested */
#define FAR_DAY "9999-12-31"

struct cao_asking {
	size_t at; /* the next question, if it applies */
	char path[PATH_SIZE];
	struct cao_offer offer;
	char **services;
	const char *words[WORDS_MAX];
	char from[CAO_DATE_SIZE], to[CAO_DATE_SIZE]; /* suggested */
};

/* One that is asked for. */
struct leaf {
	const struct cao_field *field;
	size_t offset; /* of what it is a member of */
	char path[PATH_SIZE];
};

static const char *const yes_no[] = { "yes", "no", NULL };

/* Maps whose members are not asked for one by one, and what is not asked. */
static const char *const whole[] = { "consent", NULL };
/* Other business than this begins with an order that is there. */
static const char *const businesses[] = { "new", NULL };
static const char *const unasked[] = { "certificate", "reason",
	"encryption_key", "csr", "sealed_pin", "holder", NULL };
static const char *const always[] = { "validity", "algorithm", NULL };

static bool
is_among(const char *text, const char *const *words)
{
	for (; *words != NULL; words++)
		if (strcmp(text, *words) == 0)
			return true;
	return false;
}

/* The field behind the last is the first: the request. */
static const struct cao_field *
top_field(size_t n)
{
	const struct cao_schema *schema = &cao_application_schema;

	return &schema->fields[(n + 1) % schema->count];
}

static void
set_leaf(struct leaf *leaf, const struct cao_field *outer,
    const struct cao_field *field)
{
	leaf->field = field;
	leaf->offset = outer != NULL ? outer->offset : 0;
	(void)snprintf(leaf->path, sizeof leaf->path, "%s%s%s",
	    outer != NULL ? outer->key : "", outer != NULL ? "." : "",
	    field->key);
}

/* The nth that can be asked for; false behind the last. */
static bool
leaf_at(size_t n, struct leaf *ret)
{
	const struct cao_field *f;

	for (size_t i = 0; i < cao_application_schema.count; i++) {
		f = top_field(i);
		if (is_among(f->key, unasked))
			continue;
		if (f->sub == NULL || is_among(f->key, whole)) {
			if (n-- == 0) {
				set_leaf(ret, NULL, f);
				return true;
			}
		} else if (n < f->sub->count) {
			set_leaf(ret, f, &f->sub->fields[n]);
			return true;
		} else {
			n -= f->sub->count;
		}
	}
	return false;
}

static bool
is_taken_over(const char *path)
{
	static const char *const taken[] = { "handler.name", "handler.id_type",
		"handler.id_number", NULL };

	return is_among(path, taken);
}

/* The question that is to be answered next. */
static bool
current(const struct cao_draft *d, struct leaf *ret)
{
	size_t n = d->asking->at;

	while (leaf_at(n, ret)) {
		if (d->application.handler.like == NULL ||
		    !is_taken_over(ret->path)) {
			d->asking->at = n;
			return true;
		}
		n++;
	}
	return false;
}

void
cao_asking_free(struct cao_asking *a)
{
	if (a == NULL)
		return;
	cao_offer_free(&a->offer);
	cao_offer_names_free(a->services);
	free(a);
}

enum cao_status
cao_application_new(struct cao_application **ret, struct cao_error *err)
{
	struct cao_draft *d;
	enum cao_status st;

	if ((st = cao_draft_new(&d, err)) != CAO_OK)
		return st;
	if ((d->asking = calloc(1, sizeof *d->asking)) == NULL) {
		cao_application_free(&d->application);
		return cao_fail_memory(err);
	}
	*ret = &d->application;
	return CAO_OK;
}

/* What is offered, read afresh: as choices and suggestions only, so that a
 * store that fails here says so at the answer. */
static const struct cao_service *
service_of(const struct cao_draft *d, struct cao_store *store)
{
	struct cao_asking *a = d->asking;
	struct cao_error err;

	cao_offer_free(&a->offer);
	if (d->application.service == NULL)
		return NULL;
	if (cao_offer_find(store, d->application.service, &a->offer, &err) !=
	    CAO_OK)
		return NULL;
	return a->offer.service;
}

static const char *const *
services(struct cao_asking *a, struct cao_store *store)
{
	struct cao_error err;

	if (a->services == NULL &&
	    cao_offer_names(store, &a->services, &err) != CAO_OK)
		return NULL;
	return (const char *const *)a->services;
}

static const char *const *
words_of(struct cao_asking *a, const struct cao_list *list)
{
	char *const *items = list->items;
	size_t i;

	for (i = 0; i < list->count && i < WORDS_MAX - 1; i++)
		a->words[i] = items[i];
	a->words[i] = NULL;
	return i > 0 ? a->words : NULL;
}

/* The list of the service that the field is one of, or NULL. */
static const struct cao_list *
offered(const char *path, const struct cao_service *s)
{
	if (s == NULL)
		return NULL;
	if (strcmp(path, "validity") == 0)
		return &s->validities;
	if (strcmp(path, "algorithm") == 0)
		return &s->algorithms;
	if (strcmp(path, "organisation.id_type") == 0)
		return &s->organisation_ids;
	if (strcmp(path, "user.id_type") == 0 ||
	    strcmp(path, "handler.id_type") == 0)
		return &s->person_ids;
	return NULL;
}

static bool
is_yes_no(const struct leaf *leaf)
{
	return leaf->field->type == CAO_T_BOOL ||
	    leaf->field->type == CAO_T_MAP ||
	    strcmp(leaf->path, "handler.like") == 0;
}

static const char *const *
choices(
    const struct cao_draft *d, struct cao_store *store, const struct leaf *leaf)
{
	const struct cao_list *list;
	const char *const *words = NULL;

	if (is_yes_no(leaf))
		return yes_no;
	if (strcmp(leaf->path, "service") == 0)
		return services(d->asking, store);
	if (strcmp(leaf->path, "business") == 0)
		return businesses;
	list = offered(leaf->path, service_of(d, store));
	if (list != NULL)
		words = words_of(d->asking, list);
	return words != NULL ? words : leaf->field->words;
}

static const char *
suggestion(const struct cao_draft *d, const struct cao_question *q)
{
	static const char *const usual[][2] = { { "business", "new" },
		{ "algorithm", "sm2" }, { "handler.like", "yes" },
		{ "backup_pin", "no" }, { "user.country", "CN" },
		{ "organisation.country", "CN" } };
	const char *path = q->path;

	for (size_t i = 0; i < sizeof usual / sizeof *usual; i++)
		if (strcmp(path, usual[i][0]) == 0 &&
		    (q->choices == NULL || is_among(usual[i][1], q->choices)))
			return usual[i][1];
	if (strcmp(path, "authorisation.from") == 0)
		return d->asking->from;
	if (strcmp(path, "authorisation.to") == 0)
		return d->asking->to;
	if (strcmp(path, "handler.phone") == 0)
		return d->application.user.phone;
	if (strcmp(path, "consent") != 0 && q->required && q->choices != NULL &&
	    q->choices[0] != NULL && q->choices[1] == NULL)
		return q->choices[0];
	return NULL;
}

bool
cao_application_ask(const struct cao_application *application,
    struct cao_store *store, struct cao_question *ret)
{
	const struct cao_draft *d = cao_draft_of(application);
	struct leaf leaf;

	if (d->asking == NULL || !current(d, &leaf))
		return false;
	(void)snprintf(
	    d->asking->path, sizeof d->asking->path, "%s", leaf.path);
	ret->path = d->asking->path;
	ret->what = _(leaf.field->what);
	if (strcmp(leaf.path, "handler.like") == 0)
		ret->what = _("is the handler the user, by name and identity "
			      "document");
	ret->required = (leaf.field->flags & CAO_REQUIRED) != 0 ||
	    is_taken_over(leaf.path) || is_among(leaf.path, always);
	ret->choices = choices(d, store, &leaf);
	ret->suggestion = suggestion(d, ret);
	return true;
}

/* Answers. */

static enum cao_status
set(struct cao_application *a, const struct leaf *leaf, const char *text,
    struct cao_error *err)
{
	return cao_schema_set(leaf->field, text, (char *)a + leaf->offset, err);
}

/* A yes or no in the words of the field; NULL if it is neither. */
static const char *
in_words(const struct leaf *leaf, const char *text)
{
	bool yes = strcmp(text, "yes") == 0;

	if (!yes && strcmp(text, "no") != 0)
		return NULL;
	if (leaf->field->type == CAO_T_BOOL)
		return yes ? "true" : "false";
	return yes ? "user" : "";
}

static enum cao_status
consent(struct cao_draft *d, struct cao_store *store, const char *text,
    struct cao_error *err)
{
	struct cao_application *a = &d->application;
	struct cao_offer offer;
	enum cao_status st;

	if (strcmp(text, "yes") != 0)
		return cao_fail(err, CAO_INPUT,
		    "without it no application can be made: answer yes, or "
		    "stop here");
	if ((st = cao_offer_find(store, a->service, &offer, err)) != CAO_OK)
		return st;
	free(a->consent.agreement);
	free(a->consent.privacy);
	a->consent.agreement = strdup(offer.service->agreement.version);
	a->consent.privacy = strdup(offer.service->privacy.version);
	cao_offer_free(&offer);
	if (a->consent.agreement == NULL || a->consent.privacy == NULL)
		return cao_fail_memory(err);
	return CAO_OK;
}

static enum cao_status
copy(const struct cao_application *from, struct cao_application *to,
    struct cao_error *err)
{
	struct cao_buf json = { 0 };
	enum cao_status st;

	cao_schema_json(&cao_application_schema, from, &json);
	st = cao_buf_ok(&json) ? cao_schema_from_json(&cao_application_schema,
				     cao_buf_text(&json), to, err)
			       : cao_fail_memory(err);
	cao_buf_free(&json);
	return st;
}

/* The first fault of that field, or with path NULL of any. */
static enum cao_status
fault_of(
    const struct cao_faults *faults, const char *path, struct cao_error *err)
{
	for (size_t i = 0; i < faults->count; i++) {
		const struct cao_error *e = &faults->list[i];

		if (e->status == CAO_OK ||
		    (path != NULL && strcmp(e->field, path) != 0))
			continue;
		*err = *e;
		return e->status;
	}
	return CAO_OK;
}

/* Try the answer on a copy, in view of all that was answered before. */
static enum cao_status
rehearse(const struct cao_draft *d, struct cao_store *store, int64_t today,
    const struct leaf *leaf, const char *text, struct cao_error *err)
{
	struct cao_draft t = { .asking = NULL };
	struct cao_application *a = &t.application;
	struct cao_faults faults = { 0 };
	const struct cao_place place = { NULL, NULL, &faults };
	struct cao_offer offer;
	enum cao_status st;

	if ((st = copy(&d->application, a, err)) != CAO_OK ||
	    (st = set(a, leaf, text, err)) != CAO_OK)
		goto out;
	/* So that a first day to come is told when it is named. */
	if (a->authorisation.from != NULL && a->authorisation.to == NULL)
		a->authorisation.to = strdup(FAR_DAY);
	cao_application_check(a, NULL, NULL, today, &faults);
	if (cao_draft_fits(&t, store, &place, &offer))
		cao_offer_free(&offer);
	st = fault_of(&faults, leaf->path, err);
out:
	cao_schema_free(&cao_application_schema, a);
	cao_faults_free(&faults);
	return st;
}

/* All is answered: bring it into its normal form. */
static enum cao_status
complete(struct cao_draft *d, int64_t today, struct cao_error *err)
{
	cao_faults_free(&d->notes);
	cao_application_check(&d->application, NULL, NULL, today, &d->notes);
	return fault_of(&d->notes, NULL, err);
}

static void
suggest_days(struct cao_asking *a, int64_t now)
{
	int64_t to = cao_time_add_months(now, AUTHORISED_MONTHS);

	cao_date_format(cao_date_of(now), a->from);
	cao_date_format(cao_date_of(to), a->to);
}

enum cao_status
cao_application_answer(struct cao_application *application,
    struct cao_store *store, const struct cao_env *env, const char *text,
    struct cao_error *err)
{
	struct cao_draft *d = (struct cao_draft *)application;
	int64_t today = cao_date_of(env->now);
	enum cao_status st = CAO_OK;
	struct leaf leaf;
	bool more;

	if (d->asking == NULL || !current(d, &leaf))
		return cao_fail(err, CAO_USAGE, "there is no question left");
	if (leaf.field->type == CAO_T_MAP) {
		st = consent(d, store, text, err);
	} else {
		if (is_yes_no(&leaf) && in_words(&leaf, text) != NULL)
			text = in_words(&leaf, text);
		if (leaf.field->flags & CAO_REQUIRED || *text != '\0')
			st = rehearse(d, store, today, &leaf, text, err);
		else if (is_taken_over(leaf.path) ||
		    is_among(leaf.path, always))
			st = cao_fail(err, CAO_INPUT, "empty; required");
		if (st == CAO_OK)
			st = set(&d->application, &leaf, text, err);
	}
	if (st != CAO_OK)
		return cao_error_place(err, NULL, 0, 0, leaf.path);
	suggest_days(d->asking, env->now);
	d->asking->at++;
	more = current(d, &leaf);
	return more ? CAO_OK : complete(d, today, err);
}
