/* Another of the tools, run for what it prints: bounded, and never waited for
 * without an end. */
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "stream.h"

#define PATH_ROOM 4096
#define SAID_MAX CAO_ERROR_TEXT /* octets of a line that it says */
#define CHUNK (64 * 1024)
#define TICK_MS 200

extern char **environ;

struct running {
	const struct child *child;
	pid_t pid;
	int out, err; /* -1 once they ended */
	char said[SAID_MAX];
	size_t len;
	char *chunk;
};

/* Beside the executable that runs, else wherever the shell would find it. */
static bool
find_beside(const char *tool, char path[PATH_ROOM])
{
	ssize_t n = readlink("/proc/self/exe", path, PATH_ROOM - 1);
	char *slash;
	size_t room;

	if (n <= 0)
		return false;
	path[n] = '\0';
	slash = strrchr(path, '/');
	room = PATH_ROOM - (size_t)(slash + 1 - path);
	if (strlen(tool) >= room)
		return false;
	(void)snprintf(slash + 1, room, "%s", tool);
	return access(path, X_OK) == 0;
}

static bool
find_in_path(const char *tool, char path[PATH_ROOM])
{
	const char *p = getenv("PATH");
	size_t len;

	for (; p != NULL && *p != '\0'; p += len + (p[len] == ':')) {
		len = strcspn(p, ":");
		if (*p != '/' || len + strlen(tool) + 2 > PATH_ROOM)
			continue;
		(void)snprintf(path, PATH_ROOM, "%.*s/%s", (int)len, p, tool);
		if (access(path, X_OK) == 0)
			return true;
	}
	return false;
}

static bool
find(const char *tool, char path[PATH_ROOM])
{
	return find_beside(tool, path) || find_in_path(tool, path);
}

bool
child_there(const char *tool)
{
	char path[PATH_ROOM];

	return find(tool, path);
}

/* A pipe whose ends no other program gets. */
static bool
make_pipe(int fds[2])
{
	if (pipe(fds) == -1)
		return false;
	(void)fcntl(fds[0], F_SETFD, FD_CLOEXEC);
	(void)fcntl(fds[1], F_SETFD, FD_CLOEXEC);
	return true;
}

