/* What a form's file may say. */
#include "order/form.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "codec/yaml.h"
#include "order/form_parts.h"

#define ID_MAX 40
#define TITLE_MAX 120
#define TEXT_MAX 8000
#define CELL_TEXT_MAX 500
#define BLOCKS_MAX 80
#define ROWS_MAX 60
#define NOTES_MAX 40
#define HEIGHT_MAX 220 /* mm: what a page has room for */
#define SHARE_MAX 100
#define BOXES_MAX 6
#define PARTS_MAX 9
#define NAME_SIZE 48 /* a placeholder's name in a message */
#define PLACEHOLDERS_MAX 100

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define AT(type, member) offsetof(struct type, member)
#define LOWER "abcdefghijklmnopqrstuvwxyz"

static const char *const aligns[] = { "left", "center", "right", NULL };
static const char *const sizes[] = { "small", "normal", "large", "huge", NULL };
static const char *const eaches[] = { "missing", "documents", "fees", "invoice",
	NULL };

static enum cao_status
check_id(const char *text, struct cao_error *err)
{
	size_t len = strspn(text, LOWER "-");

	if (text[len] == '\0' && *text != '-' && text[len - 1] != '-' &&
	    strstr(text, "--") == NULL)
		return CAO_OK;
	return cao_fail(
	    err, CAO_INPUT, "not only of a-z and single hyphens between them");
}

static enum cao_status
check_logo(const char *text, struct cao_error *err)
{
	size_t len = strlen(text);

	if (len > 4 && strcmp(text + len - 4, ".png") == 0 && *text != '.' &&
	    strchr(text, '/') == NULL)
		return CAO_OK;
	return cao_fail(err, CAO_INPUT,
	    "not the plain name of a PNG file that lies beside this one, such "
	    "as logo.png");
}

static enum cao_status
check_share(const char *text, struct cao_error *err)
{
	size_t len = strspn(text, "0123456789");
	long share = len > 0 && len <= 3 ? strtol(text, NULL, 10) : 0;

	if (text[len] == '\0' && *text != '0' && share >= 1 &&
	    share <= SHARE_MAX)
		return CAO_OK;
	return cao_fail(err, CAO_INPUT,
	    "a column's share of the width is a whole number from 1 to %d",
	    SHARE_MAX);
}

static const char *
nearest(const char *name)
{
	const char *names[PLACEHOLDERS_MAX + 1];
	size_t i = 0;

	while (i < PLACEHOLDERS_MAX &&
	    (names[i] = cao_form_placeholder(i)) != NULL)
		i++;
	names[i] = NULL;
	return cao_text_nearest(name, names);
}

/* Every placeholder in the text is one that there is. */
static enum cao_status
check_text(const char *text, struct cao_error *err)
{
	const char *name, *near;
	char shown[NAME_SIZE];
	size_t len;

	while (*text != '\0') {
		if ((text = cao_form_piece(text, &len, &name)) == NULL)
			return cao_fail(err, CAO_INPUT,
			    "a '{' without its '}'; write '{{' for a brace");
		if (name == NULL || cao_placeholder_find(name, len) != NULL)
			continue;
		(void)snprintf(shown, sizeof shown, "%.*s",
		    len < NAME_SIZE ? (int)len : 0, name);
		if (strcmp(shown, "item.title") == 0 ||
		    strcmp(shown, "item.text") == 0 ||
		    strcmp(shown, "item.index") == 0)
			continue;
		if ((near = nearest(shown)) != NULL)
			return cao_fail(err, CAO_INPUT,
			    "unknown placeholder '{%s}'; did you mean '{%s}'",
			    shown, near);
		return cao_fail(err, CAO_INPUT,
		    "unknown placeholder '{%.*s}'; caorder(5) lists them",
		    len < NAME_SIZE ? (int)len : 0, name);
	}
	return CAO_OK;
}

/* clang-format off */
static const struct cao_field cell_fields[] = {
	{ .key = "label", .type = CAO_T_TEXT, .max = CELL_TEXT_MAX,
	    .offset = AT(cao_form_cell, label), .check = check_text,
	    .what = N_("what the cell is for, in lighter ink") },
	{ .key = "value", .type = CAO_T_LINES, .max = CELL_TEXT_MAX,
	    .offset = AT(cao_form_cell, value), .check = check_text,
	    .what = N_("what is filled in") },
	{ .key = "span", .type = CAO_T_INT, .min = 1,
	    .max = CAO_FORM_COLUMNS_MAX, .offset = AT(cao_form_cell, span),
	    .what = N_("columns that it takes; one if left out") },
	{ .key = "down", .type = CAO_T_INT, .min = 1, .max = ROWS_MAX,
	    .offset = AT(cao_form_cell, down),
	    .what = N_("rows that it takes; one if left out") },
	{ .key = "align", .type = CAO_T_CHOICE, .words = aligns,
	    .offset = AT(cao_form_cell, align),
	    .what = N_("where its text stands") },
};
static const struct cao_schema cell_schema = {
	"cell", sizeof(struct cao_form_cell), cell_fields, COUNT(cell_fields),
};

