/* An application held to the service and to the orders that are there. */
#include <stdio.h>
#include <string.h>

#include "codec/json.h"
#include "flow/apply.h"
#include "flow/concern.h"

void
cao_intake_free(struct cao_intake *i)
{
	cao_buf_free(&i->content);
	cao_buf_free(&i->required);
	cao_buf_free(&i->fees);
	cao_key_free(i->key);
	cao_buf_free(&i->csr);
	cao_buf_free(&i->sealed_pin);
	cao_buf_free(&i->holder);
}

void
cao_intake_refuse(struct cao_intake *i, const struct cao_error *err)
{
	cao_result_fail(i->result, err);
	i->kind = CAO_INTAKE_REFUSED;
}

enum cao_status
cao_intake_settle(
    struct cao_intake *i, enum cao_status st, const struct cao_error *err)
{
	if (st == CAO_OK || cao_flow_fatal(st))
		return st;
	cao_intake_refuse(i, err);
	return CAO_OK;
}

static bool
replace(struct cao_buf *buf, const struct cao_buf *with)
{
	cao_buf_free(buf);
	cao_buf_add(buf, with->data, with->len);
	return cao_buf_ok(buf);
}

/* The slots that the order must fill. */
static void
put_required(const struct cao_service *service, const struct cao_intake *i,
    const char *const *changed, struct cao_buf *out)
{
	const struct cao_slot *slots = service->slots.items;
	bool is_signed = i->sign || i->holder.len > 0;
	struct cao_json json;

	cao_buf_clear(out);
	cao_json_start(&json, out);
	cao_json_open(&json, NULL, '[');
	for (size_t n = 0; n < service->slots.count; n++)
		if (cao_slot_required(
			&slots[n], i->business, is_signed, changed))
			cao_json_text(&json, NULL, slots[n].id);
	cao_json_close(&json, ']');
}

/* The content, in which the pair that it is about goes by its order. */
static enum cao_status
put_content(struct cao_store *s, struct cao_intake *i, struct cao_error *err)
{
	struct cao_application a = i->draft->application;
	enum cao_status st;

	if (s == NULL && a.certificate.serial != NULL) {
		(void)cao_fail(err, CAO_INPUT,
		    "only a store knows whose serial it is: name the order");
		return cao_error_place(err, NULL, 0, 0, "certificate.serial");
	}
	st = s != NULL ? cao_concern_number(s, &a, i->concern, err) : CAO_OK;
	if (st != CAO_OK)
		return st;
	if (s != NULL && *i->concern != '\0')
		a.certificate.order = i->concern;
	a.certificate.serial = NULL;
	return cao_application_content(&a, &i->content, i->digest, err);
}

static enum cao_status
fill(struct cao_store *s, struct cao_intake *i, const struct cao_offer *offer,
    struct cao_error *err)
{
	const struct cao_application *a = &i->draft->application;
	const struct cao_csr *csr = &i->draft->csr;
	const struct cao_subject subject = cao_draft_subject(a);
	enum cao_status st;

	i->business = cao_business_find(a->business);
	if (i->sign && i->business->concerns == 0) {
		(void)cao_fail(err, CAO_INPUT,
		    "business \"%s\" has no older key to sign with: apply "
		    "without --signed",
		    a->business);
		return cao_error_place(err, NULL, 0, 0, "business");
	}
	if ((st = cao_subject_check(&subject, err)) != CAO_OK ||
	    (st = put_content(s, i, err)) != CAO_OK)
		return st;
	cao_container_waiting(a->request, i->digest, i->waiting);
	i->service = offer->id;
	i->paper = cao_service_paper(offer->service, a->business);
	i->fee = cao_service_fee(offer->service, a->business, a->validity);
	cao_buf_clear(&i->fees);
	cao_service_fees(offer->service, a->business, a->validity, &i->fees);
	if (!cao_buf_ok(&i->fees))
		return cao_fail_memory(err);
	if (csr->key != NULL) {
		memcpy(i->key_digest, csr->key_digest, CAO_DIGEST_SIZE);
		if (!replace(&i->csr, &csr->der) ||
		    !replace(&i->sealed_pin, &i->draft->sealed_pin))
			return cao_fail_memory(err);
	}
	return replace(&i->holder, &i->draft->holder) ? CAO_OK
						      : cao_fail_memory(err);
}

enum cao_status
cao_intake_check(
    struct cao_store *s, struct cao_intake *i, struct cao_error *err)
{
	const struct cao_faults *notes = &i->draft->notes;
	const struct cao_place place = { NULL, NULL, &i->result->faults };
	const char *request = i->draft->application.request;
	struct cao_offer offer;
	enum cao_status st;

