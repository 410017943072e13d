/*
 * Forms to print: what their files may say, and an order's data put into
 * them.
 *
 * A form is a list of blocks whose texts hold placeholders such as
 * "{user.name}"; "{{" is a brace.  It is filled in in place, so that what is
 * printed has the shape of what was written.
 */
#ifndef CAO_ORDER_FORM_H
#define CAO_ORDER_FORM_H

#include "codec/schema.h"
#include "order/invoice.h"
#include "order/order.h"

/* The structs of both are declared in caorder.h. */
extern const struct cao_schema cao_form_schema, cao_letterhead_schema;

/* Read and check one document; free with cao_schema_free(). */
CAO_MUST enum cao_status cao_form_read(const char *name, const char *text,
    size_t len, struct cao_form *ret, struct cao_faults *);
CAO_MUST enum cao_status cao_letterhead_read(const char *name, const char *text,
    size_t len, struct cao_letterhead *ret, struct cao_faults *);

/* What the placeholders stand for. */
struct cao_form_facts {
	const struct cao_order *order; /* NULL: a blank form */
	const struct cao_service *service;
	const char *const *missing; /* labels of slots to be filled */
	size_t nmissing;
	int64_t due; /* the promise's instant; 0: it does not run */
	const struct cao_invoice *invoice; /* or NULL */
};
/* The name of each placeholder; NULL behind the last. */
const char *cao_form_placeholder(size_t);

/* The decision that the order was last sent back by, while what it asks for is
 * not there again whole; or NULL. */
const struct cao_decided *cao_form_returned(const struct cao_order *);

/* What was put in, so that who prints it can name what cannot be printed. */
struct cao_form_values {
	struct cao_form_value *list;
	size_t count;
	bool personal; /* a number of a person or organisation is in it whole */
};
void cao_form_values_free(struct cao_form_values *);

/* Put the facts into the texts; rows that stand for each of something become
 * as many, blocks of another business go. */
CAO_MUST enum cao_status
cao_form_fill(struct cao_form *, const struct cao_form_facts *,
    struct cao_form_values *, struct cao_error *);
CAO_MUST enum cao_status
cao_letterhead_fill(struct cao_letterhead *, const struct cao_form_facts *,
    struct cao_form_values *, struct cao_error *);

#endif /* CAO_ORDER_FORM_H */
