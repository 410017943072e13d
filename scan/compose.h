/* The work of a child that joins pages: one PDF, told to the parent. */
#ifndef SCAN_COMPOSE_H
#define SCAN_COMPOSE_H

#include "scan/image.h"
#include "scan/pages.h"

struct scan_part {
	const char *name; /* for messages */
	struct scan_octets octets;
	struct scan_pages pages;
};

struct scan_parts {
	uint32_t count;
	struct scan_part part[SCAN_JOIN_MAX];
};

/* arg is a struct scan_parts. */
void scan_compose(int fd, const void *arg);

#endif /* SCAN_COMPOSE_H */
