/* An encryption key out of the archive, put beside the keys that the holder
 * uses now. */
#include <stdio.h>

#include "flow/install.h"
#include "flow/successor.h"
#include "pki/envelope.h"

/* The keys that the envelope is for. */
struct opener {
	struct cao_order order; /* whose pair they are */
	char folder[CAO_CONTAINER_NAME_SIZE];
	struct cao_key *sign, *opened;
};

static void
free_opener(struct opener *o)
{
	cao_key_free(o->sign);
	cao_key_free(o->opened);
	cao_order_free(&o->order);
	*o = (struct opener){ .sign = NULL };
}

/* CAO_NOTFOUND if the order has no folder in the keystore. */
static enum cao_status
try_order(struct cao_install *in, const char *number, struct opener *o,
    struct cao_error *err)
{
	const struct cao_buf *payload = &in->order.fulfilment->payload;
	const struct cao_buf *cert;
	enum cao_status st;

	st = cao_store_load(in->store, number,
	    CAO_LOAD_APPLICATION | CAO_LOAD_PAIR, &o->order, err);
	if (st != CAO_OK)
		return st;
	cao_install_folder(in->container, &o->order, o->folder);
	st = cao_container_get_key(
	    in->container, o->folder, "sign.key", &o->sign, err);
	if (st != CAO_OK)
		return st;
	cert = &o->order.pair->sign;
	return cao_envelope_open(o->sign, cert->data, cert->len, payload->data,
	    payload->len, &o->opened, err);
}

/* It was for the newest pair of then: of those that are in the keystore the
 * one that opens it.  The error is that of the newest. */
static enum cao_status
find_opener(struct cao_install *in, struct opener *o, struct cao_error *err)
{
	char number[CAO_NUMBER_SIZE];
	enum cao_status st, first = CAO_OK;
	struct cao_error one;
	bool found;

	for (size_t i = 0;; i++) {
		st = cao_successor_at(
		    in->store, in->order.certificate, i, number, &found, &one);
		if (st == CAO_OK && found)
			st = try_order(in, number, o, &one);
		if (cao_flow_fatal(st)) {
			*err = one;
			return st;
		}
		if (!found || st == CAO_OK)
			break;
		if (first == CAO_OK || first == CAO_NOTFOUND) {
			first = st;
			*err = one;
		}
		free_opener(o);
	}
	if (found)
		return CAO_OK;
	if (first == CAO_OK)
		return cao_fail(err, CAO_INTEGRITY, "order %s has no pair",
		    in->order.certificate);
	return first;
}

/* Under its serial, but in the folder of its own pair. */
static enum cao_status
put_recovered(const struct cao_container *c, const struct opener *o,
    const struct cao_order *subject, const struct cao_cert *cert,
    struct cao_error *err)
{
	const struct cao_kept names = o->order.id == subject->id
	    ? (struct cao_kept){ "encrypt.key", "encrypt.crt" }
	    : cao_kept_names(cert);
	enum cao_status st = CAO_OK;

	if (!cao_install_has_key(c, o->folder, names.key, cert))
		st = cao_container_put_key(
		    c, o->folder, names.key, o->opened, err);
	if (st == CAO_OK)
		st = cao_install_put_pem(c, o->folder, names.crt,
		    &subject->pair->encrypt, NULL, err);
	return st;
}

/* With the envelope opened. */
static enum cao_status
install_opened(
    struct cao_install *in, const struct opener *o, struct cao_error *err)
{
	const struct cao_buf *sign = &o->order.pair->sign, *der;
	struct cao_order subject = { 0 };
	struct cao_cert cert, by;
	enum cao_status st;

	st = cao_store_load(
	    in->store, in->order.certificate, CAO_LOAD_PAIR, &subject, err);
	if (st != CAO_OK)
		return st;
	if (subject.pair == NULL) {
		st = cao_fail(
		    err, CAO_INTEGRITY, "order %s has no pair", subject.number);
		goto out;
	}
	der = &subject.pair->encrypt;
	if ((st = cao_cert_read(der->data, der->len, &cert, err)) != CAO_OK ||
	    (st = cao_cert_read(sign->data, sign->len, &by, err)) != CAO_OK)
		goto out;
	if (!cao_cert_has_key(&cert, o->opened))
		st = cao_fail(err, CAO_INTEGRITY,
		    "the key in the envelope is not that of order %s",
		    subject.number);
	else if (!cao_cert_has_key(&by, o->sign))
		st = cao_fail(err, CAO_INTEGRITY,
		    "the signing key in the container is not that of order %s",
		    o->order.number);
	if (st != CAO_OK || in->env->dry_run ||
	    (st = put_recovered(in->container, o, &subject, &cert, err)))
		goto out;
	if (in->order.installed == 0)
		st = cao_receipt_sign(in, o->sign, &by, NULL, err);
out:
	cao_order_free(&subject);
	return st;
}

enum cao_status
cao_install_key(struct cao_install *in, struct cao_error *err)
{
	struct opener o = { .sign = NULL };
	enum cao_status st;

	if ((st = find_opener(in, &o, err)) == CAO_OK)
		st = install_opened(in, &o, err);
	free_opener(&o);
	return st;
}
