/* Declared transfers, between reading and declaring. */
#ifndef CAO_FLOW_TRANSFERS_H
#define CAO_FLOW_TRANSFERS_H

#include "order/transfer.h"

/* A declaration by what it names its order. */
struct cao_transfer_name {
	const char *text; /* the order's number or its request */
	const struct cao_declaration *of;
};

struct cao_transfers {
	struct cao_declaration *list;
	size_t count;
	struct cao_transfer_name *names; /* as many, sorted: see by_name() */
	/* Of one without a name: the number that took it, "" if none has. */
	char *taken;
};

/* The first of that name among names; how many there are. */
size_t cao_transfers_find(
    const struct cao_transfers *, const char *name, size_t *ret_first);

#endif /* CAO_FLOW_TRANSFERS_H */
