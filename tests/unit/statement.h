/* For the tests of statements: what is read of one, as text. */
#ifndef TESTS_UNIT_STATEMENT_H
#define TESTS_UNIT_STATEMENT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/money.h"
#include "base/time.h"
#include "order/match.h"

#define LINES_MAX 100

#define STATEMENT_NAME "s"

/* Lines as "2 2026-11-20 +240.00 account name reference text|", refused ones
 * as "3 title! what is wrong|", a derived reference as "row:"; why
 * it is passed over behind it. */
static inline void
show(const char *text, size_t len, struct cao_buf *out)
{
	struct cao_statement *s = NULL;
	struct cao_bank_line b;
	struct cao_error err;
	char day[CAO_DATE_SIZE], fen[CAO_MONEY_SIZE];
	enum cao_status st;
	bool more = true;
	int i;

	cao_buf_clear(out);
	if (cao_statement_open(STATEMENT_NAME, text, len, &s, &err) != CAO_OK) {
		assert_null(s);
		cao_buf_printf(out, "%u! %s", err.line, err.text);
		return;
	}
	for (i = 0;; i++) {
		assert_int_not_equal(i, LINES_MAX);
		st = cao_statement_next(s, &b, &more, &err);
		if (st != CAO_OK) {
			assert_int_equal(st, CAO_INPUT);
			assert_string_equal(err.file, STATEMENT_NAME);
			cao_buf_printf(
			    out, "%u %s! %s|", err.line, err.field, err.text);
			continue;
		}
		if (!more)
			break;
		cao_date_format(b.day, day);
		cao_money_format(b.fen, fen);
		cao_buf_printf(out, "%u %s %c%s <%s> <%s> <%s> <%s>%s%s|",
		    b.line, day, b.credit ? '+' : '-', fen, b.account, b.name,
		    strncmp(b.reference, "row:", 4) == 0 ? "row:" : b.reference,
		    b.text, b.aside != NULL ? " " : "",
		    b.aside != NULL ? b.aside : "");
		cao_bank_line_free(&b);
	}
	cao_statement_close(s);
}

/* The statement cut off behind each octet: every line that is read is one of
 * the whole, in their order; the rest is refused. */
static inline void
check_truncated(const char *text, size_t size)
{
	struct cao_buf whole = { 0 }, cut = { 0 };
	const char *at, *line, *found;
	char *copy, *one;
	size_t len, n;

	show(text, size, &whole);
	for (len = 0; len < size; len++) {
		assert_non_null(copy = malloc(len + (len == 0)));
		memcpy(copy, text, len);
		show(copy, len, &cut);
		free(copy);
		at = cao_buf_text(&whole);
		for (line = cao_buf_text(&cut); *line != '\0'; line += n) {
			n = strcspn(line, "|");
			if (line[n] == '\0' || memchr(line, '!', n) != NULL) {
				n += line[n] == '|';
				continue;
			}
			assert_non_null(one = strndup(line, ++n));
			found = strstr(at, one);
			if (found == NULL)
				fail_msg("cut at %zu: %s", len, one);
			free(one);
			at = found + n;
		}
	}
	cao_buf_free(&whole);
	cao_buf_free(&cut);
}

#endif /* TESTS_UNIT_STATEMENT_H */
