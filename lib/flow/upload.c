/* ca-upload: scans into the slots of orders. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "flow/flow.h"
#include "flow/form_code.h"
#include "flow/upload.h"
#include "store/object.h"

/* What goes with a document until it is recorded. */
/* What one order is to get. */
struct job {
	struct cao_document *documents;
	struct cao_upload_about *abouts; /* of each */
	size_t count;
	/* by which they were judged */
	unsigned char service[CAO_DIGEST_SIZE];
	char business[16];
	bool changed;
};

static const struct cao_document *
find(const struct cao_document *list, size_t count, const char *slot,
    unsigned part)
{
	for (size_t i = 0; i < count; i++)
		if (list[i].part == part && strcmp(list[i].slot, slot) == 0)
			return &list[i];
	return NULL;
}

/* Load the order with its service; what concerns it alone becomes a fault of
 * the result, and *ret_ok false. */
static enum cao_status
open_order(struct cao_store *s, struct cao_result *r, struct cao_order *ret,
    const struct cao_service **ret_service, bool *ret_ok, struct cao_error *err)
{
	struct cao_order o;
	enum cao_status st;

	*ret_ok = false;
	st = cao_store_load(s, r->number, CAO_LOAD_DOSSIER, &o, err);
	if (st == CAO_OK) {
		cao_result_name(r, &o);
		st = cao_store_service(s, o.service, ret_service, err);
		if (st != CAO_OK)
			cao_order_free(&o);
	}
	if (st != CAO_OK)
		return cao_result_judge(r, st, err);
	*ret = o;
	*ret_ok = true;
	return CAO_OK;
}

/* Keep the content, or in a run without facts only name it. */
static enum cao_status
keep(struct cao_store *s, const struct cao_upload_for *in,
    const struct cao_scan *scan, const struct cao_buf *content, bool store,
    struct cao_document *d, struct cao_error *err)
{
	enum cao_status st = CAO_OK;

	if (store)
		st = cao_object_put(
		    s, content->data, content->len, d->object, err);
	else
		cao_sha256(content->data, content->len, d->object);
	if (st == CAO_OK && in->how->progress != NULL)
		in->how->progress(
		    in->how->arg, scan->path, content->len, content->len);
	return st;
}

/* Is the file what its slot takes, the only one for it, and by its codes meant
 * for there? */
static enum cao_status
examine(const struct cao_upload_for *in, const struct cao_scan *scan,
    const struct job *job, struct cao_buf *content, struct cao_document *d,
    struct cao_upload_about *about, struct cao_result *r, struct cao_error *why)
{
	enum cao_status st = cao_upload_read(in, scan, content, d, why);

	if (st != CAO_OK)
		return st;
	if (find(job->documents, job->count, d->slot, d->part) != NULL) {
		(void)cao_fail(
		    why, CAO_INPUT, "a second file for slot %s", scan->slot);
		return cao_error_place(why, scan->path, 0, 0, scan->slot);
	}
	if (scan->printed != NULL)
		(void)snprintf(
		    about->printed, sizeof about->printed, "%s", scan->printed);
	if (in->how->scanner == NULL)
		return CAO_OK;
	return cao_upload_compare(in, scan, d->slot, content, r, about, why);
}

/*
 * Read the scans and store their contents, each file held in memory alone.
 * Once one is faulty nothing more is stored, for no row would name it.
 */
static enum cao_status
take_in(struct cao_store *s, const struct cao_upload_for *in, bool store,
    const struct cao_scan *scans, size_t count, struct job *job,
    struct cao_result *r, struct cao_error *err)
{
	struct cao_buf content = { 0 };
	enum cao_status st = CAO_OK;
	struct cao_document d;
	struct cao_error why;

	job->documents = calloc(count + 1, sizeof *job->documents);
	job->abouts = calloc(count + 1, sizeof *job->abouts);
	if (job->documents == NULL || job->abouts == NULL)
		return cao_fail_memory(err);
	for (size_t i = 0; i < count && st == CAO_OK; i++) {
		struct cao_upload_about *about = &job->abouts[job->count];

		if (examine(in, &scans[i], job, &content, &d, about, r, &why) ==
		    CAO_OK) {
			st = keep(s, in, &scans[i], &content, store, &d, err);
			d.printed = *about->printed != '\0';
			job->documents[job->count++] = d;
		} else {
			cao_result_fail(r, &why);
			store = false;
		}
		cao_buf_free(&content);
	}
	return st;
}

/* Leave those that the order has already. */
static void
drop_known(struct job *job, const struct cao_order *o)
{
	const struct cao_document *d, *had;
	size_t n = 0;

	for (size_t i = 0; i < job->count; i++) {
		d = &job->documents[i];
		had = find(o->documents, o->ndocuments, d->slot, d->part);
		if (had != NULL &&
		    memcmp(had->object, d->object, sizeof d->object) == 0) {
			free(job->abouts[i].despite);
			continue;
		}
		job->abouts[n] = job->abouts[i];
		job->documents[n++] = *d;
	}
	job->count = n;
}

