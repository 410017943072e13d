/* Facts into the database, each with its entry in the journal. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "order/number.h"
#include "store/store.h"

enum cao_status
cao_store_put(struct cao_store *s, const struct cao_env *env,
    struct cao_query *q, enum cao_kind kind, int64_t order, int64_t *ret_id,
    struct cao_error *err)
{
	enum cao_status st;
	int64_t id;
	bool row;

	if ((st = cao_db_step(q, &row, err)) != CAO_OK)
		return st;
	id = row ? cao_col_int(q, 0) : 0;
	cao_db_done(q);
	if ((st = cao_journal_add(s, env, kind, id, order, err)) != CAO_OK)
		return st;
	if (ret_id != NULL)
		*ret_id = id;
	return CAO_OK;
}

/* The number after the day's last one. */
static enum cao_status
next_number(struct cao_store *s, int64_t now, char out[CAO_NUMBER_SIZE],
    struct cao_error *err)
{
	struct cao_query *q = cao_db_use(s->db, SQL_NUMBER_LAST);
	char first[CAO_NUMBER_SIZE], last[CAO_NUMBER_SIZE];
	int64_t day = cao_date_of(now), counter = 0;
	enum cao_status st;
	bool row;

	if ((st = cao_number_make(day, 1, first, err)) != CAO_OK ||
	    (st = cao_number_make(day, CAO_COUNTER_MAX, last, err)) != CAO_OK)
		return st;
	cao_db_text(q, ":first", first);
	cao_db_text(q, ":last", last);
	if ((st = cao_db_step(q, &row, err)) != CAO_OK)
		return st;
	if (row && !cao_col_null(q, 0))
		counter = strtoll(cao_col_text(q, 0) + 10, NULL, 10);
	cao_db_done(q);
	return cao_number_make(day, counter + 1, out, err);
}

enum cao_status
cao_store_put_order(struct cao_store *s, const struct cao_env *env,
    const char *request, int64_t *ret_id, char ret_number[CAO_NUMBER_SIZE],
    struct cao_error *err)
{
	char number[CAO_NUMBER_SIZE];
	struct cao_query *q;
	enum cao_status st;
	int64_t id;
	bool row;

	if ((st = next_number(s, env->now, number, err)) != CAO_OK)
		return st;
	q = cao_db_use(s->db, SQL_PUT_ORDER);
	cao_db_text(q, ":number", number);
	cao_db_text(q, ":request", request);
	cao_db_int(q, ":at", env->now);
	if ((st = cao_db_step(q, &row, err)) != CAO_OK)
		return st;
	id = cao_col_int(q, 0);
	cao_db_done(q);

	q = cao_db_use(s->db, SQL_PUT_OPENING);
	cao_db_int(q, ":order", id);
	cao_db_text(q, ":number", number);
	cao_db_text(q, ":request", request);
	cao_db_int(q, ":at", env->now);
	st = cao_store_put(s, env, q, CAO_K_OPENING, id, NULL, err);
	if (st == CAO_OK) {
		*ret_id = id;
		memcpy(ret_number, number, sizeof number);
	}
	return st;
}

/* NULL where it is empty. */
static void
put_octets(struct cao_query *q, const char *name, const struct cao_buf *octets)
{
	if (octets->len > 0)
		cao_db_blob(q, name, octets->data, octets->len);
}

enum cao_status
cao_store_put_application(struct cao_store *s, const struct cao_env *env,
    int64_t order, const struct cao_put_application *a, struct cao_error *err)
{
	struct cao_query *q = cao_db_use(s->db, SQL_PUT_APPLICATION);
	unsigned char digest[CAO_DIGEST_SIZE];

	cao_sha256(a->content, strlen(a->content), digest);
	cao_db_int(q, ":order", order);
	cao_db_text(q, ":content", a->content);
	cao_db_blob(q, ":digest", digest, sizeof digest);
	put_octets(q, ":csr", a->csr);
	if (a->csr->len > 0)
		cao_db_blob(q, ":key", a->key, CAO_DIGEST_SIZE);
	cao_db_int(q, ":service", a->service);
	cao_db_int(q, ":fee", a->fee);
	cao_db_text(q, ":required", a->required);
	cao_db_text(q, ":fees", a->fees);
	put_octets(q, ":sealed_pin", a->sealed_pin);
	put_octets(q, ":holder", a->holder);
	if (a->paper != CAO_PAPER_UNNEEDED)
		cao_db_int(q, ":paper", (int64_t)a->paper);
	if (a->company != 0)
		cao_db_int(q, ":company", a->company);
	cao_db_int(q, ":at", env->now);
	return cao_store_put(s, env, q, CAO_K_APPLICATION, order, NULL, err);
}

enum cao_status
cao_store_put_document(struct cao_store *s, const struct cao_env *env,
    int64_t order, const struct cao_document *d, bool emptied,
    struct cao_error *err)
{
	struct cao_query *q = cao_db_use(s->db, SQL_PUT_DOCUMENT);

