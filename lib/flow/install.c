/* Installing: verify what was issued, put it into the container, sign a
 * receipt that the store checks. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/time.h"
#include "flow/install.h"

static void
free_jobs(struct cao_install *jobs, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		cao_buf_free(&jobs[i].receipt);
		cao_buf_free(&jobs[i].signature);
		cao_order_free(&jobs[i].order);
	}
	free(jobs);
}

bool
cao_install_has(
    const struct cao_container *c, const char *folder, const char *file)
{
	char *path = cao_container_path(c, folder, file);
	bool there = path != NULL && cao_file_exists(path);

	free(path);
	return there;
}

void
cao_install_folder(const struct cao_container *c, const struct cao_order *o,
    char out[CAO_CONTAINER_NAME_SIZE])
{
	unsigned char content[CAO_DIGEST_SIZE];

	if (!cao_install_has(c, o->number, "sign.key")) {
		cao_sha256(o->content, strlen(o->content), content);
		cao_container_name(o->request, content, out);
		if (cao_install_has(c, out, "sign.key"))
			return;
	}
	(void)snprintf(out, CAO_CONTAINER_NAME_SIZE, "%s", o->number);
}

bool
cao_install_has_key(const struct cao_container *c, const char *folder,
    const char *file, const struct cao_cert *cert)
{
	struct cao_error ignored;
	struct cao_key *key;
	bool same;

	if (cao_container_get_key(c, folder, file, &key, &ignored) != CAO_OK)
		return false;
	same = cao_cert_has_key(cert, key);
	cao_key_free(key);
	return same;
}

enum cao_status
cao_install_put_pem(const struct cao_container *c, const char *folder,
    const char *file, const struct cao_buf *first, const struct cao_buf *second,
    struct cao_error *err)
{
	struct cao_buf pem = { 0 };
	enum cao_status st;

	cao_pem_put(&pem, "CERTIFICATE", first->data, first->len);
	if (second != NULL)
		cao_pem_put(&pem, "CERTIFICATE", second->data, second->len);
	st = cao_buf_ok(&pem)
	    ? cao_container_write(c, folder, file, pem.data, pem.len, err)
	    : cao_fail_memory(err);
	cao_buf_free(&pem);
	return st;
}

enum cao_status
cao_install_authorised(
    const struct cao_order *o, int64_t now, struct cao_error *err)
{
	int64_t from, to, today = cao_date_of(now);
	enum cao_status st;

	st = cao_date_parse(o->application.authorisation.from, &from, err);
	if (st == CAO_OK)
		st = cao_date_parse(o->application.authorisation.to, &to, err);
	if (st != CAO_OK)
		return st;
	if (today < from || today > to)
		return cao_fail(err, CAO_DENIED,
		    "the handler's authorisation is from %s to %s; amend the "
		    "application with a new one",
		    o->application.authorisation.from,
		    o->application.authorisation.to);
	return CAO_OK;
}

/* By what was issued. */
static enum cao_status
fill_container(struct cao_install *in, struct cao_error *err)
{
	const struct cao_order *o = &in->order;

	switch (o->business->product) {
	case CAO_MAKES_PAIR:
		if (o->pair != NULL)
			return cao_install_pair(in, err);
		return cao_fail(
		    err, CAO_INTEGRITY, "the order's pair is missing");
	case CAO_MAKES_KEY:
		if (o->fulfilment != NULL)
			return cao_install_key(in, err);
		return cao_fail(
		    err, CAO_INTEGRITY, "what the order delivers is missing");
	case CAO_MAKES_PIN:
		return cao_fail(err, CAO_NOTREADY,
		    "it waits for the handler's one-time code and a new PIN: "
		    "ca-install --unlock %s",
		    o->number);
	case CAO_MAKES_STATUS:
		break;
	}
	return CAO_OK; /* it leaves nothing to be installed */
}

/* An order that was installed before is written again only where its files
 * are missing, and gives no second receipt. */
static enum cao_status
install_one(struct cao_install *in, struct cao_error *err)
{
	enum cao_status st;
	bool done;

	st = cao_store_load(in->store, in->result->number,
	    CAO_LOAD_APPLICATION | CAO_LOAD_PAIR | CAO_LOAD_FULFILMENT,
	    &in->order, err);
	if (st != CAO_OK)
		return st;
	cao_result_name(in->result, &in->order);
	st = cao_step_check(CAO_STEP_INSTALL, in->order.facts, &done, err);
	if (st == CAO_OK && !done)
		st = cao_install_authorised(&in->order, in->env->now, err);
	if (st == CAO_OK &&
	    !(done && in->order.business->product == CAO_MAKES_PIN))
		st = fill_container(in, err);
	if (st == CAO_OK)
		in->open = !done;
	return st;
}

static enum cao_status
record(struct cao_store *s, const struct cao_env *env, void *jobs, size_t i,
    struct cao_error *err)
{
	struct cao_install *in = (struct cao_install *)jobs + i;
	struct cao_order o;
	enum cao_status st;
	bool done;

	(void)env;
	if (!in->open)
		return CAO_OK;
	if ((st = cao_store_load(s, in->order.number, 0, &o, err)) != CAO_OK)
		return st;
	st = cao_step_check(CAO_STEP_INSTALL, o.facts, &done, err);
	cao_order_free(&o);
	if (st != CAO_OK || done)
		return st;
	if ((st = cao_receipt_put(in, err)) == CAO_OK)
		in->result->changed = true;
	return st;
}

enum cao_status
cao_install(struct cao_store *s, const struct cao_env *env,
    struct cao_container *c, struct cao_result *results, size_t n,
    struct cao_error *err)
{
	struct cao_install *jobs = calloc(n > 0 ? n : 1, sizeof *jobs);
	enum cao_status st = CAO_OK;
	bool any = false;

	if (jobs == NULL)
		return cao_fail_memory(err);
	for (size_t i = 0; i < n; i++) {
		jobs[i] = (struct cao_install){ .store = s,
			.env = env,
			.container = c,
			.result = &results[i] };
		st = cao_result_judge(
		    &results[i], install_one(&jobs[i], err), err);
		if (st != CAO_OK)
			goto out;
		any = any || jobs[i].open;
	}
	if (any && !env->dry_run)
		st = cao_flow_batch(
		    s, env, __func__, record, jobs, results, n, err);
out:
	free_jobs(jobs, n);
	return st;
}
