/* ca-install: put issued certificates into the key container. */
#include "stream.h"

static bool arg_list, arg_change, arg_unlock;
static const char *arg_keystore, *arg_pin, *arg_new_pin, *arg_code, *arg_pkcs12;

static const struct cli_option options[] = {
	{ 0, "keystore", CLI_TEXT, &arg_keystore, "DIR",
	    N_("the key container; else the user's") },
	{ 0, "pin", CLI_PIN, &arg_pin, "SPEC",
	    N_("PIN of the keys: file:PATH, fd:N, env:NAME, prompt") },
	{ 0, "pkcs12", CLI_TEXT, &arg_pkcs12, "FILE",
	    N_("write the order's keys and certificates there too") },
	{ 0, "list", CLI_FLAG, &arg_list, NULL,
	    N_("list the certificates in the container") },
	{ 0, "change-pin", CLI_FLAG, &arg_change, NULL,
	    N_("put the keys of orders under another PIN") },
	{ 0, "unlock", CLI_FLAG, &arg_unlock, NULL,
	    N_("put the keys that an order unlocks under a new PIN") },
	{ 0, "code", CLI_PIN, &arg_code, "SPEC",
	    N_("the one-time code for --unlock, given like --pin") },
	{ 0, "new-pin", CLI_PIN, &arg_new_pin, "SPEC",
	    N_("the other PIN, given like --pin") },
	{ 0, NULL, CLI_FLAG, NULL, NULL, NULL },
};

static enum cao_status
list(int argc, char *argv[], struct cao_error *err)
{
	(void)argc, (void)argv;
	return install_list(arg_keystore, err);
}

static enum cao_status
run(int argc, char *argv[], struct cao_error *err)
{
	struct install in = { .pkcs12 = arg_pkcs12 };
	struct stream s = { .step = install_step, .arg = &in };
	enum cao_status st;

	if ((st = stream_named(argc, err)) == CAO_OK &&
	    (st = cli_store_open(&in.store, err)) == CAO_OK)
		st = cli_container_open(
		    arg_keystore, arg_pin, CLI_PIN_ASK, &in.keys, err);
	s.store = in.store;
	if (st == CAO_OK)
		st = stream_run(&s, argc, argv, err);
	install_close(&in);
	return st;
}

static enum cao_status
change(int argc, char *argv[], struct cao_error *err)
{
	struct install in = { .store = NULL };
	struct stream s = { .step = install_change, .bound = 1, .arg = &in };
	enum cao_status st;

	if ((st = stream_named(argc, err)) == CAO_OK &&
	    (st = cli_store_maybe(&in.store, err)) == CAO_OK &&
	    (st = cli_container_open(
		 arg_keystore, arg_pin, CLI_PIN_ASK, &in.keys, err)) == CAO_OK)
		st = cli_pin(arg_new_pin, "new-pin", _("new PIN"), CLI_PIN_NEW,
		    &in.new_pin, err);
	if (st == CAO_OK)
		st = stream_run(&s, argc, argv, err);
	install_close(&in);
	return st;
}

static enum cao_status
unlock(int argc, char *argv[], struct cao_error *err)
{
	struct install in = { .store = NULL };
	struct stream s = { .step = install_unlock, .bound = 1, .arg = &in };
	enum cao_status st;

	if ((st = cli_store_open(&in.store, err)) == CAO_OK &&
	    (st = cli_container_open(
		 arg_keystore, NULL, CLI_PIN_NONE, &in.keys, err)) == CAO_OK &&
	    (st = cli_pin(arg_code, "code", _("one-time code"), CLI_PIN_ASK,
		 &in.code, err)) == CAO_OK)
		st = cli_pin(arg_new_pin, "new-pin", _("new PIN"), CLI_PIN_NEW,
		    &in.new_pin, err);
	s.store = in.store;
	if (st == CAO_OK)
		st = stream_run(&s, argc, argv, err);
	install_close(&in);
	return st;
}

int
main(int argc, char *argv[])
{
	static const struct cli_mode modes[] = {
		{ NULL, "[ORDER ...]", "keystore pin", 0, -1, run, NULL },
		{ "pkcs12", "ORDER", "keystore pin", 1, 1, run, NULL },
		{ "list", "", "keystore", 0, 0, list, NULL },
		{ "change-pin", "[ORDER ...]", "keystore pin new-pin", 0, -1,
		    change, NULL },
		{ "unlock", "ORDER", "keystore code new-pin", 1, 1, unlock,
		    NULL },
		{ NULL, NULL, NULL, 0, 0, NULL, NULL },
	};
	static const struct cli_tool tool = {
		.name = "ca-install",
		.about = N_("put issued certificates into the key container"),
		.options = options,
		.modes = modes,
		.examples =
		    "  ca-install --keystore keys --pin file:pin <orders\n"
		    "  ca-install --pkcs12 me.p12 00202009200000485\n"
		    "  ca-install --unlock --code prompt 00202009200000486\n"
		    "  ca-install --list\n",
	};

	return cli_main(&tool, argc, argv);
}
