/* Looking behind the masks, put on record. */
#include <string.h>

#include "base/text.h"
#include "flow/unmask.h"

#define REASON_MAX 200 /* characters */

enum cao_status
cao_unmask_check(
    const struct cao_env *env, const char *reason, struct cao_error *err)
{
	if (env->dry_run)
		return cao_fail(err, CAO_USAGE,
		    "a dry run cannot record why numbers are unmasked");
	if (cao_utf8_check(reason, strlen(reason)) != strlen(reason) ||
	    cao_text_has_control(reason) || *reason == '\0' ||
	    cao_utf8_length(reason) > REASON_MAX)
		return cao_fail(err, CAO_INPUT,
		    "to unmask numbers takes a reason of 1 to %d characters "
		    "on one line",
		    REASON_MAX);
	return CAO_OK;
}

enum cao_status
cao_unmask_record(struct cao_store *s, const struct cao_env *env,
    const int64_t *orders, size_t count, const char *reason,
    struct cao_error *err)
{
	enum cao_status st;

	if ((st = cao_db_begin(s->db, __func__, err)) != CAO_OK)
		return st;
	for (size_t i = 0; i < count && st == CAO_OK; i++)
		st = cao_store_put_note(
		    s, env, "unmask", orders[i], reason, err);
	if (st == CAO_OK)
		st = cao_db_commit(s->db, err);
	cao_db_rollback(s->db);
	return st;
}
