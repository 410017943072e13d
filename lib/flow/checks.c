/* What a reviewer would check, checked. */
#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/money.h"
#include "base/time.h"
#include "flow/checks.h"
#include "flow/concern.h"
#include "flow/regard.h"
#include "ident/organisation.h"
#include "pki/csr.h"

const char *const cao_outcome_words[] = { "pass", "note", "fail", NULL };

/* What the checks look at. */
struct dossier {
	struct cao_store *store;
	const struct cao_order *order;
	const struct cao_application *a;
	const struct cao_service *service;
	struct cao_evidence_cache *cache;
	const struct cao_env *env;
	int64_t today;
	struct cao_csr csr;
};

/*
 * A check says what it found in why: CAO_OK and no text, it passes; CAO_OK
 * and a text, a note; a status of the whole store, it could not be done; any
 * other, it fails.
 */
typedef enum cao_status check(struct dossier *, struct cao_error *why);

static enum cao_status
check_journal(struct dossier *d, struct cao_error *why)
{
	return cao_store_check_order(d->store, d->order, why);
}

static enum cao_status
check_documents(struct dossier *d, struct cao_error *why)
{
	if (d->order->ndocuments == 0)
		return cao_fail(why, CAO_OK, "nothing is uploaded so far");
	return cao_store_check_contents(d->store, d->order, why);
}

static enum cao_status
check_person(const struct dossier *d, const char *type, const char *number,
    struct cao_error *why)
{
	char normal[CAO_ID_NUMBER_SIZE];
	const char *doubt = NULL;
	enum cao_status st;

	st = cao_person_check(type, number, d->today, normal, &doubt, why);
	if (st == CAO_OK && doubt != NULL)
		return cao_fail(why, CAO_OK, "%s", doubt);
	return st;
}

static enum cao_status
check_user(struct dossier *d, struct cao_error *why)
{
	return check_person(d, d->a->user.id_type, d->a->user.id_number, why);
}

static enum cao_status
check_handler(struct dossier *d, struct cao_error *why)
{
	return check_person(
	    d, d->a->handler.id_type, d->a->handler.id_number, why);
}

static enum cao_status
check_organisation(struct dossier *d, struct cao_error *why)
{
	char normal[CAO_ID_NUMBER_SIZE];
	const char *doubt = NULL;
	enum cao_status st;

	st = cao_organisation_check(d->a->organisation.id_type,
	    d->a->organisation.id_number, normal, &doubt, why);
	if (st == CAO_OK && doubt != NULL)
		return cao_fail(why, CAO_OK, "%s", doubt);
	return st;
}

static enum cao_status
check_gender(struct dossier *d, struct cao_error *why)
{
	const struct cao_person *u = &d->a->user;
	struct cao_error no_number;
	const char *told;

	if (u->gender == NULL)
		return cao_fail(why, CAO_OK, "the gender is not given");
	if (strcmp(u->id_type, cao_person_id_types[CAO_RESIDENT_ID]) != 0 ||
	    strlen(u->id_number) != CAO_RESIDENT_ID_SIZE - 1 ||
	    cao_resident_check(u->id_number, d->today, &no_number) != CAO_OK)
		return cao_fail(
		    why, CAO_OK, "the number does not tell the gender");
	told = cao_resident_gender(u->id_number);
	if (strcmp(told, u->gender) == 0)
		return CAO_OK;
	return cao_fail(why, CAO_INPUT,
	    "GB 11643-1999: it is %s, but the resident id is of somebody %s",
	    u->gender, told);
}

static enum cao_status
check_authorisation(struct dossier *d, struct cao_error *why)
{
	const char *from = d->a->authorisation.from, *to;
	int64_t first, last;
	enum cao_status st;

	to = d->a->authorisation.to;
	if ((st = cao_date_parse(from, &first, why)) != CAO_OK ||
	    (st = cao_date_parse(to, &last, why)) != CAO_OK)
		return st;
	if (d->today < first)
		return cao_fail(why, CAO_INPUT,
		    "the letter of authorisation holds from %s on", from);
	if (d->today > last)
		return cao_fail(why, CAO_INPUT,
		    "the letter of authorisation lapsed after %s", to);
	return CAO_OK;
}

