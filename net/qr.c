/* QR codes on a terminal. */
#include <errno.h>

#include <qrencode.h>

#include "net/net.h"
#include "stream.h"

#define QUIET 2 /* modules around it; cameras make do with less than 4 */

/* Colours are said, not the terminal's: black on white reads the best. */
#define BLACK_ON_WHITE "\033[30;47m"
#define PLAIN "\033[0m"

static bool
is_dark(const QRcode *code, int x, int y)
{
	return x >= 0 && y >= 0 && x < code->width && y < code->width &&
	    (code->data[y * code->width + x] & 1) != 0;
}

/* Two rows of modules in a line of half blocks. */
static void
print_halves(FILE *f, const QRcode *code)
{
	static const char *const blocks[] = { " ", "▄", "▀", "█" };

	for (int y = -QUIET; y < code->width + QUIET; y += 2) {
		fputs(BLACK_ON_WHITE, f);
		for (int x = -QUIET; x < code->width + QUIET; x++)
			fputs(blocks[2 * is_dark(code, x, y) +
				  is_dark(code, x, y + 1)],
			    f);
		fputs(PLAIN "\n", f);
	}
}

enum cao_status
qr_print(FILE *f, const char *text, struct cao_error *err)
{
	QRcode *code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M);

	if (code == NULL)
		return errno == ENOMEM
		    ? cli_memory(err)
		    : cli_error(err, CAO_INPUT, _("too long for a QR code"));
	print_halves(f, code);
	QRcode_free(code);
	return CAO_OK;
}
