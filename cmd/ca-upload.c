/* ca-upload: put scans into the slots of orders. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "stream.h"

static bool arg_list;
static const char *arg_from, *arg_get, *arg_remove, *arg_output;

static const struct cli_option options[] = {
	{ 0, "from", CLI_TEXT, &arg_from, "DIR",
	    N_("take DIR/ORDER/SLOT.pdf or DIR/REQUEST/SLOT.pdf and so on") },
	{ 0, "list", CLI_FLAG, &arg_list, NULL, N_("list the slots") },
	{ 0, "get", CLI_TEXT, &arg_get, "SLOT", N_("print what is in a slot") },
	{ 0, "remove", CLI_TEXT, &arg_remove, "SLOT", N_("empty a slot") },
	{ 'o', "output", CLI_TEXT, &arg_output, "FILE",
	    N_("write there instead of to standard output") },
	{ 0, NULL, CLI_FLAG, NULL, NULL, NULL },
};

static struct cao_store *store;
static struct slots slots;
static struct cao_scan scans[CLI_LIST_MAX];
static size_t scan_count;

static enum cao_status
step(void *arg, const struct cao_env *env, struct cao_result *results,
    size_t count, struct cao_error *err)
{
	enum cao_status st = CAO_OK;

	if (arg_from != NULL)
		return cao_upload_from(store, env, arg_from, cli_progress, arg,
		    results, count, err);
	for (size_t i = 0; i < count && st == CAO_OK; i++)
		st = arg_remove != NULL
		    ? cao_upload_remove(
			  store, env, arg_remove, &results[i], err)
		    : cao_upload(store, env, scans, scan_count, cli_progress,
			  arg, &results[i], err);
	return st;
}

static enum cao_status
get(void *arg, const struct cao_result *r, struct cao_error *err)
{
	unsigned char *data = NULL;
	size_t len;
	enum cao_status st;

	(void)arg;
	st = cao_upload_get(store, r->number, arg_get, &data, &len, err);
	if (st == CAO_OK)
		st = cli_file_write(arg_output, data, len, err);
	cao_free(data);
	return st;
}

/* The operands SLOT=FILE. */
static enum cao_status
parse(int argc, char *argv[], struct cao_error *err)
{
	char *sign;

	if (argc > CLI_LIST_MAX)
		return cli_usage(
		    err, _("more than %d files at a time"), CLI_LIST_MAX);
	for (int i = 0; i < argc; i++) {
		sign = strchr(argv[i], '=');
		if (sign == NULL || sign == argv[i] || sign[1] == '\0')
			return cli_usage(err, _("not SLOT=FILE: %s"), argv[i]);
		*sign = '\0';
		scans[scan_count++] =
		    (struct cao_scan){ .slot = argv[i], .path = sign + 1 };
	}
	return CAO_OK;
}

static enum cao_status
run(int argc, char *argv[], struct cao_error *err)
{
	struct stream s = { .step = step, .bound = arg_from == NULL };
	enum cao_status st = CAO_OK;

	if (cli.by == NULL) {
		if ((st = parse(argc - 1, argv + 1, err)) != CAO_OK)
			return st;
		argc = 1;
	}
	if (arg_get != NULL && arg_output == NULL && isatty(STDOUT_FILENO))
		return cli_usage(err,
		    _("a scan is nothing for a terminal: give --output FILE"));
	if ((st = cli_store_open(&store, err)) != CAO_OK)
		return st;
	s.store = store;
	if (arg_list)
		st = slots_open(&slots, store, err);
	if (arg_list || arg_get != NULL)
		s = (struct stream){ .store = store,
			.emit = arg_list ? slots_print : get,
			.arg = &slots };
	if (st == CAO_OK)
		st = stream_run(&s, argc, argv, err);
	st = cli_table_close(slots.table, st, err);
	cao_store_close(store);
	return st;
}

int
main(int argc, char *argv[])
{
	static const struct cli_mode modes[] = {
		{ NULL, "ORDER SLOT=FILE ...", "", 2, -1, run, NULL },
		{ "from", "[ORDER ...]", "", 0, -1, run, NULL },
		{ "list", "[ORDER ...]", "", 0, -1, run, NULL },
		{ "get", "ORDER", "output", 1, 1, run, NULL },
		{ "remove", "[ORDER ...]", "", 0, -1, run, NULL },
		{ NULL, NULL, NULL, 0, 0, NULL, NULL },
	};
	static const struct cli_tool tool = {
		.name = "ca-upload",
		.about = N_("put scans into the slots of orders"),
		.options = options,
		.modes = modes,
		.examples = "  ca-upload 00202009200000485 seal-form=seal.jpg\n"
			    "  ca-upload --from scans <orders\n"
			    "  ca-upload --list 00202009200000485\n",
	};

	return cli_main(&tool, argc, argv);
}
