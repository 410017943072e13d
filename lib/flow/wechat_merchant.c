/* Asking WeChat Pay: signed requests, verified answers. */
#include "flow/wechat_merchant.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/text.h"
#include "pki/wechat.h"

#define MERCHANT_KEY "wechat/merchant.key"
#define MERCHANT_KEY_MAX (16 * 1024)
#define ANCHORS "wechat/tls.crt"
#define TRIES 4
#define WINDOW 300 /* seconds: from there on, an instant is not of now */
#define NONCE_OCTETS 16

/* All that config.yaml has to say. */
static enum cao_status
check_config(const struct cao_config *c, struct cao_error *err)
{
	const char *missing = NULL;

	if (c->wechat.mchid == NULL)
		missing = "wechat.mchid";
	else if (c->wechat.appid == NULL)
		missing = "wechat.appid";
	else if (c->wechat.merchant_serial == NULL)
		missing = "wechat.merchant_serial";
	else if (c->wechat.notify_url == NULL)
		missing = "wechat.notify_url";
	return missing == NULL
	    ? CAO_OK
	    : cao_fail(err, CAO_NOTREADY,
		  "WeChat Pay is not set up: %s is not in config.yaml",
		  missing);
}

static enum cao_status
load_key(struct cao_store *s, struct cao_key **ret, struct cao_error *err)
{
	struct cao_buf pem = { 0 };
	enum cao_status st;

	st = cao_wechat_secret(s, MERCHANT_KEY, MERCHANT_KEY_MAX, &pem, err);
	if (st == CAO_OK)
		st = cao_key_load(
		    MERCHANT_KEY, cao_buf_text(&pem), pem.len, NULL, ret, err);
	cao_buf_free(&pem);
	return st;
}

enum cao_status
cao_wechat_merchant_open(struct cao_store *s, cao_wechat_send *send, void *arg,
    struct cao_wechat **ret, struct cao_error *err)
{
	struct cao_wechat *w = calloc(1, sizeof *w);
	enum cao_status st;

	if (w == NULL)
		return cao_fail_memory(err);
	w->store = s;
	w->send = send;
	w->arg = arg;
	if ((st = cao_store_config(s, &w->config, err)) == CAO_OK &&
	    (st = check_config(w->config, err)) == CAO_OK &&
	    (st = load_key(s, &w->key, err)) == CAO_OK &&
	    (w->anchors = cao_store_path(s, ANCHORS)) == NULL)
		st = cao_fail_memory(err);
	if (st == CAO_OK && !cao_file_exists(w->anchors)) {
		free(w->anchors);
		w->anchors = NULL;
	}
	if (st == CAO_OK)
		*ret = w;
	else
		cao_wechat_merchant_close(w);
	return st;
}

void
cao_wechat_merchant_close(struct cao_wechat *w)
{
	if (w == NULL)
		return;
	cao_key_free(w->key);
	free(w->anchors);
	free(w);
}

void
cao_wechat_answer_free(struct cao_wechat_answer *a)
{
	cao_wechat_proof_free(&a->proof);
	*a = (struct cao_wechat_answer){ .status = 0 };
}

/* The header Authorization of a request that is signed now. */
static enum cao_status
authorize(struct cao_wechat *w, int64_t now, const char *path,
    const struct cao_buf *body, struct cao_buf *out, struct cao_error *err)
{
	const struct cao_config *c = w->config;
	unsigned char octets[NONCE_OCTETS];
	struct cao_buf nonce = { 0 };
	struct cao_wechat_signed r = { .method = body != NULL ? "POST" : "GET",
		.path = path,
		.timestamp = now,
		.body = body != NULL ? body->data : NULL,
		.len = body != NULL ? body->len : 0 };
	enum cao_status st;

	cao_buf_clear(out);
	if ((st = cao_random(octets, sizeof octets, err)) != CAO_OK)
		return st;
	cao_hex_put(&nonce, octets, sizeof octets);
	r.nonce = cao_buf_text(&nonce);
	cao_buf_printf(out,
	    "WECHATPAY2-SHA256-RSA2048 mchid=\"%s\",nonce_str=\"%s\","
	    "timestamp=\"%lld\",serial_no=\"%s\",signature=\"",
	    c->wechat.mchid, r.nonce, (long long)now,
	    c->wechat.merchant_serial);
	st = cao_buf_ok(&nonce) ? cao_wechat_sign(w->key, &r, out, err)
				: cao_fail_memory(err);
	cao_buf_putc(out, '"');
	cao_buf_free(&nonce);
	return st == CAO_OK && !cao_buf_ok(out) ? cao_fail_memory(err) : st;
}

