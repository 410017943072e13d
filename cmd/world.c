/* What surrounds a tool: process, locale, signals, clock, store. */
#define _DEFAULT_SOURCE /* setrlimit() beside prctl() */
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <fcntl.h>
#include <langinfo.h>
#include <limits.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli.h"

#define DOMAIN "caorder"
#define DAY_SECONDS 86400

volatile sig_atomic_t cli_stop;

/* LeakSanitizer attaches to its program as a debugger would. */
#if defined(__SANITIZE_ADDRESS__)
#define DUMPABLE 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define DUMPABLE 1
#endif
#endif
#ifndef DUMPABLE
#define DUMPABLE 0
#endif

enum cao_status
cli_prepare(struct cao_error *err)
{
	static char buffer[8192];
	const struct rlimit none = { 0, 0 };
	int fd;

	/* No file that is opened may become one of the three. */
	do {
		if ((fd = open("/dev/null", O_RDWR)) == -1)
			return cli_error_errno(err, "/dev/null");
	} while (fd <= STDERR_FILENO);
	(void)close(fd);
	(void)umask(077);
	/* Secrets stay out of core dumps and from other processes. */
	if (setrlimit(RLIMIT_CORE, &none) == -1 ||
	    prctl(PR_SET_DUMPABLE, DUMPABLE, 0, 0, 0) == -1)
		return cli_error_errno(err, _("refusing core dumps"));
	/* A message is one write, whole among those of a pipeline. */
	(void)setvbuf(stderr, buffer, _IOLBF, sizeof buffer);
	(void)setvbuf(stdout, NULL, _IOLBF, 0);
	return CAO_OK;
}

/* Translations lie beside the tools, wherever those were put. */
static void
bind(void)
{
	static const char tail[] = "/../share/locale";
	char path[PATH_MAX + sizeof tail], *slash;
	ssize_t n = readlink("/proc/self/exe", path, PATH_MAX - 1);

	if (n > 0) {
		path[n] = '\0';
		if ((slash = strrchr(path, '/')) != NULL) {
			memcpy(slash, tail, sizeof tail);
			(void)bindtextdomain(DOMAIN, path);
		}
	}
	(void)bind_textdomain_codeset(DOMAIN, "UTF-8");
	(void)textdomain(DOMAIN);
}

void
cli_language(const char *lang)
{
	const char *was;

	if (setlocale(LC_ALL, "") == NULL ||
	    strcmp(nl_langinfo(CODESET), "UTF-8") != 0)
		(void)setlocale(LC_CTYPE, "C.UTF-8");
	(void)setlocale(LC_NUMERIC, "C");
	if (lang != NULL && *lang != '\0') {
		(void)setenv("LANGUAGE", lang, 1);
		/* In the locale "C" LANGUAGE is not looked at. */
		was = setlocale(LC_MESSAGES, NULL);
		if (was == NULL || strcmp(was, "C") == 0 ||
		    strcmp(was, "POSIX") == 0)
			(void)setlocale(LC_MESSAGES, "C.UTF-8");
	}
	bind();
}

static void
stop(int sig)
{
	cli_stop = sig;
}

void
cli_signals(bool reads)
{
	struct sigaction sa = { .sa_handler = stop };

	(void)sigemptyset(&sa.sa_mask);
	sa.sa_flags = (int)SA_RESETHAND;
	(void)sigaction(SIGINT, &sa, NULL);
	(void)sigaction(SIGTERM, &sa, NULL);
	if (!reads)
		(void)signal(SIGPIPE, SIG_IGN);
}

struct cao_env
cli_env(void)
{
	static char actor[32];

	(void)snprintf(actor, sizeof actor, "uid:%lu", (unsigned long)getuid());
	return (struct cao_env){
		.now = cli.as_of != 0 ? cli.as_of
		    : cli.now != 0    ? cli.now
				      : (int64_t)time(NULL),
		.actor = actor,
		.dry_run = cli.dry_run,
	};
}

