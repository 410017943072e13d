/* An order as its facts tell it. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "order/match.h"
#include "order/order.h"

const char *const cao_decision_words[] = { "accept", "approve", "return",
	"refuse", "cancel", "expire", "paper", "revoke", NULL };

const char *
cao_order_role(const struct cao_order *o, enum cao_decision kind, unsigned i)
{
	static const char *const counter[] = { "accept", "approve" };

	if (kind == CAO_ACCEPT || kind == CAO_APPROVE)
		return i == 0 ? o->business->roles[kind == CAO_APPROVE] : NULL;
	return i < 2 ? counter[i] : NULL;
}

/* Is it money of the applying organisation itself? */
static bool
by_company(const struct cao_order *o, const struct cao_settlement *m)
{
	const char *name = o->application.organisation.name;

	return m->bank_line != 0 && name != NULL &&
	    cao_name_same(name, m->bank.name);
}

int64_t
cao_order_company_fen(const struct cao_order *o)
{
	const struct cao_payments *p = &o->payments;
	int64_t sum = 0;

	for (size_t i = 0; i < p->nsettlements; i++)
		if (by_company(o, &p->settlements[i]))
			sum += p->settlements[i].fen;
	for (size_t i = 0; i < p->nrefunds; i++) {
		const struct cao_refund *r = &p->refunds[i];
		size_t m = 0;

		while (m < p->nsettlements &&
		    p->settlements[m].bank_line != r->bank_line)
			m++;
		if (cao_refund_stands(r) && m < p->nsettlements &&
		    by_company(o, &p->settlements[m]))
			sum -= r->fen;
	}
	return sum;
}

static void
free_pair(struct cao_pair *pair)
{
	if (pair == NULL)
		return;
	cao_buf_free(&pair->sign);
	cao_buf_free(&pair->encrypt);
	cao_buf_free(&pair->envelope);
	cao_buf_free(&pair->archive);
	free(pair);
}

void
cao_order_free(struct cao_order *o)
{
	if (o == NULL)
		return;
	cao_schema_free(&cao_application_schema, &o->application);
	free(o->request);
	free(o->payment);
	free(o->review);
	free(o->content);
	free(o->required);
	free(o->fees);
	free(o->accepted_by);
	free(o->approved_by);
	cao_buf_free(&o->csr);
	cao_buf_free(&o->sealed_pin);
	cao_buf_free(&o->holder);
	free(o->documents);
	for (size_t i = 0; i < o->ntransfers; i++)
		cao_transfer_free(&o->transfers[i]);
	free(o->transfers);
	cao_payments_free(&o->payments);
	for (size_t i = 0; i < o->ndecisions; i++) {
		free(o->decisions[i].operator_name);
		free(o->decisions[i].reason);
	}
	free(o->decisions);
	free_pair(o->pair);
	if (o->fulfilment != NULL)
		cao_buf_free(&o->fulfilment->payload);
	free(o->fulfilment);
	memset(o, 0, sizeof *o);
}

static void
put_digest(struct cao_buf *out, const char *what, const void *data, size_t len)
{
	unsigned char digest[CAO_DIGEST_SIZE];

	cao_sha256(data, len, digest);
	cao_buf_printf(out, "%s ", what);
	cao_hex_put(out, digest, sizeof digest);
	cao_buf_putc(out, '\n');
}

enum cao_status
cao_dossier_digest(const struct cao_order *o,
    unsigned char ret[CAO_DIGEST_SIZE], struct cao_error *err)
{
	struct cao_buf b = { 0 };

	cao_buf_printf(&b, "caorder dossier 1\norder %s\n", o->number);
	put_digest(&b, "application", o->content, strlen(o->content));
	if (o->csr.len > 0)
		put_digest(&b, "csr", o->csr.data, o->csr.len);
	if (o->holder.len > 0)
		put_digest(&b, "holder", o->holder.data, o->holder.len);
	cao_buf_puts(&b, "service ");
	cao_hex_put(&b, o->service, sizeof o->service);
	cao_buf_printf(&b, "\nfee %lld\n", (long long)o->fee_due);
	for (size_t i = 0; i < o->ndocuments; i++) {
		const struct cao_document *d = &o->documents[i];

		cao_buf_printf(&b, "document %s %u ", d->slot, d->part);
		cao_hex_put(&b, d->object, sizeof d->object);
		cao_buf_putc(&b, '\n');
	}
	return cao_sha256_buf(&b, ret, err);
}

enum cao_status
cao_dossier_check(const struct cao_order *o, struct cao_error *err)
{
	unsigned char dossier[CAO_DIGEST_SIZE];
	enum cao_status st;

	if ((st = cao_dossier_digest(o, dossier, err)) != CAO_OK)
		return st;
	if (memcmp(dossier, o->dossier, sizeof dossier) != 0)
		return cao_fail(err, CAO_INTEGRITY,
		    "the dossier was altered: its digest is not the one kept");
	return CAO_OK;
}

const struct cao_decided *
cao_order_decided(const struct cao_order *o, enum cao_decision kind)
{
	for (size_t i = o->ndecisions; i-- > 0;)
		if (o->decisions[i].kind == kind)
			return memcmp(o->decisions[i].dossier, o->dossier,
				   CAO_DIGEST_SIZE) == 0
			    ? &o->decisions[i]
			    : NULL;
	return NULL;
}
