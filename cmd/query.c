/* Facts of orders, printed one way or another. */
#define _DEFAULT_SOURCE /* strsep() */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "stream.h"

#define WAIT_MS 200
#define QUERY_LATEST 20 /* orders, where none are asked for */
#define DAY_SECONDS 86400

bool
query_filtered(const struct cli_option *o)
{
	while (strcmp(o->name, "columns") != 0 && !cli_given(o->name))
		o++;
	return strcmp(o->name, "columns") != 0;
}

static bool
known(const char *column)
{
	for (size_t i = 0; cao_columns[i] != NULL; i++)
		if (strcmp(cao_columns[i], column) == 0)
			return true;
	return false;
}

static enum cao_status
unknown(const char *column, struct cao_error *err)
{
	size_t n;

	(void)cli_usage(err, _("no column %s: there are"), column);
	for (size_t i = 0; cao_columns[i] != NULL; i++) {
		n = strlen(err->text);
		(void)snprintf(err->text + n, sizeof err->text - n, "%s%s",
		    i == 0 ? " " : ", ", cao_columns[i]);
	}
	return CAO_USAGE;
}

/* Take the list apart; without one, what a person wants first. */
static enum cao_status
choose_columns(struct query *q, const char *list, struct cao_error *err)
{
	static char text[1024];
	char *rest = text, *name;

	if (list == NULL)
		list = "number,state,business,user,organisation,documents,"
		       "payment,review,certificates,container";
	if (strlen(list) >= sizeof text)
		return cli_usage(err, _("too many columns"));
	(void)snprintf(text, sizeof text, "%s", list);
	while ((name = strsep(&rest, ",")) != NULL) {
		if (!known(name))
			return unknown(name, err);
		if (q->count == QUERY_COLUMNS)
			return cli_usage(err, _("too many columns"));
		q->columns[q->count++] = name;
	}
	return CAO_OK;
}

static void
print_row(void *arg, const char *const *values)
{
	struct query *q = arg;

	q->seen = true;
	cli_table_row(q->table, values);
}

static enum cao_status
missing(struct cao_error *err)
{
	return cli_error(err, CAO_NOTFOUND, _("there is no such order"));
}

enum cao_status
query_all(
    struct query *q, const struct cao_filter *filter, struct cao_error *err)
{
	const struct cao_env env = cli_env();

	return cao_query(q->store, &env, filter, q->columns, q->count,
	    q->unmask, print_row, q, err);
}

static enum cao_status
one_row(void *arg, const struct cao_result *r, struct cao_error *err)
{
	const struct cao_filter filter = { .number = r->number };
	struct query *q = arg;
	enum cao_status st;

	q->seen = false;
	st = query_all(q, &filter, err);
	return st == CAO_OK && !q->seen ? missing(err) : st;
}

static enum cao_status
print_pem(struct query *q, const char *number, struct cao_error *err)
{
	char *pem = NULL;
	enum cao_status st;

	st = cao_query_pem(q->store, number, q->which, &pem, err);
	if (st == CAO_OK)
		fputs(pem, stdout);
	cao_free(pem);
	return st;
}

static enum cao_status
pem(void *arg, const struct cao_result *r, struct cao_error *err)
{
	return print_pem(arg, r->number, err);
}

static enum cao_status
print_recovery(struct query *q, struct cao_error *err)
{
	return print_pem(q, NULL, err);
}

static void
why_row(void *arg, const char *gate, const char *what, const char *command)
{
	struct query *q = arg;
	const char *values[] = { q->number, gate, what, command };

	cli_table_row(q->table, values);
}

static enum cao_status
why(void *arg, const struct cao_result *r, struct cao_error *err)
{
	const struct cao_env env = cli_env();
	struct query *q = arg;

	memcpy(q->number, r->number, sizeof q->number);
	return cao_query_why(q->store, &env, r->number, why_row, q, err);
}

static void
history_row(void *arg, int64_t at, const char *actor, const char *kind,
    const char *what)
{
	struct query *q = arg;
	char when[CAO_RFC3339_SIZE];
	const char *values[] = { q->number, when, actor, kind, what };

	cli_table_time(q->table, at, when);
	cli_table_row(q->table, values);
}

static enum cao_status
history(void *arg, const struct cao_result *r, struct cao_error *err)
{
	struct query *q = arg;

	memcpy(q->number, r->number, sizeof q->number);
	return cao_query_history(q->store, r->number, history_row, q, err);
}

