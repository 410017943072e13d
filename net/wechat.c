/* ca-pay --wechat and --wechat-poll, and refunds that go by WeChat Pay. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "net/net.h"
#include "stream.h"

/* The merchant, and what was just done for an order. */
struct paying {
	struct cao_store *store;
	struct http *http;
	struct cao_wechat *wechat;
	struct cao_wechat_code code;
	struct cli_table *table; /* of --wechat-poll */
};

static enum cao_status
open_paying(struct paying *p, struct cao_error *err)
{
	enum cao_status st;

	if ((st = cli_store_open(&p->store, err)) == CAO_OK &&
	    (st = http_open(&p->http, err)) == CAO_OK)
		st = cao_wechat_merchant_open(
		    p->store, http_send, p->http, &p->wechat, err);
	return st;
}

static void
close_paying(struct paying *p)
{
	cao_wechat_merchant_close(p->wechat);
	http_close(p->http);
	cao_store_close(p->store);
}

static enum cao_status
order_step(void *arg, const struct cao_env *env, struct cao_result *results,
    size_t count, struct cao_error *err)
{
	struct paying *p = arg;

	(void)count; /* is 1: an answer is printed before the next question */
	results->changed = true;
	return cao_wechat_order(p->wechat, env, results->number, &p->code, err);
}

static enum cao_status
order_print(void *arg, const struct cao_result *r, struct cao_error *err)
{
	const struct cao_wechat_code *c = &((struct paying *)arg)->code;
	char yuan[CAO_MONEY_SIZE];
	enum cao_status st = CAO_OK;

	cao_money_format(c->fen, yuan);
	if (cli.json)
		printf("{\"order\":\"%s\",\"trade\":\"%s\",\"fen\":%lld,"
		       "\"code_url\":\"%s\"}\n",
		    r->number, c->trade, (long long)c->fen, c->url);
	else
		printf("%s\t%s\t%s\n", r->number, yuan, c->url);
	if (!cli.json && *c->url != '\0' && isatty(STDOUT_FILENO) == 1)
		st = qr_print(stdout, c->url, err);
	return st;
}

enum cao_status
net_order(int argc, char *argv[], struct cao_error *err)
{
	struct paying p = { .store = NULL };
	struct stream s = {
		.step = order_step, .emit = order_print, .arg = &p, .bound = 1
	};
	enum cao_status st;

	if ((st = stream_named(argc, err)) != CAO_OK)
		return st;
	if ((st = open_paying(&p, err)) == CAO_OK) {
		s.store = p.store;
		st = stream_run(&s, argc, argv, err);
	}
	close_paying(&p);
	return st;
}

static void
poll_row(void *arg, const struct cao_wechat_told *t)
{
	struct paying *p = arg;
	char yuan[CAO_MONEY_SIZE];
	const char *values[] = { t->number, t->refund ? "refund" : "payment",
		t->trade, yuan, t->state, t->changed ? "new" : "" };

	cao_money_format(t->fen, yuan);
	cli_table_row(p->table, values);
}

static enum cao_status
poll_step(void *arg, const struct cao_env *env, struct cao_result *results,
    size_t count, struct cao_error *err)
{
	struct paying *p = arg;

	(void)count; /* is 1 */
	return cao_wechat_poll(
	    p->wechat, env, results->number, poll_row, p, err);
}

/* As if they had been named. */
static enum cao_status
poll_pending(struct paying *p, struct stream *s, struct cao_error *err)
{
	const struct cao_env env = cli_env();
	struct cao_result *list = NULL;
	char **argv = NULL;
	size_t count = 0;
	enum cao_status st;

	st = cao_wechat_pending(p->store, &env, &list, &count, err);
	if (st == CAO_OK && (argv = calloc(count + 1, sizeof *argv)) == NULL)
		st = cli_memory(err);
	for (size_t i = 0; i < count && argv != NULL; i++)
		argv[i] = list[i].number;
	if (st == CAO_OK && count > 0)
		st = stream_run(s, (int)count, argv, err);
	free(argv);
	cao_free(list);
	return st;
}

enum cao_status
net_poll(int argc, char *argv[], struct cao_error *err)
{
	static const char *const columns[] = { "order", "kind", "trade", "yuan",
		"state", "new" };
	struct paying p = { .store = NULL };
	struct stream s = {
		.step = poll_step, .emit = stream_silent, .arg = &p, .bound = 1
	};
	enum cao_status st;

	if ((st = open_paying(&p, err)) == CAO_OK)
		st = cli_table_open(columns, 6, &p.table, err);
	s.store = p.store;
	if (st == CAO_OK)
		st = argc > 0 ? stream_run(&s, argc, argv, err)
			      : poll_pending(&p, &s, err);
	st = cli_table_close(p.table, st, err);
	close_paying(&p);
	return st;
}

/* Has the order something that WeChat Pay has not ended? */
static enum cao_status
is_pending(struct cao_store *store, const char *number, bool *ret,
    struct cao_error *err)
{
	const struct cao_env env = cli_env();
	struct cao_result *list = NULL;
	size_t count = 0;
	enum cao_status st;

	*ret = false;
	st = cao_wechat_pending(store, &env, &list, &count, err);
	for (size_t i = 0; i < count && !*ret; i++)
		*ret = strcmp(list[i].number, number) == 0;
	cao_free(list);
	return st;
}

static void
say_refund(void *arg, const struct cao_wechat_told *t)
{
	(void)arg;
	if (t->refund)
		cli_say(_("%s: refund %s by WeChat Pay: %s"), t->number,
		    t->trade, t->state);
}

/* What is recorded is on its way to be done: not to be sent now is no reason to
 * take it back. */
static enum cao_status
send_refund(const char *number, struct cao_error *err)
{
	const struct cao_env env = cli_env();
	struct paying p = { .store = NULL };
	bool pending = false;
	enum cao_status st;

	if ((st = cli_store_open(&p.store, err)) == CAO_OK)
		st = is_pending(p.store, number, &pending, err);
	cao_store_close(p.store);
	p.store = NULL;
	if (st != CAO_OK || !pending)
		return st;
	if ((st = open_paying(&p, err)) == CAO_OK)
		st = cao_wechat_poll(
		    p.wechat, &env, number, say_refund, NULL, err);
	close_paying(&p);
	if (st != CAO_OK)
		cli_say(_("%s: the refund is recorded; ca-pay --wechat-poll "
			  "%s sends what is not sent yet"),
		    number, number);
	return st;
}

enum cao_status
net_refund(int argc, char *argv[], struct cao_error *err)
{
	enum cao_status st = cashier_refund(argc, argv, err);

	if (st != CAO_OK || argc == 0 || cli.dry_run)
		return st;
	return send_refund(argv[0], err);
}
