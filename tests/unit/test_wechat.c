/* WeChat Pay: the published examples, signatures, and what its JSON says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/file.h"
#include "base/text.h"
#include "codec/json.h"
#include "order/wechat_bill.h"
#include "pki/cert.h"
#include "pki/wechat.h"

#define DATA "tests/data/wechat/"
#define BODY_MAX 65536

static struct cao_error error;

static void
assert_ok(enum cao_status st)
{
	if (st != CAO_OK)
		fail_msg("%s", error.text);
}

static struct cao_octets
octets(const char *text)
{
	return (struct cao_octets){ (const unsigned char *)text, strlen(text) };
}

static struct cao_octets
window(const struct cao_buf *b)
{
	return (struct cao_octets){ b->data, b->len };
}

/* The platform's certificate of the published example. */
static struct cao_key *
platform_key(void)
{
	struct cao_buf pem = { 0 }, der = { 0 };
	struct cao_key *key = NULL;
	struct cao_cert cert;
	char serial[CAO_SERIAL_HEX];

	assert_ok(cao_file_read(DATA "platform.crt", BODY_MAX, &pem, &error));
	assert_ok(cao_pem_get("platform.crt", cao_buf_text(&pem), pem.len,
	    "CERTIFICATE", &der, NULL, &error));
	assert_ok(cao_cert_read_key(der.data, der.len, &cert, &key, &error));
	cao_cert_serial_hex(&cert, serial);
	assert_string_equal(serial, "D7CE59D1F522D701");
	cao_buf_free(&der);
	cao_buf_free(&pem);
	return key;
}

#define EXAMPLE_TIME INT64_C(1624523846)
#define EXAMPLE_NONCE "EcZ9Cmy4Xyx1i6RlJQzLcCyEqDa26NBz"

static void
test_published_signature(void **state)
{
	struct cao_key *key = platform_key();
	struct cao_buf body = { 0 }, text = { 0 }, sig = { 0 };
	struct cao_octets b, s;

	(void)state;
	assert_ok(cao_file_read(DATA "body.json", BODY_MAX, &body, &error));
	assert_ok(cao_file_read(DATA "sig.b64", BODY_MAX, &text, &error));
	assert_true(cao_base64_get(cao_buf_text(&text), text.len, &sig));
	b = window(&body);
	s = window(&sig);
	assert_ok(cao_wechat_verify(
	    key, EXAMPLE_TIME, EXAMPLE_NONCE, &b, &s, &error));
	assert_int_equal(cao_wechat_verify(key, EXAMPLE_TIME + 1, EXAMPLE_NONCE,
			     &b, &s, &error),
	    CAO_INTEGRITY);
	assert_int_equal(
	    cao_wechat_verify(key, EXAMPLE_TIME,
		"ecZ9Cmy4Xyx1i6RlJQzLcCyEqDa26NBz", &b, &s, &error),
	    CAO_INTEGRITY);
	for (size_t i = 0; i < body.len; i += 37) {
		body.data[i] ^= 1;
		assert_int_equal(cao_wechat_verify(key, EXAMPLE_TIME,
				     EXAMPLE_NONCE, &b, &s, &error),
		    CAO_INTEGRITY);
		body.data[i] ^= 1;
	}
	b.len--;
	assert_int_equal(
	    cao_wechat_verify(key, EXAMPLE_TIME, EXAMPLE_NONCE, &b, &s, &error),
	    CAO_INTEGRITY);
	cao_buf_free(&sig);
	cao_buf_free(&text);
	cao_buf_free(&body);
	cao_key_free(key);
}

