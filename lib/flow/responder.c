/* OCSP responders: made, renewed, opened. */
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/pool.h"
#include "flow/flow.h"
#include "flow/responder.h"
#include "flow/setup.h"
#include "pki/authority.h"

#define FILE_MAX_SIZE (CAO_CERT_MAX + 16 * 1024)

void
cao_responder_name(unsigned ca, char out[CAO_RESPONDER_NAME])
{
	(void)snprintf(out, CAO_RESPONDER_NAME, "ocsp-%s", cao_ca_names[ca]);
}

/* "ca/ocsp-sm2.pem" */
static void
below(unsigned ca, char out[CAO_RESPONDER_NAME + 8])
{
	char name[CAO_RESPONDER_NAME];

	cao_responder_name(ca, name);
	(void)snprintf(out, CAO_RESPONDER_NAME + 8, "ca/%s.pem", name);
}

/* One that is made in this run. */
struct made {
	struct cao_key *key;
	struct cao_buf cert;
	enum cao_status status;
	struct cao_error error;
};

static const enum cao_algorithm algorithms[CAO_CAS] = { CAO_SM2, CAO_P256,
	CAO_RSA2048 };

static void
make_key(void *arg, size_t i)
{
	struct made *m = (struct made *)arg + i;

	m->status = cao_key_generate(algorithms[i], &m->key, &m->error);
}

static enum cao_status
make_all(struct made *made, const struct cao_ca *ca, const struct cao_env *env,
    int64_t days, struct cao_error *err)
{
	enum cao_status st = CAO_OK;

	cao_pool_run(CAO_CAS, CAO_CAS, make_key, made);
	for (unsigned i = 0; st == CAO_OK && i < CAO_CAS; i++) {
		if (made[i].status != CAO_OK) {
			*err = made[i].error;
			return made[i].status;
		}
		st =
		    cao_authority_responder(ca->list[i].issuer, ca->list[i].key,
			made[i].key, env->now, days, &made[i].cert, err);
	}
	return st;
}

static enum cao_status
note_all(struct cao_store *s, const struct cao_env *env,
    const struct made *made, struct cao_error *err)
{
	char name[CAO_RESPONDER_NAME], text[CAO_SETUP_CERT_SIZE];
	enum cao_status st;

	if ((st = cao_db_begin(s->db, __func__, err)) != CAO_OK)
		return st;
	for (unsigned i = 0; st == CAO_OK && i < CAO_CAS; i++) {
		cao_responder_name(i, name);
		cao_setup_cert_text(name, &made[i].cert, text);
		st = cao_store_put_note(
		    s, env, CAO_RESPONDER_NOTE, 0, text, err);
	}
	if (st == CAO_OK)
		st = cao_flow_commit(s, env, err);
	cao_db_rollback(s->db);
	return st;
}

static enum cao_status
write_one(struct cao_store *s, unsigned i, const struct made *m,
    struct cao_pin *pin, struct cao_error *err)
{
	char name[CAO_RESPONDER_NAME + 8], *path = NULL;
	struct cao_buf pem = { 0 };
	enum cao_status st;

	below(i, name);
	st = pin != NULL ? cao_key_save(m->key, pin, &pem, err)
			 : cao_key_save_clear(m->key, &pem, err);
	cao_pem_put(&pem, "CERTIFICATE", m->cert.data, m->cert.len);
	if (st == CAO_OK &&
	    (!cao_buf_ok(&pem) || (path = cao_store_path(s, name)) == NULL))
		st = cao_fail_memory(err);
	if (st == CAO_OK)
		st = cao_file_write(path, pem.data, pem.len, err);
	free(path);
	cao_buf_free(&pem);
	return st;
}

/* The notes come first: a certificate that no file holds does no harm, and
 * what a file holds has been noted. */
enum cao_status
cao_responder_make(struct cao_store *s, const struct cao_env *env,
    const struct cao_secret *ca_pin, const struct cao_secret *or_null,
    struct cao_error *err)
{
	const struct cao_config *config;
	struct made made[CAO_CAS] = { 0 };
	struct cao_ca *ca = NULL;
	struct cao_pin *pin = NULL;
	enum cao_status st;

	if ((st = cao_store_config(s, &config, err)) != CAO_OK ||
	    (or_null != NULL &&
		(st = cao_pin_new(or_null, &pin, err)) != CAO_OK) ||
	    (st = cao_ca_open(s, ca_pin, &ca, err)) != CAO_OK ||
	    (st = make_all(made, ca, env, config->ocsp.responder, err)) ||
	    (st = note_all(s, env, made, err)) != CAO_OK)
		goto out;
	for (unsigned i = 0; !env->dry_run && st == CAO_OK && i < CAO_CAS; i++)
		st = write_one(s, i, &made[i], pin, err);
out:
	for (unsigned i = 0; i < CAO_CAS; i++) {
		cao_key_free(made[i].key);
		cao_buf_free(&made[i].cert);
	}
	cao_ca_close(ca);
	cao_pin_free(pin);
	return st;
}

static enum cao_status
read_file(struct cao_store *s, unsigned i, struct cao_buf *pem,
    struct cao_buf *der, struct cao_error *err)
{
	char name[CAO_RESPONDER_NAME + 8];
	enum cao_status st;

	below(i, name);
	st = cao_store_file(s, name, FILE_MAX_SIZE, pem, err);
	if (st == CAO_OK)
		st = cao_pem_get(name, cao_buf_text(pem), pem->len,
		    "CERTIFICATE", der, NULL, err);
	return st;
}

enum cao_status
cao_responder_read(struct cao_store *s, unsigned i, struct cao_buf *ret_der,
    struct cao_error *err)
{
	struct cao_buf pem = { 0 };
	enum cao_status st = read_file(s, i, &pem, ret_der, err);

	cao_buf_free(&pem);
	return st;
}

static enum cao_status
check_end(const char *name, const struct cao_responder *r, int64_t now,
    struct cao_error *err)
{
	char end[CAO_RFC3339_SIZE];

	if (now <= cao_responder_cert(r)->not_after)
		return CAO_OK;
	cao_time_format(cao_responder_cert(r)->not_after, end);
	return cao_fail(err, CAO_NOTREADY,
	    "%s: the responder's certificate ended %s: ca-admin responder "
	    "renews it",
	    name, end);
}

enum cao_status
cao_responder_open(struct cao_store *s, unsigned i, struct cao_pin *pin,
    int64_t now, struct cao_responder **ret, struct cao_error *err)
{
	struct cao_buf pem = { 0 }, der = { 0 };
	char name[CAO_RESPONDER_NAME + 8];
	struct cao_responder *r = NULL;
	struct cao_key *key = NULL;
	enum cao_status st;

	below(i, name);
	if ((st = read_file(s, i, &pem, &der, err)) == CAO_NOTFOUND)
		st = cao_fail(err, CAO_NOTREADY,
		    "%s: there is no responder: ca-admin responder makes them",
		    name);
	if (st != CAO_OK ||
	    (st = cao_key_load(
		 name, cao_buf_text(&pem), pem.len, pin, &key, err)) != CAO_OK)
		goto out;
	st = cao_responder_new(der.data, der.len, key, &r, err);
	if (st != CAO_OK) {
		(void)cao_error_prefix(err, "%s", name);
		goto out;
	}
	if ((st = check_end(name, r, now, err)) == CAO_OK)
		*ret = r, r = NULL;
out:
	cao_responder_free(r);
	cao_key_free(key);
	cao_buf_free(&der);
	cao_buf_free(&pem);
	return st;
}
