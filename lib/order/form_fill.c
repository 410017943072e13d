/* An order's data put into a form. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/money.h"
#include "order/form_parts.h"

struct filling {
	const struct cao_form_facts *facts;
	struct cao_form_values *values;
	struct cao_form_item item;
	bool no_memory;
};

void
cao_form_values_free(struct cao_form_values *values)
{
	for (size_t i = 0; i < values->count; i++) {
		free(values->list[i].name);
		free(values->list[i].text);
	}
	free(values->list);
	*values = (struct cao_form_values){ .list = NULL };
}

/* Keep what was filled in, each placeholder once. */
static void
keep(struct filling *f, const char *name, size_t len, const char *text)
{
	struct cao_form_values *v = f->values;
	struct cao_form_value *grown;

	for (size_t i = 0; i < v->count; i++)
		if (strlen(v->list[i].name) == len &&
		    strncmp(v->list[i].name, name, len) == 0 &&
		    strcmp(v->list[i].text, text) == 0)
			return;
	grown = realloc(v->list, (v->count + 1) * sizeof *grown);
	if (grown == NULL) {
		f->no_memory = true;
		return;
	}
	v->list = grown;
	grown += v->count;
	grown->name = strndup(name, len);
	grown->text = strdup(text);
	v->count++;
	if (grown->name == NULL || grown->text == NULL)
		f->no_memory = true;
}

static void
put_item(struct cao_buf *out, const struct cao_form_item *item,
    const char *name, size_t len)
{
	name += strlen(CAO_FORM_ITEM);
	len -= strlen(CAO_FORM_ITEM);
	if (item->index == 0)
		return;
	if (len == 5 && strncmp(name, "index", len) == 0)
		cao_buf_printf(out, "%zu", item->index);
	else
		cao_buf_puts(out,
		    *name == 't' && name[1] == 'i' ? item->title : item->text);
}

/* What the placeholder stands for; alone: it is all of its cell, which itself
 * is room to write in a blank form. */
static void
put_value(struct filling *f, struct cao_buf *out, const char *name, size_t len,
    bool running, bool alone)
{
	const struct cao_placeholder *p = cao_placeholder_find(name, len);
	struct cao_buf value = { 0 };

	if (p == NULL)
		put_item(&value, &f->item, name, len);
	else if (f->facts->order != NULL || p->lasting)
		p->put(&value, f->facts, p->at);
	if (!cao_buf_ok(&value))
		f->no_memory = true;
	keep(f, name, len, cao_buf_text(&value));
	if (p != NULL && p->personal && value.len > 0)
		f->values->personal = true;
	running = running && (p == NULL || !p->lasting);
	if (running)
		cao_buf_putc(out, CAO_FORM_FILLED);
	if (f->facts->order == NULL && value.len == 0 && p != NULL &&
	    !p->lasting && (running || !alone || p->shaped))
		cao_buf_puts(out, p->blank);
	cao_buf_add(out, value.data, value.len);
	if (running)
		cao_buf_putc(out, CAO_FORM_FILLED_END);
	cao_buf_free(&value);
}

/* The text with what its placeholders stand for; it was checked. */
static char *
expand(struct filling *f, const char *text, bool running)
{
	struct cao_buf out = { 0 };
	const char *name, *rest, *first = text;
	char *filled;
	size_t len;

	for (; *text != '\0'; text = rest) {
		if ((rest = cao_form_piece(text, &len, &name)) == NULL)
			break;
		if (name != NULL)
			put_value(f, &out, name, len, running,
			    text == first && *rest == '\0');
		else
			cao_buf_add(&out, text, len);
	}
	filled = (char *)cao_buf_take(&out, &len);
	f->no_memory |= filled == NULL;
	return filled;
}

static void
fill_text(struct filling *f, char **text, bool running)
{
	char *filled;

	if (*text == NULL)
		return;
	filled = expand(f, *text, running);
	free(*text);
	*text = filled;
}

