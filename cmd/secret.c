/* Secrets, which come by any way but the command line. */
#define _DEFAULT_SOURCE /* explicit_bzero() */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <readpassphrase.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"

#define SIZE (CAO_SECRET_MAX + 2) /* a line end, and one octet too many */

struct spec {
	const char *option; /* for messages */
	const char *arg;    /* what follows the colon */
};

static enum cao_status
take(const struct spec *s, const char *buf, size_t len, struct cao_secret **ret,
    struct cao_error *err)
{
	if (len > 0 && buf[len - 1] == '\n')
		len--;
	if (len == 0)
		return cli_error(
		    err, CAO_INPUT, _("--%s: the secret is empty"), s->option);
	if (len > CAO_SECRET_MAX)
		return cli_error(err, CAO_INPUT,
		    _("--%s: the secret has more than %d octets"), s->option,
		    CAO_SECRET_MAX);
	if ((*ret = cao_secret_new(buf, len)) == NULL)
		return cli_memory(err);
	return CAO_OK;
}

static enum cao_status
from_open(const struct spec *s, int fd, struct cao_secret **ret,
    struct cao_error *err)
{
	char buf[SIZE];
	enum cao_status st;
	size_t len = 0;
	ssize_t n;

	do {
		n = read(fd, buf + len, sizeof buf - len);
		if (n > 0)
			len += (size_t)n;
	} while ((n > 0 && len < sizeof buf) ||
	    (n == -1 && errno == EINTR && cli_stop == 0));
	st = n == -1 ? cli_error_errno(err, s->arg)
		     : take(s, buf, len, ret, err);
	explicit_bzero(buf, sizeof buf);
	return st;
}

static enum cao_status
from_fd(const struct spec *s, struct cao_secret **ret, struct cao_error *err)
{
	size_t n = strspn(s->arg, "0123456789");
	int fd;

	if (n == 0 || n > 6 || s->arg[n] != '\0')
		return cli_usage(err, _("--%s fd:N needs a number"), s->option);
	fd = (int)strtol(s->arg, NULL, 10);
	if (fcntl(fd, F_GETFD) == -1)
		return cli_usage(
		    err, _("--%s fd:%d: it is not open"), s->option, fd);
	return from_open(s, fd, ret, err);
}

static enum cao_status
from_file(const struct spec *s, struct cao_secret **ret, struct cao_error *err)
{
	struct stat sb;
	enum cao_status st;
	int fd;

	/* A FIFO must not make it wait; it is refused below. */
	if ((fd = open(s->arg, O_RDONLY | O_NONBLOCK | O_CLOEXEC)) == -1)
		return cli_error_errno(err, s->arg);
	if (fstat(fd, &sb) == -1)
		st = cli_error_errno(err, s->arg);
	else if (!S_ISREG(sb.st_mode))
		st = cli_error(err, CAO_INPUT,
		    _("%s: not a regular file, so no secret is read from it"),
		    s->arg);
	else if (sb.st_uid != geteuid() && sb.st_uid != 0)
		st = cli_error(err, CAO_INPUT,
		    _("%s: another user's file, so no secret is read from it"),
		    s->arg);
	else if ((sb.st_mode & 077) != 0)
		st = cli_error(err, CAO_INPUT,
		    _("%s: others may use the file (mode %04o), so no secret "
		      "is read from it: chmod 600"),
		    s->arg, (unsigned)(sb.st_mode & 07777));
	else
		st = from_open(s, fd, ret, err);
	(void)close(fd);
	return st;
}

static enum cao_status
from_env(const struct spec *s, struct cao_secret **ret, struct cao_error *err)
{
	const char *value = getenv(s->arg);

	if (value == NULL)
		return cli_error(err, CAO_INPUT,
		    _("--%s env:%s: the variable is not set"), s->option,
		    s->arg);
	return take(s, value, strlen(value), ret, err);
}

/* One question on the terminal. */
static enum cao_status
ask(const struct spec *s, const char *what, char buf[SIZE],
    struct cao_error *err)
{
	char prompt[256];

	(void)snprintf(prompt, sizeof prompt, "%s: %s: ", cli.name, what);
	if (readpassphrase(prompt, buf, SIZE, RPP_REQUIRE_TTY) != NULL)
		return CAO_OK;
	if (cli_stop != 0)
		return cli_told(err, CAO_AGAIN);
	if (errno == ENOTTY || errno == ENXIO || errno == ENOENT)
		return cli_usage(err,
		    _("there is no terminal to ask on: give --%s file:PATH, "
		      "fd:N or env:NAME"),
		    s->option);
	return cli_error_errno(err, _("asking for the PIN"));
}

static enum cao_status
from_prompt(const struct spec *s, const char *what, enum cli_pin how,
    struct cao_secret **ret, struct cao_error *err)
{
	char one[SIZE] = "", two[SIZE] = "";
	enum cao_status st;

	st = ask(s, what, one, err);
	if (st == CAO_OK && *one == '\0' && how == CLI_PIN_MAYBE)
		*ret = NULL;
	else if (st == CAO_OK && how != CLI_PIN_ASK &&
	    (st = ask(s, _("the same again"), two, err)) == CAO_OK &&
	    strcmp(one, two) != 0)
		st = cli_error(err, CAO_INPUT, _("the two are not the same"));
	else if (st == CAO_OK)
		st = take(s, one, strlen(one), ret, err);
	explicit_bzero(one, sizeof one);
	explicit_bzero(two, sizeof two);
	return st;
}

/* Is there somebody to ask? */
static bool
attended(void)
{
	int fd;

	if (!isatty(STDERR_FILENO))
		return false;
	if ((fd = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC)) == -1)
		return false;
	(void)close(fd);
	return true;
}

static const struct {
	const char *kind;
	enum cao_status (*from)(
	    const struct spec *, struct cao_secret **, struct cao_error *);
} ways[] = {
	{ "file:", from_file },
	{ "fd:", from_fd },
	{ "env:", from_env },
};

/* The place in ways, or one beyond them. */
static size_t
way_of(const char *spec)
{
	size_t i, len;

	for (i = 0; i < sizeof ways / sizeof *ways; i++) {
		len = strlen(ways[i].kind);
		if (strncmp(spec, ways[i].kind, len) == 0 && spec[len] != 0)
			break;
	}
	return i;
}

bool
cli_pin_form(const char *spec)
{
	return strcmp(spec, "prompt") == 0 ||
	    way_of(spec) < sizeof ways / sizeof *ways;
}

enum cao_status
cli_pin(const char *spec, const char *option, const char *what,
    enum cli_pin how, struct cao_secret **ret, struct cao_error *err)
{
	struct spec s = { .option = option };
	size_t i;

	if (spec == NULL && !attended()) {
		if (how != CLI_PIN_MAYBE)
			return cli_usage(err,
			    _("--%s is missing, and nobody can be asked: give "
			      "file:PATH, fd:N or env:NAME"),
			    option);
		*ret = NULL;
		return CAO_OK;
	}
	if (spec == NULL || strcmp(spec, "prompt") == 0)
		return from_prompt(&s, what, how, ret, err);
	i = way_of(spec);
	s.arg = spec + strlen(ways[i].kind);
	return ways[i].from(&s, ret, err);
}
