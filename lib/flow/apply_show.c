/* What a service asks for, costs and says, for those who apply. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "codec/json.h"
#include "flow/offer.h"

#define FIELDS_MAX 32
#define WORDS_MAX 64
#define VERSION_SIZE 40 /* a version in quotes */

static void
put_items(struct cao_json *json, const struct cao_service *service,
    const struct cao_application *a)
{
	const struct cao_fee_item *fees = service->fees.items;

	for (size_t i = 0; i < service->fees.count; i++) {
		if (!cao_list_has(&fees[i].business, a->business))
			continue;
		cao_json_open(json, NULL, '{');
		cao_json_text(json, "id", fees[i].id);
		cao_json_text(json, "title", cao_offer_words(&fees[i].title));
		cao_json_int(json, "fen",
		    cao_service_fee_item(&fees[i], a->business, a->validity));
		cao_json_close(json, '}');
	}
}

enum cao_status
cao_apply_quote(struct cao_store *s, const struct cao_application *a,
    char **ret_json, struct cao_error *err)
{
	struct cao_buf out = { 0 };
	struct cao_offer offer;
	struct cao_json json;
	enum cao_status st;

	if ((st = cao_offer_find(s, a->service, &offer, err)) != CAO_OK)
		return st;
	cao_json_start(&json, &out);
	cao_json_open(&json, NULL, '{');
	cao_json_text(&json, "service", a->service);
	cao_json_text(&json, "business", a->business);
	cao_json_int(&json, "validity", a->validity);
	cao_json_open(&json, "items", '[');
	put_items(&json, offer.service, a);
	cao_json_close(&json, ']');
	cao_json_int(&json, "due_fen",
	    cao_service_fee(offer.service, a->business, a->validity));
	cao_json_close(&json, '}');
	cao_offer_free(&offer);
	return cao_buf_give(&out, ret_json, err);
}

/* The application's schema with what one service offers. */
struct form {
	struct cao_schema schema, consent;
	struct cao_field fields[FIELDS_MAX], versions[FIELDS_MAX];
	const char *businesses[WORDS_MAX], *validities[WORDS_MAX];
	const char *algorithms[WORDS_MAX];
	char agreement[VERSION_SIZE], privacy[VERSION_SIZE];
};

static struct cao_field *
field(struct cao_field *fields, size_t count, const char *key)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(fields[i].key, key) == 0)
			return &fields[i];
	return NULL;
}

/* Copy a schema's fields so that they can be changed. */
static void
open_schema(const struct cao_schema *from, struct cao_schema *to,
    struct cao_field fields[FIELDS_MAX])
{
	size_t n = from->count < FIELDS_MAX ? from->count : FIELDS_MAX;

	*to = *from;
	memcpy(fields, from->fields, n * sizeof *fields);
	to->fields = fields;
	to->count = n;
}

static void
set_words(struct form *f, const char *key, const struct cao_list *offers,
    const char *words[WORDS_MAX])
{
	struct cao_field *to = field(f->fields, f->schema.count, key);
	char *const *items = offers->items;
	size_t i;

	for (i = 0; i < offers->count && i < WORDS_MAX - 1; i++)
		words[i] = items[i];
	words[i] = NULL;
	if (to == NULL || i == 0)
		return;
	to->words = words;
	to->example = words[0];
}

/* The form is one for the first kind of business. */
static void
set_required(struct form *f, const struct cao_business *b)
{
	for (size_t i = 0; i < f->schema.count; i++)
		if (cao_application_wants(b, f->fields[i].key) == CAO_NEEDED)
			f->fields[i].flags |= CAO_REQUIRED;
}

static void
set_version(struct form *f, const char *key, const struct cao_text_ref *text,
    char out[VERSION_SIZE])
{
	struct cao_field *to = field(f->versions, f->consent.count, key);

	(void)snprintf(out, VERSION_SIZE, "\"%s\"", text->version);
	if (to != NULL)
		to->example = out;
}

static void
fill_form(struct form *f, const struct cao_service *service)
{
	struct cao_field *to;

	open_schema(&cao_application_schema, &f->schema, f->fields);
	if ((to = field(f->fields, f->schema.count, "service")) != NULL)
		to->example = service->name;
	set_words(f, "business", &service->businesses, f->businesses);
	set_words(f, "validity", &service->validities, f->validities);
	set_words(f, "algorithm", &service->algorithms, f->algorithms);
	set_required(f, &cao_business_list[0]);
	to = field(f->fields, f->schema.count, "consent");
	if (to == NULL)
		return;
	open_schema(to->sub, &f->consent, f->versions);
	to->sub = &f->consent;
	set_version(f, "agreement", &service->agreement, f->agreement);
	set_version(f, "privacy", &service->privacy, f->privacy);
}

enum cao_status
cao_apply_template(struct cao_store *s, const char *name, char **ret_yaml,
    struct cao_error *err)
{
	struct cao_buf out = { 0 };
	struct cao_offer offer;
	enum cao_status st;
	struct form form;

	if ((st = cao_offer_find(s, name, &offer, err)) != CAO_OK)
		return st;
	fill_form(&form, offer.service);
	cao_buf_printf(
	    &out, "# %s\n\n", cao_offer_words(&offer.service->title));
	cao_schema_template(&form.schema, &out);
	cao_offer_free(&offer);
	return cao_buf_give(&out, ret_yaml, err);
}

enum cao_status
cao_apply_agreement(struct cao_store *s, const char *name, char **ret_text,
    struct cao_error *err)
{
	struct cao_buf out = { 0 };
	struct cao_offer offer;
	enum cao_status st;

	if ((st = cao_offer_find(s, name, &offer, err)) != CAO_OK)
		return st;
	cao_buf_printf(
	    &out, "agreement: \"%s\"\n\n", offer.service->agreement.version);
	st = cao_offer_text(s, &offer.service->agreement, &out, err);
	cao_buf_printf(
	    &out, "\nprivacy: \"%s\"\n\n", offer.service->privacy.version);
	if (st == CAO_OK)
		st = cao_offer_text(s, &offer.service->privacy, &out, err);
	cao_offer_free(&offer);
	if (st == CAO_OK)
		return cao_buf_give(&out, ret_text, err);
	cao_buf_free(&out);
	return st;
}
