/* Public and private keys in DER and PEM, other than those under a PIN, which
 * take their time by design. */
#include <stdlib.h>

#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "pki/key_openssl.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

/* A key that was read is read again from what it says. */
static void
again(struct cao_key *key)
{
	struct cao_key *same = NULL;
	struct cao_error err;
	const unsigned char *spki;
	size_t len;

	spki = cao_key_spki(key, &len);
	assert(cao_key_from_spki(spki, len, &same, &err) == CAO_OK);
	assert(cao_key_equal(key, same));
	cao_key_free(same);
	cao_key_free(key);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	struct cao_buf der = { 0 };
	struct cao_key *key = NULL;
	struct cao_error err;

	if (cao_key_from_spki(data, size, &key, &err) == CAO_OK)
		again(key);
	else if (cao_key_from_private(data, size, &key, &err) == CAO_OK)
		again(key);
	else if (cao_key_load("fuzz", text, size, NULL, &key, &err) == CAO_OK)
		again(key);
	if (cao_pem_get("fuzz", text, size, NULL, &der, NULL, &err) == CAO_OK &&
	    !cao_buf_ok(&der))
		abort();
	cao_buf_free(&der);
	return 0;
}
