/* Declared transfers of several files, matched to the orders that come. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "stream.h"

struct file {
	struct cao_transfers *transfers;
	struct cao_result *orders; /* that it names, sorted; once looked up */
	size_t count;
};

struct transfers {
	struct cao_store *store;
	struct file file[CLI_LIST_MAX];
	size_t count;
	bool looked_up;
	enum cao_status read; /* the worst of documents left out */
};

void
transfers_free(struct transfers *t)
{
	if (t == NULL)
		return;
	for (size_t i = 0; i < t->count; i++) {
		cao_transfers_free(t->file[i].transfers);
		for (size_t j = 0; j < t->file[i].count; j++)
			cao_faults_free(&t->file[i].orders[j].faults);
		cao_free(t->file[i].orders);
	}
	free(t);
}

enum cao_status
transfers_status(
    const struct transfers *t, enum cao_status st, struct cao_error *err)
{
	if (st == CAO_OK && t->read != CAO_OK)
		return cli_told(err, t->read);
	if (st != CAO_OK)
		err->status = cao_status_worse(st, t->read);
	return st == CAO_OK ? CAO_OK : err->status;
}

void
transfers_into(struct transfers *t, struct cao_store *store)
{
	t->store = store;
}

/* One file; its faults are told here.  Documents that are refused leave the
 * others as they are. */
static enum cao_status
read_file(struct transfers *t, const char *path, struct cao_error *err)
{
	const struct cao_env env = cli_env();
	struct cao_transfers *transfers = NULL;
	struct cao_result read = { .changed = false };
	enum cao_status st;
	int fd;

	if ((st = cli_file_open(path, &fd, err)) != CAO_OK)
		return st;
	st = cao_transfers_read(
	    cli_file_name(path), fd, &env, &transfers, &read.faults);
	(void)close(fd);
	if (st == CAO_OK) {
		t->file[t->count++].transfers = transfers;
		t->read = cao_status_worse(t->read, cao_result_status(&read));
		if (read.faults.count > 0)
			cli_reject(&read, &read.faults);
	} else
		st = cli_reject_document(st, &read.faults, err);
	cao_faults_free(&read.faults);
	return st;
}

enum cao_status
transfers_read(
    const struct cli_list *paths, struct transfers **ret, struct cao_error *err)
{
	struct transfers *t = calloc(1, sizeof *t);
	enum cao_status st = CAO_OK;

	if (t == NULL)
		return cli_memory(err);
	for (size_t i = 0; i < paths->count && st == CAO_OK; i++)
		st = read_file(t, paths->item[i], err);
	if (st != CAO_OK) {
		transfers_free(t);
		return st;
	}
	*ret = t;
	return CAO_OK;
}

enum cao_status
transfers_one(const char *account, const char *name, const char *amount,
    const char *date, struct transfers **ret, struct cao_error *err)
{
	const struct cao_env env = cli_env();
	struct transfers *t = calloc(1, sizeof *t);
	enum cao_status st;

	if (t == NULL)
		return cli_memory(err);
	st = cao_transfers_one(
	    account, name, amount, date, &env, &t->file[0].transfers, err);
	if (st != CAO_OK) {
		free(t);
		return st;
	}
	t->count = 1;
	*ret = t;
	return CAO_OK;
}

static int
by_number(const void *a, const void *b)
{
	const struct cao_result *x = a, *y = b;

	return strcmp(x->number, y->number);
}

/* Find out once which orders each file names. */
static enum cao_status
look_up(struct transfers *t, struct cao_error *err)
{
	enum cao_status st = CAO_OK;

	for (size_t i = 0; i < t->count && st == CAO_OK && !t->looked_up; i++) {
		struct file *f = &t->file[i];

		st = cao_transfers_orders(
		    t->store, f->transfers, &f->orders, &f->count, err);
		if (st == CAO_OK && f->count > 0)
			qsort(
			    f->orders, f->count, sizeof *f->orders, by_number);
	}
	t->looked_up = st == CAO_OK;
	return st;
}

