/*
 * What an operator asserts, as text that is signed: a head, then a line for
 * each assertion.
 *
 *	caorder evidence 1
 *	operator alice
 *	certificate <SHA-256 of the operator's certificate>
 *	at 2026-11-22T02:00:00Z
 *	accept 00202611220000001 <dossier>
 *
 * One signature covers a batch; each decision is found again by its line.
 */
#ifndef CAO_ORDER_EVIDENCE_H
#define CAO_ORDER_EVIDENCE_H

#include "order/order.h"

/* Begin the text. */
void cao_evidence_head(struct cao_buf *out, const char *operator_name,
    const unsigned char certificate[CAO_DIGEST_SIZE], int64_t at);
/* What the decisions rest on besides the person: "rules <SHA-256>". */
void cao_evidence_rules(
    struct cao_buf *out, const unsigned char digest[CAO_DIGEST_SIZE]);
/* A decision: its word, the number, the dossier, and the reason's SHA-256. */
void cao_evidence_decision(struct cao_buf *out, enum cao_decision,
    const char *number, const unsigned char dossier[CAO_DIGEST_SIZE],
    const char *reason);
/* That a line was in a statement. */
void cao_evidence_line(struct cao_buf *out, const struct cao_bank_line *);
/* That so much of a statement's line settles the order: as the transfer that
 * was declared, or (NULL) because it is assigned to it, for a reason if one was
 * given. */
void cao_evidence_settlement(struct cao_buf *out, const char *number,
    const struct cao_transfer *or_null, const struct cao_settlement *);
/* That money is paid back; number NULL: it was for no order. */
void cao_evidence_refund(
    struct cao_buf *out, const char *number, const struct cao_refund *);
/* The statement file that was imported. */
void cao_evidence_import(
    struct cao_buf *out, const unsigned char digest[CAO_DIGEST_SIZE]);

/* Does the text begin with that head, and hold that whole line (or lines)? */
bool cao_evidence_has(
    const char *text, const struct cao_buf *head, const struct cao_buf *line);

#endif /* CAO_ORDER_EVIDENCE_H */
