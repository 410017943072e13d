/* Rules: what is taken and refused with which place, and what they decide. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "order/rules.h"

#define LEN(array) (sizeof(array) / sizeof *(array))

/* Faults as "line:column field: text|". */
static enum cao_status
read_text(const char *text, size_t len, struct cao_rules **ret,
    struct cao_buf *faults)
{
	struct cao_faults list = { 0 };
	enum cao_status status;
	size_t i;

	status = cao_rules_read("r.yaml", text, len, ret, &list);
	for (i = 0; i < list.count; i++)
		cao_buf_printf(faults, "%u:%u %s: %s|", list.list[i].line,
		    list.list[i].column, list.list[i].field, list.list[i].text);
	assert_int_equal(status, cao_faults_status(&list));
	cao_faults_free(&list);
	return status;
}

#define R "rules:\n- {name: a, then: leave, when: {"
#define NAMED "rules:\n- {name: "

static const struct {
	const char *text, *faults;
} refused[] = {
	{ "", "0:0 : no rules: needed is a document with a list \"rules\"|" },
	{ "- a\n",
	    "1:1 rules: needed is \"rules\", a list of 1 to 500 rules|" },
	{ "rules: x\n",
	    "1:8 rules: needed is \"rules\", a list of 1 to 500 rules|" },
	{ "rules: []\n",
	    "1:8 rules: needed is \"rules\", a list of 1 to 500 rules|" },
	{ "rule: []\n",
	    "1:1 : unknown key 'rule'; did you mean 'rules'|1:1 rules: needed "
	    "is \"rules\", a list of 1 to 500 rules|" },
	{ "rules: [x]\n",
	    "1:9 rules[1]: a rule is a map with name, when, then and reason|" },
	{ "rules: [{}]\n",
	    "1:9 rules[1].name: a rule needs a name|1:9 rules[1].then: a rule "
	    "needs a \"then\": accept, approve, return, refuse or leave|" },
	{ "rules: [{name: a, then: leave}]\n---\nx: y\n",
	    "3:1 : a second document: the rules are one|" },
	{ NAMED "'', then: leave}\n", "2:10 rules[1].name: is empty|" },
	{ NAMED "[a], then: leave}\n",
	    "2:10 rules[1].name: a text is needed here|" },
	{ NAMED "A b, then: leave}\n",
	    "2:10 rules[1].name: 'A b' is not a name of lower-case letters, "
	    "digits and hyphens|" },
	{ NAMED "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
		"aaa, then: leave}\n",
	    "2:10 rules[1].name: 65 characters, at most 64|" },
	{ NAMED "\"a\\u202e\", then: leave}\n",
	    "2:10 rules[1].name: holds a control character|" },
	{ NAMED "a, then: acept}\n",
	    "2:19 rules[1].then: 'acept' is not one of accept, approve, "
	    "return, refuse, leave; did you mean 'accept'|" },
	{ NAMED "a, then: whatever, reason: x}\n",
	    "2:19 rules[1].then: 'whatever' is not one of accept, approve, "
	    "return, refuse, leave|" },
	{ NAMED "a, then: return}\n",
	    "2:3 rules[1].reason: to return needs a \"reason\": the applicant "
	    "is told it|" },
	{ NAMED "a, then: refuse, reason: ''}\n",
	    "2:35 rules[1].reason: is empty|" },
	{ NAMED "a, then: accept, reason: x}\n",
	    "2:27 rules[1].reason: only return and refuse have a reason; write "
	    "a comment|" },
	{ NAMED "a, then: accept, wehn: {}}\n",
	    "2:27 rules[1]: unknown key 'wehn'; did you mean 'when'|" },
	{ NAMED "a, then: accept, colour: x}\n",
	    "2:27 rules[1]: unknown key 'colour'; known are name, when, then, "
	    "reason|" },
	{ NAMED "a, when: {csr: own}, then: leave}\n- {name: a, then: leave}\n",
	    "3:10 rules[2].name: a rule 'a' stands above already|" },
	{ NAMED "a, then: leave}\n- {name: b, then: leave}\n",
	    "3:3 rules[2]: no order comes to this rule: 'a' above matches "
	    "always|" },
	{ R "}}\n",
	    "2:32 rules[1].when: facts and what they are to be are needed "
	    "here; leave \"when\" out of a rule that always matches|" },
	{ "rules:\n- {name: a, then: leave, when: }\n",
	    "2:32 rules[1].when: facts and what they are to be are needed "
	    "here; leave \"when\" out of a rule that always matches|" },
	{ R "paymnt: paid}}\n",
	    "2:33 rules[1].when: unknown key 'paymnt'; did you mean "
	    "'payment'|" },
	{ R "payment: paied}}\n",
	    "2:42 rules[1].when.payment: 'paied' is not one of unpaid, declared, "
	    "paid, refunded, free; did you mean 'paid'|" },
	{ R "payment: [paid, gratis]}}\n",
	    "2:49 rules[1].when.payment: 'gratis' is not one of unpaid, declared, "
	    "paid, refunded, free|" },
	{ R "payment: []}}\n",
	    "2:42 rules[1].when.payment: a list of 0 elements; there are to be 1 to "
	    "100|" },
	{ R "payment: {}}}\n",
	    "2:42 rules[1].when.payment: a text, a number or a list of them is "
	    "needed here|" },
	{ R "payment: [[paid]]}}\n",
	    "2:43 rules[1].when.payment: a text, a number or a list of them is "
	    "needed here|" },
	{ R "payment: ''}}\n", "2:42 rules[1].when.payment: is empty|" },
	{ R "payment: '!'}}\n", "2:42 rules[1].when.payment: is empty|" },
	{ R "service: \"a\\u202e\"}}\n",
	    "2:42 rules[1].when.service: is longer than 256 octets, or holds a "
	    "control character|" },
	{ R "payment: [paid, '!free']}}\n",
	    "2:49 rules[1].when.payment: a list has \"!\" before all of its "
	    "elements (none of them) or before none (one of them)|" },
	{ R "validity: some}}\n",
	    "2:43 rules[1].when.validity: 'some' is not a whole number, nor a bound "
	    "such as \"<=24\" or \"12..24\"|" },
	{ R "validity: -1}}\n",
	    "2:43 rules[1].when.validity: '-1' is not a whole number, nor a bound "
	    "such as \"<=24\" or \"12..24\"|" },
	{ R "validity: 012}}\n",
	    "2:43 rules[1].when.validity: '012' is not a whole number, nor a bound "
	    "such as \"<=24\" or \"12..24\"|" },
	{ R "validity: 24..12}}\n",
	    "2:43 rules[1].when.validity: '24..12' is not a whole number, nor a "
	    "bound such as \"<=24\" or \"12..24\"|" },
	{ R "validity: '<0'}}\n",
	    "2:43 rules[1].when.validity: '<0' is not a whole number, nor a bound "
	    "such as \"<=24\" or \"12..24\"|" },
	{ R "validity: '= 5'}}\n",
	    "2:43 rules[1].when.validity: '= 5' is not a whole number, nor a bound "
	    "such as \"<=24\" or \"12..24\"|" },
	{ R "validity: 1234567890123456}}\n",
	    "2:43 rules[1].when.validity: '1234567890123456' is not a whole number, "
	    "nor a bound such as \"<=24\" or \"12..24\"|" },
	{ R "validity: [12, '<24']}}\n",
	    "2:48 rules[1].when.validity: '<24' is not a whole number, as a list "
	    "and \"!\" need|" },
	{ R "validity: '!<24'}}\n",
	    "2:43 rules[1].when.validity: '!<24' is not a whole number, as a list "
	    "and \"!\" need|" },
	{ R "csr: mine, fee_fen: x, documents: all}}\n",
	    "2:38 rules[1].when.csr: 'mine' is not one of own, made, none|2:53 "
	    "rules[1].when.fee_fen: 'x' is not a whole number, nor a bound such as "
	    "\"<=24\" or \"12..24\"|2:67 rules[1].when.documents: 'all' is not one "
	    "of complete, missing|" },
};

