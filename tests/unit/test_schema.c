/* A schema with a field of each type: filling in, faults, and writing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "codec/schema.h"
#include "codec/yaml.h"

#define LEN(array) (sizeof(array) / sizeof *(array))

struct user {
	char *name, *gender, *id;
};

struct slot {
	char *id;
	bool many;
	struct cao_list formats;
};

struct thing {
	char *service;
	int64_t validity, level;
	bool backup;
	int64_t fee;
	char *from;
	struct user user;
	struct {
		char *agreement;
		bool shown;
	} consent;
	struct cao_list words, slots;
	char *csr, *pin, *note;
};

static enum cao_status
check_id(const char *text, struct cao_error *e)
{
	if (strcmp(text, "bad") == 0)
		return cao_fail(e, CAO_INPUT, "wrong check digit");
	return CAO_OK;
}

static const char *const genders[] = { "female", "male", NULL };
static const char *const formats[] = { "pdf", "jpeg", "png", NULL };

/* clang-format off */
static const struct cao_field user_fields[] = {
	{ .key = "name", .type = CAO_T_TEXT, .flags = CAO_REQUIRED,
	  .offset = offsetof(struct user, name), .min = 2, .max = 4,
	  .what = "the name", .example = "林晓" },
	{ .key = "gender", .type = CAO_T_CHOICE, .words = genders,
	  .offset = offsetof(struct user, gender), .what = "the gender" },
	{ .key = "id", .type = CAO_T_TEXT, .flags = CAO_REQUIRED,
	  .offset = offsetof(struct user, id), .check = check_id,
	  .example = "\"0012\"" },
};
static const struct cao_schema user_schema = {
	"user", sizeof(struct user), user_fields, LEN(user_fields)
};
static const struct cao_field consent_fields[] = {
	{ .key = "agreement", .type = CAO_T_DATE, .example = "2020-03-09",
	  .what = "the agreement's version" },
	{ .key = "shown", .type = CAO_T_BOOL, .offset = sizeof(char *),
	  .example = "true" },
};
static const struct cao_schema consent_schema = {
	"consent", sizeof(char *) + sizeof(bool), consent_fields,
	LEN(consent_fields)
};
static const struct cao_field slot_fields[] = {
	{ .key = "id", .type = CAO_T_TEXT, .flags = CAO_REQUIRED,
	  .offset = offsetof(struct slot, id), .example = "seal-form" },
	{ .key = "many", .type = CAO_T_BOOL,
	  .offset = offsetof(struct slot, many) },
	{ .key = "formats", .type = CAO_T_LIST, .words = formats,
	  .offset = offsetof(struct slot, formats), .max = 3,
	  .what = "allowed formats", .example = "[pdf, png]" },
};
static const struct cao_schema slot_schema = {
	"slot", sizeof(struct slot), slot_fields, LEN(slot_fields)
};
static const struct cao_field fields[] = {
	{ .key = "service", .type = CAO_T_TEXT, .flags = CAO_REQUIRED,
	  .offset = offsetof(struct thing, service), .what = "the service",
	  .example = "ln-gov" },
	{ .key = "validity", .type = CAO_T_INT, .flags = CAO_REQUIRED,
	  .offset = offsetof(struct thing, validity), .min = 12, .max = 60,
	  .what = "months", .example = "12" },
	{ .key = "level", .type = CAO_T_INT,
	  .offset = offsetof(struct thing, level) },
	{ .key = "backup", .type = CAO_T_BOOL,
	  .offset = offsetof(struct thing, backup) },
	{ .key = "fee", .type = CAO_T_MONEY,
	  .offset = offsetof(struct thing, fee), .max = 100000,
	  .example = "\"240.00\"" },
	{ .key = "from", .type = CAO_T_DATE,
	  .offset = offsetof(struct thing, from) },
	{ .key = "user", .type = CAO_T_MAP, .flags = CAO_REQUIRED,
	  .offset = offsetof(struct thing, user), .sub = &user_schema,
	  .what = "who" },
	{ .key = "consent", .type = CAO_T_MAP,
	  .offset = offsetof(struct thing, consent), .sub = &consent_schema },
	{ .key = "words", .type = CAO_T_LIST,
	  .offset = offsetof(struct thing, words), .max = 3 },
	{ .key = "slots", .type = CAO_T_LIST, .flags = CAO_REQUIRED,
	  .offset = offsetof(struct thing, slots), .sub = &slot_schema,
	  .what = "the slots" },
	{ .key = "csr", .type = CAO_T_LINES, .max = 1000,
	  .offset = offsetof(struct thing, csr) },
	{ .key = "pin", .type = CAO_T_CHOICE, .words = genders,
	  .flags = CAO_SECRET_FIELD, .offset = offsetof(struct thing, pin) },
	{ .key = "note", .type = CAO_T_TEXT,
	  .offset = offsetof(struct thing, note) },
};
/* clang-format on */
static const struct cao_schema schema = { "thing", sizeof(struct thing), fields,
	LEN(fields) };