	(void)snprintf(i->result->request, sizeof i->result->request, "%s",
	    request != NULL ? request : "");
	for (size_t n = 0; n < notes->count; n++)
		cao_result_fail(i->result, &notes->list[n]);
	i->kind = CAO_INTAKE_REFUSED;
	if (!cao_draft_fits(i->draft, s, &place, &offer))
		return CAO_OK;
	i->kind = CAO_INTAKE_NEW;
	st = cao_intake_settle(i, fill(s, i, &offer, err), err);
	cao_offer_free(&offer);
	return st;
}

/* The row of the order that the application made before. */
static enum cao_status
find_row(struct cao_store *s, const struct cao_intake *i,
    struct cao_query **ret, bool *ret_found, struct cao_error *err)
{
	const char *request = i->draft->application.request;

	if (request != NULL) {
		*ret = cao_db_use(s->db, SQL_APPLY_BY_REQUEST);
		cao_db_text(*ret, ":request", request);
	} else {
		*ret = cao_db_use(s->db, SQL_APPLY_BY_CONTENT);
		cao_db_blob(*ret, ":content", i->digest, sizeof i->digest);
	}
	return cao_db_step(*ret, ret_found, err);
}

static bool
is_digest(const struct cao_query *q, int column, const unsigned char *digest)
{
	size_t len;
	const void *data = cao_col_blob(q, column, &len);

	return len == CAO_DIGEST_SIZE && memcmp(data, digest, len) == 0;
}

/* Is the row's order this application: its content, and its key if there is
 * a csr?  Takes the order and its key over. */
static bool
is_same(const struct cao_query *q, struct cao_intake *i)
{
	bool given = i->draft->csr.key != NULL;
	bool same = is_digest(q, 2, i->digest) &&
	    (!given || is_digest(q, 3, i->key_digest));
	const void *content, *key;
	size_t len;

	i->order = cao_col_int(q, 0);
	i->created = cao_col_int(q, 4);
	content = cao_col_blob(q, 2, &len);
	if (len == CAO_DIGEST_SIZE)
		cao_container_waiting(
		    i->draft->application.request, content, i->ordered);
	(void)snprintf(i->number, sizeof i->number, "%s", cao_col_text(q, 1));
	key = cao_col_blob(q, 3, &len);
	if (!given && len == CAO_DIGEST_SIZE)
		memcpy(i->key_digest, key, len);
	return same;
}

/* Another application under the same name, or another key for the same. */
static enum cao_status
conflict(const struct cao_intake *i, struct cao_error *err)
{
	const char *request = i->draft->application.request;

	if (request == NULL)
		return cao_fail(err, CAO_DENIED,
		    "order %s is of the same application with another key; if "
		    "a second one is meant, name it with request",
		    i->number);
	(void)cao_fail(err, CAO_DENIED,
	    "request %s was used for order %s with another application; "
	    "--amend replaces it",
	    request, i->number);
	return cao_error_place(err, NULL, 0, 0, "request");
}

/* An amendment without a csr stays with the order's key, and with its PIN as
 * far as that is sealed. */
static enum cao_status
keep_key(struct cao_intake *i, const struct cao_order *o, struct cao_error *err)
{
	const struct cao_application *a = &i->draft->application;

	if (i->draft->csr.key != NULL)
		return CAO_OK;
	if (i->business->product != CAO_MAKES_PAIR)
		return CAO_OK;
	if (o->csr.len == 0 ||
	    strcmp(a->algorithm, o->application.algorithm) != 0) {
		(void)cao_fail(err, CAO_INPUT,
		    "the order's key is %s: keep the algorithm, or give the "
		    "csr of another key",
		    o->csr.len > 0 ? o->application.algorithm : "-");
		return cao_error_place(err, NULL, 0, 0, "algorithm");
	}
	memcpy(i->key_digest, o->key, CAO_DIGEST_SIZE);
	if (!replace(&i->csr, &o->csr))
		return cao_fail_memory(err);
	if (a->backup_pin && o->sealed_pin.len > 0 &&
	    !replace(&i->sealed_pin, &o->sealed_pin))
		return cao_fail_memory(err);
	return CAO_OK;
}

static enum cao_status
check_amend(struct cao_store *s, struct cao_intake *i, struct cao_error *err)
{
	struct cao_order o;
	enum cao_status st;
	bool done;

	st = cao_store_load(s, i->number, CAO_LOAD_APPLICATION, &o, err);
	if (st != CAO_OK)
		return st;
	st = cao_step_check(CAO_STEP_AMEND, o.facts, &done, err);
	if (st == CAO_OK)
		st = keep_key(i, &o, err);
	cao_order_free(&o);
	return st;
}

