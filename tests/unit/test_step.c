/* Every state, step and gate, against the rules said again in other words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "order/step.h"

#define FACT_SETS (1u << CAO_FACTS)
/* Every set of facts has exactly one of these answers for a step. */
enum answer { MAY, WAS_DONE, LACKS, SENT_BACK, NEVER };

static bool
all(unsigned facts, unsigned wanted)
{
	return (facts & wanted) == wanted;
}

static enum cao_state
expected_state(unsigned facts)
{
	if (facts & CAO_IS_INSTALLED)
		return CAO_INSTALLED;
	if (facts & CAO_FULFILLED)
		return facts & CAO_INSTALLS ? CAO_ISSUED : CAO_DONE;
	if (facts & CAO_REFUSED)
		return CAO_STATE_REFUSED;
	if (facts & CAO_CANCELLED)
		return CAO_STATE_CANCELLED;
	if (facts & CAO_EXPIRED)
		return CAO_STATE_EXPIRED;
	if (facts & CAO_RETURNED)
		return CAO_STATE_RETURNED;
	if (!(facts & CAO_DOCUMENTS))
		return CAO_APPLIED;
	if (!all(facts, CAO_ACCEPTED | CAO_APPROVED))
		return CAO_REVIEWING;
	return all(facts, CAO_PAID | CAO_PAPER_OK) ? CAO_READY
						   : CAO_STATE_APPROVED;
}

/* What a decision of the given fact may do to an order. */
static enum answer
expected_decision(enum cao_step step, unsigned facts, const char *state)
{
	unsigned of[CAO_STEPS] = { [CAO_STEP_RETURN] = CAO_RETURNED,
		[CAO_STEP_REFUSE] = CAO_REFUSED,
		[CAO_STEP_CANCEL] = CAO_CANCELLED,
		[CAO_STEP_EXPIRE] = CAO_EXPIRED,
		[CAO_STEP_PAPER] = CAO_PAPERED };

	if (facts & of[step])
		return WAS_DONE;
	return strstr("applied reviewing approved ready returned", state)
	    ? MAY
	    : NEVER;
}

static enum answer
expected_accept(unsigned facts, const char *state, const char **ret_gate)
{
	*ret_gate = "documents";
	if (facts & CAO_ACCEPTED)
		return WAS_DONE;
	if (strcmp(state, "reviewing") == 0)
		return MAY;
	if (strcmp(state, "returned") == 0)
		return SENT_BACK;
	return strcmp(state, "applied") == 0 ? LACKS : NEVER;
}

static enum answer
expected_approve(unsigned facts, const char *state, const char **ret_gate)
{
	*ret_gate = facts & CAO_DOCUMENTS ? "accepted" : "documents";
	if (all(facts, CAO_ACCEPTED | CAO_APPROVED))
		return WAS_DONE;
	if (strcmp(state, "returned") == 0)
		return SENT_BACK;
	if (strcmp(state, "reviewing") == 0)
		return facts & CAO_ACCEPTED ? MAY : LACKS;
	return strcmp(state, "applied") == 0 ? LACKS : NEVER;
}

static enum answer
expected_issue(unsigned facts, const char *state, const char **ret_gate)
{
	*ret_gate = !(facts & CAO_DOCUMENTS) ? "documents"
	    : !(facts & CAO_ACCEPTED)        ? "accepted"
	    : !(facts & CAO_APPROVED)        ? "approved"
	    : !(facts & CAO_PAID)            ? "paid"
					     : "paper";
	if (facts & CAO_FULFILLED)
		return WAS_DONE;
	if (strcmp(state, "ready") == 0)
		return MAY;
	if (strcmp(state, "returned") == 0)
		return SENT_BACK;
	return strstr("applied reviewing approved", state) ? LACKS : NEVER;
}

static enum answer
expected_install(unsigned facts, const char *state, const char **ret_gate)
{
	*ret_gate = "pair";
	if (facts & CAO_IS_INSTALLED)
		return WAS_DONE;
	if (strcmp(state, "issued") == 0)
		return facts & CAO_ENDED ? NEVER : MAY;
	if (strcmp(state, "returned") == 0)
		return SENT_BACK;
	return strstr("applied reviewing approved ready", state) ? LACKS
								 : NEVER;
}

static enum answer
expected_revoke(unsigned facts, const char *state, const char **ret_gate)
{
	*ret_gate = "pair";
	if (facts & CAO_ENDED)
		return WAS_DONE;
	if (strcmp(state, "returned") == 0)
		return SENT_BACK;
	if (strstr("applied reviewing approved ready", state))
		return LACKS;
	return strstr("issued installed done", state) &&
		all(facts, CAO_FULFILLED | CAO_PAIRED)
	    ? MAY
	    : NEVER;
}

static enum answer
expected(enum cao_step step, unsigned facts, const char **ret_gate)
{
	const char *state = cao_state_names[expected_state(facts)];

	switch (step) {
	case CAO_STEP_ACCEPT:
		return expected_accept(facts, state, ret_gate);
	case CAO_STEP_APPROVE:
		return expected_approve(facts, state, ret_gate);
	case CAO_STEP_ISSUE:
		return expected_issue(facts, state, ret_gate);
	case CAO_STEP_INSTALL:
		return expected_install(facts, state, ret_gate);
	case CAO_STEP_REVOKE:
		return expected_revoke(facts, state, ret_gate);
	case CAO_STEP_SETTLE:
		return strstr("refused cancelled expired", state) ? NEVER : MAY;
	default: /* decisions; and what no fact says is done */
		return expected_decision(step, facts, state);
	}
}

