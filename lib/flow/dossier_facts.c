/* What an order's rows say, outside of the store. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "flow/dossier.h"

typedef struct cao_dossier_column column;

/* The columns of each table that are read here, after id and order_id. */
enum { ID, ORDER };
enum { NUMBER = 2, REQUEST };
enum { CONTENT = 2, CONTENT_DIGEST, CSR, KEY, SERVICE, FEE };
enum { HOLDER = 11 };
enum { SLOT = 2, PART, OBJECT, TYPE, SIZE, PAGES };
enum { DECISION = 2, DOSSIER, OPERATOR, REASON, EVIDENCE, DECIDED };
enum { SIGN = 2, ENCRYPT, SIGN_SERIAL, ENCRYPT_SERIAL, NOT_BEFORE, NOT_AFTER };
enum { PAIR_DOSSIER = 10, PAIR_AT };
enum { SERVICE_NAME = 1, SERVICE_DIGEST, SERVICE_TEXT };

static char *
copy(const column *c)
{
	return strndup(c->len > 0 ? (const char *)c->data : "", c->len);
}

static void
put(struct cao_buf *out, const column *c)
{
	cao_buf_clear(out);
	cao_buf_add(out, c->data, c->len);
}

static void
digest(const column *c, unsigned char out[CAO_DIGEST_SIZE])
{
	memset(out, 0, CAO_DIGEST_SIZE);
	if (c->len == CAO_DIGEST_SIZE)
		memcpy(out, c->data, CAO_DIGEST_SIZE);
}

/* Into an array of that size. */
static void
name(char *out, size_t size, const column *c)
{
	(void)snprintf(out, size, "%.*s", (int)c->len,
	    c->len > 0 ? (const char *)c->data : "");
}

static enum cao_status
add_opening(struct cao_order *o, const column *c, struct cao_error *err)
{
	o->id = c[ORDER].number;
	name(o->number, sizeof o->number, &c[NUMBER]);
	if (c[REQUEST].type == 't' && (o->request = copy(&c[REQUEST])) == NULL)
		return cao_fail_memory(err);
	return CAO_OK;
}

/* A later one takes the place of the one before. */
static enum cao_status
add_application(const struct cao_dossier *d, struct cao_order *o,
    const column *c, struct cao_error *err)
{
	const struct cao_dossier_entry *service;
	column version[CAO_DOSSIER_COLUMNS];
	enum cao_status st;

	free(o->content);
	if ((o->content = copy(&c[CONTENT])) == NULL)
		return cao_fail_memory(err);
	put(&o->csr, &c[CSR]);
	put(&o->holder, &c[HOLDER]);
	digest(&c[KEY], o->key);
	o->fee_due = c[FEE].number;
	service = cao_dossier_find(d, CAO_K_SERVICE, c[SERVICE].number);
	if (service == NULL)
		return cao_fail(
		    err, CAO_INTEGRITY, "the pinned service is missing");
	if ((st = cao_dossier_row(service, version, err)) != CAO_OK)
		return st;
	digest(&version[SERVICE_DIGEST], o->service);
	return CAO_OK;
}

/* What is in a slot's part now takes the place of what was. */
static enum cao_status
add_document(struct cao_order *o, const column *c, struct cao_error *err)
{
	struct cao_document d = { .part = (unsigned)c[PART].number,
		.size = c[SIZE].number,
		.pages = (unsigned)c[PAGES].number };
	struct cao_document *list;
	size_t n = 0;

	name(d.slot, sizeof d.slot, &c[SLOT]);
	name(d.type, sizeof d.type, &c[TYPE]);
	digest(&c[OBJECT], d.object);
	for (size_t i = 0; i < o->ndocuments; i++)
		if (o->documents[i].part != d.part ||
		    strcmp(o->documents[i].slot, d.slot) != 0)
			o->documents[n++] = o->documents[i];
	o->ndocuments = n;
	if (c[OBJECT].type != 'b')
		return CAO_OK;
	list = cao_grow(o->documents, n, sizeof *list);
	if (list == NULL)
		return cao_fail_memory(err);
	o->documents = list;
	list[o->ndocuments++] = d;
	return CAO_OK;
}

static int
by_slot(const void *a, const void *b)
{
	const struct cao_document *x = a, *y = b;
	int n = strcmp(x->slot, y->slot);

	return n != 0 ? n : (x->part > y->part) - (x->part < y->part);
}

