/* Rules as they are kept in memory, between reading and deciding. */
#ifndef CAO_ORDER_RULES_PARTS_H
#define CAO_ORDER_RULES_PARTS_H

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

#endif /* CAO_ORDER_RULES_PARTS_H */
