/* One order as an archive that stands by itself, signed by the CA. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/time.h"
#include "codec/gzip.h"
#include "codec/tar.h"
#include "flow/ca.h"
#include "flow/dossier.h"
#include "flow/setup.h"
#include "flow/unmask.h"
#include "order/evidence.h"
#include "store/object.h"

/* An archive that is being written; as a cao_dossier_get, its certificates. */
struct pack {
	struct cao_store *store;
	struct cao_dossier dossier;
	struct cao_order order;
	struct cao_key *ca;
	int64_t at, length;
	unsigned char head[CAO_DIGEST_SIZE];

	struct cert {
		char name[CAO_DOSSIER_NAME_SIZE];
		struct cao_buf pem;
	} * certs;
	size_t ncerts;

	struct cao_gzip *gzip;
	struct cao_buf tar, manifest, out;
};

static enum cao_status
add_entry(struct pack *p, const struct cao_query *q, struct cao_error *err)
{
	struct cao_dossier_entry *e = cao_dossier_add(&p->dossier);
	enum cao_status st = CAO_OK;
	bool there = true;

	if (e == NULL || (e->actor = strdup(cao_col_text(q, 2))) == NULL)
		return cao_fail_memory(err);
	e->seq = cao_col_int(q, 0);
	e->at = cao_col_int(q, 1);
	e->fact = cao_col_int(q, 4);
	cao_store_digest(q, 5, e->digest);
	cao_store_digest(q, 6, e->head);
	cao_store_digest(q, 7, e->before);
	e->whole = cao_col_int(q, 8) != 0;
	if (!cao_journal_kind(cao_col_text(q, 3), &e->kind))
		return cao_fail(err, CAO_INTEGRITY,
		    "the journal names a kind of fact that there is not: '%s'",
		    cao_col_text(q, 3));
	if (e->whole)
		st = cao_journal_row(
		    p->store, e->kind, e->fact, &e->row, &there, err);
	if (st == CAO_OK && !there)
		st = cao_fail(err, CAO_INTEGRITY,
		    "%s %lld is in the journal and no longer in the store",
		    cao_kind_names[e->kind], (long long)e->fact);
	return st;
}

/* What the journal has of the order, held to itself. */
static enum cao_status
collect(struct pack *p, int64_t order, struct cao_error *err)
{
	struct cao_query *q = cao_db_use(p->store->db, SQL_DOSSIER_ENTRIES);
	enum cao_status st;
	bool row;

	cao_db_int(q, ":order", order);
	while ((st = cao_db_step(q, &row, err)) == CAO_OK && row)
		if ((st = add_entry(p, q, err)) != CAO_OK)
			break;
	cao_db_done(q);
	if (st == CAO_OK)
		st = cao_journal_last(p->store, &p->length, p->head, err);
	if (st == CAO_OK)
		st = cao_dossier_journal_check(
		    &p->dossier, p->length, p->head, err);
	if (st == CAO_OK)
		st = cao_journal_check_order(p->store, order, err);
	return st == CAO_OK ? cao_dossier_order(&p->dossier, &p->order, err)
			    : st;
}

static enum cao_status
add_cert(struct pack *p, const char *name, const struct cao_buf *der,
    const struct cao_buf *second, struct cao_error *err)
{
	struct cert *list, *c;

	list = cao_grow(p->certs, p->ncerts, sizeof *list);
	if (list == NULL)
		return cao_fail_memory(err);
	p->certs = list;
	c = &list[p->ncerts++];
	*c = (struct cert){ .pem = { 0 } };
	(void)snprintf(c->name, sizeof c->name, "%s", name);
	cao_pem_put(&c->pem, "CERTIFICATE", der->data, der->len);
	if (second != NULL)
		cao_pem_put(&c->pem, "CERTIFICATE", second->data, second->len);
	return cao_buf_ok(&c->pem) ? CAO_OK : cao_fail_memory(err);
}

/* The certificate that the text names as its operator's. */
static enum cao_status
add_operator(
    struct pack *p, const struct cao_dossier_entry *e, struct cao_error *err)
{
	struct cao_dossier_column c[CAO_DOSSIER_COLUMNS];
	const struct cao_register *r;
	struct cao_buf head = { 0 };
	char name[CAO_DOSSIER_NAME_SIZE];
	enum cao_status st;
	bool found = false;

