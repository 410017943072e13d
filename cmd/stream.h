/*
 * Numbers in, a batch, a step, numbers out: the way of every tool.  A batch
 * is what is ready on the input, up to a bound; its numbers are printed after
 * the step has made their facts durable.
 */
#ifndef STREAM_H
#define STREAM_H

#include "cli.h"

#define STREAM_BATCH 128
#define STREAM_DOCUMENTS 64

/* One call for a batch.  What fails as a whole fails each of its orders. */
typedef enum cao_status stream_step(void *arg, const struct cao_env *,
    struct cao_result *, size_t count, struct cao_error *);
/* Print what is to be printed of one order that succeeded. */
typedef enum cao_status
stream_emit(void *arg, const struct cao_result *, struct cao_error *);

/* A step that printed what there is. */
stream_emit stream_silent;

struct stream {
	struct cao_store *store; /* NULL: --json prints the number alone */
	stream_step *step;       /* NULL: nothing but emit */
	stream_emit *emit; /* NULL: the number, or with --json the order */
	void *arg;
	const struct cao_filter *of; /* these orders, not what is named */
	const char *unmask;          /* for --json */
	size_t bound;                /* of a batch; 0: STREAM_BATCH */
	size_t done, already, failed;
};

/*
 * Take the orders that argv names, or those on standard input, through the
 * step.  The status is the worst of all of them; each was told.
 */
CAO_MUST enum cao_status
stream_run(struct stream *, int argc, char *argv[], struct cao_error *);
/* CAO_USAGE if nothing is named and standard input is a terminal: to be told
 * before anything is asked for. */
CAO_MUST enum cao_status stream_named(int argc, struct cao_error *);
/* Print and reject what became of these, freeing their faults; whole, if not
 * NULL, is why all of them failed. */
enum cao_status stream_results(struct stream *, struct cao_result *,
    size_t count, const struct cao_error *whole);
/* How many were done, with -v, and the status. */
enum cao_status
stream_summary(const struct stream *, enum cao_status, struct cao_error *);

/* The step over applications; results as cao_apply() has them. */
typedef enum cao_status documents_step(void *arg, const struct cao_env *,
    struct cao_application *const *, struct cao_result *, size_t count,
    struct cao_error *);
/*
 * Take the applications of these files through the step; without any, those
 * of standard input, or on a terminal one that is asked for.
 */
CAO_MUST enum cao_status documents_run(struct stream *, documents_step *,
    int argc, char *argv[], struct cao_error *);

/* The transfers that ca-pay declares, of one file or several. */
struct transfers;
CAO_MUST enum cao_status transfers_read(
    const struct cli_list *paths, struct transfers **ret, struct cao_error *);
/* That one transfer, of whichever order comes. */
CAO_MUST enum cao_status
transfers_one(const char *account, const char *name, const char *amount,
    const char *date, struct transfers **ret, struct cao_error *);
void transfers_free(struct transfers *);
/* Declare them for all orders that they name. */
CAO_MUST enum cao_status
transfers_declare(struct transfers *, struct stream *, struct cao_error *);
/* Declare them for the orders that come. */
stream_step transfers_step;
/* The status of the run and of what was left out of the files. */
enum cao_status
transfers_status(const struct transfers *, enum cao_status, struct cao_error *);
/* The store in which they are declared. */
void transfers_into(struct transfers *, struct cao_store *);

/* What is made of a statement's lines: statement.c. */
struct statement {
	const char *file;
	size_t bad;              /* lines that could not be read */
	struct cli_table *table; /* NULL: each line is told */
};
/* Print the lines as a table, which is to be closed. */
CAO_MUST enum cao_status
statement_table(struct statement *, struct cao_error *);
/* Tell the outcome of a line, and reject it where it settled nothing. */
void statement_row(void *statement, const struct cao_statement_line *);

/* What a cashier's word is asked for, as the options of ca-pay say, and the
 * modes for it: cashier.c. */
struct cashier {
	const char *as, *keystore, *pin;
	const char *statement;      /* NULL: what waits alone */
	const char *assign, *split; /* the line's reference */
	const char *line, *amount, *reason;
};
extern struct cashier cashier;
enum cao_status cashier_reconcile(int, char *[], struct cao_error *);
enum cao_status cashier_unmatched(int, char *[], struct cao_error *);
enum cao_status cashier_assign(int, char *[], struct cao_error *);
enum cao_status cashier_split(int, char *[], struct cao_error *);
enum cao_status cashier_refund(int, char *[], struct cao_error *);

