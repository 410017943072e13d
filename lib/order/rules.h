/*
 * Rules that decide instead of a person, for cron: an ordered list over a
 * fixed vocabulary of facts; the first that matches wins (caorder(5)).
 *
 *	rules:
 *	  - name: wait-for-papers
 *	    when: {documents: missing}
 *	    then: leave
 *	  - name: plain-new
 *	    when: {business: new, payment: [paid, free], validity: "<=24"}
 *	    then: accept
 *	  - {name: rest, then: leave}
 *
 * A rule matches when each fact under "when" is as it says; without "when" it
 * always does.  What a fact may be required to be:
 *
 *	new		that text
 *	[new, renew]	one of them
 *	"!new"		anything else; ["!new", "!renew"] none of them
 *	12  "!12"  [12, 24]	the same of a whole number
 *	"<12" "<=12" ">12" ">=12"	below, at most, above, at least
 *	"12..24"	from 12 to 24, both included
 */
#ifndef CAO_ORDER_RULES_H
#define CAO_ORDER_RULES_H

#include "base/buf.h"
#include "pki/digest.h"

/* The vocabulary: each fact has a name and a text or whole-number value. */
enum cao_rule_fact {
	CAO_RF_BUSINESS,       /* text */
	CAO_RF_SERVICE,        /* text */
	CAO_RF_VALIDITY,       /* months */
	CAO_RF_ALGORITHM,      /* text */
	CAO_RF_STATE,          /* text */
	CAO_RF_DOCUMENTS,      /* "complete" or "missing" */
	CAO_RF_PAYMENT,        /* the facet */
	CAO_RF_PAYMENT_METHOD, /* "bank-transfer", "wechat", "none" */
	CAO_RF_REVIEW,         /* the facet */
	CAO_RF_USER_PROVINCE,  /* text */
	CAO_RF_ORGANISATION_PROVINCE,
	CAO_RF_USER_ID_TYPE,
	CAO_RF_ORGANISATION_ID_TYPE,
	CAO_RF_NUMBER_CHECKS,   /* "passed", "noted" (accepted with doubt) */
	CAO_RF_USER_IS_HANDLER, /* "yes" or "no" */
	CAO_RF_PAYER_IS_ORGANISATION, /* "yes", "no", "none" (nothing paid) */
	CAO_RF_SAME_PERSON_ORDERS, /* how many other orders of that person and
	                              organisation are open or issued */
	CAO_RF_SAME_ORGANISATION_ORDERS, /* how many other orders it has */
	CAO_RF_AGE_DAYS,                 /* whole days since it was made */
	CAO_RF_FEE_FEN,
	CAO_RF_BACKUP_PIN, /* "yes" or "no" */
	CAO_RF_CSR,        /* "own" (the applicant's), "made" or "none" */
	CAO_RF_SIGNED,     /* "yes": by the holder, with the key concerned */
	CAO_RULE_FACTS
};

enum cao_rule_kind { CAO_RULE_TEXT, CAO_RULE_NUMBER };
struct cao_rule_word {
	const char *name;
	enum cao_rule_kind kind;
	const char *const *words; /* what a text may be, NULL-terminated; or
	                             NULL: any text */
	const char *what;         /* N_(): what it tells */
};
extern const struct cao_rule_word cao_rule_vocabulary[CAO_RULE_FACTS];
extern const char *const cao_rule_fact_names[]; /* "business" … NULL */
extern const char *const cao_rule_thens[]; /* "accept" …, by cao_rule_then */

/* What is known of one order; text is NULL for whole numbers, and for a text
 * that is not known: no condition on that holds. */
struct cao_rule_value {
	const char *text;
	int64_t number;
};

enum cao_rule_then {
	CAO_THEN_ACCEPT,
	CAO_THEN_APPROVE,
	CAO_THEN_RETURN,
	CAO_THEN_REFUSE,
	CAO_THEN_LEAVE
};

#define CAO_RULES_MAX 500
#define CAO_RULE_VALUES_MAX 100 /* in one list */
#define CAO_RULE_NAME_MAX 64    /* characters: a-z 0-9 '-' */
#define CAO_RULE_TEXT_MAX 256   /* octets of a value */
#define CAO_RULE_REASON_MAX 256 /* characters */

/* struct cao_rules is declared in caorder.h, with reading and freeing.  Every
 * fault is added with its place: unknown keys, facts and words with the
 * nearest known one, names given twice, rules that none can reach. */

/* SHA-256 of the file's octets. */
void
cao_rules_digest(const struct cao_rules *, unsigned char out[CAO_DIGEST_SIZE]);

/*
 * The first rule that matches; none matching is CAO_THEN_LEAVE with
 * *ret_name "".  reason (of return and refuse) and name live as long as the
 * rules.  explain, if not NULL, gets lines: every fact's value, then for each
 * rule up to the one that matched why it did or did not.
 */
enum cao_rule_then cao_rules_decide(const struct cao_rules *,
    const struct cao_rule_value values[CAO_RULE_FACTS], const char **ret_name,
    const char **ret_reason, void (*explain)(void *arg, const char *line),
    void *arg);

#endif /* CAO_ORDER_RULES_H */
