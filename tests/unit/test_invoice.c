/* Invoices: what the tax system is asked for, and what refunds take back. */
#define _XOPEN_SOURCE 700 /* mkdtemp */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "codec/xml_write.h"
#include "flow/invoice.h"
#include "flow/wechat.h"
#include "store/shipped.h"

#define NUMBER "00202611220000001"
#define SERVICE "ln-gov-employee-mkey"

static char *
own(const char *text)
{
	return (char *)(uintptr_t)text;
}

static void
must(enum cao_status st, const struct cao_error *err)
{
	if (st != CAO_OK)
		fail_msg("%s", err->text);
}

/* ---- Without a store ---- */

static void
test_name(void **state)
{
	static const char *const bad[] = { "", "2026", "2026-", "2026-0000001",
		"2026-000000017", "02026-00000017", "2026-00000017 ",
		"2026 00000017", "-026-00000017", NUMBER };
	char name[CAO_INVOICE_SIZE];
	int64_t year = 0, number = 0;

	(void)state;
	cao_invoice_name(2026, 17, name);
	assert_string_equal(name, "2026-00000017");
	assert_true(cao_invoice_name_read(name, &year, &number));
	assert_int_equal(year, 2026);
	assert_int_equal(number, 17);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_false(cao_invoice_name_read(bad[i], &year, &number));
}

/* A text of so many letters. */
static const char *
letters(const char *first, size_t len, char *out)
{
	size_t lead = strlen(first);

	memcpy(out, first, lead);
	memset(out + lead, 'a', len - lead);
	out[len] = '\0';
	return out;
}

static void
test_answer(void **state)
{
	static const char url[] = "https://t/1";
	char text[1100];
	struct cao_error err;

	(void)state;
	must(cao_invoice_answer_check("a", "http://t", &err), &err);
	must(cao_invoice_answer_check(letters("", 40, text), url, &err), &err);
	assert_int_equal(
	    cao_invoice_answer_check(letters("", 41, text), url, &err),
	    CAO_INPUT);
	assert_int_equal(cao_invoice_answer_check("", url, &err), CAO_INPUT);
	must(
	    cao_invoice_answer_check("1", letters("http://", 1000, text), &err),
	    &err);
	assert_int_equal(
	    cao_invoice_answer_check("1", letters("http://", 1001, text), &err),
	    CAO_INPUT);
	assert_int_equal(
	    cao_invoice_answer_check("1", "http://", &err), CAO_INPUT);
	assert_int_equal(
	    cao_invoice_answer_check("1", "http://a\tb", &err), CAO_INPUT);
	assert_int_equal(
	    cao_invoice_answer_check("1", "file:///etc", &err), CAO_INPUT);
}

/* Whatever it is, it is text and no mark-up. */
static void
test_xml(void **state)
{
	static const char *const root[] = { "a", "<\"&'>", NULL };
	struct cao_xml_writer w;
	struct cao_buf out = { 0 };

	(void)state;
	cao_xml_put_start(&w, &out, "r", root);
	cao_xml_put(&w, "t", "b", "1\n\"", "<t> & ]]>\r\001\177'税");
	cao_xml_put(&w, "u", NULL, NULL,
	    "\xff\xe7\xa8|\xed\xa0\x80|\xef\xbf\xbf|\xef\xbf\xbe|\xef\xbf\xbd");
	cao_xml_put_open(&w, "v");
	cao_xml_put_close(&w, "v");
	cao_xml_put_close(&w, "r");
	assert_true(cao_buf_ok(&out));
	assert_string_equal(cao_buf_text(&out),
	    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
	    "<r a=\"&lt;&quot;&amp;'&gt;\">\n"
	    "  <t b=\"1&#10;&quot;\">&lt;t&gt; &amp; ]]&gt;&#13;\uFFFD\uFFFD"
	    "'税</t>\n"
	    "  <u>\uFFFD\uFFFD\uFFFD|\uFFFD\uFFFD\uFFFD|\uFFFD|\uFFFD|\uFFFD"
	    "</u>\n"
	    "  <v>\n  </v>\n</r>\n");
	cao_buf_free(&out);
}

/* ---- In a store ---- */

static char folder[] = "/tmp/caorder-test-XXXXXX", path[64];
static const struct cao_env env = { .now = 1795312800, .actor = "test" };
static struct cao_store *store;

static void
run(const char *sql)
{
	sqlite3 *handle = NULL;

	assert_int_equal(sqlite3_open(path, &handle), SQLITE_OK);
	if (sqlite3_exec(handle, sql, NULL, NULL, NULL) != SQLITE_OK)
		fail_msg("%s", sqlite3_errmsg(handle));
	sqlite3_close(handle);
}

