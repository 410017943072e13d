/*
 * What all tools share: one table of options and one of modes, from which
 * come parsing, --help and completion; messages; the exit status; secrets,
 * files, tables and questions.
 *
 * A function that fails fills in the struct cao_error and returns its status;
 * cli_main() tells it to the user.  An error with an empty text was told
 * already and carries the status alone.
 */
#ifndef CLI_H
#define CLI_H

#include <libintl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "caorder.h"

#define _(text) gettext(text)
#define N_(text) (text) /* marked here, translated where it is used */
#define CLI_PRINTF(f, a) __attribute__((__format__(__printf__, f, a)))

/* ---- Options and modes: option.c, usage.c ---- */

enum cli_kind {
	CLI_FLAG,  /* bool * */
	CLI_TEXT,  /* const char ** */
	CLI_MAYBE, /* const char **: an argument after "=" only, else "" */
	CLI_LIST,  /* struct cli_list *: may be given several times */
	CLI_PIN,   /* const char **: where a secret is, for cli_pin() */
	CLI_COUNT, /* unsigned long *: decimal */
	CLI_TIME,  /* int64_t *: RFC 3339, or a day: its beginning */
	CLI_UNTIL  /* int64_t *: RFC 3339, or a day: its end */
};

#define CLI_LIST_MAX 64
struct cli_list {
	const char *item[CLI_LIST_MAX];
	size_t count;
};

struct cli_option {
	char letter;      /* 0: none */
	const char *name; /* NULL ends the table */
	enum cli_kind kind;
	void *value;
	const char *arg;  /* what the help calls the argument, or NULL */
	const char *help; /* N_(); NULL: not shown */
};

/*
 * One way to use a tool: chosen by an option, by the words of a subcommand,
 * or (by NULL) where no other was.  takes lists the tool's own options that go
 * with it, "as! keystore pin", where "!" marks one that must be given.
 */
struct cli_mode {
	const char *by;
	const char *operands; /* for the usage: "[ORDER ...]" */
	const char *takes;
	int min, max; /* operands; max -1: any number */
	enum cao_status (*run)(int argc, char *argv[], struct cao_error *);
	const char *help; /* N_(): of a subcommand */
};

struct cli_tool {
	const char *name;
	const char *about;                /* N_(): as in the manual's Nd */
	const struct cli_option *options; /* ends with a NULL name */
	const struct cli_mode *modes;     /* ends with a NULL run */
	const char *examples;             /* lines, each ending with "\n" */
	bool subcommands;                 /* modes are chosen by words */
	bool reads;                       /* changes nothing: dies of SIGPIPE */
};

/* What the shared options and the environment said. */
struct cli_shared {
	const char *name; /* of the tool */
	const char *by;   /* of the mode that runs */
	const char *store, *rejects, *lang;
	bool json, quiet, verbose, dry_run, help, version, complete;
	int64_t now;   /* CAORDER_NOW, 0: the clock */
	int64_t as_of; /* --as-of, 0: now */
};
extern struct cli_shared cli;

/* The signal that asks to stop after the batch, or 0. */
extern volatile sig_atomic_t cli_stop;

/* The whole of a tool: its exit status. */
int cli_main(const struct cli_tool *, int argc, char *argv[]);

#define CLI_OPTIONS_MAX 48
/* The tool's options, then the shared ones; how many. */
size_t cli_options(
    const struct cli_tool *, const struct cli_option *ret[CLI_OPTIONS_MAX]);
/* Read the options; argv keeps the operands alone. */
CAO_MUST enum cao_status cli_options_read(
    const struct cli_tool *, int *argc, char **argv[], struct cao_error *);
/* Was that option given? */
bool cli_given(const char *name);
/* The mode that the options or words choose, which they must suit. */
CAO_MUST enum cao_status cli_mode_choose(const struct cli_tool *, int *argc,
    char **argv[], const struct cli_mode **ret, struct cao_error *);
/* One line, without the line end. */
void cli_synopsis(FILE *, const struct cli_tool *, const struct cli_mode *);
void cli_help(const struct cli_tool *);
/* The words that a shell can complete with, one a line. */
void cli_words(const struct cli_tool *);

/* ---- Messages: say.c ---- */

enum cao_status cli_error(struct cao_error *, enum cao_status,
    const char *format, ...) CLI_PRINTF(3, 4);
/* The same with what errno says; of a file that was named: CAO_INPUT if it is
 * not there or may not be used. */
enum cao_status cli_error_errno(struct cao_error *, const char *what);
enum cao_status
cli_usage(struct cao_error *, const char *format, ...) CLI_PRINTF(2, 3);
/* Out of memory. */
enum cao_status cli_memory(struct cao_error *);
/* It was told already. */
enum cao_status cli_told(struct cao_error *, enum cao_status);

/* Tell an error, or of status CAO_OK a note; who, if not NULL, is the order. */
void cli_report(const char *who, const struct cao_error *);
/* All of them; -q silences the notes. */
void cli_faults(const char *who, const struct cao_faults *);
/* Words that -q silences; and those that only -v brings out. */
void cli_say(const char *format, ...) CLI_PRINTF(1, 2);
void cli_verbose(const char *format, ...) CLI_PRINTF(1, 2);
/* Text with its control characters escaped. */
void cli_put(FILE *, const char *);
/* A JSON string with its quotes. */
void cli_json(FILE *, const char *);

/* ---- Secrets: secret.c ---- */

/* Has it one of the forms that cli_pin() takes? */
bool cli_pin_form(const char *spec);

