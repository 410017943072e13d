/* Placeholders: private to order/form*.c. */
#ifndef CAO_ORDER_FORM_PARTS_H
#define CAO_ORDER_FORM_PARTS_H

#include "order/form.h"
#include "order/place.h"

/* What no single field tells, of a form that the schema found in order; puts
 * cells into their columns. */
void cao_form_check(const struct cao_place *, struct cao_form *);

/* One of those that a row is repeated for. */
struct cao_form_item {
	size_t index;             /* from 1; 0: there is none */
	const char *title, *text; /* "{item.title}", "{item.text}" */
};

struct cao_placeholder {
	const char *name; /* "user.name" */
	size_t at;        /* of a char * in struct cao_order, for put */
	void (*put)(struct cao_buf *, const struct cao_form_facts *, size_t at);
	const char *blank; /* in a blank form, beside other text */
	bool shaped;       /* its blank is printed in any case: year, month */
	bool personal;     /* a whole number of a person or organisation */
	bool lasting;      /* the service's: in a blank form too */
};
#define CAO_FORM_ITEM "item." /* those of struct cao_form_item */

/* The row of the table; NULL if there is none. */
const struct cao_placeholder *
cao_placeholder_find(const char *name, size_t len);

enum cao_word {
	CAO_WORD_PERSON_ID,
	CAO_WORD_ORGANISATION_ID,
	CAO_WORD_BUSINESS,
	CAO_WORD_GENDER,
	CAO_WORD_COUNTRY,
	CAO_WORD_ALGORITHM
};
/* The Chinese word for a code; one that has none stands for itself. */
const char *cao_form_word(enum cao_word, const char *name);
/* An amount in words, as on cheques: Rules on Payment and Settlement, annex 1.
 * fen is not negative. */
void cao_form_yuan(struct cao_buf *, int64_t fen);

/* The first piece of a text that is not empty: *ret_name NULL for what is
 * printed as it is, *ret_len octets at text; else the name of a placeholder.
 * Returns what is behind it; NULL: a placeholder does not end. */
const char *
cao_form_piece(const char *text, size_t *ret_len, const char **ret_name);

#endif /* CAO_ORDER_FORM_PARTS_H */
