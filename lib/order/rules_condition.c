/* Reading what a rule asks of an order: its conditions. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "order/rules_parts.h"

#define NUMBER_DIGITS_MAX 15

/* Whole, not negative, without a leading zero. */
static bool
read_number(const char *text, size_t len, int64_t *ret)
{
	int64_t value = 0;
	size_t i;

	if (len == 0 || len > NUMBER_DIGITS_MAX || (len > 1 && *text == '0'))
		return false;
	for (i = 0; i < len; i++) {
		if (text[i] < '0' || text[i] > '9')
			return false;
		value = value * 10 + (text[i] - '0');
	}
	*ret = value;
	return true;
}

/* "<12" "<= 12" ">12" ">=12" "12..24"; not a number alone. */
static bool
read_range(const char *text, struct cao_rule_wanted *w)
{
	const char *dots = strstr(text, "..");
	char sign = *text;
	bool equal;

	w->least = 0;
	w->most = INT64_MAX;
	if (dots != NULL)
		return read_number(text, (size_t)(dots - text), &w->least) &&
		    read_number(dots + 2, strlen(dots + 2), &w->most) &&
		    w->least <= w->most;
	if (sign != '<' && sign != '>')
		return false;
	equal = *++text == '=';
	text += equal;
	text += strspn(text, " ");
	if (!read_number(
		text, strlen(text), sign == '<' ? &w->most : &w->least))
		return false;
	if (sign == '<' && !equal)
		w->most--;
	if (sign == '>' && !equal)
		w->least++;
	return w->least <= w->most;
}

static void
bad_number(struct cao_rules_reading *r, const struct cao_node *node,
    const char *name, bool alone)
{
	struct cao_error err;

	if (alone)
		cao_fail(&err, CAO_INPUT,
		    "'%.*s' is not a whole number, nor a bound such as "
		    "\"<=24\" or \"12..24\"",
		    cao_node_shown(node->text), node->text);
	else
		cao_fail(&err, CAO_INPUT,
		    "'%.*s' is not a whole number, as a list and \"!\" need",
		    cao_node_shown(node->text), node->text);
	cao_rules_fault(r, node, false, name, &err);
}

/* One element of what the condition wants; alone: it is no list's. */
static bool
read_wanted(struct cao_rules_reading *r, const struct cao_node *node,
    bool alone, struct cao_rule_condition *c, struct cao_rule_wanted *w)
{
	const struct cao_rule_word *fact = &cao_rule_vocabulary[c->fact];
	const char *text = node->text + c->negated;

	alone = alone && !c->negated;
	if (fact->kind == CAO_RULE_NUMBER) {
		if (alone && read_range(text, w))
			return true;
		if (!read_number(text, strlen(text), &w->least)) {
			bad_number(r, node, fact->name, alone);
			return false;
		}
		w->most = w->least;
		return true;
	}
	if (fact->words != NULL &&
	    fact->words[cao_rules_index(fact->words, text)] == NULL) {
		cao_rules_not_one_of(
		    r, node, false, fact->name, text, fact->words);
		return false;
	}
	return (w->text = cao_rules_copy(r, text)) != NULL;
}

/* What is there for every element before it is read. */
static bool
check_element(struct cao_rules_reading *r, const struct cao_node *node,
    const struct cao_rule_condition *c)
{
	struct cao_error err;
	bool negated;

	if (node->faulty)
		return false;
	if (node->kind != CAO_SCALAR) {
		cao_fail(&err, CAO_INPUT,
		    "a text, a number or a list of them "
		    "is needed here");
	} else if (node->text[0] == '\0' || strcmp(node->text, "!") == 0) {
		cao_fail(&err, CAO_INPUT, "is empty");
	} else if (strlen(node->text) > CAO_RULE_TEXT_MAX ||
	    cao_text_has_control(node->text)) {
		cao_fail(&err, CAO_INPUT,
		    "is longer than %d octets, or holds a control character",
		    CAO_RULE_TEXT_MAX);
	} else {
		negated = node->text[0] == '!';
		if (negated == c->negated)
			return true;
		cao_fail(&err, CAO_INPUT,
		    "a list has \"!\" before all of its elements (none of "
		    "them) or before none (one of them)");
	}
	cao_rules_fault(r, node, false, cao_rule_fact_names[c->fact], &err);
	return false;
}

/* As it stands in the file, or nearly. */
static char *
source_of(struct cao_rules_reading *r, const struct cao_node *node)
{
	const struct cao_node *n =
	    node->kind == CAO_LIST ? node->children : node;
	struct cao_buf text = { 0 };
	char *source;

	for (; n != NULL; n = node->kind == CAO_LIST ? n->next : NULL)
		cao_buf_printf(
		    &text, "%s%s", text.len > 0 ? ", " : "", n->text);
	source = (char *)cao_buf_take(&text, &(size_t){ 0 });
	r->no_memory |= source == NULL;
	return source;
}

/* Read what one fact is to be. */
static void
read_condition(struct cao_rules_reading *r, const struct cao_node *node,
    struct cao_rule_condition *c)
{
	const struct cao_node *n = node;
	bool list = node->kind == CAO_LIST, good = true;
	size_t count = list ? cao_node_count(node) : 1;
	struct cao_error err;

	if (count == 0 || count > CAO_RULE_VALUES_MAX) {
		cao_fail(&err, CAO_INPUT,
		    "a list of %zu elements; there are to be 1 to %d", count,
		    CAO_RULE_VALUES_MAX);
		cao_rules_fault(
		    r, node, false, cao_rule_fact_names[c->fact], &err);
		return;
	}
	if (list)
		n = node->children;
	c->negated = !n->faulty && n->kind == CAO_SCALAR && n->text[0] == '!';
	if ((c->wanted = calloc(count, sizeof *c->wanted)) == NULL) {
		r->no_memory = true;
		return;
	}
	for (; n != NULL; n = list ? n->next : NULL) {
		if (check_element(r, n, c) &&
		    read_wanted(r, n, !list, c, &c->wanted[c->count]))
			c->count++;
		else
			good = false;
	}
	if (good)
		c->source = source_of(r, node);
}

void
cao_rules_conditions(struct cao_rules_reading *r, const struct cao_node *when,
    struct cao_rule *rule)
{
	const struct cao_node *n;
	struct cao_rule_condition *c;
	struct cao_error err;
	size_t fact;

	if (when->faulty)
		return;
	if (when->kind != CAO_MAP || when->children == NULL) {
		cao_fail(&err, CAO_INPUT,
		    "facts and what they are to be are needed here; leave "
		    "\"when\" out of a rule that always matches");
		cao_rules_fault(r, when, false, "when", &err);
		return;
	}
	for (n = when->children; n != NULL; n = n->next) {
		if (n->faulty || rule->count == CAO_RULE_FACTS)
			continue;
		fact = cao_rules_index(cao_rule_fact_names, n->key);
		if (fact == CAO_RULE_FACTS) {
			cao_rules_not_one_of(
			    r, n, true, "when", n->key, cao_rule_fact_names);
			continue;
		}
		c = &rule->conditions[rule->count++];
		c->fact = (enum cao_rule_fact)fact;
		r->in_when = true;
		read_condition(r, n, c);
		r->in_when = false;
	}
}
