/* The pages that an operand FILE#PAGES names: "2", "1,3-4". */
#ifndef SCAN_PAGES_H
#define SCAN_PAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "scan/limits.h"

/* In the order they were named; count 0: all. */
struct scan_pages {
	uint32_t count;
	uint32_t page[SCAN_PAGES_MAX];
};

/* False: it is no list of pages, or a page above SCAN_PAGES_MAX, or more of
 * them than that. */
bool scan_pages_read(const char *text, struct scan_pages *ret);

/* The octets of the operand that are the file's name: those before the last
 * "#" that only digits, "," and "-" follow, or all. */
size_t scan_pages_split(const char *operand);

#endif /* SCAN_PAGES_H */
