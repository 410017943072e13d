/*
 * Unlocking: the one-time code opens the backup PIN, the backup PIN opens the
 * keys, the keys go under a new PIN, the new PIN is sealed for the next time.
 *
 * A crash leaves the keys under the one or under the other PIN.  Where they
 * are under the new one already, only the facts are wanting, and who holds
 * the keys needs no code to put them.
 */
#include "flow/backup_pin.h"
#include "flow/install.h"
#include "pki/code.h"

struct unlock {
	struct cao_install in; /* of the unlock order */
	struct cao_order subject;
	char folder[CAO_CONTAINER_NAME_SIZE]; /* of the subject's keys */
	const struct cao_secret *code;
	struct cao_container *to; /* with the new PIN */
	struct cao_key *sign;     /* NULL: not under the new PIN yet */
};

static void
free_unlock(struct unlock *u)
{
	cao_key_free(u->sign);
	cao_container_close(u->to);
	cao_buf_free(&u->in.receipt);
	cao_buf_free(&u->in.signature);
	cao_order_free(&u->in.order);
	cao_order_free(&u->subject);
}

static enum cao_status
load(struct unlock *u, bool *ret_done, struct cao_error *err)
{
	struct cao_order *o = &u->in.order;
	struct cao_store *s = u->in.store;
	enum cao_status st;

	st = cao_store_load(s, u->in.result->number,
	    CAO_LOAD_APPLICATION | CAO_LOAD_FULFILMENT, o, err);
	if (st != CAO_OK)
		return st;
	cao_result_name(u->in.result, o);
	if (o->business->product != CAO_MAKES_PIN)
		return cao_fail(err, CAO_INPUT,
		    "its business is \"%s\": --unlock is for orders that "
		    "unlock",
		    o->business->name);
	st = cao_step_check(CAO_STEP_INSTALL, o->facts, ret_done, err);
	if (st != CAO_OK)
		return st;
	st = cao_store_load(s, o->certificate,
	    CAO_LOAD_APPLICATION | CAO_LOAD_PAIR, &u->subject, err);
	if (st == CAO_OK && (o->fulfilment == NULL || u->subject.pair == NULL))
		st = cao_fail(err, CAO_INTEGRITY,
		    "what the order delivers, or the pair that it is about, "
		    "is missing");
	return st;
}

/* Are the keys there, and are they under the new PIN already? */
static enum cao_status
look(struct unlock *u, struct cao_error *err)
{
	struct cao_error ignored;

	cao_install_folder(u->in.container, &u->subject, u->folder);
	if (!cao_install_has(u->in.container, u->folder, "sign.key"))
		return cao_fail(err, CAO_NOTFOUND,
		    "%s/%s holds no keys of the order that it unlocks",
		    u->in.container->dir, u->folder);
	if (cao_container_get_key(
		u->to, u->folder, "sign.key", &u->sign, &ignored) != CAO_OK)
		u->sign = NULL;
	return CAO_OK;
}

/* May the code be tried? */
static enum cao_status
check(const struct unlock *u, struct cao_error *err)
{
	const struct cao_fulfilment *f = u->in.order.fulfilment;
	int64_t now = u->in.env->now;
	char until[CAO_RFC3339_SIZE];
	enum cao_status st;

	st = cao_business_concerns(u->in.order.business,
	    cao_standing_of(
		u->subject.revoked, u->subject.pair->not_after, now),
	    err);
	if (st == CAO_OK)
		st = cao_install_authorised(&u->in.order, now, err);
	if (st != CAO_OK || now <= f->expires)
		return st;
	cao_time_format(f->expires, until);
	return cao_fail(err, CAO_DENIED,
	    "the one-time code was good until %s: apply for another unlock",
	    until);
}

/* Inside a transaction; *ret_left are left after this one. */
static enum cao_status
put_try(struct unlock *u, int64_t *ret_left, struct cao_error *err)
{
	struct cao_query *q = cao_db_use(u->in.store->db, SQL_ATTEMPT_COUNT);
	enum cao_status st;
	int64_t tries;

	cao_db_int(q, ":order", u->in.order.id);
	if ((st = cao_db_number(q, &tries, err)) != CAO_OK)
		return st;
	if (tries >= CAO_CODE_TRIES)
		return cao_fail(err, CAO_DENIED,
		    "the one-time code was tried %d times: apply for another "
		    "unlock",
		    CAO_CODE_TRIES);
	q = cao_db_use(u->in.store->db, SQL_PUT_ATTEMPT);
	cao_db_int(q, ":order", u->in.order.id);
	cao_db_int(q, ":at", u->in.env->now);
	*ret_left = CAO_CODE_TRIES - tries - 1;
	return cao_store_put(u->in.store, u->in.env, q, CAO_K_ATTEMPT,
	    u->in.order.id, NULL, err);
}

/* The try is on disk before the code is looked at. */
static enum cao_status
spend_try(struct unlock *u, int64_t *ret_left, struct cao_error *err)
{
	struct cao_db *db = u->in.store->db;
	enum cao_status st;

	if ((st = cao_db_begin(db, __func__, err)) == CAO_OK &&
	    (st = put_try(u, ret_left, err)) == CAO_OK)
		st = cao_db_commit(db, err);
	cao_db_rollback(db);
	return st;
}

