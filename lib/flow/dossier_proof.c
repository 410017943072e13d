/* An order's proof, outside of the store. */
#include <stdlib.h>
#include <string.h>

#include "flow/dossier.h"
#include "order/evidence.h"
#include "pki/chain.h"
#include "store/register.h"

struct proof {
	const struct cao_dossier *dossier;
	const struct cao_order *order;
	const struct cao_key *ca;
	cao_dossier_get *get;
	void *arg;
};

enum cao_status
cao_dossier_cert(const char *name, const struct cao_buf *pem, unsigned nth,
    struct cao_buf *ret_der, struct cao_cert *ret, struct cao_key **ret_key,
    struct cao_error *err)
{
	struct cao_buf der = { 0 };
	struct cao_key *key = NULL;
	const char *at, *end;
	enum cao_status st = CAO_OK;
	struct cao_cert cert;

	if (pem == NULL)
		return cao_fail(err, CAO_INTEGRITY, "%s is missing", name);
	at = cao_buf_text(pem);
	end = at + pem->len;
	for (unsigned i = 0; i <= nth && st == CAO_OK; i++) {
		cao_buf_free(&der);
		st = cao_pem_get(name, at, (size_t)(end - at), "CERTIFICATE",
		    &der, &at, err);
	}
	if (st == CAO_OK)
		st = cao_cert_read_key(der.data, der.len, &cert, &key, err);
	if (st != CAO_OK) {
		cao_buf_free(&der);
		if (st == CAO_INPUT)
			err->status = CAO_INTEGRITY;
		return err->status;
	}
	*ret_der = der;
	*ret = cert;
	*ret_key = key;
	return CAO_OK;
}

/* May the signer decide so, of that order? */
static bool
has_role(
    const struct cao_cert *c, const struct cao_order *o, enum cao_decision kind)
{
	const char *role;

	for (unsigned i = 0; (role = cao_order_role(o, kind, i)) != NULL; i++)
		if (cao_role_has(c->roles, role))
			return true;
	return false;
}

/* What was signed, with whose certificate: the row of an evidence. */
static enum cao_status
check_evidence(const struct proof *p, const struct cao_decided *d,
    const struct cao_dossier_column *c, const struct cao_cert *cert,
    const struct cao_key *key, struct cao_error *err)
{
	struct cao_buf head = { 0 }, line = { 0 }, text = { 0 };
	unsigned char digest[CAO_DIGEST_SIZE];
	enum cao_status st = CAO_OK;

	cao_sha256(cert->der, cert->der_len, digest);
	cao_evidence_head(
	    &head, d->operator_name, digest, c[CAO_EVIDENCE_AT].number);
	cao_evidence_decision(
	    &line, d->kind, p->order->number, d->dossier, d->reason);
	cao_buf_add(&text, c[CAO_EVIDENCE_TEXT].data, c[CAO_EVIDENCE_TEXT].len);
	if (!cao_buf_ok(&head) || !cao_buf_ok(&line) || !cao_buf_ok(&text))
		st = cao_fail_memory(err);
	else if (!cao_evidence_has(cao_buf_text(&text), &head, &line))
		st = cao_fail(err, CAO_INTEGRITY,
		    "what operator '%s' signed is something else",
		    d->operator_name);
	else if (cao_cert_verify(cert, p->ca, err) != CAO_OK ||
	    !has_role(cert, p->order, d->kind))
		st = cao_fail(err, CAO_INTEGRITY,
		    "the certificate gives operator '%s' no such role",
		    d->operator_name);
	else if (cao_key_verify(key, text.data, text.len,
		     c[CAO_EVIDENCE_SIGNATURE].data,
		     c[CAO_EVIDENCE_SIGNATURE].len, err) != CAO_OK)
		st = cao_fail(err, CAO_INTEGRITY,
		    "the signature is not operator '%s''s", d->operator_name);
	cao_buf_free(&head);
	cao_buf_free(&line);
	cao_buf_free(&text);
	return st;
}

