/* The forms of an order, filled in. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "flow/form.h"
#include "flow/form_code.h"
#include "flow/invoice.h"
#include "flow/offer.h"
#include "flow/query.h"
#include "flow/unmask.h"

#define RECEIPT "receipt"
#define NOTICE "notice"
#define ENTRANCE "entrance"
#define INVOICE "invoice"
#define RECORDED "its forms were printed"

/* What is under way. */
struct filing {
	struct cao_form_set set;
	struct cao_form_facts facts;
	struct cao_form_values values;
	struct cao_forms *forms;
	const char **missing;
	bool no_memory;
};

void
cao_forms_free(struct cao_forms *forms)
{
	struct cao_form_values values;

	if (forms == NULL)
		return;
	values.list = forms->values;
	values.count = forms->nvalues;
	cao_form_values_free(&values);
	cao_schema_free(&cao_letterhead_schema, &forms->head);
	for (size_t i = 0; i < forms->count; i++) {
		struct cao_form_paper *p = &forms->papers[i];

		for (size_t n = 0; n < p->count; n++)
			cao_schema_free(&cao_form_schema, &p->forms[n]);
		free(p->forms);
	}
	free(forms->papers);
	free(forms->logo);
	free(forms);
}

static void
close_filing(struct filing *f)
{
	cao_form_set_free(&f->set);
	cao_form_values_free(&f->values);
	cao_forms_free(f->forms);
	free(f->missing);
}

/* Is the form one of that slot, or with slot NULL the one of that id?  Those
 * that were handed on are none. */
static bool
is_of(const struct cao_form *form, const char *slot, const char *id)
{
	if (form->id == NULL)
		return false;
	if (slot != NULL)
		return form->slot != NULL && strcmp(form->slot, slot) == 0;
	return form->slot == NULL && id != NULL && strcmp(form->id, id) == 0;
}

/* Fill in the forms of the slot (or that one without a slot) as one more
 * paper; none is no fault. */
static enum cao_status
add_paper(
    struct filing *f, const char *slot, const char *id, struct cao_error *err)
{
	struct cao_form_paper *grown, *p;
	enum cao_status st = CAO_OK;
	size_t count = 0;

	for (size_t i = 0; i < f->set.count; i++)
		count += is_of(&f->set.list[i], slot, id);
	if (count == 0)
		return CAO_OK;
	grown =
	    realloc(f->forms->papers, (f->forms->count + 1) * sizeof *grown);
	if (grown == NULL)
		return cao_fail_memory(err);
	f->forms->papers = grown;
	p = &grown[f->forms->count];
	*p = (struct cao_form_paper){ .count = 0 };
	if ((p->forms = calloc(count, sizeof *p->forms)) == NULL)
		return cao_fail_memory(err);
	f->forms->count++;
	for (size_t i = 0; st == CAO_OK && i < f->set.count; i++) {
		struct cao_form *form = &f->set.list[i];

		if (!is_of(form, slot, id))
			continue;
		p->forms[p->count] = *form;
		*form = (struct cao_form){ .id = NULL };
		st = cao_form_fill(
		    &p->forms[p->count++], &f->facts, &f->values, err);
	}
	if (st == CAO_OK && f->facts.order != NULL)
		st = cao_form_code_make(f->facts.order, f->facts.service,
		    slot != NULL ? slot : "", &p->code, err);
	return st;
}

/* Must the order fill the slot? */
static bool
is_required(const struct cao_order *o, const char *slot)
{
	size_t len = strlen(slot);
	const char *at = o->required;

	while (at != NULL && (at = strstr(at, slot)) != NULL) {
		if (at > o->required && at[-1] == '"' && at[len] == '"')
			return true;
		at += len;
	}
	return false;
}

static bool
has_form(const struct filing *f, const char *slot)
{
	for (size_t i = 0; i < f->set.count; i++)
		if (is_of(&f->set.list[i], slot, NULL))
			return true;
	return false;
}

static enum cao_status
no_form(const struct filing *f, const char *only, struct cao_error *err)
{
	const struct cao_slot *slots = f->facts.service->slots.items;
	struct cao_buf known = { 0 };

	if (only == NULL)
		return cao_fail(err, CAO_NOTFOUND,
		    "there is no form for what it has to upload");
	for (size_t i = 0; i < f->facts.service->slots.count; i++)
		if (has_form(f, slots[i].id))
			cao_buf_printf(&known, "%s%s",
			    known.len > 0 ? ", " : "", slots[i].id);
	(void)cao_fail(err, CAO_NOTFOUND,
	    "there is no form for a slot '%.64s'; there are %s", only,
	    cao_buf_text(&known));
	cao_buf_free(&known);
	return err->status;
}

