/* What ca-admin removes of orders whose time is over. */
#include "stream.h"

unsigned long purge_years;
bool purge_yes;

struct rows {
	struct cli_table *table;
	size_t count;
};

static void
row(void *arg, const char *number, const char *what, int64_t since)
{
	struct rows *r = arg;
	char when[CAO_RFC3339_SIZE];
	const char *values[] = { number, what, when };

	cli_table_time(r->table, since, when);
	cli_table_row(r->table, values);
	r->count++;
}

static void
bad(void *arg, const struct cao_error *err)
{
	(void)arg;
	cli_report(NULL, err);
}

enum cao_status
admin_purge(int argc, char *argv[], struct cao_error *err)
{
	static const char *const columns[] = { "number", "end", "since" };
	const struct cao_env env = cli_env();
	struct rows rows = { .table = NULL };
	const struct cao_purge how = { .row = row, .bad = bad, .arg = &rows };
	struct cao_store *store = NULL;
	enum cao_status st;

	(void)argc, (void)argv;
	if (cli_given("years") && (purge_years == 0 || purge_years > 100))
		return cli_usage(err, _("--years takes 1 to 100"));
	if ((st = cli_store_open(&store, err)) == CAO_OK)
		st = cli_table_open(columns, 3, &rows.table, err);
	if (st == CAO_OK)
		st = cao_purge(
		    store, &env, (unsigned)purge_years, purge_yes, &how, err);
	st = cli_table_close(rows.table, st, err);
	if (st == CAO_OK && !purge_yes)
		cli_say(_("orders that are due: %zu; --yes removes their "
			  "personal data for good"),
		    rows.count);
	cao_store_close(store);
	return st;
}
