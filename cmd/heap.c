/* A heap of scans: read by ca-scan, placed by the library, uploaded. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "stream.h"

#define FILES_AT_ONCE 64 /* that one ca-scan gets */

struct heap {
	struct stream stream;
	struct cao_heap *heap;
	struct heap_files files;
	size_t at;     /* the file that is read */
	uint64_t done; /* octets of those before it */
	enum cao_status status;
	const struct cao_heap_order *order; /* whose slots come */
};

/* Tell what became of a page, a slot or a file, and remember the worst. */
static void
tell(void *arg, const char *number, const struct cao_error *why)
{
	struct cao_error err = *why;
	const struct cao_faults one = { .list = &err, .count = 1 };
	struct cao_result r = { .changed = false };
	struct heap *h = arg;

	(void)snprintf(r.number, sizeof r.number, "%s", number);
	if (why->status == CAO_OK)
		cli_faults(number, &one);
	else
		cli_reject(&r, &one);
	h->status = cao_status_worse(h->status, why->status);
}

static void
said(void *arg, const struct cao_error *why)
{
	tell(arg, "", why);
}

/* Files whose lines never came were refused. */
static void
progress(struct heap *h, const struct cao_heap_page *p)
{
	const struct heap_files *f = &h->files;
	size_t at = h->at;

	while (at < f->count && strcmp(f->path[at], p->file) != 0)
		at++;
	if (at < f->count)
		for (; h->at < at; h->at++)
			h->done += f->size[h->at];
	cli_progress_files(p->file, h->at + 1, f->count,
	    h->done + (p->pages > 0 ? f->size[h->at] / p->pages * p->page : 0),
	    f->total);
}

static enum cao_status
line(void *arg, const char *text, size_t len, struct cao_error *err)
{
	struct cao_heap_page page;
	struct heap *h = arg;
	enum cao_status st = cao_heap_add(h->heap, text, len, &page, err);

	if (st == CAO_OK)
		progress(h, &page);
	return st;
}

static enum cao_status
read_all(struct heap *h, struct cao_error *err)
{
	const char *some[FILES_AT_ONCE + 1];
	const struct scanning s = {
		.files = some, .line = line, .said = said, .arg = h
	};
	const struct heap_files *f = &h->files;
	enum cao_status st = CAO_OK;
	size_t n;

	cli_progress_files(f->path[0], 1, f->count, 0, f->total);
	for (size_t i = 0; i < f->count && st == CAO_OK; i += n) {
		for (n = 0; n < FILES_AT_ONCE && i + n < f->count; n++)
			some[n] = f->path[i + n];
		some[n] = NULL;
		st = scanner_files(&s, err);
	}
	cli_progress_clear();
	return st;
}

/* The pages of one file from p on, as "FILE#2,1": *ret_count of them. */
static enum cao_status
name_pages(const struct cao_heap_page *p, size_t count, char **ret,
    size_t *ret_count, struct cao_error *err)
{
	size_t n = 1, size, len;
	char *word;

	while (n < count && strcmp(p[n].file, p->file) == 0)
		n++;
	size = strlen(p->file) + n * sizeof ",4294967295" + 1;
	if ((word = malloc(size)) == NULL)
		return cli_memory(err);
	len = (size_t)snprintf(word, size, "%s", p->file);
	for (size_t i = 0; i < n; i++)
		len += (size_t)snprintf(word + len, size - len, "%c%u",
		    i == 0 ? '#' : ',', p[i].page);
	*ret = word;
	*ret_count = n;
	/* ca-scan would take that file. */
	if (access(word, F_OK) == 0)
		return cli_error(err, CAO_INPUT,
		    _("%s: there is a file of that very name; rename it"),
		    word);
	return CAO_OK;
}

/* Are the files still those whose codes were read? */
static enum cao_status
check_files(const struct cao_heap_slot *s, struct cao_error *err)
{
	const struct cao_heap_page *p = s->pages;

	for (size_t i = 0; i < s->count; i++) {
		enum cao_status st;

		if (i > 0 && strcmp(p[i].file, p[i - 1].file) == 0)
			continue;
		st = scanner_same(p[i].file, p[i].sha256, err);
		if (st != CAO_OK)
			return st;
	}
	return CAO_OK;
}

/* Pages of several files, or some of one, as a document of their own. */
static enum cao_status
make(struct cao_heap_slot *s, unsigned char **ret_made, struct cao_error *err)
{
	char **words = calloc(s->count + 1, sizeof *words);
	enum cao_status st = CAO_OK;
	size_t n = 0, len = 0, of = 0;

	if (words == NULL)
		return cli_memory(err);
	for (size_t i = 0; i < s->count && st == CAO_OK; i += of)
		st = name_pages(
		    &s->pages[i], s->count - i, &words[n++], &of, err);
	if (st == CAO_OK)
		st = scanner_join(
		    (const char *const *)words, n, ret_made, &len, err);
	if (st == CAO_OK)
		st = check_files(s, err);
	for (size_t i = 0; i < n; i++)
		free(words[i]);
	free(words);
	if (st == CAO_OK) {
		s->scan.data = *ret_made;
		s->scan.len = len;
	}
	return st;
}

/* The documents of an order, made where they must be: how many there are. */
static size_t
make_all(struct heap *h, const struct cao_heap_order *o,
    struct cao_scan *ret_scans, unsigned char **ret_made)
{
	struct cao_error err;
	size_t n = 0;

	for (size_t i = 0; i < o->count; i++) {
		struct cao_heap_slot *s = &o->slots[i];

		if (s->whole || make(s, &ret_made[i], &err) == CAO_OK) {
			ret_scans[n++] = s->scan;
			continue;
		}
		(void)snprintf(err.field, sizeof err.field, "%s", s->scan.slot);
		tell(h, o->number, &err);
		s->count = 0; /* it is not placed */
	}
	return n;
}

