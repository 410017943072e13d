/* What no single field of a form can tell. */
#include <stdio.h>
#include <string.h>

#include "order/form_parts.h"

#define PATH_SIZE 64

/* Where the checks are: the block, and for a path into it the row. */
struct checking {
	struct cao_place place;
	size_t block, row;
};

static void
fault(struct checking *c, struct cao_error *err)
{
	char path[PATH_SIZE];

	if (c->row == 0)
		(void)snprintf(path, sizeof path, "blocks[%zu]", c->block);
	else
		(void)snprintf(path, sizeof path, "blocks[%zu].table.rows[%zu]",
		    c->block, c->row);
	cao_place_fault(&c->place, path, err);
}

/* A block is of exactly one kind. */
static void
check_kind(struct checking *c, const struct cao_form_block *b)
{
	int kinds = (b->heading != NULL) + (b->text != NULL) +
	    (b->table.rows.count > 0) + (b->boxes.count > 0) +
	    (b->notes.count > 0) + (b->checks.count > 0) + (b->qr != NULL) +
	    (b->space > 0) + b->page;
	struct cao_error err;

	if (kinds == 1)
		return;
	(void)cao_fail(&err, CAO_INPUT,
	    "a block is one of heading, text, table, boxes, notes, checks, qr, "
	    "space and page; this one is %s",
	    kinds == 0 ? _("none of them") : _("more than one"));
	fault(c, &err);
}

/* Placeholders of an item belong into a row that is repeated for each. */
static void
check_item(struct checking *c, const struct cao_form_row *row)
{
	const struct cao_form_cell *cells = row->cells.items;
	struct cao_error err;

	for (size_t i = 0; i < row->cells.count; i++) {
		const char *const texts[] = { cells[i].label, cells[i].value };

		if (row->each != NULL && cells[i].down > 1) {
			(void)cao_fail(&err, CAO_INPUT,
			    "a cell of a row that is repeated goes down one "
			    "row only");
			fault(c, &err);
		}
		for (size_t t = 0; t < 2 && row->each == NULL; t++) {
			if (texts[t] == NULL ||
			    strstr(texts[t], "{" CAO_FORM_ITEM) == NULL)
				continue;
			(void)cao_fail(&err, CAO_INPUT,
			    "'{item…}' stands in a row with 'each' only");
			fault(c, &err);
		}
	}
}

/* Take the columns that the cell needs, from *at on, which moves behind it. */
static void
place_cell(struct checking *c, struct cao_form_cell *cell, size_t *at,
    int64_t taken[CAO_FORM_COLUMNS_MAX])
{
	struct cao_error err;

	while (taken[*at] > 0)
		++*at;
	cell->column = (int64_t)*at;
	for (int64_t n = cell->span; n > 0; n--, ++*at) {
		if (taken[*at] > 0) {
			(void)cao_fail(&err, CAO_INPUT,
			    "a cell of %lld columns is where one from above "
			    "comes down",
			    (long long)cell->span);
			fault(c, &err);
			return;
		}
		taken[*at] = -cell->down;
	}
}

/* Put the row's cells into the columns that rows above leave free; taken says
 * for how many rows each column is taken. */
static void
place_row(struct checking *c, struct cao_form_row *row, size_t columns,
    int64_t taken[CAO_FORM_COLUMNS_MAX])
{
	struct cao_form_cell *cells = row->cells.items;
	size_t at = 0, free = 0, wanted = 0;
	struct cao_error err;

	for (size_t i = 0; i < columns; i++)
		free += taken[i] == 0;
	for (size_t i = 0; i < row->cells.count; i++) {
		cells[i].span += cells[i].span == 0;
		cells[i].down += cells[i].down == 0;
		wanted += (size_t)cells[i].span;
	}
	if (wanted != free) {
		(void)cao_fail(&err, CAO_INPUT,
		    "its cells take %zu columns, and %zu are free", wanted,
		    free);
		fault(c, &err);
	}
	for (size_t i = 0; wanted == free && i < row->cells.count; i++)
		place_cell(c, &cells[i], &at, taken);
	for (size_t i = 0; i < columns; i++)
		if (taken[i] != 0)
			taken[i] = (taken[i] < 0 ? -taken[i] : taken[i]) - 1;
}

static void
check_table(struct checking *c, struct cao_form_block *b)
{
	int64_t taken[CAO_FORM_COLUMNS_MAX] = { 0 };
	struct cao_form_row *rows = b->table.rows.items;
	struct cao_error err;

	for (size_t i = 0; i < b->table.rows.count; i++) {
		c->row = i + 1;
		check_item(c, &rows[i]);
		place_row(c, &rows[i], b->table.columns.count, taken);
	}
	for (size_t i = 0; i < b->table.columns.count; i++) {
		if (taken[i] <= 0)
			continue;
		(void)cao_fail(
		    &err, CAO_INPUT, "a cell goes down further than the table");
		fault(c, &err);
		break;
	}
	c->row = 0;
}

void
cao_form_check(const struct cao_place *place, struct cao_form *form)
{
	struct cao_form_block *blocks = form->blocks.items;
	struct checking c = { .place = *place };

	for (size_t i = 0; i < form->blocks.count; i++) {
		c.block = i + 1;
		check_kind(&c, &blocks[i]);
		check_table(&c, &blocks[i]);
	}
	form->part += form->part == 0;
}
