/* What is in the slots of an order. */
#include <string.h>

#include "flow/flow.h"
#include "flow/upload.h"
#include "store/object.h"

struct listing {
	void (*row)(void *arg, const struct cao_slot_info *);
	void *arg;
};

static const char *
label_of(const struct cao_words *words)
{
	/* To be translated as "language: zh" for Chinese. */
	const char *language = _("language: en");

	return strcmp(language, "language: zh") == 0 ? words->zh : words->en;
}

static void
tell(const struct listing *l, const struct cao_slot *slot, unsigned part,
    const struct cao_document *d)
{
	char name[CAO_SLOT_SIZE], digest[CAO_DIGEST_HEX] = "";
	struct cao_slot_info info = { .slot = name,
		.label = label_of(&slot->label),
		.required = slot->required,
		.filled = d != NULL,
		.type = "",
		.digest = digest };

	cao_slot_join(slot->id, part, name);
	if (d != NULL) {
		cao_digest_hex(d->object, digest);
		info.type = cao_upload_type(d->type);
		info.size = (uint64_t)d->size;
		info.at = d->at;
	}
	l->row(l->arg, &info);
}

/* The slot's parts, which come in their order; the first one also if it is
 * empty. */
static void
tell_slot(const struct listing *l, const struct cao_slot *slot,
    const struct cao_order *o)
{
	const struct cao_document *d;
	bool first = true;

	for (size_t i = 0; i < o->ndocuments; i++) {
		d = &o->documents[i];
		if (strcmp(d->slot, slot->id) != 0)
			continue;
		if (first && d->part != 1)
			tell(l, slot, 1, NULL);
		tell(l, slot, d->part, d);
		first = false;
	}
	if (first)
		tell(l, slot, 1, NULL);
}

enum cao_status
cao_upload_list(struct cao_store *s, const char *number,
    void (*row)(void *arg, const struct cao_slot_info *), void *arg,
    struct cao_error *err)
{
	const struct listing l = { row, arg };
	const struct cao_service *service;
	const struct cao_slot *slots;
	enum cao_status st;
	struct cao_order o;

	st = cao_store_load(s, number, CAO_LOAD_DOSSIER, &o, err);
	if (st != CAO_OK)
		return st;
	st = cao_store_service(s, o.service, &service, err);
	if (st == CAO_OK) {
		slots = service->slots.items;
		for (size_t i = 0; i < service->slots.count; i++)
			if (cao_slot_applies(&slots[i], o.application.business))
				tell_slot(&l, &slots[i], &o);
	}
	cao_order_free(&o);
	return st;
}

/* The content of that part of the slot. */
static enum cao_status
get(struct cao_store *s, const struct cao_order *o, const char *name,
    struct cao_buf *ret, struct cao_error *err)
{
	const struct cao_service *service;
	const struct cao_document *d;
	const struct cao_slot *slot;
	enum cao_status st;
	unsigned part;

	if ((st = cao_store_service(s, o->service, &service, err)) != CAO_OK ||
	    (st = cao_upload_slot(service, o->application.business, name, &slot,
		 &part, err)) != CAO_OK)
		return st;
	for (size_t i = 0; i < o->ndocuments; i++) {
		d = &o->documents[i];
		if (d->part == part && strcmp(d->slot, slot->id) == 0)
			return cao_object_get(
			    s, d->object, (size_t)d->size, ret, err);
	}
	return cao_fail(err, CAO_NOTFOUND, "slot %s is empty", name);
}

enum cao_status
cao_upload_get(struct cao_store *s, const char *number, const char *slot,
    unsigned char **ret, size_t *ret_len, struct cao_error *err)
{
	struct cao_buf content = { 0 };
	unsigned char *data;
	enum cao_status st;
	struct cao_order o;
	size_t len;

	st = cao_store_load(s, number, CAO_LOAD_DOSSIER, &o, err);
	if (st != CAO_OK)
		return st;
	st = get(s, &o, slot, &content, err);
	cao_order_free(&o);
	if (st != CAO_OK)
		return st;
	if ((data = cao_buf_take(&content, &len)) == NULL)
		return cao_fail_memory(err);
	*ret = data;
	*ret_len = len;
	return CAO_OK;
}
