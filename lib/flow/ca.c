/* The CAs with their keys opened, and the recovery certificate. */
#include <stdio.h>
#include <stdlib.h>

#include "flow/ca.h"
#include "flow/setup.h"

const char *const cao_ca_names[CAO_CAS] = { "sm2", "p256", "rsa" };

unsigned
cao_ca_index(enum cao_algorithm algorithm)
{
	return algorithm == CAO_SM2 ? 0 : algorithm == CAO_P256 ? 1 : 2;
}

static enum cao_status
open_one(struct cao_store *s, struct cao_pin *pin, struct cao_ca *ca,
    unsigned i, struct cao_error *err)
{
	struct cao_buf der = { 0 };
	struct cao_cert cert;
	enum cao_status st;
	char name[32];

	(void)snprintf(name, sizeof name, "%s-ca", cao_ca_names[i]);
	if ((st = cao_setup_ca_cert(s, name, &der, err)) != CAO_OK ||
	    (st = cao_cert_read(der.data, der.len, &cert, err)) != CAO_OK ||
	    (st = cao_setup_ca_key(s, name, pin, &ca->list[i].key, err)))
		goto out;
	ca->list[i].not_after = cert.not_after;
	st = cao_issuer_new(
	    der.data, der.len, ca->list[i].key, &ca->list[i].issuer, err);
out:
	cao_buf_free(&der);
	return st;
}

enum cao_status
cao_ca_open(struct cao_store *s, const struct cao_secret *secret,
    struct cao_ca **ret, struct cao_error *err)
{
	struct cao_pin *pin = NULL;
	struct cao_ca *ca;
	enum cao_status st;

	if ((ca = calloc(1, sizeof *ca)) == NULL)
		return cao_fail_memory(err);
	st = cao_pin_new(secret, &pin, err);
	for (unsigned i = 0; st == CAO_OK && i < CAO_CAS; i++)
		st = open_one(s, pin, ca, i, err);
	if (st == CAO_OK)
		st = cao_setup_ca_cert(s, "recovery", &ca->recovery, err);
	if (st == CAO_OK)
		st = cao_setup_ca_key(
		    s, "recovery", pin, &ca->recovery_key, err);
	if (st == CAO_NOTFOUND && ca->recovery_key == NULL &&
	    ca->recovery.len > 0)
		st = CAO_OK; /* it is locked away */
	cao_pin_free(pin);
	if (st == CAO_OK)
		*ret = ca;
	else
		cao_ca_close(ca);
	return st;
}

void
cao_ca_close(struct cao_ca *ca)
{
	if (ca == NULL)
		return;
	for (unsigned i = 0; i < CAO_CAS; i++) {
		cao_issuer_free(ca->list[i].issuer);
		cao_key_free(ca->list[i].key);
	}
	cao_buf_free(&ca->recovery);
	cao_key_free(ca->recovery_key);
	free(ca);
}

enum cao_status
cao_ca_chain(struct cao_store *s, enum cao_algorithm algorithm,
    struct cao_buf *ret_issuing, struct cao_buf *ret_root,
    struct cao_error *err)
{
	const char *ca = cao_ca_names[cao_ca_index(algorithm)];
	enum cao_status st;
	char name[32];

	(void)snprintf(name, sizeof name, "%s-ca", ca);
	if ((st = cao_setup_ca_cert(s, name, ret_issuing, err)) != CAO_OK)
		return st;
	(void)snprintf(name, sizeof name, "%s-root", ca);
	return cao_setup_ca_cert(s, name, ret_root, err);
}