static void
stats_row(void *arg, const char *name, int64_t value)
{
	struct query *q = arg;
	char number[24];
	const char *values[] = { name, number };

	(void)snprintf(number, sizeof number, "%lld", (long long)value);
	if (cli.json)
		printf("{\"name\":\"%s\",\"value\":%s}\n", name, number);
	else
		cli_table_row(q->table, values);
}

static enum cao_status
print_stats(struct query *q, struct cao_error *err)
{
	const struct cao_env env = cli_env();

	return cao_query_stats(q->store, &env, stats_row, q, err);
}

static void
state_row(void *arg, const char *const *values)
{
	char *state = arg;

	(void)snprintf(state, 32, "%s", values[0]);
}

/* Look again and again until the order is in the state. */
static enum cao_status
wait_one(const struct query *q, const char *number, struct cao_error *err)
{
	static const char *const columns[] = { "state" };
	const struct timespec pause = { .tv_nsec = WAIT_MS * 1000000L };
	const struct cao_filter filter = { .number = number };
	char state[32];
	enum cao_status st;

	for (;;) {
		const struct cao_env env = cli_env();

		*state = '\0';
		st = cao_query(q->store, &env, &filter, columns, 1, NULL,
		    state_row, state, err);
		if (st == CAO_OK && strcmp(state, q->state) == 0)
			return CAO_OK;
		if (st == CAO_OK && *state == '\0')
			return missing(err);
		if (st != CAO_OK && st != CAO_AGAIN)
			return st;
		if (cli_stop != 0)
			return cli_error(err, CAO_AGAIN, _("interrupted"));
		if (q->until != 0 && cli_clock() + WAIT_MS > q->until)
			return cli_error(err, CAO_AGAIN, _("still %s, not %s"),
			    state, q->state);
		(void)nanosleep(&pause, NULL);
	}
}

static enum cao_status
wait_all(void *arg, const struct cao_env *env, struct cao_result *results,
    size_t count, struct cao_error *err)
{
	enum cao_status st = CAO_OK;

	(void)env;
	for (size_t i = 0; i < count && st == CAO_OK; i++)
		st = wait_one(arg, results[i].number, err);
	return st;
}

/* The last numbers of those that come. */
struct ring {
	char number[QUERY_LATEST][CAO_NUMBER_SIZE];
	size_t count;
};

static void
ring_row(void *arg, const char *const *values)
{
	struct ring *r = arg;

	(void)snprintf(r->number[r->count++ % QUERY_LATEST], CAO_NUMBER_SIZE,
	    "%s", values[0]);
}

static enum cao_status
find_latest(struct query *q, char ret[QUERY_LATEST][CAO_NUMBER_SIZE],
    size_t *ret_count, struct cao_error *err)
{
	static const char *const columns[] = { "number" };
	/* Most stores need not be read whole for it. */
	static const int days[] = { 1, 30, 0 };
	const struct cao_env env = cli_env();
	struct ring ring = { .count = 0 };
	enum cao_status st = CAO_OK;
	size_t n, first;

	for (size_t i = 0; i < 3 && ring.count < QUERY_LATEST; i++) {
		const struct cao_filter filter = { .from = days[i] == 0
			    ? 0
			    : env.now - (int64_t)days[i] * DAY_SECONDS };

		ring.count = 0;
		st = cao_query(q->store, &env, &filter, columns, 1, NULL,
		    ring_row, &ring, err);
		if (st != CAO_OK)
			return st;
	}
	n = ring.count < QUERY_LATEST ? ring.count : QUERY_LATEST;
	first = ring.count - n;
	for (size_t i = 0; i < n; i++)
		memcpy(ret[i], ring.number[(first + i) % QUERY_LATEST],
		    CAO_NUMBER_SIZE);
	*ret_count = n;
	return CAO_OK;
}

/* How the modes print, by the option that chooses them. */
static const struct form {
	const char *by;
	stream_step *step;
	stream_emit *emit;
	const char *columns[5];
} forms[] = {
	{ "pem", NULL, pem, { NULL } },
	{ "why", NULL, why, { "order", "gate", "what", "command" } },
	{ "history", NULL, history,
	    { "order", "at", "actor", "kind", "what" } },
	{ "ledger", NULL, query_ledger,
	    { "order", "at", "account", "amount", "fact" } },
	{ "stats", NULL, NULL, { "name", "value" } },
	{ "wait", wait_all, NULL, { NULL } },
};

