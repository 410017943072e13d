/* What ca-admin lists, adds and verifies. */
#include <stdlib.h>

#include "stream.h"

#define SERVICE_MAX (1024 * 1024)

void
admin_told(const char *name, bool changed)
{
	if (changed)
		cli_verbose(_("%s: done"), name);
	else
		cli_verbose(_("%s: it was so already"), name);
}

static void
operator_row(void *arg, const struct cao_operator_info *o)
{
	struct cli_table *t = arg;
	char since[CAO_RFC3339_SIZE], until[CAO_RFC3339_SIZE] = "";
	const char *values[] = { o->name, o->roles, since, until, o->serial };

	cli_table_time(t, o->since, since);
	if (o->until != 0)
		cli_table_time(t, o->until, until);
	cli_table_row(t, values);
}

static void
service_row(void *arg, const char *name, const char *title, const char *digest)
{
	const char *values[] = { name, title, digest };

	cli_table_row(arg, values);
}

/* Print the rows of either list. */
static enum cao_status
list(bool operators, const char *const *columns, size_t count,
    struct cao_error *err)
{
	struct cli_table *t = NULL;
	struct cao_store *store = NULL;
	enum cao_status st;

	if ((st = cli_store_open(&store, err)) == CAO_OK)
		st = cli_table_open(columns, count, &t, err);
	if (st == CAO_OK)
		st = operators ? cao_operator_list(store, operator_row, t, err)
			       : cao_service_list(store, service_row, t, err);
	st = cli_table_close(t, st, err);
	cao_store_close(store);
	return st;
}

enum cao_status
admin_operators(int argc, char *argv[], struct cao_error *err)
{
	static const char *const columns[] = { "name", "roles", "since",
		"until", "serial" };

	(void)argc, (void)argv;
	return list(true, columns, 5, err);
}

enum cao_status
admin_services(int argc, char *argv[], struct cao_error *err)
{
	static const char *const columns[] = { "name", "title", "digest" };

	(void)argc, (void)argv;
	return list(false, columns, 3, err);
}

enum cao_status
admin_service_add(int argc, char *argv[], struct cao_error *err)
{
	const struct cao_env env = cli_env();
	struct cao_faults faults = { .list = NULL };
	struct cao_store *store = NULL;
	char *text = NULL;
	bool changed;
	enum cao_status st;
	size_t len;

	(void)argc;
	st = cli_file_read(argv[0], SERVICE_MAX, &text, &len, err);
	if (st == CAO_OK)
		st = cli_store_open(&store, err);
	if (st == CAO_OK) {
		st = cao_service_add(store, &env, cli_file_name(argv[0]), text,
		    len, &changed, &faults, err);
		if (st == CAO_OK)
			admin_told(argv[0], changed);
	}
	if (faults.count > 0)
		st = cli_reject_document(st, &faults, err);
	cao_faults_free(&faults);
	cao_store_close(store);
	free(text);
	return st;
}

enum cao_status
admin_service_show(int argc, char *argv[], struct cao_error *err)
{
	struct cao_store *store = NULL;
	char *yaml = NULL;
	enum cao_status st;

	(void)argc;
	if ((st = cli_store_maybe(&store, err)) == CAO_OK)
		st = cao_service_show(store, argv[0], &yaml, err);
	if (st == CAO_OK)
		fputs(yaml, stdout);
	cao_free(yaml);
	cao_store_close(store);
	return st;
}
