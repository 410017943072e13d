/* Invoices put on record, and what the tax system answers. */
#include "flow/invoice.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/time.h"

/* What is to be put. */
struct bill {
	int64_t order, fen, red;
	const char *title, *tax_number;
	struct cao_buf items;
};

static int64_t
year_of(int64_t time)
{
	char date[CAO_DATE_SIZE];

	cao_date_format(cao_date_of(time), date);
	return strtoll(date, NULL, 10);
}

static enum cao_status
put_bill(struct cao_store *s, const struct cao_env *env, const struct bill *b,
    struct cao_error *err)
{
	struct cao_query *q = cao_db_use(s->db, SQL_PUT_INVOICE);

	if (!cao_buf_ok(&b->items))
		return cao_fail_memory(err);
	cao_db_int(q, ":order", b->order);
	cao_db_int(q, ":year", year_of(env->now));
	cao_db_int(q, ":fen", b->fen);
	if (b->red != 0)
		cao_db_int(q, ":red", b->red);
	cao_db_text(q, ":title", b->title);
	cao_db_text(q, ":tax_number", b->tax_number);
	cao_db_text(q, ":items", cao_buf_text(&b->items));
	cao_db_int(q, ":at", env->now);
	return cao_store_put(s, env, q, CAO_K_INVOICE, b->order, NULL, err);
}

enum cao_status
cao_invoice_put(struct cao_store *s, const struct cao_env *env,
    const struct cao_order *o, const struct cao_service *service,
    struct cao_error *err)
{
	const struct cao_application *a = &o->application;
	const struct cao_fee_item *fees = service->fees.items;
	struct bill b = { .order = o->id,
		.title = a->organisation.name,
		.tax_number = a->organisation.id_number };
	struct cao_invoice_item *items;
	enum cao_status st;

	if (o->fee_due == 0)
		return CAO_OK;
	items = calloc(service->fees.count + 1, sizeof *items);
	if (items == NULL)
		return cao_fail_memory(err);
	for (size_t i = 0; i < service->fees.count; i++) {
		items[i].item = fees[i].id;
		items[i].title = fees[i].title.zh;
		items[i].fen =
		    cao_service_fee_item(&fees[i], a->business, a->validity);
		b.fen += items[i].fen;
	}
	cao_invoice_items(items, service->fees.count, &b.items);
	st = put_bill(s, env, &b, err);
	cao_buf_free(&b.items);
	free(items);
	return st;
}

/* The items of a statement's rows, which are copied. */
static enum cao_status
read_items(struct cao_store *s, enum cao_sql which, int64_t id,
    struct cao_invoice *ret, struct cao_error *err)
{
	struct cao_query *q = cao_db_use(s->db, which);
	struct cao_invoice_item *grown;
	enum cao_status st;
	bool row;

	cao_db_int(q, ":id", id);
	while ((st = cao_db_step(q, &row, err)) == CAO_OK && row) {
		grown = cao_grow(ret->items, ret->nitems, sizeof *grown);
		if (grown == NULL) {
			st = cao_fail_memory(err);
			break;
		}
		ret->items = grown;
		grown += ret->nitems++;
		grown->item = strdup(cao_col_text(q, 0));
		grown->title = strdup(cao_col_text(q, 1));
		grown->fen = cao_col_int(q, 2);
		if (grown->item == NULL || grown->title == NULL) {
			st = cao_fail_memory(err);
			break;
		}
	}
	cao_db_done(q);
	return st;
}

/* What there is of each item is taken back, the first of them first, until it
 * comes to so much. */
static enum cao_status
split(struct cao_store *s, struct bill *b, struct cao_error *err)
{
	struct cao_invoice left = { .id = 0 };
	int64_t rest = -b->fen;
	enum cao_status st;

	st = read_items(s, SQL_INVOICE_LEFT, b->red, &left, err);
	for (size_t i = 0; i < left.nitems; i++) {
		struct cao_invoice_item *item = &left.items[i];

		if (item->fen > rest)
			item->fen = rest;
		rest -= item->fen;
		item->fen = -item->fen;
	}
	if (st == CAO_OK && rest != 0)
		st = cao_fail(err, CAO_INTEGRITY,
		    "the items of its invoice do not come to what is to be "
		    "taken back");
	if (st == CAO_OK)
		cao_invoice_items(left.items, left.nitems, &b->items);
	cao_invoice_free(&left);
	return st;
}

