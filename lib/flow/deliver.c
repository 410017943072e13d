/* What orders are fulfilled with that make no pair but deliver something. */
#include <string.h>

#include "flow/deliver.h"
#include "pki/code.h"
#include "pki/envelope.h"

#define HOUR INT64_C(3600)

void
cao_delivery_free(struct cao_delivery *d)
{
	cao_buf_free(&d->sealed);
	cao_buf_free(&d->payload);
	cao_secret_free(d->code);
	d->code = NULL;
}

/* Open what was sealed to the recovery certificate. */
static enum cao_status
open_sealed(const struct cao_key *recovery, const struct cao_buf *cert,
    const struct cao_buf *sealed, struct cao_secret **ret,
    struct cao_error *err)
{
	if (recovery == NULL)
		return cao_fail(err, CAO_NOTFOUND,
		    "this needs the recovery key, and ca/recovery.key is not "
		    "there; put it back for as long as it is needed");
	return cao_recovery_open(recovery, cert->data, cert->len, sealed->data,
	    sealed->len, ret, err);
}

enum cao_status
cao_deliver_pin(struct cao_delivery *d, struct cao_error *err)
{
	struct cao_secret *pin = NULL, *code = NULL;
	struct cao_buf payload = { 0 };
	enum cao_status st;

	st = open_sealed(d->recovery, d->recovery_cert, &d->sealed, &pin, err);
	if (st != CAO_OK)
		return cao_error_prefix(err, "the backup PIN");
	if ((st = cao_code_make(&code, err)) != CAO_OK ||
	    (st = cao_code_seal(code, d->order->number, cao_secret_data(pin),
		 cao_secret_len(pin), &payload, err)) != CAO_OK)
		goto out;
	d->payload = payload;
	d->code = code;
	d->expires = d->now + d->hours * HOUR;
	code = NULL;
	payload = (struct cao_buf){ 0 };
out:
	cao_secret_free(pin);
	cao_secret_free(code);
	cao_buf_free(&payload);
	return st;
}

static enum cao_status
check_key(
    const struct cao_pair *p, const struct cao_key *key, struct cao_error *err)
{
	struct cao_cert cert;
	enum cao_status st;

	st = cao_cert_read(p->encrypt.data, p->encrypt.len, &cert, err);
	if (st != CAO_OK)
		return st;
	if (!cao_cert_has_key(&cert, key))
		return cao_fail(err, CAO_INTEGRITY,
		    "the archived key is not the encryption certificate's");
	return CAO_OK;
}

enum cao_status
cao_deliver_archived(const struct cao_pair *p, const struct cao_key *recovery,
    const struct cao_buf *recovery_cert, struct cao_key **ret,
    struct cao_error *err)
{
	struct cao_secret *secret = NULL;
	struct cao_key *key = NULL;
	enum cao_status st;

	if ((st = open_sealed(recovery, recovery_cert, &p->archive, &secret,
		 err)) != CAO_OK ||
	    (st = cao_key_import(secret, &key, err)) != CAO_OK) {
		err->status =
		    st == CAO_SYSTEM || st == CAO_NOTFOUND ? st : CAO_INTEGRITY;
		st = cao_error_prefix(err, "the archived key");
	} else {
		st = check_key(p, key, err);
	}
	cao_secret_free(secret);
	if (st == CAO_OK)
		*ret = key;
	else
		cao_key_free(key);
	return st;
}

enum cao_status
cao_deliver_key(struct cao_delivery *d, struct cao_error *err)
{
	const struct cao_buf *to = &d->current->pair->sign;
	struct cao_buf payload = { 0 };
	struct cao_key *key = NULL;
	enum cao_status st;

	if ((st = cao_deliver_archived(d->subject->pair, d->recovery,
		 d->recovery_cert, &key, err)) != CAO_OK ||
	    (st = cao_envelope_seal(to->data, to->len, key, &payload, err)))
		goto out;
	d->payload = payload;
	d->expires = 0;
	payload = (struct cao_buf){ 0 };
out:
	cao_key_free(key);
	cao_buf_free(&payload);
	return st;
}
