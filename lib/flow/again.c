/*
 * The next application about an order's certificates, written from what is
 * known of it, so that nobody types known data again.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "flow/concern.h"
#include "flow/offer.h"
#include "flow/unmask.h"

struct again {
	struct cao_store *store;
	const struct cao_env *env;
	const struct cao_again *how;
	const struct cao_business *business;
	const char *number;
	char request[CAO_REQUEST_SIZE];
	char own[CAO_NUMBER_SIZE]; /* of the same request, under way; or "" */
	int64_t id;                /* its row, or 0 */
	int64_t term;              /* months, as last asked for; 0: unknown */
};

static enum cao_status
list_reasons(const struct cao_business *b, struct cao_error *err)
{
	struct cao_buf list = { 0 };
	enum cao_status st;

	cao_business_reasons(b, &list);
	st = cao_fail(err, CAO_USAGE, "the reasons of \"%s\" are %s", b->name,
	    cao_buf_text(&list));
	cao_buf_free(&list);
	return st;
}

/* The days of another letter than the order's. */
static enum cao_status
split_days(const char *text, char from[CAO_DATE_SIZE], char to[CAO_DATE_SIZE],
    struct cao_error *err)
{
	const char *dots = strstr(text, "..");
	struct cao_error why;
	int64_t first, last;

	if (dots != NULL && (size_t)(dots - text) < CAO_DATE_SIZE &&
	    strlen(dots + 2) < CAO_DATE_SIZE) {
		(void)snprintf(
		    from, CAO_DATE_SIZE, "%.*s", (int)(dots - text), text);
		(void)snprintf(to, CAO_DATE_SIZE, "%s", dots + 2);
		if (cao_date_parse(from, &first, &why) == CAO_OK &&
		    cao_date_parse(to, &last, &why) == CAO_OK)
			return CAO_OK;
	}
	return cao_fail(err, CAO_USAGE,
	    "'%s' is not two days with dots between them, such as "
	    "2026-11-01..2027-04-30",
	    text);
}

enum cao_status
cao_again_check(const struct cao_again *how, struct cao_error *err)
{
	const struct cao_business *b = cao_business_find(how->business);
	char from[CAO_DATE_SIZE], to[CAO_DATE_SIZE];
	enum cao_want reason, term;
	enum cao_reason given;
	enum cao_status st;

	if (b == NULL || b->concerns == 0)
		return cao_fail(err, CAO_USAGE,
		    "'%s' is no business about certificates that there are",
		    how->business);
	reason = cao_application_wants(b, "reason");
	term = cao_application_wants(b, "validity");
	if (how->validity != 0 && term == CAO_UNWANTED)
		return cao_fail(err, CAO_USAGE,
		    "\"%s\" takes no term: it is that of the certificates",
		    b->name);
	if (how->authorised != NULL &&
	    (st = split_days(how->authorised, from, to, err)) != CAO_OK)
		return st;
	if (how->reason == NULL)
		return reason == CAO_NEEDED ? list_reasons(b, err) : CAO_OK;
	if (reason == CAO_UNWANTED)
		return cao_fail(
		    err, CAO_USAGE, "\"%s\" takes no reason", b->name);
	if (!cao_reason_find(how->reason, &given) ||
	    (b->reasons >> given & 1) == 0)
		return list_reasons(b, err);
	return CAO_OK;
}

/* By its request the same application is recognised, for as long as the order
 * that it makes is under way. */
static enum cao_status
find_own(struct again *g, struct cao_error *err)
{
	struct cao_query *q = cao_db_use(g->store->db, SQL_AGAIN_COUNT);
	enum cao_status st;
	bool row;

	cao_db_text(q, ":number", g->number);
	cao_db_text(q, ":business", g->business->name);
	if ((st = cao_db_step(q, &row, err)) != CAO_OK)
		return st;
	(void)snprintf(g->request, sizeof g->request, "%s.%s-%lld", g->number,
	    g->business->name, (long long)cao_col_int(q, 0) + 1);
	cao_db_done(q);
	q = cao_db_use(g->store->db, SQL_AGAIN_OWN);
	cao_db_text(q, ":request", g->request);
	cao_db_text(q, ":business", g->business->name);
	cao_db_text(q, ":number", g->number);
	if ((st = cao_db_step(q, &row, err)) != CAO_OK || !row)
		return st;
	g->id = cao_col_int(q, 0);
	(void)snprintf(g->own, sizeof g->own, "%s", cao_col_text(q, 1));
	cao_db_done(q);
	return CAO_OK;
}

/* Not every order before says a term of its own. */
static enum cao_status
find_term(struct again *g, struct cao_error *err)
{
	struct cao_query *q = cao_db_use(g->store->db, SQL_AGAIN_TERM);
	enum cao_status st;
	bool row;

	cao_db_text(q, ":number", g->number);
	if ((st = cao_db_step(q, &row, err)) != CAO_OK || !row)
		return st;
	g->term = cao_col_int(q, 0);
	cao_db_done(q);
	return CAO_OK;
}

/* What begins with certificates in force is about those that the holder has
 * last. */
static enum cao_status
check_last(const struct again *g, struct cao_error *err)
{
	struct cao_query *q;
	enum cao_status st;
	bool row;

	if ((g->business->concerns & CAO_VALID) == 0 ||
	    g->business->product == CAO_MAKES_KEY)
		return CAO_OK;
	q = cao_db_use(g->store->db, SQL_AGAIN_FOLLOWER);
	cao_db_text(q, ":number", g->number);
	if ((st = cao_db_step(q, &row, err)) != CAO_OK || !row)
		return st;
	st = cao_fail(err, CAO_DENIED,
	    "order %s (%s) followed order %s: name that one",
	    cao_col_text(q, 0), cao_col_text(q, 1), g->number);
	cao_db_done(q);
	return st;
}

