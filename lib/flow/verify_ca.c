/* The CAs' certificates and the operators' register, held to what was
 * recorded of them. */
#include <stdio.h>
#include <string.h>

#include "flow/responder.h"
#include "flow/setup.h"
#include "flow/verify.h"
#include "pki/chain.h"

/* Is that among the notes of the kind? */
static enum cao_status
is_noted(struct cao_verify *v, const char *kind, const char *text,
    bool *ret_noted, struct cao_error *err)
{
	struct cao_query *q = cao_db_use(v->store->db, SQL_VERIFY_NOTES);
	enum cao_status st;
	bool row;

	*ret_noted = false;
	cao_db_text(q, ":kind", kind);
	while ((st = cao_db_step(q, &row, err)) == CAO_OK && row && !*ret_noted)
		*ret_noted = strcmp(cao_col_text(q, 0), text) == 0;
	cao_db_done(q);
	return st;
}

/* One file: the certificate that the store was made with. */
static enum cao_status
check_recorded(struct cao_verify *v, const char *name, struct cao_error *err)
{
	char text[CAO_SETUP_CERT_SIZE];
	struct cao_buf der = { 0 };
	enum cao_status st;
	bool noted = false;

	st = cao_setup_ca_cert(v->store, name, &der, err);
	if (st == CAO_OK) {
		cao_setup_cert_text(name, &der, text);
		st = is_noted(v, CAO_SETUP_CERT_NOTE, text, &noted, err);
	}
	if (st == CAO_OK && !noted)
		st = cao_fail(err, CAO_INTEGRITY,
		    "is not the certificate that the store was made with");
	cao_buf_free(&der);
	return st;
}

static enum cao_status
check_chain(struct cao_verify *v, unsigned i, struct cao_error *err)
{
	struct cao_verify_ca *ca = &v->ca[i];
	struct cao_buf root_der = { 0 };
	struct cao_key *root_key = NULL;
	struct cao_cert root;
	enum cao_status st;
	char name[32];

	(void)snprintf(name, sizeof name, "%s-ca", cao_ca_names[i]);
	st = cao_setup_ca_cert(v->store, name, &ca->der, err);
	(void)snprintf(name, sizeof name, "%s-root", cao_ca_names[i]);
	if (st != CAO_OK ||
	    (st = cao_setup_ca_cert(v->store, name, &root_der, err)) ||
	    (st = cao_cert_read(ca->der.data, ca->der.len, &ca->cert, err)) !=
		CAO_OK ||
	    (st = cao_cert_read_key(
		 root_der.data, root_der.len, &root, &root_key, err)) ||
	    (st = cao_cert_verify(&root, root_key, err)) != CAO_OK ||
	    (st = cao_cert_verify(&ca->cert, root_key, err)) != CAO_OK)
		goto out;
	if (!ca->cert.authority || !root.authority ||
	    !cao_cert_names_issuer(&ca->cert, &root))
		st = cao_fail(err, CAO_INTEGRITY,
		    "the issuing CA's certificate is not by the root's");
	else
		st = cao_key_from_spki(
		    ca->cert.spki, ca->cert.spki_len, &ca->key, err);
out:
	cao_key_free(root_key);
	cao_buf_free(&root_der);
	return st;
}

enum cao_status
cao_verify_authorities(struct cao_verify *v, struct cao_error *err)
{
	enum cao_status st = CAO_OK;
	char prefix[64];

	for (size_t i = 0; st == CAO_OK && cao_setup_certs[i] != NULL; i++) {
		(void)snprintf(
		    prefix, sizeof prefix, "ca/%s.crt", cao_setup_certs[i]);
		st = cao_verify_judge(
		    v, check_recorded(v, cao_setup_certs[i], err), err, prefix);
	}
	for (unsigned i = 0; st == CAO_OK && i < CAO_CAS; i++) {
		(void)snprintf(
		    prefix, sizeof prefix, "ca/%s-ca.crt", cao_ca_names[i]);
		st = cao_verify_judge(v, check_chain(v, i, err), err, prefix);
	}
	return st;
}

enum cao_status
cao_verify_subject(
    struct cao_verify *v, const struct cao_order *o, struct cao_error *err)
{
	enum cao_status st = CAO_OK;

