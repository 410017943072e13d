/* What the flows of installing share, and what is proved by it, for those who
 * verify it. */
#ifndef CAO_FLOW_INSTALL_H
#define CAO_FLOW_INSTALL_H

#include "flow/container.h"
#include "flow/flow.h"

/* An order on its way into the key container. */
struct cao_install {
	struct cao_store *store;
	const struct cao_env *env;
	const struct cao_container *container;
	struct cao_result *result; /* takes the notes */
	struct cao_order order;
	struct cao_buf receipt, signature; /* left empty: it has one */
	bool open;                         /* to be recorded */
};

/* Put the order's pair into its container, with the keys of the pairs whose
 * place it takes, and sign the receipt. */
CAO_MUST enum cao_status
cao_install_pair(struct cao_install *, struct cao_error *);
/* The same of an encryption key out of the archive, which goes to the keys
 * that the holder uses now. */
CAO_MUST enum cao_status
cao_install_key(struct cao_install *, struct cao_error *);

/*
 * Keep what opens old files: the encryption keys of all the pairs whose place
 * the order takes, into its folder, which has its own already.  What is not at
 * hand is noted.
 */
CAO_MUST enum cao_status
cao_install_keep(struct cao_install *, struct cao_error *);

/* The folder of an order in the keystore: its number's, or, where the keys
 * were made before the order and are not installed yet, the one they were
 * prepared in. */
void cao_install_folder(const struct cao_container *, const struct cao_order *,
    char out[CAO_CONTAINER_NAME_SIZE]);
bool cao_install_has(
    const struct cao_container *, const char *folder, const char *file);
/* Is the key there, does it open, and is it the certificate's? */
bool cao_install_has_key(const struct cao_container *, const char *folder,
    const char *file, const struct cao_cert *);
/* The day is within the authorisation of the handler, which covers collecting
 * and installing: CAO_DENIED. */
CAO_MUST enum cao_status cao_install_authorised(
    const struct cao_order *, int64_t now, struct cao_error *);

/* Certificates as PEM into a file; the second may be NULL. */
CAO_MUST enum cao_status cao_install_put_pem(const struct cao_container *,
    const char *folder, const char *file, const struct cao_buf *first,
    const struct cao_buf *second, struct cao_error *);

/* "encrypt-<serial>.key" and the like: of an encryption certificate that is
 * not the folder's own. */
#define CAO_KEPT_SIZE (sizeof "encrypt-.key" + CAO_SERIAL_HEX)
struct cao_kept {
	char key[CAO_KEPT_SIZE], crt[CAO_KEPT_SIZE];
};
struct cao_kept cao_kept_names(const struct cao_cert *);
/* The file's name without ".crt" if it is such a certificate's. */
bool cao_kept_base(const char *file, char base[CAO_KEPT_SIZE]);

/* The DER of a file's first certificate. */
CAO_MUST enum cao_status
cao_install_read_cert(const struct cao_container *, const char *folder,
    const char *file, struct cao_buf *ret, struct cao_error *);

/* ---- Receipts: receipt.c ---- */

/*
 * The text of a receipt: of a pair over both certificates; of a delivery
 * (encrypt NULL, the order loaded with its fulfilment) over its payload and
 * the certificate whose key signs it.
 */
void cao_receipt_text(const struct cao_order *, const struct cao_cert *sign,
    const struct cao_cert *encrypt, int64_t at, struct cao_buf *out);
/* Possession proved: signed with the key, verified by its certificate. */
CAO_MUST enum cao_status cao_receipt_sign(struct cao_install *,
    const struct cao_key *, const struct cao_cert *sign,
    const struct cao_cert *encrypt, struct cao_error *);
/* In the caller's transaction. */
CAO_MUST enum cao_status
cao_receipt_put(struct cao_install *, struct cao_error *);

#endif /* CAO_FLOW_INSTALL_H */
