/* Certification requests: any octets are refused or are a good request. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "pki/csr.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cao_csr csr = { 0 };
	struct cao_error err;
	enum cao_status st = cao_csr_read("fuzz", data, size, &csr, &err);

	assert(st == CAO_OK || st == CAO_INPUT);
	assert((st == CAO_OK) == (csr.key != NULL));
	assert(st == CAO_OK || err.text[0] != '\0');
	cao_csr_free(&csr);
	return 0;
}
