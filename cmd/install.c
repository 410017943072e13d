/* What ca-install does with orders, and the list of what is there. */
#include "stream.h"

enum cao_status
install_step(void *arg, const struct cao_env *env, struct cao_result *results,
    size_t count, struct cao_error *err)
{
	const struct install *in = arg;
	unsigned char *p12 = NULL;
	enum cao_status st;
	size_t len;

	st = cao_install(in->store, env, in->keys, results, count, err);
	/* There is one order then, and it succeeded. */
	if (st != CAO_OK || in->pkcs12 == NULL || cli.dry_run ||
	    cao_result_status(&results[0]) != CAO_OK)
		return st;
	st = cao_install_pkcs12(in->keys, results[0].number, &p12, &len, err);
	if (st == CAO_OK)
		st = cli_file_write(in->pkcs12, p12, len, err);
	cao_free(p12);
	return st;
}

enum cao_status
install_change(void *arg, const struct cao_env *env, struct cao_result *results,
    size_t count, struct cao_error *err)
{
	const struct install *in = arg;
	enum cao_status st = CAO_OK;

	for (size_t i = 0; i < count && st == CAO_OK && !env->dry_run; i++)
		st = cao_install_change_pin(
		    in->store, env, in->keys, in->new_pin, &results[i], err);
	return st;
}

enum cao_status
install_unlock(void *arg, const struct cao_env *env, struct cao_result *results,
    size_t count, struct cao_error *err)
{
	const struct install *in = arg;
	enum cao_status st = CAO_OK;

	for (size_t i = 0; i < count && st == CAO_OK; i++)
		st = cao_install_unlock(in->store, env, in->keys, in->code,
		    in->new_pin, &results[i], err);
	return st;
}

static void
list_row(void *arg, const struct cao_installed *c)
{
	struct cli_table *table = arg;
	char from[CAO_RFC3339_SIZE] = "", to[CAO_RFC3339_SIZE] = "";
	const char *values[] = { c->number, c->usage, c->status, from, to,
		c->algorithm, c->serial, c->subject };

	if (*c->serial != '\0') { /* else it waits for its certificate */
		cli_table_time(table, c->not_before, from);
		cli_table_time(table, c->not_after, to);
	}
	cli_table_row(table, values);
}

enum cao_status
install_list(const char *keystore, struct cao_error *err)
{
	static const char *const columns[] = { "order", "usage", "status",
		"not_before", "not_after", "algorithm", "serial", "subject" };
	const struct cao_env env = cli_env();
	struct install in = { .store = NULL };
	struct cli_table *table = NULL;
	enum cao_status st;

	if ((st = cli_store_maybe(&in.store, err)) == CAO_OK)
		st = cli_container_open(
		    keystore, NULL, CLI_PIN_NONE, &in.keys, err);
	if (st == CAO_OK)
		st = cli_table_open(columns, 8, &table, err);
	if (st == CAO_OK)
		st = cao_install_list(
		    in.store, &env, in.keys, list_row, table, err);
	st = cli_table_close(table, st, err);
	install_close(&in);
	return st;
}

void
install_close(struct install *in)
{
	cao_secret_free(in->new_pin);
	cao_secret_free(in->code);
	cao_container_close(in->keys);
	cao_store_close(in->store);
}
