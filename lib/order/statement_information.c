/* Field :86: of MT940, as banks divide it. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "order/cell.h"
#include "order/statement_mt940.h"

#define DIGITS "0123456789"
#define LINE_FULL 65 /* characters of a line that goes on in the next */
#define BLANKS " \t"
#define SIGNS "?<>+~^@|*"

struct information {
	struct cao_buf account, name, text;
};

/* Are there three digits, then a sign and two digits again?  The sign. */
static char
division(const char *value)
{
	char sign = strspn(value, DIGITS) == 3 ? value[3] : '\0';

	return sign != '\0' && strchr(SIGNS, sign) != NULL &&
		strspn(value + 4, DIGITS) >= 2
	    ? sign
	    : '\0';
}

/*
 * The lines of the field as one.  Where it is divided, or the line is full, it
 * goes on without a blank.
 */
static void
join(const char *value, bool divided, struct cao_buf *out)
{
	struct cao_buf line = { 0 };
	size_t n;

	while (*value != '\0') {
		n = strcspn(value, "\r\n");
		cao_buf_clear(&line);
		cao_buf_add(&line, value, n);
		cao_buf_add(out, value, n);
		value += n;
		value += strspn(value, "\r\n");
		out->failed |= line.failed;
		if (!divided && *value != '\0' && !line.failed &&
		    cao_utf8_length(cao_buf_text(&line)) < LINE_FULL)
			cao_buf_putc(out, ' ');
	}
	cao_buf_free(&line);
}

/* "166?20remark?31account?32name?33rest" */
static void
read_numbered(const char *text, char sign, struct information *info)
{
	const char mark[] = { sign, '\0' };
	const char *p = text + 3;
	struct cao_buf *to;
	size_t n;
	int code;

	while (*p != '\0') {
		code = (p[1] - '0') * 10 + p[2] - '0';
		to = code == 31                ? &info->account
		    : code == 32 || code == 33 ? &info->name
		    : (code >= 20 && code < 30) || (code >= 60 && code < 64)
		    ? &info->text
		    : NULL;
		p += 3;
		/* The sign itself may stand in a text. */
		for (n = strcspn(p, mark);
		     p[n] != '\0' && strspn(p + n + 1, DIGITS) < 2;
		     n += 1 + strcspn(p + n + 1, mark))
			;
		if (to != NULL)
			cao_buf_add(to, p, n);
		p += n;
	}
}

/* What a word between strokes begins. */
enum word { PAYER, OTHER, PARTY, NAME, ACCOUNT, REMARK, NOTHING };

static const struct {
	const char *text;
	enum word word;
} words[] = { { "/ORDP/", PAYER }, { "/BENM/", OTHER }, { "/ULTD/", OTHER },
	{ "/ULTC/", OTHER }, { "/ULTB/", OTHER }, { "/CNTP/", PARTY },
	{ "/NAME/", NAME }, { "/IBAN/", ACCOUNT }, { "/ACCT/", ACCOUNT },
	{ "/ACCW/", ACCOUNT }, { "/REMI/", REMARK }, { "/EREF/", NOTHING },
	{ "/KREF/", NOTHING }, { "/IREF/", NOTHING }, { "/PREF/", NOTHING },
	{ "/BREF/", NOTHING }, { "/MARF/", NOTHING }, { "/CSID/", NOTHING },
	{ "/TRTP/", NOTHING }, { "/TRCD/", NOTHING }, { "/BIC/", NOTHING },
	{ "/ADDR/", NOTHING }, { "/ID/", NOTHING }, { "/PURP/", NOTHING },
	{ "/OCMT/", NOTHING }, { "/CHGS/", NOTHING }, { "/EXCH/", NOTHING },
	{ "/ISDT/", NOTHING }, { "/BUSP/", NOTHING }, { "/RTRN/", NOTHING } };

/* The octets of the word at p, or 0. */
static size_t
word_at(const char *p, enum word *ret)
{
	size_t i;

	for (i = 0; *p == '/' && i < sizeof words / sizeof *words; i++)
		if (strncmp(p, words[i].text, strlen(words[i].text)) == 0) {
			*ret = words[i].word;
			return strlen(words[i].text);
		}
	return 0;
}

