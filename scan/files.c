/* Files decoded, a few at a time, and told in their order. */
#include <sys/stat.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "scan/child.h"
#include "scan/decode.h"
#include "scan/limits.h"
#include "scan/line.h"
#include "cli.h"
#include "scan/scan.h"

#define JOBS_MAX 4 /* files are held in memory meanwhile */

struct job {
	bool used, failed; /* failed: err says why it did not start */
	struct scan_file file;
	char *data;
	struct scan_task task;
	struct scan_child child;
	struct cao_error err;
};

struct work {
	const struct scan_wishes *wishes;
	struct job job[JOBS_MAX];
	uint32_t side; /* of the thumbnails; 0: none */
	size_t jobs;
	size_t head, next, count; /* files: to be told, to be started, all */
	char **names;
	uint64_t told, octets; /* of the files that were told, of all or 0 */
};

static void
start(struct work *w, struct job *j, const char *name)
{
	size_t len = 0;
	enum cao_status st;

	*j = (struct job){ .used = true, .file = { .name = name } };
	st = cli_file_read(name, SCAN_FILE_MAX, &j->data, &len, &j->err);
	if (st == CAO_OK) {
		cao_scan_digest(j->data, len, j->file.sha256);
		j->task = (struct scan_task){
			.octets = { (unsigned char *)j->data, len },
			.thumb =
			    w->wishes->in_line || w->wishes->thumbnails != NULL
			    ? w->side
			    : 0
		};
		st = scan_child_start(
		    &j->child, scan_decode, &j->task, false, 1, &j->err);
	}
	j->failed = st != CAO_OK;
}

/* Tell of a file what is known; its status. */
static enum cao_status
tell(struct work *w, struct job *j, struct cao_error *err)
{
	struct cao_faults faults = { .list = &j->err, .count = 1 };
	enum cao_status st;

	if (j->failed)
		st = j->err.status;
	else if ((st = scan_child_end(&j->child, &j->err)) != CAO_OK &&
	    *j->err.text != '\0')
		(void)snprintf(j->err.file, sizeof j->err.file, "%s",
		    cli_file_name(j->file.name));
	if (st == CAO_OK) {
		j->file.answer = &j->child.answer;
		st = scan_lines_write(&j->file, w->wishes, &j->err);
	}
	if (st != CAO_OK && *j->err.text != '\0')
		st = cli_reject_document(st, &faults, err);
	return st;
}

static void
let_go(struct job *j)
{
	if (!j->used)
		return;
	scan_answer_free(&j->child.answer);
	free(j->data);
	j->used = false;
}

/* The child of the next file to be told is over. */
static bool
ready(const struct job *j)
{
	return j->failed || j->child.fate != SCAN_RUNS;
}

static void
hear(struct work *w)
{
	struct scan_child *list[JOBS_MAX];
	size_t n = 0;

	for (size_t i = 0; i < w->jobs; i++)
		if (w->job[i].used && !w->job[i].failed)
			list[n++] = &w->job[i].child;
	scan_children_hear(list, n);
}

/* 0 if one of them is not there yet, such as standard input. */
static uint64_t
all_octets(char *const names[], size_t count)
{
	uint64_t sum = 0;
	struct stat s;

	for (size_t i = 0; i < count; i++) {
		if (stat(names[i], &s) == -1 || !S_ISREG(s.st_mode))
			return 0;
		sum += (uint64_t)s.st_size;
	}
	return sum;
}

/* Of the file that is to be told next, as much is done as of its pages. */
static void
show_progress(const struct work *w)
{
	const struct job *j = &w->job[w->head % w->jobs];
	const struct scan_answer *a = &j->child.answer;
	uint64_t done = w->told;

	if (w->head == w->count)
		return;
	if (j->used && a->begun)
		done += j->task.octets.len * a->page_count / a->head.pages;
	cli_progress_files(
	    w->names[w->head], w->head + 1, w->count, done, w->octets);
}

static enum cao_status
run(struct work *w, struct cao_error *err)
{
	enum cao_status st = CAO_OK;
	struct job *j;

	while (w->head < w->count && cli_stop == 0) {
		while (w->next < w->count && w->next < w->head + w->jobs) {
			start(w, &w->job[w->next % w->jobs], w->names[w->next]);
			w->next++;
		}
		j = &w->job[w->head % w->jobs];
		if (!ready(j)) {
			hear(w);
			show_progress(w);
			continue;
		}
		st = cao_status_worse(st, tell(w, j, err));
		w->told += j->task.octets.len;
		let_go(j);
		w->head++;
		show_progress(w);
	}
	return st;
}

/* Children that are not needed any more. */
static void
stop(struct work *w)
{
	for (size_t i = 0; i < w->jobs; i++)
		if (w->job[i].used) {
			if (!w->job[i].failed)
				scan_child_stop(&w->job[i].child);
			let_go(&w->job[i]);
		}
}

static size_t
processors(void)
{
	long n = sysconf(_SC_NPROCESSORS_ONLN);

	return n < 1 ? 1 : n > JOBS_MAX ? JOBS_MAX : (size_t)n;
}

/* How large the thumbnails are to be, 0 if none are. */
static enum cao_status
choose_side(const struct scan_wishes *w, uint32_t *ret, struct cao_error *err)
{
	if (w->side != NULL &&
	    (*w->side < SCAN_THUMB_LEAST || *w->side > SCAN_THUMB_SIDE))
		return cli_usage(err, _("--side takes %u to %u pixels"),
		    SCAN_THUMB_LEAST, SCAN_THUMB_SIDE);
	if (!w->in_line && w->thumbnails == NULL)
		*ret = 0;
	else
		*ret = w->side != NULL ? (uint32_t)*w->side : SCAN_THUMB_SIDE;
	return CAO_OK;
}

enum cao_status
scan_files(const struct scan_wishes *wishes, int argc, char *argv[],
    struct cao_error *err)
{
	enum cao_status st;
	uint32_t side = 0;
	struct work *w;

	if ((st = choose_side(wishes, &side, err)) != CAO_OK)
		return st;
	if ((w = calloc(1, sizeof *w)) == NULL)
		return cli_memory(err);
	if (wishes->thumbnails != NULL &&
	    mkdir(wishes->thumbnails, 0700) == -1 && errno != EEXIST) {
		free(w);
		return cli_error_errno(err, wishes->thumbnails);
	}
	*w = (struct work){ .wishes = wishes,
		.side = side,
		.jobs = processors(),
		.count = (size_t)argc,
		.names = argv,
		.octets = all_octets(argv, (size_t)argc) };
	st = run(w, err);
	stop(w);
	free(w);
	return st == CAO_OK ? CAO_OK : cli_told(err, st);
}