static void
test_refused(void **state)
{
	struct cao_rules *rules = NULL;
	struct cao_buf faults = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < LEN(refused); i++) {
		cao_buf_clear(&faults);
		assert_int_equal(read_text(refused[i].text,
				     strlen(refused[i].text), &rules, &faults),
		    CAO_INPUT);
		assert_null(rules);
		assert_string_equal(cao_buf_text(&faults), refused[i].faults);
	}
	cao_buf_free(&faults);
}

/* What the reader of YAML reports is not reported twice. */
static void
test_faulty_nodes(void **state)
{
	static const char *const texts[] = {
		R "csr: own, csr: made}}\n",
		R "csr: *x}}\n",
		R "csr: !own}}\n",
		R "csr: [*x, own]}}\n",
		"rules: *x\n",
		"rules: [*x]\n",
		"rules: [{name: *x, then: leave}]\n",
		"rules: [{name: a, then: !x leave}]\n",
		"rules: [{name: a, then: leave, when: *x}]\n",
		"rules: [{name: a, then: return, reason: &x y}]\n",
		"rules: [{name: a, then: return, <<: y, reason: x}]\n",
		"rules: [\n",
	};
	struct cao_rules *rules = NULL;
	struct cao_buf faults = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < LEN(texts); i++) {
		cao_buf_clear(&faults);
		assert_int_equal(
		    read_text(texts[i], strlen(texts[i]), &rules, &faults),
		    CAO_INPUT);
		assert_null(rules);
		assert_ptr_equal(strchr(cao_buf_text(&faults), '|'),
		    strrchr(cao_buf_text(&faults), '|'));
	}
	cao_buf_free(&faults);
}