/* What ca-pay is told of invoices: invoice.c. */
struct invoice {
	const char *format, *number, *url; /* as the options */
	bool all;
};
extern struct invoice invoice_given;
/* Print that order's or that one; or with all, those that wait. */
enum cao_status invoice_print(int, char *[], struct cao_error *);
/* Record the tax system's answer. */
enum cao_status invoice_issued(int, char *[], struct cao_error *);

/* Where the one-time codes of unlocked PINs go, a JSON object a line: codes.c.
 * codes_write() is called with the descriptor's address. */
CAO_MUST enum cao_status
codes_open(const char *path, int *ret_fd, struct cao_error *);
enum cao_status
codes_write(void *fd, const struct cao_code *, struct cao_error *);

#define QUERY_COLUMNS 64
/* What ca-query asks for, and where it prints it: query.c. */
struct query {
	struct cao_store *store;
	struct cli_table *table; /* NULL: no rows are printed */
	const char *columns[QUERY_COLUMNS];
	size_t count;
	const char *unmask;           /* the reason, or NULL */
	const char *which;            /* of the PEMs */
	const char *state;            /* to wait for */
	unsigned long timeout;        /* seconds */
	int64_t until;                /* in cli_clock(); 0: for ever */
	char number[CAO_NUMBER_SIZE]; /* of the order whose rows come */
	bool seen;
};
/*
 * Open the store and the table for the mode that runs, and make the stream's
 * step and emit those of the mode.  columns is "number,state", or NULL for
 * those that a person wants first.
 */
CAO_MUST enum cao_status query_open(struct query *, struct stream *,
    const char *columns, bool header, struct cao_error *);
/* Print what is left, and close; the status of all. */
enum cao_status
query_close(struct query *, enum cao_status, struct cao_error *);
/* Print the postings of an order, or (NULL) of all: ledger.c. */
stream_emit query_ledger;
/* Say with -v what the ledger's accounts come to. */
CAO_MUST enum cao_status ledger_say(struct cao_store *, struct cao_error *);
/* Was one of the options before --columns given, which are filters? */
bool query_filtered(const struct cli_option *);
/* The rows of all orders that the filter lets through. */
CAO_MUST enum cao_status
query_all(struct query *, const struct cao_filter *, struct cao_error *);
/* The whole of a mode: of the orders that are named or that the filter (NULL:
 * none) chooses, or of the latest. */
CAO_MUST enum cao_status
query_run(struct query *, const struct cao_filter *, const char *columns,
    bool header, int argc, char *argv[], struct cao_error *);

/* What ca-query --ocsp answers with: ocsp.c. */
struct ocsp {
	const char *pin;     /* of the responders' keys, or NULL */
	const char *presign; /* the folder for all answers, or NULL */
};
/* Answer what comes on standard input, or from a web server; or presign. */
CAO_MUST enum cao_status ocsp_run(const struct ocsp *, struct cao_error *);

/* What ca-review decides with: review.c. */
struct review {
	const char *as, *keystore, *pin; /* as the options say */
	struct cao_store *store;
	struct cao_operator *op; /* NULL: nothing is decided */
	struct cao_rules *rules;
	const char *unmask; /* for review_show(): the reason, or NULL */
	const char *output; /* of the HTML, or NULL */
	bool html;
	bool explain;
};
extern struct review review;
/* The store and, if one is named, the operator.  Close it either way. */
CAO_MUST enum cao_status review_open(struct review *, struct cao_error *);
/* Open, take the orders through the stream, close. */
CAO_MUST enum cao_status
review_run(struct stream *, int argc, char *argv[], struct cao_error *);
void review_close(struct review *);
/* The rules of a file, or by their name in the store; explain: every
 * decision. */
CAO_MUST enum cao_status review_rules(struct review *, const char *name,
    bool explain, struct stream *, struct cao_error *);
