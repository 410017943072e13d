/*
 * The fonts: those that we name and no other, so that a form looks the same
 * everywhere.  Both are TrueType: of CFF fonts cairo 1.16 loses a character of
 * the forms in PDF.
 */
#include <fontconfig/fontconfig.h>
#include <pango/pangofc-fontmap.h>

#include "print/parts.h"

#define FAMILY "WenQuanYi Micro Hei"
#define FAMILY_RARE "BabelStone Han"
#define PACKAGE "fonts-wqy-microhei"
#define PACKAGE_RARE "fonts-babelstone-han"

static const char config_text[] =
    "<?xml version=\"1.0\"?>"
    "<!DOCTYPE fontconfig SYSTEM \"fonts.dtd\">"
    "<fontconfig>"
    "<dir>/usr/share/fonts/truetype/wqy</dir>"
    "<dir>/usr/share/fonts/truetype/babelstone</dir>"
    "<dir>/usr/share/fonts/wqy-microhei</dir>"
    "<dir>/usr/local/share/fonts</dir>"
    "<cachedir>/var/cache/fontconfig</cachedir>"
    "<selectfont>"
    "<acceptfont>"
    "<glob>*/wqy-microhei.ttc</glob>"
    "<glob>*/BabelStoneHan.ttf</glob>"
    "</acceptfont>"
    "<rejectfont><glob>*</glob></rejectfont>"
    "</selectfont>"
    "</fontconfig>";

static bool
has_family(FcConfig *config, const char *family)
{
	FcFontSet *set = FcConfigGetFonts(config, FcSetSystem);
	FcChar8 *name;

	for (int i = 0; set != NULL && i < set->nfont; i++)
		if (FcPatternGetString(set->fonts[i], FC_FAMILY, 0, &name) ==
			FcResultMatch &&
		    FcStrCmp(name, (const FcChar8 *)family) == 0)
			return true;
	return false;
}

/* The configuration becomes that of the process. */
static enum cao_status
load(FcConfig **ret, struct cao_error *err)
{
	FcConfig *config = FcConfigCreate();

	if (config == NULL)
		return cli_memory(err);
	if (!FcConfigParseAndLoadFromMemory(
		config, (const FcChar8 *)config_text, FcTrue) ||
	    !FcConfigBuildFonts(config) || !FcConfigSetCurrent(config)) {
		FcConfigDestroy(config);
		return cli_error(err, CAO_SYSTEM, _("no fonts can be loaded"));
	}
	*ret = config;
	if (has_family(config, FAMILY))
		return CAO_OK;
	FcConfigDestroy(config);
	return cli_error(err, CAO_SYSTEM,
	    _("the font %s is not there; install the package %s"), FAMILY,
	    PACKAGE);
}

enum cao_status
print_context(PangoContext **ret, struct cao_error *err)
{
	PangoFontDescription *font;
	cairo_font_options_t *options;
	PangoFontMap *map;
	FcConfig *config = NULL;
	enum cao_status st;

	if ((st = load(&config, err)) != CAO_OK)
		return st;
	map = pango_cairo_font_map_new_for_font_type(CAIRO_FONT_TYPE_FT);
	pango_fc_font_map_set_config(PANGO_FC_FONT_MAP(map), config);
	pango_cairo_font_map_set_resolution(PANGO_CAIRO_FONT_MAP(map), 72);
	*ret = pango_font_map_create_context(map);
	font = pango_font_description_from_string(FAMILY ", " FAMILY_RARE);
	pango_context_set_font_description(*ret, font);
	pango_font_description_free(font);
	pango_context_set_language(*ret, pango_language_from_string("zh-cn"));
	pango_context_set_round_glyph_positions(*ret, FALSE);
	options = cairo_font_options_create();
	cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
	cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
	cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
	pango_cairo_context_set_font_options(*ret, options);
	cairo_font_options_destroy(options);
	FcConfigDestroy(config);
	g_object_unref(map);
	return CAO_OK;
}

/* What a font has there means nothing. */
static bool
is_private(gunichar c)
{
	return g_unichar_type(c) == G_UNICODE_PRIVATE_USE;
}

gunichar
print_unknown(PangoContext *context, const char *text)
{
	PangoLayout *layout = pango_layout_new(context);
	gunichar found = 0, c;
	const char *next;
	bool some;

	pango_layout_set_text(layout, text, -1);
	some = pango_layout_get_unknown_glyphs_count(layout) > 0;
	for (; found == 0 && *text != '\0'; text = next) {
		next = g_utf8_find_next_char(text, NULL);
		c = g_utf8_get_char(text);
		if (some)
			pango_layout_set_text(layout, text, (int)(next - text));
		if (is_private(c) ||
		    (some && pango_layout_get_unknown_glyphs_count(layout) > 0))
			found = c;
	}
	g_object_unref(layout);
	return found;
}

enum cao_status
print_unknown_fail(const char *where, gunichar c, struct cao_error *err)
{
	char text[8] = { 0 };

	(void)g_unichar_to_utf8(c, text);
	if (is_private(c))
		return cli_error(err, CAO_INPUT,
		    _("%s has the character U+%04X, which is for private use: "
		      "no font can tell what it looks like"),
		    where, (unsigned)c);
	if (!has_family(FcConfigGetCurrent(), FAMILY_RARE))
		return cli_error(err, CAO_INPUT,
		    _("%s has the character %s (U+%04X), which no installed "
		      "font has; install the package %s"),
		    where, text, (unsigned)c, PACKAGE_RARE);
	return cli_error(err, CAO_INPUT,
	    _("%s has the character %s (U+%04X), which neither %s nor %s has; "
	      "that form is to be written by hand (ca-form --blank)"),
	    where, text, (unsigned)c, FAMILY, FAMILY_RARE);
}

enum cao_status
print_fonts_check(
    PangoContext *context, const struct cao_forms *forms, struct cao_error *err)
{
	gunichar c;

	for (size_t i = 0; i < forms->nvalues; i++)
		if ((c = print_unknown(context, forms->values[i].text)) != 0)
			return print_unknown_fail(
			    forms->values[i].name, c, err);
	return CAO_OK;
}