static const struct cao_field row_fields[] = {
	{ .key = "cells", .type = CAO_T_LIST, .flags = CAO_REQUIRED,
	    .max = CAO_FORM_COLUMNS_MAX, .offset = AT(cao_form_row, cells),
	    .sub = &cell_schema, .what = N_("the cells from left to right") },
	{ .key = "each", .type = CAO_T_CHOICE, .words = eaches,
	    .offset = AT(cao_form_row, each),
	    .what = N_("what the row is repeated for") },
	{ .key = "height", .type = CAO_T_INT, .max = HEIGHT_MAX,
	    .offset = AT(cao_form_row, height),
	    .what = N_("millimetres at least") },
};
static const struct cao_schema row_schema = {
	"row", sizeof(struct cao_form_row), row_fields, COUNT(row_fields),
};

#define IN(part, member) \
	(offsetof(struct cao_form_block, part.member) - \
	    offsetof(struct cao_form_block, part))
#define SIZE(part) sizeof((struct cao_form_block *)NULL)->part

static const struct cao_field table_fields[] = {
	{ .key = "columns", .type = CAO_T_LIST, .flags = CAO_REQUIRED,
	    .max = CAO_FORM_COLUMNS_MAX, .offset = IN(table, columns),
	    .check = check_share,
	    .what = N_("the columns' shares of the width") },
	{ .key = "rows", .type = CAO_T_LIST, .flags = CAO_REQUIRED,
	    .max = ROWS_MAX, .offset = IN(table, rows), .sub = &row_schema,
	    .what = N_("the rows; none is broken between pages") },
};
static const struct cao_schema table_schema = {
	"table", SIZE(table), table_fields, COUNT(table_fields),
};

static const struct cao_field boxes_fields[] = {
	{ .key = "title", .type = CAO_T_TEXT, .flags = CAO_REQUIRED,
	    .max = TITLE_MAX, .offset = IN(boxes, title), .check = check_text,
	    .what = N_("what stands above them") },
	{ .key = "hint", .type = CAO_T_TEXT, .max = TITLE_MAX,
	    .offset = IN(boxes, hint), .check = check_text,
	    .what = N_("how to fill them, behind the title") },
	{ .key = "count", .type = CAO_T_INT, .flags = CAO_REQUIRED, .min = 1,
	    .max = BOXES_MAX, .offset = IN(boxes, count),
	    .what = N_("how many stand beside each other") },
	{ .key = "height", .type = CAO_T_INT, .flags = CAO_REQUIRED, .min = 1,
	    .max = HEIGHT_MAX, .offset = IN(boxes, height),
	    .what = N_("millimetres") },
};
static const struct cao_schema boxes_schema = {
	"boxes", SIZE(boxes), boxes_fields, COUNT(boxes_fields),
};

static const struct cao_field block_fields[] = {
	{ .key = "heading", .type = CAO_T_TEXT, .max = TITLE_MAX,
	    .offset = AT(cao_form_block, heading), .check = check_text,
	    .what = N_("a part's title") },
	{ .key = "text", .type = CAO_T_LINES, .max = TEXT_MAX,
	    .offset = AT(cao_form_block, text), .check = check_text,
	    .what = N_("paragraphs, one a line") },
	{ .key = "table", .type = CAO_T_MAP,
	    .offset = AT(cao_form_block, table), .sub = &table_schema,
	    .what = N_("a table") },
	{ .key = "boxes", .type = CAO_T_MAP,
	    .offset = AT(cao_form_block, boxes), .sub = &boxes_schema,
	    .what = N_("boxes for impressions and signatures") },
	{ .key = "notes", .type = CAO_T_LIST, .max = NOTES_MAX,
	    .offset = AT(cao_form_block, notes), .check = check_text,
	    .what = N_("numbered sentences") },
	{ .key = "checks", .type = CAO_T_LIST, .max = NOTES_MAX,
	    .offset = AT(cao_form_block, checks), .check = check_text,
	    .what = N_("sentences that are ticked off") },
	{ .key = "qr", .type = CAO_T_TEXT, .max = TITLE_MAX,
	    .offset = AT(cao_form_block, qr), .check = check_text,
	    .what = N_("the text of a large QR code") },
	{ .key = "space", .type = CAO_T_INT, .min = 1, .max = HEIGHT_MAX,
	    .offset = AT(cao_form_block, space),
	    .what = N_("millimetres that stay empty") },
	{ .key = "page", .type = CAO_T_BOOL,
	    .offset = AT(cao_form_block, page),
	    .what = N_("true: here a page ends") },
	{ .key = "size", .type = CAO_T_CHOICE, .words = sizes,
	    .offset = AT(cao_form_block, size),
	    .what = N_("of the letters") },
	{ .key = "align", .type = CAO_T_CHOICE, .words = aligns,
	    .offset = AT(cao_form_block, align),
	    .what = N_("where the text stands; without it paragraphs are "
		"indented") },
	{ .key = "keep", .type = CAO_T_BOOL,
	    .offset = AT(cao_form_block, keep),
	    .what = N_("true: it stands on the page of the block behind it") },
	{ .key = "business", .type = CAO_T_LIST, .words = cao_businesses,
	    .offset = AT(cao_form_block, business),
	    .what = N_("the kinds of business that the block is for; every "
		"one if left out") },
};
static const struct cao_schema block_schema = {
	"block", sizeof(struct cao_form_block), block_fields,
	COUNT(block_fields),
};