static const char good[] =
    "rules:\n"
    "- {name: one, when: {service: 'a b'}, then: accept}\n"
    "- {name: two, when: {validity: '<= 24', csr: '!own'}, then: return,\n"
    "   reason: 请补充}\n"
    "- {name: rest, then: leave}\n";

/* Cut short at every octet: refused, or rules. */
static void
test_truncated(void **state)
{
	struct cao_rules *rules;
	struct cao_buf faults = { 0 };
	size_t len;

	(void)state;
	for (len = 0; len < sizeof good; len++) {
		rules = NULL;
		cao_buf_clear(&faults);
		if (read_text(good, len, &rules, &faults) == CAO_OK) {
			assert_non_null(rules);
			assert_string_equal(cao_buf_text(&faults), "");
		} else {
			assert_null(rules);
			assert_string_not_equal(cao_buf_text(&faults), "");
		}
		cao_rules_free(rules);
	}
	cao_buf_free(&faults);
}

/* A plain order in every respect. */
static void
plain(struct cao_rule_value values[CAO_RULE_FACTS])
{
	size_t i;

	for (i = 0; i < CAO_RULE_FACTS; i++) {
		values[i].text =
		    cao_rule_vocabulary[i].kind == CAO_RULE_NUMBER ? NULL : "";
		values[i].number = 0;
	}
	values[CAO_RF_BUSINESS].text = "new";
	values[CAO_RF_SERVICE].text = "ln-gov-employee-mkey";
	values[CAO_RF_VALIDITY].number = 12;
	values[CAO_RF_ALGORITHM].text = "sm2";
	values[CAO_RF_STATE].text = "reviewing";
	values[CAO_RF_DOCUMENTS].text = "complete";
	values[CAO_RF_PAYMENT].text = "paid";
	values[CAO_RF_PAYMENT_METHOD].text = "bank-transfer";
	values[CAO_RF_REVIEW].text = "none";
	values[CAO_RF_USER_PROVINCE].text = "辽宁";
	values[CAO_RF_ORGANISATION_PROVINCE].text = "辽宁";
	values[CAO_RF_USER_ID_TYPE].text = "resident-id";
	values[CAO_RF_ORGANISATION_ID_TYPE].text = "uscc";
	values[CAO_RF_NUMBER_CHECKS].text = "passed";
	values[CAO_RF_USER_IS_HANDLER].text = "yes";
	values[CAO_RF_PAYER_IS_ORGANISATION].text = "yes";
	values[CAO_RF_AGE_DAYS].number = 2;
	values[CAO_RF_FEE_FEN].number = 24000;
	values[CAO_RF_BACKUP_PIN].text = "yes";
	values[CAO_RF_CSR].text = "made";
}

