/* The revocation lists of one CA: the files held to the store. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "flow/flow.h"
#include "flow/lists.h"

/* What is wrong with a file begins with its name. */
static enum cao_status
name_fault(const char *name, enum cao_status st, struct cao_error *err)
{
	return st == CAO_OK || cao_flow_fatal(st)
	    ? st
	    : cao_error_prefix(err, "%s/%s", CAO_LISTS_DIR, name);
}

static enum cao_status
read_file(struct cao_store *s, const char *name, size_t max,
    struct cao_buf *ret, struct cao_error *err)
{
	struct cao_buf below = { 0 };
	enum cao_status st;

	cao_buf_printf(&below, CAO_LISTS_DIR "/%s", name);
	st = cao_buf_ok(&below)
	    ? cao_store_file(s, cao_buf_text(&below), max, ret, err)
	    : cao_fail_memory(err);
	cao_buf_free(&below);
	return st;
}

enum cao_status
cao_lists_read(
    struct cao_store *s, struct cao_lists_file *l, struct cao_error *err)
{
	enum cao_status st;

	cao_buf_free(&l->der);
	st = read_file(s, l->name, CAO_CRL_MAX, &l->der, err);
	return st != CAO_OK
	    ? st
	    : name_fault(l->name,
		  cao_crl_read(l->der.data, l->der.len, &l->crl, err), err);
}

/* Does it speak for the addresses that it is for, and no more? */
static enum cao_status
check_points(const struct cao_lists_file *l, struct cao_error *err)
{
	bool good = (l->crl.points.len == 0) == (l->count == 0);

	for (size_t i = 0; good && i < l->count; i++)
		good = cao_crl_covers(&l->crl, l->address[i]);
	if (good)
		return CAO_OK;
	return cao_fail(err, CAO_NOTREADY,
	    "was made for other addresses than the services name by now; "
	    "ca-issue --crl makes the next one");
}

/* What a list says of itself. */
static enum cao_status
check_head(struct cao_store *s, const struct cao_lists *ls,
    struct cao_lists_file *l, const struct cao_cert *ca,
    const struct cao_key *key, struct cao_error *err)
{
	struct cao_list_number n;
	enum cao_status st;

	if ((st = cao_crl_verify(&l->crl, ca, key, err)) != CAO_OK ||
	    (st = cao_lists_number(s, ls->ca, l->crl.number, &n, err)))
		return st;
	if (n.id == 0)
		return cao_fail(err, CAO_INTEGRITY,
		    "its number %llu was never recorded",
		    (unsigned long long)l->crl.number);
	if (l->crl.this_update != n.this_update ||
	    l->crl.next_update != n.next_update)
		return cao_fail(err, CAO_INTEGRITY,
		    "its dates are not those recorded of number %lld",
		    (long long)n.number);
	l->rest = l->crl.entries;
	return check_points(l, err);
}

/* All but the entries. */
static enum cao_status
check_list(struct cao_store *s, const struct cao_lists *ls,
    struct cao_lists_file *l, const struct cao_cert *ca,
    const struct cao_key *key, struct cao_error *err)
{
	enum cao_status st = cao_lists_read(s, l, err);

	return st != CAO_OK
	    ? st
	    : name_fault(l->name, check_head(s, ls, l, ca, key, err), err);
}

/* Is it the complete list?  A crash between the two leaves a copy that is
 * ahead, and it is the CA's then. */
static enum cao_status
hold_copy(const struct cao_lists *ls, const struct cao_buf *der,
    const struct cao_cert *ca, const struct cao_key *key, struct cao_error *err)
{
	const struct cao_lists_file *l = &ls->list[CAO_LIST_COMPLETE];
	struct cao_crl crl;
	enum cao_status st;

	if (l->der.len == der->len &&
	    memcmp(l->der.data, der->data, der->len) == 0)
		return CAO_OK;
	if ((st = cao_crl_read(der->data, der->len, &crl, err)) != CAO_OK ||
	    (st = cao_crl_verify(&crl, ca, key, err)) != CAO_OK)
		return st;
	return cao_fail(err, CAO_NOTREADY,
	    "is not the same list as %s; ca-issue --crl makes both", l->name);
}

static enum cao_status
check_copy(struct cao_store *s, const struct cao_lists *ls,
    const struct cao_cert *ca, const struct cao_key *key, struct cao_error *err)
{
	const char *name = ls->pem.name;
	char path[sizeof CAO_LISTS_DIR "/" + sizeof ls->pem.name];
	struct cao_buf text = { 0 }, der = { 0 };
	enum cao_status st;

	(void)snprintf(path, sizeof path, CAO_LISTS_DIR "/%s", name);
	st = read_file(s, name, 2 * (size_t)CAO_CRL_MAX, &text, err);
	if (st == CAO_OK)
		st = cao_pem_get(path, cao_buf_text(&text), text.len,
		    "X509 CRL", &der, NULL, err);
	if (st == CAO_OK)
		st = name_fault(name, hold_copy(ls, &der, ca, key, err), err);
	cao_buf_free(&text);
	cao_buf_free(&der);
	return st;
}