static enum cao_status
say_wrong(int64_t left, struct cao_error *err)
{
	if (left == 0)
		return cao_fail(err, CAO_INPUT,
		    "the one-time code is wrong, and it was the last try: "
		    "apply for another unlock");
	return cao_fail(err, CAO_INPUT,
	    left == 1 ? N_("the one-time code is wrong, %d try left")
		      : N_("the one-time code is wrong, %d tries left"),
	    (int)left);
}

/* From the PIN that the code opens to the new one. */
static enum cao_status
change(struct unlock *u, const struct cao_secret *pin, struct cao_error *err)
{
	struct cao_container *from = NULL;
	enum cao_status st;

	st = cao_container_open(u->to->dir, pin, &from, err);
	if (st == CAO_OK)
		st = cao_container_change_pin(from, u->to, u->folder, err);
	cao_container_close(from);
	if (st == CAO_INPUT)
		return cao_fail(err, CAO_DENIED,
		    "the backup PIN does not open the keys in %s/%s: their "
		    "PIN was changed without the store",
		    u->to->dir, u->folder);
	return st;
}

static enum cao_status
try_code(struct unlock *u, struct cao_error *err)
{
	const struct cao_order *o = &u->in.order;
	const struct cao_buf *payload = &o->fulfilment->payload;
	struct cao_secret *pin = NULL;
	enum cao_status st;
	int64_t left = 0;

	if ((st = spend_try(u, &left, err)) != CAO_OK)
		return st;
	st = cao_code_open(
	    u->code, o->number, payload->data, payload->len, &pin, err);
	if (st == CAO_INPUT)
		return say_wrong(left, err);
	if (st == CAO_OK)
		st = change(u, pin, err);
	if (st == CAO_OK)
		st = cao_container_get_key(
		    u->to, u->folder, "sign.key", &u->sign, err);
	cao_secret_free(pin);
	return st;
}

/* The new backup PIN and the receipt: both or neither. */
static enum cao_status
record(struct unlock *u, struct cao_error *err)
{
	struct cao_store *s = u->in.store;
	struct cao_order o = { 0 };
	enum cao_status st;
	bool done = false;

	if ((st = cao_db_begin(s->db, __func__, err)) != CAO_OK)
		return st;
	if ((st = cao_store_load(s, u->in.order.number, 0, &o, err)) == CAO_OK)
		st = cao_step_check(CAO_STEP_INSTALL, o.facts, &done, err);
	if (st == CAO_OK && !done) {
		st = cao_backup_pin_put(s, u->in.env, &u->subject,
		    cao_pin_secret(u->to->pin), u->sign, err);
		if (st == CAO_OK)
			st = cao_receipt_put(&u->in, err);
		if (st == CAO_OK)
			st = cao_flow_commit(s, u->in.env, err);
		u->in.result->changed = st == CAO_OK;
	}
	cao_db_rollback(s->db);
	cao_order_free(&o);
	return st;
}

static enum cao_status
finish(struct unlock *u, struct cao_error *err)
{
	const struct cao_buf *der = &u->subject.pair->sign;
	struct cao_cert sign;
	enum cao_status st;

	if ((st = cao_cert_read(der->data, der->len, &sign, err)) != CAO_OK)
		return st;
	if (!cao_cert_has_key(&sign, u->sign))
		return cao_fail(err, CAO_INTEGRITY,
		    "the signing key in the container is not that of order %s",
		    u->subject.number);
	st = cao_receipt_sign(&u->in, u->sign, &sign, NULL, err);
	return st == CAO_OK ? record(u, err) : st;
}

static enum cao_status
unlock(struct unlock *u, struct cao_error *err)
{
	enum cao_status st;
	bool done;

	if ((st = load(u, &done, err)) != CAO_OK || (st = look(u, err)))
		return st;
	if (done && u->sign == NULL)
		return cao_fail(err, CAO_DENIED,
		    "the one-time code was used, and the keys are not under "
		    "this PIN: apply for another unlock");
	if (done || (u->sign == NULL && (st = check(u, err)) != CAO_OK) ||
	    u->in.env->dry_run)
		return st;
	/* Keys that are there already: all of them, and nothing is left over. */
	st = u->sign == NULL
	    ? try_code(u, err)
	    : cao_container_change_pin(u->to, u->to, u->folder, err);
	return st == CAO_OK ? finish(u, err) : st;
}

enum cao_status
cao_install_unlock(struct cao_store *s, const struct cao_env *env,
    struct cao_container *c, const struct cao_secret *code,
    const struct cao_secret *new_pin, struct cao_result *r,
    struct cao_error *err)
{
	struct unlock u = {
		.in = { .store = s, .env = env, .container = c, .result = r }
	};
	struct cao_secret *written = NULL;
	enum cao_status st;

	if ((st = cao_code_read(code, &written, err)) == CAO_OK &&
	    (st = cao_pin_check(new_pin, err)) == CAO_OK &&
	    (st = cao_container_open(c->dir, new_pin, &u.to, err)) == CAO_OK) {
		u.code = written;
		st = unlock(&u, err);
	}
	free_unlock(&u);
	cao_secret_free(written);
	return st;
}
