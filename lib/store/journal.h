/* The hash-chained journal of every fact. */
#ifndef CAO_STORE_JOURNAL_H
#define CAO_STORE_JOURNAL_H

#include "pki/digest.h"

struct cao_store;

/* Kinds of fact: tables of the same names, in the order of the statements
 * fact_*. */
enum cao_kind {
	CAO_K_OPENING,
	CAO_K_APPLICATION,
	CAO_K_DOCUMENT,
	CAO_K_TRANSFER,
	CAO_K_EVIDENCE,
	CAO_K_DECISION,
	CAO_K_BANK_LINE,
	CAO_K_WECHAT_PAYMENT,
	CAO_K_SETTLEMENT,
	CAO_K_REFUND,
	CAO_K_REFUND_RESULT,
	CAO_K_INVOICE,
	CAO_K_INVOICE_ISSUED,
	CAO_K_SERIAL,
	CAO_K_PAIR,
	CAO_K_FULFILMENT,
	CAO_K_REVOCATION,
	CAO_K_RECEIPT,
	CAO_K_PIN,
	CAO_K_ATTEMPT,
	CAO_K_CRL,
	CAO_K_PURGE,
	CAO_K_DELIVERY,
	CAO_K_SERVICE,
	CAO_K_NOTE,
	CAO_KINDS
};
extern const char *const cao_kind_names[]; /* "opening" … NULL */

/*
 * Chain a fact that was put in this transaction: its row, read back, is
 * digested column by column, each as its type, its length in 8 octets and its
 * octets (integers as 8 octets, big-endian); NULLs at its end are left out, so
 * that a column added later changes no digest.  The new head is the SHA-256 of
 * the previous head, the instant (8 octets), the actor and the kind (each
 * with its length), the fact's id (8 octets) and its digest.
 */
CAO_MUST enum cao_status
cao_journal_add(struct cao_store *, const struct cao_env *, enum cao_kind,
    int64_t fact, int64_t order_or_0, struct cao_error *);

/* A fact's row in the form that is digested; *ret_there false if it is
 * gone. */
CAO_MUST enum cao_status cao_journal_row(struct cao_store *, enum cao_kind,
    int64_t fact, struct cao_buf *ret, bool *ret_there, struct cao_error *);
/* The head behind an entry, from the one before it (zeros: it is the first). */
CAO_MUST enum cao_status cao_journal_head(
    const unsigned char before[CAO_DIGEST_SIZE], int64_t at, const char *actor,
    const char *kind, int64_t fact, const unsigned char digest[CAO_DIGEST_SIZE],
    unsigned char ret[CAO_DIGEST_SIZE], struct cao_error *);
/* The last entry and its head; 0 and zeros if there is none. */
CAO_MUST enum cao_status cao_journal_last(struct cao_store *, int64_t *ret_seq,
    unsigned char ret_head[CAO_DIGEST_SIZE], struct cao_error *);
/* The kind of that name; false: there is none. */
bool cao_journal_kind(const char *name, enum cao_kind *ret);

/* Hold every fact of an order to its entries; CAO_INTEGRITY names the first
 * that was altered, is missing or was never journalled. */
CAO_MUST enum cao_status
cao_journal_check_order(struct cao_store *, int64_t order, struct cao_error *);
/* Hold one fact to its entry. */
CAO_MUST enum cao_status cao_journal_check_fact(
    struct cao_store *, enum cao_kind, int64_t fact, struct cao_error *);

/*
 * Walk the whole chain and hold every fact to it.  Each bad place is told to
 * bad; progress may be NULL.  CAO_OK also when places are bad, other than OK
 * when it could not be walked.
 */
CAO_MUST enum cao_status cao_journal_verify(struct cao_store *,
    void (*bad)(void *arg, const struct cao_error *),
    void (*progress)(void *arg, uint64_t done, uint64_t total), void *arg,
    struct cao_error *);

#endif /* CAO_STORE_JOURNAL_H */
