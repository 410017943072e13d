/* Services: the shipped one, what is refused, fees, slots and their parts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/file.h"
#include "order/service.h"

#define SHIPPED "share/services/ln-gov-employee-mkey.yaml"
#define FILE_MAX (1024 * 1024)

static void
read_shipped(struct cao_buf *ret_text, struct cao_service *ret)
{
	struct cao_faults faults = { 0 };
	struct cao_error err;

	assert_int_equal(
	    cao_file_read(SHIPPED, FILE_MAX, ret_text, &err), CAO_OK);
	assert_int_equal(cao_service_read(SHIPPED, cao_buf_text(ret_text),
			     ret_text->len, ret, &faults),
	    CAO_OK);
	assert_int_equal(faults.count, 0);
}

static void
test_shipped(void **state)
{
	struct cao_service service = { 0 };
	struct cao_buf text = { 0 };
	const struct cao_slot *slots;
	struct cao_error err;
	struct cao_buf agreement = { 0 };
	size_t i, required = 0;

	(void)state;
	read_shipped(&text, &service);
	assert_string_equal(service.name, "ln-gov-employee-mkey");
	assert_string_equal(
	    service.title.zh, "辽宁政采-机构员工移动KEY申请入口");
	assert_true(cao_list_has(&service.validities, "60"));
	assert_false(cao_list_has(&service.validities, "13"));
	assert_int_equal(service.algorithms.count, 4);
	assert_int_equal(service.person_ids.count, 8);
	assert_int_equal(service.organisation_ids.count, 13);
	assert_int_equal(service.slots.count, 8);
	assert_int_equal(
	    cao_service_paper(&service, "new"), CAO_PAPER_UNLESS_COMPANY);
	assert_int_equal(
	    cao_service_paper(&service, "change"), CAO_PAPER_UNNEEDED);
	slots = service.slots.items;
	for (i = 0; i < service.slots.count; i++) {
		required += slots[i].required;
		assert_int_equal(slots[i].required, !slots[i].repeat);
		assert_int_equal(slots[i].formats.count, 4);
		assert_int_equal(slots[i].min_size, 1024);
		assert_int_equal(slots[i].max_size, 20 * 1024 * 1024);
		assert_int_equal(slots[i].min_pixels, 300);
	}
	assert_int_equal(required, 6);
	assert_int_equal(cao_file_read("share/agreements/"
				       "service-agreement-2020-03-09.txt",
			     FILE_MAX, &agreement, &err),
	    CAO_OK);
	assert_string_equal(
	    service.agreement.file, "service-agreement-2020-03-09.txt");
	assert_string_equal(
	    service.privacy.file, "privacy-policy-2020-03-09.txt");
	assert_string_equal(service.profile.ocsp, "http://ocsp.example.cn/");
	cao_buf_free(&agreement);
	cao_buf_free(&text);
	cao_schema_free(&cao_service_schema, &service);
}

/* What is written of a service reads back to the same. */
static void
test_round_trip(void **state)
{
	struct cao_service service = { 0 }, again = { 0 };
	struct cao_buf text = { 0 }, yaml = { 0 }, a = { 0 }, b = { 0 };
	struct cao_faults faults = { 0 };

	(void)state;
	read_shipped(&text, &service);
	cao_schema_yaml(&cao_service_schema, &service, &yaml);
	assert_int_equal(cao_service_read("again", cao_buf_text(&yaml),
			     yaml.len, &again, &faults),
	    CAO_OK);
	cao_schema_json(&cao_service_schema, &service, &a);
	cao_schema_json(&cao_service_schema, &again, &b);
	assert_string_equal(cao_buf_text(&a), cao_buf_text(&b));
	cao_buf_free(&text);
	cao_buf_free(&yaml);
	cao_buf_free(&a);
	cao_buf_free(&b);
	cao_schema_free(&cao_service_schema, &service);
	cao_schema_free(&cao_service_schema, &again);
}

