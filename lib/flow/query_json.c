/* One order as its JSON object. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "codec/json.h"
#include "flow/query.h"
#include "flow/unmask.h"

/* The columns of the statement query_json. */
enum {
	ID,
	NUMBER,
	REQUEST,
	SERVICE,
	BUSINESS,
	STATE,
	REQUIRED,
	FILLED,
	PAYMENT,
	DUE,
	PAID,
	REVIEW,
	ACCEPTED_BY,
	APPROVED_BY,
	ALGORITHM,
	SIGN_SERIAL,
	ENCRYPT_SERIAL,
	NOT_BEFORE,
	NOT_AFTER,
	INSTALLED,
	CREATED,
	USER, /* name, id_type, id_number */
	ORGANISATION = USER + 3,
	HANDLER = ORGANISATION + 3, /* and phone */
	CERTIFICATE = HANDLER + 4,
	FOLLOWS,
	STANDING, /* "held", "revoked" or NULL */
	REVOKED_AT,
	REASON,
	ORIGINALS,
	PROMISED_FROM,
	OVER,
	REFUNDED
};

struct writer {
	struct cao_store *store;
	const struct cao_query *row;
	struct cao_json json;
	int64_t now;
	bool mask;
};

static void
put_text(struct writer *w, const char *key, int i)
{
	cao_json_text(&w->json, key,
	    cao_col_null(w->row, i) ? NULL : cao_col_text(w->row, i));
}

static void
put_int(struct writer *w, const char *key, int i)
{
	cao_json_int(&w->json, key, cao_col_int(w->row, i));
}

static void
put_time(struct writer *w, const char *key, int i)
{
	if (cao_col_null(w->row, i))
		cao_json_text(&w->json, key, NULL);
	else
		cao_json_time(&w->json, key, cao_col_int(w->row, i));
}

static void
put_secret(struct writer *w, const char *key, int i)
{
	struct cao_buf masked = { 0 };

	if (!w->mask || cao_col_null(w->row, i)) {
		put_text(w, key, i);
		return;
	}
	cao_text_mask(&masked, cao_col_text(w->row, i));
	cao_json_text(&w->json, key, cao_buf_text(&masked));
	if (!cao_buf_ok(&masked))
		w->json.out->failed = true;
	cao_buf_free(&masked);
}

static void
put_slot(void *arg, const char *slot)
{
	struct writer *w = arg;

	cao_json_text(&w->json, NULL, slot);
}

static enum cao_status
put_documents(struct writer *w, struct cao_error *err)
{
	enum cao_status st = CAO_OK;

	cao_json_open(&w->json, "documents", '{');
	put_int(w, "required", REQUIRED);
	put_int(w, "filled", FILLED);
	cao_json_open(&w->json, "missing", '[');
	if (cao_col_int(w->row, FILLED) < cao_col_int(w->row, REQUIRED))
		st = cao_query_missing(
		    w->store, cao_col_int(w->row, ID), put_slot, w, err);
	cao_json_close(&w->json, ']');
	cao_json_close(&w->json, '}');
	return st;
}

static void
put_payment(struct writer *w)
{
	cao_json_open(&w->json, "payment", '{');
	put_text(w, "state", PAYMENT);
	put_int(w, "due_fen", DUE);
	put_int(w, "paid_fen", PAID);
	put_int(w, "over_fen", OVER);
	put_int(w, "refunded_fen", REFUNDED);
	cao_json_close(&w->json, '}');
}

/* The columns of the statement query_invoices. */
enum { INVOICE, RED, FEN, MADE, ISSUED, URL };

/* What it is invoiced for, and what of that was taken back. */
static enum cao_status
put_invoices(struct writer *w, struct cao_error *err)
{
	struct cao_query *q = cao_db_use(w->store->db, SQL_QUERY_INVOICES);
	struct writer invoice = *w;
	enum cao_status st;
	bool row;

	invoice.row = q;
	cao_json_open(&invoice.json, "invoices", '[');
	cao_db_int(q, ":order", cao_col_int(w->row, ID));
	while ((st = cao_db_step(q, &row, err)) == CAO_OK && row) {
		cao_json_open(&invoice.json, NULL, '{');
		put_text(&invoice, "invoice", INVOICE);
		put_text(&invoice, "red", RED);
		put_int(&invoice, "fen", FEN);
		put_time(&invoice, "at", MADE);
		put_text(&invoice, "number", ISSUED);
		put_text(&invoice, "url", URL);
		cao_json_close(&invoice.json, '}');
	}
	cao_json_close(&invoice.json, ']');
	w->json = invoice.json;
	return st;
}

static void
put_review(struct writer *w)
{
	cao_json_open(&w->json, "review", '{');
	put_text(w, "state", REVIEW);
	put_text(w, "accepted_by", ACCEPTED_BY);
	put_text(w, "approved_by", APPROVED_BY);
	cao_json_close(&w->json, '}');
}

