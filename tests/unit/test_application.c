/* Applications: a batch with its places, each check, and the content. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/time.h"
#include "codec/yaml.h"
#include "order/application.h"

#define BATCH "tests/data/batch.yaml"
#define SERVICE "share/services/ln-gov-employee-mkey.yaml"
#define FILE_MAX (1024 * 1024)
#define TODAY "2026-11-22"

static struct cao_service service;

static int
setup(void **state)
{
	struct cao_buf text = { 0 };
	struct cao_faults faults = { 0 };
	struct cao_error err;
	bool good;

	(void)state;
	good = cao_file_read(SERVICE, FILE_MAX, &text, &err) == CAO_OK &&
	    cao_service_read(SERVICE, cao_buf_text(&text), text.len, &service,
		&faults) == CAO_OK;
	cao_buf_free(&text);
	return good ? 0 : -1;
}

static int
teardown(void **state)
{
	(void)state;
	cao_schema_free(&cao_service_schema, &service);
	return 0;
}

static int64_t
day_of(const char *date)
{
	struct cao_error err;
	int64_t day = 0;

	assert_int_equal(cao_date_parse(date, &day, &err), CAO_OK);
	return day;
}

/* The next document of the stream through every check. */
static bool
next(struct cao_yaml *yaml, const char *today, struct cao_application *app,
    struct cao_faults *faults)
{
	struct cao_node *doc = NULL;
	const char *name = cao_yaml_name(yaml);

	assert_int_equal(cao_yaml_next(yaml, &doc, faults), CAO_OK);
	if (doc == NULL)
		return false;
	cao_schema_fill(&cao_application_schema, doc, name, app, faults);
	cao_application_check(app, doc, name, day_of(today), faults);
	cao_application_fits(app, &service, doc, name, faults);
	cao_node_free(doc);
	return true;
}

/* The faults as lines, to be compared at once. */
static void
tell(const struct cao_faults *faults, struct cao_buf *out)
{
	const struct cao_error *e = faults->list;
	size_t i;

	for (i = 0; i < faults->count; i++, e++)
		cao_buf_printf(out, "%s%u:%u %s %s: %s", i > 0 ? "\n" : "",
		    e->line, e->column, cao_status_word(e->status), e->field,
		    e->text);
}

static void
read_text(const char *text, const char *today, struct cao_application *app,
    struct cao_faults *faults)
{
	struct cao_yaml *yaml = NULL;
	struct cao_error err;

	assert_int_equal(
	    cao_yaml_open_text("app.yaml", text, strlen(text), &yaml, &err),
	    CAO_OK);
	assert_true(next(yaml, today, app, faults));
	cao_yaml_close(yaml);
}

static void
test_batch(void **state)
{
	static const char *const expected[] = {
		"",
		"35:11 input validity: validity is 13; the service offers "
		"12, 24, 36, 48, 60\n"
		"41:14 input user.id_number: ",
		"",
	};
	struct cao_application app = { 0 };
	struct cao_faults faults = { 0 };
	struct cao_buf told = { 0 };
	struct cao_yaml *yaml = NULL;
	struct cao_error err;
	int fd = open(BATCH, O_RDONLY);
	size_t i;

	(void)state;
	assert_int_equal(cao_yaml_open(BATCH, fd, &yaml, &err), CAO_OK);
	for (i = 0; next(yaml, TODAY, &app, &faults); i++) {
		assert_true(i < sizeof expected / sizeof *expected);
		tell(&faults, &told);
		assert_int_equal(faults.count, i == 1 ? 4 : 0);
		assert_memory_equal(
		    cao_buf_text(&told), expected[i], strlen(expected[i]));
		if (i == 1)
			assert_non_null(strstr(cao_buf_text(&told),
			    "\n45:3 input user.genderr: unknown key "
			    "'genderr'; did you mean 'gender'\n"
			    "54:3 input handler.email: missing; required"));
		cao_buf_free(&told);
		cao_faults_free(&faults);
		cao_schema_free(&cao_application_schema, &app);
	}
	assert_int_equal(i, 3);
	cao_yaml_close(yaml);
	(void)close(fd);
}

