/* The lines of the journal of revocations. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "store/witness_line.h"

#define FIELDS 11 /* before the head */
#define HEAD_AT(len) ((len) - (CAO_DIGEST_HEX - 1))

void
cao_witness_chain(unsigned char head[CAO_DIGEST_SIZE], const char *line)
{
	unsigned char octets[CAO_DIGEST_SIZE + CAO_WITNESS_LINE_MAX];
	size_t len = strnlen(line, CAO_WITNESS_LINE_MAX);

	memcpy(octets, head, CAO_DIGEST_SIZE);
	memcpy(octets + CAO_DIGEST_SIZE, line, len);
	cao_sha256(octets, CAO_DIGEST_SIZE + len, head);
}

static void
put_time(struct cao_buf *out, int64_t time)
{
	char text[CAO_RFC3339_SIZE];

	cao_time_format(time, text);
	cao_buf_printf(out, " %s", text);
}

/* An address, what would not be one word as %XX; "-": none. */
static void
put_address(struct cao_buf *out, const char *address)
{
	cao_buf_putc(out, ' ');
	if (address == NULL || address[0] == '\0')
		cao_buf_putc(out, '-');
	else if (strcmp(address, "-") == 0)
		cao_buf_puts(out, "%2d");
	else
		for (; *address != '\0'; address++)
			if (*address > ' ' && *address < 0x7f &&
			    *address != '%')
				cao_buf_putc(out, *address);
			else
				cao_buf_printf(
				    out, "%%%02x", (unsigned char)*address);
}

enum cao_status
cao_witness_line_put(
    struct cao_buf *out, const struct cao_revocation *r, struct cao_error *err)
{
	size_t before = out->len;

	cao_buf_printf(out, "%lld", (long long)r->id);
	put_time(out, r->at);
	cao_buf_printf(out, " %s %s ", r->number, r->ca);
	cao_hex_put(out, r->serial[CAO_SIGN], CAO_SERIAL_SIZE);
	cao_buf_putc(out, ' ');
	cao_hex_put(out, r->serial[CAO_ENCRYPT], CAO_SERIAL_SIZE);
	put_time(out, r->not_after);
	cao_buf_printf(out, " %s", cao_reason_name(r->reason));
	put_time(out, r->since);
	put_address(out, r->crl[CAO_SIGN]);
	put_address(out, r->crl[CAO_ENCRYPT]);
	if (!cao_buf_ok(out))
		return cao_fail_memory(err);
	if (out->len - before > CAO_WITNESS_LINE_MAX - CAO_DIGEST_HEX)
		return cao_fail(err, CAO_INTEGRITY,
		    "revocation %lld: its addresses are too long",
		    (long long)r->id);
	return CAO_OK;
}

/* NULL of "-"; *ret_ok false if it is none. */
static enum cao_status
get_address(const char *text, char **ret, bool *ret_ok, struct cao_error *err)
{
	char digits[3] = "";
	struct cao_buf b = { 0 };
	unsigned char octet;

	*ret_ok = true;
	if (strcmp(text, "-") == 0)
		return CAO_OK;
	for (; *text != '\0'; text++) {
		octet = (unsigned char)*text;
		if (octet == '%') {
			(void)snprintf(digits, sizeof digits, "%s", text + 1);
			if (!cao_hex_get(digits, &octet, 1) || octet == 0)
				break;
			text += 2;
		}
		cao_buf_putc(&b, octet);
	}
	*ret_ok = *text == '\0' && b.len > 0;
	if (*ret_ok)
		return cao_buf_give(&b, ret, err);
	cao_buf_free(&b);
	return CAO_OK;
}

/* Cut at its single spaces; false if there are more or fewer fields. */
static bool
split(char *line, char *field[FIELDS])
{
	char *space;

	for (int i = 0; i < FIELDS; i++) {
		field[i] = line;
		if ((space = strchr(line, ' ')) == NULL)
			return i == FIELDS - 1;
		*space = '\0';
		line = space + 1;
	}
	return false;
}

static bool
get_words(char *const field[FIELDS], struct cao_revocation *r)
{
	struct cao_error why; /* not told: it is no whole line */
	char *end;

	r->id = strtoll(field[0], &end, 10);
	if (*end != '\0' || r->id <= 0 || !cao_number_valid(field[2]) ||
	    (strcmp(field[3], "sm2") != 0 && strcmp(field[3], "p256") != 0 &&
		strcmp(field[3], "rsa") != 0))
		return false;
	(void)snprintf(r->number, sizeof r->number, "%s", field[2]);
	(void)snprintf(r->ca, sizeof r->ca, "%s", field[3]);
	for (int i = 0; i < 2; i++)
		if (strlen(field[4 + i]) != (size_t)2 * CAO_SERIAL_SIZE ||
		    !cao_hex_get(field[4 + i], r->serial[i], CAO_SERIAL_SIZE))
			return false;
	return cao_time_parse(field[1], &r->at, &why) == CAO_OK &&
	    cao_time_parse(field[6], &r->not_after, &why) == CAO_OK &&
	    cao_reason_find(field[7], &r->reason) &&
	    cao_time_parse(field[8], &r->since, &why) == CAO_OK;
}

