/* The operators' register: the file ca/operators, signed as a whole. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/text.h"
#include "base/time.h"
#include "pki/chain.h"
#include "store/store.h"

#define REGISTER_FILE "ca/operators"
#define HEAD "caorder operators 1\n"

const char *const cao_roles[] = { "accept", "approve", "cashier", "recover",
	NULL };

void
cao_register_free(struct cao_register *r)
{
	if (r == NULL)
		return;
	for (size_t i = 0; i < r->count; i++) {
		free(r->list[i].name);
		free(r->list[i].roles);
		cao_buf_free(&r->list[i].cert);
		cao_key_free(r->list[i].key);
	}
	free(r->list);
	free(r);
}

static enum cao_status
bad_register(struct cao_error *err, const char *why)
{
	return cao_fail(err, CAO_INTEGRITY,
	    "the operators' register (ca/operators) is not valid: %s", why);
}

/* The operators' CA: its certificate's key. */
static enum cao_status
ca_key(struct cao_store *s, struct cao_key **ret, struct cao_error *err)
{
	struct cao_buf pem = { 0 }, der = { 0 };
	struct cao_cert cert;
	enum cao_status st;

	st = cao_store_file(s, "ca/operators.crt", CAO_CERT_MAX, &pem, err);
	if (st != CAO_OK)
		return st;
	st = cao_pem_get("ca/operators.crt", cao_buf_text(&pem), pem.len,
	    "CERTIFICATE", &der, NULL, err);
	if (st == CAO_OK)
		st = cao_cert_read_key(der.data, der.len, &cert, ret, err);
	cao_buf_free(&der);
	cao_buf_free(&pem);
	return st;
}

/* One "operator NAME ROLES SINCE UNTIL CERTIFICATE" line; "-": in office. */
static enum cao_status
read_operator(char *line, const struct cao_key *ca, struct cao_registered *ret,
    struct cao_error *err)
{
	struct cao_cert cert;
	char *field[5], *save = NULL;
	enum cao_status st;
	int n;

	for (n = 0; n < 5; n++) {
		field[n] = strtok_r(n == 0 ? line : NULL, " ", &save);
		if (field[n] == NULL)
			return bad_register(err, "a line is too short");
	}
	ret->name = strdup(field[0]);
	ret->roles = strdup(field[1]);
	if (ret->name == NULL || ret->roles == NULL)
		return cao_fail_memory(err);
	if ((st = cao_time_parse(field[2], &ret->since, err)) != CAO_OK)
		return st;
	if (strcmp(field[3], "-") != 0 &&
	    (st = cao_time_parse(field[3], &ret->until, err)) != CAO_OK)
		return st;
	if (!cao_base64_get(field[4], strlen(field[4]), &ret->cert))
		return bad_register(err, "a certificate is not Base64");
	st = cao_cert_read(ret->cert.data, ret->cert.len, &cert, err);
	if (st != CAO_OK || (st = cao_cert_verify(&cert, ca, err)) != CAO_OK)
		return st;
	if (strcmp(cert.roles, ret->roles) != 0)
		return bad_register(err, "a role is not the certificate's");
	cao_sha256(ret->cert.data, ret->cert.len, ret->cert_digest);
	return cao_key_from_spki(cert.spki, cert.spki_len, &ret->key, err);
}

/* The lines between head and signature. */
static enum cao_status
read_lines(char *text, const struct cao_key *ca, struct cao_register *r,
    struct cao_error *err)
{
	struct cao_registered *list;
	char *line, *save = NULL;
	enum cao_status st = CAO_OK;

	for (line = strtok_r(text, "\n", &save); line != NULL && st == CAO_OK;
	     line = strtok_r(NULL, "\n", &save)) {
		if (strncmp(line, "version ", 8) == 0) {
			r->version = strtoll(line + 8, NULL, 10);
			continue;
		}
		if (strncmp(line, "operator ", 9) != 0)
			return bad_register(err, "an unknown line");
		if (r->count == CAO_OPERATORS_MAX)
			return bad_register(err, "too many operators");
		list = cao_grow(r->list, r->count, sizeof *list);
		if (list == NULL)
			return cao_fail_memory(err);
		r->list = list;
		memset(&list[r->count], 0, sizeof *list);
		st = read_operator(line + 9, ca, &list[r->count++], err);
	}
	return st;
}

/* Verify the file's signature, cut it off, and read the rest. */
static enum cao_status
read_register(struct cao_store *s, struct cao_buf *file, struct cao_register *r,
    struct cao_error *err)
{
	static const char mark[] = "\nsignature ";
	struct cao_buf signature = { 0 };
	struct cao_key *ca = NULL;
	char *text = (char *)file->data, *end;
	enum cao_status st;

	if (file->len < sizeof HEAD ||
	    strncmp(text, HEAD, sizeof HEAD - 1) != 0 ||
	    strlen(text) != file->len || (end = strstr(text, mark)) == NULL)
		return bad_register(err, "it is not such a file");
	cao_sha256(file->data, file->len, r->digest);
	end++; /* the line end before it is signed too */
	if (!cao_base64_get(end + sizeof mark - 2,
		strlen(end + sizeof mark - 2), &signature))
		st = bad_register(err, "its signature is not Base64");
	else if ((st = ca_key(s, &ca, err)) == CAO_OK &&
	    cao_key_verify(ca, text, (size_t)(end - text), signature.data,
		signature.len, err) != CAO_OK)
		st = bad_register(
		    err, "the operators' CA did not sign it as it is");
	if (st == CAO_OK) {
		*end = '\0';
		st = read_lines(text + sizeof HEAD - 1, ca, r, err);
	}
	cao_buf_free(&signature);
	cao_key_free(ca);
	return st;
}

