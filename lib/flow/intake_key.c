/* The keys of applications that come without a csr, and their PIN. */
#include "base/pool.h"
#include "flow/apply.h"
#include "pki/envelope.h"

/* Threads: making a key computes, and keeping it waits for the disk. */
#define KEY_JOBS 8

bool
cao_intake_needs_key(const struct cao_intake *i)
{
	return i->kind == CAO_INTAKE_NEW &&
	    i->business->product == CAO_MAKES_PAIR &&
	    i->draft->csr.key == NULL && i->key == NULL && i->twin == NULL;
}

enum cao_status
cao_intake_keystore(const struct cao_container *c, struct cao_error *err)
{
	if (c != NULL && c->pin != NULL)
		return CAO_OK;
	(void)cao_fail(err, CAO_INPUT,
	    "no keystore and PIN to make a key under; give --keystore and "
	    "--pin, or a csr");
	return cao_error_place(err, NULL, 0, 0, "csr");
}

static enum cao_status
make(struct cao_intake *i, const struct cao_container *c, struct cao_error *err)
{
	const struct cao_application *a = &i->draft->application;
	const struct cao_subject subject = cao_draft_subject(a);
	enum cao_algorithm algorithm;
	enum cao_status st;

	if (!cao_algorithm_find(a->algorithm, &algorithm))
		return cao_fail(
		    err, CAO_INPUT, "no algorithm '%s'", a->algorithm);
	if ((st = cao_key_generate(algorithm, &i->key, err)) != CAO_OK)
		return st;
	st = cao_csr_make(i->key, &subject, &i->csr, err);
	if (st == CAO_OK)
		st = cao_container_stage(
		    c, i->waiting, i->key, i->csr.data, i->csr.len, err);
	i->made = st == CAO_OK;
	return st;
}

/* The key that a run which did not end left waiting, or a new one. */
static enum cao_status
find_or_make(
    struct cao_intake *i, const struct cao_container *c, struct cao_error *err)
{
	enum cao_status st;

	st = cao_container_find(c, i->waiting, &i->key, &i->csr, err);
	if (st == CAO_OK && i->key == NULL)
		st = make(i, c, err);
	if (st != CAO_OK)
		return st;
	cao_key_digest(i->key, i->key_digest);
	i->staged = true;
	return CAO_OK;
}

/* Each has a key of its own in a folder of its own; the PIN may be shared. */
struct making {
	struct cao_intake *list;
	const struct cao_container *container;
};

static void
work(void *arg, size_t n)
{
	const struct making *m = arg;
	struct cao_intake *i = &m->list[n];

	if (!cao_intake_needs_key(i) ||
	    find_or_make(i, m->container, &i->error) == CAO_OK)
		i->error.status = CAO_OK;
}

void
cao_intake_make_keys(
    struct cao_intake *list, size_t count, const struct cao_container *c)
{
	struct making m = { list, c };

	cao_pool_run(KEY_JOBS, count, work, &m);
}

bool
cao_intake_needs_seal(const struct cao_intake *i)
{
	return (i->kind == CAO_INTAKE_NEW || i->kind == CAO_INTAKE_AMEND) &&
	    i->draft->csr.key == NULL && i->draft->application.backup_pin &&
	    i->sealed_pin.len == 0;
}

enum cao_status
cao_intake_seal(struct cao_intake *i, const struct cao_container *c,
    const struct cao_buf *recovery, struct cao_error *err)
{
	const struct cao_secret *pin;
	struct cao_key *key = NULL;
	enum cao_status st;

	if ((st = cao_intake_keystore(c, err)) != CAO_OK)
		return st;
	if (i->kind == CAO_INTAKE_AMEND) {
		st = cao_container_get_key(c, i->number, "sign.key", &key, err);
		cao_key_free(key);
		if (st != CAO_OK)
			return st;
	}
	pin = cao_pin_secret(c->pin);
	return cao_recovery_seal(recovery->data, recovery->len,
	    cao_secret_data(pin), cao_secret_len(pin), &i->sealed_pin, err);
}
