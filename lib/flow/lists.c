/* The revocation lists of one CA: which there are, and what belongs on
 * them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "flow/lists.h"
#include "order/address.h"
#include "store/store.h"

/* The list of that name, added if there is none. */
static enum cao_status
add_list(
    struct cao_lists *ls, const char *name, size_t *ret, struct cao_error *err)
{
	struct cao_lists_file *l;

	for (size_t i = 0; i < ls->count; i++)
		if (strcmp(ls->list[i].name, name) == 0) {
			*ret = i;
			return CAO_OK;
		}
	if ((l = cao_grow(ls->list, ls->count, sizeof *l)) == NULL)
		return cao_fail_memory(err);
	ls->list = l;
	l += ls->count;
	memset(l, 0, sizeof *l);
	if ((l->name = strdup(name)) == NULL)
		return cao_fail_memory(err);
	*ret = ls->count++;
	return CAO_OK;
}

/* Takes the address, which is the only one of its kind then. */
static enum cao_status
add_point(struct cao_lists *ls, char *address, struct cao_error *err)
{
	struct cao_lists_point *p = NULL;
	enum cao_status st;
	size_t list;

	for (size_t i = 0; i < ls->npoints; i++)
		if (strcmp(ls->points[i].address, address) == 0) {
			free(address);
			return CAO_OK;
		}
	st = add_list(ls, cao_address_name(address), &list, err);
	if (st == CAO_OK &&
	    (p = cao_grow(ls->points, ls->npoints, sizeof *p)) == NULL)
		st = cao_fail_memory(err);
	if (st != CAO_OK) {
		free(address);
		return st;
	}
	ls->points = p;
	p += ls->npoints++;
	p->address = address;
	p->list = list;
	return CAO_OK;
}

static enum cao_status
add_profile(struct cao_lists *ls, const struct cao_profile *profile,
    struct cao_error *err)
{
	unsigned shards = cao_address_shards(profile);
	enum cao_status st = CAO_OK;
	char *address;

	for (unsigned i = 0; st == CAO_OK && i < shards; i++) {
		st = cao_address_shard(profile, ls->ca, i, &address, err);
		if (st == CAO_OK)
			st = add_point(ls, address, err);
	}
	return st;
}

/* The addresses of every version of every service. */
static enum cao_status
add_services(struct cao_store *s, struct cao_lists *ls, struct cao_error *err)
{
	struct cao_query *q = cao_db_use(s->db, SQL_VERIFY_SERVICES);
	unsigned char digest[CAO_DIGEST_SIZE];
	const struct cao_service *service;
	enum cao_status st;
	bool row;

	while ((st = cao_db_step(q, &row, err)) == CAO_OK && row) {
		cao_store_digest(q, 2, digest);
		st = cao_store_service(s, digest, &service, err);
		if (st == CAO_OK)
			st = add_profile(ls, &service->profile, err);
		if (st != CAO_OK)
			break;
	}
	cao_db_done(q);
	return st;
}

static int
compare_points(const void *a, const void *b)
{
	const struct cao_lists_point *x = a, *y = b;

	return strcmp(x->address, y->address);
}

/* Each list gets the addresses that lead to it. */
static enum cao_status
join(struct cao_lists *ls, struct cao_error *err)
{
	if (ls->npoints > 0)
		qsort(ls->points, ls->npoints, sizeof *ls->points,
		    compare_points);
	for (size_t i = 0; i < ls->npoints; i++) {
		struct cao_lists_file *l = &ls->list[ls->points[i].list];
		const char **more =
		    cao_grow(l->address, l->count, sizeof *more);

		if (more == NULL)
			return cao_fail_memory(err);
		l->address = more;
		more[l->count++] = ls->points[i].address;
	}
	return CAO_OK;
}

enum cao_status
cao_lists_name(struct cao_store *s, const char *ca, struct cao_lists *ret,
    struct cao_error *err)
{
	struct cao_lists ls = { .ca = ca };
	enum cao_status st;
	char name[16];
	size_t i;

