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

/* A payer's name may hold anything: what is signed is its digest. */
static void
put_side(struct cao_buf *out, const char *account, const char *name,
    int64_t fen, int64_t day)
{
	unsigned char digest[CAO_DIGEST_SIZE];

	cao_sha256(name, strlen(name), digest);
	cao_buf_printf(
	    out, " %s %lld %lld ", account, (long long)fen, (long long)day);
	cao_hex_put(out, digest, sizeof digest);
}

void
cao_evidence_settlement(
    struct cao_buf *out, const char *number, const struct cao_transfer *t)
{
	unsigned char digest[CAO_DIGEST_SIZE];

	cao_buf_printf(
	    out, "settle %s %lld", number, (long long)t->settled_fen);
	put_side(out, t->account, t->name, t->fen, t->day);
	cao_sha256(t->bank_reference, strlen(t->bank_reference), digest);
	cao_buf_putc(out, ' ');
	cao_hex_put(out, digest, sizeof digest);
	put_side(out, t->bank_account, t->bank_name, t->bank_fen, t->bank_day);
	cao_sha256(t->bank_text, strlen(t->bank_text), digest);
	cao_buf_putc(out, ' ');
	cao_hex_put(out, digest, sizeof digest);
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
