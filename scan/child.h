/* A child that decodes, and its parent's patience. */
#ifndef SCAN_CHILD_H
#define SCAN_CHILD_H

#include <sys/types.h>

#include "cli.h"
#include "scan/wire.h"

enum scan_fate {
	SCAN_RUNS,
	SCAN_CLOSED,  /* the pipe was */
	SCAN_LATE,    /* it took too long and was killed */
	SCAN_BROKEN,  /* what it said breaks the rules: it was killed */
	SCAN_FORSAKEN /* it was killed because the tool is to stop */
};

struct scan_child {
	pid_t pid;
	int fd;
	uint32_t files; /* that it reads */
	int64_t began;
	enum scan_fate fate;
	struct scan_answer answer;
};

/*
 * Start a child that is shut in and then calls work(SCAN_JAIL_FD, arg), which
 * need not return.  joins: its answer is a file and not pages.
 */
CAO_MUST enum cao_status
scan_child_start(struct scan_child *, void (*work)(int out, const void *arg),
    const void *arg, bool joins, uint32_t files, struct cao_error *);

/* Hear those of the children that run, until at least one says something or
 * is over. */
void scan_children_hear(struct scan_child *const *, size_t count);

/* Let go of a child that does not run any more: whether it answered in full,
 * and why not. */
CAO_MUST enum cao_status
scan_child_end(struct scan_child *, struct cao_error *);
/* Let go of one that runs. */
void scan_child_stop(struct scan_child *);

#endif /* SCAN_CHILD_H */
