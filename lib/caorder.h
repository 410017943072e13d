/*
 * libcaorder: orders for pairs of certificates, from application to
 * installation.
 *
 * This is the whole public interface.  Anything declared elsewhere is
 * private to the library and hidden from the linker.
 *
 * Conventions.  A function that can fail returns an enum cao_status, which is
 * also the exit status of the tools, and takes a struct cao_error last; the
 * error is filled in only on failure.  Parameters named ret_* are set only on
 * success and belong to the caller, who frees them with the matching
 * cao_*_free().  Every free accepts NULL.  Times are seconds since 1970 UTC,
 * money is fen, sizes are octets.  The library never prints, never exits and
 * reads neither the environment nor the clock.
 */
#ifndef CAORDER_H
#define CAORDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#pragma GCC visibility push(default)

#define CAO_MUST __attribute__((__warn_unused_result__))

/* The outcome of anything, and the exit status of every tool: caorder(7). */
enum cao_status {
	CAO_OK = 0,        /* done, or was done already */
	CAO_SYSTEM = 1,    /* internal or system failure */
	CAO_USAGE = 2,     /* wrong usage */
	CAO_INPUT = 3,     /* input refused */
	CAO_NOTREADY = 4,  /* a gate is unmet */
	CAO_DENIED = 5,    /* a rule, a role, a policy, a lint finding */
	CAO_NOTFOUND = 6,  /* no such order, service, operator */
	CAO_INTEGRITY = 7, /* a digest, signature or chain does not match */
	CAO_AGAIN = 75     /* locked, disk full, peer unreachable */
};

/* One word for a status ("input", "not-ready"), never translated. */
const char *cao_status_word(enum cao_status);
/* The one of two to exit with, when both happened: caorder(7). */
enum cao_status cao_status_worse(enum cao_status, enum cao_status);

#define CAO_ERROR_TEXT 768

/* Why something failed.  It needs no memory, so it can always be reported. */
struct cao_error {
	enum cao_status status;
	char text[CAO_ERROR_TEXT]; /* one line, no full stop, translated */
	char field[96];            /* "user.id_number", or "" */
	char file[256];            /* the input's name, or "" */
	unsigned line, column;     /* from 1, in characters; 0: unknown */
};

/* All that is wrong with one input, in the order of its lines. */
#define CAO_FAULTS_MAX 100
struct cao_faults {
	struct cao_error *list;
	size_t count;
	bool more; /* there were more than CAO_FAULTS_MAX */
};

void cao_faults_free(struct cao_faults *);

/* A PIN: in memory of its own, wiped on free, at most CAO_SECRET_MAX octets. */
#define CAO_SECRET_MAX 1024
struct cao_secret;
struct cao_secret *cao_secret_new(const void *, size_t len); /* or NULL */
void cao_secret_free(struct cao_secret *);

/* What is handed out as text or octets is freed with this. */
void cao_free(void *);

/* The version of the library, "0.1.0". */
const char *cao_version(void);

/* ---- Instants, money and words, written one way everywhere ---- */

#define CAO_ZONE_MINUTES 480 /* Beijing, the CA's zone: UTC+8, no DST */
#define CAO_RFC3339_SIZE sizeof "9999-12-31T23:59:59Z"
/* RFC 3339 date-time; any offset, no fraction kept.  Years 1970 to 9999. */
CAO_MUST enum cao_status
cao_time_parse(const char *, int64_t *ret_time, struct cao_error *);
/* In UTC, with Z. */
void cao_time_format(int64_t, char out[CAO_RFC3339_SIZE]);
/* The surface: "2026-11-22 10:00:00" in the CA's zone. */
void cao_time_local(int64_t, char out[CAO_RFC3339_SIZE]);
/* YYYY-MM-DD, a real day of the Gregorian calendar; days since 1970-01-01. */
CAO_MUST enum cao_status
cao_date_parse(const char *, int64_t *ret_day, struct cao_error *);
#define CAO_DATE_SIZE sizeof "9999-12-31"
void cao_date_format(int64_t day, char out[CAO_DATE_SIZE]);

#define CAO_MONEY_MAX INT64_C(99999999999999) /* under a million million */
#define CAO_MONEY_SIZE sizeof "-999999999999.99"
/* In yuan, always with two places; fen is within CAO_MONEY_MAX of 0. */
void cao_money_format(int64_t fen, char out[CAO_MONEY_SIZE]);
/* An exact decimal with at most two places: "240", "240.0", "240.00", "-0.01".
 * Whether an amount may be negative is the caller's question. */
CAO_MUST enum cao_status
cao_money_parse(const char *, int64_t *ret_fen, struct cao_error *);

/*
 * The word of the NULL-terminated list nearest to text by edits of one
 * character (insert, drop, change, swap of neighbours), or NULL if none is
 * within a third of its length, at least 1.
 */
const char *cao_text_nearest(const char *text, const char *const *words);

/* What the library is told about the world. */
struct cao_env {
	int64_t now;       /* the instant of what is recorded */
	const char *actor; /* who calls, for the journal: "uid:1000" */
	bool dry_run;      /* all checks, no fact */
};

/*
 * One order on its way through a step: its number goes in (for an application
 * its number comes out), and what became of it comes out.
 */
#define CAO_NUMBER_SIZE 18 /* 17 digits: "00", YYYYMMDD, a counter of 7 */
#define CAO_REQUEST_SIZE 65
struct cao_result {
	char number[CAO_NUMBER_SIZE];
	char request[CAO_REQUEST_SIZE]; /* of the application, or "" */
	bool changed;                   /* false: it was done already */
	bool left;                      /* the rules left it: not passed on */
	struct cao_faults faults;       /* none but notes: it succeeded */
};
/* The worst status of its faults; a fault of status CAO_OK is a note to be
 * told, such as a doubt about a number that was accepted. */
enum cao_status cao_result_status(const struct cao_result *);
/* Is it an order number by its form? */
bool cao_number_valid(const char *);
/*
 * The order number of one line of a stream: the number itself, or a JSON
 * object's member "order".  CAO_INPUT if it is neither.
 */
#define CAO_LINE_MAX (256 * 1024)
CAO_MUST enum cao_status cao_number_read(const char *line, size_t len,
    char ret_number[CAO_NUMBER_SIZE], struct cao_error *);

/* done and total are octets of one file; called at most a few times a
 * megabyte. */
typedef void
cao_progress(void *arg, const char *path, uint64_t done, uint64_t total);

/* The store: a folder with orders.db, objects/, ca/, services/ and so on. */
struct cao_store;
CAO_MUST enum cao_status
cao_store_open(const char *dir, struct cao_store **ret, struct cao_error *);
void cao_store_close(struct cao_store *);

/* A key container (a folder) with the PIN that opens its keys.  pin may be
 * NULL where no key is touched. */
struct cao_container;
CAO_MUST enum cao_status
cao_container_open(const char *dir, const struct cao_secret *pin,
    struct cao_container **ret, struct cao_error *);
void cao_container_close(struct cao_container *);

/* ---- Setting up (ca-admin) ---- */

/*
 * Make a store in a folder that is empty or not there: a root and an issuing
 * CA for each algorithm, the operators' CA, the recovery key, all under the
 * pin, and the shipped services, rules and agreements.  All or nothing: the
 * folder appears complete.  CAO_DENIED if there is a store already.
 */