static enum cao_status
check_decision(
    const struct proof *p, const struct cao_decided *d, struct cao_error *err)
{
	struct cao_dossier_column c[CAO_DOSSIER_COLUMNS];
	const struct cao_dossier_entry *e;
	char name[CAO_DOSSIER_NAME_SIZE];
	struct cao_key *key = NULL;
	struct cao_buf der = { 0 };
	struct cao_cert cert;
	enum cao_status st;

	cao_dossier_evidence(d->evidence, "pem", name);
	e = cao_dossier_find(p->dossier, CAO_K_EVIDENCE, d->evidence);
	if (e == NULL)
		st = cao_fail(err, CAO_INTEGRITY, "the evidence is missing");
	else if ((st = cao_dossier_row(e, c, err)) == CAO_OK)
		st = cao_dossier_cert(
		    name, p->get(p->arg, name), 0, &der, &cert, &key, err);
	if (st == CAO_OK)
		st = check_evidence(p, d, c, &cert, key, err);
	cao_key_free(key);
	cao_buf_free(&der);
	return st == CAO_OK ? CAO_OK
			    : cao_error_prefix(err, "%s: decision \"%s\"", name,
				  cao_decision_words[d->kind]);
}

/* The digest of the dossier that it was issued or fulfilled over; *ret_is
 * false: it was neither. */
static enum cao_status
fulfilled(const struct proof *p, unsigned char dossier[CAO_DIGEST_SIZE],
    bool *ret_is, struct cao_error *err)
{
	struct cao_dossier_column c[CAO_DOSSIER_COLUMNS];
	const struct cao_dossier *d = p->dossier;
	enum cao_status st;

	*ret_is = p->order->pair != NULL;
	if (*ret_is)
		memcpy(dossier, p->order->pair->dossier, CAO_DIGEST_SIZE);
	for (size_t i = 0; i < d->count && !*ret_is; i++) {
		if (d->entries[i].kind != CAO_K_FULFILMENT)
			continue;
		if ((st = cao_dossier_row(&d->entries[i], c, err)) != CAO_OK)
			return st;
		*ret_is = true;
		memset(dossier, 0, CAO_DIGEST_SIZE);
		if (c[CAO_FULFILMENT_DOSSIER].len == CAO_DIGEST_SIZE)
			memcpy(dossier, c[CAO_FULFILMENT_DOSSIER].data,
			    CAO_DIGEST_SIZE);
	}
	return CAO_OK;
}

/* What was fulfilled is what two people decided on. */
static enum cao_status
check_fulfilled(const struct proof *p, struct cao_error *err)
{
	const struct cao_decided *accepted, *approved;
	unsigned char dossier[CAO_DIGEST_SIZE];
	enum cao_status st;
	bool is;

	if ((st = fulfilled(p, dossier, &is, err)) != CAO_OK || !is)
		return st;
	if (memcmp(dossier, p->order->dossier, sizeof dossier) != 0)
		return cao_fail(err, CAO_INTEGRITY,
		    "%s: what was fulfilled is not what is applied for",
		    CAO_DOSSIER_JOURNAL);
	accepted = cao_order_decided(p->order, CAO_ACCEPT);
	approved = cao_order_decided(p->order, CAO_APPROVE);
	if (accepted == NULL || approved == NULL ||
	    strcmp(accepted->operator_name, approved->operator_name) == 0)
		return cao_fail(err, CAO_INTEGRITY,
		    "%s: it was fulfilled without two decisions by two people",
		    CAO_DOSSIER_JOURNAL);
	return CAO_OK;
}

struct chain {
	/* the pair, the issuing CA, the root */
	struct cao_buf der[4];
	struct cao_cert cert[4];
	struct cao_key *key[4];
};

/* What the row has, of one usage. */
static enum cao_status
read_pair(const struct cao_buf *der, unsigned i, struct chain *c,
    struct cao_error *err)
{
	return cao_cert_read_key(
	    der->data, der->len, &c->cert[i], &c->key[i], err);
}