/* A wrong state would be waited for in vain. */
static enum cao_status
check_state(struct query *q, struct cao_error *err)
{
	static const char *const columns[] = { "number" };
	const struct cao_filter filter = { .state = q->state, .limit = 1 };
	const struct cao_env env = cli_env();
	struct ring ring = { .count = 0 };

	return cao_query(
	    q->store, &env, &filter, columns, 1, NULL, ring_row, &ring, err);
}

static enum cao_status
set_form(struct query *q, struct stream *s, const struct form *form,
    struct cao_error *err)
{
	s->step = form->step;
	s->emit = form->emit;
	if (form->step == wait_all) {
		s->bound = 1;
		return check_state(q, err);
	}
	while (q->count < 5 && form->columns[q->count] != NULL) {
		q->columns[q->count] = form->columns[q->count];
		q->count++;
	}
	return CAO_OK;
}

enum cao_status
query_open(struct query *q, struct stream *s, const char *columns, bool header,
    struct cao_error *err)
{
	const struct form *form = NULL;
	enum cao_status st;

	for (size_t i = 0; cli.by != NULL && i < sizeof forms / sizeof *forms;
	     i++)
		if (strcmp(cli.by, forms[i].by) == 0)
			form = &forms[i];
	if ((st = cli_store_open(&q->store, err)) != CAO_OK)
		return st;
	s->store = q->store;
	s->arg = q;
	if (form != NULL)
		st = set_form(q, s, form, err);
	else if (!cli.json || columns != NULL) {
		st = choose_columns(q, columns, err);
		s->emit = one_row;
	}
	if (st != CAO_OK || q->count == 0)
		return st;
	st = cli_table_open(q->columns, q->count, &q->table, err);
	if (st == CAO_OK && header)
		cli_table_header(q->table);
	return st;
}

enum cao_status
query_close(struct query *q, enum cao_status st, struct cao_error *err)
{
	st = cli_table_close(q->table, st, err);
	cao_store_close(q->store);
	return st;
}

/* Orders that are named, or that the filter chooses, or the latest. */
static enum cao_status
orders(struct query *q, const struct cao_filter *filter, struct stream *s,
    int argc, char *argv[], struct cao_error *err)
{
	char latest[QUERY_LATEST][CAO_NUMBER_SIZE], *list[QUERY_LATEST];
	size_t n;
	enum cao_status st;

	if (filter != NULL && s->emit != NULL)
		return query_all(q, filter, err);
	s->of = filter;
	if (argc > 0 || filter != NULL || cli_input() == CLI_INPUT_STREAM)
		return stream_run(s, argc, argv, err);
	st = find_latest(q, latest, &n, err);
	if (st != CAO_OK || n == 0)
		return st;
	for (size_t i = 0; i < n; i++)
		list[i] = latest[i];
	return stream_run(s, (int)n, list, err);
}

static bool
is_mode(const char *name)
{
	return cli.by != NULL && strcmp(cli.by, name) == 0;
}

enum cao_status
query_run(struct query *q, const struct cao_filter *filter, const char *columns,
    bool header, int argc, char *argv[], struct cao_error *err)
{
	struct stream s = { .unmask = q->unmask };
	bool recovery = q->which != NULL && strcmp(q->which, "recovery") == 0;
	bool stats = is_mode("stats");
	bool ledger =
	    is_mode("ledger") && argc == 0 && cli_input() != CLI_INPUT_STREAM;
	enum cao_status st;

	if (filter != NULL && argc > 0)
		return cli_usage(
		    err, _("orders and filters do not go together"));
	if (cli_given("within") && !filter->overdue)
		return cli_usage(err, _("--within goes with --overdue"));
	if (cli_given("timeout"))
		q->until = cli_clock() + (int64_t)q->timeout * 1000;
	if (cli.by != NULL && !stats && !ledger && !recovery &&
	    (st = stream_named(argc, err)) != CAO_OK)
		return st;
	if ((st = query_open(q, &s, columns, header, err)) != CAO_OK)
		return query_close(q, st, err);
	if (stats)
		st = print_stats(q, err);
	else if (ledger)
		st = query_ledger(q, NULL, err);
	else if (recovery)
		st = print_recovery(q, err);
	else if (cli.by != NULL)
		st = stream_run(&s, argc, argv, err);
	else
		st = orders(q, filter, &s, argc, argv, err);
	return query_close(q, st, err);
}