static const char *
missing_text(const char *gate)
{
	size_t i;

	for (i = 0; i < cao_ngates; i++)
		if (strcmp(cao_gates[i].name, gate) == 0)
			return cao_gates[i].missing;
	fail_msg("no gate %s", gate);
	return NULL;
}

static void
check(enum cao_step step, unsigned facts)
{
	struct cao_error err = { 0 };
	const char *gate = "", *text;
	enum answer answer = expected(step, facts, &gate);
	bool done = answer != WAS_DONE;
	enum cao_status status = cao_step_check(step, facts, &done, &err);

	if (answer == MAY || answer == WAS_DONE) {
		assert_int_equal(status, CAO_OK);
		assert_int_equal(done, answer == WAS_DONE);
		return;
	}
	assert_int_equal(status, answer == NEVER ? CAO_DENIED : CAO_NOTREADY);
	assert_int_equal(err.status, status);
	if (answer == LACKS) {
		text = missing_text(gate);
		assert_memory_equal(err.text, text, strlen(text));
	} else if (answer == SENT_BACK)
		assert_string_equal(
		    err.text, "sent back: correct it, then upload or amend");
	else
		assert_non_null(strstr(err.text, "no step \""));
}

static void
test_every_set_of_facts(void **state)
{
	unsigned facts;
	int step;

	(void)state;
	for (facts = 0; facts < FACT_SETS; facts++) {
		assert_int_equal(cao_state_of(facts), expected_state(facts));
		for (step = 0; step < CAO_STEPS; step++)
			check((enum cao_step)step, facts);
	}
}

static void
test_messages(void **state)
{
	static const struct {
		enum cao_step step;
		unsigned facts;
		const char *text;
	} cases[] = {
		{ CAO_STEP_ACCEPT, 0,
		    "required documents are missing "
		    "(ca-upload ORDER SLOT=FILE)" },
		{ CAO_STEP_ISSUE, CAO_DOCUMENTS | CAO_PAID,
		    "not accepted: two decisions are needed "
		    "(ca-review --as OPERATOR --accept ORDER)" },
		{ CAO_STEP_ISSUE, CAO_DOCUMENTS | CAO_ACCEPTED,
		    "not approved: two decisions are needed, by two people "
		    "(ca-review --as OPERATOR --approve ORDER)" },
		{ CAO_STEP_ISSUE, CAO_DOCUMENTS | CAO_ACCEPTED | CAO_APPROVED,
		    "the fee is not paid (ca-pay --transfer FILE ORDER; "
		    "ca-pay --reconcile STATEMENT --as OPERATOR)" },
		{ CAO_STEP_ISSUE,
		    CAO_DOCUMENTS | CAO_ACCEPTED | CAO_APPROVED | CAO_PAID,
		    "the paper originals have not arrived "
		    "(ca-review --as OPERATOR --paper ORDER)" },
		{ CAO_STEP_INSTALL, CAO_DOCUMENTS,
		    "the certificates are not issued (ca-issue ORDER)" },
		{ CAO_STEP_ISSUE, CAO_RETURNED,
		    "sent back: correct it, then upload or amend" },
		{ CAO_STEP_INSTALL, CAO_FULFILLED | CAO_INSTALLS | CAO_ENDED,
		    "the certificates are revoked: no step \"install\" "
		    "after that" },
		{ CAO_STEP_UPLOAD, CAO_FULFILLED,
		    "the order is done: no step \"upload\" after that" },
		{ CAO_STEP_UPLOAD, CAO_FULFILLED | CAO_INSTALLS,
		    "the certificates are issued: no step \"upload\" after "
		    "that" },
		{ CAO_STEP_AMEND, CAO_IS_INSTALLED,
		    "the certificates are installed: no step \"amend\" after "
		    "that" },
		{ CAO_STEP_SETTLE, CAO_REFUSED,
		    "the order was refused: no step \"settle\" after that" },
		{ CAO_STEP_PAPER, CAO_CANCELLED,
		    "the order was cancelled: no step \"paper\" after that" },
		{ CAO_STEP_ISSUE, CAO_EXPIRED,
		    "the order has expired: no step \"issue\" after that" },
	};
	struct cao_error err;
	bool done;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		assert_int_not_equal(
		    cao_step_check(cases[i].step, cases[i].facts, &done, &err),
		    CAO_OK);
		assert_string_equal(err.text, cases[i].text);
	}
}

static void
test_tables(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < CAO_STEPS; i++) {
		assert_int_equal(cao_step_rules[i].step, i);
		assert_non_null(cao_step_names[i]);
	}
	assert_null(cao_step_names[CAO_STEPS]);
	for (i = 0; i < CAO_STATES; i++)
		assert_non_null(cao_state_names[i]);
	assert_null(cao_state_names[CAO_STATES]);
}

/* Every fact that a step needs is behind a gate that a person can open. */
static void
test_gates(void **state)
{
	char command[CAO_GATE_COMMAND_SIZE];
	unsigned needs = 0, gated = 0;
	size_t i;

	(void)state;
	for (i = 0; i < CAO_STEPS; i++)
		needs |= cao_step_rules[i].needs;
	for (i = 0; i < cao_ngates; i++) {
		gated |= cao_gates[i].fact;
		cao_gate_command(&cao_gates[i], "00202009200000485", command);
		assert_non_null(strstr(command, " 00202009200000485"));
		assert_null(strchr(command, '%'));
	}
	/* What an order is for is behind no gate. */
	assert_int_equal(needs & ~gated, CAO_PAIRED);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_set_of_facts),
		cmocka_unit_test(test_messages),
		cmocka_unit_test(test_tables),
		cmocka_unit_test(test_gates),
	};

	return cmocka_run_group_tests_name("step", tests, NULL, NULL);
}
