/* The dossier as reviewers see it. */
#include <string.h>

#include "base/text.h"
#include "flow/offer.h"
#include "flow/page.h"
#include "flow/query.h"
#include "flow/regard.h"
#include "flow/show.h"
#include "flow/unmask.h"
#include "ident/organisation.h"
#include "ident/person.h"

void
cao_shown_number(
    struct cao_shown *v, const char *key, const char *label, const char *number)
{
	struct cao_buf text = { 0 };

	if (number == NULL || v->unmask != NULL) {
		cao_sheet_text(&v->sheet, key, label, number);
		return;
	}
	cao_text_mask(&text, number);
	cao_sheet_text(&v->sheet, key, label, cao_buf_text(&text));
	v->sheet.out->failed |= text.failed;
	cao_buf_free(&text);
}

static enum cao_status
show_order(struct cao_shown *v, struct cao_error *err)
{
	const struct cao_order *o = v->order;
	struct cao_sheet *s = &v->sheet;
	enum cao_status st = CAO_OK;
	int64_t due = 0;

	if (o->promised_from != 0)
		st = cao_store_due(v->store, o->promised_from, &due, err);
	if (st != CAO_OK)
		return st;

	cao_sheet_open(s, NULL, N_("Order"));
	cao_sheet_text(s, "order", N_("number"), o->number);
	cao_sheet_text(s, "request", N_("request"), o->request);
	cao_sheet_text(s, "state", N_("state"), cao_state_names[o->state]);
	cao_sheet_time(s, "created_at", N_("made at"), o->created);
	cao_sheet_time(s, "paper_at", N_("paper arrived at"), o->paper);
	cao_sheet_time(s, "due_at", N_("promised by"), due);
	cao_sheet_time(s, "issued_at", N_("issued at"), o->issued);
	cao_sheet_time(s, "installed_at", N_("installed at"), o->installed);
	cao_sheet_digest(s, "dossier", N_("dossier"), o->dossier);
	cao_sheet_close(s, NULL);
	return CAO_OK;
}

/* The request, where there is one. */
static void
show_key(struct cao_shown *v)
{
	const struct cao_order *o = v->order;
	struct cao_sheet *s = &v->sheet;

	if (o->csr.len == 0) {
		cao_sheet_text(s, "csr", N_("certificate request"), NULL);
		cao_sheet_text(s, "key", N_("public key"), NULL);
		return;
	}
	cao_sheet_text(s, "csr", N_("certificate request"),
	    cao_regard_made(o) ? "made" : "own");
	cao_sheet_digest(s, "key", N_("public key"), o->key);
}

static void
show_service(struct cao_shown *v)
{
	const struct cao_application *a = &v->order->application;
	struct cao_sheet *s = &v->sheet;

	cao_sheet_open(s, NULL, N_("Service"));
	cao_sheet_text(s, "service", N_("service"), a->service);
	cao_sheet_text(s, "service_title", N_("title"),
	    cao_offer_words(&v->service->title));
	cao_sheet_text(s, "provider", N_("provider"), v->service->provider);
	cao_sheet_digest(
	    s, "service_version", N_("version"), v->order->service);
	cao_sheet_text(s, "business", N_("business"), a->business);
	if (a->validity != 0 || s->as_json)
		cao_sheet_int(s, "validity", N_("months"), a->validity);
	cao_sheet_text(s, "algorithm", N_("algorithm"), a->algorithm);
	show_key(v);
	cao_sheet_bool(s, "backup_pin", N_("backup PIN"), a->backup_pin);
	cao_sheet_open(s, "consent", NULL);
	cao_sheet_text(s, "agreement", N_("agreement"), a->consent.agreement);
	cao_sheet_text(s, "privacy", N_("privacy policy"), a->consent.privacy);
	cao_sheet_close(s, "consent");
	cao_sheet_open(s, "authorisation", NULL);
	cao_sheet_text(s, "from", N_("authorised from"), a->authorisation.from);
	cao_sheet_text(s, "to", N_("authorised to"), a->authorisation.to);
	cao_sheet_close(s, "authorisation");
	cao_sheet_close(s, NULL);
}

/* The kind of a document: by its label, for a person. */
static void
show_type(
    struct cao_sheet *s, const char *type, const char *(*label)(const char *))
{
	cao_sheet_text(
	    s, "id_type", N_("document"), s->as_json ? type : label(type));
}

static void
show_user(struct cao_shown *v)
{
	const struct cao_person *u = &v->order->application.user;
	struct cao_sheet *s = &v->sheet;

	cao_sheet_open(s, "user", N_("User"));
	cao_sheet_text(s, "name", N_("name"), u->name);
	show_type(s, u->id_type, cao_person_id_label);
	cao_shown_number(v, "id_number", N_("document number"), u->id_number);
	cao_sheet_text(s, "gender", N_("gender"), u->gender);
	cao_sheet_text(s, "department", N_("department"), u->department);
	cao_sheet_text(s, "country", N_("country"), u->country);
	cao_sheet_text(s, "province", N_("province"), u->province);
	cao_shown_number(v, "phone", N_("telephone"), u->phone);
	cao_sheet_close(s, "user");
}