/* The parts of an application, one of which each case replaces. */
enum part { TOP, CONSENT, USER, ORGANISATION, HANDLER, AUTHORISATION, PARTS };

static const char *const parts[PARTS] = {
	[TOP] = "service: ln-gov-employee-mkey\n"
		"business: new\n"
		"validity: 12\n"
		"algorithm: sm2\n",
	[CONSENT] = "consent: {agreement: 2020-03-09, privacy: 2020-03-09}\n",
	[USER] = "user:\n"
		 "  name: 林晓\n"
		 "  id_type: resident-id\n"
		 "  id_number: 210102199003078881\n"
		 "  country: CN\n"
		 "  province: 辽宁\n"
		 "  phone: 13800000001\n",
	[ORGANISATION] = "organisation:\n"
			 "  name: 沈阳示例科技有限公司\n"
			 "  id_type: uscc\n"
			 "  id_number: 91210100MA0ABCDE6X\n"
			 "  country: CN\n"
			 "  province: 辽宁\n"
			 "  address: 沈阳市沈河区十三纬路1号\n",
	[HANDLER] = "handler:\n"
		    "  like: user\n"
		    "  address: 辽宁省沈阳市沈河区\n"
		    "  phone: 13800000001\n"
		    "  email: linxiao@example.cn\n",
	[AUTHORISATION] = "authorisation: {from: 2026-11-01, to: 2027-04-30}\n",
};

static void
compose(enum part part, const char *with, struct cao_buf *out)
{
	int i;

	for (i = 0; i < PARTS; i++)
		cao_buf_puts(out, part == (enum part)i ? with : parts[i]);
}

static void
check_told(
    enum part part, const char *with, const char *today, const char *expected)
{
	struct cao_application app = { 0 };
	struct cao_faults faults = { 0 };
	struct cao_buf text = { 0 }, told = { 0 };

	compose(part, with, &text);
	read_text(cao_buf_text(&text), today, &app, &faults);
	tell(&faults, &told);
	assert_string_equal(cao_buf_text(&told), expected);
	cao_buf_free(&text);
	cao_buf_free(&told);
	cao_faults_free(&faults);
	cao_schema_free(&cao_application_schema, &app);
}

#define USER_OF(number, more)                                               \
	"user:\n  name: 林晓\n  id_type: resident-id\n  id_number: " number \
	"\n  country: CN\n  province: 辽宁\n  phone: 13800000001\n" more
#define HANDLER_OF(more)                                             \
	"handler:\n" more "  address: 辽宁省沈阳市沈河区\n" \
	"  phone: 13800000001\n"                                     \
	"  email: linxiao@example.cn\n"
#define TOP_OF(more)                                                   \
	"service: ln-gov-employee-mkey\nbusiness: new\nvalidity: 12\n" \
	"algorithm: sm2\n" more
#define REQUEST_RULE                                                          \
	"not only of A-Z, a-z, 0-9, '.', '_' and '-', or it begins with '.' " \
	"or '-'"