enum cao_status
cao_invoice_take_back(struct cao_store *s, const struct cao_env *env,
    int64_t order, struct cao_error *err)
{
	struct cao_query *q = cao_db_use(s->db, SQL_INVOICE_BEYOND);
	struct bill b = { .order = order };
	enum cao_status st;
	bool row;

	cao_db_int(q, ":order", order);
	if ((st = cao_db_step(q, &row, err)) != CAO_OK || !row)
		return st;
	b.red = cao_col_int(q, 0);
	b.title = cao_col_text(q, 1);
	b.tax_number = cao_col_text(q, 2);
	b.fen = -cao_col_int(q, 3);
	if (b.fen < 0 && (st = split(s, &b, err)) == CAO_OK)
		st = put_bill(s, env, &b, err);
	cao_db_done(q);
	cao_buf_free(&b.items);
	return st;
}

/* ---- Reading ---- */

/* The columns of the statements invoice_by_number and invoice_of_order. */
enum {
	ID,
	ORDER,
	RED,
	YEAR,
	NUMBER,
	FEN,
	AT,
	ORDER_NUMBER,
	TITLE,
	TAX_NUMBER,
	OF_YEAR,
	OF_NUMBER,
	OF_ISSUED,
	ISSUED,
	URL,
	SERVICE
};

static char *
copy(const struct cao_query *q, int i, bool *failed)
{
	char *text = NULL;

	if (!cao_col_null(q, i)) {
		text = strdup(cao_col_text(q, i));
		*failed |= text == NULL;
	}
	return text;
}

static enum cao_status
fill(struct cao_store *s, const struct cao_query *q, struct cao_invoice *ret,
    struct cao_error *err)
{
	unsigned char digest[CAO_DIGEST_SIZE];
	const struct cao_service *service;
	enum cao_status st;
	bool failed = false;

	ret->id = cao_col_int(q, ID);
	ret->order = cao_col_int(q, ORDER);
	ret->red = cao_col_int(q, RED);
	ret->year = cao_col_int(q, YEAR);
	ret->number = cao_col_int(q, NUMBER);
	ret->fen = cao_col_int(q, FEN);
	ret->at = cao_col_int(q, AT);
	(void)snprintf(ret->order_number, sizeof ret->order_number, "%s",
	    cao_col_text(q, ORDER_NUMBER));
	cao_invoice_name(ret->year, ret->number, ret->name);
	if (ret->red != 0)
		cao_invoice_name(cao_col_int(q, OF_YEAR),
		    cao_col_int(q, OF_NUMBER), ret->of);
	ret->title = copy(q, TITLE, &failed);
	ret->tax_number = copy(q, TAX_NUMBER, &failed);
	ret->issued = copy(q, ISSUED, &failed);
	ret->url = copy(q, URL, &failed);
	ret->of_issued = copy(q, OF_ISSUED, &failed);
	cao_store_digest(q, SERVICE, digest);
	if ((st = cao_store_service(s, digest, &service, err)) != CAO_OK)
		return st;
	ret->seller = strdup(service->provider);
	return failed || ret->seller == NULL ? cao_fail_memory(err) : CAO_OK;
}

/* Why an order has no invoice. */
static enum cao_status
say_missing(struct cao_store *s, const char *order, struct cao_error *err)
{
	struct cao_query *q = cao_db_use(s->db, SQL_INVOICE_MISSING);
	enum cao_status st;
	bool row;

	cao_db_text(q, ":order", order);
	if ((st = cao_db_step(q, &row, err)) != CAO_OK)
		return st;
	if (!row)
		return cao_fail(
		    err, CAO_NOTFOUND, "there is no order '%.64s'", order);
	if (cao_col_int(q, 1) == 0)
		st = cao_fail(err, CAO_DENIED,
		    "order %s: it is free of charge, and has no invoice",
		    order);
	else if (cao_col_null(q, 2))
		st = cao_fail(err, CAO_NOTREADY,
		    "order %s: it is %s; its invoice is made when it is "
		    "fulfilled",
		    order, cao_col_text(q, 0));
	else
		st = cao_fail(err, CAO_NOTFOUND,
		    "order %s: it was fulfilled before this store kept "
		    "invoices, and has none",
		    order);
	cao_db_done(q);
	return st;
}

enum cao_status
cao_invoice_load(struct cao_store *s, const char *name, struct cao_invoice *ret,
    struct cao_error *err)
{
	struct cao_invoice i = { .id = 0 };
	struct cao_query *q;
	int64_t year, number;
	enum cao_status st;
	bool row, by_name = cao_invoice_name_read(name, &year, &number);

	q = cao_db_use(
	    s->db, by_name ? SQL_INVOICE_BY_NUMBER : SQL_INVOICE_OF_ORDER);
	if (by_name) {
		cao_db_int(q, ":year", year);
		cao_db_int(q, ":number", number);
	} else
		cao_db_text(q, ":order", name);
	if ((st = cao_db_step(q, &row, err)) != CAO_OK)
		return st;
	if (!row)
		return by_name ? cao_fail(err, CAO_NOTFOUND,
				     "there is no invoice %s", name)
			       : say_missing(s, name, err);
	st = fill(s, q, &i, err);
	cao_db_done(q);
	if (st == CAO_OK)
		st = cao_journal_check_fact(s, CAO_K_INVOICE, i.id, err);
	if (st == CAO_OK)
		st = read_items(s, SQL_INVOICE_ITEMS, i.id, &i, err);
	if (st == CAO_OK) {
		*ret = i;
		return CAO_OK;
	}
	cao_invoice_free(&i);
	return st;
}