/* Where the next word begins, or the text ends.  The stroke that ends one
 * word may begin another. */
static size_t
to_word(const char *p)
{
	enum word ignored;
	size_t n;

	for (n = strcspn(p, "/"); p[n] != '\0' && word_at(p + n, &ignored) == 0;
	     n += 1 + strcspn(p + n + 1, "/"))
		;
	return n;
}

/* What stands between strokes and blanks, if nothing is there yet. */
static void
fill(struct cao_buf *out, const char *text, size_t len)
{
	if (out->len > 0)
		return;
	while (len > 0 && strchr("/" BLANKS, *text) != NULL)
		text++, len--;
	while (len > 0 && strchr("/" BLANKS, text[len - 1]) != NULL)
		len--;
	cao_buf_add(out, text, len);
}

/* "account/BIC/name///town" */
static void
fill_party(struct information *info, const char *text, size_t len)
{
	size_t n = strcspn(text, "/"), bic;

	fill(&info->account, text, n < len ? n : len);
	if (n >= len)
		return;
	bic = n + 1 + strcspn(text + n + 1, "/");
	if (bic >= len)
		return;
	text += bic + 1;
	len -= bic + 1;
	n = strcspn(text, "/");
	fill(&info->name, text, n < len ? n : len);
}

static void
read_worded(const char *text, struct information *info)
{
	enum word word = NOTHING;
	bool payer = true; /* and not somebody else */
	const char *p = text;
	size_t n;

	while (*p != '\0') {
		p += word_at(p, &word);
		n = to_word(p);
		if (word == PAYER || word == OTHER)
			payer = word == PAYER;
		if (word == REMARK) {
			if (n >= 6 && strncmp(p, "USTD//", 6) == 0)
				fill(&info->text, p + 6, n - 6);
			else
				fill(&info->text, p, n);
		} else if (word == PARTY) {
			fill_party(info, p, n);
		} else if (payer && (word == NAME || word == PAYER)) {
			fill(&info->name, p, n);
		} else if (payer && word == ACCOUNT) {
			fill(&info->account, p,
			    strcspn(p, ",") < n ? strcspn(p, ",") : n);
		}
		p += n;
	}
}

/* A copy without the blanks around. */
static char *
trimmed(const struct cao_buf *text)
{
	const char *p = cao_buf_text(text);
	size_t len;

	p += strspn(p, BLANKS);
	for (len = strlen(p); len > 0 && strchr(BLANKS, p[len - 1]) != NULL;)
		len--;
	return strndup(p, len);
}

static enum cao_status
give(const struct information *info, struct cao_bank_line *line,
    struct cao_error *err)
{
	if (!cao_buf_ok(&info->account) || !cao_buf_ok(&info->name) ||
	    !cao_buf_ok(&info->text) ||
	    (line->name = trimmed(&info->name)) == NULL ||
	    (line->text = trimmed(&info->text)) == NULL)
		return cao_fail_memory(err);
	return cao_cell_account(
	    cao_buf_text(&info->account), &line->account, err);
}

enum cao_status
cao_statement_information(
    const char *value, struct cao_bank_line *line, struct cao_error *err)
{
	struct information info = { .text = { 0 } };
	char sign = division(value);
	struct cao_buf text = { 0 };
	enum word ignored;
	enum cao_status st;
	bool worded;

	worded = sign == '\0' && word_at(value, &ignored) > 0;
	join(value, sign != '\0' || worded, &text);
	if (sign != '\0')
		read_numbered(cao_buf_text(&text), sign, &info);
	else if (worded)
		read_worded(cao_buf_text(&text), &info);
	if (info.text.len == 0)
		fill(&info.text, cao_buf_text(&text), text.len);
	info.text.failed |= text.failed;
	st = give(&info, line, err);
	cao_buf_free(&text);
	cao_buf_free(&info.account);
	cao_buf_free(&info.name);
	cao_buf_free(&info.text);
	return st;
}
