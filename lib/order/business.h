/*
 * The kinds of business: what each is about, what it makes, who decides on
 * it.  All that sets one kind apart from another is its row in business.c;
 * its fee, papers and windows are the service's.
 */
#ifndef CAO_ORDER_BUSINESS_H
#define CAO_ORDER_BUSINESS_H

#include "base/buf.h"
#include "pki/reason.h"

/* How a pair stands. */
enum cao_standing {
	CAO_VALID = 1u << 0,
	CAO_HELD = 1u << 1,
	CAO_REVOKED = 1u << 2,
	CAO_LAPSED = 1u << 3 /* past its notAfter, and not revoked */
};

/* What ca-issue makes of an order. */
enum cao_product {
	CAO_MAKES_PAIR,
	CAO_MAKES_STATUS, /* nothing but the change of the pair's status */
	CAO_MAKES_PIN,    /* the sealed PIN under a one-time code */
	CAO_MAKES_KEY     /* the archived encryption key in a new envelope */
};

struct cao_business {
	const char *name;  /* "renew" */
	unsigned concerns; /* enum cao_standing of the pair that it is
	                             about; 0: it is about none */
	enum cao_product product;
	bool installs;          /* something is left to be installed */
	bool follows;           /* its pair takes the place of the other */
	bool remains;           /* for what remains of its term */
	bool changes;           /* the holder's data is other than before */
	unsigned reasons;       /* 1u << enum cao_reason: with which it ends
	                             the other pair; 0: it does not */
	enum cao_reason reason; /* where the application gives none */
	bool reason_required;
	bool keeps_key;       /* the encryption key is the other pair's,
	                             where the application says nothing */
	const char *roles[2]; /* that accept and approve it */
};

#define CAO_BUSINESSES 9
extern const struct cao_business cao_business_list[CAO_BUSINESSES];
extern const char *const cao_businesses[]; /* "new" … NULL */

/* Its row; NULL if there is no such kind. */
const struct cao_business *cao_business_find(const char *name);

/* Append the reasons with which it ends a pair, with commas between. */
void cao_business_reasons(const struct cao_business *, struct cao_buf *);

/* How a pair stands that was last revoked with that reason (CAO_RELEASE and
 * -1: not), and ends at not_after. */
enum cao_standing
cao_standing_of(int reason_or_minus1, int64_t not_after, int64_t now);
/* "valid", "held", "revoked", "expired"; not translated. */
const char *cao_standing_word(enum cao_standing);
/*
 * May the business be about a pair that stands so?  CAO_DENIED says how it
 * stands and which business it takes.
 */
CAO_MUST enum cao_status cao_business_concerns(
    const struct cao_business *, enum cao_standing, struct cao_error *);

#endif /* CAO_ORDER_BUSINESS_H */
