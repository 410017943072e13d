/* The forms of the application that was recorded: ca-form is run for them. */
#include <string.h>

#include "stream.h"

#define TOOL "ca-form"

/* What became of the first application, and how many there were. */
static char number[CAO_NUMBER_SIZE];
static size_t recorded;

void
form_note(const struct cao_result *results, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (cao_result_status(&results[i]) == CAO_OK && recorded++ == 0)
			memcpy(number, results[i].number, sizeof number);
}

enum cao_status
form_check(const char *path, struct cao_error *err)
{
	if (path == NULL)
		return CAO_OK;
	if (strcmp(path, "-") == 0)
		return cli_usage(err,
		    _("standard output is for the numbers: give --form a "
		      "file"));
	if (!child_there(TOOL))
		return cli_error(err, CAO_SYSTEM,
		    _("there is no program %s, neither beside this one nor in "
		      "PATH; install it"),
		    TOOL);
	return CAO_OK;
}

/* The number, which is printed already. */
static bool
pass_over(void *arg, const char *data, size_t len)
{
	(void)arg, (void)data, (void)len;
	return true;
}

static void
say(void *arg, const struct cao_error *e)
{
	(void)arg;
	cli_report(NULL, e);
}

enum cao_status
form_print(const char *path, struct cao_error *err)
{
	const char *argv[] = { TOOL, "--store", cli_store_path(), "--output",
		path, "--", number, NULL };
	const struct child child = {
		.argv = argv, .in = -1, .out = pass_over, .said = say
	};
	enum cao_status st;
	int code;

	if (path == NULL || recorded == 0)
		return CAO_OK;
	if (recorded > 1)
		return cli_error(err, CAO_USAGE,
		    _("--form is for one application, and %zu were recorded; "
		      "ca-form --into DIR prints the forms of all"),
		    recorded);
	if ((st = child_run(&child, &code, err)) == CAO_OK && code != 0)
		st = cli_told(err, (enum cao_status)code);
	return st;
}
