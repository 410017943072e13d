/* An order as its facts tell it. */
#ifndef CAO_ORDER_ORDER_H
#define CAO_ORDER_ORDER_H

#include "order/application.h"
#include "order/business.h"
#include "order/payment.h"
#include "order/step.h"
#include "pki/cert.h"

/* Seconds from the first operator's word that certificates are to be revoked
 * until which a second one counts with it. */
#define CAO_REVOKE_WINDOW (INT64_C(24) * 60 * 60)

/* What is in a slot. */
struct cao_document {
	char slot[CAO_SLOT_SIZE];
	unsigned part;
	unsigned char object[CAO_DIGEST_SIZE]; /* of the content */
	char type[8];                          /* as cao_media_extension() */
	int64_t size;
	unsigned pages;
	int64_t at;
	bool printed; /* its codes are those of the application as it is */
};

struct cao_decided {
	enum cao_decision kind;
	unsigned char dossier[CAO_DIGEST_SIZE];
	char *operator_name, *reason; /* reason may be NULL */
	int64_t evidence, at;
};

struct cao_pair {
	struct cao_buf sign, encrypt; /* DER */
	struct cao_buf envelope, archive;
	int64_t not_before, not_after, at;
	unsigned char dossier[CAO_DIGEST_SIZE];
};

/* What an order was fulfilled with that makes no pair. */
struct cao_fulfilment {
	struct cao_buf payload; /* empty: it delivers nothing */
	int64_t expires;        /* 0: it does not */
	int64_t at;
	unsigned char dossier[CAO_DIGEST_SIZE];
};

struct cao_order {
	int64_t id;
	char number[CAO_NUMBER_SIZE];
	char *request;
	int64_t created;
	enum cao_state state;
	unsigned facts; /* enum cao_fact */
	char *payment, *review;

	const struct cao_business *business;
	char certificate[CAO_NUMBER_SIZE]; /* the order whose pair it is about,
	                                      or "" */
	struct cao_application application;
	int64_t applied;    /* when it was made or amended */
	char *content;      /* its canonical JSON as stored */
	struct cao_buf csr; /* empty, and key zeros: it makes no certificate */
	unsigned char key[CAO_DIGEST_SIZE];
	unsigned char service[CAO_DIGEST_SIZE]; /* the pinned version */
	struct cao_buf sealed_pin;
	struct cao_buf holder; /* signature with the key concerned, or empty */
	int64_t fee_due, declared, paid, refunded;
	int64_t excess; /* paid beyond what is owed */
	char *required; /* JSON: the slots to be filled */
	char *fees;     /* JSON: what the fee is made up of; NULL: not said */
	int64_t documents_required, documents_filled;
	unsigned char dossier[CAO_DIGEST_SIZE]; /* as stored */
	char *accepted_by, *approved_by;        /* NULL if none counts */
	int64_t issued, installed, paper;       /* 0: not */
	enum cao_paper paper_needed;
	int64_t promised_from; /* since when the promise runs; 0: it does not */
	int revoked; /* enum cao_reason of its pair's last revocation, or -1 */
	int64_t revoked_at;
	int64_t purged; /* when its personal data was removed; 0: not */

	struct cao_document *documents;
	size_t ndocuments;
	struct cao_transfer *transfers;
	size_t ntransfers;
	struct cao_payments payments;
	struct cao_decided *decisions;
	size_t ndecisions;
	struct cao_pair *pair;             /* or NULL */
	struct cao_fulfilment *fulfilment; /* or NULL */
};
/* Free what it holds, and zero it. */
void cao_order_free(struct cao_order *);

/*
 * The digest of all that a decision is about: the number, the application's
 * content, the certification request, what the holder signed, the pinned
 * service, the fee due, and
 * every document's slot and digest; not the payments, which carry evidence of
 * their own.  Reckoned from the facts, never from what is stored of it.
 */
CAO_MUST enum cao_status cao_dossier_digest(const struct cao_order *,
    unsigned char ret[CAO_DIGEST_SIZE], struct cao_error *);

/* Is it the one that is stored?  CAO_INTEGRITY if not. */
CAO_MUST enum cao_status
cao_dossier_check(const struct cao_order *, struct cao_error *);

/* The roles that may make the decision on the order, i from 0; NULL behind the
 * last of them.  The two reviews take those of the business. */
const char *
cao_order_role(const struct cao_order *, enum cao_decision, unsigned i);

/* How much of its fee came from the applying organisation itself: what banks'
 * lines settled whose payer has its name (order/match.h), and was not paid
 * back. */
int64_t cao_order_company_fen(const struct cao_order *);

/* The last decision of that kind over the order's dossier as it is, or NULL. */
const struct cao_decided *
cao_order_decided(const struct cao_order *, enum cao_decision);

#endif /* CAO_ORDER_ORDER_H */
