/* An application, asked for field by field on the terminal. */
#include <stdlib.h>
#include <string.h>

#include "cli.h"

/* What was answered, to be read once more before the yes. */
struct answers {
	char **line;
	size_t count;
};

static void
answers_free(struct answers *a)
{
	for (size_t i = 0; i < a->count; i++)
		free(a->line[i]);
	free(a->line);
}

static enum cao_status
answers_add(struct answers *a, const struct cao_question *q, const char *text,
    struct cao_error *err)
{
	size_t size = strlen(q->path) + strlen(text) + 3;
	char **more;

	more = realloc(a->line, (a->count + 1) * sizeof *a->line);
	if (more == NULL)
		return cli_memory(err);
	a->line = more;
	if ((a->line[a->count] = malloc(size)) == NULL)
		return cli_memory(err);
	(void)snprintf(a->line[a->count++], size, "%s: %s", q->path, text);
	return CAO_OK;
}

/* One line of the terminal without its end. */
static enum cao_status
read_line(char **line, size_t *size, struct cao_error *err)
{
	ssize_t n;

	(void)fflush(stderr);
	if ((n = getline(line, size, stdin)) == -1) {
		putc('\n', stderr);
		return cli_error(err, CAO_INPUT,
		    _("ended before the last question: nothing is recorded"));
	}
	if (n > 0 && (*line)[n - 1] == '\n')
		(*line)[n - 1] = '\0';
	return CAO_OK;
}

/* "user.province" after "consent": the part begins with a line of its own. */
static void
put_part(const struct answers *answers, const char *path)
{
	size_t n = strcspn(path, ".");

	if (path[n] != '.')
		return;
	if (answers->count > 0 &&
	    strncmp(answers->line[answers->count - 1], path, n + 1) == 0)
		return;
	fprintf(stderr, "\n%.*s\n", (int)n, path);
}

static void
put_question(const struct cao_question *q)
{
	cli_put(stderr, q->what);
	if (q->choices != NULL) {
		fputs(" (", stderr);
		for (size_t i = 0; q->choices[i] != NULL; i++) {
			fputs(i > 0 ? ", " : "", stderr);
			cli_put(stderr, q->choices[i]);
		}
		putc(')', stderr);
	}
	if (q->suggestion != NULL) {
		fputs(" [", stderr);
		cli_put(stderr, q->suggestion);
		putc(']', stderr);
	} else if (!q->required)
		fputs(_(" [none]"), stderr);
	fputs(": ", stderr);
}

/* Ask until the answer is accepted. */
static enum cao_status
one_question(struct cao_application *app, struct cao_store *store,
    const struct cao_question *q, struct answers *answers,
    struct cao_error *err)
{
	const struct cao_env env = cli_env();
	char *line = NULL;
	const char *text;
	size_t size = 0;
	enum cao_status st;

	put_part(answers, q->path);
	for (;;) {
		put_question(q);
		if ((st = read_line(&line, &size, err)) != CAO_OK)
			break;
		text = line;
		if (*text == '\0' && q->suggestion != NULL)
			text = q->suggestion;
		/* The question is gone once it is answered. */
		st = answers_add(answers, q, text, err);
		if (st != CAO_OK)
			break;
		st = cao_application_answer(app, store, &env, text, err);
		if (st != CAO_INPUT && st != CAO_DENIED && st != CAO_NOTFOUND)
			break;
		cli_report(NULL, err);
		free(answers->line[--answers->count]);
	}
	free(line);
	return st;
}

static enum cao_status
confirm(const struct answers *answers, struct cao_error *err)
{
	char *line = NULL;
	size_t size = 0;
	enum cao_status st;

	putc('\n', stderr);
	for (size_t i = 0; i < answers->count; i++) {
		fputs("  ", stderr);
		cli_put(stderr, answers->line[i]);
		putc('\n', stderr);
	}
	fputs(_("\nIs this right? (yes, no) [no]: "), stderr);
	st = read_line(&line, &size, err);
	if (st == CAO_OK && strcmp(line, "yes") != 0 &&
	    strcmp(line, "y") != 0 && strcmp(line, _("yes")) != 0)
		st = cli_error(
		    err, CAO_INPUT, _("not confirmed: nothing is recorded"));
	free(line);
	return st;
}

enum cao_status
cli_ask(struct cao_store *store, struct cao_application **ret,
    struct cao_error *err)
{
	struct cao_application *app = NULL;
	struct answers answers = { NULL, 0 };
	struct cao_question q;
	enum cao_status st;

	if ((st = cao_application_new(&app, err)) != CAO_OK)
		return st;
	while (st == CAO_OK && cao_application_ask(app, store, &q))
		st = one_question(app, store, &q, &answers, err);
	if (st == CAO_OK)
		st = confirm(&answers, err);
	if (st == CAO_OK) {
		*ret = app;
		app = NULL;
	}
	answers_free(&answers);
	cao_application_free(app);
	return st;
}
