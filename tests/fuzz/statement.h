/* For the fuzz targets of statements: each line is whole or refused, and they
 * come to an end. */
#ifndef TESTS_FUZZ_STATEMENT_H
#define TESTS_FUZZ_STATEMENT_H

#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/text.h"
#include "order/match.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static inline void
check_line(const struct cao_bank_line *b)
{
	struct cao_declared d = { .number = "00202611220000001",
		.account = b->account,
		.name = b->name,
		.fen = b->fen,
		.day = b->day };
	enum cao_match match;
	size_t which = 1;

	assert(b->line > 0 && b->fen > 0);
	assert(b->reference[0] != '\0');
	assert(strlen(b->reference) < CAO_BANK_REFERENCE_SIZE);
	assert(cao_utf8_check(b->account, strlen(b->account)) ==
	    strlen(b->account));
	match = cao_match_line(b, &d, 1, &which);
	assert((match == CAO_MATCH_OUT) == !b->credit);
	assert((match == CAO_MATCH_PAID) == (which == 0));
	assert(match == CAO_MATCH_OUT || match == CAO_MATCH_PAID ||
	    match == CAO_MATCH_UNKNOWN);
}

/* Read all lines of a statement. */
static inline void
read_statement(const void *data, size_t size)
{
	struct cao_statement *s = NULL;
	struct cao_bank_line line;
	struct cao_error err;
	enum cao_status status;
	size_t calls = 0;
	bool more = true;

	status = cao_statement_open("fuzz", data, size, &s, &err);
	assert(status == CAO_OK || status == CAO_INPUT);
	assert((status == CAO_OK) == (s != NULL));
	while (s != NULL && more) {
		assert(++calls <= size + 1);
		status = cao_statement_next(s, &line, &more, &err);
		assert(status == CAO_OK || status == CAO_INPUT);
		if (status != CAO_OK) {
			assert(err.text[0] != '\0' && err.line > 0);
		} else if (more) {
			check_line(&line);
			cao_bank_line_free(&line);
		}
	}
	cao_statement_close(s);
}

#endif /* TESTS_FUZZ_STATEMENT_H */
