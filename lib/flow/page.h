/* An HTML page about an order: its head, its slots with pictures, its end. */
#ifndef CAO_FLOW_PAGE_H
#define CAO_FLOW_PAGE_H

#include "store/store.h"

/* Pixels of a picture that shows which paper it is but not what is on it, and
 * of one that can be read. */
#define CAO_PAGE_SMALL 160
#define CAO_PAGE_LARGE 720

struct cao_page {
	struct cao_store *store;
	const struct cao_order *order; /* loaded with CAO_LOAD_DOSSIER */
	const struct cao_service *service;
	const struct cao_scanner *scanner; /* NULL: no pictures */
	unsigned side;                     /* of a picture */
	struct cao_buf *out;
};

/* Up to the beginning of the body, which may show data: pictures alone; layout
 * is "beside" or "below". */
void cao_page_begin(struct cao_buf *, const char *title, const char *layout);
void cao_page_end(struct cao_buf *);
/* All slots that apply, in their order. */
CAO_MUST enum cao_status cao_page_slots(struct cao_page *, struct cao_error *);
/* The pages of one document: page_picture.c. */
CAO_MUST enum cao_status cao_page_document(
    struct cao_page *, const struct cao_document *, struct cao_error *);

#endif /* CAO_FLOW_PAGE_H */
