/* What the WeChat Pay for tests answers, and remembers. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pay.h"

#define TRADES "/v3/pay/transactions/out-trade-no/"
#define NATIVE "/v3/pay/transactions/native"
#define REFUNDS "/v3/refund/domestic/refunds"

static const char *
text_of(const json_t *o, const char *key)
{
	const char *text = json_string_value(json_object_get(o, key));

	return text == NULL ? "" : text;
}

static long
total_of(const json_t *o, const char *key)
{
	return (long)json_integer_value(
	    json_object_get(json_object_get(o, "amount"), key));
}

struct answer
answer_error(int status, const char *code, const char *message)
{
	json_t *o = json_pack("{s:s,s:s}", "code", code, "message", message);
	struct answer a = { status, json_dumps(o, 0), false };

	json_decref(o);
	return a;
}

static struct answer
good(json_t *o)
{
	struct answer a = { 200, json_dumps(o, 0), false };

	json_decref(o);
	return a;
}

/* Of the merchant, for the application? */
static bool
is_ours(const json_t *o, bool application)
{
	char *mchid = read_word("mchid"), *appid = read_word("appid");
	bool ours = strcmp(text_of(o, "mchid"), mchid) == 0 &&
	    (!application || strcmp(text_of(o, "appid"), appid) == 0);

	free(appid);
	free(mchid);
	return ours;
}

/* As the documentation wants an order to be. */
static const char *
fault_of(const json_t *o)
{
	const char *trade = text_of(o, "out_trade_no"),
		   *url = text_of(o, "notify_url");

	if (!is_ours(o, true))
		return "mchid or appid";
	if (strlen(trade) < 6 || strlen(trade) > 32 ||
	    trade[strspn(trade,
		"0123456789abcdefghijklmnopqrstuvwxyz"
		"ABCDEFGHIJKLMNOPQRSTUVWXYZ_-|*")] != '\0')
		return "out_trade_no";
	if (*text_of(o, "description") == '\0' ||
	    strlen(text_of(o, "description")) > 127)
		return "description";
	if (strncmp(url, "https://", 8) != 0 || strchr(url, '?') != NULL)
		return "notify_url";
	if (total_of(o, "total") <= 0 ||
	    strcmp(text_of(json_object_get(o, "amount"), "currency"), "CNY") !=
		0)
		return "amount";
	return NULL;
}

static struct answer
place_order(const json_t *asked)
{
	const char *fault = fault_of(asked),
		   *trade = text_of(asked, "out_trade_no"), *state;
	char url[NAME_ROOM];
	json_t *was;

	if (fault != NULL)
		return answer_error(400, "PARAM_ERROR", fault);
	if ((was = read_record("trades", trade)) != NULL) {
		state = text_of(was, "trade_state");
		if (strcmp(state, "SUCCESS") == 0)
			return answer_error(400, "ORDERPAID", "该订单已支付");
		if (strcmp(state, "CLOSED") == 0)
			return answer_error(400, "ORDER_CLOSED", "订单已关闭");
		if (total_of(was, "total") != total_of(asked, "total"))
			return answer_error(
			    400, "INVALID_REQUEST", "订单重入数据不一致");
	} else {
		was = json_pack("{s:s,s:{s:i}}", "trade_state", "NOTPAY",
		    "amount", "total", (int)total_of(asked, "total"));
		write_record("trades", trade, was);
	}
	json_decref(was);
	(void)snprintf(url, sizeof url, "weixin://wxpay/bizpayurl?pr=%.9szz",
	    trade + strlen(trade) - 9);
	return good(json_pack("{s:s}", "code_url", url));
}

/* What is said of a trade; NULL: there is none. */
json_t *
transaction(const char *trade)
{
	json_t *t = read_record("trades", trade);
	char *mchid = read_word("mchid"), *appid = read_word("appid");

	if (t == NULL)
		return NULL;
	(void)json_object_set_new(t, "mchid", json_string(mchid));
	(void)json_object_set_new(t, "appid", json_string(appid));
	(void)json_object_set_new(t, "out_trade_no", json_string(trade));
	(void)json_object_set_new(t, "trade_type", json_string("NATIVE"));
	(void)json_object_set_new(t, "attach", json_string(""));
	if (strcmp(text_of(t, "trade_state"), "SUCCESS") == 0)
		(void)json_object_set_new(json_object_get(t, "amount"),
		    "currency", json_string("CNY"));
	else
		(void)json_object_del(t, "amount");
	free(appid);
	free(mchid);
	return t;
}

static struct answer
query_trade(const struct request *r, const char *trade)
{
	char want[NAME_ROOM], *mchid = read_word("mchid");
	json_t *t;

	(void)snprintf(want, sizeof want, "mchid=%s", mchid);
	free(mchid);
	if (strcmp(r->query, want) != 0)
		return answer_error(400, "PARAM_ERROR", "mchid");
	if ((t = transaction(trade)) == NULL)
		return answer_error(404, "ORDER_NOT_EXIST", "订单不存在");
	return good(t);
}

static struct answer
close_trade(const json_t *asked, const char *trade)
{
	json_t *t;

	if (!is_ours(asked, false))
		return answer_error(400, "PARAM_ERROR", "mchid");
	if ((t = read_record("trades", trade)) == NULL)
		return answer_error(404, "ORDER_NOT_EXIST", "订单不存在");
	if (strcmp(text_of(t, "trade_state"), "SUCCESS") == 0)
		return answer_error(400, "ORDERPAID", "该订单已支付");
	(void)json_object_set_new(t, "trade_state", json_string("CLOSED"));
	write_record("trades", trade, t);
	json_decref(t);
	return (struct answer){ 204, NULL, false };
}