static bool
put(char **member, const char *text)
{
	free(*member);
	*member = text != NULL ? strdup(text) : NULL;
	return text == NULL || *member != NULL;
}

static bool
put_authorisation(const struct again *g, struct cao_application *a)
{
	char from[CAO_DATE_SIZE], to[CAO_DATE_SIZE];
	struct cao_error ignored; /* checked before */

	return g->how->authorised == NULL ||
	    split_days(g->how->authorised, from, to, &ignored) != CAO_OK ||
	    (put(&a->authorisation.from, from) &&
		put(&a->authorisation.to, to));
}

/* Turn the order's application into the one about its certificates. */
static enum cao_status
turn(const struct again *g, struct cao_application *a, struct cao_error *err)
{
	const struct cao_business *b = g->business;
	bool first = *g->own == '\0';
	bool pair = b->product == CAO_MAKES_PAIR;

	if (cao_application_wants(b, "validity") == CAO_UNWANTED)
		a->validity = 0;
	else if (g->how->validity != 0)
		a->validity = g->how->validity;
	else if (a->validity == 0)
		a->validity = g->term;
	a->backup_pin = a->backup_pin && pair;
	if ((!pair && !put(&a->algorithm, NULL)) ||
	    (first &&
		(!put(&a->reason, NULL) || !put(&a->encryption_key, NULL))) ||
	    (g->how->reason != NULL && !put(&a->reason, g->how->reason)) ||
	    !put(&a->request, g->request) || !put(&a->business, b->name) ||
	    !put(&a->certificate.order, g->number) ||
	    !put(&a->certificate.serial, NULL) || !put_authorisation(g, a))
		return cao_fail_memory(err);
	return CAO_OK;
}

/* What the service says about the business itself, before anything is read
 * that it makes no use of. */
static enum cao_status
check_offer(const struct cao_application *a, const struct cao_service *service,
    struct cao_error *err)
{
	static const char *const fields[] = { "business", "validity",
		"algorithm" };
	struct cao_faults faults = { 0 };
	enum cao_status st = CAO_OK;

	cao_application_fits(a, service, NULL, NULL, &faults);
	for (size_t i = 0; i < faults.count && st == CAO_OK; i++)
		for (size_t n = 0; n < sizeof fields / sizeof *fields; n++)
			if (strcmp(faults.list[i].field, fields[n]) == 0) {
				*err = faults.list[i];
				st = err->status;
			}
	cao_faults_free(&faults);
	return st;
}

static enum cao_status
check(const struct again *g, const struct cao_application *a,
    struct cao_concern *ret, struct cao_error *err)
{
	struct cao_offer offer;
	enum cao_status st;

	if ((st = cao_offer_find(g->store, a->service, &offer, err)) != CAO_OK)
		return st;
	st = cao_concern_open(g->store, g->env, a, offer.service, g->number,
	    g->id, g->env->now, ret, err);
	if (st == CAO_OK) {
		st = check_offer(a, offer.service, err);
		if (st != CAO_OK)
			cao_concern_free(ret);
	}
	cao_offer_free(&offer);
	return st;
}

static void
put_yaml(
    const struct again *g, const struct cao_application *a, struct cao_buf *out)
{
	cao_buf_puts(out, "---\n");
	if (g->business->changes)
		cao_buf_printf(out, "# %s\n",
		    _("change what is other now of the user and the "
		      "organisation (not both name and number of one), of the "
		      "handler and the authorisation, or the reason; leave "
		      "the rest"));
	cao_schema_yaml(&cao_application_schema, a, out);
}

static enum cao_status
write_one(struct again *g, struct cao_order *o, struct cao_buf *out,
    struct cao_error *err)
{
	struct cao_application *a = &o->application;
	struct cao_concern concern;
	enum cao_status st;

	if ((st = turn(g, a, err)) != CAO_OK ||
	    (st = check(g, a, &concern, err)) != CAO_OK)
		return st;
	cao_concern_free(&concern);
	put_yaml(g, a, out);
	return cao_buf_ok(out) ? CAO_OK : cao_fail_memory(err);
}

/* Why identity numbers come out unmasked. */
static void
why(const struct again *g, char out[64])
{
	(void)snprintf(out, 64, "ca-apply --%s", g->business->name);
}

enum cao_status
cao_apply_again(struct cao_store *s, const struct cao_env *env,
    const struct cao_again *how, const char *number, char **ret_yaml,
    struct cao_error *err)
{
	struct again g = { .store = s, .env = env, .how = how };
	struct cao_order o = { .id = 0 };
	struct cao_buf out = { 0 };
	char reason[64];
	enum cao_status st;

	g.number = number;
	if ((st = cao_again_check(how, err)) != CAO_OK)
		return st;
	g.business = cao_business_find(how->business);
	why(&g, reason);
	if ((st = cao_unmask_check(env, reason, err)) == CAO_OK &&
	    (st = find_own(&g, err)) == CAO_OK &&
	    (st = find_term(&g, err)) == CAO_OK &&
	    (st = check_last(&g, err)) == CAO_OK &&
	    (st = cao_store_load(s, *g.own != '\0' ? g.own : number,
		 CAO_LOAD_APPLICATION, &o, err)) == CAO_OK &&
	    (st = write_one(&g, &o, &out, err)) == CAO_OK &&
	    (st = cao_unmask_record(s, env, &o.id, 1, reason, err)) == CAO_OK)
		st = cao_buf_give(&out, ret_yaml, err);
	cao_buf_free(&out);
	cao_order_free(&o);
	return st;
}
