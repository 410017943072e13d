/* The JSON of WeChat Pay, written and read. */
#include "order/wechat.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "codec/json.h"
#include "order/number.h"

#define DESCRIPTION_MAX 127 /* octets */
#define REASON_MAX 80
#define CURRENCY "CNY"

void
cao_wechat_trade_no(
    const char *number, unsigned nth, char out[CAO_WECHAT_ID_SIZE])
{
	(void)snprintf(
	    out, CAO_WECHAT_ID_SIZE, nth > 1 ? "%s-%u" : "%s", number, nth);
}

bool
cao_wechat_number(const char *out_trade_no, char ret_number[CAO_NUMBER_SIZE])
{
	const char *tail = out_trade_no;

	if (!cao_number_find(out_trade_no, ret_number) ||
	    strncmp(out_trade_no, ret_number, CAO_NUMBER_SIZE - 1) != 0)
		return false;
	tail += CAO_NUMBER_SIZE - 1;
	return *tail == '\0' ||
	    (tail[0] == '-' && tail[1] != '\0' && strlen(tail) <= 3 &&
		tail[1 + strspn(tail + 1, "0123456789")] == '\0');
}

/* Reading. */

static enum cao_status
bad_member(struct cao_error *err, const char *path)
{
	return cao_fail(err, CAO_INPUT,
	    "what WeChat Pay says has no good member \"%s\"", path);
}

static bool
is_word(const char *text, size_t size)
{
	size_t n = strlen(text);

	for (size_t i = 0; i < n; i++)
		if (text[i] <= ' ' || text[i] > '~')
			return false;
	return n < size;
}

/* Printable ASCII without blanks, that fits. */
static enum cao_status
take_word(const struct cao_node *doc, const char *path, char *out, size_t size,
    struct cao_error *err)
{
	const struct cao_node *n = cao_node_find(doc, path);

	if (n == NULL || n->kind != CAO_SCALAR || !n->quoted ||
	    *n->text == '\0' || !is_word(n->text, size))
		return bad_member(err, path);
	(void)snprintf(out, size, "%s", n->text);
	return CAO_OK;
}

/* The same where it may be missing, null or empty: "" then. */
static enum cao_status
take_maybe(const struct cao_node *doc, const char *path, char *out, size_t size,
    struct cao_error *err)
{
	const struct cao_node *n = cao_node_find(doc, path);

	*out = '\0';
	if (n == NULL || (n->kind == CAO_SCALAR && *n->text == '\0'))
		return CAO_OK;
	return take_word(doc, path, out, size, err);
}

/* An amount above 0 in fen: digits alone. */
static enum cao_status
take_fen(const struct cao_node *doc, const char *path, int64_t *ret,
    struct cao_error *err)
{
	const struct cao_node *n = cao_node_find(doc, path);
	int64_t fen = 0;

	if (n == NULL || n->kind != CAO_SCALAR || n->quoted ||
	    *n->text == '\0' || strlen(n->text) > 14 ||
	    n->text[strspn(n->text, "0123456789")] != '\0')
		return bad_member(err, path);
	fen = strtoll(n->text, NULL, 10);
	if (fen <= 0 || fen > CAO_MONEY_MAX)
		return bad_member(err, path);
	*ret = fen;
	return CAO_OK;
}

static enum cao_status
check_currency(const struct cao_node *doc, bool required, struct cao_error *err)
{
	char currency[8];
	enum cao_status st;

	st = take_maybe(doc, "amount.currency", currency, sizeof currency, err);
	if (st != CAO_OK)
		return st;
	if (*currency == '\0')
		return required ? bad_member(err, "amount.currency") : CAO_OK;
	return strcmp(currency, CURRENCY) == 0
	    ? CAO_OK
	    : cao_fail(err, CAO_INPUT,
		  "amount.currency is %s; only %s is taken", currency,
		  CURRENCY);
}

/* One JSON text of bounded length that is an object. */
static enum cao_status
read_object(
    const void *text, size_t len, struct cao_node **ret, struct cao_error *err)
{
	struct cao_node *doc = NULL;
	enum cao_status st;

	if (len > CAO_WECHAT_BODY_MAX)
		return cao_fail(err, CAO_INPUT,
		    "what WeChat Pay says is longer than %d octets",
		    CAO_WECHAT_BODY_MAX);
	st = cao_json_read("WeChat Pay", text, len, &doc, err);
	if (st == CAO_OK && doc->kind != CAO_MAP)
		st = cao_fail(
		    err, CAO_INPUT, "what WeChat Pay says is no JSON object");
	if (st == CAO_OK)
		*ret = doc;
	else
		cao_node_free(doc);
	return st;
}

