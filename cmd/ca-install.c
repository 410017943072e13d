/* ca-install: put issued certificates into the key container. */
#include "stream.h"

static bool arg_list, arg_change;
static const char *arg_keystore, *arg_pin, *arg_new_pin, *arg_pkcs12;

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
	{ 0, "new-pin", CLI_PIN, &arg_new_pin, "SPEC",
	    N_("that other PIN, given like --pin") },
	{ 0, NULL, CLI_FLAG, NULL, NULL, NULL },
};

static struct cao_store *store;
static struct cao_container *keys;
static struct cao_secret *new_pin;

static enum cao_status
install(void *arg, const struct cao_env *env, struct cao_result *results,
    size_t count, struct cao_error *err)
{
	unsigned char *p12 = NULL;
	enum cao_status st;
	size_t len;

	(void)arg;
	st = cao_install(store, env, keys, results, count, err);
	/* There is one order then, and it succeeded. */
	if (st != CAO_OK || arg_pkcs12 == NULL || cli.dry_run ||
	    cao_result_status(&results[0]) != CAO_OK)
		return st;
	st = cao_install_pkcs12(keys, results[0].number, &p12, &len, err);
	if (st == CAO_OK)
		st = cli_file_write(arg_pkcs12, p12, len, err);
	cao_free(p12);
	return st;
}

static enum cao_status
change(void *arg, const struct cao_env *env, struct cao_result *results,
    size_t count, struct cao_error *err)
{
	enum cao_status st = CAO_OK;

	(void)arg;
	for (size_t i = 0; i < count && st == CAO_OK && !env->dry_run; i++) {
		st = cao_install_change_pin(
		    keys, results[i].number, new_pin, err);
		results[i].changed = st == CAO_OK;
	}
	return st;
}

static void
list_row(void *arg, const struct cao_installed *c)
{
	struct cli_table *table = arg;
	char from[CAO_RFC3339_SIZE] = "", to[CAO_RFC3339_SIZE] = "";
	const char *values[] = { c->number, c->usage, c->status, from, to,
		c->algorithm, c->serial, c->subject };

	if (*c->serial != '\0') { /* else it waits for its certificate */
		cli_table_time(table, c->not_before, from);
		cli_table_time(table, c->not_after, to);
	}
	cli_table_row(table, values);
}

static enum cao_status
list(int argc, char *argv[], struct cao_error *err)
{
	static const char *const columns[] = { "order", "usage", "status",
		"not_before", "not_after", "algorithm", "serial", "subject" };
	const struct cao_env env = cli_env();
	struct cli_table *table = NULL;
	enum cao_status st;

	(void)argc, (void)argv;
	if ((st = cli_store_maybe(&store, err)) == CAO_OK)
		st = cli_container_open(
		    arg_keystore, NULL, CLI_PIN_NONE, &keys, err);
	if (st == CAO_OK)
		st = cli_table_open(columns, 8, &table, err);
	if (st == CAO_OK)
		st = cao_install_list(store, &env, keys, list_row, table, err);
	st = cli_table_close(table, st, err);
	cao_container_close(keys);
	cao_store_close(store);
	return st;
}

static enum cao_status
run(int argc, char *argv[], struct cao_error *err)
{
	struct stream s = { .step = arg_change ? change : install,
		.bound = arg_change };
	enum cao_status st;

	if ((st = stream_named(argc, err)) != CAO_OK)
		return st;
	if (!arg_change)
		st = cli_store_open(&store, err);
	if (st == CAO_OK)
		st = cli_container_open(
		    arg_keystore, arg_pin, CLI_PIN_ASK, &keys, err);
	if (st == CAO_OK && arg_change)
		st = cli_pin(arg_new_pin, "new-pin", _("new PIN"), CLI_PIN_NEW,
		    &new_pin, err);
	s.store = store;
	if (st == CAO_OK)
		st = stream_run(&s, argc, argv, err);
	cao_secret_free(new_pin);
	cao_container_close(keys);
	cao_store_close(store);
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
		    run, NULL },
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
		    "  ca-install --list\n",
	};

	return cli_main(&tool, argc, argv);
}
