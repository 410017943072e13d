/* One scan, read and judged, and the scans of a folder: for upload.c. */
#ifndef CAO_FLOW_UPLOAD_H
#define CAO_FLOW_UPLOAD_H

#include "store/store.h"

#define CAO_SCAN_MAX (64 * 1024 * 1024) /* octets, whatever a slot allows */

/* For whom a scan is. */
struct cao_upload_for {
	const struct cao_upload_how *how;
	const struct cao_order *order;
	const struct cao_service *service;
};

/* The slot and part of that name, for that business; CAO_INPUT suggests what
 * may have been meant. */
CAO_MUST enum cao_status cao_upload_slot(const struct cao_service *,
    const char *business, const char *name, const struct cao_slot **ret_slot,
    unsigned *ret_part, struct cao_error *);
/* Read the file and hold it to its slot: CAO_INPUT with the file and the slot
 * as place and field.  All but the object of *ret is filled in. */
CAO_MUST enum cao_status
cao_upload_read(const struct cao_upload_for *, const struct cao_scan *,
    struct cao_buf *ret_content, struct cao_document *ret, struct cao_error *);

/* What goes on record with a scan. */
struct cao_upload_about {
	char printed[CAO_FORM_DIGEST_SIZE]; /* digest of its codes, or "" */
	char *despite; /* why it is taken despite them, or NULL */
};
/*
 * Read the codes on a scan whose content is there, and compare them with the
 * order and the slot: CAO_DENIED says what it is of, at the file; despite
 * instead, to be freed, where it is taken despite that.  What keeps them from
 * being read becomes a note of the result.
 */
CAO_MUST enum cao_status cao_upload_compare(const struct cao_upload_for *,
    const struct cao_scan *, const char *slot, const struct cao_buf *content,
    struct cao_result *, struct cao_upload_about *ret, struct cao_error *);
/* May it be why? */
CAO_MUST enum cao_status
cao_upload_despite_check(const char *reason, struct cao_error *);
/* Remove the pictures of pages that wait to be placed by hand. */
void cao_upload_placed(struct cao_store *, const struct cao_scan *);

/* "PDF" of "pdf": what people call a document's type. */
const char *cao_upload_type(const char *extension);

/* What a folder holds, sorted by name. */
struct cao_scans {
	struct cao_scan *list;
	size_t count;
	char **names; /* its slots and paths */
	size_t nnames;
};
void cao_scans_free(struct cao_scans *);
/*
 * The scans of DIR/NUMBER/, or where there is none of DIR/REQUEST/.  Files
 * that are no scans are told by notes, two for the same slot are a fault of
 * the result.  Not CAO_OK: nothing to go on with.
 */
CAO_MUST enum cao_status
cao_scans_find(const char *dir, const struct cao_upload_for *,
    struct cao_result *, struct cao_scans *ret, struct cao_error *);

#endif /* CAO_FLOW_UPLOAD_H */
