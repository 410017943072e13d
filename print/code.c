/* The two codes of a page, module by module. */
#include <stdlib.h>
#include <string.h>
#include <zint.h>

#include "print/parts.h"

#define QR_LEVEL_Q 3   /* a quarter may be covered */
#define QR_VERSION_2 2 /* 25 modules: 48 digits at level Q */

/* The modules that libzint makes of the text. */
static enum cao_status
encode(int symbology, const char *text, bool fixed, struct zint_symbol **ret,
    struct cao_error *err)
{
	struct zint_symbol *s = ZBarcode_Create();
	unsigned char copy[256];
	size_t len = strlen(text);

	if (s == NULL)
		return cli_memory(err);
	s->symbology = symbology;
	s->input_mode = UNICODE_MODE;
	if (symbology == BARCODE_QRCODE) {
		s->option_1 = QR_LEVEL_Q;
		s->option_2 = fixed ? QR_VERSION_2 : 0;
	}
	if (len < sizeof copy)
		memcpy(copy, text, len);
	if (len >= sizeof copy ||
	    ZBarcode_Encode(s, copy, (int)len) >= ZINT_ERROR) {
		(void)cli_error(err, CAO_INPUT,
		    _("'%.60s' cannot be made a code: %s"), text,
		    len < sizeof copy ? s->errtxt : _("it is too long"));
		ZBarcode_Delete(s);
		return err->status;
	}
	*ret = s;
	return CAO_OK;
}

static bool
is_dark(const struct zint_symbol *s, int row, int column)
{
	return (s->encoded_data[row][column / 8] >> (column % 8) & 1) != 0;
}

/* The dark runs of one row. */
static void
draw_row(cairo_t *c, const struct zint_symbol *s, int row, double x, double y,
    double module, double height)
{
	for (int from = 0, to; from < s->width; from = to) {
		to = from + 1;
		while (to < s->width &&
		    is_dark(s, row, to) == is_dark(s, row, from))
			to++;
		if (is_dark(s, row, from))
			cairo_rectangle(c, x + from * module, y,
			    (to - from) * module, height);
	}
}

enum cao_status
print_qr(cairo_t *c, const char *text, bool digits, double x, double y,
    double side, struct cao_error *err)
{
	struct zint_symbol *s;
	enum cao_status st;
	double module;

	st = encode(BARCODE_QRCODE, text, digits, &s, err);
	if (st != CAO_OK)
		return st;
	module = side / s->width;
	for (int row = 0; row < s->rows; row++)
		draw_row(c, s, row, x, y + row * module, module, module);
	cairo_fill(c);
	ZBarcode_Delete(s);
	return CAO_OK;
}

enum cao_status
print_code128(cairo_t *c, const char *text, double x, double y, double module,
    double height, struct cao_error *err)
{
	struct zint_symbol *s;
	enum cao_status st;

	if ((st = encode(BARCODE_CODE128, text, true, &s, err)) != CAO_OK)
		return st;
	draw_row(c, s, 0, x, y, module, height);
	cairo_fill(c);
	ZBarcode_Delete(s);
	return CAO_OK;
}
