/* Showing what is masked, on record. */
#include <string.h>

#include "base/text.h"
#include "flow/unmask.h"

static enum cao_status
check_reason(const char *reason, struct cao_error *err)
{
	if (cao_utf8_check(reason, strlen(reason)) != strlen(reason) ||
	    cao_text_has_control(reason))
		return cao_fail(err, CAO_INPUT,
		    "the reason to unmask is not one line of UTF-8 text");
	if (reason[strspn(reason, " ")] == '\0')
		return cao_fail(err, CAO_INPUT,
		    "to unmask needs a reason, which is recorded");
	if (cao_utf8_length(reason) > CAO_UNMASK_MAX)
		return cao_fail(err, CAO_INPUT,
		    "the reason to unmask is longer than %d characters",
		    CAO_UNMASK_MAX);
	return CAO_OK;
}

enum cao_status
cao_flow_unmask(struct cao_store *s, const struct cao_env *env, int64_t order,
    const char *reason, struct cao_error *err)
{
	enum cao_status st;

	if ((st = check_reason(reason, err)) != CAO_OK ||
	    (st = cao_db_begin(s->db, __func__, err)) != CAO_OK)
		return st;
	st = cao_store_put_note(s, env, "unmask", order, reason, err);
	if (st == CAO_OK)
		st = cao_db_commit(s->db, err);
	cao_db_rollback(s->db);
	return st;
}

void
cao_flow_mask(struct cao_buf *out, const char *number, const char *reason)
{
	if (number == NULL)
		return;
	if (reason != NULL)
		cao_buf_puts(out, number);
	else
		cao_text_mask(out, number);
}