static void
test_fee(void **state)
{
	static const struct {
		const char *business;
		int64_t months, fen;
	} cases[] = {
		{ "new", 12, 24000 },
		{ "new", 24, 44000 },
		{ "new", 60, 104000 },
		{ "new", 6, 24000 },
		{ "new", 13, 44000 },
		{ "renew", 12, 20000 },
		{ "renew", 36, 60000 },
		{ "reissue", 12, 0 },
		{ "change", 12, 0 },
		{ "unlock", 12, 0 },
		{ "revoke", 12, 0 },
	};
	struct cao_service service = { 0 };
	struct cao_buf text = { 0 };
	size_t i;

	(void)state;
	read_shipped(&text, &service);
	for (i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_int_equal(cao_service_fee(&service, cases[i].business,
				     cases[i].months),
		    cases[i].fen);
	cao_buf_free(&text);
	cao_schema_free(&cao_service_schema, &service);
}

static void
test_slots(void **state)
{
	static const struct {
		const char *name, *id; /* id NULL: none */
		unsigned part;
	} cases[] = {
		{ "seal-form", "seal-form", 1 },
		{ "seal-form-extra", "seal-form-extra", 1 },
		{ "seal-form-extra-2", "seal-form-extra", 2 },
		{ "seal-form-extra-50", "seal-form-extra", 50 },
		{ "seal-form-extra-51", NULL, 0 },
		{ "seal-form-extra-1", NULL, 0 },
		{ "seal-form-extra-0", NULL, 0 },
		{ "seal-form-extra-02", NULL, 0 },
		{ "seal-form-extra-2x", NULL, 0 },
		{ "seal-form-extra-2-2", NULL, 0 },
		{ "seal-form-extra2", NULL, 0 },
		{ "seal-form-extra-", NULL, 0 },
		{ "seal-form-2", NULL, 0 }, /* does not repeat */
		{ "seal", NULL, 0 },
		{ "2", NULL, 0 },
		{ "-2", NULL, 0 },
		{ "", NULL, 0 },
		{ "a-name-that-is-longer-than-any-slot-may-be-in-a-service",
		    NULL, 0 },
	};
	struct cao_service service = { 0 };
	struct cao_buf text = { 0 };
	const struct cao_slot *slot;
	char joined[CAO_SLOT_SIZE];
	unsigned part;
	size_t i;
	bool found;

	(void)state;
	read_shipped(&text, &service);
	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		found = cao_slot_split(&service, cases[i].name, &slot, &part);
		assert_int_equal(found, cases[i].id != NULL);
		if (!found)
			continue;
		assert_string_equal(slot->id, cases[i].id);
		assert_int_equal(part, cases[i].part);
		cao_slot_join(slot->id, part, joined);
		assert_string_equal(joined, cases[i].name);
		assert_true(cao_slot_applies(slot, "change"));
	}
	assert_null(cao_service_slot(&service, "seal-form-extra-2"));
	cao_buf_free(&text);
	cao_schema_free(&cao_service_schema, &service);
}

/* The least that is a service, with a mark where each case puts its own. */
#define HEAD                                         \
	"name: s\n"                                  \
	"title: {zh: z, en: e}\n"                    \
	"provider: p\n"                              \
	"agreement: {version: \"1\", file: a.txt}\n" \
	"privacy: {version: \"1\", file: p.txt}\n"
#define OFFERS                        \
	"businesses: [new, revoke]\n" \
	"validities: [12]\n"          \
	"algorithms: [sm2]\n"
#define SLOT "  - {id: a, label: {zh: z, en: e}, min_size: 1, max_size: 9}\n"
#define FEE "  - {id: a, title: {zh: z, en: e}, amount: \"1.00\", per: year}\n"

static void
test_least(void **state)
{
	static const char text[] =
	    HEAD OFFERS "slots:\n"
			"  - {id: a, label: {zh: z, en: e}, max_size: 9, "
			"business: [revoke]}\n";
	struct cao_service service = { 0 };
	struct cao_faults faults = { 0 };
	const struct cao_slot *slot;

	(void)state;
	assert_int_equal(cao_service_read("s.yaml", text, sizeof text - 1,
			     &service, &faults),
	    CAO_OK);
	assert_int_equal(cao_service_fee(&service, "new", 12), 0);
	slot = cao_service_slot(&service, "a");
	assert_non_null(slot);
	assert_true(cao_slot_applies(slot, "revoke"));
	assert_false(cao_slot_applies(slot, "new"));
	assert_true(cao_list_has(&service.person_ids, "passport"));
	cao_schema_free(&cao_service_schema, &service);
}