	(void)snprintf(name, sizeof name, "%s.crl", ca);
	(void)snprintf(ls.pem.name, sizeof ls.pem.name, "%s.pem", ca);
	if ((st = add_list(&ls, name, &i, err)) == CAO_OK &&
	    (st = add_services(s, &ls, err)) == CAO_OK)
		st = join(&ls, err);
	if (st == CAO_OK)
		*ret = ls;
	else
		cao_lists_free(&ls);
	return st;
}

void
cao_lists_free(struct cao_lists *ls)
{
	for (size_t i = 0; i < ls->count; i++) {
		struct cao_lists_file *l = &ls->list[i];

		free(l->name);
		free(l->address);
		cao_crl_free(l->writer);
		cao_buf_free(&l->der);
	}
	for (size_t i = 0; i < ls->npoints; i++)
		free(ls->points[i].address);
	free(ls->list);
	free(ls->points);
	memset(ls, 0, sizeof *ls);
}

static enum cao_status
read_number(struct cao_store *s, struct cao_query *q,
    struct cao_list_number *ret, struct cao_error *err)
{
	struct cao_list_number n = { .id = 0 };
	enum cao_status st;
	bool row;

	if ((st = cao_db_step(q, &row, err)) != CAO_OK)
		return st;
	if (row) {
		n.id = cao_col_int(q, 0);
		n.number = cao_col_int(q, 1);
		n.this_update = cao_col_int(q, 2);
		n.next_update = cao_col_int(q, 3);
		cao_db_done(q);
		q = cao_db_use(s->db, SQL_CRL_BOUND);
		cao_db_int(q, ":id", n.id);
		st = cao_db_number(q, &n.bound, err);
	}
	if (st == CAO_OK)
		*ret = n;
	return st;
}

enum cao_status
cao_lists_last(struct cao_store *s, const char *ca, struct cao_list_number *ret,
    struct cao_error *err)
{
	struct cao_query *q = cao_db_use(s->db, SQL_CRL_LAST);

	cao_db_text(q, ":ca", ca);
	return read_number(s, q, ret, err);
}

enum cao_status
cao_lists_number(struct cao_store *s, const char *ca, uint64_t number,
    struct cao_list_number *ret, struct cao_error *err)
{
	struct cao_query *q = cao_db_use(s->db, SQL_CRL_BY_NUMBER);

	cao_db_text(q, ":ca", ca);
	cao_db_int(q, ":number", number > INT64_MAX ? 0 : (int64_t)number);
	return read_number(s, q, ret, err);
}

bool
cao_lists_past(const struct cao_revocation *r, int64_t this_update)
{
	return r->not_after < this_update && r->at < this_update;
}

/* One certificate, to the complete list and to that of its address. */
static enum cao_status
visit_one(const struct cao_lists *ls, const struct cao_revocation *r,
    enum cao_usage usage, cao_lists_visit *visit, void *arg,
    struct cao_error *err)
{
	struct cao_lists_point key = { .address = r->crl[usage] }, *p = NULL;
	enum cao_status st;

	if ((st = visit(arg, CAO_LIST_COMPLETE, r, usage, err)) != CAO_OK)
		return st;
	if (key.address != NULL && ls->npoints > 0)
		p = bsearch(
		    &key, ls->points, ls->npoints, sizeof key, compare_points);
	return p == NULL ? CAO_OK : visit(arg, p->list, r, usage, err);
}

enum cao_status
cao_lists_walk(struct cao_store *s, const struct cao_lists *ls, int64_t bound,
    cao_lists_visit *visit, void *arg, struct cao_error *err)
{
	struct cao_query *q = cao_db_use(s->db, SQL_CRL_ENTRIES);
	struct cao_revocation r;
	enum cao_status st;
	bool row;

	cao_db_text(q, ":ca", ls->ca);
	cao_db_int(q, ":bound", bound);
	while ((st = cao_db_step(q, &row, err)) == CAO_OK && row) {
		if ((st = cao_revocation_row(q, &r, err)) != CAO_OK)
			break;
		st = visit_one(ls, &r, CAO_SIGN, visit, arg, err);
		if (st == CAO_OK)
			st = visit_one(ls, &r, CAO_ENCRYPT, visit, arg, err);
		cao_revocation_free(&r);
		if (st != CAO_OK)
			break;
	}
	cao_db_done(q);
	return st;
}
