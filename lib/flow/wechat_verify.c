/* Whether what WeChat Pay is said to have signed was signed by it. */
#include <sys/stat.h>

#include <stdlib.h>
#include <string.h>

#include "flow/wechat.h"
#include "pki/wechat.h"

enum cao_status
cao_wechat_secret(const struct cao_store *s, const char *below, size_t max,
    struct cao_buf *ret, struct cao_error *err)
{
	char *path = cao_store_path(s, below);
	struct stat info;
	bool open = false;
	enum cao_status st;

	if (path == NULL)
		return cao_fail_memory(err);
	open = stat(path, &info) == 0 && (info.st_mode & 077) != 0;
	free(path);
	if (open)
		return cao_fail(err, CAO_DENIED,
		    "%s: others may use the file (mode %04o): chmod 600", below,
		    (unsigned)info.st_mode & 07777);
	st = cao_store_file(s, below, max, ret, err);
	return st == CAO_NOTFOUND
	    ? cao_fail(err, CAO_DENIED, "%s is missing", below)
	    : st;
}

/* The key that signed, if the CA certified it for that time. */
static enum cao_status
find_key(struct cao_store *s, const struct cao_wechat_proof *p,
    const struct cao_wechat_key **ret, struct cao_error *err)
{
	const struct cao_wechat_keys *keys;
	char until[CAO_RFC3339_SIZE];
	enum cao_status st;

	if ((st = cao_wechat_keys_get(s, &keys, err)) != CAO_OK)
		return st;
	if ((*ret = cao_wechat_keys_find(keys, p->serial)) == NULL)
		return cao_fail(err, CAO_INTEGRITY,
		    "the CA certified no key '%.64s' of WeChat Pay", p->serial);
	if ((*ret)->until == 0 || p->timestamp <= (*ret)->until)
		return CAO_OK;
	cao_time_format((*ret)->until, until);
	return cao_fail(err, CAO_INTEGRITY,
	    "the key '%.64s' of WeChat Pay counts no longer than %s", p->serial,
	    until);
}

static struct cao_octets
octets(const char *text)
{
	return (struct cao_octets){ (const unsigned char *)text, strlen(text) };
}

/* Decrypt with the first key of the file that does it: those of old are behind
 * the one that is in use. */
static enum cao_status
decrypt(struct cao_store *s, const struct cao_wechat_notice *n,
    struct cao_buf *out, struct cao_error *err)
{
	const struct cao_octets nonce = octets(n->nonce),
				associated = octets(n->associated),
				sealed = { n->ciphertext.data,
					n->ciphertext.len };
	struct cao_buf file = { 0 };
	char *line, *save = NULL;
	struct cao_octets key;
	enum cao_status st;

	st = cao_wechat_secret(
	    s, CAO_WECHAT_API_KEY, CAO_WECHAT_API_KEY_MAX, &file, err);
	if (st != CAO_OK)
		return st;
	st = cao_fail(err, CAO_DENIED,
	    "%s: a key of API v3 is %d characters on a line of its own",
	    CAO_WECHAT_API_KEY, CAO_WECHAT_KEY_SIZE);
	for (line = file.len > 0 ? strtok_r((char *)file.data, "\r\n", &save)
				 : NULL;
	     line != NULL && st != CAO_OK;
	     line = strtok_r(NULL, "\r\n", &save)) {
		key = octets(line);
		if (key.len != CAO_WECHAT_KEY_SIZE)
			continue;
		st = cao_wechat_open(
		    &key, &nonce, &associated, &sealed, out, err);
		if (st != CAO_OK && st != CAO_INTEGRITY)
			break;
	}
	cao_buf_free(&file);
	return st;
}

/* The content: of a notice what is encrypted in it, else the body. */
static enum cao_status
open_body(struct cao_store *s, const struct cao_wechat_proof *p,
    struct cao_wechat_opened *o, struct cao_error *err)
{
	struct cao_wechat_notice n;
	enum cao_status st;

	st = cao_wechat_notice_read(p->body.data, p->body.len, &n, err);
	if (st == CAO_OK) {
		memcpy(o->event, n.event, sizeof o->event);
		st = decrypt(s, &n, &o->text, err);
		cao_wechat_notice_free(&n);
	} else if (st == CAO_INPUT) {
		cao_buf_add(&o->text, p->body.data, p->body.len);
		st = cao_buf_ok(&o->text) ? CAO_OK : cao_fail_memory(err);
	}
	return st;
}

enum cao_status
cao_wechat_proof_open(struct cao_store *s, const struct cao_wechat_proof *p,
    struct cao_wechat_opened *ret, struct cao_error *err)
{
	const struct cao_octets body = { p->body.data, p->body.len },
				signature = { p->signature.data,
					p->signature.len };
	struct cao_wechat_opened o = { .key = NULL };
	enum cao_status st;

