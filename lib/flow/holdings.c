/* What containers hold: as PKCS #12, and listed. */
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/folder.h"
#include "flow/container.h"
#include "pki/cert.h"
#include "pki/envelope.h"

#define CHAIN_MAX 8 /* certificates of a chain.pem */

/* The DER of a file's first certificate. */
static enum cao_status
read_cert(const struct cao_container *c, const char *name, const char *file,
    struct cao_buf *ret, struct cao_error *err)
{
	char *path = cao_container_path(c, name, file);
	struct cao_buf pem = { 0 };
	enum cao_status st;

	if (path == NULL)
		return cao_fail_memory(err);
	st = cao_container_read(c, name, file, &pem, err);
	if (st == CAO_OK)
		st = cao_pem_get(path, cao_buf_text(&pem), pem.len,
		    "CERTIFICATE", ret, NULL, err);
	cao_buf_free(&pem);
	free(path);
	return st;
}

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

static enum cao_status
read_half(const struct cao_container *c, const char *name, enum cao_usage usage,
    struct half *h, struct cao_error *err)
{
	bool sign = usage == CAO_SIGN;
	enum cao_status st;

	st = read_cert(
	    c, name, sign ? "sign.crt" : "encrypt.crt", &h->cert, err);
	if (st == CAO_OK)
		st = cao_container_get_key(
		    c, name, sign ? "sign.key" : "encrypt.key", &h->key, err);
	if (st == CAO_OK)
		st = friendly_name(&h->cert, usage, &h->name, err);
	return st;
}

enum cao_status
cao_install_pkcs12(struct cao_container *c, const char *number,
    unsigned char **ret, size_t *ret_len, struct cao_error *err)
{
	struct cao_octets above[CHAIN_MAX];
	struct cao_buf chain[CHAIN_MAX] = { { 0 } };
	struct half h[2] = { { 0 }, { 0 } };
	struct cao_bag bags[2];
	struct cao_buf out = { 0 };
	enum cao_status st = CAO_OK;
	size_t n = 0;

	for (int i = 0; st == CAO_OK && i < 2; i++) {
		st = read_half(c, number, (enum cao_usage)i, &h[i], err);
		bags[i] = (struct cao_bag){ h[i].key, h[i].cert.data,
			h[i].cert.len, cao_buf_text(&h[i].name) };
	}
	if (st == CAO_OK)
		st = read_chain(c, number, chain, &n, err);
	for (size_t i = 0; i < n; i++)
		above[i] = (struct cao_octets){ chain[i].data, chain[i].len };
	if (st == CAO_OK)
		st = cao_pkcs12_make(
		    bags, above, n, cao_pin_secret(c->pin), &out, err);
	if (st == CAO_OK)
		*ret = cao_buf_take(&out, ret_len);
	cao_buf_free(&out);
	for (int i = 0; i < 2; i++) {
		cao_key_free(h[i].key);
		cao_buf_free(&h[i].cert);
		cao_buf_free(&h[i].name);
	}
	for (size_t i = 0; i < CHAIN_MAX; i++)
		cao_buf_free(&chain[i]);
	return st;
}

/* Listing. */

struct listing {
	const struct cao_container *container;
	int64_t now;
	void (*row)(void *arg, const struct cao_installed *);
	void *arg;
};

static bool
has_file(const struct cao_container *c, const char *name, const char *file)
{
	char *path = cao_container_path(c, name, file);
	bool there = path != NULL && cao_file_exists(path);

	free(path);
	return there;
}

static const char *
status_at(const struct cao_cert *cert, int64_t now)
{
	if (now < cert->not_before)
		return "not-yet-valid";
	return now > cert->not_after ? "expired" : "valid";
}

/* The name of a key's algorithm; "" of one that we do not know. */
static const char *
algorithm_of(const unsigned char *spki, size_t len)
{
	struct cao_error ignored;
	struct cao_key *key;
	const char *name;

	if (cao_key_from_spki(spki, len, &key, &ignored) != CAO_OK)
		return "";
	name = cao_algorithm_names[cao_key_algorithm(key)];
	cao_key_free(key);
	return name;
}