/* The papers of the slots, in the service's order. */
static enum cao_status
add_slots(struct filing *f, const char *only, struct cao_error *err)
{
	const struct cao_service *service = f->facts.service;
	const struct cao_order *o = f->facts.order;
	const struct cao_slot *slots = service->slots.items;
	enum cao_status st = CAO_OK;

	for (size_t i = 0; st == CAO_OK && i < service->slots.count; i++) {
		if (only != NULL ? strcmp(slots[i].id, only) != 0
				 : o != NULL && !is_required(o, slots[i].id))
			continue;
		if (o != NULL &&
		    !cao_slot_applies(&slots[i], o->application.business))
			st = cao_fail(err, CAO_DENIED,
			    "an order of business \"%s\" has no slot %s",
			    o->application.business, slots[i].id);
		else
			st = add_paper(f, slots[i].id, NULL, err);
	}
	if (st == CAO_OK && f->forms->count == 0)
		st = no_form(f, only, err);
	return st;
}

/* A form that fills no slot. */
static enum cao_status
add_alone(struct filing *f, const char *id, struct cao_error *err)
{
	enum cao_status st = add_paper(f, NULL, id, err);

	if (st == CAO_OK && f->forms->count == 0)
		st = cao_fail(err, CAO_NOTFOUND,
		    "there is no form forms/%s.yaml in the store", id);
	return st;
}

/* A receipt says that the order was accepted, a notice that it was sent
 * back. */
static enum cao_status
check_gate(const struct cao_order *o, const char *only, struct cao_error *err)
{
	if (strcmp(only, RECEIPT) == 0 &&
	    cao_order_decided(o, CAO_ACCEPT) == NULL)
		return cao_fail(err, CAO_NOTREADY,
		    "it is not accepted, which a receipt would say; "
		    "ca-review --accept does that");
	if (strcmp(only, NOTICE) == 0 && cao_form_returned(o) == NULL)
		return cao_fail(err, CAO_NOTREADY,
		    "it was not returned, or what was asked for is there "
		    "again: there is nothing to correct");
	return CAO_OK;
}

static void
add_missing(void *arg, const char *slot)
{
	struct filing *f = arg;
	const struct cao_slot *s = cao_service_slot(f->facts.service, slot);
	const char **grown;

	grown = realloc(f->missing, (f->facts.nmissing + 1) * sizeof *grown);
	if (grown == NULL) {
		f->no_memory = true;
		return;
	}
	f->missing = grown;
	f->facts.missing = grown;
	if (s != NULL)
		grown[f->facts.nmissing++] = s->label.zh;
}

static enum cao_status
open_filing(struct cao_store *s, struct filing *f, struct cao_error *err)
{
	if ((f->forms = calloc(1, sizeof *f->forms)) == NULL)
		return cao_fail_memory(err);
	return cao_form_set_read(s, &f->set, err);
}

/* Fill in the letterhead, and hand all of it over. */
static enum cao_status
finish(struct filing *f, struct cao_forms **ret, struct cao_error *err)
{
	enum cao_status st;

	st = cao_letterhead_fill(&f->set.head, &f->facts, &f->values, err);
	if (st != CAO_OK)
		return st;
	f->forms->head = f->set.head;
	f->set.head = (struct cao_letterhead){ .name = NULL };
	f->forms->logo = f->set.logo;
	f->forms->logo_len = f->set.logo_len;
	f->set.logo = NULL;
	f->forms->values = f->values.list;
	f->forms->nvalues = f->values.count;
	f->values = (struct cao_form_values){ .list = NULL };
	*ret = f->forms;
	f->forms = NULL;
	return CAO_OK;
}