/* Fill from the first document; its faults go to out as lines. */
static void
fill(const char *text, struct thing *t, struct cao_buf *out)
{
	struct cao_faults faults = { 0 };
	struct cao_node *doc = NULL;
	struct cao_yaml *y;
	struct cao_error e;
	size_t i;

	memset(t, 0, sizeof *t);
	assert_int_equal(
	    cao_yaml_open_text("f", text, strlen(text), &y, &e), CAO_OK);
	if (cao_yaml_next(y, &doc, &faults) != CAO_OK)
		fail_msg("%s: %s", faults.list[0].text, text);
	assert_non_null(doc);
	cao_schema_fill(&schema, doc, "f", t, &faults);
	for (i = 0; i < faults.count; i++) {
		assert_string_equal(faults.list[i].file, "f");
		assert_int_equal(faults.list[i].status, CAO_INPUT);
		cao_buf_printf(out, "%u:%u: %s: %s\n", faults.list[i].line,
		    faults.list[i].column, faults.list[i].field,
		    faults.list[i].text);
	}
	cao_node_free(doc);
	cao_faults_free(&faults);
	cao_yaml_close(y);
}

#define USER "user: {name: 林晓, id: '0012'}\n"
#define GOOD                              \
	"service: x\nvalidity: 12\n" USER \
	"slots: [{id: a, formats: [pdf]}, {id: b, many: true}]\n"

static const char full[] = GOOD "level: -3\nbackup: true\nfee: 240.00\n"
				"from: 2026-11-01\n"
				"consent: {agreement: \"2020-03-09\"}\n"
				"words: [一, 'two: x']\ncsr: |\n  a\n  b\n"
				"pin: male\nnote: \"x: \\\"y\\\"\"\n";
static const char full_json[] =
    "{\"service\":\"x\",\"validity\":12,\"level\":-3,\"backup\":true,"
    "\"fee\":24000,\"from\":\"2026-11-01\",\"user\":{\"name\":\"林晓\","
    "\"id\":\"0012\"},\"consent\":{\"agreement\":\"2020-03-09\","
    "\"shown\":false},\"words\":[\"一\",\"two: x\"],\"slots\":[{\"id\":"
    "\"a\",\"many\":false,\"formats\":[\"pdf\"]},{\"id\":\"b\",\"many\":"
    "true}],\"csr\":\"a\\nb\\n\",\"pin\":\"male\",\"note\":\"x: "
    "\\\"y\\\"\"}";
static const char full_yaml[] =
    "service: x\nvalidity: 12\nlevel: -3\nbackup: true\nfee: \"240.00\"\n"
    "from: 2026-11-01\nuser:\n  name: 林晓\n  id: \"0012\"\nconsent:\n"
    "  agreement: 2020-03-09\nwords:\n  - 一\n  - \"two: x\"\nslots:\n"
    "  - id: a\n    formats:\n      - pdf\n  - id: b\n    many: true\n"
    "csr: |\n  a\n  b\npin: male\nnote: \"x: \\\"y\\\"\"\n";

static void
test_full(void **state)
{
	struct cao_buf out = { 0 };
	struct cao_error e;
	struct thing t, u;

	(void)state;
	fill(full, &t, &out);
	assert_string_equal(cao_buf_text(&out), "");
	assert_string_equal(t.service, "x");
	assert_int_equal(t.validity, 12);
	assert_int_equal(t.level, -3);
	assert_true(t.backup);
	assert_int_equal(t.fee, 24000);
	assert_null(t.user.gender);
	assert_string_equal(t.user.id, "0012");
	assert_int_equal(t.slots.count, 2);
	assert_true(((struct slot *)t.slots.items)[1].many);
	cao_schema_json(&schema, &t, &out);
	assert_string_equal(cao_buf_text(&out), full_json);
	memset(&u, 0, sizeof u);
	assert_int_equal(
	    cao_schema_from_json(&schema, full_json, &u, &e), CAO_OK);
	cao_buf_clear(&out);
	cao_schema_yaml(&schema, &u, &out);
	assert_string_equal(cao_buf_text(&out), full_yaml);
	cao_schema_free(&schema, &u);
	cao_schema_free(&schema, &t);
	assert_null(t.service);
	cao_buf_clear(&out);
	fill(full_yaml, &t, &out);
	cao_schema_json(&schema, &t, &out);
	assert_string_equal(cao_buf_text(&out), full_json);
	cao_schema_free(&schema, &t);
	cao_buf_free(&out);
}