static enum cao_status
read_ciphertext(
    const struct cao_node *doc, struct cao_buf *ret, struct cao_error *err)
{
	const char path[] = "resource.ciphertext";
	const struct cao_node *n = cao_node_find(doc, path);

	if (n == NULL || n->kind != CAO_SCALAR || !n->quoted ||
	    !cao_base64_get(n->text, strlen(n->text), ret))
		return bad_member(err, path);
	return cao_buf_ok(ret) ? CAO_OK : cao_fail_memory(err);
}

enum cao_status
cao_wechat_notice_read(const void *text, size_t len,
    struct cao_wechat_notice *ret, struct cao_error *err)
{
	struct cao_wechat_notice n = { .event = "" };
	struct cao_node *doc = NULL;
	char algorithm[CAO_WECHAT_ID_SIZE];
	enum cao_status st;

	if ((st = read_object(text, len, &doc, err)) != CAO_OK)
		return st;
	if ((st = take_word(doc, "event_type", n.event, sizeof n.event, err)) ||
	    (st = take_word(doc, "resource.algorithm", algorithm,
		 sizeof algorithm, err)) != CAO_OK ||
	    (st = take_word(
		 doc, "resource.nonce", n.nonce, sizeof n.nonce, err)) ||
	    (st = take_maybe(doc, "resource.associated_data", n.associated,
		 sizeof n.associated, err)) != CAO_OK)
		goto out;
	if (strcmp(algorithm, "AEAD_AES_256_GCM") != 0)
		st = cao_fail(err, CAO_INPUT,
		    "resource.algorithm is %s; only AEAD_AES_256_GCM is taken",
		    algorithm);
	else
		st = read_ciphertext(doc, &n.ciphertext, err);
out:
	if (st == CAO_OK)
		*ret = n;
	else
		cao_wechat_notice_free(&n);
	cao_node_free(doc);
	return st;
}

void
cao_wechat_notice_free(struct cao_wechat_notice *n)
{
	cao_buf_free(&n->ciphertext);
}

/* What there is only of a payment that was made. */
static enum cao_status
read_paid(const struct cao_node *doc, struct cao_wechat_transaction *t,
    struct cao_error *err)
{
	char at[CAO_WECHAT_ID_SIZE];
	enum cao_status st;

	if ((st = take_word(doc, "transaction_id", t->id, sizeof t->id, err)) ||
	    (st = take_fen(doc, "amount.total", &t->fen, err)) != CAO_OK ||
	    (st = check_currency(doc, true, err)) != CAO_OK ||
	    (st = take_maybe(doc, "payer.openid", t->payer, sizeof t->payer,
		 err)) != CAO_OK ||
	    (st = take_word(doc, "success_time", at, sizeof at, err)))
		return st;
	return cao_time_parse(at, &t->success_at, err) == CAO_OK
	    ? CAO_OK
	    : bad_member(err, "success_time");
}

enum cao_status
cao_wechat_transaction_read(const void *text, size_t len,
    struct cao_wechat_transaction *ret, struct cao_error *err)
{
	struct cao_wechat_transaction t = { .fen = 0 };
	struct cao_node *doc = NULL;
	enum cao_status st;

	if ((st = read_object(text, len, &doc, err)) != CAO_OK)
		return st;
	if ((st = take_word(doc, "mchid", t.mchid, sizeof t.mchid, err)) ||
	    (st = take_word(doc, "appid", t.appid, sizeof t.appid, err)) ||
	    (st = take_word(doc, "out_trade_no", t.out_trade_no,
		 sizeof t.out_trade_no, err)) != CAO_OK ||
	    (st = take_word(
		 doc, "trade_state", t.state, sizeof t.state, err)) != CAO_OK)
		goto out;
	if (strcmp(t.state, "SUCCESS") == 0)
		st = read_paid(doc, &t, err);
out:
	if (st == CAO_OK)
		*ret = t;
	cao_node_free(doc);
	return st;
}

enum cao_status
cao_wechat_returned_read(const void *text, size_t len, bool notice,
    struct cao_wechat_returned *ret, struct cao_error *err)
{
	struct cao_wechat_returned r = { .fen = 0 };
	struct cao_node *doc = NULL;
	enum cao_status st;

