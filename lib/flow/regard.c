/* What rules may ask about an order, gathered. */
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "flow/draft.h"
#include "flow/regard.h"
#include "ident/organisation.h"
#include "order/match.h"
#include "pki/der.h"

#define DAY 86400

void
cao_regarded_free(struct cao_regarded *r)
{
	for (size_t i = 0; i < CAO_RULE_FACTS; i++)
		free(r->texts[i]);
	*r = (struct cao_regarded){ .texts = { NULL } };
}

enum cao_status
cao_regard_whole(const struct cao_application *a, struct cao_error *err)
{
	const struct cao_business *b =
	    a->business != NULL ? cao_business_find(a->business) : NULL;
	const char *const needed[] = { a->service,
		b == NULL || b->product == CAO_MAKES_PAIR ? a->algorithm : "",
		b == NULL ? NULL : b->name, a->consent.agreement,
		a->consent.privacy, a->user.name, a->user.id_type,
		a->user.id_number, a->user.province, a->organisation.name,
		a->organisation.id_type, a->organisation.id_number,
		a->organisation.province, a->handler.name, a->handler.id_type,
		a->handler.id_number, a->authorisation.from,
		a->authorisation.to };

	for (size_t i = 0; i < sizeof needed / sizeof *needed; i++)
		if (needed[i] == NULL)
			return cao_fail(err, CAO_INTEGRITY,
			    "the application was altered: it lacks what every "
			    "one has");
	return CAO_OK;
}

enum cao_status
cao_regard_count(struct cao_store *s, const struct cao_order *o,
    int64_t *ret_person, int64_t *ret_organisation, struct cao_error *err)
{
	const struct cao_application *a = &o->application;
	struct cao_query *q = cao_db_use(s->db, SQL_COUNT_SAME_PERSON);
	enum cao_status st;

	cao_db_text(q, ":user", a->user.id_number);
	cao_db_text(q, ":organisation", a->organisation.id_number);
	cao_db_int(q, ":order", o->id);
	if ((st = cao_db_number(q, ret_person, err)) != CAO_OK)
		return st;
	q = cao_db_use(s->db, SQL_COUNT_SAME_ORGANISATION);
	cao_db_text(q, ":organisation", a->organisation.id_number);
	cao_db_int(q, ":order", o->id);
	return cao_db_number(q, ret_organisation, err);
}

const char *
cao_regard_payer(const struct cao_order *o)
{
	const char *name = o->application.organisation.name;
	const char *payer = "none";

	for (size_t i = 0; i < o->payments.nsettlements; i++) {
		const struct cao_settlement *m = &o->payments.settlements[i];

		if (m->wechat.id != 0 || !cao_name_same(name, m->bank.name))
			return "no";
		payer = "yes";
	}
	for (size_t i = 0; i < o->ntransfers; i++)
		if (o->transfers[i].settled &&
		    !cao_name_same(name, o->transfers[i].name))
			return "no";
	return payer;
}

/* The subject of a request and what stands behind its key. */
static bool
split(const struct cao_order *o, struct cao_der *subject,
    struct cao_der *attributes)
{
	struct cao_der in = { o->csr.data, o->csr.len };
	struct cao_der request, info, version;
	unsigned tag;

	return cao_der_take(&in, CAO_DER_SEQUENCE, &request) &&
	    cao_der_take(&request, CAO_DER_SEQUENCE, &info) &&
	    cao_der_take(&info, CAO_DER_INTEGER, &version) &&
	    cao_der_next(&info, &tag, NULL, subject) &&
	    cao_der_next(&info, &tag, NULL, NULL) &&
	    cao_der_take(&info, CAO_DER_CONTEXT_EXPLICIT | 0, attributes);
}

bool
cao_regard_made(const struct cao_order *o)
{
	const struct cao_subject wanted = cao_draft_subject(&o->application);
	struct cao_der subject, attributes;
	struct cao_buf der = { 0 };
	bool made;

	cao_subject_der(&wanted, &der);
	made = cao_buf_ok(&der) && split(o, &subject, &attributes) &&
	    attributes.len == 0 && subject.len == der.len &&
	    memcmp(subject.data, der.data, der.len) == 0;
	cao_buf_free(&der);
	return made;
}