static const struct {
	const char *text, *want;
} faulty[] = {
	{ GOOD, "" },
	{ GOOD "note:\nconsent:\nwords:\nlevel:\ncsr: ''\nfee:\npin:\n", "" },
	{ GOOD "consent: {}\nwords: []\n", "" },
	{ "x\n", "1:1: : expected a map of fields, found a single value\n" },
	{ "[x]\n", "1:1: : expected a map of fields, found a list\n" },
	{ "{}\n",
	    "1:1: service: missing; required\n"
	    "1:1: validity: missing; required\n"
	    "1:1: user: missing; required\n"
	    "1:1: slots: missing; required\n" },
	{ "# x\n\nservice: x\nuser:\n    gender: male\n",
	    "3:1: validity: missing; required\n"
	    "3:1: slots: missing; required\n"
	    "5:5: user.name: missing; required\n"
	    "5:5: user.id: missing; required\n" },
	{ "service:\nvalidity: ''\nuser: {}\nslots: []\n",
	    "1:1: service: empty; required\n"
	    "2:11: validity: empty; required\n"
	    "3:7: user: empty; required\n"
	    "4:8: slots: empty; required\n" },
	{ "user:\nslots:\nvalidity: 12\nservice: x\n",
	    "1:1: user: empty; required\n2:1: slots: empty; required\n" },
	{ GOOD "servise: y\nqqqqqqqqq: 1\n",
	    "5:1: servise: unknown key 'servise'; did you mean 'service'\n"
	    "6:1: qqqqqqqqq: unknown key 'qqqqqqqqq'\n" },
	/* The reader's faults stand among the others, by their places. */
	{ "service: x\nservice: y\nvalidity: 5\nlevel: *x\n" USER
	  "nott: &a b\nslots: [{id: a, id: 3}]\nnote: x\n",
	    "2:1: service: key 'service' twice; the first is on line 1, "
	    "column 1\n"
	    "3:11: validity: 5 is outside 12 to 60\n"
	    "4:8: level: an alias (*) is not allowed; put a text that begins "
	    "so in quotes\n"
	    "6:1: nott: unknown key 'nott'; did you mean 'note'\n"
	    "6:7: nott: an anchor (&) is not allowed; put a text that begins "
	    "so in quotes\n"
	    "7:17: slots[1].id: key 'id' twice; the first is on line 7, "
	    "column 10\n" },
	{ GOOD "note: ' x'\n", "5:7: note: begins or ends with a blank\n" },
	{ GOOD "note: 'x '\n", "5:7: note: begins or ends with a blank\n" },
	{ GOOD "note: x\xe3\x80\x80\n",
	    "5:7: note: begins or ends with a blank\n" },
	{ GOOD "note: \xc2\xa0x\n",
	    "5:7: note: begins or ends with a blank\n" },
	{ GOOD "note: \"x\\ty\"\n", "5:7: note: holds a control character\n" },
	{ GOOD "note: x\xe2\x80\xaey\n",
	    "5:7: note: holds a control character\n" },
	{ GOOD "note: \"x\\uFEFF\"\n",
	    "5:7: note: holds a control character\n" },
	{ GOOD "note: |\n  x\n",
	    "5:7: note: holds a line end; it must be one line\n" },
	{ GOOD "csr: \"x\\a\"\n", "5:6: csr: holds a control character\n" },
	{ GOOD "note: [x]\n",
	    "5:7: note: expected a single value, found a list\n" },
	{ GOOD "note: {a: x}\n",
	    "5:7: note: expected a single value, found a map of fields\n" },
	{ GOOD "consent: x\n",
	    "5:10: consent: expected a map of fields, found a single value\n" },
	{ GOOD "words: x\n",
	    "5:8: words: expected a list, found a single value\n" },
	{ GOOD "words: {a: b}\n",
	    "5:8: words: expected a list, found a map of fields\n" },
	{ GOOD "words: [a, '', ' b', [c]]\n",
	    "5:8: words: too many elements: 4, at most 3 are allowed\n" },
	{ GOOD "words: ['', ' b', [c]]\n",
	    "5:9: words[1]: empty\n"
	    "5:13: words[2]: begins or ends with a blank\n"
	    "5:19: words[3]: expected a single value, found a list\n" },
	{ GOOD "level: 012\n",
	    "5:8: level: '012' is not a whole number in "
	    "plain decimal\n" },
	{ GOOD "level: 12months\n",
	    "5:8: level: '12months' is not a whole number in plain decimal\n" },
	{ GOOD "level: -0\n",
	    "5:8: level: '-0' is not a whole number in "
	    "plain decimal\n" },
	{ GOOD "level: +1\n",
	    "5:8: level: '+1' is not a whole number in "
	    "plain decimal\n" },
	{ GOOD "level: 9223372036854775808\n",
	    "5:8: level: '9223372036854775808' is not a whole number in plain "
	    "decimal\n" },
	{ GOOD "level: -9223372036854775808\n", "" },
	{ GOOD "backup: yes\n", "5:9: backup: 'yes' is not true or false\n" },
	{ GOOD "backup: 'true'\n",
	    "5:9: backup: 'true' is in quotes; write it without\n" },
	{ GOOD "fee: '240.0'\n", "" },
	{ GOOD "fee: 1000.01\n",
	    "5:6: fee: 1000.01 is outside 0.00 to 1000.00\n" },
	{ GOOD "from: 2026-02-30\n",
	    "5:7: from: 2026-02-30 is not a day of the calendar\n" },
	{ GOOD "pin: femail\n",
	    "5:6: pin: not a value that is allowed here\n" },
	{ "service: x\nvalidity: 12\nslots: [{id: a, formats: [doc, pdg]}]\n"
	  "user: {name: 林, id: bad, gender: femal}\n",
	    "3:27: slots[1].formats[1]: 'doc' is not one of pdf, jpeg, png\n"
	    "3:32: slots[1].formats[2]: 'pdg' is not one of pdf, jpeg, png; "
	    "did you mean 'pdf'\n"
	    "4:14: user.name: too short: 1 characters, at least 2 are needed\n"
	    "4:21: user.id: wrong check digit\n"
	    "4:34: user.gender: 'femal' is not one of female, male; did you "
	    "mean 'female'\n" },
	{ "service: x\nvalidity: 12\nslots: [{id: a}, b, {idd: 3}]\n"
	  "user: {name: 林晓林晓林, id: x}\n",
	    "3:18: slots[2]: expected a map of fields, found a single value\n"
	    "3:21: slots[3].id: missing; required\n"
	    "3:22: slots[3].idd: unknown key 'idd'; did you mean 'id'\n"
	    "4:14: user.name: too long: 5 characters, at most 4 are allowed\n" },
};