	cao_db_int(q, ":order", order);
	cao_db_text(q, ":slot", d->slot);
	cao_db_int(q, ":part", d->part);
	if (!emptied)
		cao_db_blob(q, ":object", d->object, sizeof d->object);
	cao_db_text(q, ":type", d->type);
	cao_db_int(q, ":size", d->size);
	cao_db_int(q, ":pages", d->pages);
	cao_db_int(q, ":printed", d->printed);
	cao_db_int(q, ":at", env->now);
	return cao_store_put(s, env, q, CAO_K_DOCUMENT, order, NULL, err);
}

enum cao_status
cao_store_put_transfer(struct cao_store *s, const struct cao_env *env,
    int64_t order, const char *account, const char *name, int64_t fen,
    int64_t day, int64_t *ret_id, struct cao_error *err)
{
	struct cao_query *q = cao_db_use(s->db, SQL_PUT_TRANSFER);

	cao_db_int(q, ":order", order);
	cao_db_text(q, ":account", account);
	cao_db_text(q, ":name", name);
	cao_db_int(q, ":fen", fen);
	cao_db_int(q, ":day", day);
	cao_db_int(q, ":at", env->now);
	return cao_store_put(s, env, q, CAO_K_TRANSFER, order, ret_id, err);
}

enum cao_status
cao_store_put_evidence(struct cao_store *s, const struct cao_env *env,
    const char *operator_name, const char *text, const void *signature,
    size_t signature_len, int64_t *ret_id, struct cao_error *err)
{
	struct cao_query *q = cao_db_use(s->db, SQL_PUT_EVIDENCE);

	cao_db_text(q, ":operator", operator_name);
	cao_db_text(q, ":text", text);
	cao_db_blob(q, ":signature", signature, signature_len);
	cao_db_int(q, ":at", env->now);
	return cao_store_put(s, env, q, CAO_K_EVIDENCE, 0, ret_id, err);
}

enum cao_status
cao_store_put_decision(struct cao_store *s, const struct cao_env *env,
    int64_t order, enum cao_decision kind,
    const unsigned char dossier[CAO_DIGEST_SIZE], const char *operator_name,
    const char *reason, int64_t evidence, struct cao_error *err)
{
	struct cao_query *q = cao_db_use(s->db, SQL_PUT_DECISION);

	cao_db_int(q, ":order", order);
	cao_db_text(q, ":kind", cao_decision_words[kind]);
	cao_db_blob(q, ":dossier", dossier, CAO_DIGEST_SIZE);
	cao_db_text(q, ":operator", operator_name);
	cao_db_text(q, ":reason", reason);
	cao_db_int(q, ":evidence", evidence);
	cao_db_int(q, ":at", env->now);
	return cao_store_put(s, env, q, CAO_K_DECISION, order, NULL, err);
}

enum cao_status
cao_store_put_note(struct cao_store *s, const struct cao_env *env,
    const char *kind, int64_t order, const char *text, struct cao_error *err)
{
	struct cao_query *q = cao_db_use(s->db, SQL_PUT_NOTE);

	cao_db_text(q, ":kind", kind);
	if (order != 0)
		cao_db_int(q, ":order", order);
	cao_db_text(q, ":text", text);
	cao_db_int(q, ":at", env->now);
	return cao_store_put(s, env, q, CAO_K_NOTE, order, NULL, err);
}

enum cao_status
cao_store_put_service(struct cao_store *s, const struct cao_env *env,
    const char *name, const char *text, size_t len, bool *ret_changed,
    struct cao_error *err)
{
	unsigned char digest[CAO_DIGEST_SIZE];
	struct cao_query *q;
	enum cao_status st;
	bool row;

	cao_sha256(text, len, digest);
	q = cao_db_use(s->db, SQL_SERVICE_BY_DIGEST);
	cao_db_blob(q, ":digest", digest, sizeof digest);
	if ((st = cao_db_step(q, &row, err)) != CAO_OK)
		return st;
	cao_db_done(q);
	*ret_changed = !row;
	if (row)
		return CAO_OK;
	q = cao_db_use(s->db, SQL_PUT_SERVICE);
	cao_db_text(q, ":name", name);
	cao_db_blob(q, ":digest", digest, sizeof digest);
	cao_db_text_n(q, ":text", text, len);
	cao_db_int(q, ":at", env->now);
	return cao_store_put(s, env, q, CAO_K_SERVICE, 0, NULL, err);
}

enum cao_status
cao_store_set_dossier(
    struct cao_store *s, const char *number, struct cao_error *err)
{
	unsigned char dossier[CAO_DIGEST_SIZE];
	struct cao_order o;
	struct cao_query *q;
	enum cao_status st;

	st = cao_store_load(s, number, CAO_LOAD_DOSSIER, &o, err);
	if (st != CAO_OK)
		return st;
	if ((st = cao_dossier_digest(&o, dossier, err)) == CAO_OK) {
		q = cao_db_use(s->db, SQL_SET_DOSSIER);
		cao_db_int(q, ":order", o.id);
		cao_db_blob(q, ":dossier", dossier, sizeof dossier);
		st = cao_db_run(q, err);
	}
	cao_order_free(&o);
	return st;
}
