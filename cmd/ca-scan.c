/* ca-scan: say what is on scans. */
#include "cli.h"
#include "scan/scan.h"

static bool arg_inline, arg_join;
static const char *arg_thumbnails, *arg_output;
static unsigned long arg_side;

static const struct cli_option options[] = {
	{ 0, "thumbnails", CLI_TEXT, &arg_thumbnails, "DIR",
	    N_("write a small picture of each page there") },
	{ 0, "inline", CLI_FLAG, &arg_inline, NULL,
	    N_("print it in the line of its page, as Base64") },
	{ 0, "side", CLI_COUNT, &arg_side, "PIXELS",
	    N_("how large those are, at most") },
	{ 0, "join", CLI_FLAG, &arg_join, NULL,
	    N_("write pages of several files as one PDF") },
	{ 'o', "output", CLI_TEXT, &arg_output, "FILE",
	    N_("where to write that; \"-\": standard output") },
	{ 0, NULL, CLI_FLAG, NULL, NULL, NULL },
};

static enum cao_status
read_files(int argc, char *argv[], struct cao_error *err)
{
	const struct scan_wishes wishes = {
		.thumbnails = cli.dry_run ? NULL : arg_thumbnails,
		.in_line = arg_inline,
		.side = cli_given("side") ? &arg_side : NULL
	};

	return scan_files(&wishes, argc, argv, err);
}

static enum cao_status
join(int argc, char *argv[], struct cao_error *err)
{
	return scan_join(arg_output, argc, argv, err);
}

int
main(int argc, char *argv[])
{
	static const struct cli_mode modes[] = {
		{ NULL, "FILE ...", "thumbnails inline side", 1, -1, read_files,
		    NULL },
		{ "join", "FILE[#PAGES] ...", "output!", 1, -1, join, NULL },
		{ NULL, NULL, NULL, 0, 0, NULL, NULL },
	};
	static const struct cli_tool tool = {
		.name = "ca-scan",
		.about = N_("say what is on scans"),
		.options = options,
		.modes = modes,
		.examples = "  ca-scan *.jpg | jq -r .codes[].text\n"
			    "  ca-scan --thumbnails small scans.pdf\n"
			    "  ca-scan --join a.jpg scans.pdf#2,5-6 -o b.pdf\n",
		.reads = true,
	};

	return cli_main(&tool, argc, argv);
}
