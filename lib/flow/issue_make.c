/* What each business makes, and what is recorded of it. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "flow/invoice.h"
#include "flow/issue.h"
#include "flow/notify.h"
#include "order/address.h"

void
cao_issuing_free(struct cao_issuing *j)
{
	cao_delivery_free(&j->delivery);
	cao_pair_work_free(&j->work);
	cao_csr_free(&j->csr);
	cao_order_free(&j->current);
	cao_concern_free(&j->concern);
	cao_order_free(&j->order);
}

bool
cao_issuing_makes_pair(const struct cao_issuing *j)
{
	return j->order.business->product == CAO_MAKES_PAIR;
}

/* The request: proof of possession, and the key that the facts name. */
static enum cao_status
check_request(struct cao_issuing *j, struct cao_error *err)
{
	const struct cao_order *o = &j->order;
	enum cao_algorithm algorithm;
	enum cao_status st;

	st = cao_csr_read("csr", o->csr.data, o->csr.len, &j->csr, err);
	if (st == CAO_INPUT) { /* it was good when it was taken */
		err->status = CAO_INTEGRITY;
		return CAO_INTEGRITY;
	}
	if (st != CAO_OK)
		return st;
	if (memcmp(j->csr.key_digest, o->key, CAO_DIGEST_SIZE) != 0)
		return cao_fail(err, CAO_INTEGRITY,
		    "the request is not over the key that was recorded");
	if (!cao_algorithm_find(o->application.algorithm, &algorithm) ||
	    algorithm != cao_key_algorithm(j->csr.key))
		return cao_fail(err, CAO_INTEGRITY,
		    "the request's key is not of the algorithm applied for");
	return CAO_OK;
}

static enum cao_status
make_pair(struct cao_issuing *j, struct cao_error *err)
{
	enum cao_status st;

	if ((st = check_request(j, err)) != CAO_OK)
		return st;
	j->work.holder = j->csr.key;
	return cao_pair_make(&j->work, err);
}

enum cao_status
cao_issuing_make(struct cao_issuing *j, struct cao_error *err)
{
	enum cao_status st;

	st = cao_store_check_contents(j->store, &j->order, err);
	if (st != CAO_OK)
		return st;
	switch (j->order.business->product) {
	case CAO_MAKES_PAIR:
		return make_pair(j, err);
	case CAO_MAKES_PIN:
		return cao_deliver_pin(&j->delivery, err);
	case CAO_MAKES_KEY:
		return cao_deliver_key(&j->delivery, err);
	case CAO_MAKES_STATUS:
		break;
	}
	return CAO_OK;
}

/* The next word on the pair of an order. */
static enum cao_status
make_revocation(struct cao_store *s, const struct cao_order *o,
    enum cao_reason reason, struct cao_revocation *ret, struct cao_error *err)
{
	struct cao_revocation r = { .reason = reason, .order = o->id };
	const struct cao_pair *p = o->pair;
	const struct cao_buf *der[2] = { &p->sign, &p->encrypt };
	const struct cao_service *service;
	enum cao_algorithm algorithm;
	struct cao_cert cert;
	enum cao_status st;

	if ((st = cao_store_service(s, o->service, &service, err)) != CAO_OK)
		return st;
	if (!cao_algorithm_find(o->application.algorithm, &algorithm))
		return cao_fail(err, CAO_INTEGRITY,
		    "order %s is of no algorithm that there is", o->number);
	memcpy(r.number, o->number, sizeof r.number);
	(void)snprintf(
	    r.ca, sizeof r.ca, "%s", cao_ca_names[cao_ca_index(algorithm)]);
	r.not_after = p->not_after;
	for (int i = 0; i < 2; i++) {
		st = cao_cert_read(der[i]->data, der[i]->len, &cert, err);
		if (st != CAO_OK)
			goto out;
		if (cert.serial_len != CAO_SERIAL_SIZE) {
			st = cao_fail(err, CAO_INTEGRITY,
			    "order %s: a serial is not of our making",
			    o->number);
			goto out;
		}
		memcpy(r.serial[i], cert.serial, CAO_SERIAL_SIZE);
		st = cao_address_crl(
		    &service->profile, r.ca, r.serial[i], &r.crl[i], err);
		if (st != CAO_OK)
			goto out;
	}
	*ret = r;
	return CAO_OK;
out:
	cao_revocation_free(&r);
	return st;
}

enum cao_status
cao_issuing_revoke(struct cao_store *s, const struct cao_env *env,
    const struct cao_order *subject, enum cao_reason reason, int64_t by_order,
    struct cao_error *err)
{
	struct cao_revocation r;
	enum cao_status st;

	if ((st = make_revocation(s, subject, reason, &r, err)) != CAO_OK)
		return st;
	r.by_order = by_order;
	st = cao_revocation_put(s, env, &r, err);
	cao_revocation_free(&r);
	return st;
}