enum cli_pin {
	CLI_PIN_NONE, /* no key is touched */
	CLI_PIN_ASK,  /* of a key that is there */
	CLI_PIN_NEW,  /* of a key to be made: asked for twice */
	CLI_PIN_MAYBE /* the same; *ret NULL if none is given */
};
/*
 * The secret that spec names: "file:PATH", "fd:N", "env:NAME", "prompt".
 * NULL asks if there is a terminal.  option is the name in messages, what the
 * prompt.
 */
CAO_MUST enum cao_status
cli_pin(const char *spec, const char *option, const char *what, enum cli_pin,
    struct cao_secret **ret, struct cao_error *);

/* ---- The surroundings: world.c ---- */

CAO_MUST enum cao_status cli_prepare(struct cao_error *);
void cli_language(const char *lang); /* NULL: as the locale says */
/* Stop after the batch on SIGINT and SIGTERM; a second one ends at once. */
void cli_signals(bool reads);
/* What the library is told; the clock is read afresh. */
struct cao_env cli_env(void);
/* Milliseconds of a clock that only goes forward. */
int64_t cli_clock(void);
/* "2026-11-22T02:00:00Z" or "2026-11-22"; end: of a day, the next one's
 * beginning.  False: it is neither. */
bool cli_time_read(const char *, bool end, int64_t *ret);

/* Of --store, $CAORDER_STORE, the user's data folder; or NULL. */
const char *cli_store_path(void);
/* The same where there has to be one. */
CAO_MUST enum cao_status cli_store_dir(const char **ret, struct cao_error *);
CAO_MUST enum cao_status
cli_store_open(struct cao_store **ret, struct cao_error *);
/* The same where a tool can do without: NULL if none is named and the user
 * has none. */
CAO_MUST enum cao_status
cli_store_maybe(struct cao_store **ret, struct cao_error *);
/* The key container; dir NULL: the user's.  pin as for cli_pin(); where
 * CLI_PIN_MAYBE finds none, *ret is NULL. */
CAO_MUST enum cao_status cli_container_open(const char *dir, const char *pin,
    enum cli_pin, struct cao_container **ret, struct cao_error *);
/* That operator, with the key in the container. */
CAO_MUST enum cao_status
cli_operator_open(struct cao_store *, const char *name, const char *keystore,
    const char *pin, struct cao_operator **ret, struct cao_error *);

/* ---- Files: file.c ---- */

/* Read it whole ("-": standard input), a NUL behind; free() it. */
CAO_MUST enum cao_status cli_file_read(const char *path, size_t max, char **ret,
    size_t *ret_len, struct cao_error *);
/* Replace it whole and durably, mode 0600 ("-": standard output). */
CAO_MUST enum cao_status
cli_file_write(const char *path, const void *, size_t, struct cao_error *);
/* Open to read; "-" and NULL: standard input. */
CAO_MUST enum cao_status
cli_file_open(const char *path, int *ret_fd, struct cao_error *);
/* What messages call it. */
const char *cli_file_name(const char *path);

enum cli_input {
	CLI_INPUT_TERMINAL,
	CLI_INPUT_STREAM, /* a pipe, a file, a socket */
	CLI_INPUT_NONE    /* /dev/null and the like */
};
enum cli_input cli_input(void);

/* ---- What is failed: rejects.c ---- */

CAO_MUST enum cao_status cli_rejects_open(struct cao_error *);
CAO_MUST enum cao_status cli_rejects_close(struct cao_error *);
/* Tell the faults of one order to the user and to --rejects. */
void cli_reject(const struct cao_result *, const struct cao_faults *);
/* The same of a document that is for no one order.  The status, told. */
enum cao_status cli_reject_document(
    enum cao_status, const struct cao_faults *, struct cao_error *);
/* The stream of --rejects, for lines of another shape; or NULL. */
FILE *cli_rejects(void);

/* ---- Rows: table.c ---- */

/* A table on a terminal, TSV otherwise, an object a line with --json. */
struct cli_table;
CAO_MUST enum cao_status cli_table_open(const char *const *columns,
    size_t count, struct cli_table **ret, struct cao_error *);
/* Print the names of the columns first, also in TSV. */
void cli_table_header(struct cli_table *);
void cli_table_row(struct cli_table *, const char *const *values);
/* An instant as its readers want it: people in the CA's zone, programs as
 * RFC 3339 in UTC. */
void
cli_table_time(const struct cli_table *, int64_t, char out[CAO_RFC3339_SIZE]);
/* Print what is left, and free it; the status of all. */
enum cao_status
cli_table_close(struct cli_table *, enum cao_status so_far, struct cao_error *);

/* ---- Progress: progress.c ---- */

/* A cao_progress: octets of a file. */
void cli_progress(void *, const char *path, uint64_t done, uint64_t total);
/* The same of several files: the one that is at work, from 1, how many there
 * are, and the octets of all of them. */
void cli_progress_files(
    const char *path, size_t file, size_t files, uint64_t done, uint64_t total);
/* A cao_progress of one file after another; its arg tells what all of them come
 * to, 0: that is not known. */
struct cli_tally {
	size_t files;
	uint64_t octets;
};
void cli_progress_tally(
    void *tally, const char *path, uint64_t done, uint64_t total);
/* The same of things that are counted. */
void cli_progress_items(void *, uint64_t done, uint64_t total);
/* Take the bar off the terminal. */
void cli_progress_clear(void);

/* ---- Questions: ask.c ---- */

/* Ask for an application field by field, and for a yes to all of it. */
CAO_MUST enum cao_status
cli_ask(struct cao_store *, struct cao_application **ret, struct cao_error *);

#endif /* CLI_H */
