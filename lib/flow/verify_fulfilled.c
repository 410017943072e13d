/* What was issued, and what became of pairs: on whose word. */
#include <string.h>

#include "flow/verify.h"

/* The dossier that it was issued on; NULL: it was not. */
static const unsigned char *
dossier_of(const struct cao_order *o)
{
	if (o->pair != NULL)
		return o->pair->dossier;
	return o->fulfilment != NULL ? o->fulfilment->dossier : NULL;
}

/* By two people; that each had the role is verified of every decision. */
static bool
was_decided(const struct cao_order *o, const unsigned char *dossier)
{
	const struct cao_decided *by[2] = { NULL, NULL };

	for (size_t i = 0; i < o->ndecisions; i++) {
		const struct cao_decided *d = &o->decisions[i];

		if (memcmp(d->dossier, dossier, CAO_DIGEST_SIZE) != 0)
			continue;
		if (d->kind == CAO_ACCEPT)
			by[0] = d;
		else if (d->kind == CAO_APPROVE)
			by[1] = d;
	}
	return by[0] != NULL && by[1] != NULL &&
	    strcmp(by[0]->operator_name, by[1]->operator_name) != 0;
}

/* Where the business says something about the other pair, that is said. */
static enum cao_status
check_other(
    struct cao_verify *v, const struct cao_order *o, struct cao_error *err)
{
	struct cao_query *q = cao_db_use(v->store->db, SQL_VERIFY_REVOKED_BY);
	enum cao_status st;
	int64_t count;

	cao_db_int(q, ":order", o->id);
	if ((st = cao_db_number(q, &count, err)) != CAO_OK)
		return st;
	if (count != (o->business->reasons != 0))
		return cao_fail(err, CAO_INTEGRITY,
		    "it is of business \"%s\", and what became of the "
		    "certificates of order %s by it is recorded %lld times",
		    o->business->name, o->certificate, (long long)count);
	return CAO_OK;
}

/* The order with the money that it had when it was fulfilled: what was paid
 * back since changes nothing about that. */
static struct cao_order
when_fulfilled(const struct cao_order *o)
{
	struct cao_order then = *o;
	struct cao_payments *p = &then.payments;

	then.refunded = 0;
	p->nrefunds = 0;
	while (p->nrefunds < o->payments.nrefunds &&
	    p->refunds[p->nrefunds].at < o->issued) {
		if (cao_refund_stands(&p->refunds[p->nrefunds]))
			then.refunded += p->refunds[p->nrefunds].fen;
		p->nrefunds++;
	}
	return then;
}

enum cao_status
cao_verify_fulfilled(
    struct cao_verify *v, const struct cao_order *o, struct cao_error *err)
{
	const struct cao_order then = when_fulfilled(o);
	const unsigned char *dossier = dossier_of(o);
	enum cao_status st;

	if (dossier == NULL)
		return CAO_OK;
	if ((o->pair != NULL) != (o->business->product == CAO_MAKES_PAIR) ||
	    (o->fulfilment != NULL) == (o->pair != NULL))
		return cao_fail(err, CAO_INTEGRITY,
		    "what was issued is not what business \"%s\" makes",
		    o->business->name);
	if (!was_decided(o, dossier))
		return cao_fail(err, CAO_INTEGRITY,
		    o->pair != NULL
			? N_("its certificates were issued without two "
			     "decisions over their dossier by two people")
			: N_("it was fulfilled without two decisions over its "
			     "dossier by two people"));
	if (then.paid - then.refunded < then.fee_due)
		return cao_fail(err, CAO_INTEGRITY,
		    o->pair != NULL
			? N_("its certificates were issued and it is not paid")
			: N_("it was fulfilled and is not paid"));
	if ((st = cao_flow_check_paper(
		 v->store, &then, o->paper_needed, v->cache, err)) != CAO_OK)
		return st == CAO_NOTREADY
		    ? cao_fail(err, CAO_INTEGRITY,
			  o->pair != NULL
			      ? N_("its certificates were issued without the "
				   "paper originals")
			      : N_("it was fulfilled without the paper "
				   "originals"))
		    : st;
	return check_other(v, o, err);
}

