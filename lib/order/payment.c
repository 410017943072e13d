#include "order/payment.h"

#include <stdlib.h>
#include <string.h>

void
cao_transfer_free(struct cao_transfer *t)
{
	free(t->account);
	free(t->name);
}

void
cao_wechat_proof_free(struct cao_wechat_proof *p)
{
	free(p->serial);
	free(p->nonce);
	cao_buf_free(&p->body);
	cao_buf_free(&p->signature);
}

void
cao_wechat_payment_free(struct cao_wechat_payment *w)
{
	free(w->transaction_id);
	free(w->out_trade_no);
	free(w->payer);
	cao_wechat_proof_free(&w->proof);
}

void
cao_settlement_free(struct cao_settlement *s)
{
	free(s->reason);
	cao_bank_line_free(&s->bank);
	cao_wechat_payment_free(&s->wechat);
}

void
cao_refund_free(struct cao_refund *r)
{
	free(r->number);
	free(r->reason);
	free(r->source);
	free(r->status);
	cao_wechat_proof_free(&r->proof);
}

bool
cao_refund_stands(const struct cao_refund *r)
{
	return strcmp(r->status, "closed") != 0;
}

void
cao_payments_free(struct cao_payments *p)
{
	for (size_t i = 0; i < p->nsettlements; i++)
		cao_settlement_free(&p->settlements[i]);
	for (size_t i = 0; i < p->nrefunds; i++)
		cao_refund_free(&p->refunds[i]);
	free(p->settlements);
	free(p->refunds);
	*p = (struct cao_payments){ .nsettlements = 0 };
}

static bool
same_source(const struct cao_settlement *s, int64_t bank_line, int64_t wechat)
{
	return s->bank_line == bank_line && s->wechat.id == wechat;
}

int64_t
cao_payments_left(
    const struct cao_payments *p, const struct cao_settlement *which)
{
	int64_t left = 0;

	for (size_t i = 0; i < p->nsettlements; i++) {
		const struct cao_settlement *s = &p->settlements[i];

		if (same_source(which, s->bank_line, s->wechat.id))
			left += s->fen;
	}
	for (size_t i = 0; i < p->nrefunds; i++) {
		const struct cao_refund *r = &p->refunds[i];

		if (cao_refund_stands(r) &&
		    same_source(which, r->bank_line, r->wechat))
			left -= r->fen;
	}
	return left;
}
