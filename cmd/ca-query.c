/* ca-query: how orders stand. */
#include "stream.h"

static struct cao_filter filter;
static unsigned long arg_limit;
static bool arg_header, arg_why, arg_history, arg_stats, arg_ledger,
    arg_dossier, arg_ocsp; /* ocsp.c runs by it */
static const char *arg_columns, *arg_output, *arg_pin, *arg_code;
static struct query q;
static struct ocsp ocsp;

static const char takes[] =
    "request phone user organisation service state payment review "
    "certificates container documents from to after overdue within limit "
    "columns header unmask as-of";

static const struct cli_option options[] = {
	{ 0, "request", CLI_TEXT, &filter.request, "ID", N_("of this id") },
	{ 0, "phone", CLI_TEXT, &filter.phone, "PHONE", N_("of this handler") },
	{ 0, "user", CLI_TEXT, &filter.user, "WHO",
	    N_("of this person, by name or number") },
	{ 0, "organisation", CLI_TEXT, &filter.organisation, "WHO",
	    N_("of this organisation, by name or number") },
	{ 0, "service", CLI_TEXT, &filter.service, "NAME",
	    N_("of this service") },
	{ 0, "state", CLI_TEXT, &filter.state, "STATE",
	    N_("applied, reviewing, approved, ready, issued, installed, done …") },
	{ 0, "payment", CLI_TEXT, &filter.payment, "FACET",
	    N_("unpaid, declared, paid, refundable, refunded, free") },
	{ 0, "review", CLI_TEXT, &filter.review, "FACET",
	    N_("none, accepted, approved, returned, refused") },
	{ 0, "certificates", CLI_TEXT, &filter.certificates, "FACET",
	    N_("none, issued, held, revoked") },
	{ 0, "container", CLI_TEXT, &filter.container, "FACET",
	    N_("none, installed") },
	{ 0, "documents", CLI_TEXT, &filter.documents, "FACET",
	    N_("complete, missing") },
	{ 0, "from", CLI_TIME, &filter.from, "TIME", N_("made then or later") },
	{ 0, "to", CLI_UNTIL, &filter.to, "TIME",
	    N_("made before then, or on that day") },
	{ 0, "after", CLI_TEXT, &filter.after, "ORDER", N_("beyond it") },
	{ 0, "overdue", CLI_FLAG, &filter.overdue, NULL,
	    N_("of which the CA's promise is past, the oldest first") },
	{ 0, "within", CLI_COUNT, &filter.within, "HOURS",
	    N_("or will be within so many hours") },
	{ 0, "limit", CLI_COUNT, &arg_limit, "N", N_("at most N") },
	{ 'o', "columns", CLI_TEXT, &arg_columns, "COLUMNS",
	    N_("print these, such as number,state,payment") },
	{ 0, "header", CLI_FLAG, &arg_header, NULL,
	    N_("name the columns in the first line") },
	{ 0, "unmask", CLI_TEXT, &q.unmask, "REASON",
	    N_("show identity numbers; the reason is recorded") },
	{ 0, "as-of", CLI_TIME, &cli.as_of, "TIME", N_("as at that time") },
	{ 0, "pem", CLI_TEXT, &q.which, "WHICH",
	    N_("print certificates: sign, encrypt, chain, recovery") },
	{ 0, "why", CLI_FLAG, &arg_why, NULL,
	    N_("say what an order waits for, and the command for it") },
	{ 0, "history", CLI_FLAG, &arg_history, NULL,
	    N_("print all that happened to an order") },
	{ 0, "ledger", CLI_FLAG, &arg_ledger, NULL, N_("print the ledger") },
	{ 0, "stats", CLI_FLAG, &arg_stats, NULL, N_("count the orders") },
	{ 0, "wait", CLI_TEXT, &q.state, "STATE",
	    N_("wait until the orders are in that state") },
	{ 0, "timeout", CLI_COUNT, &q.timeout, "SECONDS",
	    N_("wait no longer than that; then exit 75") },
	{ 0, "dossier", CLI_FLAG, &arg_dossier, NULL,
	    N_("hand an order over, as an archive that the CA signs") },
	{ 0, "output", CLI_TEXT, &arg_output, "FILE",
	    N_("write the archive there") },
	{ 0, "pin", CLI_PIN, &arg_pin, "SPEC",
	    N_("PIN of the CA, or of the responder: file:PATH, fd:N, "
	       "env:NAME, prompt") },
	{ 0, "ocsp", CLI_FLAG, &arg_ocsp, NULL,
	    N_("answer the OCSP request on standard input") },
	{ 0, "presign", CLI_TEXT, &ocsp.presign, "DIR",
	    N_("put an answer for every certificate there") },
	{ 0, "code", CLI_MAYBE, &arg_code, "CODE",
	    N_("a handler's own orders: ask for a code, or use it") },
	{ 0, NULL, CLI_FLAG, NULL, NULL, NULL },
};

static enum cao_status
run(int argc, char *argv[], struct cao_error *err)
{
	filter.limit = arg_limit;
	return query_run(&q, query_filtered(options) ? &filter : NULL,
	    arg_columns, arg_header, argc, argv, err);
}

static enum cao_status
handler(int argc, char *argv[], struct cao_error *err)
{
	enum cao_status st;
	bool done;

	st = handler_code(&filter.phone, arg_code, &done, err);
	cli.by = NULL; /* what is left is a query like any other */
	return st != CAO_OK || done ? st : run(argc, argv, err);
}

static enum cao_status
dossier(int argc, char *argv[], struct cao_error *err)
{
	(void)argc;
	/* The letter of --columns is taken for that of --output, too. */
	return dossier_write(argv[0],
	    arg_output != NULL ? arg_output : arg_columns, arg_pin, q.unmask,
	    err);
}

static enum cao_status
answer(int argc, char *argv[], struct cao_error *err)
{
	(void)argc, (void)argv;
	ocsp.pin = arg_pin;
	return ocsp_run(&ocsp, err);
}

int
main(int argc, char *argv[])
{
	static const struct cli_mode modes[] = {
		{ NULL, "[ORDER ...]", takes, 0, -1, run, NULL },
		{ "pem", "[ORDER ...]", "", 0, -1, run, NULL },
		{ "why", "[ORDER ...]", "header as-of", 0, -1, run, NULL },
		{ "history", "[ORDER ...]", "header", 0, -1, run, NULL },
		{ "ledger", "[ORDER ...]", "header", 0, -1, run, NULL },
		{ "stats", "", "header as-of", 0, 0, run, NULL },
		{ "wait", "[ORDER ...]", "timeout", 0, -1, run, NULL },
		{ "dossier", "ORDER", "unmask! output columns pin", 1, 1,
		    dossier, NULL },
		{ "ocsp", "", "presign pin", 0, 0, answer, NULL },
		{ "code", "", "phone! columns header", 0, 0, handler, NULL },
		{ NULL, NULL, NULL, 0, 0, NULL, NULL },
	};
	static const struct cli_tool tool = {
		.name = "ca-query",
		.about = N_("print how orders stand"),
		.options = options,
		.modes = modes,
		.examples =
		    "  ca-query 00202009200000485\n"
		    "  ca-query --state reviewing -o number,organisation\n"
		    "  ca-query --why 00202009200000485\n"
		    "  ca-query --json --from 2026-11-01 | jq .payment\n",
		.reads = true,
	};

	return cli_main(&tool, argc, argv);
}
