/* The work of a child: one file, page by page, told to the parent. */
#ifndef SCAN_DECODE_H
#define SCAN_DECODE_H

#include <stdbool.h>

#include "scan/image.h"

struct scan_task {
	struct scan_octets octets;
	uint32_t thumb; /* pixels of its longer side; 0: none */
};

/* What the structure of the octets says; refuses what is none of the four. */
enum scan_type scan_type_find(const struct scan_out *, struct scan_octets);

/* arg is a struct scan_task. */
void scan_decode(int fd, const void *arg);

#endif /* SCAN_DECODE_H */
