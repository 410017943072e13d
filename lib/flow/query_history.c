/* What happened to an order, entry by entry of the journal. */
#include <stdio.h>
#include <string.h>

#include "base/money.h"
#include "base/text.h"
#include "base/time.h"
#include "flow/query.h"
#include "flow/upload.h"

/* The columns of the statement query_history. */
enum { AT, ACTOR, KIND, TEXT, SECOND, THIRD, NUMBER, OTHER };

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
	cao_buf_printf(out, _("%s, %s months, %s, fee "),
	    cao_col_text(q, SECOND), cao_col_text(q, THIRD),
	    cao_col_text(q, TEXT));
	put_money(out, q);
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
	cao_buf_printf(
	    out, _(" settled by bank reference %s"), cao_col_text(q, TEXT));
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
receipt(struct cao_buf *out, const struct cao_query *q)
{
	(void)q;
	cao_buf_puts(out, _("both certificates are in the container"));
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
	{ CAO_K_SETTLEMENT, settlement },
	{ CAO_K_DECISION, decision },
	{ CAO_K_SERIAL, serial },
	{ CAO_K_PAIR, pair },
	{ CAO_K_RECEIPT, receipt },
	{ CAO_K_NOTE, note },
};

enum cao_status
cao_query_history(struct cao_store *s, const char *number,
    void (*row)(void *arg, int64_t at, const char *actor, const char *kind,
	const char *what),
    void *arg, struct cao_error *err)
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
