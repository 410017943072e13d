/* A pair into its container: verified, the envelope opened, the files
 * written. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "flow/ca.h"
#include "flow/install.h"
#include "pki/chain.h"
#include "pki/envelope.h"

/* A key that was made before its order had a number gets it now, so that the
 * container is found by the number alone from here on. */
static enum cao_status
take_number(const struct cao_container *c, const struct cao_order *o,
    const char *name, struct cao_error *err)
{
	char *from, *to;
	enum cao_status st;

	if (strcmp(name, o->number) == 0)
		return CAO_OK;
	from = cao_container_path(c, name, NULL);
	to = cao_container_path(c, o->number, NULL);
	if (from == NULL || to == NULL)
		st = cao_fail_memory(err);
	else if (rename(from, to) == -1)
		st = cao_fail_errno(err, "%s", to);
	else
		st = cao_file_sync_dir(c->dir, err);
	free(from);
	free(to);
	return st;
}

/* One certificate of the pair: its chain, its usage.  A renewed one may begin
 * where the other ends. */
static enum cao_status
check_cert(const struct cao_buf *der, enum cao_usage want,
    const struct cao_octets above[2], int64_t now, struct cao_cert *ret,
    struct cao_error *err)
{
	const struct cao_octets leaf = { der->data, der->len };
	enum cao_usage usage;
	enum cao_status st;

	if ((st = cao_cert_read(der->data, der->len, ret, err)) != CAO_OK)
		return st;
	if (!cao_cert_usage(ret, &usage) || usage != want)
		return cao_fail(err, CAO_INTEGRITY,
		    want == CAO_SIGN
			? N_("the signing certificate does not say that it is "
			     "one (keyUsage)")
			: N_("the encryption certificate does not say that it "
			     "is one (keyUsage)"));
	return cao_chain_verify(&leaf, above, 2,
	    now > ret->not_before ? now : ret->not_before, err);
}

/* Both certificates: good, of one holder and term, the first over our key. */
static enum cao_status
check_pair(struct cao_install *in, const struct cao_key *sign,
    struct cao_cert ret[2], struct cao_buf chain[2], struct cao_error *err)
{
	const struct cao_pair *p = in->order.pair;
	int64_t now = in->env->now;
	struct cao_octets above[2];
	enum cao_status st;

	st = cao_ca_chain(
	    in->store, cao_key_algorithm(sign), &chain[0], &chain[1], err);
	if (st != CAO_OK)
		return st;
	for (int i = 0; i < 2; i++)
		above[i] = (struct cao_octets){ chain[i].data, chain[i].len };
	if ((st = check_cert(&p->sign, CAO_SIGN, above, now, &ret[CAO_SIGN],
		 err)) != CAO_OK ||
	    (st = check_cert(&p->encrypt, CAO_ENCRYPT, above, now,
		 &ret[CAO_ENCRYPT], err)) != CAO_OK)
		return st;
	if (ret[0].subject_len != ret[1].subject_len ||
	    memcmp(ret[0].subject, ret[1].subject, ret[0].subject_len) != 0 ||
	    ret[0].not_before != ret[1].not_before ||
	    ret[0].not_after != ret[1].not_after)
		return cao_fail(err, CAO_INTEGRITY,
		    "the two certificates are not one pair: their subjects or "
		    "terms differ");
	if (!cao_cert_has_key(&ret[CAO_SIGN], sign))
		return cao_fail(err, CAO_INTEGRITY,
		    "the signing certificate is not over the key in the "
		    "container");
	return CAO_OK;
}

/* The encryption key out of its envelope, which must be the certificate's. */
static enum cao_status
put_key(struct cao_install *in, const struct cao_key *sign,
    const struct cao_cert *encrypt, struct cao_error *err)
{
	const struct cao_container *c = in->container;
	const struct cao_pair *p = in->order.pair;
	const char *name = in->order.number;
	struct cao_key *key = NULL;
	enum cao_status st;

	if (cao_install_has_key(c, name, "encrypt.key", encrypt))
		return CAO_OK;
	st = cao_envelope_open(sign, p->sign.data, p->sign.len,
	    p->envelope.data, p->envelope.len, &key, err);
	if (st != CAO_OK)
		return st;
	if (!cao_cert_has_key(encrypt, key))
		st = cao_fail(err, CAO_INTEGRITY,
		    "the key in the envelope is not the encryption "
		    "certificate's");
	else
		st = cao_container_put_key(c, name, "encrypt.key", key, err);
	cao_key_free(key);
	return st;
}

/* The signing certificate comes last: where it is, all is. */
static enum cao_status
put_files(struct cao_install *in, const struct cao_key *sign,
    const struct cao_cert *encrypt, const struct cao_buf chain[2],
    struct cao_error *err)
{
	const struct cao_container *c = in->container;
	const struct cao_pair *p = in->order.pair;
	const char *name = in->order.number;
	enum cao_status st;

	if ((st = put_key(in, sign, encrypt, err)) != CAO_OK ||
	    (st = cao_install_keep(in, err)) != CAO_OK ||
	    (st = cao_install_put_pem(
		 c, name, "encrypt.crt", &p->encrypt, NULL, err)) != CAO_OK ||
	    (st = cao_install_put_pem(
		 c, name, "chain.pem", &chain[0], &chain[1], err)) != CAO_OK)
		return st;
	return cao_install_put_pem(c, name, "sign.crt", &p->sign, NULL, err);
}

enum cao_status
cao_install_pair(struct cao_install *in, struct cao_error *err)
{
	const struct cao_container *c = in->container;
	char folder[CAO_CONTAINER_NAME_SIZE];
	struct cao_buf chain[2] = { { 0 }, { 0 } };
	struct cao_key *sign = NULL;
	struct cao_cert certs[2];
	enum cao_status st;

	cao_install_folder(c, &in->order, folder);
	if ((st = cao_container_get_key(c, folder, "sign.key", &sign, err)) ||
	    (st = check_pair(in, sign, certs, chain, err)) != CAO_OK ||
	    in->env->dry_run ||
	    (st = take_number(c, &in->order, folder, err)) != CAO_OK ||
	    (st = put_files(in, sign, &certs[CAO_ENCRYPT], chain, err)))
		goto out;
	if (in->order.installed == 0)
		st = cao_receipt_sign(
		    in, sign, &certs[CAO_SIGN], &certs[CAO_ENCRYPT], err);
out:
	cao_key_free(sign);
	cao_buf_free(&chain[0]);
	cao_buf_free(&chain[1]);
	return st;
}
