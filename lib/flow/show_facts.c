/* The dossier: money, scans, decisions, checks, other orders, gates. */
#include <stdio.h>
#include <string.h>

#include "base/time.h"
#include "flow/checks.h"
#include "flow/offer.h"
#include "flow/query.h"
#include "flow/show.h"

#define OTHERS_MAX 20 /* of the latest other orders */

static void
show_items(struct cao_shown *v)
{
	const struct cao_application *a = &v->order->application;
	const struct cao_list *fees = &v->service->fees;

	cao_sheet_list(&v->sheet, "items", NULL);
	for (size_t i = 0; i < fees->count; i++) {
		const struct cao_fee_item *item =
		    (const struct cao_fee_item *)fees->items + i;

		if (!cao_list_has(&item->business, a->business))
			continue;
		cao_sheet_row(
		    &v->sheet, "title", cao_offer_words(&item->title));
		cao_sheet_text(&v->sheet, "id", "", item->id);
		cao_sheet_money(&v->sheet, "fen", NULL,
		    cao_service_fee_item(item, a->business, a->validity));
		cao_sheet_row_end(&v->sheet);
	}
	cao_sheet_list_end(&v->sheet);
}

static void
show_bank_line(struct cao_shown *v, const struct cao_bank_line *l)
{
	struct cao_sheet *s = &v->sheet;

	cao_sheet_text(s, "bank_reference", N_("settled by"), l->reference);
	cao_sheet_day(s, "bank_date", NULL, l->day);
	cao_sheet_money(s, "bank_fen", NULL, l->fen);
	cao_shown_number(v, "bank_account", N_("from"), l->account);
	cao_sheet_text(s, "bank_name", NULL, l->name);
	cao_sheet_text(s, "bank_text", NULL, l->text);
}

static void
show_transfer(struct cao_shown *v, const struct cao_transfer *t)
{
	const struct cao_payments *p = &v->order->payments;
	struct cao_sheet *s = &v->sheet;
	char date[CAO_DATE_SIZE];

	cao_date_format(t->day, date);
	cao_sheet_row(s, "date", date);
	cao_sheet_money(s, "fen", NULL, t->fen);
	cao_shown_number(v, "account", N_("from"), t->account);
	cao_sheet_text(s, "name", NULL, t->name);
	cao_sheet_time(s, "declared_at", N_("declared"), t->at);
	cao_sheet_bool(s, "settled", "", t->settled);
	for (size_t i = 0; i < p->nsettlements; i++)
		if (p->settlements[i].transfer == t->id)
			show_bank_line(v, &p->settlements[i].bank);
	if (!t->settled)
		cao_sheet_word(s, _("not settled"));
	cao_sheet_row_end(s);
}

/* Money that is no declared transfer. */
static void
show_other(struct cao_shown *v, const struct cao_settlement *m)
{
	struct cao_sheet *s = &v->sheet;

	cao_sheet_row(s, "by",
	    m->wechat.id != 0 ? _("WeChat Pay") : _("assigned by a cashier"));
	cao_sheet_money(s, "fen", NULL, m->fen);
	cao_sheet_time(s, "settled_at", NULL, m->at);
	if (m->wechat.id != 0)
		cao_sheet_text(
		    s, "transaction_id", NULL, m->wechat.transaction_id);
	else
		show_bank_line(v, &m->bank);
	if (m->reason != NULL)
		cao_sheet_text(s, "reason", N_("because"), m->reason);
	cao_sheet_row_end(s);
}

static void
show_refunds(struct cao_shown *v)
{
	const struct cao_payments *p = &v->order->payments;
	struct cao_sheet *s = &v->sheet;

	cao_sheet_list(s, "refunds", N_("Paid back"));
	for (size_t i = 0; i < p->nrefunds; i++) {
		const struct cao_refund *r = &p->refunds[i];

		cao_sheet_row(s, "number", r->number);
		cao_sheet_money(s, "fen", NULL, r->fen);
		cao_sheet_time(s, "at", NULL, r->at);
		cao_sheet_text(s, "reason", N_("because"), r->reason);
		if (*r->status != '\0')
			cao_sheet_text(s, "status", NULL, r->status);
		cao_sheet_row_end(s);
	}
	cao_sheet_list_end(s);
}