CAO_MUST enum cao_status cao_store_init(const char *dir, const char *ca_name,
    const struct cao_secret *pin, const struct cao_env *, struct cao_error *);

struct cao_operator_info {
	const char *name;
	const char *roles;    /* "accept,approve" */
	int64_t since, until; /* until 0: not dismissed */
	const char *serial;   /* hex, of the operator's certificate */
};
extern const char
    *const cao_roles[]; /* accept approve cashier recover … NULL */
/* Make the operator's key in KEYSTORE/NAME/ and certify it with its roles. */
CAO_MUST enum cao_status
cao_operator_add(struct cao_store *, const struct cao_env *, const char *name,
    const char *roles, const char *algorithm, struct cao_container *keystore,
    const struct cao_secret *ca_pin, bool *ret_changed, struct cao_error *);
CAO_MUST enum cao_status cao_operator_disable(struct cao_store *,
    const struct cao_env *, const char *name, const struct cao_secret *ca_pin,
    bool *ret_changed, struct cao_error *);
CAO_MUST enum cao_status cao_operator_list(struct cao_store *,
    void (*row)(void *arg, const struct cao_operator_info *), void *arg,
    struct cao_error *);

/* A key of WeChat Pay that the CA vouches for. */
struct cao_wechat_key_info {
	const char *id; /* a certificate's serial, or PUB_KEY_ID_… */
	const char *mchid, *appid; /* whom it speaks to */
	int64_t since, until;      /* until 0: without end */
};
/*
 * Certify a key for the merchant and the application of config.yaml.  text is
 * the PEM of a platform certificate, which gives id and end, or of a public
 * key, whose id (PUB_KEY_ID_…) is told.  CAO_DENIED: another key has that id.
 */
CAO_MUST enum cao_status
cao_wechat_key_add(struct cao_store *, const struct cao_env *, const char *name,
    const char *text, size_t len, const char *id_or_null,
    const struct cao_secret *ca_pin, bool *ret_changed, struct cao_error *);
/* What it signs from now on does not count any more. */
CAO_MUST enum cao_status cao_wechat_key_disable(struct cao_store *,
    const struct cao_env *, const char *id, const struct cao_secret *ca_pin,
    bool *ret_changed, struct cao_error *);
CAO_MUST enum cao_status cao_wechat_key_list(struct cao_store *,
    void (*row)(void *arg, const struct cao_wechat_key_info *), void *arg,
    struct cao_error *);

/* Services: text is the YAML, name what messages call it. */
CAO_MUST enum cao_status cao_service_add(struct cao_store *,
    const struct cao_env *, const char *name, const char *text, size_t len,
    bool *ret_changed, struct cao_faults *, struct cao_error *);
CAO_MUST enum cao_status cao_service_list(struct cao_store *,
    void (*row)(
	void *arg, const char *name, const char *title, const char *digest),
    void *arg, struct cao_error *);
/* Its YAML.  store NULL: of the shipped ones. */
CAO_MUST enum cao_status cao_service_show(
    struct cao_store *, const char *name, char **ret_yaml, struct cao_error *);

/*
 * Recompute everything: the journal's chain, each fact against it, objects,
 * dossiers, signatures, certificate pairs, the journal of revocations, the
 * revocation lists.  Every bad place is told to bad; CAO_INTEGRITY with the
 * first one.  A list or responder that only has to be made anew is told to
 * bad with status CAO_OK, a note.  progress may be NULL.
 */
CAO_MUST enum cao_status cao_store_verify(struct cao_store *,
    const struct cao_env *, void (*bad)(void *arg, const struct cao_error *),
    void (*progress)(void *arg, uint64_t done, uint64_t total), void *arg,
    struct cao_error *);

/*
 * Apply what the journal of revocations beside the store ("STORE.revocations")
 * tells and the store, put back from a backup, does not know; a file that is
 * missing is written anew.  *ret_count: how many were applied.  CAO_INTEGRITY
 * names the line that is not whole, or is another one in the store.
 */
CAO_MUST enum cao_status cao_store_replay(struct cao_store *,
    const struct cao_env *, uint64_t *ret_count, struct cao_error *);

/*
 * Back the store up, as it is at one instant, while others use it, to a new
 * folder "YYYYMMDDTHHMMSSZ" in dir, which is made if need be.  Backups in one
 * dir share dir/objects, so that a further one copies only the scans that are
 * new.  It is held to its own journal and synced before it has its name; what
 * fails leaves no backup.  *ret_path is freed with cao_free(); NULL of a dry
 * run.  progress may be NULL.
 */
CAO_MUST enum cao_status
cao_store_backup(struct cao_store *, const struct cao_env *, const char *dir,
    cao_progress *, void *arg, char **ret_path, struct cao_error *);
struct cao_restored {
	int64_t at;        /* when the backup was made */
	uint64_t behind;   /* revocations since: cao_store_replay() first */
	bool witness_made; /* there was no journal of revocations */
};
/*
 * Put a backup, or the latest one of a folder of them, into a place that is
 * empty or not there.  Every file is held to the manifest and the whole to its
 * journal before the store appears.  CAO_DENIED if there is a store already,
 * CAO_INTEGRITY if the backup was altered or the journal of revocations that
 * is beside the place is another store's.
 */
CAO_MUST enum cao_status
cao_store_restore(const char *from, const char *dir, const struct cao_env *,
    cao_progress *, void *arg, struct cao_restored *ret, struct cao_error *);

/* ---- Applying (ca-apply) ---- */

struct cao_application;
void cao_application_free(struct cao_application *);

/* Applications of a stream of YAML documents.  They are held to the services
 * of the store, or with store NULL to the shipped ones. */
struct cao_reader;
CAO_MUST enum cao_status cao_reader_open(const char *name, int fd,
    struct cao_store *or_null, struct cao_reader **ret, struct cao_error *);
void cao_reader_close(struct cao_reader *);
bool cao_reader_ready(struct cao_reader *); /* next would not wait */
/*
 * The next application that can be read as one; *ret NULL at the end.
 * CAO_INPUT: this document is refused, with its faults (and its request id,
 * if it has one) in the result; the next call goes on behind it.
 */
CAO_MUST enum cao_status cao_reader_next(struct cao_reader *,
    const struct cao_env *, struct cao_application **ret, struct cao_result *);

/* An application asked for field by field. */
struct cao_question {
	const char *path;           /* "user.id_number" */
	const char *what;           /* translated */
	const char *const *choices; /* NULL-terminated, or NULL */
	const char *suggestion;     /* what Enter alone means, or NULL */
	bool required;
};
CAO_MUST enum cao_status
cao_application_new(struct cao_application **ret, struct cao_error *);
/* The next question in view of the answers so far; false when all are. */
bool cao_application_ask(const struct cao_application *, struct cao_store *,
    struct cao_question *ret);
/* Answer it ("" leaves an optional one out); refused answers are asked again. */
CAO_MUST enum cao_status
cao_application_answer(struct cao_application *, struct cao_store *,
    const struct cao_env *, const char *text, struct cao_error *);

struct cao_apply {
	struct cao_container *keystore; /* NULL: only with a csr */
	bool amend; /* replace the application of the same request */
	bool sign;  /* as the holder, with the key of the certificate that it
	               is about, which is in the keystore */
};
/* The checks of cao_apply() without any effect. */
CAO_MUST enum cao_status
cao_apply_check(struct cao_store *, const struct cao_env *,
    const struct cao_application *, struct cao_result *);
