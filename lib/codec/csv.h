/*
 * Rows of a comma-separated file (RFC 4180) as banks export them: UTF-8 with
 * or without BOM or GB18030 (told apart by validity), CRLF or LF, quotes
 * doubled inside quotes, commas, tabs or semicolons (told by the first lines),
 * line ends inside quotes.
 */
#ifndef CAO_CODEC_CSV_H
#define CAO_CODEC_CSV_H

#include "base/buf.h"

#define CAO_CSV_FILE_MAX (64 * 1024 * 1024)
#define CAO_CSV_FIELDS_MAX 64
#define CAO_CSV_FIELD_MAX 4096 /* octets */

struct cao_csv;

struct cao_csv_row {
	unsigned line; /* where it starts, from 1 */
	size_t count;
	const char *field[CAO_CSV_FIELDS_MAX]; /* UTF-8, blanks trimmed */
};

/* The whole file's octets, which are copied and decoded. */
CAO_MUST enum cao_status cao_csv_open(const char *name, const void *, size_t,
    struct cao_csv **ret, struct cao_error *);
void cao_csv_close(struct cao_csv *);
/*
 * The next row that is not blank; *ret_more false at the end.  The row lives
 * until the next call.  CAO_INPUT with the line for a quote left open, too
 * many fields or too long a field; reading can go on behind it, but for an
 * open quote, which is the end.
 */
CAO_MUST enum cao_status cao_csv_next(
    struct cao_csv *, struct cao_csv_row *, bool *ret_more, struct cao_error *);

#endif /* CAO_CODEC_CSV_H */