static void
test_faults(void **state)
{
	struct cao_buf out = { 0 };
	struct thing t;
	size_t i;

	(void)state;
	for (i = 0; i < LEN(faulty); i++) {
		cao_buf_clear(&out);
		fill(faulty[i].text, &t, &out);
		if (strcmp(cao_buf_text(&out), faulty[i].want) != 0)
			print_message("for: %s\n", faulty[i].text);
		assert_string_equal(cao_buf_text(&out), faulty[i].want);
		cao_schema_free(&schema, &t);
	}
	cao_buf_free(&out);
}

static void
test_partly_filled(void **state)
{
	struct cao_buf out = { 0 };
	struct thing t;

	(void)state;
	fill("service: x\nvalidity: 1\nwords: [a, '', c]\n", &t, &out);
	assert_string_equal(t.service, "x");
	assert_int_equal(t.validity, 0);
	assert_int_equal(t.words.count, 2);
	assert_string_equal(((char **)t.words.items)[1], "c");
	cao_schema_free(&schema, &t);
	cao_buf_free(&out);
}

static void
test_many_unknown(void **state)
{
	struct cao_faults faults = { 0 };
	struct cao_buf in = { 0 };
	struct cao_node *doc = NULL;
	struct cao_yaml *y;
	struct cao_error e;
	struct thing t = { 0 };
	int i;

	(void)state;
	for (i = 0; i < 4000; i++)
		cao_buf_printf(&in, "servic%d: x\n", i);
	assert_int_equal(
	    cao_yaml_open_text("f", (const char *)in.data, in.len, &y, &e),
	    CAO_OK);
	assert_int_equal(cao_yaml_next(y, &doc, &faults), CAO_OK);
	cao_schema_fill(&schema, doc, "f", &t, &faults);
	assert_int_equal(faults.count, CAO_FAULTS_MAX);
	assert_true(faults.more);
	cao_node_free(doc);
	cao_faults_free(&faults);
	cao_yaml_close(y);
	cao_schema_free(&schema, &t);
	cao_buf_free(&in);
}

