/* Orders handed over as archives, and such archives verified. */
#include <stdlib.h>
#include <unistd.h>

#include "stream.h"

#define CERT_MAX (64 * 1024)

const char *dossier_file, *dossier_anchor;

enum cao_status
dossier_write(const char *number, const char *output, const char *pin,
    const char *reason, struct cao_error *err)
{
	const struct cao_env env = cli_env();
	struct cao_secret *secret = NULL;
	struct cao_store *store = NULL;
	unsigned char *data = NULL;
	enum cao_status st;
	size_t len;

	if (output == NULL && isatty(STDOUT_FILENO))
		return cli_usage(err,
		    _("an archive is nothing for a terminal: give --output "
		      "FILE"));
	if (!cao_number_valid(number))
		return cli_error(err, CAO_INPUT,
		    _("%s is not an order number: 00, the day, 7 digits"),
		    number);
	if ((st = cli_store_open(&store, err)) == CAO_OK)
		st = cli_pin(
		    pin, "pin", _("PIN of the CA"), CLI_PIN_ASK, &secret, err);
	if (st == CAO_OK)
		st = cao_query_dossier(
		    store, &env, number, secret, reason, &data, &len, err);
	if (st == CAO_OK)
		st = cli_file_write(output, data, len, err);
	cao_free(data);
	cao_secret_free(secret);
	cao_store_close(store);
	return st;
}

/* What was found to be in order, in words. */
static void
tell(const char *path, const struct cao_dossier_info *d)
{
	char at[CAO_RFC3339_SIZE];

	cao_time_format(d->at, at);
	cli_verbose(_("%s: order %s, as at %s; the journal had %lld entries, "
		      "the last with the head %s"),
	    cli_file_name(path), d->number, at, (long long)d->length, d->head);
	if (!d->anchored)
		cli_say(_("%s: compare by other means that this is the CA's "
			  "certificate: SHA-256 %s"),
		    cli_file_name(path), d->ca);
}

enum cao_status
dossier_verify(const char *path, const char *anchor, struct cao_error *err)
{
	struct cao_dossier_info info;
	struct cao_store *store = NULL;
	char *data = NULL, *pem = NULL;
	size_t len, pem_len;
	enum cao_status st;

	st = cli_file_read(path, CAO_DOSSIER_MAX, &data, &len, err);
	if (st == CAO_OK && anchor != NULL)
		st = cli_file_read(anchor, CERT_MAX, &pem, &pem_len, err);
	else if (st == CAO_OK)
		st = cli_store_maybe(&store, err);
	if (st == CAO_OK)
		st = cao_verify_dossier(store, pem, data, len, &info, err);
	if (st == CAO_OK)
		tell(path, &info);
	else if (st == CAO_INTEGRITY)
		(void)snprintf(
		    err->file, sizeof err->file, "%s", cli_file_name(path));
	cao_store_close(store);
	free(pem);
	free(data);
	return st;
}
