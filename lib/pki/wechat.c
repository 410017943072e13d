/* Signatures and ciphertexts of WeChat Pay. */
#include "pki/wechat.h"

#include <limits.h>
#include <stdlib.h>

#include <openssl/err.h>
#include <openssl/evp.h>

#include "base/text.h"

static bool
is_rsa(const struct cao_key *key)
{
	enum cao_algorithm a = cao_key_algorithm(key);

	return a == CAO_RSA2048 || a == CAO_RSA3072;
}

static enum cao_status
check_rsa(const struct cao_key *key, struct cao_error *err)
{
	return is_rsa(key)
	    ? CAO_OK
	    : cao_fail(err, CAO_INPUT,
		  "the key is %s; keys for WeChat Pay are RSA of 2048 bits or "
		  "more",
		  cao_algorithm_names[cao_key_algorithm(key)]);
}

enum cao_status
cao_wechat_sign(const struct cao_key *key, const struct cao_wechat_signed *r,
    struct cao_buf *out, struct cao_error *err)
{
	struct cao_buf text = { 0 }, signature = { 0 };
	enum cao_status st;

	cao_buf_printf(&text, "%s\n%s\n%lld\n%s\n", r->method, r->path,
	    (long long)r->timestamp, r->nonce);
	cao_buf_add(&text, r->body, r->len);
	cao_buf_putc(&text, '\n');
	if (!cao_buf_ok(&text))
		st = cao_fail_memory(err);
	else if ((st = check_rsa(key, err)) == CAO_OK)
		st = cao_key_sign(key, text.data, text.len, &signature, err);
	if (st == CAO_OK)
		cao_base64_put(out, signature.data, signature.len);
	if (st == CAO_OK && !cao_buf_ok(out))
		st = cao_fail_memory(err);
	cao_buf_free(&signature);
	cao_buf_free(&text);
	return st;
}

enum cao_status
cao_wechat_verify(const struct cao_key *key, int64_t timestamp,
    const char *nonce, const struct cao_octets *body,
    const struct cao_octets *signature, struct cao_error *err)
{
	struct cao_buf text = { 0 };
	enum cao_status st;

	cao_buf_printf(&text, "%lld\n%s\n", (long long)timestamp, nonce);
	cao_buf_add(&text, body->data, body->len);
	cao_buf_putc(&text, '\n');
	if (!cao_buf_ok(&text))
		st = cao_fail_memory(err);
	else if ((st = check_rsa(key, err)) == CAO_OK)
		st = cao_key_verify(key, text.data, text.len, signature->data,
		    signature->len, err);
	cao_buf_free(&text);
	return st;
}

/* GCM: key and nonce, the associated data, the text, then the tag. */
static bool
decrypt(EVP_CIPHER_CTX *ctx, const struct cao_octets *key,
    const struct cao_octets *nonce, const struct cao_octets *associated,
    const struct cao_octets *sealed, unsigned char *out)
{
	const EVP_CIPHER *cipher = key->len == CAO_WECHAT_KEY_SIZE
	    ? EVP_aes_256_gcm()
	    : EVP_aes_128_gcm();
	size_t len = sealed->len - CAO_WECHAT_TAG_SIZE;
	unsigned char tag[CAO_WECHAT_TAG_SIZE];
	int n = 0;

	for (size_t i = 0; i < sizeof tag; i++) /* OpenSSL takes no const */
		tag[i] = sealed->data[len + i];
	return EVP_DecryptInit_ex(ctx, cipher, NULL, NULL, NULL) == 1 &&
	    EVP_CIPHER_CTX_ctrl(
		ctx, EVP_CTRL_AEAD_SET_IVLEN, (int)nonce->len, NULL) == 1 &&
	    EVP_DecryptInit_ex(ctx, NULL, NULL, key->data, nonce->data) == 1 &&
	    (associated->len == 0 ||
		EVP_DecryptUpdate(ctx, NULL, &n, associated->data,
		    (int)associated->len) == 1) &&
	    (len == 0 ||
		EVP_DecryptUpdate(ctx, out, &n, sealed->data, (int)len) == 1) &&
	    EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, sizeof tag, tag) ==
	    1 &&
	    EVP_DecryptFinal_ex(ctx, out + len, &n) == 1;
}

static enum cao_status
not_opened(struct cao_error *err)
{
	ERR_clear_error();
	return cao_fail(err, CAO_INTEGRITY,
	    "the ciphertext does not open with the key of API v3");
}

enum cao_status
cao_wechat_open(const struct cao_octets *key, const struct cao_octets *nonce,
    const struct cao_octets *associated, const struct cao_octets *ciphertext,
    struct cao_buf *out, struct cao_error *err)
{
	unsigned char *clear;
	EVP_CIPHER_CTX *ctx;
	enum cao_status st = CAO_OK;

	if ((key->len != CAO_WECHAT_KEY_SIZE && key->len != 16) ||
	    nonce->len == 0 || nonce->len > EVP_MAX_IV_LENGTH ||
	    associated->len > INT_MAX || ciphertext->len > INT_MAX ||
	    ciphertext->len < CAO_WECHAT_TAG_SIZE)
		return not_opened(err);
	ctx = EVP_CIPHER_CTX_new();
	clear = malloc(ciphertext->len);
	if (ctx == NULL || clear == NULL)
		st = cao_fail_memory(err);
	else if (!decrypt(ctx, key, nonce, associated, ciphertext, clear))
		st = not_opened(err);
	else
		cao_buf_add(out, clear, ciphertext->len - CAO_WECHAT_TAG_SIZE);
	if (st == CAO_OK && !cao_buf_ok(out))
		st = cao_fail_memory(err);
	free(clear);
	EVP_CIPHER_CTX_free(ctx);
	return st;
}
