#include "flow/notify_key.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "pki/authority.h"
#include "pki/envelope.h"

#define KEY_FILE "ca/notify.pem"
#define KEY_FILE_MAX (CAO_CERT_MAX + 16 * 1024)
#define YEARS 20
#define PEPPER "caorder inquiry"

enum cao_status
cao_notify_ca_name(struct cao_store *s, char **ret, struct cao_error *err)
{
	struct cao_query *q = cao_db_use(s->db, SQL_NOTE_LAST);
	enum cao_status st;
	bool row;

	cao_db_text(q, ":kind", "init");
	if ((st = cao_db_step(q, &row, err)) != CAO_OK)
		return st;
	*ret = strdup(row ? cao_col_text(q, 1) : "CA");
	cao_db_done(q);
	return *ret == NULL ? cao_fail_memory(err) : CAO_OK;
}

static enum cao_status
make(struct cao_store *s, const struct cao_env *env, struct cao_buf *pem,
    struct cao_error *err)
{
	char *path = cao_store_path(s, KEY_FILE), *name = NULL;
	struct cao_buf cert = { 0 };
	struct cao_key *key = NULL;
	enum cao_status st;

	if (path == NULL) {
		st = cao_fail_memory(err);
		goto out;
	}
	if ((st = cao_notify_ca_name(s, &name, err)) != CAO_OK ||
	    (st = cao_key_generate(CAO_P256, &key, err)) != CAO_OK ||
	    (st = cao_authority_self(key, CAO_RECOVERY, name, "Notices",
		 env->now, YEARS, &cert, err)) != CAO_OK ||
	    (st = cao_key_save_clear(key, pem, err)) != CAO_OK)
		goto out;
	cao_pem_put(pem, "CERTIFICATE", cert.data, cert.len);
	st = cao_buf_ok(pem) ? cao_file_write(path, pem->data, pem->len, err)
			     : cao_fail_memory(err);
out:
	cao_key_free(key);
	cao_buf_free(&cert);
	free(name);
	free(path);
	return st;
}

/* The file as it is, or made now; env NULL: it must be there. */
static enum cao_status
read_pem(struct cao_store *s, const struct cao_env *env, struct cao_buf *pem,
    struct cao_error *err)
{
	enum cao_status st =
	    cao_store_file(s, KEY_FILE, KEY_FILE_MAX, pem, err);

	return st == CAO_NOTFOUND && env != NULL ? make(s, env, pem, err) : st;
}

static enum cao_status
read_cert(const struct cao_buf *pem, struct cao_buf *der, struct cao_error *err)
{
	return cao_pem_get(KEY_FILE, cao_buf_text(pem), pem->len, "CERTIFICATE",
	    der, NULL, err);
}

enum cao_status
cao_notify_seal(struct cao_store *s, const struct cao_env *env,
    const char *phone, const char *code, struct cao_buf *out,
    struct cao_error *err)
{
	struct cao_buf pem = { 0 }, der = { 0 }, text = { 0 };
	enum cao_status st;

	cao_buf_printf(&text, "%s\n%s", phone, code);
	if (!cao_buf_ok(&text))
		st = cao_fail_memory(err);
	else if ((st = read_pem(s, env, &pem, err)) == CAO_OK &&
	    (st = read_cert(&pem, &der, err)) == CAO_OK)
		st = cao_recovery_seal(
		    der.data, der.len, text.data, text.len, out, err);
	cao_buf_free(&text);
	cao_buf_free(&der);
	cao_buf_free(&pem);
	return st;
}

/* "13800000001\n123456" */
static enum cao_status
split(const struct cao_secret *text, char ret_phone[CAO_MOBILE_SIZE],
    struct cao_secret **ret_code, struct cao_error *err)
{
	const char *p = (const char *)cao_secret_data(text);
	size_t len = cao_secret_len(text), n = strcspn(p, "\n");

	if (n + 1 >= len || n >= CAO_MOBILE_SIZE)
		return cao_fail(err, CAO_INTEGRITY,
		    "what is sealed is no code with its telephone");
	*ret_code = cao_secret_new(p + n + 1, len - n - 1);
	if (*ret_code == NULL)
		return cao_fail_memory(err);
	memcpy(ret_phone, p, n);
	ret_phone[n] = '\0';
	return CAO_OK;
}

enum cao_status
cao_notify_unseal(struct cao_store *s, const void *sealed, size_t len,
    char ret_phone[CAO_MOBILE_SIZE], struct cao_secret **ret_code,
    struct cao_error *err)
{
	struct cao_buf pem = { 0 }, der = { 0 };
	struct cao_secret *text = NULL;
	struct cao_key *key = NULL;
	enum cao_status st;

	if ((st = read_pem(s, NULL, &pem, err)) == CAO_OK &&
	    (st = read_cert(&pem, &der, err)) == CAO_OK &&
	    (st = cao_key_load(KEY_FILE, cao_buf_text(&pem), pem.len, NULL,
		 &key, err)) == CAO_OK &&
	    (st = cao_recovery_open(
		 key, der.data, der.len, sealed, len, &text, err)) == CAO_OK)
		st = split(text, ret_phone, ret_code, err);
	cao_secret_free(text);
	cao_key_free(key);
	cao_buf_free(&der);
	cao_buf_free(&pem);
	return st;
}

enum cao_status
cao_notify_pepper(struct cao_store *s, const struct cao_env *env,
    unsigned char ret[CAO_DIGEST_SIZE], struct cao_error *err)
{
	struct cao_buf pem = { 0 }, text = { 0 };
	enum cao_status st;

	if ((st = read_pem(s, env, &pem, err)) == CAO_OK) {
		cao_buf_add(&text, PEPPER, sizeof PEPPER);
		cao_buf_add(&text, pem.data, pem.len);
		st = cao_sha256_buf(&text, ret, err);
	}
	cao_buf_free(&text);
	cao_buf_free(&pem);
	return st;
}
