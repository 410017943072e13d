/* What ca-issue revokes on two operators' word. */
#include "stream.h"

struct context {
	struct cao_store *store;
	struct cao_operator *op;
	const char *reason;
};

static enum cao_status
step(void *arg, const struct cao_env *env, struct cao_result *results,
    size_t count, struct cao_error *err)
{
	struct context *c = arg;

	return cao_revoke(c->store, env, c->op, c->reason, results, count, err);
}

enum cao_status
revoke_run(
    const struct revoke *how, int argc, char *argv[], struct cao_error *err)
{
	struct context c = { .reason = how->reason };
	struct stream s = { .step = step, .arg = &c };
	enum cao_status st;

	if ((st = stream_named(argc, err)) != CAO_OK)
		return st;
	if ((st = cli_store_open(&c.store, err)) == CAO_OK)
		st = cli_operator_open(
		    c.store, how->as, how->keystore, how->pin, &c.op, err);
	s.store = c.store;
	if (st == CAO_OK)
		st = stream_run(&s, argc, argv, err);
	cao_operator_close(c.op);
	cao_store_close(c.store);
	return st;
}
