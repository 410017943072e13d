#include "codec/schema.h"

#include "base/text.h"
#include "codec/json.h"
#include "codec/schema_parts.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LIST_DEFAULT 100 /* elements, where a field sets no bound */
#define WORDS_MAX 64     /* fields of one map that a slip is compared with */
#define PATH_SIZE 256

static void
free_list(const struct cao_field *f, struct cao_list *list)
{
	char **words = list->items;
	size_t i;

	for (i = 0; i < list->count; i++)
		if (f->sub != NULL)
			cao_schema_free(f->sub, item_at(f, list, i));
		else
			free(words[i]);
	free(list->items);
}

void
cao_schema_free(const struct cao_schema *schema, void *object)
{
	const struct cao_field *f = schema->fields;
	size_t i;

	for (i = 0; i < schema->count; i++, f++) {
		if (is_text_type(f->type))
			free(*(char **)member_of(f, object));
		else if (f->type == CAO_T_MAP)
			cao_schema_free(f->sub, member_of(f, object));
		else if (f->type == CAO_T_LIST)
			free_list(f, member_of(f, object));
	}
	memset(object, 0, schema->size);
}

struct filling {
	const char *file;
	struct cao_faults *faults;
	bool stored; /* from canonical JSON: only the types are checked */
	char path[PATH_SIZE];
};

/* Go down to a member (or with key NULL to an element); what to go back to. */
static size_t
descend(struct filling *fill, const char *key, size_t index)
{
	size_t len = strlen(fill->path);

	if (key == NULL)
		snprintf(fill->path + len, PATH_SIZE - len, "[%zu]", index);
	else
		snprintf(fill->path + len, PATH_SIZE - len, "%s%.*s",
		    len > 0 ? "." : "", cao_node_shown(key), key);
	return len;
}

static void
ascend(struct filling *fill, size_t len)
{
	fill->path[len] = '\0';
}

static void
add_fault(
    struct filling *fill, struct cao_error *e, unsigned line, unsigned column)
{
	cao_error_place(e, fill->file, line, column, fill->path);
	cao_faults_add(fill->faults, e);
}

/* A fault of a value; of one that is not there, at its key. */
static void
value_fault(struct filling *fill, const struct cao_node *n, struct cao_error *e)
{
	bool there = n->kind != CAO_SCALAR || n->quoted || *n->text != '\0' ||
	    n->key == NULL;

	add_fault(fill, e, there ? n->line : n->key_line,
	    there ? n->column : n->key_column);
}

static void
unknown_fault(struct filling *fill, const struct cao_schema *schema,
    const struct cao_node *n)
{
	const char *keys[WORDS_MAX + 1], *near = NULL;
	struct cao_error e;
	size_t i;

	for (i = 0; i < schema->count && i < WORDS_MAX; i++)
		keys[i] = schema->fields[i].key;
	keys[i] = NULL;
	if ((size_t)cao_node_shown(n->key) == strlen(n->key))
		near = cao_text_nearest(n->key, keys);
	if (near != NULL)
		cao_fail(&e, CAO_INPUT, "unknown key '%s'; did you mean '%s'",
		    n->key, near);
	else
		cao_fail(&e, CAO_INPUT, "unknown key '%.*s'",
		    cao_node_shown(n->key), n->key);
	add_fault(fill, &e, n->key_line, n->key_column);
}

/* Is it there, and of the kind that is wanted? */
static bool
check_kind(struct filling *fill, const struct cao_node *n,
    enum cao_node_kind kind, bool required)
{
	static const char *const kinds[] = {
		N_("a single value"), /* CAO_SCALAR */
		N_("a map of fields"),
		N_("a list"),
	};
	struct cao_error e;

	if (kind != CAO_SCALAR &&
	    (n->kind == CAO_SCALAR ? !n->quoted && *n->text == '\0'
				   : n->kind == kind && n->children == NULL)) {
		if (required && !fill->stored) {
			cao_fail(&e, CAO_INPUT, "empty; required");
			value_fault(fill, n, &e);
		}
		return false;
	}
	if (n->kind == kind)
		return true;
	cao_fail(&e, CAO_INPUT, "expected %s, found %s", _(kinds[kind]),
	    _(kinds[n->kind]));
	value_fault(fill, n, &e);
	return false;
}

static void fill_map(struct filling *, const struct cao_schema *,
    const struct cao_node *, void *object);

static void
fill_scalar(struct filling *fill, const struct cao_field *f,
    const struct cao_node *n, void *object)
{
	struct cao_error e;
	enum cao_status st;

	if (!check_kind(fill, n, CAO_SCALAR, true))
		return;
	st = fill->stored
	    ? cao_schema_take_stored(f, n->text, n->quoted, object, &e)
	    : cao_schema_take(f, n->text, n->quoted, object, &e);
	if (st != CAO_OK)
		value_fault(fill, n, &e);
}

/* One element; true if it is in order and so was put at the list's end. */
static bool
fill_word(struct filling *fill, const struct cao_field *f,
    const struct cao_node *n, char **slot)
{
	struct cao_error e;
	enum cao_status st = CAO_OK;

	if (!check_kind(fill, n, CAO_SCALAR, true))
		return false;
	if (fill->stored)
		st = cao_schema_take_stored(f, n->text, n->quoted, NULL, &e);
	else if (*n->text == '\0')
		st = cao_fail(&e, CAO_INPUT, "empty");
	else
		st = cao_schema_check(f, n->text, n->quoted, &e);
	if (st == CAO_OK && (*slot = strdup(n->text)) == NULL)
		st = cao_fail_memory(&e);
	if (st != CAO_OK)
		value_fault(fill, n, &e);
	return st == CAO_OK;
}

