/* The store's folder, its services, and orders held to their evidence. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "store/object.h"
#include "store/shipped.h"
#include "store/store.h"

char *
cao_store_path(const struct cao_store *s, const char *below)
{
	return cao_path_join(s->dir, below);
}

enum cao_status
cao_store_file(const struct cao_store *s, const char *below, size_t max,
    struct cao_buf *ret, struct cao_error *err)
{
	char *path = cao_store_path(s, below);
	enum cao_status st;

	if (path == NULL)
		return cao_fail_memory(err);
	st = cao_file_read(path, max, ret, err);
	free(path);
	return st;
}

enum cao_status
cao_store_open(const char *dir, struct cao_store **ret, struct cao_error *err)
{
	enum cao_status st = CAO_OK;
	struct cao_store *s;
	char *path = NULL;

	if ((s = calloc(1, sizeof *s)) == NULL ||
	    (s->dir = strdup(dir)) == NULL ||
	    (path = cao_store_path(s, "orders.db")) == NULL) {
		st = cao_fail_memory(err);
		goto out;
	}
	if ((st = cao_db_open(path, &s->db, err)) != CAO_OK) {
		if (st == CAO_NOTFOUND)
			st = cao_fail(err, CAO_NOTFOUND,
			    "%s: no store there; make one with ca-admin init, "
			    "or name it with --store",
			    dir);
		goto out;
	}

	*ret = s;
	s = NULL;
out:
	free(path);
	cao_store_close(s);
	return st;
}

void
cao_store_close(struct cao_store *s)
{
	if (s == NULL)
		return;
	cao_db_close(s->db);
	cao_register_free(s->operators);
	cao_wechat_keys_free(s->wechat);
	for (struct cao_kept_service *k = s->services; k != NULL;) {
		struct cao_kept_service *next = k->next;

		cao_schema_free(&cao_service_schema, &k->service);
		free(k);
		k = next;
	}
	if (s->config != NULL)
		cao_schema_free(&cao_config_schema, s->config);
	free(s->config);
	if (s->calendar != NULL)
		cao_calendar_free(s->calendar);
	free(s->calendar);
	free(s->dir);
	free(s);
}

#define CONFIG_MAX (64 * 1024)

enum cao_status
cao_store_config(
    struct cao_store *s, const struct cao_config **ret, struct cao_error *err)
{
	struct cao_faults faults = { 0 };
	struct cao_buf text = { 0 };
	struct cao_config *c;
	enum cao_status st;

	if ((*ret = s->config) != NULL)
		return CAO_OK;
	st = cao_store_file(s, "config.yaml", CONFIG_MAX, &text, err);
	if (st != CAO_OK && st != CAO_NOTFOUND)
		return st;
	if ((c = calloc(1, sizeof *c)) == NULL || !cao_buf_ok(&text))
		st = cao_fail_memory(err);
	else if ((st = cao_config_read("config.yaml", cao_buf_text(&text),
		      text.len, c, &faults)) != CAO_OK)
		*err = faults.list[0];
	cao_faults_free(&faults);
	cao_buf_free(&text);
	if (st != CAO_OK)
		free(c);
	else
		*ret = s->config = c;
	return st;
}

/* The text of "calendar/cn.yaml": the store's, else the shipped one. */
static enum cao_status
calendar_text(struct cao_store *s, const char *below, struct cao_buf *ret,
    struct cao_error *err)
{
	enum cao_status st = cao_store_file(s, below, CONFIG_MAX, ret, err);

	for (const struct cao_shipped *f = cao_shipped_files;
	     st == CAO_NOTFOUND && f->name != NULL; f++)
		if (strcmp(f->name, below) == 0) {
			cao_buf_puts(ret, f->text);
			st = CAO_OK;
		}
	return st == CAO_OK && !cao_buf_ok(ret) ? cao_fail_memory(err) : st;
}

enum cao_status
cao_store_calendar(
    struct cao_store *s, const struct cao_calendar **ret, struct cao_error *err)
{
	const struct cao_config *config;
	struct cao_faults faults = { 0 };
	struct cao_buf text = { 0 };
	struct cao_calendar *c = NULL;
	enum cao_status st;
	char below[96];

	if ((*ret = s->calendar) != NULL)
		return CAO_OK;
	if ((st = cao_store_config(s, &config, err)) != CAO_OK)
		return st;
	(void)snprintf(below, sizeof below, "calendar/%s.yaml",
	    config->promise.calendar != NULL ? config->promise.calendar
					     : CAO_CALENDAR_SHIPPED);
	if ((st = calendar_text(s, below, &text, err)) != CAO_OK)
		goto out;
	if ((c = calloc(1, sizeof *c)) == NULL)
		st = cao_fail_memory(err);
	else if ((st = cao_calendar_read(below, cao_buf_text(&text), text.len,
		      c, &faults)) != CAO_OK)
		*err = faults.list[0];
	else
		*ret = s->calendar = c;
	if (st != CAO_OK)
		free(c);
out:
	cao_faults_free(&faults);
	cao_buf_free(&text);
	return st;
}

enum cao_status
cao_store_due(struct cao_store *s, int64_t promised_from, int64_t *ret,
    struct cao_error *err)
{
	const struct cao_calendar *calendar;
	enum cao_status st;

	if ((st = cao_store_calendar(s, &calendar, err)) == CAO_OK)
		*ret = cao_calendar_due(
		    calendar, promised_from, s->config->promise.days);
	return st;
}

