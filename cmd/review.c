/* What deciding needs: the store, the operator, the rules. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "stream.h"

#define RULES_MAX (1024 * 1024)

const struct cao_filter review_queue = { .state = "reviewing" };

struct review review;

enum cao_status
review_open(struct review *r, struct cao_error *err)
{
	enum cao_status st = cli_store_open(&r->store, err);

	if (st != CAO_OK || r->as == NULL)
		return st;
	return cli_operator_open(
	    r->store, r->as, r->keystore, r->pin, &r->op, err);
}

enum cao_status
review_run(struct stream *s, int argc, char *argv[], struct cao_error *err)
{
	enum cao_status st;

	if ((st = stream_named(argc, err)) != CAO_OK)
		return st;
	st = review_open(&review, err);
	s->store = review.store;
	if (st == CAO_OK)
		st = stream_run(s, argc, argv, err);
	review_close(&review);
	return st;
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

static enum cao_status
show_html(const struct review *r, const char *number, struct cao_error *err)
{
	const struct cao_env env = cli_env();
	enum cao_status st;
	char *html = NULL;

	st = cao_review_page(
	    r->store, &env, number, r->unmask, scanner_get(), &html, err);
	if (st == CAO_OK)
		st = cli_file_write(r->output, html, strlen(html), err);
	cao_free(html);
	return st;
}

static enum cao_status
review_show(void *arg, const struct cao_result *of, struct cao_error *err)
{
	const struct cao_env env = cli_env();
	const struct review *r = arg;
	char *text = NULL;
	enum cao_status st;
	size_t n;

	if (r->html)
		return show_html(r, of->number, err);
	st = cao_review_show(
	    r->store, &env, of->number, cli.json, r->unmask, &text, err);
	if (st == CAO_OK) {
		n = strlen(text);
		printf("%s%s", text, n > 0 && text[n - 1] == '\n' ? "" : "\n");
	}
	cao_free(text);
	return st;
}

enum cao_status
review_show_run(int argc, char *argv[], struct cao_error *err)
{
	struct stream s = { .emit = review_show, .arg = &review };

	if (review.html && argc != 1)
		return cli_usage(err, _("--html takes one order"));
	if (review.html && cli.json)
		return cli_usage(
		    err, _("--html and --json exclude each other"));
	if (review.output != NULL && !review.html)
		return cli_usage(err, _("--output goes with --html"));
	return review_run(&s, argc, argv, err);
}

static enum cao_status
expire(const struct review *r, struct cao_error *err)
{
	struct stream s = { .store = r->store };
	const struct cao_env start = cli_env();
	struct cao_result *results = NULL;
	struct cao_error failed, *whole;
	enum cao_status st, worst = CAO_OK;
	size_t count = 0, n;

	st = cao_review_abandoned(r->store, &start, &results, &count, err);
	if (st != CAO_OK)
		return st;
	for (size_t i = 0; i < count && cli_stop == 0; i += n) {
		const struct cao_env env = cli_env();

		n = count - i < STREAM_BATCH ? count - i : STREAM_BATCH;
		st = cao_review(r->store, &env, r->op, CAO_EXPIRE, NULL,
		    results + i, n, &failed);
		whole = st == CAO_OK ? NULL : &failed;
		st = stream_results(&s, results + i, n, whole);
		worst = cao_status_worse(worst, st);
	}
	cao_free(results);
	return stream_summary(&s, worst, err);
}

enum cao_status
review_expire(struct cao_error *err)
{
	enum cao_status st = review_open(&review, err);

	if (st == CAO_OK)
		st = expire(&review, err);
	review_close(&review);
	return st;
}

enum cao_status
review_list(int argc, char *argv[], struct cao_error *err)
{
	struct query q = { .store = NULL };
	struct stream s = { .of = &review_queue };
	enum cao_status st;

	st = query_open(&q, &s,
	    cli.json ? NULL
		     : "number,business,review,payment,user,organisation,"
		       "created",
	    false, err);
	if (st == CAO_OK)
		st = cli.json ? stream_run(&s, argc, argv, err)
			      : query_all(&q, &review_queue, err);
	return query_close(&q, st, err);
}
