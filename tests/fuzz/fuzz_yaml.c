/*
 * The YAML reader and a small schema: no input may do harm, and what is taken
 * comes back the same through YAML and JSON.
 */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "codec/schema.h"
#include "codec/yaml.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

struct slot {
	char *id;
	bool many;
};

struct thing {
	char *service;
	int64_t validity, fee;
	char *from, *kind, *csr;
	struct slot slot;
	struct cao_list words, slots;
};

static const char *const kinds[] = { "new", "renew", NULL };

/* clang-format off */
static const struct cao_field slot_fields[] = {
	{ .key = "id", .type = CAO_T_TEXT, .flags = CAO_REQUIRED,
	  .offset = offsetof(struct slot, id) },
	{ .key = "many", .type = CAO_T_BOOL,
	  .offset = offsetof(struct slot, many) },
};
static const struct cao_schema slot_schema = { "slot", sizeof(struct slot),
	slot_fields, 2 };
static const struct cao_field fields[] = {
	{ .key = "service", .type = CAO_T_TEXT,
	  .offset = offsetof(struct thing, service) },
	{ .key = "validity", .type = CAO_T_INT,
	  .offset = offsetof(struct thing, validity), .max = 60 },
	{ .key = "fee", .type = CAO_T_MONEY,
	  .offset = offsetof(struct thing, fee) },
	{ .key = "from", .type = CAO_T_DATE,
	  .offset = offsetof(struct thing, from) },
	{ .key = "kind", .type = CAO_T_CHOICE, .words = kinds,
	  .offset = offsetof(struct thing, kind) },
	{ .key = "csr", .type = CAO_T_LINES,
	  .offset = offsetof(struct thing, csr) },
	{ .key = "slot", .type = CAO_T_MAP, .sub = &slot_schema,
	  .offset = offsetof(struct thing, slot) },
	{ .key = "words", .type = CAO_T_LIST,
	  .offset = offsetof(struct thing, words) },
	{ .key = "slots", .type = CAO_T_LIST, .sub = &slot_schema,
	  .offset = offsetof(struct thing, slots) },
};
/* clang-format on */
static const struct cao_schema schema = { "thing", sizeof(struct thing), fields,
	sizeof fields / sizeof *fields };

static void
from_yaml(const char *text, size_t len, struct thing *t)
{
	struct cao_faults faults = { 0 };
	struct cao_node *doc = NULL;
	struct cao_yaml *y;
	struct cao_error e;

	if (cao_yaml_open_text("f", text, len, &y, &e) != CAO_OK)
		return;
	assert(cao_yaml_next(y, &doc, &faults) == CAO_OK && doc != NULL);
	cao_schema_fill(&schema, doc, "f", t, &faults);
	assert(faults.count == 0);
	cao_node_free(doc);
	cao_yaml_close(y);
}

static void
check_same(const struct thing *t)
{
	struct cao_buf json = { 0 }, yaml = { 0 }, again = { 0 };
	struct thing u = { 0 };
	struct cao_error e;
	enum cao_status st;

	cao_schema_json(&schema, t, &json);
	cao_schema_yaml(&schema, t, &yaml);
	from_yaml(cao_buf_text(&yaml), yaml.len, &u);
	cao_schema_json(&schema, &u, &again);
	assert(strcmp(cao_buf_text(&json), cao_buf_text(&again)) == 0);
	cao_schema_free(&schema, &u);
	st = cao_schema_from_json(&schema, cao_buf_text(&json), &u, &e);
	assert(st == CAO_OK);
	cao_buf_clear(&again);
	cao_schema_json(&schema, &u, &again);
	assert(strcmp(cao_buf_text(&json), cao_buf_text(&again)) == 0);
	cao_schema_free(&schema, &u);
	cao_buf_free(&json);
	cao_buf_free(&yaml);
	cao_buf_free(&again);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cao_faults faults;
	struct cao_node *doc;
	struct thing t;
	struct cao_yaml *y;
	struct cao_error e;
	enum cao_status st;

	if (cao_yaml_open_text("f", (const char *)data, size, &y, &e) != CAO_OK)
		return 0;
	do {
		doc = NULL;
		faults = (struct cao_faults){ 0 };
		memset(&t, 0, sizeof t);
		st = cao_yaml_next(y, &doc, &faults);
		assert((st == CAO_OK || st == CAO_INPUT) &&
		    (st == CAO_OK || faults.count > 0));
		if (doc != NULL)
			cao_schema_fill(&schema, doc, "f", &t, &faults);
		if (doc != NULL && faults.count == 0)
			check_same(&t);
		cao_schema_free(&schema, &t);
		cao_node_free(doc);
		cao_faults_free(&faults);
	} while (st != CAO_OK || doc != NULL);
	cao_yaml_close(y);
	return 0;
}
