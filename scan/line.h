/* What is known of a file, as JSON lines. */
#ifndef SCAN_LINE_H
#define SCAN_LINE_H

#include "scan/scan.h"
#include "scan/wire.h"

struct scan_file {
	const char *name;
	char sha256[CAO_SHA256_SIZE];
	const struct scan_answer *answer;
};

/* A line for each page on standard output, and the thumbnails. */
CAO_MUST enum cao_status scan_lines_write(
    const struct scan_file *, const struct scan_wishes *, struct cao_error *);

#endif /* SCAN_LINE_H */