	for (unsigned i = 0; st == CAO_OK && i < CAO_CAS; i++)
		if (v->ca[i].key == NULL)
			st = check_chain(v, i, err);
	return st == CAO_OK ? cao_verify_pair(v, o, err) : st;
}

void
cao_verify_close(struct cao_verify *v)
{
	for (unsigned i = 0; i < CAO_CAS; i++) {
		cao_key_free(v->ca[i].key);
		cao_buf_free(&v->ca[i].der);
	}
}

/* One responder, if there is one: *ret_not_after, else 0. */
static enum cao_status
check_responder(struct cao_verify *v, unsigned i, int64_t *ret_not_after,
    struct cao_error *err)
{
	const struct cao_verify_ca *ca = &v->ca[i];
	char name[CAO_RESPONDER_NAME], text[CAO_SETUP_CERT_SIZE];
	struct cao_buf der = { 0 };
	struct cao_cert c;
	enum cao_status st;
	bool noted;

	*ret_not_after = 0;
	if ((st = cao_responder_read(v->store, i, &der, err)) == CAO_NOTFOUND)
		return CAO_OK;
	cao_responder_name(i, name);
	if (st != CAO_OK)
		goto out;
	cao_setup_cert_text(name, &der, text);
	if ((st = is_noted(v, CAO_RESPONDER_NOTE, text, &noted, err)) ||
	    (st = cao_cert_read(der.data, der.len, &c, err)) != CAO_OK ||
	    (ca->key != NULL &&
		(st = cao_cert_verify(&c, ca->key, err)) != CAO_OK))
		goto out;
	if (!noted)
		st = cao_fail(err, CAO_INTEGRITY,
		    "is not a responder's certificate that was recorded");
	else if (!c.ocsp_signing || !c.no_check || c.key_usage != 1 ||
	    c.authority)
		st = cao_fail(err, CAO_INTEGRITY,
		    "RFC 6960 section 4.2.2.2: the certificate is not a responder's");
	else
		*ret_not_after = c.not_after;
out:
	cao_buf_free(&der);
	return st;
}

enum cao_status
cao_verify_responders(struct cao_verify *v, struct cao_error *err)
{
	char name[CAO_RESPONDER_NAME], prefix[64], end[CAO_RFC3339_SIZE];
	enum cao_status st = CAO_OK;
	int64_t not_after;

	for (unsigned i = 0; st == CAO_OK && i < CAO_CAS; i++) {
		cao_responder_name(i, name);
		(void)snprintf(prefix, sizeof prefix, "ca/%s.pem", name);
		st = check_responder(v, i, &not_after, err);
		if (st == CAO_OK && not_after != 0 && not_after < v->now) {
			cao_time_format(not_after, end);
			(void)cao_fail(err, CAO_NOTREADY,
			    "the responder's certificate ended %s: ca-admin "
			    "responder renews it",
			    end);
			(void)cao_error_prefix(err, "%s", prefix);
			cao_verify_note(v, err);
		}
		st = cao_verify_judge(v, st, err, prefix);
	}
	return st;
}

static enum cao_status
check_register(struct cao_verify *v, struct cao_error *err)
{
	enum cao_status st;
	bool noted;

	st = cao_setup_register_noted(v->store, &noted, err);
	if (st == CAO_OK && !noted)
		st = cao_fail(err, CAO_INTEGRITY,
		    "ca/operators is not the register that was last "
		    "journalled; if adding or dismissing an operator was cut "
		    "off, run that again");
	return st;
}

/* Under the lock that those who change it hold, so that the file and its
 * entry in the journal are of one time. */
enum cao_status
cao_verify_register(struct cao_verify *v, struct cao_error *err)
{
	enum cao_status st;

	if ((st = cao_db_begin(v->store->db, __func__, err)) != CAO_OK)
		return cao_verify_judge(v, st, err, NULL);
	st = cao_verify_judge(v, check_register(v, err), err, NULL);
	if (st == CAO_OK)
		st = cao_verify_judge(
		    v, cao_setup_check_wechat(v->store, err), err, NULL);
	cao_db_rollback(v->store->db);
	return st;
}
