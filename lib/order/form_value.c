/* What each placeholder of a form stands for.  Forms are Chinese, whatever
 * the language of messages. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/money.h"
#include "base/text.h"
#include "base/time.h"
#include "order/form_parts.h"

#define NB "\u00a0" /* room to write that no line is broken in */
#define DAY_BLANK B4 NB NB "年" B4 "月" B4 "日"

static const char *
text_at(const struct cao_form_facts *f, size_t at)
{
	const void *member = (const char *)f->order + at;
	const char *const *text = member;

	return *text != NULL ? *text : "";
}

static void
put_text(struct cao_buf *out, const struct cao_form_facts *f, size_t at)
{
	cao_buf_puts(out, text_at(f, at));
}

static void
put_masked(struct cao_buf *out, const struct cao_form_facts *f, size_t at)
{
	cao_text_mask(out, text_at(f, at));
}

#define PUT_WORD(name, kind)                                                \
	static void put_##name(                                             \
	    struct cao_buf *out, const struct cao_form_facts *f, size_t at) \
	{                                                                   \
		cao_buf_puts(out, cao_form_word(kind, text_at(f, at)));     \
	}
PUT_WORD(person_id, CAO_WORD_PERSON_ID)
PUT_WORD(organisation_id, CAO_WORD_ORGANISATION_ID)
PUT_WORD(business, CAO_WORD_BUSINESS)
PUT_WORD(gender, CAO_WORD_GENDER)
PUT_WORD(country, CAO_WORD_COUNTRY)
PUT_WORD(algorithm, CAO_WORD_ALGORITHM)

/* "2026-11-01" to "2026年11月1日". */
static void
put_iso(struct cao_buf *out, const char *iso)
{
	if (strlen(iso) >= CAO_DATE_SIZE - 1)
		cao_buf_printf(out, "%.4s年%ld月%ld日", iso,
		    strtol(iso + 5, NULL, 10), strtol(iso + 8, NULL, 10));
}

static void
put_date(struct cao_buf *out, const struct cao_form_facts *f, size_t at)
{
	put_iso(out, text_at(f, at));
}

static void
put_day(struct cao_buf *out, int64_t time)
{
	char date[CAO_DATE_SIZE];

	cao_date_format(cao_date_of(time), date);
	put_iso(out, date);
}

static void
put_instant(struct cao_buf *out, int64_t time)
{
	char local[CAO_RFC3339_SIZE];

	cao_time_local(time, local);
	put_day(out, time);
	cao_buf_printf(out, " %.5s", local + CAO_DATE_SIZE);
}

static void
put_number(struct cao_buf *out, const struct cao_form_facts *f, size_t at)
{
	(void)at;
	cao_buf_puts(out, f->order->number);
}

static void
put_certificate(struct cao_buf *out, const struct cao_form_facts *f, size_t at)
{
	(void)at;
	cao_buf_puts(out, f->order->certificate);
}

static void
put_created(struct cao_buf *out, const struct cao_form_facts *f, size_t at)
{
	(void)at;
	put_day(out, f->order->created);
}

static void
put_validity(struct cao_buf *out, const struct cao_form_facts *f, size_t at)
{
	(void)at;
	if (f->order->application.validity > 0)
		cao_buf_printf(
		    out, "%lld个月", (long long)f->order->application.validity);
}

static void
put_fee(struct cao_buf *out, const struct cao_form_facts *f, size_t at)
{
	char money[CAO_MONEY_SIZE];

	(void)at;
	cao_money_format(f->order->fee_due, money);
	cao_buf_puts(out, money);
}

static void
put_fee_words(struct cao_buf *out, const struct cao_form_facts *f, size_t at)
{
	(void)at;
	cao_form_yuan(out, f->order->fee_due);
}

static const char *
organisation_type(const struct cao_form_facts *f)
{
	const char *type = f->order->application.organisation.id_type;

	return type != NULL ? type : "";
}

static bool
is_licence(const char *type)
{
	return strcmp(type, "uscc") == 0 ||
	    strcmp(type, "business-licence") == 0 ||
	    strcmp(type, "enterprise-legal-person") == 0;
}

