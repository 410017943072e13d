/* Tables: cells grow with their text, rows stay whole. */
#include <stdlib.h>
#include <string.h>

#include "print/parts.h"

#define PAD_X (1.8 * MM)
#define PAD_Y (1.3 * MM)
#define ROW_MIN (7.8 * MM)
#define TABLE_BEFORE (1.6 * MM)
#define TITLE_HEIGHT (7.4 * MM)

struct table {
	struct flow *flow;
	const struct cao_form_block *block;
	double x[CAO_FORM_COLUMNS_MAX + 1]; /* of the columns' edges */
};

static void
set_columns(struct table *t)
{
	char *const *shares = t->block->table.columns.items;
	size_t count = t->block->table.columns.count;
	double sum = 0, total = 0;

	for (size_t i = 0; i < count; i++)
		total += strtod(shares[i], NULL);
	for (size_t i = 0; i <= count; i++) {
		t->x[i] = WIDTH * sum / total;
		sum += i < count ? strtod(shares[i], NULL) : 0;
	}
}

/* The label and behind it the value; *ret_grey octets are the label's. */
static char *
cell_text(const struct cao_form_cell *cell, size_t *ret_grey)
{
	const char *label = cell->label != NULL ? cell->label : "";
	const char *value = cell->value != NULL ? cell->value : "";
	size_t len = strlen(label) + strlen(value) + 1;
	char *text = malloc(len);

	*ret_grey = strlen(label);
	if (text != NULL)
		(void)snprintf(text, len, "%s%s", label, value);
	return text;
}

static PangoLayout *
cell_layout(struct table *t, const struct cao_form_cell *cell, double width)
{
	struct style style = { .size = SIZE_NORMAL,
		.width = width - 2 * PAD_X };
	PangoLayout *layout = NULL;
	size_t grey;
	char *text;

	if (cell->align != NULL && strcmp(cell->align, "center") == 0)
		style.align = PANGO_ALIGN_CENTER;
	else if (cell->align != NULL && strcmp(cell->align, "right") == 0)
		style.align = PANGO_ALIGN_RIGHT;
	if ((text = cell_text(cell, &grey)) == NULL)
		t->flow->status = cli_memory(t->flow->err);
	else if (*text != '\0')
		layout = print_text(t->flow, text, grey, &style);
	free(text);
	return layout;
}

/* Where one is to write beside or below it, a label stands at the top. */
static bool
stands_on_top(const struct cao_form_cell *cell)
{
	return cell->label != NULL && strstr(cell->label, "：") != NULL;
}

static void
add_cell(struct table *t, struct band *band, const struct cao_form_cell *cell)
{
	double from = t->x[cell->column];
	double width = t->x[cell->column + cell->span] - from;
	struct box *box = print_box(t->flow, band);

	if (box == NULL)
		return;
	box->framed = true;
	box->x = from;
	box->width = width;
	box->layout = cell_layout(t, cell, width);
}

/* The height that the box's text needs. */
static double
need(const struct box *box)
{
	return box->layout == NULL ? 0
				   : print_text_height(box->layout) + 2 * PAD_Y;
}

/* One row more than those that cells of the group come down to. */
static size_t
group_end(const struct cao_form_row *rows, size_t first, size_t count)
{
	size_t end = first + 1;

	for (size_t i = first; i < end && i < count; i++) {
		const struct cao_form_cell *cells = rows[i].cells.items;

		for (size_t n = 0; n < rows[i].cells.count; n++)
			if (i + (size_t)cells[n].down > end)
				end = i + (size_t)cells[n].down;
	}
	return end < count ? end : count;
}

/* Rows as high as their cells need, then the cells that go down several. */
static void
set_heights(const struct cao_form_row *rows, size_t count,
    const struct band *band, double *heights)
{
	for (int several = 0; several < 2; several++) {
		const struct box *box = band->boxes;

		for (size_t i = 0; i < count; i++) {
			const struct cao_form_cell *cells = rows[i].cells.items;

			if (!several && heights[i] < ROW_MIN)
				heights[i] = ROW_MIN;
			if (!several &&
			    heights[i] < (double)rows[i].height * MM)
				heights[i] = (double)rows[i].height * MM;
			for (size_t n = 0; n < rows[i].cells.count;
			     n++, box++) {
				size_t last = i + (size_t)cells[n].down - 1;
				double sum = 0;

				if (several != (cells[n].down > 1))
					continue;
				for (size_t k = i; k <= last; k++)
					sum += heights[k];
				if (need(box) > sum)
					heights[last] += need(box) - sum;
			}
		}
	}
}