static void
fill_words(struct filling *f, struct cao_list *list)
{
	char **words = list->items;

	for (size_t i = 0; i < list->count; i++)
		fill_text(f, &words[i], true);
}

static void
fill_cells(struct filling *f, struct cao_form_row *row)
{
	struct cao_form_cell *cells = row->cells.items;

	for (size_t i = 0; i < row->cells.count; i++) {
		fill_text(f, &cells[i].label, false);
		fill_text(f, &cells[i].value, false);
	}
}

static char *
copy_text(struct filling *f, const char *text)
{
	char *copy = text == NULL ? NULL : strdup(text);

	f->no_memory |= text != NULL && copy == NULL;
	return copy;
}

static void
copy_row(
    struct filling *f, const struct cao_form_row *from, struct cao_form_row *to)
{
	const struct cao_form_cell *cells = from->cells.items;
	struct cao_form_cell *copies;

	*to = (struct cao_form_row){ .height = from->height };
	copies = calloc(from->cells.count, sizeof *copies);
	if (copies == NULL) {
		f->no_memory = true;
		return;
	}
	for (size_t i = 0; i < from->cells.count; i++) {
		copies[i] = cells[i];
		copies[i].label = copy_text(f, cells[i].label);
		copies[i].value = copy_text(f, cells[i].value);
		copies[i].align = copy_text(f, cells[i].align);
	}
	to->cells.items = copies;
	to->cells.count = from->cells.count;
}

/* How many there are of what a row is repeated for. */
static size_t
count_of(const struct cao_form_facts *facts, const char *each)
{
	size_t count = 0;

	if (facts->order == NULL)
		return 1; /* an empty one */
	if (strcmp(each, "missing") == 0)
		return facts->nmissing;
	if (strcmp(each, "documents") == 0)
		return facts->order->ndocuments;
	if (strcmp(each, "invoice") == 0)
		return facts->invoice != NULL ? facts->invoice->nitems : 0;
	for (size_t i = 0; i < facts->service->fees.count; i++)
		count += cao_list_has(
		    &((struct cao_fee_item *)facts->service->fees.items)[i]
			 .business,
		    facts->order->application.business);
	return count;
}

static void
item_of_document(const struct cao_form_facts *facts, size_t i,
    struct cao_form_item *item, struct cao_buf *text)
{
	const struct cao_document *d = &facts->order->documents[i];
	const struct cao_slot *slot = cao_service_slot(facts->service, d->slot);

	item->title = slot != NULL ? slot->label.zh : d->slot;
	if (d->pages > 0)
		cao_buf_printf(text, "%u页", d->pages);
}

static void
put_amount(struct cao_buf *text, int64_t fen)
{
	char amount[CAO_MONEY_SIZE];

	cao_money_format(fen, amount);
	cao_buf_puts(text, amount);
}

static void
item_of_fee(const struct cao_form_facts *facts, size_t i,
    struct cao_form_item *item, struct cao_buf *text)
{
	const struct cao_application *a = &facts->order->application;
	const struct cao_fee_item *fees = facts->service->fees.items;
	struct cao_service one = *facts->service;
	int64_t fen;
	size_t n;

	for (n = 0; n < facts->service->fees.count; n++)
		if (cao_list_has(&fees[n].business, a->business) && i-- == 0)
			break;
	one.fees.items = (struct cao_fee_item *)facts->service->fees.items + n;
	one.fees.count = 1;
	fen = cao_service_fee(&one, a->business, a->validity);
	item->title = fees[n].title.zh;
	put_amount(text, fen);
}

/* Fill in a copy of the row for the i-th of them. */
static void
fill_item(struct filling *f, const struct cao_form_row *from, size_t i,
    struct cao_form_row *to)
{
	struct cao_buf text = { 0 };