static bool
names(const struct file *f, const struct cao_result *order)
{
	return f->count > 0 &&
	    bsearch(order, f->orders, f->count, sizeof *order, by_number) !=
	    NULL;
}

/* Declare one file's transfers for those of the orders that wanted marks. */
static enum cao_status
declare_part(struct transfers *t, const struct file *f,
    const struct cao_env *env, const bool *wanted, struct cao_result *results,
    size_t count, struct cao_error *err)
{
	struct cao_result part[STREAM_BATCH];
	size_t n = 0;
	enum cao_status st;

	for (size_t i = 0; i < count; i++)
		if (wanted[i])
			part[n++] = results[i];
	if (n == 0)
		return CAO_OK;
	st = cao_pay_declare(t->store, env, f->transfers, part, n, err);
	n = 0;
	for (size_t i = 0; i < count; i++)
		if (wanted[i]) {
			bool changed = results[i].changed;

			results[i] = part[n++];
			results[i].changed |= changed;
		}
	return st;
}

enum cao_status
transfers_step(void *arg, const struct cao_env *env, struct cao_result *results,
    size_t count, struct cao_error *err)
{
	struct transfers *t = arg;
	bool wanted[STREAM_BATCH], named[STREAM_BATCH] = { false };
	enum cao_status st;

	if (t->count == 1)
		return cao_pay_declare(
		    t->store, env, t->file[0].transfers, results, count, err);
	st = look_up(t, err);
	for (size_t f = 0; f < t->count && st == CAO_OK; f++) {
		for (size_t i = 0; i < count; i++) {
			wanted[i] = names(&t->file[f], &results[i]) &&
			    cao_result_status(&results[i]) == CAO_OK;
			named[i] |= wanted[i];
		}
		st = declare_part(
		    t, &t->file[f], env, wanted, results, count, err);
	}
	if (st != CAO_OK)
		return st;
	/* Those that no file names are refused in the library's words. */
	for (size_t i = 0; i < count; i++)
		wanted[i] = !named[i];
	return declare_part(t, &t->file[0], env, wanted, results, count, err);
}

/* All orders of one file. */
static enum cao_status
declare_file(struct transfers *t, const struct file *f, struct stream *s,
    struct cao_error *err)
{
	struct cao_result *r = NULL;
	struct cao_error failed, *whole;
	size_t count, n = 0;
	enum cao_status st, worst = CAO_OK;

	st = cao_transfers_orders(t->store, f->transfers, &r, &count, err);
	if (st != CAO_OK)
		return st;
	/* Requests that are not there are told first. */
	for (size_t i = 0; i < count; i++)
		if (cao_result_status(&r[i]) != CAO_OK)
			worst = cao_status_worse(
			    worst, stream_results(s, &r[i], 1, NULL));
		else
			r[n++] = r[i];
	for (size_t i = 0; i < n && cli_stop == 0; i += STREAM_BATCH) {
		const struct cao_env env = cli_env();
		size_t part = n - i < STREAM_BATCH ? n - i : STREAM_BATCH;

		st = cao_pay_declare(
		    t->store, &env, f->transfers, r + i, part, &failed);
		whole = st == CAO_OK ? NULL : &failed;
		st = stream_results(s, r + i, part, whole);
		worst = cao_status_worse(worst, st);
	}
	cao_free(r);
	return worst == CAO_OK ? CAO_OK : cli_told(err, worst);
}

enum cao_status
transfers_declare(struct transfers *t, struct stream *s, struct cao_error *err)
{
	enum cao_status st, worst = CAO_OK;

	for (size_t i = 0; i < t->count && cli_stop == 0; i++) {
		st = declare_file(t, &t->file[i], s, err);
		if (st != CAO_OK && *err->text != '\0')
			return st;
		worst = cao_status_worse(worst, st);
	}
	return stream_summary(s, worst, err);
}