/* Record them in one transaction; results in the same order. */
CAO_MUST enum cao_status cao_apply(struct cao_store *, const struct cao_env *,
    const struct cao_apply *, struct cao_application *const *, size_t count,
    struct cao_result *, struct cao_error *);
/* An application about the certificates that an order has. */
struct cao_again {
	const char *business; /* "renew" … "recover" */
	const char *reason;   /* why they are revoked, or NULL */
	int64_t validity;     /* months; 0: the order's, where one is needed */
	/* "2026-11-01..2027-04-30", of a new letter of authorisation; NULL:
	 * the order's. */
	const char *authorised;
};
/* Do these go together?  CAO_USAGE says what would. */
CAO_MUST enum cao_status
cao_again_check(const struct cao_again *, struct cao_error *);
/*
 * Write it as YAML for cao_reader_open(), from what the order holds, or from
 * the order that it made while that is under way.  Its request is the same
 * until such an order ends.  That identity numbers are read is recorded.
 */
CAO_MUST enum cao_status cao_apply_again(struct cao_store *,
    const struct cao_env *, const struct cao_again *, const char *number,
    char **ret_yaml, struct cao_error *);
/* The fee as JSON: {"service", "items": [{"title","fen"}], "due_fen"}. */
CAO_MUST enum cao_status cao_apply_quote(struct cao_store *,
    const struct cao_application *, char **ret_json, struct cao_error *);
/*
 * Stop before the store: make the key pair in the keystore (under the request
 * id, or the content's digest) and write the application with its CSR as
 * YAML.  recovery: PEM of the recovery certificate, needed for backup_pin.
 */
CAO_MUST enum cao_status
cao_apply_prepare(struct cao_store *or_null, const struct cao_env *,
    const struct cao_apply *, const struct cao_application *,
    const char *recovery, char **ret_yaml, struct cao_result *);
/* A commented YAML to fill in for a service (NULL: the first one). */
CAO_MUST enum cao_status cao_apply_template(struct cao_store *or_null,
    const char *service, char **ret_yaml, struct cao_error *);
/* The agreement and privacy texts of a service, with their versions. */
CAO_MUST enum cao_status cao_apply_agreement(struct cao_store *or_null,
    const char *service, char **ret_text, struct cao_error *);

/* ---- The codes on printed pages (ca-form, ca-scan, ca-upload) ---- */

/*
 * What the QR code and the Code 128 of a page say, both the same: 44 digits,
 * with which a scan finds its order, slot and place, and by which a page that
 * was printed before a change of the application is known.
 */
#define CAO_FORM_CODE_SIZE         \
	sizeof "01"                \
	       "00202009200000485" \
	       "01"                \
	       "01"                \
	       "02"                \
	       "00000000000000000" \
	       "00"
#define CAO_FORM_DIGEST_SIZE 18
#define CAO_FORM_SLOTS_MAX 99
struct cao_form_code {
	char number[CAO_NUMBER_SIZE];
	unsigned slot; /* its place in the pinned service, from 1; 0: none */
	unsigned page, pages;              /* from 1 */
	char digest[CAO_FORM_DIGEST_SIZE]; /* of the data printed */
};
void
cao_form_code_write(const struct cao_form_code *, char out[CAO_FORM_CODE_SIZE]);
/* Exactly the 44 digits, with the right check; false: it is none. */
bool
cao_form_code_read(const char *text, size_t len, struct cao_form_code *ret);
/* That of a page of the order as it is now; slot NULL: of a page that fills
 * none.  CAO_INPUT if there is no such slot or page. */
CAO_MUST enum cao_status cao_form_code_get(struct cao_store *,
    const char *number, const char *slot_or_null, unsigned page, unsigned pages,
    struct cao_form_code *ret, struct cao_error *);

/* ---- What a scan is (ca-scan) ---- */

struct cao_scan_look {
	const char *type;       /* "PDF", "JPEG", "PNG", "TIFF" */
	unsigned width, height; /* pixels of the first page; 0 for PDF */
	unsigned pages;
};
/* By its structure, which is looked through whole; CAO_INPUT says what it is
 * instead, or what is wrong with it. */
CAO_MUST enum cao_status cao_scan_look(
    const void *, size_t, struct cao_scan_look *ret, struct cao_error *);
#define CAO_SHA256_SIZE 65 /* hex digits and a NUL */
void cao_scan_digest(const void *, size_t, char out[CAO_SHA256_SIZE]);

/* ---- Forms to print (ca-form) ---- */

/* What a table of fields read: count structs, or texts (char *). */
struct cao_list {
	void *items;
	size_t count;
};

#define CAO_FORM_COLUMNS_MAX 12
struct cao_form_cell {
	char *label, *value; /* either may be NULL */
	int64_t span, down;  /* columns and rows that it takes */
	int64_t column;      /* from 0 */
	char *align;         /* "left", "center", "right" or NULL */
};
struct cao_form_row {
	char *each;     /* before it is filled in: what it is repeated for */
	int64_t height; /* millimetres at least */
	struct cao_list cells; /* struct cao_form_cell */
};
/* Exactly one of heading … page says what it is.  In a text, a note and a
 * check what was filled in stands between CAO_FORM_FILLED and
 * CAO_FORM_FILLED_END. */
#define CAO_FORM_FILLED '\002'
#define CAO_FORM_FILLED_END '\003'
struct cao_form_block {
	char *heading;
	char *text; /* paragraphs, one a line */
	struct {
		struct cao_list columns; /* char *: shares of the width */
		struct cao_list rows;    /* struct cao_form_row */
	} table;
	struct {
		char *title, *hint;
		int64_t count, height; /* height in millimetres */
	} boxes;
	struct cao_list notes, checks; /* char *: numbered; to be ticked off */
	char *qr;                      /* the text of a QR code */
	int64_t space;                 /* millimetres */
	bool page;                     /* here one ends */
	char *size;  /* "small", "normal", "large", "huge" or NULL */
	char *align; /* as of a cell */
	bool keep;   /* on the page of the block behind it */
	struct cao_list business; /* char *; empty: of every one */
};
struct cao_form {
	char *id, *slot;
	int64_t part; /* its place among the forms of the slot, from 1 */
	char *title, *subtitle;
	struct cao_list blocks; /* struct cao_form_block */
};
struct cao_letterhead {
	char *name, *english, *foot, *logo; /* all but name may be NULL */
};
/* What is printed for one slot, its pages counted together. */
struct cao_form_paper {
	struct cao_form *forms;
	size_t count;
	struct cao_form_code code; /* of page 0; its number "": there is none */
};
struct cao_form_value {
	char *name, *text; /* "user.name" */
};
struct cao_forms {
	struct cao_letterhead head;
	unsigned char *logo; /* the PNG file, or NULL */
	size_t logo_len;
	struct cao_form_paper *papers;
	size_t count;
	struct cao_form_value *values; /* all that was filled in */
	size_t nvalues;
	int64_t at; /* of the application; 0: a blank form */
};
void cao_forms_free(struct cao_forms *);

