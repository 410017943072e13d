/*
 * The formats of bank statements: a row of the table in statement.c each.  A
 * format gives the lines; what is the same for all, such as a reference for a
 * line without one, is added behind it.
 */
#ifndef CAO_ORDER_STATEMENT_PARTS_H
#define CAO_ORDER_STATEMENT_PARTS_H

#include "order/match.h"

struct cao_statement_format {
	/* Is it of this format, by how it begins? */
	bool (*recognise)(const char *text, size_t len);
	/* As cao_statement_open(); *ret is freed by close, which takes NULL. */
	enum cao_status (*open)(const char *name, const void *text, size_t len,
	    void **ret, struct cao_error *);
	/* As cao_statement_next(), with a reference of "" for none.  What
	 * *line holds is freed by the caller, also on failure. */
	enum cao_status (*next)(void *, struct cao_bank_line *line,
	    bool *ret_more, struct cao_error *);
	void (*close)(void *);
};

extern const struct cao_statement_format cao_statement_csv;
extern const struct cao_statement_format cao_statement_mt940;
extern const struct cao_statement_format cao_statement_camt;

/* Is the currency yuan, or not said ("")?  CAO_INPUT if not. */
CAO_MUST enum cao_status
cao_statement_yuan(const char *currency, struct cao_error *);
/* Is the reference short enough to be kept? */
CAO_MUST enum cao_status
cao_statement_reference(const char *, struct cao_error *);
/*
 * An amount of the standards: digits without a sign and the mark ('.', ',')
 * between yuan and what is less; places beyond the second must be 0.  It is
 * above 0.
 */
CAO_MUST enum cao_status cao_statement_amount(
    const char *, char mark, int64_t *ret_fen, struct cao_error *);

/* Why a line is passed over that is not plain money out. */
extern const char *const cao_statement_taken_back;
extern const char *const cao_statement_came_back;
extern const char *const cao_statement_pending;

#endif /* CAO_ORDER_STATEMENT_PARTS_H */
