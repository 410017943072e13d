/* A heap of scans: read by ca-scan, placed by the library, uploaded. */
#include <sys/stat.h>

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "stream.h"

#define FILES_AT_ONCE 64 /* that one ca-scan gets */

struct files {
	char **path; /* ends with NULL */
	uint64_t *size;
	size_t count;
	uint64_t total;
};

struct heap {
	struct stream stream;
	struct cao_heap *heap;
	struct files files;
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

static void
files_free(struct files *f)
{
	for (size_t i = 0; i < f->count; i++)
		free(f->path[i]);
	free(f->path);
	free(f->size);
}

/* Add a file; its path is the list's to free. */
static bool
add_file(struct files *f, char *path, uint64_t size)
{
	uint64_t *sizes;
	char **paths;

	if (path == NULL)
		return false;
	paths = realloc(f->path, (f->count + 2) * sizeof *paths);
	if (paths != NULL)
		f->path = paths;
	sizes = realloc(f->size, (f->count + 1) * sizeof *sizes);
	if (sizes != NULL)
		f->size = sizes;
	if (paths == NULL || sizes == NULL) {
		free(path);
		return false;
	}
	sizes[f->count] = size;
	paths[f->count++] = path;
	paths[f->count] = NULL;
	f->total += size;
	return true;
}

/* Do people call a scan so? */
static bool
is_scan(const char *name)
{
	static const char *const ends[] = { ".pdf", ".jpg", ".jpeg", ".png",
		".tif", ".tiff" };
	const char *dot = strrchr(name, '.');

	for (size_t i = 0; dot != NULL && i < sizeof ends / sizeof *ends; i++)
		if (strcasecmp(dot, ends[i]) == 0)
			return true;
	return false;
}

static char *
join(const char *dir, const char *name)
{
	size_t size = strlen(dir) + strlen(name) + 2;
	char *path = malloc(size);

	if (path != NULL)
		(void)snprintf(path, size, "%s/%s", dir, name);
	return path;
}

/* One name in a folder; hidden ones are nobody's business. */
static enum cao_status
add_entry(
    struct heap *h, const char *dir, const char *name, struct cao_error *err)
{
	struct cao_error note;
	struct stat sb;
	char *path;

	if (*name == '.')
		return CAO_OK;
	if ((path = join(dir, name)) == NULL)
		return cli_memory(err);
	if (is_scan(name) && stat(path, &sb) == 0 && S_ISREG(sb.st_mode)) {
		if (!add_file(&h->files, path, (uint64_t)sb.st_size))
			return cli_memory(err);
		return CAO_OK;
	}
	(void)cli_error(&note, CAO_OK,
	    _("passed over: no file whose name ends in .pdf, .jpg, .jpeg, "
	      ".png, .tif or .tiff"));
	(void)snprintf(note.file, sizeof note.file, "%s", path);
	tell(h, "", &note);
	free(path);
	return CAO_OK;
}

static enum cao_status
add_folder(struct heap *h, const char *dir, struct cao_error *err)
{
	struct dirent **names = NULL;
	enum cao_status st = CAO_OK;
	int n = scandir(dir, &names, NULL, alphasort);

	if (n == -1)
		return cli_error_errno(err, dir);
	for (int i = 0; i < n; i++) {
		if (st == CAO_OK)
			st = add_entry(h, dir, names[i]->d_name, err);
		free(names[i]);
	}
	free(names);
	return st;
}

static enum cao_status
collect(struct heap *h, int argc, char *argv[], struct cao_error *err)
{
	enum cao_status st = CAO_OK;
	struct stat sb;

	for (int i = 0; i < argc && st == CAO_OK; i++)
		if (stat(argv[i], &sb) == -1)
			st = cli_error_errno(err, argv[i]);
		else if (S_ISDIR(sb.st_mode))
			st = add_folder(h, argv[i], err);
		else if (!add_file(
			     &h->files, strdup(argv[i]), (uint64_t)sb.st_size))
			st = cli_memory(err);
	if (st == CAO_OK && h->files.count == 0)
		st = cli_error(
		    err, CAO_INPUT, _("there is no scan in %s"), argv[0]);
	return st;
}

/* Files whose lines never came were refused. */
static void
progress(struct heap *h, const struct cao_heap_page *p)
{
	const struct files *f = &h->files;
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
	const struct files *f = &h->files;
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

/* Pages of several files, or some of one, as a document of their own. */
static enum cao_status
make(struct cao_heap_slot *s, unsigned char **ret_made, struct cao_error *err)
{
	char **words = calloc(s->count + 1, sizeof *words);
	enum cao_status st = CAO_OK;
	size_t size, len = 0;

	if (words == NULL)
		return cli_memory(err);
	for (size_t i = 0; i < s->count && st == CAO_OK; i++) {
		size = strlen(s->pages[i].file) + sizeof "#4294967295";
		if ((words[i] = malloc(size)) == NULL)
			st = cli_memory(err);
		else
			(void)snprintf(words[i], size, "%s#%u",
			    s->pages[i].file, s->pages[i].page);
	}
	if (st == CAO_OK)
		st = scanner_join(
		    (const char *const *)words, s->count, ret_made, &len, err);
	for (size_t i = 0; i < s->count; i++)
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
		st = collect(&h, argc, argv, err);
	if (st == CAO_OK)
		st = read_all(&h, err);
	if (st == CAO_OK)
		st = place(&h, err);
	cao_heap_free(h.heap);
	cao_store_close(h.stream.store);
	files_free(&h.files);
	if (st == CAO_OK)
		return stream_summary(&h.stream, h.status, err);
	return err->status = cao_status_worse(st, h.status);
}
