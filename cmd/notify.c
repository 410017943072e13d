/* Messages delivered, listed, tried again; and a handler's code. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "stream.h"

#define LOOK_MS 1000 /* between two looks for what became due */

struct notify {
	struct cao_store *store;
	struct cao_notifier *notifier;
	struct cli_table *table;
	bool dry_run;
	size_t later, failed;
};

static const char *const outcome[] = { "id", "order", "channel", "to", "state",
	"tries", "next", "why" };
static const char *const due[] = { "id", "order", "channel", "to", "subject",
	"text" };
#define OUTCOME (sizeof outcome / sizeof *outcome)
#define DUE (sizeof due / sizeof *due)

static void
tell(void *arg, const struct cao_message *m)
{
	struct notify *n = arg;
	char tries[24], at[CAO_RFC3339_SIZE];
	const char *values[OUTCOME] = { m->id, m->number, m->channel, m->to,
		m->state, tries, at, m->why };

	if (n->dry_run) {
		values[4] = m->subject;
		values[5] = m->text;
	}
	(void)snprintf(tries, sizeof tries, "%lld", (long long)m->tries);
	cli_table_time(n->table, m->next, at);
	cli_table_row(n->table, values);
	n->later += strcmp(m->state, "later") == 0;
	n->failed += strcmp(m->state, "failed") == 0;
}

static bool
stop(void *arg)
{
	(void)arg;
	return cli_stop != 0;
}

/* Deliver, and go on until the time is over. */
static enum cao_status
deliver(struct notify *n, int64_t until, struct cao_error *err)
{
	const struct cao_notify how = { command_send, tell, stop, n };
	const struct timespec pause = { .tv_sec = LOOK_MS / 1000 };
	struct cao_env env = cli_env();
	enum cao_status st;

	if (!env.dry_run &&
	    (st = cao_notifier_expiring(n->notifier, &env, err)) != CAO_OK)
		return st;
	for (;;) {
		st = cao_notifier_run(n->notifier, &env, &how, err);
		if (st != CAO_OK || cli_stop != 0 ||
		    cli_clock() + LOOK_MS > until)
			return st;
		(void)nanosleep(&pause, NULL);
		env = cli_env();
	}
}

/* The faults of texts are told one by one. */
static enum cao_status
open_notifier(struct notify *n, struct cao_error *err)
{
	const struct cao_env env = cli_env();
	struct cao_faults faults = { 0 };
	enum cao_status st;

	st = cao_notifier_open(n->store, &env, &n->notifier, &faults, err);
	if (st != CAO_OK && faults.count > 0) {
		cli_faults(NULL, &faults);
		(void)cli_told(err, st);
	}
	cao_faults_free(&faults);
	return st;
}

enum cao_status
notify_run(unsigned long seconds, struct cao_error *err)
{
	struct notify n = { .dry_run = cli.dry_run };
	int64_t until = cli_clock() + (int64_t)seconds * 1000;
	enum cao_status st;

	if (seconds > 0 && cli.dry_run)
		return cli_usage(err, _("--dry-run does not go with --wait"));
	if ((st = cli_store_open(&n.store, err)) == CAO_OK &&
	    (st = open_notifier(&n, err)) == CAO_OK &&
	    (st = cli_table_open(cli.dry_run ? due : outcome,
		 cli.dry_run ? DUE : OUTCOME, &n.table, err)) == CAO_OK)
		st = deliver(&n, until, err);
	st = cli_table_close(n.table, st, err);
	cao_notifier_close(n.notifier);
	cao_store_close(n.store);
	if (st == CAO_OK && n.failed > 0)
		return cli_error(err, CAO_DENIED,
		    _("messages given up: %zu; ca-notify --list says why"),
		    n.failed);
	if (st == CAO_OK && n.later > 0)
		return cli_error(err, CAO_AGAIN,
		    _("messages to be tried again later: %zu"), n.later);
	return st;
}

enum cao_status
notify_list(struct cao_error *err)
{
	const struct cao_env env = cli_env();
	struct notify n = { .table = NULL };
	enum cao_status st;

	if ((st = cli_store_open(&n.store, err)) == CAO_OK &&
	    (st = cli_table_open(outcome, OUTCOME, &n.table, err)) == CAO_OK)
		st = cao_notify_list(n.store, &env, tell, &n, err);
	st = cli_table_close(n.table, st, err);
	cao_store_close(n.store);
	return st;
}

enum cao_status
notify_retry(const char *id, struct cao_error *err)
{
	const struct cao_env env = cli_env();
	struct cao_store *store = NULL;
	uint64_t count = 0;
	enum cao_status st;

	if ((st = cli_store_open(&store, err)) == CAO_OK)
		st = cao_notify_retry(store, &env, id, &count, err);
	if (st == CAO_OK)
		cli_say(_("messages that are due now: %llu"),
		    (unsigned long long)count);
	cao_store_close(store);
	return st;
}

/* ---- A handler's code ---- */

static enum cao_status
ask(const char *phone, struct cao_error *err)
{
	const struct cao_env env = cli_env();
	struct cao_store *store = NULL;
	char time[CAO_RFC3339_SIZE];
	enum cao_status st;
	int64_t expires;

	if ((st = cli_store_open(&store, err)) == CAO_OK)
		st = cao_inquiry_ask(store, &env, phone, &expires, err);
	cao_store_close(store);
	if (st != CAO_OK)
		return st;
	cao_time_format(expires, time);
	printf(cli.json ? "{\"expires_at\":\"%s\"}\n" : "%s\n", time);
	cli_say(_("if there are orders with that number, a code is on its "
		  "way"));
	return CAO_OK;
}

#define CODE_MAX 64

/* "-": the first line of standard input. */
static enum cao_status
read_code(const char *given, struct cao_secret **ret, struct cao_error *err)
{
	char line[CODE_MAX];
	size_t len;

	if (strcmp(given, "-") == 0) {
		if (fgets(line, sizeof line, stdin) == NULL)
			*line = '\0';
		given = line;
	}
	len = strcspn(given, "\r\n");
	*ret = cao_secret_new(given, len);
	memset(line, 0, sizeof line);
	return *ret == NULL ? cli_memory(err) : CAO_OK;
}

enum cao_status
handler_code(const char **phone, const char *given, bool *ret_done,
    struct cao_error *err)
{
	static char number[CAO_PHONE_SIZE];
	const struct cao_env env = cli_env();
	struct cao_store *store = NULL;
	struct cao_secret *code = NULL;
	enum cao_status st;

	*ret_done = *given == '\0';
	if (*ret_done)
		return ask(*phone, err);
	if ((st = read_code(given, &code, err)) == CAO_OK &&
	    (st = cli_store_open(&store, err)) == CAO_OK)
		st = cao_inquiry_check(store, &env, *phone, code, number, err);
	if (st == CAO_OK)
		*phone = number;
	cao_secret_free(code);
	cao_store_close(store);
	return st;
}
