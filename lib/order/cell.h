/* One cell of a bank's statement, as banks and spreadsheets write them. */
#ifndef CAO_ORDER_CELL_H
#define CAO_ORDER_CELL_H

#include "base/error.h"

/*
 * What the cell says, folded (cao_text_fold()) and without what keeps a
 * spreadsheet from taking digits for a number: a leading ' or ="…", and
 * [ ] around the whole.  A cell of dashes alone is "".  free() the copy.
 */
CAO_MUST enum cao_status
cao_cell_text(const char *cell, char **ret_text, struct cao_error *);

/* Is it what a spreadsheet makes of a long number: "7.44E+18"?  It is asked
 * of what cao_cell_text() gave. */
bool cao_cell_scientific(const char *text);

/*
 * Yuan: a sign, ¥ or CNY before, 元 behind, thousands in commas of three,
 * brackets for a negative amount.  *ret_given false: the cell is empty, which
 * is not 0.00.
 */
CAO_MUST enum cao_status cao_cell_money(
    const char *cell, bool *ret_given, int64_t *ret_fen, struct cao_error *);

/*
 * A day, with or without a time of day, which is not kept: 2026-05-10,
 * 20260313, 20260313150000, 2026/9/1 9:05, 2026.9.1,
 * 2026年9月2日 15时00分.
 */
CAO_MUST enum cao_status
cao_cell_date(const char *cell, int64_t *ret_day, struct cao_error *);

/* An account: blanks and hyphens dropped, any sign of masking made a '*'. */
CAO_MUST enum cao_status
cao_cell_account(const char *cell, char **ret_account, struct cao_error *);

/* "贷" and its like: *ret_credit true; "借" and its like: false. */
CAO_MUST enum cao_status
cao_cell_direction(const char *cell, bool *ret_credit, struct cao_error *);

#endif /* CAO_ORDER_CELL_H */
