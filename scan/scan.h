/*
 * The room of ca-scan: what is on a scan.  Every file is decoded in a child
 * that is shut in; the parent takes nothing the child says on trust and alone
 * writes files.
 */
#ifndef SCAN_SCAN_H
#define SCAN_SCAN_H

#include "caorder.h"

struct scan_wishes {
	const char *thumbnails;    /* a folder for them, or NULL */
	bool in_line;              /* in the output itself */
	const unsigned long *side; /* pixels of their longer one; NULL: as
	                              large as they may be */
};

/* Print a JSON line for each page of these files; what is refused is told and
 * does not stop the rest.  The worst status. */
CAO_MUST enum cao_status scan_files(
    const struct scan_wishes *, int argc, char *argv[], struct cao_error *);

/* Write one PDF of the pages that the operands FILE[#PAGES] name. */
CAO_MUST enum cao_status
scan_join(const char *out, int argc, char *argv[], struct cao_error *);

#endif /* SCAN_SCAN_H */
