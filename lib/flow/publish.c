/*
 * Publishing the revocation lists.  For each CA: is one due, then a number
 * that is committed, then what was revoked before it, signed and written.  The
 * complete list as DER comes last: with its number, all others are there.  A
 * crash before leaves a number without a list, which makes the next one due.
 */
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "base/folder.h"
#include "flow/flow.h"
#include "flow/lists.h"
#include "store/witness.h"

#define HOUR_SECONDS 3600

struct publish {
	struct cao_store *store;
	const struct cao_env *env;
	const struct cao_config *config;
	void (*row)(void *arg, const struct cao_published *);
	void *arg;

	/* Of the CA at hand. */
	struct cao_lists lists;
	struct cao_cert cert;
	const struct cao_key *key;
	struct cao_list_number last;
	int64_t cut; /* thisUpdate of the complete list that there is; or 0 */
};

/* Is it the file that the last run made? */
static bool
is_last(const struct publish *p, const struct cao_lists_file *l)
{
	return l->status == CAO_OK && l->crl.number == (uint64_t)p->last.number;
}

/* Is there something newer than the last number, or is that soon over? */
static enum cao_status
has_news(struct publish *p, bool *ret, struct cao_error *err)
{
	struct cao_query *q = cao_db_use(p->store->db, SQL_CRL_NEWS);
	int64_t left = p->last.next_update - p->env->now, news;
	enum cao_status st;

	cao_db_int(q, ":bound", p->last.bound);
	cao_db_text(q, ":ca", p->lists.ca);
	if ((st = cao_db_number(q, &news, err)) == CAO_OK)
		*ret = news != 0 || left < p->config->crl.before * HOUR_SECONDS;
	return st;
}

/* Hold the files to the last number: all, or where they are made anew anyway,
 * the one that tells what may be left out. */
static enum cao_status
look(struct publish *p, bool *due, struct cao_error *err)
{
	struct cao_lists *ls = &p->lists;
	struct cao_lists_file *complete = &ls->list[CAO_LIST_COMPLETE];
	enum cao_status st;

	if (*due)
		st = cao_lists_check_complete(
		    p->store, ls, &p->cert, p->key, err);
	else if ((st = cao_lists_check(p->store, ls, &p->cert, p->key, err)) ==
	    CAO_OK) {
		*due = ls->pem.status != CAO_OK;
		for (size_t i = 0; i < ls->count; i++)
			*due |= !is_last(p, &ls->list[i]);
	}
	if (st == CAO_OK && is_last(p, complete))
		p->cut = complete->crl.this_update;
	for (size_t i = 0; i < ls->count; i++)
		cao_buf_free(&ls->list[i].der);
	return st;
}

/* What there is and what there is to be, as one snapshot.  *due: whether it is
 * known to be before anything is looked at. */
static enum cao_status
look_about(struct publish *p, const char *ca, bool *due, struct cao_error *err)
{
	struct cao_store *s = p->store;
	enum cao_status st;

	if ((st = cao_db_begin_read(s->db, __func__, err)) != CAO_OK)
		return st;
	if ((st = cao_lists_name(s, ca, &p->lists, err)) == CAO_OK &&
	    (st = cao_lists_last(s, ca, &p->last, err)) == CAO_OK &&
	    (*due || (st = has_news(p, due, err)) == CAO_OK))
		st = look(p, due, err);
	cao_db_rollback(s->db);
	return st;
}

/*
 * The next number, and the last revocation before it.  Numbers go by the
 * clock, so that a store put back from a backup, which knows fewer lists than
 * the world has seen, goes on behind them: RFC 5280 section 5.2.3.
 */
static enum cao_status
put_number(struct publish *p, struct cao_list_number *n, struct cao_error *err)
{
	struct cao_store *s = p->store;
	int64_t now = p->env->now;
	struct cao_query *q;
	enum cao_status st;

	if ((st = cao_lists_last(s, p->lists.ca, n, err)) != CAO_OK)
		return st;
	n->number = n->number < now ? now : n->number + 1;
	n->this_update = now;
	n->next_update = now + p->config->crl.hours * HOUR_SECONDS;
	q = cao_db_use(s->db, SQL_PUT_CRL);
	cao_db_text(q, ":ca", p->lists.ca);
	cao_db_int(q, ":number", n->number);
	cao_db_int(q, ":this_update", n->this_update);
	cao_db_int(q, ":next_update", n->next_update);
	cao_db_int(q, ":at", now);
	st = cao_store_put(s, p->env, q, CAO_K_CRL, 0, &n->id, err);
	if (st != CAO_OK)
		return st;
	return cao_db_number(
	    cao_db_use(s->db, SQL_REVOCATION_LAST), &n->bound, err);
}

static enum cao_status
take_number(
    struct publish *p, struct cao_list_number *ret, struct cao_error *err)
{
	struct cao_store *s = p->store;
	enum cao_status st;

	if ((st = cao_db_begin(s->db, __func__, err)) != CAO_OK)
		return st;
	if ((st = put_number(p, ret, err)) == CAO_OK)
		st = cao_flow_commit(s, p->env, err);
	cao_db_rollback(s->db);
	return st;
}

static enum cao_status
add(void *arg, size_t list, const struct cao_revocation *r,
    enum cao_usage usage, struct cao_error *err)
{
	const struct publish *p = arg;

	(void)err;
	if (!cao_lists_past(r, p->cut))
		cao_crl_add(p->lists.list[list].writer, r->serial[usage],
		    CAO_SERIAL_SIZE, r->since, r->reason);
	return CAO_OK;
}

