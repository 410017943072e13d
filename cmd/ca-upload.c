/* ca-upload: put scans into the slots of orders. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "stream.h"

static bool arg_list, arg_scan, arg_preview;

static const struct cli_option options[] = {
	{ 0, "scan", CLI_FLAG, &arg_scan, NULL,
	    N_("take a heap of scans: each page finds its order by its code") },
	{ 0, "from", CLI_TEXT, &upload.from, "DIR",
	    N_("take DIR/ORDER/SLOT.pdf or DIR/REQUEST/SLOT.pdf and so on") },
	{ 0, "read-codes", CLI_FLAG, &upload.read_codes, NULL,
	    N_("compare the codes on the scans with the orders") },
	{ 0, "despite", CLI_TEXT, &upload.despite, "REASON",
	    N_("take scans whose codes are against it; it is recorded") },
	{ 0, "list", CLI_FLAG, &arg_list, NULL, N_("list the slots") },
	{ 0, "get", CLI_TEXT, &upload.get, "SLOT",
	    N_("print what is in a slot") },
	{ 0, "preview", CLI_FLAG, &arg_preview, NULL,
	    N_("write a page of HTML with pictures of all slots") },
	{ 0, "remove", CLI_TEXT, &upload.remove, "SLOT", N_("empty a slot") },
	{ 'o', "output", CLI_TEXT, &upload.output, "FILE",
	    N_("write there instead of to standard output") },
	{ 0, NULL, CLI_FLAG, NULL, NULL, NULL },
};

static enum cao_status
run(int argc, char *argv[], struct cao_error *err)
{
	struct stream s = { .step = upload_step,
		.bound = upload.from == NULL,
		.arg = &upload };
	struct slots slots = { .store = NULL };
	enum cao_status st = CAO_OK;

	if (cli.by == NULL) {
		if ((st = upload_parse(argc - 1, argv + 1, err)) != CAO_OK)
			return st;
		argc = 1;
	}
	if (upload.get != NULL && upload.output == NULL &&
	    isatty(STDOUT_FILENO))
		return cli_usage(err,
		    _("a scan is nothing for a terminal: give --output FILE"));
	if ((st = cli_store_open(&upload.store, err)) != CAO_OK)
		return st;
	s.store = upload.store;
	if (arg_list) {
		st = slots_open(&slots, upload.store, err);
		s.step = NULL;
		s.emit = slots_print;
		s.arg = &slots;
	} else if (upload.get != NULL || arg_preview) {
		s.step = NULL;
		s.emit = arg_preview ? upload_preview : upload_get;
	}
	if (st == CAO_OK)
		st = stream_run(&s, argc, argv, err);
	st = cli_table_close(slots.table, st, err);
	upload_close(&upload);
	return st;
}

int
main(int argc, char *argv[])
{
	static const struct cli_mode modes[] = {
		{ NULL, "ORDER SLOT=FILE[#PAGES] ...", "despite", 2, -1, run,
		    NULL },
		{ "scan", "FILE|DIR ...", "", 1, -1, heap_run, NULL },
		{ "from", "[ORDER ...]", "read-codes", 0, -1, run, NULL },
		{ "list", "[ORDER ...]", "", 0, -1, run, NULL },
		{ "get", "ORDER", "output", 1, 1, run, NULL },
		{ "preview", "ORDER", "output", 1, 1, run, NULL },
		{ "remove", "[ORDER ...]", "", 0, -1, run, NULL },
		{ NULL, NULL, NULL, 0, 0, NULL, NULL },
	};
	static const struct cli_tool tool = {
		.name = "ca-upload",
		.about = N_("put scans into the slots of orders"),
		.options = options,
		.modes = modes,
		.examples = "  ca-upload 00202009200000485 seal-form=seal.jpg\n"
			    "  ca-upload --scan scanner/\n"
			    "  ca-upload --from scans <orders\n"
			    "  ca-upload --list 00202009200000485\n",
	};

	return cli_main(&tool, argc, argv);
}
