/* A bank transfer as the handler declares it. */
#ifndef CAO_ORDER_TRANSFER_H
#define CAO_ORDER_TRANSFER_H

#include "codec/schema.h"

struct cao_declaration {
	char *order, *request; /* one of them names the order */
	char *payer_account;   /* digits, after the check */
	char *payer_name;
	int64_t amount; /* fen */
	char *date;     /* YYYY-MM-DD */
	int64_t day;    /* the same, after the check */
};

extern const struct cao_schema cao_transfer_schema;

/*
 * What no single field can tell: that one of order and request is there (none
 * of them where it comes from a command line: named false), and that the day
 * is tomorrow (days since 1970; a bank may book into it) at the latest.  The
 * account is put into its normal form.  What the schema refused already is
 * passed over.  doc, if not NULL, gives the places of the faults.
 */
void cao_transfer_check(struct cao_declaration *, const struct cao_node *doc,
    const char *file, bool named, int64_t today, struct cao_faults *);
/* Are they the same transfer: account, name when folded, amount and day? */
bool cao_transfer_same(const struct cao_declaration *, const char *account,
    const char *name, int64_t fen, int64_t day);

#endif /* CAO_ORDER_TRANSFER_H */
