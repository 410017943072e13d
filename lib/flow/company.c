#include "flow/company.h"

#include "order/match.h"

enum cao_status
cao_company_pays(struct cao_store *s, int64_t order, const char *payer,
    bool *ret, struct cao_error *err)
{
	struct cao_query *q = cao_db_use(s->db, SQL_COMPANY_NAME);
	enum cao_status st;
	bool row;

	cao_db_int(q, ":order", order);
	if ((st = cao_db_step(q, &row, err)) != CAO_OK)
		return st;
	*ret = row && cao_name_same(cao_col_text(q, 0), payer);
	cao_db_done(q);
	return CAO_OK;
}

enum cao_status
cao_company_shift(struct cao_store *s, int64_t order, const char *name,
    int64_t *ret, struct cao_error *err)
{
	struct cao_query *q = cao_db_use(s->db, SQL_COMPANY_SETTLED);
	enum cao_status st;
	int64_t shift = 0;
	bool row;

	cao_db_int(q, ":order", order);
	while ((st = cao_db_step(q, &row, err)) == CAO_OK && row)
		shift += cao_col_int(q, 0) *
		    (cao_name_same(name, cao_col_text(q, 2)) -
			(cao_col_int(q, 1) == 1));
	cao_db_done(q);
	if (st == CAO_OK)
		*ret = shift;
	return st;
}