static struct answer
ask_refund(const json_t *asked)
{
	const char *number = text_of(asked, "out_refund_no"), *trade;
	char *index = read_text("transactions", NULL), *line, *save = NULL;
	json_t *was = read_record("refunds", number), *t = NULL;

	if (was != NULL)
		return total_of(was, "refund") == total_of(asked, "refund")
		    ? good(was)
		    : answer_error(400, "INVALID_REQUEST", "不一致");
	/* "TRANSACTION TRADE" of each that was paid. */
	for (line = strtok_r(index, "\n", &save); line != NULL && t == NULL;
	     line = strtok_r(NULL, "\n", &save)) {
		trade = strchr(line, ' ') + 1;
		if (strncmp(line, text_of(asked, "transaction_id"),
			(size_t)(trade - line - 1)) == 0)
			t = transaction(trade);
	}
	if (t == NULL)
		return answer_error(404, "RESOURCE_NOT_EXISTS", "订单不存在");
	if (total_of(asked, "total") != total_of(t, "total") ||
	    total_of(asked, "refund") > total_of(t, "total"))
		return answer_error(403, "NOT_ENOUGH", "amount");
	was = json_pack("{s:s,s:s,s:s,s:s,s:s,s:{s:i,s:i,s:s}}", "refund_id",
	    "50300000001", "out_refund_no", number, "transaction_id",
	    text_of(asked, "transaction_id"), "out_trade_no",
	    text_of(t, "out_trade_no"), "status", "PROCESSING", "amount",
	    "refund", (int)total_of(asked, "refund"), "total",
	    (int)total_of(asked, "total"), "currency", "CNY");
	write_record("refunds", number, was);
	free(index);
	json_decref(t);
	return good(was);
}

static struct answer
query_refund(const char *number)
{
	json_t *r = read_record("refunds", number);

	return r != NULL
	    ? good(r)
	    : answer_error(404, "RESOURCE_NOT_EXISTS", "退款单不存在");
}

/* One value of the header, name="value". */
static bool
take(const char *header, const char *name, char out[1024])
{
	char key[64];
	const char *p;
	size_t n;

	(void)snprintf(key, sizeof key, "%s=\"", name);
	if ((p = strstr(header, key)) == NULL)
		return false;
	p += strlen(key);
	if ((n = strcspn(p, "\"")) >= 1024 || p[n] == '\0')
		return false;
	memcpy(out, p, n);
	out[n] = '\0';
	return true;
}

/* Signed by the merchant, and never before. */
static bool
authorized(struct request *r)
{
	static char before[256][64];
	static size_t count;
	char nonce[1024], time[1024], signature[1024], mchid[1024];
	char *text = malloc(BODY_ROOM * 2);
	int n;
	bool ok;

	if (strncmp(r->authorization, "WECHATPAY2-SHA256-RSA2048 ", 26) != 0 ||
	    !take(r->authorization, "nonce_str", nonce) ||
	    !take(r->authorization, "timestamp", time) ||
	    !take(r->authorization, "mchid", mchid) ||
	    !take(r->authorization, "signature", signature))
		return false;
	r->now = strtol(time, NULL, 10);
	for (size_t i = 0; i < count; i++)
		if (strcmp(before[i], nonce) == 0)
			return false;
	(void)snprintf(before[count++ % 256], 64, "%.63s", nonce);
	count = count > 255 ? 255 : count;
	n = snprintf(text, BODY_ROOM * 2, "%s\n%s%s%s\n%s\n%s\n%.*s\n",
	    r->method, r->path, *r->query != '\0' ? "?" : "", r->query, time,
	    nonce, (int)r->len, r->body);
	ok = verify(text, (size_t)n, signature);
	free(text);
	return ok;
}

static struct answer
route(const struct request *r, const json_t *asked)
{
	char name[NAME_ROOM];
	bool post = strcmp(r->method, "POST") == 0;
	char *slash;

	if (post && strcmp(r->path, NATIVE) == 0)
		return place_order(asked);
	if (post && strcmp(r->path, REFUNDS) == 0)
		return ask_refund(asked);
	if (strncmp(r->path, TRADES, strlen(TRADES)) == 0) {
		(void)snprintf(
		    name, sizeof name, "%s", r->path + strlen(TRADES));
		if (!post)
			return query_trade(r, name);
		if ((slash = strchr(name, '/')) != NULL &&
		    strcmp(slash, "/close") == 0) {
			*slash = '\0';
			return close_trade(asked, name);
		}
	}
	if (!post && strncmp(r->path, REFUNDS "/", strlen(REFUNDS) + 1) == 0)
		return query_refund(r->path + strlen(REFUNDS) + 1);
	return answer_error(404, "RESOURCE_NOT_EXISTS", r->path);
}

struct answer
answer_request(struct request *r)
{
	struct answer a;
	json_t *asked = NULL;

	if (!authorized(r)) {
		a = answer_error(401, "SIGN_ERROR", "签名错误");
		a.bare = true;
		return a;
	}
	if (r->len > 0 &&
	    (asked = json_loadb(r->body, r->len, 0, NULL)) == NULL)
		return answer_error(400, "PARAM_ERROR", "JSON");
	a = route(r, asked);
	json_decref(asked);
	return a;
}