	f->item = (struct cao_form_item){ .title = "", .text = "" };
	if (f->facts->order != NULL) {
		f->item.index = i + 1;
		if (strcmp(from->each, "missing") == 0)
			f->item.title = f->facts->missing[i];
		else if (strcmp(from->each, "documents") == 0)
			item_of_document(f->facts, i, &f->item, &text);
		else if (strcmp(from->each, "invoice") == 0) {
			f->item.title = f->facts->invoice->items[i].title;
			put_amount(&text, f->facts->invoice->items[i].fen);
		} else
			item_of_fee(f->facts, i, &f->item, &text);
		f->item.text = cao_buf_text(&text);
	}
	copy_row(f, from, to);
	fill_cells(f, to);
	f->item.index = 0;
	cao_buf_free(&text);
}

static void
free_row(struct cao_form_row *row)
{
	struct cao_form_cell *cells = row->cells.items;

	for (size_t i = 0; i < row->cells.count; i++) {
		free(cells[i].label);
		free(cells[i].value);
		free(cells[i].align);
	}
	free(cells);
	free(row->each);
}

static void
fill_rows(struct filling *f, struct cao_list *list)
{
	struct cao_form_row *rows = list->items, *all, *to;
	size_t total = 0;

	for (size_t i = 0; i < list->count; i++)
		total +=
		    rows[i].each != NULL ? count_of(f->facts, rows[i].each) : 1;
	if (list->count == 0)
		return;
	if ((all = calloc(total + 1, sizeof *all)) == NULL) {
		f->no_memory = true;
		return;
	}
	to = all;
	for (size_t i = 0; i < list->count; i++) {
		if (rows[i].each == NULL) {
			*to = rows[i];
			fill_cells(f, to++);
			continue;
		}
		for (size_t n = 0; n < count_of(f->facts, rows[i].each); n++)
			fill_item(f, &rows[i], n, to++);
		free_row(&rows[i]);
	}
	free(rows);
	list->items = all;
	list->count = total;
}

static void
fill_block(struct filling *f, struct cao_form_block *b)
{
	fill_text(f, &b->heading, false);
	fill_text(f, &b->text, true);
	fill_text(f, &b->boxes.title, false);
	fill_text(f, &b->boxes.hint, false);
	fill_text(f, &b->qr, false);
	fill_words(f, &b->notes);
	fill_words(f, &b->checks);
	fill_rows(f, &b->table.rows);
}

/* A block of another business is made an empty one, which prints nothing. */
static void
drop_others(const struct cao_form_facts *facts, struct cao_form *form)
{
	struct cao_form_block *blocks = form->blocks.items;
	const char *business =
	    facts->order != NULL ? facts->order->application.business : NULL;
	const struct cao_schema *schema = NULL;

	for (size_t i = 0; i < cao_form_schema.count; i++)
		if (strcmp(cao_form_schema.fields[i].key, "blocks") == 0)
			schema = cao_form_schema.fields[i].sub;
	for (size_t i = 0; i < form->blocks.count; i++)
		if (business != NULL && schema != NULL &&
		    !cao_list_has(&blocks[i].business, business))
			cao_schema_free(schema, &blocks[i]);
}

enum cao_status
cao_form_fill(struct cao_form *form, const struct cao_form_facts *facts,
    struct cao_form_values *values, struct cao_error *err)
{
	struct filling f = { .facts = facts, .values = values };
	struct cao_form_block *blocks = form->blocks.items;

	drop_others(facts, form);
	fill_text(&f, &form->title, false);
	fill_text(&f, &form->subtitle, false);
	for (size_t i = 0; i < form->blocks.count; i++)
		fill_block(&f, &blocks[i]);
	return f.no_memory ? cao_fail_memory(err) : CAO_OK;
}

enum cao_status
cao_letterhead_fill(struct cao_letterhead *head,
    const struct cao_form_facts *facts, struct cao_form_values *values,
    struct cao_error *err)
{
	struct filling f = { .facts = facts, .values = values };

	fill_text(&f, &head->name, false);
	fill_text(&f, &head->english, false);
	fill_text(&f, &head->foot, false);
	return f.no_memory ? cao_fail_memory(err) : CAO_OK;
}
