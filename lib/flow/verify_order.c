/* One order, held to everything that it rests on. */
#include <stdio.h>
#include <string.h>

#include "flow/checks.h"
#include "flow/verify.h"
#include "pki/csr.h"
#include "store/purge.h"

static enum cao_status
check_dossier(
    struct cao_verify *v, const struct cao_order *o, struct cao_error *err)
{
	(void)v;
	return cao_dossier_check(o, err);
}

static enum cao_status
check_service(
    struct cao_verify *v, const struct cao_order *o, struct cao_error *err)
{
	const struct cao_application *a = &o->application;
	const struct cao_service *service;
	struct cao_buf fees = { 0 };
	enum cao_status st;

	st = cao_store_service(v->store, o->service, &service, err);
	if (st != CAO_OK)
		return st;
	if (strcmp(service->name, a->service) != 0)
		return cao_fail(err, CAO_INTEGRITY,
		    "it is pinned to a version of service '%s' and applies "
		    "for '%s'",
		    service->name, a->service);
	if (cao_service_fee(service, a->business, a->validity) != o->fee_due)
		return cao_fail(err, CAO_INTEGRITY,
		    "the fee due is not what its service asks for");
	if (cao_service_paper(service, a->business) != o->paper_needed)
		return cao_fail(err, CAO_INTEGRITY,
		    "whether it needs paper originals is not what its service "
		    "says");
	if (o->fees == NULL)
		return CAO_OK;
	cao_service_fees(service, a->business, a->validity, &fees);
	if (!cao_buf_ok(&fees))
		st = cao_fail_memory(err);
	else if (strcmp(cao_buf_text(&fees), o->fees) != 0)
		st = cao_fail(err, CAO_INTEGRITY,
		    "the items of its fee are not those of its service");
	cao_buf_free(&fees);
	return st;
}

static enum cao_status
check_request(
    struct cao_verify *v, const struct cao_order *o, struct cao_error *err)
{
	struct cao_csr csr = { .key = NULL };
	enum cao_status st;

	(void)v;
	if (o->business->product != CAO_MAKES_PAIR)
		return o->csr.len == 0 ? CAO_OK
				       : cao_fail(err, CAO_INTEGRITY,
					     "it has a request and makes no "
					     "certificate");
	st = cao_csr_read("csr", o->csr.data, o->csr.len, &csr, err);
	if (st == CAO_OK && memcmp(csr.key_digest, o->key, sizeof o->key) != 0)
		st = cao_fail(err, CAO_INTEGRITY,
		    "the request is not over the key that was recorded");
	cao_csr_free(&csr);
	return st;
}

/* Each settlement and refund has its evidence. */
static enum cao_status
check_payments(
    struct cao_verify *v, const struct cao_order *o, struct cao_error *err)
{
	const struct cao_payments *p = &o->payments;
	enum cao_status st;

	st = cao_flow_check_money(v->store, o, v->cache, err);
	for (size_t i = 0; i < p->nrefunds && st == CAO_OK; i++)
		st = cao_flow_check_refund(
		    v->store, o->number, &p->refunds[i], v->cache, err);
	return st;
}

typedef enum cao_status
check(struct cao_verify *, const struct cao_order *, struct cao_error *);

/* Each finds its own, so that one bad place does not hide another. */
static check *const checks[] = { check_dossier, check_service, check_request,
	check_payments, cao_verify_fulfilled, cao_verify_pair,
	cao_verify_receipt, cao_verify_pins, cao_verify_revocations };

enum cao_status
cao_verify_order(
    struct cao_verify *v, const char *number, struct cao_error *err)
{
	struct cao_order o = { .id = 0 };
	enum cao_status st;
	char prefix[64];

	(void)snprintf(prefix, sizeof prefix, "order %s", number);
	st = cao_store_load(
	    v->store, number, CAO_LOAD_ALL | CAO_LOAD_PURGED, &o, err);
	if (st != CAO_OK)
		return cao_verify_judge(v, st, err, prefix);
	if (o.purged != 0)
		st = cao_verify_judge(
		    v, cao_purge_check(v->store, o.id, err), err, prefix);
	for (size_t i = 0; o.purged == 0 && st == CAO_OK &&
	     i < sizeof checks / sizeof *checks;
	     i++)
		st = cao_verify_judge(v, checks[i](v, &o, err), err, prefix);
	for (size_t i = 0; st == CAO_OK && i < o.ndecisions; i++)
		st = cao_verify_judge(v,
		    cao_flow_check_decided(
			v->store, &o, &o.decisions[i], v->cache, err),
		    err, prefix);
	cao_order_free(&o);
	return st;
}