/*
 * The forms of an order, filled in: of every slot that it must fill and that
 * there is a form for, or only of that slot (CAO_NOTFOUND), or the form
 * "receipt" or "notice" (CAO_NOTREADY if the order is not accepted, or not
 * returned).  Where an identity number is in them whole, that it was read is
 * recorded first; of a dry run it is not, and nothing may be shown.  A form's
 * file that is refused is the error.
 */
CAO_MUST enum cao_status
cao_form_order(struct cao_store *, const struct cao_env *, const char *number,
    const char *only_or_null, struct cao_forms **ret, struct cao_error *);
/* The same to be filled in by hand, for a service (NULL: the first one). */
CAO_MUST enum cao_status
cao_form_blank(struct cao_store *or_null, const char *service,
    const char *only_or_null, struct cao_forms **ret, struct cao_error *);
/* The poster of a service, whose QR code says its name. */
CAO_MUST enum cao_status cao_form_entrance(struct cao_store *or_null,
    const char *service, struct cao_forms **ret, struct cao_error *);
/* An invoice, as cao_invoice_print() finds it. */
CAO_MUST enum cao_status cao_form_invoice(struct cao_store *,
    const char *invoice_or_order, struct cao_forms **ret, struct cao_error *);
/* What is wrong with the text of a form's file, or with the letterhead. */
CAO_MUST enum cao_status cao_form_verify(
    const char *name, const char *text, size_t len, struct cao_faults *);

/* ---- Uploading (ca-upload) ---- */

struct cao_scan {
	const char *slot; /* "seal-form"; parts of it repeat as "seal-form-2" */
	const char *path;
	const char *pages; /* "2" or "1,3-4" of it, which data is; or NULL */
	const void *data;  /* the content, then path is but its name; or NULL */
	size_t len;
	const char *sha256;  /* hex, that it must have; or NULL */
	const char *printed; /* digest of the codes on it, or NULL */
};
/*
 * Runs ca-scan, which the library never does, over a file, or over data under
 * that name, and hands on each of its lines; with pictures of so many pixels on
 * their longer side, 0: without.  CAO_INPUT: the file is refused.
 */
struct cao_scanner {
	enum cao_status (*run)(void *arg, const char *path, const void *data,
	    size_t len, unsigned side,
	    void (*line)(void *to, const char *, size_t), void *to,
	    struct cao_error *);
	void *arg;
};
struct cao_upload_how {
	cao_progress *progress; /* or NULL */
	void *arg;
	/* Compares the codes on each scan with the order and its slot; NULL:
	 * they are not read. */
	const struct cao_scanner *scanner;
	const char *despite; /* why one that is of another order, slot or time
	                        is taken, which is put on record; or NULL */
};
/* Put these scans into that one order, in one transaction.  CAO_DENIED: a code
 * on one says that it is not for there. */
CAO_MUST enum cao_status cao_upload(struct cao_store *, const struct cao_env *,
    const struct cao_upload_how *, const struct cao_scan *, size_t count,
    struct cao_result *, struct cao_error *);
/* For each order DIR/ORDER/ or DIR/REQUEST/ with SLOT.pdf, SLOT-2.jpg … */
CAO_MUST enum cao_status cao_upload_from(struct cao_store *,
    const struct cao_env *, const struct cao_upload_how *, const char *dir,
    struct cao_result *, size_t count, struct cao_error *);
CAO_MUST enum cao_status
cao_upload_remove(struct cao_store *, const struct cao_env *, const char *slot,
    struct cao_result *, struct cao_error *);
struct cao_slot_info {
	const char *slot;  /* with "-2" for a further part */
	const char *label; /* in the messages' language */
	bool required, filled;
	const char *type; /* "PDF", or "" */
	uint64_t size;
	const char *digest; /* hex, or "" */
	int64_t at;
};
CAO_MUST enum cao_status cao_upload_list(struct cao_store *, const char *number,
    void (*row)(void *arg, const struct cao_slot_info *), void *arg,
    struct cao_error *);
/* The content of a slot, verified by its digest. */
CAO_MUST enum cao_status cao_upload_get(struct cao_store *, const char *number,
    const char *slot, unsigned char **ret, size_t *ret_len, struct cao_error *);

/* One HTML page of all slots of an order, with small pictures of what is in
 * them if there is a scanner; it refers to nothing outside itself. */
CAO_MUST enum cao_status
cao_upload_preview(struct cao_store *, const char *number,
    const struct cao_scanner *or_null, char **ret_html, struct cao_error *);

/* ---- A heap of scans (ca-upload --scan) ---- */

/* What became of a page or a slot: a refusal, or of status CAO_OK a note, at
 * the page as its file ("a.pdf#2"), of that order ("": not known). */
typedef void
cao_heap_tell(void *arg, const char *number, const struct cao_error *);
struct cao_heap_page {
	const char *file;
	unsigned page, pages; /* of the file, from 1 */
	const char *sha256;   /* of the file when it was read, hex */
};
struct cao_heap_slot {
	struct cao_scan scan;        /* what to upload */
	bool whole;                  /* it is the file as it is; else
	                                      data is to be made of the pages */
	struct cao_heap_page *pages; /* in their order */
	size_t count;
};
struct cao_heap_order {
	char number[CAO_NUMBER_SIZE];
	struct cao_heap_slot *slots;
	size_t count; /* 0: none is complete */
};
#define CAO_SCAN_LINE_MAX (1024 * 1024) /* octets of a line of ca-scan */
struct cao_heap;
/* The store stays open as long as the heap. */
CAO_MUST enum cao_status
cao_heap_new(struct cao_store *, const struct cao_env *, cao_heap_tell *,
    void *arg, struct cao_heap **ret, struct cao_error *);
void cao_heap_free(struct cao_heap *);
/*
 * One page, as a line of "ca-scan --inline" says it: placed by its code, or
 * told why not.  A picture of one that has to be placed by hand is kept below
 * "unplaced/" of the store.  *ret lives until the next call.
 */
CAO_MUST enum cao_status cao_heap_add(struct cao_heap *, const char *line,
    size_t len, struct cao_heap_page *ret, struct cao_error *);
/* When all are added: the orders with what their slots are to be filled with;
 * slots that lack a page or have one twice are told.  *ret lives as long as
 * the heap. */
CAO_MUST enum cao_status cao_heap_close(struct cao_heap *,
    const struct cao_heap_order **ret, size_t *ret_count, struct cao_error *);

/* ---- Paying (ca-pay) ---- */

/* Declared transfers, from YAML documents or one from the command line. */
struct cao_transfers;
CAO_MUST enum cao_status cao_transfers_read(const char *name, int fd,
    const struct cao_env *, struct cao_transfers **ret, struct cao_faults *);
CAO_MUST enum cao_status cao_transfers_one(const char *payer_account,
    const char *payer_name, const char *amount, const char *date,
    const struct cao_env *, struct cao_transfers **ret, struct cao_error *);
void cao_transfers_free(struct cao_transfers *);
/* The orders that the transfers name, for a step without operands; requests
 * are looked up in the store. */
CAO_MUST enum cao_status
cao_transfers_orders(struct cao_store *, const struct cao_transfers *,
    struct cao_result **ret, size_t *ret_count, struct cao_error *);
CAO_MUST enum cao_status cao_pay_declare(struct cao_store *,
    const struct cao_env *, const struct cao_transfers *, struct cao_result *,
    size_t count, struct cao_error *);

