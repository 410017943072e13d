/* What a message says: texts of the store, filled in with facts. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/money.h"
#include "base/text.h"
#include "codec/json.h"
#include "flow/notify.h"
#include "store/shipped.h"

#define MASKED "******" /* of a code */

/* ---- Texts ---- */

static const char *
shipped(const char *name)
{
	const struct cao_shipped *f = cao_shipped_files;

	while (f->name != NULL && strcmp(f->name, name) != 0)
		f++;
	return f->text;
}

static enum cao_status
read_text(struct cao_store *s, enum cao_notice_kind kind, const char *language,
    struct cao_notice *ret, struct cao_faults *faults, struct cao_error *err)
{
	struct cao_buf text = { 0 };
	const char *ours;
	enum cao_status st;
	char name[80];

	(void)snprintf(name, sizeof name, "notices/%.16s/%s.txt", language,
	    cao_notice_kinds[kind]);
	st = cao_store_file(s, name, CAO_NOTICE_MAX, &text, err);
	if (st == CAO_NOTFOUND && (ours = shipped(name)) != NULL) {
		cao_buf_puts(&text, ours);
		st = cao_buf_ok(&text) ? CAO_OK : cao_fail_memory(err);
	}
	if (st == CAO_OK &&
	    cao_notice_read(kind, name, cao_buf_text(&text), text.len, ret,
		faults) == CAO_SYSTEM)
		st = cao_fail_memory(err);
	cao_buf_free(&text);
	return st;
}

enum cao_status
cao_notify_texts(struct cao_store *s, const char *language,
    struct cao_notice ret[CAO_NOTICES], struct cao_faults *faults,
    struct cao_error *err)
{
	enum cao_status st = CAO_OK;

	for (int i = 0; i < CAO_NOTICES && st == CAO_OK; i++)
		st = read_text(s, (enum cao_notice_kind)i,
		    language != NULL ? language : CAO_NOTIFY_LANGUAGE, &ret[i],
		    faults, err);
	if (st != CAO_OK || cao_faults_status(faults) == CAO_OK)
		return st;
	*err = faults->list[0];
	return cao_faults_status(faults);
}

/* ---- Values ---- */

/* A message as it is put together. */
struct filling {
	struct cao_notifier *notifier;
	const struct cao_waiting *w;
	struct cao_order order; /* zeros: of an inquiry */
	char *value[CAO_NOTICE_VALUES];
	struct cao_secret *code;
	char phone[CAO_MOBILE_SIZE]; /* sealed with the code */
};

static void
free_filling(struct filling *f)
{
	for (int i = 0; i < CAO_NOTICE_VALUES; i++)
		free(f->value[i]);
	cao_secret_free(f->code);
	cao_order_free(&f->order);
}

/* NULL stays it. */
static enum cao_status
set(struct filling *f, enum cao_notice_value which, const char *text,
    struct cao_error *err)
{
	if (text == NULL)
		return CAO_OK;
	free(f->value[which]);
	f->value[which] = strdup(text);
	return f->value[which] == NULL ? cao_fail_memory(err) : CAO_OK;
}

static enum cao_status
set_masked(struct filling *f, enum cao_notice_value which, const char *number,
    struct cao_error *err)
{
	struct cao_buf masked = { 0 };
	enum cao_status st;

	if (number != NULL)
		cao_text_mask(&masked, number);
	st = cao_buf_ok(&masked) ? set(f, which, cao_buf_text(&masked), err)
				 : cao_fail_memory(err);
	cao_buf_free(&masked);
	return st;
}

static enum cao_status
set_service(struct filling *f, struct cao_error *err)
{
	const char *language = f->notifier->config->notify.language;
	const struct cao_service *service;
	enum cao_status st;

	st = cao_store_service(
	    f->notifier->store, f->order.service, &service, err);
	if (st != CAO_OK)
		return st;
	if (language == NULL)
		language = CAO_NOTIFY_LANGUAGE;
	return set(f, CAO_NV_SERVICE,
	    strncmp(language, "zh", 2) == 0 || service->title.en == NULL
		? service->title.zh
		: service->title.en,
	    err);
}

