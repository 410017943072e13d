/* Finding the codes of a page. */
#ifndef SCAN_CODES_H
#define SCAN_CODES_H

#include "scan/image.h"

struct scan_codes {
	uint32_t count;
	struct scan_code code[SCAN_CODES_MAX];
	uint32_t rotation; /* by which the page is turned clockwise */
	bool ours;         /* one of them is of a form */
	uint32_t tries;    /* ways to look at it */
};

/*
 * In several ways, until a code of a form is found or all were tried: what is
 * found depends on the pixels alone, never on the time.  Of a page that is
 * blank to the eye only the cheapest are tried.
 */
void scan_codes_find(const struct scan_out *, const struct scan_image *,
    bool blank, struct scan_codes *ret);

#endif /* SCAN_CODES_H */
