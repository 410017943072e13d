#include "order/rules_parts.h"

#include "base/text.h"
#include "codec/yaml.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NUMBER_DIGITS_MAX 15

static const char *const keys_above[] = { "rules", NULL };
static const char *const keys[] = { "name", "when", "then", "reason", NULL };

static void
free_condition(struct cao_rule_condition *c)
{
	size_t i;

	for (i = 0; i < c->count; i++)
		free(c->wanted[i].text);
	free(c->wanted);
	free(c->source);
}

static void
free_rule(struct cao_rule *rule)
{
	size_t i;

	for (i = 0; i < rule->count; i++)
		free_condition(&rule->conditions[i]);
	free(rule->name);
	free(rule->reason);
}

void
cao_rules_free(struct cao_rules *rules)
{
	size_t i;

	if (rules == NULL)
		return;
	for (i = 0; i < rules->count; i++)
		free_rule(&rules->list[i]);
	free(rules->list);
	free(rules);
}

void
cao_rules_digest(
    const struct cao_rules *rules, unsigned char out[CAO_DIGEST_SIZE])
{
	memcpy(out, rules->digest, CAO_DIGEST_SIZE);
}

struct reading {
	const char *file;
	struct cao_rules *rules;
	struct cao_faults *faults;
	size_t number; /* of the rule, from 1; 0: above them */
	bool in_when;  /* its facts */
	bool no_memory;
};

/* Put the error into the faults, at the node (or, at_key, at its key). */
static void
fault(struct reading *r, const struct cao_node *node, bool at_key,
    const char *key, struct cao_error *err)
{
	char field[sizeof err->field];

	if (r->number == 0)
		(void)snprintf(field, sizeof field, "%s", key);
	else
		(void)snprintf(field, sizeof field, "rules[%zu]%s%s%s",
		    r->number, r->in_when ? ".when" : "",
		    *key != '\0' ? "." : "", key);
	cao_error_place(err, r->file, at_key ? node->key_line : node->line,
	    at_key ? node->key_column : node->column, field);
	cao_faults_add(r->faults, err);
}

static char *
copy(struct reading *r, const char *text)
{
	char *fresh = strdup(text);

	r->no_memory |= fresh == NULL;
	return fresh;
}

static size_t
index_of(const char *const *words, const char *word)
{
	size_t i;

	for (i = 0; words[i] != NULL; i++)
		if (strcmp(words[i], word) == 0)
			break;
	return i;
}

/* "one of a, b, c" has no end where the words are many. */
static void
list_words(struct cao_buf *out, const char *const *words)
{
	size_t i;

	for (i = 0; words[i] != NULL && out->len < CAO_ERROR_TEXT / 2; i++)
		cao_buf_printf(out, "%s%s", i > 0 ? ", " : "", words[i]);
	if (words[i] != NULL)
		cao_buf_puts(out, ", …");
}

/* The word is none of words: say which one may be meant, or which there are. */
static void
not_one_of(struct reading *r, const struct cao_node *node, bool at_key,
    const char *key, const char *word, const char *const *words)
{
	const char *near = cao_text_nearest(word, words);
	struct cao_buf known = { 0 };
	struct cao_error err;

	list_words(&known, words);
	if (near != NULL && at_key)
		cao_fail(&err, CAO_INPUT,
		    "unknown key '%.*s'; did you mean '%s'",
		    cao_node_shown(word), word, near);
	else if (near != NULL)
		cao_fail(&err, CAO_INPUT,
		    "'%.*s' is not one of %s; did you mean '%s'",
		    cao_node_shown(word), word, cao_buf_text(&known), near);
	else if (at_key)
		cao_fail(&err, CAO_INPUT, "unknown key '%.*s'; known are %s",
		    cao_node_shown(word), word, cao_buf_text(&known));
	else
		cao_fail(&err, CAO_INPUT, "'%.*s' is not one of %s",
		    cao_node_shown(word), word, cao_buf_text(&known));
	fault(r, node, at_key, key, &err);
	cao_buf_free(&known);
}

static bool
all_known(
    struct reading *r, const struct cao_node *map, const char *const *known)
{
	const struct cao_node *n;
	bool good = true;

	for (n = map->children; n != NULL; n = n->next)
		if (!n->faulty && known[index_of(known, n->key)] == NULL) {
			not_one_of(r, n, true, "", n->key, known);
			good = false;
		}
	return good;
}

/* The text of the member: one line of at most max characters; NULL if it is
 * not there or refused. */
static const char *
text_of(
    struct reading *r, const struct cao_node *map, const char *key, size_t max)
{
	const struct cao_node *n = cao_node_get(map, key);
	struct cao_error err;

