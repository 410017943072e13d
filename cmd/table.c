/* Rows of texts for people (libsmartcols), for cut(1) and for jq(1). */
#include <libsmartcols.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli.h"

struct cli_table {
	struct libscols_table *pretty; /* NULL: rows are printed at once */
	const char *const *columns;
	size_t count;
	bool failed;
};

static bool
pretty_new(struct cli_table *t)
{
	if ((t->pretty = scols_new_table()) == NULL)
		return false;
	for (size_t i = 0; i < t->count; i++)
		if (scols_table_new_column(t->pretty, t->columns[i], 0, 0) ==
		    NULL)
			return false;
	return true;
}

enum cao_status
cli_table_open(const char *const *columns, size_t count, struct cli_table **ret,
    struct cao_error *err)
{
	struct cli_table *t = calloc(1, sizeof *t);

	if (t == NULL)
		return cli_memory(err);
	t->columns = columns;
	t->count = count;
	if (!cli.json && isatty(STDOUT_FILENO) && !pretty_new(t)) {
		scols_unref_table(t->pretty);
		free(t);
		return cli_memory(err);
	}
	*ret = t;
	return CAO_OK;
}

void
cli_table_time(
    const struct cli_table *t, int64_t time, char out[CAO_RFC3339_SIZE])
{
	if (t->pretty != NULL)
		cao_time_local(time, out);
	else
		cao_time_format(time, out);
}

static void
tsv(const struct cli_table *t, const char *const *values)
{
	for (size_t i = 0; i < t->count; i++) {
		cli_put(stdout, values[i]);
		putchar(i + 1 < t->count ? '\t' : '\n');
	}
}

static void
json(const struct cli_table *t, const char *const *values)
{
	for (size_t i = 0; i < t->count; i++) {
		putchar(i == 0 ? '{' : ',');
		cli_json(stdout, t->columns[i]);
		putchar(':');
		if (*values[i] == '\0')
			fputs("null", stdout);
		else
			cli_json(stdout, values[i]);
	}
	puts("}");
}

void
cli_table_header(struct cli_table *t)
{
	if (t->pretty == NULL && !cli.json)
		tsv(t, t->columns);
}

void
cli_table_row(struct cli_table *t, const char *const *values)
{
	struct libscols_line *line;

	if (t->pretty == NULL) {
		if (cli.json)
			json(t, values);
		else
			tsv(t, values);
		return;
	}
	if ((line = scols_table_new_line(t->pretty, NULL)) == NULL) {
		t->failed = true;
		return;
	}
	for (size_t i = 0; i < t->count; i++)
		if (scols_line_set_data(line, i, values[i]) != 0)
			t->failed = true;
}

enum cao_status
cli_table_close(
    struct cli_table *t, enum cao_status so_far, struct cao_error *err)
{
	bool bad;

	if (t == NULL)
		return so_far;
	bad = t->pretty != NULL && scols_table_get_nlines(t->pretty) > 0 &&
	    (t->failed || scols_print_table(t->pretty) != 0);
	scols_unref_table(t->pretty);
	free(t);
	return bad && so_far == CAO_OK ? cli_memory(err) : so_far;
}
