/* Answers made beforehand, one a certificate, for any web server to serve:
 * RFC 5019. */
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/pool.h"
#include "base/publish.h"
#include "base/text.h"
#include "flow/answer.h"
#include "store/store.h"
#include "store/witness.h"

#define PAIRS 64 /* of one page */
#define CERTS (2 * PAIRS)

/* One certificate of a page. */
struct item {
	unsigned ca;
	unsigned char serial[CAO_SERIAL_SIZE];
	int64_t not_after;
	char *name;            /* of its file */
	struct cao_buf id;     /* CertID */
	struct cao_buf answer; /* empty: it is left as it is */
	struct cao_ocsp_status status;
	enum cao_status st; /* of signing */
	struct cao_error error;
};

struct presign {
	struct cao_store *store;
	const struct cao_env *env;
	struct cao_pin *pin;
	struct cao_publish *out;
	unsigned jobs;
	struct cao_answer_ca ca[CAO_CAS];
	struct {
		struct cao_buf cert;             /* empty: none was made */
		struct cao_responder *responder; /* opened when needed */
		int64_t until;
	} by[CAO_CAS];
	struct item item[CERTS];
	size_t count;
	struct cao_presigned *sum;
};

static void
clear(struct presign *p)
{
	for (size_t i = 0; i < p->count; i++) {
		free(p->item[i].name);
		cao_buf_free(&p->item[i].id);
		cao_buf_free(&p->item[i].answer);
	}
	memset(p->item, 0, sizeof p->item);
	p->count = 0;
}

/* The file is named like the path of a GET (RFC 6960 appendix A.1): its
 * slashes are folders, wherever they fall, and one at its end is that of a
 * folder for which servers take its index.html. */
static enum cao_status
name_item(const struct presign *p, struct item *it, struct cao_error *err)
{
	struct cao_buf request = { 0 }, name = { 0 };
	enum cao_status st;

	cao_ocsp_id_put(CAO_OCSP_SHA1, &p->ca[it->ca].issuer, it->serial,
	    sizeof it->serial, &it->id);
	cao_ocsp_request_put(&it->id, &request);
	cao_base64_put(&name, request.data, request.len);
	if (name.len > 0 && name.data[name.len - 1] == '/')
		cao_buf_puts(&name, "index.html");
	if (!cao_buf_ok(&it->id) || !cao_buf_ok(&request))
		name.failed = true;
	st = cao_buf_give(&name, &it->name, err);
	cao_buf_free(&request);
	return st;
}

static enum cao_status
open_responder(struct presign *p, unsigned ca, struct cao_error *err)
{
	enum cao_status st;

	if (p->by[ca].responder != NULL)
		return CAO_OK;
	st = cao_responder_open(
	    p->store, ca, p->pin, p->env->now, &p->by[ca].responder, err);
	if (st == CAO_OK)
		st = cao_answer_until(p->store, p->by[ca].responder,
		    p->env->now, &p->by[ca].until, err);
	return st;
}

static bool
same(const struct cao_octets *a, const struct cao_buf *b)
{
	return a->len == b->len && a->len > 0 &&
	    memcmp(a->data, b->data, b->len) == 0;
}

/* Does the file say what is so, by the responder that there is, for another
 * half of its time at least? */
static bool
still_good(
    const struct presign *p, const struct item *it, const struct cao_buf *file)
{
	int64_t now = p->env->now;
	struct cao_ocsp_response r;
	const struct cao_ocsp_answered *a = &r.list[0];
	struct cao_error ignored;

	return file->len > 0 &&
	    cao_ocsp_response_read(file->data, file->len, &r, &ignored) ==
	    CAO_OK &&
	    r.refusal == 0 && r.count == 1 && same(&a->id.whole, &it->id) &&
	    same(&r.cert, &p->by[it->ca].cert) &&
	    a->status.state == it->status.state &&
	    a->status.since == it->status.since &&
	    a->status.reason == it->status.reason && a->this_update <= now &&
	    a->next_update - now >= (a->next_update - a->this_update) / 2;
}

/* Of a certificate that has ended, there is nothing to be said. */
static enum cao_status
drop(struct presign *p, const struct item *it, struct cao_error *err)
{
	bool there = false;
	enum cao_status st = CAO_OK;

	if (p->out != NULL)
		st = cao_publish_remove(
		    p->out, it->name, p->env->dry_run, &there, err);
	p->sum->removed += there;
	return st;
}

