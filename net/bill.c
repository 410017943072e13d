/* ca-pay --bill: what a daily bill of WeChat Pay and the store do not share. */
#include <stdlib.h>
#include <string.h>

#include "net/net.h"
#include "stream.h"

const char *net_bill_file;

static void
bill_row(void *arg, const struct cao_wechat_billed *b)
{
	char yuan[CAO_MONEY_SIZE], line[16] = "";
	const char *values[] = { b->what, line,
		b->refund ? "refund" : "payment", b->id, b->number, yuan,
		b->why };

	cao_money_format(b->fen, yuan);
	if (b->line != 0)
		(void)snprintf(line, sizeof line, "%u", b->line);
	if (!cli.quiet || strcmp(b->what, "same") != 0)
		cli_table_row(arg, values);
}

enum cao_status
net_bill(int argc, char *argv[], struct cao_error *err)
{
	static const char *const columns[] = { "what", "line", "kind", "id",
		"order", "yuan", "why" };
	struct cao_store *store = NULL;
	struct cli_table *table = NULL;
	char *text = NULL;
	size_t len;
	bool same = true;
	enum cao_status st;

	(void)argc, (void)argv;
	st = cli_file_read(net_bill_file, CAO_STATEMENT_MAX, &text, &len, err);
	if (st == CAO_OK)
		st = cli_store_open(&store, err);
	if (st == CAO_OK)
		st = cli_table_open(columns, 7, &table, err);
	if (st == CAO_OK)
		st = cao_wechat_bill(store, cli_file_name(net_bill_file), text,
		    len, bill_row, table, &same, err);
	if (st == CAO_OK && !same)
		st = cli_error(err, CAO_NOTREADY,
		    _("the bill and what is recorded are not the same"));
	st = cli_table_close(table, st, err);
	cao_store_close(store);
	free(text);
	return st;
}