static enum cao_status
check_possession(struct dossier *d, struct cao_error *why)
{
	return cao_csr_read(
	    "csr", d->order->csr.data, d->order->csr.len, &d->csr, why);
}

static enum cao_status
check_algorithm(struct dossier *d, struct cao_error *why)
{
	const char *found;

	if (d->csr.key == NULL)
		return cao_fail(why, CAO_INPUT, "the request cannot be read");
	found = cao_algorithm_names[cao_key_algorithm(d->csr.key)];
	if (strcmp(found, d->a->algorithm) != 0)
		return cao_fail(why, CAO_INPUT,
		    "the key is %s, and %s was applied for", found,
		    d->a->algorithm);
	return CAO_OK;
}

static enum cao_status
check_key(struct dossier *d, struct cao_error *why)
{
	struct cao_query *q = cao_db_use(d->store->db, SQL_NUMBER_BY_KEY);
	enum cao_status st;
	bool row;

	if (d->csr.key != NULL &&
	    memcmp(d->csr.key_digest, d->order->key, CAO_DIGEST_SIZE) != 0)
		return cao_fail(why, CAO_INTEGRITY,
		    "the request is not over the key that was recorded");
	cao_db_blob(q, ":key", d->order->key, CAO_DIGEST_SIZE);
	if ((st = cao_db_step(q, &row, why)) != CAO_OK)
		return st;
	if (!row)
		return cao_fail(why, CAO_INTEGRITY,
		    "the key is not the one of the order's row");
	if (strcmp(cao_col_text(q, 0), d->order->number) != 0)
		st = cao_fail(why, CAO_DENIED, "order %s has the same key",
		    cao_col_text(q, 0));
	cao_db_done(q);
	return st;
}

static enum cao_status
check_consent(struct dossier *d, struct cao_error *why)
{
	const char *agreement = d->service->agreement.version;
	const char *privacy = d->service->privacy.version;

	if (strcmp(d->a->consent.agreement, agreement) != 0)
		return cao_fail(why, CAO_INPUT,
		    "version %s of the service agreement was agreed to, and "
		    "the service has %s",
		    d->a->consent.agreement, agreement);
	if (strcmp(d->a->consent.privacy, privacy) != 0)
		return cao_fail(why, CAO_INPUT,
		    "version %s of the privacy policy was agreed to, and the "
		    "service has %s",
		    d->a->consent.privacy, privacy);
	return CAO_OK;
}

static enum cao_status
check_fee(struct dossier *d, struct cao_error *why)
{
	char have[CAO_MONEY_SIZE], want[CAO_MONEY_SIZE];
	int64_t fee =
	    cao_service_fee(d->service, d->a->business, d->a->validity);

	if (strcmp(d->a->service, d->service->name) != 0)
		return cao_fail(why, CAO_INTEGRITY,
		    "the application is for %s, and the order for %s",
		    d->a->service, d->service->name);
	if (fee == d->order->fee_due)
		return CAO_OK;
	cao_money_format(d->order->fee_due, have);
	cao_money_format(fee, want);
	return cao_fail(why, CAO_INTEGRITY,
	    "%s are due, and the service asks for %s", have, want);
}

