/* What ca-admin sets up: the store, its operators, its responders. */
#include "stream.h"

struct setup setup_given = { .algorithm = "sm2" };

enum cao_status
setup_init(int argc, char *argv[], struct cao_error *err)
{
	const struct cao_env env = cli_env();
	const char *dir;
	struct cao_secret *pin = NULL;
	enum cao_status st;

	(void)argc, (void)argv;
	if ((st = cli_store_dir(&dir, err)) != CAO_OK)
		return st;
	st = cli_pin(setup_given.pin, "pin", _("PIN of the new CA"),
	    CLI_PIN_NEW, &pin, err);
	if (st == CAO_OK)
		st = cao_store_init(dir, setup_given.name, pin, &env, err);
	if (st == CAO_OK)
		cli_verbose(_("%s: the store is made"), dir);
	cao_secret_free(pin);
	return st;
}

static enum cao_status
open_ca(struct cao_secret **ret, struct cao_error *err)
{
	return cli_pin(setup_given.ca_pin, "ca-pin", _("PIN of the CA"),
	    CLI_PIN_ASK, ret, err);
}

enum cao_status
setup_operator_add(int argc, char *argv[], struct cao_error *err)
{
	const struct cao_env env = cli_env();
	struct cao_container *keys = NULL;
	struct cao_secret *ca_pin = NULL;
	struct cao_store *store = NULL;
	bool changed;
	enum cao_status st;

	(void)argc;
	if ((st = cli_store_open(&store, err)) == CAO_OK)
		st = cli_container_open(setup_given.keystore, setup_given.pin,
		    CLI_PIN_NEW, &keys, err);
	if (st == CAO_OK)
		st = open_ca(&ca_pin, err);
	if (st == CAO_OK)
		st = cao_operator_add(store, &env, argv[0], setup_given.role,
		    setup_given.algorithm, keys, ca_pin, &changed, err);
	if (st == CAO_OK)
		admin_told(argv[0], changed);
	cao_secret_free(ca_pin);
	cao_container_close(keys);
	cao_store_close(store);
	return st;
}

enum cao_status
setup_operator_disable(int argc, char *argv[], struct cao_error *err)
{
	const struct cao_env env = cli_env();
	struct cao_secret *ca_pin = NULL;
	struct cao_store *store = NULL;
	bool changed;
	enum cao_status st;

	(void)argc;
	if ((st = cli_store_open(&store, err)) == CAO_OK)
		st = open_ca(&ca_pin, err);
	if (st == CAO_OK)
		st = cao_operator_disable(
		    store, &env, argv[0], ca_pin, &changed, err);
	if (st == CAO_OK)
		admin_told(argv[0], changed);
	cao_secret_free(ca_pin);
	cao_store_close(store);
	return st;
}

/* Nobody is asked for a PIN of keys that a web server is to open: without
 * --pin they have none. */
enum cao_status
setup_responder(int argc, char *argv[], struct cao_error *err)
{
	const char *pin = setup_given.pin;
	const struct cao_env env = cli_env();
	struct cao_secret *ca = NULL, *own = NULL;
	struct cao_store *store = NULL;
	enum cao_status st;

	(void)argc, (void)argv;
	if ((st = cli_store_open(&store, err)) == CAO_OK)
		st = open_ca(&ca, err);
	if (st == CAO_OK && pin != NULL)
		st = cli_pin(pin, "pin", _("PIN for the responders' keys"),
		    CLI_PIN_NEW, &own, err);
	if (st == CAO_OK)
		st = cao_responder_make(store, &env, ca, own, err);
	if (st == CAO_OK)
		cli_verbose(_("the responders are made"));
	cao_secret_free(own);
	cao_secret_free(ca);
	cao_store_close(store);
	return st;
}