static void
show_payments(struct cao_shown *v)
{
	const struct cao_payments *p = &v->order->payments;
	size_t others = 0;

	cao_sheet_list(&v->sheet, "transfers", N_("Payments"));
	for (size_t i = 0; i < v->order->ntransfers; i++)
		show_transfer(v, &v->order->transfers[i]);
	cao_sheet_list_end(&v->sheet);
	for (size_t i = 0; i < p->nsettlements; i++) {
		if (p->settlements[i].transfer != 0)
			continue;
		if (others++ == 0)
			cao_sheet_list(
			    &v->sheet, "assigned", N_("Other payments"));
		show_other(v, &p->settlements[i]);
	}
	if (others > 0)
		cao_sheet_list_end(&v->sheet);
	if (p->nrefunds > 0)
		show_refunds(v);
}

void
cao_shown_fee(struct cao_shown *v)
{
	const struct cao_order *o = v->order;
	struct cao_sheet *s = &v->sheet;

	cao_sheet_open(s, "payment", N_("Fee"));
	show_items(v);
	cao_sheet_text(s, "state", N_("state"), o->payment);
	cao_sheet_money(s, "due_fen", N_("due"), o->fee_due);
	cao_sheet_money(s, "declared_fen", N_("declared"), o->declared);
	cao_sheet_money(s, "paid_fen", N_("paid"), o->paid);
	if (o->excess > 0)
		cao_sheet_money(
		    s, "over_fen", N_("to be paid back"), o->excess);
	show_payments(v);
	cao_sheet_close(s, "payment");
}

static void
show_missing(void *arg, const char *slot)
{
	struct cao_sheet *s = arg;

	if (s->as_json)
		cao_json_text(&s->json, NULL, slot);
	else
		cao_sheet_text(s, NULL, N_("missing"), slot);
}

static void
show_document(struct cao_shown *v, const struct cao_document *d)
{
	const struct cao_slot *slot = cao_service_slot(v->service, d->slot);
	struct cao_sheet *s = &v->sheet;
	char name[CAO_SLOT_SIZE];

	cao_slot_join(d->slot, d->part, name);
	cao_sheet_row(s, "slot", name);
	cao_sheet_text(s, "type", NULL, d->type);
	cao_sheet_int(s, "pages", N_("pages"), (int64_t)d->pages);
	cao_sheet_int(s, "size", N_("octets"), d->size);
	cao_sheet_digest(s, "digest", NULL, d->object);
	cao_sheet_time(s, "at", NULL, d->at);
	cao_sheet_text(s, "label", NULL,
	    slot != NULL ? cao_offer_words(&slot->label) : NULL);
	cao_sheet_row_end(s);
}

enum cao_status
cao_shown_documents(struct cao_shown *v, struct cao_error *err)
{
	const struct cao_order *o = v->order;
	struct cao_sheet *s = &v->sheet;
	enum cao_status st;

	cao_sheet_open(s, "documents", N_("Documents"));
	cao_sheet_int(s, "required", N_("required"), o->documents_required);
	cao_sheet_int(s, "filled", N_("filled"), o->documents_filled);
	cao_sheet_list(s, "missing", NULL);
	st = cao_query_missing(v->store, o->id, show_missing, s, err);
	cao_sheet_list_end(s);
	cao_sheet_list(s, "files", NULL);
	for (size_t i = 0; i < o->ndocuments; i++)
		show_document(v, &o->documents[i]);
	cao_sheet_list_end(s);
	cao_sheet_close(s, "documents");
	return st;
}

/* Decisions that end an order, and that paper came, hold for any dossier. */
static bool
counts(const struct cao_order *o, const struct cao_decided *d)
{
	switch (d->kind) {
	case CAO_ACCEPT:
	case CAO_RETURN:
		return cao_order_decided(o, d->kind) == d;
	case CAO_APPROVE:
		return cao_order_decided(o, d->kind) == d &&
		    (o->facts & CAO_APPROVED) != 0;
	default:
		return true;
	}
}

static enum cao_status
show_decision(
    struct cao_shown *v, const struct cao_decided *d, struct cao_error *err)
{
	struct cao_error why = { .status = CAO_OK };
	bool counted = counts(v->order, d);
	struct cao_sheet *s = &v->sheet;
	enum cao_status st;

	st = cao_flow_check_decided(v->store, v->order, d, v->cache, &why);
	if (cao_flow_fatal(st)) {
		*err = why;
		return st;
	}
	cao_sheet_row(s, "decision", cao_decision_words[d->kind]);
	cao_sheet_text(s, "operator", NULL, d->operator_name);
	cao_sheet_time(s, "at", NULL, d->at);
	cao_sheet_text(s, "reason", N_("reason:"), d->reason);
	cao_sheet_digest(s, "dossier", N_("dossier"), d->dossier);
	cao_sheet_bool(s, "counts", "", counted);
	cao_sheet_word(s, counted ? _("counts") : _("void"));
	cao_sheet_bool(s, "signed", "", st == CAO_OK);
	cao_sheet_word(s, st == CAO_OK ? _("signature verified") : why.text);
	cao_sheet_text(s, "fault", "", st == CAO_OK ? NULL : why.text);
	cao_sheet_row_end(s);
	return CAO_OK;
}