/* The version with that digest, if it was asked for before. */
static const struct cao_service *
kept_service(
    const struct cao_store *s, const unsigned char digest[CAO_DIGEST_SIZE])
{
	const struct cao_kept_service *k;

	for (k = s->services; k != NULL; k = k->next)
		if (memcmp(k->digest, digest, CAO_DIGEST_SIZE) == 0)
			return &k->service;
	return NULL;
}

/* Read a version's text, hold it to its digest, and keep it. */
static enum cao_status
keep_service(struct cao_store *s, const char *text,
    const unsigned char digest[CAO_DIGEST_SIZE], const struct cao_service **ret,
    struct cao_error *err)
{
	struct cao_faults faults = { 0 };
	struct cao_kept_service *k;
	enum cao_status st;

	if ((*ret = kept_service(s, digest)) != NULL)
		return CAO_OK;
	if ((k = calloc(1, sizeof *k)) == NULL)
		return cao_fail_memory(err);
	cao_sha256(text, strlen(text), k->digest);
	if (memcmp(k->digest, digest, CAO_DIGEST_SIZE) != 0)
		st = cao_fail(err, CAO_INTEGRITY,
		    "a service was altered: its text does not match its "
		    "digest");
	else if ((st = cao_service_read("service", text, strlen(text),
		      &k->service, &faults)) != CAO_OK)
		*err = faults.list[0];
	cao_faults_free(&faults);
	if (st != CAO_OK) {
		free(k);
		return st;
	}
	k->next = s->services;
	s->services = k;
	*ret = &k->service;
	return CAO_OK;
}

enum cao_status
cao_store_service(struct cao_store *s,
    const unsigned char digest[CAO_DIGEST_SIZE], const struct cao_service **ret,
    struct cao_error *err)
{
	struct cao_query *q;
	enum cao_status st;
	bool row;

	if ((*ret = kept_service(s, digest)) != NULL)
		return CAO_OK;
	q = cao_db_use(s->db, SQL_SERVICE_BY_DIGEST);
	cao_db_blob(q, ":digest", digest, CAO_DIGEST_SIZE);
	if ((st = cao_db_step(q, &row, err)) != CAO_OK)
		return st;
	if (!row)
		return cao_fail(err, CAO_INTEGRITY,
		    "the version of the service that the order is pinned to "
		    "is missing");
	st = keep_service(s, cao_col_text(q, 2), digest, ret, err);
	cao_db_done(q);
	return st;
}

enum cao_status
cao_store_service_named(struct cao_store *s, const char *name,
    const struct cao_service **ret, int64_t *ret_id,
    unsigned char ret_digest[CAO_DIGEST_SIZE], struct cao_error *err)
{
	struct cao_query *q = cao_db_use(s->db, SQL_SERVICE_BY_NAME);
	unsigned char digest[CAO_DIGEST_SIZE] = { 0 };
	enum cao_status st;
	const void *data;
	size_t len;
	int64_t id;
	bool row;

	cao_db_text(q, ":name", name);
	if ((st = cao_db_step(q, &row, err)) != CAO_OK)
		return st;
	if (!row)
		return cao_fail(err, CAO_NOTFOUND,
		    "no service '%s'; ca-admin service list shows them", name);
	id = cao_col_int(q, 0);
	data = cao_col_blob(q, 1, &len);
	if (len == sizeof digest)
		memcpy(digest, data, len);
	st = keep_service(s, cao_col_text(q, 2), digest, ret, err);
	cao_db_done(q);
	if (st != CAO_OK)
		return st;
	if (ret_id != NULL)
		*ret_id = id;
	if (ret_digest != NULL)
		memcpy(ret_digest, digest, sizeof digest);
	return CAO_OK;
}

enum cao_status
cao_store_check_contents(
    struct cao_store *s, const struct cao_order *o, struct cao_error *err)
{
	char name[CAO_SLOT_SIZE];
	enum cao_status st = CAO_OK;

	for (size_t i = 0; st == CAO_OK && i < o->ndocuments; i++) {
		struct cao_buf content = { 0 };

		st = cao_object_get(s, o->documents[i].object,
		    (size_t)o->documents[i].size, &content, err);
		cao_buf_free(&content);
		if (st != CAO_OK) {
			cao_slot_join(
			    o->documents[i].slot, o->documents[i].part, name);
			st = cao_error_prefix(err, "%s", name);
		}
	}
	return st;
}

/* The order's row, kept by triggers, against its facts summed afresh. */
static enum cao_status
check_sums(
    struct cao_store *s, const struct cao_order *o, struct cao_error *err)
{
	struct cao_query *q = cao_db_use(s->db, SQL_ORDER_ASTRAY);
	enum cao_status st;
	bool astray;

	cao_db_int(q, ":order", o->id);
	if ((st = cao_db_step(q, &astray, err)) != CAO_OK)
		return st;
	cao_db_done(q);
	if (astray)
		return cao_fail(err, CAO_INTEGRITY,
		    "the order's row is not what its facts add up to");
	return CAO_OK;
}

enum cao_status
cao_store_check_order(
    struct cao_store *s, const struct cao_order *o, struct cao_error *err)
{
	enum cao_status st;

	if ((st = cao_journal_check_order(s, o->id, err)) != CAO_OK ||
	    (st = check_sums(s, o, err)) != CAO_OK)
		return st;
	return cao_dossier_check(o, err);
}