/* A number that no longer passes is at least doubtful. */
static const char *
number_checks(const struct cao_application *a, int64_t today)
{
	char normal[CAO_ID_NUMBER_SIZE];
	const char *doubt[3] = { NULL };
	struct cao_error err;

	if (cao_person_check(a->user.id_type, a->user.id_number, today, normal,
		&doubt[0], &err) != CAO_OK ||
	    cao_person_check(a->handler.id_type, a->handler.id_number, today,
		normal, &doubt[1], &err) != CAO_OK ||
	    cao_organisation_check(a->organisation.id_type,
		a->organisation.id_number, normal, &doubt[2], &err) != CAO_OK)
		return "noted";
	return doubt[0] != NULL || doubt[1] != NULL || doubt[2] != NULL
	    ? "noted"
	    : "passed";
}

static const char *
yes_no(bool yes)
{
	return yes ? "yes" : "no";
}

static bool
user_is_handler(const struct cao_application *a)
{
	return strcmp(a->user.id_type, a->handler.id_type) == 0 &&
	    strcmp(a->user.id_number, a->handler.id_number) == 0;
}

static void
put(struct cao_regarded *r, enum cao_rule_fact fact, const char *text)
{
	r->texts[fact] = strdup(text);
	r->values[fact].text = r->texts[fact];
}

static void
put_application(struct cao_regarded *r, const struct cao_application *a)
{
	put(r, CAO_RF_BUSINESS, a->business);
	put(r, CAO_RF_SERVICE, a->service);
	put(r, CAO_RF_ALGORITHM, a->algorithm != NULL ? a->algorithm : "none");
	put(r, CAO_RF_USER_PROVINCE, a->user.province);
	put(r, CAO_RF_ORGANISATION_PROVINCE, a->organisation.province);
	put(r, CAO_RF_USER_ID_TYPE, a->user.id_type);
	put(r, CAO_RF_ORGANISATION_ID_TYPE, a->organisation.id_type);
	put(r, CAO_RF_USER_IS_HANDLER, yes_no(user_is_handler(a)));
	put(r, CAO_RF_BACKUP_PIN, yes_no(a->backup_pin));
	r->values[CAO_RF_VALIDITY].number = a->validity;
}

static void
put_order(struct cao_regarded *r, const struct cao_order *o, int64_t now)
{
	bool complete = (o->facts & CAO_DOCUMENTS) != 0;
	const char *payer = cao_regard_payer(o);
	bool paid = strcmp(payer, "none") != 0;

	put(r, CAO_RF_STATE, cao_state_names[o->state]);
	put(r, CAO_RF_DOCUMENTS, complete ? "complete" : "missing");
	put(r, CAO_RF_PAYMENT, o->payment);
	put(r, CAO_RF_PAYMENT_METHOD, paid ? "bank-transfer" : "none");
	put(r, CAO_RF_REVIEW, o->review);
	put(r, CAO_RF_PAYER_IS_ORGANISATION, payer);
	put(r, CAO_RF_CSR,
	    o->csr.len == 0          ? "none"
		: cao_regard_made(o) ? "made"
				     : "own");
	put(r, CAO_RF_SIGNED, yes_no(o->holder.len > 0));
	put(r, CAO_RF_NUMBER_CHECKS,
	    number_checks(&o->application, cao_date_of(now)));
	r->values[CAO_RF_FEE_FEN].number = o->fee_due;
	r->values[CAO_RF_AGE_DAYS].number =
	    now > o->created ? (now - o->created) / DAY : 0;
}

enum cao_status
cao_regard(struct cao_store *s, const struct cao_env *env,
    const struct cao_order *o, struct cao_regarded *ret, struct cao_error *err)
{
	struct cao_regarded r = { .texts = { NULL } };
	enum cao_status st;

	put_application(&r, &o->application);
	put_order(&r, o, env->now);
	st = cao_regard_count(s, o, &r.values[CAO_RF_SAME_PERSON_ORDERS].number,
	    &r.values[CAO_RF_SAME_ORGANISATION_ORDERS].number, err);
	for (size_t i = 0; st == CAO_OK && i < CAO_RULE_FACTS; i++)
		if (cao_rule_vocabulary[i].kind == CAO_RULE_TEXT &&
		    r.texts[i] == NULL)
			st = cao_fail_memory(err);
	if (st == CAO_OK)
		*ret = r;
	else
		cao_regarded_free(&r);
	return st;
}
