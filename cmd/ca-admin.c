/* ca-admin: set a store up and look after it. */
#include "stream.h"

static const char *arg_name, *arg_role, *arg_keystore;
static const char *arg_algorithm = "sm2";
static bool arg_replay; /* keep.c asks whether it was given */

static const struct cli_option options[] = {
	{ 0, "name", CLI_TEXT, &arg_name, "NAME",
	    N_("the CA's name, as it stands in its certificates") },
	{ 0, "pin", CLI_PIN, &admin_pins.own, "SPEC",
	    N_("PIN of the keys to be made: file:PATH, fd:N, env:NAME, "
	       "prompt") },
	{ 0, "ca-pin", CLI_PIN, &admin_pins.ca, "SPEC",
	    N_("PIN of the CA, given like --pin") },
	{ 0, "role", CLI_TEXT, &arg_role, "ROLE[,ROLE]",
	    N_("what the operator may do: accept, approve, cashier") },
	{ 0, "keystore", CLI_TEXT, &arg_keystore, "DIR",
	    N_("the operator's key container; else the user's") },
	{ 0, "algorithm", CLI_TEXT, &arg_algorithm, "NAME",
	    N_("of the operator's key: sm2, p256, rsa2048, rsa3072") },
	{ 0, "replay", CLI_FLAG, &arg_replay, NULL,
	    N_("first apply what was revoked after the store was backed "
	       "up") },
	{ 0, "dossier", CLI_TEXT, &dossier_file, "FILE",
	    N_("verify that archive of an order, and no store") },
	{ 0, "anchor", CLI_TEXT, &dossier_anchor, "FILE",
	    N_("the CA's certificate that the archive must be by") },
	{ 0, NULL, CLI_FLAG, NULL, NULL, NULL },
};

static enum cao_status
init(int argc, char *argv[], struct cao_error *err)
{
	const struct cao_env env = cli_env();
	const char *dir = cli_store_path();
	struct cao_secret *pin = NULL;
	enum cao_status st;

	(void)argc, (void)argv;
	if (dir == NULL)
		return cli_usage(
		    err, _("no store: give --store DIR or set CAORDER_STORE"));
	st = cli_pin(admin_pins.own, "pin", _("PIN of the new CA"), CLI_PIN_NEW,
	    &pin, err);
	if (st == CAO_OK)
		st = cao_store_init(dir, arg_name, pin, &env, err);
	if (st == CAO_OK)
		cli_verbose(_("%s: the store is made"), dir);
	cao_secret_free(pin);
	return st;
}

static enum cao_status
open_ca(struct cao_secret **ret, struct cao_error *err)
{
	return cli_pin(
	    admin_pins.ca, "ca-pin", _("PIN of the CA"), CLI_PIN_ASK, ret, err);
}

static enum cao_status
operator_add(int argc, char *argv[], struct cao_error *err)
{
	const struct cao_env env = cli_env();
	struct cao_container *keys = NULL;
	struct cao_secret *ca_pin = NULL;
	struct cao_store *store = NULL;
	bool changed;
	enum cao_status st;

	(void)argc;
	if ((st = cli_store_open(&store, err)) == CAO_OK)
		st = cli_container_open(
		    arg_keystore, admin_pins.own, CLI_PIN_NEW, &keys, err);
	if (st == CAO_OK)
		st = open_ca(&ca_pin, err);
	if (st == CAO_OK)
		st = cao_operator_add(store, &env, argv[0], arg_role,
		    arg_algorithm, keys, ca_pin, &changed, err);
	if (st == CAO_OK)
		admin_told(argv[0], changed);
	cao_secret_free(ca_pin);
	cao_container_close(keys);
	cao_store_close(store);
	return st;
}

static enum cao_status
operator_disable(int argc, char *argv[], struct cao_error *err)
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

int
main(int argc, char *argv[])
{
	static const struct cli_mode modes[] = {
		{ "init", "", "name! pin", 0, 0, init,
		    N_("make a store with its CAs") },
		{ "operator add", "NAME", "role! keystore pin ca-pin algorithm",
		    1, 1, operator_add,
		    N_("make an operator's key and certify it") },
		{ "operator disable", "NAME", "ca-pin", 1, 1, operator_disable,
		    N_("dismiss an operator") },
		{ "operator list", "", "", 0, 0, admin_operators,
		    N_("list the operators and their roles") },
		{ "service add", "FILE", "", 1, 1, admin_service_add,
		    N_("add a service, or a new version of it") },
		{ "service list", "", "", 0, 0, admin_services,
		    N_("list the services") },
		{ "service show", "NAME", "", 1, 1, admin_service_show,
		    N_("print a service as YAML") },
		{ "responder", "", "pin ca-pin", 0, 0, admin_responder,
		    N_("make or renew the OCSP responders") },
		{ "verify", "", "replay dossier anchor", 0, 0, admin_verify,
		    N_("recompute everything and find what was altered") },
		{ "backup", "DIR", "", 1, 1, admin_backup,
		    N_("copy the store while it is in use") },
		{ "restore", "DIR", "", 1, 1, admin_restore,
		    N_("put the latest backup, or that one, into place") },
		{ NULL, NULL, NULL, 0, 0, NULL, NULL },
	};
	static const struct cli_tool tool = {
		.name = "ca-admin",
		.about = N_("set a store up and look after it"),
		.options = options,
		.modes = modes,
		.subcommands = true,
		.examples =
		    "  ca-admin init --name 'Example CA' --pin file:ca.pin\n"
		    "  ca-admin operator add alice --role accept \\\n"
		    "      --keystore ops --ca-pin file:ca.pin\n"
		    "  ca-admin verify\n",
	};

	return cli_main(&tool, argc, argv);
}
