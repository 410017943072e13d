/* Orders out of the database, with what belongs to them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "store/load.h"

static char *
copy(const struct cao_query *q, int i)
{
	return strdup(cao_col_text(q, i));
}

static char *
copy_or_null(const struct cao_query *q, int i)
{
	return cao_col_null(q, i) ? NULL : copy(q, i);
}

void
cao_store_digest(
    const struct cao_query *q, int i, unsigned char out[CAO_DIGEST_SIZE])
{
	size_t len;
	const void *data = cao_col_blob(q, i, &len);

	memset(out, 0, CAO_DIGEST_SIZE);
	if (len == CAO_DIGEST_SIZE)
		memcpy(out, data, len);
}

static void
copy_octets(const struct cao_query *q, int i, struct cao_buf *out)
{
	size_t len;
	const void *data = cao_col_blob(q, i, &len);

	cao_buf_add(out, data, len);
}

/* A word as its place in a list; the list's length if it is not there. */
static unsigned
word(const char *text, const char *const *words)
{
	unsigned i;

	for (i = 0; words[i] != NULL; i++)
		if (strcmp(words[i], text) == 0)
			break;
	return i;
}

static enum cao_status
load_application(
    struct cao_store *s, int64_t id, struct cao_order *o, struct cao_error *err)
{
	struct cao_query *q = cao_db_use(s->db, SQL_ORDER_APPLICATION);
	unsigned char have[CAO_DIGEST_SIZE], want[CAO_DIGEST_SIZE];
	enum cao_status st;
	bool row;

	cao_db_int(q, ":id", id);
	if ((st = cao_db_step(q, &row, err)) != CAO_OK)
		return st;
	if (!row)
		return cao_fail(
		    err, CAO_INTEGRITY, "the order's application is missing");
	o->content = copy(q, 0);
	copy_octets(q, 1, &o->csr);
	cao_store_digest(q, 2, o->key);
	cao_store_digest(q, 3, o->service);
	copy_octets(q, 4, &o->sealed_pin);
	cao_store_digest(q, 5, want);
	copy_octets(q, 6, &o->holder);
	o->fees = copy_or_null(q, 7);
	o->applied = cao_col_int(q, 8);
	cao_db_done(q);
	if (o->content == NULL || !cao_buf_ok(&o->csr) ||
	    !cao_buf_ok(&o->sealed_pin) || !cao_buf_ok(&o->holder))
		return cao_fail_memory(err);
	cao_sha256(o->content, strlen(o->content), have);
	if (o->purged == 0 && memcmp(have, want, sizeof have) != 0)
		return cao_fail(err, CAO_INTEGRITY,
		    "the application was altered: its content does not match "
		    "its digest");
	return cao_schema_from_json(
	    &cao_application_schema, o->content, &o->application, err);
}

static enum cao_status
load_documents(struct cao_store *s, struct cao_order *o, struct cao_error *err)
{
	struct cao_query *q = cao_db_use(s->db, SQL_ORDER_DOCUMENTS);
	struct cao_document *d, *list;
	enum cao_status st;
	bool row;

	cao_db_int(q, ":order", o->id);
	while ((st = cao_db_step(q, &row, err)) == CAO_OK && row) {
		list = cao_grow(o->documents, o->ndocuments, sizeof *list);
		if (list == NULL) {
			st = cao_fail_memory(err);
			break;
		}
		o->documents = list;
		d = &list[o->ndocuments++];
		*d = (struct cao_document){ .part = (unsigned)cao_col_int(q, 1),
			.size = cao_col_int(q, 4),
			.pages = (unsigned)cao_col_int(q, 5),
			.at = cao_col_int(q, 6) };
		(void)snprintf(
		    d->slot, sizeof d->slot, "%s", cao_col_text(q, 0));
		(void)snprintf(
		    d->type, sizeof d->type, "%s", cao_col_text(q, 3));
		cao_store_digest(q, 2, d->object);
	}
	cao_db_done(q);
	return st;
}

static enum cao_status
load_decisions(struct cao_store *s, struct cao_order *o, struct cao_error *err)
{
	struct cao_query *q = cao_db_use(s->db, SQL_ORDER_DECISIONS);
	struct cao_decided *d, *list;
	enum cao_status st;
	bool row;

	cao_db_int(q, ":order", o->id);
	while ((st = cao_db_step(q, &row, err)) == CAO_OK && row) {
		list = cao_grow(o->decisions, o->ndecisions, sizeof *list);
		if (list == NULL) {
			st = cao_fail_memory(err);
			break;
		}
		o->decisions = list;
		d = &list[o->ndecisions++];
		*d = (struct cao_decided){ .kind = (enum cao_decision)word(
					       cao_col_text(q, 0),
					       cao_decision_words),
			.operator_name = copy(q, 2),
			.reason = copy_or_null(q, 3),
			.evidence = cao_col_int(q, 4),
			.at = cao_col_int(q, 5) };
		cao_store_digest(q, 1, d->dossier);
		if (d->operator_name == NULL) {
			st = cao_fail_memory(err);
			break;
		}
	}
	cao_db_done(q);
	return st;
}