static void
check_refused(const char *text, const char *expected)
{
	struct cao_service service = { .name = (char *)1 };
	struct cao_faults faults = { 0 };
	struct cao_buf told = { 0 };
	size_t i;

	assert_int_equal(
	    cao_service_read("s.yaml", text, strlen(text), &service, &faults),
	    CAO_INPUT);
	for (i = 0; i < faults.count; i++) {
		assert_string_equal(faults.list[i].file, "s.yaml");
		cao_buf_printf(&told, "%s%u:%u %s: %s", i > 0 ? "\n" : "",
		    faults.list[i].line, faults.list[i].column,
		    faults.list[i].field, faults.list[i].text);
	}
	assert_string_equal(cao_buf_text(&told), expected);
	assert_ptr_equal(service.name, (char *)1);
	cao_buf_free(&told);
	cao_faults_free(&faults);
}

static void
test_refused(void **state)
{
	static const char *const cases[][2] = {
		{ "", "0:0 : there is no service in it" },
		{ HEAD OFFERS "---\nname: t\n",
		    "10:1 : a second document; a file holds one service" },
		{ HEAD "businesses: [new, revoke, new]\n"
		       "validities: [12, 24, 12, 12]\n"
		       "algorithms: [sm2, p256, p256]\n"
		       "person_ids: [passport, passport]\n"
		       "organisation_ids: [uscc, uscc]\n",
		    "6:27 businesses[3]: listed twice, first in line 6\n"
		    "7:22 validities[3]: listed twice, first in line 7\n"
		    "7:26 validities[4]: listed twice, first in line 7\n"
		    "8:25 algorithms[3]: listed twice, first in line 8\n"
		    "9:24 person_ids[2]: listed twice, first in line 9\n"
		    "10:26 organisation_ids[2]: listed twice, first in "
		    "line 10" },
		{ HEAD OFFERS "slots:\n" SLOT SLOT "fees:\n" FEE FEE,
		    "11:10 slots[2].id: listed twice, first in line 10\n"
		    "14:10 fees[2].id: listed twice, first in line 13" },
		{ HEAD "businesses: []\nvalidities: []\nalgorithms: []\n",
		    "6:13 businesses: empty; required\n"
		    "7:13 validities: empty; required\n"
		    "8:13 algorithms: empty; required" },
		{ HEAD "businesses: [news]\nvalidities: [012, 0, 1y, 121]\n"
		       "algorithms: [rsa1024]\n",
		    "6:14 businesses[1]: 'news' is not one of new, renew, "
		    "reissue, change, unlock, revoke, hold, release, recover; "
		    "did you mean 'new'\n"
		    "7:14 validities[1]: not a whole number of months from 1 "
		    "to 120\n"
		    "7:19 validities[2]: not a whole number of months from 1 "
		    "to 120\n"
		    "7:22 validities[3]: not a whole number of months from 1 "
		    "to 120\n"
		    "7:26 validities[4]: not a whole number of months from 1 "
		    "to 120\n"
		    "8:14 algorithms[1]: 'rsa1024' is not one of sm2, p256, "
		    "rsa2048, rsa3072" },
		{ HEAD OFFERS
		    "slots:\n"
		    "  - {id: a-2, label: {zh: z, en: e}, max_size: 9}\n"
		    "  - {id: -a, label: {zh: z, en: e}, max_size: 9}\n"
		    "  - {id: a--b, label: {zh: z, en: e}, max_size: 9}\n"
		    "  - {id: A, label: {zh: z, en: e}, max_size: 9}\n",
		    "10:10 slots[1].id: not only of a-z and single hyphens "
		    "between them\n"
		    "11:10 slots[2].id: not only of a-z and single hyphens "
		    "between them\n"
		    "12:10 slots[3].id: not only of a-z and single hyphens "
		    "between them\n"
		    "13:10 slots[4].id: not only of a-z and single hyphens "
		    "between them" },
		{ HEAD OFFERS "slots:\n" SLOT
			      "  - {id: b, label: {zh: z, en: e}, "
			      "min_size: 10, max_size: 9}\n",
		    "11:46 slots[2].min_size: 10 is above max_size, which is "
		    "9" },
		{ HEAD OFFERS "fees:\n"
			      "  - {id: a, title: {zh: z, en: e}, "
			      "amount: \"-1.00\", per: month}\n",
		    "10:44 fees[1].amount: -1.00 is outside 0.00 to "
		    "1000000.00\n"
		    "10:58 fees[1].per: 'month' is not one of year, order" },
		{ "name: S s\ntitle: {zh: z, en: e}\nprovider: p\n"
		  "agreement: {version: \"1\", file: ../a.txt}\n"
		  "privacy: {version: \"1\", file: .p}\n" OFFERS "profile:\n"
		  "  policy: 1.40.3\n"
		  "  cps: ftp://x\n"
		  "  crl: http://\n"
		  "  ocsp: \"http://a b\"\n"
		  "  issuer: http://例.cn/\n",
		    "1:7 name: not only of a-z, 0-9 and single hyphens "
		    "between them\n"
		    "4:33 agreement.file: not a plain file name: A-Z, a-z, "
		    "0-9, '.', '_' and '-', no folder, not beginning with "
		    "'.' or '-'\n"
		    "5:31 privacy.file: not a plain file name: A-Z, a-z, "
		    "0-9, '.', '_' and '-', no folder, not beginning with "
		    "'.' or '-'\n"
		    "10:11 profile.policy: X.660 section 7.6: not an object "
		    "identifier such as 1.3.6.1.4.1.99999.1\n"
		    "11:8 profile.cps: RFC 3986: not a URI that begins with "
		    "http:// or https://, in ASCII without blanks\n"
		    "12:8 profile.crl: RFC 3986: not a URI that begins with "
		    "http:// or https://, in ASCII without blanks\n"
		    "13:9 profile.ocsp: RFC 3986: not a URI that begins with "
		    "http:// or https://, in ASCII without blanks\n"
		    "14:11 profile.issuer: RFC 3986: not a URI that begins "
		    "with http:// or https://, in ASCII without blanks" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof *cases; i++)
		check_refused(cases[i][0], cases[i][1]);
}

static void
test_policies(void **state)
{
	static const struct {
		const char *policy;
		enum cao_status status;
	} cases[] = {
		{ "1.3.6.1.4.1.18760.13.10", CAO_OK },
		{ "2.16.840.1.113733", CAO_OK },
		{ "2.999", CAO_OK },
		{ "0.39", CAO_OK },
		{ "0.40", CAO_INPUT },
		{ "3.1", CAO_INPUT },
		{ "1", CAO_INPUT },
		{ "1.", CAO_INPUT },
		{ "1.2.", CAO_INPUT },
		{ "1..2", CAO_INPUT },
		{ "1.2.03", CAO_INPUT },
		{ "1.2.0", CAO_OK },
		{ "1.2.x", CAO_INPUT },
		{ ".1.2", CAO_INPUT },
	};
	struct cao_service service = { 0 };
	struct cao_faults faults = { 0 };
	char text[512];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		(void)snprintf(text, sizeof text,
		    HEAD OFFERS "profile: {policy: \"%s\"}\n", cases[i].policy);
		assert_int_equal(cao_service_read("s", text, strlen(text),
				     &service, &faults),
		    cases[i].status);
		cao_schema_free(&cao_service_schema, &service);
		cao_faults_free(&faults);
	}
}

/* Cut off anywhere, the shipped service is refused or a service; nothing
 * crashes or leaks. */
static void
test_truncated(void **state)
{
	struct cao_service service = { 0 };
	struct cao_faults faults = { 0 };
	struct cao_buf text = { 0 };
	size_t len, good = 0;
	enum cao_status status;

	(void)state;
	read_shipped(&text, &service);
	cao_schema_free(&cao_service_schema, &service);
	for (len = 0; len < text.len; len++) {
		status = cao_service_read(
		    "cut", cao_buf_text(&text), len, &service, &faults);
		assert_int_equal(status, cao_faults_status(&faults));
		assert_true(status == CAO_OK || status == CAO_INPUT);
		good += status == CAO_OK;
		if (status == CAO_OK)
			cao_schema_free(&cao_service_schema, &service);
		cao_faults_free(&faults);
	}
	/* Only behind the last required key, in the optional profile. */
	assert_true(good > 0 && good < 500);
	cao_buf_free(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shipped),
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_fee),
		cmocka_unit_test(test_slots),
		cmocka_unit_test(test_least),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_policies),
		cmocka_unit_test(test_truncated),
	};

	return cmocka_run_group_tests_name("service", tests, NULL, NULL);
}
