/* What the flows of setting up share. */
#ifndef CAO_FLOW_SETUP_H
#define CAO_FLOW_SETUP_H

#include "flow/flow.h"

/* Is the register's file the one that was journalled last? */
CAO_MUST enum cao_status cao_setup_register_noted(
    struct cao_store *, bool *ret_noted, struct cao_error *);
/* Journal the register's file as it is, unless that was done; inside a
 * transaction. */
CAO_MUST enum cao_status cao_setup_journal_register(
    struct cao_store *, const struct cao_env *, struct cao_error *);
/* The same of a file with that digest, by the kind of its notes. */
CAO_MUST enum cao_status cao_setup_noted(struct cao_store *, const char *kind,
    const unsigned char digest[CAO_DIGEST_SIZE], bool *ret_noted,
    struct cao_error *);
CAO_MUST enum cao_status
cao_setup_journal(struct cao_store *, const struct cao_env *, const char *kind,
    const unsigned char digest[CAO_DIGEST_SIZE], struct cao_error *);
/* Hold the list of WeChat Pay's keys to the journal; CAO_INTEGRITY if it is not
 * the one that was journalled last. */
CAO_MUST enum cao_status
cao_setup_check_wechat(struct cao_store *, struct cao_error *);
/* Open a key of the CA, "ca/<name>.key", with the PIN. */
CAO_MUST enum cao_status cao_setup_ca_key(struct cao_store *, const char *name,
    struct cao_pin *, struct cao_key **ret, struct cao_error *);
/* Read a certificate of the CA, "ca/<name>.crt", as DER. */
CAO_MUST enum cao_status cao_setup_ca_cert(struct cao_store *, const char *name,
    struct cao_buf *ret_der, struct cao_error *);

/* May a store be made in that folder?  CAO_DENIED if it is not empty. */
CAO_MUST enum cao_status
cao_setup_check_free(const char *dir, struct cao_error *);
/* The name beside dir that it is made under, "<dir>.new": to be freed, NULL:
 * no memory. */
char *cao_setup_draft(const char *dir);
/* The folders that every store has. */
CAO_MUST enum cao_status cao_setup_folders(const char *dir, struct cao_error *);
/* Let what was made under it have its own name, durably. */
CAO_MUST enum cao_status
cao_setup_put_in_place(const char *draft, const char *dir, struct cao_error *);
/* Remove what a failed attempt left. */
void cao_setup_sweep(const char *dir);

/* The names of the CA's certificates, NULL-terminated.  That the store was
 * made with each is a note of this kind, "sm2-ca <SHA-256 of the DER>". */
extern const char *const cao_setup_certs[];
#define CAO_SETUP_CERT_NOTE "certificate"
#define CAO_SETUP_CERT_SIZE (32 + CAO_DIGEST_HEX)
void cao_setup_cert_text(
    const char *name, const struct cao_buf *der, char out[CAO_SETUP_CERT_SIZE]);

#endif /* CAO_FLOW_SETUP_H */
