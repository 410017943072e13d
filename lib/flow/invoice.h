/* Invoices as facts: made when an order is fulfilled, taken back when its fee
 * is paid back. */
#ifndef CAO_FLOW_INVOICE_H
#define CAO_FLOW_INVOICE_H

#include "flow/flow.h"
#include "order/invoice.h"

/*
 * In the transaction that fulfils the order: put its invoice, to the
 * organisation that applies and over the items of the fee, with the year's
 * next number.  Of an order without a fee there is none.
 */
CAO_MUST enum cao_status
cao_invoice_put(struct cao_store *, const struct cao_env *,
    const struct cao_order *, const struct cao_service *, struct cao_error *);

/*
 * In the transaction in which a refund of the order is done: take back what it
 * is invoiced for beyond what is kept of its money.  There may be nothing to
 * take back.
 */
CAO_MUST enum cao_status cao_invoice_take_back(struct cao_store *,
    const struct cao_env *, int64_t order, struct cao_error *);

/* That invoice, or the one of that order that takes none back; held to the
 * journal.  CAO_NOTFOUND, CAO_NOTREADY, CAO_DENIED: why there is none. */
CAO_MUST enum cao_status cao_invoice_load(struct cao_store *,
    const char *invoice_or_order, struct cao_invoice *ret, struct cao_error *);

#endif /* CAO_FLOW_INVOICE_H */
