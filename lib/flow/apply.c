/*
 * Applying: load the orders that are there already, make and stage the keys
 * of those that are not, record, and give each key its order's number.  Two
 * transactions with the slow work between; the second looks again, so that an
 * application that came twice at once becomes one order.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "flow/apply.h"
#include "flow/company.h"
#include "flow/setup.h"

struct run {
	struct cao_store *store;
	const struct cao_env *env;
	const struct cao_apply *how;
	struct cao_intake *list;
	size_t count;
	int lock;     /* of the keystore, while keys wait in it; -1: none */
	bool claimed; /* folders of it have new names */
};

/* Give the key of an order that is on disk its number: one of this run, or
 * one that may wait still. */
static enum cao_status
claim(struct run *r, struct cao_intake *i, struct cao_error *err)
{
	const struct cao_container *c = r->how->keystore;
	const char *waiting = i->staged ? i->waiting : i->ordered;
	enum cao_status st = CAO_OK;

	if (r->env->dry_run || c == NULL ||
	    (!i->staged && !cao_container_waits(c, waiting, i->key_digest)))
		return CAO_OK;
	st = cao_container_claim(c, waiting, i->key_digest, i->number, err);
	r->claimed = r->claimed || st == CAO_OK;
	return st;
}

/* Find the order that is there.  The folder of its key is named before its
 * application becomes another, by which it could not be found. */
static enum cao_status
find(struct run *r, struct cao_intake *i, struct cao_error *err)
{
	enum cao_status st;

	st = cao_intake_find(r->store, r->env, i, r->how->amend, err);
	if (st == CAO_OK &&
	    (i->kind == CAO_INTAKE_SAME || i->kind == CAO_INTAKE_AMEND))
		st = cao_intake_settle(i, claim(r, i, err), err);
	return st;
}

/* A snapshot tells which applications are there, so that no key is made for
 * them. */
static enum cao_status
look(struct run *r, struct cao_error *err)
{
	struct cao_error own;
	enum cao_status st;

	st = cao_db_begin_read(r->store->db, __func__, err);
	for (size_t n = 0; st == CAO_OK && n < r->count; n++) {
		struct cao_intake *i = &r->list[n];

		st = cao_intake_check(r->store, i, err);
		if (st == CAO_OK && i->kind == CAO_INTAKE_NEW)
			st = find(r, i, err);
		if (st == CAO_OK && cao_intake_needs_key(i))
			st = cao_intake_settle(i,
			    cao_intake_keystore(r->how->keystore, &own), &own);
	}
	cao_db_rollback(r->store->db);
	return st;
}

static enum cao_status
seal(struct run *r, struct cao_error *err)
{
	struct cao_buf recovery = { 0 };
	enum cao_status st = CAO_OK;

	for (size_t n = 0; st == CAO_OK && n < r->count; n++) {
		struct cao_intake *i = &r->list[n];

		if (!cao_intake_needs_seal(i))
			continue;
		if (recovery.len == 0)
			st = cao_setup_ca_cert(
			    r->store, "recovery", &recovery, err);
		if (st == CAO_OK)
			st = cao_intake_seal(
			    i, r->how->keystore, &recovery, err);
		st = cao_intake_settle(i, st, err);
	}
	cao_buf_free(&recovery);
	return st;
}

/* A dry run makes no key: something stands for it. */
static enum cao_status
pretend(struct cao_intake *i, struct cao_error *err)
{
	cao_buf_puts(&i->csr, "-");
	if (!cao_buf_ok(&i->csr))
		return cao_fail_memory(err);
	return cao_random(i->key_digest, sizeof i->key_digest, err);
}

/* An application that comes twice in a batch is one order, with one key. */
static void
find_twin(struct run *r, size_t n)
{
	struct cao_intake *i = &r->list[n];

	for (size_t m = 0; m < n && cao_intake_needs_key(i); m++)
		if (cao_intake_needs_key(&r->list[m]) &&
		    strcmp(r->list[m].waiting, i->waiting) == 0)
			i->twin = &r->list[m];
}