/* The condition holds of the plain order? */
static const struct {
	const char *condition;
	bool holds;
} conditions[] = {
	{ "business: new", true },
	{ "business: renew", false },
	{ "business: [renew, new]", true },
	{ "business: [renew, change]", false },
	{ "business: '!new'", false },
	{ "business: '!renew'", true },
	{ "business: ['!renew', '!new']", false },
	{ "business: ['!renew', '!change']", true },
	{ "validity: 12", true },
	{ "validity: 1", false },
	{ "validity: '!12'", false },
	{ "validity: '!24'", true },
	{ "validity: [24, 12]", true },
	{ "validity: [24, 36]", false },
	{ "validity: ['!24', '!12']", false },
	{ "validity: '<12'", false },
	{ "validity: '<13'", true },
	{ "validity: '<=11'", false },
	{ "validity: '<=12'", true },
	{ "validity: '>12'", false },
	{ "validity: '> 11'", true },
	{ "validity: '>=13'", false },
	{ "validity: '>= 12'", true },
	{ "validity: 12..24", true },
	{ "validity: 1..12", true },
	{ "validity: 13..24", false },
	{ "validity: 1..11", false },
	{ "same_person_orders: 0", true },
	{ "same_person_orders: '>=1'", false },
	{ "user_is_handler: yes", true },
	{ "user_is_handler: no", false },
	{ "user_province: 辽宁", true },
	{ "user_province: '!辽宁'", false },
	{ "business: new, csr: made", true },
	{ "business: new, csr: own", false },
};

static enum cao_rule_then
decide(const char *text, const struct cao_rule_value *values,
    char name[CAO_RULE_NAME_MAX + 1])
{
	struct cao_rules *rules = NULL;
	struct cao_buf faults = { 0 };
	const char *found, *reason;
	enum cao_rule_then then;

	(void)read_text(text, strlen(text), &rules, &faults);
	assert_string_equal(cao_buf_text(&faults), "");
	then = cao_rules_decide(rules, values, &found, &reason, NULL, NULL);
	assert_int_equal(
	    reason != NULL, then == CAO_THEN_RETURN || then == CAO_THEN_REFUSE);
	memcpy(name, found, strlen(found) + 1);
	cao_rules_free(rules);
	cao_buf_free(&faults);
	return then;
}

static void
test_conditions(void **state)
{
	struct cao_rule_value values[CAO_RULE_FACTS];
	char name[CAO_RULE_NAME_MAX + 1];
	struct cao_buf text = { 0 };
	size_t i;

	(void)state;
	plain(values);
	for (i = 0; i < LEN(conditions); i++) {
		cao_buf_clear(&text);
		cao_buf_printf(&text,
		    "rules: [{name: a, when: {%s}, then: refuse, reason: x}]",
		    conditions[i].condition);
		assert_int_equal(decide(cao_buf_text(&text), values, name),
		    conditions[i].holds ? CAO_THEN_REFUSE : CAO_THEN_LEAVE);
		assert_string_equal(name, conditions[i].holds ? "a" : "");
	}
	cao_buf_free(&text);
}

/* Of what is not known no condition holds, be it negated. */
static void
test_not_known(void **state)
{
	struct cao_rule_value values[CAO_RULE_FACTS];
	char name[CAO_RULE_NAME_MAX + 1];

	(void)state;
	plain(values);
	values[CAO_RF_CSR].text = NULL;
	assert_int_equal(
	    decide("rules: [{name: a, when: {csr: '!own'}, then: accept}]",
		values, name),
	    CAO_THEN_LEAVE);
}

