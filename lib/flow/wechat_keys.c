/* Keys of WeChat Pay: certified, ended, listed. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "flow/setup.h"

#define PUBLIC_KEY "PUB_KEY_ID_"
#define KEYS_NOTE "wechat-keys"

/* Id, end and key of a platform certificate. */
static enum cao_status
read_certificate(const struct cao_buf *der, const char *id,
    struct cao_wechat_key *k, struct cao_error *err)
{
	char serial[CAO_SERIAL_HEX];
	struct cao_cert cert;
	enum cao_status st;

	st = cao_cert_read_key(der->data, der->len, &cert, &k->key, err);
	if (st != CAO_OK)
		return st;
	cao_cert_serial_hex(&cert, serial);
	if (id != NULL && strcmp(id, serial) != 0)
		return cao_fail(err, CAO_INPUT,
		    "the certificate's serial is %s and not '%.64s'", serial,
		    id);
	if (strlen(serial) >= sizeof k->id)
		return cao_fail(err, CAO_INPUT, "its serial is too long");
	(void)snprintf(k->id, sizeof k->id, "%s", serial);
	k->until = cert.not_after;
	return CAO_OK;
}

static enum cao_status
read_public(const struct cao_buf *der, const char *id, struct cao_wechat_key *k,
    struct cao_error *err)
{
	if (id == NULL || strncmp(id, PUBLIC_KEY, strlen(PUBLIC_KEY)) != 0 ||
	    !cao_wechat_word(id, sizeof k->id))
		return cao_fail(err, CAO_INPUT,
		    "it is a public key: name its id with --key-id, as "
		    "WeChat Pay shows it (%s…)",
		    PUBLIC_KEY);
	(void)snprintf(k->id, sizeof k->id, "%s", id);
	return cao_key_from_spki(der->data, der->len, &k->key, err);
}

/* What is to be certified; the key is the caller's to free also on failure. */
static enum cao_status
read_pem(const char *name, const char *text, size_t len, const char *id,
    struct cao_wechat_key *k, struct cao_error *err)
{
	struct cao_buf der = { 0 };
	enum cao_algorithm a;
	enum cao_status st;

	if (cao_pem_get(name, text, len, "CERTIFICATE", &der, NULL, err) ==
	    CAO_OK)
		st = read_certificate(&der, id, k, err);
	else if ((st = cao_pem_get(name, text, len, "PUBLIC KEY", &der, NULL,
		      err)) == CAO_OK)
		st = read_public(&der, id, k, err);
	else
		st = cao_fail(err, CAO_INPUT,
		    "there is neither a certificate nor a public key in it, "
		    "in PEM");
	cao_buf_free(&der);
	if (st == CAO_OK) {
		a = cao_key_algorithm(k->key);
		if (a != CAO_RSA2048 && a != CAO_RSA3072)
			st = cao_fail(err, CAO_INPUT,
			    "the key is not RSA, as WeChat Pay's are");
	}
	if (st != CAO_OK)
		(void)cao_error_place(err, name, 0, 0, NULL);
	return st;
}

/* For whom: as config.yaml says. */
static enum cao_status
name_merchant(
    struct cao_store *s, struct cao_wechat_key *k, struct cao_error *err)
{
	const struct cao_config *c;
	enum cao_status st;

	if ((st = cao_store_config(s, &c, err)) != CAO_OK)
		return st;
	if (c->wechat.mchid == NULL || c->wechat.appid == NULL)
		return cao_fail(err, CAO_NOTREADY,
		    "config.yaml does not say for whom: set wechat.mchid and "
		    "wechat.appid first");
	(void)snprintf(k->mchid, sizeof k->mchid, "%s", c->wechat.mchid);
	(void)snprintf(k->appid, sizeof k->appid, "%s", c->wechat.appid);
	return CAO_OK;
}

/* Write the list with one entry more, or (NULL) as it was changed in place, and
 * journal it; its entries are borrowed.  A crash between the two is made good
 * by the next run. */
static enum cao_status
write_list(struct cao_store *s, const struct cao_env *env,
    const struct cao_wechat_keys *k, const struct cao_wechat_key *more,
    const char *ended, const struct cao_key *ca, struct cao_error *err)
{
	struct cao_wechat_keys next = { k->version + 1, NULL, k->count, { 0 } };
	enum cao_status st;

	next.list = calloc(k->count + 1, sizeof *next.list);
	if (next.list == NULL)
		return cao_fail_memory(err);
	for (size_t i = 0; i < k->count; i++) {
		next.list[i] = k->list[i];
		if (ended != NULL && strcmp(next.list[i].id, ended) == 0)
			next.list[i].until = env->now;
	}
	if (more != NULL)
		next.list[next.count++] = *more;
	st = next.count > CAO_WECHAT_KEYS_MAX
	    ? cao_fail(err, CAO_DENIED, "more than %d keys of WeChat Pay",
		  CAO_WECHAT_KEYS_MAX)
	    : cao_wechat_keys_write(s, &next, ca, err);
	free(next.list);
	return st;
}

static enum cao_status
journal(struct cao_store *s, const struct cao_env *env, struct cao_error *err)
{
	const struct cao_wechat_keys *k;
	enum cao_status st;

	if ((st = cao_wechat_keys_get(s, &k, err)) != CAO_OK)
		return st;
	return cao_setup_journal(s, env, KEYS_NOTE, k->digest, err);
}

