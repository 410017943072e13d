/* Declared transfers as they are read, and the orders that they name. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/money.h"
#include "base/time.h"
#include "codec/yaml.h"
#include "flow/flow.h"
#include "flow/transfers.h"

#define DOCUMENTS_MAX 100000

void
cao_transfers_free(struct cao_transfers *t)
{
	if (t == NULL)
		return;
	for (size_t i = 0; i < t->count; i++)
		cao_schema_free(&cao_transfer_schema, &t->list[i]);
	free(t->list);
	free(t->names);
	free(t->taken);
	free(t);
}

/* Those of one name stay in the order of the documents. */
static int
by_name(const void *a, const void *b)
{
	const struct cao_transfer_name *x = a, *y = b;
	int c = strcmp(x->text, y->text);

	return c != 0 ? c : (x->of > y->of) - (x->of < y->of);
}

/* No request has an order number's form, so one list serves both. */
static enum cao_status
sort_names(struct cao_transfers *t, struct cao_error *err)
{
	if ((t->names = calloc(t->count + 1, sizeof *t->names)) == NULL)
		return cao_fail_memory(err);
	for (size_t i = 0; i < t->count; i++) {
		const struct cao_declaration *d = &t->list[i];

		t->names[i].text = d->order != NULL ? d->order : d->request;
		t->names[i].of = d;
	}
	qsort(t->names, t->count, sizeof *t->names, by_name);
	return CAO_OK;
}

size_t
cao_transfers_find(
    const struct cao_transfers *t, const char *text, size_t *ret_first)
{
	size_t low = 0, high = t->count, n = 0;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(t->names[middle].text, text) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	while (low + n < t->count && strcmp(t->names[low + n].text, text) == 0)
		n++;
	*ret_first = low;
	return n;
}

static void
move_faults(const struct cao_faults *from, struct cao_faults *to)
{
	for (size_t i = 0; i < from->count; i++)
		cao_faults_add(to, &from->list[i]);
	to->more |= from->more;
}

/* Keep one document, if it is in order. */
static enum cao_status
keep(struct cao_transfers *t, const struct cao_node *doc, const char *file,
    int64_t today, struct cao_faults *faults, struct cao_error *err)
{
	struct cao_declaration d = { 0 }, *list = t->list;

	cao_schema_fill(&cao_transfer_schema, doc, file, &d, faults);
	cao_transfer_check(&d, doc, file, true, today, faults);
	if (faults->count > 0) {
		cao_schema_free(&cao_transfer_schema, &d);
		return CAO_OK;
	}
	if ((list = cao_grow(list, t->count, sizeof *list)) == NULL) {
		cao_schema_free(&cao_transfer_schema, &d);
		return cao_fail_memory(err);
	}
	t->list = list;
	list[t->count++] = d;
	return CAO_OK;
}

/* The next document; *ret_more false at the end. */
static enum cao_status
read_one(struct cao_yaml *y, struct cao_transfers *t, int64_t today,
    bool *ret_more, struct cao_faults *all, struct cao_error *err)
{
	struct cao_faults faults = { 0 };
	struct cao_node *doc = NULL;
	enum cao_status st;

	st = cao_yaml_next(y, &doc, &faults);
	if (st == CAO_OK && doc != NULL)
		st = keep(t, doc, cao_yaml_name(y), today, &faults, err);
	else if (st != CAO_OK && st != CAO_INPUT && faults.count > 0)
		*err = faults.list[--faults.count];
	*ret_more = doc != NULL || st == CAO_INPUT;
	move_faults(&faults, all);
	cao_faults_free(&faults);
	cao_node_free(doc);
	return st == CAO_INPUT ? CAO_OK : st;
}

enum cao_status
cao_transfers_read(const char *name, int fd, const struct cao_env *env,
    struct cao_transfers **ret, struct cao_faults *faults)
{
	struct cao_transfers *t = calloc(1, sizeof *t);
	struct cao_yaml *y = NULL;
	struct cao_error err = { .status = CAO_OK };
	enum cao_status st;
	bool more = true;

	st = t == NULL ? cao_fail_memory(&err)
		       : cao_yaml_open(name, fd, &y, &err);
	while (st == CAO_OK && more && t->count <= DOCUMENTS_MAX)
		st = read_one(y, t, cao_date_of(env->now), &more, faults, &err);
	if (st == CAO_OK && t->count > DOCUMENTS_MAX)
		st = cao_fail(&err, CAO_INPUT,
		    "%s: more than %d transfers: cut it up", name,
		    DOCUMENTS_MAX);
	if (st == CAO_OK)
		st = sort_names(t, &err);
	if (st == CAO_OK && t->count == 0 && faults->count == 0)
		st = cao_fail(&err, CAO_INPUT, "%s: no transfer in it", name);
	if (st != CAO_OK)
		cao_faults_add(faults, &err);
	else if (t->count == 0)
		st = cao_faults_status(faults);
	if (st == CAO_OK) {
		*ret = t;
		t = NULL;
	}
	cao_yaml_close(y);
	cao_transfers_free(t);
	return st;
}