	if (n == NULL || n->faulty)
		return NULL;
	if (n->kind != CAO_SCALAR)
		cao_fail(&err, CAO_INPUT, "a text is needed here");
	else if (n->text[0] == '\0')
		cao_fail(&err, CAO_INPUT, "is empty");
	else if (cao_text_has_control(n->text))
		cao_fail(&err, CAO_INPUT, "holds a control character");
	else if (cao_utf8_length(n->text) > max)
		cao_fail(&err, CAO_INPUT, "%zu characters, at most %zu",
		    cao_utf8_length(n->text), max);
	else
		return n->text;
	fault(r, n, false, key, &err);
	return NULL;
}

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
bad_number(struct reading *r, const struct cao_node *node, const char *name,
    bool alone)
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
	fault(r, node, false, name, &err);
}

/* One element of what the condition wants; alone: it is no list's. */
static bool
read_wanted(struct reading *r, const struct cao_node *node, bool alone,
    struct cao_rule_condition *c, struct cao_rule_wanted *w)
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
	    fact->words[index_of(fact->words, text)] == NULL) {
		not_one_of(r, node, false, fact->name, text, fact->words);
		return false;
	}
	return (w->text = copy(r, text)) != NULL;
}

/* What is there for every element before it is read. */
static bool
check_element(struct reading *r, const struct cao_node *node,
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
	fault(r, node, false, cao_rule_fact_names[c->fact], &err);
	return false;
}

/* As it stands in the file, or nearly. */
static char *
source_of(struct reading *r, const struct cao_node *node)
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

static size_t
count_elements(const struct cao_node *node)
{
	const struct cao_node *n;
	size_t count = 0;

	if (node->kind != CAO_LIST)
		return 1;
	for (n = node->children; n != NULL; n = n->next)
		count++;
	return count;
}

/* Read what one fact is to be. */
static void
read_condition(struct reading *r, const struct cao_node *node,
    struct cao_rule_condition *c)
{
	const struct cao_node *n = node;
	bool list = node->kind == CAO_LIST, good = true;
	size_t count = count_elements(node);
	struct cao_error err;