/* An operator, signed in with the key in KEYSTORE/NAME/. */
struct cao_operator;
CAO_MUST enum cao_status cao_operator_open(struct cao_store *, const char *name,
    struct cao_container *, struct cao_operator **ret, struct cao_error *);
void cao_operator_close(struct cao_operator *);

enum cao_match {
	CAO_MATCH_PAID,      /* settled exactly what was declared */
	CAO_MATCH_REPEATED,  /* this bank reference was imported before */
	CAO_MATCH_SHORT,     /* less than declared */
	CAO_MATCH_OVER,      /* more than declared */
	CAO_MATCH_DUPLICATE, /* fits an order that is paid already */
	CAO_MATCH_AMBIGUOUS, /* fits several */
	CAO_MATCH_SEVERAL,   /* makes up what several orders owe */
	CAO_MATCH_PAYER,     /* names an order that another was to pay */
	CAO_MATCH_UNKNOWN,   /* fits none */
	CAO_MATCH_OUT,       /* money that went out: passed over */
	CAO_MATCH_BAD        /* a line that cannot be read */
};
struct cao_statement_line {
	unsigned line; /* of the file; 0: it waited */
	enum cao_match match;
	char number[CAO_NUMBER_SIZE]; /* PAID, and where one is meant; or "" */
	int64_t fen, day;
	const char *reference, *payer;
	const char *why;     /* translated, one sentence */
	const char *command; /* what may be done about it, or "" */
};
extern const char *const cao_match_words[]; /* "paid" …, by enum cao_match */
/*
 * Import a bank statement (CSV, MT940, CAMT.053), signed by the cashier, and
 * settle what matches: of its lines, and of those that wait since an earlier
 * one; text NULL: of these alone.  What is money in is kept.  Every line is
 * told to row in order, behind them what waited and is paid now; the orders
 * that are paid by it (also those that an earlier import of the same line
 * paid) come in *ret_paid.
 */
CAO_MUST enum cao_status
cao_pay_reconcile(struct cao_store *, const struct cao_env *, const char *name,
    const void *text, size_t len, const struct cao_operator *,
    void (*row)(void *arg, const struct cao_statement_line *), void *arg,
    struct cao_result **ret_paid, size_t *ret_count, struct cao_error *);
#define CAO_STATEMENT_MAX (64 * 1024 * 1024)
/* The lines that wait, each with what it is and what may be done about it. */
CAO_MUST enum cao_status cao_pay_unmatched(struct cao_store *,
    void (*row)(void *arg, const struct cao_statement_line *), void *arg,
    struct cao_error *);

/* A part of a line for an order; fen 0: all that is left of the line. */
struct cao_piece {
	char number[CAO_NUMBER_SIZE];
	int64_t fen;
};
/* From "ORDER=YUAN". */
CAO_MUST enum cao_status
cao_piece_read(const char *, struct cao_piece *ret, struct cao_error *);
/*
 * What the cashier says a line that waits is for: all of the parts, or (on
 * failure) none.  CAO_DENIED: an order does not take money, or not so much (a
 * line as a whole may be too much); it is of another organisation than the
 * first, or of another than paid, and no reason is given.  What was assigned
 * so before is left alone.  results, one for each part, are to be freed even
 * on failure.
 */
CAO_MUST enum cao_status cao_pay_assign(struct cao_store *,
    const struct cao_env *, const struct cao_operator *, const char *reference,
    const char *reason_or_null, const struct cao_piece *, size_t count,
    struct cao_result *results, struct cao_error *);
/*
 * The cashier pays back what an order (the result's) has beyond what it owes,
 * from what came last.  CAO_DENIED: it has not so much.  The same amount for
 * the same reason is paid back once.  By bank it is done then; by WeChat Pay
 * it is to be sent.
 */
CAO_MUST enum cao_status cao_pay_refund(struct cao_store *,
    const struct cao_env *, const struct cao_operator *, int64_t fen,
    const char *reason, struct cao_result *, struct cao_error *);
/* The same of all that is left of a line; the result has no number. */
CAO_MUST enum cao_status cao_pay_refund_line(struct cao_store *,
    const struct cao_env *, const struct cao_operator *, const char *reference,
    const char *reason, struct cao_result *, struct cao_error *);

/* One side of an entry of the ledger: fen above 0 is debit. */
struct cao_posting {
	const char *number; /* of the order, or "" */
	const char *account;
	int64_t fen, at;
	const char *kind; /* the fact that it comes from, and its row */
	int64_t fact;
};
/* Those of an order, or of all. */
CAO_MUST enum cao_status
cao_query_ledger(struct cao_store *, const char *number_or_null,
    void (*row)(void *arg, const struct cao_posting *), void *arg,
    struct cao_error *);
/* The trial balance: what each account comes to. */
CAO_MUST enum cao_status cao_ledger_balance(struct cao_store *,
    void (*row)(void *arg, const char *account, int64_t fen), void *arg,
    struct cao_error *);

/* ---- WeChat Pay (ca-pay --wechat and its like) ---- */

/* A request to be sent, and what came back.  The library signs the one and
 * verifies the other; how they travel is the caller's. */
struct cao_wechat_request {
	const char *method, *url;
	const char *authorization; /* of this try alone */
	const char *key_id;        /* whose signature is wished for */
	const char *body;          /* JSON, or NULL */
	const char *anchors;       /* a file of certificates, or NULL */
	int64_t timeout;           /* seconds */
	unsigned attempt;          /* from 0: wait the longer before it */
};
#define CAO_WECHAT_HEADER_SIZE 1025
struct cao_wechat_reply {
	int64_t at; /* when it came */
	int status; /* of HTTP; 0: of a notice */
	/* The headers Wechatpay-…; "" if there was none. */
	char serial[CAO_WECHAT_HEADER_SIZE], timestamp[CAO_WECHAT_HEADER_SIZE],
	    nonce[CAO_WECHAT_HEADER_SIZE], signature[CAO_WECHAT_HEADER_SIZE];
	char *body; /* as it came; cao_free() */
	size_t len;
};
#define CAO_WECHAT_REPLY_MAX (64 * 1024) /* octets of a body */
/* CAO_AGAIN: nothing that is whole came back, and it may be tried again. */
typedef enum cao_status
cao_wechat_send(void *arg, const struct cao_wechat_request *,
    struct cao_wechat_reply *ret, struct cao_error *);

/* The merchant of config.yaml, with its key and those of WeChat Pay. */
struct cao_wechat;
CAO_MUST enum cao_status cao_wechat_merchant_open(struct cao_store *,
    cao_wechat_send *, void *arg, struct cao_wechat **ret, struct cao_error *);
void cao_wechat_merchant_close(struct cao_wechat *);

/* What an order is paid with: its code, to be scanned. */
#define CAO_WECHAT_CODE_SIZE 513
struct cao_wechat_code {
	char trade[33]; /* out_trade_no */
	int64_t fen;    /* what is left to be paid */
	char url[CAO_WECHAT_CODE_SIZE];
};
/*
 * Have WeChat Pay take what is left to be paid for the order (a dry run asks
 * nothing, and url is "").  The number that it is paid under is recorded before
 * it is asked for, so that another run asks for the same payment, and another
 * amount takes a new number, once the old one is closed.  CAO_NOTREADY or
 * CAO_DENIED: the order takes no payment; CAO_AGAIN: no good answer came.
 */
