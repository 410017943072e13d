/*
 * An order as it is handed over: its part of the journal with the rows of its
 * facts, from which all else in it follows (caorder(5)).
 */
#ifndef CAO_FLOW_DOSSIER_H
#define CAO_FLOW_DOSSIER_H

#include "order/order.h"
#include "store/journal.h"

struct cao_dossier_entry {
	int64_t seq, at, fact;
	char *actor;
	enum cao_kind kind;
	unsigned char digest[CAO_DIGEST_SIZE];
	unsigned char before[CAO_DIGEST_SIZE], head[CAO_DIGEST_SIZE];
	bool whole;         /* false: the row is not handed over */
	struct cao_buf row; /* as it is digested */
};
struct cao_dossier {
	struct cao_dossier_entry *entries; /* in the order of their numbers */
	size_t count;
};
void cao_dossier_free(struct cao_dossier *); /* what it holds */
/* A further entry, zeroed; NULL: no memory. */
struct cao_dossier_entry *cao_dossier_add(struct cao_dossier *);

/* The columns of a row, of type 'i', 't', 'b' or 'n'; NULLs at the end may be
 * left out in it. */
#define CAO_DOSSIER_COLUMNS 32
struct cao_dossier_column {
	char type;
	int64_t number;
	const unsigned char *data;
	size_t len;
};
/* CAO_INTEGRITY if it is no such row. */
CAO_MUST enum cao_status cao_dossier_row(const struct cao_dossier_entry *,
    struct cao_dossier_column ret[CAO_DOSSIER_COLUMNS], struct cao_error *);
/* The entry of that fact with its row, or NULL. */
const struct cao_dossier_entry *
cao_dossier_find(const struct cao_dossier *, enum cao_kind, int64_t fact);

/* The entries as JSON lines, and back. */
void cao_dossier_journal(const struct cao_dossier *, struct cao_buf *out);
CAO_MUST enum cao_status cao_dossier_journal_read(
    const char *text, size_t len, struct cao_dossier *ret, struct cao_error *);
/* Is each digest that of its row, each head that of its entry, and do they go
 * together with a journal of that length and head? */
CAO_MUST enum cao_status
cao_dossier_journal_check(const struct cao_dossier *, int64_t length,
    const unsigned char head[CAO_DIGEST_SIZE], struct cao_error *);

/* The order with its dossier's digest, as the rows tell it, but for its state
 * and what it is paid. */
CAO_MUST enum cao_status cao_dossier_order(
    const struct cao_dossier *, struct cao_order *ret, struct cao_error *);

/* A file of the archive. */
typedef enum cao_status cao_dossier_file(
    void *arg, const char *name, const void *, size_t, struct cao_error *);
/* Those that are facts as they stand: every one must be there, and be so. */
CAO_MUST enum cao_status
cao_dossier_files(const struct cao_dossier *, const struct cao_order *,
    cao_dossier_file *, void *arg, struct cao_error *);
/* Those that are facts made legible. */
CAO_MUST enum cao_status
cao_dossier_views(const struct cao_dossier *, const struct cao_order *,
    cao_dossier_file *, void *arg, struct cao_error *);
#define CAO_DOSSIER_NAME_SIZE 101
/* "documents/seal-form-2.pdf" */
void cao_dossier_document(
    const struct cao_document *, char out[CAO_DOSSIER_NAME_SIZE]);
/* "evidence/7.txt"; suffix: txt, sig, pem. */
void cao_dossier_evidence(
    int64_t evidence, const char *suffix, char out[CAO_DOSSIER_NAME_SIZE]);

/* Columns of rows that several look at. */
enum { CAO_EVIDENCE_TEXT = 2, CAO_EVIDENCE_SIGNATURE, CAO_EVIDENCE_AT };
enum { CAO_RECEIPT_TEXT = 2, CAO_RECEIPT_SIGNATURE };
enum { CAO_FULFILMENT_DOSSIER = 4 };

/* A file of the archive by its name, or NULL. */
typedef const struct cao_buf *cao_dossier_get(void *arg, const char *name);
/*
 * Hold the order to its proof: decisions to their evidence and its operators'
 * certificates, those to the CA's key, what was fulfilled to the decisions of
 * two, certificates to their chain, the receipt to the new key.  Errors begin
 * with a file's name or with "certificates".
 */
CAO_MUST enum cao_status
cao_dossier_prove(const struct cao_dossier *, const struct cao_order *,
    const struct cao_key *ca, cao_dossier_get *, void *arg, struct cao_error *);
/* The certificate in a file, the nth from 0 of several, and its key. */
CAO_MUST enum cao_status cao_dossier_cert(const char *name,
    const struct cao_buf *pem_or_null, unsigned nth, struct cao_buf *ret_der,
    struct cao_cert *ret, struct cao_key **ret_key, struct cao_error *);

/* The manifest is the file "manifest", signed in "manifest.sig" with the key
 * of "operators-ca.pem". */
#define CAO_DOSSIER_MANIFEST "manifest"
#define CAO_DOSSIER_SIGNATURE "manifest.sig"
#define CAO_DOSSIER_CA "operators-ca.pem"
#define CAO_DOSSIER_JOURNAL "journal.jsonl"
#define CAO_DOSSIER_CHAIN "certificates/chain.pem"
#define CAO_DOSSIER_HEAD "caorder manifest 1\n"

#endif /* CAO_FLOW_DOSSIER_H */
