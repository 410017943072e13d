/*
 * Facts in SQLite, scans in files.  Everything here works inside the caller's
 * transaction; what it puts is journalled in the same one.
 */
#ifndef CAO_STORE_STORE_H
#define CAO_STORE_STORE_H

#include "codec/db.h"
#include "order/calendar.h"
#include "order/config.h"
#include "order/order.h"
#include "store/journal.h"
#include "store/register.h"
#include "store/wechat_keys.h"

/* A version of a service that was asked for, kept until the store closes. */
struct cao_kept_service {
	struct cao_kept_service *next;
	unsigned char digest[CAO_DIGEST_SIZE];
	struct cao_service service;
};

struct cao_store {
	char *dir;
	struct cao_db *db;
	struct cao_register *operators; /* read when first asked for */
	struct cao_wechat_keys *wechat;
	struct cao_kept_service *services;
	struct cao_config *config; /* read when first asked for */
	struct cao_calendar *calendar;
};

/* "<dir>/ca/sm2-ca.crt" of "ca/sm2-ca.crt": to be freed, NULL: no memory. */
char *cao_store_path(const struct cao_store *, const char *below);
/* Read a file below the store's folder whole. */
CAO_MUST enum cao_status cao_store_file(const struct cao_store *,
    const char *below, size_t max, struct cao_buf *ret, struct cao_error *);

/* What config.yaml says, as shipped where it or the file says nothing; it
 * lives as long as the store is open. */
CAO_MUST enum cao_status cao_store_config(
    struct cao_store *, const struct cao_config **ret, struct cao_error *);

/* The calendar that it names, as shipped where the store has no such file. */
CAO_MUST enum cao_status cao_store_calendar(
    struct cao_store *, const struct cao_calendar **ret, struct cao_error *);
/* Until when the promise is that runs since then. */
CAO_MUST enum cao_status cao_store_due(struct cao_store *,
    int64_t promised_from, int64_t *ret, struct cao_error *);

/* The order of that number with what flags name; CAO_NOTFOUND.  CAO_DENIED:
 * it was purged, unless flags have CAO_LOAD_PURGED. */
#define CAO_LOAD_APPLICATION 1u
#define CAO_LOAD_DOCUMENTS 2u
#define CAO_LOAD_TRANSFERS 4u
#define CAO_LOAD_DECISIONS 8u
#define CAO_LOAD_PAIR 16u
#define CAO_LOAD_FULFILMENT 32u
#define CAO_LOAD_ALL 63u
#define CAO_LOAD_PURGED 64u /* also of an order that was purged */
#define CAO_LOAD_DOSSIER (CAO_LOAD_APPLICATION | CAO_LOAD_DOCUMENTS)
CAO_MUST enum cao_status cao_store_load(struct cao_store *, const char *number,
    unsigned flags, struct cao_order *ret, struct cao_error *);
/* The order's number by its request id; false if there is none. */
CAO_MUST enum cao_status
cao_store_find_request(struct cao_store *, const char *request,
    char ret_number[CAO_NUMBER_SIZE], bool *ret_found, struct cao_error *);

/* The service that an order is pinned to (or the latest of a name); it lives
 * as long as the store is open. */
CAO_MUST enum cao_status cao_store_service(struct cao_store *,
    const unsigned char digest[CAO_DIGEST_SIZE], const struct cao_service **ret,
    struct cao_error *);
CAO_MUST enum cao_status cao_store_service_named(struct cao_store *,
    const char *name, const struct cao_service **ret, int64_t *ret_id,
    unsigned char ret_digest[CAO_DIGEST_SIZE], struct cao_error *);

/* Facts.  Each is journalled; ret_id may be NULL. */

/* A new order with the day's next number. */
CAO_MUST enum cao_status cao_store_put_order(struct cao_store *,
    const struct cao_env *, const char *request, int64_t *ret_id,
    char ret_number[CAO_NUMBER_SIZE], struct cao_error *);
struct cao_put_application {
	const char *content;
	const struct cao_buf *csr; /* empty: it makes no certificate */
	const unsigned char *key;  /* its public key's digest */
	int64_t service, fee;
	enum cao_paper paper;
	int64_t company;      /* fen by which company transfers changed */
	const char *required; /* JSON array of slots */
	const char *fees;     /* JSON array: what the fee is made up of */
	const struct cao_buf *sealed_pin, *holder; /* empty: none */
};
CAO_MUST enum cao_status
cao_store_put_application(struct cao_store *, const struct cao_env *,
    int64_t order, const struct cao_put_application *, struct cao_error *);
/* emptied: there is nothing in the slot's part, whatever the object. */
CAO_MUST enum cao_status cao_store_put_document(struct cao_store *,
    const struct cao_env *, int64_t order, const struct cao_document *,
    bool emptied, struct cao_error *);
CAO_MUST enum cao_status
cao_store_put_transfer(struct cao_store *, const struct cao_env *,
    int64_t order, const char *account, const char *name, int64_t fen,
    int64_t day, int64_t *ret_id, struct cao_error *);
CAO_MUST enum cao_status
cao_store_put_evidence(struct cao_store *, const struct cao_env *,
    const char *operator_name, const char *text, const void *signature,
    size_t signature_len, int64_t *ret_id, struct cao_error *);
CAO_MUST enum cao_status cao_store_put_decision(struct cao_store *,
    const struct cao_env *, int64_t order, enum cao_decision,
    const unsigned char dossier[CAO_DIGEST_SIZE], const char *operator_name,
    const char *reason, int64_t evidence, struct cao_error *);
CAO_MUST enum cao_status
cao_store_put_note(struct cao_store *, const struct cao_env *, const char *kind,
    int64_t order_or_0, const char *text, struct cao_error *);
CAO_MUST enum cao_status cao_store_put_service(struct cao_store *,
    const struct cao_env *, const char *name, const char *text, size_t len,
    bool *ret_changed, struct cao_error *);
/* Run a statement that puts one fact (INSERT … RETURNING id), everything
 * bound, and journal it: for facts that one flow alone puts. */
CAO_MUST enum cao_status
cao_store_put(struct cao_store *, const struct cao_env *, struct cao_query *,
    enum cao_kind, int64_t order_or_0, int64_t *ret_id, struct cao_error *);

/* A digest column of the current row; zeros, which match nothing, if it is
 * not one. */
void cao_store_digest(
    const struct cao_query *, int, unsigned char out[CAO_DIGEST_SIZE]);

/* Reckon the order's dossier from its facts and keep it in the order's row;
 * to be called after every application or document put. */
CAO_MUST enum cao_status cao_store_set_dossier(
    struct cao_store *, const char *number, struct cao_error *);

/*
 * Hold an order (loaded with CAO_LOAD_DOSSIER at least) to its evidence: its
 * facts to the journal, its row to its facts, its dossier to what is stored.
 * CAO_INTEGRITY names what does not match.
 */
CAO_MUST enum cao_status cao_store_check_order(
    struct cao_store *, const struct cao_order *, struct cao_error *);
/* Hold the contents of its documents to their digests; the error names the
 * slot. */
CAO_MUST enum cao_status cao_store_check_contents(
    struct cao_store *, const struct cao_order *, struct cao_error *);

#endif /* CAO_STORE_STORE_H */
