/* What containers hold, listed. */
#include <stdlib.h>
#include <string.h>

#include "base/folder.h"
#include "flow/install.h"
#include "store/revocation.h"

enum cao_status
cao_install_read_cert(const struct cao_container *c, const char *name,
    const char *file, struct cao_buf *ret, struct cao_error *err)
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

struct listing {
	struct cao_store *store; /* or NULL */
	const struct cao_container *container;
	int64_t now;
	void (*row)(void *arg, const struct cao_installed *);
	void *arg;
};

/* What became of it as the store knows, or -1. */
static enum cao_status
ask_store(struct cao_store *s, const struct cao_cert *cert, int *ret_reason,
    struct cao_error *err)
{
	struct cao_revocation r = { .id = 0 };
	enum cao_status st;
	bool found = false;

	*ret_reason = -1;
	if (s == NULL)
		return CAO_OK;
	st = cao_revocation_by_serial(
	    s, cert->serial, cert->serial_len, &r, &found, err);
	if (st == CAO_OK && found)
		*ret_reason = (int)r.reason;
	cao_revocation_free(&r);
	return st;
}

static enum cao_status
status_of(const struct listing *l, const struct cao_cert *cert,
    const char **ret, struct cao_error *err)
{
	enum cao_status st;
	int reason;

	if ((st = ask_store(l->store, cert, &reason, err)) != CAO_OK)
		return st;
	switch (cao_standing_of(reason, cert->not_after, l->now)) {
	case CAO_REVOKED:
		*ret = "revoked";
		break;
	case CAO_HELD:
		*ret = "held";
		break;
	case CAO_LAPSED:
		*ret = "expired";
		break;
	case CAO_VALID:
		*ret = l->now < cert->not_before ? "not-yet-valid" : "valid";
		break;
	}
	return CAO_OK;
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

	if ((st = cao_install_read_cert(l->container, name, file, &der, err)) !=
	    CAO_OK)
		goto out;
	if ((st = cao_cert_read(der.data, der.len, &cert, err)) != CAO_OK) {
		st = cao_error_prefix(
		    err, "%s/%s/%s", l->container->dir, name, file);
		goto out;
	}
	if ((st = status_of(l, &cert, &row.status, err)) != CAO_OK)
		goto out;
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
		.status = row.status };
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

/* A certificate that cannot be read does not hide the others: the first error
 * is kept. */
static void
list_file(const struct listing *l, const char *name, const char *usage,
    const char *file, struct cao_error *first)
{
	struct cao_error one;
	enum cao_status st;

	st = list_cert(l, name, usage, file, &one);
	if (st != CAO_OK && first->status == CAO_OK) {
		*first = one;
		first->status = st;
	}
}

/* What opens old files. */
static void
list_kept(const struct listing *l, const char *name, struct cao_error *first)
{
	char *folder = cao_container_path(l->container, name, NULL);
	char base[CAO_KEPT_SIZE], **files = NULL;
	struct cao_error ignored;

	if (folder != NULL &&
	    cao_folder_list(folder, &files, &ignored) == CAO_OK)
		for (size_t i = 0; files[i] != NULL; i++)
			if (cao_kept_base(files[i], base))
				list_file(l, name, "encrypt", files[i], first);
	cao_folder_list_free(files);
	free(folder);
}

static enum cao_status
list_folder(const struct listing *l, const char *name, struct cao_error *err)
{
	const struct cao_container *c = l->container;
	struct cao_error first = { .status = CAO_OK };

	if (cao_install_has(c, name, "sign.crt"))
		list_file(l, name, "sign", "sign.crt", &first);
	else if (cao_install_has(c, name, "sign.key"))
		list_waiting(l, name);
	if (cao_install_has(c, name, "encrypt.crt"))
		list_file(l, name, "encrypt", "encrypt.crt", &first);
	list_kept(l, name, &first);
	if (first.status != CAO_OK)
		*err = first;
	return first.status;
}

enum cao_status
cao_install_list(struct cao_store *s, const struct cao_env *env,
    struct cao_container *c,
    void (*row)(void *arg, const struct cao_installed *), void *arg,
    struct cao_error *err)
{
	const struct listing l = { s, c, env->now, row, arg };
	enum cao_status st, worst = CAO_OK;
	struct cao_error one;
	char **names;

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
