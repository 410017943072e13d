/* The files under share/ that a new store is given. */
#ifndef CAO_STORE_SHIPPED_H
#define CAO_STORE_SHIPPED_H

#include <stddef.h>

struct cao_shipped {
	const char *name; /* "services/x.yaml" */
	const char *text;
};
extern const struct cao_shipped cao_shipped_files[]; /* ends with NULL */

#endif /* CAO_STORE_SHIPPED_H */
