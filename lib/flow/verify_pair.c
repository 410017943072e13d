/* A pair, held to the CA, the request and each other. */
#include <string.h>

#include "flow/verify.h"
#include "pki/chain.h"
#include "pki/csr.h"

static enum cao_status
bad_pair(struct cao_error *err, enum cao_usage usage, const char *what)
{
	return cao_fail(err, CAO_INTEGRITY,
	    usage == CAO_SIGN ? N_("the signing certificate %s")
			      : N_("the encryption certificate %s"),
	    _(what));
}

/* By the issuing CA of its key's algorithm. */
static enum cao_status
check_issuer(struct cao_verify *v, enum cao_usage usage,
    const struct cao_cert *cert, struct cao_error *err)
{
	const struct cao_verify_ca *ca;
	struct cao_key *key = NULL;
	enum cao_status st;

	st = cao_key_from_spki(cert->spki, cert->spki_len, &key, err);
	if (st != CAO_OK)
		return st;
	ca = &v->ca[cao_ca_index(cao_key_algorithm(key))];
	cao_key_free(key);
	if (ca->key == NULL)
		return CAO_OK; /* the CA itself is bad, and that was told */
	if (!cao_cert_names_issuer(cert, &ca->cert) ||
	    cao_cert_verify(cert, ca->key, err) != CAO_OK)
		return bad_pair(err, usage, N_("is not signed by the CA"));
	return CAO_OK;
}

static enum cao_status
check_cert(struct cao_verify *v, const struct cao_pair *p, enum cao_usage usage,
    struct cao_cert *ret, struct cao_error *err)
{
	const struct cao_buf *der = usage == CAO_SIGN ? &p->sign : &p->encrypt;
	enum cao_usage have;
	enum cao_status st;

	if ((st = cao_cert_read(der->data, der->len, ret, err)) != CAO_OK ||
	    (st = check_issuer(v, usage, ret, err)) != CAO_OK)
		return st;
	if (!cao_cert_usage(ret, &have) || have != usage)
		return bad_pair(
		    err, usage, N_("does not say that it is one (keyUsage)"));
	if (ret->not_before != p->not_before || ret->not_after != p->not_after)
		return bad_pair(
		    err, usage, N_("has another term than was recorded"));
	return CAO_OK;
}

/* Both serials: those of the certificates, recorded for them. */
static enum cao_status
check_serials(struct cao_verify *v, const struct cao_order *o,
    const struct cao_cert certs[2], struct cao_error *err)
{
	struct cao_query *q = cao_db_use(v->store->db, SQL_VERIFY_SERIALS);
	enum cao_status st;
	const void *serial;
	size_t len;
	bool row;

	cao_db_int(q, ":order", o->id);
	if ((st = cao_db_step(q, &row, err)) != CAO_OK)
		return st;
	for (int i = 0; row && st == CAO_OK && i < 2; i++) {
		serial = cao_col_blob(q, i, &len);
		if (len != certs[i].serial_len ||
		    memcmp(serial, certs[i].serial, len) != 0)
			st = bad_pair(err, (enum cao_usage)i,
			    N_("has another serial than was recorded"));
		else if (cao_col_int(q, 2 + i) == 0)
			st = bad_pair(err, (enum cao_usage)i,
			    N_("has a serial that was not recorded for it"));
	}
	cao_db_done(q);
	return st;
}

/* The signing certificate is over the key of the request. */
static enum cao_status
check_key(const struct cao_order *o, const struct cao_cert *sign,
    struct cao_error *err)
{
	unsigned char digest[CAO_DIGEST_SIZE];

	cao_sha256(sign->spki, sign->spki_len, digest);
	if (memcmp(digest, o->key, sizeof digest) != 0)
		return bad_pair(
		    err, CAO_SIGN, N_("is not over the key of the request"));
	return CAO_OK;
}

enum cao_status
cao_verify_pair(
    struct cao_verify *v, const struct cao_order *o, struct cao_error *err)
{
	struct cao_cert c[2];
	enum cao_status st;

	if (o->pair == NULL)
		return CAO_OK;
	if ((st = check_cert(v, o->pair, CAO_SIGN, &c[CAO_SIGN], err)) ||
	    (st = check_cert(v, o->pair, CAO_ENCRYPT, &c[CAO_ENCRYPT], err)))
		return st;
	if (c[0].subject_len != c[1].subject_len ||
	    memcmp(c[0].subject, c[1].subject, c[0].subject_len) != 0)
		return cao_fail(err, CAO_INTEGRITY,
		    "the two certificates are not one pair: their subjects "
		    "differ");
	if ((st = check_serials(v, o, c, err)) != CAO_OK)
		return st;
	return check_key(o, &c[CAO_SIGN], err);
}
