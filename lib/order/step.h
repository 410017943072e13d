/*
 * The life of an order: from facts to facets and state, and which step may be
 * taken when.  All of it is the tables in step.c; the SQL of the store and
 * the manual are tested against them.
 */
#ifndef CAO_ORDER_STEP_H
#define CAO_ORDER_STEP_H

#include "base/error.h"

/* What is known about an order. */
enum cao_fact {
	CAO_DOCUMENTS = 1u << 0, /* every required slot is filled */
	CAO_DECLARED = 1u << 1,  /* a payment is declared */
	CAO_PAID = 1u << 2,      /* the fee is settled, or there is none */
	CAO_ACCEPTED = 1u << 3,  /* 受理 over the dossier as it is */
	CAO_APPROVED = 1u << 4,  /* 复查 over it, by somebody else */
	CAO_RETURNED = 1u << 5,  /* sent back, the dossier unchanged since */
	CAO_REFUSED = 1u << 6,
	CAO_CANCELLED = 1u << 7,
	CAO_EXPIRED = 1u << 8,
	CAO_PAPERED = 1u << 9,       /* the paper originals arrived */
	CAO_FULFILLED = 1u << 10,    /* a pair, or what else it makes */
	CAO_IS_INSTALLED = 1u << 11, /* a receipt */
	CAO_INSTALLS = 1u << 12,     /* of a business that leaves something to
	                                be installed */
	CAO_PAIRED = 1u << 13,       /* it has a pair of its own */
	CAO_ENDED = 1u << 14,        /* which is revoked for good */
	CAO_PAPER_OK = 1u << 15, /* they did, or are not needed, or the fee came
	                            by company transfer */
	CAO_FACTS = 16
};

enum cao_state {
	CAO_APPLIED,
	CAO_REVIEWING,
	CAO_STATE_APPROVED,
	CAO_READY,
	CAO_ISSUED,
	CAO_INSTALLED,
	CAO_DONE, /* there was nothing to be installed */
	CAO_STATE_RETURNED,
	CAO_STATE_REFUSED,
	CAO_STATE_CANCELLED,
	CAO_STATE_EXPIRED,
	CAO_STATES
};
extern const char *const cao_state_names[]; /* "applied" … NULL */

enum cao_step {
	CAO_STEP_AMEND,
	CAO_STEP_UPLOAD,
	CAO_STEP_DECLARE,
	CAO_STEP_SETTLE,
	CAO_STEP_ACCEPT,
	CAO_STEP_APPROVE,
	CAO_STEP_RETURN,
	CAO_STEP_REFUSE,
	CAO_STEP_CANCEL,
	CAO_STEP_EXPIRE,
	CAO_STEP_PAPER,
	CAO_STEP_ISSUE,
	CAO_STEP_INSTALL,
	CAO_STEP_REVOKE,
	CAO_STEPS
};
extern const char *const cao_step_names[]; /* "amend" … NULL */

#define CAO_IN(state) (1u << (state))
struct cao_step_rule {
	enum cao_step step;
	unsigned states; /* CAO_IN(…): where it may be taken */
	unsigned needs;  /* enum cao_fact: all of them */
	unsigned done;   /* if not 0 and all are facts: taken already */
	unsigned bars;   /* none of them */
};
extern const struct cao_step_rule cao_step_rules[CAO_STEPS];

enum cao_state cao_state_of(unsigned facts);

/*
 * May the step be taken?  CAO_OK; or, with *ret_done, it was taken already,
 * which is asked first, whatever the state.  CAO_NOTREADY: the order is open,
 * and the message names the first unmet gate and the command that meets it, or
 * says that the order was sent back.  CAO_DENIED: the order is past that step
 * for good, or something bars it.
 */
CAO_MUST enum cao_status cao_step_check(
    enum cao_step, unsigned facts, bool *ret_done, struct cao_error *);

/* The gates, for ca-query --why: what is missing, and the command. */
struct cao_gate {
	enum cao_fact fact;
	const char *name;    /* "documents" */
	const char *missing; /* N_(): "required documents are missing" */
	const char *command; /* "ca-upload %s SLOT=FILE" with the number */
};
extern const struct cao_gate cao_gates[];
extern const size_t cao_ngates;
/* The gate's command with the order's number in it. */
#define CAO_GATE_COMMAND_SIZE 160
void cao_gate_command(const struct cao_gate *, const char *number,
    char out[CAO_GATE_COMMAND_SIZE]);
/* CAO_NOTREADY: the first gate that one of these facts is behind, and the
 * command that meets it. */
CAO_MUST enum cao_status cao_gate_unmet(unsigned missing, struct cao_error *);

#endif /* CAO_ORDER_STEP_H */
