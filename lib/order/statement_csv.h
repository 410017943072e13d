/* A bank's statement in CSV, between its header and its lines. */
#ifndef CAO_ORDER_STATEMENT_CSV_H
#define CAO_ORDER_STATEMENT_CSV_H

#include "codec/csv.h"
#include "order/cell.h"
#include "order/statement_parts.h"

enum cao_bank_column {
	BANK_DATE,
	BANK_OUT,
	BANK_IN,
	BANK_DIRECTION,
	BANK_AMOUNT,
	BANK_ACCOUNT,
	BANK_NAME,
	BANK_REFERENCE,
	BANK_TEXT,
	BANK_CURRENCY,
	BANK_COLUMNS
};

struct cao_statement_csv {
	char *name;
	struct cao_csv *csv;
	struct cao_csv_row row;
	size_t width;            /* of the header row */
	size_t at[BANK_COLUMNS]; /* its field, or CAO_CSV_FIELDS_MAX: none */
	size_t rank[BANK_COLUMNS];
	const char *title[BANK_COLUMNS];  /* its synonym */
	bool is_text[CAO_CSV_FIELDS_MAX]; /* every text column counts */
	bool no_memory;                   /* where a cell was to be compared */
};

static inline bool
cao_statement_csv_has(const struct cao_statement_csv *s, enum cao_bank_column c)
{
	return s->at[c] != CAO_CSV_FIELDS_MAX;
}

/* Which column has that title, and how good a title is it (0: the best)? */
bool cao_statement_csv_column(struct cao_statement_csv *, const char *cell,
    enum cao_bank_column *ret, size_t *ret_rank);
/* Read down to the header row and note where its columns are. */
CAO_MUST enum cao_status
cao_statement_csv_header(struct cao_statement_csv *, struct cao_error *);

#endif /* CAO_ORDER_STATEMENT_CSV_H */
