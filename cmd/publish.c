/* What ca-issue does of revocation lists. */
#include <stdio.h>

#include "stream.h"

static void
row(void *arg, const struct cao_published *p)
{
	struct cli_table *t = arg;
	char number[24], entries[24], next[CAO_RFC3339_SIZE];
	const char *values[] = { p->name, number, entries, next };

	(void)snprintf(number, sizeof number, "%lld", (long long)p->number);
	(void)snprintf(
	    entries, sizeof entries, "%llu", (unsigned long long)p->entries);
	cli_table_time(t, p->next_update, next);
	cli_table_row(t, values);
}

enum cao_status
publish(const char *pin_spec, bool if_due, struct cao_error *err)
{
	static const char *const columns[] = { "list", "number", "entries",
		"next_update" };
	const struct cao_env env = cli_env();
	struct cao_store *store = NULL;
	struct cao_secret *pin = NULL;
	struct cli_table *t = NULL;
	struct cao_ca *ca = NULL;
	enum cao_status st;

	if ((st = cli_store_open(&store, err)) == CAO_OK)
		st = cli_pin(pin_spec, "pin", _("PIN of the CA"), CLI_PIN_ASK,
		    &pin, err);
	if (st == CAO_OK)
		st = cao_ca_open(store, pin, &ca, err);
	if (st == CAO_OK)
		st = cli_table_open(columns, 4, &t, err);
	if (st == CAO_OK)
		st = cao_publish(store, &env, ca, if_due, row, t, err);
	st = cli_table_close(t, st, err);
	cao_secret_free(pin);
	cao_ca_close(ca);
	cao_store_close(store);
	return st;
}
