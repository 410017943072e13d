/* What became of the lines of a bank statement. */
#include "stream.h"

/* A line that settles nothing, for --rejects. */
static void
reject(const struct statement *s, const struct cao_statement_line *l)
{
	FILE *f = cli_rejects();

	if (f == NULL)
		return;
	fprintf(f, "{\"match\":\"%s\",\"file\":", cao_match_words[l->match]);
	cli_json(f, s->file);
	fprintf(f, ",\"line\":%u,\"fen\":%lld", l->line, (long long)l->fen);
	if (*l->number != '\0')
		fprintf(f, ",\"order\":\"%s\"", l->number);
	if (l->reference != NULL && *l->reference != '\0') {
		fputs(",\"reference\":", f);
		cli_json(f, l->reference);
	}
	if (l->match == CAO_MATCH_BAD)
		fprintf(f, ",\"status\":%d,\"class\":\"%s\"", (int)CAO_INPUT,
		    cao_status_word(CAO_INPUT));
	fputs(",\"reason\":", f);
	cli_json(f, l->why == NULL ? "" : l->why);
	fputs("}\n", f);
}

void
statement_row(void *arg, const struct cao_statement_line *l)
{
	struct statement *s = arg;
	struct cao_error e = { .status = CAO_INPUT, .line = l->line };
	const char *reference = l->reference == NULL ? "" : l->reference;
	const char *why = l->why == NULL ? "" : l->why;
	char money[CAO_MONEY_SIZE];

	s->bad += l->match == CAO_MATCH_BAD;
	if (l->match != CAO_MATCH_PAID && l->match != CAO_MATCH_REPEATED &&
	    l->match != CAO_MATCH_OUT)
		reject(s, l);
	if (cli.quiet && l->match != CAO_MATCH_BAD)
		return;
	cao_money_format(l->fen, money);
	(void)snprintf(e.text, sizeof e.text, "%s: %s %s%s%s%s%s",
	    cao_match_words[l->match], *reference == '\0' ? "-" : reference,
	    money, *l->number == '\0' ? "" : " ", l->number,
	    *why == '\0' ? "" : ": ", why);
	(void)snprintf(e.file, sizeof e.file, "%s", s->file);
	cli_report(NULL, &e);
}
