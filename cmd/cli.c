/* The way through a tool: surroundings, options, the mode, the exit status. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"

#define SIGNALLED 128 /* as a shell tells of a signal */

struct cli_shared cli;

/* Data that did not arrive is a failure, however well the work went. */
static enum cao_status
close_stdout(enum cao_status st)
{
	bool bad = ferror(stdout) != 0;
	struct cao_error err;

	errno = 0;
	if (fclose(stdout) != 0 || bad) {
		if (errno == 0)
			(void)cli_error(&err, CAO_SYSTEM, "%s",
			    _("standard output: not all could be written"));
		else
			(void)cli_error_errno(&err, _("standard output"));
		cli_report(NULL, &err);
		return cao_status_worse(st, CAO_SYSTEM);
	}
	return st;
}

/* What is wrong, and how it would be right. */
static void
tell(const struct cli_tool *tool, const struct cli_mode *mode,
    const struct cao_error *err)
{
	if (*err->text != '\0')
		cli_report(NULL, err);
	if (err->status != CAO_USAGE)
		return;
	if (mode != NULL) {
		fprintf(stderr, "%s ", _("usage:"));
		cli_synopsis(stderr, tool, mode);
		putc('\n', stderr);
	} else
		fprintf(stderr, _("usage: %s --help tells all\n"), tool->name);
}

static enum cao_status
clock_pin(struct cao_error *err)
{
	const char *now = getenv("CAORDER_NOW");

	if (now == NULL || *now == '\0' ||
	    (cli_time_read(now, false, &cli.now) && cli.now != 0))
		return CAO_OK;
	return cli_usage(err,
	    _("CAORDER_NOW is no time such as 2026-11-22T02:00:00Z: %s"), now);
}

/* The mode between its rejects file's opening and closing. */
static enum cao_status
run(const struct cli_mode *mode, int argc, char *argv[], struct cao_error *err)
{
	struct cao_error late;
	enum cao_status st;

	if ((st = cli_rejects_open(err)) != CAO_OK)
		return st;
	st = mode->run(argc, argv, err);
	cli_progress_clear();
	if (cli_rejects_close(&late) == CAO_OK)
		return st;
	cli_report(NULL, &late);
	if (st == CAO_OK)
		return cli_told(err, late.status);
	return cao_status_worse(st, late.status);
}

static enum cao_status
start(const struct cli_tool *tool, int argc, char *argv[],
    const struct cli_mode **ret_mode, struct cao_error *err)
{
	enum cao_status st;

	if ((st = cli_options_read(tool, &argc, &argv, err)) != CAO_OK)
		return st;
	if (cli.lang != NULL)
		cli_language(cli.lang);
	if (cli.help)
		cli_help(tool);
	else if (cli.version)
		printf("%s (caorder) %s\n", tool->name, cao_version());
	else if (cli.complete)
		cli_words(tool);
	if (cli.help || cli.version || cli.complete)
		return CAO_OK;
	st = cli_mode_choose(tool, &argc, &argv, ret_mode, err);
	if (st == CAO_OK)
		st = clock_pin(err);
	if (st != CAO_OK)
		return st;
	cli.by = (*ret_mode)->by;
	cli_signals(tool->reads);
	return run(*ret_mode, argc, argv, err);
}

int
cli_main(const struct cli_tool *tool, int argc, char *argv[])
{
	struct cao_error err = { .status = CAO_OK };
	const struct cli_mode *mode = NULL;
	enum cao_status st;

	cli.name = tool->name;
	if ((st = cli_prepare(&err)) != CAO_OK) {
		cli_report(NULL, &err);
		return (int)st;
	}
	cli_language(getenv("CAORDER_LANG"));
	if ((st = start(tool, argc, argv, &mode, &err)) != CAO_OK &&
	    (cli_stop == 0 || *err.text != '\0'))
		tell(tool, mode, &err);
	st = close_stdout(st);
	return cli_stop != 0 ? SIGNALLED + (int)cli_stop : (int)st;
}