static const struct {
	const char *json, *want;
} stored[] = {
	{ "{}", NULL },
	{ "{\"level\":0,\"validity\":1,\"note\":\"\"}", NULL },
	{ "{\"user\":{\"id\":\"bad\",\"name\":\"x\"}}", NULL },
	{ "[]", "stored thing: expected a map of fields, found a list" },
	{ "{", "stored thing: not JSON: ends too early" },
	{ "{\"note\":\"\xef\xbb\xbfx\",\"csr\":\"\xc2\x85\\u0001\"}", NULL },
	{ "{\"x\":1}", "stored thing: unknown key 'x'" },
	{ "{\"note\":1}",
	    "stored thing: text where none should be, or none where it "
	    "should" },
	{ "{\"level\":\"1\"}",
	    "stored thing: text where none should be, or none where it "
	    "should" },
	{ "{\"level\":1.5}",
	    "stored thing: '1.5' is not a whole number in plain decimal" },
	{ "{\"backup\":1}", "stored thing: '1' is not true or false" },
	{ "{\"words\":[\"a\",1]}",
	    "stored thing: text where none should be, or none where it "
	    "should" },
	{ "{\"user\":{\"gender\":\"x\"}}",
	    "stored thing: 'x' is not one of female, male" },
	{ "{\"user\":[1]}",
	    "stored thing: expected a map of fields, found a list" },
};

/* Whatever was stored is written as YAML that says the same. */
static void
read_back(const struct thing *t)
{
	struct cao_buf yaml = { 0 };
	struct cao_faults faults = { 0 };
	struct cao_node *doc = NULL;
	const struct cao_node *note;
	struct cao_yaml *y;
	struct cao_error e;

	cao_schema_yaml(&schema, t, &yaml);
	assert_int_equal(
	    cao_yaml_open_text("f", (const char *)yaml.data, yaml.len, &y, &e),
	    CAO_OK);
	assert_int_equal(cao_yaml_next(y, &doc, &faults), CAO_OK);
	note = cao_node_get(doc, "note");
	assert_string_equal(
	    note != NULL ? note->text : "", t->note != NULL ? t->note : "");
	note = cao_node_get(doc, "csr");
	assert_string_equal(
	    note != NULL ? note->text : "", t->csr != NULL ? t->csr : "");
	cao_node_free(doc);
	cao_yaml_close(y);
	cao_buf_free(&yaml);
}

static void
test_stored(void **state)
{
	struct cao_error e;
	struct thing t = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < LEN(stored); i++) {
		if (stored[i].want == NULL) {
			assert_int_equal(cao_schema_from_json(
					     &schema, stored[i].json, &t, &e),
			    CAO_OK);
			read_back(&t);
			cao_schema_free(&schema, &t);
			continue;
		}
		assert_int_equal(
		    cao_schema_from_json(&schema, stored[i].json, &t, &e),
		    CAO_INTEGRITY);
		assert_int_equal(e.status, CAO_INTEGRITY);
		assert_string_equal(e.text, stored[i].want);
		assert_string_equal(e.file, "");
	}
}

/* Texts that YAML could take for something else come back unchanged. */
static void
test_yaml_texts(void **state)
{
	static const char *const texts[] = { "x", "true", "No", "null", "~",
		"12", "0x1F", "1e3", "- x", "a: b", "a #b", "#a", "a:", "*x",
		"&x", "!x", "|", ">", "%x", "@x", "`x", "{x", "[x]", "x,y",
		"'x'", "\"x\"", "\\", "?", "-", "---", "...", "<<", "=", "林晓",
		"：x", "\xf0\xa0\x80\x80", "a  b", "y", "2026-11-01",
		"91210100MA0ABCDE6X" };
	static const char *const lines[] = { "a\nb\n", "a\nb", "a\n\n", "\na",
		" a\nb\n", "a\n b\n\n  c\n", "a\r\nb\n", "\t\n", "a\n\tb \n",
		"# a\nb", "---\n...\n" };
	struct cao_buf yaml = { 0 }, out = { 0 };
	struct cao_error e;
	struct thing t, u;
	size_t i, n = LEN(texts);

	(void)state;
	for (i = 0; i < n + LEN(lines); i++) {
		fill(GOOD, &t, &out);
		assert_string_equal(cao_buf_text(&out), "");
		if (i < n)
			assert_int_equal(
			    cao_schema_set(&fields[12], texts[i], &t, &e),
			    CAO_OK);
		else
			assert_int_equal(
			    cao_schema_set(&fields[10], lines[i - n], &t, &e),
			    CAO_OK);
		cao_buf_clear(&yaml);
		cao_schema_yaml(&schema, &t, &yaml);
		fill(cao_buf_text(&yaml), &u, &out);
		assert_string_equal(cao_buf_text(&out), "");
		if (i < n)
			assert_string_equal(u.note, texts[i]);
		else
			assert_string_equal(u.csr, lines[i - n]);
		cao_schema_free(&schema, &t);
		cao_schema_free(&schema, &u);
	}
	cao_buf_free(&yaml);
	cao_buf_free(&out);
}

