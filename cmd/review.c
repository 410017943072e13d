/* What deciding needs: the store, the operator, the rules. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "stream.h"

#define RULES_MAX (1024 * 1024)

const struct cao_filter review_queue = { .state = "reviewing" };

enum cao_status
review_open(struct review *r, const char *name, const char *keystore,
    const char *pin, struct cao_error *err)
{
	enum cao_status st = cli_store_open(&r->store, err);

	if (st != CAO_OK || name == NULL)
		return st;
	return cli_operator_open(r->store, name, keystore, pin, &r->op, err);
}

void
review_close(struct review *r)
{
	cao_rules_free(r->rules);
	cao_operator_close(r->op);
	cao_store_close(r->store);
	*r = (struct review){ .store = NULL };
}

/* A file, or the name of rules in the store: to be freed. */
static char *
rules_path(const char *name)
{
	static const char form[] = "%s/rules/%s.yaml";
	const char *dir = cli_store_path();
	size_t size = strlen(name) + 1;
	char *path;

	if (strchr(name, '/') == NULL && access(name, F_OK) == -1)
		size += strlen(dir) + sizeof form;
	if ((path = malloc(size)) == NULL)
		return NULL;
	if (size == strlen(name) + 1)
		(void)snprintf(path, size, "%s", name);
	else
		(void)snprintf(path, size, form, dir, name);
	return path;
}

enum cao_status
review_rules(struct review *r, const char *name, bool explain, struct stream *s,
    struct cao_error *err)
{
	struct cao_faults faults = { .list = NULL };
	char *path = rules_path(name), *text = NULL;
	enum cao_status st;
	size_t len;

	r->explain = explain;
	s->emit = r->op == NULL ? stream_silent : NULL;
	if (path == NULL)
		return cli_memory(err);
	st = cli_file_read(path, RULES_MAX, &text, &len, err);
	if (st == CAO_OK) {
		st = cao_rules_read(path, text, len, &r->rules, &faults);
		st = cli_reject_document(st, &faults, err);
	}
	cao_faults_free(&faults);
	free(text);
	free(path);
	return st;
}

static void
explain_line(void *arg, const char *line)
{
	const struct review *r = arg;
	FILE *f = r->op == NULL ? stdout : stderr;

	if (r->op != NULL && cli.quiet)
		return;
	cli_put(f, line);
	putc('\n', f);
}

enum cao_status
review_auto(void *arg, const struct cao_env *env, struct cao_result *results,
    size_t count, struct cao_error *err)
{
	struct review *r = arg;

	return cao_review_auto(r->store, env, r->op, r->rules,
	    r->explain ? explain_line : NULL, r, results, count, err);
}

enum cao_status
review_show(void *arg, const struct cao_result *r, struct cao_error *err)
{
	const struct cao_env env = cli_env();
	const struct review *review = arg;
	char *text = NULL;
	enum cao_status st;
	size_t n;

	st = cao_review_show(review->store, &env, r->number, cli.json,
	    review->unmask, &text, err);
	if (st == CAO_OK) {
		n = strlen(text);
		printf("%s%s", text, n > 0 && text[n - 1] == '\n' ? "" : "\n");
	}
	cao_free(text);
	return st;
}

enum cao_status
review_list(int argc, char *argv[], struct cao_error *err)
{
	struct query q = { .store = NULL };
	struct stream s = { .of = &review_queue };
	enum cao_status st;

	st = query_open(&q, &s,
	    cli.json ? NULL : "number,review,payment,user,organisation,created",
	    false, err);
	if (st == CAO_OK)
		st = cli.json ? stream_run(&s, argc, argv, err)
			      : query_all(&q, &review_queue, err);
	return query_close(&q, st, err);
}
