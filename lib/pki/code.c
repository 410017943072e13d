/* One-time codes, and what is sealed under them. */
#include <limits.h>
#include <string.h>

#include <openssl/crypto.h>
#include <openssl/err.h>

#include "pki/code.h"
#include "pki/der.h"
#include "pki/digest.h"
#include "pki/key_openssl.h"

#define CHARACTERS 12
#define GROUP 4
#define NONCE_SIZE 12
#define TAG_SIZE 16
#define VERSION 1

static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/* Codes. */

static enum cao_status
write_code(const unsigned char values[CHARACTERS], struct cao_secret **ret,
    struct cao_error *err)
{
	struct cao_secret *code;
	unsigned char *out;

	if ((code = cao_secret_alloc(CAO_CODE_SIZE - 1, &out)) == NULL)
		return cao_fail_memory(err);
	for (size_t i = 0; i < CHARACTERS; i++) {
		if (i > 0 && i % GROUP == 0)
			*out++ = '-';
		*out++ = (unsigned char)alphabet[values[i]];
	}
	*ret = code;
	return CAO_OK;
}

enum cao_status
cao_code_make(struct cao_secret **ret, struct cao_error *err)
{
	unsigned char values[CHARACTERS];
	enum cao_status st;

	if ((st = cao_random(values, sizeof values, err)) != CAO_OK)
		return st;
	for (size_t i = 0; i < CHARACTERS; i++)
		values[i] %= sizeof alphabet - 1; /* 256 is a multiple */
	st = write_code(values, ret, err);
	OPENSSL_cleanse(values, sizeof values);
	return st;
}

/* The character's value, or -1. */
static int
value_of(unsigned char c)
{
	const char *at;

	if (c >= 'a' && c <= 'z')
		c = (unsigned char)(c - 'a' + 'A');
	if (c == 'I' || c == 'L')
		c = '1';
	if (c == 'O')
		c = '0';
	at = memchr(alphabet, c, sizeof alphabet - 1);
	return at != NULL ? (int)(at - alphabet) : -1;
}

