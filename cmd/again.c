/* The next application about an order's certificates. */
#include "stream.h"

#define MONTHS_MAX 9999 /* what the library is asked about */

struct again again_how;
static struct cao_again how;

static enum cao_status
write_one(void *arg, const struct cao_result *r, struct cao_error *err)
{
	struct cao_store *store = arg;
	const struct cao_env env = cli_env();
	char *yaml = NULL;
	enum cao_status st;

	st = cao_apply_again(store, &env, &how, r->number, &yaml, err);
	if (st == CAO_OK)
		fputs(yaml, stdout);
	cao_free(yaml);
	return st;
}

enum cao_status
again_run(int argc, char *argv[], struct cao_error *err)
{
	struct stream s = { .emit = write_one };
	struct cao_store *store = NULL;
	enum cao_status st;

	how.business = cli.by;
	how.reason = again_how.reason;
	how.authorised = again_how.authorised;
	how.validity = again_how.validity < MONTHS_MAX
	    ? (int64_t)again_how.validity
	    : MONTHS_MAX;
	if ((st = cao_again_check(&how, err)) != CAO_OK ||
	    (st = stream_named(argc, err)) != CAO_OK ||
	    (st = cli_store_open(&store, err)) != CAO_OK)
		return st;
	s.store = s.arg = store;
	st = stream_run(&s, argc, argv, err);
	cao_store_close(store);
	return st;
}
