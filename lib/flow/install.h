/* What is known of containers by those who read them. */
#ifndef CAO_FLOW_INSTALL_H
#define CAO_FLOW_INSTALL_H

#include "flow/container.h"
#include "order/order.h"

/* The folder of an order in the keystore: its number's, or, where the keys
 * were made before the order and are not installed yet, the one they were
 * prepared in. */
void cao_install_folder(const struct cao_container *, const struct cao_order *,
    char out[CAO_CONTAINER_NAME_SIZE]);
/* The text of a receipt, which the holder's new key signs. */
void cao_receipt_text(const struct cao_order *, const struct cao_cert *sign,
    const struct cao_cert *encrypt, int64_t at, struct cao_buf *out);

#endif /* CAO_FLOW_INSTALL_H */
