/* ca-pay: declare transfers, settle them with the bank's statement, and say
 * what other money is for. */
#include <stdlib.h>
#include <string.h>

#include "net/net.h"
#include "stream.h"

static struct cli_list arg_transfer;
static const char *arg_account, *arg_name, *arg_date;
static bool arg_mode; /* of the options that are modes and take nothing */

static const struct cli_option options[] = {
	{ 0, "transfer", CLI_LIST, &arg_transfer, "FILE",
	    N_("declare the transfers of FILE; may be repeated") },
	{ 0, "payer-account", CLI_TEXT, &arg_account, "ACCOUNT",
	    N_("declare one transfer, from this account") },
	{ 0, "payer-name", CLI_TEXT, &arg_name, "NAME",
	    N_("the account's holder") },
	{ 0, "amount", CLI_TEXT, &cashier.amount, "YUAN",
	    N_("such as 240.00") },
	{ 0, "date", CLI_TEXT, &arg_date, "DATE", N_("such as 2026-11-20") },
	{ 0, "reconcile", CLI_TEXT, &cashier.statement, "FILE",
	    N_("match declared transfers to the bank's statement") },
	{ 0, "waiting", CLI_FLAG, &arg_mode, NULL,
	    N_("match them to the lines that wait") },
	{ 0, "unmatched", CLI_FLAG, &arg_mode, NULL,
	    N_("list the lines that wait") },
	{ 0, "assign", CLI_TEXT, &cashier.assign, "LINE",
	    N_("say which order a line is for") },
	{ 0, "split", CLI_TEXT, &cashier.split, "LINE",
	    N_("say which orders a line is for") },
	{ 0, "refund", CLI_FLAG, &arg_mode, NULL,
	    N_("pay back what is beyond what an order owes") },
	{ 0, "line", CLI_TEXT, &cashier.line, "LINE",
	    N_("pay back what is left of a line") },
	{ 0, "reason", CLI_TEXT, &cashier.reason, "TEXT",
	    N_("why, for the record") },
	{ 0, "as", CLI_TEXT, &cashier.as, "NAME", N_("the cashier who signs") },
	{ 0, "keystore", CLI_TEXT, &cashier.keystore, "DIR",
	    N_("the cashier's key container; else the user's") },
	{ 0, "pin", CLI_PIN, &cashier.pin, "SPEC",
	    N_("the cashier's PIN: file:PATH, fd:N, env:NAME, prompt") },
	{ 0, "wechat", CLI_FLAG, &arg_mode, NULL,
	    N_("have orders be paid by WeChat Pay: print their codes") },
	{ 0, "wechat-notify", CLI_FLAG, &arg_mode, NULL,
	    N_("receive a notice of WeChat Pay from a web server") },
	{ 0, "wechat-poll", CLI_FLAG, &arg_mode, NULL,
	    N_("ask WeChat Pay for what it has not told of") },
	{ 0, "bill", CLI_TEXT, &net_bill_file, "FILE",
	    N_("hold a daily bill of WeChat Pay to what is recorded") },
	{ 0, "invoice", CLI_FLAG, &arg_mode, NULL,
	    N_("print what the tax system is asked for") },
	{ 0, "all", CLI_FLAG, &invoice_given.all, NULL,
	    N_("list the invoices that it did not answer yet") },
	{ 0, "format", CLI_TEXT, &invoice_given.format, "FORMAT",
	    N_("pdf, json, ubl") },
	{ 0, "invoice-issued", CLI_FLAG, &arg_mode, NULL,
	    N_("record what the tax system answered") },
	{ 0, "number", CLI_TEXT, &invoice_given.number, "NUMBER",
	    N_("its number of the invoice") },
	{ 0, "url", CLI_TEXT, &invoice_given.url, "URL",
	    N_("where the invoice can be had") },
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
					  cashier.amount, arg_date, &t, err);
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

int
main(int argc, char *argv[])
{
	static const struct cli_mode modes[] = {
		{ "transfer", "[ORDER ...]", "", 0, -1, declare, NULL },
		{ "payer-account", "[ORDER ...]", "payer-name! amount! date!",
		    0, -1, declare, NULL },
		{ "reconcile", "", "as! keystore pin", 0, 0, cashier_reconcile,
		    NULL },
		{ "waiting", "", "as! keystore pin", 0, 0, cashier_reconcile,
		    NULL },
		{ "unmatched", "", "", 0, 0, cashier_unmatched, NULL },
		{ "assign", "ORDER", "reason! as! keystore pin", 1, 1,
		    cashier_assign, NULL },
		{ "split", "ORDER=YUAN ...", "reason as! keystore pin", 1, -1,
		    cashier_split, NULL },
		{ "refund", "[ORDER]", "amount line reason! as! keystore pin",
		    0, 1, net_refund, NULL },
		{ "wechat", "[ORDER ...]", "", 0, -1, net_order, NULL },
		{ "wechat-poll", "[ORDER ...]", "", 0, -1, net_poll, NULL },
		{ "wechat-notify", "", "", 0, 0, net_notify, NULL },
		{ "bill", "", "", 0, 0, net_bill, NULL },
		{ "invoice", "[ORDER|INVOICE]", "all format", 0, 1,
		    invoice_print, NULL },
		{ "invoice-issued", "ORDER|INVOICE", "number! url!", 1, 1,
		    invoice_issued, NULL },
		{ NULL, NULL, NULL, 0, 0, NULL, NULL },
	};
	static const struct cli_tool tool = {
		.name = "ca-pay",
		.about = N_("settle the fees of orders"),
		.options = options,
		.modes = modes,
		.examples = "  ca-pay --transfer transfers.yaml\n"
			    "  ca-upload --from scans <orders |\n"
			    "      ca-pay --transfer transfers.yaml\n"
			    "  ca-pay --reconcile statement.csv --as carol\n"
			    "  ca-pay --unmatched\n"
			    "  ca-pay --wechat 00202611220000001\n"
			    "  ca-pay --invoice 00202009200000485 "
			    ">invoice.pdf\n",
	};

	return cli_main(&tool, argc, argv);
}
