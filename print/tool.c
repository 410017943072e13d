/* What ca-form does of what it was told. */
#include <sys/stat.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "print/print.h"
#include "stream.h"

#define FORM_FILE_MAX (256 * 1024)
#define PATH_MAX_OCTETS 4096

struct printing printing;

/* What stands in place of a slot: the mode's own form, if it has one. */
static const char *
which(void)
{
	return cli.by != NULL ? cli.by : printing.only;
}

static enum cao_status
write_forms(
    const struct cao_forms *forms, const char *path, struct cao_error *err)
{
	unsigned char *pdf = NULL;
	enum cao_status st;
	size_t len;

	st = print_pdf(forms, &pdf, &len, err);
	if (st == CAO_OK && !cli.dry_run)
		st = cli_file_write(path, pdf, len, err);
	cao_free(pdf);
	return st;
}

struct job {
	struct cao_store *store;
	size_t done;
};

static enum cao_status
print_one(struct job *j, const struct cao_env *env, const char *number,
    struct cao_error *err)
{
	struct cao_forms *forms = NULL;
	const char *path = printing.output;
	char below[PATH_MAX_OCTETS];
	enum cao_status st;

	if (printing.into == NULL && j->done++ > 0)
		return cli_error(err, CAO_USAGE,
		    _("one file is for one order: give --into DIR"));
	if (printing.into != NULL) {
		(void)snprintf(
		    below, sizeof below, "%s/%s.pdf", printing.into, number);
		path = below;
	}
	st = cao_form_order(j->store, env, number, which(), &forms, err);
	if (st == CAO_OK)
		st = write_forms(forms, path, err);
	cao_forms_free(forms);
	return st;
}

static enum cao_status
step(void *arg, const struct cao_env *env, struct cao_result *results,
    size_t count, struct cao_error *err)
{
	enum cao_status st = CAO_OK;

	for (size_t i = 0; i < count && st == CAO_OK; i++) {
		st = print_one(arg, env, results[i].number, err);
		results[i].changed = st == CAO_OK;
	}
	return st;
}

/* A PDF is nothing for a terminal, and standard output is for one thing. */
static enum cao_status
check_output(int argc, struct cao_error *err)
{
	if (printing.output != NULL && printing.into != NULL)
		return cli_usage(
		    err, _("--output and --into do not go together"));
	if (printing.output == NULL && printing.into == NULL &&
	    isatty(STDOUT_FILENO))
		return cli_usage(err,
		    _("a PDF is nothing for a terminal: give --output FILE"));
	if (argc > 1 && printing.into == NULL)
		return cli_usage(
		    err, _("one file is for one order: give --into DIR"));
	return CAO_OK;
}

enum cao_status
print_order(int argc, char *argv[], struct cao_error *err)
{
	struct job job = { .store = NULL };
	struct stream s = { .step = step, .bound = 1, .arg = &job };
	enum cao_status st;

	if ((st = check_output(argc, err)) != CAO_OK ||
	    (st = stream_named(argc, err)) != CAO_OK)
		return st;
	if (printing.into != NULL && !cli.dry_run &&
	    mkdir(printing.into, 0700) == -1 && errno != EEXIST)
		return cli_error_errno(err, printing.into);
	if (printing.output == NULL && printing.into == NULL)
		s.emit = stream_silent;
	if ((st = cli_store_open(&job.store, err)) == CAO_OK) {
		s.store = job.store;
		st = stream_run(&s, argc, argv, err);
	}
	cao_store_close(job.store);
	return st;
}

/* A form that is of no order. */
static enum cao_status
print_any(const char *service, bool blank, struct cao_error *err)
{
	struct cao_forms *forms = NULL;
	struct cao_store *store = NULL;
	enum cao_status st;

	if ((st = check_output(0, err)) == CAO_OK &&
	    (st = cli_store_maybe(&store, err)) == CAO_OK)
		st = blank
		    ? cao_form_blank(store, service, printing.only, &forms, err)
		    : cao_form_entrance(store, service, &forms, err);
	if (st == CAO_OK)
		st = write_forms(forms, printing.output, err);
	cao_forms_free(forms);
	cao_store_close(store);
	return st;
}

enum cao_status
print_blank(int argc, char *argv[], struct cao_error *err)
{
	return print_any(argc > 0 ? argv[0] : NULL, true, err);
}

enum cao_status
print_entrance(int argc, char *argv[], struct cao_error *err)
{
	(void)argc, (void)argv;
	return print_any(printing.service, false, err);
}

enum cao_status
print_invoice(int argc, char *argv[], struct cao_error *err)
{
	struct cao_forms *forms = NULL;
	struct cao_store *store = NULL;
	enum cao_status st;

	if ((st = check_output(argc, err)) == CAO_OK &&
	    (st = cli_store_open(&store, err)) == CAO_OK)
		st = cao_form_invoice(store, argv[0], &forms, err);
	if (st == CAO_OK)
		st = write_forms(forms, printing.output, err);
	cao_forms_free(forms);
	cao_store_close(store);
	return st;
}

static enum cao_status
check_one(const char *path, struct cao_error *err)
{
	struct cao_faults faults = { .list = NULL };
	char *text = NULL;
	enum cao_status st;
	size_t len;

	st = cli_file_read(path, FORM_FILE_MAX, &text, &len, err);
	if (st == CAO_OK) {
		st = cao_form_verify(cli_file_name(path), text, len, &faults);
		st = cli_reject_document(st, &faults, err);
	}
	cao_faults_free(&faults);
	free(text);
	return st;
}

enum cao_status
print_check(int argc, char *argv[], struct cao_error *err)
{
	struct cao_error one;
	enum cao_status st = CAO_OK, now;

	for (int i = 0; i < argc; i++) {
		if ((now = check_one(argv[i], &one)) == CAO_OK)
			continue;
		if (*one.text != '\0')
			cli_report(NULL, &one);
		st = cao_status_worse(st, now);
	}
	return st == CAO_OK ? CAO_OK : cli_told(err, st);
}
