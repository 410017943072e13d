/*
 * OCSP responders: for each CA a key and its certificate in one file,
 * "ca/ocsp-<ca>.pem", so that no crash parts them.
 */
#ifndef CAO_FLOW_RESPONDER_H
#define CAO_FLOW_RESPONDER_H

#include "flow/ca.h"
#include "pki/ocsp.h"

/* That one was certified is a note of this kind, "ocsp-sm2 <SHA-256>". */
#define CAO_RESPONDER_NOTE "responder"
#define CAO_RESPONDER_NAME 16
void cao_responder_name(unsigned ca, char out[CAO_RESPONDER_NAME]);

/* The certificate alone; CAO_NOTFOUND if none was made. */
CAO_MUST enum cao_status cao_responder_read(struct cao_store *, unsigned ca,
    struct cao_buf *ret_der, struct cao_error *);
/* With its key; pin NULL: that is in the clear.  CAO_NOTREADY if none was made
 * or its certificate has ended. */
CAO_MUST enum cao_status
cao_responder_open(struct cao_store *, unsigned ca, struct cao_pin *,
    int64_t now, struct cao_responder **ret, struct cao_error *);

#endif /* CAO_FLOW_RESPONDER_H */