/* The three lines for an organisation's document: of each order one is
 * filled in. */
static void
put_licence(struct cao_buf *out, const struct cao_form_facts *f, size_t at)
{
	if (is_licence(organisation_type(f)))
		put_text(out, f, at);
}

static void
put_code(struct cao_buf *out, const struct cao_form_facts *f, size_t at)
{
	if (strcmp(organisation_type(f), "organisation-code") == 0)
		put_text(out, f, at);
}

static void
put_other(struct cao_buf *out, const struct cao_form_facts *f, size_t at)
{
	const char *type = organisation_type(f);

	if (*type != '\0' && !is_licence(type) &&
	    strcmp(type, "organisation-code") != 0)
		cao_buf_printf(out, "%s %s",
		    cao_form_word(CAO_WORD_ORGANISATION_ID, type),
		    text_at(f, at));
}

static void
put_accepted(struct cao_buf *out, const struct cao_form_facts *f, size_t at)
{
	const struct cao_decided *d = cao_order_decided(f->order, CAO_ACCEPT);

	(void)at;
	if (d != NULL)
		put_instant(out, d->at);
}

static void
put_accepted_by(struct cao_buf *out, const struct cao_form_facts *f, size_t at)
{
	const struct cao_decided *d = cao_order_decided(f->order, CAO_ACCEPT);

	(void)at;
	if (d != NULL)
		cao_buf_puts(out, d->operator_name);
}

const struct cao_decided *
cao_form_returned(const struct cao_order *o)
{
	const struct cao_decided *last =
	    o->ndecisions > 0 ? &o->decisions[o->ndecisions - 1] : NULL;

	if (last == NULL || last->kind != CAO_RETURN ||
	    (o->state != CAO_STATE_RETURNED && o->state != CAO_APPLIED))
		return NULL;
	return last;
}

static void
put_returned(struct cao_buf *out, const struct cao_form_facts *f, size_t at)
{
	const struct cao_decided *d = cao_form_returned(f->order);

	(void)at;
	if (d != NULL)
		put_instant(out, d->at);
}

static void
put_reason(struct cao_buf *out, const struct cao_form_facts *f, size_t at)
{
	const struct cao_decided *d = cao_form_returned(f->order);

	(void)at;
	if (d != NULL && d->reason != NULL)
		cao_buf_puts(out, d->reason);
}

static void
put_due(struct cao_buf *out, const struct cao_form_facts *f, size_t at)
{
	(void)at;
	if (f->due != 0)
		put_instant(out, f->due);
}

static void
put_service(struct cao_buf *out, const struct cao_form_facts *f, size_t at)
{
	(void)at;
	cao_buf_puts(out, f->service->name);
}

static void
put_service_title(
    struct cao_buf *out, const struct cao_form_facts *f, size_t at)
{
	(void)at;
	cao_buf_puts(out, f->service->title.zh);
}

static void
put_provider(struct cao_buf *out, const struct cao_form_facts *f, size_t at)
{
	(void)at;
	cao_buf_puts(out, f->service->provider);
}

static void
put_invoice_name(struct cao_buf *out, const struct cao_form_facts *f, size_t at)
{
	(void)at;
	if (f->invoice != NULL)
		cao_buf_puts(out, f->invoice->name);
}

/* A text of the invoice, or nothing. */
static void
put_invoice(struct cao_buf *out, const struct cao_form_facts *f, size_t at)
{
	const void *member = (const char *)f->invoice + at;
	const char *const *text = member;

	if (f->invoice != NULL && *text != NULL)
		cao_buf_puts(out, *text);
}

static void
put_invoice_date(struct cao_buf *out, const struct cao_form_facts *f, size_t at)
{
	(void)at;
	if (f->invoice != NULL)
		put_day(out, f->invoice->at);
}

