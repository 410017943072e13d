#include "order/notice.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

#define SUBJECT "Subject: "
#define NAME_MAX_SIZE 32 /* of a value, with its NUL */

const char *const cao_notice_kinds[] = { "returned", "refused", "approved",
	"issued", "recovered", "unlock", "expiring", "revoked", "held",
	"released", "refund", "invoice", "code", NULL };

const char *const cao_notice_values[] = { "ca", "order", "service", "handler",
	"user", "user_id", "organisation", "organisation_id", "reason",
	"serial", "since", "until", "code", "amount", "invoice", "url", NULL };

#define V(value) (1u << CAO_NV_##value)
#define ANY                                                                  \
	(V(CA) | V(ORDER) | V(SERVICE) | V(HANDLER) | V(USER) | V(USER_ID) | \
	    V(ORGANISATION) | V(ORGANISATION_ID))

/* The values of each kind. */
static const unsigned has[CAO_NOTICES] = {
	[CAO_NOTICE_RETURNED] = ANY | V(REASON),
	[CAO_NOTICE_REFUSED] = ANY | V(REASON),
	[CAO_NOTICE_APPROVED] = ANY,
	[CAO_NOTICE_ISSUED] = ANY | V(SERIAL) | V(UNTIL),
	[CAO_NOTICE_RECOVERED] = ANY,
	[CAO_NOTICE_UNLOCK] = ANY | V(CODE) | V(UNTIL),
	[CAO_NOTICE_EXPIRING] = ANY | V(SERIAL) | V(UNTIL),
	[CAO_NOTICE_REVOKED] = ANY | V(REASON) | V(SERIAL) | V(SINCE),
	[CAO_NOTICE_HELD] = ANY | V(REASON) | V(SERIAL) | V(SINCE),
	[CAO_NOTICE_RELEASED] = ANY | V(REASON) | V(SERIAL) | V(SINCE),
	[CAO_NOTICE_REFUND] = ANY | V(AMOUNT) | V(REASON),
	[CAO_NOTICE_INVOICE] = ANY | V(AMOUNT) | V(INVOICE) | V(URL),
	[CAO_NOTICE_CODE] = V(CA) | V(CODE) | V(UNTIL),
};

bool
cao_notice_kind_find(const char *name, enum cao_notice_kind *ret)
{
	for (int i = 0; i < CAO_NOTICES; i++)
		if (strcmp(cao_notice_kinds[i], name) == 0) {
			*ret = (enum cao_notice_kind)i;
			return true;
		}
	return false;
}

bool
cao_notice_is_secret(enum cao_notice_kind kind)
{
	return (has[kind] & V(CODE)) != 0;
}

/* ---- Reading ---- */

/* A file on its way. */
struct reading {
	enum cao_notice_kind kind;
	const char *name;
	struct cao_faults *faults;
};

/* Add err as a fault at a place of a line. */
static void
fault(const struct reading *r, unsigned line, const char *begin, const char *at,
    struct cao_error *err)
{
	unsigned column = 1;

	for (; begin < at; begin++)
		column += ((unsigned char)*begin & 0xc0) != 0x80;
	(void)cao_error_place(err, r->name, line, column, NULL);
	cao_faults_add(r->faults, err);
}

/* The names that a kind has, as a list for people. */
static void
list_values(enum cao_notice_kind kind, char *out, size_t size)
{
	size_t n = 0;

	*out = '\0';
	for (int i = 0; i < CAO_NOTICE_VALUES && n < size; i++)
		if ((has[kind] & 1u << i) != 0)
			n += (size_t)snprintf(out + n, size - n, "%s{%s}",
			    n > 0 ? " " : "", cao_notice_values[i]);
}

/* Which value a name of len octets is; CAO_NOTICE_VALUES: none. */
static int
find_value(const char *name, size_t len)
{
	int i = 0;

	while (i < CAO_NOTICE_VALUES &&
	    (strlen(cao_notice_values[i]) != len ||
		memcmp(cao_notice_values[i], name, len) != 0))
		i++;
	return i;
}

