/* The keys of WeChat Pay that ca-admin certifies, ends and lists. */
#include <stdlib.h>

#include "stream.h"

#define PEM_MAX (64 * 1024)

const char *merchant_key_id;

static enum cao_status
open_both(
    struct cao_store **store, struct cao_secret **pin, struct cao_error *err)
{
	enum cao_status st = cli_store_open(store, err);

	if (st == CAO_OK)
		st = cli_pin(setup_given.ca_pin, "ca-pin", _("PIN of the CA"),
		    CLI_PIN_ASK, pin, err);
	return st;
}

enum cao_status
merchant_add(int argc, char *argv[], struct cao_error *err)
{
	const struct cao_env env = cli_env();
	struct cao_store *store = NULL;
	struct cao_secret *pin = NULL;
	char *text = NULL;
	size_t len;
	bool changed;
	enum cao_status st;

	(void)argc;
	st = cli_file_read(argv[0], PEM_MAX, &text, &len, err);
	if (st == CAO_OK)
		st = open_both(&store, &pin, err);
	if (st == CAO_OK)
		st = cao_wechat_key_add(store, &env, cli_file_name(argv[0]),
		    text, len, merchant_key_id, pin, &changed, err);
	if (st == CAO_OK)
		admin_told(argv[0], changed);
	cao_secret_free(pin);
	cao_store_close(store);
	free(text);
	return st;
}

enum cao_status
merchant_disable(int argc, char *argv[], struct cao_error *err)
{
	const struct cao_env env = cli_env();
	struct cao_store *store = NULL;
	struct cao_secret *pin = NULL;
	bool changed;
	enum cao_status st;

	(void)argc;
	if ((st = open_both(&store, &pin, err)) == CAO_OK)
		st = cao_wechat_key_disable(
		    store, &env, argv[0], pin, &changed, err);
	if (st == CAO_OK)
		admin_told(argv[0], changed);
	cao_secret_free(pin);
	cao_store_close(store);
	return st;
}

static void
key_row(void *arg, const struct cao_wechat_key_info *k)
{
	char since[CAO_RFC3339_SIZE], until[CAO_RFC3339_SIZE] = "";
	const char *values[] = { k->id, k->mchid, k->appid, since, until };
	struct cli_table *t = arg;

	cli_table_time(t, k->since, since);
	if (k->until != 0)
		cli_table_time(t, k->until, until);
	cli_table_row(t, values);
}

enum cao_status
merchant_list(int argc, char *argv[], struct cao_error *err)
{
	static const char *const columns[] = { "id", "mchid", "appid", "since",
		"until" };
	struct cao_store *store = NULL;
	struct cli_table *t = NULL;
	enum cao_status st;

	(void)argc, (void)argv;
	if ((st = cli_store_open(&store, err)) == CAO_OK)
		st = cli_table_open(columns, 5, &t, err);
	if (st == CAO_OK)
		st = cao_wechat_key_list(store, key_row, t, err);
	st = cli_table_close(t, st, err);
	cao_store_close(store);
	return st;
}