/* What is settled so far must have evidence, also if more is due. */
static enum cao_status
check_payment(struct dossier *d, struct cao_error *why)
{
	char have[CAO_MONEY_SIZE], want[CAO_MONEY_SIZE];
	struct cao_order o = *d->order;
	enum cao_status st;

	if (o.fee_due == 0)
		return cao_fail(why, CAO_OK, "nothing is to be paid");
	if (o.paid == 0)
		return cao_fail(why, CAO_OK, "nothing is settled so far");
	if (o.paid < o.fee_due)
		o.fee_due = o.paid;
	st = cao_flow_check_payment(d->store, &o, d->cache, why);
	if (st != CAO_OK || o.fee_due == d->order->fee_due)
		return st;
	cao_money_format(o.paid, have);
	cao_money_format(d->order->fee_due, want);
	return cao_fail(why, CAO_OK, "%s of %s are settled so far", have, want);
}

static enum cao_status
check_decisions(struct dossier *d, struct cao_error *why)
{
	const struct cao_order *o = d->order;
	enum cao_status st = CAO_OK;

	if (o->ndecisions == 0)
		return cao_fail(why, CAO_OK, "nothing is decided so far");
	for (size_t i = 0; st == CAO_OK && i < o->ndecisions; i++)
		st = cao_flow_check_decided(
		    d->store, o, &o->decisions[i], d->cache, why);
	return st;
}

static enum cao_status
check_payer(struct dossier *d, struct cao_error *why)
{
	const char *payer = cao_regard_payer(d->order);

	if (strcmp(payer, "none") == 0)
		return cao_fail(why, CAO_OK, "nobody has paid so far");
	if (strcmp(payer, "no") == 0)
		return cao_fail(why, CAO_OK,
		    "the payer has another name than the organisation");
	return CAO_OK;
}

static enum cao_status
check_originals(struct dossier *d, struct cao_error *why)
{
	enum cao_paper needed = cao_service_paper(d->service, d->a->business);

	if (needed != d->order->paper_needed)
		return cao_fail(why, CAO_INTEGRITY,
		    "whether they are needed is not what the service says");
	if ((d->order->facts & CAO_PAPER_OK) == 0)
		return cao_fail(
		    why, CAO_OK, "the paper originals have not arrived");
	return cao_flow_check_paper(d->store, d->order, needed, d->cache, why);
}

static enum cao_status
check_duplicates(struct dossier *d, struct cao_error *why)
{
	int64_t person, organisation;
	enum cao_status st;

	st = cao_regard_count(d->store, d->order, &person, &organisation, why);
	if (st == CAO_OK && person > 0)
		return cao_fail(why, CAO_OK,
		    "other orders for the same person at the organisation: "
		    "%" PRId64,
		    person);
	return st;
}

static enum cao_status
check_certificates(struct dossier *d, struct cao_error *why)
{
	const struct cao_order *o = d->order;
	struct cao_concern c;
	enum cao_status st;

	st = cao_concern_load(d->store, d->env, d->a, d->service,
	    o->certificate, o->id, o->created, &c, why);
	if (st == CAO_OK)
		cao_concern_free(&c);
	return st;
}

static enum cao_status
check_holder(struct dossier *d, struct cao_error *why)
{
	const struct cao_order *o = d->order;
	unsigned char content[CAO_DIGEST_SIZE];
	struct cao_order subject = { .id = 0 };
	enum cao_status st;

	st = cao_store_load(
	    d->store, o->certificate, CAO_LOAD_PAIR, &subject, why);
	if (st == CAO_OK && subject.pair == NULL)
		st = cao_fail(why, CAO_INTEGRITY,
		    "order %s has no certificates", subject.number);
	if (st == CAO_OK) {
		cao_sha256(o->content, strlen(o->content), content);
		st = cao_concern_holder(
		    &subject, content, &o->csr, &o->holder, why);
	}
	cao_order_free(&subject);
	return st;
}

static bool
has_request(const struct cao_order *o)
{
	return o->business->product == CAO_MAKES_PAIR;
}

/* Once it is fulfilled the certificates stand as it made them. */
static bool
is_open_about(const struct cao_order *o)
{
	return o->business->concerns != 0 &&
	    (o->facts &
		(CAO_FULFILLED | CAO_REFUSED | CAO_CANCELLED | CAO_EXPIRED)) ==
	    0;
}

