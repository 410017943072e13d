/* Applications of a stream of YAML documents. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "codec/yaml.h"
#include "flow/draft.h"

struct cao_reader {
	struct cao_yaml *yaml;
	struct cao_store *store; /* or NULL */
};

enum cao_status
cao_reader_open(const char *name, int fd, struct cao_store *store,
    struct cao_reader **ret, struct cao_error *err)
{
	struct cao_reader *r = calloc(1, sizeof *r);
	enum cao_status st;

	if (r == NULL)
		return cao_fail_memory(err);
	r->store = store;
	if ((st = cao_yaml_open(name, fd, &r->yaml, err)) == CAO_OK)
		*ret = r;
	else
		free(r);
	return st;
}

void
cao_reader_close(struct cao_reader *r)
{
	if (r == NULL)
		return;
	cao_yaml_close(r->yaml);
	free(r);
}

bool
cao_reader_ready(struct cao_reader *r)
{
	return cao_yaml_ready(r->yaml);
}

/* Also a refused document is told by its name. */
static void
name_result(struct cao_result *result, const struct cao_node *doc)
{
	const struct cao_node *n = cao_node_get(doc, "request");

	if (n != NULL && n->kind == CAO_SCALAR &&
	    strlen(n->text) < sizeof result->request)
		(void)snprintf(
		    result->request, sizeof result->request, "%s", n->text);
}

/* All that is wrong with a document, whichever check finds it. */
static enum cao_status
take(struct cao_reader *r, const struct cao_env *env,
    const struct cao_node *doc, struct cao_draft *d, struct cao_faults *faults)
{
	const char *file = cao_yaml_name(r->yaml);
	const struct cao_place place = { doc, file, faults };
	struct cao_offer offer;

	cao_schema_fill(
	    &cao_application_schema, doc, file, &d->application, faults);
	cao_application_check(
	    &d->application, doc, file, cao_date_of(env->now), faults);
	cao_draft_decode(d, &place);
	(void)cao_draft_fits(d, r->store, &place, &offer);
	cao_offer_free(&offer);
	return cao_faults_status(faults);
}

/* What the document is refused for is its own fault; where the store fails,
 * those behind it would meet the same. */
static enum cao_status
refusal(enum cao_status st)
{
	return cao_flow_fatal(st) ? st : CAO_INPUT;
}

enum cao_status
cao_reader_next(struct cao_reader *r, const struct cao_env *env,
    struct cao_application **ret, struct cao_result *result)
{
	struct cao_draft *d = NULL;
	struct cao_node *doc = NULL;
	struct cao_error err;
	enum cao_status st;

	st = cao_yaml_next(r->yaml, &doc, &result->faults);
	if (st != CAO_OK)
		return st;
	*ret = NULL;
	if (doc == NULL)
		return CAO_OK;
	name_result(result, doc);
	if ((st = cao_draft_new(&d, &err)) != CAO_OK)
		cao_faults_add(&result->faults, &err);
	else if ((st = take(r, env, doc, d, &result->faults)) != CAO_OK)
		st = refusal(st);
	if (st == CAO_OK) {
		*ret = &d->application;
		d = NULL;
	}
	cao_application_free(d != NULL ? &d->application : NULL);
	cao_node_free(doc);
	return st;
}