static enum cao_status
add_decision(struct cao_order *o, const column *c, struct cao_error *err)
{
	struct cao_decided d = { .evidence = c[EVIDENCE].number,
		.at = c[DECIDED].number };
	struct cao_decided *list;
	char kind[16];
	unsigned i = 0;

	name(kind, sizeof kind, &c[DECISION]);
	while (cao_decision_words[i] != NULL &&
	    strcmp(cao_decision_words[i], kind) != 0)
		i++;
	if (cao_decision_words[i] == NULL)
		return cao_fail(
		    err, CAO_INTEGRITY, "there is no decision \"%s\"", kind);
	d.kind = (enum cao_decision)i;
	digest(&c[DOSSIER], d.dossier);
	list = cao_grow(o->decisions, o->ndecisions, sizeof *list);
	if (list == NULL)
		return cao_fail_memory(err);
	o->decisions = list;
	d.operator_name = copy(&c[OPERATOR]);
	if (c[REASON].type == 't')
		d.reason = copy(&c[REASON]);
	list[o->ndecisions++] = d;
	return d.operator_name != NULL &&
		(c[REASON].type != 't' || d.reason != NULL)
	    ? CAO_OK
	    : cao_fail_memory(err);
}

static enum cao_status
add_pair(struct cao_order *o, const column *c, struct cao_error *err)
{
	if (o->pair != NULL)
		return cao_fail(err, CAO_INTEGRITY, "it has two pairs");
	if ((o->pair = calloc(1, sizeof *o->pair)) == NULL)
		return cao_fail_memory(err);
	put(&o->pair->sign, &c[SIGN]);
	put(&o->pair->encrypt, &c[ENCRYPT]);
	o->pair->not_before = c[NOT_BEFORE].number;
	o->pair->not_after = c[NOT_AFTER].number;
	digest(&c[PAIR_DOSSIER], o->pair->dossier);
	o->pair->at = c[PAIR_AT].number;
	return CAO_OK;
}

static enum cao_status
add(const struct cao_dossier *d, const struct cao_dossier_entry *e,
    struct cao_order *o, struct cao_error *err)
{
	column c[CAO_DOSSIER_COLUMNS];
	enum cao_status st;

	if (!e->whole)
		return CAO_OK;
	if ((st = cao_dossier_row(e, c, err)) != CAO_OK)
		return st;
	switch (e->kind) {
	case CAO_K_OPENING:
		return add_opening(o, c, err);
	case CAO_K_APPLICATION:
		return add_application(d, o, c, err);
	case CAO_K_DOCUMENT:
		return add_document(o, c, err);
	case CAO_K_DECISION:
		return add_decision(o, c, err);
	case CAO_K_PAIR:
		return add_pair(o, c, err);
	default:
		return CAO_OK;
	}
}

enum cao_status
cao_dossier_order(
    const struct cao_dossier *d, struct cao_order *ret, struct cao_error *err)
{
	struct cao_order o = { .revoked = -1 };
	enum cao_status st = CAO_OK;

	for (size_t i = 0; i < d->count && st == CAO_OK; i++)
		st = add(d, &d->entries[i], &o, err);
	if (st == CAO_OK && (*o.number == '\0' || o.content == NULL))
		st = cao_fail(err, CAO_INTEGRITY, "it holds no order");
	if (o.ndocuments > 0)
		qsort(o.documents, o.ndocuments, sizeof *o.documents, by_slot);
	if (st == CAO_OK)
		st = cao_schema_from_json(
		    &cao_application_schema, o.content, &o.application, err);
	if (st == CAO_OK &&
	    (o.business = cao_business_find(o.application.business)) == NULL)
		st = cao_fail(err, CAO_INTEGRITY, "there is no business \"%s\"",
		    o.application.business);
	if (st == CAO_OK)
		st = cao_dossier_digest(&o, o.dossier, err);
	if (st == CAO_OK)
		*ret = o;
	else
		cao_order_free(&o);
	return st;
}

void
cao_dossier_document(
    const struct cao_document *d, char out[CAO_DOSSIER_NAME_SIZE])
{
	char slot[CAO_SLOT_SIZE];

	cao_slot_join(d->slot, d->part, slot);
	(void)snprintf(
	    out, CAO_DOSSIER_NAME_SIZE, "documents/%s.%s", slot, d->type);
}

