/*
 * Out of memory at every single allocation: what reads and builds says so and
 * leaves nothing behind (which the leak checker of VARIANT=asan sees).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/file.h"
#include "codec/csv.h"
#include "codec/yaml.h"
#include "order/evidence.h"
#include "order/rules.h"
#include "pki/csr.h"

#define SERVICE "share/services/ln-gov-employee-mkey.yaml"
#define RULES "share/rules/standard.yaml"
#define FILE_MAX (1024 * 1024)
#define TODAY 20779 /* 2026-11-22 */
#define MOST 100000 /* allocations of one piece of work */

/* The linker sends the library's allocations here. */
void *__real_malloc(size_t);
void *__real_calloc(size_t, size_t);
void *__real_realloc(void *, size_t);
char *__real_strdup(const char *);
void *__wrap_malloc(size_t);
void *__wrap_calloc(size_t, size_t);
void *__wrap_realloc(void *, size_t);
char *__wrap_strdup(const char *);

static long allocations; /* so far */
static long failing;     /* the one that fails; 0: none */
static bool for_good;    /* and all behind it */

static bool
fails(void)
{
	allocations++;
	return failing > 0 &&
	    (allocations == failing || (for_good && allocations > failing));
}

void *
__wrap_malloc(size_t size)
{
	return fails() ? NULL : __real_malloc(size);
}

void *
__wrap_calloc(size_t count, size_t size)
{
	return fails() ? NULL : __real_calloc(count, size);
}

void *
__wrap_realloc(void *old, size_t size)
{
	return fails() ? NULL : __real_realloc(old, size);
}

char *
__wrap_strdup(const char *text)
{
	return fails() ? NULL : __real_strdup(text);
}

static struct cao_buf service_text, rules_text, pem;
static struct cao_buf known_application, known_service;
static struct cao_key *key;

static int
set_up(void **state)
{
	const struct cao_subject subject = { .country = "CN",
		.common_name = "林晓" };
	struct cao_buf der = { 0 };
	struct cao_error err;
	bool good;

	(void)state;
	good =
	    cao_file_read(SERVICE, FILE_MAX, &service_text, &err) == CAO_OK &&
	    cao_file_read(RULES, FILE_MAX, &rules_text, &err) == CAO_OK &&
	    cao_key_generate(CAO_SM2, &key, &err) == CAO_OK &&
	    cao_csr_make(key, &subject, &der, &err) == CAO_OK;
	cao_pem_put(&pem, "CERTIFICATE REQUEST", der.data, der.len);
	cao_buf_free(&der);
	return good && cao_buf_ok(&pem) ? 0 : -1;
}

static int
tear_down(void **state)
{
	(void)state;
	cao_buf_free(&service_text);
	cao_buf_free(&rules_text);
	cao_buf_free(&pem);
	cao_buf_free(&known_application);
	cao_buf_free(&known_service);
	cao_key_free(key);
	return 0;
}

/* What succeeds is whole: the object's JSON is always the same. */
static void
assert_same(
    const struct cao_schema *schema, const void *object, struct cao_buf *known)
{
	struct cao_buf json = { 0 };
	long n = failing, before = allocations;

	failing = 0;
	cao_schema_json(schema, object, &json);
	assert_true(cao_buf_ok(&json));
	if (known->len == 0)
		cao_buf_add(known, json.data, json.len);
	assert_string_equal(cao_buf_text(&json), cao_buf_text(known));
	cao_buf_free(&json);
	failing = n;
	allocations = before;
}

/* The worst of the faults, which are freed. */
static enum cao_status
worst(struct cao_faults *faults, struct cao_error *err)
{
	enum cao_status st = cao_faults_status(faults);

	for (size_t i = 0; i < faults->count; i++)
		if (faults->list[i].status == st)
			*err = faults->list[i];
	cao_faults_free(faults);
	return st;
}

static const char good_text[] =
    "request: one\n"
    "service: ln-gov-employee-mkey\n"
    "business: new\n"
    "validity: 12\n"
    "algorithm: p256\n"
    "consent: {agreement: \"2020-03-09\", privacy: \"2020-03-09\"}\n"
    "user:\n"
    "  name: 林晓\n"
    "  id_type: resident-id\n"
    "  id_number: \"210102199003078881\"\n"
    "  country: CN\n"
    "  province: 辽宁省\n"
    "  phone: \"+86 13800000001\"\n"
    "organisation: {name: 沈阳示例科技有限公司, id_type: uscc,\n"
    "  id_number: 91210100MA0ABCDE6X, country: CN, province: 辽宁,\n"
    "  address: 沈阳市沈河区十三纬路1号}\n"
    "handler: {like: user, address: 沈阳市沈河区十三纬路1号,\n"
    "  phone: \"13800000001\", email: linxiao@example.cn}\n"
    "authorisation: {from: 2026-11-01, to: 2027-04-30}\n";

