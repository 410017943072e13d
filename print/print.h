/* Forms as PDF: pango lays out the text, cairo writes it. */
#ifndef PRINT_PRINT_H
#define PRINT_PRINT_H

#include "caorder.h"

/*
 * Lay the papers out on A4 pages, one after the other, each page with its two
 * codes.  The same forms give the same octets.  *ret is freed with
 * cao_free().  CAO_INPUT names a character that no font of ours has, or a row
 * that no page has room for; CAO_SYSTEM a font that is not installed.
 */
CAO_MUST enum cao_status print_pdf(const struct cao_forms *,
    unsigned char **ret, size_t *ret_len, struct cao_error *);

/* ca-form's modes, and what they are told. */
struct printing {
	const char *output; /* the file; NULL: standard output */
	const char *into;   /* the folder for a file an order, or NULL */
	const char *only;   /* the slot, or NULL */
	const char *service;
};
extern struct printing printing;
enum cao_status print_order(int, char *[], struct cao_error *);
enum cao_status print_blank(int, char *[], struct cao_error *);
enum cao_status print_entrance(int, char *[], struct cao_error *);
enum cao_status print_invoice(int, char *[], struct cao_error *);
enum cao_status print_check(int, char *[], struct cao_error *);

#endif /* PRINT_PRINT_H */
