/* Random sequences of declarations, imports in any order and repetition,
 * splits, assignments, refunds, payments by WeChat, amendments and ends of
 * orders: what they leave balances, settles each reference once, and has no
 * order both paid and to be paid back.
 *
 *	test_ledger [SEED [COUNT]]
 */
#define _XOPEN_SOURCE 700 /* nftw */

#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "base/file.h"
#include "flow/container.h"
#include "flow/operator.h"
#include "flow/reconcile.h"
#include "flow/wechat.h"

#define NOW 1795312800
#define ORDERS 12
#define LINES 400
#define ROUNDS 4
#define KEY_ID "PUB_KEY_ID_1"

static char folder[64];
static struct cao_env env = { .now = NOW, .actor = "test" };
static struct cao_store *store;
static struct cao_container *keys;
static struct cao_operator *carol, *alice;
static struct cao_key *wechat; /* WeChat Pay's */
static sqlite3 *look;          /* past the library */
static unsigned seed = 1, steps = 250;
static struct cao_error err;

static const char *const names[] = { "沈阳示例科技有限公司",
	"上海样本信息有限公司" };
static const char *const accounts[] = { "7443900182600096874",
	"6222020200112233445" };
static const char *const amounts[] = { "240.00", "440.00", "120.00", "480.00",
	"100.00", "250.00" };

/* What was declared last, as often as not to come. */
static struct {
	unsigned payer, amount, day;
} last;

/* The orders, and the lines that banks have seen. */
static char orders[ORDERS][CAO_NUMBER_SIZE];
static struct {
	char text[256], reference[16];
} lines[LINES];
static unsigned norders, nlines, round_;

static unsigned
any(unsigned below)
{
	seed = seed * 1664525u + 1013904223u;
	return (seed >> 10) % below;
}

