/* A heap of scans: each page to its order and slot, by its code. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "flow/flow.h"
#include "flow/heap.h"
#include "flow/upload.h"

#define PICTURES "unplaced"

enum cao_status
cao_heap_new(struct cao_store *s, const struct cao_env *env,
    cao_heap_tell *tell, void *arg, struct cao_heap **ret,
    struct cao_error *err)
{
	struct cao_heap *h = calloc(1, sizeof *h);

	if (h == NULL)
		return cao_fail_memory(err);
	h->store = s;
	h->keep = !env->dry_run;
	h->tell = tell;
	h->arg = arg;
	*ret = h;
	return CAO_OK;
}

void
cao_heap_free(struct cao_heap *h)
{
	if (h == NULL)
		return;
	for (size_t i = 0; i < h->nleaves; i++)
		free(h->leaves[i].file);
	for (size_t i = 0; i < h->norders; i++) {
		for (size_t j = 0; j < h->orders[i].count; j++)
			free(h->orders[i].slots[j].pages);
		free(h->orders[i].slots);
	}
	cao_node_free(h->last);
	free(h->orders);
	free(h->leaves);
	free(h->known);
	cao_map_free(&h->numbers);
	free(h);
}

/* Room for one more in an array that doubles. */
static void *
grow(void *list, size_t count, size_t size)
{
	if (count & (count - 1)) /* not a power of two: there is room */
		return list;
	return realloc(list, (count == 0 ? 1 : 2 * count) * size);
}

/* The place of a page as the file of the error, and hand it on. */
static void
tell(const struct cao_heap *h, const struct cao_scan_line *l,
    const char *number, struct cao_error *why)
{
	struct cao_buf place = { 0 };

	cao_scan_line_place(l->file, l->page, l->pages, &place);
	(void)cao_error_place(why, cao_buf_text(&place), 0, 0, NULL);
	cao_buf_free(&place);
	h->tell(h->arg, number, why);
}

char *
cao_heap_picture(const struct cao_store *s, const char *sha256, unsigned page)
{
	char below[sizeof PICTURES "/" + 16 + sizeof "-4294967295.jpg"];

	(void)snprintf(
	    below, sizeof below, PICTURES "/%.16s-%u.jpg", sha256, page);
	return cao_store_path(s, below);
}

/* Keep a small picture of the page, for who places it by hand. */
static enum cao_status
keep_picture(const struct cao_heap *h, const struct cao_scan_line *l,
    char **ret_path, struct cao_error *err)
{
	char *dir = NULL, *path = NULL;
	struct cao_buf jpeg = { 0 };
	enum cao_status st = CAO_OK;

	if (!h->keep || !cao_scan_line_picture(l, &jpeg))
		return CAO_OK;
	dir = cao_store_path(h->store, PICTURES);
	path = cao_heap_picture(h->store, l->sha256, l->page);
	if (dir == NULL || path == NULL)
		st = cao_fail_memory(err);
	if (st == CAO_OK)
		st = cao_file_mkdir(dir, err);
	if (st == CAO_OK)
		st = cao_file_write(path, jpeg.data, jpeg.len, err);
	if (st == CAO_OK) {
		*ret_path = path;
		path = NULL;
	}
	free(dir);
	free(path);
	cao_buf_free(&jpeg);
	return st;
}

enum cao_status
cao_heap_forget(const struct cao_store *s, struct cao_error *err)
{
	char *dir = cao_store_path(s, PICTURES);
	enum cao_status st = CAO_OK;
	const struct dirent *e;
	DIR *d = NULL;

	if (dir == NULL)
		return cao_fail_memory(err);
	if ((d = opendir(dir)) == NULL && errno != ENOENT)
		st = cao_fail_errno(err, "%s", dir);
	while (st == CAO_OK && d != NULL && (e = readdir(d)) != NULL)
		if (*e->d_name != '.' && unlinkat(dirfd(d), e->d_name, 0) == -1)
			st = cao_fail_errno(err, "%s", dir);
	if (d != NULL) {
		(void)closedir(d);
		if (st == CAO_OK)
			st = cao_file_sync_dir(dir, err);
	}
	free(dir);
	return st;
}

/* No code of ours, or more than one. */
static enum cao_status
unread(struct cao_heap *h, const struct cao_scan_line *l, struct cao_error *err)
{
	struct cao_error why;
	char *path = NULL;
	enum cao_status st;

	if (l->blank && l->codes == 0) {
		(void)cao_fail(&why, CAO_OK, "a blank page: passed over");
		tell(h, l, "", &why);
		return CAO_OK;
	}
	if ((st = keep_picture(h, l, &path, err)) != CAO_OK)
		return st;
	if (l->forms > 1)
		(void)cao_fail(&why, CAO_INPUT,
		    "the codes of %u different pages are on it; place it by "
		    "hand, as ORDER SLOT=FILE#PAGE (picture: %s)",
		    l->forms, path != NULL ? path : "-");
	else if (l->codes > 0)
		(void)cao_fail(&why, CAO_INPUT,
		    "none of the %u codes on it is that of a form; place it by "
		    "hand, as ORDER SLOT=FILE#PAGE (picture: %s)",
		    l->codes, path != NULL ? path : "-");
	else
		(void)cao_fail(&why, CAO_INPUT,
		    "no code can be read on it; place it by hand, as ORDER "
		    "SLOT=FILE#PAGE (picture: %s)",
		    path != NULL ? path : "-");
	tell(h, l, "", &why);
	free(path);
	return CAO_OK;
}