static bool
is_passed_over(unsigned char c)
{
	return c == '-' || c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

enum cao_status
cao_code_read(const struct cao_secret *typed, struct cao_secret **ret,
    struct cao_error *err)
{
	const unsigned char *text = cao_secret_data(typed);
	unsigned char values[CHARACTERS];
	enum cao_status st;
	size_t n = 0;
	int value = 0;

	for (size_t i = 0; i < cao_secret_len(typed) && value != -1; i++) {
		if (is_passed_over(text[i]))
			continue;
		value = n < CHARACTERS ? value_of(text[i]) : -1;
		if (value != -1)
			values[n++] = (unsigned char)value;
	}
	if (value == -1 || n < CHARACTERS)
		st = cao_fail(err, CAO_INPUT,
		    "that is not the form of a one-time code, which has %d "
		    "letters and digits: XXXX-XXXX-XXXX",
		    CHARACTERS);
	else
		st = write_code(values, ret, err);
	OPENSSL_cleanse(values, sizeof values);
	return st;
}

/* The password that it is: its characters alone. */
static enum cao_status
password(
    const struct cao_secret *code, struct cao_pin **ret, struct cao_error *err)
{
	struct cao_secret *written = NULL, *bare = NULL;
	const unsigned char *in;
	unsigned char *out;
	enum cao_status st;

	if ((st = cao_code_read(code, &written, err)) != CAO_OK)
		return st;
	in = cao_secret_data(written);
	if ((bare = cao_secret_alloc(CHARACTERS, &out)) == NULL)
		st = cao_fail_memory(err);
	for (size_t i = 0; bare != NULL && i < CAO_CODE_SIZE - 1; i++)
		if (in[i] != '-')
			*out++ = in[i];
	if (st == CAO_OK)
		st = cao_pin_new(bare, ret, err);
	cao_secret_free(written);
	cao_secret_free(bare);
	return st;
}

/* Sealing. */

/* One way or the other, with the tag behind what is sealed. */
static bool
gcm(bool seal, const unsigned char key[CAO_PIN_KEY], const unsigned char *nonce,
    const char *number, const unsigned char *in, size_t len, unsigned char *out,
    unsigned char *tag)
{
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	int n, last = 0;
	bool ok;

	ok = ctx != NULL && len <= INT_MAX &&
	    EVP_CipherInit_ex2(
		ctx, EVP_aes_256_gcm(), key, nonce, seal, NULL) == 1 &&
	    EVP_CipherUpdate(ctx, NULL, &n, (const unsigned char *)number,
		(int)strlen(number)) == 1 &&
	    EVP_CipherUpdate(ctx, out, &n, in, (int)len) == 1 &&
	    (seal ||
		EVP_CIPHER_CTX_ctrl(
		    ctx, EVP_CTRL_AEAD_SET_TAG, TAG_SIZE, tag) == 1) &&
	    EVP_CipherFinal_ex(ctx, out + n, &last) == 1 &&
	    (!seal ||
		EVP_CIPHER_CTX_ctrl(
		    ctx, EVP_CTRL_AEAD_GET_TAG, TAG_SIZE, tag) == 1);
	EVP_CIPHER_CTX_free(ctx);
	return ok;
}

/* The frame as it stands so far is digested. */
static void
put_frame(struct cao_buf *out, const struct cao_scrypt *how,
    const unsigned char nonce[NONCE_SIZE], const unsigned char *sealed,
    size_t len)
{
	unsigned char digest[CAO_DIGEST_SIZE];
	struct cao_buf body = { 0 };
	size_t seq;

	cao_der_small(&body, VERSION);
	cao_der_put(&body, CAO_DER_OCTET_STRING, how->salt, how->salt_len);
	cao_der_small(&body, how->n);
	cao_der_small(&body, how->r);
	cao_der_small(&body, how->p);
	cao_der_put(&body, CAO_DER_OCTET_STRING, nonce, NONCE_SIZE);
	cao_der_put(&body, CAO_DER_OCTET_STRING, sealed, len);
	if (!cao_buf_ok(&body))
		out->failed = true;
	cao_sha256(body.data, body.len, digest);
	cao_der_put(&body, CAO_DER_OCTET_STRING, digest, sizeof digest);
	seq = cao_der_open(out, CAO_DER_SEQUENCE);
	cao_buf_add(out, body.data, body.len);
	cao_der_close(out, seq);
	cao_buf_free(&body);
}

enum cao_status
cao_code_seal(const struct cao_secret *code, const char *number,
    const void *data, size_t len, struct cao_buf *out, struct cao_error *err)
{
	unsigned char key[CAO_PIN_KEY], nonce[NONCE_SIZE];
	unsigned char sealed[CAO_CODE_SEALED_MAX + TAG_SIZE];
	struct cao_scrypt how;
	struct cao_pin *pin = NULL;
	enum cao_status st;

	if (len == 0 || len > CAO_CODE_SEALED_MAX)
		return cao_fail(err, CAO_INPUT,
		    "%zu octets to be sealed under a code: it can be 1 to %d",
		    len, CAO_CODE_SEALED_MAX);
	if ((st = password(code, &pin, err)) != CAO_OK ||
	    (st = cao_random(nonce, sizeof nonce, err)) != CAO_OK ||
	    (st = cao_pin_seal_key(pin, key, &how, err)) != CAO_OK)
		goto out;
	if (!gcm(true, key, nonce, number, data, len, sealed, sealed + len)) {
		st = cao_fail_ssl(
		    err, CAO_SYSTEM, "cannot seal with AES-256-GCM");
		goto out;
	}
	put_frame(out, &how, nonce, sealed, len + TAG_SIZE);
	if (!cao_buf_ok(out))
		st = cao_fail_memory(err);
out:
	OPENSSL_cleanse(key, sizeof key);
	cao_pin_free(pin);
	return st;
}

/* Opening. */

struct frame {
	struct cao_scrypt how;
	struct cao_der nonce, sealed;
};

static bool
read_salt(struct cao_der *w, struct cao_scrypt *how)
{
	struct cao_der salt;

	if (!cao_der_take(w, CAO_DER_OCTET_STRING, &salt) ||
	    salt.len != CAO_SALT_SIZE)
		return false;
	memcpy(how->salt, salt.data, salt.len);
	how->salt_len = salt.len;
	return true;
}

static bool
read_frame(const void *der, size_t len, struct frame *ret)
{
	struct cao_der w = { der, len }, seq, body, digest;
	unsigned char have[CAO_DIGEST_SIZE];
	uint32_t version;

	if (!cao_der_take(&w, CAO_DER_SEQUENCE, &seq) || w.len != 0)
		return false;
	body = seq;
	if (!cao_der_get_small(&seq, &version) || version != VERSION ||
	    !read_salt(&seq, &ret->how) ||
	    !cao_der_get_small(&seq, &ret->how.n) ||
	    !cao_der_get_small(&seq, &ret->how.r) ||
	    !cao_der_get_small(&seq, &ret->how.p) ||
	    !cao_der_take(&seq, CAO_DER_OCTET_STRING, &ret->nonce) ||
	    ret->nonce.len != NONCE_SIZE ||
	    !cao_der_take(&seq, CAO_DER_OCTET_STRING, &ret->sealed) ||
	    ret->sealed.len <= TAG_SIZE ||
	    ret->sealed.len > CAO_CODE_SEALED_MAX + TAG_SIZE)
		return false;
	cao_sha256(body.data, body.len - seq.len, have);
	return cao_der_take(&seq, CAO_DER_OCTET_STRING, &digest) &&
	    seq.len == 0 && digest.len == sizeof have &&
	    memcmp(digest.data, have, sizeof have) == 0;
}

static enum cao_status
open_frame(const struct frame *f, const unsigned char key[CAO_PIN_KEY],
    const char *number, struct cao_secret **ret, struct cao_error *err)
{
	size_t len = f->sealed.len - TAG_SIZE;
	unsigned char tag[TAG_SIZE], clear[CAO_CODE_SEALED_MAX];
	enum cao_status st = CAO_OK;

	memcpy(tag, f->sealed.data + len, TAG_SIZE);
	if (!gcm(false, key, f->nonce.data, number, f->sealed.data, len, clear,
		tag)) {
		ERR_clear_error();
		st = cao_fail(err, CAO_INPUT, "the one-time code is wrong");
	} else if ((*ret = cao_secret_new(clear, len)) == NULL) {
		st = cao_fail_memory(err);
	}
	OPENSSL_cleanse(clear, sizeof clear);
	return st;
}

enum cao_status
cao_code_open(const struct cao_secret *code, const char *number,
    const void *sealed, size_t len, struct cao_secret **ret,
    struct cao_error *err)
{
	unsigned char key[CAO_PIN_KEY];
	struct cao_pin *pin = NULL;
	enum cao_status st;
	struct frame f;

	if ((st = password(code, &pin, err)) != CAO_OK)
		return st;
	if (!read_frame(sealed, len, &f))
		st = cao_fail(err, CAO_INTEGRITY,
		    "what was sealed under the one-time code is damaged");
	else if ((st = cao_pin_open_key(pin, &f.how, key, err)) == CAO_INPUT)
		err->status = st = CAO_INTEGRITY; /* a cost out of bounds */
	if (st == CAO_OK)
		st = open_frame(&f, key, number, ret, err);
	OPENSSL_cleanse(key, sizeof key);
	cao_pin_free(pin);
	return st;
}
