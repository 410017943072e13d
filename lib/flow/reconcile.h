/*
 * The parts of reconciling: a line by itself (reconcile_match.c), what is told
 * of it (reconcile_tell.c), the import of all of them (reconcile.c) and what it
 * records (reconcile_record.c).
 */
#ifndef CAO_FLOW_RECONCILE_H
#define CAO_FLOW_RECONCILE_H

#include "base/map.h"
#include "flow/evidence.h"
#include "flow/operator.h"
#include "order/match.h"

/* A line of a statement, and what it was found to be. */
struct cao_line {
	struct cao_bank_line bank;
	int64_t row, evidence; /* of one that was kept before and waits; or 0 */
	int64_t rest;          /* what is left of that */
	enum cao_match match;
	char number[CAO_NUMBER_SIZE];
	char *why;     /* or NULL */
	char *pieces;  /* SEVERAL: as --split takes them */
	int64_t order; /* PAID, REPEATED: the order's row; or 0 */
	/* PAID: the declared side; its texts are the line's own. */
	struct cao_transfer transfer;
	bool company; /* PAID: from the organisation's own account */
};
void cao_line_free(struct cao_line *); /* what it holds */
/* Is it money that came in and is not on record yet? */
bool cao_line_is_new(const struct cao_line *);

/* Transfers that are more than are looked at, as they were asked for. */
struct cao_crowd {
	char *key; /* or NULL: none was found */
	enum cao_sql which;
	int64_t fen, day;
};

struct cao_import {
	struct cao_store *store;
	struct cao_evidence_cache *cache;
	struct cao_line *lines;
	size_t count;
	/* What the lines so far settle, by transfers' rows; where those are
	 * that are new or waited, by the beginnings of their references'
	 * digests. */
	struct cao_map transfers, references;
	struct cao_map settled; /* by orders' rows: fen, by these lines */
	struct cao_crowd crowd; /* the last: of lines alike they are as many */
};

void cao_import_free(struct cao_import *); /* what it holds */
/* Add a line to the import, which owns what it holds even on failure. */
CAO_MUST enum cao_status cao_reconcile_keep(
    struct cao_import *, const struct cao_line *, struct cao_error *);

/* Find out what a line is that is not among the import's lines yet; its bank
 * side is filled in. */
CAO_MUST enum cao_status
cao_reconcile_match(struct cao_import *, struct cao_line *, struct cao_error *);
/* Was it seen before, in this import or another?  Of one that waits what is on
 * record is filled in, and *ret_known is false: it is looked at again. */
CAO_MUST enum cao_status cao_reconcile_known(const struct cao_import *,
    struct cao_line *, bool *ret_known, struct cao_error *);
/* Where a reference is found among the import's lines. */
uint64_t cao_reconcile_key(const char *reference);

/* A line that waits, from the statements with @line@; what it holds is the
 * caller's even on failure. */
CAO_MUST enum cao_status cao_reconcile_read(
    const struct cao_query *, struct cao_line *, struct cao_error *);
/* That of a reference, with what is left of it; CAO_NOTFOUND. */
CAO_MUST enum cao_status cao_reconcile_find(struct cao_store *,
    const char *reference, struct cao_line *, struct cao_error *);

/* The sentence that is told with the line, in place of any before. */
CAO_MUST enum cao_status cao_reconcile_tell(
    struct cao_line *, const struct cao_error *why, struct cao_error *);
/* The same for what a person has to look at, if there is none yet. */
CAO_MUST enum cao_status
cao_reconcile_explain(struct cao_line *, struct cao_error *);
/* Tell the lines, with what is to be done about each; waiting false: of those
 * that waited only what is paid now. */
CAO_MUST enum cao_status cao_reconcile_lines(const struct cao_import *,
    bool waiting, void (*row)(void *arg, const struct cao_statement_line *),
    void *arg, struct cao_error *);
/* Does an order in that state take money? */
bool cao_reconcile_takes(const char *state);
/* Has no transfer that fits been declared?  Then the text may name orders: one
 * that somebody else was to pay, or several that it makes up. */
CAO_MUST enum cao_status cao_reconcile_named(
    const struct cao_import *, struct cao_line *, struct cao_error *);

/* Record the lines that are new and what settles, a signature for many of
 * them; digest NULL: there is no statement.  Nothing where nothing is. */
CAO_MUST enum cao_status cao_reconcile_record(struct cao_import *,
    const struct cao_env *, const struct cao_operator *,
    const unsigned char *digest_or_null, struct cao_error *);

/* The same word of a cashier for other things: sign the text, which begins
 * with cao_cashier_head(), and put it. */
CAO_MUST enum cao_status
cao_cashier_check(const struct cao_operator *, struct cao_error *);
void
cao_cashier_head(struct cao_buf *out, const struct cao_operator *, int64_t now);
CAO_MUST enum cao_status cao_cashier_sign(struct cao_store *,
    const struct cao_env *, const struct cao_operator *, const struct cao_buf *,
    int64_t *ret_evidence, struct cao_error *);
/* Put a settlement of that order; its transfer and reason may be NULL. */
CAO_MUST enum cao_status
cao_settlement_put(struct cao_store *, const struct cao_env *, int64_t order,
    const struct cao_settlement *, struct cao_error *);

#endif /* CAO_FLOW_RECONCILE_H */
