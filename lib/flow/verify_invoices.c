/* Invoices: their numbers, and that they are of the orders' fees. */
#include <string.h>

#include "flow/verify.h"

/* What the statement verify_invoices finds, and how it is told. */
static const struct {
	const char *what, *text;
} words[] = {
	{ "gap", N_("the number before it is missing, or is later") },
	{ "year", N_("its year is not that in which it was made") },
	{ "items", N_("its items do not come to its amount") },
	{ "buyer",
	    N_("its title or tax number is not that of the "
	       "organisation that applies") },
	{ "red",
	    N_("it takes back what is no invoice of the same order and "
	       "organisation") },
	{ "unbilled", N_("it is paid and fulfilled, and has no invoice") },
	{ "unfulfilled", N_("its order is not fulfilled") },
	{ "fee", N_("its amount is not its order's fee") },
	{ "sum",
	    N_("its invoices are not covered by what is kept of its "
	       "money") },
	{ "answer",
	    N_("what the tax system answered is recorded with another "
	       "order") },
};

static void
say(const char *what, const char *name, const char *order,
    struct cao_error *err)
{
	size_t i = 0;

	while (i + 1 < sizeof words / sizeof *words &&
	    strcmp(words[i].what, what) != 0)
		i++;
	(void)cao_fail(err, CAO_INTEGRITY, "%s", _(words[i].text));
	if (*name != '\0')
		(void)cao_error_prefix(err, "invoice %s", name);
	(void)cao_error_prefix(err, "order %s", order);
}

enum cao_status
cao_verify_invoices(struct cao_verify *v, struct cao_error *err)
{
	struct cao_query *q = cao_db_use(v->store->db, SQL_VERIFY_INVOICES);
	enum cao_status st;
	bool row;

	while ((st = cao_db_step(q, &row, err)) == CAO_OK && row) {
		say(cao_col_text(q, 0), cao_col_text(q, 1), cao_col_text(q, 2),
		    err);
		st = cao_verify_judge(v, CAO_INTEGRITY, err, NULL);
		if (st != CAO_OK)
			break;
	}
	cao_db_done(q);
	return cao_verify_judge(v, st, err, NULL);
}
