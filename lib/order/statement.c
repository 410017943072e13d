/* The lines of a bank's statement, of any format. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/money.h"
#include "base/text.h"
#include "codec/charset.h"
#include "order/statement_parts.h"
#include "pki/digest.h"

#define DIGITS "0123456789"
#define AMOUNT_SIZE 24
#define REPEATS_FIRST 1024 /* a power of 2 */

/* How often a row without a reference was there: an open hash table. */
struct cao_bank_repeat {
	unsigned char digest[CAO_DIGEST_SIZE];
	uint32_t count; /* 0: free */
};

struct cao_statement {
	const struct cao_statement_format *format;
	void *reader;
	struct cao_bank_repeat *repeats;
	size_t nrepeats, cap;
};

/* CSV is whatever nothing else is. */
static const struct cao_statement_format *const formats[] = {
	&cao_statement_camt,
	&cao_statement_mt940,
	&cao_statement_csv,
};

const char *const cao_statement_taken_back =
    N_("a reversal: money that came in is taken back");
const char *const cao_statement_came_back =
    N_("a reversal: money that went out comes back");
const char *const cao_statement_pending = N_("it is not booked yet");

enum cao_status
cao_statement_yuan(const char *currency, struct cao_error *err)
{
	static const char *const yuan[] = { "", "CNY", "RMB", "人民币",
		"人民币元", "156" };
	size_t i;

	for (i = 0; i < sizeof yuan / sizeof *yuan; i++)
		if (strcmp(yuan[i], currency) == 0)
			return CAO_OK;
	return cao_fail(err, CAO_INPUT,
	    "an amount in %.40s: only yuan (CNY) are matched", currency);
}

enum cao_status
cao_statement_reference(const char *reference, struct cao_error *err)
{
	if (strlen(reference) < CAO_BANK_REFERENCE_SIZE)
		return CAO_OK;
	return cao_fail(err, CAO_INPUT, "a reference of %zu octets, at most %d",
	    strlen(reference), CAO_BANK_REFERENCE_SIZE - 1);
}

enum cao_status
cao_statement_amount(
    const char *text, char mark, int64_t *ret_fen, struct cao_error *err)
{
	size_t whole = strspn(text, DIGITS), places = 0;
	const char *rest = text + whole;
	char plain[AMOUNT_SIZE];
	enum cao_status st;
	int64_t fen = 0;

	if (*rest == mark) {
		places = strspn(rest + 1, DIGITS);
		rest += 1 + places;
		while (places > 2 && text[whole + places] == '0')
			places--;
	}
	if (whole == 0 || *rest != '\0' || places > 2 ||
	    whole + 1 + places >= sizeof plain)
		return cao_fail(err, CAO_INPUT,
		    "\"%.40s\" is not an amount in yuan, such as 240%c00", text,
		    mark);
	(void)snprintf(plain, sizeof plain, "%.*s%s%.*s", (int)whole, text,
	    places > 0 ? "." : "", (int)places, text + whole + 1);
	if ((st = cao_money_parse(plain, &fen, err)) != CAO_OK)
		return st;
	if (fen == 0)
		return cao_fail(err, CAO_INPUT, "an amount of 0.00");
	*ret_fen = fen;
	return CAO_OK;
}

enum cao_status
cao_statement_open(const char *name, const void *text, size_t len,
    struct cao_statement **ret, struct cao_error *err)
{
	struct cao_statement *s;
	size_t bom = cao_charset_bom(text, len), i;
	const char *from = (const char *)text + bom;
	enum cao_status status;

	if ((s = calloc(1, sizeof *s)) == NULL)
		return cao_fail_memory(err);
	for (i = 0; !formats[i]->recognise(from, len - bom); i++)
		;
	s->format = formats[i];
	status = s->format->open(name, text, len, &s->reader, err);
	if (status != CAO_OK) {
		free(s);
		return status;
	}
	*ret = s;
	return CAO_OK;
}