/* A revocation as it is recorded: one row. */
struct said {
	const char *reason;
	const char *by; /* the order that asked for it, or "" */
	int64_t at;
};

/* By an order that was fulfilled then, is about the pair, and says so. */
static enum cao_status
check_by_order(struct cao_verify *v, const struct cao_order *o,
    const struct said *r, struct cao_error *err)
{
	struct cao_order by = { 0 };
	const char *given;
	enum cao_status st;

	st = cao_store_load(v->store, r->by, CAO_LOAD_APPLICATION, &by, err);
	if (st != CAO_OK)
		return st;
	given = by.application.reason != NULL
	    ? by.application.reason
	    : cao_reason_name(by.business->reason);
	if (strcmp(by.certificate, o->number) != 0 ||
	    by.business->reasons == 0 || strcmp(given, r->reason) != 0 ||
	    by.issued != r->at)
		st = cao_fail(err, CAO_INTEGRITY,
		    "that its certificates are \"%s\" is not what order %s "
		    "asked for",
		    r->reason, r->by);
	cao_order_free(&by);
	return st;
}

/* By two operators who said so on the same day. */
static bool
was_agreed(const struct cao_order *o, const struct said *r)
{
	const struct cao_decided *first = NULL;

	for (size_t i = 0; i < o->ndecisions; i++) {
		const struct cao_decided *d = &o->decisions[i];

		if (d->kind != CAO_REVOKE || d->reason == NULL ||
		    strcmp(d->reason, r->reason) != 0 || d->at > r->at ||
		    d->at + CAO_REVOKE_WINDOW < r->at)
			continue;
		if (first == NULL)
			first = d;
		else if (strcmp(first->operator_name, d->operator_name) != 0)
			return true;
	}
	return false;
}

/* Both certificates are the order's. */
static bool
is_its_pair(const struct cao_order *o, const struct cao_query *q)
{
	const struct cao_buf *der[2];
	struct cao_error ignored;
	struct cao_cert cert;
	const void *serial;
	size_t len;

	if (o->pair == NULL)
		return false;
	der[CAO_SIGN] = &o->pair->sign;
	der[CAO_ENCRYPT] = &o->pair->encrypt;
	for (int i = 0; i < 2; i++) {
		serial = cao_col_blob(q, i, &len);
		if (cao_cert_read(der[i]->data, der[i]->len, &cert, &ignored) !=
			CAO_OK ||
		    cert.serial_len != len ||
		    memcmp(cert.serial, serial, len) != 0)
			return false;
	}
	return true;
}

static enum cao_status
check_row(struct cao_verify *v, const struct cao_order *o,
    const struct cao_query *q, struct cao_error *err)
{
	const struct said r = { cao_col_text(q, 2), cao_col_text(q, 4),
		cao_col_int(q, 3) };

	if (cao_col_int(q, 5) != 0) /* the journal beside the store tells */
		return CAO_OK;
	if (!is_its_pair(o, q))
		return cao_fail(err, CAO_INTEGRITY,
		    "what became of its certificates names others");
	if (*r.by != '\0')
		return check_by_order(v, o, &r, err);
	if (was_agreed(o, &r))
		return CAO_OK;
	return cao_fail(err, CAO_INTEGRITY,
	    "its certificates are \"%s\" without an order and without the "
	    "word of two operators",
	    r.reason);
}

enum cao_status
cao_verify_revocations(
    struct cao_verify *v, const struct cao_order *o, struct cao_error *err)
{
	struct cao_query *q = cao_db_use(v->store->db, SQL_VERIFY_REVOCATIONS);
	enum cao_status st;
	bool row;

	cao_db_text(q, ":number", o->number);
	while ((st = cao_db_step(q, &row, err)) == CAO_OK && row)
		if ((st = check_row(v, o, q, err)) != CAO_OK)
			break;
	cao_db_done(q);
	return st;
}
