/* Operators: made, certified with their roles, dismissed, signed in. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "flow/container.h"
#include "flow/operator.h"
#include "flow/setup.h"

#define OPERATOR_YEARS 5
#define REGISTER_NOTE "register"
#define KEY_MAX (16 * 1024)

enum cao_status
cao_setup_noted(struct cao_store *s, const char *kind,
    const unsigned char digest[CAO_DIGEST_SIZE], bool *ret_noted,
    struct cao_error *err)
{
	struct cao_query *q = cao_db_use(s->db, SQL_NOTE_LAST);
	char hex[CAO_DIGEST_HEX];
	enum cao_status st;
	bool row;

	cao_digest_hex(digest, hex);
	cao_db_text(q, ":kind", kind);
	if ((st = cao_db_step(q, &row, err)) != CAO_OK)
		return st;
	*ret_noted = row && strcmp(cao_col_text(q, 1), hex) == 0;
	cao_db_done(q);
	return CAO_OK;
}

enum cao_status
cao_setup_journal(struct cao_store *s, const struct cao_env *env,
    const char *kind, const unsigned char digest[CAO_DIGEST_SIZE],
    struct cao_error *err)
{
	char hex[CAO_DIGEST_HEX];
	enum cao_status st;
	bool noted;

	st = cao_setup_noted(s, kind, digest, &noted, err);
	if (st != CAO_OK || noted)
		return st;
	cao_digest_hex(digest, hex);
	return cao_store_put_note(s, env, kind, 0, hex, err);
}

enum cao_status
cao_setup_register_noted(
    struct cao_store *s, bool *ret_noted, struct cao_error *err)
{
	const struct cao_register *r;
	enum cao_status st;

	if ((st = cao_register_get(s, &r, err)) != CAO_OK)
		return st;
	return cao_setup_noted(s, REGISTER_NOTE, r->digest, ret_noted, err);
}

enum cao_status
cao_setup_journal_register(
    struct cao_store *s, const struct cao_env *env, struct cao_error *err)
{
	const struct cao_register *r;
	enum cao_status st;

	if ((st = cao_register_get(s, &r, err)) != CAO_OK)
		return st;
	return cao_setup_journal(s, env, REGISTER_NOTE, r->digest, err);
}

enum cao_status
cao_setup_ca_key(struct cao_store *s, const char *name, struct cao_pin *pin,
    struct cao_key **ret, struct cao_error *err)
{
	struct cao_buf pem = { 0 };
	enum cao_status st;
	char below[64];

	(void)snprintf(below, sizeof below, "ca/%s.key", name);
	st = cao_store_file(s, below, KEY_MAX, &pem, err);
	if (st == CAO_OK)
		st = cao_key_load(
		    below, cao_buf_text(&pem), pem.len, pin, ret, err);
	cao_buf_free(&pem);
	return st;
}

enum cao_status
cao_setup_ca_cert(struct cao_store *s, const char *name,
    struct cao_buf *ret_der, struct cao_error *err)
{
	struct cao_buf pem = { 0 };
	enum cao_status st;
	char below[64];

	(void)snprintf(below, sizeof below, "ca/%s.crt", name);
	st = cao_store_file(s, below, CAO_CERT_MAX, &pem, err);
	if (st == CAO_OK)
		st = cao_pem_get(below, cao_buf_text(&pem), pem.len,
		    "CERTIFICATE", ret_der, NULL, err);
	cao_buf_free(&pem);
	return st;
}

/* A lower-case word that can be a folder's name. */
static enum cao_status
check_name(const char *name, struct cao_error *err)
{
	size_t n = strlen(name);

	if (n == 0 || n > CAO_OPERATOR_NAME_MAX || name[0] < 'a' ||
	    name[0] > 'z' ||
	    strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") != n)
		return cao_fail(err, CAO_INPUT,
		    "'%s' is no operator's name: a lower-case letter, then up "
		    "to %d of a-z, 0-9 and '-'",
		    name, CAO_OPERATOR_NAME_MAX - 1);
	return CAO_OK;
}

/* The roles in their own order, each once: "accept,approve". */
static enum cao_status
tidy_roles(const char *given, struct cao_buf *ret, struct cao_error *err)
{
	size_t known = 0;

	for (int i = 0; cao_roles[i] != NULL; i++)
		if (cao_role_has(given, cao_roles[i])) {
			cao_buf_printf(
			    ret, "%s%s", ret->len > 0 ? "," : "", cao_roles[i]);
			known++;
		}
	for (const char *p = given; *p != '\0'; p++)
		known -= *p == ',' && known > 0;
	if (known != 1)
		return cao_fail(err, CAO_INPUT,
		    "'%s': roles are accept, approve, cashier and recover, "
		    "each at most once, with commas between",
		    given);
	return cao_buf_ok(ret) ? CAO_OK : cao_fail_memory(err);
}

/* The operator's key: the one in the keystore, or a new one put there. */
static enum cao_status
own_key(struct cao_container *c, const char *name, const char *algorithm,
    struct cao_key **ret, struct cao_error *err)
{
	enum cao_algorithm a = CAO_P256;
	enum cao_status st;

	if (algorithm != NULL && !cao_algorithm_find(algorithm, &a))
		return cao_fail(err, CAO_INPUT,
		    "'%s' is no algorithm: sm2, p256, rsa2048 or rsa3072",
		    algorithm);
	st = cao_container_get_key(c, name, "sign.key", ret, err);
	if (st != CAO_NOTFOUND)
		return st;
	if ((st = cao_key_generate(a, ret, err)) != CAO_OK)
		return st;
	if ((st = cao_container_put_key(c, name, "sign.key", *ret, err))) {
		cao_key_free(*ret);
		*ret = NULL;
	}
	return st;
}

/* The operators' CA certifies the key with its roles. */
static enum cao_status
certify(struct cao_store *s, const struct cao_env *env, struct cao_key *ca,
    const char *name, const char *roles, const struct cao_key *key,
    struct cao_buf *ret, struct cao_error *err)
{
	struct cao_cert_spec spec = { .usage = CAO_OPERATOR,
		.not_before = env->now,
		.not_after = cao_time_add_months(env->now, 12 * OPERATOR_YEARS),
		.subject.common_name = name,
		.roles = roles };
	struct cao_issuer *issuer = NULL;
	struct cao_buf ca_cert = { 0 }, tbs = { 0 };
	enum cao_status st;

	spec.spki = cao_key_spki(key, &spec.spki_len);
	if ((st = cao_serial_make(spec.serial, err)) != CAO_OK ||
	    (st = cao_setup_ca_cert(s, "operators", &ca_cert, err)) != CAO_OK ||
	    (st = cao_issuer_new(
		 ca_cert.data, ca_cert.len, ca, &issuer, err)) != CAO_OK ||
	    (st = cao_cert_tbs(&spec, issuer, NULL, &tbs, err)) != CAO_OK ||
	    (st = cao_cert_lint(tbs.data, tbs.len, &spec, issuer, err)))
		goto out;
	st = cao_cert_sign(ca, tbs.data, tbs.len, ret, err);
out:
	cao_issuer_free(issuer);
	cao_buf_free(&tbs);
	cao_buf_free(&ca_cert);
	return st;
}

/* A copy of the register with room for one more; entries are borrowed. */
static struct cao_register *
next_register(const struct cao_register *r)
{
	struct cao_register *next = calloc(1, sizeof *next);

	if (next == NULL)
		return NULL;
	next->list = calloc(r->count + 1, sizeof *next->list);
	if (next->list == NULL) {
		free(next);
		return NULL;
	}
	if (r->count > 0)
		memcpy(next->list, r->list, r->count * sizeof *r->list);
	next->count = r->count;
	next->version = r->version + 1;
	return next;
}

/* Write the register with one entry more (or one dismissed), then journal it.
 * Where a crash comes between, the next run finds it and journals it. */
static enum cao_status
enter(struct cao_store *s, const struct cao_env *env,
    const struct cao_registered *entry, bool dismiss, const struct cao_key *ca,
    struct cao_error *err)
{
	const struct cao_register *r;
	struct cao_register *next;
	enum cao_status st;

	if ((st = cao_register_get(s, &r, err)) != CAO_OK)
		return st;
	if ((next = next_register(r)) == NULL)
		return cao_fail_memory(err);
	for (size_t i = 0; dismiss && i < next->count; i++)
		if (strcmp(next->list[i].name, entry->name) == 0 &&
		    next->list[i].until == 0)
			next->list[i].until = env->now;
	if (!dismiss)
		next->list[next->count++] = *entry;
	st = cao_register_write(s, next, ca, err);
	free(next->list);
	free(next);
	if (st == CAO_OK)
		st = cao_setup_journal_register(s, env, err);
	return st;
}

/* Is the name taken?  *ret_same: by this very key and these roles. */
static enum cao_status
check_taken(struct cao_store *s, const char *name, const char *roles,
    const struct cao_key *key, bool *ret_same, struct cao_error *err)
{
	const struct cao_registered *o;
	const struct cao_register *r;
	enum cao_status st;

	*ret_same = false;
	if ((st = cao_register_get(s, &r, err)) != CAO_OK)
		return st;
	o = cao_register_find(r, name);
	if (o != NULL && o->until != 0 && cao_key_equal(o->key, key))
		return cao_fail(err, CAO_DENIED,
		    "'%s' was dismissed; a new operator takes a new key: name "
		    "another keystore",
		    name);
	if (o == NULL || o->until != 0)
		return CAO_OK;
	*ret_same = strcmp(o->roles, roles) == 0 && cao_key_equal(o->key, key);
	if (!*ret_same)
		return cao_fail(err, CAO_DENIED,
		    "'%s' is an operator already, with the roles %s; dismiss "
		    "it first with ca-admin operator disable",
		    name, o->roles);
	return CAO_OK;
}

/* The write, under the database's lock so that two cannot cross. */
static enum cao_status
add_locked(struct cao_store *s, const struct cao_env *env, const char *name,
    char *roles, struct cao_container *c, struct cao_key *key,
    struct cao_key *ca, bool *ret_changed, struct cao_error *err)
{
	struct cao_registered entry = { .roles = roles, .since = env->now };
	struct cao_buf pem = { 0 };
	enum cao_status st;
	bool same;

	if ((st = check_taken(s, name, roles, key, &same, err)) != CAO_OK)
		return st;
	*ret_changed = !same;
	if (env->dry_run)
		return CAO_OK;
	if (same)
		return cao_setup_journal_register(s, env, err);
	if ((entry.name = strdup(name)) == NULL)
		return cao_fail_memory(err);
	st = certify(s, env, ca, name, roles, key, &entry.cert, err);
	if (st == CAO_OK) {
		cao_pem_put(
		    &pem, "CERTIFICATE", entry.cert.data, entry.cert.len);
		st = cao_buf_ok(&pem) ? cao_container_write(c, name, "sign.crt",
					    pem.data, pem.len, err)
				      : cao_fail_memory(err);
	}
	if (st == CAO_OK)
		st = enter(s, env, &entry, false, ca, err);
	cao_buf_free(&pem);
	cao_buf_free(&entry.cert);
	free(entry.name);
	return st;
}

enum cao_status
cao_operator_add(struct cao_store *s, const struct cao_env *env,
    const char *name, const char *roles, const char *algorithm,
    struct cao_container *keystore, const struct cao_secret *ca_pin,
    bool *ret_changed, struct cao_error *err)
{
	struct cao_key *ca = NULL, *key = NULL;
	struct cao_pin *pin = NULL;
	struct cao_buf tidy = { 0 };
	enum cao_status st;
	bool changed;

	if ((st = check_name(name, err)) != CAO_OK ||
	    (st = tidy_roles(roles, &tidy, err)) != CAO_OK ||
	    (st = cao_pin_new(ca_pin, &pin, err)) != CAO_OK ||
	    (st = cao_setup_ca_key(s, "operators", pin, &ca, err)) != CAO_OK ||
	    (st = own_key(keystore, name, algorithm, &key, err)) != CAO_OK ||
	    (st = cao_db_begin(s->db, __func__, err)) != CAO_OK)
		goto out;
	st = add_locked(
	    s, env, name, (char *)tidy.data, keystore, key, ca, &changed, err);
	if (st == CAO_OK)
		st = cao_flow_commit(s, env, err);
	if (st == CAO_OK)
		*ret_changed = changed;
out:
	cao_db_rollback(s->db);
	cao_key_free(key);
	cao_key_free(ca);
	cao_pin_free(pin);
	cao_buf_free(&tidy);
	return st;
}

enum cao_status
cao_operator_disable(struct cao_store *s, const struct cao_env *env,
    const char *name, const struct cao_secret *ca_pin, bool *ret_changed,
    struct cao_error *err)
{
	const struct cao_registered *o;
	const struct cao_register *r;
	struct cao_key *ca = NULL;
	struct cao_pin *pin = NULL;
	enum cao_status st;
	bool changed;

	if ((st = cao_pin_new(ca_pin, &pin, err)) != CAO_OK ||
	    (st = cao_setup_ca_key(s, "operators", pin, &ca, err)) != CAO_OK ||
	    (st = cao_db_begin(s->db, __func__, err)) != CAO_OK ||
	    (st = cao_register_get(s, &r, err)) != CAO_OK)
		goto out;
	if ((o = cao_register_find(r, name)) == NULL) {
		st = cao_fail(err, CAO_NOTFOUND,
		    "no operator '%s'; ca-admin operator list shows them",
		    name);
		goto out;
	}
	changed = o->until == 0;
	if (!env->dry_run)
		st = changed ? enter(s, env, o, true, ca, err)
			     : cao_setup_journal_register(s, env, err);
	if (st == CAO_OK)
		st = cao_flow_commit(s, env, err);
	if (st == CAO_OK)
		*ret_changed = changed;
out:
	cao_db_rollback(s->db);
	cao_key_free(ca);
	cao_pin_free(pin);
	return st;
}

enum cao_status
cao_operator_list(struct cao_store *s,
    void (*row)(void *arg, const struct cao_operator_info *), void *arg,
    struct cao_error *err)
{
	const struct cao_register *r;
	char serial[CAO_SERIAL_HEX];
	struct cao_cert cert;
	enum cao_status st;

	if ((st = cao_register_get(s, &r, err)) != CAO_OK)
		return st;
	for (size_t i = 0; i < r->count; i++) {
		const struct cao_registered *o = &r->list[i];
		const struct cao_operator_info info = { .name = o->name,
			.roles = o->roles,
			.since = o->since,
			.until = o->until,
			.serial = serial };

		st = cao_cert_read(o->cert.data, o->cert.len, &cert, err);
		if (st != CAO_OK)
			return st;
		cao_cert_serial_hex(&cert, serial);
		row(arg, &info);
	}
	return CAO_OK;
}

enum cao_status
cao_operator_open(struct cao_store *s, const char *name,
    struct cao_container *c, struct cao_operator **ret, struct cao_error *err)
{
	const struct cao_register *r;
	struct cao_operator *o;
	enum cao_status st;

	if ((st = cao_register_get(s, &r, err)) != CAO_OK)
		return st;
	if ((o = calloc(1, sizeof *o)) == NULL)
		return cao_fail_memory(err);
	o->entry = cao_register_find(r, name);
	if (o->entry == NULL)
		st = cao_fail(err, CAO_NOTFOUND,
		    "no operator '%s'; ca-admin operator list shows them",
		    name);
	else if (o->entry->until != 0)
		st = cao_fail(
		    err, CAO_DENIED, "operator '%s' was dismissed", name);
	else
		st = cao_container_get_key(c, name, "sign.key", &o->key, err);
	if (st == CAO_OK && !cao_key_equal(o->key, o->entry->key))
		st = cao_fail(err, CAO_DENIED,
		    "the key in the keystore is not the one that was certified "
		    "for operator '%s'",
		    name);
	if (st == CAO_OK) {
		*ret = o;
		o = NULL;
	}
	cao_operator_close(o);
	return st;
}

void
cao_operator_close(struct cao_operator *o)
{
	if (o == NULL)
		return;
	cao_key_free(o->key);
	free(o);
}