/* Decide by the rules. */
stream_step review_auto;
/* A mode that prints dossiers. */
enum cao_status review_show_run(int, char *[], struct cao_error *);
/* Close what was abandoned. */
CAO_MUST enum cao_status review_expire(struct cao_error *);
/* The orders that wait for a review; a mode that lists them. */
extern const struct cao_filter review_queue;
enum cao_status review_list(int, char *[], struct cao_error *);

/* What ca-upload --list prints into: slots.c. */
struct slots {
	struct cao_store *store;
	struct cli_table *table;
	char number[CAO_NUMBER_SIZE]; /* of the order whose rows come */
};
CAO_MUST enum cao_status
slots_open(struct slots *, struct cao_store *, struct cao_error *);
stream_emit slots_print;

/* Revoke the pairs of the orders that come: revoke.c. */
struct revoke {
	const char *reason, *as, *keystore, *pin;
};
CAO_MUST enum cao_status
revoke_run(const struct revoke *, int argc, char *argv[], struct cao_error *);

/* Make the revocation lists, or those that are due, and print a row of each:
 * publish.c. */
enum cao_status publish(const char *pin_spec, bool if_due, struct cao_error *);

/* What ca-admin sets up, and the options for that: setup.c. */
struct setup {
	const char *name, *pin, *ca_pin, *role, *keystore, *algorithm;
};
extern struct setup setup_given;
enum cao_status setup_init(int, char *[], struct cao_error *);
enum cao_status setup_operator_add(int, char *[], struct cao_error *);
enum cao_status setup_operator_disable(int, char *[], struct cao_error *);
enum cao_status setup_responder(int, char *[], struct cao_error *);

/* The keys of WeChat Pay, and the id of one that is added: merchant.c. */
extern const char *merchant_key_id;
enum cao_status merchant_add(int, char *[], struct cao_error *);
enum cao_status merchant_disable(int, char *[], struct cao_error *);
enum cao_status merchant_list(int, char *[], struct cao_error *);

/* Subcommands of ca-admin, and a word about the outcome: admin.c. */
enum cao_status admin_operators(int, char *[], struct cao_error *);
enum cao_status admin_services(int, char *[], struct cao_error *);
enum cao_status admin_service_add(int, char *[], struct cao_error *);
enum cao_status admin_service_show(int, char *[], struct cao_error *);
void admin_told(const char *name, bool changed);
/* And what a store is kept with: keep.c. */
enum cao_status admin_verify(int, char *[], struct cao_error *);
enum cao_status admin_backup(int, char *[], struct cao_error *);
enum cao_status admin_restore(int, char *[], struct cao_error *);

/* What ca-install works with: install.c. */
struct install {
	struct cao_store *store; /* NULL: --change-pin does without */
	struct cao_container *keys;
	struct cao_secret *new_pin, *code;
	const char *pkcs12; /* FILE, or NULL */
};
void install_close(struct install *);
/* Their arg is the above. */
stream_step install_step, install_change, install_unlock;
/* The certificates in the container, as rows. */
enum cao_status install_list(const char *keystore, struct cao_error *);

/* Archives of orders: dossier.c.  output NULL: standard output, unless that is
 * a terminal; anchor NULL: that of the store, if there is one. */
CAO_MUST enum cao_status dossier_write(const char *number, const char *output,
    const char *pin, const char *reason, struct cao_error *);
CAO_MUST enum cao_status
dossier_verify(const char *path, const char *anchor, struct cao_error *);
/* What ca-admin was told of one. */
extern const char *dossier_file, *dossier_anchor;
/* And of what is to be removed: purge.c. */
extern unsigned long purge_years;
extern bool purge_yes;
enum cao_status admin_purge(int, char *[], struct cao_error *);

/* For ca-apply: what its step over applications gets. */
struct draft {
	struct cao_store *store;
	struct cao_apply how;
	char *recovery; /* PEM, or NULL */
};
/* The step of the mode that looks at applications without recording them,
 * with the stream made for it; NULL of another mode: draft.c. */
documents_step *draft_step(struct stream *);
/* The modes that print a form, or what is agreed to, of that service. */
extern const char *draft_service;
enum cao_status draft_show(int, char *[], struct cao_error *);

/* The modes of ca-apply that write the next application about an order's
 * certificates, each by the name of its business: again.c. */
