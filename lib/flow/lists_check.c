/* The revocation lists of one CA: the files held to the store. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "flow/flow.h"
#include "flow/lists.h"

static bool
is_pem(const struct cao_lists_file *l)
{
	size_t len = strlen(l->name);

	return len > 4 && strcmp(l->name + len - 4, ".pem") == 0;
}

enum cao_status
cao_lists_read(
    struct cao_store *s, struct cao_lists_file *l, struct cao_error *err)
{
	struct cao_buf below = { 0 }, file = { 0 };
	enum cao_status st;

	cao_buf_printf(&below, CAO_LISTS_DIR "/%s", l->name);
	if (!cao_buf_ok(&below)) {
		st = cao_fail_memory(err);
		goto out;
	}
	st = cao_store_file(
	    s, cao_buf_text(&below), 2 * (size_t)CAO_CRL_MAX, &file, err);
	if (st == CAO_OK && is_pem(l)) {
		st = cao_pem_get(cao_buf_text(&below), cao_buf_text(&file),
		    file.len, "X509 CRL", &l->der, NULL, err);
	} else if (st == CAO_OK) {
		cao_buf_free(&l->der);
		l->der = file, file = (struct cao_buf){ 0 };
	}
	if (st == CAO_OK)
		st = cao_crl_read(l->der.data, l->der.len, &l->crl, err);
out:
	cao_buf_free(&below);
	cao_buf_free(&file);
	return st;
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
	    "it is not of the addresses that the services name by now");
}

/* All but the entries. */
static enum cao_status
check_list(struct cao_store *s, const struct cao_lists *ls,
    struct cao_lists_file *l, const struct cao_cert *ca,
    const struct cao_key *key, struct cao_error *err)
{
	struct cao_list_number n;
	enum cao_status st;

	if ((st = cao_lists_read(s, l, err)) != CAO_OK ||
	    (st = cao_crl_verify(&l->crl, ca, key, err)) != CAO_OK ||
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
	return CAO_OK;
}

/* The lists of one number, whose entries are gone through together. */
struct check {
	struct cao_lists *lists;
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
	if (l->status != CAO_OK || l->crl.number != c->number)
		return CAO_OK;
	if (cao_crl_next(&rest, &e) && matches(&e, r, usage))
		l->rest = rest;
	else if (!cao_lists_past(r, l->crl.this_update))
		l->status = cao_fail(&l->error, CAO_INTEGRITY,
		    "it does not say what became of the certificates of "
		    "order %s",
		    r->number);
	return CAO_OK;
}

/* The entries of all lists that have the number of this one. */
static enum cao_status
check_entries(struct cao_store *s, struct cao_lists *ls, uint64_t number,
    struct cao_error *err)
{
	struct check c = { ls, number };
	struct cao_list_number n;
	enum cao_status st;

	if ((st = cao_lists_number(s, ls->ca, number, &n, err)) != CAO_OK ||
	    (st = cao_lists_walk(s, ls, n.bound, visit, &c, err)) != CAO_OK)
		return st;
	for (size_t i = 0; i < ls->count; i++) {
		struct cao_lists_file *l = &ls->list[i];

		if (l->status == CAO_OK && l->crl.number == number &&
		    l->rest.len != 0)
			l->status = cao_fail(&l->error, CAO_INTEGRITY,
			    "it has an entry that the store does not know");
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

enum cao_status
cao_lists_check(struct cao_store *s, struct cao_lists *ls,
    const struct cao_cert *ca, const struct cao_key *key, struct cao_error *err)
{
	enum cao_status st = CAO_OK;

	for (size_t i = 0; i < ls->count; i++) {
		struct cao_lists_file *l = &ls->list[i];

		l->status = check_list(s, ls, l, ca, key, &l->error);
		if (l->status == CAO_OK)
			l->status = check_points(l, &l->error);
		if (l->status == CAO_INPUT)
			l->status = l->error.status = CAO_INTEGRITY;
		if (cao_flow_fatal(l->status)) {
			*err = l->error;
			return l->status;
		}
	}
	for (size_t i = 0; st == CAO_OK && i < ls->count; i++)
		if (ls->list[i].status == CAO_OK &&
		    !seen(ls, i, ls->list[i].crl.number))
			st = check_entries(s, ls, ls->list[i].crl.number, err);
	return st;
}