/* Find out what is to be done about one: *ret_sign. */
static enum cao_status
look(struct presign *p, struct item *it, bool *ret_sign, struct cao_error *err)
{
	struct cao_buf file = { 0 };
	enum cao_status st;
	bool said;

	*ret_sign = false;
	if ((st = name_item(p, it, err)) != CAO_OK)
		return st;
	if (it->not_after < p->env->now)
		return drop(p, it, err);
	st = cao_answer_revoked(p->store, &p->ca[it->ca], it->serial,
	    sizeof it->serial, &it->status, &said, err);
	if (st == CAO_OK && p->out != NULL)
		st = cao_publish_get(
		    p->out, it->name, CAO_OCSP_ANSWER_MAX, &file, err);
	if (st == CAO_OK && still_good(p, it, &file))
		p->sum->kept++;
	else if (st == CAO_OK) {
		*ret_sign = true;
		st = open_responder(p, it->ca, err);
	}
	cao_buf_free(&file);
	return st;
}

/* In a thread. */
static void
sign(void *arg, size_t i)
{
	struct presign *p = arg;
	struct item *it = &p->item[i];
	struct cao_ocsp_request req = { .count = 1 };

	req.list[0].whole = (struct cao_octets){ it->id.data, it->id.len };
	it->st = cao_ocsp_answer(p->by[it->ca].responder, &req, &it->status,
	    p->env->now, p->by[it->ca].until, &it->answer, &it->error);
}

/* A page: those that are to be signed move to its front. */
static enum cao_status
sort(struct presign *p, size_t *ret_count, struct cao_error *err)
{
	enum cao_status st = CAO_OK;
	size_t n = 0;
	bool wanted;

	for (size_t i = 0; st == CAO_OK && i < p->count; i++) {
		st = look(p, &p->item[i], &wanted, err);
		if (st == CAO_OK && wanted) {
			struct item swap = p->item[n];

			p->item[n++] = p->item[i];
			p->item[i] = swap;
		}
	}
	*ret_count = n;
	return st;
}

/* Sign the first ones of the page. */
static enum cao_status
work(struct presign *p, size_t n, struct cao_error *err)
{
	enum cao_status st = CAO_OK;

	p->sum->written += n;
	if (p->env->dry_run)
		return CAO_OK;
	cao_pool_run(p->jobs, n, sign, p);
	for (size_t i = 0; st == CAO_OK && i < n; i++) {
		struct item *it = &p->item[i];

		if ((st = it->st) != CAO_OK)
			*err = it->error;
		else
			st = cao_publish_put(p->out, it->name, it->answer.data,
			    it->answer.len, err);
	}
	return st;
}

static void
take_serial(struct item *it, const struct cao_query *q, int column)
{
	size_t len;
	const void *data = cao_col_blob(q, column, &len);

	memcpy(it->serial, data, len < CAO_SERIAL_SIZE ? len : CAO_SERIAL_SIZE);
}

/* Whose issuer that certificate has; CAO_CAS: nobody's here. */
static unsigned
ca_of_cert(const struct presign *p, const struct cao_query *q)
{
	struct cao_error ignored;
	struct cao_cert c;
	unsigned i = 0;
	size_t len;
	const void *der = cao_col_blob(q, 4, &len);

	if (cao_cert_read(der, len, &c, &ignored) != CAO_OK)
		return CAO_CAS;
	while (i < CAO_CAS && !cao_cert_names_issuer(&c, &p->ca[i].cert))
		i++;
	return i;
}

static unsigned
ca_of_name(const struct presign *p, const struct cao_query *q)
{
	unsigned i = 0;

	(void)p;
	while (i < CAO_CAS && strcmp(cao_col_text(q, 4), cao_ca_names[i]) != 0)
		i++;
	return i;
}

/* Where certificates are found; good ones, unless they are revoked? */
struct source {
	enum cao_sql which;
	unsigned (*ca_of)(const struct presign *, const struct cao_query *);
	bool good;
};

