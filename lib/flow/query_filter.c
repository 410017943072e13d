/* What may be asked for. */
#include <string.h>

#include "flow/query.h"
#include "order/step.h"

static enum cao_status
check_word(const char *what, const char *word, const char *const *words,
    struct cao_error *err)
{
	struct cao_buf list = { 0 };
	enum cao_status st;

	if (word == NULL)
		return CAO_OK;
	for (size_t i = 0; words[i] != NULL; i++) {
		if (strcmp(words[i], word) == 0) {
			cao_buf_free(&list);
			return CAO_OK;
		}
		cao_buf_printf(&list, "%s%s", i > 0 ? ", " : "", words[i]);
	}
	st = cao_fail(err, CAO_USAGE, "no %s '%.64s': it is one of %s", what,
	    word, cao_buf_text(&list));
	cao_buf_free(&list);
	return st;
}

enum cao_status
cao_filter_check(const struct cao_filter *f, struct cao_error *err)
{
	static const char *const payment[] = { "unpaid", "declared", "paid",
		"refundable", "refunded", "free", NULL };
	static const char *const review[] = { "none", "accepted", "approved",
		"returned", "refused", NULL };
	static const char *const certificates[] = { "none", "issued", "held",
		"revoked", NULL };
	static const char *const container[] = { "none", "installed", NULL };
	static const char *const documents[] = { "complete", "missing", NULL };
	enum cao_status st;

	if ((st = check_word("state", f->state, cao_state_names, err)) ||
	    (st = check_word("payment", f->payment, payment, err)) ||
	    (st = check_word("review", f->review, review, err)) ||
	    (st = check_word(
		 "certificates", f->certificates, certificates, err)) ||
	    (st = check_word("container", f->container, container, err)))
		return st;
	return check_word("documents", f->documents, documents, err);
}