static bool
is_signed(const struct cao_order *o)
{
	return o->holder.len > 0;
}

/* The request is read by one check and looked at by those behind it. */
static const struct {
	const char *name, *passed;
	check *run;
	bool (*applies)(const struct cao_order *); /* NULL: always */
} checks[] = {
	{ "journal", N_("facts, row and dossier are as the journal has them"),
	    check_journal, NULL },
	{ "documents", N_("every scan is whole"), check_documents, NULL },
	{ "user_number",
	    N_("the user's number satisfies the rules of its type"), check_user,
	    NULL },
	{ "handler_number",
	    N_("the handler's number satisfies the rules of its type"),
	    check_handler, NULL },
	{ "organisation_number",
	    N_("the organisation's number satisfies the rules of its type"),
	    check_organisation, NULL },
	{ "gender", N_("the gender is that of the resident id"), check_gender,
	    NULL },
	{ "authorisation", N_("the letter of authorisation holds today"),
	    check_authorisation, NULL },
	{ "possession",
	    N_("the request proves possession of a key of sufficient strength"),
	    check_possession, has_request },
	{ "algorithm", N_("the key is of the algorithm applied for"),
	    check_algorithm, has_request },
	{ "key", N_("the key is of no other order"), check_key, has_request },
	{ "consent", N_("the versions agreed to are the service's"),
	    check_consent, NULL },
	{ "fee", N_("the fee is what the service asks for"), check_fee, NULL },
	{ "payment", N_("what is paid is signed by a cashier"), check_payment,
	    NULL },
	{ "decisions", N_("every decision is signed by who may make it"),
	    check_decisions, NULL },
	{ "payer", N_("the payer has the organisation's name"), check_payer,
	    NULL },
	{ "originals", N_("the paper originals arrived, or are not needed"),
	    check_originals, NULL },
	{ "duplicates",
	    N_("no other order is for the same person at the organisation"),
	    check_duplicates, NULL },
	{ "certificates",
	    N_("the certificates concerned stand as the business takes them"),
	    check_certificates, is_open_about },
	{ "holder",
	    N_("the holder signed it with the key of these certificates"),
	    check_holder, is_signed },
};
static_assert(sizeof checks / sizeof *checks == CAO_CHECKS, "count them");

static enum cao_status
run_one(
    struct dossier *d, size_t i, struct cao_check *ret, struct cao_error *err)
{
	struct cao_error why = { .status = CAO_OK };
	enum cao_status st = checks[i].run(d, &why);

	if (cao_flow_fatal(st)) {
		*err = why;
		return st;
	}
	ret->name = checks[i].name;
	ret->outcome = st != CAO_OK ? CAO_FAIL
	    : why.text[0] != '\0'   ? CAO_NOTE
				    : CAO_PASS;
	(void)snprintf(ret->text, sizeof ret->text, "%s",
	    ret->outcome == CAO_PASS ? _(checks[i].passed) : why.text);
	return CAO_OK;
}

enum cao_status
cao_checks_run(struct cao_store *s, const struct cao_env *env,
    const struct cao_order *o, struct cao_evidence_cache *cache,
    struct cao_check ret[CAO_CHECKS], size_t *ret_count, struct cao_error *err)
{
	struct dossier d = { .store = s,
		.env = env,
		.order = o,
		.a = &o->application,
		.cache = cache,
		.today = cao_date_of(env->now) };
	enum cao_status st;
	size_t n = 0;

	if ((st = cao_store_service(s, o->service, &d.service, err)) != CAO_OK)
		return st;
	for (size_t i = 0; st == CAO_OK && i < CAO_CHECKS; i++)
		if (checks[i].applies == NULL || checks[i].applies(o))
			st = run_one(&d, i, &ret[n++], err);
	*ret_count = n;
	cao_csr_free(&d.csr);
	return st;
}