static enum cao_status
put_in(struct heap *h, const struct cao_scan *scans, size_t n,
    struct cao_result *r, struct cao_error *err)
{
	const struct cao_upload_how how = { .progress = NULL };
	const struct cao_env env = cli_env();

	return cao_upload(h->stream.store, &env, &how, scans, n, r, err);
}

/* One slot is wrong: the others go on without it. */
static enum cao_status
put_each(struct heap *h, const struct cao_heap_order *o, struct cao_scan *scans,
    size_t n, struct cao_result *r, struct cao_error *err)
{
	enum cao_status st = CAO_OK;
	size_t good = 0;

	for (size_t i = 0; i < n && st == CAO_OK; i++) {
		struct cao_result one = { .changed = false };

		memcpy(one.number, o->number, sizeof one.number);
		st = put_in(h, &scans[i], 1, &one, err);
		if (st == CAO_OK && cao_result_status(&one) != CAO_OK) {
			cli_reject(&one, &one.faults);
			h->status = cao_status_worse(
			    h->status, cao_result_status(&one));
			for (size_t j = 0; j < o->count; j++)
				if (o->slots[j].scan.slot == scans[i].slot)
					o->slots[j].count = 0;
		} else if (st == CAO_OK) {
			r->changed |= one.changed;
			good++;
		}
		cao_faults_free(&one.faults);
	}
	r->left = good == 0;
	return st;
}

/* All at once, or where one is wrong those that are not. */
static enum cao_status
fill_with(struct heap *h, const struct cao_heap_order *o,
    struct cao_scan *scans, size_t n, struct cao_result *r,
    struct cao_error *err)
{
	enum cao_status st = put_in(h, scans, n, r, err);

	if (st != CAO_OK || n == 1 || cao_result_status(r) != CAO_INPUT)
		return st;
	cao_faults_free(&r->faults);
	r->faults = (struct cao_faults){ .list = NULL };
	return put_each(h, o, scans, n, r, err);
}

/* Fill the slots of one order, and print it. */
static enum cao_status
fill(struct heap *h, const struct cao_heap_order *o, struct cao_error *err)
{
	struct cao_scan *scans = calloc(o->count + 1, sizeof *scans);
	unsigned char **made = calloc(o->count + 1, sizeof *made);
	struct cao_result r = { .changed = false };
	enum cao_status st = CAO_OK;
	struct cao_error why;
	size_t n;

	if (scans == NULL || made == NULL) {
		st = cli_memory(err);
		goto out;
	}
	memcpy(r.number, o->number, sizeof r.number);
	h->order = o;
	if ((n = make_all(h, o, scans, made)) == 0)
		goto out;
	if (fill_with(h, o, scans, n, &r, &why) != CAO_OK)
		st = stream_results(&h->stream, &r, 1, &why);
	else if (!r.left)
		st = stream_results(&h->stream, &r, 1, NULL);
	h->status = cao_status_worse(h->status, st);
	st = CAO_OK;
out:
	for (size_t i = 0; made != NULL && i < o->count; i++)
		free(made[i]);
	free(made);
	free(scans);
	return st;
}

/* The order as JSON tells what its slots were filled with. */
static enum cao_status
emit(void *arg, const struct cao_result *r, struct cao_error *err)
{
	const struct heap *h = arg;
	const char *next = "";

	(void)err;
	if (!cli.json) {
		puts(r->number);
		return CAO_OK;
	}
	printf("{\"order\":\"%s\",\"changed\":%s,\"slots\":[", r->number,
	    r->changed ? "true" : "false");
	for (size_t i = 0; i < h->order->count; i++) {
		const struct cao_heap_slot *s = &h->order->slots[i];

		if (s->count == 0)
			continue;
		printf("%s{\"slot\":", next);
		cli_json(stdout, s->scan.slot);
		fputs(",\"pages\":[", stdout);
		for (size_t j = 0; j < s->count; j++) {
			fputs(j > 0 ? ",{\"file\":" : "{\"file\":", stdout);
			cli_json(stdout, s->pages[j].file);
			printf(",\"page\":%u}", s->pages[j].page);
		}
		fputs("]}", stdout);
		next = ",";
	}
	puts("]}");
	return CAO_OK;
}

static enum cao_status
place(struct heap *h, struct cao_error *err)
{
	const struct cao_heap_order *orders;
	enum cao_status st;
	size_t count;

	st = cao_heap_close(h->heap, &orders, &count, err);
	for (size_t i = 0; st == CAO_OK && i < count && cli_stop == 0; i++) {
		cli_progress_items(NULL, i, count);
		st = fill(h, &orders[i], err);
	}
	return st;
}

enum cao_status
heap_run(int argc, char *argv[], struct cao_error *err)
{
	const struct cao_env env = cli_env();
	struct heap h = { .stream = { .emit = emit, .arg = &h } };
	enum cao_status st;

	st = cli_store_open(&h.stream.store, err);
	if (st == CAO_OK)
		st = cao_heap_new(h.stream.store, &env, tell, &h, &h.heap, err);
	if (st == CAO_OK)
		st = heap_collect(&h.files, argc, argv, said, &h, err);
	if (st == CAO_OK)
		st = read_all(&h, err);
	if (st == CAO_OK)
		st = place(&h, err);
	cao_heap_free(h.heap);
	cao_store_close(h.stream.store);
	heap_files_free(&h.files);
	if (st == CAO_OK)
		return stream_summary(&h.stream, h.status, err);
	return err->status = cao_status_worse(st, h.status);
}