static void
test_published_ciphertext(void **state)
{
	struct cao_octets key = octets("testAPIv3Key0000"),
			  nonce = octets("wCq51qZv4Yfg"),
			  aad = octets("Dl56FrqWQJF1t9LtC3vEUsniZKvbqdR8"), c;
	struct cao_buf sealed = { 0 }, clear = { 0 };
	const char text[] = "FsdXzxryWfKwvLJKf8LG/ToRPTRh8RN9wROC";

	(void)state;
	assert_true(cao_base64_get(text, strlen(text), &sealed));
	c = window(&sealed);
	assert_ok(cao_wechat_open(&key, &nonce, &aad, &c, &clear, &error));
	assert_string_equal(cao_buf_text(&clear), "Hello World");
	for (size_t i = 0; i < sealed.len; i++) {
		sealed.data[i] ^= 0x10;
		assert_int_equal(
		    cao_wechat_open(&key, &nonce, &aad, &c, &clear, &error),
		    CAO_INTEGRITY);
		sealed.data[i] ^= 0x10;
	}
	for (c.len = 0; c.len < sealed.len; c.len++)
		assert_int_equal(
		    cao_wechat_open(&key, &nonce, &aad, &c, &clear, &error),
		    CAO_INTEGRITY);
	aad.len--;
	assert_int_equal(
	    cao_wechat_open(&key, &nonce, &aad, &c, &clear, &error),
	    CAO_INTEGRITY);
	key.len--;
	assert_int_equal(
	    cao_wechat_open(&key, &nonce, &aad, &c, &clear, &error),
	    CAO_INTEGRITY);
	assert_string_equal(cao_buf_text(&clear), "Hello World");
	cao_buf_free(&clear);
	cao_buf_free(&sealed);
}

/* The member of a map in a file of examples. */
static const char *
member(const struct cao_node *doc, const char *path)
{
	const struct cao_node *n = cao_node_find(doc, path);

	assert_non_null(n);
	return n->text;
}

static void
open_example(const struct cao_node *doc, const char *key, struct cao_buf *out)
{
	const char *text = member(doc, "ciphertext");
	struct cao_octets k = octets(key), nonce = octets(member(doc, "nonce")),
			  aad = octets(member(doc, "associated_data")), c;
	struct cao_buf sealed = { 0 };

	assert_true(cao_base64_get(text, strlen(text), &sealed));
	c = window(&sealed);
	assert_ok(cao_wechat_open(&k, &nonce, &aad, &c, out, &error));
	cao_buf_free(&sealed);
}

static void
test_published_notice(void **state)
{
	struct cao_buf body = { 0 }, clear = { 0 };
	struct cao_node *doc = NULL;

	(void)state;
	assert_ok(cao_file_read(DATA "body.json", BODY_MAX, &body, &error));
	assert_ok(cao_json_read(
	    "body.json", cao_buf_text(&body), body.len, &doc, &error));
	open_example(cao_node_get(doc, "resource"), "testMchAPIv3Key0", &clear);
	assert_non_null(strstr(cao_buf_text(&clear), "\"1234567890\""));
	cao_node_free(doc);
	cao_buf_free(&clear);
	cao_buf_free(&body);
}

static void
test_transaction_example(void **state)
{
	struct cao_buf text = { 0 }, clear = { 0 };
	struct cao_node *doc = NULL;

	(void)state;
	assert_ok(cao_file_read(DATA "txn.json", BODY_MAX, &text, &error));
	assert_ok(cao_json_read(
	    "txn.json", cao_buf_text(&text), text.len, &doc, &error));
	open_example(doc, member(doc, "key"), &clear);
	assert_string_equal(cao_buf_text(&clear), member(doc, "plaintext"));
	cao_node_free(doc);
	cao_buf_free(&clear);
	cao_buf_free(&text);
}

/* Signed here, verified as RSA with SHA-256 over the five lines. */
static void
test_request(void **state)
{
	const char body[] = "{\"mchid\":\"1900000109\"}";
	const struct cao_wechat_signed r = { "POST", "/v3/a?b=c", 1700000000,
		"0123456789abcdef", body, sizeof body - 1 };
	const char lines[] = "POST\n/v3/a?b=c\n1700000000\n0123456789abcdef\n"
			     "{\"mchid\":\"1900000109\"}\n";
	struct cao_buf out = { 0 }, sig = { 0 };
	struct cao_key *key = NULL, *ec = NULL;

	(void)state;
	assert_ok(cao_key_generate(CAO_RSA2048, &key, &error));
	assert_ok(cao_wechat_sign(key, &r, &out, &error));
	assert_true(cao_base64_get(cao_buf_text(&out), out.len, &sig));
	assert_ok(cao_key_verify(
	    key, lines, sizeof lines - 1, sig.data, sig.len, &error));
	assert_ok(cao_key_generate(CAO_P256, &ec, &error));
	assert_int_equal(cao_wechat_sign(ec, &r, &out, &error), CAO_INPUT);
	cao_key_free(ec);
	cao_key_free(key);
	cao_buf_free(&sig);
	cao_buf_free(&out);
}