CAO_MUST enum cao_status
cao_wechat_order(struct cao_wechat *, const struct cao_env *,
    const char *number, struct cao_wechat_code *ret, struct cao_error *);

/* What WeChat Pay says of a payment or a refund that was asked for. */
struct cao_wechat_told {
	const char *number; /* of the order */
	const char *trade;  /* out_trade_no, or of a refund its number */
	const char *state;  /* "success", "notpay" … in lower case */
	int64_t fen;
	bool refund, changed; /* changed: recorded now */
};
/* Ask for what was asked of WeChat Pay for the order and has no end yet, and
 * record it; refunds that were never sent are sent. */
CAO_MUST enum cao_status
cao_wechat_poll(struct cao_wechat *, const struct cao_env *, const char *number,
    void (*row)(void *arg, const struct cao_wechat_told *), void *arg,
    struct cao_error *);
/* The orders of which that can be said; cao_free(). */
CAO_MUST enum cao_status
cao_wechat_pending(struct cao_store *, const struct cao_env *,
    struct cao_result **ret, size_t *ret_count, struct cao_error *);

/*
 * Receive a notice: verify it, and record the payment or the refund that it
 * tells of.  A refused one (CAO_INPUT,
 * CAO_NOTFOUND, CAO_DENIED, CAO_INTEGRITY) is journalled, unless so many were
 * within the hour; CAO_AGAIN and CAO_SYSTEM: it could not be looked at.
 */
CAO_MUST enum cao_status
cao_wechat_notify(struct cao_store *, const struct cao_env *,
    const struct cao_wechat_reply *, bool *ret_changed, struct cao_error *);

/* A line of the daily bill, or a payment or refund that is not in it. */
struct cao_wechat_billed {
	const char *what; /* "same" "differs" "unrecorded" "unbilled" "bad" */
	unsigned line;    /* of the file, or 0 */
	bool refund;
	const char *id;     /* transaction_id, or the refund's number */
	const char *number; /* of the order, or "" */
	int64_t fen;
	const char *why; /* translated, or "" */
};
/* Hold a daily bill to what is recorded; *ret_same false: they differ.
 * CAO_INPUT: the bill could not be read as a whole. */
CAO_MUST enum cao_status
cao_wechat_bill(struct cao_store *, const char *name, const void *text,
    size_t len, void (*row)(void *arg, const struct cao_wechat_billed *),
    void *arg, bool *ret_same, struct cao_error *);

/* ---- Invoices (ca-pay --invoice) ---- */

#define CAO_INVOICE_SIZE sizeof "2026-00000017" /* year, number */
enum cao_invoice_format {
	CAO_INVOICE_JSON, /* one line */
	CAO_INVOICE_UBL   /* UBL 2.1 */
};
/*
 * What the tax system is asked for: that invoice, or the one of an order that
 * takes none back.  CAO_NOTREADY: the order is not fulfilled; CAO_DENIED: it is
 * free of charge.  *ret is freed with cao_free().
 */
CAO_MUST enum cao_status
cao_invoice_print(struct cao_store *, const char *invoice_or_order,
    enum cao_invoice_format, char **ret, struct cao_error *);
/* The next one behind name ("": the first) that the tax system did not answer
 * yet, in its place. */
CAO_MUST enum cao_status cao_invoice_next(struct cao_store *,
    char name[CAO_INVOICE_SIZE], bool *ret_found, struct cao_error *);
/* Record what the tax system answered; the same again changes nothing, another
 * answer is CAO_DENIED.  The result gets the order's number. */
CAO_MUST enum cao_status cao_invoice_issued(struct cao_store *,
    const struct cao_env *, const char *invoice_or_order, const char *number,
    const char *url, struct cao_result *, struct cao_error *);

/* ---- Reviewing (ca-review) ---- */

enum cao_decision {
	CAO_ACCEPT,  /* 受理 */
	CAO_APPROVE, /* 复查 */
	CAO_RETURN,  /* 退回, with a reason: to be corrected */
	CAO_REFUSE,  /* 拒绝, with a reason: for good */
	CAO_CANCEL,  /* withdrawn before issue */
	CAO_EXPIRE,  /* abandoned */
	CAO_PAPER,   /* the paper originals have arrived */
	CAO_REVOKE   /* its certificates are to be revoked, by two people */
};
extern const char *const cao_decision_words[]; /* "accept" … NULL */
/* reason: NULL where none is needed; of CAO_PAPER the courier's number. */
CAO_MUST enum cao_status cao_review(struct cao_store *, const struct cao_env *,
    const struct cao_operator *, enum cao_decision, const char *reason,
    struct cao_result *, size_t count, struct cao_error *);

/* The orders that may be closed as abandoned now. */
CAO_MUST enum cao_status
cao_review_abandoned(struct cao_store *, const struct cao_env *,
    struct cao_result **ret, size_t *ret_count, struct cao_error *);

struct cao_rules;
/* text is the YAML; its digest becomes part of each decision. */
CAO_MUST enum cao_status cao_rules_read(const char *name, const char *text,
    size_t len, struct cao_rules **ret, struct cao_faults *);
void cao_rules_free(struct cao_rules *);
/* Decide by the rules; an order that they leave is not changed and succeeds
 * with changed false. explain, if not NULL, gets one line of text after
 * another about each order; with op NULL nothing is decided. */
CAO_MUST enum cao_status cao_review_auto(struct cao_store *,
    const struct cao_env *, const struct cao_operator *op,
    const struct cao_rules *, void (*explain)(void *arg, const char *line),
    void *arg, struct cao_result *, size_t count, struct cao_error *);
/* The dossier with the outcome of every check, for a person or as JSON. */
CAO_MUST enum cao_status
cao_review_show(struct cao_store *, const struct cao_env *, const char *number,
    bool json, const char *unmask, char **ret_text, struct cao_error *);
/* The same for a person as one HTML page, beside all slots with pictures of what
 * is in them, which are too small to read where numbers are masked. */
CAO_MUST enum cao_status cao_review_page(struct cao_store *,
    const struct cao_env *, const char *number, const char *unmask,
    const struct cao_scanner *or_null, char **ret_html, struct cao_error *);

/* ---- Issuing (ca-issue) ---- */

/* The CAs with their keys opened. */
struct cao_ca;
CAO_MUST enum cao_status cao_ca_open(struct cao_store *,
    const struct cao_secret *pin, struct cao_ca **ret, struct cao_error *);
void cao_ca_close(struct cao_ca *);
/* A one-time code that opens an unlocked PIN, for the handler alone. */
struct cao_code {
	const char *number; /* of the order */
	const char *phone;  /* the handler's */
	const char *code;   /* "XXXX-XXXX-XXXX" */
	int64_t expires;
};
struct cao_issue {
	unsigned jobs; /* at once */
	/* Keeps a code durably, before its order is recorded; one that is
	 * told again replaces it.  NULL: it is sent to the handler, or the
	 * order is not ready where no telephone can be reached. */
	enum cao_status (*code)(
	    void *arg, const struct cao_code *, struct cao_error *);
	void *arg;
};
/* Fulfil orders: a pair of certificates, or what their business asks for.
 * What is revoked by it stands in the journal beside the store when it
 * returns. */
CAO_MUST enum cao_status cao_issue(struct cao_store *, const struct cao_env *,
    struct cao_ca *, const struct cao_issue *, struct cao_result *,
    size_t count, struct cao_error *);

