/* Scans that are named, one order at a time or from a folder. */
#include <sys/stat.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "stream.h"

struct upload upload;

/* What the files that are named come to, for the bar. */
static struct cli_tally tally;
static struct cao_scan scans[CLI_LIST_MAX];
static unsigned char *made[CLI_LIST_MAX]; /* of pages */
static size_t count;

enum cao_status
upload_step(void *arg, const struct cao_env *env, struct cao_result *results,
    size_t n, struct cao_error *err)
{
	const struct upload *u = arg;
	const struct cao_upload_how how = { .progress = cli_progress_tally,
		.arg = &tally,
		.scanner =
		    u->from == NULL || u->read_codes ? scanner_get() : NULL,
		.despite = u->despite };
	enum cao_status st = CAO_OK;

	if (u->from != NULL)
		return cao_upload_from(
		    u->store, env, &how, u->from, results, n, err);
	for (size_t i = 0; i < n && st == CAO_OK; i++)
		st = u->remove != NULL ? cao_upload_remove(u->store, env,
					     u->remove, &results[i], err)
				       : cao_upload(u->store, env, &how, scans,
					     count, &results[i], err);
	return st;
}

enum cao_status
upload_get(void *arg, const struct cao_result *r, struct cao_error *err)
{
	const struct upload *u = arg;
	unsigned char *data = NULL;
	size_t len;
	enum cao_status st;

	st = cao_upload_get(u->store, r->number, u->get, &data, &len, err);
	if (st == CAO_OK)
		st = cli_file_write(u->output, data, len, err);
	cao_free(data);
	return st;
}

enum cao_status
upload_preview(void *arg, const struct cao_result *r, struct cao_error *err)
{
	const struct upload *u = arg;
	enum cao_status st;
	char *html = NULL;

	st = cao_upload_preview(u->store, r->number, scanner_get(), &html, err);
	if (st == CAO_OK)
		st = cli_file_write(u->output, html, strlen(html), err);
	cao_free(html);
	return st;
}

/* "FILE#1,3-4": where the pages begin, unless a file has that very name. */
static char *
pages_of(char *path)
{
	char *sign = strrchr(path, '#');

	if (sign == NULL || sign == path || sign[1] == '\0' ||
	    sign[1 + strspn(sign + 1, "0123456789,-")] != '\0' ||
	    access(path, F_OK) == 0)
		return NULL;
	return sign;
}

/* Those pages as a document of their own; the path ends at sign. */
static enum cao_status
make(const char *operand, char *sign, struct cao_scan *s, struct cao_error *err)
{
	enum cao_status st;
	struct stat sb;

	*sign = '\0';
	if (stat(operand, &sb) == 0 && !S_ISREG(sb.st_mode))
		return cli_error(
		    err, CAO_INPUT, _("%s: not a regular file"), operand);
	*sign = '#';
	st = scanner_join(&operand, 1, &made[count], &s->len, err);
	*sign = '\0';
	s->data = made[count];
	return st;
}

/* The operand SLOT=FILE[#PAGES]. */
static enum cao_status
take(char *operand, struct cao_error *err)
{
	struct cao_scan *s = &scans[count];
	char *sign = strchr(operand, '=');
	enum cao_status st = CAO_OK;
	struct stat sb;

	if (sign == NULL || sign == operand || sign[1] == '\0')
		return cli_usage(err, _("not SLOT=FILE: %s"), operand);
	*sign = '\0';
	*s = (struct cao_scan){ .slot = operand, .path = sign + 1 };
	if ((operand = pages_of(sign + 1)) != NULL) {
		st = make(sign + 1, operand, s, err);
		s->pages = operand + 1;
		tally.octets += s->len;
	} else if (stat(s->path, &sb) == 0)
		tally.octets += (uint64_t)sb.st_size;
	count++;
	return st;
}

enum cao_status
upload_parse(int argc, char *argv[], struct cao_error *err)
{
	enum cao_status st = CAO_OK;

	if (argc > CLI_LIST_MAX)
		return cli_usage(
		    err, _("more than %d files at a time"), CLI_LIST_MAX);
	for (int i = 0; i < argc && st == CAO_OK; i++)
		st = take(argv[i], err);
	tally.files = count;
	return st;
}

void
upload_close(struct upload *u)
{
	for (size_t i = 0; i < count; i++)
		free(made[i]);
	cao_store_close(u->store);
}
