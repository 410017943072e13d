/* ca-admin: set a store up and look after it. */
#include "stream.h"

static bool arg_replay; /* keep.c asks whether it was given */

static const struct cli_option options[] = {
	{ 0, "name", CLI_TEXT, &setup_given.name, "NAME",
	    N_("the CA's name, as it stands in its certificates") },
	{ 0, "pin", CLI_PIN, &setup_given.pin, "SPEC",
	    N_("PIN of the keys to be made: file:PATH, fd:N, env:NAME, "
	       "prompt") },
	{ 0, "ca-pin", CLI_PIN, &setup_given.ca_pin, "SPEC",
	    N_("PIN of the CA, given like --pin") },
	{ 0, "role", CLI_TEXT, &setup_given.role, "ROLE[,ROLE]",
	    N_("what the operator may do: accept, approve, cashier, recover") },
	{ 0, "keystore", CLI_TEXT, &setup_given.keystore, "DIR",
	    N_("the operator's key container; else the user's") },
	{ 0, "algorithm", CLI_TEXT, &setup_given.algorithm, "NAME",
	    N_("of the operator's key: sm2, p256, rsa2048, rsa3072") },
	{ 0, "key-id", CLI_TEXT, &merchant_key_id, "ID",
	    N_("of a public key of WeChat Pay: PUB_KEY_ID_...") },
	{ 0, "replay", CLI_FLAG, &arg_replay, NULL,
	    N_("first apply what was revoked after a backup") },
	{ 0, "dossier", CLI_TEXT, &dossier_file, "FILE",
	    N_("verify that archive of an order, and no store") },
	{ 0, "anchor", CLI_TEXT, &dossier_anchor, "FILE",
	    N_("the CA's certificate that the archive must be by") },
	{ 0, "years", CLI_COUNT, &purge_years, "N",
	    N_("purge only what ended longer ago than that") },
	{ 0, "yes", CLI_FLAG, &purge_yes, NULL,
	    N_("remove it, and do not only list it") },
	{ 0, NULL, CLI_FLAG, NULL, NULL, NULL },
};

int
main(int argc, char *argv[])
{
	static const struct cli_mode modes[] = {
		{ "init", "", "name! pin", 0, 0, setup_init,
		    N_("make a store with its CAs") },
		{ "operator add", "NAME", "role! keystore pin ca-pin algorithm",
		    1, 1, setup_operator_add,
		    N_("make an operator's key and certify it") },
		{ "operator disable", "NAME", "ca-pin", 1, 1,
		    setup_operator_disable, N_("dismiss an operator") },
		{ "operator list", "", "", 0, 0, admin_operators,
		    N_("list the operators and their roles") },
		{ "service add", "FILE", "", 1, 1, admin_service_add,
		    N_("add a service, or a new version of it") },
		{ "service list", "", "", 0, 0, admin_services,
		    N_("list the services") },
		{ "service show", "NAME", "", 1, 1, admin_service_show,
		    N_("print a service as YAML") },
		{ "wechat add", "FILE", "key-id ca-pin", 1, 1, merchant_add,
		    N_("certify a key of WeChat Pay") },
		{ "wechat disable", "ID", "ca-pin", 1, 1, merchant_disable,
		    N_("let what a key of WeChat Pay signs not count") },
		{ "wechat list", "", "", 0, 0, merchant_list,
		    N_("list the keys of WeChat Pay") },
		{ "responder", "", "pin ca-pin", 0, 0, setup_responder,
		    N_("make or renew the OCSP responders") },
		{ "verify", "", "replay dossier anchor", 0, 0, admin_verify,
		    N_("recompute everything and find what was altered") },
		{ "backup", "DIR", "", 1, 1, admin_backup,
		    N_("copy the store while it is in use") },
		{ "restore", "DIR", "", 1, 1, admin_restore,
		    N_("put a backup into place, the latest of a folder") },
		{ "purge", "", "years yes", 0, 0, admin_purge,
		    N_("remove personal data whose time is over") },
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
