/* Services added, listed, shown. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "flow/flow.h"
#include "store/shipped.h"

/* The texts that the service refers to must be there. */
static enum cao_status
check_texts(
    struct cao_store *s, const struct cao_service *v, struct cao_error *err)
{
	const char *const files[] = { v->agreement.file, v->privacy.file };
	enum cao_status st = CAO_OK;

	for (size_t i = 0; st == CAO_OK && i < 2; i++) {
		struct cao_buf below = { 0 };
		char *path;

		cao_buf_printf(&below, "agreements/%s", files[i]);
		path = cao_store_path(s, cao_buf_text(&below));
		if (path == NULL || !cao_buf_ok(&below))
			st = cao_fail_memory(err);
		else if (!cao_file_exists(path))
			st = cao_fail(err, CAO_INPUT,
			    "the service names the text '%s', and there is no "
			    "%s; put it there first",
			    files[i], path);
		free(path);
		cao_buf_free(&below);
	}
	return st;
}

/* The file of the name in services/, so that the folder shows what is in
 * force; the rows are what counts. */
static enum cao_status
write_file(struct cao_store *s, const char *name, const char *text, size_t len,
    struct cao_error *err)
{
	struct cao_buf below = { 0 };
	enum cao_status st;
	char *path;

	cao_buf_printf(&below, "services/%s.yaml", name);
	path = cao_store_path(s, cao_buf_text(&below));
	st = path == NULL || !cao_buf_ok(&below)
	    ? cao_fail_memory(err)
	    : cao_file_write(path, text, len, err);
	free(path);
	cao_buf_free(&below);
	return st;
}

enum cao_status
cao_service_add(struct cao_store *s, const struct cao_env *env,
    const char *name, const char *text, size_t len, bool *ret_changed,
    struct cao_faults *faults, struct cao_error *err)
{
	struct cao_service v;
	enum cao_status st;
	bool changed;

	if ((st = cao_service_read(name, text, len, &v, faults)) != CAO_OK) {
		*err = faults->list[0];
		return st;
	}
	if ((st = check_texts(s, &v, err)) != CAO_OK ||
	    (st = cao_db_begin(s->db, __func__, err)) != CAO_OK)
		goto out;
	st = cao_store_put_service(s, env, v.name, text, len, &changed, err);
	if (st == CAO_OK && !env->dry_run)
		st = write_file(s, v.name, text, len, err);
	if (st == CAO_OK)
		st = cao_flow_commit(s, env, err);
	if (st == CAO_OK)
		*ret_changed = changed;
out:
	cao_db_rollback(s->db);
	cao_schema_free(&cao_service_schema, &v);
	return st;
}

enum cao_status
cao_service_list(struct cao_store *s,
    void (*row)(
	void *arg, const char *name, const char *title, const char *digest),
    void *arg, struct cao_error *err)
{
	struct cao_query *q = cao_db_use(s->db, SQL_SERVICE_ALL);
	unsigned char digest[CAO_DIGEST_SIZE];
	const struct cao_service *v;
	char hex[CAO_DIGEST_HEX];
	enum cao_status st;
	const void *data;
	size_t len;
	bool more;

	while ((st = cao_db_step(q, &more, err)) == CAO_OK && more) {
		data = cao_col_blob(q, 1, &len);
		memset(digest, 0, sizeof digest);
		memcpy(digest, data, len < sizeof digest ? len : sizeof digest);
		if ((st = cao_store_service(s, digest, &v, err)) != CAO_OK)
			break;
		cao_digest_hex(digest, hex);
		row(arg, v->name, v->title.zh, hex);
	}
	cao_db_done(q);
	return st;
}

/* A copy of the text, handed out. */
static enum cao_status
hand_out(const char *text, char **ret, struct cao_error *err)
{
	char *copy = strdup(text);

	if (copy == NULL)
		return cao_fail_memory(err);
	*ret = copy;
	return CAO_OK;
}

static enum cao_status
show_shipped(const char *name, char **ret, struct cao_error *err)
{
	const struct cao_shipped *f;
	size_t n = strlen(name);

	for (f = cao_shipped_files; f->name != NULL; f++)
		if (strncmp(f->name, "services/", 9) == 0 &&
		    strncmp(f->name + 9, name, n) == 0 &&
		    strcmp(f->name + 9 + n, ".yaml") == 0)
			return hand_out(f->text, ret, err);
	return cao_fail(err, CAO_NOTFOUND, "no service '%s' is shipped", name);
}

enum cao_status
cao_service_show(struct cao_store *s, const char *name, char **ret_yaml,
    struct cao_error *err)
{
	const struct cao_service *v;
	struct cao_query *q;
	enum cao_status st;
	bool row;

	if (s == NULL)
		return show_shipped(name, ret_yaml, err);
	if ((st = cao_store_service_named(s, name, &v, NULL, NULL, err)))
		return st;
	q = cao_db_use(s->db, SQL_SERVICE_BY_NAME);
	cao_db_text(q, ":name", name);
	if ((st = cao_db_step(q, &row, err)) != CAO_OK)
		return st;
	st = hand_out(cao_col_text(q, 2), ret_yaml, err);
	cao_db_done(q);
	return st;
}