struct again {
	const char *reason, *authorised;
	unsigned long validity; /* months */
};
extern struct again again_how;
enum cao_status again_run(int, char *[], struct cao_error *);

/* ---- Other programs ---- */

/* A tool that is run for what it prints: child.c. */
#define CHILD_SILENT_MS 60000 /* it is ended when it is silent for longer */
struct child {
	const char *const *argv;  /* of the tool's name */
	const char *const *files; /* those that it may speak of, or NULL */
	int in;                   /* its standard input; -1: nothing */
	/* What it prints, as it comes; false ends it. */
	bool (*out)(void *arg, const char *, size_t);
	/* What it says to people: a refusal, or of status CAO_OK a note. */
	void (*said)(void *arg, const struct cao_error *);
	void *arg;
};
/* Is there such a tool? */
bool child_there(const char *tool);
/* Run it to its end; *ret_exit is its exit status. */
CAO_MUST enum cao_status
child_run(const struct child *, int *ret_exit, struct cao_error *);

/* ca-form, for what ca-apply records: form.c.  The path is that of --form, or
 * NULL.  Can it be run?  Note what was recorded; print the forms of that. */
CAO_MUST enum cao_status form_check(const char *path, struct cao_error *);
void form_note(const struct cao_result *, size_t count);
CAO_MUST enum cao_status form_print(const char *path, struct cao_error *);

/* ca-scan: scanner.c. */
/* Its lines about these files (ends with NULL), said as they come; a status of
 * line ends it, and is that of all. */
struct scanning {
	const char *const *files;
	enum cao_status (*line)(
	    void *arg, const char *, size_t, struct cao_error *);
	void (*said)(void *arg, const struct cao_error *);
	void *arg;
};
CAO_MUST enum cao_status
scanner_files(const struct scanning *, struct cao_error *);
/* One PDF of these pages, "FILE#PAGES" each; free() it. */
CAO_MUST enum cao_status scanner_join(const char *const *pages, size_t count,
    unsigned char **ret, size_t *ret_len, struct cao_error *);
/* Is the file still the one of that digest (hex)? */
CAO_MUST enum cao_status
scanner_same(const char *path, const char *sha256, struct cao_error *);
/* What the library reads codes and pictures with; NULL: there is no ca-scan. */
const struct cao_scanner *scanner_get(void);

/* What ca-upload works with: upload.c. */
struct upload {
	const char *from, *get, *remove, *output, *despite; /* as the options */
	bool read_codes;
	struct cao_store *store;
};
extern struct upload upload;
/* The operands SLOT=FILE[#PAGES]; for upload_step(), which gets the above. */
CAO_MUST enum cao_status upload_parse(int, char *[], struct cao_error *);
stream_step upload_step;
stream_emit upload_get, upload_preview;
void upload_close(struct upload *);
/* The files of a heap, from operands and folders; what is passed over or
 * refused in a folder is said: heap_files.c. */
struct heap_files {
	char **path; /* ends with NULL */
	uint64_t *size;
	size_t count;
	uint64_t total;
};
CAO_MUST enum cao_status heap_collect(struct heap_files *ret, int argc,
    char *argv[], void (*said)(void *arg, const struct cao_error *), void *arg,
    struct cao_error *);
void heap_files_free(struct heap_files *);
/* Each scan of a heap to its order and slot: heap.c. */
CAO_MUST enum cao_status heap_run(int, char *[], struct cao_error *);
/* What ca-notify does: notify.c. */
CAO_MUST enum cao_status notify_run(unsigned long seconds, struct cao_error *);
CAO_MUST enum cao_status notify_list(struct cao_error *);
CAO_MUST enum cao_status
notify_retry(const char *id_or_null, struct cao_error *);
/* Run a command that delivers, of at most so many words; for struct
 * cao_notify: command.c. */
#define COMMAND_WORDS 32
enum cao_status command_send(void *, const char *const *words, unsigned seconds,
    const void *json, size_t len, struct cao_reply *ret, struct cao_error *);
/* A handler's code: "" asks for one, and nothing is left to be done; another
 * ("-": on standard input) is tried, and the query goes on with the number as
 * orders have it. */
CAO_MUST enum cao_status handler_code(
    const char **phone, const char *code, bool *ret_done, struct cao_error *);

#endif /* STREAM_H */
