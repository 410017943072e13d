/* Is a certificate good?  One request answered. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "flow/answer.h"
#include "flow/setup.h"
#include "store/revocation.h"
#include "store/store.h"
#include "store/witness.h"

#define HOUR_SECONDS 3600

enum cao_status
cao_answer_ca_read(struct cao_store *s, unsigned i, struct cao_answer_ca *ret,
    struct cao_error *err)
{
	enum cao_status st;
	char name[16];

	ret->i = i;
	(void)snprintf(name, sizeof name, "%s-ca", cao_ca_names[i]);
	st = cao_setup_ca_cert(s, name, &ret->der, err);
	if (st == CAO_OK)
		st =
		    cao_cert_read(ret->der.data, ret->der.len, &ret->cert, err);
	if (st == CAO_OK)
		st = cao_ocsp_issuer_read(&ret->cert, &ret->issuer, err);
	return st;
}

/* Is there a pair with a certificate of that serial, by the CA? */
static enum cao_status
issued(struct cao_store *s, const struct cao_cert *ca, const void *serial,
    size_t len, bool *ret, struct cao_error *err)
{
	static const enum cao_sql which[] = { SQL_PAIR_BY_SIGN,
		SQL_PAIR_BY_ENCRYPT };
	enum cao_status st = CAO_OK;
	struct cao_cert cert;
	bool row = false;

	*ret = false;
	for (size_t i = 0; i < 2 && st == CAO_OK && !row; i++) {
		struct cao_query *q = cao_db_use(s->db, which[i]);
		const void *der;
		size_t n;

		cao_db_blob(q, ":serial", serial, len);
		if ((st = cao_db_step(q, &row, err)) != CAO_OK || !row)
			continue;
		der = cao_col_blob(q, 0, &n);
		if ((st = cao_cert_read(der, n, &cert, err)) == CAO_OK)
			*ret = cao_cert_names_issuer(&cert, ca);
		cao_db_done(q);
	}
	return st;
}

enum cao_status
cao_answer_revoked(struct cao_store *s, const struct cao_answer_ca *ca,
    const void *serial, size_t len, struct cao_ocsp_status *ret, bool *ret_said,
    struct cao_error *err)
{
	struct cao_revocation r = { .id = 0 };
	enum cao_status st;
	bool found;

	st = cao_revocation_by_serial(s, serial, len, &r, &found, err);
	if (st != CAO_OK)
		return st;
	*ret_said = found && strcmp(r.ca, cao_ca_names[ca->i]) == 0;
	if (*ret_said && r.reason == CAO_RELEASE)
		*ret = (struct cao_ocsp_status){ .state = CAO_OCSP_GOOD };
	else if (*ret_said)
		*ret = (struct cao_ocsp_status){ CAO_OCSP_REVOKED, r.since,
			r.reason };
	cao_revocation_free(&r);
	return CAO_OK;
}

/* Of a certificate that somebody asks for: nothing is known of it yet. */
static enum cao_status
status_of(struct cao_store *s, const struct cao_answer_ca *ca,
    const struct cao_octets *serial, struct cao_ocsp_status *ret,
    struct cao_error *err)
{
	enum cao_status st;
	bool said, found;

	st = cao_answer_revoked(
	    s, ca, serial->data, serial->len, ret, &said, err);
	if (st != CAO_OK || said)
		return st;
	st = issued(s, &ca->cert, serial->data, serial->len, &found, err);
	if (st == CAO_OK)
		ret->state = found ? CAO_OCSP_GOOD : CAO_OCSP_UNKNOWN;
	return st;
}

enum cao_status
cao_answer_until(struct cao_store *s, const struct cao_responder *r,
    int64_t now, int64_t *ret, struct cao_error *err)
{
	int64_t end = cao_responder_cert(r)->not_after;
	const struct cao_config *config;
	enum cao_status st;

	if ((st = cao_store_config(s, &config, err)) != CAO_OK)
		return st;
	*ret = now + config->ocsp.hours * HOUR_SECONDS;
	if (*ret > end)
		*ret = end;
	return CAO_OK;
}

/* Our CA that the request is about: of several the first that one of its
 * certificates is of. */
static enum cao_status
find_ca(struct cao_store *s, const struct cao_ocsp_request *req,
    struct cao_answer_ca *ca, bool *ret_found, struct cao_error *err)
{
	enum cao_status st;

	*ret_found = false;
	for (unsigned i = 0; i < CAO_CAS && !*ret_found; i++) {
		if ((st = cao_answer_ca_read(s, i, ca, err)) != CAO_OK)
			return st;
		for (size_t k = 0; k < req->count && !*ret_found; k++)
			*ret_found = cao_ocsp_id_of(&req->list[k], &ca->issuer);
	}
	return CAO_OK;
}

/* All of one moment. */
static enum cao_status
find_statuses(struct cao_store *s, const struct cao_answer_ca *ca,
    const struct cao_ocsp_request *req,
    struct cao_ocsp_status list[CAO_OCSP_CERTS_MAX], struct cao_error *err)
{
	enum cao_status st = cao_db_begin_read(s->db, __func__, err);

