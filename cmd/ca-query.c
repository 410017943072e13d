/* ca-query: how orders stand. */
#include <string.h>

#include "stream.h"

static struct cao_filter filter;
static unsigned long arg_limit, arg_timeout;
static bool arg_header, arg_why, arg_history, arg_stats;
static const char *arg_columns;
static struct query q;

static const char takes[] =
    "request phone user organisation service state payment review "
    "certificates container documents from to after limit columns header "
    "unmask as-of";

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
	    N_("applied, reviewing, approved, ready, issued, installed …") },
	{ 0, "payment", CLI_TEXT, &filter.payment, "FACET",
	    N_("unpaid, declared, paid, refunded, free") },
	{ 0, "review", CLI_TEXT, &filter.review, "FACET",
	    N_("none, accepted, approved, returned, refused") },
	{ 0, "certificates", CLI_TEXT, &filter.certificates, "FACET",
	    N_("none, issued, revoked") },
	{ 0, "container", CLI_TEXT, &filter.container, "FACET",
	    N_("none, installed") },
	{ 0, "documents", CLI_TEXT, &filter.documents, "FACET",
	    N_("complete, missing") },
	{ 0, "from", CLI_TIME, &filter.from, "TIME", N_("made then or later") },
	{ 0, "to", CLI_UNTIL, &filter.to, "TIME",
	    N_("made before then, or on that day") },
	{ 0, "after", CLI_TEXT, &filter.after, "ORDER", N_("beyond it") },
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
	{ 0, "stats", CLI_FLAG, &arg_stats, NULL, N_("count the orders") },
	{ 0, "wait", CLI_TEXT, &q.state, "STATE",
	    N_("wait until the orders are in that state") },
	{ 0, "timeout", CLI_COUNT, &arg_timeout, "SECONDS",
	    N_("wait no longer than that; then exit 75") },
	{ 0, NULL, CLI_FLAG, NULL, NULL, NULL },
};

static bool
filtered(void)
{
	const struct cli_option *o = options;

	while (strcmp(o->name, "columns") != 0 && !cli_given(o->name))
		o++;
	return strcmp(o->name, "columns") != 0;
}

/* Orders that are named, or that the filters choose, or the latest. */
static enum cao_status
orders(struct stream *s, int argc, char *argv[], struct cao_error *err)
{
	char latest[QUERY_LATEST][CAO_NUMBER_SIZE], *list[QUERY_LATEST];
	size_t n;
	enum cao_status st;

	if (filtered() && s->emit != NULL)
		return query_all(&q, &filter, err);
	s->of = filtered() ? &filter : NULL;
	if (argc > 0 || filtered() || cli_input() == CLI_INPUT_STREAM)
		return stream_run(s, argc, argv, err);
	st = query_latest(&q, latest, &n, err);
	if (st != CAO_OK || n == 0)
		return st;
	for (size_t i = 0; i < n; i++)
		list[i] = latest[i];
	return stream_run(s, (int)n, list, err);
}

static enum cao_status
run(int argc, char *argv[], struct cao_error *err)
{
	struct stream s = { .unmask = q.unmask };
	bool recovery = q.which != NULL && strcmp(q.which, "recovery") == 0;
	enum cao_status st;

	filter.limit = arg_limit;
	if (filtered() && argc > 0)
		return cli_usage(
		    err, _("orders and filters do not go together"));
	if (cli.by != NULL && !arg_stats && !recovery &&
	    (st = stream_named(argc, err)) != CAO_OK)
		return st;
	if (cli_given("timeout"))
		q.until = cli_clock() + (int64_t)arg_timeout * 1000;
	if ((st = query_open(&q, &s, arg_columns, arg_header, err)) != CAO_OK)
		return query_close(&q, st, err);
	if (arg_stats)
		st = query_stats(&q, err);
	else if (recovery)
		st = query_recovery(&q, err);
	else if (cli.by != NULL)
		st = stream_run(&s, argc, argv, err);
	else
		st = orders(&s, argc, argv, err);
	return query_close(&q, st, err);
}

int
main(int argc, char *argv[])
{
	static const struct cli_mode modes[] = {
		{ NULL, "[ORDER ...]", takes, 0, -1, run, NULL },
		{ "pem", "[ORDER ...]", "", 0, -1, run, NULL },
		{ "why", "[ORDER ...]", "header as-of", 0, -1, run, NULL },
		{ "history", "[ORDER ...]", "header", 0, -1, run, NULL },
		{ "stats", "", "header as-of", 0, 0, run, NULL },
		{ "wait", "[ORDER ...]", "timeout", 0, -1, run, NULL },
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
