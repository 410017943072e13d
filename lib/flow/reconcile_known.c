/* Lines that were seen before, in this import or another. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/money.h"
#include "flow/reconcile.h"

uint64_t
cao_reconcile_key(const char *reference)
{
	unsigned char digest[CAO_DIGEST_SIZE];
	uint64_t key = 0;

	cao_sha256(reference, strlen(reference), digest);
	for (size_t i = 0; i < sizeof key; i++)
		key = key << 8 | digest[i];
	return key;
}

/* The digits that a bank shows of an account, as far as another export of the
 * same line must show them too. */
static bool
account_same(const char *a, const char *b)
{
	size_t n = strlen(a), m = strlen(b);

	if (strchr(a, '*') == NULL && strchr(b, '*') == NULL)
		return strcmp(a, b) == 0;
	return n >= CAO_MATCH_TAIL && m >= CAO_MATCH_TAIL &&
	    strcmp(a + n - CAO_MATCH_TAIL, b + m - CAO_MATCH_TAIL) == 0;
}

/* The reference was seen with that account and amount: is the line the same? */
static enum cao_status
repeat(struct cao_line *l, const char *account, int64_t fen, const char *number,
    int64_t order, struct cao_error *err)
{
	char money[CAO_MONEY_SIZE];
	struct cao_error why;
	bool same =
	    l->bank.fen == fen && account_same(l->bank.account, account);

	cao_money_format(fen, money);
	if (same)
		(void)cao_fail(&why, CAO_OK, "it was imported before");
	else if (*number == '\0')
		(void)cao_fail(&why, CAO_OK,
		    "this reference was imported before with other content: "
		    "%s; ask the bank which of them is right",
		    money);
	else
		(void)cao_fail(&why, CAO_OK,
		    "this reference was imported before with other content: "
		    "%s for order %s; ask the bank which of them is right",
		    money, number);
	l->match = same ? CAO_MATCH_REPEATED : CAO_MATCH_BAD;
	l->order = same ? order : 0;
	(void)snprintf(l->number, sizeof l->number, "%s", number);
	return cao_reconcile_tell(l, &why, err);
}

/* The columns of @line@, and behind them the order that it settled first. */
enum { ID, REFERENCE, ACCOUNT, NAME, FEN, DAY, TEXT, EVIDENCE, REST };
enum { ORDER = 9, NUMBER };

enum cao_status
cao_reconcile_read(
    const struct cao_query *q, struct cao_line *l, struct cao_error *err)
{
	unsigned line = l->bank.line; /* in the statement, if there is one */

	cao_bank_line_free(&l->bank);
	l->bank = (struct cao_bank_line){ .line = line,
		.day = cao_col_int(q, DAY),
		.fen = cao_col_int(q, FEN),
		.credit = true,
		.account = strdup(cao_col_text(q, ACCOUNT)),
		.name = strdup(cao_col_text(q, NAME)),
		.reference = strdup(cao_col_text(q, REFERENCE)),
		.text = strdup(cao_col_text(q, TEXT)) };
	l->row = cao_col_int(q, ID);
	l->evidence = cao_col_int(q, EVIDENCE);
	l->rest = cao_col_int(q, REST);
	return l->bank.account != NULL && l->bank.name != NULL &&
		l->bank.reference != NULL && l->bank.text != NULL
	    ? CAO_OK
	    : cao_fail_memory(err);
}

enum cao_status
cao_reconcile_find(struct cao_store *s, const char *reference,
    struct cao_line *l, struct cao_error *err)
{
	struct cao_query *q = cao_db_use(s->db, SQL_BANK_LINE_BY_REFERENCE);
	enum cao_status st;
	bool row;

	cao_db_text(q, ":reference", reference);
	if ((st = cao_db_step(q, &row, err)) != CAO_OK)
		return st;
	if (!row)
		return cao_fail(err, CAO_NOTFOUND,
		    "no line '%.64s' was in a statement; ca-pay --unmatched "
		    "lists those that wait",
		    reference);
	st = cao_reconcile_read(q, l, err);
	cao_db_done(q);
	return st;
}

/* What is on record of a reference: the row under the cursor. */
static enum cao_status
check_recorded(
    struct cao_line *l, const struct cao_query *q, struct cao_error *err)
{
	int64_t fen = cao_col_int(q, FEN);

	/* All of it waits: it may be known now what for. */
	if (cao_col_int(q, REST) == fen && l->bank.fen == fen &&
	    account_same(l->bank.account, cao_col_text(q, ACCOUNT)))
		return cao_reconcile_read(q, l, err);
	return repeat(l, cao_col_text(q, ACCOUNT), fen, cao_col_text(q, NUMBER),
	    cao_col_int(q, ORDER), err);
}

enum cao_status
cao_reconcile_known(const struct cao_import *im, struct cao_line *l,
    bool *ret_known, struct cao_error *err)
{
	struct cao_query *q;
	const struct cao_line *before;
	enum cao_status st;
	bool settled;
	size_t place;

	*ret_known = true;
	if (cao_map_get(&im->references, cao_reconcile_key(l->bank.reference),
		&place)) {
		before = &im->lines[place];
		settled = before->match == CAO_MATCH_PAID;
		return repeat(l, before->bank.account, before->bank.fen,
		    settled ? before->number : "", settled ? before->order : 0,
		    err);
	}
	q = cao_db_use(im->store->db, SQL_BANK_LINE_BY_REFERENCE);
	cao_db_text(q, ":reference", l->bank.reference);
	if ((st = cao_db_step(q, ret_known, err)) != CAO_OK || !*ret_known)
		return st;
	st = check_recorded(l, q, err);
	cao_db_done(q);
	*ret_known = l->row == 0;
	return st;
}