static void
test_faults(void **state)
{
	static const struct {
		enum part part;
		const char *with, *expected;
	} cases[] = {
		{ PARTS, "", "" },
		/* the request */
		{ TOP, TOP_OF("request: a.B_c-9\n"), "" },
		{ TOP, TOP_OF("request: a/b\n"),
		    "5:10 input request: " REQUEST_RULE },
		{ TOP, TOP_OF("request: .a\n"),
		    "5:10 input request: " REQUEST_RULE },
		{ TOP, TOP_OF("request: \"-a\"\n"),
		    "5:10 input request: " REQUEST_RULE },
		{ TOP, TOP_OF("request: \"..\"\n"),
		    "5:10 input request: " REQUEST_RULE },
		{ TOP, TOP_OF("request: 00202009200000485\n"),
		    "5:10 input request: it would be taken for an order "
		    "number: put something before it" },
		/* what the service offers */
		{ TOP,
		    "service: ln-gov-employee-mkey\nbusiness: new\n"
		    "validity: 6\nalgorithm: p256\n",
		    "3:11 input validity: validity is 6; the service offers "
		    "12, 24, 36, 48, 60" },
		{ CONSENT, "consent: {agreement: 2019-01-01, privacy: x}\n",
		    "5:22 input consent.agreement: consent.agreement is "
		    "2019-01-01; the service's text is 2020-03-09: read it "
		    "with ca-apply --agreement\n"
		    "5:43 input consent.privacy: consent.privacy is x; the "
		    "service's text is 2020-03-09: read it with ca-apply "
		    "--agreement" },
		/* the gender of a resident id */
		{ USER, USER_OF("210102199003078881", "  gender: female\n"),
		    "" },
		{ USER, USER_OF("210102199003078881", "  gender: male\n"),
		    "13:11 input user.gender: GB 11643-1999: it is male, but "
		    "the resident id is of somebody female" },
		{ USER,
		    "user:\n  name: 林晓\n  id_type: passport\n"
		    "  id_number: E12345678\n  country: CN\n"
		    "  province: 辽宁\n  phone: 13800000001\n"
		    "  gender: male\n",
		    "" },
		/* the handler */
		{ HANDLER,
		    HANDLER_OF("  like: user\n  name: 王辰\n"
			       "  id_type: passport\n"
			       "  id_number: E12345678\n"),
		    "22:9 input handler.name: given twice: handler.like takes "
		    "it over from the user; leave out one of them\n"
		    "23:12 input handler.id_type: given twice: handler.like "
		    "takes it over from the user; leave out one of them\n"
		    "24:14 input handler.id_number: given twice: "
		    "handler.like takes it over from the user; leave out one "
		    "of them" },
		{ HANDLER, HANDLER_OF(""),
		    "21:3 input handler.name: missing; required unless "
		    "handler.like is user\n"
		    "21:3 input handler.id_type: missing; required unless "
		    "handler.like is user\n"
		    "21:3 input handler.id_number: missing; required unless "
		    "handler.like is user" },
		{ HANDLER,
		    HANDLER_OF("  name: \"\"\n  id_type: passport\n"
			       "  id_number: E12345678\n"),
		    "21:9 input handler.name: missing; required unless "
		    "handler.like is user" },
		{ HANDLER,
		    HANDLER_OF("  name: 王辰\n  id_type: passprt\n"
			       "  id_number: E12345678\n"),
		    "22:12 input handler.id_type: 'passprt' is not one of "
		    "resident-id, officer-id, passport, work-id, "
		    "home-return-permit, household-register, hk-id, other; "
		    "did you mean 'passport'" },
		{ HANDLER, "", "1:1 input handler: missing; required" },
		/* the authorisation */
		{ AUTHORISATION,
		    "authorisation: {from: 2027-04-30, to: 2026-11-01}\n",
		    "25:39 input authorisation.to: 2026-11-01 is before "
		    "authorisation.from, which is 2027-04-30" },
		{ AUTHORISATION,
		    "authorisation: {from: 2026-11-23, to: 2027-04-30}\n",
		    "25:23 input authorisation.from: the authorisation begins "
		    "on 2026-11-23; today is 2026-11-22" },
		{ AUTHORISATION,
		    "authorisation: {from: 2026-11-01, to: 2026-11-21}\n",
		    "25:39 input authorisation.to: the authorisation ended on "
		    "2026-11-21; today is 2026-11-22: a new letter is "
		    "needed" },
		{ AUTHORISATION,
		    "authorisation: {from: 2026-11-22, to: 2026-11-22}\n", "" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof *cases; i++)
		check_told(
		    cases[i].part, cases[i].with, TODAY, cases[i].expected);
}

#define OF(business) "service: ln-gov-employee-mkey\nbusiness: " business "\n"
#define OLD "certificate: {order: \"00202611220000001\"}\n"
#define PAIR "algorithm: sm2\n"

/* Each kind of business takes its own, each told once where it is missing. */
static void
test_businesses(void **state)
{
	static const struct {
		const char *with, *expected;
	} cases[] = {
		{ OF("new"),
		    "1:1 input validity: missing; business \"new\" requires "
		    "it\n"
		    "1:1 input algorithm: missing; business \"new\" requires "
		    "it" },
		{ OF("new") "validity:\nalgorithm: \"\"\n",
		    "3:10 input validity: missing; business \"new\" requires "
		    "it\n"
		    "4:12 input algorithm: missing; business \"new\" "
		    "requires it" },
		{ OF("new") "validity: 0\nalgorithm: des\n",
		    "3:11 input validity: 0 is outside 1 to 120\n"
		    "4:12 input algorithm: 'des' is not one of sm2, p256, "
		    "rsa2048, rsa3072" },
		{ OF("new") "validity: 12\n" PAIR OLD
			    "reason: superseded\nencryption_key: new\n"
			    "holder: |\n  AA==\n",
		    "5:22 input certificate.order: not for business \"new\": "
		    "leave it out\n"
		    "6:9 input reason: not for business \"new\": leave it "
		    "out\n"
		    "7:17 input encryption_key: not for business \"new\": "
		    "leave it out\n"
		    "8:9 input holder: not for business \"new\": leave it "
		    "out" },
		{ OF("renew") "validity: 12\n" PAIR OLD, "" },
		{ OF("renew") "validity: 12\n" PAIR,
		    "1:1 input certificate.order: missing; business \"renew\" "
		    "requires it" },
		{ OF("renew") "validity: 12\n" PAIR "certificate:\n",
		    "5:13 input certificate.order: missing; business "
		    "\"renew\" requires it" },
		{ OF("renew") "validity: 12\n" PAIR "certificate: 1\n",
		    "5:14 input certificate: expected a map of fields, found "
		    "a single value" },
		{ OF("renew") "validity: 12\n" PAIR
			      "certificate: {serial: \"x\"}\n",
		    "5:23 input certificate.serial: not a serial number in "
		    "hexadecimal digits, with or without colons" },
		{ OF("renew") "validity: 12\n" PAIR
			      "certificate: {order: \"00202611220000001\", "
			      "serial: \"0a:1b\"}\n",
		    "5:51 input certificate.serial: given by its order too: "
		    "leave out one of them" },
		{ OF("reissue") PAIR OLD "validity: 12\n",
		    "1:1 input reason: missing; business \"reissue\" requires "
		    "it\n"
		    "5:11 input validity: not for business \"reissue\": leave "
		    "it out" },
		{ OF("reissue") PAIR OLD "reason: affiliationChanged\n",
		    "5:9 input reason: affiliationChanged is no reason for "
		    "business \"reissue\"" },
		{ OF("reissue") PAIR OLD
		    "reason: keyCompromise\nencryption_key: new\n",
		    "" },
		{ OF("change") PAIR OLD, "" },
		{ OF("unlock") OLD PAIR "backup_pin: true\n",
		    "4:12 input algorithm: not for business \"unlock\": leave "
		    "it out\n"
		    "5:13 input backup_pin: not for business \"unlock\": "
		    "leave it out" },
		{ OF("revoke") OLD "reason: cessationOfOperation\n", "" },
		{ OF("hold") OLD "reason: superseded\n",
		    "4:9 input reason: not for business \"hold\": leave it "
		    "out" },
		{ OF("release") OLD, "" },
		{ OF("recover") OLD "csr: |\n  x\n",
		    "4:6 input csr: not for business \"recover\": leave it "
		    "out" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof *cases; i++)
		check_told(TOP, cases[i].with, TODAY, cases[i].expected);
}

/* What is wrong with a number: where, and never the number itself. */
static void
test_numbers(void **state)
{
	static const struct {
		enum part part;
		const char *with, *place, *number;
	} cases[] = {
		{ USER, USER_OF("210102199003078882", ""),
		    "9:14 input user.id_number: ", "210102199003078882" },
		{ HANDLER,
		    HANDLER_OF("  name: 王辰\n  id_type: resident-id\n"
			       "  id_number: 210102198805010025\n"),
		    "23:14 input handler.id_number: ", "210102198805010025" },
		{ ORGANISATION,
		    "organisation:\n  name: 沈阳示例科技有限公司\n"
		    "  id_type: uscc\n  id_number: 91210100MA0ABCDE6Y\n"
		    "  country: CN\n  province: 辽宁\n  address: 沈阳市\n",
		    "16:14 input organisation.id_number: ",
		    "91210100MA0ABCDE6Y" },
	};
	struct cao_buf text = { 0 }, told = { 0 };
	struct cao_application app = { 0 };
	struct cao_faults faults = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		compose(cases[i].part, cases[i].with, &text);
		read_text(cao_buf_text(&text), TODAY, &app, &faults);
		tell(&faults, &told);
		assert_int_equal(faults.count, 1);
		assert_memory_equal(cao_buf_text(&told), cases[i].place,
		    strlen(cases[i].place));
		assert_null(strstr(cao_buf_text(&told), cases[i].number));
		cao_buf_free(&text);
		cao_buf_free(&told);
		cao_faults_free(&faults);
		cao_schema_free(&cao_application_schema, &app);
	}
}

/* A number that is taken with doubt: a note, told once for the user and not
 * again for the handler who is like the user. */
static void
test_note(void **state)
{
	struct cao_application app = { 0 };
	struct cao_faults faults = { 0 };
	struct cao_buf text = { 0 };

	(void)state;
	compose(USER, USER_OF("411702700422319", ""), &text);
	read_text(cao_buf_text(&text), TODAY, &app, &faults);
	assert_int_equal(faults.count, 1);
	assert_int_equal(faults.list->status, CAO_OK);
	assert_int_equal(cao_faults_status(&faults), CAO_OK);
	assert_int_equal(faults.list->line, 9);
	assert_string_equal(faults.list->field, "user.id_number");
	cao_buf_free(&text);
	cao_faults_free(&faults);
	cao_schema_free(&cao_application_schema, &app);
}

static void
test_normal_form(void **state)
{
	struct cao_application app = { 0 };
	struct cao_faults faults = { 0 };
	struct cao_buf text = { 0 };

	(void)state;
	compose(USER,
	    "user:\n  name: 林晓\n  id_type: resident-id\n"
	    "  id_number: \"210102 19900307 8881\"\n  country: CN\n"
	    "  province: 辽宁省\n  phone: \"+8613800000001\"\n",
	    &text);
	read_text(cao_buf_text(&text), TODAY, &app, &faults);
	assert_int_equal(faults.count, 0);
	assert_string_equal(app.user.id_number, "210102199003078881");
	assert_string_equal(app.user.province, "辽宁");
	assert_string_equal(app.user.phone, "13800000001");
	assert_null(app.handler.like);
	assert_string_equal(app.handler.name, "林晓");
	assert_string_equal(app.handler.id_type, "resident-id");
	assert_string_equal(app.handler.id_number, "210102199003078881");
	/* To check it again, without the document, changes nothing. */
	cao_application_check(&app, NULL, "app.yaml", day_of(TODAY), &faults);
	assert_int_equal(faults.count, 0);
	assert_string_equal(app.handler.name, "林晓");
	cao_buf_free(&text);
	cao_schema_free(&cao_application_schema, &app);
}

static void
content_of(enum part part, const char *with, struct cao_buf *ret_json,
    unsigned char ret_digest[CAO_DIGEST_SIZE])
{
	struct cao_application app = { 0 };
	struct cao_faults faults = { 0 };
	struct cao_buf text = { 0 };
	struct cao_error err;

	compose(part, with, &text);
	read_text(cao_buf_text(&text), TODAY, &app, &faults);
	assert_int_equal(faults.count, 0);
	assert_int_equal(
	    cao_application_content(&app, ret_json, ret_digest, &err), CAO_OK);
	cao_buf_free(&text);
	cao_schema_free(&cao_application_schema, &app);
}

/* However it is written the content is the same, and any change changes it. */
static void
test_content(void **state)
{
	static const struct {
		enum part part;
		const char *with;
		bool same;
	} cases[] = {
		{ TOP, TOP_OF("request: r-1\nbackup_pin: false\n"), true },
		{ TOP, TOP_OF("csr: |\n  a request\nsealed_pin: AAAA\n"),
		    true },
		{ HANDLER,
		    HANDLER_OF("  name: 林晓\n  id_type: resident-id\n"
			       "  id_number: 210102199003078881\n"),
		    true },
		{ USER,
		    "user: {phone: 008613800000001, province: \"21\", "
		    "country: CN, id_number: ２１０１０２１９９００３０７８８８１, "
		    "id_type: resident-id, name: 林晓}\n",
		    true },
		{ USER, USER_OF("210102199003078881", "  gender: female\n"),
		    false },
		{ TOP, TOP_OF("backup_pin: true\n"), false },
		{ AUTHORISATION,
		    "authorisation: {from: 2026-11-01, to: 2027-05-01}\n",
		    false },
	};
	unsigned char digest[CAO_DIGEST_SIZE], other[CAO_DIGEST_SIZE];
	struct cao_buf json = { 0 }, another = { 0 };
	size_t i;

	(void)state;
	content_of(PARTS, "", &json, digest);
	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		content_of(cases[i].part, cases[i].with, &another, other);
		assert_int_equal(
		    strcmp(cao_buf_text(&json), cao_buf_text(&another)) == 0,
		    cases[i].same);
		assert_int_equal(
		    memcmp(digest, other, sizeof digest) == 0, cases[i].same);
	}
	cao_buf_free(&json);
	cao_buf_free(&another);
}

