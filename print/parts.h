/* What the files of this room share. */
#ifndef PRINT_PARTS_H
#define PRINT_PARTS_H

#include <pango/pangocairo.h>

#include "cli.h"
#include "print/print.h"

/* Everything is in points of 1/72 inch. */
#define MM (72 / 25.4)
#define PAGE_WIDTH (210 * MM)
#define PAGE_HEIGHT (297 * MM)
#define LEFT (20 * MM)
#define WIDTH (170 * MM) /* of the body */
#define TOP (42 * MM)
#define BOTTOM (262 * MM)

#define SIZE_SMALL 9.0   /* 小五 */
#define SIZE_NORMAL 10.5 /* 五号 */
#define SIZE_LARGE 12.0  /* 小四 */
#define SIZE_TITLE 20.0
#define SIZE_HUGE 26.0

/* A piece of a band: a frame, a text, a code, at a place of the band. */
struct box {
	double x, y, width, height;
	bool framed, filled;   /* filled: the bar of a heading */
	PangoLayout *layout;   /* or NULL */
	PangoLayoutLine *line; /* of it alone; NULL: all of it */
	double text_x,
	    text_y;     /* of the layout's corner, of a line's baseline */
	const char *qr; /* or NULL */
};

/* What is not broken between two pages. */
struct band {
	double height, before; /* before: empty above it, but not atop a page */
	bool keep;             /* on the page of the band behind it */
	bool page;             /* a page ends before it */
	const struct cao_form *form;
	unsigned on; /* the page, from 0, and where on it */
	double y;
	struct box *boxes;
	size_t count;
};

/* The bands of one paper. */
struct flow {
	PangoContext *context;
	const struct cao_form *form; /* whose blocks are laid out */
	struct band *bands;
	size_t count, room;
	enum cao_status status;
	struct cao_error *err;
};
void print_flow_free(struct flow *);
/* Add a band; the box of a band.  NULL without memory, which is noted. */
struct band *print_band(struct flow *, double height, double before);
struct box *print_box(struct flow *, struct band *);
/* The bands of all forms of the paper. */
CAO_MUST enum cao_status
print_flow(struct flow *, const struct cao_form_paper *, struct cao_error *);

/* ---- Blocks: block.c, table.c ---- */

void print_block(struct flow *, const struct cao_form_block *);
void print_table(struct flow *, const struct cao_form_block *);
void print_boxes(struct flow *, const struct cao_form_block *);

/* ---- Text: text.c ---- */

struct style {
	double size, width; /* width 0: as wide as it comes */
	double indent;      /* of the first line */
	double leading;     /* of a paragraph, in letters; 0: as usual */
	PangoAlignment align;
};
/* A layout of the text, what was filled in underlined; its first grey octets
 * are a label.  A character that cannot be printed is noted. */
PangoLayout *
print_text(struct flow *, const char *text, size_t grey, const struct style *);
double print_text_height(PangoLayout *);
/* The lines of a paragraph as bands, x to the right; marker before the first
 * one, or NULL. */
void print_paragraph(struct flow *, const char *text, const char *marker,
    double x, const struct style *, double before);

/* ---- Fonts: font.c ---- */

/* The context for our fonts alone, whatever else is installed. */
CAO_MUST enum cao_status print_context(PangoContext **ret, struct cao_error *);
/* Can all of it be printed?  CAO_INPUT names the value and the character. */
CAO_MUST enum cao_status
print_fonts_check(PangoContext *, const struct cao_forms *, struct cao_error *);
/* The first character of the text that no font has; 0: there is none. */
gunichar print_unknown(PangoContext *, const char *text);
CAO_MUST enum cao_status
print_unknown_fail(const char *where, gunichar, struct cao_error *);

/* ---- Codes: code.c ---- */

/* Modules of the QR code in a square, the Code 128 in a rectangle, black; the
 * caller leaves the quiet zones. */
CAO_MUST enum cao_status print_qr(cairo_t *, const char *text, bool digits,
    double x, double y, double side, struct cao_error *);
#define CODE_MODULES \
	(11 * (1 + 22 + 1) + 13) /* start, 44 digits, check, stop */
CAO_MUST enum cao_status print_code128(cairo_t *, const char *text, double x,
    double y, double module, double height, struct cao_error *);

/* ---- Pages: page.c, head.c ---- */

/* What stands around the body of a page. */
struct around {
	PangoContext *context;
	const struct cao_forms *forms;
	const struct cao_form *form;
	const struct cao_form_code *code; /* of the page; NULL: none */
	unsigned page, pages;
	cairo_surface_t *logo; /* or NULL */
};
CAO_MUST enum cao_status
print_around(cairo_t *, const struct around *, struct cao_error *);

#endif /* PRINT_PARTS_H */
