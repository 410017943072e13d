/*
 * From a bank's statement to declared transfers: reading the columns that
 * banks export, and matching.
 */
#ifndef CAO_ORDER_MATCH_H
#define CAO_ORDER_MATCH_H

#include "base/buf.h"

#define CAO_BANK_REFERENCE_SIZE 65

/* One line of a statement. */
struct cao_bank_line {
	unsigned line;        /* in the file, from 1 */
	int64_t day;          /* booked, days since 1970 */
	int64_t fen;          /* above 0 */
	bool credit;          /* money in, to the account's holder */
	const char *aside;    /* no credit, but why not, to be translated */
	char *account, *name; /* of the payer; account may hold '*' */
	char *reference;      /* the bank's, or derived (see below) */
	char *text;           /* remark, purpose; "" if none */
};
void cao_bank_line_free(struct cao_bank_line *); /* what it holds */

struct cao_statement;
/*
 * Open a statement, of which the text must outlive it.  What it is, is told by
 * how it begins: CAMT.053 is XML, MT940 has its field :20: or the blocks of
 * SWIFT before it, all else is CSV.  Text is UTF-8, with or without BOM, or
 * GB18030.
 *
 * Of a CSV the header row is found by the synonyms that banks use; title lines
 * above it are passed over.  CAO_INPUT names the columns that are missing and
 * those that were looked for.  The money is in two columns (debit, credit), or
 * in one with a column for the direction, or in one whose sign tells it.  A
 * negative amount is money out in each of them: in a credit column it is the
 * reversal of a credit.
 */
CAO_MUST enum cao_status cao_statement_open(const char *name, const void *text,
    size_t len, struct cao_statement **ret, struct cao_error *);
void cao_statement_close(struct cao_statement *);
/*
 * The next line; totals below the table of a CSV are passed over.  *ret_more
 * false at the end.  CAO_INPUT: this line cannot be read (an amount or account
 * in scientific notation, a date that is none, both columns filled, another
 * currency), with its line and, as field, the column's title, the tag of MT940
 * or the element of CAMT.053; the next call goes on, if only to the end.  Any
 * other status is the end.  Without a reference of the
 * bank's one is derived from the SHA-256 of the row's content and the ordinal
 * of its repetition in the file: "row:" and 32 hex digits.  It stays the same
 * in a longer statement, with other columns for time and balance, and after
 * another program has written the dates and amounts in its own way.
 */
CAO_MUST enum cao_status cao_statement_next(struct cao_statement *,
    struct cao_bank_line *ret, bool *ret_more, struct cao_error *);

/* A declared transfer, as the matcher sees it. */
struct cao_declared {
	int64_t id;
	char number[CAO_NUMBER_SIZE];
	int64_t day, fen;
	const char *account, *name;
	bool settled;
};
#define CAO_MATCH_DAYS_BEFORE 1
#define CAO_MATCH_DAYS_AFTER 5
#define CAO_MATCH_TAIL 4 /* digits that are to be seen behind the mask */
/*
 * Match one credit line with the transfers declared from that account (the
 * caller finds them by the account's digits, or its last four where the bank
 * masks).  The account's digits equal (or the visible ones where masked), the
 * name equal when folded, the day within the window, the amount exact.  An
 * order number in the text decides between equals; of one order's equals the
 * earliest is taken.  Returns the kind of match and, for PAID SHORT OVER
 * DUPLICATE, which one.
 */
enum cao_match cao_match_line(const struct cao_bank_line *,
    const struct cao_declared *, size_t count, size_t *ret_which);
/* How many orders the line is one transfer for, where the transfers that are
 * declared from that account, one an order, make it up: which ones (as many as
 * count have room), or 0. */
size_t cao_match_several(const struct cao_bank_line *,
    const struct cao_declared *, size_t count, size_t *ret_which);
/* Are the two names the same when folded (NFKC, brackets, blanks)? */
bool cao_name_same(const char *, const char *);

#endif /* CAO_ORDER_MATCH_H */