enum cao_status
cao_wechat_timely(
    const char *text, int64_t at, int64_t *ret, struct cao_error *err)
{
	size_t n = strlen(text);
	int64_t t, off;

	if (n == 0 || n > 12 || text[0] == '0' ||
	    text[strspn(text, "0123456789")] != '\0')
		return cao_fail(err, CAO_INPUT,
		    "Wechatpay-Timestamp is '%.20s', no time in seconds", text);
	t = strtoll(text, NULL, 10);
	off = t > at ? t - at : at - t;
	if (off >= WINDOW)
		return cao_fail(err, CAO_DENIED,
		    t > at ? N_("it is signed %lld seconds after now; "
				"under %d is taken")
			   : N_("it is signed %lld seconds before now; "
				"under %d is taken"),
		    (long long)off, WINDOW);
	*ret = t;
	return CAO_OK;
}

/* A header that is one word. */
static bool
is_word(const char *text, size_t max)
{
	size_t n = strlen(text);

	for (size_t i = 0; i < n; i++)
		if (text[i] <= ' ' || text[i] > '~')
			return false;
	return n > 0 && n <= max;
}

enum cao_status
cao_wechat_proof_take(const struct cao_wechat_reply *r,
    struct cao_wechat_proof *ret, struct cao_error *err)
{
	struct cao_wechat_proof p = { .serial = NULL };
	const char *bad = NULL;
	enum cao_status st;

	if (!is_word(r->serial, CAO_WECHAT_KEY_ID_SIZE - 1))
		bad = "Serial";
	else if (!is_word(r->nonce, CAO_WECHAT_ID_SIZE * 2))
		bad = "Nonce";
	else if (!is_word(r->signature, CAO_WECHAT_HEADER_SIZE) ||
	    !cao_base64_get(r->signature, strlen(r->signature), &p.signature))
		bad = "Signature";
	if (bad != NULL) {
		cao_buf_free(&p.signature);
		return cao_fail(err, CAO_INPUT,
		    "there is no good header Wechatpay-%s", bad);
	}
	st = cao_wechat_timely(r->timestamp, r->at, &p.timestamp, err);
	p.serial = strdup(r->serial);
	p.nonce = strdup(r->nonce);
	cao_buf_add(&p.body, r->body, r->len);
	if (st == CAO_OK &&
	    (p.serial == NULL || p.nonce == NULL || !cao_buf_ok(&p.body) ||
		!cao_buf_ok(&p.signature)))
		st = cao_fail_memory(err);
	if (st == CAO_OK) {
		*ret = p;
		return st;
	}
	cao_wechat_proof_free(&p);
	return st;
}

/* Take a reply in: who signed it, and why it refuses. */
static enum cao_status
take(struct cao_wechat *w, const struct cao_wechat_reply *r,
    struct cao_wechat_answer *a, struct cao_error *err)
{
	struct cao_wechat_opened o = { .key = NULL };
	enum cao_status st;

	a->status = r->status;
	if ((st = cao_wechat_proof_take(r, &a->proof, err)) == CAO_OK)
		st = cao_wechat_proof_open(w->store, &a->proof, &o, err);
	cao_wechat_opened_free(&o);
	a->genuine = st == CAO_OK;
	if (r->status >= 400) {
		cao_wechat_refusal_read(r->body, r->len, &a->why);
		if (!a->genuine && st != CAO_SYSTEM)
			st = CAO_OK;
	}
	if (st == CAO_OK && (r->status == 429 || r->status >= 500))
		return cao_fail(err, CAO_AGAIN, "WeChat Pay answers %d %s",
		    r->status, a->why.code);
	if (st == CAO_OK &&
	    (r->status < 200 || (r->status >= 300 && r->status < 400)))
		return cao_fail(
		    err, CAO_DENIED, "WeChat Pay answers %d", r->status);
	return st;
}