static int
spawn(const struct child *c, const char *path, int out, int err, pid_t *ret)
{
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attr;
	sigset_t none, back;
	int e;

	(void)sigemptyset(&none);
	(void)sigemptyset(&back);
	(void)sigaddset(&back, SIGPIPE);
	if ((e = posix_spawn_file_actions_init(&files)) != 0)
		return e;
	if ((e = posix_spawnattr_init(&attr)) != 0)
		goto out;
	(void)posix_spawnattr_setflags(
	    &attr, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	(void)posix_spawnattr_setsigmask(&attr, &none);
	(void)posix_spawnattr_setsigdefault(&attr, &back);
	e = c->in == -1
	    ? posix_spawn_file_actions_addopen(
		  &files, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
	    : posix_spawn_file_actions_adddup2(&files, c->in, STDIN_FILENO);
	if (e == 0)
		e = posix_spawn_file_actions_adddup2(
		    &files, out, STDOUT_FILENO);
	if (e == 0)
		e = posix_spawn_file_actions_adddup2(
		    &files, err, STDERR_FILENO);
	if (e == 0)
		e = posix_spawn(ret, path, &files, &attr,
		    (char *const *)(uintptr_t)c->argv, environ);
	(void)posix_spawnattr_destroy(&attr);
out:
	(void)posix_spawn_file_actions_destroy(&files);
	return e;
}

static enum cao_status
start(struct running *r, struct cao_error *err)
{
	const char *tool = r->child->argv[0];
	int out[2] = { -1, -1 }, said[2] = { -1, -1 };
	char path[PATH_ROOM];
	enum cao_status st = CAO_OK;
	int e = 0;

	if (!find(tool, path))
		return cli_error(err, CAO_SYSTEM,
		    _("there is no program %s, neither beside this one nor in "
		      "PATH; install it"),
		    tool);
	if (!make_pipe(out) || !make_pipe(said) ||
	    (e = spawn(r->child, path, out[1], said[1], &r->pid)) != 0) {
		errno = e != 0 ? e : errno;
		st = cli_error_errno(err, path);
	}
	if (out[1] != -1)
		(void)close(out[1]);
	if (said[1] != -1)
		(void)close(said[1]);
	r->out = out[0];
	r->err = said[0];
	return st;
}

/* "ca-scan: FILE: text" as an error of this tool; a note has its word. */
static void
tell(struct running *r)
{
	const char *tool = r->child->argv[0], *p = r->said, *note = _("note: ");
	struct cao_error err = { .status = CAO_INPUT };
	size_t n = strlen(tool), of;

	r->said[r->len] = '\0';
	r->len = 0;
	if (strncmp(p, tool, n) == 0 && strncmp(p + n, ": ", 2) == 0)
		p += n + 2;
	for (const char *const *f = r->child->files; f != NULL && *f != NULL;
	     f++) {
		of = strlen(*f);
		if (strncmp(p, *f, of) != 0 || strncmp(p + of, ": ", 2) != 0)
			continue;
		(void)snprintf(err.file, sizeof err.file, "%s", *f);
		p += of + 2;
		break;
	}
	if (strncmp(p, note, strlen(note)) == 0) {
		err.status = CAO_OK;
		p += strlen(note);
	}
	(void)snprintf(err.text, sizeof err.text, "%s", p);
	if (*p != '\0')
		r->child->said(r->child->arg, &err);
}

static void
hear(struct running *r, const char *data, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (data[i] == '\n')
			tell(r);
		else if (r->len < sizeof r->said - 1 && data[i] != '\0')
			r->said[r->len++] = data[i];
}

/* What one of its pipes has; false if it is to be ended. */
static bool
take(struct running *r, int *fd)
{
	ssize_t n = read(*fd, r->chunk, CHUNK);

	if (n == -1 && (errno == EINTR || errno == EAGAIN))
		return true;
	if (n <= 0) {
		(void)close(*fd);
		*fd = -1;
	} else if (fd == &r->err)
		hear(r, r->chunk, (size_t)n);
	else
		return r->child->out(r->child->arg, r->chunk, (size_t)n);
	return true;
}

/* All that it prints, until it ends; else why it is not waited for. */
static enum cao_status
listen(struct running *r, struct cao_error *err)
{
	int64_t heard = cli_clock();
	struct pollfd p[2];

	while (r->out != -1 || r->err != -1) {
		p[0] = (struct pollfd){ .fd = r->out, .events = POLLIN };
		p[1] = (struct pollfd){ .fd = r->err, .events = POLLIN };
		if (cli_stop != 0)
			return cli_told(err, CAO_AGAIN);
		if (poll(p, 2, TICK_MS) <= 0) {
			if (cli_clock() - heard <= CHILD_SILENT_MS)
				continue;
			return cli_error(err, CAO_SYSTEM,
			    _("%s was silent for %d s, and was ended"),
			    r->child->argv[0], CHILD_SILENT_MS / 1000);
		}
		heard = cli_clock();
		if (p[1].revents != 0 && !take(r, &r->err))
			return cli_told(err, CAO_SYSTEM);
		if (p[0].revents != 0 && !take(r, &r->out))
			return cli_error(err, CAO_SYSTEM,
			    _("%s printed what it should not, and was ended"),
			    r->child->argv[0]);
	}
	return CAO_OK;
}

/* Wait for its end; how it ended, in *ret_exit or as an error. */
static enum cao_status
reap(struct running *r, int *ret_exit, struct cao_error *err)
{
	int how;

	while (waitpid(r->pid, &how, 0) == -1)
		if (errno != EINTR)
			return cli_error_errno(err, r->child->argv[0]);
	/* A terminal and timeout(1) signal all of a group at once. */
	if (WIFSIGNALED(how) && cli_stop != 0)
		return cli_told(err, CAO_AGAIN);
	if (WIFSIGNALED(how))
		return cli_error(err,
		    WTERMSIG(how) == SIGINT || WTERMSIG(how) == SIGTERM
			? CAO_AGAIN
			: CAO_SYSTEM,
		    _("%s was ended by signal %d"), r->child->argv[0],
		    WTERMSIG(how));
	*ret_exit = WEXITSTATUS(how);
	return CAO_OK;
}

enum cao_status
child_run(const struct child *c, int *ret_exit, struct cao_error *err)
{
	struct running r = { .child = c, .pid = -1, .out = -1, .err = -1 };
	struct cao_error ended;
	enum cao_status st;

	if ((r.chunk = malloc(CHUNK)) == NULL)
		return cli_memory(err);
	if ((st = start(&r, err)) == CAO_OK) {
		st = listen(&r, err);
		if (st != CAO_OK)
			(void)kill(r.pid, SIGKILL);
		if (r.len > 0)
			tell(&r);
	}
	if (r.out != -1)
		(void)close(r.out);
	if (r.err != -1)
		(void)close(r.err);
	if (r.pid != -1 && st == CAO_OK)
		st = reap(&r, ret_exit, err);
	else if (r.pid != -1)
		(void)reap(&r, ret_exit, &ended);
	free(r.chunk);
	return st;
}
