#include <stdio.h>
#include <string.h>

#include "base/time.h"
#include "pki/authority.h"
#include "pki/der.h"

#define ROOT_YEARS 20
#define ISSUING_YEARS 10
#define NAME_SIZE 512
#define DAY_SECONDS 86400

/* How the algorithm is called in the DN of its authorities: each has a DN of
 * its own, since some readers refuse one DN over several keys. */
static const char *const titles[] = {
	[CAO_SM2] = "SM2",
	[CAO_P256] = "P-256",
	[CAO_RSA2048] = "RSA-2048",
	[CAO_RSA3072] = "RSA-3072",
};

/* The texts of one authority's certificate. */
struct part {
	struct cao_cert_spec spec;
	char common_name[NAME_SIZE];
};

static enum cao_status
describe(struct part *p, const struct cao_key *key, const char *ca_name,
    const char *title, int64_t now, int years, struct cao_error *err)
{
	int n = snprintf(
	    p->common_name, sizeof p->common_name, "%s %s", ca_name, title);

	if (n < 0 || (size_t)n >= sizeof p->common_name)
		return cao_fail(err, CAO_INPUT,
		    "RFC 5280 appendix A.1: the name of the CA is too long");
	p->spec.spki = cao_key_spki(key, &p->spec.spki_len);
	p->spec.path_length = -1;
	p->spec.not_before = now;
	p->spec.not_after = cao_time_add_months(now, 12 * years);
	p->spec.subject.country = "CN";
	p->spec.subject.organisation = ca_name;
	p->spec.subject.common_name = p->common_name;
	return cao_serial_make(p->spec.serial, err);
}

/* Build, lint, sign. */
static enum cao_status
certify(const struct part *p, const struct cao_issuer *issuer,
    const struct cao_key *key, struct cao_buf *ret, struct cao_error *err)
{
	enum cao_status st;
	struct cao_buf tbs = { 0 }, cert = { 0 };

	if ((st = cao_cert_tbs(&p->spec, issuer, key, &tbs, err)) != CAO_OK ||
	    (st = cao_cert_lint(tbs.data, tbs.len, &p->spec, issuer, err)) !=
		CAO_OK ||
	    (st = cao_cert_sign(key, tbs.data, tbs.len, &cert, err)) != CAO_OK)
		goto out;
	*ret = cert, cert = (struct cao_buf){ 0 };
out:
	cao_buf_free(&tbs);
	cao_buf_free(&cert);
	return st;
}

enum cao_status
cao_authority_self(const struct cao_key *key, enum cao_usage usage,
    const char *ca_name, const char *title, int64_t now, int years,
    struct cao_buf *ret_cert, struct cao_error *err)
{
	enum cao_status st;
	struct part p = { .spec.usage = usage };

	if ((st = describe(&p, key, ca_name, title, now, years, err)) != CAO_OK)
		return st;
	return certify(&p, NULL, key, ret_cert, err);
}

static enum cao_status
make_root(struct cao_hierarchy *h, enum cao_algorithm key_algorithm,
    const char *ca_name, const char *title, int64_t now, struct cao_error *err)
{
	enum cao_status st;
	struct part p = { .spec.usage = CAO_AUTHORITY };

	if ((st = cao_key_generate(key_algorithm, &h->root_key, err)) !=
		CAO_OK ||
	    (st = describe(&p, h->root_key, ca_name, title, now, ROOT_YEARS,
		 err)) != CAO_OK)
		return st;
	p.spec.path_length = 1;
	return certify(&p, NULL, h->root_key, &h->root_cert, err);
}

static enum cao_status
make_issuing(struct cao_hierarchy *h, enum cao_algorithm key_algorithm,
    const char *ca_name, const char *title, int64_t now, struct cao_error *err)
{
	enum cao_status st;
	struct part p = { .spec.usage = CAO_AUTHORITY };
	struct cao_issuer *root = NULL;

	if ((st = cao_key_generate(key_algorithm, &h->issuing_key, err)) !=
		CAO_OK ||
	    (st = describe(&p, h->issuing_key, ca_name, title, now,
		 ISSUING_YEARS, err)) != CAO_OK ||
	    (st = cao_issuer_new(h->root_cert.data, h->root_cert.len,
		 h->root_key, &root, err)) != CAO_OK)
		return st;
	p.spec.path_length = 0;
	st = certify(&p, root, h->root_key, &h->issuing_cert, err);
	cao_issuer_free(root);
	return st;
}