/* The newest key that counts: WeChat Pay is asked to sign with it. */
static enum cao_status
wish(struct cao_wechat *w, int64_t now, const char **ret, struct cao_error *err)
{
	const struct cao_wechat_keys *keys;
	enum cao_status st;

	*ret = NULL;
	if ((st = cao_wechat_keys_get(w->store, &keys, err)) != CAO_OK)
		return st;
	for (size_t i = 0; i < keys->count; i++) {
		const struct cao_wechat_key *k = &keys->list[i];

		if ((k->until == 0 || k->until >= now) &&
		    strcmp(k->mchid, w->config->wechat.mchid) == 0)
			*ret = k->id;
	}
	return *ret != NULL
	    ? CAO_OK
	    : cao_fail(err, CAO_NOTREADY,
		  "no key of WeChat Pay is certified for merchant %s; "
		  "ca-admin wechat add does that",
		  w->config->wechat.mchid);
}

/* One try. */
static enum cao_status
try_once(struct cao_wechat *w, const char *path, const struct cao_buf *body,
    int64_t now, struct cao_wechat_request *r, struct cao_wechat_answer *a,
    struct cao_error *err)
{
	struct cao_wechat_reply *reply = calloc(1, sizeof *reply);
	struct cao_buf authorization = { 0 };
	enum cao_status st;

	if (reply == NULL)
		return cao_fail_memory(err);
	st = authorize(w, now, path, body, &authorization, err);
	r->authorization = cao_buf_text(&authorization);
	if (st == CAO_OK)
		st = w->send(w->arg, r, reply, err);
	if (st == CAO_OK)
		st = take(w, reply, a, err);
	cao_buf_free(&authorization);
	free(reply->body);
	free(reply);
	return st;
}

/* Is another try of use?  WeChat Pay signs wrongly now and then, to see that it
 * is noticed. */
static bool
may_help(enum cao_status st, unsigned tries)
{
	if (st == CAO_INTEGRITY || st == CAO_INPUT)
		return tries < 2;
	return st == CAO_AGAIN && tries < TRIES;
}

enum cao_status
cao_wechat_ask(struct cao_wechat *w, const struct cao_env *env,
    const char *path, const struct cao_buf *body, struct cao_wechat_answer *ret,
    struct cao_error *err)
{
	const char *api = w->config->wechat.api != NULL ? w->config->wechat.api
							: CAO_WECHAT_API;
	struct cao_wechat_request r = { .method = body != NULL ? "POST" : "GET",
		.body = body != NULL ? cao_buf_text(body) : NULL,
		.anchors = w->anchors,
		.timeout = w->config->wechat.timeout };
	struct cao_buf url = { 0 };
	enum cao_status st;

	cao_buf_printf(&url, "%s%s", api, path);
	r.url = cao_buf_text(&url);
	st = cao_buf_ok(&url) && (body == NULL || cao_buf_ok(body))
	    ? wish(w, env->now, &r.key_id, err)
	    : cao_fail_memory(err);
	if (st == CAO_OK)
		do {
			cao_wechat_answer_free(ret);
			st = try_once(w, path, body, env->now, &r, ret, err);
		} while (may_help(st, ++r.attempt));
	if (st == CAO_INTEGRITY || st == CAO_INPUT) {
		(void)cao_error_prefix(err, "the answer of WeChat Pay");
		err->status = st = CAO_AGAIN;
	}
	if (st != CAO_OK)
		cao_wechat_answer_free(ret);
	cao_buf_free(&url);
	return st;
}

enum cao_status
cao_wechat_refused(const struct cao_wechat_answer *a, struct cao_error *err)
{
	return cao_fail(err, CAO_DENIED, "WeChat Pay refuses: %d %s%s%s%s",
	    a->status, *a->why.code != '\0' ? a->why.code : "-",
	    *a->why.message != '\0' ? ": " : "", a->why.message,
	    a->genuine ? "" : _(" (and did not sign that)"));
}

bool
cao_wechat_says(const struct cao_wechat_answer *a, const char *code)
{
	return a->genuine && strcmp(a->why.code, code) == 0;
}