static void
put_invoice_kind(struct cao_buf *out, const struct cao_form_facts *f, size_t at)
{
	(void)at;
	if (f->invoice == NULL)
		return;
	if (f->invoice->red == 0)
		cao_buf_puts(out, "蓝字发票");
	else
		cao_buf_printf(out, "红字发票，冲销申请单 %s", f->invoice->of);
	if (f->invoice->of_issued != NULL)
		cao_buf_printf(out, "（发票号码 %s）", f->invoice->of_issued);
}

static void
put_invoice_total(
    struct cao_buf *out, const struct cao_form_facts *f, size_t at)
{
	char money[CAO_MONEY_SIZE];

	(void)at;
	if (f->invoice == NULL)
		return;
	cao_money_format(f->invoice->fen, money);
	cao_buf_puts(out, money);
}

static void
put_invoice_words(
    struct cao_buf *out, const struct cao_form_facts *f, size_t at)
{
	int64_t fen = f->invoice != NULL ? f->invoice->fen : 0;

	(void)at;
	if (f->invoice == NULL)
		return;
	if (fen < 0)
		cao_buf_puts(out, "（负数）");
	cao_form_yuan(out, fen < 0 ? -fen : fen);
}

#define OF(member) offsetof(struct cao_invoice, member)
#define IN(member) offsetof(struct cao_order, application.member)
#define B4 NB NB NB NB
#define B8 B4 B4 B4 B4
#define B16 B8 B8