enum cao_status
cao_register_get(
    struct cao_store *s, const struct cao_register **ret, struct cao_error *err)
{
	struct cao_register *r = NULL;
	struct cao_buf file = { 0 };
	enum cao_status st = CAO_OK;

	if (s->operators != NULL)
		goto found;
	if ((r = calloc(1, sizeof *r)) == NULL)
		return cao_fail_memory(err);
	st = cao_store_file(s, REGISTER_FILE, CAO_REGISTER_MAX, &file, err);
	if (st == CAO_NOTFOUND)
		st = bad_register(err, "it is missing");
	if (st == CAO_OK)
		st = read_register(s, &file, r, err);
	cao_buf_free(&file);
	if (st != CAO_OK) {
		cao_register_free(r);
		return st;
	}
	s->operators = r;
found:
	*ret = s->operators;
	return CAO_OK;
}

static void
put_operator(struct cao_buf *out, const struct cao_registered *o)
{
	char since[CAO_RFC3339_SIZE], until[CAO_RFC3339_SIZE] = "-";

	cao_time_format(o->since, since);
	if (o->until != 0)
		cao_time_format(o->until, until);
	cao_buf_printf(
	    out, "operator %s %s %s %s ", o->name, o->roles, since, until);
	cao_base64_put(out, o->cert.data, o->cert.len);
	cao_buf_putc(out, '\n');
}

enum cao_status
cao_register_write(struct cao_store *s, const struct cao_register *r,
    const struct cao_key *ca, struct cao_error *err)
{
	struct cao_buf text = { 0 }, signature = { 0 };
	char *path = cao_store_path(s, REGISTER_FILE);
	enum cao_status st;

	cao_buf_printf(&text, HEAD "version %lld\n", (long long)r->version);
	for (size_t i = 0; i < r->count; i++)
		put_operator(&text, &r->list[i]);
	if (path == NULL || !cao_buf_ok(&text))
		st = cao_fail_memory(err);
	else
		st = cao_key_sign(ca, text.data, text.len, &signature, err);
	cao_buf_puts(&text, "signature ");
	cao_base64_put(&text, signature.data, signature.len);
	cao_buf_putc(&text, '\n');
	if (st == CAO_OK && !cao_buf_ok(&text))
		st = cao_fail_memory(err);
	if (st == CAO_OK)
		st = cao_file_write(path, text.data, text.len, err);
	cao_register_free(s->operators);
	s->operators = NULL;
	cao_buf_free(&signature);
	cao_buf_free(&text);
	free(path);
	return st;
}

const struct cao_registered *
cao_register_find(const struct cao_register *r, const char *name)
{
	const struct cao_registered *latest = NULL;

	for (size_t i = 0; i < r->count; i++)
		if (strcmp(r->list[i].name, name) == 0) {
			latest = &r->list[i];
			if (latest->until == 0)
				break;
		}
	return latest;
}

bool
cao_role_has(const char *roles, const char *role)
{
	size_t n = strlen(role);

	for (const char *p = roles; p != NULL && *p != '\0';) {
		if (strncmp(p, role, n) == 0 && (p[n] == ',' || p[n] == '\0'))
			return true;
		if ((p = strchr(p, ',')) != NULL)
			p++;
	}
	return false;
}

/* Instants are whole seconds: that of the dismissal is still in office. */
static bool
in_office(const struct cao_registered *o, const char *name, int64_t at)
{
	return strcmp(o->name, name) == 0 && at >= o->since &&
	    (o->until == 0 || at <= o->until);
}

enum cao_status
cao_register_verify(struct cao_store *s, const char *name, const char *role,
    int64_t at, const char *text, const void *signature, size_t signature_len,
    const struct cao_registered **ret, struct cao_error *err)
{
	const struct cao_register *r;
	bool office = false, entitled = false;
	enum cao_status st;

	if ((st = cao_register_get(s, &r, err)) != CAO_OK)
		return st;
	for (size_t i = 0; i < r->count; i++) {
		const struct cao_registered *o = &r->list[i];

		if (!in_office(o, name, at))
			continue;
		office = true;
		if (!cao_role_has(o->roles, role))
			continue;
		entitled = true;
		if (cao_key_verify(o->key, text, strlen(text), signature,
			signature_len, err) != CAO_OK)
			continue;
		*ret = o;
		return CAO_OK;
	}
	if (entitled)
		return cao_fail(err, CAO_INTEGRITY,
		    "the signature is not operator '%s''s", name);
	if (office)
		return cao_fail(err, CAO_DENIED,
		    "operator '%s' has not the role '%s'", name, role);
	if (cao_register_find(r, name) != NULL)
		return cao_fail(err, CAO_DENIED,
		    "'%s' was not an operator at that time", name);
	return cao_fail(
	    err, CAO_INTEGRITY, "'%s' is not in the operators' register", name);
}