static const char bad_text[] =
    "servic: ln-gov-employee-mkey\n"
    "business: [new]\n"
    "validity: 13x\n"
    "validity: 12\n"
    "algorithm: *p256\n"
    "user: {name: 林晓, id_type: resident-id, genderr: male,\n"
    "  id_number: \"210102199003078882\", id_type: passport}\n"
    "handler: {like: nobody}\n"
    "authorisation: {from: 2027-11-01, to: 2026-02-30}\n";

/* A document through every check of its own. */
static enum cao_status
read_document(
    const char *text, struct cao_application *app, struct cao_error *err)
{
	struct cao_faults faults = { 0 };
	struct cao_yaml *yaml = NULL;
	struct cao_node *doc = NULL;
	enum cao_status st;

	st = cao_yaml_open_text("a.yaml", text, strlen(text), &yaml, err);
	if (st != CAO_OK)
		return st;
	if (cao_yaml_next(yaml, &doc, &faults) == CAO_OK) {
		assert_non_null(doc);
		cao_schema_fill(
		    &cao_application_schema, doc, "a.yaml", app, &faults);
		cao_application_check(app, doc, "a.yaml", TODAY, &faults);
	} else
		assert_int_not_equal(cao_faults_status(&faults), CAO_OK);
	cao_node_free(doc);
	cao_yaml_close(yaml);
	return worst(&faults, err);
}

/* From YAML to the canonical JSON, and back to YAML. */
static enum cao_status
application(struct cao_error *err)
{
	struct cao_application app = { .validity = 0 },
			       back = { .validity = 0 };
	unsigned char digest[CAO_DIGEST_SIZE];
	struct cao_buf json = { 0 }, yaml = { 0 };
	enum cao_status st;

	st = read_document(good_text, &app, err);
	if (st == CAO_OK)
		st = cao_application_content(&app, &json, digest, err);
	if (st == CAO_OK)
		st = cao_schema_from_json(
		    &cao_application_schema, cao_buf_text(&json), &back, err);
	if (st == CAO_OK) {
		assert_same(&cao_application_schema, &back, &known_application);
		cao_schema_yaml(&cao_application_schema, &back, &yaml);
		if (!cao_buf_ok(&yaml))
			st = cao_fail_memory(err);
	}
	cao_schema_free(&cao_application_schema, &app);
	cao_schema_free(&cao_application_schema, &back);
	cao_buf_free(&json);
	cao_buf_free(&yaml);
	return st;
}

static enum cao_status
bad_application(struct cao_error *err)
{
	struct cao_application app = { .validity = 0 };
	enum cao_status st = read_document(bad_text, &app, err);

	cao_schema_free(&cao_application_schema, &app);
	return st;
}

static enum cao_status
form(struct cao_error *err)
{
	struct cao_buf out = { 0 };
	enum cao_status st = CAO_OK;

	cao_schema_template(&cao_application_schema, &out);
	if (!cao_buf_ok(&out))
		st = cao_fail_memory(err);
	cao_buf_free(&out);
	return st;
}

static enum cao_status
service(struct cao_error *err)
{
	struct cao_service s = { .name = NULL };
	struct cao_faults faults = { 0 };
	enum cao_status st;

	st = cao_service_read(SERVICE, cao_buf_text(&service_text),
	    service_text.len, &s, &faults);
	assert_int_equal(worst(&faults, err), st);
	if (st == CAO_OK)
		assert_same(&cao_service_schema, &s, &known_service);
	cao_schema_free(&cao_service_schema, &s);
	return st;
}

static enum cao_status
rules(struct cao_error *err)
{
	struct cao_faults faults = { 0 };
	struct cao_rules *r = NULL;
	enum cao_status st;

	st = cao_rules_read(
	    RULES, cao_buf_text(&rules_text), rules_text.len, &r, &faults);
	assert_int_equal(worst(&faults, err), st);
	cao_rules_free(r);
	return st;
}

static enum cao_status
request(struct cao_error *err)
{
	struct cao_csr csr = { .key = NULL };
	enum cao_status st;

	st = cao_csr_read("a.csr", pem.data, pem.len, &csr, err);
	if (st == CAO_OK)
		assert_true(cao_key_equal(csr.key, key));
	cao_csr_free(&csr);
	return st;
}

