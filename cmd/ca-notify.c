/* ca-notify: tell handlers what became of their orders. */
#include "stream.h"

static bool arg_list;
static const char *arg_retry;
static unsigned long arg_wait;

static const struct cli_option options[] = {
	{ 0, "wait", CLI_COUNT, &arg_wait, "SECONDS",
	    N_("go on for so long with what becomes due") },
	{ 0, "list", CLI_FLAG, &arg_list, NULL,
	    N_("print what waits, and what was given up") },
	{ 0, "retry", CLI_MAYBE, &arg_retry, "ID",
	    N_("let that message, or all, be due now") },
	{ 0, NULL, CLI_FLAG, NULL, NULL, NULL },
};

static enum cao_status
run(int argc, char *argv[], struct cao_error *err)
{
	(void)argc, (void)argv;
	return notify_run(arg_wait, err);
}

static enum cao_status
list(int argc, char *argv[], struct cao_error *err)
{
	(void)argc, (void)argv;
	return notify_list(err);
}

static enum cao_status
retry(int argc, char *argv[], struct cao_error *err)
{
	(void)argc, (void)argv;
	return notify_retry(*arg_retry != '\0' ? arg_retry : NULL, err);
}

int
main(int argc, char *argv[])
{
	static const struct cli_mode modes[] = {
		{ NULL, "", "wait", 0, 0, run, NULL },
		{ "list", "", "", 0, 0, list, NULL },
		{ "retry", "", "", 0, 0, retry, NULL },
		{ NULL, NULL, NULL, 0, 0, NULL, NULL },
	};
	static const struct cli_tool tool = {
		.name = "ca-notify",
		.about = N_("tell handlers what became of their orders"),
		.options = options,
		.modes = modes,
		.examples = "  ca-notify\n"
			    "  ca-notify --wait 50\n"
			    "  ca-notify --dry-run\n"
			    "  ca-notify --list\n"
			    "  ca-notify --retry=approved-17\n",
	};

	return cli_main(&tool, argc, argv);
}