/* The lists of one number, whose entries are gone through together. */
struct check {
	struct cao_lists *lists;
	size_t count; /* of them, that are looked at */
	uint64_t number;
};

static bool
matches(const struct cao_crl_entry *e, const struct cao_revocation *r,
    enum cao_usage usage)
{
	return e->serial.len == CAO_SERIAL_SIZE &&
	    memcmp(e->serial.data, r->serial[usage], CAO_SERIAL_SIZE) == 0 &&
	    e->since == r->since && e->reason == r->reason;
}

static enum cao_status
visit(void *arg, size_t list, const struct cao_revocation *r,
    enum cao_usage usage, struct cao_error *err)
{
	const struct check *c = arg;
	struct cao_lists_file *l = &c->lists->list[list];
	struct cao_octets rest = l->rest;
	struct cao_crl_entry e;

	(void)err;
	if (list >= c->count || l->status != CAO_OK ||
	    l->crl.number != c->number)
		return CAO_OK;
	if (cao_crl_next(&rest, &e) && matches(&e, r, usage))
		l->rest = rest;
	else if (!cao_lists_past(r, l->crl.this_update))
		l->status = name_fault(l->name,
		    cao_fail(&l->error, CAO_INTEGRITY,
			"it does not say what became of the certificates of "
			"order %s",
			r->number),
		    &l->error);
	return CAO_OK;
}

/* The entries of the lists that have that number. */
static enum cao_status
check_entries(struct cao_store *s, struct cao_lists *ls, size_t count,
    uint64_t number, struct cao_error *err)
{
	struct check c = { ls, count, number };
	struct cao_list_number n;
	enum cao_status st;

	if ((st = cao_lists_number(s, ls->ca, number, &n, err)) != CAO_OK ||
	    (st = cao_lists_walk(s, ls, n.bound, visit, &c, err)) != CAO_OK)
		return st;
	for (size_t i = 0; i < count; i++) {
		struct cao_lists_file *l = &ls->list[i];

		if (l->status == CAO_OK && l->crl.number == number &&
		    l->rest.len != 0)
			l->status = name_fault(l->name,
			    cao_fail(&l->error, CAO_INTEGRITY,
				"it has an entry that the store does not know"),
			    &l->error);
	}
	return CAO_OK;
}

/* Was a list of that number before this one? */
static bool
seen(const struct cao_lists *ls, size_t before, uint64_t number)
{
	for (size_t i = 0; i < before; i++)
		if (ls->list[i].status == CAO_OK &&
		    ls->list[i].crl.number == number)
			return true;
	return false;
}

/* What a check of a file came to. */
static enum cao_status
settle(enum cao_status st, enum cao_status *ret, struct cao_error *from,
    struct cao_error *err)
{
	if (st == CAO_INPUT)
		st = from->status = CAO_INTEGRITY;
	*ret = st;
	if (!cao_flow_fatal(st))
		return CAO_OK;
	*err = *from;
	return st;
}

/* The first count of them. */
static enum cao_status
check_lists(struct cao_store *s, struct cao_lists *ls, size_t count,
    const struct cao_cert *ca, const struct cao_key *key, struct cao_error *err)
{
	enum cao_status st = CAO_OK;

	for (size_t i = 0; st == CAO_OK && i < count; i++) {
		struct cao_lists_file *l = &ls->list[i];

		st = settle(check_list(s, ls, l, ca, key, &l->error),
		    &l->status, &l->error, err);
	}
	for (size_t i = 0; st == CAO_OK && i < count; i++)
		if (ls->list[i].status == CAO_OK &&
		    !seen(ls, i, ls->list[i].crl.number))
			st = check_entries(
			    s, ls, count, ls->list[i].crl.number, err);
	return st;
}

enum cao_status
cao_lists_check(struct cao_store *s, struct cao_lists *ls,
    const struct cao_cert *ca, const struct cao_key *key, struct cao_error *err)
{
	struct cao_lists_copy *c = &ls->pem;
	enum cao_status st = check_lists(s, ls, ls->count, ca, key, err);

	return st != CAO_OK ? st
			    : settle(check_copy(s, ls, ca, key, &c->error),
				  &c->status, &c->error, err);
}

enum cao_status
cao_lists_check_complete(struct cao_store *s, struct cao_lists *ls,
    const struct cao_cert *ca, const struct cao_key *key, struct cao_error *err)
{
	return check_lists(s, ls, CAO_LIST_SHARDS, ca, key, err);
}