static enum cao_status
put(struct cao_store *s, const struct cao_env *env, const struct cao_order *o,
    const struct cao_document *list, size_t count, bool emptied,
    struct cao_error *err)
{
	enum cao_status st = CAO_OK;

	for (size_t i = 0; i < count && st == CAO_OK; i++)
		/* A purge may have removed a content that was there. */
		if (!emptied && !env->dry_run &&
		    !cao_object_there(s, list[i].object))
			st = cao_fail(err, CAO_AGAIN,
			    "a scan was removed in the meantime; try again");
		else
			st = cao_store_put_document(
			    s, env, o->id, &list[i], emptied, err);
	return st == CAO_OK ? cao_store_set_dossier(s, o->number, err) : st;
}

/* Is what was printed on the scans what the order says now? */
static enum cao_status
check_printed(const struct cao_order *o, const struct cao_service *service,
    const struct job *job, struct cao_error *why)
{
	struct cao_form_code code;
	enum cao_status st = CAO_OK;

	for (size_t i = 0; i < job->count && st == CAO_OK; i++) {
		if (*job->abouts[i].printed == '\0')
			continue;
		st = cao_form_code_make(
		    o, service, job->documents[i].slot, &code, why);
		if (st == CAO_OK &&
		    strcmp(code.digest, job->abouts[i].printed) != 0)
			st = cao_fail(why, CAO_INPUT,
			    "slot %s: printed before a change",
			    job->documents[i].slot);
	}
	return st;
}

/* What was taken in despite its codes, on record. */
static enum cao_status
put_notes(struct cao_store *s, const struct cao_env *env,
    const struct cao_order *o, const struct job *job, struct cao_error *err)
{
	enum cao_status st = CAO_OK;

	for (size_t i = 0; i < job->count && st == CAO_OK; i++)
		if (job->abouts[i].despite != NULL)
			st = cao_store_put_note(s, env, "despite", o->id,
			    job->abouts[i].despite, err);
	return st;
}

/* May this order be given other documents?  What is against it becomes a
 * fault of the result. */
static bool
allowed(const struct cao_order *o, const struct cao_service *service,
    const struct job *job, struct cao_result *r)
{
	struct cao_error why;
	bool done;

	if (memcmp(o->service, job->service, sizeof job->service) != 0 ||
	    strcmp(o->application.business, job->business) != 0)
		(void)cao_fail(&why, CAO_AGAIN,
		    "the order was amended in the meantime; try again");
	else if (cao_step_check(CAO_STEP_UPLOAD, o->facts, &done, &why) ==
		CAO_OK &&
	    check_printed(o, service, job, &why) == CAO_OK)
		return true;
	cao_result_fail(r, &why);
	return false;
}

static enum cao_status
record_one(struct cao_store *s, const struct cao_env *env, struct job *job,
    struct cao_result *r, struct cao_error *err)
{
	const struct cao_service *service;
	enum cao_status st;
	struct cao_order o;
	bool ok;

	st = open_order(s, r, &o, &service, &ok, err);
	if (st != CAO_OK || !ok)
		return st;
	drop_known(job, &o);
	if (job->count > 0 && allowed(&o, service, job, r)) {
		st = put(s, env, &o, job->documents, job->count, false, err);
		if (st == CAO_OK)
			st = put_notes(s, env, &o, job, err);
		job->changed = true;
	}
	cao_order_free(&o);
	return st;
}

/* What was taken in becomes facts, of all orders in one transaction. */
static enum cao_status
record(struct cao_store *s, const struct cao_env *env, struct job *jobs,
    struct cao_result *results, size_t count, struct cao_error *err)
{
	enum cao_status st;

	if ((st = cao_db_begin(s->db, __func__, err)) != CAO_OK)
		return st;
	for (size_t i = 0; i < count && st == CAO_OK; i++)
		if (cao_result_status(&results[i]) == CAO_OK)
			st = record_one(s, env, &jobs[i], &results[i], err);
	if (st == CAO_OK)
		st = cao_flow_commit(s, env, err);
	if (st != CAO_OK) {
		cao_db_rollback(s->db);
		return st;
	}
	for (size_t i = 0; i < count; i++)
		results[i].changed = jobs[i].changed;
	return CAO_OK;
}

/* Take in what is named, or where nothing is what lies in the folder. */
static enum cao_status
collect(struct cao_store *s, const struct cao_env *env, const char *dir,
    const struct cao_scan *scans, size_t count, struct cao_upload_for *in,
    struct job *job, struct cao_result *r, struct cao_error *err)
{
	struct cao_scans found = { 0 };
	struct cao_error why;
	enum cao_status st;
	struct cao_order o;
	bool ok, done;