/* Is what stands between braces one of the kind's values? */
static bool
check_name(const struct reading *r, const char *name, size_t len,
    struct cao_error *err)
{
	int value = find_value(name, len);
	char there[512];

	if (value < CAO_NOTICE_VALUES && (has[r->kind] & 1u << value) != 0)
		return true;
	list_values(r->kind, there, sizeof there);
	(void)cao_fail(err, CAO_INPUT,
	    "{%.*s}: a notice of kind \"%s\" has no such value: there are %s",
	    (int)(len < NAME_MAX_SIZE ? len : NAME_MAX_SIZE), name,
	    cao_notice_kinds[r->kind], there);
	return false;
}

/* The braces of one line, which ends at end. */
static void
check_line(const struct reading *r, unsigned line, const char *begin,
    const char *p, const char *end)
{
	struct cao_error err;
	size_t len;

	for (; p < end; p++) {
		if ((*p == '{' || *p == '}') && p + 1 < end && p[1] == *p) {
			p++;
		} else if (*p == '}') {
			(void)cao_fail(&err, CAO_INPUT,
			    "a brace that closes nothing; as a sign of its "
			    "own it is }}");
			fault(r, line, begin, p, &err);
		} else if (*p == '{') {
			len = 0;
			while (p + 1 + len < end &&
			    ((p[1 + len] >= 'a' && p[1 + len] <= 'z') ||
				p[1 + len] == '_'))
				len++;
			if (len == 0 || p + 1 + len == end ||
			    p[1 + len] != '}') {
				(void)cao_fail(&err, CAO_INPUT,
				    "a brace without a name such as {order}; "
				    "as a sign of its own it is {{");
				fault(r, line, begin, p, &err);
				continue;
			}
			if (!check_name(r, p + 1, len, &err))
				fault(r, line, begin, p, &err);
			p += len + 1;
		}
	}
}

/* One line of the file, by its number. */
static void
read_line(
    const struct reading *r, unsigned line, const char *begin, const char *end)
{
	const size_t lead = sizeof SUBJECT - 1;
	struct cao_error err;
	const char *p = begin;

	if (line == 1) {
		if ((size_t)(end - begin) <= lead ||
		    memcmp(begin, SUBJECT, lead) != 0) {
			(void)cao_fail(&err, CAO_INPUT,
			    "the first line is \"%s\" and the subject",
			    SUBJECT);
			fault(r, line, begin, begin, &err);
		} else
			p += lead;
	} else if (line == 2 && end != begin) {
		(void)cao_fail(&err, CAO_INPUT,
		    "the second line is empty, between the subject and the "
		    "text");
		fault(r, line, begin, begin, &err);
	}
	check_line(r, line, begin, p, end);
}

/* Is it text at all? */
static bool
check_text(const struct reading *r, const char *text, size_t len)
{
	const char *begin = text, *end = text + len;
	size_t good = cao_utf8_check(text, len);
	struct cao_error err;
	unsigned line = 1;

	if (len > CAO_NOTICE_MAX) {
		(void)cao_fail(&err, CAO_INPUT,
		    "more than the %d octets of a notice", CAO_NOTICE_MAX);
		fault(r, 0, text, text, &err);
		return false;
	}
	for (const char *p = text; p < end; p++) {
		unsigned char c = (unsigned char)*p;

		if (c == '\n') {
			line++;
			begin = p + 1;
		} else if ((size_t)(p - text) == good || c < ' ' || c == 127) {
			(void)cao_fail(&err, CAO_INPUT,
			    (size_t)(p - text) == good
				? N_("not UTF-8: octet 0x%02X")
				: N_("a control character: octet 0x%02X"),
			    c);
			fault(r, line, begin, p, &err);
			return false;
		}
	}
	return true;
}

