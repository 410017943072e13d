/* Any octets as an envelope: refused, or opened to a key that is whole. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "pki/envelope.h"
#include "pki/key_openssl.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

/* The keys that the corpus was sealed to. */
static const char *const scalars[] = {
	[CAO_SM2] = "5cbd96822bb1491ec835ae9c09d4d382"
		    "5e30bd9955e3c7031fbbe0e72d6fddf6",
	[CAO_P256] = "1f2e3d4c5b6a798897a6b5c4d3e2f101"
		     "0f1e2d3c4b5a69788796a5b4c3d2e1f0",
};

static struct {
	struct cao_key *key;
	struct cao_buf cert;
} holder[2];

/* A certificate that says which key a CMS recipient means: always the same
 * issuer and serial, as the corpus has them. */
static enum cao_status
make_cert(const struct cao_key *key, struct cao_buf *cert)
{
	struct cao_cert_spec spec = {
		.usage = CAO_SIGN,
		.serial = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
		    16, 17 },
		.not_before = INT64_C(1795000000),
		.not_after = INT64_C(1895000000),
		.subject.common_name = "Fuzz",
		.path_length = -1,
	};
	struct cao_buf tbs = { 0 };
	struct cao_error err;
	enum cao_status st;

	spec.spki = cao_key_spki(key, &spec.spki_len);
	st = cao_cert_tbs(&spec, NULL, key, &tbs, &err);
	if (st == CAO_OK)
		st = cao_cert_sign(key, tbs.data, tbs.len, cert, &err);
	cao_buf_free(&tbs);
	return st;
}

static void
set_up(void)
{
	struct cao_error err;

	for (int alg = CAO_SM2; alg <= CAO_P256; alg++) {
		unsigned char d[32];

		if (!cao_hex_get(scalars[alg], d, sizeof d) ||
		    cao_key_from_scalar((enum cao_algorithm)alg, d, sizeof d,
			&holder[alg].key, &err) != CAO_OK ||
		    make_cert(holder[alg].key, &holder[alg].cert) != CAO_OK)
			abort();
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (holder[0].key == NULL)
		set_up();
	for (int i = 0; i < 2; i++) {
		struct cao_error err = { .status = CAO_OK };
		struct cao_key *key = NULL;
		enum cao_status st =
		    cao_envelope_open(holder[i].key, holder[i].cert.data,
			holder[i].cert.len, data, size, &key, &err);

		if ((st == CAO_OK) != (key != NULL))
			abort();
		if (st != CAO_OK &&
		    (st != CAO_INTEGRITY || err.text[0] == '\0'))
			abort();
		cao_key_free(key);
	}
	return 0;
}
