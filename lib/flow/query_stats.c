/* Figures of the whole store. */
#include <stdio.h>

#include "flow/lists.h"
#include "flow/query.h"

#define DAY INT64_C(86400)

struct figures {
	struct cao_store *store;
	void (*row)(void *arg, const char *name, int64_t value);
	void *arg;
};

/* A count for each word, by the name "kind.word", and the sum of them. */
static enum cao_status
tell_words(const struct figures *f, enum cao_sql which, const char *kind,
    const char *total, struct cao_error *err)
{
	struct cao_query *q = cao_db_use(f->store->db, which);
	enum cao_status st;
	int64_t sum = 0;
	char name[64];
	bool row;

	while ((st = cao_db_step(q, &row, err)) == CAO_OK && row) {
		(void)snprintf(
		    name, sizeof name, "%s.%s", kind, cao_col_text(q, 0));
		f->row(f->arg, name, cao_col_int(q, 1));
		sum += cao_col_int(q, 1);
	}
	if (st == CAO_OK && total != NULL)
		f->row(f->arg, total, sum);
	return st;
}

static enum cao_status
tell_money(const struct figures *f, struct cao_error *err)
{
	struct cao_query *q = cao_db_use(f->store->db, SQL_STATS_MONEY);
	enum cao_status st;
	bool row;

	if ((st = cao_db_step(q, &row, err)) != CAO_OK)
		return st;
	f->row(f->arg, "fen.due", cao_col_int(q, 0));
	f->row(f->arg, "fen.declared", cao_col_int(q, 1));
	f->row(f->arg, "fen.paid", cao_col_int(q, 2));
	f->row(f->arg, "fen.refunded", cao_col_int(q, 3));
	f->row(f->arg, "fen.over", cao_col_int(q, 4));
	cao_db_done(q);
	return CAO_OK;
}

/* The pairs that end within so many days and are not revoked. */
static enum cao_status
tell_expiring(
    const struct figures *f, int64_t now, int days, struct cao_error *err)
{
	struct cao_query *q = cao_db_use(f->store->db, SQL_STATS_EXPIRING);
	enum cao_status st;
	char name[40];
	bool row;

	cao_db_int(q, ":from", now);
	cao_db_int(q, ":to", now + days * DAY);
	if ((st = cao_db_step(q, &row, err)) != CAO_OK)
		return st;
	(void)snprintf(name, sizeof name, "pairs.expiring-in-%d-days", days);
	f->row(f->arg, name, cao_col_int(q, 0));
	cao_db_done(q);
	return CAO_OK;
}

/* The journal's numbers have no gaps, so its last one counts them. */
static enum cao_status
tell_number(const struct figures *f, enum cao_sql which, const char *name,
    struct cao_error *err)
{
	enum cao_status st;
	int64_t value;

	if ((st = cao_db_number(
		 cao_db_use(f->store->db, which), &value, err)) == CAO_OK)
		f->row(f->arg, name, value);
	return st;
}

static enum cao_status
tell_operators(const struct figures *f, int64_t now, struct cao_error *err)
{
	const struct cao_register *all;
	enum cao_status st;
	int64_t n = 0;

	if ((st = cao_register_get(f->store, &all, err)) != CAO_OK)
		return st;
	for (size_t i = 0; i < all->count; i++)
		if (all->list[i].until == 0 || all->list[i].until > now)
			n++;
	f->row(f->arg, "operators", n);
	return CAO_OK;
}

/* The complete list of a CA as the world sees it: 0 where there is none.
 * Stale is one that ran out, or is not there though something was revoked. */
static enum cao_status
tell_list(const struct figures *f, const char *ca, int64_t now, int64_t *stale,
    struct cao_error *err)
{
	struct cao_query *q = cao_db_use(f->store->db, SQL_CRL_NEWS);
	struct cao_lists_file list = { .count = 0 };
	char file[16], name[32];
	enum cao_status st;
	int64_t revoked;

	cao_db_int(q, ":bound", 0);
	cao_db_text(q, ":ca", ca);
	if ((st = cao_db_number(q, &revoked, err)) != CAO_OK)
		return st;
	(void)snprintf(file, sizeof file, "%s.crl", ca);
	list.name = file;
	st = cao_lists_read(f->store, &list, err);
	cao_buf_free(&list.der);
	if (st == CAO_SYSTEM || st == CAO_AGAIN)
		return st;
	if (st == CAO_OK ? list.crl.next_update < now
			 : revoked != 0 || st != CAO_NOTFOUND)
		++*stale;
	(void)snprintf(name, sizeof name, "crl.%s.number", ca);
	f->row(f->arg, name, (int64_t)list.crl.number);
	(void)snprintf(name, sizeof name, "crl.%s.next-update", ca);
	f->row(f->arg, name, list.crl.next_update);
	return CAO_OK;
}

static enum cao_status
tell_lists(const struct figures *f, int64_t now, struct cao_error *err)
{
	enum cao_status st = CAO_OK;
	int64_t stale = 0;

	for (unsigned i = 0; st == CAO_OK && i < CAO_CAS; i++)
		st = tell_list(f, cao_ca_names[i], now, &stale, err);
	if (st == CAO_OK)
		f->row(f->arg, "crl.stale", stale);
	return st;
}

enum cao_status
cao_query_stats(struct cao_store *s, const struct cao_env *env,
    void (*row)(void *arg, const char *name, int64_t value), void *arg,
    struct cao_error *err)
{
	const struct figures f = { s, row, arg };
	enum cao_status st;

	if ((st = tell_words(&f, SQL_STATS_STATE, "state", "orders", err)) ||
	    (st = tell_words(&f, SQL_STATS_PAYMENT, "payment", NULL, err)) ||
	    (st = tell_money(&f, err)) ||
	    (st = tell_number(&f, SQL_STATS_PAIRS, "pairs", err)) ||
	    (st = tell_words(&f, SQL_STATS_STANDING, "pairs", NULL, err)) ||
	    (st = tell_expiring(&f, env->now, 30, err)) ||
	    (st = tell_expiring(&f, env->now, 60, err)) ||
	    (st = tell_lists(&f, env->now, err)) ||
	    (st = tell_number(&f, SQL_JOURNAL_LAST, "journal", err)) ||
	    (st = tell_number(&f, SQL_STATS_NOTES, "unmasked", err)))
		return st;
	return tell_operators(&f, env->now, err);
}
