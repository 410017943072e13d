/* Invoices: what the tax system is asked for, and what it answered. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "stream.h"

#define FORM_TOOL "ca-form"

struct invoice invoice_given;

static enum cao_status
print(struct cao_store *store, const char *name, enum cao_invoice_format format,
    struct cao_error *err)
{
	char *text = NULL;
	enum cao_status st;

	st = cao_invoice_print(store, name, format, &text, err);
	if (st == CAO_OK && fputs(text, stdout) == EOF)
		st = cli_error_errno(err, _("standard output"));
	cao_free(text);
	return st;
}

static bool
pass_on(void *arg, const char *data, size_t len)
{
	(void)arg;
	return fwrite(data, 1, len, stdout) == len;
}

static void
say(void *arg, const struct cao_error *e)
{
	(void)arg;
	cli_report(NULL, e);
}

/* ca-form makes the PDF. */
static enum cao_status
print_pdf(const char *name, struct cao_error *err)
{
	const char *argv[] = { FORM_TOOL, "--store", cli_store_path(),
		"--invoice", "--", name, NULL };
	const struct child child = {
		.argv = argv, .in = -1, .out = pass_on, .said = say
	};
	enum cao_status st;
	int code;

	if (!child_there(FORM_TOOL))
		return cli_error(err, CAO_SYSTEM,
		    _("there is no program %s, neither beside this one nor in "
		      "PATH; install it, or give --format json or ubl"),
		    FORM_TOOL);
	if ((st = child_run(&child, &code, err)) == CAO_OK && code != 0)
		st = cli_told(err, (enum cao_status)code);
	return st;
}

/* All that the tax system did not answer yet: their numbers, or with --json
 * what it is asked for. */
static enum cao_status
print_waiting(struct cao_store *store, struct cao_error *err)
{
	char name[CAO_INVOICE_SIZE] = "";
	enum cao_status st;
	bool found;

	while ((st = cao_invoice_next(store, name, &found, err)) == CAO_OK &&
	    found && cli_stop == 0) {
		if (!cli.json)
			(void)puts(name);
		else if ((st = print(store, name, CAO_INVOICE_JSON, err)) !=
		    CAO_OK)
			break;
	}
	return st;
}

static enum cao_status
read_format(const struct invoice *how, const char **ret, struct cao_error *err)
{
	static const char *const formats[] = { "pdf", "json", "ubl", NULL };
	size_t i = 0;

	if (cli.json && how->format != NULL)
		return cli_usage(
		    err, _("--json is --format json: give one of them"));
	if (cli.json || how->format == NULL) {
		*ret = cli.json ? "json" : "pdf";
		return CAO_OK;
	}
	while (formats[i] != NULL && strcmp(formats[i], how->format) != 0)
		i++;
	*ret = formats[i];
	return *ret != NULL
	    ? CAO_OK
	    : cli_usage(
		  err, _("'%s' is no format: pdf, json, ubl"), how->format);
}

static enum cao_status
check(const struct invoice *how, int argc, const char **ret_format,
    struct cao_error *err)
{
	enum cao_status st;

	if (how->all != (argc == 0))
		return cli_usage(err, _("give one order or invoice, or --all"));
	if (how->all && how->format != NULL)
		return cli_usage(err,
		    _("--all lists what waits: --format is for one invoice"));
	if ((st = read_format(how, ret_format, err)) != CAO_OK)
		return st;
	if (!how->all && strcmp(*ret_format, "pdf") == 0 &&
	    isatty(STDOUT_FILENO))
		return cli_usage(err,
		    _("a PDF is nothing for a terminal: send standard output "
		      "to a file, or give --format json or ubl"));
	return CAO_OK;
}

enum cao_status
invoice_print(int argc, char *argv[], struct cao_error *err)
{
	const struct invoice *how = &invoice_given;
	struct cao_store *store = NULL;
	const char *format = NULL;
	enum cao_status st;

	if ((st = check(how, argc, &format, err)) != CAO_OK ||
	    (st = cli_store_open(&store, err)) != CAO_OK)
		return st;
	if (how->all)
		st = print_waiting(store, err);
	else if (strcmp(format, "pdf") == 0)
		st = print_pdf(argv[0], err);
	else
		st = print(store, argv[0],
		    *format == 'u' ? CAO_INVOICE_UBL : CAO_INVOICE_JSON, err);
	cao_store_close(store);
	return st;
}

enum cao_status
invoice_issued(int argc, char *argv[], struct cao_error *err)
{
	const struct cao_env env = cli_env();
	struct cao_result result = { .changed = false };
	struct stream s = { .store = NULL };
	enum cao_status st;

	(void)argc;
	if ((st = cli_store_open(&s.store, err)) == CAO_OK)
		st = cao_invoice_issued(s.store, &env, argv[0],
		    invoice_given.number, invoice_given.url, &result, err);
	if (st == CAO_OK) {
		st = stream_results(&s, &result, 1, NULL);
		st = stream_summary(&s, st, err);
	}
	cao_store_close(s.store);
	return st;
}
