/* Bands to pages, and pages to PDF. */
#include <cairo-pdf.h>
#include <stdlib.h>
#include <string.h>

#include "print/parts.h"

#define ROOM (BOTTOM - TOP)
#define TITLE_BEFORE (2 * MM)
#define TITLE_LEADING 1.35
#define SUBTITLE_BEHIND (2 * MM)
#define FRAME_WIDTH 0.6
#define PAGES_MAX 99 /* two digits of the code */
#define PDF_MAX (64 * 1024 * 1024)

static void
add_title(struct flow *f, const struct cao_form *form)
{
	struct style style = { .size = SIZE_TITLE,
		.width = WIDTH,
		.align = PANGO_ALIGN_CENTER,
		.leading = TITLE_LEADING };

	print_paragraph(f, form->title, NULL, 0, &style, TITLE_BEFORE);
	style.size = SIZE_NORMAL;
	if (form->subtitle != NULL)
		print_paragraph(f, form->subtitle, NULL, 0, &style, 0);
	for (size_t i = 0; i < f->count; i++)
		if (f->bands[i].form == form)
			f->bands[i].keep = true;
	if (f->status == CAO_OK && f->count > 0)
		f->bands[f->count - 1].height += SUBTITLE_BEHIND;
}

enum cao_status
print_flow(
    struct flow *f, const struct cao_form_paper *paper, struct cao_error *err)
{
	struct band *band;

	f->err = err;
	for (size_t n = 0; n < paper->count && f->status == CAO_OK; n++) {
		const struct cao_form *form = &paper->forms[n];
		const struct cao_form_block *blocks = form->blocks.items;

		f->form = form;
		if (n > 0 && (band = print_band(f, 0, 0)) != NULL)
			band->page = true;
		if (f->status == CAO_OK)
			add_title(f, form);
		for (size_t i = 0;
		     i < form->blocks.count && f->status == CAO_OK; i++)
			print_block(f, &blocks[i]);
	}
	return f->status;
}

/* What must stand on one page with the i-th band, without the empty above. */
static double
together(const struct flow *f, size_t i)
{
	double sum = f->bands[i].height;

	while (f->bands[i].keep && i + 1 < f->count && !f->bands[i + 1].page) {
		i++;
		sum += f->bands[i].before + f->bands[i].height;
	}
	return sum;
}

/* Give each band its place; how many pages. */
static enum cao_status
paginate(struct flow *f, unsigned *ret_pages, struct cao_error *err)
{
	unsigned page = 0;
	double y = 0;

	for (size_t i = 0; i < f->count; i++) {
		struct band *b = &f->bands[i];
		double before = y > 0 ? b->before : 0, wanted = together(f, i);

		if (b->height > ROOM)
			return cli_error(err, CAO_INPUT,
			    _("the form %s: a row is %.0f mm high, and a page "
			      "has room for %.0f"),
			    b->form->id, b->height / MM, ROOM / MM);
		if (wanted > ROOM)
			wanted = b->height;
		if (y > 0 && (b->page || y + before + wanted > ROOM)) {
			page++;
			y = before = 0;
		}
		b->on = page;
		b->y = y + before;
		y = b->y + b->height;
	}
	if (page >= PAGES_MAX)
		return cli_error(err, CAO_INPUT,
		    _("the form %s has more than %d pages"),
		    f->bands[0].form->id, PAGES_MAX);
	*ret_pages = page + 1;
	return CAO_OK;
}

static enum cao_status
draw_box(cairo_t *c, const struct box *box, struct cao_error *err)
{
	if (box->framed || box->filled)
		cairo_rectangle(c, box->x, box->y, box->width, box->height);
	if (box->filled)
		cairo_fill(c);
	cairo_set_line_width(c, FRAME_WIDTH);
	if (box->framed)
		cairo_stroke(c);
	cairo_move_to(c, box->text_x, box->text_y);
	if (box->line != NULL)
		pango_cairo_show_layout_line(c, box->line);
	else if (box->layout != NULL)
		pango_cairo_show_layout(c, box->layout);
	cairo_new_path(c);
	return box->qr == NULL
	    ? CAO_OK
	    : print_qr(c, box->qr, false, box->x, box->y, box->width, err);
}

/* The bands of one page; *ret_form is the one that the page begins with. */
static enum cao_status
draw_bands(
    cairo_t *c, const struct flow *f, unsigned page, struct cao_error *err)
{
	enum cao_status st = CAO_OK;

	for (size_t i = 0; i < f->count; i++) {
		const struct band *b = &f->bands[i];

		if (b->on != page)
			continue;
		cairo_save(c);
		cairo_translate(c, LEFT, TOP + b->y);
		for (size_t n = 0; n < b->count && st == CAO_OK; n++)
			st = draw_box(c, &b->boxes[n], err);
		cairo_restore(c);
	}
	return st;
}

static const struct cao_form *
form_on(const struct flow *f, unsigned page)
{
	size_t i = 0;

	while (i + 1 < f->count && f->bands[i].on != page)
		i++;
	return f->bands[i].form;
}