/* Find or make keys, and have them on disk. */
static enum cao_status
stage_keys(struct run *r, struct cao_error *err)
{
	const struct cao_container *c = r->how->keystore;
	bool staged = false, needed = false;
	enum cao_status st = CAO_OK;

	for (size_t n = 0; n < r->count; n++) {
		find_twin(r, n);
		needed = needed || cao_intake_needs_key(&r->list[n]);
	}
	if (!needed)
		return CAO_OK;
	if ((st = cao_container_lock(c, &r->lock, err)) != CAO_OK)
		return st;
	cao_intake_make_keys(r->list, r->count, c);
	for (size_t n = 0; st == CAO_OK && n < r->count; n++) {
		struct cao_intake *i = &r->list[n];

		if (i->twin != NULL)
			i->error = i->twin->error;
		if ((st = i->error.status) != CAO_OK)
			*err = i->error;
		st = cao_intake_settle(i, st, err);
		staged = staged || i->staged;
	}
	return st == CAO_OK && staged ? cao_container_sync(c, err) : st;
}

static enum cao_status
make_keys(struct run *r, struct cao_error *err)
{
	enum cao_status st = CAO_OK;

	if (!r->env->dry_run)
		return stage_keys(r, err);
	for (size_t n = 0; st == CAO_OK && n < r->count; n++)
		if (cao_intake_needs_key(&r->list[n]))
			st = pretend(&r->list[n], err);
	return st;
}

/* Have the holder sign what is to be signed, over the request too.  In a dry
 * run that shows whether it could be. */
static enum cao_status
sign_all(struct run *r, struct cao_error *err)
{
	enum cao_status st = CAO_OK;

	for (size_t n = 0; st == CAO_OK && n < r->count; n++)
		if (cao_intake_needs_signature(&r->list[n]))
			st = cao_intake_settle(&r->list[n],
			    cao_intake_sign(&r->list[n], r->how->keystore, err),
			    err);
	return st;
}

/* Throw away the key of one that became no order: one that was found may be
 * of an order elsewhere. */
static void
drop(struct run *r, struct cao_intake *i)
{
	if (i->made)
		cao_container_drop(r->how->keystore, i->waiting);
	i->made = i->staged = false;
}

static enum cao_status
put(struct run *r, struct cao_intake *i, struct cao_error *err)
{
	struct cao_put_application a = {
		.content = cao_buf_text(&i->content),
		.csr = &i->csr,
		.key = i->key_digest,
		.service = i->service,
		.fee = i->fee,
		.paper = i->paper,
		.required = cao_buf_text(&i->required),
		.fees = cao_buf_text(&i->fees),
		.sealed_pin = &i->sealed_pin,
		.holder = &i->holder,
	};
	enum cao_status st = CAO_OK;

	if (i->kind == CAO_INTAKE_AMEND)
		st = cao_company_shift(r->store, i->order,
		    i->draft->application.organisation.name, &a.company, err);
	if (st == CAO_OK)
		st = cao_store_put_application(
		    r->store, r->env, i->order, &a, err);
	if (st == CAO_OK)
		st = cao_store_set_dossier(r->store, i->number, err);
	return st;
}

/* The order that was there is gone, and its key was not made. */
static bool
lacks_key(const struct cao_intake *i)
{
	return i->kind == CAO_INTAKE_NEW && i->csr.len == 0 &&
	    i->business->product == CAO_MAKES_PAIR;
}

static enum cao_status
record(struct run *r, struct cao_intake *i, struct cao_error *err)
{
	enum cao_status st;

	st = cao_intake_find(r->store, r->env, i, r->how->amend, err);
	if (st != CAO_OK)
		return st;
	if (cao_intake_needs_seal(i) || lacks_key(i) ||
	    cao_intake_needs_signature(i)) {
		(void)cao_fail(
		    err, CAO_AGAIN, "the order changed meanwhile; do it again");
		cao_intake_refuse(i, err);
		return CAO_OK;
	}
	if (i->kind == CAO_INTAKE_NEW) {
		/* That the day's numbers are used up is found before anything
		 * is put. */
		st = cao_store_put_order(r->store, r->env,
		    i->draft->application.request, &i->order, i->number, err);
		if (st == CAO_DENIED)
			return cao_intake_settle(i, st, err);
		return st == CAO_OK ? put(r, i, err) : st;
	}
	return i->kind == CAO_INTAKE_AMEND ? put(r, i, err) : CAO_OK;
}