static void
keep(void *arg, const char *line)
{
	cao_buf_printf(arg, "%s\n", line);
}

static void
test_explained(void **state)
{
	struct cao_rule_value values[CAO_RULE_FACTS];
	struct cao_buf lines = { 0 };
	struct cao_rules *rules = NULL;
	const char *name, *reason, *rest;

	(void)state;
	plain(values);
	values[CAO_RF_USER_PROVINCE].text = NULL;
	(void)read_text(good, strlen(good), &rules, &lines);
	assert_int_equal(
	    cao_rules_decide(rules, values, &name, &reason, keep, &lines),
	    CAO_THEN_RETURN);
	assert_string_equal(name, "two");
	assert_string_equal(reason, "请补充");
	assert_non_null(strstr(cao_buf_text(&lines), "fact validity: 12\n"));
	assert_non_null(
	    strstr(cao_buf_text(&lines), "fact user_province: not known\n"));
	rest = strstr(cao_buf_text(&lines), "rule ");
	assert_string_equal(rest,
	    "rule one: no, service is ln-gov-employee-mkey, wanted is a b\n"
	    "rule two: matches, so return: 请补充\n");
	cao_rules_free(rules);
	rules = NULL;
	cao_buf_clear(&lines);
	(void)read_text(
	    "rules: [{name: a, when: {fee_fen: [1, 2]}, then: leave}]", 56,
	    &rules, &lines);
	assert_string_equal(cao_buf_text(&lines), "");
	(void)cao_rules_decide(rules, values, &name, &reason, keep, &lines);
	rest = strstr(cao_buf_text(&lines), "rule ");
	assert_string_equal(rest,
	    "rule a: no, fee_fen is 24000, wanted is 1, 2\n"
	    "no rule matches, so leave\n");
	cao_rules_free(rules);
	cao_buf_free(&lines);
}

static void
test_digest(void **state)
{
	unsigned char of_rules[CAO_DIGEST_SIZE], of_text[CAO_DIGEST_SIZE];
	struct cao_rules *rules = NULL;
	struct cao_buf faults = { 0 };

	(void)state;
	(void)read_text(good, strlen(good), &rules, &faults);
	cao_rules_digest(rules, of_rules);
	cao_sha256(good, strlen(good), of_text);
	assert_memory_equal(of_rules, of_text, CAO_DIGEST_SIZE);
	cao_rules_free(rules);
	cao_rules_free(NULL);
	cao_buf_free(&faults);
}

static void
test_limits(void **state)
{
	struct cao_rules *rules = NULL;
	struct cao_buf text = { 0 }, faults = { 0 };
	int i;

	(void)state;
	cao_buf_puts(
	    &text, "rules: [{name: a, then: leave, when: {fee_fen: [0");
	for (i = 1; i < CAO_RULE_VALUES_MAX; i++)
		cao_buf_printf(&text, ",%d", i);
	cao_buf_puts(&text, "]}}]\n");
	assert_int_equal(
	    read_text(cao_buf_text(&text), text.len, &rules, &faults), CAO_OK);
	cao_rules_free(rules);
	rules = NULL;
	text.len -= strlen("]}}]\n");
	cao_buf_puts(&text, ",100]}}]\n");
	assert_int_equal(
	    read_text(cao_buf_text(&text), text.len, &rules, &faults),
	    CAO_INPUT);
	assert_string_equal(cao_buf_text(&faults),
	    "1:48 rules[1].when.fee_fen: a list of 101 elements; there are to be 1 "
	    "to 100|");
	cao_buf_free(&text);
	cao_buf_free(&faults);
}