/* clang-format off */
static const struct cao_placeholder placeholders[] = {
	{ .name = "order.number", .put = put_number, .blank = B16 },
	{ .name = "order.date", .put = put_created, .blank = DAY_BLANK, .shaped = true },
	{ .name = "order.business", .at = IN(business), .put = put_business,
	    .blank = B8 },
	{ .name = "order.validity", .put = put_validity, .blank = B8 },
	{ .name = "order.algorithm", .at = IN(algorithm),
	    .put = put_algorithm, .blank = B8 },
	{ .name = "order.certificate", .put = put_certificate, .blank = B16 },
	{ .name = "order.fee", .put = put_fee, .blank = B8 },
	{ .name = "order.fee_words", .put = put_fee_words, .blank = B16 },
	{ .name = "order.accepted", .put = put_accepted, .blank = DAY_BLANK, .shaped = true },
	{ .name = "order.accepted_by", .put = put_accepted_by, .blank = B8 },
	{ .name = "order.returned", .put = put_returned, .blank = DAY_BLANK, .shaped = true },
	{ .name = "order.return_reason", .put = put_reason, .blank = B16 },
	{ .name = "order.due", .put = put_due, .blank = DAY_BLANK, .shaped = true },
	{ .name = "user.name", .at = IN(user.name), .put = put_text,
	    .blank = B8 },
	{ .name = "user.id_type", .at = IN(user.id_type),
	    .put = put_person_id, .blank = B8 },
	{ .name = "user.id_number", .at = IN(user.id_number),
	    .put = put_text, .blank = B16, .personal = true },
	{ .name = "user.id_masked", .at = IN(user.id_number),
	    .put = put_masked, .blank = B16 },
	{ .name = "user.country", .at = IN(user.country),
	    .put = put_country, .blank = B4 },
	{ .name = "user.province", .at = IN(user.province),
	    .put = put_text, .blank = B8 },
	{ .name = "user.phone", .at = IN(user.phone), .put = put_text,
	    .blank = B16, .personal = true },
	{ .name = "user.gender", .at = IN(user.gender),
	    .put = put_gender, .blank = B4 },
	{ .name = "user.department", .at = IN(user.department),
	    .put = put_text, .blank = B8 },
	{ .name = "organisation.name", .at = IN(organisation.name),
	    .put = put_text, .blank = B16 B8 },
	{ .name = "organisation.id_type", .at = IN(organisation.id_type),
	    .put = put_organisation_id, .blank = B8 },
	{ .name = "organisation.id_number", .at = IN(organisation.id_number),
	    .put = put_text, .blank = B16, .personal = true },
	{ .name = "organisation.id_masked", .at = IN(organisation.id_number),
	    .put = put_masked, .blank = B16 },
	{ .name = "organisation.licence", .at = IN(organisation.id_number),
	    .put = put_licence, .blank = B16, .personal = true },
	{ .name = "organisation.code", .at = IN(organisation.id_number),
	    .put = put_code, .blank = B16, .personal = true },
	{ .name = "organisation.other_id", .at = IN(organisation.id_number),
	    .put = put_other, .blank = B16, .personal = true },
	{ .name = "organisation.country", .at = IN(organisation.country),
	    .put = put_country, .blank = B4 },
	{ .name = "organisation.province", .at = IN(organisation.province),
	    .put = put_text, .blank = B8 },
	{ .name = "organisation.address", .at = IN(organisation.address),
	    .put = put_text, .blank = B16 B16 },
	{ .name = "organisation.phone", .at = IN(organisation.phone),
	    .put = put_text, .blank = B16, .personal = true },
	{ .name = "handler.name", .at = IN(handler.name), .put = put_text,
	    .blank = B8 },
	{ .name = "handler.id_type", .at = IN(handler.id_type),
	    .put = put_person_id, .blank = B8 },
	{ .name = "handler.id_number", .at = IN(handler.id_number),
	    .put = put_text, .blank = B16, .personal = true },
	{ .name = "handler.id_masked", .at = IN(handler.id_number),
	    .put = put_masked, .blank = B16 },
	{ .name = "handler.address", .at = IN(handler.address),
	    .put = put_text, .blank = B16 B16 },
	{ .name = "handler.phone", .at = IN(handler.phone), .put = put_text,
	    .blank = B16, .personal = true },
	{ .name = "handler.email", .at = IN(handler.email), .put = put_text,
	    .blank = B16 },
	{ .name = "authorisation.from", .at = IN(authorisation.from),
	    .put = put_date, .blank = DAY_BLANK, .shaped = true },
	{ .name = "authorisation.to", .at = IN(authorisation.to),
	    .put = put_date, .blank = DAY_BLANK, .shaped = true },
	{ .name = "invoice.number", .put = put_invoice_name, .blank = B16 },
	{ .name = "invoice.kind", .put = put_invoice_kind, .blank = B16 },
	{ .name = "invoice.date", .put = put_invoice_date, .blank = DAY_BLANK, .shaped = true },
	{ .name = "invoice.title", .at = OF(title), .put = put_invoice,
	    .blank = B16 B8 },
	{ .name = "invoice.tax_number", .at = OF(tax_number),
	    .put = put_invoice, .blank = B16 },
	{ .name = "invoice.total", .put = put_invoice_total, .blank = B8 },
	{ .name = "invoice.total_words", .put = put_invoice_words,
	    .blank = B16 },
	{ .name = "invoice.issued", .at = OF(issued), .put = put_invoice,
	    .blank = B16 },
	{ .name = "invoice.url", .at = OF(url), .put = put_invoice,
	    .blank = B16 B16 },
	{ .name = "service.name", .put = put_service, .lasting = true },
	{ .name = "service.title", .put = put_service_title, .lasting = true },
	{ .name = "service.provider", .put = put_provider, .lasting = true },
};
/* clang-format on */
#define COUNT (sizeof placeholders / sizeof *placeholders)

const char *
cao_form_placeholder(size_t i)
{
	return i < COUNT ? placeholders[i].name : NULL;
}

const struct cao_placeholder *
cao_placeholder_find(const char *name, size_t len)
{
	for (size_t i = 0; i < COUNT; i++)
		if (strlen(placeholders[i].name) == len &&
		    strncmp(placeholders[i].name, name, len) == 0)
			return &placeholders[i];
	return NULL;
}

const char *
cao_form_piece(const char *text, size_t *ret_len, const char **ret_name)
{
	size_t len = strcspn(text, "{");

	*ret_name = NULL;
	*ret_len = len;
	if (len > 0)
		return text + len;
	if (text[1] == '{') {
		*ret_len = 1;
		return text + 2;
	}
	len = strcspn(text + 1, "{}\n");
	*ret_name = text + 1;
	*ret_len = len;
	return text[1 + len] == '}' ? text + 1 + len + 1 : NULL;
}
