/* The name of a slot: which it is, or which may have been meant. */
#include <stdlib.h>
#include <string.h>

#include "flow/upload.h"

/* The slots that apply, as words to choose from. */
static const char *
nearest_slot(
    const struct cao_service *service, const char *business, const char *name)
{
	const struct cao_slot *slots = service->slots.items;
	const char **words, *nearest = NULL;
	size_t n = 0;

	words = calloc(service->slots.count + 1, sizeof *words);
	if (words == NULL)
		return NULL;
	for (size_t i = 0; i < service->slots.count; i++)
		if (cao_slot_applies(&slots[i], business))
			words[n++] = slots[i].id;
	nearest = cao_text_nearest(name, words);
	free(words);
	return nearest;
}

enum cao_status
cao_upload_slot(const struct cao_service *service, const char *business,
    const char *name, const struct cao_slot **ret_slot, unsigned *ret_part,
    struct cao_error *err)
{
	const struct cao_slot *slot;
	const char *nearest;
	unsigned part;

	if (cao_slot_split(service, name, &slot, &part)) {
		if (!cao_slot_applies(slot, business))
			return cao_fail(err, CAO_INPUT,
			    "slot %s is not for business %s", slot->id,
			    business);
		*ret_slot = slot;
		*ret_part = part;
		return CAO_OK;
	}
	nearest = nearest_slot(service, business, name);
	if (nearest == NULL)
		return cao_fail(err, CAO_INPUT,
		    "no slot '%.64s'; ca-upload --list shows them", name);
	slot = cao_service_slot(service, nearest);
	if (strncmp(nearest, name, strlen(nearest)) != 0)
		return cao_fail(err, CAO_INPUT,
		    "no slot '%.64s'; did you mean '%s'?", name, nearest);
	if (!slot->repeat)
		return cao_fail(err, CAO_INPUT,
		    "no slot '%.64s': slot %s has one part only", name,
		    nearest);
	return cao_fail(err, CAO_INPUT,
	    "no slot '%.64s': the parts of slot %s are %s-2 to %s-%d", name,
	    nearest, nearest, nearest, CAO_PARTS_MAX);
}