/* Where the text begins, behind the subject and the empty line. */
static const char *
text_of(const struct reading *r, const char *text, const char *end)
{
	const char *p = memchr(text, '\n', (size_t)(end - text));
	struct cao_error err;

	while (p != NULL && p < end && *p == '\n')
		p++;
	if (p == NULL || p == end) {
		(void)cao_fail(
		    &err, CAO_INPUT, "there is no text behind the subject");
		fault(r, 0, text, text, &err);
		return NULL;
	}
	return p;
}

static enum cao_status
keep(const char *subject, size_t subject_len, const char *text, size_t len,
    struct cao_notice *ret)
{
	struct cao_notice n = { strndup(subject, subject_len),
		strndup(text, len) };

	if (n.subject == NULL || n.text == NULL) {
		cao_notice_free(&n);
		return CAO_SYSTEM;
	}
	*ret = n;
	return CAO_OK;
}

static void
check_subject(const struct reading *r, const char *subject, size_t len)
{
	struct cao_error err;
	size_t characters = 0;

	for (size_t i = 0; i < len; i++)
		characters += ((unsigned char)subject[i] & 0xc0) != 0x80;
	if (characters <= CAO_NOTICE_SUBJECT_MAX)
		return;
	(void)cao_fail(&err, CAO_INPUT,
	    "a subject of %zu characters, of %d at most", characters,
	    CAO_NOTICE_SUBJECT_MAX);
	fault(r, 1, subject, subject, &err);
}

enum cao_status
cao_notice_read(enum cao_notice_kind kind, const char *name, const char *text,
    size_t len, struct cao_notice *ret, struct cao_faults *faults)
{
	const struct reading r = { kind, name, faults };
	const char *end = text + len, *body, *subject, *stop;
	struct cao_error err;
	unsigned line = 1;
	size_t n;

	if (!check_text(&r, text, len))
		return CAO_INPUT;
	while (end > text && end[-1] == '\n')
		end--;
	for (const char *p = text; p < end || line == 1; p = stop + 1) {
		stop = memchr(p, '\n', (size_t)(end - p));
		if (stop == NULL)
			stop = end;
		read_line(&r, line++, p, stop);
	}
	body = text_of(&r, text, end);
	if (cao_faults_status(faults) != CAO_OK || body == NULL)
		return cao_faults_status(faults);
	subject = text + sizeof SUBJECT - 1;
	n = strcspn(subject, "\n");
	check_subject(&r, subject, n);
	if (cao_faults_status(faults) != CAO_OK)
		return cao_faults_status(faults);
	if (keep(subject, n, body, (size_t)(end - body), ret) != CAO_OK) {
		(void)cao_fail_memory(&err);
		cao_faults_add(faults, &err);
	}
	return cao_faults_status(faults);
}

void
cao_notice_free(struct cao_notice *n)
{
	free(n->subject);
	free(n->text);
	*n = (struct cao_notice){ NULL, NULL };
}

/* ---- Rendering ---- */

static void
put_value(struct cao_buf *out, const char *value)
{
	for (; value != NULL && *value != '\0'; value++) {
		unsigned char c = (unsigned char)*value;

		cao_buf_putc(out, c < ' ' || c == 127 ? ' ' : c);
	}
}

void
cao_notice_render(const char *p, const char *const values[CAO_NOTICE_VALUES],
    struct cao_buf *out)
{
	size_t len;
	int value;

	for (; *p != '\0'; p++) {
		if (*p != '{' && *p != '}') {
			cao_buf_putc(out, (unsigned char)*p);
		} else if (p[1] == *p) {
			cao_buf_putc(out, *p++);
		} else {
			len = strcspn(++p, "}");
			value = find_value(p, len);
			if (value < CAO_NOTICE_VALUES)
				put_value(out, values[value]);
			p += p[len] == '}' ? len : len - 1;
		}
	}
}