static enum cao_status
read_chain(const struct proof *p, struct chain *c, struct cao_error *err)
{
	const struct cao_buf *pem = p->get(p->arg, CAO_DOSSIER_CHAIN);
	enum cao_status st;

	if ((st = read_pair(&p->order->pair->sign, 0, c, err)) != CAO_OK ||
	    (st = read_pair(&p->order->pair->encrypt, 1, c, err)) != CAO_OK)
		return cao_error_prefix(err, "certificates");
	for (unsigned i = 2; i < 4 && st == CAO_OK; i++)
		st = cao_dossier_cert(CAO_DOSSIER_CHAIN, pem, i - 2, &c->der[i],
		    &c->cert[i], &c->key[i], err);
	return st == CAO_OK ? CAO_OK
			    : cao_error_prefix(err, "%s", CAO_DOSSIER_CHAIN);
}

static enum cao_status
check_signed(const struct cao_cert *cert, const struct cao_cert *by,
    const struct cao_key *key, const char *name, struct cao_error *err)
{
	if (by->authority && cao_cert_names_issuer(cert, by) &&
	    cao_cert_verify(cert, key, err) == CAO_OK)
		return CAO_OK;
	return cao_fail(err, CAO_INTEGRITY,
	    "%s: is not signed by the CA of its chain", name);
}

/* A receipt is signed with the new key. */
static enum cao_status
check_receipt(
    const struct proof *p, const struct cao_key *key, struct cao_error *err)
{
	struct cao_dossier_column c[CAO_DOSSIER_COLUMNS];
	const struct cao_dossier *d = p->dossier;
	enum cao_status st;

	for (size_t i = 0; i < d->count; i++) {
		if (d->entries[i].kind != CAO_K_RECEIPT)
			continue;
		if ((st = cao_dossier_row(&d->entries[i], c, err)) != CAO_OK)
			return st;
		if (cao_key_verify(key, c[CAO_RECEIPT_TEXT].data,
			c[CAO_RECEIPT_TEXT].len, c[CAO_RECEIPT_SIGNATURE].data,
			c[CAO_RECEIPT_SIGNATURE].len, err) != CAO_OK)
			return cao_fail(err, CAO_INTEGRITY,
			    "receipt.txt: is not signed with the order's new "
			    "key");
	}
	return CAO_OK;
}

static enum cao_status
check_pair(const struct proof *p, struct cao_error *err)
{
	unsigned char digest[CAO_DIGEST_SIZE];
	struct chain c = { .key = { NULL } };
	enum cao_status st;

	if (p->order->pair == NULL)
		return CAO_OK;
	if ((st = read_chain(p, &c, err)) != CAO_OK ||
	    (st = check_signed(&c.cert[0], &c.cert[2], c.key[2],
		 "certificates/sign.pem", err)) != CAO_OK ||
	    (st = check_signed(&c.cert[1], &c.cert[2], c.key[2],
		 "certificates/encrypt.pem", err)) != CAO_OK ||
	    (st = check_signed(&c.cert[2], &c.cert[3], c.key[3],
		 CAO_DOSSIER_CHAIN, err)) != CAO_OK ||
	    (st = check_signed(&c.cert[3], &c.cert[3], c.key[3],
		 CAO_DOSSIER_CHAIN, err)) != CAO_OK)
		goto out;
	cao_sha256(c.cert[0].spki, c.cert[0].spki_len, digest);
	if (memcmp(digest, p->order->key, sizeof digest) != 0)
		st = cao_fail(err, CAO_INTEGRITY,
		    "certificates/sign.pem: is not over the key of the request");
	else
		st = check_receipt(p, c.key[0], err);
out:
	for (int i = 0; i < 4; i++) {
		cao_key_free(c.key[i]);
		cao_buf_free(&c.der[i]);
	}
	return st;
}

enum cao_status
cao_dossier_prove(const struct cao_dossier *d, const struct cao_order *o,
    const struct cao_key *ca, cao_dossier_get *get, void *arg,
    struct cao_error *err)
{
	const struct proof p = {
		.dossier = d, .order = o, .ca = ca, .get = get, .arg = arg
	};
	enum cao_status st = CAO_OK;

	for (size_t i = 0; i < o->ndecisions && st == CAO_OK; i++)
		st = check_decision(&p, &o->decisions[i], err);
	if (st == CAO_OK)
		st = check_fulfilled(&p, err);
	return st == CAO_OK ? check_pair(&p, err) : st;
}
