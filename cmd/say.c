/* What is said to people, and text made safe to print. */
#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include "cli.h"

static enum cao_status fail(struct cao_error *, enum cao_status,
    const char *format, va_list) CLI_PRINTF(3, 0);

static enum cao_status
fail(struct cao_error *err, enum cao_status st, const char *format, va_list ap)
{
	*err = (struct cao_error){ .status = st };
	(void)vsnprintf(err->text, sizeof err->text, format, ap);
	return st;
}

enum cao_status
cli_error(struct cao_error *err, enum cao_status st, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	(void)fail(err, st, format, ap);
	va_end(ap);
	return st;
}

enum cao_status
cli_usage(struct cao_error *err, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	(void)fail(err, CAO_USAGE, format, ap);
	va_end(ap);
	return CAO_USAGE;
}

enum cao_status
cli_error_errno(struct cao_error *err, const char *what)
{
	enum cao_status st;
	int e = errno;

	switch (e) {
	case ENOENT:
	case ENOTDIR:
	case EISDIR:
	case EACCES:
	case EPERM:
	case ENAMETOOLONG:
	case ELOOP:
	case ENOEXEC:
		st = CAO_INPUT;
		break;
	case ENOSPC:
	case EDQUOT:
	case EAGAIN:
		st = CAO_AGAIN;
		break;
	default:
		st = CAO_SYSTEM;
		break;
	}
	return cli_error(err, st, "%s: %s", what, strerror(e));
}

enum cao_status
cli_memory(struct cao_error *err)
{
	return cli_error(err, CAO_SYSTEM, _("out of memory"));
}

enum cao_status
cli_told(struct cao_error *err, enum cao_status st)
{
	*err = (struct cao_error){ .status = st };
	return st;
}

/*
 * The octets of the character at s, and in *ret what it is; 0 with an octet
 * that is not UTF-8 (RFC 3629).
 */
static size_t
character(const unsigned char *s, unsigned long *ret)
{
	static const unsigned long least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t n = *s < 0x80 ? 1
	    : *s < 0xc2      ? 0
	    : *s < 0xe0      ? 2
	    : *s < 0xf0      ? 3
	    : *s < 0xf5      ? 4
			     : 0;
	unsigned long c = n < 2 ? *s : *s & (0x7fu >> n);

	for (size_t i = 1; i < n; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (s[i] & 0x3f);
	}
	if (n > 1 && (c < least[n] || c > 0x10ffff || (c & ~0x7ffUL) == 0xd800))
		return 0;
	*ret = c;
	return n;
}

/* What a terminal may obey instead of showing it. */
static bool
control(unsigned long c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x2028 ||
	    c == 0x2029 || (c >= 0x202a && c <= 0x202e) ||
	    (c >= 0x2066 && c <= 0x2069);
}

void
cli_put(FILE *f, const char *text)
{
	const unsigned char *s = (const unsigned char *)text;
	unsigned long c;
	size_t n;

	for (; *s != '\0'; s += n == 0 ? 1 : n) {
		if ((n = character(s, &c)) > 0 && !control(c)) {
			(void)fwrite(s, 1, n, f);
			continue;
		}
		for (size_t i = 0; i < (n == 0 ? 1 : n); i++)
			fprintf(f, "\\x%02x", s[i]);
	}
}

void
cli_json(FILE *f, const char *text)
{
	const unsigned char *s = (const unsigned char *)text;
	unsigned long c;
	size_t n;

	putc('"', f);
	for (; *s != '\0'; s += n == 0 ? 1 : n) {
		if ((n = character(s, &c)) == 0)
			fputs("\xef\xbf\xbd", f); /* U+FFFD */
		else if (c == '"' || c == '\\')
			fprintf(f, "\\%c", (int)c);
		else if (control(c))
			fprintf(f, "\\u%04lx", c);
		else
			(void)fwrite(s, 1, n, f);
	}
	putc('"', f);
}

void
cli_report(const char *who, const struct cao_error *err)
{
	cli_progress_clear();
	fprintf(stderr, "%s: ", cli.name);
	if (*err->file != '\0') {
		cli_put(stderr, err->file);
		if (err->line > 0)
			fprintf(stderr, ":%u", err->line);
		if (err->line > 0 && err->column > 0)
			fprintf(stderr, ":%u", err->column);
		fputs(": ", stderr);
	}
	if (who != NULL && *who != '\0') {
		cli_put(stderr, who);
		fputs(": ", stderr);
	}
	if (*err->field != '\0') {
		cli_put(stderr, err->field);
		fputs(": ", stderr);
	}
	if (err->status == CAO_OK)
		fputs(_("note: "), stderr);
	cli_put(stderr, err->text);
	putc('\n', stderr);
	(void)fflush(stderr);
}

void
cli_faults(const char *who, const struct cao_faults *faults)
{
	for (size_t i = 0; i < faults->count; i++)
		if (faults->list[i].status != CAO_OK || !cli.quiet)
			cli_report(who, &faults->list[i]);
	if (faults->more)
		fprintf(stderr, _("%s: there are more faults than these %d\n"),
		    cli.name, CAO_FAULTS_MAX);
	(void)fflush(stderr);
}

static void say(const char *format, va_list) CLI_PRINTF(1, 0);

static void
say(const char *format, va_list ap)
{
	char text[CAO_ERROR_TEXT];

	cli_progress_clear();
	(void)vsnprintf(text, sizeof text, format, ap);
	fprintf(stderr, "%s: ", cli.name);
	cli_put(stderr, text);
	putc('\n', stderr);
	(void)fflush(stderr);
}

void
cli_say(const char *format, ...)
{
	va_list ap;

	if (cli.quiet)
		return;
	va_start(ap, format);
	say(format, ap);
	va_end(ap);
}

void
cli_verbose(const char *format, ...)
{
	va_list ap;

	if (!cli.verbose || cli.quiet)
		return;
	va_start(ap, format);
	say(format, ap);
	va_end(ap);
}