/* An order that WeChat paid and that is fulfilled, and its invoice. */
static int
make(void **state)
{
	const struct cao_shipped *f = cao_shipped_files;
	struct cao_order o = { .id = 1, .fee_due = 24000 };
	unsigned char digest[CAO_DIGEST_SIZE];
	const struct cao_service *service;
	struct cao_error err;
	int64_t id;
	bool changed;

	(void)state;
	if (mkdtemp(folder) == NULL)
		return -1;
	(void)snprintf(path, sizeof path, "%s/orders.db", folder);
	must(cao_db_create(path, &err), &err);
	must(cao_store_open(folder, &store, &err), &err);
	while (strcmp(f->name, "services/" SERVICE ".yaml") != 0)
		f++;
	must(cao_db_begin(store->db, __func__, &err), &err);
	must(cao_store_put_service(store, &env, SERVICE, f->text,
		 strlen(f->text), &changed, &err),
	    &err);
	must(cao_db_commit(store->db, &err), &err);
	run("INSERT INTO orders(id, number, created) VALUES(1, '" NUMBER
	    "', 1);"
	    "INSERT INTO application(order_id, content, digest, service,"
	    "  fee_due, required, at, fees) VALUES(1, '{\"business\": \"new\"}',"
	    "  zeroblob(32), 1, 24000, '[]', 1, '[]');"
	    "INSERT INTO fulfilment(order_id, dossier, at)"
	    "  VALUES(1, zeroblob(32), 2);"
	    "INSERT INTO wechat_payment VALUES(1, 1, 'T', 'O', 24000, 'P', 1,"
	    "  'S', 1, 'N', x'', x'', 1);"
	    "INSERT INTO settlement(order_id, fen, at, wechat)"
	    "  VALUES(1, 24000, 1, 1);"
	    "INSERT INTO refund(order_id, wechat, number, fen, reason,"
	    "  evidence, at) VALUES(1, 1, 'R1', 10000, 'x', 1, 3),"
	    "  (1, 1, 'R2', 14000, 'x', 1, 3);");
	must(cao_store_service_named(
		 store, SERVICE, &service, &id, digest, &err),
	    &err);
	o.application.business = own("new");
	o.application.validity = 12;
	o.application.organisation.name = own("沈阳<示例>");
	o.application.organisation.id_number = own("91210100MA0ABCDE6X");
	must(cao_db_begin(store->db, __func__, &err), &err);
	must(cao_invoice_put(store, &env, &o, service, &err), &err);
	o.fee_due = 0;
	must(cao_invoice_put(store, &env, &o, service, &err), &err);
	must(cao_db_commit(store->db, &err), &err);
	return 0;
}

static int
drop(void **state)
{
	static const char *const files[] = { "-wal", "-shm", "" };
	char name[80];

	(void)state;
	cao_store_close(store);
	for (size_t i = 0; i < 3; i++) {
		(void)snprintf(name, sizeof name, "%s%s", path, files[i]);
		(void)unlink(name);
	}
	return rmdir(folder);
}

/* The amounts of that invoice and of its items. */
static void
expect(const char *name, const char *want)
{
	struct cao_invoice i = { .id = 0 };
	struct cao_error err;
	char text[256];
	size_t len;

	must(cao_invoice_load(store, name, &i, &err), &err);
	len = (size_t)snprintf(
	    text, sizeof text, "%s %lld:", i.name, (long long)i.fen);
	for (size_t n = 0; n < i.nitems; n++)
		len += (size_t)snprintf(text + len, sizeof text - len,
		    " %s %lld", i.items[n].item, (long long)i.items[n].fen);
	(void)snprintf(text + len, sizeof text - len, " of %s", i.of);
	assert_string_equal(text, want);
	cao_invoice_free(&i);
}

static void
expect_none(const char *name)
{
	struct cao_invoice i;
	struct cao_error err;

	assert_int_equal(cao_invoice_load(store, name, &i, &err), CAO_NOTFOUND);
}

static enum cao_status
says_yes(struct cao_store *s, const char *number,
    const struct cao_wechat_payment *p, struct cao_error *err)
{
	(void)s, (void)number, (void)p, (void)err;
	return CAO_OK;
}

static enum cao_status
says_so(struct cao_store *s, const struct cao_wechat_result *r,
    struct cao_error *err)
{
	(void)s, (void)r, (void)err;
	return CAO_OK;
}

static void
result(const char *number, int64_t fen, const char *status)
{
	static const struct cao_wechat_verifier yes = { says_yes, says_so };
	static unsigned char octet[] = "x";
	const struct cao_wechat_result r = { .number = number,
		.fen = fen,
		.status = status,
		.proof = { .serial = own("S"),
		    .nonce = own("N"),
		    .body = { .data = octet, .len = 1 },
		    .signature = { .data = octet, .len = 1 } } };
	struct cao_error err;
	bool new;

	must(cao_wechat_record_result(store, &env, &yes, &r, &new, &err), &err);
}

static void
test_made(void **state)
{
	(void)state;
	expect(NUMBER,
	    "2026-00000001 24000: certificate 20000 handling 4000 "
	    "of ");
	expect_none("2026-00000002");
}

/* A refund by WeChat is done when it says so, also if it said before that it
 * is closed; then once. */
static void
test_taken_back(void **state)
{
	(void)state;
	result("R1", 10000, "processing");
	expect_none("2026-00000002");
	result("R1", 10000, "success");
	expect("2026-00000002",
	    "2026-00000002 -10000: certificate -10000 of 2026-00000001");
	result("R1", 10000, "success");
	result("R2", 14000, "abnormal");
	expect_none("2026-00000003");
	result("R2", 14000, "success");
	expect("2026-00000003",
	    "2026-00000003 -14000: certificate -10000 handling -4000 of "
	    "2026-00000001");
	result("R2", 14000, "success");
	expect_none("2026-00000004");
	expect(NUMBER,
	    "2026-00000001 24000: certificate 20000 handling 4000 "
	    "of ");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_name),
		cmocka_unit_test(test_answer),
		cmocka_unit_test(test_xml),
		cmocka_unit_test(test_made),
		cmocka_unit_test(test_taken_back),
	};

	return cmocka_run_group_tests(tests, make, drop);
}