	if ((st = read_object(text, len, &doc, err)) != CAO_OK)
		return st;
	if ((notice &&
		(st = take_word(doc, "mchid", r.mchid, sizeof r.mchid, err))) ||
	    (st = take_word(doc, "out_trade_no", r.out_trade_no,
		 sizeof r.out_trade_no, err)) != CAO_OK ||
	    (st = take_word(doc, "transaction_id", r.transaction_id,
		 sizeof r.transaction_id, err)) != CAO_OK ||
	    (st = take_word(
		 doc, "out_refund_no", r.number, sizeof r.number, err)) ||
	    (st = take_word(doc, notice ? "refund_status" : "status", r.status,
		 sizeof r.status, err)) != CAO_OK ||
	    (st = take_fen(doc, "amount.refund", &r.fen, err)) != CAO_OK ||
	    (st = take_fen(doc, "amount.total", &r.total, err)) != CAO_OK ||
	    (st = check_currency(doc, !notice, err)) != CAO_OK)
		goto out;
	for (char *p = r.status; *p != '\0'; p++)
		*p = (char)(*p >= 'A' && *p <= 'Z' ? *p + ('a' - 'A') : *p);
	*ret = r;
out:
	cao_node_free(doc);
	return st;
}

enum cao_status
cao_wechat_code_read(const void *text, size_t len,
    char ret_url[CAO_WECHAT_URL_SIZE], struct cao_error *err)
{
	struct cao_node *doc = NULL;
	enum cao_status st;

	if ((st = read_object(text, len, &doc, err)) != CAO_OK)
		return st;
	st = take_word(doc, "code_url", ret_url, CAO_WECHAT_URL_SIZE, err);
	cao_node_free(doc);
	return st;
}

void
cao_wechat_refusal_read(
    const void *text, size_t len, struct cao_wechat_refusal *ret)
{
	const struct cao_node *message;
	struct cao_node *doc = NULL;
	struct cao_error err;

	*ret = (struct cao_wechat_refusal){ .code = "" };
	if (read_object(text, len, &doc, &err) != CAO_OK)
		return;
	if (take_word(doc, "code", ret->code, sizeof ret->code, &err) != CAO_OK)
		*ret->code = '\0';
	message = cao_node_get(doc, "message");
	if (message != NULL && message->kind == CAO_SCALAR &&
	    !cao_text_has_control(message->text))
		(void)snprintf(ret->message, sizeof ret->message, "%.*s",
		    cao_node_shown(message->text), message->text);
	cao_node_free(doc);
}

/* Writing. */

/* As many whole characters as so many octets have room for. */
static void
put_cut(struct cao_json *j, const char *key, const char *text, size_t max)
{
	struct cao_buf cut = { 0 };
	size_t len = strlen(text);

	cao_buf_add(&cut, text, len < max ? len : max);
	while (cut.len > 0 && cao_buf_ok(&cut) &&
	    cao_utf8_check(cao_buf_text(&cut), cut.len) < cut.len)
		cut.data[--cut.len] = '\0';
	if (!cao_buf_ok(&cut))
		j->out->failed = true;
	cao_json_text(j, key, cao_buf_text(&cut));
	cao_buf_free(&cut);
}

void
cao_wechat_put_order(struct cao_buf *out, const struct cao_wechat_asked *a)
{
	struct cao_json j;

	cao_json_start(&j, out);
	cao_json_open(&j, NULL, '{');
	cao_json_text(&j, "appid", a->appid);
	cao_json_text(&j, "mchid", a->mchid);
	put_cut(&j, "description", a->description, DESCRIPTION_MAX);
	cao_json_text(&j, "out_trade_no", a->out_trade_no);
	cao_json_text(&j, "notify_url", a->notify_url);
	cao_json_open(&j, "amount", '{');
	cao_json_int(&j, "total", a->fen);
	cao_json_text(&j, "currency", CURRENCY);
	cao_json_close(&j, '}');
	cao_json_close(&j, '}');
}

void
cao_wechat_put_close(struct cao_buf *out, const char *mchid)
{
	struct cao_json j;

	cao_json_start(&j, out);
	cao_json_open(&j, NULL, '{');
	cao_json_text(&j, "mchid", mchid);
	cao_json_close(&j, '}');
}

void
cao_wechat_put_refund(struct cao_buf *out, const struct cao_wechat_back *b)
{
	struct cao_json j;

	cao_json_start(&j, out);
	cao_json_open(&j, NULL, '{');
	cao_json_text(&j, "transaction_id", b->transaction_id);
	cao_json_text(&j, "out_refund_no", b->number);
	put_cut(&j, "reason", b->reason, REASON_MAX);
	cao_json_text(&j, "notify_url", b->notify_url);
	cao_json_open(&j, "amount", '{');
	cao_json_int(&j, "refund", b->fen);
	cao_json_int(&j, "total", b->total);
	cao_json_text(&j, "currency", CURRENCY);
	cao_json_close(&j, '}');
	cao_json_close(&j, '}');
}