static const struct cao_field form_fields[] = {
	{ .key = "id", .type = CAO_T_TEXT, .flags = CAO_REQUIRED, .min = 1,
	    .max = ID_MAX, .offset = AT(cao_form, id), .check = check_id,
	    .what = N_("what the form is called; its file's name") },
	{ .key = "slot", .type = CAO_T_TEXT, .max = ID_MAX,
	    .offset = AT(cao_form, slot), .check = check_id,
	    .what = N_("the service's slot that it fills") },
	{ .key = "part", .type = CAO_T_INT, .min = 1, .max = PARTS_MAX,
	    .offset = AT(cao_form, part),
	    .what = N_("its place among the forms of the slot") },
	{ .key = "title", .type = CAO_T_TEXT, .flags = CAO_REQUIRED,
	    .max = TITLE_MAX, .offset = AT(cao_form, title),
	    .check = check_text, .what = N_("the title") },
	{ .key = "subtitle", .type = CAO_T_TEXT, .max = TITLE_MAX,
	    .offset = AT(cao_form, subtitle), .check = check_text,
	    .what = N_("a line below it") },
	{ .key = "blocks", .type = CAO_T_LIST, .flags = CAO_REQUIRED,
	    .max = BLOCKS_MAX, .offset = AT(cao_form, blocks),
	    .sub = &block_schema, .what = N_("what stands on it") },
};

static const struct cao_field letterhead_fields[] = {
	{ .key = "name", .type = CAO_T_TEXT, .flags = CAO_REQUIRED,
	    .max = TITLE_MAX, .offset = AT(cao_letterhead, name),
	    .check = check_text, .what = N_("the CA's name") },
	{ .key = "english", .type = CAO_T_TEXT, .max = TITLE_MAX,
	    .offset = AT(cao_letterhead, english), .check = check_text,
	    .what = N_("its name in English") },
	{ .key = "foot", .type = CAO_T_TEXT, .max = TITLE_MAX,
	    .offset = AT(cao_letterhead, foot), .check = check_text,
	    .what = N_("a line at the foot of each page") },
	{ .key = "logo", .type = CAO_T_TEXT, .max = TITLE_MAX,
	    .offset = AT(cao_letterhead, logo), .check = check_logo,
	    .what = N_("a PNG file that lies beside this one") },
};
/* clang-format on */
const struct cao_schema cao_form_schema = {
	"form",
	sizeof(struct cao_form),
	form_fields,
	COUNT(form_fields),
};
const struct cao_schema cao_letterhead_schema = {
	"letterhead",
	sizeof(struct cao_letterhead),
	letterhead_fields,
	COUNT(letterhead_fields),
};

static enum cao_status
read_one(const struct cao_schema *schema, const char *name, const char *text,
    size_t len, void *object, struct cao_faults *faults)
{
	struct cao_place place = { NULL, name, faults };
	struct cao_node *doc = NULL, *second = NULL;
	struct cao_yaml *yaml = NULL;
	struct cao_error err;

	if (cao_yaml_open_text(name, text, len, &yaml, &err) != CAO_OK) {
		cao_place_fault(&place, "", &err);
	} else if (cao_yaml_next(yaml, &doc, faults) == CAO_OK) {
		place.doc = doc;
		if (doc != NULL)
			cao_schema_fill(schema, doc, name, object, faults);
		if (doc != NULL && cao_faults_status(faults) == CAO_OK &&
		    schema == &cao_form_schema)
			cao_form_check(&place, object);
		if (doc == NULL ||
		    (cao_yaml_next(yaml, &second, faults) == CAO_OK &&
			second != NULL)) {
			(void)cao_fail(&err, CAO_INPUT,
			    "a file holds one %s, and one only", schema->name);
			place.doc = second;
			cao_place_fault(&place, "", &err);
		}
	}
	cao_node_free(second);
	cao_node_free(doc);
	cao_yaml_close(yaml);
	if (cao_faults_status(faults) != CAO_OK)
		cao_schema_free(schema, object);
	return cao_faults_status(faults);
}

enum cao_status
cao_form_read(const char *name, const char *text, size_t len,
    struct cao_form *ret, struct cao_faults *faults)
{
	*ret = (struct cao_form){ .id = NULL };
	return read_one(&cao_form_schema, name, text, len, ret, faults);
}

enum cao_status
cao_letterhead_read(const char *name, const char *text, size_t len,
    struct cao_letterhead *ret, struct cao_faults *faults)
{
	*ret = (struct cao_letterhead){ .name = NULL };
	return read_one(&cao_letterhead_schema, name, text, len, ret, faults);
}