static enum cao_status
add_known(struct cao_heap *h, const char *number, uint64_t key, size_t *ret,
    struct cao_error *err)
{
	struct cao_heap_known k, *list;
	enum cao_status st;
	struct cao_order o;

	st = cao_store_load(h->store, number, CAO_LOAD_APPLICATION, &o, err);
	if (st != CAO_OK)
		return st;
	st = cao_store_service(h->store, o.service, &k.service, err);
	memcpy(k.number, o.number, sizeof k.number);
	(void)snprintf(
	    k.business, sizeof k.business, "%s", o.application.business);
	cao_sha256(o.content, strlen(o.content), k.content);
	memcpy(k.digest, o.service, sizeof k.digest);
	cao_order_free(&o);
	if (st != CAO_OK)
		return st;
	list = grow(h->known, h->nknown, sizeof *list);
	if (list != NULL)
		h->known = list;
	if (list == NULL || !cao_map_put(&h->numbers, key, h->nknown))
		return cao_fail_memory(err);
	list[h->nknown] = k;
	*ret = h->nknown++;
	return CAO_OK;
}

/* The order of that number; what is against it alone is a refusal. */
static enum cao_status
know(struct cao_heap *h, const char *number, size_t *ret, struct cao_error *err)
{
	uint64_t key = 0;

	for (const char *p = number; *p != '\0'; p++)
		key = key * 10 + (uint64_t)(*p - '0');
	if (cao_map_get(&h->numbers, key, ret))
		return CAO_OK;
	return add_known(h, number, key, ret, err);
}

/* The slot that the code is for, if what is printed there is so now. */
static enum cao_status
judge(const struct cao_heap_known *k, const struct cao_form_code *c,
    const struct cao_slot **ret, struct cao_error *why)
{
	const struct cao_slot *slots = k->service->slots.items;
	char digest[CAO_FORM_DIGEST_SIZE] = "";
	unsigned part;

	if (c->slot <= k->service->slots.count)
		cao_form_code_digest(k->number,
		    c->slot == 0 ? "" : slots[c->slot - 1].id, k->content,
		    k->digest, digest);
	if (strcmp(digest, c->digest) != 0)
		return cao_fail(why, CAO_INPUT,
		    "printed before a change: its data is not the order's "
		    "present data; print it again with ca-form");
	if (c->slot == 0)
		return cao_fail(
		    why, CAO_OK, "a page that fills no slot: passed over");
	return cao_upload_slot(
	    k->service, k->business, slots[c->slot - 1].id, ret, &part, why);
}

static enum cao_status
place(struct cao_heap *h, const struct cao_scan_line *l, size_t order,
    const struct cao_slot *slot, struct cao_error *err)
{
	struct cao_heap_leaf *list,
	    leaf = { .order = order,
		    .slot = slot,
		    .code = l->one,
		    .page = l->page,
		    .pages = l->pages };

	(void)snprintf(leaf.sha256, sizeof leaf.sha256, "%s", l->sha256);
	list = grow(h->leaves, h->nleaves, sizeof *list);
	if (list != NULL)
		h->leaves = list;
	if (list == NULL || (leaf.file = strdup(l->file)) == NULL)
		return cao_fail_memory(err);
	list[h->nleaves++] = leaf;
	return CAO_OK;
}

static enum cao_status
add(struct cao_heap *h, const struct cao_scan_line *l, struct cao_error *err)
{
	const struct cao_slot *slot = NULL;
	struct cao_error why;
	enum cao_status st;
	size_t order;

	if (l->forms != 1)
		return unread(h, l, err);
	st = know(h, l->one.number, &order, &why);
	if (cao_flow_fatal(st)) {
		*err = why;
		return st;
	}
	if (st == CAO_OK)
		st = judge(&h->known[order], &l->one, &slot, &why);
	if (slot != NULL)
		return place(h, l, order, slot, err);
	/* A page that is refused is an input that is. */
	if (st != CAO_OK && st != CAO_INTEGRITY)
		why.status = CAO_INPUT;
	tell(h, l, l->one.number, &why);
	return CAO_OK;
}

enum cao_status
cao_heap_add(struct cao_heap *h, const char *line, size_t len,
    struct cao_heap_page *ret, struct cao_error *err)
{
	struct cao_scan_line l;
	struct cao_error why;
	enum cao_status st;

	st = cao_scan_line_read(line, len, &l, &why);
	if (cao_flow_fatal(st)) {
		*err = why;
		return st;
	}
	*ret = (struct cao_heap_page){ .file = "" };
	if (st != CAO_OK) {
		h->tell(h->arg, "", &why);
		return CAO_OK;
	}
	st = add(h, &l, err);
	cao_node_free(h->last);
	h->last = l.doc;
	if (st == CAO_OK)
		*ret =
		    (struct cao_heap_page){ l.file, l.page, l.pages, l.sha256 };
	return st;
}
