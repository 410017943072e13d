/* Order numbers in, batches through a step, numbers out. */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "stream.h"

#define READ_SIZE (64 * 1024)

/* One order of a batch; err says why it never came to the step. */
struct item {
	struct cao_result result;
	struct cao_error err; /* of status CAO_OK: it did */
};

struct batch {
	struct stream *stream;
	struct item *items;
	struct cao_result *work; /* those that the step gets */
	size_t count, bound;
	enum cao_status status; /* the worst so far */
};

/* Standard input, cut into lines. */
struct lines {
	char *buf;
	size_t start, end;
	unsigned line;
	bool eof;
	bool skipping; /* the rest of a line that is too long */
};

enum cao_status
stream_silent(void *arg, const struct cao_result *r, struct cao_error *err)
{
	(void)arg, (void)r, (void)err;
	return CAO_OK;
}

static enum cao_status
emit(struct stream *s, const struct cao_result *r, struct cao_error *err)
{
	const struct cao_env env = cli_env();
	char *json = NULL;
	enum cao_status st;

	if (s->emit != NULL)
		return s->emit(s->arg, r, err);
	if (*r->number == '\0') {
		cli_say(_("the application is in order: %s"),
		    *r->request == '\0' ? "-" : r->request);
		return CAO_OK;
	}
	if (!cli.json) {
		puts(r->number);
		return CAO_OK;
	}
	if (s->store == NULL) {
		printf("{\"order\":\"%s\"}\n", r->number);
		return CAO_OK;
	}
	st = cao_query_json(s->store, &env, r->number, s->unmask, &json, err);
	if (st != CAO_OK)
		return st;
	puts(json);
	cao_free(json);
	return CAO_OK;
}

/* Print one order, or say why not: its own faults before why. */
static enum cao_status
finish(struct stream *s, struct cao_result *r, const struct cao_error *why)
{
	struct cao_error err;
	struct cao_faults one = { .list = &err, .count = 1 };
	enum cao_status st = cao_result_status(r);

	if (st != CAO_OK)
		cli_reject(r, &r->faults);
	else if (why != NULL) {
		err = *why;
		st = err.status;
		cli_reject(r, &one);
	} else {
		cli_faults(r->number, &r->faults); /* notes */
		if (!r->left && (st = emit(s, r, &err)) != CAO_OK)
			cli_reject(r, &one);
		else if (!r->changed)
			s->already++;
	}
	if (st == CAO_OK)
		s->done++;
	else
		s->failed++;
	cao_faults_free(&r->faults);
	r->faults = (struct cao_faults){ .list = NULL };
	return st;
}

enum cao_status
stream_results(struct stream *s, struct cao_result *r, size_t count,
    const struct cao_error *whole)
{
	enum cao_status st = CAO_OK;

	cli_progress_clear();
	for (size_t i = 0; i < count; i++)
		st = cao_status_worse(st, finish(s, &r[i], whole));
	(void)fflush(stdout);
	return st;
}

enum cao_status
stream_summary(
    const struct stream *s, enum cao_status st, struct cao_error *err)
{
	cli_verbose(_("%zu done, %zu of them without a change; %zu failed"),
	    s->done, s->already, s->failed);
	return st == CAO_OK ? CAO_OK : cli_told(err, st);
}

/* Take the batch through the step, and print it. */
static void
batch_run(struct batch *b)
{
	struct stream *s = b->stream;
	const struct cao_env env = cli_env();
	struct cao_error err, *whole = NULL;
	enum cao_status st;
	size_t n = 0;

	for (size_t i = 0; i < b->count; i++)
		if (b->items[i].err.status == CAO_OK)
			b->work[n++] = b->items[i].result;
	if (n > 0 && s->step != NULL &&
	    s->step(s->arg, &env, b->work, n, &err) != CAO_OK)
		whole = &err;
	cli_progress_clear();
	n = 0;
	for (size_t i = 0; i < b->count; i++) {
		struct item *item = &b->items[i];

		if (item->err.status == CAO_OK)
			st = finish(s, &b->work[n++], whole);
		else
			st = finish(s, &item->result, &item->err);
		b->status = cao_status_worse(b->status, st);
	}
	(void)fflush(stdout);
	b->count = 0;
}

