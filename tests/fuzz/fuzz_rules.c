/* Rules: any octets are refused with faults, or decide. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "order/rules.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
check_line(void *arg, const char *line)
{
	size_t *lines = arg;

	assert(line[0] != '\0');
	++*lines;
}

/* One order's facts, of which the input's size picks some. */
static void
decide(const struct cao_rules *rules, size_t seed)
{
	struct cao_rule_value values[CAO_RULE_FACTS] = { 0 };
	const char *const *words, *name, *reason;
	enum cao_rule_then then, again;
	size_t i, lines = 0;

	for (i = 0; i < CAO_RULE_FACTS; i++) {
		words = cao_rule_vocabulary[i].words;
		values[i].number = (int64_t)((seed + i) % 100);
		values[i].text = words == NULL ? "x" : words[(seed + i) % 2];
	}
	then =
	    cao_rules_decide(rules, values, &name, &reason, check_line, &lines);
	assert(lines > CAO_RULE_FACTS);
	assert((reason != NULL) ==
	    (then == CAO_THEN_RETURN || then == CAO_THEN_REFUSE));
	assert(then == CAO_THEN_LEAVE || name[0] != '\0');
	again = cao_rules_decide(rules, values, &name, &reason, NULL, NULL);
	assert(then == again);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cao_rules *rules = NULL;
	struct cao_faults faults = { 0 };
	enum cao_status status;

	status =
	    cao_rules_read("fuzz", (const char *)data, size, &rules, &faults);
	assert(status == CAO_OK || status == CAO_INPUT);
	assert((status == CAO_OK) == (rules != NULL));
	assert((status == CAO_OK) == (faults.count == 0));
	if (rules != NULL)
		decide(rules, size);
	cao_rules_free(rules);
	cao_faults_free(&faults);
	return 0;
}