	if (count == 0 || count > CAO_RULE_VALUES_MAX) {
		cao_fail(&err, CAO_INPUT,
		    "a list of %zu elements; there are to be 1 to %d", count,
		    CAO_RULE_VALUES_MAX);
		fault(r, node, false, cao_rule_fact_names[c->fact], &err);
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

static void
read_conditions(
    struct reading *r, const struct cao_node *when, struct cao_rule *rule)
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
		fault(r, when, false, "when", &err);
		return;
	}
	for (n = when->children; n != NULL; n = n->next) {
		if (n->faulty || rule->count == CAO_RULE_FACTS)
			continue;
		fact = index_of(cao_rule_fact_names, n->key);
		if (fact == CAO_RULE_FACTS) {
			not_one_of(
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

static const struct cao_rule *
find_rule(const struct cao_rules *rules, const char *name)
{
	size_t i;

	for (i = 0; i < rules->count; i++)
		if (rules->list[i].name != NULL &&
		    strcmp(rules->list[i].name, name) == 0)
			return &rules->list[i];
	return NULL;
}

static void
read_name(struct reading *r, const struct cao_node *map, struct cao_rule *rule)
{
	const char *name = text_of(r, map, "name", CAO_RULE_NAME_MAX);
	const struct cao_node *node = cao_node_get(map, "name");
	struct cao_error err;

	if (node == NULL) {
		cao_fail(&err, CAO_INPUT, "a rule needs a name");
		fault(r, map, false, "name", &err);
	} else if (name == NULL) {
		return;
	} else if (name[strspn(name,
		       "abcdefghijklmnopqrstuvwxyz0123456789-")] != '\0') {
		cao_fail(&err, CAO_INPUT,
		    "'%.*s' is not a name of lower-case letters, digits and "
		    "hyphens",
		    cao_node_shown(name), name);
		fault(r, node, false, "name", &err);
	} else if (find_rule(r->rules, name) != NULL) {
		cao_fail(
		    &err, CAO_INPUT, "a rule '%s' stands above already", name);
		fault(r, node, false, "name", &err);
	} else {
		rule->name = copy(r, name);
	}
}

/* False if it is not known what to do. */
static bool
read_then(struct reading *r, const struct cao_node *map, struct cao_rule *rule)
{
	const struct cao_node *node = cao_node_get(map, "then");
	const char *then = text_of(r, map, "then", CAO_RULE_TEXT_MAX);
	struct cao_error err;
	size_t found;

	if (node == NULL) {
		cao_fail(&err, CAO_INPUT,
		    "a rule needs a \"then\": accept, approve, return, refuse "
		    "or leave");
		fault(r, map, false, "then", &err);
	}
	if (then == NULL)
		return false;
	found = index_of(cao_rule_thens, then);
	if (cao_rule_thens[found] == NULL) {
		not_one_of(r, node, false, "then", then, cao_rule_thens);
		return false;
	}
	rule->then = (enum cao_rule_then)found;
	return true;
}

static void
read_reason(
    struct reading *r, const struct cao_node *map, struct cao_rule *rule)
{
	const struct cao_node *node = cao_node_get(map, "reason");
	const char *reason = text_of(r, map, "reason", CAO_RULE_REASON_MAX);
	bool needed =
	    rule->then == CAO_THEN_RETURN || rule->then == CAO_THEN_REFUSE;
	struct cao_error err;

	if (needed && node == NULL) {
		cao_fail(&err, CAO_INPUT,
		    "to %s needs a \"reason\": the applicant is told it",
		    cao_rule_thens[rule->then]);
		fault(r, map, false, "reason", &err);
	} else if (!needed && node != NULL) {
		cao_fail(&err, CAO_INPUT,
		    "only return and refuse have a reason; write a comment");
		fault(r, node, true, "reason", &err);
	} else if (reason != NULL) {
		rule->reason = copy(r, reason);
	}
}

/* A rule above without conditions takes every order. */
static void
check_reach(struct reading *r, const struct cao_node *map, const char *always)
{
	struct cao_error err;

	if (always == NULL)
		return;
	cao_fail(&err, CAO_INPUT,
	    "no order comes to this rule: '%s' above matches always", always);
	fault(r, map, false, "", &err);
}

static void
read_rules(struct reading *r, const struct cao_node *list)
{
	const struct cao_node *n, *when;
	const char *always = NULL;
	struct cao_rule *rule;
	struct cao_error err;
	bool known;

	for (n = list->children; n != NULL; n = n->next) {
		r->number++;
		if (n->faulty)
			continue;
		if (n->kind != CAO_MAP) {
			cao_fail(&err, CAO_INPUT,
			    "a rule is a map with name, "
			    "when, then and reason");
			fault(r, n, false, "", &err);
			continue;
		}
		rule = &r->rules->list[r->rules->count];
		known = all_known(r, n, keys);
		read_name(r, n, rule);
		if ((when = cao_node_get(n, "when")) != NULL)
			read_conditions(r, when, rule);
		if (read_then(r, n, rule))
			read_reason(r, n, rule);
		check_reach(r, n, always);
		if (when == NULL && known && always == NULL)
			always = rule->name;
		r->rules->count++;
	}
	r->number = 0;
}

static void
read_document(struct reading *r, const struct cao_node *doc)
{
	const struct cao_node *list = cao_node_get(doc, "rules");
	struct cao_error err;
	size_t count;

	if (doc->kind == CAO_MAP)
		(void)all_known(r, doc, keys_above);
	count =
	    list != NULL && list->kind == CAO_LIST ? count_elements(list) : 0;
	if (list != NULL && list->faulty)
		return;
	if (count == 0 || count > CAO_RULES_MAX) {
		cao_fail(&err, CAO_INPUT,
		    "needed is \"rules\", a list of 1 to %d rules",
		    CAO_RULES_MAX);
		fault(r, list != NULL ? list : doc, false, "rules", &err);
		return;
	}
	if ((r->rules->list = calloc(count, sizeof *r->rules->list)) == NULL)
		r->no_memory = true;
	else
		read_rules(r, list);
}

/* The one document of the stream, and no other. */
static void
read_stream(struct reading *r, struct cao_yaml *yaml)
{
	struct cao_node *doc = NULL;
	struct cao_error err;
	size_t count = 0;
	enum cao_status status;

	for (;; count++) {
		status = cao_yaml_next(yaml, &doc, r->faults);
		if (status == CAO_INPUT)
			continue;
		if (status != CAO_OK || doc == NULL)
			break;
		if (count == 0)
			read_document(r, doc);
		if (count == 1) {
			cao_fail(&err, CAO_INPUT,
			    "a second document: the rules are one");
			fault(r, doc, false, "", &err);
		}
		cao_node_free(doc);
		doc = NULL;
	}
	if (count == 0 && status == CAO_OK) {
		cao_fail(&err, CAO_INPUT,
		    "no rules: needed is a document with a list \"rules\"");
		cao_error_place(&err, r->file, 0, 0, "");
		cao_faults_add(r->faults, &err);
	}
}

enum cao_status
cao_rules_read(const char *name, const char *text, size_t len,
    struct cao_rules **ret, struct cao_faults *faults)
{
	struct cao_faults found = { 0 };
	struct reading r = { .file = name, .faults = &found };
	struct cao_yaml *yaml = NULL;
	struct cao_error err;
	enum cao_status status;
	size_t i;

	if ((r.rules = calloc(1, sizeof *r.rules)) == NULL)
		r.no_memory = true;
	else if (cao_yaml_open_text(name, text, len, &yaml, &err) != CAO_OK)
		cao_faults_add(&found, &err);
	else
		read_stream(&r, yaml);
	if (r.no_memory) {
		cao_fail_memory(&err);
		cao_faults_add(&found, &err);
	}
	if ((status = cao_faults_status(&found)) == CAO_OK) {
		cao_sha256(text, len, r.rules->digest);
		*ret = r.rules, r.rules = NULL;
	}
	for (i = 0; i < found.count; i++)
		cao_faults_add(faults, &found.list[i]);
	faults->more |= found.more;
	cao_faults_free(&found);
	cao_yaml_close(yaml);
	cao_rules_free(r.rules);
	return status;
}
