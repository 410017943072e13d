/* Paying: transfers declared for orders. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/money.h"
#include "base/time.h"
#include "codec/yaml.h"
#include "flow/flow.h"
#include "order/transfer.h"

#define DOCUMENTS_MAX 100000
#define OF_ONE_ORDER_MAX 100 /* transfers that add up */

/* A declaration by what it names its order. */
struct name {
	const char *text; /* the order's number or its request */
	const struct cao_declaration *of;
};

struct cao_transfers {
	struct cao_declaration *list;
	size_t count;
	struct name *names; /* as many, sorted: see by_name() */
	/* Of one without a name: the number that took it, "" if none has. */
	char *taken;
};

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
	const struct name *x = a, *y = b;
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

/* The first of that name; how many there are. */
static size_t
find_name(const struct cao_transfers *t, const char *text, size_t *ret_first)
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
	if ((t->count & (t->count - 1)) == 0) /* full: it doubles */
		list = realloc(
		    list, (t->count == 0 ? 1 : 2 * t->count) * sizeof *list);
	if (list == NULL) {
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
look_up(struct cao_store *s, const struct name *name, struct named *ret,
    struct cao_error *err)
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

/* The transfers that name one order and are not declared yet. */
struct fresh {
	const struct cao_declaration *list[OF_ONE_ORDER_MAX];
	size_t named, count;
	int64_t fen;
};

static bool
is_known(const struct cao_declaration *d, const struct cao_order *o,
    const struct fresh *f)
{
	for (size_t i = 0; i < o->ntransfers; i++) {
		const struct cao_transfer *t = &o->transfers[i];

		if (cao_transfer_same(d, t->account, t->name, t->fen, t->day))
			return true;
	}
	for (size_t i = 0; i < f->count; i++) {
		const struct cao_declaration *e = f->list[i];

		if (cao_transfer_same(
			d, e->payer_account, e->payer_name, e->amount, e->day))
			return true;
	}
	return false;
}

static enum cao_status
add_fresh(const struct cao_declaration *d, const struct cao_order *o,
    struct fresh *f, struct cao_error *err)
{
	f->named++;
	if (is_known(d, o, f))
		return CAO_OK;
	if (o->ntransfers + f->count >= OF_ONE_ORDER_MAX)
		return cao_fail(err, CAO_INPUT,
		    "more than %d transfers for one order", OF_ONE_ORDER_MAX);
	f->list[f->count++] = d;
	f->fen += d->amount;
	return CAO_OK;
}

/* What is new for the order.  Declared again it is the same fact, and so are
 * two equal documents of one file. */
static enum cao_status
gather(const struct cao_transfers *t, const struct cao_order *o,
    struct fresh *f, struct cao_error *err)
{
	const char *const names[] = { o->number, o->request };
	enum cao_status st = CAO_OK;
	size_t first, n;

	if (t->taken != NULL)
		return add_fresh(t->list, o, f, err);
	for (size_t i = 0; i < 2 && names[i] != NULL; i++) {
		n = find_name(t, names[i], &first);
		for (; n > 0 && st == CAO_OK; n--, first++)
			st = add_fresh(t->names[first].of, o, f, err);
	}
	if (st == CAO_OK && f->named == 0)
		st = cao_fail(err, CAO_INPUT, "no transfer names this order");
	return st;
}

/* May they be declared?  What is declared and not settled does not stand in
 * the way: it may be a slip, and only the bank's statement tells. */
static enum cao_status
check(const struct cao_order *o, const struct fresh *f, struct cao_error *err)
{
	char fen[CAO_MONEY_SIZE], due[CAO_MONEY_SIZE], left[CAO_MONEY_SIZE];
	enum cao_status st;
	bool done;

	st = cao_step_check(CAO_STEP_DECLARE, o->facts, &done, err);
	if (st != CAO_OK || f->fen == 0 || o->paid + f->fen <= o->fee_due)
		return st;
	cao_money_format(f->fen, fen);
	cao_money_format(o->fee_due, due);
	if (o->paid == 0)
		return cao_fail(
		    err, CAO_INPUT, "amount %s is over the %s due", fen, due);
	cao_money_format(o->paid < o->fee_due ? o->fee_due - o->paid : 0, left);
	return cao_fail(err, CAO_INPUT,
	    "amount %s is over the %s that is left of the %s due: the rest is "
	    "paid already",
	    fen, left, due);
}

/* Say where what is declared by now is not what is due. */
static void
note_sum(const struct cao_order *o, int64_t declared, struct cao_result *r)
{
	char have[CAO_MONEY_SIZE], due[CAO_MONEY_SIZE], more[CAO_MONEY_SIZE];
	struct cao_error note;

	if (declared == o->fee_due)
		return;
	cao_money_format(declared, have);
	cao_money_format(o->fee_due, due);
	if (declared < o->fee_due) {
		cao_money_format(o->fee_due - declared, more);
		(void)cao_fail(&note, CAO_OK,
		    "amount %s is short of %s due: %s more is to be "
		    "transferred",
		    have, due, more);
	} else {
		(void)cao_fail(&note, CAO_OK,
		    "transfers of %s are declared and %s is due; what the "
		    "bank's statement does not settle will not count",
		    have, due);
	}
	cao_result_fail(r, &note);
}

/* Everything is checked before the first put. */
static enum cao_status
declare(struct cao_store *s, const struct cao_env *env,
    const struct cao_transfers *t, struct cao_result *r, struct cao_order *o,
    struct cao_error *err)
{
	struct fresh f = { .count = 0 };
	enum cao_status st;

	st = cao_store_load(s, r->number, CAO_LOAD_TRANSFERS, o, err);
	if (st != CAO_OK)
		return st;
	cao_result_name(r, o);
	if (o->fee_due == 0)
		return cao_fail(
		    err, CAO_DENIED, "nothing is to be paid for this order");
	if ((st = gather(t, o, &f, err)) != CAO_OK ||
	    (f.count > 0 && (st = check(o, &f, err)) != CAO_OK))
		return st;
	for (size_t i = 0; i < f.count && st == CAO_OK; i++)
		st = cao_store_put_transfer(s, env, o->id,
		    f.list[i]->payer_account, f.list[i]->payer_name,
		    f.list[i]->amount, f.list[i]->day, NULL, err);
	if (st != CAO_OK)
		return st;
	r->changed = f.count > 0;
	note_sum(o, o->declared + f.fen, r);
	return CAO_OK;
}

struct declaring {
	const struct cao_transfers *transfers;
	struct cao_result *results;
};

static enum cao_status
declare_one(struct cao_store *s, const struct cao_env *env, void *arg, size_t i,
    struct cao_error *err)
{
	const struct declaring *d = arg;
	struct cao_order o = { 0 };
	enum cao_status st;

	d->results[i].changed = false;
	st = declare(s, env, d->transfers, &d->results[i], &o, err);
	cao_order_free(&o);
	return st;
}

/* A transfer that names no order is for one order alone. */
static enum cao_status
check_taken(const struct cao_transfers *t, const struct cao_result *results,
    size_t count, struct cao_error *err)
{
	if (t->taken == NULL ||
	    (count == 1 &&
		(*t->taken == '\0' || strcmp(t->taken, results->number) == 0)))
		return CAO_OK;
	return cao_fail(err, CAO_INPUT,
	    "one transfer pays one order: put several into a file that names "
	    "the order of each (--transfer)");
}

enum cao_status
cao_pay_declare(struct cao_store *s, const struct cao_env *env,
    const struct cao_transfers *t, struct cao_result *results, size_t count,
    struct cao_error *err)
{
	struct declaring d = { t, results };
	struct cao_error why;
	enum cao_status st;

	if (check_taken(t, results, count, &why) != CAO_OK) {
		for (size_t i = 0; i < count; i++)
			cao_result_fail(&results[i], &why);
		return CAO_OK;
	}
	st = cao_flow_batch(
	    s, env, __func__, declare_one, &d, results, count, err);
	if (st == CAO_OK && t->taken != NULL)
		memcpy(t->taken, results->number, CAO_NUMBER_SIZE);
	return st;
}
