/* Applications that are looked at and not recorded. */
#include <stdlib.h>
#include <string.h>

#include "stream.h"

const char *draft_service;

static enum cao_status
check(void *arg, const struct cao_env *env, struct cao_application *const *apps,
    struct cao_result *results, size_t count, struct cao_error *err)
{
	struct draft *d = arg;

	(void)err;
	for (size_t i = 0; i < count; i++)
		if (cao_apply_check(d->store, env, apps[i], &results[i]) !=
		    CAO_OK)
			continue; /* the result says why */
	return CAO_OK;
}

/* The fee in fen of a quotation as JSON. */
static int64_t
due(const char *json)
{
	static const char member[] = "\"due_fen\":";
	const char *p = strstr(json, member);

	return p == NULL ? 0 : strtoll(p + sizeof member - 1, NULL, 10);
}

static enum cao_status
quote(void *arg, const struct cao_env *env, struct cao_application *const *apps,
    struct cao_result *results, size_t count, struct cao_error *err)
{
	struct draft *d = arg;
	char *json = NULL, money[CAO_MONEY_SIZE];
	enum cao_status st = CAO_OK;

	for (size_t i = 0; i < count && st == CAO_OK; i++) {
		if (cao_apply_check(d->store, env, apps[i], &results[i]) !=
		    CAO_OK)
			continue;
		st = cao_apply_quote(d->store, apps[i], &json, err);
		if (st != CAO_OK)
			break;
		cao_money_format(due(json), money);
		puts(cli.json ? json : money);
		cao_free(json);
	}
	return st;
}

static enum cao_status
prepare(void *arg, const struct cao_env *env,
    struct cao_application *const *apps, struct cao_result *results,
    size_t count, struct cao_error *err)
{
	struct draft *d = arg;
	char *yaml = NULL;

	(void)err;
	for (size_t i = 0; i < count; i++) {
		if (cao_apply_prepare(d->store, env, &d->how, apps[i],
			d->recovery, &yaml, &results[i]) != CAO_OK)
			continue;
		printf(
		    "%s%s", strncmp(yaml, "---", 3) == 0 ? "" : "---\n", yaml);
		cao_free(yaml);
	}
	return CAO_OK;
}

documents_step *
draft_step(struct stream *s)
{
	static const struct {
		const char *by;
		documents_step *step;
	} steps[] = {
		{ "check", check },
		{ "quote", quote },
		{ "prepare", prepare },
	};

	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
		if (cli.by == NULL || strcmp(cli.by, steps[i].by) != 0)
			continue;
		s->emit = stream_silent;
		s->bound = 1;
		return steps[i].step;
	}
	return NULL;
}

/* --template and --agreement, whose service may be an operand too. */
enum cao_status
draft_show(int argc, char *argv[], struct cao_error *err)
{
	const char *name = draft_service;
	struct cao_store *store = NULL;
	char *text = NULL;
	enum cao_status st;

	if (*name == '\0')
		name = argc > 0 ? argv[0] : NULL;
	else if (argc > 0)
		return cli_usage(err, _("the service is named twice"));
	if ((st = cli_store_maybe(&store, err)) == CAO_OK)
		st = strcmp(cli.by, "template") == 0
		    ? cao_apply_template(store, name, &text, err)
		    : cao_apply_agreement(store, name, &text, err);
	if (st == CAO_OK)
		fputs(text, stdout);
	cao_free(text);
	cao_store_close(store);
	return st;
}