	if ((st = find_key(s, p, &o.key, err)) != CAO_OK)
		return st;
	st = cao_wechat_verify(
	    o.key->key, p->timestamp, p->nonce, &body, &signature, err);
	if (st == CAO_INTEGRITY)
		return cao_fail(err, CAO_INTEGRITY,
		    "the signature is not that of WeChat Pay's key '%.64s'",
		    p->serial);
	if (st == CAO_OK)
		st = open_body(s, p, &o, err);
	if (st == CAO_OK)
		*ret = o;
	else
		cao_wechat_opened_free(&o);
	return st;
}

void
cao_wechat_opened_free(struct cao_wechat_opened *o)
{
	cao_buf_free(&o->text);
}

static enum cao_status
check_merchant(const struct cao_wechat_opened *o, const char *mchid,
    const char *appid, struct cao_error *err)
{
	if (strcmp(mchid, o->key->mchid) != 0)
		return cao_fail(err, CAO_INTEGRITY,
		    "it is for merchant %s and not for %s", mchid,
		    o->key->mchid);
	if (appid != NULL && strcmp(appid, o->key->appid) != 0)
		return cao_fail(err, CAO_INTEGRITY,
		    "it is for application %s and not for %s", appid,
		    o->key->appid);
	return CAO_OK;
}

enum cao_status
cao_wechat_opened_transaction(const struct cao_wechat_opened *o,
    struct cao_wechat_transaction *ret, struct cao_error *err)
{
	enum cao_status st;

	st = cao_wechat_transaction_read(o->text.data, o->text.len, ret, err);
	return st == CAO_OK ? check_merchant(o, ret->mchid, ret->appid, err)
			    : st;
}

enum cao_status
cao_wechat_opened_returned(const struct cao_wechat_opened *o,
    struct cao_wechat_returned *ret, struct cao_error *err)
{
	bool notice = *o->event != '\0';
	enum cao_status st;

	st = cao_wechat_returned_read(
	    o->text.data, o->text.len, notice, ret, err);
	return st == CAO_OK && notice ? check_merchant(o, ret->mchid, NULL, err)
				      : st;
}

/* Which of what is recorded is not what was signed, or NULL. */
static const char *
difference(const struct cao_wechat_transaction *t, const char *number,
    const struct cao_wechat_payment *p)
{
	char of[CAO_NUMBER_SIZE];

	if (strcmp(t->state, "SUCCESS") != 0)
		return "trade_state";
	if (strcmp(t->out_trade_no, p->out_trade_no) != 0 ||
	    !cao_wechat_number(t->out_trade_no, of) || strcmp(of, number) != 0)
		return "out_trade_no";
	if (strcmp(t->id, p->transaction_id) != 0)
		return "transaction_id";
	if (t->fen != p->fen)
		return "amount.total";
	if (strcmp(t->payer, p->payer) != 0)
		return "payer.openid";
	return t->success_at != p->success_at ? "success_time" : NULL;
}

static enum cao_status
differs(struct cao_error *err, const char *member)
{
	return cao_fail(err, CAO_INTEGRITY,
	    "what WeChat Pay signed has another %s than what is recorded",
	    member);
}

static enum cao_status
payment(struct cao_store *s, const char *number,
    const struct cao_wechat_payment *p, struct cao_error *err)
{
	struct cao_wechat_opened o = { .key = NULL };
	struct cao_wechat_transaction t;
	const char *member = NULL;
	enum cao_status st;

	if ((st = cao_wechat_proof_open(s, &p->proof, &o, err)) == CAO_OK)
		st = cao_wechat_opened_transaction(&o, &t, err);
	if (st == CAO_OK)
		member = difference(&t, number, p);
	cao_wechat_opened_free(&o);
	return member == NULL ? st : differs(err, member);
}

static enum cao_status
result(struct cao_store *s, const struct cao_wechat_result *r,
    struct cao_error *err)
{
	struct cao_wechat_opened o = { .key = NULL };
	struct cao_wechat_returned t;
	const char *member = NULL;
	enum cao_status st;

	if ((st = cao_wechat_proof_open(s, &r->proof, &o, err)) == CAO_OK)
		st = cao_wechat_opened_returned(&o, &t, err);
	cao_wechat_opened_free(&o);
	if (st != CAO_OK)
		return st;
	if (strcmp(t.number, r->number) != 0)
		member = "out_refund_no";
	else if (t.fen != r->fen)
		member = "amount.refund";
	else if (strcmp(t.status, r->status) != 0)
		member = "status";
	return member == NULL ? CAO_OK : differs(err, member);
}

const struct cao_wechat_verifier cao_wechat_verifier = { payment, result };
