/* The table of options, read with getopt_long(). */
#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

#define LONG_BASE 256 /* the values of options beyond those of letters */

static const struct cli_option shared[] = {
	{ 0, "store", CLI_TEXT, &cli.store, "DIR",
	    N_("the store; else $CAORDER_STORE, else the user's") },
	{ 'j', "json", CLI_FLAG, &cli.json, NULL, N_("print JSON lines") },
	{ 'n', "dry-run", CLI_FLAG, &cli.dry_run, NULL,
	    N_("make all checks and change nothing") },
	{ 'q', "quiet", CLI_FLAG, &cli.quiet, NULL,
	    N_("say nothing but errors") },
	{ 'v', "verbose", CLI_FLAG, &cli.verbose, NULL,
	    N_("say more about what is done") },
	{ 0, "rejects", CLI_TEXT, &cli.rejects, "FILE",
	    N_("write what failed there too, as JSON lines") },
	{ 0, "lang", CLI_TEXT, &cli.lang, "LANG",
	    N_("the language of messages, as $CAORDER_LANG: en, zh_CN") },
	{ 'h', "help", CLI_FLAG, &cli.help, NULL, N_("print this and exit") },
	{ 'V', "version", CLI_FLAG, &cli.version, NULL,
	    N_("print the version and exit") },
	{ 0, "complete", CLI_FLAG, &cli.complete, NULL, NULL },
};

static struct {
	const struct cli_option *list[CLI_OPTIONS_MAX];
	bool given[CLI_OPTIONS_MAX];
	size_t count;
} all;

size_t
cli_options(
    const struct cli_tool *tool, const struct cli_option *ret[CLI_OPTIONS_MAX])
{
	const struct cli_option *o;
	size_t n = 0;

	for (o = tool->options; o->name != NULL && n < CLI_OPTIONS_MAX; o++)
		ret[n++] = o;
	for (o = shared;
	     o < shared + sizeof shared / sizeof *shared && n < CLI_OPTIONS_MAX;
	     o++)
		ret[n++] = o;
	return n;
}

bool
cli_given(const char *name)
{
	for (size_t i = 0; i < all.count; i++)
		if (strcmp(all.list[i]->name, name) == 0)
			return all.given[i];
	return false;
}

/* The option whose name is nearest to the word, or NULL. */
static const char *
nearest(const char *word, size_t len)
{
	const char *names[CLI_OPTIONS_MAX + 1];
	char name[64];
	size_t n = 0;

	if (len >= sizeof name)
		return NULL;
	memcpy(name, word, len);
	name[len] = '\0';
	for (size_t i = 0; i < all.count; i++)
		if (all.list[i]->help != NULL)
			names[n++] = all.list[i]->name;
	names[n] = NULL;
	return cao_text_nearest(name, names);
}

/* A word that getopt_long() refuses.  What follows "=" may be a secret. */
static enum cao_status
unknown(const char *word, struct cao_error *err)
{
	const char *name = word + strspn(word, "-"), *near;
	int len = (int)strcspn(name, "=");

	if (optopt > 0 && optopt < LONG_BASE)
		return cli_usage(err, _("unknown option -%c"), optopt);
	if (optopt >= LONG_BASE)
		return cli_usage(err, _("--%s takes no argument"),
		    all.list[optopt - LONG_BASE]->name);
	if ((near = nearest(name, (size_t)len)) == NULL)
		return cli_usage(err, _("unknown option --%.*s"), len, name);
	return cli_usage(
	    err, _("unknown option --%.*s: is --%s meant?"), len, name, near);
}

static enum cao_status
set_count(const struct cli_option *o, const char *text, struct cao_error *err)
{
	unsigned long n = 0;
	char *end;

	errno = 0;
	if (isdigit((unsigned char)*text))
		n = strtoul(text, &end, 10);
	if (!isdigit((unsigned char)*text) || *end != '\0' || errno != 0)
		return cli_usage(
		    err, _("--%s takes a number, not %s"), o->name, text);
	*(unsigned long *)o->value = n;
	return CAO_OK;
}

