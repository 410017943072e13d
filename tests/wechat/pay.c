/*
 * The WeChat Pay for tests, and what its customers do.
 *
 *	pay DIR serve
 *	pay DIR scan TRADE TRANSACTION TIME	somebody pays
 *	pay DIR notice TRADE [NAME=VALUE ...]	DIR/notice.env, DIR/notice.body
 *	pay DIR returned NUMBER STATUS		a refund ends
 *	pay DIR back NUMBER [NAME=VALUE ...]	its notice
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "pay.h"

/* What a test wants to be another way. */
static const char *
option(char *argv[], const char *name, const char *shipped)
{
	size_t n = strlen(name);

	for (; *argv != NULL; argv++)
		if (strncmp(*argv, name, n) == 0 && (*argv)[n] == '=')
			return *argv + n + 1;
	return shipped;
}

static void
scan(const char *trade, const char *id, const char *time)
{
	json_t *t = read_record("trades", trade);
	char line[NAME_ROOM];

	if (t == NULL)
		die("no trade %s", trade);
	(void)json_object_set_new(t, "trade_state", json_string("SUCCESS"));
	(void)json_object_set_new(t, "transaction_id", json_string(id));
	(void)json_object_set_new(t, "success_time", json_string(time));
	(void)json_object_set_new(
	    t, "payer", json_pack("{s:s}", "openid", "oUpF8uMuAJO_M2pxb1Q9z"));
	write_record("trades", trade, t);
	(void)snprintf(line, sizeof line, "%s %s", id, trade);
	append_line("transactions", line);
}

static void
ended(const char *number, const char *status)
{
	json_t *r = read_record("refunds", number);

	if (r == NULL)
		die("no refund %s", number);
	(void)json_object_set_new(r, "status", json_string(status));
	write_record("refunds", number, r);
}

/* The members that a test names, in place of what is true. */
static void
change(json_t *t, char *argv[])
{
	static const char *const members[] = { "mchid", "appid", "out_trade_no",
		"transaction_id", "trade_state", "out_refund_no", NULL };
	json_t *amount = json_object_get(t, "amount");
	const char *value;

	for (size_t i = 0; members[i] != NULL; i++)
		if ((value = option(argv, members[i], NULL)) != NULL)
			(void)json_object_set_new(
			    t, members[i], json_string(value));
	if ((value = option(argv, "total", NULL)) != NULL)
		(void)json_object_set_new(
		    amount, "total", json_integer(strtol(value, NULL, 10)));
	if ((value = option(argv, "refund", NULL)) != NULL)
		(void)json_object_set_new(
		    amount, "refund", json_integer(strtol(value, NULL, 10)));
	if ((value = option(argv, "currency", NULL)) != NULL)
		(void)json_object_set_new(
		    amount, "currency", json_string(value));
}

/* As a web server hands it on: variables, and the body. */
static void
put_notice(json_t *content, const char *event, const char *type, char *argv[])
{
	const char *nonce = "fdasfjihihih",
		   *at = option(argv, "at", "1795312800");
	char *clear = json_dumps(content, JSON_COMPACT), *sealed, *body, *id,
	     *signature, *text = malloc(BODY_ROOM);
	json_t *o;
	int n;

	sealed = encrypt(nonce, type, clear);
	o = json_pack("{s:s,s:s,s:s,s:s,s:{s:s,s:s,s:s,s:s,s:s}}", "id",
	    "EV-2026112210000001", "resource_type", "encrypt-resource",
	    "event_type", option(argv, "event", event), "summary", "支付成功",
	    "resource", "original_type", type, "algorithm", "AEAD_AES_256_GCM",
	    "ciphertext", sealed, "associated_data", type, "nonce", nonce);
	body = json_dumps(o, JSON_COMPACT);
	n = snprintf(text, BODY_ROOM, "%s\n%s\n%s\n", at, nonce, body);
	signature = sign(text, (size_t)n);
	id = read_word("id");
	write_text("notice.body", body, strlen(body));
	n = snprintf(text, BODY_ROOM,
	    "HTTP_WECHATPAY_TIMESTAMP=%s\nHTTP_WECHATPAY_NONCE=%s\n"
	    "HTTP_WECHATPAY_SERIAL=%s\nHTTP_WECHATPAY_SIGNATURE=%s%s\n"
	    "CONTENT_LENGTH=%zu\nREQUEST_METHOD=POST\n",
	    at, nonce, option(argv, "serial", id), option(argv, "probe", ""),
	    signature, strlen(body));
	write_text("notice.env", text, (size_t)n);
}

static void
notice(const char *trade, char *argv[])
{
	json_t *t = transaction(trade);

	if (t == NULL)
		die("no trade %s", trade);
	change(t, argv);
	put_notice(t, "TRANSACTION.SUCCESS", "transaction", argv);
}

static void
back(const char *number, char *argv[])
{
	json_t *r = read_record("refunds", number);
	char *mchid = read_word("mchid"), event[64];

	if (r == NULL)
		die("no refund %s", number);
	(void)json_object_set_new(r, "mchid", json_string(mchid));
	(void)json_object_set(r, "refund_status", json_object_get(r, "status"));
	(void)json_object_del(r, "status");
	(void)json_object_del(json_object_get(r, "amount"), "currency");
	change(r, argv);
	(void)snprintf(event, sizeof event, "REFUND.%s",
	    json_string_value(json_object_get(r, "refund_status")));
	put_notice(r, event, "refund", argv);
}

int
main(int argc, char *argv[])
{
	if (argc < 3)
		die("usage: pay DIR COMMAND ...");
	dir = argv[1];
	if (strcmp(argv[2], "serve") == 0)
		return serve();
	if (strcmp(argv[2], "scan") == 0 && argc == 6)
		scan(argv[3], argv[4], argv[5]);
	else if (strcmp(argv[2], "returned") == 0 && argc == 5)
		ended(argv[3], argv[4]);
	else if (strcmp(argv[2], "notice") == 0 && argc >= 4)
		notice(argv[3], argv + 4);
	else if (strcmp(argv[2], "back") == 0 && argc >= 4)
		back(argv[3], argv + 4);
	else
		die("no such command: %s", argv[2]);
	return 0;
}
