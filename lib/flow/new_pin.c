/* The backup PIN of an order follows the PIN of its keys. */
#include "flow/backup_pin.h"
#include "flow/install.h"

static void
note(struct cao_result *r, const char *text)
{
	struct cao_error told;

	(void)cao_fail(&told, CAO_OK, "%s", _(text));
	cao_result_fail(r, &told);
}

static enum cao_status
put_backup(struct cao_store *s, const struct cao_env *env,
    const struct cao_order *o, const struct cao_container *c,
    struct cao_error *err)
{
	char folder[CAO_CONTAINER_NAME_SIZE];
	struct cao_key *sign = NULL;
	enum cao_status st;

	cao_install_folder(c, o, folder);
	if ((st = cao_container_get_key(c, folder, "sign.key", &sign, err)))
		return st;
	if ((st = cao_db_begin(s->db, __func__, err)) == CAO_OK)
		st = cao_backup_pin_put(
		    s, env, o, cao_pin_secret(c->pin), sign, err);
	if (st == CAO_OK)
		st = cao_flow_commit(s, env, err);
	cao_db_rollback(s->db);
	cao_key_free(sign);
	return st;
}

/* With the keys under the new PIN. */
static enum cao_status
follow(struct cao_store *s, const struct cao_env *env,
    const struct cao_container *c, struct cao_result *r, struct cao_error *err)
{
	struct cao_order o = { 0 };
	enum cao_status st;

	st = cao_store_load(
	    s, r->number, CAO_LOAD_APPLICATION | CAO_LOAD_PAIR, &o, err);
	if (st == CAO_NOTFOUND) {
		note(r,
		    N_("the store does not have the order: a backup PIN, "
		       "where one was chosen, is still the one before"));
		return CAO_OK;
	}
	if (st != CAO_OK || !o.application.backup_pin)
		goto out;
	if (o.pair != NULL)
		st = put_backup(s, env, &o, c, err);
	else
		note(r,
		    N_("the backup PIN is still the one before: change the "
		       "PIN again once the certificates are issued"));
out:
	cao_order_free(&o);
	return st;
}

enum cao_status
cao_install_change_pin(struct cao_store *s, const struct cao_env *env,
    struct cao_container *c, const struct cao_secret *new_pin,
    struct cao_result *r, struct cao_error *err)
{
	struct cao_container *to = NULL;
	enum cao_status st;

	if ((st = cao_container_open(c->dir, new_pin, &to, err)) != CAO_OK ||
	    (st = cao_container_change_pin(c, to, r->number, err)) != CAO_OK)
		goto out;
	r->changed = true;
	if (s != NULL)
		st = follow(s, env, to, r, err);
	else
		note(r,
		    N_("no store is at hand: a backup PIN, where one was "
		       "chosen, is still the one before"));
out:
	cao_container_close(to);
	return st;
}