static void
set_box(
    struct box *box, const struct cao_form_cell *cell, double y, double height)
{
	box->y = y;
	box->height = height;
	box->text_x = box->x + PAD_X;
	box->text_y = y + PAD_Y;
	if (box->layout != NULL && !stands_on_top(cell))
		box->text_y = y + (height - print_text_height(box->layout)) / 2;
}

/* Rows that a cell joins are one band. */
static void
add_group(struct table *t, const struct cao_form_row *rows, size_t count)
{
	double *heights = calloc(count, sizeof *heights), y = 0;
	struct band *band = print_band(t->flow, 0, 0);
	struct box *box;

	for (size_t i = 0; i < count && t->flow->status == CAO_OK; i++) {
		const struct cao_form_cell *cells = rows[i].cells.items;

		for (size_t n = 0; n < rows[i].cells.count; n++)
			add_cell(t, band, &cells[n]);
	}
	if (heights == NULL && t->flow->status == CAO_OK)
		t->flow->status = cli_memory(t->flow->err);
	if (t->flow->status != CAO_OK)
		goto out;
	set_heights(rows, count, band, heights);
	box = band->boxes;
	for (size_t i = 0; i < count; y += heights[i++]) {
		const struct cao_form_cell *cells = rows[i].cells.items;

		for (size_t n = 0; n < rows[i].cells.count; n++, box++) {
			double height = 0;

			for (size_t k = 0; k < (size_t)cells[n].down; k++)
				height += heights[i + k];
			set_box(box, &cells[n], y, height);
		}
	}
	band->height = y;
out:
	free(heights);
}

/* Does a frame end where the next band begins?  Then they are joined. */
static bool
behind_frame(const struct flow *f)
{
	const struct band *b = f->count > 0 ? &f->bands[f->count - 1] : NULL;

	return b != NULL && b->count > 0 && b->boxes[b->count - 1].framed &&
	    b->boxes[b->count - 1].x + b->boxes[b->count - 1].width > WIDTH - 1;
}

void
print_table(struct flow *f, const struct cao_form_block *b)
{
	const struct cao_form_row *rows = b->table.rows.items;
	struct table t = { .flow = f, .block = b };
	size_t count = b->table.rows.count, first = f->count, end;
	bool joined;

	joined = behind_frame(f);
	set_columns(&t);
	for (size_t i = 0; i < count && f->status == CAO_OK; i = end) {
		end = group_end(rows, i, count);
		add_group(&t, &rows[i], end - i);
	}
	if (f->status == CAO_OK && f->count > first)
		f->bands[first].before = joined ? 0 : TABLE_BEFORE;
}

/* A title over boxes for as many impressions, in one frame. */
void
print_boxes(struct flow *f, const struct cao_form_block *b)
{
	const struct style style = { .size = SIZE_NORMAL };
	double height = (double)b->boxes.height * MM, each;
	struct band *band;
	struct box *box;
	char text[512];

	(void)snprintf(text, sizeof text, "%s%s%s%s", b->boxes.title,
	    b->boxes.hint != NULL ? "（" : "",
	    b->boxes.hint != NULL ? b->boxes.hint : "",
	    b->boxes.hint != NULL ? "）" : "");
	band = print_band(
	    f, TITLE_HEIGHT + height, behind_frame(f) ? 0 : TABLE_BEFORE);
	if ((box = print_box(f, band)) == NULL)
		return;
	box->framed = true;
	box->width = WIDTH;
	box->height = TITLE_HEIGHT;
	box->layout = print_text(f, text, strlen(text), &style);
	box->text_x = PAD_X;
	box->text_y = (TITLE_HEIGHT - print_text_height(box->layout)) / 2;
	each = WIDTH / (double)b->boxes.count;
	for (int64_t i = 0; i < b->boxes.count; i++) {
		if ((box = print_box(f, band)) == NULL)
			return;
		box->framed = true;
		box->x = (double)i * each;
		box->y = TITLE_HEIGHT;
		box->width = each;
		box->height = height;
	}
}
