#include "order/step.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

/* Where an order can still become a pair, and where it has become one. */
#define UNDER_WAY                                      \
	(CAO_IN(CAO_APPLIED) | CAO_IN(CAO_REVIEWING) | \
	    CAO_IN(CAO_STATE_APPROVED) | CAO_IN(CAO_READY))
#define OPEN (UNDER_WAY | CAO_IN(CAO_STATE_RETURNED))
#define MADE (CAO_IN(CAO_ISSUED) | CAO_IN(CAO_INSTALLED) | CAO_IN(CAO_DONE))

#define TWO_DECISIONS (CAO_ACCEPTED | CAO_APPROVED)
#define TO_ISSUE (TWO_DECISIONS | CAO_PAID | CAO_PAPER_OK)

/* The first row whose facts under its mask are those of the order. */
/* clang-format off */
static const struct {
	unsigned mask, facts;
	enum cao_state state;
} states[] = {
	{ CAO_IS_INSTALLED,	CAO_IS_INSTALLED,	CAO_INSTALLED },
	{ CAO_FULFILLED | CAO_INSTALLS, CAO_FULFILLED | CAO_INSTALLS,
							CAO_ISSUED },
	{ CAO_FULFILLED,	CAO_FULFILLED,		CAO_DONE },
	{ CAO_REFUSED,		CAO_REFUSED,		CAO_STATE_REFUSED },
	{ CAO_CANCELLED,	CAO_CANCELLED,		CAO_STATE_CANCELLED },
	{ CAO_EXPIRED,		CAO_EXPIRED,		CAO_STATE_EXPIRED },
	{ CAO_RETURNED,		CAO_RETURNED,		CAO_STATE_RETURNED },
	{ CAO_DOCUMENTS,	0,			CAO_APPLIED },
	{ TO_ISSUE,		TO_ISSUE,		CAO_READY },
	{ TWO_DECISIONS,	TWO_DECISIONS,		CAO_STATE_APPROVED },
	{ 0,			0,			CAO_REVIEWING },
};

/* Money is booked for as long as it may come in, also behind the pair. */
const struct cao_step_rule cao_step_rules[CAO_STEPS] = {
	/* step		from		needs		done when, bars */
	{ CAO_STEP_AMEND,   OPEN,		0,		0, 0 },
	{ CAO_STEP_UPLOAD,  OPEN,		0,		0, 0 },
	{ CAO_STEP_DECLARE, OPEN,		0,		0, 0 },
	{ CAO_STEP_SETTLE,  OPEN | MADE,	0,		0, 0 },
	{ CAO_STEP_ACCEPT,  CAO_IN(CAO_REVIEWING), CAO_DOCUMENTS,
							CAO_ACCEPTED, 0 },
	{ CAO_STEP_APPROVE, CAO_IN(CAO_REVIEWING), CAO_DOCUMENTS | CAO_ACCEPTED,
							TWO_DECISIONS, 0 },
	{ CAO_STEP_RETURN,  UNDER_WAY,		0,		CAO_RETURNED, 0 },
	{ CAO_STEP_REFUSE,  OPEN,		0,		CAO_REFUSED, 0 },
	{ CAO_STEP_CANCEL,  OPEN,		0,		CAO_CANCELLED, 0 },
	{ CAO_STEP_EXPIRE,  OPEN,		0,		CAO_EXPIRED, 0 },
	{ CAO_STEP_PAPER,   OPEN,		0,		CAO_PAPERED, 0 },
	{ CAO_STEP_ISSUE,   CAO_IN(CAO_READY),	CAO_DOCUMENTS | TO_ISSUE,
							CAO_FULFILLED, 0 },
	{ CAO_STEP_INSTALL, CAO_IN(CAO_ISSUED),	CAO_FULFILLED,
						CAO_IS_INSTALLED, CAO_ENDED },
	{ CAO_STEP_REVOKE,  MADE,	CAO_FULFILLED | CAO_PAIRED,
							CAO_ENDED, 0 },
};

const struct cao_gate cao_gates[] = {
	{ CAO_DOCUMENTS, "documents",
	    N_("required documents are missing"),
	    "ca-upload %s SLOT=FILE" },
	{ CAO_ACCEPTED, "accepted",
	    N_("not accepted: two decisions are needed"),
	    "ca-review --as OPERATOR --accept %s" },
	{ CAO_APPROVED, "approved",
	    N_("not approved: two decisions are needed, by two people"),
	    "ca-review --as OPERATOR --approve %s" },
	{ CAO_PAID, "paid",
	    N_("the fee is not paid"),
	    "ca-pay --transfer FILE %s; "
	    "ca-pay --reconcile STATEMENT --as OPERATOR" },
	{ CAO_PAPER_OK, "paper",
	    N_("the paper originals have not arrived"),
	    "ca-review --as OPERATOR --paper %s" },
	{ CAO_FULFILLED, "pair",
	    N_("the certificates are not issued"),
	    "ca-issue %s" },
	{ CAO_IS_INSTALLED, "container",
	    N_("the certificates are not installed"),
	    "ca-install --keystore DIR %s" },
};
/* clang-format on */
const size_t cao_ngates = sizeof cao_gates / sizeof *cao_gates;

