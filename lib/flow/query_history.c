/*
 * What happened to an order, entry by entry of the journal, between the orders
 * before it and those behind it.
 */
#include <stdio.h>
#include <string.h>

#include "base/money.h"
#include "base/text.h"
#include "base/time.h"
#include "flow/query.h"
#include "flow/upload.h"

/* The columns of the statement query_history. */
enum { AT, ACTOR, KIND, TEXT, SECOND, THIRD, NUMBER, OTHER, ABOUT, WHY };

typedef void describe(struct cao_buf *out, const struct cao_query *);

static void
put_money(struct cao_buf *out, const struct cao_query *q)
{
	char money[CAO_MONEY_SIZE];

	cao_money_format(cao_col_int(q, NUMBER), money);
	cao_buf_puts(out, money);
}

static void
opening(struct cao_buf *out, const struct cao_query *q)
{
	if (cao_col_null(q, TEXT))
		cao_buf_puts(out, _("order made"));
	else
		cao_buf_printf(
		    out, _("order made, request %s"), cao_col_text(q, TEXT));
}

static void
application(struct cao_buf *out, const struct cao_query *q)
{
	cao_buf_puts(out, cao_col_text(q, SECOND));
	if (!cao_col_null(q, ABOUT))
		cao_buf_printf(
		    out, _(" about order %s"), cao_col_text(q, ABOUT));
	if (!cao_col_null(q, WHY))
		cao_buf_printf(out, _(", %s"), cao_col_text(q, WHY));
	if (!cao_col_null(q, THIRD))
		cao_buf_printf(out, _(", %s months"), cao_col_text(q, THIRD));
	if (!cao_col_null(q, TEXT))
		cao_buf_printf(out, _(", %s"), cao_col_text(q, TEXT));
	cao_buf_puts(out, _(", fee "));
	put_money(out, q);
	if (cao_col_int(q, OTHER) != 0)
		cao_buf_puts(out, _(", signed by the holder"));
}

static void
document(struct cao_buf *out, const struct cao_query *q)
{
	char slot[CAO_SLOT_SIZE];

	cao_slot_join(
	    cao_col_text(q, TEXT), (unsigned)cao_col_int(q, OTHER), slot);
	if (cao_col_null(q, SECOND))
		cao_buf_printf(out, _("%s emptied"), slot);
	else
		cao_buf_printf(out, _("%s: %s, %lld octets"), slot,
		    cao_upload_type(cao_col_text(q, SECOND)),
		    (long long)cao_col_int(q, NUMBER));
}

static void
transfer(struct cao_buf *out, const struct cao_query *q)
{
	char day[CAO_DATE_SIZE];

	cao_date_format(cao_col_int(q, OTHER), day);
	put_money(out, q);
	cao_buf_puts(out, _(" declared from account "));
	cao_text_mask(out, cao_col_text(q, TEXT));
	cao_buf_printf(out, _(" on %s"), day);
}

static void
settlement(struct cao_buf *out, const struct cao_query *q)
{
	put_money(out, q);
	if (cao_col_null(q, TEXT)) {
		cao_buf_puts(out, _(" settled by WeChat Pay"));
		return;
	}
	cao_buf_printf(out,
	    cao_col_null(q, SECOND) ? _(" settled by bank reference %s")
				    : _(" assigned of bank reference %s"),
	    cao_col_text(q, TEXT));
	if (*cao_col_text(q, SECOND) != '\0')
		cao_buf_printf(out, ": %s", cao_col_text(q, SECOND));
}

static void
wechat_payment(struct cao_buf *out, const struct cao_query *q)
{
	put_money(out, q);
	cao_buf_printf(
	    out, _(" came by WeChat Pay, %s"), cao_col_text(q, TEXT));
}

static void
refund(struct cao_buf *out, const struct cao_query *q)
{
	put_money(out, q);
	cao_buf_printf(out, _(" paid back as %s: %s"), cao_col_text(q, TEXT),
	    cao_col_text(q, SECOND));
}

static void
refund_result(struct cao_buf *out, const struct cao_query *q)
{
	cao_buf_printf(out, _("WeChat Pay says of %s: %s"),
	    cao_col_text(q, TEXT), cao_col_text(q, SECOND));
}

static void
decision(struct cao_buf *out, const struct cao_query *q)
{
	cao_buf_printf(
	    out, _("%s by %s"), cao_col_text(q, TEXT), cao_col_text(q, SECOND));
	if (!cao_col_null(q, THIRD))
		cao_buf_printf(out, ": %s", cao_col_text(q, THIRD));
}