/* Up to the commit nothing is an order; from it on keys are kept. */
static enum cao_status
record_all(struct run *r, bool *ret_tried, struct cao_error *err)
{
	enum cao_status st = cao_db_begin(r->store->db, __func__, err);

	for (size_t n = 0; st == CAO_OK && n < r->count; n++) {
		struct cao_intake *i = &r->list[n];

		if (i->kind != CAO_INTAKE_REFUSED)
			st = record(r, i, err);
		if (i->kind != CAO_INTAKE_NEW)
			drop(r, i);
	}
	*ret_tried = st == CAO_OK;
	if (st == CAO_OK)
		st = cao_flow_commit(r->store, r->env, err);
	cao_db_rollback(r->store->db);
	return st;
}

/* Say what became of it, and give its key its number. */
static void
finish(struct run *r, struct cao_intake *i)
{
	struct cao_error err;

	if (i->kind == CAO_INTAKE_REFUSED)
		return;
	i->result->changed = i->kind != CAO_INTAKE_SAME;
	/* What a dry run would make has no number. */
	if (i->kind != CAO_INTAKE_NEW || !r->env->dry_run)
		memcpy(i->result->number, i->number, sizeof i->number);
	if (claim(r, i, &err) != CAO_OK)
		cao_result_fail(i->result, &err);
}

/* The orders stand: say so. */
static enum cao_status
finish_all(struct run *r, struct cao_error *err)
{
	for (size_t n = 0; n < r->count; n++)
		finish(r, &r->list[n]);
	return r->claimed ? cao_container_sync(r->how->keystore, err) : CAO_OK;
}

enum cao_status
cao_apply(struct cao_store *s, const struct cao_env *env,
    const struct cao_apply *how, struct cao_application *const *apps,
    size_t count, struct cao_result *results, struct cao_error *err)
{
	struct run r = { s, env, how, calloc(count + 1, sizeof *r.list), count,
		.lock = -1 };
	enum cao_status st;
	bool tried = false;

	if (r.list == NULL)
		return cao_fail_memory(err);
	for (size_t n = 0; n < count; n++) {
		r.list[n].draft = cao_draft_of(apps[n]);
		r.list[n].result = &results[n];
		r.list[n].sign = how->sign;
	}
	if ((st = look(&r, err)) == CAO_OK && (st = seal(&r, err)) == CAO_OK &&
	    (st = make_keys(&r, err)) == CAO_OK &&
	    (st = sign_all(&r, err)) == CAO_OK)
		st = record_all(&r, &tried, err);
	if (st == CAO_OK)
		st = finish_all(&r, err);
	for (size_t n = 0; n < count; n++) {
		if (st != CAO_OK && !tried)
			drop(&r, &r.list[n]);
		cao_intake_free(&r.list[n]);
	}
	if (r.lock != -1)
		(void)close(r.lock);
	free(r.list);
	return st;
}

/* Whether it is meant to replace another application is not known here. */
static void
note_amend(struct cao_intake *i)
{
	struct cao_error note;

	(void)cao_fail(&note, CAO_OK,
	    "request %s is of order %s, whose application is another; only "
	    "--amend replaces it",
	    i->draft->application.request, i->number);
	(void)cao_error_place(&note, NULL, 0, 0, "request");
	cao_result_fail(i->result, &note);
}

enum cao_status
cao_apply_check(struct cao_store *s, const struct cao_env *env,
    const struct cao_application *app, struct cao_result *result)
{
	struct cao_intake i = { .draft = cao_draft_of(app), .result = result };
	struct cao_error err;
	enum cao_status st;

	st = cao_db_begin_read(s->db, __func__, &err);
	if (st == CAO_OK)
		st = cao_intake_check(s, &i, &err);
	if (st == CAO_OK && i.kind == CAO_INTAKE_NEW)
		st = cao_intake_find(s, env, &i, true, &err);
	if (st != CAO_OK)
		cao_result_fail(result, &err);
	else if (i.kind == CAO_INTAKE_AMEND)
		note_amend(&i);
	cao_db_rollback(s->db);
	cao_intake_free(&i);
	return cao_result_status(result);
}
