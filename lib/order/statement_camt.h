/* An entry of CAMT.053, between its elements and the lines it is. */
#ifndef CAO_ORDER_STATEMENT_CAMT_H
#define CAO_ORDER_STATEMENT_CAMT_H

#include "order/match.h"

#define CAMT_CURRENCY_SIZE 9 /* as much of it as is told */

/* What is read of an entry and of each of its transactions. */
enum cao_camt_value {
	CAMT_AMOUNT,        /* "CNY 240.00" */
	CAMT_DETAIL_AMOUNT, /* the same, where older versions have it */
	CAMT_DIRECTION,
	CAMT_REVERSAL,
	CAMT_STATUS,
	CAMT_DAY,
	CAMT_VALUE_DAY,
	CAMT_REFERENCE,
	CAMT_END_TO_END,
	CAMT_ACCOUNT,
	CAMT_NAME,
	CAMT_TEXT,
	CAMT_REMARK, /* the bank's */
	CAMT_VALUES
};
struct cao_camt_values {
	char *text[CAMT_VALUES]; /* or NULL */
	unsigned line;
};
struct cao_camt_entry {
	struct cao_camt_values values, *transaction;
	size_t count; /* of transactions */
};

/*
 * Do several transactions come to the amount of the entry?  An entry that is
 * told as a whole, because it has none or one, is not looked at.  line gets
 * the place.
 */
CAO_MUST enum cao_status cao_camt_check(const struct cao_camt_entry *,
    struct cao_bank_line *line, struct cao_error *);
/* The line that the transaction is; 0 of an entry without any is the entry. */
CAO_MUST enum cao_status cao_camt_line(const struct cao_camt_entry *,
    size_t which, struct cao_bank_line *, struct cao_error *);

#endif /* CAO_ORDER_STATEMENT_CAMT_H */
