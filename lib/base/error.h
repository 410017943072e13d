/*
 * Filling in a struct cao_error.  Each function returns the status, to be
 * returned.  Formats are translated here (gettext domain "caorder"), so a
 * call site writes plain English and xgettext finds it by the function.
 */
#ifndef CAO_BASE_ERROR_H
#define CAO_BASE_ERROR_H

#include "caorder.h"

#define CAO_DOMAIN "caorder"
#define CAO_PRINTF(f, a) __attribute__((__format__(__printf__, f, a)))
#define N_(text) (text) /* marked here, translated where it is used */

/* The translation of text, or text itself. */
const char *cao_text_tr(const char *text) __attribute__((__format_arg__(1)));
#define _(text) cao_text_tr(text)

/* Start afresh: status and text as given, no field, no place. */
enum cao_status cao_fail(struct cao_error *, enum cao_status,
    const char *format, ...) CAO_PRINTF(3, 4);

/*
 * As cao_fail(), with ": " and what errno says.  ENOENT becomes CAO_NOTFOUND;
 * ENOSPC, EDQUOT, EAGAIN and ETIMEDOUT become CAO_AGAIN; others CAO_SYSTEM.
 */
enum cao_status
cao_fail_errno(struct cao_error *, const char *format, ...) CAO_PRINTF(2, 3);

/* Out of memory, the same way everywhere. */
enum cao_status cao_fail_memory(struct cao_error *);

/* Put "prefix: " before the text of an error on its way up. */
enum cao_status
cao_error_prefix(struct cao_error *, const char *format, ...) CAO_PRINTF(2, 3);

/* Say where: the input's name, line and column, the field.  What is NULL or,
 * of the line, 0 leaves as it is what was said before. */
enum cao_status cao_error_place(struct cao_error *, const char *file,
    unsigned line, unsigned column, const char *field);

/*
 * Append a copy of the error.  Beyond CAO_FAULTS_MAX, or without memory for
 * it, .more is set; at least one fault is always kept.
 */
void cao_faults_add(struct cao_faults *, const struct cao_error *);
/* The worst status among them, which CAO_SYSTEM is: what it kept from being
 * read may be told as missing; CAO_OK of none. */
enum cao_status cao_faults_status(const struct cao_faults *);

#endif /* CAO_BASE_ERROR_H */