enum cao_status
cao_shown_decisions(struct cao_shown *v, struct cao_error *err)
{
	const struct cao_order *o = v->order;
	struct cao_sheet *s = &v->sheet;
	enum cao_status st = CAO_OK;

	cao_sheet_open(s, "review", N_("Review"));
	cao_sheet_text(s, "state", N_("state"), o->review);
	cao_sheet_text(s, "accepted_by", N_("accepted by"), o->accepted_by);
	cao_sheet_text(s, "approved_by", N_("approved by"), o->approved_by);
	cao_sheet_list(s, "decisions", N_("Decisions"));
	for (size_t i = 0; st == CAO_OK && i < o->ndecisions; i++)
		st = show_decision(v, &o->decisions[i], err);
	cao_sheet_list_end(s);
	cao_sheet_close(s, "review");
	return st;
}

enum cao_status
cao_shown_checks(struct cao_shown *v, struct cao_error *err)
{
	struct cao_check checks[CAO_CHECKS];
	struct cao_sheet *s = &v->sheet;
	enum cao_status st;
	size_t count;

	st = cao_checks_run(
	    v->store, v->env, v->order, v->cache, checks, &count, err);
	if (st != CAO_OK)
		return st;
	cao_sheet_list(s, "checks", N_("Checks"));
	for (size_t i = 0; i < count; i++) {
		cao_sheet_row(s, "check", checks[i].name);
		cao_sheet_text(
		    s, "outcome", NULL, cao_outcome_words[checks[i].outcome]);
		cao_sheet_text(s, "text", NULL, checks[i].text);
		cao_sheet_row_end(s);
	}
	cao_sheet_list_end(s);
	return CAO_OK;
}

/* name is the member of the column that tells one from another. */
static enum cao_status
show_others(struct cao_shown *v, enum cao_sql sql, const char *value,
    const char *name, struct cao_error *err)
{
	struct cao_query *q = cao_db_use(v->store->db, sql);
	struct cao_sheet *s = &v->sheet;
	enum cao_status st;
	bool row;

	cao_db_text(q, ":value", value);
	cao_db_int(q, ":order", v->order->id);
	cao_db_int(q, ":limit", OTHERS_MAX);
	while ((st = cao_db_step(q, &row, err)) == CAO_OK && row) {
		cao_sheet_row(s, "order", cao_col_text(q, 0));
		cao_sheet_text(s, "state", NULL, cao_col_text(q, 1));
		cao_sheet_text(s, "business", NULL, cao_col_text(q, 2));
		cao_sheet_text(s, name, NULL, cao_col_text(q, 3));
		cao_sheet_time(s, "created_at", NULL, cao_col_int(q, 4));
		cao_sheet_row_end(s);
	}
	cao_sheet_list_end(s);
	return st;
}

enum cao_status
cao_shown_others(struct cao_shown *v, struct cao_error *err)
{
	const struct cao_application *a = &v->order->application;
	enum cao_status st;

	cao_sheet_list(
	    &v->sheet, "person_orders", N_("Other orders of the same person"));
	st = show_others(
	    v, SQL_OTHERS_OF_PERSON, a->user.id_number, "organisation", err);
	if (st != CAO_OK)
		return st;
	cao_sheet_list(&v->sheet, "organisation_orders",
	    N_("Other orders of the same organisation"));
	return show_others(v, SQL_OTHERS_OF_ORGANISATION,
	    a->organisation.id_number, "user", err);
}

static void
show_gate(void *arg, const char *gate, const char *what, const char *command)
{
	struct cao_sheet *s = arg;

	cao_sheet_row(s, "gate", gate);
	cao_sheet_text(s, "what", NULL, what);
	cao_sheet_text(s, "command", NULL, command);
	cao_sheet_row_end(s);
}

enum cao_status
cao_shown_waits(struct cao_shown *v, struct cao_error *err)
{
	enum cao_status st;

	cao_sheet_list(&v->sheet, "waits", N_("What it waits for"));
	st = cao_query_why(
	    v->store, v->env, v->order->number, show_gate, &v->sheet, err);
	cao_sheet_list_end(&v->sheet);
	return st;
}
