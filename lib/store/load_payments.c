/* The money of an order out of the database. */
#include <stdlib.h>
#include <string.h>

#include "store/load.h"

/* A text of the current row; *failed if there is no memory for it. */
static char *
copy(const struct cao_query *q, int i, bool *failed)
{
	char *text = strdup(cao_col_text(q, i));

	*failed |= text == NULL;
	return text;
}

static void
copy_octets(const struct cao_query *q, int i, struct cao_buf *out, bool *failed)
{
	size_t len;
	const void *data = cao_col_blob(q, i, &len);

	cao_buf_add(out, data, len);
	*failed |= !cao_buf_ok(out);
}

static bool
add_transfer(struct cao_order *o, const struct cao_query *q)
{
	struct cao_transfer *t, *list;
	bool failed = false;

	list = cao_grow(o->transfers, o->ntransfers, sizeof *list);
	if (list == NULL)
		return false;
	o->transfers = list;
	t = &list[o->ntransfers++];
	memset(t, 0, sizeof *t);
	t->id = cao_col_int(q, 0);
	t->account = copy(q, 1, &failed);
	t->name = copy(q, 2, &failed);
	t->fen = cao_col_int(q, 3);
	t->day = cao_col_int(q, 4);
	t->at = cao_col_int(q, 5);
	return !failed;
}

/* The columns of the statement order_settlements. */
enum { ID, TRANSFER, FEN, EVIDENCE, AT, COMPANY, REASON };
enum { LINE = 7, REFERENCE, ACCOUNT, NAME, TEXT, LINE_FEN, DAY, LINE_EVIDENCE };
enum {
	WECHAT = 15,
	WECHAT_ORDER,
	TRANSACTION,
	TRADE,
	WECHAT_FEN,
	PAYER,
	SUCCESS,
	PROOF
};

static void
fill_line(struct cao_settlement *s, const struct cao_query *q, bool *failed)
{
	s->bank_line = cao_col_int(q, LINE);
	s->bank_evidence = cao_col_int(q, LINE_EVIDENCE);
	s->bank = (struct cao_bank_line){ .day = cao_col_int(q, DAY),
		.fen = cao_col_int(q, LINE_FEN),
		.credit = true,
		.account = copy(q, ACCOUNT, failed),
		.name = copy(q, NAME, failed),
		.reference = copy(q, REFERENCE, failed),
		.text = copy(q, TEXT, failed) };
}

/* From the column of its serial on. */
static void
fill_proof(
    struct cao_wechat_proof *p, const struct cao_query *q, int i, bool *failed)
{
	p->serial = copy(q, i, failed);
	p->timestamp = cao_col_int(q, i + 1);
	p->nonce = copy(q, i + 2, failed);
	copy_octets(q, i + 3, &p->body, failed);
	copy_octets(q, i + 4, &p->signature, failed);
}

static void
fill_wechat(
    struct cao_wechat_payment *w, const struct cao_query *q, bool *failed)
{
	w->id = cao_col_int(q, WECHAT);
	w->order = cao_col_int(q, WECHAT_ORDER);
	w->transaction_id = copy(q, TRANSACTION, failed);
	w->out_trade_no = copy(q, TRADE, failed);
	w->fen = cao_col_int(q, WECHAT_FEN);
	w->payer = copy(q, PAYER, failed);
	w->success_at = cao_col_int(q, SUCCESS);
	fill_proof(&w->proof, q, PROOF, failed);
}

static bool
add_settlement(struct cao_order *o, const struct cao_query *q)
{
	struct cao_payments *p = &o->payments;
	struct cao_settlement *s, *list;
	bool failed = false;

	list = cao_grow(p->settlements, p->nsettlements, sizeof *list);
	if (list == NULL)
		return false;
	p->settlements = list;
	s = &list[p->nsettlements++];
	memset(s, 0, sizeof *s);
	s->id = cao_col_int(q, ID);
	s->transfer = cao_col_int(q, TRANSFER);
	s->fen = cao_col_int(q, FEN);
	s->evidence = cao_col_int(q, EVIDENCE);
	s->at = cao_col_int(q, AT);
	s->company = cao_col_int(q, COMPANY) != 0;
	if (!cao_col_null(q, REASON))
		s->reason = copy(q, REASON, &failed);
	if (cao_col_null(q, WECHAT))
		fill_line(s, q, &failed);
	else
		fill_wechat(&s->wechat, q, &failed);
	for (size_t i = 0; i < o->ntransfers; i++)
		o->transfers[i].settled |= o->transfers[i].id == s->transfer;
	return !failed;
}

static bool
add_refund(struct cao_order *o, const struct cao_query *q)
{
	struct cao_payments *p = &o->payments;
	struct cao_refund *r, *list;
	bool failed = false;

	list = cao_grow(p->refunds, p->nrefunds, sizeof *list);
	if (list == NULL)
		return false;
	p->refunds = list;
	r = &list[p->nrefunds++];
	memset(r, 0, sizeof *r);
	r->id = cao_col_int(q, 0);
	r->number = copy(q, 1, &failed);
	r->fen = cao_col_int(q, 2);
	r->reason = copy(q, 3, &failed);
	r->evidence = cao_col_int(q, 4);
	r->at = cao_col_int(q, 5);
	r->bank_line = cao_col_int(q, 6);
	r->wechat = cao_col_int(q, 7);
	r->source = copy(q, 8, &failed);
	r->status = copy(q, 9, &failed);
	fill_proof(&r->proof, q, 10, &failed);
	return !failed;
}

static enum cao_status
load(struct cao_store *s, struct cao_order *o, enum cao_sql which,
    bool (*add)(struct cao_order *, const struct cao_query *),
    struct cao_error *err)
{
	struct cao_query *q = cao_db_use(s->db, which);
	enum cao_status st;
	bool row;

	cao_db_int(q, ":order", o->id);
	while ((st = cao_db_step(q, &row, err)) == CAO_OK && row)
		if (!add(o, q)) {
			st = cao_fail_memory(err);
			break;
		}
	cao_db_done(q);
	return st;
}

enum cao_status
cao_load_payments(
    struct cao_store *s, struct cao_order *o, struct cao_error *err)
{
	enum cao_status st;

	if ((st = load(s, o, SQL_ORDER_TRANSFERS, add_transfer, err)) ||
	    (st = load(s, o, SQL_ORDER_SETTLEMENTS, add_settlement, err)))
		return st;
	return load(s, o, SQL_ORDER_REFUNDS, add_refund, err);
}