void
cao_statement_close(struct cao_statement *s)
{
	if (s == NULL)
		return;
	s->format->close(s->reader);
	free(s->repeats);
	free(s);
}

/* The place of the digest: where it is, or the free one where it belongs. */
static struct cao_bank_repeat *
place_of(struct cao_bank_repeat *table, size_t cap,
    const unsigned char digest[CAO_DIGEST_SIZE])
{
	size_t i = 0, n;

	for (n = 0; n < sizeof i; n++)
		i = i << 8 | digest[n];
	for (i &= cap - 1; table[i].count != 0; i = (i + 1) & (cap - 1))
		if (memcmp(table[i].digest, digest, CAO_DIGEST_SIZE) == 0)
			break;
	return &table[i];
}

/* Keep at least half of the table free. */
static bool
grow_repeats(struct cao_statement *s)
{
	size_t cap = s->cap == 0 ? REPEATS_FIRST : 2 * s->cap, i;
	struct cao_bank_repeat *table;

	if (2 * s->nrepeats < s->cap)
		return true;
	if ((table = calloc(cap, sizeof *table)) == NULL)
		return false;
	for (i = 0; i < s->cap; i++)
		if (s->repeats[i].count != 0)
			*place_of(table, cap, s->repeats[i].digest) =
			    s->repeats[i];
	free(s->repeats);
	s->repeats = table;
	s->cap = cap;
	return true;
}

/*
 * A reference made of what the row says.  The time of day and the balance stay
 * out: another export of the same days may give them otherwise, and a payment
 * that is taken for new is worse than one that is taken for known.
 */
static enum cao_status
derive_reference(
    struct cao_statement *s, struct cao_bank_line *line, struct cao_error *err)
{
	unsigned char digest[CAO_DIGEST_SIZE];
	struct cao_buf row = { 0 };
	struct cao_bank_repeat *repeat;
	enum cao_status status = CAO_SYSTEM;

	cao_buf_printf(&row, "%lld\n%c\n%lld\n%s\n%s\n%s\n",
	    (long long)line->day, line->credit ? 'C' : 'D',
	    (long long)line->fen, line->account, line->name, line->text);
	if (!cao_buf_ok(&row) || !grow_repeats(s)) {
		cao_fail_memory(err);
		goto out;
	}
	cao_sha256(row.data, row.len, digest);
	repeat = place_of(s->repeats, s->cap, digest);
	s->nrepeats += repeat->count == 0;
	memcpy(repeat->digest, digest, sizeof digest);
	cao_buf_printf(&row, "%lu\n", (unsigned long)++repeat->count);
	cao_sha256(row.data, row.len, digest);
	cao_buf_clear(&row);
	cao_buf_puts(&row, "row:");
	cao_hex_put(&row, digest, sizeof digest / 2);
	free(line->reference);
	line->reference = (char *)cao_buf_take(&row, &(size_t){ 0 });
	status = line->reference == NULL ? cao_fail_memory(err) : CAO_OK;
out:
	cao_buf_free(&row);
	return status;
}

/* Give back what a text does not fill: an import keeps all lines. */
static void
fit(char **text)
{
	char *less = *text != NULL ? realloc(*text, strlen(*text) + 1) : NULL;

	if (less != NULL)
		*text = less;
}

enum cao_status
cao_statement_next(struct cao_statement *s, struct cao_bank_line *ret,
    bool *ret_more, struct cao_error *err)
{
	struct cao_bank_line line = { 0 };
	enum cao_status status;
	bool more = false;

	status = s->format->next(s->reader, &line, &more, err);
	if (status == CAO_OK && more && line.reference[0] == '\0')
		status = derive_reference(s, &line, err);
	if (status != CAO_OK) {
		cao_bank_line_free(&line);
		return status;
	}
	fit(&line.account);
	fit(&line.name);
	fit(&line.reference);
	fit(&line.text);
	if (more)
		*ret = line;
	*ret_more = more;
	return CAO_OK;
}