/* What the application says. */
static enum cao_status
set_order(struct filling *f, struct cao_error *err)
{
	const struct cao_application *a = &f->order.application;
	enum cao_status st;

	if ((st = set(f, CAO_NV_ORDER, f->order.number, err)) != CAO_OK ||
	    (st = set(f, CAO_NV_HANDLER, a->handler.name, err)) != CAO_OK ||
	    (st = set(f, CAO_NV_USER, a->user.name, err)) != CAO_OK ||
	    (st = set_masked(f, CAO_NV_USER_ID, a->user.id_number, err)) ||
	    (st = set(f, CAO_NV_ORGANISATION, a->organisation.name, err)) ||
	    (st = set_masked(f, CAO_NV_ORGANISATION_ID,
		 a->organisation.id_number, err)) != CAO_OK)
		return st;
	return set_service(f, err);
}

static enum cao_status
set_time(struct filling *f, enum cao_notice_value which,
    const struct cao_query *q, int column, struct cao_error *err)
{
	char time[CAO_RFC3339_SIZE];

	if (cao_col_null(q, column))
		return CAO_OK;
	cao_time_local(cao_col_int(q, column), time);
	return set(f, which, time, err);
}

static enum cao_status
set_words(struct filling *f, enum cao_notice_value which,
    const struct cao_query *q, int column, struct cao_error *err)
{
	return cao_col_null(q, column)
	    ? CAO_OK
	    : set(f, which, cao_col_text(q, column), err);
}

/* The columns of the statement outbox_fact. */
enum { REASON, SERIAL, SINCE, UNTIL, FEN, INVOICE, URL };

/* What the fact says; *ret_there false: there is no such fact. */
static enum cao_status
set_fact(struct filling *f, bool *ret_there, struct cao_error *err)
{
	struct cao_query *q =
	    cao_db_use(f->notifier->store->db, SQL_OUTBOX_FACT);
	char money[CAO_MONEY_SIZE];
	enum cao_status st;

	cao_db_text(q, ":kind", cao_notice_kinds[f->w->kind]);
	cao_db_int(q, ":fact", f->w->fact);
	cao_db_int(q, ":order", f->w->order);
	if ((st = cao_db_step(q, ret_there, err)) != CAO_OK || !*ret_there)
		return st;
	if (!cao_col_null(q, FEN)) {
		cao_money_format(cao_col_int(q, FEN), money);
		st = set(f, CAO_NV_AMOUNT, money, err);
	}
	if (st == CAO_OK &&
	    (st = set_words(f, CAO_NV_REASON, q, REASON, err)) == CAO_OK &&
	    (st = set_words(f, CAO_NV_SERIAL, q, SERIAL, err)) == CAO_OK &&
	    (st = set_time(f, CAO_NV_SINCE, q, SINCE, err)) == CAO_OK &&
	    (st = set_time(f, CAO_NV_UNTIL, q, UNTIL, err)) == CAO_OK &&
	    (st = set_words(f, CAO_NV_INVOICE, q, INVOICE, err)) == CAO_OK)
		st = set_words(f, CAO_NV_URL, q, URL, err);
	cao_db_done(q);
	return st;
}

/* ---- Who is told ---- */

static enum cao_status
load_order(struct filling *f, bool *ret_wanted, struct cao_error *err)
{
	enum cao_status st;

	if (f->w->order == 0)
		return CAO_OK;
	st = cao_store_load(f->notifier->store, f->w->number,
	    CAO_LOAD_APPLICATION, &f->order, err);
	if (st == CAO_DENIED || st == CAO_NOTFOUND) {
		*ret_wanted = false; /* purged */
		return CAO_OK;
	}
	return st == CAO_OK ? set_order(f, err) : st;
}