/* What becomes of the pair that the order is about, if anything does. */
static enum cao_status
put_revocation(struct cao_store *s, const struct cao_env *env,
    const struct cao_issuing *j, struct cao_error *err)
{
	const struct cao_business *b = j->order.business;
	const char *given = j->order.application.reason;
	enum cao_reason reason = b->reason;

	if (b->reasons == 0)
		return CAO_OK;
	if (given != NULL && !cao_reason_find(given, &reason))
		return cao_fail(
		    err, CAO_INTEGRITY, "there is no reason \"%s\"", given);
	return cao_issuing_revoke(
	    s, env, &j->concern.subject, reason, j->order.id, err);
}

static enum cao_status
put_pair(struct cao_store *s, const struct cao_env *env,
    const struct cao_issuing *j, struct cao_error *err)
{
	const struct cao_pair_work *w = &j->work;
	struct cao_query *q = cao_db_use(s->db, SQL_PUT_PAIR);

	cao_db_int(q, ":order", j->order.id);
	cao_db_blob(q, ":sign", w->cert[CAO_SIGN].data, w->cert[CAO_SIGN].len);
	cao_db_blob(
	    q, ":encrypt", w->cert[CAO_ENCRYPT].data, w->cert[CAO_ENCRYPT].len);
	cao_db_blob(q, ":sign_serial", w->serial[CAO_SIGN], CAO_SERIAL_SIZE);
	cao_db_blob(
	    q, ":encrypt_serial", w->serial[CAO_ENCRYPT], CAO_SERIAL_SIZE);
	cao_db_int(q, ":not_before", w->not_before);
	cao_db_int(q, ":not_after", w->not_after);
	cao_db_blob(q, ":envelope", w->envelope.data, w->envelope.len);
	cao_db_blob(q, ":archive", w->archive.data, w->archive.len);
	cao_db_blob(q, ":dossier", j->order.dossier, CAO_DIGEST_SIZE);
	cao_db_int(q, ":at", env->now);
	return cao_store_put(s, env, q, CAO_K_PAIR, j->order.id, NULL, err);
}

/* The code is kept before what it opens can be had; where nobody keeps it, it
 * must be possible to send it. */
static enum cao_status
tell_code(struct cao_store *s, const struct cao_issue *how,
    const struct cao_issuing *j, struct cao_error *err)
{
	const struct cao_delivery *d = &j->delivery;
	struct cao_code code = { .number = j->order.number,
		.phone = j->order.application.handler.phone,
		.expires = d->expires };
	enum cao_status st;
	bool reaches;

	if (d->code == NULL)
		return CAO_OK;
	if (how->code == NULL) {
		st = cao_notify_reaches(s, &reaches, err);
		if (st != CAO_OK || reaches)
			return st;
		return cao_fail(err, CAO_NOTREADY,
		    "its one-time code must go somewhere: --codes FILE, or "
		    "notify.phone in config.yaml");
	}
	code.code = (const char *)cao_secret_data(d->code);
	return how->code(how->arg, &code, err);
}

/* The code, sealed, in the transaction of what it opens. */
static enum cao_status
send_code(struct cao_store *s, const struct cao_env *env,
    const struct cao_issue *how, const struct cao_issuing *j,
    int64_t fulfilment, struct cao_error *err)
{
	const struct cao_delivery *d = &j->delivery;

	if (d->code == NULL || how->code != NULL)
		return CAO_OK;
	return cao_notify_secret(s, env, CAO_NOTICE_UNLOCK, fulfilment,
	    j->order.id, d->expires, j->order.application.handler.phone,
	    (const char *)cao_secret_data(d->code), err);
}

static enum cao_status
put_fulfilment(struct cao_store *s, const struct cao_env *env,
    const struct cao_issue *how, const struct cao_issuing *j,
    struct cao_error *err)
{
	struct cao_query *q = cao_db_use(s->db, SQL_PUT_FULFILMENT);
	const struct cao_delivery *d = &j->delivery;
	enum cao_status st;
	int64_t id;

	cao_db_int(q, ":order", j->order.id);
	if (d->payload.len > 0)
		cao_db_blob(q, ":payload", d->payload.data, d->payload.len);
	if (d->expires != 0)
		cao_db_int(q, ":expires", d->expires);
	cao_db_blob(q, ":dossier", j->order.dossier, CAO_DIGEST_SIZE);
	cao_db_int(q, ":at", env->now);
	st = cao_store_put(s, env, q, CAO_K_FULFILMENT, j->order.id, &id, err);
	return st == CAO_OK ? send_code(s, env, how, j, id, err) : st;
}

enum cao_status
cao_issuing_record(struct cao_store *s, const struct cao_env *env,
    const struct cao_issue *how, struct cao_issuing *j, struct cao_error *err)
{
	enum cao_status st;

	if ((st = tell_code(s, how, j, err)) != CAO_OK ||
	    (st = put_revocation(s, env, j, err)) != CAO_OK)
		return st;
	st = cao_issuing_makes_pair(j) ? put_pair(s, env, j, err)
				       : put_fulfilment(s, env, how, j, err);
	return st == CAO_OK
	    ? cao_invoice_put(s, env, &j->order, j->service, err)
	    : st;
}