/* The digest recognises applications in stores that exist: it stays. */
static void
test_content_is_stable(void **state)
{
	static const char expected[] =
	    "{\"service\":\"ln-gov-employee-mkey\",\"business\":\"new\","
	    "\"validity\":12,\"algorithm\":\"sm2\","
	    "\"consent\":{\"agreement\":\"2020-03-09\","
	    "\"privacy\":\"2020-03-09\"},\"backup_pin\":false,"
	    "\"user\":{\"name\":\"林晓\",\"id_type\":\"resident-id\","
	    "\"id_number\":\"210102199003078881\",\"country\":\"CN\","
	    "\"province\":\"辽宁\",\"phone\":\"13800000001\"},"
	    "\"organisation\":{\"name\":\"沈阳示例科技有限公司\","
	    "\"id_type\":\"uscc\",\"id_number\":\"91210100MA0ABCDE6X\","
	    "\"country\":\"CN\",\"province\":\"辽宁\","
	    "\"address\":\"沈阳市沈河区十三纬路1号\"},"
	    "\"handler\":{\"name\":\"林晓\",\"id_type\":\"resident-id\","
	    "\"id_number\":\"210102199003078881\","
	    "\"address\":\"辽宁省沈阳市沈河区\","
	    "\"phone\":\"13800000001\",\"email\":\"linxiao@example.cn\"},"
	    "\"authorisation\":{\"from\":\"2026-11-01\","
	    "\"to\":\"2027-04-30\"}}";
	unsigned char digest[CAO_DIGEST_SIZE], again[CAO_DIGEST_SIZE];
	struct cao_buf json = { 0 };

	(void)state;
	content_of(PARTS, "", &json, digest);
	assert_string_equal(cao_buf_text(&json), expected);
	cao_sha256(expected, sizeof expected - 1, again);
	assert_memory_equal(digest, again, sizeof digest);
	cao_buf_free(&json);
}

