/* The revocation lists, held to the store. */
#include <stdio.h>
#include <string.h>

#include "flow/lists.h"
#include "flow/verify.h"

/* What its check found of a file.  *noted: its CA has a note already, which is
 * enough. */
static enum cao_status
judge(struct cao_verify *v, const char *name, enum cao_status st,
    struct cao_error *found, bool revoked, bool *noted)
{
	if (st == CAO_INTEGRITY)
		return cao_verify_judge(v, st, found, NULL);
	if (st == CAO_NOTFOUND && revoked) {
		(void)cao_fail(found, CAO_OK,
		    "is not there, and certificates were revoked; ca-issue "
		    "--crl makes it");
		(void)cao_error_prefix(found, "%s/%s", CAO_LISTS_DIR, name);
	} else if (st != CAO_NOTREADY) {
		return CAO_OK;
	}
	if (!*noted)
		cao_verify_note(v, found);
	*noted = true;
	return CAO_OK;
}

/* One that is as it was made. */
static void
judge_end(struct cao_verify *v, const struct cao_lists_file *l, bool *noted)
{
	char at[CAO_RFC3339_SIZE];
	struct cao_error err;

	if (l->status != CAO_OK || l->crl.next_update >= v->now || *noted)
		return;
	cao_time_format(l->crl.next_update, at);
	(void)cao_fail(&err, CAO_OK,
	    "ran out at %s; ca-issue --crl makes the next one", at);
	(void)cao_error_prefix(&err, "%s/%s", CAO_LISTS_DIR, l->name);
	cao_verify_note(v, &err);
	*noted = true;
}
static enum cao_status
verify_one(struct cao_verify *v, unsigned i, struct cao_error *err)
{
	struct cao_query *q = cao_db_use(v->store->db, SQL_CRL_NEWS);
	struct cao_lists lists;
	enum cao_status st;
	bool noted = false;
	int64_t revoked;

	cao_db_int(q, ":bound", 0);
	cao_db_text(q, ":ca", cao_ca_names[i]);
	if ((st = cao_db_number(q, &revoked, err)) != CAO_OK ||
	    (st = cao_lists_name(v->store, cao_ca_names[i], &lists, err)))
		return st;
	st = cao_lists_check(
	    v->store, &lists, &v->ca[i].cert, v->ca[i].key, err);
	for (size_t k = 0; st == CAO_OK && k < lists.count; k++) {
		struct cao_lists_file *l = &lists.list[k];

		judge_end(v, l, &noted);
		st = judge(
		    v, l->name, l->status, &l->error, revoked != 0, &noted);
	}
	if (st == CAO_OK)
		st = judge(v, lists.pem.name, lists.pem.status,
		    &lists.pem.error, revoked != 0, &noted);
	cao_lists_free(&lists);
	return st;
}

enum cao_status
cao_verify_lists(struct cao_verify *v, struct cao_error *err)
{
	enum cao_status st = CAO_OK;

	for (unsigned i = 0; st == CAO_OK && i < CAO_CAS; i++)
		if (v->ca[i].key != NULL)
			st = cao_verify_judge(
			    v, verify_one(v, i, err), err, CAO_LISTS_DIR);
	return st;
}
