/* Any octets as what is sealed under a code, and as a code that was typed:
 * refused, or opened to what was sealed. */
#include <stdlib.h>
#include <string.h>

#include "pki/code.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

/* Of the corpus. */
#define CODE "01AB-CDEF-GHJK"
#define NUMBER "00202611220000001"
#define CLEAR "Secret-2026"

static void
open_it(const uint8_t *data, size_t size)
{
	struct cao_secret *code = cao_secret_new(CODE, strlen(CODE));
	struct cao_secret *clear = NULL;
	struct cao_error err = { .status = CAO_OK };
	enum cao_status st;

	if (code == NULL)
		abort();
	st = cao_code_open(code, NUMBER, data, size, &clear, &err);
	if ((st == CAO_OK) != (clear != NULL))
		abort();
	if (st == CAO_OK &&
	    (cao_secret_len(clear) != strlen(CLEAR) ||
		memcmp(cao_secret_data(clear), CLEAR, strlen(CLEAR)) != 0))
		abort();
	if (st != CAO_OK && st != CAO_INTEGRITY && st != CAO_INPUT)
		abort();
	cao_secret_free(clear);
	cao_secret_free(code);
}

/* What is taken for a code is one in its written form, and stays it. */
static void
read_it(const uint8_t *data, size_t size)
{
	struct cao_secret *typed = cao_secret_new(data, size);
	struct cao_secret *code = NULL, *again = NULL;
	struct cao_error err;

	if (typed == NULL)
		return;
	if (cao_code_read(typed, &code, &err) == CAO_OK &&
	    (cao_code_read(code, &again, &err) != CAO_OK ||
		memcmp(cao_secret_data(code), cao_secret_data(again),
		    CAO_CODE_SIZE - 1) != 0))
		abort();
	cao_secret_free(again);
	cao_secret_free(code);
	cao_secret_free(typed);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	open_it(data, size);
	read_it(data, size);
	return 0;
}
