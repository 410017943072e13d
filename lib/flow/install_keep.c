/* The keys that open old files, kept beside the new ones. */
#include <stdio.h>
#include <string.h>

#include "flow/install.h"

#define LINE_MAX 1000 /* pairs that took each other's place */

struct cao_kept
cao_kept_names(const struct cao_cert *cert)
{
	char serial[CAO_SERIAL_HEX];
	struct cao_kept k;

	cao_cert_serial_hex(cert, serial);
	(void)snprintf(k.key, sizeof k.key, "encrypt-%s.key", serial);
	(void)snprintf(k.crt, sizeof k.crt, "encrypt-%s.crt", serial);
	return k;
}

bool
cao_kept_base(const char *file, char base[CAO_KEPT_SIZE])
{
	const char *dot = strrchr(file, '.');

	if (strncmp(file, "encrypt-", sizeof "encrypt-" - 1) != 0 ||
	    dot == NULL || strcmp(dot, ".crt") != 0 ||
	    strlen(file) >= CAO_KEPT_SIZE)
		return false;
	(void)snprintf(base, CAO_KEPT_SIZE, "%.*s", (int)(dot - file), file);
	return true;
}

/* The key out of that file, if it is there, opens and is the certificate's. */
static struct cao_key *
look(const struct cao_container *c, const char *folder, const char *file,
    const struct cao_cert *cert)
{
	struct cao_error ignored;
	struct cao_key *key;

	if (!cao_install_has(c, folder, file) ||
	    cao_container_get_key(c, folder, file, &key, &ignored) != CAO_OK)
		return NULL;
	if (cao_cert_has_key(cert, key))
		return key;
	cao_key_free(key);
	return NULL;
}

/* Wherever in the keystore it can be: the pair's own folder, that of the pair
 * whose place is taken now, or the new folder where the key is the same. */
static struct cao_key *
find_key(const struct cao_install *in, const struct cao_order *old,
    const struct cao_cert *cert, const struct cao_kept *names)
{
	const struct cao_container *c = in->container;
	char folder[CAO_CONTAINER_NAME_SIZE];
	struct cao_key *key;

	cao_install_folder(c, old, folder);
	if ((key = look(c, in->order.number, "encrypt.key", cert)) == NULL &&
	    (key = look(c, in->order.certificate, names->key, cert)) == NULL)
		key = look(c, folder, "encrypt.key", cert);
	return key;
}

static void
note_missing(struct cao_install *in, const struct cao_order *old)
{
	struct cao_error note;

	(void)cao_fail(&note, CAO_OK,
	    "the encryption key of order %s is not in the keystore under this "
	    "PIN, so what is encrypted to it does not open: ca-apply "
	    "--recover %s",
	    old->number, old->number);
	cao_result_fail(in->result, &note);
}

static enum cao_status
keep_one(
    struct cao_install *in, const struct cao_order *old, struct cao_error *err)
{
	const struct cao_container *c = in->container;
	const struct cao_buf *der = &old->pair->encrypt;
	const char *folder = in->order.number;
	struct cao_key *key = NULL;
	struct cao_kept names;
	struct cao_cert cert;
	enum cao_status st;

	if ((st = cao_cert_read(der->data, der->len, &cert, err)) != CAO_OK)
		return st;
	names = cao_kept_names(&cert);
	if (!cao_install_has_key(c, folder, names.key, &cert)) {
		if ((key = find_key(in, old, &cert, &names)) == NULL) {
			note_missing(in, old);
			return CAO_OK;
		}
		st = cao_container_put_key(c, folder, names.key, key, err);
	}
	if (st == CAO_OK)
		st = cao_install_put_pem(c, folder, names.crt, der, NULL, err);
	cao_key_free(key);
	return st;
}

enum cao_status
cao_install_keep(struct cao_install *in, struct cao_error *err)
{
	struct cao_order old = { 0 };
	enum cao_status st = CAO_OK;
	char number[CAO_NUMBER_SIZE];

	(void)snprintf(number, sizeof number, "%s", in->order.certificate);
	for (int i = 0; st == CAO_OK && *number != '\0' && i < LINE_MAX; i++) {
		st = cao_store_load(in->store, number,
		    CAO_LOAD_APPLICATION | CAO_LOAD_PAIR, &old, err);
		if (st == CAO_OK && old.pair == NULL)
			st = cao_fail(err, CAO_INTEGRITY,
			    "order %s, whose place it takes, has no pair",
			    number);
		if (st == CAO_OK)
			st = keep_one(in, &old, err);
		(void)snprintf(number, sizeof number, "%s", old.certificate);
		cao_order_free(&old);
	}
	return st;
}
