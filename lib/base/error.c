/* Errors are values: a status to branch on and one line for a person. */
#include <errno.h>
#include <libintl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/utf8.h"

#define FAULTS_FIRST 4

/* Stands for the first fault where there is no memory for any. */
static struct cao_error spare = { .status = CAO_SYSTEM,
	.text = "out of memory" };

const char *
cao_status_word(enum cao_status status)
{
	switch (status) {
	case CAO_OK:
		return "ok";
	case CAO_SYSTEM:
		return "system";
	case CAO_USAGE:
		return "usage";
	case CAO_INPUT:
		return "input";
	case CAO_NOTREADY:
		return "not-ready";
	case CAO_DENIED:
		return "denied";
	case CAO_NOTFOUND:
		return "not-found";
	case CAO_INTEGRITY:
		return "integrity";
	case CAO_AGAIN:
		return "again";
	}
	return "unknown";
}

enum cao_status
cao_status_worse(enum cao_status a, enum cao_status b)
{
	if (a == CAO_AGAIN)
		return b == CAO_OK ? a : b;
	if (b == CAO_AGAIN)
		return a == CAO_OK ? b : a;
	return a > b ? a : b;
}

const char *
cao_text_tr(const char *text)
{
	/* The translation of "" is the catalogue's own header. */
	return *text == '\0' ? text : dgettext(CAO_DOMAIN, text);
}

/*
 * Copy what fits of text, as one line of UTF-8: '?' takes the place of what
 * is a control character or no character.  size is at least 1.
 */
static void
copy_line(char *out, size_t size, const char *text)
{
	size_t len = strlen(text), n, used = 0;
	int32_t c;

	for (; len > 0; text += n, len -= n) {
		n = cao_utf8_next(text, len, &c);
		if (n == 0 || cao_utf8_control(c)) {
			n = n == 0 ? 1 : n;
			if (used + 1 >= size)
				break;
			out[used++] = '?';
			continue;
		}
		if (used + n >= size)
			break;
		memcpy(out + used, text, n);
		used += n;
	}
	out[used] = '\0';
}

static void
format_text(char *, size_t, const char *format, va_list) CAO_PRINTF(3, 0);

/* Translate and format; a character cut in two at the end is dropped. */
static void
format_text(char *out, size_t size, const char *format, va_list ap)
{
	int n = vsnprintf(out, size, cao_text_tr(format), ap);
	size_t end, len;
	int32_t c;

	if (n < 0)
		out[0] = '\0';
	if (n < 0 || (size_t)n < size)
		return;
	len = end = strlen(out);
	while (end > 0 && len - end < 4 && (out[end - 1] & 0xC0) == 0x80)
		end--;
	if (end > 0 && cao_utf8_next(out + end - 1, len - end + 1, &c) == 0)
		out[end - 1] = '\0';
}

/* Copies before it clears, so that the arguments may lie in *err. */
static void
start(struct cao_error *err, enum cao_status status, const char *text)
{
	char line[CAO_ERROR_TEXT];

	copy_line(line, sizeof line, text);
	memset(err, 0, sizeof *err);
	err->status = status;
	memcpy(err->text, line, sizeof line);
}

enum cao_status
cao_fail(struct cao_error *err, enum cao_status status, const char *format, ...)
{
	char text[CAO_ERROR_TEXT];
	va_list ap;

	if (err == NULL)
		return status;
	va_start(ap, format);
	format_text(text, sizeof text, format, ap);
	va_end(ap);
	start(err, status, text);
	return status;
}

static enum cao_status
status_of_errno(int number)
{
	switch (number) {
	case ENOENT:
		return CAO_NOTFOUND;
	case ENOSPC:
	case EDQUOT:
	case EAGAIN:
	case ETIMEDOUT:
		return CAO_AGAIN;
	default:
		return CAO_SYSTEM;
	}
}

/* Append ": tail", as far as it fits. */
static void
append(char *text, size_t size, const char *tail)
{
	size_t len = strlen(text);

	(void)snprintf(text + len, size - len, ": %s", tail);
}

enum cao_status
cao_fail_errno(struct cao_error *err, const char *format, ...)
{
	int saved = errno;
	enum cao_status status = status_of_errno(saved);
	char text[CAO_ERROR_TEXT + 128], reason[128];
	va_list ap;

	if (err == NULL)
		return status;
	va_start(ap, format);
	format_text(text, CAO_ERROR_TEXT, format, ap);
	va_end(ap);
	if (strerror_r(saved, reason, sizeof reason) != 0)
		(void)snprintf(reason, sizeof reason, "errno %d", saved);
	append(text, sizeof text, reason);
	start(err, status, text);
	errno = saved;
	return status;
}

enum cao_status
cao_fail_memory(struct cao_error *err)
{
	return cao_fail(err, CAO_SYSTEM, "out of memory");
}

enum cao_status
cao_error_prefix(struct cao_error *err, const char *format, ...)
{
	char text[2 * CAO_ERROR_TEXT];
	va_list ap;

	if (err == NULL)
		return CAO_SYSTEM;
	va_start(ap, format);
	format_text(text, CAO_ERROR_TEXT, format, ap);
	va_end(ap);
	append(text, sizeof text, err->text);
	copy_line(err->text, sizeof err->text, text);
	return err->status;
}

enum cao_status
cao_error_place(struct cao_error *err, const char *file, unsigned line,
    unsigned column, const char *field)
{
	if (err == NULL)
		return CAO_SYSTEM;
	if (file != NULL)
		copy_line(err->file, sizeof err->file, file);
	if (field != NULL)
		copy_line(err->field, sizeof err->field, field);
	if (line != 0) {
		err->line = line;
		err->column = column;
	}
	return err->status;
}

/* Make room for one more, doubling; false without memory. */
static bool
faults_grow(struct cao_faults *faults)
{
	size_t cap = FAULTS_FIRST;
	struct cao_error *list;

	while (cap < faults->count)
		cap *= 2;
	if (faults->count != 0 && faults->count != cap &&
	    faults->list != &spare)
		return true;
	if (faults->count == cap)
		cap *= 2;
	if ((list = calloc(cap, sizeof *list)) == NULL)
		return false;
	if (faults->count != 0)
		memcpy(list, faults->list, faults->count * sizeof *list);
	if (faults->list != &spare)
		free(faults->list);
	faults->list = list;
	return true;
}

void
cao_faults_add(struct cao_faults *faults, const struct cao_error *err)
{
	if (faults->count == CAO_FAULTS_MAX) {
		faults->more = true;
		return;
	}
	if (faults_grow(faults)) {
		faults->list[faults->count++] = *err;
		return;
	}
	faults->more = true;
	if (faults->count == 0) {
		faults->list = &spare;
		faults->count = 1;
	}
}

enum cao_status
cao_faults_status(const struct cao_faults *faults)
{
	enum cao_status status = CAO_OK;
	size_t i;

	for (i = 0; i < faults->count; i++) {
		if (faults->list[i].status == CAO_SYSTEM)
			return CAO_SYSTEM;
		status = cao_status_worse(status, faults->list[i].status);
	}
	return status;
}

void
cao_faults_free(struct cao_faults *faults)
{
	if (faults == NULL)
		return;
	if (faults->list != &spare)
		free(faults->list);
	memset(faults, 0, sizeof *faults);
}
