/* What stands around the body of a page: head, foot, codes. */
#include <string.h>

#include "print/parts.h"

#define HEAD (12 * MM)
#define QR_SIDE (25 * MM) /* a millimetre a module */
#define QR_X (PAGE_WIDTH - LEFT - QR_SIDE)
#define HEAD_WIDTH (QR_X - 6 * MM - LEFT)
#define RULE (39 * MM)
#define LOGO_HEIGHT (12 * MM)
#define LOGO_WIDTH (40 * MM)
#define LOGO_GAP (3 * MM)
#define FOOT (263.5 * MM)
#define CODE_MODULE (0.5 * MM)
#define CODE_X ((PAGE_WIDTH - CODE_MODULES * CODE_MODULE) / 2)
#define CODE_Y (271 * MM)
#define CODE_HEIGHT (11 * MM)
#define DIGITS_Y (282.7 * MM)
#define SIZE_NAME 13.0
#define SIZE_ENGLISH 8.0
#define SIZE_FOOT 8.0
#define SIZE_DIGITS 7.5
#define GREY 0.35

/* One line of text, with its left or, centred, its middle at x; its height. */
static double
put_line(cairo_t *c, const struct around *a, const char *text, double x,
    double y, double size, bool centred, double width)
{
	PangoFontDescription *font = pango_font_description_copy(
	    pango_context_get_font_description(a->context));
	PangoLayout *layout = pango_layout_new(a->context);
	int w, h;

	pango_font_description_set_size(font, (int)(size * PANGO_SCALE));
	pango_layout_set_font_description(layout, font);
	pango_font_description_free(font);
	pango_layout_set_text(layout, text, -1);
	if (width > 0)
		pango_layout_set_width(layout, (int)(width * PANGO_SCALE));
	pango_layout_get_size(layout, &w, &h);
	cairo_move_to(c, centred ? x - (double)w / PANGO_SCALE / 2 : x, y);
	pango_cairo_show_layout(c, layout);
	g_object_unref(layout);
	return (double)h / PANGO_SCALE;
}

/* How far to the right the name begins. */
static double
put_logo(cairo_t *c, cairo_surface_t *logo)
{
	double width, height, scale;

	if (logo == NULL)
		return 0;
	width = cairo_image_surface_get_width(logo);
	height = cairo_image_surface_get_height(logo);
	scale = LOGO_HEIGHT / height;
	if (width * scale > LOGO_WIDTH)
		scale = LOGO_WIDTH / width;
	cairo_save(c);
	cairo_translate(c, LEFT, HEAD);
	cairo_scale(c, scale, scale);
	cairo_set_source_surface(c, logo, 0, 0);
	cairo_paint(c);
	cairo_restore(c);
	return width * scale + LOGO_GAP;
}

static void
put_head(cairo_t *c, const struct around *a)
{
	const struct cao_letterhead *head = &a->forms->head;
	double x = LEFT + put_logo(c, a->logo), y = HEAD;
	double width = HEAD_WIDTH - (x - LEFT);
	char text[512];

	y += put_line(c, a, head->name, x, y, SIZE_NAME, false, width);
	if (head->english != NULL) {
		cairo_set_source_rgb(c, GREY, GREY, GREY);
		(void)put_line(
		    c, a, head->english, x, y, SIZE_ENGLISH, false, width);
		cairo_set_source_rgb(c, 0, 0, 0);
	}
	(void)snprintf(text, sizeof text, "%s　第 %u 页　共 %u 页",
	    a->form->title, a->page, a->pages);
	y = RULE - 6.2 * MM;
	(void)put_line(c, a, text, LEFT, y, SIZE_SMALL, false, 0);
	if (a->code == NULL)
		return;
	(void)snprintf(text, sizeof text, "业务单号　%s", a->code->number);
	(void)put_line(c, a, text, LEFT, y - 5 * MM, SIZE_NORMAL, false, 0);
}

static void
put_rules(cairo_t *c)
{
	cairo_set_line_width(c, 1);
	cairo_move_to(c, LEFT, RULE);
	cairo_line_to(c, LEFT + WIDTH, RULE);
	cairo_stroke(c);
	cairo_set_line_width(c, 0.4);
	cairo_move_to(c, LEFT, FOOT);
	cairo_line_to(c, LEFT + WIDTH, FOOT);
	cairo_stroke(c);
}

/* The digits below the bars, for a person: in the parts that they have. */
static void
put_digits(cairo_t *c, const struct around *a, const char *digits)
{
	static const int parts[] = { 2, 17, 2, 2, 2, 17, 2 };
	char text[64], *to = text;

	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		memcpy(to, digits, (size_t)parts[i]);
		digits += parts[i];
		to += parts[i];
		*to++ = ' ';
	}
	to[-1] = '\0';
	(void)put_line(
	    c, a, text, PAGE_WIDTH / 2, DIGITS_Y, SIZE_DIGITS, true, 0);
}

enum cao_status
print_around(cairo_t *c, const struct around *a, struct cao_error *err)
{
	char digits[CAO_FORM_CODE_SIZE];
	enum cao_status st;

	put_head(c, a);
	put_rules(c);
	if (a->forms->head.foot != NULL) {
		cairo_set_source_rgb(c, GREY, GREY, GREY);
		(void)put_line(c, a, a->forms->head.foot, PAGE_WIDTH / 2,
		    FOOT + 1.2 * MM, SIZE_FOOT, true, 0);
		cairo_set_source_rgb(c, 0, 0, 0);
	}
	if (a->code == NULL)
		return CAO_OK;
	cao_form_code_write(a->code, digits);
	st = print_qr(c, digits, true, QR_X, HEAD, QR_SIDE, err);
	if (st == CAO_OK)
		st = print_code128(
		    c, digits, CODE_X, CODE_Y, CODE_MODULE, CODE_HEIGHT, err);
	if (st == CAO_OK)
		put_digits(c, a, digits);
	return st;
}