static void
invoice(struct cao_buf *out, const struct cao_query *q)
{
	put_money(out, q);
	cao_buf_printf(out, _(" on invoice %s to %s"), cao_col_text(q, TEXT),
	    cao_col_text(q, SECOND));
	if (!cao_col_null(q, THIRD))
		cao_buf_printf(
		    out, _(", taken back of %s"), cao_col_text(q, THIRD));
}

static void
invoice_issued(struct cao_buf *out, const struct cao_query *q)
{
	cao_buf_printf(out, _("invoice %s issued as %s: %s"),
	    cao_col_text(q, TEXT), cao_col_text(q, SECOND),
	    cao_col_text(q, THIRD));
}

static void
serial(struct cao_buf *out, const struct cao_query *q)
{
	cao_buf_printf(
	    out, "%s %s", cao_col_text(q, TEXT), cao_col_text(q, SECOND));
}

static void
pair(struct cao_buf *out, const struct cao_query *q)
{
	char time[CAO_RFC3339_SIZE];

	cao_time_format(cao_col_int(q, NUMBER), time);
	cao_buf_printf(out, _("sign %s, encrypt %s, valid to %s"),
	    cao_col_text(q, TEXT), cao_col_text(q, SECOND), time);
}

static void
put_time(struct cao_buf *out, const struct cao_query *q, int column)
{
	char time[CAO_RFC3339_SIZE];

	cao_time_format(cao_col_int(q, column), time);
	cao_buf_puts(out, time);
}

static enum cao_product
product_of(const char *business)
{
	const struct cao_business *b = cao_business_find(business);

	return b != NULL ? b->product : CAO_MAKES_PAIR;
}

static void
fulfilment(struct cao_buf *out, const struct cao_query *q)
{
	if (cao_col_null(q, SECOND)) {
		cao_buf_puts(out, _("fulfilled"));
		return;
	}
	cao_buf_puts(out,
	    product_of(cao_col_text(q, SECOND)) == CAO_MAKES_PIN
		? _("the PIN is sealed under a one-time code")
		: _("the encryption key is sealed to the holder"));
	if (cao_col_null(q, NUMBER))
		return;
	cao_buf_puts(out, _(", good until "));
	put_time(out, q, NUMBER);
}

static void
revocation(struct cao_buf *out, const struct cao_query *q)
{
	const char *reason = cao_col_text(q, TEXT);

	if (strcmp(reason, cao_reason_name(CAO_RELEASE)) == 0)
		cao_buf_puts(out, _("released"));
	else if (strcmp(reason, cao_reason_name(CAO_HOLD)) == 0)
		cao_buf_puts(out, _("held"));
	else
		cao_buf_printf(out, _("revoked, %s"), reason);
	cao_buf_puts(out, _(", since "));
	put_time(out, q, NUMBER);
	if (cao_col_null(q, SECOND))
		cao_buf_puts(out, _(", by operators"));
	else
		cao_buf_printf(
		    out, _(", by order %s"), cao_col_text(q, SECOND));
}

static void
receipt(struct cao_buf *out, const struct cao_query *q)
{
	switch (product_of(cao_col_text(q, TEXT))) {
	case CAO_MAKES_PIN:
		cao_buf_puts(out, _("the keys are under a new PIN"));
		break;
	case CAO_MAKES_KEY:
		cao_buf_puts(out, _("the encryption key is in the container"));
		break;
	default:
		cao_buf_puts(out, _("both certificates are in the container"));
	}
}

static void
pin(struct cao_buf *out, const struct cao_query *q)
{
	(void)q;
	cao_buf_puts(out, _("another PIN is sealed for recovery"));
}

static void
attempt(struct cao_buf *out, const struct cao_query *q)
{
	(void)q;
	cao_buf_puts(out, _("the one-time code was tried"));
}

static void
purge(struct cao_buf *out, const struct cao_query *q)
{
	(void)q;
	cao_buf_puts(out, _("personal data was removed"));
}

static void
delivery(struct cao_buf *out, const struct cao_query *q)
{
	cao_buf_printf(out,
	    cao_col_int(q, NUMBER) != 0
		? _("told of \"%s\" by %s, ")
		: _("could not be told of \"%s\" by %s, "),
	    cao_col_text(q, TEXT), cao_col_text(q, SECOND));
	cao_text_mask(out, cao_col_text(q, THIRD));
}