static enum cao_status
set_time(const struct cli_option *o, const char *text, struct cao_error *err)
{
	if (cli_time_read(text, o->kind == CLI_UNTIL, o->value))
		return CAO_OK;
	return cli_usage(err,
	    _("--%s takes a day (2026-11-22) or a time "
	      "(2026-11-22T10:00:00+08:00), not %s"),
	    o->name, text);
}

static enum cao_status
set_list(const struct cli_option *o, const char *text, struct cao_error *err)
{
	struct cli_list *list = o->value;

	if (list->count == CLI_LIST_MAX)
		return cli_usage(err, _("--%s is given more than %d times"),
		    o->name, CLI_LIST_MAX);
	list->item[list->count++] = text;
	return CAO_OK;
}

static enum cao_status
set(size_t i, const char *text, struct cao_error *err)
{
	const struct cli_option *o = all.list[i];
	bool again = all.given[i];

	all.given[i] = true;
	if (o->kind == CLI_FLAG) {
		*(bool *)o->value = true;
		return CAO_OK;
	}
	if (text == NULL)
		text = "";
	if (again && o->kind != CLI_LIST)
		return cli_usage(err, _("--%s is given twice"), o->name);
	if (*text == '\0' && o->kind != CLI_MAYBE)
		return cli_usage(err, _("--%s needs an argument"), o->name);
	switch (o->kind) {
	case CLI_LIST:
		return set_list(o, text, err);
	case CLI_COUNT:
		return set_count(o, text, err);
	case CLI_TIME:
	case CLI_UNTIL:
		return set_time(o, text, err);
	case CLI_PIN:
		/* What was given may be the secret: it is not repeated. */
		if (!cli_pin_form(text))
			return cli_usage(err,
			    _("--%s takes file:PATH, fd:N, env:NAME or prompt, "
			      "never the secret itself"),
			    o->name);
		break;
	default:
		break;
	}
	*(const char **)o->value = text;
	return CAO_OK;
}

/* The table in the form of getopt_long(). */
static void
prepare(struct option longs[CLI_OPTIONS_MAX + 1],
    char letters[2 * CLI_OPTIONS_MAX + 2])
{
	const struct cli_option *o;
	char *p = letters;

	*p++ = ':';
	for (size_t i = 0; i < all.count; i++) {
		o = all.list[i];
		longs[i] = (struct option){ .name = o->name,
			.has_arg = o->kind == CLI_FLAG ? no_argument
			    : o->kind == CLI_MAYBE     ? optional_argument
						       : required_argument,
			.val = LONG_BASE + (int)i };
		if (o->letter == 0)
			continue;
		*p++ = o->letter;
		if (o->kind != CLI_FLAG)
			*p++ = ':';
	}
	longs[all.count] = (struct option){ .name = NULL };
	*p = '\0';
}

/* The place in the table of what getopt_long() returned. */
static size_t
place(int c)
{
	size_t i;

	if (c >= LONG_BASE)
		return (size_t)(c - LONG_BASE);
	for (i = 0; i < all.count - 1; i++)
		if (all.list[i]->letter == c)
			break;
	return i;
}

enum cao_status
cli_options_read(const struct cli_tool *tool, int *argc, char **argv[],
    struct cao_error *err)
{
	struct option longs[CLI_OPTIONS_MAX + 1];
	char letters[2 * CLI_OPTIONS_MAX + 2];
	enum cao_status st = CAO_OK;
	int c;

	all.count = cli_options(tool, all.list);
	prepare(longs, letters);
	opterr = 0;
	while (st == CAO_OK &&
	    (c = getopt_long(*argc, *argv, letters, longs, NULL)) != -1) {
		if (c == '?')
			st = unknown((*argv)[optind - 1], err);
		else if (c == ':')
			st = cli_usage(err, _("--%s needs an argument"),
			    all.list[place(optopt)]->name);
		else
			st = set(place(c), optarg, err);
	}
	*argc -= optind;
	*argv += optind;
	return st;
}
