/* What failed, as JSON lines for a program to read. */
#include <errno.h>
#include <string.h>

#include "cli.h"

static FILE *rejects;

enum cao_status
cli_rejects_open(struct cao_error *err)
{
	if (cli.rejects == NULL)
		return CAO_OK;
	if ((rejects = fopen(cli.rejects, "we")) == NULL)
		return cli_error_errno(err, cli.rejects);
	return CAO_OK;
}

enum cao_status
cli_rejects_close(struct cao_error *err)
{
	bool bad;

	if (rejects == NULL)
		return CAO_OK;
	bad = ferror(rejects) != 0;
	bad = fclose(rejects) != 0 || bad;
	rejects = NULL;
	if (bad)
		return cli_error_errno(err, cli.rejects);
	return CAO_OK;
}

FILE *
cli_rejects(void)
{
	return rejects;
}

/* A member with text; none without. */
static void
text(const char *name, const char *value)
{
	if (*value == '\0')
		return;
	fprintf(rejects, ",\"%s\":", name);
	cli_json(rejects, value);
}

/* The members of one fault. */
static void
fault(const struct cao_error *err)
{
	fprintf(rejects, "\"status\":%d,\"class\":\"%s\"", (int)err->status,
	    cao_status_word(err->status));
	text("reason", err->text);
	text("field", err->field);
	text("file", err->file);
	if (err->line > 0)
		fprintf(rejects, ",\"line\":%u", err->line);
	if (err->line > 0 && err->column > 0)
		fprintf(rejects, ",\"column\":%u", err->column);
}

/* The fault that the order's status comes from. */
static const struct cao_error *
worst(const struct cao_faults *faults)
{
	const struct cao_error *w = &faults->list[0];

	for (size_t i = 1; i < faults->count; i++)
		if (cao_status_worse(w->status, faults->list[i].status) !=
		    w->status)
			w = &faults->list[i];
	return w;
}

static void
write_line(const struct cao_result *r, const struct cao_faults *faults)
{
	const char *sep = "{";

	if (*r->number != '\0') {
		fputs("{\"order\":", rejects);
		cli_json(rejects, r->number);
		sep = ",";
	}
	if (*r->request != '\0') {
		fprintf(rejects, "%s\"request\":", sep);
		cli_json(rejects, r->request);
		sep = ",";
	}
	fputs(sep, rejects);
	fault(worst(faults));
	fputs(",\"faults\":[", rejects);
	for (size_t i = 0; i < faults->count; i++) {
		fputs(i > 0 ? ",{" : "{", rejects);
		fault(&faults->list[i]);
		putc('}', rejects);
	}
	fputs(faults->more ? "],\"more\":true}\n" : "]}\n", rejects);
	(void)fflush(rejects);
}

void
cli_reject(const struct cao_result *r, const struct cao_faults *faults)
{
	const char *who = r->number;

	/* A place in a file says more than the caller's own id. */
	if (*who == '\0' && *faults->list[0].file == '\0')
		who = r->request;
	cli_faults(who, faults);
	if (rejects != NULL)
		write_line(r, faults);
}

enum cao_status
cli_reject_document(
    enum cao_status st, const struct cao_faults *faults, struct cao_error *err)
{
	const struct cao_result nobody = { .changed = false };

	if (st == CAO_OK) {
		cli_faults(NULL, faults); /* notes */
		return CAO_OK;
	}
	if (faults->count == 0)
		return cli_error(err, st, _("the document cannot be read"));
	cli_reject(&nobody, faults);
	return cli_told(err, st);
}