static bool
check_count(struct filling *fill, const struct cao_field *f,
    const struct cao_node *n, size_t count)
{
	int64_t max = f->max != 0 ? f->max : LIST_DEFAULT;
	struct cao_error e;

	if (fill->stored || ((int64_t)count >= f->min && (int64_t)count <= max))
		return true;
	if ((int64_t)count < f->min)
		cao_fail(&e, CAO_INPUT,
		    "too few elements: %zu, at least %" PRId64 " are needed",
		    count, f->min);
	else
		cao_fail(&e, CAO_INPUT,
		    "too many elements: %zu, at most %" PRId64 " are allowed",
		    count, max);
	value_fault(fill, n, &e);
	return false;
}

static void
fill_list(struct filling *fill, const struct cao_field *f,
    const struct cao_node *n, void *object)
{
	struct cao_list *list = member_of(f, object);
	size_t size = f->sub != NULL ? f->sub->size : sizeof(char *);
	const struct cao_node *c;
	struct cao_error e;
	size_t count = cao_node_count(n), i, mark;

	if (!check_kind(fill, n, CAO_LIST, (f->flags & CAO_REQUIRED) != 0))
		return;
	if (!check_count(fill, f, n, count))
		return;
	if ((list->items = calloc(count, size)) == NULL) {
		cao_fail_memory(&e);
		value_fault(fill, n, &e);
		return;
	}
	for (c = n->children, i = 1; c != NULL; c = c->next, i++) {
		mark = descend(fill, NULL, i);
		if (!c->faulty && f->sub == NULL)
			list->count += fill_word(
			    fill, f, c, (char **)list->items + list->count);
		else if (!c->faulty && check_kind(fill, c, CAO_MAP, true))
			fill_map(
			    fill, f->sub, c, item_at(f, list, list->count++));
		ascend(fill, mark);
	}
}

static void
fill_field(struct filling *fill, const struct cao_field *f,
    const struct cao_node *n, void *object)
{
	if (f->type == CAO_T_LIST)
		fill_list(fill, f, n, object);
	else if (f->type != CAO_T_MAP)
		fill_scalar(fill, f, n, object);
	else if (check_kind(fill, n, CAO_MAP, (f->flags & CAO_REQUIRED) != 0))
		fill_map(fill, f->sub, n, member_of(f, object));
}

static const struct cao_field *
find_field(const struct cao_schema *schema, const char *key)
{
	size_t i;

	for (i = 0; i < schema->count; i++)
		if (strcmp(schema->fields[i].key, key) == 0)
			return &schema->fields[i];
	return NULL;
}

static void
fill_map(struct filling *fill, const struct cao_schema *schema,
    const struct cao_node *map, void *object)
{
	const struct cao_field *f;
	const struct cao_node *n;
	struct cao_error e;
	size_t i, mark;

	for (n = map->children; n != NULL; n = n->next) {
		mark = descend(fill, n->key, 0);
		if (!n->faulty && (f = find_field(schema, n->key)) != NULL)
			fill_field(fill, f, n, object);
		else if (!n->faulty)
			unknown_fault(fill, schema, n);
		ascend(fill, mark);
	}
	for (i = 0; i < schema->count && !fill->stored; i++) {
		f = &schema->fields[i];
		if ((f->flags & CAO_REQUIRED) == 0 ||
		    cao_node_get(map, f->key) != NULL)
			continue;
		mark = descend(fill, f->key, 0);
		cao_fail(&e, CAO_INPUT, "missing; required");
		add_fault(fill, &e, map->line, map->column);
		ascend(fill, mark);
	}
}

static bool
is_before(const struct cao_error *a, const struct cao_error *b)
{
	return a->line < b->line ||
	    (a->line == b->line && a->column < b->column);
}

/* Put the faults from first on into the order of their places. */
static void
sort_faults(struct cao_faults *faults, size_t first)
{
	struct cao_error *list = faults->list, moved;
	size_t i, j;

	for (i = first + 1; i < faults->count; i++) {
		if (!is_before(&list[i], &list[i - 1]))
			continue;
		moved = list[i];
		for (j = i; j > first && is_before(&moved, &list[j - 1]); j--)
			list[j] = list[j - 1];
		list[j] = moved;
	}
}

void
cao_schema_fill(const struct cao_schema *schema, const struct cao_node *doc,
    const char *file, void *object, struct cao_faults *faults)
{
	struct filling fill = { .file = file, .faults = faults };
	size_t first = faults->count;

	/* What the reader found wrong with this document belongs between. */
	while (first > 0 && faults->list[first - 1].line >= doc->line &&
	    strcmp(faults->list[first - 1].file, file) == 0)
		first--;
	if (doc->kind == CAO_MAP || check_kind(&fill, doc, CAO_MAP, true))
		fill_map(&fill, schema, doc, object);
	sort_faults(faults, first);
}

enum cao_status
cao_schema_from_json(const struct cao_schema *schema, const char *json,
    void *object, struct cao_error *e)
{
	struct cao_faults faults = { 0 };
	struct filling fill = { .file = "", .faults = &faults, .stored = true };
	struct cao_node *doc = NULL;
	enum cao_status st;

	st = cao_json_read(schema->name, json, strlen(json), &doc, e);
	if (st == CAO_OK && check_kind(&fill, doc, CAO_MAP, false))
		fill_map(&fill, schema, doc, object);
	if (faults.count > 0) {
		*e = faults.list[0];
		st = e->status;
		cao_schema_free(schema, object);
	}
	if (st == CAO_INPUT) {
		cao_error_prefix(e, "stored %s", schema->name);
		cao_error_place(e, "", 0, 0, NULL);
		e->status = st = CAO_INTEGRITY;
	}
	cao_faults_free(&faults);
	cao_node_free(doc);
	return st;
}