static bool
batch_has(const struct batch *b, const char *number)
{
	for (size_t i = 0; i < b->count; i++)
		if (strcmp(b->items[i].result.number, number) == 0)
			return true;
	return false;
}

/* Add a line of a file (NULL: an operand); a full batch is run. */
static void
batch_add(struct batch *b, const char *line, size_t len, const char *file,
    unsigned number)
{
	struct item item = { .err = { .status = CAO_OK } };

	if (cao_number_read(line, len, item.result.number, &item.err) !=
	    CAO_OK) {
		*item.result.number = '\0';
		if (file != NULL) {
			(void)snprintf(
			    item.err.file, sizeof item.err.file, "%s", file);
			item.err.line = number;
		}
	} else {
		item.err.status = CAO_OK;
		/* A step sees an order once in a batch. */
		if (batch_has(b, item.result.number))
			batch_run(b);
	}
	b->items[b->count++] = item;
	if (b->count == b->bound)
		batch_run(b);
}

static void
batch_too_long(struct batch *b, unsigned number)
{
	struct item item = { .err = { .line = number } };

	(void)cli_error(&item.err, CAO_INPUT,
	    _("the line has more than %d octets"), CAO_LINE_MAX);
	(void)snprintf(
	    item.err.file, sizeof item.err.file, "%s", cli_file_name(NULL));
	item.err.line = number;
	b->items[b->count++] = item;
	if (b->count == b->bound)
		batch_run(b);
}

/* Blanks around a line, and a carriage return, mean nothing. */
static void
line_trim(const char **p, size_t *len)
{
	while (*len > 0 && strchr(" \t\r", (*p)[*len - 1]) != NULL &&
	    (*p)[*len - 1] != '\0')
		--*len;
	while (*len > 0 && (**p == ' ' || **p == '\t')) {
		++*p;
		--*len;
	}
}

/* Cut the next line off what was read; false if none is complete. */
static bool
lines_next(struct lines *l, struct batch *b)
{
	const char *p = l->buf + l->start;
	size_t have = l->end - l->start, len;
	const char *end = have == 0 ? NULL : memchr(p, '\n', have);
	bool skipped = l->skipping;

	if (end == NULL && have > CAO_LINE_MAX) {
		if (!l->skipping)
			batch_too_long(b, l->line + 1);
		l->skipping = true;
		l->start = l->end = 0;
		return false;
	}
	if (end == NULL && (!l->eof || have == 0))
		return false;
	len = end != NULL ? (size_t)(end - p) : have;
	l->start += len + (end != NULL);
	l->line++;
	l->skipping = false;
	if (skipped)
		return true;
	if (len > CAO_LINE_MAX) {
		batch_too_long(b, l->line);
		return true;
	}
	line_trim(&p, &len);
	if (len > 0 && *p != '#')
		batch_add(b, p, len, cli_file_name(NULL), l->line);
	return true;
}

/* Is there something to read, or the end?  Waits for it unless told not to;
 * false too if a signal asks to stop. */
static bool
lines_ready(bool wait)
{
	struct pollfd p = { .fd = STDIN_FILENO, .events = POLLIN };
	int n;

	do {
		if (cli_stop != 0)
			return false;
		n = poll(&p, 1, wait ? -1 : 0);
	} while (n == -1 && errno == EINTR);
	return n != 0;
}