void
cao_dossier_evidence(
    int64_t evidence, const char *suffix, char out[CAO_DOSSIER_NAME_SIZE])
{
	(void)snprintf(out, CAO_DOSSIER_NAME_SIZE, "evidence/%lld.%s",
	    (long long)evidence, suffix);
}

/* Texts and signatures of a row, as two files. */
static enum cao_status
signed_files(const struct cao_dossier_entry *e, cao_dossier_file *file,
    void *arg, struct cao_error *err)
{
	bool evidence = e->kind == CAO_K_EVIDENCE;
	char text[CAO_DOSSIER_NAME_SIZE] = "receipt.txt";
	char signature[CAO_DOSSIER_NAME_SIZE] = "receipt.sig";
	column c[CAO_DOSSIER_COLUMNS];
	enum cao_status st;

	if (!e->whole || (!evidence && e->kind != CAO_K_RECEIPT))
		return CAO_OK;
	if (evidence) {
		cao_dossier_evidence(e->fact, "txt", text);
		cao_dossier_evidence(e->fact, "sig", signature);
	}
	if ((st = cao_dossier_row(e, c, err)) != CAO_OK)
		return st;
	/* At the same places in both tables. */
	st = file(
	    arg, text, c[CAO_RECEIPT_TEXT].data, c[CAO_RECEIPT_TEXT].len, err);
	return st != CAO_OK
	    ? st
	    : file(arg, signature, c[CAO_RECEIPT_SIGNATURE].data,
		  c[CAO_RECEIPT_SIGNATURE].len, err);
}

static enum cao_status
service_file(const struct cao_dossier *d, const struct cao_order *o,
    cao_dossier_file *file, void *arg, struct cao_error *err)
{
	unsigned char have[CAO_DIGEST_SIZE];
	column c[CAO_DOSSIER_COLUMNS];
	enum cao_status st;

	for (size_t i = 0; i < d->count; i++) {
		if (d->entries[i].kind != CAO_K_SERVICE)
			continue;
		if ((st = cao_dossier_row(&d->entries[i], c, err)) != CAO_OK)
			return st;
		cao_sha256(c[SERVICE_TEXT].data, c[SERVICE_TEXT].len, have);
		if (memcmp(have, o->service, sizeof have) == 0)
			return file(arg, "service.yaml", c[SERVICE_TEXT].data,
			    c[SERVICE_TEXT].len, err);
	}
	return cao_fail(err, CAO_INTEGRITY,
	    "the version of the service that it is pinned to is missing");
}

static enum cao_status
pem_file(const char *path, const char *label, const struct cao_buf *der,
    cao_dossier_file *file, void *arg, struct cao_error *err)
{
	struct cao_buf pem = { 0 };
	enum cao_status st;

	cao_pem_put(&pem, label, der->data, der->len);
	st = cao_buf_ok(&pem) ? file(arg, path, pem.data, pem.len, err)
			      : cao_fail_memory(err);
	cao_buf_free(&pem);
	return st;
}

enum cao_status
cao_dossier_files(const struct cao_dossier *d, const struct cao_order *o,
    cao_dossier_file *file, void *arg, struct cao_error *err)
{
	static const char cert[] = "CERTIFICATE";
	enum cao_status st;

	st = file(arg, "application.json", o->content, strlen(o->content), err);
	if (st == CAO_OK && o->csr.len > 0)
		st = pem_file("request.pem", "CERTIFICATE REQUEST", &o->csr,
		    file, arg, err);
	if (st == CAO_OK && o->holder.len > 0)
		st =
		    file(arg, "holder.sig", o->holder.data, o->holder.len, err);
	if (st == CAO_OK)
		st = service_file(d, o, file, arg, err);
	if (st == CAO_OK && o->pair != NULL)
		st = pem_file("certificates/sign.pem", cert, &o->pair->sign,
		    file, arg, err);
	if (st == CAO_OK && o->pair != NULL)
		st = pem_file("certificates/encrypt.pem", cert,
		    &o->pair->encrypt, file, arg, err);
	for (size_t i = 0; i < d->count && st == CAO_OK; i++)
		st = signed_files(&d->entries[i], file, arg, err);
	return st;
}