/*
 * Revoke the certificates of orders at once, on the word of two operators
 * (with the role accept or approve) within a day: the first one's is recorded
 * and the order fails with CAO_NOTREADY, the second one's revokes.  reason is
 * of RFC 5280 section 5.3.1, certificateHold included.
 */
CAO_MUST enum cao_status cao_revoke(struct cao_store *, const struct cao_env *,
    const struct cao_operator *, const char *reason, struct cao_result *,
    size_t count, struct cao_error *);

/* ---- Revocation lists (ca-issue --crl) ---- */

struct cao_published {
	const char *name; /* of the file, below crl/ of the store */
	int64_t number;   /* cRLNumber: the same for all lists of one run */
	uint64_t entries;
	int64_t this_update, next_update;
};
/*
 * Make the revocation lists of the three CAs: "sm2.crl" with all that is
 * revoked, the same as "sm2.pem", and a list for each {shard} address that a
 * version of a service names.  if_due: only those of a CA of which one is
 * missing or bad, lacks something, or has less than crl.before of config.yaml
 * left.  The lists of a CA are told to row when all of them are on disk.
 */
CAO_MUST enum cao_status
cao_publish(struct cao_store *, const struct cao_env *, struct cao_ca *,
    bool if_due, void (*row)(void *arg, const struct cao_published *),
    void *arg, struct cao_error *);

/* ---- Installing (ca-install) ---- */

CAO_MUST enum cao_status
cao_install(struct cao_store *, const struct cao_env *, struct cao_container *,
    struct cao_result *, size_t count, struct cao_error *);
/*
 * Put the keys of the order that an unlock order is about under a new PIN,
 * with its one-time code, which may be tried three times; keystore without a
 * PIN.  The order's backup PIN is the new one then.  No code is needed where
 * the keys are under the new PIN already.
 */
CAO_MUST enum cao_status
cao_install_unlock(struct cao_store *, const struct cao_env *,
    struct cao_container *, const struct cao_secret *code,
    const struct cao_secret *new_pin, struct cao_result *, struct cao_error *);
/* What an order's container holds as PKCS #12. */
CAO_MUST enum cao_status
cao_install_pkcs12(struct cao_container *, const char *number,
    unsigned char **ret, size_t *ret_len, struct cao_error *);
struct cao_installed {
	const char *number, *usage, *serial, *subject, *algorithm;
	int64_t not_before, not_after;
	const char *status; /* "valid" "expired" "not-yet-valid" and, where
	                       the store knows it, "revoked" "held" */
};
CAO_MUST enum cao_status cao_install_list(struct cao_store *or_null,
    const struct cao_env *, struct cao_container *,
    void (*row)(void *arg, const struct cao_installed *), void *arg,
    struct cao_error *);
/* Put the keys of one order's container under another PIN, all or none; in a
 * store the backup PIN, where one was chosen, follows. */
CAO_MUST enum cao_status cao_install_change_pin(struct cao_store *or_null,
    const struct cao_env *, struct cao_container *,
    const struct cao_secret *new_pin, struct cao_result *, struct cao_error *);

/* ---- Asking (ca-query) ---- */

/* NULL and 0 do not filter.  Texts are compared whole; user and organisation
 * by name or by number. */
struct cao_filter {
	const char *number, *request, *phone, *user, *organisation, *service;
	const char *state, *payment, *review, *certificates, *container;
	const char *documents; /* "complete" or "missing" */
	int64_t from, to;      /* created at or after; before */
	bool overdue; /* promised until now, the most overdue first; or */
	unsigned long within; /* until so many hours from now */
	const char *after;    /* numbers beyond this one: the next page */
	size_t limit;
};
extern const char *const cao_columns[]; /* every column's name … NULL */
/*
 * Rows in the order of their numbers; values as many as columns, "" where
 * there is none.  unmask: the reason, which is journalled; NULL masks identity
 * numbers, phones and accounts.
 */
CAO_MUST enum cao_status cao_query(struct cao_store *, const struct cao_env *,
    const struct cao_filter *, const char *const *columns, size_t ncolumns,
    const char *unmask, void (*row)(void *arg, const char *const *values),
    void *arg, struct cao_error *);
/* One order as its JSON object (caorder(7)). */
CAO_MUST enum cao_status
cao_query_json(struct cao_store *, const struct cao_env *, const char *number,
    const char *unmask, char **ret_json, struct cao_error *);
/* What it waits for: each unmet gate with the command that meets it. */
CAO_MUST enum cao_status
cao_query_why(struct cao_store *, const struct cao_env *, const char *number,
    void (*row)(
	void *arg, const char *gate, const char *what, const char *command),
    void *arg, struct cao_error *);
/* What happened to it, entry by entry; before that the orders that it goes
 * back to (kind "predecessor"), behind it those about its certificates or
 * theirs ("successor"), made at at, without an actor. */
CAO_MUST enum cao_status
cao_query_history(struct cao_store *, const char *number,
    void (*row)(void *arg, int64_t at, const char *actor, const char *kind,
	const char *what),
    void *arg, struct cao_error *);
/* Figures of the whole store as name and value. */
CAO_MUST enum cao_status
cao_query_stats(struct cao_store *, const struct cao_env *,
    void (*row)(void *arg, const char *name, int64_t value), void *arg,
    struct cao_error *);
/* which: "sign", "encrypt", "chain" of an order; "recovery" of the store. */
CAO_MUST enum cao_status cao_query_pem(struct cao_store *, const char *number,
    const char *which, char **ret_pem, struct cao_error *);

/* ---- Handing an order over (ca-query --dossier, ca-admin verify) ---- */

/*
 * All there is of one order as an archive (caorder(5)) that can be verified
 * without the store, signed with the key of the operators' CA.  What is masked
 * elsewhere is not in it: the reason is put on record first, as by unmasking.
 * CAO_INTEGRITY if the order does not hold by its own evidence.
 */
CAO_MUST enum cao_status
cao_query_dossier(struct cao_store *, const struct cao_env *,
    const char *number, const struct cao_secret *ca_pin, const char *reason,
    unsigned char **ret, size_t *ret_len, struct cao_error *);
#define CAO_DOSSIER_MAX (1024 * 1024 * 1024) /* octets of one to be verified */
struct cao_dossier_info {
	char number[CAO_NUMBER_SIZE];
	int64_t at;     /* when it was written */
	int64_t length; /* of the journal then */
	char head[65];  /* the journal's last, hex */
	char ca[65];    /* SHA-256 of the CA's certificate in it, hex */
	bool anchored;  /* which was compared with one from elsewhere */
};
/*
 * Verify one: every file, the journal's part, decisions, certificates.
 * CAO_INTEGRITY names the bad file.  It must be signed by the CA of the anchor
 * (a certificate as PEM), else by that of the store; with both NULL by
 * whoever's certificate is in it, which is left to be compared.
 */
CAO_MUST enum cao_status
cao_verify_dossier(struct cao_store *or_null, const char *anchor_or_null,
    const void *, size_t, struct cao_dossier_info *ret, struct cao_error *);

/* ---- Answering whether certificates are good (ca-query --ocsp) ---- */

