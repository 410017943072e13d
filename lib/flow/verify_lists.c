/* The revocation lists, held to the store. */
#include <stdio.h>
#include <string.h>

#include "flow/lists.h"
#include "flow/verify.h"

/* One file.  *noted: its CA has a note already, which is enough. */
static enum cao_status
judge(struct cao_verify *v, struct cao_lists_file *l, bool revoked, bool *noted,
    struct cao_error *err)
{
	char prefix[64], at[CAO_RFC3339_SIZE];

	(void)snprintf(prefix, sizeof prefix, CAO_LISTS_DIR "/%s", l->name);
	if (l->status == CAO_OK && l->crl.next_update < v->now) {
		cao_time_format(l->crl.next_update, at);
		(void)cao_fail(err, CAO_OK,
		    "ran out at %s; ca-issue --crl makes the next one", at);
	} else if (l->status == CAO_NOTFOUND && revoked) {
		(void)cao_fail(err, CAO_OK,
		    "is not there, and certificates were revoked; ca-issue "
		    "--crl makes it");
	} else if (l->status == CAO_NOTREADY) {
		(void)cao_fail(err, CAO_OK,
		    "was made for other addresses than the services name by "
		    "now; ca-issue --crl makes the next one");
	} else if (l->status == CAO_INTEGRITY) {
		*err = l->error;
		return cao_verify_judge(v, CAO_INTEGRITY, err, prefix);
	} else {
		return CAO_OK;
	}
	if (!*noted)
		cao_verify_note(v, err, prefix);
	*noted = true;
	return CAO_OK;
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
	for (size_t k = 0; st == CAO_OK && k < lists.count; k++)
		st = judge(v, &lists.list[k], revoked != 0, &noted, err);
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
