/* Applying in two places: the key is made here, the order elsewhere. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"
#include "flow/apply.h"
#include "flow/setup.h"
#include "pki/envelope.h"

#define KEY_FILE "sign.key"
#define CSR_FILE "sign.csr"

struct preparation {
	const struct cao_application *application;
	const struct cao_container *keystore;
	char name[CAO_CONTAINER_NAME_SIZE]; /* of the folder in it */
	char waiting[CAO_WAITING_SIZE];     /* and until it has that */
	struct cao_buf csr;                 /* PEM */
	struct cao_buf sealed_pin;          /* Base64 */
	struct cao_buf holder;              /* Base64 */
};

static enum cao_status
wrong_key(const struct preparation *p, const char *what, struct cao_error *err)
{
	return cao_fail(err, CAO_DENIED,
	    "%s/%s holds %s: move it away, or give the application another "
	    "request",
	    p->keystore->dir, p->name, what);
}

/* The key that an earlier run made. */
static enum cao_status
old_key(struct preparation *p, struct cao_error *err)
{
	const char *algorithm = p->application->algorithm, *found;
	struct cao_csr csr = { .key = NULL };
	struct cao_key *key = NULL;
	enum cao_status st;

	st = cao_container_get_key(p->keystore, p->name, KEY_FILE, &key, err);
	if (st != CAO_OK)
		return st;
	found = cao_algorithm_names[cao_key_algorithm(key)];
	st = cao_container_read(p->keystore, p->name, CSR_FILE, &p->csr, err);
	if (st == CAO_OK)
		st = cao_csr_read(CSR_FILE, p->csr.data, p->csr.len, &csr, err);
	if (st == CAO_OK && strcmp(found, algorithm) != 0)
		st = wrong_key(p, _("a key of another algorithm"), err);
	if (st == CAO_OK && !cao_key_equal(key, csr.key))
		st = wrong_key(p, _("the request of another key"), err);
	cao_csr_free(&csr);
	cao_key_free(key);
	return st;
}

/* Make a key and let it wait. */
static enum cao_status
new_key(struct preparation *p, struct cao_key **ret, struct cao_buf *der,
    struct cao_error *err)
{
	const struct cao_subject subject = cao_draft_subject(p->application);
	enum cao_algorithm algorithm;
	struct cao_key *key = NULL;
	enum cao_status st;

	if (!cao_algorithm_find(p->application->algorithm, &algorithm))
		return cao_fail(err, CAO_INPUT, "no algorithm '%s'",
		    p->application->algorithm);
	if ((st = cao_key_generate(algorithm, &key, err)) == CAO_OK &&
	    (st = cao_csr_make(key, &subject, der, err)) == CAO_OK)
		st = cao_container_stage(
		    p->keystore, p->waiting, key, der->data, der->len, err);
	if (st == CAO_OK) {
		*ret = key;
		key = NULL;
	}
	cao_key_free(key);
	return st;
}

/* The key that a run which did not end left waiting, or a new one. */
static enum cao_status
first_key(struct preparation *p, struct cao_error *err)
{
	unsigned char digest[CAO_DIGEST_SIZE];
	struct cao_key *key = NULL;
	struct cao_buf der = { 0 };
	enum cao_status st;

	st = cao_container_find(p->keystore, p->waiting, &key, &der, err);
	if (st == CAO_OK && key == NULL)
		st = new_key(p, &key, &der, err);
	if (st != CAO_OK)
		goto out;
	cao_key_digest(key, digest);
	st = cao_container_claim(p->keystore, p->waiting, digest, p->name, err);
	if (st == CAO_OK)
		st = cao_container_sync(p->keystore, err);
	cao_pem_put(&p->csr, "CERTIFICATE REQUEST", der.data, der.len);
out:
	cao_buf_free(&der);
	cao_key_free(key);
	return st;
}

static enum cao_status
make_key(struct preparation *p, struct cao_error *err)
{
	char *folder = cao_container_path(p->keystore, p->name, NULL);
	enum cao_status st;
	int lock = -1;

	if (folder == NULL)
		return cao_fail_memory(err);
	if ((st = cao_container_lock(p->keystore, &lock, err)) == CAO_OK) {
		st = cao_file_exists(folder) ? old_key(p, err)
					     : first_key(p, err);
		(void)close(lock);
	}
	free(folder);
	return st;
}

/* The certificate to seal to: as given, or the store's. */
static enum cao_status
recovery_cert(struct cao_store *s, const char *pem, struct cao_buf *der,
    struct cao_error *err)
{
	if (pem != NULL)
		return cao_pem_get("recovery", pem, strlen(pem), "CERTIFICATE",
		    der, NULL, err);
	if (s != NULL)
		return cao_setup_ca_cert(s, "recovery", der, err);
	(void)cao_fail(err, CAO_INPUT,
	    "the PIN is to be sealed: give the store's recovery certificate "
	    "with --recovery (ca-query --pem recovery prints it)");
	return cao_error_place(err, NULL, 0, 0, "backup_pin");
}