/* The first integer of what a statement gives; NULL is -1. */
static int64_t
number_of(const char *sql)
{
	sqlite3_stmt *s = NULL;
	int64_t value = -1;

	if (sqlite3_prepare_v2(look, sql, -1, &s, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sql, sqlite3_errmsg(look));
	if (sqlite3_step(s) == SQLITE_ROW &&
	    sqlite3_column_type(s, 0) != SQLITE_NULL)
		value = sqlite3_column_int64(s, 0);
	sqlite3_finalize(s);
	return value;
}

static void
must(enum cao_status st)
{
	if (st != CAO_OK)
		fail_msg("%s", err.text);
}

/* A refusal is an answer; what is out of order is not. */
static bool
refused(enum cao_status st)
{
	if (st != CAO_OK && st != CAO_INPUT && st != CAO_NOTREADY &&
	    st != CAO_DENIED && st != CAO_NOTFOUND)
		fail_msg("status %d: %s", (int)st, err.text);
	return st != CAO_OK;
}

static int
drop(const char *path, const struct stat *status, int type, struct FTW *where)
{
	(void)status;
	(void)type;
	(void)where;
	return remove(path);
}

static const char *
below(const char *name)
{
	static char path[256];

	(void)snprintf(path, sizeof path, "%s/%s", folder, name);
	return path;
}

static struct cao_operator *
make_operator(const char *name, const char *roles, const struct cao_secret *pin)
{
	struct cao_operator *op = NULL;
	bool changed;

	must(cao_operator_add(
	    store, &env, name, roles, "p256", keys, pin, &changed, &err));
	must(cao_operator_open(store, name, keys, &op, &err));
	return op;
}

/* A merchant, and a key of WeChat Pay that the CA certified. */
static void
make_merchant(const struct cao_secret *pin)
{
	static const char merchant[] = "wechat: {mchid: \"19\", appid: wx}\n";
	const unsigned char *spki;
	struct cao_buf pem = { 0 };
	bool changed;
	size_t len;

	must(cao_file_write(
	    below("store/config.yaml"), merchant, sizeof merchant - 1, &err));
	must(cao_key_generate(CAO_RSA2048, &wechat, &err));
	spki = cao_key_spki(wechat, &len);
	cao_pem_put(&pem, "PUBLIC KEY", spki, len);
	must(cao_wechat_key_add(store, &env, "key", cao_buf_text(&pem), pem.len,
	    KEY_ID, pin, &changed, &err));
	cao_buf_free(&pem);
}

static int
make_store(void **state)
{
	struct cao_secret *pin = cao_secret_new("Secret-2026", 11);

	(void)state;
	(void)snprintf(folder, sizeof folder, "%s/caorder-test-XXXXXX",
	    access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
	if (mkdtemp(folder) == NULL)
		return -1;
	must(cao_store_init(below("store"), "CA", pin, &env, &err));
	must(cao_store_open(below("store"), &store, &err));
	make_merchant(pin);
	must(cao_container_open(below("keys"), pin, &keys, &err));
	carol = make_operator("carol", "cashier", pin);
	cao_operator_close(carol); /* the register was read anew behind it */
	alice = make_operator("alice", "accept", pin);
	must(cao_operator_open(store, "carol", keys, &carol, &err));
	cao_secret_free(pin);
	return sqlite3_open(below("store/orders.db"), &look);
}

static int
drop_store(void **state)
{
	(void)state;
	sqlite3_close(look);
	cao_operator_close(carol);
	cao_operator_close(alice);
	cao_key_free(wechat);
	cao_container_close(keys);
	cao_store_close(store);
	return nftw(folder, drop, 16, FTW_DEPTH | FTW_PHYS);
}

/* An application of that request, or another one in its place. */
static bool
apply(unsigned request, unsigned name, int months, bool amend,
    char ret[CAO_NUMBER_SIZE])
{
	const struct cao_apply how = { .keystore = keys, .amend = amend };
	struct cao_result read = { .changed = false }, r = { .changed = false };
	struct cao_application *a = NULL;
	struct cao_reader *reader;
	FILE *f = tmpfile();
	bool taken;

	assert_non_null(f);
	fprintf(f,
	    "request: r%u-%u\nservice: ln-gov-employee-mkey\n"
	    "business: new\nvalidity: %d\nalgorithm: p256\n"
	    "consent: {agreement: \"2020-03-09\", privacy: \"2020-03-09\"}\n"
	    "user: {name: 林晓, id_type: resident-id, "
	    "id_number: \"210102199003078881\", country: CN, "
	    "province: 辽宁, phone: \"13800000001\"}\n"
	    "organisation: {name: %s, id_type: uscc, "
	    "id_number: 91210100MA0ABCDE6X, country: CN, "
	    "province: 辽宁, address: 沈阳市沈河区十三纬路1号}\n"
	    "handler: {like: user, address: 沈阳市沈河区十三纬路1号, "
	    "phone: \"13800000001\", email: linxiao@example.cn}\n"
	    "authorisation: {from: 2026-11-01, to: 2027-04-30}\n",
	    round_, request, months, names[name]);
	rewind(f);
	must(cao_reader_open("a", fileno(f), store, &reader, &err));
	must(cao_reader_next(reader, &env, &a, &read));
	must(cao_apply(store, &env, &how, &a, 1, &r, &err));
	taken = cao_result_status(&r) == CAO_OK;
	if (taken)
		memcpy(ret, r.number, sizeof r.number);
	cao_faults_free(&read.faults);
	cao_faults_free(&r.faults);
	cao_application_free(a);
	cao_reader_close(reader);
	(void)fclose(f);
	return taken;
}

static const char *
some_order(void)
{
	return orders[any(norders)];
}

static int64_t
some_fen(void)
{
	static const int64_t fen[] = { 24000, 44000, 12000, 4000, 1000, 1 };

	return fen[any(6)];
}

static void
declare(void)
{
	struct cao_result r = { .changed = false };
	struct cao_transfers *t = NULL;
	char day[CAO_DATE_SIZE];

	last.payer = any(4) == 0;
	last.amount = any(6);
	last.day = 20775 + any(4);
	cao_date_format(last.day, day);
	must(cao_transfers_one(accounts[last.payer], names[last.payer],
	    amounts[last.amount], day, &env, &t, &err));
	memcpy(r.number, some_order(), sizeof r.number);
	must(cao_pay_declare(store, &env, t, &r, 1, &err));
	err.status = cao_result_status(&r);
	(void)refused(err.status);
	cao_faults_free(&r.faults);
	cao_transfers_free(t);
}

/* A line that banks have seen from now on. */
static void
transfer(void)
{
	bool as_last = any(2) == 0 && last.day != 0;
	unsigned payer = as_last ? last.payer : any(4) == 0;
	char day[CAO_DATE_SIZE], reference[sizeof lines->reference];

	if (nlines == LINES)
		return;
	cao_date_format(as_last ? last.day : 20776 + any(4), day);
	(void)snprintf(reference, sizeof reference, "B%u-%u", round_, nlines);
	memcpy(lines[nlines].reference, reference, sizeof reference);
	(void)snprintf(lines[nlines].text, sizeof lines[nlines].text,
	    "%s,%s,%s,%s,%s,%s %s\n", day, accounts[payer], names[payer],
	    amounts[as_last ? last.amount : any(6)], reference,
	    any(3) == 0 ? some_order() : "", any(6) == 0 ? some_order() : "");
	nlines++;
}

static void
no_row(void *arg, const struct cao_statement_line *l)
{
	int *bad = arg;

	*bad += l->match == CAO_MATCH_BAD;
}

static void
reconcile(const char *text)
{
	struct cao_result *paid = NULL;
	size_t count;
	int bad = 0;

	must(cao_pay_reconcile(store, &env, "s", text,
	    text != NULL ? strlen(text) : 0, carol, no_row, &bad, &paid, &count,
	    &err));
	assert_int_equal(bad, 0);
	for (size_t i = 0; i < count; i++)
		cao_faults_free(&paid[i].faults);
	cao_free(paid);
}

/* Any of the lines, in any order and as often as it falls. */
static void
import(void)
{
	struct cao_buf s = { 0 };

	cao_buf_puts(
	    &s, "交易日期,对方账号,对方户名,贷方发生额,交易流水号,附言\n");
	for (unsigned n = any(12); n > 0 && nlines > 0; n--)
		cao_buf_puts(&s, lines[any(nlines)].text);
	assert_true(cao_buf_ok(&s));
	reconcile(cao_buf_text(&s));
	cao_buf_free(&s);
}

static void
waiting(void)
{
	reconcile(NULL);
}

/* What is done twice is done once. */
static int64_t
journal(void)
{
	return number_of("SELECT max(seq) FROM journal");
}

static void
assign(void)
{
	const char *reference = nlines > 0 ? lines[any(nlines)].reference : "";
	const char *reason = any(4) > 0 ? "agreed" : NULL;
	struct cao_piece pieces[3];
	struct cao_result r[3] = { { .changed = false } };
	size_t count = any(2) == 0 ? 1 : 1 + any(3), twice = 1 + any(2);
	int64_t before = 0;

	for (size_t i = 0; i < count; i++) {
		memcpy(pieces[i].number, some_order(), CAO_NUMBER_SIZE);
		pieces[i].fen = count == 1 && any(4) > 0 ? 0 : some_fen();
	}
	for (size_t i = 0; i < twice; i++) {
		enum cao_status st = cao_pay_assign(store, &env, carol,
		    reference, reason, pieces, count, r, &err);

		for (size_t j = 0; j < count; j++) {
			cao_faults_free(&r[j].faults);
			r[j] = (struct cao_result){ .changed = false };
		}
		if (refused(st))
			return;
		if (i > 0)
			assert_int_equal(journal(), before);
		before = journal();
	}
}

static void
refund(void)
{
	size_t twice = 1 + any(2);
	char sql[128], reason[16];
	int64_t fen = some_fen(), before = 0;
	bool line = any(4) == 0 && nlines > 0;
	const char *number = some_order();

	(void)snprintf(reason, sizeof reason, "R%u", any(1000));
	(void)snprintf(sql, sizeof sql,
	    "SELECT excess FROM orders WHERE number = '%s'", number);
	if (!line && any(2) == 0)
		fen = number_of(sql);
	for (size_t i = 0; i < twice; i++) {
		struct cao_result r = { .changed = false };
		enum cao_status st;

		memcpy(
		    r.number, line ? "" : number, line ? 1 : sizeof r.number);
		st = line
		    ? cao_pay_refund_line(store, &env, carol,
			  lines[any(nlines)].reference, reason, &r, &err)
		    : cao_pay_refund(store, &env, carol, fen, reason, &r, &err);
		cao_faults_free(&r.faults);
		if (refused(st) || line)
			return;
		if (i > 0)
			assert_int_equal(journal(), before);
		before = journal();
	}
}

static void
amend(void)
{
	unsigned i = any(norders);
	char number[CAO_NUMBER_SIZE];

	if (apply(i, any(3) == 0, any(2) == 0 ? 12 : 24, true, number))
		assert_string_equal(number, orders[i]);
}

/* A person gives an order up, or refuses it. */
static void
end(void)
{
	struct cao_result r = { .changed = false };

	if (any(16) != 0)
		return;
	memcpy(r.number, some_order(), sizeof r.number);
	must(cao_review(store, &env, alice,
	    any(2) == 0 ? CAO_CANCEL : CAO_REFUSE, "given up", &r, 1, &err));
	(void)refused(cao_result_status(&r));
	cao_faults_free(&r.faults);
}

/* What WeChat Pay says, signed as it does; the proof is good until the next. */
static const struct cao_wechat_proof *
said(const char *json)
{
	static char id[] = KEY_ID, nonce[] = "n";
	static struct cao_wechat_proof p = { .serial = id, .nonce = nonce };
	struct cao_buf text = { 0 };

	p.timestamp = env.now;
	cao_buf_clear(&p.body);
	cao_buf_clear(&p.signature);
	cao_buf_puts(&p.body, json);
	cao_buf_printf(
	    &text, "%lld\n%s\n%s\n", (long long)env.now, nonce, json);
	must(cao_key_sign(wechat, text.data, text.len, &p.signature, &err));
	cao_buf_free(&text);
	return &p;
}

/* A payment, perhaps one that came before, perhaps put to another order. */
static void
notice(void)
{
	char id[32], trade[CAO_WECHAT_ID_SIZE], payer[] = "oU", json[512];
	unsigned which = any(20), order = which % norders;
	struct cao_wechat_payment p = { .transaction_id = id,
		.out_trade_no = trade,
		.payer = payer,
		.fen = 24000,
		.success_at = NOW };
	bool fresh, other = any(8) == 0;
	enum cao_status st;

	(void)snprintf(id, sizeof id, "T%u-%u", round_, which);
	cao_wechat_trade_no(orders[order], which / norders + 1, trade);
	(void)snprintf(json, sizeof json,
	    "{\"mchid\":\"19\",\"appid\":\"wx\",\"out_trade_no\":\"%s\","
	    "\"transaction_id\":\"%s\",\"trade_state\":\"SUCCESS\","
	    "\"success_time\":\"2026-11-22T10:00:00+08:00\","
	    "\"payer\":{\"openid\":\"oU\"},"
	    "\"amount\":{\"total\":24000,\"currency\":\"CNY\"}}",
	    trade, id);
	p.proof = *said(json);
	st = cao_wechat_record_payment(store, &env, &cao_wechat_verifier,
	    orders[other ? (order + 1) % norders : order], &p, &fresh, &err);
	if (other)
		assert_int_equal(st, CAO_INTEGRITY);
	else
		must(st);
}

/* What became of a refund that is being sent. */
static void
told(const char *number, int64_t fen)
{
	static const char *const status[][2] = { { "processing", "PROCESSING" },
		{ "success", "SUCCESS" }, { "closed", "CLOSED" },
		{ "abnormal", "ABNORMAL" } };
	unsigned which = any(4);
	struct cao_wechat_result r = {
		.number = number, .fen = fen, .status = status[which][0]
	};
	enum cao_status st;
	char json[512];
	bool fresh;

	(void)snprintf(json, sizeof json,
	    "{\"out_refund_no\":\"%s\",\"out_trade_no\":\"o\","
	    "\"transaction_id\":\"t\",\"status\":\"%s\",\"amount\":"
	    "{\"refund\":%lld,\"total\":24000,\"currency\":\"CNY\"}}",
	    number, status[which][1], (long long)fen);
	r.proof = *said(json);
	st = cao_wechat_record_result(
	    store, &env, &cao_wechat_verifier, &r, &fresh, &err);
	if (st != CAO_INTEGRITY) /* it has ended otherwise */
		must(st);
}

static void
result(void)
{
	sqlite3_stmt *s = NULL;
	char number[64] = "";
	int64_t fen = 0;

	assert_int_equal(sqlite3_prepare_v2(look,
			     "SELECT number, fen FROM refund "
			     "WHERE wechat IS NOT NULL ORDER BY random()",
			     -1, &s, NULL),
	    SQLITE_OK);
	if (sqlite3_step(s) == SQLITE_ROW) {
		(void)snprintf(number, sizeof number, "%s",
		    (const char *)sqlite3_column_text(s, 0));
		fen = sqlite3_column_int64(s, 1);
	}
	sqlite3_finalize(s);
	if (*number != '\0')
		told(number, fen);
}

static void
ignore(void *arg, const struct cao_statement_line *l)
{
	(void)arg, (void)l;
}

static void
list(void)
{
	must(cao_pay_unmatched(store, ignore, NULL, &err));
}

/* What must be so, reckoned from the tables and not from the views that the
 * product reckons with. */
static const char *const never[] = {
	"SELECT count(*) FROM ledger_astray",
	"SELECT abs(sum(fen)) FROM ledger",
	"SELECT count(*) FROM order_astray",
	/* a reference is settled once */
	"SELECT count(*) FROM bank_line b WHERE b.fen <"
	" (SELECT coalesce(sum(fen), 0) FROM settlement WHERE bank_line = b.id)"
	" + (SELECT coalesce(sum(fen), 0) FROM refund WHERE bank_line = b.id"
	"   AND order_id IS NULL)",
	"SELECT count(*) - count(DISTINCT reference) FROM bank_line",
	"SELECT count(*) FROM wechat_payment p WHERE p.fen <>"
	" (SELECT coalesce(sum(fen), 0) FROM settlement WHERE wechat = p.id)",
	"SELECT count(*) FROM (SELECT 1 FROM settlement GROUP BY order_id,"
	" bank_line, wechat HAVING count(*) > 1)",
	/* nothing goes back that did not come */
	"SELECT count(*) FROM (SELECT order_id o, bank_line b, wechat w, sum(fen)"
	" f FROM refund WHERE order_id IS NOT NULL AND id NOT IN (SELECT refund"
	" FROM refund_result WHERE status = 'closed') GROUP BY 1, 2, 3) WHERE f >"
	" (SELECT coalesce(sum(fen), 0) FROM settlement WHERE order_id = o AND"
	" bank_line IS b AND wechat IS w)",
	/* no order is both paid and to be paid back; what it owes stays */
	"SELECT count(*) FROM orders WHERE payment = 'paid' AND"
	" (coalesce(refused_at, cancelled_at) IS NOT NULL OR"
	"  paid - refunded < fee_due)",
	"SELECT count(*) FROM orders WHERE payment IN ('refundable', 'refunded')"
	" AND coalesce(refused_at, cancelled_at) IS NULL",
	"SELECT count(*) FROM orders WHERE excess > 0 AND"
	" excess <> paid - refunded - iif(coalesce(refused_at, cancelled_at) IS"
	" NULL, fee_due, 0)",
	"SELECT count(*) FROM orders WHERE refunded > paid",
};

static void
check(void)
{
	for (size_t i = 0; i < sizeof never / sizeof *never; i++)
		if (number_of(never[i]) > 0)
			fail_msg("%lld: %s", (long long)number_of(never[i]),
			    never[i]);
}

static void
bad_place(void *arg, const struct cao_error *e)
{
	(void)arg;
	if (e->status != CAO_OK)
		fail_msg("%s", e->text);
}

static void
test_sequences(void **state)
{
	static void (*const acts[])(void) = { declare, declare, transfer,
		transfer, import, import, waiting, assign, assign, refund,
		refund, amend, end, notice, result, list };

	(void)state;
	for (round_ = 0; round_ < ROUNDS; round_++) {
		unsigned from = seed;

		norders = nlines = 0;
		for (unsigned i = 0; i < ORDERS; i++, norders++)
			assert_true(apply(i, i % 4 == 3, 12, false, orders[i]));
		for (unsigned i = 0; i < steps; i++, env.now++) {
			acts[any(sizeof acts / sizeof *acts)]();
			if (i % 10 == 9)
				check();
		}
		print_message("from seed %u: %lld settled, %lld paid back, "
			      "%lld wait\n",
		    from,
		    (long long)number_of("SELECT count(*) FROM settlement"),
		    (long long)number_of("SELECT count(*) FROM refund"),
		    (long long)number_of("SELECT count(*) FROM waiting"));
	}
	check();
	/* Enough of everything has come about. */
	assert_true(number_of("SELECT count(*) FROM settlement") > 15 * ROUNDS);
	assert_true(number_of("SELECT count(*) FROM refund") > 5 * ROUNDS);
	assert_true(number_of("SELECT count(*) FROM refund_result") > ROUNDS);
	must(cao_store_verify(store, &env, bad_place, NULL, NULL, &err));
}

int
main(int argc, char *argv[])
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sequences),
	};

	if (argc > 1)
		seed = (unsigned)strtoul(argv[1], NULL, 10);
	if (argc > 2)
		steps = (unsigned)strtoul(argv[2], NULL, 10);
	return cmocka_run_group_tests(tests, make_store, drop_store);
}
