#include "order/rules.h"

#include "ident/organisation.h"
#include "ident/region.h"
#include "order/rules_parts.h"
#include "order/service.h"
#include "order/step.h"
#include "pki/key.h"

#include <inttypes.h>
#include <string.h>

static const char *const yes_no[] = { "yes", "no", NULL };
static const char *const yes_no_none[] = { "yes", "no", "none", NULL };
static const char *const documents[] = { "complete", "missing", NULL };
static const char *const payments[] = { "unpaid", "declared", "paid",
	"refunded", "free", NULL };
static const char *const methods[] = { "bank-transfer", "wechat", "none",
	NULL };
static const char *const reviews[] = { "none", "accepted", "approved",
	"returned", "refused", NULL };
static const char *const checks[] = { "passed", "noted", NULL };
static const char *const csrs[] = { "own", "made", "none", NULL };
static const char *const algorithms[] = { "sm2", "p256", "rsa2048", "rsa3072",
	"none", NULL };

/* clang-format off */
#define VOCABULARY(X) \
X(BUSINESS, "business", TEXT, cao_businesses, \
    N_("what is asked for")) \
X(SERVICE, "service", TEXT, NULL, \
    N_("the service it was ordered from")) \
X(VALIDITY, "validity", NUMBER, NULL, \
    N_("the term in months")) \
X(ALGORITHM, "algorithm", TEXT, algorithms, \
    N_("the algorithm of the keys; none if no certificate is made")) \
X(STATE, "state", TEXT, cao_state_names, \
    N_("the state of the order")) \
X(DOCUMENTS, "documents", TEXT, documents, \
    N_("whether every required slot is filled")) \
X(PAYMENT, "payment", TEXT, payments, \
    N_("how the fee stands")) \
X(PAYMENT_METHOD, "payment_method", TEXT, methods, \
    N_("how it was paid")) \
X(REVIEW, "review", TEXT, reviews, \
    N_("the last decision that still holds")) \
X(USER_PROVINCE, "user_province", TEXT, cao_provinces, \
    N_("the user's province, by its short name")) \
X(ORGANISATION_PROVINCE, "organisation_province", TEXT, cao_provinces, \
    N_("the organisation's province, by its short name")) \
X(USER_ID_TYPE, "user_id_type", TEXT, cao_person_id_types, \
    N_("the kind of the user's document")) \
X(ORGANISATION_ID_TYPE, "organisation_id_type", TEXT, \
    cao_organisation_id_types, \
    N_("the kind of the organisation's document")) \
X(NUMBER_CHECKS, "number_checks", TEXT, checks, \
    N_("whether the numbers passed their checks, or with a note of doubt")) \
X(USER_IS_HANDLER, "user_is_handler", TEXT, yes_no, \
    N_("whether the user is the handler")) \
X(PAYER_IS_ORGANISATION, "payer_is_organisation", TEXT, yes_no_none, \
    N_("whether the payer has the organisation's name")) \
X(SAME_PERSON_ORDERS, "same_person_orders", NUMBER, NULL, \
    N_("how many other orders for that person at that organisation are open " \
       "or issued")) \
X(SAME_ORGANISATION_ORDERS, "same_organisation_orders", NUMBER, NULL, \
    N_("how many other orders the organisation has")) \
X(AGE_DAYS, "age_days", NUMBER, NULL, \
    N_("whole days since the order was made")) \
X(FEE_FEN, "fee_fen", NUMBER, NULL, \
    N_("the fee in fen")) \
X(BACKUP_PIN, "backup_pin", TEXT, yes_no, \
    N_("whether a forgotten PIN can be recovered")) \
X(CSR, "csr", TEXT, csrs, \
    N_("whether the applicant brought the request for the certificate")) \
X(SIGNED, "signed", TEXT, yes_no, \
    N_("whether the holder signed it with the key that it is about"))
/* clang-format on */

