/* The slots of orders, as rows. */
#include <string.h>

#include "stream.h"

enum cao_status
slots_open(struct slots *s, struct cao_store *store, struct cao_error *err)
{
	static const char *const columns[] = { "order", "slot", "required",
		"filled", "type", "size", "at", "digest", "label" };

	s->store = store;
	return cli_table_open(
	    columns, sizeof columns / sizeof *columns, &s->table, err);
}

static void
row(void *arg, const struct cao_slot_info *i)
{
	const struct slots *s = arg;
	char size[24] = "", at[CAO_RFC3339_SIZE] = "";
	const char *values[] = { s->number, i->slot, i->required ? "yes" : "no",
		i->filled ? "yes" : "no", i->type, size, at, i->digest,
		i->label };

	if (i->filled) {
		(void)snprintf(
		    size, sizeof size, "%llu", (unsigned long long)i->size);
		cli_table_time(s->table, i->at, at);
	}
	cli_table_row(s->table, values);
}

enum cao_status
slots_print(void *arg, const struct cao_result *r, struct cao_error *err)
{
	struct slots *s = arg;

	memcpy(s->number, r->number, sizeof s->number);
	return cao_upload_list(s->store, r->number, row, s, err);
}
