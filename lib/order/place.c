#include "order/place.h"

#include <stdio.h>
#include <string.h>

/* The node of the longest beginning of path that the document has. */
static const struct cao_node *
nearest(const struct cao_node *doc, const char *path)
{
	char part[sizeof((struct cao_error *)NULL)->field];
	const struct cao_node *n;
	char *end;

	(void)snprintf(part, sizeof part, "%s", path);
	while ((n = cao_node_find(doc, part)) == NULL) {
		if ((end = strrchr(part, '.')) == NULL)
			return doc;
		*end = '\0';
	}
	return n;
}

static bool
is_before(const struct cao_error *a, const struct cao_error *b)
{
	if (strcmp(a->file, b->file) != 0)
		return false;
	return a->line < b->line ||
	    (a->line == b->line && a->column < b->column);
}

void
cao_place_fault(
    const struct cao_place *place, const char *path, struct cao_error *err)
{
	const struct cao_node *n =
	    place->doc != NULL ? nearest(place->doc, path) : NULL;
	size_t count = place->faults->count, i;
	struct cao_error *list, moved;

	(void)cao_error_place(err, place->file, n != NULL ? n->line : 0,
	    n != NULL ? n->column : 0, path);
	cao_faults_add(place->faults, err);
	if (place->faults->count == count)
		return;
	list = place->faults->list;
	moved = list[count];
	for (i = count; i > 0 && is_before(&moved, &list[i - 1]); i--)
		list[i] = list[i - 1];
	list[i] = moved;
}