/* Each fact has all that the manual and the reader need. */
static void
test_vocabulary(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < CAO_RULE_FACTS; i++) {
		assert_non_null(cao_rule_vocabulary[i].what);
		assert_ptr_equal(
		    cao_rule_vocabulary[i].name, cao_rule_fact_names[i]);
		if (cao_rule_vocabulary[i].kind == CAO_RULE_NUMBER)
			assert_null(cao_rule_vocabulary[i].words);
	}
	assert_null(cao_rule_fact_names[CAO_RULE_FACTS]);
}

/* What the shipped rules make of an order that differs in one fact. */
static const struct {
	enum cao_rule_fact fact;
	const char *text;
	int64_t number;
	const char *standard;
	enum cao_rule_then then;
	const char *strict; /* NULL: "nothing-to-ask" */
} shipped[] = {
	{ CAO_RF_CSR, "made", 0, "plain-new", CAO_THEN_ACCEPT, NULL },
	{ CAO_RF_REVIEW, "accepted", 0, "decided-before", CAO_THEN_LEAVE,
	    "decided-before" },
	{ CAO_RF_DOCUMENTS, "missing", 0, "wait-for-papers", CAO_THEN_LEAVE,
	    "rest" },
	{ CAO_RF_NUMBER_CHECKS, "noted", 0, "doubtful-number", CAO_THEN_RETURN,
	    "rest" },
	{ CAO_RF_SAME_PERSON_ORDERS, NULL, 1, "applied-twice", CAO_THEN_RETURN,
	    "rest" },
	{ CAO_RF_PAYMENT, "declared", 0, "wait-for-money", CAO_THEN_LEAVE,
	    "rest" },
	{ CAO_RF_PAYER_IS_ORGANISATION, "no", 0, "foreign-money",
	    CAO_THEN_LEAVE, "rest" },
	{ CAO_RF_VALIDITY, NULL, 60, "rest", CAO_THEN_LEAVE, "rest" },
	{ CAO_RF_VALIDITY, NULL, 36, "plain-new", CAO_THEN_ACCEPT, "rest" },
	{ CAO_RF_USER_PROVINCE, "上海", 0, "rest", CAO_THEN_LEAVE, "rest" },
	{ CAO_RF_USER_ID_TYPE, "passport", 0, "rest", CAO_THEN_LEAVE, "rest" },
	{ CAO_RF_BUSINESS, "renew", 0, "plain-renewal", CAO_THEN_ACCEPT,
	    "rest" },
	{ CAO_RF_AGE_DAYS, NULL, 31, "plain-new", CAO_THEN_ACCEPT, "rest" },
};

static void
test_shipped(void **state)
{
	struct cao_rule_value values[CAO_RULE_FACTS];
	struct cao_buf standard = { 0 }, strict = { 0 };
	char name[CAO_RULE_NAME_MAX + 1];
	struct cao_error err;
	size_t i;

	(void)state;
	assert_int_equal(
	    cao_file_read("share/rules/standard.yaml", 65536, &standard, &err),
	    CAO_OK);
	assert_int_equal(
	    cao_file_read("share/rules/strict.yaml", 65536, &strict, &err),
	    CAO_OK);
	for (i = 0; i < LEN(shipped); i++) {
		plain(values);
		values[shipped[i].fact].text = shipped[i].text;
		values[shipped[i].fact].number = shipped[i].number;
		assert_int_equal(decide(cao_buf_text(&standard), values, name),
		    shipped[i].then);
		assert_string_equal(name, shipped[i].standard);
		(void)decide(cao_buf_text(&strict), values, name);
		assert_string_equal(name,
		    shipped[i].strict != NULL ? shipped[i].strict
					      : "nothing-to-ask");
	}
	cao_buf_free(&standard);
	cao_buf_free(&strict);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_faulty_nodes),
		cmocka_unit_test(test_truncated),
		cmocka_unit_test(test_conditions),
		cmocka_unit_test(test_not_known),
		cmocka_unit_test(test_explained),
		cmocka_unit_test(test_digest),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_vocabulary),
		cmocka_unit_test(test_shipped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