static enum cao_status
fill_order(struct cao_store *s, struct filing *f, const struct cao_order *o,
    const char *only, struct cao_error *err)
{
	enum cao_status st;

	if ((st = cao_store_service(s, o->service, &f->facts.service, err)) !=
	    CAO_OK)
		return st;
	f->facts.order = o;
	f->forms->at = o->created;
	if (o->promised_from != 0 &&
	    (st = cao_store_due(s, o->promised_from, &f->facts.due, err)) !=
		CAO_OK)
		return st;
	st = cao_query_missing(s, o->id, add_missing, f, err);
	if (st == CAO_OK && f->no_memory)
		st = cao_fail_memory(err);
	if (st != CAO_OK)
		return st;
	if (only == NULL ||
	    (strcmp(only, RECEIPT) != 0 && strcmp(only, NOTICE) != 0))
		return add_slots(f, only, err);
	if ((st = check_gate(o, only, err)) == CAO_OK)
		st = add_alone(f, only, err);
	return st;
}

enum cao_status
cao_form_order(struct cao_store *s, const struct cao_env *env,
    const char *number, const char *only, struct cao_forms **ret,
    struct cao_error *err)
{
	struct filing f = { .forms = NULL };
	struct cao_order o = { .id = 0 };
	enum cao_status st;

	st = cao_store_load(
	    s, number, CAO_LOAD_DOSSIER | CAO_LOAD_DECISIONS, &o, err);
	if (st == CAO_OK && (st = open_filing(s, &f, err)) == CAO_OK)
		st = fill_order(s, &f, &o, only, err);
	if (st == CAO_OK && f.values.personal && !env->dry_run &&
	    (st = cao_unmask_check(env, RECORDED, err)) == CAO_OK)
		st = cao_unmask_record(s, env, &o.id, 1, RECORDED, err);
	if (st == CAO_OK)
		st = finish(&f, ret, err);
	close_filing(&f);
	cao_order_free(&o);
	return st;
}

/* The order may be purged: what the invoice says is left. */
static enum cao_status
fill_invoice(struct cao_store *s, struct filing *f, struct cao_order *o,
    const struct cao_invoice *invoice, struct cao_error *err)
{
	enum cao_status st;

	st = cao_store_load(s, invoice->order_number,
	    CAO_LOAD_DOSSIER | CAO_LOAD_DECISIONS | CAO_LOAD_PURGED, o, err);
	if (st == CAO_OK)
		st = cao_store_service(s, o->service, &f->facts.service, err);
	if (st != CAO_OK)
		return st;
	f->facts.order = o;
	f->facts.invoice = invoice;
	f->forms->at = invoice->at;
	return add_alone(f, INVOICE, err);
}

enum cao_status
cao_form_invoice(struct cao_store *s, const char *name, struct cao_forms **ret,
    struct cao_error *err)
{
	struct filing f = { .forms = NULL };
	struct cao_invoice invoice = { .id = 0 };
	struct cao_order o = { .id = 0 };
	enum cao_status st;

	if ((st = cao_invoice_load(s, name, &invoice, err)) == CAO_OK &&
	    (st = open_filing(s, &f, err)) == CAO_OK &&
	    (st = fill_invoice(s, &f, &o, &invoice, err)) == CAO_OK)
		st = finish(&f, ret, err);
	close_filing(&f);
	cao_order_free(&o);
	cao_invoice_free(&invoice);
	return st;
}

enum cao_status
cao_form_blank(struct cao_store *s, const char *service, const char *only,
    struct cao_forms **ret, struct cao_error *err)
{
	struct filing f = { .forms = NULL };
	struct cao_offer offer;
	enum cao_status st;

	if ((st = cao_offer_find(s, service, &offer, err)) != CAO_OK)
		return st;
	f.facts.service = offer.service;
	if ((st = open_filing(s, &f, err)) == CAO_OK &&
	    (st = add_slots(&f, only, err)) == CAO_OK)
		st = finish(&f, ret, err);
	close_filing(&f);
	cao_offer_free(&offer);
	return st;
}

enum cao_status
cao_form_entrance(struct cao_store *s, const char *service,
    struct cao_forms **ret, struct cao_error *err)
{
	struct filing f = { .forms = NULL };
	struct cao_offer offer;
	enum cao_status st;

	if ((st = cao_offer_find(s, service, &offer, err)) != CAO_OK)
		return st;
	f.facts.service = offer.service;
	if ((st = open_filing(s, &f, err)) == CAO_OK &&
	    (st = add_alone(&f, ENTRANCE, err)) == CAO_OK)
		st = finish(&f, ret, err);
	close_filing(&f);
	cao_offer_free(&offer);
	return st;
}
