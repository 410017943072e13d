/* The journal of revocations: any octets are passed over or refused, in
 * whatever pieces they come, and what is whole is written the same again. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "store/witness_line.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static enum cao_status
each(void *arg, struct cao_revocation *r, const char *line,
    struct cao_error *err)
{
	struct cao_buf again = { 0 };
	int64_t *number = arg;

	assert(r->id > 0 && cao_number_valid(r->number));
	assert(*number == 0 || r->id == *number + 1);
	*number = r->id;
	assert(cao_witness_line_put(&again, r, err) == CAO_OK);
	assert(strcmp((const char *)again.data, line) == 0);
	cao_buf_free(&again);
	return CAO_OK;
}

/* Feed it in pieces of that size; the scan is to be freed. */
static struct cao_witness_scan *
feed(const uint8_t *data, size_t size, size_t piece, bool middle,
    enum cao_status *ret)
{
	struct cao_witness_scan *s = calloc(1, sizeof *s);
	int64_t number = 0;
	struct cao_error err;

	assert(s != NULL);
	s->each = each;
	s->arg = &number;
	s->middle = middle;
	*ret = CAO_OK;
	for (size_t at = 0; *ret == CAO_OK && at < size; at += piece)
		*ret = cao_witness_feed(
		    s, data + at, piece < size - at ? piece : size - at, &err);
	assert(*ret == CAO_OK || *ret == CAO_INTEGRITY);
	assert(*ret == CAO_OK || strncmp(err.text, "line ", 5) == 0);
	assert(s->number == number);
	s->arg = NULL;
	return s;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cao_witness_scan *whole, *pieces;
	enum cao_status first, second;

	for (int middle = 0; middle < 2; middle++) {
		whole = feed(data, size, size + 1, middle == 1, &first);
		pieces = feed(data, size, 7, middle == 1, &second);
		assert(first == second);
		assert(whole->number == pieces->number);
		assert(whole->lines == pieces->lines);
		assert(
		    memcmp(whole->head, pieces->head, sizeof whole->head) == 0);
		free(whole);
		free(pieces);
	}
	return 0;
}
