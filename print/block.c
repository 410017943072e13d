/* Blocks as bands: all but tables. */
#include <stdlib.h>
#include <string.h>

#include "print/parts.h"

#define HEADING_BEFORE (2.6 * MM)
#define BAR (1.1 * MM)
#define PARAGRAPH_BEFORE (1.0 * MM)
#define NOTE_BEFORE 0
#define MARK_WIDTH 1.9 /* of a note's number, in letters */
#define TICK_INDENT 2.0
#define TICK_SIDE 0.78
#define QR_SIDE (90 * MM)

void
print_flow_free(struct flow *f)
{
	for (size_t i = 0; i < f->count; i++) {
		for (size_t n = 0; n < f->bands[i].count; n++)
			if (f->bands[i].boxes[n].layout != NULL)
				g_object_unref(f->bands[i].boxes[n].layout);
		free(f->bands[i].boxes);
	}
	free(f->bands);
	f->bands = NULL;
	f->count = f->room = 0;
}

struct band *
print_band(struct flow *f, double height, double before)
{
	struct band *grown;

	if (f->count == f->room) {
		f->room = f->room * 2 + 64;
		grown = realloc(f->bands, f->room * sizeof *grown);
		if (grown == NULL) {
			f->room = f->count;
			f->status = cli_memory(f->err);
			return NULL;
		}
		f->bands = grown;
	}
	grown = &f->bands[f->count++];
	*grown = (struct band){
		.height = height, .before = before, .form = f->form
	};
	return grown;
}

struct box *
print_box(struct flow *f, struct band *band)
{
	struct box *grown;

	if (band == NULL)
		return NULL;
	grown = realloc(band->boxes, (band->count + 1) * sizeof *grown);
	if (grown == NULL) {
		f->status = cli_memory(f->err);
		return NULL;
	}
	band->boxes = grown;
	grown += band->count++;
	*grown = (struct box){ .layout = NULL };
	return grown;
}

static double
size_of(const struct cao_form_block *b)
{
	if (b->size == NULL)
		return SIZE_NORMAL;
	return strcmp(b->size, "small") == 0 ? SIZE_SMALL
	    : strcmp(b->size, "large") == 0  ? SIZE_LARGE
	    : strcmp(b->size, "huge") == 0   ? SIZE_HUGE
					     : SIZE_NORMAL;
}

static void
add_heading(struct flow *f, const char *text)
{
	const struct style style = { .size = SIZE_LARGE, .width = WIDTH };
	size_t first = f->count;
	struct box *bar;

	print_paragraph(f, text, NULL, 2.4 * BAR, &style, HEADING_BEFORE);
	if (f->count == first || f->status != CAO_OK)
		return;
	bar = print_box(f, &f->bands[first]);
	if (bar != NULL) {
		bar->filled = true;
		bar->width = BAR;
		bar->y = f->bands[first].boxes[0].text_y - 0.86 * SIZE_LARGE;
		bar->height = SIZE_LARGE;
	}
	for (size_t i = first; i < f->count; i++)
		f->bands[i].keep = true;
}

/* Each line of it is a paragraph. */
static void
add_paragraphs(struct flow *f, const struct cao_form_block *b)
{
	struct style style = { .size = size_of(b), .width = WIDTH };
	const char *from = b->text;
	char *one;
	size_t len;

	if (b->align == NULL)
		style.indent = 2 * style.size;
	else if (strcmp(b->align, "center") == 0)
		style.align = PANGO_ALIGN_CENTER;
	else if (strcmp(b->align, "right") == 0)
		style.align = PANGO_ALIGN_RIGHT;
	for (; *from != '\0' && f->status == CAO_OK; from += len) {
		len = strcspn(from, "\n");
		if ((one = strndup(from, len)) == NULL) {
			f->status = cli_memory(f->err);
			return;
		}
		if (len > 0)
			print_paragraph(
			    f, one, NULL, 0, &style, PARAGRAPH_BEFORE);
		free(one);
		len += from[len] == '\n';
	}
}

static void
add_notes(struct flow *f, const struct cao_form_block *b)
{
	double size = size_of(b), x = MARK_WIDTH * size;
	const struct style style = { .size = size, .width = WIDTH - x };
	char *const *notes = b->notes.items;
	char marker[32];

	for (size_t i = 0; i < b->notes.count; i++) {
		(void)snprintf(marker, sizeof marker, "%zu、", i + 1);
		print_paragraph(f, notes[i], marker, x, &style, NOTE_BEFORE);
	}
}

/* An open square before each, to be ticked. */
static void
add_checks(struct flow *f, const struct cao_form_block *b)
{
	double size = size_of(b), side = TICK_SIDE * size;
	double x = (TICK_INDENT + 1.4) * size;
	const struct style style = { .size = size, .width = WIDTH - x };
	char *const *checks = b->checks.items;
	struct box *box;
	size_t first;

	for (size_t i = 0; i < b->checks.count; i++) {
		first = f->count;
		print_paragraph(f, checks[i], NULL, x, &style, NOTE_BEFORE);
		if (f->count == first ||
		    (box = print_box(f, &f->bands[first])) == NULL)
			return;
		box->framed = true;
		box->x = TICK_INDENT * size;
		box->y = f->bands[first].boxes[0].text_y - side;
		box->width = box->height = side;
	}
}

static void
add_qr(struct flow *f, const char *text)
{
	struct band *band = print_band(f, QR_SIDE, 0);
	struct box *box = print_box(f, band);

	if (box == NULL)
		return;
	box->qr = text;
	box->x = (WIDTH - QR_SIDE) / 2;
	box->width = box->height = QR_SIDE;
}

void
print_block(struct flow *f, const struct cao_form_block *b)
{
	size_t first = f->count;
	struct band *band;

	if (b->heading != NULL)
		add_heading(f, b->heading);
	else if (b->text != NULL)
		add_paragraphs(f, b);
	else if (b->table.rows.count > 0)
		print_table(f, b);
	else if (b->boxes.count > 0)
		print_boxes(f, b);
	else if (b->notes.count > 0)
		add_notes(f, b);
	else if (b->checks.count > 0)
		add_checks(f, b);
	else if (b->qr != NULL)
		add_qr(f, b->qr);
	else if (b->space > 0)
		(void)print_band(f, 0, (double)b->space * MM);
	else if (b->page && (band = print_band(f, 0, 0)) != NULL)
		band->page = true;
	for (size_t i = first; i < f->count && b->keep; i++)
		f->bands[i].keep = true;
}