	if ((st = cao_register_get(p->store, &r, err)) != CAO_OK ||
	    (st = cao_dossier_row(e, c, err)) != CAO_OK)
		return st;
	cao_dossier_evidence(e->fact, "pem", name);
	for (size_t i = 0; i < r->count && !found && st == CAO_OK; i++) {
		cao_evidence_head(&head, r->list[i].name,
		    r->list[i].cert_digest, c[CAO_EVIDENCE_AT].number);
		found = cao_buf_ok(&head) &&
		    head.len <= c[CAO_EVIDENCE_TEXT].len &&
		    memcmp(head.data, c[CAO_EVIDENCE_TEXT].data, head.len) == 0;
		if (found)
			st = add_cert(p, name, &r->list[i].cert, NULL, err);
		cao_buf_clear(&head);
	}
	cao_buf_free(&head);
	if (st == CAO_OK && !found)
		st = cao_fail(err, CAO_INTEGRITY,
		    "evidence %lld is by nobody in the operators' register",
		    (long long)e->fact);
	return st;
}

static enum cao_status
add_chain(struct pack *p, struct cao_error *err)
{
	const struct cao_buf *sign = &p->order.pair->sign;
	struct cao_buf issuing = { 0 }, root = { 0 };
	struct cao_key *key = NULL;
	struct cao_cert cert;
	enum cao_status st;

	if ((st = cao_cert_read_key(sign->data, sign->len, &cert, &key, err)) ==
		CAO_OK &&
	    (st = cao_ca_chain(p->store, cao_key_algorithm(key), &issuing,
		 &root, err)) == CAO_OK)
		st = add_cert(p, CAO_DOSSIER_CHAIN, &issuing, &root, err);
	cao_key_free(key);
	cao_buf_free(&issuing);
	cao_buf_free(&root);
	return st;
}

/* The certificates that prove it. */
static enum cao_status
add_certs(struct pack *p, struct cao_error *err)
{
	struct cao_buf ca = { 0 };
	enum cao_status st;

	st = cao_setup_ca_cert(p->store, "operators", &ca, err);
	if (st == CAO_OK)
		st = add_cert(p, CAO_DOSSIER_CA, &ca, NULL, err);
	cao_buf_free(&ca);
	for (size_t i = 0; i < p->dossier.count && st == CAO_OK; i++)
		if (p->dossier.entries[i].kind == CAO_K_EVIDENCE &&
		    p->dossier.entries[i].whole)
			st = add_operator(p, &p->dossier.entries[i], err);
	if (st == CAO_OK && p->order.pair != NULL)
		st = add_chain(p, err);
	return st;
}

static const struct cao_buf *
get_cert(void *arg, const char *name)
{
	const struct pack *p = arg;

	for (size_t i = 0; i < p->ncerts; i++)
		if (strcmp(p->certs[i].name, name) == 0)
			return &p->certs[i].pem;
	return NULL;
}

/* Into the archive, without a line in the manifest. */
static enum cao_status
put_file(struct pack *p, const char *name, const void *data, size_t len,
    struct cao_error *err)
{
	char path[CAO_NUMBER_SIZE + CAO_DOSSIER_NAME_SIZE];
	enum cao_status st;

	(void)snprintf(path, sizeof path, "%s/%s", p->order.number, name);
	st = cao_tar_put(&p->tar, path, p->at, data, len, err);
	if (st == CAO_OK)
		st = cao_gzip_add(
		    p->gzip, p->tar.data, p->tar.len, false, &p->out, err);
	cao_buf_clear(&p->tar);
	return st;
}

static enum cao_status
add_file(void *arg, const char *name, const void *data, size_t len,
    struct cao_error *err)
{
	unsigned char digest[CAO_DIGEST_SIZE];
	struct pack *p = arg;

	cao_sha256(data, len, digest);
	cao_hex_put(&p->manifest, digest, sizeof digest);
	cao_buf_printf(&p->manifest, "  %s\n", name);
	return put_file(p, name, data, len, err);
}

/* One scan at a time in memory. */
static enum cao_status
add_documents(struct pack *p, struct cao_error *err)
{
	char name[CAO_DOSSIER_NAME_SIZE];
	struct cao_buf content = { 0 };
	enum cao_status st = CAO_OK;

	for (size_t i = 0; i < p->order.ndocuments && st == CAO_OK; i++) {
		const struct cao_document *d = &p->order.documents[i];

		cao_dossier_document(d, name);
		st = cao_object_get(
		    p->store, d->object, (size_t)d->size, &content, err);
		if (st == CAO_OK)
			st = add_file(p, name, content.data, content.len, err);
		cao_buf_free(&content);
	}
	return st;
}

static enum cao_status
add_journal(struct pack *p, struct cao_error *err)
{
	struct cao_buf text = { 0 };
	enum cao_status st;

	cao_dossier_journal(&p->dossier, &text);
	st = cao_buf_ok(&text)
	    ? add_file(p, CAO_DOSSIER_JOURNAL, text.data, text.len, err)
	    : cao_fail_memory(err);
	cao_buf_free(&text);
	return st;
}

