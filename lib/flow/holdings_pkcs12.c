/* What containers hold, as PKCS #12. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/folder.h"
#include "flow/install.h"
#include "pki/envelope.h"

#define CHAIN_MAX 8 /* certificates of a chain.pem */

/* The certificates of chain.pem, in their order. */
static enum cao_status
read_chain(const struct cao_container *c, const char *name,
    struct cao_buf chain[CHAIN_MAX], size_t *ret_count, struct cao_error *err)
{
	struct cao_buf pem = { 0 };
	const char *at, *end;
	enum cao_status st;
	size_t n = 0;

	if ((st = cao_container_read(c, name, "chain.pem", &pem, err)))
		return st;
	at = cao_buf_text(&pem);
	end = at + pem.len;
	while (st == CAO_OK && n < CHAIN_MAX && strstr(at, "-----BEGIN"))
		st = cao_pem_get("chain.pem", at, (size_t)(end - at),
		    "CERTIFICATE", &chain[n++], &at, err);
	cao_buf_free(&pem);
	*ret_count = n;
	return st;
}

/* "林晓 sign": the holder's name, which ends the subject, and the usage. */
static enum cao_status
friendly_name(const struct cao_buf *der, enum cao_usage usage,
    struct cao_buf *out, struct cao_error *err)
{
	struct cao_buf subject = { 0 };
	const char *name = NULL, *at;
	struct cao_cert cert;
	enum cao_status st;

	if ((st = cao_cert_read(der->data, der->len, &cert, err)) != CAO_OK)
		return st;
	if (cao_name_text(cert.subject, cert.subject_len, &subject))
		for (at = cao_buf_text(&subject);
		     (at = strstr(at, "CN=")) != NULL; at += 3)
			name = at + 3;
	if (name == NULL)
		name = "";
	cao_buf_printf(
	    out, usage == CAO_SIGN ? _("%s sign") : _("%s encrypt"), name);
	st = cao_buf_ok(&subject) && cao_buf_ok(out) ? CAO_OK
						     : cao_fail_memory(err);
	cao_buf_free(&subject);
	return st;
}

/* One key with its certificate and name. */
struct half {
	struct cao_key *key;
	struct cao_buf cert, name;
};

/* All of them, and the chain. */
struct halves {
	struct half *list;
	size_t count;
	struct cao_buf chain[CHAIN_MAX];
	size_t nchain;
};

static void
free_halves(struct halves *h)
{
	for (size_t i = 0; i < h->count; i++) {
		cao_key_free(h->list[i].key);
		cao_buf_free(&h->list[i].cert);
		cao_buf_free(&h->list[i].name);
	}
	free(h->list);
	for (size_t i = 0; i < CHAIN_MAX; i++)
		cao_buf_free(&h->chain[i]);
}

static enum cao_status
read_half(const struct cao_container *c, const char *name, enum cao_usage usage,
    const char *base, struct halves *all, struct cao_error *err)
{
	struct half *h = &all->list[all->count++];
	struct cao_buf crt = { 0 }, key = { 0 };
	enum cao_status st;

	cao_buf_printf(&crt, "%s.crt", base);
	cao_buf_printf(&key, "%s.key", base);
	if (!cao_buf_ok(&crt) || !cao_buf_ok(&key))
		st = cao_fail_memory(err);
	else if ((st = cao_install_read_cert(
		      c, name, cao_buf_text(&crt), &h->cert, err)) == CAO_OK)
		st = cao_container_get_key(
		    c, name, cao_buf_text(&key), &h->key, err);
	if (st == CAO_OK)
		st = friendly_name(&h->cert, usage, &h->name, err);
	cao_buf_free(&crt);
	cao_buf_free(&key);
	return st;
}

/* The pair, then what is kept beside it. */
static enum cao_status
read_halves(const struct cao_container *c, const char *name, char *const *files,
    struct halves *all, struct cao_error *err)
{
	char base[CAO_KEPT_SIZE];
	enum cao_status st;
	size_t n = 0;

	while (files[n] != NULL)
		n++;
	if ((all->list = calloc(n + 2, sizeof *all->list)) == NULL)
		return cao_fail_memory(err);
	st = read_half(c, name, CAO_SIGN, "sign", all, err);
	if (st == CAO_OK)
		st = read_half(c, name, CAO_ENCRYPT, "encrypt", all, err);
	for (size_t i = 0; st == CAO_OK && i < n; i++)
		if (cao_kept_base(files[i], base))
			st = read_half(c, name, CAO_ENCRYPT, base, all, err);
	if (st == CAO_OK)
		st = read_chain(c, name, all->chain, &all->nchain, err);
	return st;
}

static enum cao_status
make_pkcs12(const struct cao_container *c, const struct halves *h,
    struct cao_buf *out, struct cao_error *err)
{
	struct cao_bag *bags = calloc(h->count, sizeof *bags);
	struct cao_octets above[CHAIN_MAX];
	enum cao_status st;

	if (bags == NULL)
		return cao_fail_memory(err);
	for (size_t i = 0; i < h->count; i++)
		bags[i] = (struct cao_bag){ h->list[i].key,
			h->list[i].cert.data, h->list[i].cert.len,
			cao_buf_text(&h->list[i].name) };
	for (size_t i = 0; i < h->nchain; i++)
		above[i] =
		    (struct cao_octets){ h->chain[i].data, h->chain[i].len };
	st = cao_pkcs12_make(
	    bags, h->count, above, h->nchain, cao_pin_secret(c->pin), out, err);
	free(bags);
	return st;
}

enum cao_status
cao_install_pkcs12(struct cao_container *c, const char *number,
    unsigned char **ret, size_t *ret_len, struct cao_error *err)
{
	char *folder = cao_container_path(c, number, NULL), **files = NULL;
	struct halves h = { 0 };
	struct cao_buf out = { 0 };
	enum cao_status st;

	if (folder == NULL)
		return cao_fail_memory(err);
	if ((st = cao_folder_list(folder, &files, err)) == CAO_OK)
		st = read_halves(c, number, files, &h, err);
	if (st == CAO_OK)
		st = make_pkcs12(c, &h, &out, err);
	if (st == CAO_OK)
		*ret = cao_buf_take(&out, ret_len);
	cao_buf_free(&out);
	free_halves(&h);
	cao_folder_list_free(files);
	free(folder);
	return st;
}