/* The row of a certificate. */
static enum cao_status
list_cert(const struct listing *l, const char *name, const char *usage,
    const char *file, struct cao_error *err)
{
	struct cao_buf der = { 0 }, subject = { 0 };
	char serial[CAO_SERIAL_HEX];
	struct cao_installed row;
	struct cao_cert cert;
	enum cao_status st;

	if ((st = read_cert(l->container, name, file, &der, err)) != CAO_OK)
		goto out;
	if ((st = cao_cert_read(der.data, der.len, &cert, err)) != CAO_OK) {
		st = cao_error_prefix(
		    err, "%s/%s/%s", l->container->dir, name, file);
		goto out;
	}
	cao_cert_serial_hex(&cert, serial);
	(void)cao_name_text(cert.subject, cert.subject_len, &subject);
	if (!cao_buf_ok(&subject)) {
		st = cao_fail_memory(err);
		goto out;
	}
	row = (struct cao_installed){ .number = name,
		.usage = *cert.roles != '\0' ? "operator" : usage,
		.serial = serial,
		.subject = cao_buf_text(&subject),
		.algorithm = algorithm_of(cert.spki, cert.spki_len),
		.not_before = cert.not_before,
		.not_after = cert.not_after,
		.status = status_at(&cert, l->now) };
	l->row(l->arg, &row);
out:
	cao_buf_free(&subject);
	cao_buf_free(&der);
	return st;
}

/* The row of a key whose certificate is still to come. */
static void
list_waiting(const struct listing *l, const char *name)
{
	struct cao_installed row = { .number = name,
		.usage = "sign",
		.serial = "",
		.subject = "",
		.algorithm = "",
		.status = "waiting" };
	struct cao_csr csr = { .key = NULL };
	struct cao_buf pem = { 0 };
	struct cao_error ignored;

	if (cao_container_read(
		l->container, name, "sign.csr", &pem, &ignored) == CAO_OK &&
	    cao_csr_read("sign.csr", pem.data, pem.len, &csr, &ignored) ==
		CAO_OK)
		row.algorithm = cao_algorithm_names[cao_key_algorithm(csr.key)];
	l->row(l->arg, &row);
	cao_csr_free(&csr);
	cao_buf_free(&pem);
}

static enum cao_status
list_folder(const struct listing *l, const char *name, struct cao_error *err)
{
	static const struct {
		enum cao_usage usage;
		const char *word, *file;
	} files[] = {
		{ CAO_SIGN, "sign", "sign.crt" },
		{ CAO_ENCRYPT, "encrypt", "encrypt.crt" },
	};
	enum cao_status st, worst = CAO_OK;
	struct cao_error one;

	if (!has_file(l->container, name, "sign.crt") &&
	    has_file(l->container, name, "sign.key"))
		list_waiting(l, name);
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		if (!has_file(l->container, name, files[i].file))
			continue;
		st = list_cert(l, name, files[i].word, files[i].file, &one);
		if (st != CAO_OK && worst == CAO_OK) {
			*err = one;
			worst = st;
		}
	}
	return worst;
}

/* A certificate that cannot be read does not hide the others. */
enum cao_status
cao_install_list(struct cao_store *s, const struct cao_env *env,
    struct cao_container *c,
    void (*row)(void *arg, const struct cao_installed *), void *arg,
    struct cao_error *err)
{
	const struct listing l = { c, env->now, row, arg };
	enum cao_status st, worst = CAO_OK;
	struct cao_error one;
	char **names;

	(void)s;
	if ((st = cao_folder_list(c->dir, &names, err)) != CAO_OK)
		return st;
	for (size_t i = 0; names[i] != NULL; i++) {
		if (names[i][0] == '.')
			continue; /* keys that have no order yet */
		st = list_folder(&l, names[i], &one);
		if (st != CAO_OK && worst == CAO_OK) {
			*err = one;
			worst = st;
		}
	}
	cao_folder_list_free(names);
	return worst;
}
