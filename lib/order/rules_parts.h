/* Rules as they are kept in memory, between reading and deciding. */
#ifndef CAO_ORDER_RULES_PARTS_H
#define CAO_ORDER_RULES_PARTS_H

#include "codec/node.h"
#include "order/rules.h"

/* One thing that a fact may be: a text, or the numbers from least to most. */
struct cao_rule_wanted {
	char *text;
	int64_t least, most;
};

struct cao_rule_condition {
	enum cao_rule_fact fact;
	bool negated; /* none of them; else one of them */
	struct cao_rule_wanted *wanted;
	size_t count;
	char *source; /* as in the file, for explaining */
};

struct cao_rule {
	char *name, *reason;
	enum cao_rule_then then;
	struct cao_rule_condition conditions[CAO_RULE_FACTS];
	size_t count;
};

struct cao_rules {
	unsigned char digest[CAO_DIGEST_SIZE];
	struct cao_rule *list;
	size_t count;
};

struct cao_rules_reading {
	const char *file;
	struct cao_rules *rules;
	struct cao_faults *faults;
	size_t number; /* of the rule, from 1; 0: above them */
	bool in_when;  /* its facts */
	bool no_memory;
};

/* Put the error into the faults, at the node (or, at_key, at its key). */
void cao_rules_fault(struct cao_rules_reading *, const struct cao_node *,
    bool at_key, const char *key, struct cao_error *);
/* The word is none of words: say which one may be meant, or which there are. */
void cao_rules_not_one_of(struct cao_rules_reading *, const struct cao_node *,
    bool at_key, const char *key, const char *word, const char *const *words);
/* The place of the word among words, or of their end. */
size_t cao_rules_index(const char *const *words, const char *word);
/* A copy, or NULL with no_memory noted. */
char *cao_rules_copy(struct cao_rules_reading *, const char *);
/* The member "when" of a rule, as conditions. */
void cao_rules_conditions(
    struct cao_rules_reading *, const struct cao_node *map, struct cao_rule *);

#endif /* CAO_ORDER_RULES_PARTS_H */
