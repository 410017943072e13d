/*
 * Invoices that the tax system is asked for, and how it is asked: JSON, and
 * UBL 2.1 (ISO/IEC 19845).
 */
#ifndef CAO_ORDER_INVOICE_H
#define CAO_ORDER_INVOICE_H

#include "base/buf.h"
#include "order/number.h"

struct cao_invoice_item {
	char *item, *title; /* of the service's fee */
	int64_t fen;
};

struct cao_invoice {
	int64_t id, order; /* rows */
	int64_t red;       /* the row of the one that it takes back; 0: none */
	int64_t year, number, fen, at;
	char name[CAO_INVOICE_SIZE];
	char of[CAO_INVOICE_SIZE]; /* the one that it takes back, or "" */
	char order_number[CAO_NUMBER_SIZE];
	char *title, *tax_number, *seller;
	struct cao_invoice_item *items;
	size_t nitems;
	char *issued, *url; /* what the tax system answered, or NULL */
	char *of_issued;    /* and called the one that it takes back, or NULL */
};
void cao_invoice_free(struct cao_invoice *); /* what it holds */

/* "2026-00000017" of its year and number, and back; false: it is none. */
void cao_invoice_name(int64_t year, int64_t number, char out[CAO_INVOICE_SIZE]);
bool
cao_invoice_name_read(const char *, int64_t *ret_year, int64_t *ret_number);

/* Can a tax system have answered that?  CAO_INPUT. */
CAO_MUST enum cao_status cao_invoice_answer_check(
    const char *number, const char *url, struct cao_error *);

/* The items as the store keeps them; an amount of 0 is left out. */
void cao_invoice_items(
    const struct cao_invoice_item *, size_t count, struct cao_buf *out);

/* One line, and one document. */
void cao_invoice_json(const struct cao_invoice *, struct cao_buf *out);
void cao_invoice_ubl(const struct cao_invoice *, struct cao_buf *out);

#endif /* CAO_ORDER_INVOICE_H */