enum cao_status
cao_authority_make(enum cao_algorithm alg, const char *ca_name, int64_t now,
    struct cao_hierarchy *ret, struct cao_error *err)
{
	enum cao_status st;
	struct cao_hierarchy h = { 0 };
	enum cao_algorithm key_algorithm =
	    alg == CAO_RSA2048 ? CAO_RSA3072 : alg;
	char root[32], issuing[32];

	(void)snprintf(root, sizeof root, "%s Root", titles[alg]);
	(void)snprintf(issuing, sizeof issuing, "%s CA", titles[alg]);
	if ((st = make_root(&h, key_algorithm, ca_name, root, now, err)) ==
		CAO_OK &&
	    (st = make_issuing(
		 &h, key_algorithm, ca_name, issuing, now, err)) == CAO_OK) {
		*ret = h;
		return CAO_OK;
	}
	cao_hierarchy_free(&h);
	return st;
}

/* The text of the first attribute of that type; false: none that fits. */
static bool
name_part(const void *name, size_t len, const char *oid, char out[NAME_SIZE])
{
	struct cao_der w = { name, len }, rdns, set, pair, type, text;
	unsigned tag;

	if (!cao_der_take(&w, CAO_DER_SEQUENCE, &rdns))
		return false;
	while (cao_der_take(&rdns, CAO_DER_SET, &set))
		if (cao_der_take(&set, CAO_DER_SEQUENCE, &pair) &&
		    cao_der_take(&pair, CAO_DER_OID, &type) &&
		    cao_der_is_oid(&type, oid) &&
		    cao_der_next(&pair, &tag, &text, NULL) &&
		    text.len < NAME_SIZE) {
			memcpy(out, text.data, text.len);
			out[text.len] = '\0';
			return true;
		}
	return false;
}

/* Named after its CA. */
static enum cao_status
describe_responder(struct part *p, const struct cao_cert *ca,
    char organisation[NAME_SIZE], struct cao_error *err)
{
	static const char was[] = " CA", is[] = " OCSP";
	char *name = p->common_name;
	size_t n;

	if (!name_part(ca->subject, ca->subject_len, "2.5.4.3", name) ||
	    !name_part(ca->subject, ca->subject_len, "2.5.4.10", organisation))
		return cao_fail(err, CAO_INTEGRITY,
		    "the issuing CA's certificate has no name and organisation");
	n = strlen(name);
	if (n >= sizeof was - 1 && strcmp(name + n - sizeof was + 1, was) == 0)
		n -= sizeof was - 1;
	if (n + sizeof is > NAME_SIZE)
		return cao_fail(err, CAO_INPUT,
		    "RFC 5280 appendix A.1: the name of the CA is too long");
	memcpy(name + n, is, sizeof is);
	p->spec.subject.country = "CN";
	p->spec.subject.organisation = organisation;
	p->spec.subject.common_name = name;
	return CAO_OK;
}

enum cao_status
cao_authority_responder(const struct cao_issuer *issuer,
    const struct cao_key *issuer_key, const struct cao_key *key, int64_t now,
    int64_t days, struct cao_buf *ret_cert, struct cao_error *err)
{
	struct part p = { .spec.usage = CAO_RESPONDER };
	const unsigned char *der;
	char organisation[NAME_SIZE];
	struct cao_cert ca;
	enum cao_status st;
	size_t len;

	der = cao_issuer_cert(issuer, &len);
	if ((st = cao_cert_read(der, len, &ca, err)) != CAO_OK ||
	    (st = describe_responder(&p, &ca, organisation, err)) != CAO_OK ||
	    (st = cao_serial_make(p.spec.serial, err)) != CAO_OK)
		return st;
	p.spec.spki = cao_key_spki(key, &p.spec.spki_len);
	p.spec.not_before = now;
	p.spec.not_after = now + days * DAY_SECONDS;
	if (p.spec.not_after > ca.not_after)
		p.spec.not_after = ca.not_after;
	return certify(&p, issuer, issuer_key, ret_cert, err);
}

void
cao_hierarchy_free(struct cao_hierarchy *h)
{
	if (h == NULL)
		return;
	cao_key_free(h->root_key);
	cao_key_free(h->issuing_key);
	cao_buf_free(&h->root_cert);
	cao_buf_free(&h->issuing_cert);
	*h = (struct cao_hierarchy){ 0 };
}
