/* The code of a page of an order. */
#include <string.h>

#include "flow/form_code.h"

#define PAGES_MAX 99 /* two digits of the code */

enum cao_status
cao_form_code_make(const struct cao_order *o, const struct cao_service *service,
    const char *slot, struct cao_form_code *ret, struct cao_error *err)
{
	const struct cao_slot *slots = service->slots.items;
	unsigned char content[CAO_DIGEST_SIZE];
	size_t i = 0;

	if (*slot != '\0') {
		while (
		    i < service->slots.count && strcmp(slots[i].id, slot) != 0)
			i++;
		if (i == service->slots.count || i >= CAO_FORM_SLOTS_MAX)
			return cao_fail(err, CAO_INPUT,
			    "service %s has no slot '%.64s' for a form",
			    service->name, slot);
		ret->slot = (unsigned)i + 1;
	} else
		ret->slot = 0;
	memcpy(ret->number, o->number, sizeof ret->number);
	cao_sha256(o->content, strlen(o->content), content);
	cao_form_code_digest(o->number, slot, content, o->service, ret->digest);
	return CAO_OK;
}

enum cao_status
cao_form_code_get(struct cao_store *s, const char *number,
    const char *slot_or_null, unsigned page, unsigned pages,
    struct cao_form_code *ret, struct cao_error *err)
{
	const char *slot = slot_or_null != NULL ? slot_or_null : "";
	struct cao_form_code c = { .page = page, .pages = pages };
	const struct cao_service *service;
	enum cao_status st;
	struct cao_order o;

	if (page < 1 || page > pages || pages > PAGES_MAX)
		return cao_fail(err, CAO_INPUT,
		    "page %u of %u: a form has 1 to %d pages", page, pages,
		    PAGES_MAX);
	st = cao_store_load(s, number, CAO_LOAD_APPLICATION, &o, err);
	if (st != CAO_OK)
		return st;
	st = cao_store_service(s, o.service, &service, err);
	if (st == CAO_OK)
		st = cao_form_code_make(&o, service, slot, &c, err);
	cao_order_free(&o);
	if (st == CAO_OK)
		*ret = c;
	return st;
}