/*
 * Make the keys and certificates of the OCSP responders, one for each CA, or
 * renew them: "ca/ocsp-sm2.pem", "ca/ocsp-p256.pem", "ca/ocsp-rsa.pem".  pin
 * NULL leaves the keys in the clear, mode 0600, for where nobody can be asked.
 */
CAO_MUST enum cao_status cao_responder_make(struct cao_store *,
    const struct cao_env *, const struct cao_secret *ca_pin,
    const struct cao_secret *pin, struct cao_error *);

struct cao_answer {
	unsigned char *der; /* OCSPResponse; cao_free() */
	size_t len;
	char digest[65]; /* SHA-256, hex; "" of one that refuses */
	int64_t until;   /* may be kept so long; 0: not at all */
	/* Why the request is refused (in an answer that says so); status
	 * CAO_OK: it is not. */
	struct cao_error why;
};
#define CAO_OCSP_REQUEST_MAX (16 * 1024) /* octets that are read */
/*
 * Answer a request (RFC 6960, DER) from what the store holds at this moment.
 * A request that is malformed, or about no certificate of this CA, is answered
 * as such.  CAO_INTEGRITY if revocations are missing from the store.
 * CAO_NOTREADY: there is no responder, or its certificate has ended.
 */
CAO_MUST enum cao_status cao_answer(struct cao_store *, const struct cao_env *,
    const struct cao_secret *pin, const void *request, size_t len,
    struct cao_answer *ret, struct cao_error *);
/* The answer for who cannot be answered because of that status: tryLater of
 * CAO_AGAIN, else internalError. */
CAO_MUST enum cao_status cao_answer_failure(
    enum cao_status why, struct cao_answer *ret, struct cao_error *);
/* The request in the path of a GET (RFC 6960 appendix A.1): Base64 behind a
 * slash, what is written %2F or not, before any query; cao_free(). */
CAO_MUST enum cao_status cao_request_decode(
    const char *path, unsigned char **ret, size_t *ret_len, struct cao_error *);

struct cao_presigned {
	uint64_t written, kept, removed; /* files */
};
/*
 * Put one answer a certificate into the folder (RFC 5019: SHA-1, no nonce),
 * in the file that is named like the path of a GET (with index.html behind a
 * slash at its end); jobs are signed at once.
 * One that says what is so for another half of its time is kept, those of
 * certificates that have ended are removed.
 */
CAO_MUST enum cao_status cao_presign(struct cao_store *, const struct cao_env *,
    const struct cao_secret *pin, const char *dir, unsigned jobs,
    void (*progress)(void *arg, uint64_t done, uint64_t total), void *arg,
    struct cao_presigned *ret, struct cao_error *);

/* ---- Telling handlers (ca-notify, ca-query --code) ---- */

enum cao_sent {
	CAO_SENT,       /* delivered */
	CAO_SENT_LATER, /* to be tried again */
	CAO_SENT_FAILED /* never to be tried again */
};
#define CAO_REPLY_SIZE 256
struct cao_reply {
	enum cao_sent sent;
	char how[CAO_REPLY_SIZE];  /* not sent: "exit status 1" */
	char said[CAO_REPLY_SIZE]; /* what the command wrote, which is kept of
	                              messages without a code alone; or "" */
};
/* A message as it is told of: what would be "due", is "waiting", or became of
 * it: "delivered", "later", "failed". */
struct cao_message {
	const char *id;             /* "approved-17": the same at every try */
	const char *number;         /* of the order, or "" */
	const char *channel;        /* "phone", "mail" */
	const char *to;             /* masked; "" where it was not looked up */
	const char *subject, *text; /* of what is due; codes are masked */
	const char *state;
	int64_t tries, next; /* next: when it is due; of what failed: when */
	const char *why;
};
struct cao_notify {
	/*
	 * Run the command (ends with NULL) with that JSON object on its
	 * standard input, for at most so many seconds.  A failure is one of
	 * the command as such: no message is charged with it.
	 */
	enum cao_status (*send)(void *arg, const char *const *command,
	    unsigned seconds, const void *json, size_t len,
	    struct cao_reply *ret, struct cao_error *);
	void (*row)(void *arg, const struct cao_message *);
	bool (*stop)(void *arg); /* asked before each message */
	void *arg;
};
/* Who delivers: one process at a time.  Faults are those of the texts. */
struct cao_notifier;
CAO_MUST enum cao_status
cao_notifier_open(struct cao_store *, const struct cao_env *,
    struct cao_notifier **ret, struct cao_faults *, struct cao_error *);
void cao_notifier_close(struct cao_notifier *);
/* Queue a message for every pair that runs out soon, once. */
CAO_MUST enum cao_status cao_notifier_expiring(
    struct cao_notifier *, const struct cao_env *, struct cao_error *);
/*
 * Deliver what is due, one after another; each is told to row when what became
 * of it is on record.  In a dry run what is due is told and left.  Where a
 * command cannot be run, what goes by it is left, and that is the status.
 */
CAO_MUST enum cao_status cao_notifier_run(struct cao_notifier *,
    const struct cao_env *, const struct cao_notify *, struct cao_error *);
/* What waits, and what was given up in the last 30 days. */
CAO_MUST enum cao_status cao_notify_list(struct cao_store *,
    const struct cao_env *, void (*row)(void *arg, const struct cao_message *),
    void *arg, struct cao_error *);
/* Let what waits, or was given up in the last 30 days, be due now: that one,
 * or (id NULL) all.  A code that was given up stays so. */
CAO_MUST enum cao_status
cao_notify_retry(struct cao_store *, const struct cao_env *,
    const char *id_or_null, uint64_t *ret_count, struct cao_error *);

/*
 * Send a handler a code of six digits, good for three minutes and five tries,
 * to see the orders with.  What it does, says and takes is the same whether
 * there are orders with that number or not; CAO_AGAIN: codes are asked for too
 * often, for that number or in all.
 */
CAO_MUST enum cao_status
cao_inquiry_ask(struct cao_store *, const struct cao_env *, const char *phone,
    int64_t *ret_expires, struct cao_error *);
/* Try it; CAO_DENIED if it is wrong or over.  The number as orders have it. */
#define CAO_PHONE_SIZE 12
CAO_MUST enum cao_status cao_inquiry_check(struct cao_store *,
    const struct cao_env *, const char *phone, const struct cao_secret *code,
    char ret_phone[CAO_PHONE_SIZE], struct cao_error *);

/* ---- Retention (ca-admin purge) ---- */

/* What is to be told of a purge: orders, and those that do not hold. */
struct cao_purge {
	void (*row)(void *arg, const char *number, const char *what,
	    int64_t since); /* what: "lapsed", or the state of its end */
	void (*bad)(void *arg, const struct cao_error *);
	void *arg;
};
/*
 * Remove the personal data of orders that were at their end (their
 * certificates' notAfter, else their last fact) so many years ago; years 0: as
 * the configuration says, else CAO_DENIED if fewer.  An order stays while one
 * about the same certificates does.  Without yes, and in a dry run, they are
 * only told; with it, each is told when it is done, what was on disk of it is
 * overwritten, and the same again completes what was cut off.  CAO_INTEGRITY:
 * some did not hold by the journal and were left.
 */
CAO_MUST enum cao_status cao_purge(struct cao_store *, const struct cao_env *,
    unsigned years, bool yes, const struct cao_purge *, struct cao_error *);

#pragma GCC visibility pop

#endif /* CAORDER_H */
