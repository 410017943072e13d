/* Applications becoming orders: what apply.c shares with its parts. */
#ifndef CAO_FLOW_APPLY_H
#define CAO_FLOW_APPLY_H

#include "flow/container.h"
#include "flow/draft.h"

enum cao_intake_kind {
	CAO_INTAKE_REFUSED, /* its result has the faults */
	CAO_INTAKE_NEW,
	CAO_INTAKE_SAME, /* the order is there already */
	CAO_INTAKE_AMEND
};

/* One application on its way to an order. */
struct cao_intake {
	const struct cao_draft *draft;
	struct cao_result *result;
	enum cao_intake_kind kind;

	const struct cao_business *business;
	bool sign; /* the application is to be signed by the holder */
	char concern[CAO_NUMBER_SIZE]; /* the order whose pair it is about */

	struct cao_buf content; /* canonical JSON */
	unsigned char digest[CAO_DIGEST_SIZE];
	int64_t service, fee;
	enum cao_paper paper;
	struct cao_buf required; /* JSON array of slots */
	struct cao_buf fees;     /* JSON array of what the fee is made up of */

	int64_t order, created; /* SAME, AMEND: the one that is there */
	char number[CAO_NUMBER_SIZE];

	struct cao_key *key; /* made here or found waiting, or NULL */
	bool made, staged;   /* made here; waiting in the container */
	char waiting[CAO_WAITING_SIZE]; /* where a key of its own does */
	char ordered[CAO_WAITING_SIZE]; /* SAME, AMEND: where the order's may */
	const struct cao_intake *twin;  /* the same, earlier in the batch */
	struct cao_buf csr; /* DER: of that key, given, or the order's own */
	unsigned char key_digest[CAO_DIGEST_SIZE];
	struct cao_buf sealed_pin; /* DER, or empty */
	struct cao_buf holder;  /* signature with the key concerned, or empty */
	struct cao_error error; /* of the pool; status CAO_OK: none */
};
void cao_intake_free(struct cao_intake *); /* what it holds */
/* Refuse it: err becomes a fault of its result. */
void cao_intake_refuse(struct cao_intake *, const struct cao_error *);
/* What became of a step of it: a refusal is its fault and CAO_OK here; what is
 * handed on concerns the whole store. */
CAO_MUST enum cao_status cao_intake_settle(
    struct cao_intake *, enum cao_status, const struct cao_error *);

/*
 * Check what needs no order: the service as it is on offer, the subject, the
 * content and fee, and take the key of a csr.  It is NEW or REFUSED then.
 * Other than CAO_OK is fatal, here and below.
 */
CAO_MUST enum cao_status cao_intake_check(
    struct cao_store *or_null, struct cao_intake *, struct cao_error *);
/* Find the order that is there already, and with it the kind; for what is not
 * the SAME do as cao_intake_hold().  In a transaction; may be done again in a
 * later one. */
CAO_MUST enum cao_status
cao_intake_find(struct cao_store *, const struct cao_env *, struct cao_intake *,
    bool amend, struct cao_error *);
/* Hold it to the pair that it is about, and find the slots that it must
 * fill.  Without a store nothing is known about the pair. */
CAO_MUST enum cao_status cao_intake_hold(struct cao_store *or_null,
    const struct cao_env *, struct cao_intake *, struct cao_error *);

/* Is the holder's signature still to be made? */
bool cao_intake_needs_signature(const struct cao_intake *);
/* Sign it with the key of the pair that it is about, which is in the
 * container. */
CAO_MUST enum cao_status cao_intake_sign(
    struct cao_intake *, const struct cao_container *, struct cao_error *);

/* Is a key to be made here? */
bool cao_intake_needs_key(const struct cao_intake *);
/* Find the keys of those that need one, where they wait already, or make them
 * with their requests and stage them, side by side; what fails is in their
 * error.  The container is locked. */
void cao_intake_make_keys(
    struct cao_intake *, size_t count, const struct cao_container *);
/* Is the container's PIN to be sealed for recovery? */
bool cao_intake_needs_seal(const struct cao_intake *);
/* Seal it to the recovery certificate (DER).  An order's key must be one that
 * it opens. */
CAO_MUST enum cao_status
cao_intake_seal(struct cao_intake *, const struct cao_container *,
    const struct cao_buf *recovery, struct cao_error *);
/* CAO_INPUT without a container and PIN to make a key under. */
CAO_MUST enum cao_status
cao_intake_keystore(const struct cao_container *or_null, struct cao_error *);

#endif /* CAO_FLOW_APPLY_H */
