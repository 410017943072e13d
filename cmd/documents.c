/* Applications in, batches through a step, numbers out. */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "stream.h"

#define BATCH_LEAST 4
#define BATCH_MS 100 /* a batch that takes longer is followed by a smaller */

struct documents {
	struct stream *stream;
	documents_step *step;
	/* apps[i] is NULL where results[i] says why it cannot be read. */
	struct cao_application *apps[STREAM_DOCUMENTS], *work[STREAM_DOCUMENTS];
	struct cao_result results[STREAM_DOCUMENTS], done[STREAM_DOCUMENTS];
	size_t count, bound;
	enum cao_status status; /* the worst so far */
};

/* Keys are slow or quick to make: let a batch be as many as suit the wait. */
static void
adapt(struct documents *d, int64_t ms)
{
	if (d->stream->bound != 0)
		return;
	if (ms > BATCH_MS && d->bound > BATCH_LEAST)
		d->bound /= 2;
	else if (ms < BATCH_MS / 2 && d->bound < STREAM_DOCUMENTS)
		d->bound *= 2;
}

static void
batch_run(struct documents *d)
{
	const struct cao_env env = cli_env();
	struct cao_error err, *whole = NULL;
	int64_t began = cli_clock();
	enum cao_status st;
	size_t n = 0;

	for (size_t i = 0; i < d->count; i++)
		if (d->apps[i] != NULL) {
			d->done[n] = d->results[i];
			d->work[n++] = d->apps[i];
		}
	if (n > 0 &&
	    d->step(d->stream->arg, &env, d->work, d->done, n, &err) != CAO_OK)
		whole = &err;
	n = 0;
	for (size_t i = 0; i < d->count; i++) {
		if (d->apps[i] != NULL)
			d->results[i] = d->done[n++];
		cao_application_free(d->apps[i]);
	}
	st = stream_results(d->stream, d->results, d->count, whole);
	d->status = cao_status_worse(d->status, st);
	d->count = 0;
	adapt(d, cli_clock() - began);
}

/* Wait until there is something to read; false if a signal asks to stop. */
static bool
wait_for(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	while (cli_stop == 0)
		if (poll(&p, 1, -1) != -1 || errno != EINTR)
			return true;
	return false;
}

/* The next document; false at the end. */
static bool
next(struct documents *d, struct cao_reader *reader)
{
	const struct cao_env env = cli_env();
	struct cao_result *r = &d->results[d->count];
	struct cao_application *app = NULL;
	enum cao_status st;

	*r = (struct cao_result){ .changed = false };
	st = cao_reader_next(reader, &env, &app, r);
	if (st == CAO_OK && app == NULL)
		return false;
	d->apps[d->count++] = st == CAO_OK ? app : NULL;
	/* Behind a document that is refused there are others; behind an input
	 * that cannot be read there is nothing. */
	return st == CAO_OK || st == CAO_INPUT;
}

static void
read_all(struct documents *d, struct cao_reader *reader, int fd)
{
	bool more = true;

	while (more && cli_stop == 0) {
		if (!cao_reader_ready(reader)) {
			if (d->count > 0)
				batch_run(d);
			if (!wait_for(fd))
				break;
		}
		more = next(d, reader);
		if (d->count >= d->bound)
			batch_run(d);
	}
	if (d->count > 0)
		batch_run(d);
}

static void
one_file(struct documents *d, const char *path)
{
	struct cao_reader *reader = NULL;
	struct cao_error err;
	enum cao_status st;
	int fd = -1;

	st = cli_file_open(path, &fd, &err);
	if (st == CAO_OK)
		st = cao_reader_open(
		    cli_file_name(path), fd, d->stream->store, &reader, &err);
	if (st == CAO_OK)
		read_all(d, reader, fd);
	else
		cli_report(NULL, &err);
	d->status = cao_status_worse(d->status, st);
	cao_reader_close(reader);
	if (fd != -1)
		(void)close(fd);
}

static enum cao_status
asked(struct documents *d, struct cao_error *err)
{
	enum cao_status st = cli_ask(d->stream->store, &d->apps[0], err);

	if (st != CAO_OK)
		return st;
	d->results[0] = (struct cao_result){ .changed = false };
	d->count = 1;
	batch_run(d);
	return CAO_OK;
}

enum cao_status
documents_run(struct stream *s, documents_step *step, int argc, char *argv[],
    struct cao_error *err)
{
	struct documents *d = calloc(1, sizeof *d);
	enum cao_status st = CAO_OK;

	if (d == NULL)
		return cli_memory(err);
	d->stream = s;
	d->step = step;
	d->bound = s->bound == 0 ? BATCH_LEAST : s->bound;
	if (argc == 0 && cli_input() == CLI_INPUT_TERMINAL)
		st = asked(d, err);
	else if (argc == 0)
		one_file(d, "-");
	for (int i = 0; i < argc && cli_stop == 0; i++)
		one_file(d, argv[i]);
	if (st == CAO_OK)
		st = stream_summary(s, d->status, err);
	free(d);
	return st;
}