/* What members say, in one line; or "!" and what is wrong. */
static void
show(const char *text, size_t len, struct cao_buf *out)
{
	struct cao_wechat_transaction t;

	cao_buf_clear(out);
	if (cao_wechat_transaction_read(text, len, &t, &error) != CAO_OK)
		cao_buf_printf(out, "!%s", error.text);
	else
		cao_buf_printf(out, "%s %s %s %s %s %s %lld %lld", t.mchid,
		    t.appid, t.out_trade_no, t.id, t.state, t.payer,
		    (long long)t.fen, (long long)t.success_at);
}

#define PAID(total, currency, time)                                          \
	"{\"mchid\":\"19\",\"appid\":\"wx\",\"out_trade_no\":\"o-1\","       \
	"\"transaction_id\":\"42\",\"trade_state\":\"SUCCESS\",\"new\":[1]," \
	"\"success_time\":\"" time "\",\"payer\":{\"openid\":\"oU\"},"       \
	"\"amount\":{\"total\":" total ",\"currency\":\"" currency "\"}}"
#define AT "2026-09-01T10:00:00+08:00"
#define GOOD PAID("24000", "CNY", AT)
#define BAD(member) "!what WeChat Pay says has no good member \"" member "\""

static void
test_transaction(void **state)
{
	static const char *const cases[][2] = {
		{ GOOD, "19 wx o-1 42 SUCCESS oU 24000 1788228000" },
		{ PAID("0", "CNY", AT), BAD("amount.total") },
		{ PAID("-1", "CNY", AT), BAD("amount.total") },
		{ PAID("240.5", "CNY", AT), BAD("amount.total") },
		{ PAID("\"24000\"", "CNY", AT), BAD("amount.total") },
		{ PAID("999999999999999", "CNY", AT), BAD("amount.total") },
		{ PAID("1", "USD", AT),
		    "!amount.currency is USD; only CNY is taken" },
		{ PAID("1", "", AT), BAD("amount.currency") },
		{ PAID("1", "CNY", "2026-09-01"), BAD("success_time") },
		{ "{\"mchid\":\"19\",\"appid\":\"wx\",\"out_trade_no\":"
		  "\"o-1\",\"trade_state\":\"NOTPAY\"}",
		    "19 wx o-1  NOTPAY  0 0" },
		{ "{\"mchid\":19}", BAD("mchid") },
		{ "{\"mchid\":\"1 9\"}", BAD("mchid") },
		{ "{\"mchid\":\"123456789012345678901234567890123\"}",
		    BAD("mchid") },
		{ "[]", "!what WeChat Pay says is no JSON object" },
	};
	struct cao_buf out = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		show(cases[i][0], strlen(cases[i][0]), &out);
		assert_string_equal(cao_buf_text(&out), cases[i][1]);
	}
	for (size_t i = 0; i < sizeof GOOD - 1; i++) {
		show(GOOD, i, &out);
		assert_int_equal(cao_buf_text(&out)[0], '!');
	}
	cao_buf_free(&out);
}

static void
test_notice(void **state)
{
	struct cao_buf body = { 0 };
	struct cao_wechat_notice n;

	(void)state;
	assert_ok(cao_file_read(DATA "body.json", BODY_MAX, &body, &error));
	assert_ok(cao_wechat_notice_read(body.data, body.len, &n, &error));
	assert_string_equal(n.event, "PAYSCORE.USER_OPEN_SERVICE");
	assert_string_equal(n.nonce, "Kj7QIyUiYx1q");
	assert_string_equal(n.associated, "payscore");
	assert_int_equal(n.ciphertext.len, 178);
	cao_wechat_notice_free(&n);
	for (size_t i = 0; i < body.len; i++)
		assert_int_equal(
		    cao_wechat_notice_read(body.data, i, &n, &error),
		    CAO_INPUT);
	cao_buf_free(&body);
}