static const char template[] =
    "# the service (required)\n"
    "service: ln-gov\n"
    "# months (required)\n"
    "validity: 12\n"
    "# level (optional)\n"
    "#level:\n"
    "# backup (optional)\n"
    "#backup:\n"
    "# fee (optional)\n"
    "#fee: \"240.00\"\n"
    "# from (optional)\n"
    "#from:\n"
    "# who (required)\n"
    "user:\n"
    "  # the name (required)\n"
    "  name: 林晓\n"
    "  # the gender: female male (optional)\n"
    "  #gender: female\n"
    "  # id (required)\n"
    "  id: \"0012\"\n"
    "# consent (optional)\n"
    "#consent:\n"
    "#  # the agreement's version (optional)\n"
    "#  agreement: 2020-03-09\n"
    "#  # shown (optional)\n"
    "#  shown: true\n"
    "# words (optional)\n"
    "#words:\n"
    "# the slots (required)\n"
    "slots:\n"
    "  -\n"
    "    # id (required)\n"
    "    id: seal-form\n"
    "    # many (optional)\n"
    "    #many:\n"
    "    # allowed formats: pdf jpeg png (optional)\n"
    "    #formats: [pdf, png]\n"
    "# csr (optional)\n"
    "#csr:\n"
    "# pin: female male (optional)\n"
    "#pin: female\n"
    "# note (optional)\n"
    "#note:\n";

static void
test_template(void **state)
{
	struct cao_buf out = { 0 }, faults = { 0 };
	struct thing t;

	(void)state;
	cao_schema_template(&schema, &out);
	assert_string_equal(cao_buf_text(&out), template);
	fill(template, &t, &faults);
	assert_string_equal(cao_buf_text(&faults), "");
	assert_string_equal(((struct slot *)t.slots.items)[0].id, "seal-form");
	cao_schema_free(&schema, &t);
	cao_buf_free(&out);
	cao_buf_free(&faults);
}

static void
test_set(void **state)
{
	struct cao_error e;
	struct thing t = { 0 };

	(void)state;
	assert_int_equal(cao_schema_set(&fields[0], "a", &t, &e), CAO_OK);
	assert_int_equal(cao_schema_set(&fields[0], "b", &t, &e), CAO_OK);
	assert_string_equal(t.service, "b");
	assert_int_equal(cao_schema_set(&fields[0], "", &t, &e), CAO_INPUT);
	assert_string_equal(e.text, "empty; required");
	assert_int_equal(cao_schema_set(&fields[0], "\xff", &t, &e), CAO_INPUT);
	assert_string_equal(t.service, "b");
	assert_int_equal(cao_schema_set(&fields[3], "true", &t, &e), CAO_OK);
	assert_true(t.backup);
	assert_int_equal(cao_schema_set(&fields[3], "", &t, &e), CAO_OK);
	assert_false(t.backup);
	assert_int_equal(cao_schema_set(&fields[4], "1.5", &t, &e), CAO_OK);
	assert_int_equal(t.fee, 150);
	assert_int_equal(cao_schema_set(&fields[4], "", &t, &e), CAO_OK);
	assert_int_equal(t.fee, 0);
	cao_schema_free(&schema, &t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_full),
		cmocka_unit_test(test_faults),
		cmocka_unit_test(test_partly_filled),
		cmocka_unit_test(test_many_unknown),
		cmocka_unit_test(test_stored),
		cmocka_unit_test(test_yaml_texts),
		cmocka_unit_test(test_template),
		cmocka_unit_test(test_set),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
