#include "order/rules_parts.h"

#include "base/text.h"
#include "codec/yaml.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

void
cao_rules_fault(struct cao_rules_reading *r, const struct cao_node *node,
    bool at_key, const char *key, struct cao_error *err)
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

char *
cao_rules_copy(struct cao_rules_reading *r, const char *text)
{
	char *fresh = strdup(text);

	r->no_memory |= fresh == NULL;
	return fresh;
}

size_t
cao_rules_index(const char *const *words, const char *word)
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

void
cao_rules_not_one_of(struct cao_rules_reading *r, const struct cao_node *node,
    bool at_key, const char *key, const char *word, const char *const *words)
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
	cao_rules_fault(r, node, at_key, key, &err);
	cao_buf_free(&known);
}

static bool
all_known(struct cao_rules_reading *r, const struct cao_node *map,
    const char *const *known)
{
	const struct cao_node *n;
	bool good = true;

	for (n = map->children; n != NULL; n = n->next)
		if (!n->faulty &&
		    known[cao_rules_index(known, n->key)] == NULL) {
			cao_rules_not_one_of(r, n, true, "", n->key, known);
			good = false;
		}
	return good;
}

/* The text of the member: one line of at most max characters; NULL if it is
 * not there or refused. */
static const char *
text_of(struct cao_rules_reading *r, const struct cao_node *map,
    const char *key, size_t max)
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
	cao_rules_fault(r, n, false, key, &err);
	return NULL;
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
read_name(struct cao_rules_reading *r, const struct cao_node *map,
    struct cao_rule *rule)
{
	const char *name = text_of(r, map, "name", CAO_RULE_NAME_MAX);
	const struct cao_node *node = cao_node_get(map, "name");
	struct cao_error err;

	if (node == NULL) {
		cao_fail(&err, CAO_INPUT, "a rule needs a name");
		cao_rules_fault(r, map, false, "name", &err);
	} else if (name == NULL) {
		return;
	} else if (name[strspn(name,
		       "abcdefghijklmnopqrstuvwxyz0123456789-")] != '\0') {
		cao_fail(&err, CAO_INPUT,
		    "'%.*s' is not a name of lower-case letters, digits and "
		    "hyphens",
		    cao_node_shown(name), name);
		cao_rules_fault(r, node, false, "name", &err);
	} else if (find_rule(r->rules, name) != NULL) {
		cao_fail(
		    &err, CAO_INPUT, "a rule '%s' stands above already", name);
		cao_rules_fault(r, node, false, "name", &err);
	} else {
		rule->name = cao_rules_copy(r, name);
	}
}

/* False if it is not known what to do. */
static bool
read_then(struct cao_rules_reading *r, const struct cao_node *map,
    struct cao_rule *rule)
{
	const struct cao_node *node = cao_node_get(map, "then");
	const char *then = text_of(r, map, "then", CAO_RULE_TEXT_MAX);
	struct cao_error err;
	size_t found;

	if (node == NULL) {
		cao_fail(&err, CAO_INPUT,
		    "a rule needs a \"then\": accept, approve, return, refuse "
		    "or leave");
		cao_rules_fault(r, map, false, "then", &err);
	}
	if (then == NULL)
		return false;
	found = cao_rules_index(cao_rule_thens, then);
	if (cao_rule_thens[found] == NULL) {
		cao_rules_not_one_of(
		    r, node, false, "then", then, cao_rule_thens);
		return false;
	}
	rule->then = (enum cao_rule_then)found;
	return true;
}

static void
read_reason(struct cao_rules_reading *r, const struct cao_node *map,
    struct cao_rule *rule)
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
		cao_rules_fault(r, map, false, "reason", &err);
	} else if (!needed && node != NULL) {
		cao_fail(&err, CAO_INPUT,
		    "only return and refuse have a reason; write a comment");
		cao_rules_fault(r, node, true, "reason", &err);
	} else if (reason != NULL) {
		rule->reason = cao_rules_copy(r, reason);
	}
}

/* A rule above without conditions takes every order. */
static void
check_reach(
    struct cao_rules_reading *r, const struct cao_node *map, const char *always)
{
	struct cao_error err;

	if (always == NULL)
		return;
	cao_fail(&err, CAO_INPUT,
	    "no order comes to this rule: '%s' above matches always", always);
	cao_rules_fault(r, map, false, "", &err);
}

static void
read_rules(struct cao_rules_reading *r, const struct cao_node *list)
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
			cao_rules_fault(r, n, false, "", &err);
			continue;
		}
		rule = &r->rules->list[r->rules->count];
		known = all_known(r, n, keys);
		read_name(r, n, rule);
		if ((when = cao_node_get(n, "when")) != NULL)
			cao_rules_conditions(r, when, rule);
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
read_document(struct cao_rules_reading *r, const struct cao_node *doc)
{
	const struct cao_node *list = cao_node_get(doc, "rules");
	struct cao_error err;
	size_t count;

	if (doc->kind == CAO_MAP)
		(void)all_known(r, doc, keys_above);
	count =
	    list != NULL && list->kind == CAO_LIST ? cao_node_count(list) : 0;
	if (list != NULL && list->faulty)
		return;
	if (count == 0 || count > CAO_RULES_MAX) {
		cao_fail(&err, CAO_INPUT,
		    "needed is \"rules\", a list of 1 to %d rules",
		    CAO_RULES_MAX);
		cao_rules_fault(
		    r, list != NULL ? list : doc, false, "rules", &err);
		return;
	}
	if ((r->rules->list = calloc(count, sizeof *r->rules->list)) == NULL)
		r->no_memory = true;
	else
		read_rules(r, list);
}

/* The one document of the stream, and no other. */
static void
read_stream(struct cao_rules_reading *r, struct cao_yaml *yaml)
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
			cao_rules_fault(r, doc, false, "", &err);
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
	struct cao_rules_reading r = { .file = name, .faults = &found };
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