/* Fill in a field by its key, as a document would. */
static enum cao_status
set(struct cao_declaration *d, const char *key, const char *text,
    struct cao_error *err)
{
	const struct cao_schema *s = &cao_transfer_schema;
	size_t i = 0;

	while (strcmp(s->fields[i].key, key) != 0)
		i++;
	return cao_schema_set(&s->fields[i], text, d, err);
}

enum cao_status
cao_transfers_one(const char *payer_account, const char *payer_name,
    const char *amount, const char *date, const struct cao_env *env,
    struct cao_transfers **ret, struct cao_error *err)
{
	struct cao_transfers *t = calloc(1, sizeof *t);
	struct cao_faults faults = { 0 };
	struct cao_declaration *d;
	enum cao_status st;

	if (t == NULL || (t->list = d = calloc(1, sizeof *d)) == NULL ||
	    (t->taken = calloc(1, CAO_NUMBER_SIZE)) == NULL) {
		st = cao_fail_memory(err);
		goto out;
	}
	t->count = 1;
	if ((st = set(d, "payer_account", payer_account, err)) != CAO_OK ||
	    (st = set(d, "payer_name", payer_name, err)) != CAO_OK ||
	    (st = set(d, "amount", amount, err)) != CAO_OK ||
	    (st = set(d, "date", date, err)) != CAO_OK)
		goto out;
	cao_transfer_check(
	    d, NULL, NULL, false, cao_date_of(env->now), &faults);
	if (faults.count > 0) {
		*err = faults.list[0];
		st = err->status;
		goto out;
	}
	*ret = t;
	t = NULL;
out:
	cao_faults_free(&faults);
	cao_transfers_free(t);
	return st;
}

/* An order that transfers name, and the place of the first of them. */
struct named {
	struct cao_result result;
	const struct cao_declaration *first;
};

static int
by_number(const void *a, const void *b)
{
	const struct named *x = a, *y = b;

	return strcmp(x->result.number, y->result.number);
}

static int
by_place(const void *a, const void *b)
{
	const struct named *x = a, *y = b;

	return (x->first > y->first) - (x->first < y->first);
}

/* The number behind a name. */
static enum cao_status
look_up(struct cao_store *s, const struct cao_transfer_name *name,
    struct named *ret, struct cao_error *err)
{
	struct cao_result *r = &ret->result;
	enum cao_status st;
	bool found = true;

	*ret = (struct named){ .first = name->of };
	if (name->of->order != NULL) {
		(void)snprintf(r->number, sizeof r->number, "%s", name->text);
		return CAO_OK;
	}
	(void)snprintf(r->request, sizeof r->request, "%s", name->text);
	st = cao_store_find_request(s, name->text, r->number, &found, err);
	if (st == CAO_OK && !found) {
		(void)cao_fail(err, CAO_NOTFOUND,
		    "no order has the request '%s'", name->text);
		cao_result_fail(r, err);
	}
	return st;
}

/* Every order once: by number, those of no order left alone, then in the
 * order of the documents again. */
static size_t
unite(struct named *list, size_t count)
{
	size_t n = 0;

	qsort(list, count, sizeof *list, by_number);
	for (size_t i = 0; i < count; i++) {
		struct named *last = n > 0 ? &list[n - 1] : NULL;

		if (last == NULL || *list[i].result.number == '\0' ||
		    by_number(last, &list[i]) != 0)
			list[n++] = list[i];
		else if (list[i].first < last->first)
			last->first = list[i].first;
	}
	qsort(list, n, sizeof *list, by_place);
	return n;
}

enum cao_status
cao_transfers_orders(struct cao_store *s, const struct cao_transfers *t,
    struct cao_result **ret, size_t *ret_count, struct cao_error *err)
{
	struct named *list = calloc(t->count + 1, sizeof *list);
	struct cao_result *results = calloc(t->count + 1, sizeof *results);
	enum cao_status st = CAO_OK;
	size_t n = 0;

	if (list == NULL || results == NULL)
		st = cao_fail_memory(err);
	for (size_t i = 0; st == CAO_OK && t->names != NULL && i < t->count;
	     i++)
		if (i == 0 ||
		    strcmp(t->names[i].text, t->names[i - 1].text) != 0)
			st = look_up(s, &t->names[i], &list[n++], err);
	if (st == CAO_OK) {
		*ret_count = unite(list, n);
		for (size_t i = 0; i < *ret_count; i++)
			results[i] = list[i].result;
		*ret = results;
		results = NULL;
	} else {
		for (size_t i = 0; i < n; i++)
			cao_faults_free(&list[i].result.faults);
	}
	free(results);
	free(list);
	return st;
}