enum cao_status
cao_setup_check_wechat(struct cao_store *s, struct cao_error *err)
{
	static const unsigned char none[CAO_DIGEST_SIZE];
	const struct cao_wechat_keys *k;
	struct cao_query *q;
	int64_t notes = 1;
	enum cao_status st;
	bool noted;

	if ((st = cao_wechat_keys_get(s, &k, err)) != CAO_OK)
		return st;
	if (memcmp(k->digest, none, sizeof none) == 0) {
		q = cao_db_use(s->db, SQL_NOTES_OF_KIND);
		cao_db_text(q, ":kind", KEYS_NOTE);
		st = cao_db_number(q, &notes, err);
		noted = notes == 0;
	} else {
		st = cao_setup_noted(s, KEYS_NOTE, k->digest, &noted, err);
	}
	if (st != CAO_OK || noted)
		return st;
	return cao_fail(err, CAO_INTEGRITY,
	    "the list of WeChat Pay's keys (wechat/platform) is not the one "
	    "that was journalled last; if ca-admin wechat was cut off, run "
	    "that again");
}

/* Under the database's lock, so that two cannot cross. */
static enum cao_status
add_locked(struct cao_store *s, const struct cao_env *env,
    const struct cao_wechat_key *key, const struct cao_key *ca,
    bool *ret_changed, struct cao_error *err)
{
	const struct cao_wechat_key *same;
	const struct cao_wechat_keys *k;
	enum cao_status st;

	if ((st = cao_wechat_keys_get(s, &k, err)) != CAO_OK)
		return st;
	same = cao_wechat_keys_find(k, key->id);
	if (same != NULL &&
	    (!cao_key_equal(same->key, key->key) ||
		strcmp(same->mchid, key->mchid) != 0 ||
		strcmp(same->appid, key->appid) != 0 ||
		same->until != key->until))
		return cao_fail(err, CAO_DENIED,
		    "%s is in the list already, with another key, merchant, "
		    "application or end",
		    key->id);
	*ret_changed = same == NULL;
	if (env->dry_run)
		return CAO_OK;
	if (same == NULL &&
	    (st = write_list(s, env, k, key, NULL, ca, err)) != CAO_OK)
		return st;
	return journal(s, env, err);
}

static enum cao_status
open_ca(struct cao_store *s, const struct cao_secret *ca_pin,
    struct cao_key **ret, struct cao_error *err)
{
	struct cao_pin *pin = NULL;
	enum cao_status st;

	if ((st = cao_pin_new(ca_pin, &pin, err)) == CAO_OK)
		st = cao_setup_ca_key(s, "operators", pin, ret, err);
	cao_pin_free(pin);
	return st;
}

enum cao_status
cao_wechat_key_add(struct cao_store *s, const struct cao_env *env,
    const char *name, const char *text, size_t len, const char *id,
    const struct cao_secret *ca_pin, bool *ret_changed, struct cao_error *err)
{
	struct cao_wechat_key key = { .since = env->now };
	struct cao_key *ca = NULL;
	enum cao_status st;
	bool changed = false;

	if ((st = read_pem(name, text, len, id, &key, err)) != CAO_OK ||
	    (st = name_merchant(s, &key, err)) != CAO_OK ||
	    (st = open_ca(s, ca_pin, &ca, err)) != CAO_OK ||
	    (st = cao_db_begin(s->db, __func__, err)) != CAO_OK)
		goto out;
	st = add_locked(s, env, &key, ca, &changed, err);
	if (st == CAO_OK)
		st = cao_flow_commit(s, env, err);
	if (st == CAO_OK)
		*ret_changed = changed;
out:
	cao_db_rollback(s->db);
	cao_key_free(ca);
	cao_key_free(key.key);
	return st;
}

static enum cao_status
disable_locked(struct cao_store *s, const struct cao_env *env, const char *id,
    const struct cao_key *ca, bool *ret_changed, struct cao_error *err)
{
	const struct cao_wechat_key *key;
	const struct cao_wechat_keys *k;
	enum cao_status st;

	if ((st = cao_wechat_keys_get(s, &k, err)) != CAO_OK)
		return st;
	if ((key = cao_wechat_keys_find(k, id)) == NULL)
		return cao_fail(err, CAO_NOTFOUND,
		    "no key '%.64s' of WeChat Pay; ca-admin wechat list shows "
		    "them",
		    id);
	*ret_changed = key->until == 0 || key->until > env->now;
	if (env->dry_run)
		return CAO_OK;
	if (*ret_changed &&
	    (st = write_list(s, env, k, NULL, id, ca, err)) != CAO_OK)
		return st;
	return journal(s, env, err);
}

enum cao_status
cao_wechat_key_disable(struct cao_store *s, const struct cao_env *env,
    const char *id, const struct cao_secret *ca_pin, bool *ret_changed,
    struct cao_error *err)
{
	struct cao_key *ca = NULL;
	enum cao_status st;
	bool changed = false;

	if ((st = open_ca(s, ca_pin, &ca, err)) != CAO_OK ||
	    (st = cao_db_begin(s->db, __func__, err)) != CAO_OK)
		goto out;
	st = disable_locked(s, env, id, ca, &changed, err);
	if (st == CAO_OK)
		st = cao_flow_commit(s, env, err);
	if (st == CAO_OK)
		*ret_changed = changed;
out:
	cao_db_rollback(s->db);
	cao_key_free(ca);
	return st;
}

enum cao_status
cao_wechat_key_list(struct cao_store *s,
    void (*row)(void *arg, const struct cao_wechat_key_info *), void *arg,
    struct cao_error *err)
{
	const struct cao_wechat_keys *k;
	enum cao_status st;

	if ((st = cao_wechat_keys_get(s, &k, err)) != CAO_OK)
		return st;
	for (size_t i = 0; i < k->count; i++) {
		const struct cao_wechat_key_info info = { k->list[i].id,
			k->list[i].mchid, k->list[i].appid, k->list[i].since,
			k->list[i].until };

		row(arg, &info);
	}
	return CAO_OK;
}
