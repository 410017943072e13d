/*
 * Commands that deliver messages: run without a shell, in a process group of
 * their own, for a limited time; what they write is read up to a bound.
 */
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <unistd.h>

#include "stream.h"

#define LOOK_MS 50    /* between two looks whether it has ended */
#define EXIT_AGAIN 75 /* EX_TEMPFAIL of sysexits.h */

struct command {
	pid_t pid;
	int in, out; /* -1: closed */
	const char *next;
	size_t left;   /* to be written to it */
	size_t filled; /* of the reply */
	bool unheard;  /* it could not be given all, and not by its own doing */
	struct cao_reply *reply;
};

static void
shut(int *fd)
{
	if (*fd != -1)
		(void)close(*fd);
	*fd = -1;
}

/* Both ends are closed in other programs, ours does not wait. */
static enum cao_status
make_pipe(int fd[2], int ours, struct cao_error *err)
{
	if (pipe(fd) == -1)
		return cli_error_errno(err, _("a pipe"));
	(void)fcntl(fd[0], F_SETFD, FD_CLOEXEC);
	(void)fcntl(fd[1], F_SETFD, FD_CLOEXEC);
	(void)fcntl(fd[ours], F_SETFL, O_NONBLOCK);
	return CAO_OK;
}

/* A group of its own, no signal ignored or held back. */
static int
set_up(
    posix_spawnattr_t *attr, posix_spawn_file_actions_t *files, int in, int out)
{
	sigset_t none, standard;
	int e;

	(void)sigemptyset(&none);
	(void)sigemptyset(&standard);
	(void)sigaddset(&standard, SIGPIPE);
	(void)sigaddset(&standard, SIGINT);
	(void)sigaddset(&standard, SIGTERM);
	if ((e = posix_spawnattr_setpgroup(attr, 0)) != 0 ||
	    (e = posix_spawnattr_setsigmask(attr, &none)) != 0 ||
	    (e = posix_spawnattr_setsigdefault(attr, &standard)) != 0 ||
	    (e = posix_spawnattr_setflags(attr,
		 POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK |
		     POSIX_SPAWN_SETSIGDEF)) != 0 ||
	    (e = posix_spawn_file_actions_adddup2(files, in, 0)) != 0 ||
	    (e = posix_spawn_file_actions_adddup2(files, out, 1)) != 0)
		return e;
	return posix_spawn_file_actions_adddup2(files, out, 2);
}

static int
spawn(pid_t *pid, const char *const *words, int in, int out)
{
	extern char **environ;
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attr;
	char *argv[COMMAND_WORDS + 1];
	size_t n = 0;
	int e;

	for (; words[n] != NULL && n < COMMAND_WORDS; n++)
		memcpy(&argv[n], &words[n], sizeof *argv);
	argv[n] = NULL;
	if ((e = posix_spawn_file_actions_init(&files)) != 0)
		return e;
	if ((e = posix_spawnattr_init(&attr)) == 0) {
		if ((e = set_up(&attr, &files, in, out)) == 0)
			e = posix_spawnp(
			    pid, argv[0], &files, &attr, argv, environ);
		(void)posix_spawnattr_destroy(&attr);
	}
	(void)posix_spawn_file_actions_destroy(&files);
	return e;
}

static enum cao_status
start(struct command *c, const char *const *words, struct cao_error *err)
{
	int in[2] = { -1, -1 }, out[2] = { -1, -1 };
	enum cao_status st;

	if ((st = make_pipe(in, 1, err)) == CAO_OK &&
	    (st = make_pipe(out, 0, err)) == CAO_OK) {
		errno = spawn(&c->pid, words, in[0], out[1]);
		if (errno != 0)
			st = cli_error_errno(err, words[0]);
	}
	shut(&in[0]);
	shut(&out[1]);
	c->in = in[1];
	c->out = out[0];
	return st;
}

/* One that does not read all of it will say what it thinks of that. */
static void
feed(struct command *c)
{
	ssize_t n = write(c->in, c->next, c->left);

	if (n > 0) {
		c->next += n;
		c->left -= (size_t)n;
	}
	if (n == -1 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n == -1 && errno != EPIPE)
		c->unheard = true;
	if (n == -1 || c->left == 0)
		shut(&c->in);
}