/* Lengths are those of the subject, in characters: X.520. */
static void
test_bounds(void **state)
{
	static const struct {
		enum part part;
		const char *before, *after;
		size_t max;
	} cases[] = {
		{ USER, "user:\n  name: ",
		    "\n  id_type: passport\n  id_number: E12345678\n"
		    "  country: CN\n  province: 辽宁\n"
		    "  phone: 13800000001\n",
		    64 },
		{ USER,
		    "user:\n  name: n\n  id_type: passport\n"
		    "  id_number: E12345678\n  country: CN\n"
		    "  province: 辽宁\n  phone: 13800000001\n  department: ",
		    "\n", 64 },
		{ ORGANISATION, "organisation:\n  name: ",
		    "\n  id_type: uscc\n  id_number: 91210100MA0ABCDE6X\n"
		    "  country: CN\n  province: 辽宁\n  address: a\n",
		    64 },
		{ ORGANISATION,
		    "organisation:\n  name: n\n  id_type: uscc\n"
		    "  id_number: 91210100MA0ABCDE6X\n  country: CN\n"
		    "  province: 辽宁\n  address: ",
		    "\n", 128 },
		{ HANDLER,
		    "handler:\n  like: user\n  phone: 13800000001\n"
		    "  email: a@example.cn\n  address: ",
		    "\n", 128 },
	};
	struct cao_buf with = { 0 }, text = { 0 };
	struct cao_application app = { 0 };
	struct cao_faults faults = { 0 };
	size_t i, n, length;

	(void)state;
	for (i = 0; i < 2 * (sizeof cases / sizeof *cases); i++) {
		length = cases[i / 2].max + i % 2;
		cao_buf_puts(&with, cases[i / 2].before);
		for (n = 0; n < length; n++)
			cao_buf_puts(&with, "长");
		cao_buf_puts(&with, cases[i / 2].after);
		compose(cases[i / 2].part, cao_buf_text(&with), &text);
		read_text(cao_buf_text(&text), TODAY, &app, &faults);
		assert_int_equal(faults.count, i % 2);
		cao_buf_free(&with);
		cao_buf_free(&text);
		cao_faults_free(&faults);
		cao_schema_free(&cao_application_schema, &app);
	}
}