static void
begin_manifest(struct pack *p)
{
	char when[CAO_RFC3339_SIZE];

	cao_time_format(p->at, when);
	cao_buf_printf(&p->manifest,
	    CAO_DOSSIER_HEAD "order %s\nat %s\njournal %lld ", p->order.number,
	    when, (long long)p->length);
	cao_hex_put(&p->manifest, p->head, sizeof p->head);
	cao_buf_putc(&p->manifest, '\n');
}

/* The manifest, its signature, and the end. */
static enum cao_status
finish(struct pack *p, struct cao_error *err)
{
	struct cao_buf signature = { 0 };
	enum cao_status st;

	st = cao_buf_ok(&p->manifest) ? cao_key_sign(p->ca, p->manifest.data,
					    p->manifest.len, &signature, err)
				      : cao_fail_memory(err);
	if (st == CAO_OK)
		st = put_file(p, CAO_DOSSIER_MANIFEST, p->manifest.data,
		    p->manifest.len, err);
	if (st == CAO_OK)
		st = put_file(p, CAO_DOSSIER_SIGNATURE, signature.data,
		    signature.len, err);
	cao_buf_free(&signature);
	if (st != CAO_OK)
		return st;
	cao_tar_end(&p->tar);
	if (!cao_buf_ok(&p->tar))
		return cao_fail_memory(err);
	return cao_gzip_add(
	    p->gzip, p->tar.data, p->tar.len, true, &p->out, err);
}

static enum cao_status
write_archive(struct pack *p, struct cao_error *err)
{
	enum cao_status st;

	if ((st = cao_gzip_new(&p->gzip, err)) != CAO_OK)
		return st;
	begin_manifest(p);
	st = cao_dossier_views(&p->dossier, &p->order, add_file, p, err);
	if (st == CAO_OK)
		st =
		    cao_dossier_files(&p->dossier, &p->order, add_file, p, err);
	for (size_t i = 0; i < p->ncerts && st == CAO_OK; i++)
		st = add_file(p, p->certs[i].name, p->certs[i].pem.data,
		    p->certs[i].pem.len, err);
	if (st == CAO_OK)
		st = add_documents(p, err);
	if (st == CAO_OK)
		st = add_journal(p, err);
	return st == CAO_OK ? finish(p, err) : st;
}

static void
free_pack(struct pack *p)
{
	for (size_t i = 0; i < p->ncerts; i++)
		cao_buf_free(&p->certs[i].pem);
	free(p->certs);
	cao_dossier_free(&p->dossier);
	cao_order_free(&p->order);
	cao_key_free(p->ca);
	cao_gzip_free(p->gzip);
	cao_buf_free(&p->tar);
	cao_buf_free(&p->manifest);
	cao_buf_free(&p->out);
}

/* Whose key it is, and that it may be looked into. */
static enum cao_status
begin(struct pack *p, const struct cao_env *env, const char *number,
    const struct cao_secret *secret, const char *reason, int64_t *ret_order,
    struct cao_error *err)
{
	struct cao_order o = { .id = 0 };
	struct cao_pin *pin = NULL;
	enum cao_status st;

	if ((st = cao_unmask_check(env, reason, err)) == CAO_OK &&
	    (st = cao_store_load(
		 p->store, number, CAO_LOAD_APPLICATION, &o, err)) == CAO_OK &&
	    (st = cao_pin_new(secret, &pin, err)) == CAO_OK)
		st = cao_setup_ca_key(p->store, "operators", pin, &p->ca, err);
	if (st == CAO_OK)
		st = cao_unmask_record(p->store, env, &o.id, 1, reason, err);
	*ret_order = o.id;
	cao_pin_free(pin);
	cao_order_free(&o);
	return st;
}

enum cao_status
cao_query_dossier(struct cao_store *s, const struct cao_env *env,
    const char *number, const struct cao_secret *ca_pin, const char *reason,
    unsigned char **ret, size_t *ret_len, struct cao_error *err)
{
	struct pack p = { .store = s, .at = env->now };
	enum cao_status st;
	int64_t order;

	st = begin(&p, env, number, ca_pin, reason, &order, err);
	if (st == CAO_OK &&
	    (st = cao_db_begin_read(s->db, __func__, err)) == CAO_OK)
		st = collect(&p, order, err);
	if (st == CAO_OK)
		st = add_certs(&p, err);
	cao_db_rollback(s->db);
	if (st == CAO_OK)
		st = cao_dossier_prove(
		    &p.dossier, &p.order, p.ca, get_cert, &p, err);
	if (st == CAO_OK)
		st = write_archive(&p, err);
	if (st == CAO_OK)
		*ret = cao_buf_take(&p.out, ret_len);
	free_pack(&p);
	return st;
}