const char *const cao_state_names[] = {
	[CAO_APPLIED] = "applied",
	[CAO_REVIEWING] = "reviewing",
	[CAO_STATE_APPROVED] = "approved",
	[CAO_READY] = "ready",
	[CAO_ISSUED] = "issued",
	[CAO_INSTALLED] = "installed",
	[CAO_DONE] = "done",
	[CAO_STATE_RETURNED] = "returned",
	[CAO_STATE_REFUSED] = "refused",
	[CAO_STATE_CANCELLED] = "cancelled",
	[CAO_STATE_EXPIRED] = "expired",
	[CAO_STATES] = NULL,
};

const char *const cao_step_names[] = {
	[CAO_STEP_AMEND] = "amend",
	[CAO_STEP_UPLOAD] = "upload",
	[CAO_STEP_DECLARE] = "declare",
	[CAO_STEP_SETTLE] = "settle",
	[CAO_STEP_ACCEPT] = "accept",
	[CAO_STEP_APPROVE] = "approve",
	[CAO_STEP_RETURN] = "return",
	[CAO_STEP_REFUSE] = "refuse",
	[CAO_STEP_CANCEL] = "cancel",
	[CAO_STEP_EXPIRE] = "expire",
	[CAO_STEP_PAPER] = "paper",
	[CAO_STEP_ISSUE] = "issue",
	[CAO_STEP_INSTALL] = "install",
	[CAO_STEP_REVOKE] = "revoke",
	[CAO_STEPS] = NULL,
};

/* Why a state allows a step at no time: what has become of the order. */
static const char *const ends[CAO_STATES] = {
	[CAO_ISSUED] = N_("the certificates are issued"),
	[CAO_INSTALLED] = N_("the certificates are installed"),
	[CAO_DONE] = N_("the order is done"),
	[CAO_STATE_REFUSED] = N_("the order was refused"),
	[CAO_STATE_CANCELLED] = N_("the order was cancelled"),
	[CAO_STATE_EXPIRED] = N_("the order has expired"),
};

static bool
has(unsigned facts, unsigned wanted)
{
	return (facts & wanted) == wanted;
}

enum cao_state
cao_state_of(unsigned facts)
{
	size_t i;

	for (i = 0; (facts & states[i].mask) != states[i].facts;)
		i++;
	return states[i].state;
}

void
cao_gate_command(const struct cao_gate *gate, const char *number,
    char out[CAO_GATE_COMMAND_SIZE])
{
	const char *mark = strstr(gate->command, "%s");

	assert(mark != NULL);
	(void)snprintf(out, CAO_GATE_COMMAND_SIZE, "%.*s%s%s",
	    (int)(mark - gate->command), gate->command, number, mark + 2);
}

enum cao_status
cao_gate_unmet(unsigned missing, struct cao_error *err)
{
	const struct cao_gate *gate = cao_gates;
	char command[CAO_GATE_COMMAND_SIZE];

	while ((missing & gate->fact) == 0)
		gate++;
	cao_gate_command(gate, "ORDER", command);
	return cao_fail(
	    err, CAO_NOTREADY, "%s (%s)", _(gate->missing), command);
}

enum cao_status
cao_step_check(
    enum cao_step step, unsigned facts, bool *ret_done, struct cao_error *err)
{
	const struct cao_step_rule *rule;
	enum cao_state state = cao_state_of(facts);
	bool done;

	assert((unsigned)step < CAO_STEPS);
	rule = &cao_step_rules[step];
	done = rule->done != 0 && has(facts, rule->done);
	if (done ||
	    ((rule->states & CAO_IN(state)) != 0 && has(facts, rule->needs) &&
		(facts & rule->bars) == 0)) {
		*ret_done = done;
		return CAO_OK;
	}
	if (state == CAO_STATE_RETURNED)
		return cao_fail(err, CAO_NOTREADY,
		    "sent back: correct it, then upload or amend");
	if ((OPEN & CAO_IN(state)) != 0 && !has(facts, rule->needs))
		return cao_gate_unmet(rule->needs & ~facts, err);
	return cao_fail(err, CAO_DENIED, "%s: no step \"%s\" after that",
	    (facts & rule->bars) != 0 ? _("the certificates are revoked")
				      : _(ends[state]),
	    cao_step_names[step]);
}
