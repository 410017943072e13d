/* Pages of several files as one PDF. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "scan/child.h"
#include "scan/compose.h"
#include "cli.h"
#include "scan/scan.h"

struct input {
	char *data;
	char *name;
};

static enum cao_status
take_name(const char *operand, struct input *in, struct scan_part *part,
    struct cao_error *err)
{
	size_t len = scan_pages_split(operand);

	/* A file may well be called so. */
	if (operand[len] == '#' && access(operand, F_OK) == 0)
		len = strlen(operand);
	if (operand[len] == '#' &&
	    !scan_pages_read(operand + len + 1, &part->pages))
		return cli_error(err, CAO_INPUT,
		    _("%s: \"%s\" is no list of pages such as 2 or 1,3-4, up "
		      "to %u"),
		    operand, operand + len + 1, SCAN_PAGES_MAX);
	if ((in->name = strndup(operand, len)) == NULL)
		return cli_memory(err);
	part->name = cli_file_name(in->name);
	return CAO_OK;
}

static enum cao_status
take(const char *operand, struct input *in, struct scan_part *part,
    struct cao_error *err)
{
	enum cao_status st = take_name(operand, in, part, err);
	size_t len = 0;

	if (st == CAO_OK)
		st = cli_file_read(
		    in->name, SCAN_FILE_MAX, &in->data, &len, err);
	if (st == CAO_OK)
		part->octets =
		    (struct scan_octets){ (unsigned char *)in->data, len };
	return st;
}

static enum cao_status
compose(const struct scan_parts *parts, const char *out, struct cao_error *err)
{
	struct scan_child child, *one = &child;
	enum cao_status st = scan_child_start(
	    &child, scan_compose, parts, true, parts->count, err);

	if (st != CAO_OK)
		return st;
	while (child.fate == SCAN_RUNS)
		scan_children_hear(&one, 1);
	if ((st = scan_child_end(&child, err)) == CAO_OK)
		st = cli.dry_run ? CAO_OK
				 : cli_file_write(out, child.answer.data,
				       child.answer.data_len, err);
	else if (*err->text != '\0' && parts->count == 1 &&
	    *child.answer.words == '\0')
		(void)snprintf(
		    err->file, sizeof err->file, "%s", parts->part[0].name);
	scan_answer_free(&child.answer);
	return st;
}

enum cao_status
scan_join(const char *out, int argc, char *argv[], struct cao_error *err)
{
	struct input input[SCAN_JOIN_MAX] = { { NULL, NULL } };
	struct scan_parts *parts;
	enum cao_status st = CAO_OK;
	int n = 0;

	if ((unsigned)argc > SCAN_JOIN_MAX)
		return cli_usage(err,
		    _("%d files, more than the %u that are "
		      "joined at a time"),
		    argc, SCAN_JOIN_MAX);
	if ((parts = calloc(1, sizeof *parts)) == NULL)
		return cli_memory(err);
	parts->count = (uint32_t)argc;
	for (; n < argc && st == CAO_OK; n++)
		st = take(argv[n], &input[n], &parts->part[n], err);
	if (st == CAO_OK)
		st = compose(parts, out, err);
	for (int i = 0; i < n; i++) {
		free(input[i].data);
		free(input[i].name);
	}
	free(parts);
	return st;
}
