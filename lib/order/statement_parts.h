/* A bank's statement, between its header and its lines. */
#ifndef CAO_ORDER_STATEMENT_PARTS_H
#define CAO_ORDER_STATEMENT_PARTS_H

#include "order/cell.h"
#include "order/match.h"
#include "pki/digest.h"

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

/* How often a row without a reference was there: an open hash table. */
struct cao_bank_repeat {
	unsigned char digest[CAO_DIGEST_SIZE];
	uint32_t count; /* 0: free */
};

struct cao_statement {
	char *name;
	struct cao_csv *csv;
	struct cao_csv_row row;
	size_t width;            /* of the header row */
	size_t at[BANK_COLUMNS]; /* its field, or CAO_CSV_FIELDS_MAX: none */
	size_t rank[BANK_COLUMNS];
	const char *title[BANK_COLUMNS];  /* its synonym */
	bool is_text[CAO_CSV_FIELDS_MAX]; /* every text column counts */
	struct cao_bank_repeat *repeats;
	size_t nrepeats, cap;
	bool no_memory; /* where a cell was to be compared */
};

static inline bool
cao_statement_has(const struct cao_statement *s, enum cao_bank_column c)
{
	return s->at[c] != CAO_CSV_FIELDS_MAX;
}

/* Which column has that title, and how good a title is it (0: the best)? */
bool cao_statement_column(struct cao_statement *, const char *cell,
    enum cao_bank_column *ret, size_t *ret_rank);
/* Read down to the header row and note where its columns are. */
CAO_MUST enum cao_status
cao_statement_header(struct cao_statement *, struct cao_error *);

#endif /* CAO_ORDER_STATEMENT_PARTS_H */
