/* How a tool is used: which mode, and the words about it. */
#include <stdlib.h>
#include <string.h>

#include "cli.h"

#define HELP_COLUMN 26

static const struct {
	enum cao_status status;
	const char *what;
} statuses[] = {
	{ CAO_OK, N_("done, or was done already") },
	{ CAO_SYSTEM, N_("internal or system failure") },
	{ CAO_USAGE, N_("wrong usage") },
	{ CAO_INPUT,
	    N_("input refused: a document, field, file, number, PIN") },
	{ CAO_NOTREADY, N_("not ready; ca-query --why says what is missing") },
	{ CAO_DENIED, N_("not allowed by a rule, a role or a policy") },
	{ CAO_NOTFOUND, N_("no such order, service or operator") },
	{ CAO_INTEGRITY,
	    N_("integrity alarm: a digest, signature or chain does not match") },
	{ CAO_AGAIN, N_("try again: locked, disk full, peer unreachable") },
};

/* The next word of a list; NULL at its end. */
static const char *
word_next(const char **list, size_t *len)
{
	const char *word = *list + strspn(*list, " ");

	*len = strcspn(word, " ");
	*list = word + *len;
	return *len == 0 ? NULL : word;
}

/* Is name in the list "as! keystore pin"? */
static bool
takes(const char *list, const char *name)
{
	const char *word;
	size_t len;

	while ((word = word_next(&list, &len)) != NULL) {
		len -= word[len - 1] == '!';
		if (strlen(name) == len && strncmp(name, word, len) == 0)
			return true;
	}
	return false;
}

static const struct cli_option *
option_named(const struct cli_tool *tool, const char *name, size_t len)
{
	const struct cli_option *o;

	for (o = tool->options; o->name != NULL; o++)
		if (strlen(o->name) == len && strncmp(o->name, name, len) == 0)
			break;
	return o;
}

static void
put_option(FILE *f, const struct cli_option *o)
{
	fprintf(f, " --%s", o->name);
	if (o->kind == CLI_MAYBE)
		fprintf(f, "[=%s]", o->arg);
	else if (o->arg != NULL)
		fprintf(f, " %s", o->arg);
}

void
cli_synopsis(FILE *f, const struct cli_tool *tool, const struct cli_mode *mode)
{
	const char *list = mode->takes, *word;
	size_t len;

	fputs(tool->name, f);
	if (mode->by != NULL && tool->subcommands)
		fprintf(f, " %s", mode->by);
	else if (mode->by != NULL)
		put_option(f, option_named(tool, mode->by, strlen(mode->by)));
	while ((word = word_next(&list, &len)) != NULL)
		if (word[len - 1] == '!')
			put_option(f, option_named(tool, word, len - 1));
	fputs(" [OPTION ...]", f);
	if (*mode->operands != '\0')
		fprintf(f, " %s", mode->operands);
}

/* Begin the second column of a line that is n columns long. */
static void
column(int n)
{
	if (n >= HELP_COLUMN)
		printf("\n%*s", HELP_COLUMN, "");
	else
		printf("%*s", HELP_COLUMN - n, "");
}

static void
describe(const struct cli_option *o)
{
	int n;

	if (o->letter != 0)
		n = printf("  -%c, --%s", o->letter, o->name);
	else
		n = printf("      --%s", o->name);
	if (o->kind == CLI_MAYBE)
		n += printf("[=%s]", o->arg);
	else if (o->arg != NULL)
		n += printf(" %s", o->arg);
	column(n + 2 > HELP_COLUMN ? HELP_COLUMN : n);
	printf("%s\n", _(o->help));
}

static void
help_modes(const struct cli_tool *tool)
{
	const struct cli_mode *m;

	for (m = tool->modes; m->run != NULL; m++) {
		printf("%s ", m == tool->modes ? _("usage:") : _("   or:"));
		cli_synopsis(stdout, tool, m);
		putchar('\n');
	}
	printf("\n%s: %s\n", tool->name, _(tool->about));
	if (!tool->subcommands)
		return;
	printf("\n%s\n", _("Subcommands:"));
	for (m = tool->modes; m->run != NULL; m++) {
		column(printf("  %s", m->by));
		printf("%s\n", _(m->help));
	}
}

void
cli_help(const struct cli_tool *tool)
{
	const struct cli_option *list[CLI_OPTIONS_MAX];
	size_t n = cli_options(tool, list);

	help_modes(tool);
	printf("\n%s\n%s", _("Examples:"), tool->examples);
	printf("\n%s\n", _("Options:"));
	for (size_t i = 0; i < n; i++)
		if (list[i]->help != NULL)
			describe(list[i]);
	printf("\n%s\n", _("Exit status:"));
	for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++)
		printf("  %2d  %s\n", (int)statuses[i].status,
		    _(statuses[i].what));
	printf(_("\nMore: man 1 %s, man 7 caorder\n"), tool->name);
}