/* The next rows, two certificates each, from *id on. */
static enum cao_status
read_page(struct presign *p, const struct source *from, int64_t *id,
    bool *ret_more, struct cao_error *err)
{
	struct cao_query *q = cao_db_use(p->store->db, from->which);
	enum cao_status st;
	bool row;

	clear(p);
	*ret_more = false;
	cao_db_int(q, ":id", *id);
	cao_db_int(q, ":limit", PAIRS);
	while ((st = cao_db_step(q, &row, err)) == CAO_OK && row) {
		unsigned ca = from->ca_of(p, q);

		*id = cao_col_int(q, 0);
		*ret_more = true;
		for (int i = 0; ca < CAO_CAS && i < 2; i++) {
			struct item *it = &p->item[p->count++];

			it->ca = ca;
			it->not_after = cao_col_int(q, 3);
			if (from->good)
				it->status.state = CAO_OCSP_GOOD;
			take_serial(it, q, 1 + i);
		}
	}
	cao_db_done(q);
	return st;
}

/* A page and what is so of it, of one moment, and then the work. */
static enum cao_status
turn_page(struct presign *p, const struct source *from, int64_t *id,
    bool *ret_more, struct cao_error *err)
{
	enum cao_status st;
	size_t n = 0;

	if ((st = cao_db_begin_read(p->store->db, __func__, err)) != CAO_OK)
		return st;
	if ((st = read_page(p, from, id, ret_more, err)) == CAO_OK)
		st = sort(p, &n, err);
	cao_db_rollback(p->store->db);
	return st == CAO_OK ? work(p, n, err) : st;
}

/* Page after page, so that memory is that of one. */
static enum cao_status
run(struct presign *p,
    void (*progress)(void *arg, uint64_t done, uint64_t total), void *arg,
    struct cao_error *err)
{
	static const struct source sources[] = {
		{ SQL_PRESIGN_PAIRS, ca_of_cert, true },
		{ SQL_PRESIGN_LOST, ca_of_name, false },
	};
	int64_t total, id;
	uint64_t done = 0;
	enum cao_status st;
	bool more;

	st = cao_db_number(
	    cao_db_use(p->store->db, SQL_PRESIGN_COUNT), &total, err);
	for (size_t i = 0; st == CAO_OK && i < 2; i++) {
		id = 0;
		do {
			st = turn_page(p, &sources[i], &id, &more, err);
			done += p->count;
			if (progress != NULL)
				progress(arg, done, 2 * (uint64_t)total);
		} while (st == CAO_OK && more);
	}
	if (st == CAO_OK && p->out != NULL)
		st = cao_publish_flush(p->out, err);
	return st;
}

enum cao_status
cao_presign(struct cao_store *s, const struct cao_env *env,
    const struct cao_secret *or_null, const char *dir, unsigned jobs,
    void (*progress)(void *arg, uint64_t done, uint64_t total), void *arg,
    struct cao_presigned *ret, struct cao_error *err)
{
	const enum cao_witness_how how =
	    env->dry_run ? CAO_WITNESS_READ : CAO_WITNESS_MEND;
	struct cao_presigned sum = { 0 };
	struct presign *p;
	enum cao_status st;

	if ((p = calloc(1, sizeof *p)) == NULL)
		return cao_fail_memory(err);
	p->store = s, p->env = env, p->jobs = jobs, p->sum = &sum;
	if ((st = cao_witness_check(s, how, err)) != CAO_OK ||
	    (or_null != NULL &&
		(st = cao_pin_new(or_null, &p->pin, err)) != CAO_OK))
		goto out;
	for (unsigned i = 0; st == CAO_OK && i < CAO_CAS; i++) {
		if ((st = cao_answer_ca_read(s, i, &p->ca[i], err)) != CAO_OK)
			break;
		st = cao_responder_read(s, i, &p->by[i].cert, err);
		if (st == CAO_NOTFOUND)
			st = CAO_OK;
	}
	if (st == CAO_OK && (!env->dry_run || cao_file_exists(dir)))
		st = cao_publish_open(dir, &p->out, err);
	if (st == CAO_OK)
		st = run(p, progress, arg, err);
	if (st == CAO_OK)
		*ret = sum;
out:
	clear(p);
	cao_publish_close(p->out);
	for (unsigned i = 0; i < CAO_CAS; i++) {
		cao_responder_free(p->by[i].responder);
		cao_buf_free(&p->by[i].cert);
		cao_buf_free(&p->ca[i].der);
	}
	cao_pin_free(p->pin);
	free(p);
	return st;
}