/* A line has one form: written again it is the same. */
static enum cao_status
check_form(const struct cao_revocation *r, const char *line, bool *ret_whole,
    struct cao_error *err)
{
	struct cao_buf again = { 0 };
	enum cao_status st;

	st = cao_witness_line_put(&again, r, err);
	*ret_whole = st == CAO_OK && strcmp(cao_buf_text(&again), line) == 0;
	cao_buf_free(&again);
	return st == CAO_INTEGRITY ? CAO_OK : st;
}

enum cao_status
cao_witness_line_get(const char *line, struct cao_revocation *ret,
    bool *ret_whole, struct cao_error *err)
{
	struct cao_revocation r = { .id = 0 };
	enum cao_status st = CAO_OK;
	char *field[FIELDS];
	char *copy = strdup(line);

	if (copy == NULL)
		return cao_fail_memory(err);
	*ret_whole = split(copy, field) && get_words(field, &r);
	for (int i = 0; st == CAO_OK && *ret_whole && i < 2; i++)
		st = get_address(field[9 + i], &r.crl[i], ret_whole, err);
	if (st == CAO_OK && *ret_whole)
		st = check_form(&r, line, ret_whole, err);
	free(copy);
	if (st != CAO_OK || !*ret_whole)
		cao_revocation_free(&r);
	else
		*ret = r;
	return st;
}

static enum cao_status
misfit(const struct cao_witness_scan *s, int64_t number, struct cao_error *err)
{
	if (number != s->number + 1)
		return cao_fail(err, CAO_INTEGRITY,
		    "line %llu: revocation %lld follows revocation %lld",
		    (unsigned long long)s->lines, (long long)number,
		    (long long)s->number);
	return cao_fail(err, CAO_INTEGRITY,
	    "line %llu: it was altered, or one before it",
	    (unsigned long long)s->lines);
}

/* A line whose form is whole: does it continue the last one? */
static enum cao_status
take(struct cao_witness_scan *s, struct cao_revocation *r, const char *line,
    const unsigned char head[CAO_DIGEST_SIZE], struct cao_error *err)
{
	bool first = s->middle && s->number == 0 && !s->begun;
	unsigned char want[CAO_DIGEST_SIZE];

	if (r->id == s->number && memcmp(s->head, head, sizeof want) == 0)
		return CAO_OK; /* only its line end was torn off */
	memcpy(want, s->head, sizeof want);
	cao_witness_chain(want, line);
	if (!first &&
	    (r->id != s->number + 1 || memcmp(want, head, sizeof want) != 0))
		return misfit(s, r->id, err);
	s->fits += !first;
	s->number = r->id;
	memcpy(s->head, head, sizeof s->head);
	(void)snprintf(s->last, sizeof s->last, "%s", line);
	return s->each != NULL ? s->each(s->arg, r, line, err) : CAO_OK;
}

/* The line at its end, in .text. */
static enum cao_status
take_line(struct cao_witness_scan *s, struct cao_error *err)
{
	unsigned char head[CAO_DIGEST_SIZE];
	struct cao_revocation r;
	enum cao_status st;
	bool whole;

	s->lines++;
	s->text[s->len] = '\0';
	if (s->skip || strlen(s->text) != s->len)
		return CAO_OK;
	if (strcmp(s->text, CAO_WITNESS_HEAD) == 0 && !s->begun &&
	    s->number == 0) {
		s->begun = true;
		cao_sha256(s->text, s->len, s->head);
		return CAO_OK;
	}
	if ((!s->begun && !s->middle) || s->len <= CAO_DIGEST_HEX ||
	    s->text[HEAD_AT(s->len) - 1] != ' ' ||
	    !cao_hex_get(s->text + HEAD_AT(s->len), head, sizeof head))
		return CAO_OK;
	s->text[HEAD_AT(s->len) - 1] = '\0';
	st = cao_witness_line_get(s->text, &r, &whole, err);
	if (st != CAO_OK || !whole)
		return st;
	st = take(s, &r, s->text, head, err);
	cao_revocation_free(&r);
	return st;
}

enum cao_status
cao_witness_feed(struct cao_witness_scan *s, const void *data, size_t len,
    struct cao_error *err)
{
	const char *p = data, *end = p + len;
	enum cao_status st = CAO_OK;

	for (; st == CAO_OK && p < end; p++) {
		if (*p == '\n') {
			st = take_line(s, err);
			s->len = 0;
			s->skip = false;
		} else if (s->len < CAO_WITNESS_LINE_MAX) {
			s->text[s->len++] = *p;
		} else {
			s->skip = true;
		}
	}
	return st;
}

bool
cao_witness_torn(const struct cao_witness_scan *s)
{
	return s->len > 0;
}