	for (size_t i = 0; st == CAO_OK && i < req->count; i++) {
		const struct cao_ocsp_id *id = &req->list[i];

		list[i] = (struct cao_ocsp_status){ .since = 0 };
		if (cao_ocsp_id_of(id, &ca->issuer))
			st = status_of(s, ca, &id->serial, &list[i], err);
	}
	cao_db_rollback(s->db);
	return st;
}

/* Sign it, and say how long it is good and what it is known by. */
static enum cao_status
finish(struct cao_store *s, const struct cao_env *env,
    const struct cao_responder *r, const struct cao_ocsp_request *req,
    const struct cao_ocsp_status *list, struct cao_answer *ret,
    struct cao_error *err)
{
	struct cao_buf der = { 0 };
	int64_t until = 0;
	enum cao_status st;

	if ((st = cao_answer_until(s, r, env->now, &until, err)) == CAO_OK)
		st = cao_ocsp_answer(r, req, list, env->now, until, &der, err);
	if (st == CAO_OK) {
		unsigned char digest[CAO_DIGEST_SIZE];

		cao_sha256(der.data, der.len, digest);
		cao_digest_hex(digest, ret->digest);
		ret->until = req->nonce.data == NULL ? until : 0;
		ret->der = cao_buf_take(&der, &ret->len);
	}
	cao_buf_free(&der);
	return st;
}

/* An answer that says why there is none. */
static enum cao_status
refuse(enum cao_ocsp_refusal refusal, struct cao_answer *ret,
    struct cao_error *err)
{
	if ((ret->der = malloc(CAO_OCSP_REFUSAL_SIZE)) == NULL)
		return cao_fail_memory(err);
	ret->len = CAO_OCSP_REFUSAL_SIZE;
	cao_ocsp_refuse(refusal, ret->der);
	return CAO_OK;
}

enum cao_status
cao_answer_failure(
    enum cao_status why, struct cao_answer *ret, struct cao_error *err)
{
	*ret = (struct cao_answer){ .len = 0 };
	return refuse(
	    why == CAO_AGAIN ? CAO_OCSP_LATER : CAO_OCSP_INTERNAL, ret, err);
}

enum cao_status
cao_request_decode(const char *path, unsigned char **ret, size_t *ret_len,
    struct cao_error *err)
{
	struct cao_buf text = { 0 }, der = { 0 };
	enum cao_status st = CAO_OK;
	unsigned char octet;

	for (path += *path == '/'; *path != '\0' && *path != '?'; path++) {
		char digits[3] = "";

		if (*path == '%' && path[1] != '\0')
			digits[0] = path[1], digits[1] = path[2];
		if (cao_hex_get(digits, &octet, 1)) {
			cao_buf_putc(&text, octet);
			path += 2;
		} else
			cao_buf_putc(&text, *path);
	}
	if (!cao_base64_get(cao_buf_text(&text), text.len, &der))
		st = cao_fail(err, CAO_INPUT,
		    "RFC 6960 appendix A.1: the path is not Base64");
	if (!cao_buf_ok(&text) || !cao_buf_ok(&der))
		st = cao_fail_memory(err);
	if (st == CAO_OK)
		*ret = cao_buf_take(&der, ret_len);
	cao_buf_free(&text);
	cao_buf_free(&der);
	return st;
}

enum cao_status
cao_answer(struct cao_store *s, const struct cao_env *env,
    const struct cao_secret *or_null, const void *request, size_t len,
    struct cao_answer *ret, struct cao_error *err)
{
	struct cao_ocsp_status list[CAO_OCSP_CERTS_MAX];
	struct cao_answer_ca ca = { .i = 0 };
	struct cao_responder *r = NULL;
	struct cao_ocsp_request req;
	struct cao_pin *pin = NULL;
	struct cao_answer a = { .len = 0 };
	enum cao_status st;
	bool found;

	if ((st = cao_ocsp_request_read(request, len, &req, &a.why))) {
		st = refuse(CAO_OCSP_MALFORMED, &a, err);
		goto out;
	}
	if ((st = cao_witness_check(s, CAO_WITNESS_MEND, err)) != CAO_OK ||
	    (st = find_ca(s, &req, &ca, &found, err)) != CAO_OK)
		goto out;
	if (!found) {
		(void)cao_fail(&a.why, CAO_NOTFOUND, "it is of another issuer");
		st = refuse(CAO_OCSP_UNAUTHORIZED, &a, err);
		goto out;
	}
	if ((or_null != NULL && (st = cao_pin_new(or_null, &pin, err))) ||
	    (st = cao_responder_open(s, ca.i, pin, env->now, &r, err)) ||
	    (st = find_statuses(s, &ca, &req, list, err)) != CAO_OK)
		goto out;
	a.why = (struct cao_error){ .status = CAO_OK };
	st = finish(s, env, r, &req, list, &a, err);
out:
	cao_responder_free(r);
	cao_pin_free(pin);
	cao_buf_free(&ca.der);
	if (st == CAO_OK)
		*ret = a;
	return st;
}