static void
show_organisation(struct cao_shown *v)
{
	const struct cao_organisation *o = &v->order->application.organisation;
	struct cao_sheet *s = &v->sheet;

	cao_sheet_open(s, "organisation", N_("Organisation"));
	cao_sheet_text(s, "name", N_("name"), o->name);
	show_type(s, o->id_type, cao_organisation_id_label);
	cao_shown_number(v, "id_number", N_("document number"), o->id_number);
	cao_sheet_text(s, "country", N_("country"), o->country);
	cao_sheet_text(s, "province", N_("province"), o->province);
	cao_sheet_text(s, "address", N_("address"), o->address);
	cao_shown_number(v, "phone", N_("telephone"), o->phone);
	cao_sheet_close(s, "organisation");
}

static void
show_handler(struct cao_shown *v)
{
	const struct cao_handler *h = &v->order->application.handler;
	struct cao_sheet *s = &v->sheet;

	cao_sheet_open(s, "handler", N_("Handler"));
	cao_sheet_text(s, "name", N_("name"), h->name);
	show_type(s, h->id_type, cao_person_id_label);
	cao_shown_number(v, "id_number", N_("document number"), h->id_number);
	cao_sheet_text(s, "address", N_("address"), h->address);
	cao_shown_number(v, "phone", N_("telephone"), h->phone);
	cao_sheet_text(s, "email", N_("mail"), h->email);
	cao_sheet_close(s, "handler");
}

static enum cao_status
show(struct cao_shown *v, struct cao_error *err)
{
	enum cao_status st;

	if ((st = show_order(v, err)) != CAO_OK)
		return st;
	show_service(v);
	if ((st = cao_shown_concern(v, err)) != CAO_OK)
		return st;
	show_user(v);
	show_organisation(v);
	show_handler(v);
	cao_shown_fee(v);
	if ((st = cao_shown_documents(v, err)) != CAO_OK ||
	    (st = cao_shown_decisions(v, err)) != CAO_OK ||
	    (st = cao_shown_checks(v, err)) != CAO_OK ||
	    (st = cao_shown_others(v, err)) != CAO_OK ||
	    (st = cao_shown_waits(v, err)) != CAO_OK)
		return st;
	return cao_sheet_end(&v->sheet) ? CAO_OK : cao_fail_memory(err);
}

/* Put on record, before anything is shown, that somebody looks behind the
 * masks of that order. */
static enum cao_status
record_unmask(struct cao_store *s, const struct cao_env *env,
    const char *number, const char *reason, struct cao_error *err)
{
	struct cao_order o = { .id = 0 };
	enum cao_status st;

	if ((st = cao_unmask_check(env, reason, err)) == CAO_OK &&
	    (st = cao_store_load(s, number, 0, &o, err)) == CAO_OK)
		st = cao_unmask_record(s, env, &o.id, 1, reason, err);
	cao_order_free(&o);
	return st;
}

/* The order with its service, and the sheet that was begun about it, all of
 * one instant. */
static enum cao_status
look(struct cao_shown *v, const char *number, struct cao_order *o,
    struct cao_error *err)
{
	struct cao_store *s = v->store;
	enum cao_status st;

	if (v->unmask != NULL &&
	    (st = record_unmask(s, v->env, number, v->unmask, err)) != CAO_OK)
		return st;
	if ((st = cao_evidence_cache_new(&v->cache, err)) != CAO_OK)
		return st;
	if ((st = cao_db_begin_read(s->db, __func__, err)) != CAO_OK ||
	    (st = cao_store_load(s, number, CAO_LOAD_ALL, o, err)) != CAO_OK)
		goto out;
	v->order = o;
	if ((st = cao_regard_whole(&o->application, err)) == CAO_OK &&
	    (st = cao_store_service(s, o->service, &v->service, err)) == CAO_OK)
		st = show(v, err);
out:
	cao_db_rollback(s->db);
	cao_evidence_cache_free(v->cache);
	return st;
}

enum cao_status
cao_review_show(struct cao_store *s, const struct cao_env *env,
    const char *number, bool json, const char *unmask, char **ret_text,
    struct cao_error *err)
{
	struct cao_shown v = { .store = s, .env = env, .unmask = unmask };
	struct cao_order o = { .id = 0 };
	struct cao_buf out = { 0 };
	enum cao_status st;

	cao_sheet_begin(&v.sheet, &out, json);
	if ((st = look(&v, number, &o, err)) == CAO_OK)
		st = cao_buf_give(&out, ret_text, err);
	cao_buf_free(&out);
	cao_order_free(&o);
	return st;
}

enum cao_status
cao_review_page(struct cao_store *s, const struct cao_env *env,
    const char *number, const char *unmask, const struct cao_scanner *scanner,
    char **ret_html, struct cao_error *err)
{
	struct cao_shown v = { .store = s, .env = env, .unmask = unmask };
	struct cao_order o = { .id = 0 };
	struct cao_buf out = { 0 };
	struct cao_page page = { .store = s,
		.order = &o,
		.scanner = scanner,
		.side = unmask != NULL ? CAO_PAGE_LARGE : CAO_PAGE_SMALL,
		.out = &out };
	enum cao_status st;

	cao_page_begin(&out, number, "beside");
	cao_buf_puts(&out, "<div>\n");
	cao_sheet_begin_html(&v.sheet, &out);
	if ((st = look(&v, number, &o, err)) == CAO_OK) {
		cao_buf_puts(&out, "</div>\n");
		page.service = v.service;
		st = cao_page_slots(&page, err);
		cao_page_end(&out);
	}
	if (st == CAO_OK)
		st = cao_buf_give(&out, ret_html, err);
	cao_buf_free(&out);
	cao_order_free(&o);
	return st;
}