static enum cao_status
lines_fill(struct lines *l, struct cao_error *err)
{
	ssize_t n;

	if (l->start > 0) {
		memmove(l->buf, l->buf + l->start, l->end - l->start);
		l->end -= l->start;
		l->start = 0;
	}
	n = read(STDIN_FILENO, l->buf + l->end, READ_SIZE);
	if (n == -1 && errno != EINTR && errno != EAGAIN)
		return cli_error_errno(err, cli_file_name(NULL));
	if (n == 0)
		l->eof = true;
	else if (n > 0)
		l->end += (size_t)n;
	return CAO_OK;
}

/* All of standard input; what is ready goes through the step together. */
static enum cao_status
from_stdin(struct batch *b, struct cao_error *err)
{
	struct lines l = { .buf = malloc(CAO_LINE_MAX + 1 + READ_SIZE) };
	enum cao_status st = CAO_OK;

	if (l.buf == NULL)
		return cli_memory(err);
	while (st == CAO_OK && cli_stop == 0) {
		if (lines_next(&l, b))
			continue;
		if (l.eof)
			break;
		if (b->count > 0 && !lines_ready(false))
			batch_run(b);
		else if (lines_ready(true))
			st = lines_fill(&l, err);
	}
	free(l.buf);
	return st;
}

static enum cao_status
from_operands(struct batch *b, int argc, char *argv[], struct cao_error *err)
{
	enum cao_status st = CAO_OK;

	for (int i = 0; i < argc && st == CAO_OK && cli_stop == 0; i++)
		if (strcmp(argv[i], "-") == 0)
			st = from_stdin(b, err);
		else
			batch_add(b, argv[i], strlen(argv[i]), NULL, 0);
	return st;
}

static void
found(void *arg, const char *const *values)
{
	struct batch *b = arg;
	struct item *item = &b->items[b->count++];

	*item = (struct item){ .err = { .status = CAO_OK } };
	(void)snprintf(
	    item->result.number, sizeof item->result.number, "%s", values[0]);
}

/* The orders of a query, page by page. */
static enum cao_status
from_query(struct batch *b, struct cao_error *err)
{
	static const char *const columns[] = { "number" };
	const struct stream *s = b->stream;
	struct cao_filter page = *s->of;
	char last[CAO_NUMBER_SIZE];
	size_t left = page.limit, n;
	enum cao_status st;

	do {
		const struct cao_env env = cli_env();

		page.limit = b->bound;
		if (s->of->limit != 0 && left < page.limit)
			page.limit = left;
		st = cao_query(
		    s->store, &env, &page, columns, 1, NULL, found, b, err);
		if (st != CAO_OK || b->count == 0)
			break;
		n = b->count;
		memcpy(last, b->items[n - 1].result.number, sizeof last);
		page.after = last;
		left -= n < left ? n : left;
		batch_run(b);
	} while (n == page.limit && (s->of->limit == 0 || left > 0) &&
	    cli_stop == 0);
	return st;
}

enum cao_status
stream_named(int argc, struct cao_error *err)
{
	if (argc > 0 || cli_input() != CLI_INPUT_TERMINAL)
		return CAO_OK;
	return cli_usage(
	    err, _("no order is named: give numbers, or pipe them in"));
}

enum cao_status
stream_run(struct stream *s, int argc, char *argv[], struct cao_error *err)
{
	struct batch b = { .stream = s, .status = CAO_OK };
	enum cao_status st;

	b.bound = s->bound == 0 ? STREAM_BATCH : s->bound;
	b.items = calloc(b.bound, sizeof *b.items);
	b.work = calloc(b.bound, sizeof *b.work);
	if (b.items == NULL || b.work == NULL)
		st = cli_memory(err);
	else if (s->of != NULL)
		st = from_query(&b, err);
	else if (argc > 0)
		st = from_operands(&b, argc, argv, err);
	else if ((st = stream_named(argc, err)) == CAO_OK)
		st = from_stdin(&b, err);
	if (b.count > 0)
		batch_run(&b);
	free(b.items);
	free(b.work);
	if (st == CAO_OK)
		return stream_summary(s, b.status, err);
	err->status = cao_status_worse(st, b.status);
	return err->status;
}
