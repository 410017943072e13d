/* A pair of certificates made: pure work, to be done on any core. */
#include <string.h>

#include "flow/deliver.h"
#include "flow/draft.h"
#include "flow/pair.h"
#include "ident/organisation.h"
#include "order/address.h"
#include "pki/envelope.h"

/* The text that both certificates of a pair carry: the first half of the
 * SHA-256 over both public keys. */
#define BINDING_SIZE 33

void
cao_pair_work_free(struct cao_pair_work *w)
{
	cao_buf_free(&w->cert[CAO_SIGN]);
	cao_buf_free(&w->cert[CAO_ENCRYPT]);
	cao_buf_free(&w->envelope);
	cao_buf_free(&w->archive);
}

static enum cao_status
bind(const struct cao_key *sign, const struct cao_key *encrypt,
    char out[BINDING_SIZE], struct cao_error *err)
{
	unsigned char digest[CAO_DIGEST_SIZE];
	char hex[CAO_DIGEST_HEX];
	struct cao_buf both = { 0 };
	const unsigned char *spki;
	enum cao_status st;
	size_t len;

	spki = cao_key_spki(sign, &len);
	cao_buf_add(&both, spki, len);
	spki = cao_key_spki(encrypt, &len);
	cao_buf_add(&both, spki, len);
	if ((st = cao_sha256_buf(&both, digest, err)) != CAO_OK)
		return st;
	cao_digest_hex(digest, hex);
	memcpy(out, hex, BINDING_SIZE - 1);
	out[BINDING_SIZE - 1] = '\0';
	return CAO_OK;
}

static struct cao_cert_spec
describe(const struct cao_pair_work *w, enum cao_usage usage,
    const struct cao_key *key, const char *binding,
    const struct cao_address *address)
{
	const struct cao_application *a = w->application;
	struct cao_cert_spec spec = {
		.usage = usage,
		.not_before = w->not_before,
		.not_after = w->not_after,
		.subject = cao_draft_subject(a),
		.person_id_type = a->user.id_type,
		.person_id = a->user.id_number,
		/* a licence field may hold a USCC: it is what it is */
		.organisation_id_type =
		    cao_uscc_valid(a->organisation.id_number)
		    ? "uscc"
		    : a->organisation.id_type,
		.organisation_id = a->organisation.id_number,
		.entity_id = binding,
		.policy = w->profile->policy,
		.cps = address->cps,
		.crl = address->crl,
		.ocsp = address->ocsp,
		.issuer_url = address->issuer,
	};

	memcpy(spec.serial, w->serial[usage], CAO_SERIAL_SIZE);
	spec.spki = cao_key_spki(key, &spec.spki_len);
	return spec;
}

/* Build, lint, sign; what was signed must be what was linted. */
static enum cao_status
make_cert(struct cao_pair_work *w, enum cao_usage usage,
    const struct cao_key *key, const char *binding, struct cao_error *err)
{
	unsigned i = cao_ca_index(cao_key_algorithm(key));
	const struct cao_issuer *issuer = w->ca->list[i].issuer;
	struct cao_address address;
	struct cao_cert_spec spec;
	struct cao_buf tbs = { 0 };
	struct cao_cert cert;
	enum cao_status st;

	if ((st = cao_address_fill(w->profile, cao_ca_names[i],
		 w->serial[usage], &address, err)) != CAO_OK)
		return st;
	spec = describe(w, usage, key, binding, &address);
	if ((st = cao_cert_tbs(&spec, issuer, NULL, &tbs, err)) != CAO_OK ||
	    (st = cao_cert_lint(tbs.data, tbs.len, &spec, issuer, err)) ||
	    (st = cao_cert_sign(w->ca->list[i].key, tbs.data, tbs.len,
		 &w->cert[usage], err)) != CAO_OK ||
	    (st = cao_cert_read(w->cert[usage].data, w->cert[usage].len, &cert,
		 err)) != CAO_OK)
		goto out;
	if (cert.tbs_len != tbs.len || memcmp(cert.tbs, tbs.data, tbs.len) != 0)
		st = cao_fail(err, CAO_INTEGRITY,
		    "what was signed is not what was checked");
out:
	cao_buf_free(&tbs);
	cao_address_free(&address);
	return st;
}

static enum cao_status
archive_key(
    struct cao_pair_work *w, const struct cao_key *key, struct cao_error *err)
{
	struct cao_secret *secret = NULL;
	enum cao_status st;

	if ((st = cao_key_export(key, &secret, err)) == CAO_OK)
		st = cao_recovery_seal(w->ca->recovery.data,
		    w->ca->recovery.len, cao_secret_data(secret),
		    cao_secret_len(secret), &w->archive, err);
	cao_secret_free(secret);
	return st;
}

static enum cao_status
encryption_key(const struct cao_pair_work *w, enum cao_algorithm algorithm,
    struct cao_key **ret, struct cao_error *err)
{
	if (w->kept == NULL)
		return cao_key_generate(algorithm, ret, err);
	return cao_deliver_archived(
	    w->kept, w->ca->recovery_key, &w->ca->recovery, ret, err);
}

enum cao_status
cao_pair_make(struct cao_pair_work *w, struct cao_error *err)
{
	enum cao_algorithm algorithm = cao_key_algorithm(w->holder);
	struct cao_key *key = NULL;
	char binding[BINDING_SIZE];
	enum cao_status st;

	if (w->not_after > w->ca->list[cao_ca_index(algorithm)].not_after)
		return cao_fail(err, CAO_DENIED,
		    "the certificates would outlive the CA's own");
	if ((st = encryption_key(w, algorithm, &key, err)) != CAO_OK ||
	    (st = bind(w->holder, key, binding, err)) != CAO_OK ||
	    (st = make_cert(w, CAO_SIGN, w->holder, binding, err)) ||
	    (st = make_cert(w, CAO_ENCRYPT, key, binding, err)) != CAO_OK ||
	    (st = cao_envelope_seal(w->cert[CAO_SIGN].data,
		 w->cert[CAO_SIGN].len, key, &w->envelope, err)) != CAO_OK)
		goto out;
	st = archive_key(w, key, err);
out:
	cao_key_free(key);
	return st;
}