static void
put_certificate(struct writer *w, const char *usage, int serial)
{
	bool ended = !cao_col_null(w->row, STANDING);
	const char *status = "valid";

	if (ended)
		status = cao_col_text(w->row, STANDING);
	else if (w->now < cao_col_int(w->row, NOT_BEFORE))
		status = "not-yet-valid";
	else if (w->now > cao_col_int(w->row, NOT_AFTER))
		status = "expired";
	cao_json_open(&w->json, NULL, '{');
	cao_json_text(&w->json, "usage", usage);
	put_text(w, "serial", serial);
	put_text(w, "algorithm", ALGORITHM);
	put_time(w, "not_before", NOT_BEFORE);
	put_time(w, "not_after", NOT_AFTER);
	cao_json_text(&w->json, "status", status);
	if (ended) {
		put_time(w, "revoked_at", REVOKED_AT);
		put_text(w, "reason", REASON);
	}
	cao_json_close(&w->json, '}');
}

static void
put_certificates(struct writer *w)
{
	cao_json_open(&w->json, "certificates", '[');
	if (!cao_col_null(w->row, NOT_AFTER)) {
		put_certificate(w, "sign", SIGN_SERIAL);
		put_certificate(w, "encrypt", ENCRYPT_SERIAL);
	}
	cao_json_close(&w->json, ']');
}

static void
put_who(struct writer *w, const char *key, int first, bool phone)
{
	cao_json_open(&w->json, key, '{');
	put_text(w, "name", first);
	put_text(w, "id_type", first + 1);
	put_secret(w, "id_number", first + 2);
	if (phone)
		put_secret(w, "phone", first + 3);
	cao_json_close(&w->json, '}');
}

/* The orders whose pairs come before and behind this one's. */
static enum cao_status
put_line(struct writer *w, struct cao_error *err)
{
	bool follows = cao_col_int(w->row, FOLLOWS) != 0;
	struct cao_query *q = cao_db_use(w->store->db, SQL_QUERY_SUCCESSORS);
	enum cao_status st;
	bool row;

	put_text(w, "certificate", CERTIFICATE);
	cao_json_text(&w->json, "predecessor",
	    follows ? cao_col_text(w->row, CERTIFICATE) : NULL);
	cao_json_open(&w->json, "successors", '[');
	cao_db_int(q, ":order", cao_col_int(w->row, ID));
	while ((st = cao_db_step(q, &row, err)) == CAO_OK && row)
		cao_json_text(&w->json, NULL, cao_col_text(q, 0));
	cao_json_close(&w->json, ']');
	return st;
}

static enum cao_status
put_due(struct writer *w, struct cao_error *err)
{
	enum cao_status st;
	int64_t due;

	if (cao_col_null(w->row, PROMISED_FROM)) {
		cao_json_text(&w->json, "due_at", NULL);
		return CAO_OK;
	}
	st = cao_store_due(
	    w->store, cao_col_int(w->row, PROMISED_FROM), &due, err);
	if (st == CAO_OK)
		cao_json_time(&w->json, "due_at", due);
	return st;
}

static enum cao_status
put_order(struct writer *w, struct cao_buf *out, struct cao_error *err)
{
	enum cao_status st;

	cao_json_start(&w->json, out);
	cao_json_open(&w->json, NULL, '{');
	put_text(w, "order", NUMBER);
	put_text(w, "request", REQUEST);
	put_text(w, "service", SERVICE);
	put_text(w, "business", BUSINESS);
	put_text(w, "state", STATE);
	st = put_documents(w, err);
	put_payment(w);
	if (st == CAO_OK)
		st = put_invoices(w, err);
	put_review(w);
	put_text(w, "originals", ORIGINALS);
	if (st == CAO_OK)
		st = put_due(w, err);
	put_certificates(w);
	put_time(w, "installed_at", INSTALLED);
	put_time(w, "created_at", CREATED);
	put_who(w, "user", USER, false);
	put_who(w, "organisation", ORGANISATION, false);
	put_who(w, "handler", HANDLER, true);
	if (st == CAO_OK)
		st = put_line(w, err);
	cao_json_close(&w->json, '}');
	if (st == CAO_OK && !cao_buf_ok(out))
		st = cao_fail_memory(err);
	return st;
}

static enum cao_status
answer(struct cao_store *s, const struct cao_env *env, const char *number,
    bool mask, struct cao_buf *out, int64_t *ret_order, struct cao_error *err)
{
	struct cao_query *q = cao_db_use(s->db, SQL_QUERY_JSON);
	struct writer w = {
		.store = s, .row = q, .now = env->now, .mask = mask
	};
	enum cao_status st;
	bool row;

	cao_db_text(q, ":number", number);
	if ((st = cao_db_step(q, &row, err)) != CAO_OK)
		return st;
	if (!row)
		return cao_fail(err, CAO_NOTFOUND, "no such order");
	*ret_order = cao_col_int(q, ID);
	st = put_order(&w, out, err);
	cao_db_done(q);
	return st;
}

enum cao_status
cao_query_json(struct cao_store *s, const struct cao_env *env,
    const char *number, const char *unmask, char **ret_json,
    struct cao_error *err)
{
	struct cao_buf out = { 0 };
	enum cao_status st;
	int64_t order = 0;

	if (unmask != NULL &&
	    (st = cao_unmask_check(env, unmask, err)) != CAO_OK)
		return st;
	st = answer(s, env, number, unmask == NULL, &out, &order, err);
	if (st == CAO_OK && unmask != NULL)
		st = cao_unmask_record(s, env, &order, 1, unmask, err);
	if (st == CAO_OK)
		st = cao_buf_give(&out, ret_json, err);
	cao_buf_free(&out);
	return st;
}