void
cli_words(const struct cli_tool *tool)
{
	const struct cli_option *list[CLI_OPTIONS_MAX];
	size_t n = cli_options(tool, list);

	for (size_t i = 0; i < n; i++) {
		if (list[i]->help == NULL)
			continue;
		if (list[i]->letter != 0)
			printf("-%c\n", list[i]->letter);
		printf("--%s\n", list[i]->name);
	}
	if (!tool->subcommands)
		return;
	for (const struct cli_mode *m = tool->modes; m->run != NULL; m++)
		printf("%s\n", m->by);
}

/* How many of the operands are the words of a subcommand; 0: they are not. */
static int
words_match(const char *words, int argc, char *argv[])
{
	const char *word;
	size_t len;
	int n = 0;

	while ((word = word_next(&words, &len)) != NULL) {
		if (n == argc || strlen(argv[n]) != len ||
		    strncmp(argv[n], word, len) != 0)
			return 0;
		n++;
	}
	return n;
}

static enum cao_status
choose_words(const struct cli_tool *tool, int *argc, char **argv[],
    const struct cli_mode **ret, struct cao_error *err)
{
	const struct cli_mode *m;
	int n = 0;

	for (m = tool->modes; m->run != NULL; m++)
		if ((n = words_match(m->by, *argc, *argv)) > 0)
			break;
	if (n > 0) {
		*argc -= n;
		*argv += n;
		*ret = m;
		return CAO_OK;
	}
	if (*argc == 0)
		return cli_usage(err, _("a subcommand is missing"));
	return cli_usage(err, _("no subcommand %s%s%s"), (*argv)[0],
	    *argc > 1 ? " " : "", *argc > 1 ? (*argv)[1] : "");
}

static enum cao_status
nothing_chosen(const struct cli_tool *tool, struct cao_error *err)
{
	const struct cli_mode *m;
	size_t n;

	(void)cli_usage(err, _("one of these options is needed:"));
	for (m = tool->modes; m->run != NULL; m++) {
		n = strlen(err->text);
		(void)snprintf(
		    err->text + n, sizeof err->text - n, " --%s", m->by);
	}
	return CAO_USAGE;
}

static enum cao_status
choose_option(const struct cli_tool *tool, const struct cli_mode **ret,
    struct cao_error *err)
{
	const struct cli_mode *m, *found = NULL;

	for (m = tool->modes; m->run != NULL; m++) {
		if (m->by == NULL || !cli_given(m->by))
			continue;
		if (found != NULL && strcmp(found->by, m->by) != 0)
			return cli_usage(err,
			    _("--%s and --%s do not go together"), found->by,
			    m->by);
		found = m;
	}
	for (m = tool->modes; found == NULL && m->run != NULL; m++)
		if (m->by == NULL)
			found = m;
	if (found == NULL)
		return nothing_chosen(tool, err);
	*ret = found;
	return CAO_OK;
}

/* Are the options those of the mode? */
static enum cao_status
suits(const struct cli_tool *tool, const struct cli_mode *mode,
    struct cao_error *err)
{
	const char *list = mode->takes, *word;
	const struct cli_option *o;
	size_t len;

	for (o = tool->options; o->name != NULL; o++) {
		if (!cli_given(o->name) || takes(list, o->name) ||
		    (mode->by != NULL && strcmp(mode->by, o->name) == 0))
			continue;
		if (mode->by == NULL)
			return cli_usage(err,
			    _("--%s does not go with the other options"),
			    o->name);
		return cli_usage(err, _("--%s does not go with %s%s"), o->name,
		    tool->subcommands ? "" : "--", mode->by);
	}
	while ((word = word_next(&list, &len)) != NULL) {
		if (word[len - 1] != '!')
			continue;
		o = option_named(tool, word, len - 1);
		if (!cli_given(o->name))
			return cli_usage(
			    err, _("--%s %s is missing"), o->name, o->arg);
	}
	return CAO_OK;
}

enum cao_status
cli_mode_choose(const struct cli_tool *tool, int *argc, char **argv[],
    const struct cli_mode **ret, struct cao_error *err)
{
	enum cao_status st;

	st = tool->subcommands ? choose_words(tool, argc, argv, ret, err)
			       : choose_option(tool, ret, err);
	if (st != CAO_OK)
		return st;
	if ((st = suits(tool, *ret, err)) != CAO_OK)
		return st;
	if (*argc < (*ret)->min)
		return cli_usage(
		    err, _("an operand is missing: %s"), (*ret)->operands);
	if ((*ret)->max != -1 && *argc > (*ret)->max)
		return cli_usage(
		    err, _("one operand too many: %s"), (*argv)[(*ret)->max]);
	return CAO_OK;
}