/* A code is asked for any number; it is sent to handlers. */
static enum cao_status
open_code(struct filling *f, bool *ret_wanted, struct cao_error *err)
{
	const struct cao_buf *sealed = &f->w->sealed;
	struct cao_store *s = f->notifier->store;
	struct cao_query *q;
	enum cao_status st;
	int64_t known;

	st = cao_notify_unseal(
	    s, sealed->data, sealed->len, f->phone, &f->code, err);
	if (st != CAO_OK || f->w->kind != CAO_NOTICE_CODE)
		return st;
	q = cao_db_use(s->db, SQL_INQUIRY_KNOWN);
	cao_db_text(q, ":phone", f->phone);
	if ((st = cao_db_number(q, &known, err)) == CAO_OK && known == 0)
		*ret_wanted = false;
	return st;
}

static const char *
recipient(const struct filling *f)
{
	const struct cao_handler *h = &f->order.application.handler;

	return cao_notice_is_secret(f->w->kind) ? f->phone
	    : f->w->channel == CAO_MAIL         ? h->email
						: h->phone;
}

void
cao_rendered_free(struct cao_rendered *r)
{
	cao_buf_free(&r->to);
	cao_buf_free(&r->subject);
	cao_buf_free(&r->text);
	cao_buf_free(&r->shown);
}

static enum cao_status
render(struct filling *f, struct cao_rendered *out, struct cao_error *err)
{
	const struct cao_notice *n = &f->notifier->texts[f->w->kind];
	const char *value[CAO_NOTICE_VALUES];

	for (int i = 0; i < CAO_NOTICE_VALUES; i++)
		value[i] = f->value[i];
	value[CAO_NV_CA] = f->notifier->ca;
	value[CAO_NV_CODE] = MASKED;
	cao_notice_render(n->subject, value, &out->subject);
	cao_notice_render(n->text, value, &out->shown);
	if (f->code != NULL)
		value[CAO_NV_CODE] = (const char *)cao_secret_data(f->code);
	cao_notice_render(n->text, value, &out->text);
	cao_buf_puts(&out->to, recipient(f));
	return cao_buf_ok(&out->to) && cao_buf_ok(&out->subject) &&
		cao_buf_ok(&out->text) && cao_buf_ok(&out->shown)
	    ? CAO_OK
	    : cao_fail_memory(err);
}

enum cao_status
cao_notify_render(struct cao_notifier *n, const struct cao_waiting *w,
    struct cao_rendered *ret, bool *ret_wanted, struct cao_error *err)
{
	struct filling f = { .notifier = n, .w = w };
	enum cao_status st;
	bool wanted = true;

	st = load_order(&f, &wanted, err);
	if (st == CAO_OK && wanted && cao_notice_is_secret(w->kind))
		st = open_code(&f, &wanted, err);
	if (st == CAO_OK && wanted)
		st = set_fact(&f, &wanted, err);
	wanted = wanted && recipient(&f) != NULL;
	if (st == CAO_OK && wanted)
		st = render(&f, ret, err);
	free_filling(&f);
	if (st == CAO_OK)
		*ret_wanted = wanted;
	return st;
}

void
cao_notify_json(const struct cao_waiting *w, const struct cao_rendered *r,
    struct cao_buf *out)
{
	const char *kind = cao_notice_kinds[w->kind];
	char id[CAO_NOTIFY_ID];
	struct cao_json j;

	cao_notify_id(kind, w->fact, id);
	cao_json_start(&j, out);
	cao_json_open(&j, NULL, '{');
	cao_json_text(&j, "id", id);
	cao_json_text(&j, "kind", kind);
	cao_json_text(&j, "order", w->order != 0 ? w->number : NULL);
	cao_json_text(&j, "channel", cao_channels[w->channel]);
	cao_json_text(&j, "to", cao_buf_text(&r->to));
	cao_json_text(&j, "subject", cao_buf_text(&r->subject));
	cao_json_text(&j, "text", cao_buf_text(&r->text));
	cao_json_close(&j, '}');
	cao_buf_putc(out, '\n');
}
