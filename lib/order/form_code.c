/*
 * The code on a page, digits alone, so that a Code 128 takes two a symbol:
 *
 *	2 format, 17 order number, 2 slot, 2 page, 2 pages, 17 digest, 2 check
 *
 * The check is ISO/IEC 7064 MOD 97-10, which no single wrong digit and no
 * swap of neighbours passes.
 */
#include "order/form_code.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define FORMAT "01"
#define DIGITS (CAO_FORM_CODE_SIZE - 1)
#define NUMBER_AT 2
#define SLOT_AT (NUMBER_AT + CAO_NUMBER_SIZE - 1)
#define PAGE_AT (SLOT_AT + 2)
#define PAGES_AT (PAGE_AT + 2)
#define DIGEST_AT (PAGES_AT + 2)
#define CHECK_AT (DIGEST_AT + CAO_FORM_DIGEST_SIZE - 1)
#define DIGEST_MOD UINT64_C(100000000000000000) /* 17 digits */

static unsigned
mod97(const char *digits, size_t n)
{
	unsigned r = 0;

	for (size_t i = 0; i < n; i++)
		r = (r * 10 + (unsigned)(digits[i] - '0')) % 97;
	return r;
}

static unsigned
two(const char *digits)
{
	return (unsigned)(digits[0] - '0') * 10 + (unsigned)(digits[1] - '0');
}

void
cao_form_code_write(const struct cao_form_code *c, char out[CAO_FORM_CODE_SIZE])
{
	(void)snprintf(out, CAO_FORM_CODE_SIZE, FORMAT "%.17s%02u%02u%02u%.17s",
	    c->number, c->slot % 100, c->page % 100, c->pages % 100, c->digest);
	(void)snprintf(out + CHECK_AT, CAO_FORM_CODE_SIZE - CHECK_AT, "%02u",
	    98 - mod97(out, CHECK_AT) * 100 % 97);
}

bool
cao_form_code_read(const char *text, size_t len, struct cao_form_code *ret)
{
	struct cao_form_code c = { .slot = 0 };

	if (len != DIGITS)
		return false;
	for (size_t i = 0; i < len; i++)
		if (text[i] < '0' || text[i] > '9')
			return false;
	memcpy(c.number, text + NUMBER_AT, sizeof c.number - 1);
	memcpy(c.digest, text + DIGEST_AT, sizeof c.digest - 1);
	c.slot = two(text + SLOT_AT);
	c.page = two(text + PAGE_AT);
	c.pages = two(text + PAGES_AT);
	if (strncmp(text, FORMAT, NUMBER_AT) != 0 || mod97(text, len) != 1 ||
	    !cao_number_valid(c.number) || c.page < 1 || c.page > c.pages)
		return false;
	*ret = c;
	return true;
}

void
cao_form_code_digest(const char *number, const char *slot,
    const unsigned char content[CAO_DIGEST_SIZE],
    const unsigned char service[CAO_DIGEST_SIZE],
    char out[CAO_FORM_DIGEST_SIZE])
{
	char text[256], of_content[CAO_DIGEST_HEX], of_service[CAO_DIGEST_HEX];
	unsigned char digest[CAO_DIGEST_SIZE];
	uint64_t n = 0;
	int len;

	cao_digest_hex(content, of_content);
	cao_digest_hex(service, of_service);
	/* A slot's name has its bound: all of it fits. */
	len = snprintf(text, sizeof text, "caorder form 1\n%s\n%.64s\n%s\n%s\n",
	    number, slot, of_content, of_service);
	cao_sha256(text, (size_t)len, digest);
	for (size_t i = 0; i < sizeof n; i++)
		n = n << 8 | digest[i];
	(void)snprintf(
	    out, CAO_FORM_DIGEST_SIZE, "%017" PRIu64, n % DIGEST_MOD);
}
