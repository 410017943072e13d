/* The parts of reconciling: a line by itself (reconcile_match.c), and the
 * import of all of them (reconcile.c). */
#ifndef CAO_FLOW_RECONCILE_H
#define CAO_FLOW_RECONCILE_H

#include "base/map.h"
#include "flow/flow.h"
#include "order/match.h"

/* A line of the statement, and what it was found to be. */
struct cao_line {
	struct cao_bank_line bank;
	enum cao_match match;
	char number[CAO_NUMBER_SIZE];
	char *why;     /* or NULL */
	int64_t order; /* PAID, REPEATED: the order's row; or 0 */
	/* PAID: the declared side; its texts are the line's own. */
	struct cao_transfer transfer;
};

struct cao_import {
	struct cao_store *store;
	struct cao_line *lines;
	size_t count;
	/* What the lines so far settle, to their places: transfers by their
	 * rows, references by the beginnings of their digests. */
	struct cao_map transfers, references;
	struct cao_map settled; /* by orders' rows: fen, by these lines */
};

/* Find out what a line is that is not among the import's lines yet; its bank
 * side is filled in. */
CAO_MUST enum cao_status cao_reconcile_match(
    const struct cao_import *, struct cao_line *, struct cao_error *);
/* Where a reference is found among what the lines settle. */
uint64_t cao_reconcile_key(const char *reference);

#endif /* CAO_FLOW_RECONCILE_H */