#define RETURNED(status, more)                                      \
	"{\"out_refund_no\":\"R1\",\"transaction_id\":\"42\","      \
	"\"out_trade_no\":\"o-1\",\"" status "\":\"SUCCESS\"," more \
	"\"amount\":{\"total\":24000,\"refund\":100"

static void
test_returned(void **state)
{
	static const char answer[] =
	    RETURNED("status", "") ",\"currency\":\"CNY\"}}";
	static const char notice[] =
	    RETURNED("refund_status", "\"mchid\":\"19\",") "}}";
	struct cao_wechat_returned r;

	(void)state;
	assert_ok(cao_wechat_returned_read(
	    answer, sizeof answer - 1, false, &r, &error));
	assert_string_equal(r.number, "R1");
	assert_string_equal(r.status, "success");
	assert_true(r.fen == 100 && r.total == 24000);
	assert_ok(cao_wechat_returned_read(
	    notice, sizeof notice - 1, true, &r, &error));
	assert_string_equal(r.mchid, "19");
	/* Neither passes for the other. */
	assert_int_equal(cao_wechat_returned_read(
			     answer, sizeof answer - 1, true, &r, &error),
	    CAO_INPUT);
	assert_int_equal(cao_wechat_returned_read(
			     notice, sizeof notice - 1, false, &r, &error),
	    CAO_INPUT);
	for (size_t i = 0; i < sizeof answer - 1; i++)
		assert_int_equal(
		    cao_wechat_returned_read(answer, i, false, &r, &error),
		    CAO_INPUT);
}

static void
test_trade_no(void **state)
{
	static const char *const bad[] = { "", "0020261122000000",
		"002026112200000011", "x00202611220000001",
		"00202611220000001-", "00202611220000001-x",
		"00202611220000001-123", "00202611220000001 ",
		"00202613220000001" };
	char out[CAO_WECHAT_ID_SIZE], number[CAO_NUMBER_SIZE];

	(void)state;
	cao_wechat_trade_no("00202611220000001", 1, out);
	assert_string_equal(out, "00202611220000001");
	assert_true(cao_wechat_number(out, number));
	cao_wechat_trade_no("00202611220000001", 12, out);
	assert_string_equal(out, "00202611220000001-12");
	assert_true(cao_wechat_number(out, number));
	assert_string_equal(number, "00202611220000001");
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_false(cao_wechat_number(bad[i], number));
}

static void
test_written(void **state)
{
	char long_text[200];
	const struct cao_wechat_asked a = { "19", "wx", "https://a.example/n",
		long_text, "o-1", 24000 };
	struct cao_wechat_refusal why;
	struct cao_buf out = { 0 };

	(void)state;
	memset(long_text, 'a', sizeof long_text - 1);
	long_text[sizeof long_text - 1] = '\0';
	memcpy(long_text + 125, "证", 3); /* is cut whole */
	cao_wechat_put_order(&out, &a);
	assert_non_null(strstr(cao_buf_text(&out),
	    "aaa\",\"out_trade_no\":\"o-1\",\"notify_url\":"
	    "\"https://a.example/n\",\"amount\":{\"total\":24000,"
	    "\"currency\":\"CNY\"}}"));
	cao_buf_clear(&out);
	cao_buf_puts(&out, "{\"code\":\"ORDERPAID\",\"message\":\"已支付\"}");
	cao_wechat_refusal_read(out.data, out.len, &why);
	assert_string_equal(why.code, "ORDERPAID");
	assert_string_equal(why.message, "已支付");
	cao_wechat_refusal_read(out.data, out.len - 1, &why);
	assert_string_equal(why.code, "");
	cao_buf_free(&out);
}

/* Lines as "2 42 o-1 R1 PROCESSING 4000|", refused ones as "3! why|". */
static void
show_bill(const void *text, size_t len, struct cao_buf *out)
{
	struct cao_wechat_bill *b = NULL;
	struct cao_wechat_line l;
	bool more = true;

	cao_buf_clear(out);
	if (cao_wechat_bill_open("b", text, len, &b, &error) != CAO_OK) {
		cao_buf_printf(out, "%u! %s", error.line, error.text);
		return;
	}
	while (more)
		if (cao_wechat_bill_next(b, &l, &more, &error) != CAO_OK)
			cao_buf_printf(out, "%u! %s|", error.line, error.text);
		else if (more)
			cao_buf_printf(out, "%u %lld %s %s %s%s%s %lld|",
			    l.line, (long long)l.at, l.transaction_id,
			    l.out_trade_no, l.number, l.refund ? " " : "",
			    l.status, (long long)l.fen);
	cao_wechat_bill_close(b);
}