static enum cao_status
load_pair(struct cao_store *s, struct cao_order *o, struct cao_error *err)
{
	struct cao_query *q = cao_db_use(s->db, SQL_ORDER_PAIR);
	enum cao_status st;
	bool row;

	cao_db_int(q, ":order", o->id);
	if ((st = cao_db_step(q, &row, err)) != CAO_OK || !row)
		return st;
	if ((o->pair = calloc(1, sizeof *o->pair)) == NULL) {
		cao_db_done(q);
		return cao_fail_memory(err);
	}
	copy_octets(q, 0, &o->pair->sign);
	copy_octets(q, 1, &o->pair->encrypt);
	copy_octets(q, 2, &o->pair->envelope);
	o->pair->not_before = cao_col_int(q, 3);
	o->pair->not_after = cao_col_int(q, 4);
	o->pair->at = cao_col_int(q, 5);
	cao_store_digest(q, 6, o->pair->dossier);
	copy_octets(q, 7, &o->pair->archive);
	cao_db_done(q);
	if (!cao_buf_ok(&o->pair->sign) || !cao_buf_ok(&o->pair->encrypt) ||
	    !cao_buf_ok(&o->pair->envelope) || !cao_buf_ok(&o->pair->archive))
		return cao_fail_memory(err);
	return CAO_OK;
}

static enum cao_status
load_fulfilment(struct cao_store *s, struct cao_order *o, struct cao_error *err)
{
	struct cao_query *q = cao_db_use(s->db, SQL_ORDER_FULFILMENT);
	struct cao_fulfilment *f;
	enum cao_status st;
	bool row;

	cao_db_int(q, ":order", o->id);
	if ((st = cao_db_step(q, &row, err)) != CAO_OK || !row)
		return st;
	if ((f = o->fulfilment = calloc(1, sizeof *f)) == NULL) {
		cao_db_done(q);
		return cao_fail_memory(err);
	}
	copy_octets(q, 0, &f->payload);
	f->expires = cao_col_int(q, 1);
	f->at = cao_col_int(q, 2);
	cao_store_digest(q, 3, f->dossier);
	cao_db_done(q);
	return cao_buf_ok(&f->payload) ? CAO_OK : cao_fail_memory(err);
}

/* What the order's row says, as bits for the table of steps. */
static unsigned
facts_of(const struct cao_query *q, const struct cao_order *o)
{
	unsigned facts = 0;

	if (o->documents_filled >= o->documents_required)
		facts |= CAO_DOCUMENTS;
	if (o->declared > 0)
		facts |= CAO_DECLARED;
	if (o->paid - o->refunded >= o->fee_due)
		facts |= CAO_PAID;
	if (o->accepted_by != NULL)
		facts |= CAO_ACCEPTED;
	if (o->accepted_by != NULL && o->approved_by != NULL &&
	    strcmp(o->accepted_by, o->approved_by) != 0)
		facts |= CAO_APPROVED;
	if (strcmp(o->review, "returned") == 0)
		facts |= CAO_RETURNED;
	if (o->paper != 0)
		facts |= CAO_PAPERED;
	if (strcmp(cao_col_text(q, 30), "missing") != 0)
		facts |= CAO_PAPER_OK;
	if (o->issued != 0)
		facts |= CAO_FULFILLED;
	if (o->installed != 0)
		facts |= CAO_IS_INSTALLED;
	if (o->business->installs)
		facts |= CAO_INSTALLS;
	if (!cao_col_null(q, 25))
		facts |= CAO_PAIRED;
	if (cao_standing_of(o->revoked, 0, 0) == CAO_REVOKED)
		facts |= CAO_ENDED;
	if (!cao_col_null(q, 20))
		facts |= CAO_REFUSED;
	if (!cao_col_null(q, 21))
		facts |= CAO_CANCELLED;
	if (!cao_col_null(q, 22))
		facts |= CAO_EXPIRED;
	return facts;
}

/* Of which business it is, and how its own pair stands. */
static enum cao_status
fill_business(
    const struct cao_query *q, struct cao_order *o, struct cao_error *err)
{
	const char *name = cao_col_text(q, 23);
	enum cao_reason reason;

	/* Without an application, which others find to be missing. */
	if (cao_col_null(q, 23))
		name = cao_businesses[0];
	if ((o->business = cao_business_find(name)) == NULL)
		return cao_fail(
		    err, CAO_INTEGRITY, "there is no business \"%s\"", name);
	(void)snprintf(
	    o->certificate, sizeof o->certificate, "%s", cao_col_text(q, 24));
	o->revoked = -1;
	o->revoked_at = cao_col_int(q, 27);
	o->purged = cao_col_int(q, 28);
	if (cao_reason_find(cao_col_text(q, 26), &reason))
		o->revoked = (int)reason;
	return CAO_OK;
}