/* What is beyond the bound is dropped, so that nobody waits for us. */
static void
drain(struct command *c)
{
	char buf[1024];
	ssize_t n = read(c->out, buf, sizeof buf);

	if (n == 0 || (n == -1 && errno != EAGAIN && errno != EINTR))
		shut(&c->out);
	for (ssize_t i = 0; i < n && c->filled < CAO_REPLY_SIZE - 1; i++) {
		unsigned char ch = (unsigned char)buf[i];

		c->reply->said[c->filled++] =
		    ch < ' ' || ch == 127 ? ' ' : (char)ch;
	}
}

/* Has it ended?  Until it has, or for a moment, take part in its talk. */
static bool
ended(struct command *c)
{
	struct pollfd fds[2] = { { c->in, POLLOUT, 0 }, { c->out, POLLIN, 0 } };
	siginfo_t info = { .si_pid = 0 };

	(void)poll(fds, 2, c->out == -1 ? LOOK_MS / 10 : LOOK_MS);
	if ((fds[0].revents & (POLLOUT | POLLERR)) != 0)
		feed(c);
	if ((fds[1].revents & (POLLIN | POLLHUP | POLLERR)) != 0)
		drain(c);
	return waitid(P_PID, (id_t)c->pid, &info,
		   WEXITED | WNOHANG | WNOWAIT) == 0 &&
	    info.si_pid == c->pid;
}

/* False: its time was over, and it was killed. */
static bool
attend(struct command *c, unsigned seconds, int *ret_status)
{
	int64_t until = cli_clock() + (int64_t)seconds * 1000;
	bool in_time = true;

	while (!ended(c))
		if (in_time && cli_clock() > until) {
			(void)kill(-c->pid, SIGKILL);
			in_time = false;
		}
	/* What it left running is not to keep the pipe open. */
	(void)kill(-c->pid, SIGKILL);
	(void)waitpid(c->pid, ret_status, 0);
	if (c->out != -1)
		drain(c);
	return in_time;
}

/* Text to its last whole character, without blanks at its end. */
static void
tidy(char *text, size_t len)
{
	size_t last = len;

	while (last > 0 && ((unsigned char)text[last - 1] & 0xc0) == 0x80)
		last--;
	if (len == CAO_REPLY_SIZE - 1 && last > 0 &&
	    (unsigned char)text[last - 1] >= 0xc0)
		len = last - 1;
	while (len > 0 && text[len - 1] == ' ')
		len--;
	text[len] = '\0';
}

static void
judge(const struct command *c, bool in_time, int status, unsigned seconds,
    struct cao_reply *ret)
{
	ret->sent = CAO_SENT_LATER;
	if (c->unheard)
		(void)snprintf(ret->how, sizeof ret->how, "%s",
		    _("it could not be given the message"));
	else if (!in_time)
		(void)snprintf(ret->how, sizeof ret->how,
		    _("it took longer than %u seconds"), seconds);
	else if (WIFSIGNALED(status))
		(void)snprintf(ret->how, sizeof ret->how,
		    _("it died of signal %d"), WTERMSIG(status));
	else if (WEXITSTATUS(status) != 0) {
		(void)snprintf(ret->how, sizeof ret->how, _("exit status %d"),
		    WEXITSTATUS(status));
		if (WEXITSTATUS(status) != EXIT_AGAIN)
			ret->sent = CAO_SENT_FAILED;
	} else
		ret->sent = CAO_SENT;
}

enum cao_status
command_send(void *arg, const char *const *words, unsigned seconds,
    const void *json, size_t len, struct cao_reply *ret, struct cao_error *err)
{
	struct command c = {
		.in = -1, .out = -1, .next = json, .left = len, .reply = ret
	};
	enum cao_status st;
	bool in_time;
	int status;

	(void)arg;
	*ret = (struct cao_reply){ .sent = CAO_SENT_FAILED };
	if ((st = start(&c, words, err)) == CAO_OK) {
		in_time = attend(&c, seconds, &status);
		tidy(ret->said, c.filled);
		judge(&c, in_time, status, seconds, ret);
	}
	shut(&c.in);
	shut(&c.out);
	return st;
}