/* A key serves one order. */
static enum cao_status
check_key(
    struct cao_store *s, const struct cao_intake *i, struct cao_error *err)
{
	struct cao_query *q;
	enum cao_status st;
	bool found;

	if (i->draft->csr.key == NULL)
		return CAO_OK;
	q = cao_db_use(s->db, SQL_NUMBER_BY_KEY);
	cao_db_blob(q, ":key", i->key_digest, sizeof i->key_digest);
	if ((st = cao_db_step(q, &found, err)) != CAO_OK || !found)
		return st;
	if (strcmp(cao_col_text(q, 0), i->number) != 0) {
		st = cao_fail(err, CAO_INPUT,
		    "its key is used by order %s, and a key serves one order: "
		    "make a new one",
		    cao_col_text(q, 0));
		(void)cao_error_place(err, NULL, 0, 0, "csr");
	}
	cao_db_done(q);
	return st;
}

/* A signature that came with the application. */
static enum cao_status
check_holder(const struct cao_intake *i, const struct cao_concern *c,
    struct cao_error *err)
{
	if (i->draft->holder.len == 0)
		return CAO_OK;
	return cao_concern_holder(
	    &c->subject, i->digest, &i->csr, &i->draft->holder, err);
}

static enum cao_status
hold(struct cao_store *s, const struct cao_env *env, struct cao_intake *i,
    struct cao_error *err)
{
	const struct cao_application *a = &i->draft->application;
	struct cao_concern c = { .changed = { NULL } };
	struct cao_offer offer;
	enum cao_status st;

	if ((st = cao_offer_find(s, a->service, &offer, err)) != CAO_OK)
		return st;
	if (*i->concern != '\0' &&
	    (st = cao_concern_load(s, env, a, offer.service, i->concern,
		 i->order, i->order != 0 ? i->created : env->now, &c, err)) ==
		CAO_OK)
		st = check_holder(i, &c, err);
	if (st == CAO_OK) {
		put_required(offer.service, i, c.changed, &i->required);
		if (!cao_buf_ok(&i->required))
			st = cao_fail_memory(err);
	}
	cao_concern_free(&c);
	cao_offer_free(&offer);
	return st;
}

enum cao_status
cao_intake_hold(struct cao_store *s, const struct cao_env *env,
    struct cao_intake *i, struct cao_error *err)
{
	return cao_intake_settle(i, hold(s, env, i, err), err);
}

bool
cao_intake_needs_signature(const struct cao_intake *i)
{
	return (i->kind == CAO_INTAKE_NEW || i->kind == CAO_INTAKE_AMEND) &&
	    i->sign && i->holder.len == 0;
}

enum cao_status
cao_intake_sign(
    struct cao_intake *i, const struct cao_container *c, struct cao_error *err)
{
	struct cao_buf text = { 0 };
	struct cao_key *key = NULL;
	enum cao_status st;

	if ((st = cao_intake_keystore(c, err)) != CAO_OK)
		return st;
	st = cao_container_get_key(c, i->concern, "sign.key", &key, err);
	if (st != CAO_OK)
		return cao_error_prefix(
		    err, "%s", _("the key to sign the application with"));
	cao_application_holder(i->digest, &i->csr, &text);
	st = cao_buf_ok(&text)
	    ? cao_key_sign(key, text.data, text.len, &i->holder, err)
	    : cao_fail_memory(err);
	cao_key_free(key);
	cao_buf_free(&text);
	return st;
}

enum cao_status
cao_intake_find(struct cao_store *s, const struct cao_env *env,
    struct cao_intake *i, bool amend, struct cao_error *err)
{
	struct cao_query *q;
	enum cao_status st;
	bool found, same;

	if ((st = find_row(s, i, &q, &found, err)) != CAO_OK)
		return st;
	i->kind = CAO_INTAKE_NEW;
	if (!found) {
		st = cao_intake_settle(i, check_key(s, i, err), err);
		return st == CAO_OK && i->kind == CAO_INTAKE_NEW
		    ? cao_intake_hold(s, env, i, err)
		    : st;
	}
	same = is_same(q, i);
	cao_db_done(q);
	i->kind = same ? CAO_INTAKE_SAME : CAO_INTAKE_AMEND;
	if (same)
		return CAO_OK;
	if (!amend || i->draft->application.request == NULL)
		st = conflict(i, err);
	else if ((st = check_key(s, i, err)) == CAO_OK)
		st = check_amend(s, i, err);
	if (st == CAO_OK)
		st = hold(s, env, i, err);
	return cao_intake_settle(i, st, err);
}
