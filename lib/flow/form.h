/* The forms of a store: reading them all. */
#ifndef CAO_FLOW_FORM_H
#define CAO_FLOW_FORM_H

#include "flow/flow.h"
#include "order/form.h"

#define CAO_FORMS_MAX 64

/* What there is to print, before anything is filled in. */
struct cao_form_set {
	struct cao_letterhead head;
	unsigned char *logo; /* or NULL */
	size_t logo_len;
	struct cao_form *list; /* by slot's name, then by part */
	size_t count;
};
/* Those of the store's folder forms/, or where it has none the shipped ones. */
CAO_MUST enum cao_status cao_form_set_read(
    struct cao_store *or_null, struct cao_form_set *ret, struct cao_error *);
void cao_form_set_free(struct cao_form_set *); /* what it holds */

#endif /* CAO_FLOW_FORM_H */
