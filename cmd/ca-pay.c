/* ca-pay: declare transfers, and settle them with the bank's statement. */
#include <stdlib.h>
#include <string.h>

#include "stream.h"

static struct cli_list arg_transfer;
static const char *arg_account, *arg_name, *arg_amount, *arg_date;
static const char *arg_reconcile, *arg_as, *arg_keystore, *arg_pin;

static const struct cli_option options[] = {
	{ 0, "transfer", CLI_LIST, &arg_transfer, "FILE",
	    N_("declare the transfers of FILE; may be repeated") },
	{ 0, "payer-account", CLI_TEXT, &arg_account, "ACCOUNT",
	    N_("declare one transfer, from this account") },
	{ 0, "payer-name", CLI_TEXT, &arg_name, "NAME",
	    N_("the account's holder") },
	{ 0, "amount", CLI_TEXT, &arg_amount, "YUAN", N_("such as 240.00") },
	{ 0, "date", CLI_TEXT, &arg_date, "DATE", N_("such as 2026-11-20") },
	{ 0, "reconcile", CLI_TEXT, &arg_reconcile, "FILE",
	    N_("match declared transfers to the bank's statement") },
	{ 0, "as", CLI_TEXT, &arg_as, "NAME",
	    N_("the cashier who signs the statement") },
	{ 0, "keystore", CLI_TEXT, &arg_keystore, "DIR",
	    N_("the cashier's key container; else the user's") },
	{ 0, "pin", CLI_PIN, &arg_pin, "SPEC",
	    N_("the cashier's PIN: file:PATH, fd:N, env:NAME, prompt") },
	{ 0, NULL, CLI_FLAG, NULL, NULL, NULL },
};

static enum cao_status
declare(int argc, char *argv[], struct cao_error *err)
{
	struct stream s = { .step = transfers_step };
	struct transfers *t = NULL;
	bool named = argc == 0 && arg_transfer.count > 0 &&
	    cli_input() != CLI_INPUT_STREAM;
	enum cao_status st;

	/* Standard input is either the transfers or the orders. */
	for (size_t i = 0; i < arg_transfer.count && argc == 0; i++)
		named |= strcmp(arg_transfer.item[i], "-") == 0;
	if (!named && (st = stream_named(argc, err)) != CAO_OK)
		return st;
	if ((st = cli_store_open(&s.store, err)) != CAO_OK)
		return st;
	st = arg_transfer.count > 0 ? transfers_read(&arg_transfer, &t, err)
				    : transfers_one(arg_account, arg_name,
					  arg_amount, arg_date, &t, err);
	if (st == CAO_OK) {
		transfers_into(t, s.store);
		s.arg = t;
		st = named ? transfers_declare(t, &s, err)
			   : stream_run(&s, argc, argv, err);
		st = transfers_status(t, st, err);
	}
	transfers_free(t);
	cao_store_close(s.store);
	return st;
}

static enum cao_status
reconcile(int argc, char *argv[], struct cao_error *err)
{
	const struct cao_env env = cli_env();
	struct stream s = { .store = NULL };
	struct cao_operator *op = NULL;
	struct cao_result *paid = NULL;
	char *text = NULL;
	struct statement lines = { .file = cli_file_name(arg_reconcile) };
	size_t len, count = 0;
	enum cao_status st;

	(void)argc, (void)argv;
	st = cli_file_read(arg_reconcile, CAO_STATEMENT_MAX, &text, &len, err);
	if (st == CAO_OK)
		st = cli_store_open(&s.store, err);
	if (st == CAO_OK)
		st = cli_operator_open(
		    s.store, arg_as, arg_keystore, arg_pin, &op, err);
	if (st == CAO_OK)
		st = cao_pay_reconcile(s.store, &env, lines.file, text, len, op,
		    statement_row, &lines, &paid, &count, err);
	if (st == CAO_OK) {
		st = stream_results(&s, paid, count, NULL);
		if (lines.bad > 0)
			st = cao_status_worse(st, CAO_INPUT);
		st = stream_summary(&s, st, err);
	}
	cao_free(paid);
	cao_operator_close(op);
	cao_store_close(s.store);
	free(text);
	return st;
}

int
main(int argc, char *argv[])
{
	static const struct cli_mode modes[] = {
		{ "transfer", "[ORDER ...]", "", 0, -1, declare, NULL },
		{ "payer-account", "[ORDER ...]", "payer-name! amount! date!",
		    0, -1, declare, NULL },
		{ "reconcile", "", "as! keystore pin", 0, 0, reconcile, NULL },
		{ NULL, NULL, NULL, 0, 0, NULL, NULL },
	};
	static const struct cli_tool tool = {
		.name = "ca-pay",
		.about = N_("declare transfers and settle them"),
		.options = options,
		.modes = modes,
		.examples = "  ca-pay --transfer transfers.yaml\n"
			    "  ca-upload --from scans <orders |\n"
			    "      ca-pay --transfer transfers.yaml\n"
			    "  ca-pay --reconcile statement.csv --as carol\n",
	};

	return cli_main(&tool, argc, argv);
}