static enum cao_status
draw_paper(cairo_t *c, struct around *a, const struct cao_form_paper *paper,
    struct cao_error *err)
{
	struct flow f = { .context = a->context };
	struct cao_form_code code = paper->code;
	enum cao_status st;

	st = print_flow(&f, paper, err);
	if (st == CAO_OK)
		st = paginate(&f, &a->pages, err);
	for (unsigned page = 0; st == CAO_OK && page < a->pages; page++) {
		a->page = page + 1;
		a->form = form_on(&f, page);
		a->code = *code.number != '\0' ? &code : NULL;
		code.page = a->page;
		code.pages = a->pages;
		st = print_around(c, a, err);
		if (st == CAO_OK)
			st = draw_bands(c, &f, page, err);
		cairo_show_page(c);
	}
	print_flow_free(&f);
	return st;
}

/* ---- The file ---- */

struct bytes {
	unsigned char *data;
	size_t len, room;
};

static cairo_status_t
take(void *arg, const unsigned char *data, unsigned len)
{
	struct bytes *b = arg;
	unsigned char *grown;
	size_t room;

	if (len > PDF_MAX - b->len)
		return CAIRO_STATUS_WRITE_ERROR;
	if (b->room - b->len < len) {
		room = b->room * 2 > b->len + len ? b->room * 2 : b->len + len;
		if ((grown = realloc(b->data, room)) == NULL)
			return CAIRO_STATUS_NO_MEMORY;
		b->data = grown;
		b->room = room;
	}
	memcpy(b->data + b->len, data, len);
	b->len += len;
	return CAIRO_STATUS_SUCCESS;
}

/* What the PDF says of itself: nothing of now, so that the same forms give
 * the same octets. */
static void
set_metadata(cairo_surface_t *surface, const struct cao_forms *forms)
{
	const struct cao_form_paper *first = &forms->papers[0];
	char created[CAO_RFC3339_SIZE], title[512];

	cao_time_format(forms->at, created);
	(void)snprintf(title, sizeof title, "%s %s", first->forms[0].title,
	    first->code.number);
	cairo_pdf_surface_set_metadata(
	    surface, CAIRO_PDF_METADATA_CREATE_DATE, created);
	cairo_pdf_surface_set_metadata(
	    surface, CAIRO_PDF_METADATA_TITLE, title);
	cairo_pdf_surface_set_metadata(
	    surface, CAIRO_PDF_METADATA_AUTHOR, forms->head.name);
}

struct source {
	const unsigned char *data;
	size_t left;
};

static cairo_status_t
give(void *arg, unsigned char *data, unsigned len)
{
	struct source *s = arg;

	if (len > s->left)
		return CAIRO_STATUS_READ_ERROR;
	memcpy(data, s->data, len);
	s->data += len;
	s->left -= len;
	return CAIRO_STATUS_SUCCESS;
}

static enum cao_status
read_logo(
    const struct cao_forms *forms, cairo_surface_t **ret, struct cao_error *err)
{
	struct source s = { forms->logo, forms->logo_len };
	cairo_surface_t *logo;

	if (forms->logo == NULL)
		return CAO_OK;
	logo = cairo_image_surface_create_from_png_stream(give, &s);
	if (cairo_surface_status(logo) != CAIRO_STATUS_SUCCESS) {
		cairo_surface_destroy(logo);
		return cli_error(err, CAO_INPUT,
		    _("the logo %s of the letterhead is not a PNG file"),
		    forms->head.logo);
	}
	*ret = logo;
	return CAO_OK;
}

static enum cao_status
draw(PangoContext *context, const struct cao_forms *forms, struct bytes *out,
    struct cao_error *err)
{
	struct around a = { .context = context, .forms = forms };
	cairo_surface_t *surface = cairo_pdf_surface_create_for_stream(
	    take, out, PAGE_WIDTH, PAGE_HEIGHT);
	cairo_t *c = cairo_create(surface);
	enum cao_status st;
	cairo_status_t why;

	set_metadata(surface, forms);
	st = read_logo(forms, &a.logo, err);
	for (size_t i = 0; i < forms->count && st == CAO_OK; i++)
		st = draw_paper(c, &a, &forms->papers[i], err);
	cairo_destroy(c);
	cairo_surface_finish(surface);
	why = cairo_surface_status(surface);
	if (st == CAO_OK && why != CAIRO_STATUS_SUCCESS)
		st = cli_error(err, CAO_SYSTEM, _("writing PDF: %s"),
		    cairo_status_to_string(why));
	cairo_surface_destroy(surface);
	if (a.logo != NULL)
		cairo_surface_destroy(a.logo);
	return st;
}

enum cao_status
print_pdf(const struct cao_forms *forms, unsigned char **ret, size_t *ret_len,
    struct cao_error *err)
{
	struct bytes out = { .data = NULL };
	PangoContext *context;
	enum cao_status st;

	if ((st = print_context(&context, err)) != CAO_OK)
		return st;
	if ((st = print_fonts_check(context, forms, err)) == CAO_OK)
		st = draw(context, forms, &out, err);
	g_object_unref(context);
	if (st != CAO_OK) {
		free(out.data);
		return st;
	}
	*ret = out.data;
	*ret_len = out.len;
	return CAO_OK;
}