static enum cao_status
seal(struct preparation *p, const struct cao_buf *recovery,
    struct cao_error *err)
{
	const struct cao_secret *pin = cao_pin_secret(p->keystore->pin);
	struct cao_buf cms = { 0 };
	enum cao_status st;

	st = cao_recovery_seal(recovery->data, recovery->len,
	    cao_secret_data(pin), cao_secret_len(pin), &cms, err);
	if (st == CAO_OK)
		cao_base64_put(&p->sealed_pin, cms.data, cms.len);
	cao_buf_free(&cms);
	return st;
}

/* The application with what was made for it. */
static enum cao_status
write_yaml(struct preparation *p, char **ret, struct cao_error *err)
{
	struct cao_application a = *p->application;
	struct cao_buf yaml = { 0 };

	if (p->csr.len > 0)
		a.csr = (char *)p->csr.data;
	if (p->sealed_pin.len > 0)
		a.sealed_pin = (char *)p->sealed_pin.data;
	if (p->holder.len > 0)
		a.holder = (char *)p->holder.data;
	cao_schema_yaml(&cao_application_schema, &a, &yaml);
	if (!cao_buf_ok(&p->csr) || !cao_buf_ok(&p->sealed_pin) ||
	    !cao_buf_ok(&p->holder) || !cao_buf_ok(&yaml)) {
		cao_buf_free(&yaml);
		return cao_fail_memory(err);
	}
	*ret = (char *)cao_buf_take(&yaml, NULL);
	return CAO_OK;
}

/* The holder's signature, over the request that was made or given. */
static enum cao_status
sign(struct preparation *p, struct cao_intake *i, struct cao_error *err)
{
	const char *order = p->application->certificate.order;
	enum cao_status st = CAO_OK;

	if (!cao_intake_needs_signature(i))
		return CAO_OK;
	if (*i->concern == '\0' && order != NULL)
		(void)snprintf(i->concern, sizeof i->concern, "%s", order);
	if (p->csr.len > 0)
		st = cao_pem_get(CSR_FILE, (const char *)p->csr.data,
		    p->csr.len, "CERTIFICATE REQUEST", &i->csr, NULL, err);
	if (st == CAO_OK)
		st = cao_intake_sign(i, p->keystore, err);
	if (st == CAO_OK)
		cao_base64_put(&p->holder, i->holder.data, i->holder.len);
	return st;
}

/* What can be refused is, before a key is made. */
static enum cao_status
make(struct preparation *p, struct cao_store *s, const struct cao_env *env,
    const char *recovery, struct cao_error *err)
{
	bool backup = p->application->backup_pin;
	struct cao_buf cert = { 0 };
	enum cao_status st;

	st = cao_intake_keystore(p->keystore, err);
	if (st == CAO_OK && backup)
		st = recovery_cert(s, recovery, &cert, err);
	if (st == CAO_OK && backup)
		st = seal(p, &cert, err);
	if (st == CAO_OK && !env->dry_run)
		st = make_key(p, err);
	cao_buf_free(&cert);
	return st;
}

enum cao_status
cao_apply_prepare(struct cao_store *s, const struct cao_env *env,
    const struct cao_apply *how, const struct cao_application *application,
    const char *recovery, char **ret_yaml, struct cao_result *result)
{
	struct cao_intake i = { .draft = cao_draft_of(application),
		.result = result,
		.sign = how->sign };
	struct preparation p = { .application = application,
		.keystore = how->keystore };
	struct cao_error err;
	enum cao_status st;

	st = cao_intake_check(s, &i, &err);
	if (st == CAO_OK && s != NULL && i.kind == CAO_INTAKE_NEW)
		st = cao_intake_hold(s, env, &i, &err);
	if (st == CAO_OK && i.kind == CAO_INTAKE_NEW) {
		cao_container_name(application->request, i.digest, p.name);
		memcpy(p.waiting, i.waiting, sizeof p.waiting);
		/* One with a csr has nothing left to be made. */
		if (application->csr == NULL &&
		    i.business->product == CAO_MAKES_PAIR)
			st = make(&p, s, env, recovery, &err);
		if (st == CAO_OK && !env->dry_run)
			st = sign(&p, &i, &err);
		if (st == CAO_OK)
			st = write_yaml(&p, ret_yaml, &err);
		if (st == CAO_OK)
			result->changed = true;
	}
	if (st != CAO_OK)
		cao_result_fail(result, &err);
	cao_buf_free(&p.csr);
	cao_buf_free(&p.sealed_pin);
	cao_buf_free(&p.holder);
	cao_intake_free(&i);
	return cao_result_status(result);
}
