/* What field :86: of MT940 tells of a payment. */
#ifndef CAO_ORDER_STATEMENT_MT940_H
#define CAO_ORDER_STATEMENT_MT940_H

#include "order/match.h"

/*
 * Put the payer's account and name and the remark of the field into the line.
 * Banks divide it in two ways: three digits, then ?20 to ?29 and ?60 to ?63
 * the remark, ?31 the account, ?32 and ?33 the name (with any other sign for
 * '?'); or words between strokes, /ORDP//NAME/, /IBAN/, /ACCT/, /CNTP/,
 * /REMI/.  What is divided in neither way is the remark as a whole.
 */
CAO_MUST enum cao_status cao_statement_information(
    const char *value, struct cao_bank_line *line, struct cao_error *);

#endif /* CAO_ORDER_STATEMENT_MT940_H */