/* Wherever the batch is cut off, it is read to its end without harm. */
static void
test_truncated(void **state)
{
	struct cao_application app = { 0 };
	struct cao_faults faults = { 0 };
	struct cao_buf text = { 0 };
	struct cao_yaml *yaml = NULL;
	struct cao_node *doc;
	struct cao_error err;
	size_t len;

	(void)state;
	assert_int_equal(cao_file_read(BATCH, FILE_MAX, &text, &err), CAO_OK);
	for (len = 0; len < text.len; len++) {
		assert_int_equal(cao_yaml_open_text("cut", cao_buf_text(&text),
				     len, &yaml, &err),
		    CAO_OK);
		do {
			doc = NULL;
			if (cao_yaml_next(yaml, &doc, &faults) == CAO_INPUT)
				continue;
			if (doc == NULL)
				break;
			cao_schema_fill(
			    &cao_application_schema, doc, "cut", &app, &faults);
			cao_application_check(
			    &app, doc, "cut", day_of(TODAY), &faults);
			cao_application_fits(
			    &app, &service, doc, "cut", &faults);
			cao_schema_free(&cao_application_schema, &app);
			cao_node_free(doc);
		} while (true);
		cao_faults_free(&faults);
		cao_yaml_close(yaml);
	}
	cao_buf_free(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_batch),
		cmocka_unit_test(test_faults),
		cmocka_unit_test(test_businesses),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_note),
		cmocka_unit_test(test_normal_form),
		cmocka_unit_test(test_content),
		cmocka_unit_test(test_content_is_stable),
		cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_truncated),
	};

	return cmocka_run_group_tests_name(
	    "application", tests, setup, teardown);
}