static enum cao_status
table(struct cao_error *err)
{
	static const char text[] = "a,b\r\n\"1\"\"\n2\",\xd6\xd0\r\n3,4\r\n";
	struct cao_csv_row row;
	struct cao_csv *csv = NULL;
	enum cao_status st;
	bool more = true;

	st = cao_csv_open("a.csv", text, sizeof text - 1, &csv, err);
	for (size_t rows = 0; st == CAO_OK && more; rows += more) {
		st = cao_csv_next(csv, &row, &more, err);
		if (st == CAO_OK && more && rows == 1)
			assert_string_equal(row.field[1], "中");
		assert_true(st != CAO_OK || more || rows == 3);
	}
	cao_csv_close(csv);
	return st;
}

static enum cao_status
evidence(struct cao_error *err)
{
	static const char number[] = "00202611220000001";
	static const unsigned char digest[CAO_DIGEST_SIZE];
	static char account[] = "7443900182600096874", word[] = "x";
	const struct cao_transfer transfer = {
		.account = account, .name = word, .fen = 24000
	};
	const struct cao_settlement settled = { .fen = 24000,
		.reason = word,
		.bank = { .reference = word,
		    .account = account,
		    .name = word,
		    .text = word } };
	struct cao_buf text = { 0 }, head = { 0 }, line = { 0 }, sig = { 0 };
	enum cao_status st = CAO_OK;

	cao_evidence_head(&head, "alice", digest, 0);
	cao_buf_add(&text, head.data, head.len);
	cao_evidence_rules(&text, digest);
	for (int i = 0; i < 100; i++)
		cao_evidence_settlement(&text, number, &transfer, &settled);
	cao_evidence_decision(&line, CAO_ACCEPT, number, digest, "reason");
	cao_buf_add(&text, line.data, line.len);
	if (!cao_buf_ok(&head) || !cao_buf_ok(&line) || !cao_buf_ok(&text))
		st = cao_fail_memory(err);
	else
		assert_true(
		    cao_evidence_has(cao_buf_text(&text), &head, &line));
	if (st == CAO_OK)
		st = cao_key_sign(key, text.data, text.len, &sig, err);
	if (st == CAO_OK)
		st = cao_key_verify(
		    key, text.data, text.len, sig.data, sig.len, err);
	cao_buf_free(&text);
	cao_buf_free(&head);
	cao_buf_free(&line);
	cao_buf_free(&sig);
	return st;
}

/* Fail the n-th allocation of the work, for every n, until it makes none so
 * late.  With memory the work ends in wanted. */
static void
sweep(enum cao_status (*work)(struct cao_error *), enum cao_status wanted)
{
	struct cao_error err = { .status = CAO_OK };
	enum cao_status st;
	long n, told = 0;

	/* What is made once and kept is not what is looked for. */
	failing = 0;
	assert_int_equal(work(&err), wanted);
	for (n = 1; n < MOST; n++) {
		memset(&err, 0, sizeof err);
		allocations = 0;
		failing = n;
		st = work(&err);
		failing = 0;
		if (allocations < n)
			break;
		/* What was only for a message is not missed. */
		if (st == CAO_OK && wanted == CAO_OK)
			continue;
		if (st != CAO_SYSTEM && st != wanted)
			fail_msg("allocation %ld of %ld failed: %s: %s", n,
			    allocations, cao_status_word(st), err.text);
		told++;
		assert_int_not_equal(*err.text, '\0');
		assert_int_equal(err.status, st);
	}
	assert_int_equal(st, wanted);
	assert_in_range(n, 2, MOST - 1);
	assert_true(told >= n / 2);
}

/* One memory that ran out, and one that stays so. */
#define TEST(work, wanted)                    \
	static void test_##work(void **state) \
	{                                     \
		(void)state;                  \
		for_good = false;             \
		sweep(work, wanted);          \
		for_good = true;              \
		sweep(work, wanted);          \
	}

TEST(application, CAO_OK)
TEST(bad_application, CAO_INPUT)
TEST(form, CAO_OK)
TEST(service, CAO_OK)
TEST(rules, CAO_OK)
TEST(request, CAO_OK)
TEST(table, CAO_OK)
TEST(evidence, CAO_OK)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_application),
		cmocka_unit_test(test_bad_application),
		cmocka_unit_test(test_form),
		cmocka_unit_test(test_service),
		cmocka_unit_test(test_rules),
		cmocka_unit_test(test_request),
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_evidence),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