enum cao_status
cao_invoice_print(struct cao_store *s, const char *name,
    enum cao_invoice_format format, char **ret, struct cao_error *err)
{
	struct cao_invoice i = { .id = 0 };
	struct cao_buf out = { 0 };
	enum cao_status st;

	if ((st = cao_db_begin_read(s->db, __func__, err)) == CAO_OK)
		st = cao_invoice_load(s, name, &i, err);
	cao_db_rollback(s->db);
	if (st == CAO_OK) {
		if (format == CAO_INVOICE_UBL)
			cao_invoice_ubl(&i, &out);
		else
			cao_invoice_json(&i, &out);
		st = cao_buf_give(&out, ret, err);
	}
	cao_buf_free(&out);
	cao_invoice_free(&i);
	return st;
}

enum cao_status
cao_invoice_next(struct cao_store *s, char name[CAO_INVOICE_SIZE],
    bool *ret_found, struct cao_error *err)
{
	struct cao_query *q = cao_db_use(s->db, SQL_INVOICES_WAITING);
	int64_t year = 0, number = 0;
	enum cao_status st;

	(void)cao_invoice_name_read(name, &year, &number);
	cao_db_int(q, ":year", year);
	cao_db_int(q, ":number", number);
	if ((st = cao_db_step(q, ret_found, err)) != CAO_OK || !*ret_found)
		return st;
	cao_invoice_name(cao_col_int(q, 0), cao_col_int(q, 1), name);
	cao_db_done(q);
	return CAO_OK;
}

/* ---- The tax system's answer ---- */

/* No two invoices are one to the tax system. */
static enum cao_status
check_other(struct cao_store *s, const struct cao_invoice *i,
    const char *number, struct cao_error *err)
{
	struct cao_query *q = cao_db_use(s->db, SQL_INVOICE_ANSWERED);
	char other[CAO_INVOICE_SIZE];
	enum cao_status st;
	bool row;

	cao_db_text(q, ":number", number);
	cao_db_int(q, ":invoice", i->id);
	if ((st = cao_db_step(q, &row, err)) != CAO_OK || !row)
		return st;
	cao_invoice_name(cao_col_int(q, 0), cao_col_int(q, 1), other);
	cao_db_done(q);
	return cao_fail(err, CAO_DENIED,
	    "number %s is recorded as that of invoice %s", number, other);
}

/* In the caller's transaction; *ret_known: it was recorded before. */
static enum cao_status
put_answer(struct cao_store *s, const struct cao_env *env, const char *name,
    const char *number, const char *url, struct cao_result *r,
    struct cao_error *err)
{
	struct cao_invoice i = { .id = 0 };
	struct cao_query *q;
	enum cao_status st;

	if ((st = cao_invoice_load(s, name, &i, err)) != CAO_OK)
		return st;
	(void)snprintf(r->number, sizeof r->number, "%s", i.order_number);
	if (i.issued == NULL)
		st = check_other(s, &i, number, err);
	else if (strcmp(i.issued, number) != 0 || strcmp(i.url, url) != 0)
		st = cao_fail(err, CAO_DENIED,
		    "invoice %s was issued as %s at %s: what the tax system "
		    "answered stands",
		    i.name, i.issued, i.url);
	if (st == CAO_OK && i.issued == NULL) {
		q = cao_db_use(s->db, SQL_PUT_INVOICE_ISSUED);
		cao_db_int(q, ":order", i.order);
		cao_db_int(q, ":invoice", i.id);
		cao_db_text(q, ":number", number);
		cao_db_text(q, ":url", url);
		cao_db_int(q, ":at", env->now);
		st = cao_store_put(
		    s, env, q, CAO_K_INVOICE_ISSUED, i.order, NULL, err);
		r->changed = st == CAO_OK;
	}
	cao_invoice_free(&i);
	return st;
}

enum cao_status
cao_invoice_issued(struct cao_store *s, const struct cao_env *env,
    const char *name, const char *number, const char *url,
    struct cao_result *result, struct cao_error *err)
{
	enum cao_status st;

	if ((st = cao_invoice_answer_check(number, url, err)) != CAO_OK ||
	    (st = cao_db_begin(s->db, __func__, err)) != CAO_OK)
		return st;
	st = put_answer(s, env, name, number, url, result, err);
	if (st == CAO_OK)
		st = cao_flow_commit(s, env, err);
	cao_db_rollback(s->db);
	if (st != CAO_OK)
		result->changed = false;
	return st;
}
