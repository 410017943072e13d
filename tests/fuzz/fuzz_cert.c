/* Any octets as a certificate, and as what is to be signed: an answer with a
 * reason, windows inside the input, never a crash. */
#include <stdlib.h>
#include <string.h>

#include "../unit/holder.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
check_window(
    const uint8_t *data, size_t size, const unsigned char *p, size_t len)
{
	uintptr_t from = (uintptr_t)data, at = (uintptr_t)p;

	if (p != NULL && (at < from || at - from + len > size))
		abort();
}

static void
read_all(const struct cao_cert *c)
{
	char serial[CAO_SERIAL_HEX];
	enum cao_usage usage;

	check_window(c->der, c->der_len, c->tbs, c->tbs_len);
	check_window(c->der, c->der_len, c->serial, c->serial_len);
	check_window(c->der, c->der_len, c->issuer, c->issuer_len);
	check_window(c->der, c->der_len, c->subject, c->subject_len);
	check_window(c->der, c->der_len, c->spki, c->spki_len);
	check_window(c->der, c->der_len, c->algorithm, c->algorithm_len);
	check_window(c->der, c->der_len, c->key_id, c->key_id_len);
	check_window(c->der, c->der_len, c->signature, c->signature_len);
	cao_cert_serial_hex(c, serial);
	if (strlen(serial) != 2 * c->serial_len &&
	    strlen(serial) != 2 * (c->serial_len - 1))
		abort();
	(void)cao_cert_usage(c, &usage);
}

/* Hold it to what it says of itself, so that every check is reached. */
static void
lint(const void *tbs, size_t len, const struct cao_cert *c, unsigned usage)
{
	struct cao_cert_spec spec = holder((enum cao_usage)usage);
	struct cao_error err = { .status = CAO_OK };

	if (usage == CAO_AUTHORITY)
		spec.path_length = 0;
	if (c != NULL) {
		spec.not_before = c->not_before;
		spec.not_after = c->not_after;
		spec.spki = c->spki;
		spec.spki_len = c->spki_len;
		if (c->serial_len == CAO_SERIAL_SIZE)
			memcpy(spec.serial, c->serial, CAO_SERIAL_SIZE);
	}
	if (cao_cert_lint(tbs, len, &spec, NULL, &err) != CAO_OK &&
	    (err.status != CAO_DENIED || err.text[0] == '\0'))
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cao_cert c;
	struct cao_error err = { .status = CAO_OK };
	enum cao_status st = cao_cert_read(data, size, &c, &err);

	if (st != CAO_OK && (st != CAO_INPUT || err.text[0] == '\0'))
		abort();
	if (st == CAO_OK) {
		read_all(&c);
		for (unsigned usage = CAO_SIGN; usage <= CAO_RECOVERY; usage++)
			lint(c.tbs, c.tbs_len, &c, usage);
	}
	lint(data, size, NULL, CAO_SIGN);
	return 0;
}
