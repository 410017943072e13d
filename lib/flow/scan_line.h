/* What ca-scan says of one page: a line of JSON, read and held to its form. */
#ifndef CAO_FLOW_SCAN_LINE_H
#define CAO_FLOW_SCAN_LINE_H

#include "base/buf.h"
#include "codec/node.h"

#define CAO_SCAN_PAGE_MAX 10000 /* no file has more */

struct cao_scan_line {
	struct cao_node *doc;     /* holds the texts */
	const char *file;         /* as it was named */
	const char *sha256;       /* hex, of all of the file */
	unsigned page, pages;     /* of the file, from 1 */
	bool blank, seal;         /* seal: likely, a hint */
	unsigned codes;           /* of any kind */
	unsigned forms;           /* different ones among them that are ours */
	struct cao_form_code one; /* the first of those */
	char number[CAO_NUMBER_SIZE]; /* an order number that another code
	                                 tells, or "" */
	const char *thumbnail;        /* Base64 of a JPEG, or NULL */
};

/* CAO_INTEGRITY: it is no such line. */
CAO_MUST enum cao_status cao_scan_line_read(const char *line, size_t len,
    struct cao_scan_line *ret, struct cao_error *);
void cao_scan_line_free(struct cao_scan_line *); /* what it holds */
/* Its JPEG; false if there is none. */
bool
cao_scan_line_picture(const struct cao_scan_line *, struct cao_buf *ret_jpeg);
/* "a.pdf#2", or "a.jpg" of a file with one page. */
void cao_scan_line_place(
    const char *file, unsigned page, unsigned pages, struct cao_buf *out);

#endif /* CAO_FLOW_SCAN_LINE_H */
