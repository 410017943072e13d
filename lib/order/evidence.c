/* What an operator asserts, as text that is signed. */
#include <string.h>

#include "base/text.h"
#include "base/time.h"
#include "order/evidence.h"

void
cao_evidence_head(struct cao_buf *out, const char *operator_name,
    const unsigned char certificate[CAO_DIGEST_SIZE], int64_t at)
{
	char when[CAO_RFC3339_SIZE];

	cao_time_format(at, when);
	cao_buf_printf(out, "caorder evidence 1\noperator %s\ncertificate ",
	    operator_name);
	cao_hex_put(out, certificate, CAO_DIGEST_SIZE);
	cao_buf_printf(out, "\nat %s\n", when);
}

static void
digest_line(struct cao_buf *out, const char *word,
    const unsigned char digest[CAO_DIGEST_SIZE])
{
	cao_buf_printf(out, "%s ", word);
	cao_hex_put(out, digest, CAO_DIGEST_SIZE);
	cao_buf_putc(out, '\n');
}

void
cao_evidence_rules(
    struct cao_buf *out, const unsigned char digest[CAO_DIGEST_SIZE])
{
	digest_line(out, "rules", digest);
}

void
cao_evidence_import(
    struct cao_buf *out, const unsigned char digest[CAO_DIGEST_SIZE])
{
	digest_line(out, "import", digest);
}

void
cao_evidence_decision(struct cao_buf *out, enum cao_decision kind,
    const char *number, const unsigned char dossier[CAO_DIGEST_SIZE],
    const char *reason)
{
	unsigned char digest[CAO_DIGEST_SIZE];

	cao_buf_printf(out, "%s %s ", cao_decision_words[kind], number);
	cao_hex_put(out, dossier, CAO_DIGEST_SIZE);
	if (reason != NULL) {
		cao_sha256(reason, strlen(reason), digest);
		cao_buf_putc(out, ' ');
		cao_hex_put(out, digest, sizeof digest);
	}
	cao_buf_putc(out, '\n');
}

/* A text may hold anything: what is signed is its digest. */
static void
put_digest(struct cao_buf *out, const char *text)
{
	unsigned char digest[CAO_DIGEST_SIZE];

	cao_sha256(text, strlen(text), digest);
	cao_buf_putc(out, ' ');
	cao_hex_put(out, digest, sizeof digest);
}

static void
put_side(struct cao_buf *out, const char *account, const char *name,
    int64_t fen, int64_t day)
{
	cao_buf_putc(out, ' ');
	for (; *account != '\0'; account++) /* it must stay one word */
		cao_buf_putc(
		    out, (unsigned char)*account > ' ' ? *account : '_');
	cao_buf_printf(out, " %lld %lld", (long long)fen, (long long)day);
	put_digest(out, name);
}

static void
put_line(struct cao_buf *out, const struct cao_bank_line *l)
{
	put_digest(out, l->reference);
	put_side(out, l->account, l->name, l->fen, l->day);
	put_digest(out, l->text);
}

void
cao_evidence_line(struct cao_buf *out, const struct cao_bank_line *l)
{
	cao_buf_puts(out, "line");
	put_line(out, l);
	cao_buf_putc(out, '\n');
}

void
cao_evidence_settlement(struct cao_buf *out, const char *number,
    const struct cao_transfer *t, const struct cao_settlement *s)
{
	cao_buf_printf(out, "%s %s %lld", t != NULL ? "settle" : "assign",
	    number, (long long)s->fen);
	if (t != NULL)
		put_side(out, t->account, t->name, t->fen, t->day);
	put_line(out, &s->bank);
	if (s->reason != NULL)
		put_digest(out, s->reason);
	cao_buf_putc(out, '\n');
}

void
cao_evidence_refund(
    struct cao_buf *out, const char *number, const struct cao_refund *r)
{
	cao_buf_printf(out, "refund %s %s %lld", r->number,
	    number != NULL ? number : "-", (long long)r->fen);
	cao_buf_puts(out, r->wechat != 0 ? " wechat" : " line");
	put_digest(out, r->source);
	put_digest(out, r->reason);
	cao_buf_putc(out, '\n');
}

bool
cao_evidence_has(
    const char *text, const struct cao_buf *head, const struct cao_buf *line)
{
	const char *at = text;

	if (strncmp(text, cao_buf_text(head), head->len) != 0)
		return false;
	while ((at = strstr(at, cao_buf_text(line))) != NULL) {
		if (at[-1] == '\n') /* never at the start: the head is there */
			return true;
		at++;
	}
	return false;
}