int64_t
cli_clock(void)
{
	struct timespec t = { 0 };

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

bool
cli_time_read(const char *text, bool end, int64_t *ret)
{
	struct cao_error err;
	int64_t day;

	if (cao_time_parse(text, ret, &err) == CAO_OK)
		return true;
	if (cao_date_parse(text, &day, &err) != CAO_OK || day < 0)
		return false;
	*ret = (day + end) * DAY_SECONDS - CAO_ZONE_MINUTES * 60;
	return true;
}

/* "$XDG_DATA_HOME/NAME" or "~/.local/share/NAME", to be freed; or NULL. */
static char *
user_path(const char *name)
{
	const char *base = getenv("XDG_DATA_HOME"), *middle = "";
	char *path = NULL;
	size_t size;

	if (base == NULL || *base != '/') {
		base = getenv("HOME");
		middle = "/.local/share";
	}
	if (base == NULL || *base == '\0')
		return NULL;
	size = strlen(base) + strlen(middle) + strlen(name) + 2;
	if ((path = malloc(size)) != NULL)
		(void)snprintf(path, size, "%s%s/%s", base, middle, name);
	return path;
}

/* The store that the user named, or NULL. */
static const char *
named_store(void)
{
	const char *dir = cli.store;

	if (dir == NULL)
		dir = getenv("CAORDER_STORE");
	return dir != NULL && *dir != '\0' ? dir : NULL;
}

const char *
cli_store_path(void)
{
	static char *path;
	const char *dir = named_store();

	if (dir == NULL && path == NULL)
		path = user_path("caorder");
	return dir != NULL ? dir : path;
}

enum cao_status
cli_store_dir(const char **ret, struct cao_error *err)
{
	if ((*ret = cli_store_path()) != NULL)
		return CAO_OK;
	return cli_usage(
	    err, _("no store: give --store DIR or set CAORDER_STORE"));
}

enum cao_status
cli_store_open(struct cao_store **ret, struct cao_error *err)
{
	const char *dir;
	enum cao_status st = cli_store_dir(&dir, err);

	return st == CAO_OK ? cao_store_open(dir, ret, err) : st;
}

enum cao_status
cli_store_maybe(struct cao_store **ret, struct cao_error *err)
{
	const char *dir = cli_store_path();

	*ret = NULL;
	if (named_store() == NULL && (dir == NULL || access(dir, F_OK) == -1))
		return CAO_OK;
	return cli_store_open(ret, err);
}

enum cao_status
cli_container_open(const char *dir, const char *pin, enum cli_pin how,
    struct cao_container **ret, struct cao_error *err)
{
	const char *const whats[] = {
		[CLI_PIN_ASK] = _("PIN of the key"),
		[CLI_PIN_NEW] = _("PIN for the new key"),
		[CLI_PIN_MAYBE] = _("PIN for new keys, if there are any"),
	};
	struct cao_secret *secret = NULL;
	char *path = NULL;
	enum cao_status st = CAO_OK;

	if (dir == NULL && (dir = path = user_path("caorder-keys")) == NULL)
		return cli_usage(
		    err, _("no key container: give --keystore DIR"));
	if (how != CLI_PIN_NONE)
		st = cli_pin(pin, "pin", whats[how], how, &secret, err);
	if (st == CAO_OK && how == CLI_PIN_MAYBE && secret == NULL)
		*ret = NULL;
	else if (st == CAO_OK)
		st = cao_container_open(dir, secret, ret, err);
	cao_secret_free(secret);
	free(path);
	return st;
}

enum cao_status
cli_operator_open(struct cao_store *store, const char *name,
    const char *keystore, const char *pin, struct cao_operator **ret,
    struct cao_error *err)
{
	struct cao_container *keys = NULL;
	enum cao_status st;

	st = cli_container_open(keystore, pin, CLI_PIN_ASK, &keys, err);
	if (st == CAO_OK)
		st = cao_operator_open(store, name, keys, ret, err);
	cao_container_close(keys);
	return st;
}
