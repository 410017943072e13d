/* What is proved by installing, for those who verify it. */
#ifndef CAO_FLOW_INSTALL_H
#define CAO_FLOW_INSTALL_H

#include "flow/container.h"
#include "order/order.h"

/* The text of a receipt, which the holder's new key signs. */
void cao_receipt_text(const struct cao_order *, const struct cao_cert *sign,
    const struct cao_cert *encrypt, int64_t at, struct cao_buf *out);

#endif /* CAO_FLOW_INSTALL_H */