static void
note(struct cao_buf *out, const struct cao_query *q)
{
	cao_buf_printf(
	    out, "%s: %s", cao_col_text(q, TEXT), cao_col_text(q, SECOND));
}

static const struct {
	enum cao_kind kind;
	describe *describe;
} kinds[] = {
	{ CAO_K_OPENING, opening },
	{ CAO_K_APPLICATION, application },
	{ CAO_K_DOCUMENT, document },
	{ CAO_K_TRANSFER, transfer },
	{ CAO_K_WECHAT_PAYMENT, wechat_payment },
	{ CAO_K_SETTLEMENT, settlement },
	{ CAO_K_REFUND, refund },
	{ CAO_K_REFUND_RESULT, refund_result },
	{ CAO_K_DECISION, decision },
	{ CAO_K_INVOICE, invoice },
	{ CAO_K_INVOICE_ISSUED, invoice_issued },
	{ CAO_K_SERIAL, serial },
	{ CAO_K_PAIR, pair },
	{ CAO_K_FULFILMENT, fulfilment },
	{ CAO_K_REVOCATION, revocation },
	{ CAO_K_RECEIPT, receipt },
	{ CAO_K_PIN, pin },
	{ CAO_K_ATTEMPT, attempt },
	{ CAO_K_PURGE, purge },
	{ CAO_K_DELIVERY, delivery },
	{ CAO_K_NOTE, note },
};

typedef void tell(void *arg, int64_t at, const char *actor, const char *kind,
    const char *what);

/* The columns of the statements query_before and query_behind. */
enum { ORDER, BUSINESS, STATE, CREATED, ENDED, REASON, SINCE };

static void
related(struct cao_buf *out, const struct cao_query *q)
{
	cao_buf_printf(out, "%s %s, %s", cao_col_text(q, ORDER),
	    cao_col_text(q, BUSINESS), cao_col_text(q, STATE));
	if (cao_col_null(q, ENDED))
		return;
	cao_buf_printf(out, _("; order %s: %s since "), cao_col_text(q, ENDED),
	    cao_col_text(q, REASON));
	put_time(out, q, SINCE);
}

/* The other orders of the line, as they stand. */
static enum cao_status
tell_line(struct cao_store *s, enum cao_sql which, const char *kind,
    const char *number, tell *row, void *arg, struct cao_error *err)
{
	struct cao_query *q = cao_db_use(s->db, which);
	struct cao_buf what = { 0 };
	enum cao_status st;
	bool more;

	cao_db_text(q, ":number", number);
	while ((st = cao_db_step(q, &more, err)) == CAO_OK && more) {
		cao_buf_clear(&what);
		related(&what, q);
		if (!cao_buf_ok(&what)) {
			st = cao_fail_memory(err);
			break;
		}
		row(arg, cao_col_int(q, CREATED), "", kind,
		    cao_buf_text(&what));
	}
	cao_db_done(q);
	cao_buf_free(&what);
	return st;
}

static enum cao_status
tell_facts(struct cao_store *s, const char *number, tell *row, void *arg,
    struct cao_error *err)
{
	struct cao_query *q = cao_db_use(s->db, SQL_QUERY_HISTORY);
	struct cao_buf what = { 0 };
	bool more, any = false;
	enum cao_status st;
	const char *kind;

	cao_db_text(q, ":number", number);
	while ((st = cao_db_step(q, &more, err)) == CAO_OK && more) {
		any = true;
		kind = cao_col_text(q, KIND);
		cao_buf_clear(&what);
		for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
			if (strcmp(kind, cao_kind_names[kinds[i].kind]) == 0)
				kinds[i].describe(&what, q);
		if (!cao_buf_ok(&what)) {
			st = cao_fail_memory(err);
			break;
		}
		row(arg, cao_col_int(q, AT), cao_col_text(q, ACTOR), kind,
		    cao_buf_text(&what));
	}
	cao_db_done(q);
	cao_buf_free(&what);
	if (st == CAO_OK && !any)
		st = cao_fail(err, CAO_NOTFOUND, "no such order");
	return st;
}

enum cao_status
cao_query_history(struct cao_store *s, const char *number, tell *row, void *arg,
    struct cao_error *err)
{
	enum cao_status st;

	if ((st = tell_line(s, SQL_QUERY_BEFORE, "predecessor", number, row,
		 arg, err)) != CAO_OK ||
	    (st = tell_facts(s, number, row, arg, err)) != CAO_OK)
		return st;
	return tell_line(
	    s, SQL_QUERY_BEHIND, "successor", number, row, arg, err);
}
