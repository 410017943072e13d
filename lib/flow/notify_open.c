/* Who delivers, with what; and codes put into the outbox. */
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "base/folder.h"
#include "flow/notify.h"

/* The words of a command as execvp() has them; NULL if there are none. */
static enum cao_status
words(const struct cao_list *l, const char ***ret, struct cao_error *err)
{
	const char *const *items = l->items;

	if (l->count == 0)
		return CAO_OK;
	if ((*ret = calloc(l->count + 1, sizeof **ret)) == NULL)
		return cao_fail_memory(err);
	for (size_t i = 0; i < l->count; i++)
		(*ret)[i] = items[i];
	return CAO_OK;
}

static enum cao_status
lock(struct cao_notifier *n, struct cao_error *err)
{
	char *path = cao_store_path(n->store, "notices");
	enum cao_status st;

	if (path == NULL)
		return cao_fail_memory(err);
	if ((st = cao_file_mkdir(path, err)) == CAO_OK &&
	    (st = cao_folder_lock(path, &n->lock, err)) == CAO_AGAIN)
		st =
		    cao_fail(err, CAO_AGAIN, "another ca-notify is delivering");
	free(path);
	return st;
}

enum cao_status
cao_notifier_open(struct cao_store *s, const struct cao_env *env,
    struct cao_notifier **ret, struct cao_faults *faults, struct cao_error *err)
{
	struct cao_notifier *n = calloc(1, sizeof *n);
	enum cao_status st;

	if (n == NULL)
		return cao_fail_memory(err);
	n->store = s;
	n->lock = -1;
	if ((st = cao_store_config(s, &n->config, err)) != CAO_OK ||
	    (st = words(&n->config->notify.phone, &n->command[CAO_PHONE],
		 err)) != CAO_OK ||
	    (st = words(&n->config->notify.mail, &n->command[CAO_MAIL], err)))
		goto out;
	if (n->command[CAO_PHONE] == NULL && n->command[CAO_MAIL] == NULL) {
		st = cao_fail(err, CAO_NOTREADY,
		    "nobody can be told anything: notify.phone or notify.mail "
		    "in config.yaml is the command that does it");
		goto out;
	}
	if ((st = cao_notify_texts(s, n->config->notify.language, n->texts,
		 faults, err)) == CAO_OK &&
	    (st = cao_notify_ca_name(s, &n->ca, err)) == CAO_OK &&
	    !env->dry_run)
		st = lock(n, err);
out:
	if (st == CAO_OK)
		*ret = n;
	else
		cao_notifier_close(n);
	return st;
}

void
cao_notifier_close(struct cao_notifier *n)
{
	if (n == NULL)
		return;
	for (int i = 0; i < CAO_CHANNELS; i++)
		free(n->command[i]);
	for (int i = 0; i < CAO_NOTICES; i++)
		cao_notice_free(&n->texts[i]);
	free(n->ca);
	if (n->lock != -1)
		(void)close(n->lock);
	free(n);
}

enum cao_status
cao_notify_reaches(struct cao_store *s, bool *ret, struct cao_error *err)
{
	const struct cao_config *config;
	enum cao_status st;

	if ((st = cao_store_config(s, &config, err)) == CAO_OK)
		*ret = config->notify.phone.count > 0;
	return st;
}

enum cao_status
cao_notify_secret(struct cao_store *s, const struct cao_env *env,
    enum cao_notice_kind kind, int64_t fact, int64_t order, int64_t until,
    const char *phone, const char *code, struct cao_error *err)
{
	struct cao_buf sealed = { 0 };
	struct cao_query *q;
	enum cao_status st;

	st = cao_notify_seal(s, env, phone, code, &sealed, err);
	if (st == CAO_OK) {
		q = cao_db_use(s->db, SQL_OUTBOX_SECRET);
		cao_db_text(q, ":kind", cao_notice_kinds[kind]);
		cao_db_int(q, ":fact", fact);
		if (order != 0)
			cao_db_int(q, ":order", order);
		cao_db_int(q, ":at", env->now);
		cao_db_int(q, ":until", until);
		cao_db_blob(q, ":sealed", sealed.data, sealed.len);
		st = cao_db_run(q, err);
	}
	cao_buf_free(&sealed);
	return st;
}