/* The bill of the corpus with one text in it changed. */
static void
show_changed(const char *from, const char *to, struct cao_buf *out)
{
	struct cao_buf text = { 0 }, changed = { 0 };
	const char *p;

	assert_ok(cao_file_read(
	    "tests/fuzz/corpus/bill/all", BODY_MAX, &text, &error));
	p = strstr(cao_buf_text(&text), from);
	assert_non_null(p);
	cao_buf_add(&changed, text.data, (size_t)(p - cao_buf_text(&text)));
	cao_buf_puts(&changed, to);
	cao_buf_puts(&changed, p + strlen(from));
	show_bill(changed.data, changed.len, out);
	cao_buf_free(&changed);
	cao_buf_free(&text);
}

#define LINE_2 "2 1795313100 4200000001 00202611220000001  24000|"
#define LINE_3 "3 1795341900 4200000002 00202611220000002-2 R2 PROCESSING 4000|"

static void
test_bill(void **state)
{
	static const char *const cases[][3] = {
		{ "`", "`", LINE_2 LINE_3 },
		{ "商户订单号", "商户单号",
		    "1! this is no bill of WeChat Pay: it has no column "
		    "商户订单号" },
		{ "`SUCCESS", "`REVOKED",
		    "2! 'REVOKED' is no 交易状态|" LINE_3 },
		{ "`240.00", "`240.001", LINE_2 LINE_3 },
		{ "`2026-11-22 10", "`2026-11-31 10",
		    "2! '2026-11-31 10:05:00' is no 交易时间|" LINE_3 },
		{ "`CNY", "`USD", "2! 'USD' is no 货币种类|" LINE_3 },
		{ "`4200000002", "`42 2", "3! '42 2' is no 微信订单号|" },
		{ "证书,", "证,书,",
		    "2! 28 fields, and the bill has 27 columns|" LINE_3 },
		{ "`2,`240", "`3,`240",
		    LINE_2 LINE_3
		    "5! 总交易单数 is 3, and the lines above come to 2: the "
		    "bill is not whole|" },
		{ "`240.00,`40.00\r\n", "`240.00,`41.00\r\n",
		    LINE_2 LINE_3
		    "5! 申请退款总金额 is 41.00, and the lines above come to "
		    "40.00: the bill is not whole|" },
	};
	struct cao_buf out = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		show_changed(cases[i][0], cases[i][1], &out);
		if (i == 6)
			assert_non_null(
			    strstr(cao_buf_text(&out), cases[i][2]));
		else
			assert_string_equal(cao_buf_text(&out), cases[i][2]);
	}
	cao_buf_free(&out);
}

/* Cut anywhere, it is not taken for a whole one. */
static void
test_bill_cut(void **state)
{
	struct cao_buf text = { 0 }, out = { 0 };

	(void)state;
	assert_ok(cao_file_read(
	    "tests/fuzz/corpus/bill/all", BODY_MAX, &text, &error));
	for (size_t i = 0; i < text.len - 5; i++) {
		show_bill(text.data, i, &out);
		assert_non_null(strchr(cao_buf_text(&out), '!'));
	}
	cao_buf_free(&out);
	cao_buf_free(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_published_signature),
		cmocka_unit_test(test_published_ciphertext),
		cmocka_unit_test(test_published_notice),
		cmocka_unit_test(test_transaction_example),
		cmocka_unit_test(test_request),
		cmocka_unit_test(test_transaction),
		cmocka_unit_test(test_notice),
		cmocka_unit_test(test_returned),
		cmocka_unit_test(test_trade_no),
		cmocka_unit_test(test_written),
		cmocka_unit_test(test_bill),
		cmocka_unit_test(test_bill_cut),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
