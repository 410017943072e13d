/* The operators' register: the file ca/operators, signed as a whole. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/time.h"
#include "pki/chain.h"
#include "store/signed.h"
#include "store/store.h"

static const struct cao_signed file = { "ca/operators",
	N_("the operators' register"), "caorder operators 1\n",
	CAO_REGISTER_MAX };

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
	return cao_signed_bad(&file, err, why);
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

enum cao_status
cao_register_get(
    struct cao_store *s, const struct cao_register **ret, struct cao_error *err)
{
	struct cao_register *r = NULL;
	struct cao_buf lines = { 0 };
	struct cao_key *ca = NULL;
	enum cao_status st;

	if (s->operators != NULL)
		goto found;
	if ((r = calloc(1, sizeof *r)) == NULL)
		return cao_fail_memory(err);
	st = cao_signed_read(s, &file, &lines, r->digest, &ca, err);
	if (st == CAO_NOTFOUND)
		st = bad_register(err, "it is missing");
	if (st == CAO_OK)
		st = read_lines((char *)lines.data, ca, r, err);
	cao_key_free(ca);
	cao_buf_free(&lines);
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
	struct cao_buf lines = { 0 };
	enum cao_status st;

	cao_buf_printf(&lines, "version %lld\n", (long long)r->version);
	for (size_t i = 0; i < r->count; i++)
		put_operator(&lines, &r->list[i]);
	st = cao_signed_write(s, &file, &lines, ca, err);
	cao_register_free(s->operators);
	s->operators = NULL;
	cao_buf_free(&lines);
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