static enum cao_status
fill_order(
    const struct cao_query *q, struct cao_order *o, struct cao_error *err)
{
	enum cao_status st;

	o->id = cao_col_int(q, 0);
	(void)snprintf(o->number, sizeof o->number, "%s", cao_col_text(q, 1));
	o->request = copy_or_null(q, 2);
	o->created = cao_col_int(q, 3);
	o->state = (enum cao_state)word(cao_col_text(q, 4), cao_state_names);
	o->payment = copy(q, 5);
	o->review = copy(q, 6);
	o->fee_due = cao_col_int(q, 8);
	o->declared = cao_col_int(q, 9);
	o->paid = cao_col_int(q, 10);
	o->refunded = cao_col_int(q, 32);
	o->excess = cao_col_int(q, 33);
	o->required = copy(q, 11);
	o->documents_required = cao_col_int(q, 12);
	o->documents_filled = cao_col_int(q, 13);
	cao_store_digest(q, 14, o->dossier);
	o->accepted_by = copy_or_null(q, 15);
	o->approved_by = copy_or_null(q, 16);
	o->issued = cao_col_int(q, 17);
	o->installed = cao_col_int(q, 18);
	o->paper = cao_col_int(q, 19);
	o->paper_needed = (enum cao_paper)cao_col_int(q, 29);
	o->promised_from = cao_col_int(q, 31);
	if (o->payment == NULL || o->review == NULL || o->required == NULL)
		return cao_fail_memory(err);
	if ((st = fill_business(q, o, err)) == CAO_OK)
		o->facts = facts_of(q, o);
	return st;
}

/* No step and no answer may rest on what is blank. */
static enum cao_status
check_purged(const struct cao_order *o, unsigned flags, struct cao_error *err)
{
	char at[CAO_RFC3339_SIZE];

	if (o->purged == 0 || (flags & CAO_LOAD_PURGED) != 0)
		return CAO_OK;
	cao_time_format(o->purged, at);
	return cao_fail(err, CAO_DENIED,
	    "its personal data was removed at %s; ca-query prints what is left",
	    at);
}

enum cao_status
cao_store_load(struct cao_store *s, const char *number, unsigned flags,
    struct cao_order *ret, struct cao_error *err)
{
	struct cao_query *q = cao_db_use(s->db, SQL_ORDER_BY_NUMBER);
	struct cao_order o = { 0 };
	enum cao_status st;
	int64_t application;
	bool row;

	cao_db_text(q, ":number", number);
	if ((st = cao_db_step(q, &row, err)) != CAO_OK)
		return st;
	if (!row)
		return cao_fail(err, CAO_NOTFOUND, "no such order");
	application = cao_col_int(q, 7);
	st = fill_order(q, &o, err);
	cao_db_done(q);
	if (st == CAO_OK && (flags & ~CAO_LOAD_DECISIONS) != 0)
		st = check_purged(&o, flags, err);
	if (st == CAO_OK && flags & CAO_LOAD_APPLICATION)
		st = load_application(s, application, &o, err);
	if (st == CAO_OK && flags & CAO_LOAD_DOCUMENTS)
		st = load_documents(s, &o, err);
	if (st == CAO_OK && flags & CAO_LOAD_TRANSFERS)
		st = cao_load_payments(s, &o, err);
	if (st == CAO_OK && flags & CAO_LOAD_DECISIONS)
		st = load_decisions(s, &o, err);
	if (st == CAO_OK && flags & CAO_LOAD_PAIR)
		st = load_pair(s, &o, err);
	if (st == CAO_OK && flags & CAO_LOAD_FULFILMENT)
		st = load_fulfilment(s, &o, err);
	if (st == CAO_OK)
		*ret = o;
	else
		cao_order_free(&o);
	return st;
}

enum cao_status
cao_store_find_request(struct cao_store *s, const char *request,
    char ret_number[CAO_NUMBER_SIZE], bool *ret_found, struct cao_error *err)
{
	struct cao_query *q = cao_db_use(s->db, SQL_NUMBER_BY_REQUEST);
	enum cao_status st;

	cao_db_text(q, ":request", request);
	if ((st = cao_db_step(q, ret_found, err)) != CAO_OK || !*ret_found)
		return st;
	(void)snprintf(ret_number, CAO_NUMBER_SIZE, "%s", cao_col_text(q, 0));
	cao_db_done(q);
	return CAO_OK;
}
