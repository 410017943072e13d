/* What ca-admin keeps a store with: looked through, brought up to date. */
#include "stream.h"

static void
bad(void *arg, const struct cao_error *err)
{
	size_t *count = arg;

	*count += err->status != CAO_OK;
	if (err->status != CAO_OK || !cli.quiet)
		cli_report(NULL, err);
}

/* Bring a store that was put back up to what was revoked since. */
static enum cao_status
replay(struct cao_store *store, struct cao_error *err)
{
	const struct cao_env env = cli_env();
	enum cao_status st;
	uint64_t count;

	if ((st = cao_store_replay(store, &env, &count, err)) == CAO_OK)
		cli_say(
		    _("revocations applied: %llu"), (unsigned long long)count);
	return st;
}

enum cao_status
admin_verify(int argc, char *argv[], struct cao_error *err)
{
	const struct cao_env env = cli_env();
	struct cao_store *store = NULL;
	enum cao_status st;
	size_t count = 0;

	(void)argc, (void)argv;
	if (dossier_file != NULL && !cli_given("replay"))
		return dossier_verify(dossier_file, dossier_anchor, err);
	if (dossier_file != NULL || dossier_anchor != NULL)
		return cli_usage(
		    err, _("--dossier takes --anchor, and not --replay"));
	if ((st = cli_store_open(&store, err)) == CAO_OK && cli_given("replay"))
		st = replay(store, err);
	if (st == CAO_OK)
		st = cao_store_verify(
		    store, &env, bad, cli_progress_items, &count, err);
	cli_progress_clear();
	if (st == CAO_OK && cli.verbose)
		st = ledger_say(store, err);
	if (st == CAO_OK)
		cli_verbose(_("ok"));
	else if (count > 0)
		(void)cli_told(err, st);
	cao_store_close(store);
	return st;
}

enum cao_status
admin_backup(int argc, char *argv[], struct cao_error *err)
{
	const struct cao_env env = cli_env();
	struct cao_store *store = NULL;
	char *path = NULL;
	enum cao_status st;

	(void)argc;
	if ((st = cli_store_open(&store, err)) == CAO_OK)
		st = cao_store_backup(
		    store, &env, argv[0], cli_progress, NULL, &path, err);
	cli_progress_clear();
	if (st == CAO_OK && path != NULL)
		puts(path);
	cao_free(path);
	cao_store_close(store);
	return st;
}

/* What whoever put a store back has to know. */
static void
tell_restored(const char *dir, const struct cao_restored *r)
{
	char time[CAO_RFC3339_SIZE];

	cao_time_local(r->at, time);
	cli_verbose(_("%s: is the store of %s"), dir, time);
	if (r->behind > 0)
		cli_say(_("%s: %llu revocations came after the backup; nothing "
			  "is issued or answered before ca-admin verify "
			  "--replay"),
		    dir, (unsigned long long)r->behind);
	if (r->witness_made)
		cli_say(_("%s.revocations: there was none, and it is made from "
			  "the backup: what was revoked after that is not in "
			  "it"),
		    dir);
}

enum cao_status
admin_restore(int argc, char *argv[], struct cao_error *err)
{
	const struct cao_env env = cli_env();
	const char *dir;
	struct cao_restored restored;
	enum cao_status st;

	(void)argc;
	if ((st = cli_store_dir(&dir, err)) != CAO_OK)
		return st;
	st = cao_store_restore(
	    argv[0], dir, &env, cli_progress, NULL, &restored, err);
	cli_progress_clear();
	if (st == CAO_OK)
		tell_restored(dir, &restored);
	return st;
}