	st = open_order(s, r, &o, &in->service, &ok, err);
	if (st != CAO_OK || !ok)
		return st;
	in->order = &o;
	memcpy(job->service, o.service, sizeof job->service);
	(void)snprintf(
	    job->business, sizeof job->business, "%s", o.application.business);
	if (dir != NULL && cao_scans_find(dir, in, r, &found, &why) != CAO_OK)
		cao_result_fail(r, &why);
	else
		st = take_in(s, in,
		    !env->dry_run && cao_result_status(r) == CAO_OK &&
			cao_step_check(CAO_STEP_UPLOAD, o.facts, &done, &why) ==
			    CAO_OK,
		    dir != NULL ? found.list : scans,
		    dir != NULL ? found.count : count, job, r, err);
	cao_scans_free(&found);
	cao_order_free(&o);
	return st;
}

static enum cao_status
upload(struct cao_store *s, const struct cao_env *env, const char *dir,
    const struct cao_scan *scans, size_t nscans, struct cao_upload_for *in,
    struct cao_result *results, size_t count, struct cao_error *err)
{
	struct job *jobs = calloc(count + 1, sizeof *jobs);
	enum cao_status st = CAO_OK;

	if (jobs == NULL)
		return cao_fail_memory(err);
	for (size_t i = 0; i < count && st == CAO_OK; i++)
		st = collect(
		    s, env, dir, scans, nscans, in, &jobs[i], &results[i], err);
	if (st == CAO_OK)
		st = record(s, env, jobs, results, count, err);
	for (size_t i = 0; i < count; i++) {
		for (size_t j = 0; j < jobs[i].count; j++)
			free(jobs[i].abouts[j].despite);
		free(jobs[i].abouts);
		free(jobs[i].documents);
	}
	free(jobs);
	return st;
}

enum cao_status
cao_upload(struct cao_store *s, const struct cao_env *env,
    const struct cao_upload_how *how, const struct cao_scan *scans,
    size_t count, struct cao_result *r, struct cao_error *err)
{
	struct cao_upload_for in = { .how = how };
	enum cao_status st;

	if (how->despite != NULL &&
	    (st = cao_upload_despite_check(how->despite, err)) != CAO_OK)
		return st;
	st = upload(s, env, NULL, scans, count, &in, r, 1, err);
	if (st == CAO_OK && !env->dry_run && cao_result_status(r) == CAO_OK)
		for (size_t i = 0; i < count; i++)
			cao_upload_placed(s, &scans[i]);
	return st;
}

enum cao_status
cao_upload_from(struct cao_store *s, const struct cao_env *env,
    const struct cao_upload_how *how, const char *dir, struct cao_result *r,
    size_t count, struct cao_error *err)
{
	struct cao_upload_for in = { .how = how };

	return upload(s, env, dir, NULL, 0, &in, r, count, err);
}

/* Empty the slot of an order that is open for it. */
static enum cao_status
remove_one(struct cao_store *s, const struct cao_env *env, const char *name,
    struct cao_result *r, bool *ret_changed, struct cao_error *err)
{
	const struct cao_service *service;
	const struct cao_document *had;
	const struct cao_slot *slot;
	enum cao_status st;
	struct cao_order o;
	struct cao_error why;
	bool ok, done;
	unsigned part;

	st = open_order(s, r, &o, &service, &ok, err);
	if (st != CAO_OK || !ok)
		return st;
	if (cao_upload_slot(service, o.application.business, name, &slot, &part,
		&why) != CAO_OK)
		cao_result_fail(r, &why);
	else if ((had = find(o.documents, o.ndocuments, slot->id, part)) !=
	    NULL) {
		struct cao_document d = { .part = part };

		memcpy(d.slot, had->slot, sizeof d.slot);
		if (cao_step_check(CAO_STEP_UPLOAD, o.facts, &done, &why) !=
		    CAO_OK)
			cao_result_fail(r, &why);
		else {
			st = put(s, env, &o, &d, 1, true, err);
			*ret_changed = true;
		}
	}
	cao_order_free(&o);
	return st;
}

enum cao_status
cao_upload_remove(struct cao_store *s, const struct cao_env *env,
    const char *slot, struct cao_result *r, struct cao_error *err)
{
	bool changed = false;
	enum cao_status st;

	if ((st = cao_db_begin(s->db, __func__, err)) != CAO_OK)
		return st;
	st = remove_one(s, env, slot, r, &changed, err);
	if (st == CAO_OK)
		st = cao_flow_commit(s, env, err);
	if (st != CAO_OK)
		cao_db_rollback(s->db);
	else
		r->changed = changed;
	return st;
}
