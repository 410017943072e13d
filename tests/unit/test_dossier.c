/* An order's part of the journal: read back as written, cut anywhere, and with
 * rows that are none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "flow/dossier.h"

/* opening 5: order 7, a number, no request, an instant */
static const unsigned char row[] = "i\0\0\0\0\0\0\0\5"
				   "i\0\0\0\0\0\0\0\7"
				   "t\0\0\0\0\0\0\0\3abc"
				   "n"
				   "i\0\0\0\0\0\0\0\1";
#define ROW (sizeof row - 1)

static void
fill(struct cao_dossier *d)
{
	struct cao_dossier_entry *e;
	struct cao_error err;

	for (int64_t i = 1; i <= 2; i++) {
		e = cao_dossier_add(d);
		assert_non_null(e);
		e->seq = i;
		e->at = 1795305600;
		e->fact = 5;
		e->kind = CAO_K_OPENING;
		e->whole = true;
		assert_non_null(e->actor = strdup("uid:0"));
		cao_buf_add(&e->row, row, ROW);
		cao_sha256(row, ROW, e->digest);
		if (i == 2)
			memcpy(e->before, d->entries[0].head, CAO_DIGEST_SIZE);
		assert_int_equal(
		    cao_journal_head(e->before, e->at, e->actor, "opening",
			e->fact, e->digest, e->head, &err),
		    CAO_OK);
	}
}

static void
test_journal(void **state)
{
	struct cao_dossier d = { .count = 0 }, got = { .count = 0 };
	struct cao_buf text = { 0 };
	struct cao_error e;

	(void)state;
	fill(&d);
	cao_dossier_journal(&d, &text);
	for (size_t len = 0; len <= text.len; len++) {
		if (cao_dossier_journal_read(
			cao_buf_text(&text), len, &got, &e) != CAO_OK) {
			assert_int_equal(e.status, CAO_INTEGRITY);
			continue;
		}
		/* Cut between lines, or the last line end off. */
		assert_int_equal(got.count,
		    (len >= text.len / 2 - 1) + (len >= text.len - 1));
		assert_int_equal(
		    cao_dossier_journal_check(&got, 2, d.entries[1].head, &e),
		    CAO_OK);
		cao_dossier_free(&got);
	}
	assert_int_equal(
	    cao_dossier_journal_check(&d, 1, d.entries[1].head, &e),
	    CAO_INTEGRITY);
	assert_int_equal(
	    cao_dossier_journal_check(&d, 2, d.entries[0].head, &e),
	    CAO_INTEGRITY);
	d.entries[1].before[0] ^= 1;
	assert_int_equal(
	    cao_dossier_journal_check(&d, 3, d.entries[1].head, &e),
	    CAO_INTEGRITY);
	cao_dossier_free(&d);
	cao_buf_free(&text);
}

static void
test_row(void **state)
{
	struct cao_dossier_column c[CAO_DOSSIER_COLUMNS];
	struct cao_dossier_entry e = { .fact = 5 };
	static const size_t ends[] = { 9, 18, 30, 31, 40 };
	struct cao_error err;
	enum cao_status want;

	(void)state;
	for (size_t len = 0; len <= ROW; len++) {
		cao_buf_clear(&e.row);
		cao_buf_add(&e.row, row, len);
		want = CAO_INTEGRITY;
		for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
			if (ends[i] == len)
				want = CAO_OK;
		assert_int_equal(cao_dossier_row(&e, c, &err), want);
	}
	assert_int_equal(c[1].number, 7);
	assert_int_equal(c[2].len, 3);
	assert_memory_equal(c[2].data, "abc", 3);
	assert_int_equal(c[3].type, 'n');
	assert_int_equal(c[5].type, 'n');
	e.fact = 6;
	assert_int_equal(cao_dossier_row(&e, c, &err), CAO_INTEGRITY);
	e.fact = 5;
	e.row.data[0] = 'x';
	assert_int_equal(cao_dossier_row(&e, c, &err), CAO_INTEGRITY);
	cao_buf_free(&e.row);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_journal),
		cmocka_unit_test(test_row),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
