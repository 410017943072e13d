/* A heap of scans: what heap.c and heap_slots.c share. */
#ifndef CAO_FLOW_HEAP_H
#define CAO_FLOW_HEAP_H

#include "base/map.h"
#include "flow/scan_line.h"
#include "order/form_code.h"
#include "store/store.h"

/* An order that a page named, as it is while the heap is read. */
struct cao_heap_known {
	char number[CAO_NUMBER_SIZE];
	char business[16];
	unsigned char content[CAO_DIGEST_SIZE], digest[CAO_DIGEST_SIZE];
	const struct cao_service *service; /* the store's */
};

/* A page that is placed. */
struct cao_heap_leaf {
	size_t order; /* of the known ones */
	const struct cao_slot *slot;
	struct cao_form_code code;
	char *file;
	char sha256[CAO_DIGEST_HEX];
	unsigned page, pages; /* of the file */
};

struct cao_heap {
	struct cao_store *store;
	bool keep; /* pictures, of what is not placed */
	cao_heap_tell *tell;
	void *arg;
	struct cao_heap_known *known;
	size_t nknown;
	struct cao_map numbers; /* where each is among the known */
	struct cao_heap_leaf *leaves;
	size_t nleaves;
	struct cao_node *last; /* the line that was added last */
	/* when it is closed: */
	struct cao_heap_order *orders;
	size_t norders;
};

/* "<store>/unplaced/<16 hex>-<page>.jpg": to be freed, NULL: no memory. */
char *
cao_heap_picture(const struct cao_store *, const char *sha256, unsigned page);

/* Remove all of those pictures: the same heap makes them again. */
CAO_MUST enum cao_status
cao_heap_forget(const struct cao_store *, struct cao_error *);

#endif /* CAO_FLOW_HEAP_H */