#define ENTRY(id, name, kind, words, what) \
	[CAO_RF_##id] = { name, CAO_RULE_##kind, words, what },
const struct cao_rule_word cao_rule_vocabulary[CAO_RULE_FACTS] = { VOCABULARY(
    ENTRY) };
#define NAME(id, name, kind, words, what) [CAO_RF_##id] = name,
const char *const cao_rule_fact_names[] = { VOCABULARY(NAME) NULL };

const char *const cao_rule_thens[] = { "accept", "approve", "return", "refuse",
	"leave", NULL };
/* Lines for a person; nothing without one. */
struct telling {
	void (*explain)(void *arg, const char *line);
	void *arg;
};

static void
tell(const struct telling *t, struct cao_buf *line)
{
	t->explain(t->arg, cao_buf_text(line));
	cao_buf_free(line);
}

static void
put_value(struct cao_buf *out, enum cao_rule_fact fact,
    const struct cao_rule_value *value)
{
	if (cao_rule_vocabulary[fact].kind == CAO_RULE_NUMBER)
		cao_buf_printf(out, "%" PRId64, value->number);
	else if (value->text == NULL)
		cao_buf_puts(out, _("not known"));
	else
		cao_buf_puts(out, value->text);
}

static void
tell_facts(const struct telling *t, const struct cao_rule_value *values)
{
	struct cao_buf line = { 0 };
	size_t i;

	for (i = 0; i < CAO_RULE_FACTS; i++) {
		cao_buf_printf(&line, _("fact %s: "), cao_rule_fact_names[i]);
		put_value(&line, (enum cao_rule_fact)i, &values[i]);
		tell(t, &line);
	}
}

static void
tell_miss(const struct telling *t, const struct cao_rule *rule,
    const struct cao_rule_condition *c, const struct cao_rule_value *values)
{
	struct cao_buf line = { 0 };

	cao_buf_printf(&line, _("rule %s: no, %s is "), rule->name,
	    cao_rule_fact_names[c->fact]);
	put_value(&line, c->fact, &values[c->fact]);
	cao_buf_printf(&line, _(", wanted is %s"), c->source);
	tell(t, &line);
}

static void
tell_match(const struct telling *t, const struct cao_rule *rule)
{
	struct cao_buf line = { 0 };

	cao_buf_printf(&line, _("rule %s: matches, so %s"), rule->name,
	    cao_rule_thens[rule->then]);
	if (rule->reason != NULL)
		cao_buf_printf(&line, ": %s", rule->reason);
	tell(t, &line);
}

static bool
holds(const struct cao_rule_condition *c, const struct cao_rule_value *value)
{
	bool number = cao_rule_vocabulary[c->fact].kind == CAO_RULE_NUMBER;
	const struct cao_rule_wanted *w;
	bool found = false;

	if (!number && value->text == NULL)
		return false;
	for (w = c->wanted; w < c->wanted + c->count; w++)
		found |= number
		    ? value->number >= w->least && value->number <= w->most
		    : strcmp(w->text, value->text) == 0;
	return found != c->negated;
}

/* The first condition that does not hold, or NULL. */
static const struct cao_rule_condition *
find_miss(const struct cao_rule *rule, const struct cao_rule_value *values)
{
	size_t i;

	for (i = 0; i < rule->count; i++)
		if (!holds(&rule->conditions[i],
			&values[rule->conditions[i].fact]))
			return &rule->conditions[i];
	return NULL;
}

enum cao_rule_then
cao_rules_decide(const struct cao_rules *rules,
    const struct cao_rule_value values[CAO_RULE_FACTS], const char **ret_name,
    const char **ret_reason, void (*explain)(void *arg, const char *line),
    void *arg)
{
	const struct telling t = { explain, arg };
	const struct cao_rule_condition *miss;
	const struct cao_rule *rule;
	size_t i;

	*ret_name = "";
	*ret_reason = NULL;
	if (explain != NULL)
		tell_facts(&t, values);
	for (i = 0; i < rules->count; i++) {
		rule = &rules->list[i];
		if ((miss = find_miss(rule, values)) != NULL) {
			if (explain != NULL)
				tell_miss(&t, rule, miss, values);
			continue;
		}
		if (explain != NULL)
			tell_match(&t, rule);
		*ret_name = rule->name;
		*ret_reason = rule->reason;
		return rule->then;
	}
	if (explain != NULL)
		explain(arg, _("no rule matches, so leave"));
	return CAO_THEN_LEAVE;
}