/* The entries of all lists in one go through the store. */
static enum cao_status
fill(struct publish *p, const struct cao_list_number *n, struct cao_error *err)
{
	struct cao_crl_spec spec = { .number = (uint64_t)n->number,
		.this_update = n->this_update,
		.next_update = n->next_update };
	struct cao_store *s = p->store;
	enum cao_status st = CAO_OK;

	for (size_t i = 0; st == CAO_OK && i < p->lists.count; i++) {
		struct cao_lists_file *l = &p->lists.list[i];

		spec.addresses = l->address;
		spec.count = l->count;
		st = cao_crl_begin(&p->cert, p->key, &spec, &l->writer, err);
	}
	if (st != CAO_OK ||
	    (st = cao_db_begin_read(s->db, __func__, err)) != CAO_OK)
		return st;
	st = cao_lists_walk(s, &p->lists, n->bound, add, p, err);
	cao_db_rollback(s->db);
	return st;
}

/* Replace a file of the folder; in a dry run, none. */
static enum cao_status
write_file(const struct publish *p, const char *name,
    const struct cao_buf *text, struct cao_error *err)
{
	struct cao_buf below = { 0 };
	enum cao_status st;
	char *path = NULL;

	if (p->env->dry_run)
		return CAO_OK;
	cao_buf_printf(&below, CAO_LISTS_DIR "/%s", name);
	if (!cao_buf_ok(&below) || !cao_buf_ok(text) ||
	    (path = cao_store_path(p->store, cao_buf_text(&below))) == NULL)
		st = cao_fail_memory(err);
	else
		st = cao_file_write(path, text->data, text->len, err);
	free(path);
	cao_buf_free(&below);
	return st;
}

/* Sign one list and write it; the complete one also as PEM. */
static enum cao_status
write_list(struct publish *p, size_t list, struct cao_error *err)
{
	struct cao_buf der = { 0 }, pem = { 0 };
	enum cao_status st;

	st = cao_crl_end(p->lists.list[list].writer, &der, err);
	if (st == CAO_OK && list == CAO_LIST_COMPLETE) {
		cao_pem_put(&pem, "X509 CRL", der.data, der.len);
		st = write_file(p, p->lists.pem.name, &pem, err);
	}
	if (st == CAO_OK)
		st = write_file(p, p->lists.list[list].name, &der, err);
	cao_buf_free(&pem);
	cao_buf_free(&der);
	return st;
}

static void
tell(const struct publish *p, const struct cao_list_number *n)
{
	for (size_t i = 0; i < p->lists.count; i++) {
		const struct cao_lists_file *l = &p->lists.list[i];
		const struct cao_published row = { .name = l->name,
			.number = n->number,
			.entries = cao_crl_count(l->writer),
			.this_update = n->this_update,
			.next_update = n->next_update };

		p->row(p->arg, &row);
	}
}

/* The lists of one CA. */
static enum cao_status
publish_one(struct publish *p, const struct cao_ca *ca, unsigned i, bool if_due,
    struct cao_error *err)
{
	struct cao_list_number n;
	const unsigned char *der;
	enum cao_status st;
	size_t len;
	bool due = !if_due;

	p->cut = 0;
	p->key = ca->list[i].key;
	der = cao_issuer_cert(ca->list[i].issuer, &len);
	if ((st = cao_cert_read(der, len, &p->cert, err)) != CAO_OK ||
	    (st = look_about(p, cao_ca_names[i], &due, err)) != CAO_OK || !due)
		goto out;
	if ((st = take_number(p, &n, err)) != CAO_OK ||
	    (st = fill(p, &n, err)) != CAO_OK)
		goto out;
	for (size_t k = CAO_LIST_SHARDS; st == CAO_OK && k < p->lists.count;
	     k++)
		st = write_list(p, k, err);
	if (st == CAO_OK)
		st = write_list(p, CAO_LIST_COMPLETE, err);
	if (st == CAO_OK)
		tell(p, &n);
out:
	cao_lists_free(&p->lists);
	return st;
}

/* The folder, made where an older store has none, and nobody else in it. */
static enum cao_status
enter(struct cao_store *s, int *ret_fd, struct cao_error *err)
{
	char *path = cao_store_path(s, CAO_LISTS_DIR);
	enum cao_status st;

	if (path == NULL)
		return cao_fail_memory(err);
	if ((st = cao_file_mkdir(path, err)) == CAO_OK)
		st = cao_folder_lock_wait(path, ret_fd, err);
	free(path);
	return st;
}

enum cao_status
cao_publish(struct cao_store *s, const struct cao_env *env, struct cao_ca *ca,
    bool if_due, void (*row)(void *arg, const struct cao_published *),
    void *arg, struct cao_error *err)
{
	const enum cao_witness_how how =
	    env->dry_run ? CAO_WITNESS_READ : CAO_WITNESS_MEND;
	struct publish p = { .store = s, .env = env, .row = row, .arg = arg };
	enum cao_status st;
	int lock = -1;

	if ((st = cao_witness_check(s, how, err)) != CAO_OK ||
	    (st = cao_store_config(s, &p.config, err)) != CAO_OK ||
	    (!env->dry_run && (st = enter(s, &lock, err)) != CAO_OK))
		return st;
	for (unsigned i = 0; st == CAO_OK && i < CAO_CAS; i++)
		st = publish_one(&p, ca, i, if_due, err);
	if (lock != -1)
		(void)close(lock);
	return st;
}
