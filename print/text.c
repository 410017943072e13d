/* Text: layouts, and paragraphs as lines. */
#include <stdlib.h>
#include <string.h>

#include "print/parts.h"

#define LINE_SPACING 1.45 /* in cells */
#define LEADING 1.6       /* of paragraphs, from line to line, in letters */
#define ASCENT 0.86       /* of a Chinese character above its baseline */
#define GREY 0x5000       /* of 0xffff, what labels are written in */

/* The text without the marks around what was filled in, which is underlined
 * instead. */
static char *
plain(const char *text, PangoAttrList *attributes)
{
	char *out = malloc(strlen(text) + 1), *to = out;
	PangoAttribute *line = NULL;

	if (out == NULL)
		return NULL;
	for (; *text != '\0'; text++) {
		if (*text == CAO_FORM_FILLED && line == NULL) {
			line = pango_attr_underline_new(PANGO_UNDERLINE_SINGLE);
			line->start_index = (guint)(to - out);
		} else if (*text == CAO_FORM_FILLED_END && line != NULL) {
			line->end_index = (guint)(to - out);
			pango_attr_list_insert(attributes, line);
			line = NULL;
		} else {
			*to++ = *text;
		}
	}
	*to = '\0';
	if (line != NULL)
		pango_attribute_destroy(line);
	return out;
}

static void
set_grey(PangoAttrList *attributes, size_t length)
{
	PangoAttribute *ink = pango_attr_foreground_new(GREY, GREY, GREY);

	ink->start_index = 0;
	ink->end_index = (guint)length;
	pango_attr_list_insert(attributes, ink);
}

static void
set_style(PangoLayout *layout, const struct style *style)
{
	PangoFontDescription *font =
	    pango_font_description_copy(pango_context_get_font_description(
		pango_layout_get_context(layout)));

	pango_font_description_set_size(font, (int)(style->size * PANGO_SCALE));
	pango_layout_set_font_description(layout, font);
	pango_font_description_free(font);
	pango_layout_set_line_spacing(layout, LINE_SPACING);
	pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
	pango_layout_set_alignment(layout, style->align);
	pango_layout_set_indent(layout, (int)(style->indent * PANGO_SCALE));
	if (style->width > 0)
		pango_layout_set_width(
		    layout, (int)(style->width * PANGO_SCALE));
}

PangoLayout *
print_text(
    struct flow *f, const char *text, size_t grey, const struct style *style)
{
	PangoLayout *layout = pango_layout_new(f->context);
	PangoAttrList *attributes = pango_attr_list_new();
	char *shown = plain(text, attributes), where[128];
	gunichar c;

	if (grey > 0)
		set_grey(attributes, grey);
	if (shown == NULL)
		f->status = cli_memory(f->err);
	pango_layout_set_text(layout, shown != NULL ? shown : "", -1);
	pango_layout_set_attributes(layout, attributes);
	set_style(layout, style);
	if (f->status == CAO_OK &&
	    pango_layout_get_unknown_glyphs_count(layout) > 0 &&
	    (c = print_unknown(f->context, shown)) != 0) {
		(void)snprintf(where, sizeof where, _("the form %s"),
		    f->form != NULL ? f->form->id : "");
		f->status = print_unknown_fail(where, c, f->err);
	}
	pango_attr_list_unref(attributes);
	free(shown);
	return layout;
}

double
print_text_height(PangoLayout *layout)
{
	int height;

	pango_layout_get_size(layout, NULL, &height);
	return (double)height / PANGO_SCALE;
}

/* The next line of the layout as a band. */
static struct band *
add_line(struct flow *f, PangoLayoutIter *at, double x,
    const struct style *style, double before)
{
	double size = style->size;
	double height = (style->leading > 0 ? style->leading : LEADING) * size;
	PangoRectangle logical;
	struct band *band;
	struct box *box;

	pango_layout_iter_get_line_extents(at, NULL, &logical);
	band = print_band(f, height, before);
	if ((box = print_box(f, band)) == NULL)
		return NULL;
	box->layout = g_object_ref(pango_layout_iter_get_layout(at));
	box->line = pango_layout_iter_get_line_readonly(at);
	box->text_x = x + (double)logical.x / PANGO_SCALE;
	box->text_y = (height - size) / 2 + ASCENT * size;
	return band;
}

static void
add_marker(struct flow *f, struct band *band, const char *marker,
    const struct style *style)
{
	const struct style beside = { .size = style->size };
	double baseline = band->boxes[0].text_y;
	struct box *box = print_box(f, band);

	if (box == NULL)
		return;
	box->layout = print_text(f, marker, 0, &beside);
	box->line = pango_layout_get_line_readonly(box->layout, 0);
	box->text_y = baseline;
}

void
print_paragraph(struct flow *f, const char *text, const char *marker, double x,
    const struct style *style, double before)
{
	PangoLayout *layout = print_text(f, text, 0, style);
	PangoLayoutIter *at = pango_layout_get_iter(layout);
	int lines = pango_layout_get_line_count(layout);
	struct band *band;

	for (int i = 0; i < lines; i++) {
		band = add_line(f, at, x, style, i == 0 ? before : 0);
		if (band == NULL)
			break;
		/* Neither the first nor the last line stands alone. */
		band->keep = lines > 1 && (i == 0 || i == lines - 2);
		if (i == 0 && marker != NULL)
			add_marker(f, band, marker, style);
		(void)pango_layout_iter_next_line(at);
	}
	pango_layout_iter_free(at);
	g_object_unref(layout);
}
