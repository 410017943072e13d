/* Children that decode, one or several at a time. */
#include <sys/wait.h>

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include "scan/child.h"
#include "scan/jail.h"

#define CHUNK 65536
#define NOT_JAILED 77 /* the exit status of a child that could not be */
#define CHILDREN_MAX 16

static _Noreturn void
be_child(int out, void (*work)(int, const void *), const void *arg)
{
	(void)signal(SIGINT, SIG_DFL);
	(void)signal(SIGTERM, SIG_DFL);
	(void)signal(SIGPIPE, SIG_DFL);
	if (!scan_jail_enter(out))
		_exit(NOT_JAILED);
	work(SCAN_JAIL_FD, arg);
	_exit(0);
}

enum cao_status
scan_child_start(struct scan_child *c, void (*work)(int, const void *),
    const void *arg, bool joins, uint32_t files, struct cao_error *err)
{
	int ends[2];
	pid_t pid;

	if (pipe(ends) == -1)
		return cli_error_errno(err, _("a pipe to a decoder"));
	/* The first message opens the catalogue: behind the fork none can. */
	(void)_("starting a decoder");
	if ((pid = fork()) == 0) {
		(void)close(ends[0]);
		be_child(ends[1], work, arg);
	}
	(void)close(ends[1]);
	if (pid == -1) {
		(void)close(ends[0]);
		return cli_error_errno(err, _("starting a decoder"));
	}
	*c = (struct scan_child){ .pid = pid,
		.fd = ends[0],
		.files = files,
		.began = cli_clock(),
		.answer = { .joins = joins } };
	return CAO_OK;
}

static void
finish(struct scan_child *c, enum scan_fate fate)
{
	c->fate = fate;
	if (fate != SCAN_CLOSED)
		(void)kill(c->pid, SIGKILL);
	(void)close(c->fd);
}

/* Milliseconds that it may still take; it cannot use them up sooner. */
static int64_t
left(const struct scan_child *c)
{
	const int64_t most = (int64_t)c->files * SCAN_FILE_MS +
	    (int64_t)c->answer.steps * SCAN_PAGE_MS;
	int64_t wall = most * SCAN_WALL - (cli_clock() - c->began);
	int64_t own = most;
	struct timespec used;
	clockid_t clock;

	if (clock_getcpuclockid(c->pid, &clock) == 0 &&
	    clock_gettime(clock, &used) == 0)
		own -= (int64_t)used.tv_sec * 1000 + used.tv_nsec / 1000000;
	return own < wall ? own : wall;
}

static void
hear(struct scan_child *c)
{
	static unsigned char buf[CHUNK];
	ssize_t n = read(c->fd, buf, sizeof buf);

	if (n == 0 || (n == -1 && errno != EINTR))
		finish(c, SCAN_CLOSED);
	else if (n > 0 && !scan_answer_feed(&c->answer, buf, (size_t)n))
		finish(c, SCAN_BROKEN);
}

void
scan_children_hear(struct scan_child *const *list, size_t count)
{
	struct pollfd pfd[CHILDREN_MAX];
	struct scan_child *who[CHILDREN_MAX];
	int64_t least = INT64_MAX, ms;
	nfds_t n = 0;

	for (size_t i = 0; i < count && n < CHILDREN_MAX; i++) {
		if (list[i]->fate != SCAN_RUNS)
			continue;
		if (cli_stop != 0) {
			finish(list[i], SCAN_FORSAKEN);
			return;
		}
		if ((ms = left(list[i])) <= 0) {
			finish(list[i], SCAN_LATE);
			return;
		}
		least = ms < least ? ms : least;
		who[n] = list[i];
		pfd[n++] =
		    (struct pollfd){ .fd = list[i]->fd, .events = POLLIN };
	}
	if (n == 0 || poll(pfd, n, (int)least) <= 0)
		return;
	for (nfds_t i = 0; i < n; i++)
		if (pfd[i].revents != 0)
			hear(who[i]);
}

/* Why there is no full answer; wait_status is that of waitpid(). */
static enum cao_status
explain(const struct scan_child *c, int wait_status, struct cao_error *err)
{
	int sig = WIFSIGNALED(wait_status) ? WTERMSIG(wait_status) : 0;

	if (c->fate == SCAN_FORSAKEN)
		return cli_told(err, CAO_SYSTEM);
	if (c->fate == SCAN_LATE || sig == SIGXCPU)
		return cli_error(err, CAO_INPUT,
		    _("takes longer than %u s to read, or %u ms a page; "
		      "scan it again at 300 dpi or less"),
		    c->files * SCAN_FILE_MS / 1000, SCAN_PAGE_MS);
	if (WIFEXITED(wait_status) && WEXITSTATUS(wait_status) == NOT_JAILED)
		return cli_error(err, CAO_SYSTEM,
		    _("cannot be read in safety: this system has no "
		      "seccomp filter; use Linux 3.17 or later"));
	if (c->fate == SCAN_BROKEN)
		return cli_error(err, CAO_INPUT,
		    _("broke its decoder, which was stopped; scan it "
		      "again, or send it as JPEG or PNG"));
	return cli_error(err, CAO_INPUT,
	    _("ended its decoder (signal %d): it is damaged, or takes more "
	      "memory than %u MB; scan it again at 300 dpi or less"),
	    sig, SCAN_MEMORY / 1024 / 1024);
}

/* The child's end, as waitpid() tells it. */
static int
bury(struct scan_child *c)
{
	int wait_status = 0;

	if (c->fate == SCAN_RUNS)
		finish(c, SCAN_FORSAKEN);
	while (waitpid(c->pid, &wait_status, 0) == -1 && errno == EINTR)
		;
	return wait_status;
}

enum cao_status
scan_child_end(struct scan_child *c, struct cao_error *err)
{
	int wait_status = bury(c);

	if (c->fate == SCAN_CLOSED && *c->answer.words != '\0')
		return cli_error(err, CAO_INPUT, "%s", c->answer.words);
	if (c->fate == SCAN_CLOSED && scan_answer_whole(&c->answer))
		return CAO_OK;
	return explain(c, wait_status, err);
}

void
scan_child_stop(struct scan_child *c)
{
	(void)bury(c);
}
