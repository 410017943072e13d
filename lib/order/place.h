/* Faults that are found behind the schema, put among those found by it. */
#ifndef CAO_ORDER_PLACE_H
#define CAO_ORDER_PLACE_H

#include "codec/node.h"

struct cao_place {
	const struct cao_node *doc; /* or NULL: no places are known */
	const char *file;
	struct cao_faults *faults;
};

/*
 * Add err as a fault of the field path: at the field where the document has
 * it, else at the map that it is missing from, among the faults of the same
 * file in the order of their places.
 */
void
cao_place_fault(const struct cao_place *, const char *path, struct cao_error *);

#endif /* CAO_ORDER_PLACE_H */
