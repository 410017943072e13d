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
	if (*l->reference != '\0') {
		fputs(",\"reference\":", f);
		cli_json(f, l->reference);
	}
	if (l->match == CAO_MATCH_BAD)
		fprintf(f, ",\"status\":%d,\"class\":\"%s\"", (int)CAO_INPUT,
		    cao_status_word(CAO_INPUT));
	fputs(",\"reason\":", f);
	cli_json(f, l->why);
	fputs("}\n", f);
}

enum cao_status
statement_table(struct statement *s, struct cao_error *err)
{
	static const char *const columns[] = { "line", "match", "reference",
		"date", "amount", "payer", "order", "why", "command" };

	return cli_table_open(
	    columns, sizeof columns / sizeof *columns, &s->table, err);
}

static void
put_row(const struct statement *s, const struct cao_statement_line *l)
{
	bool bad = l->match == CAO_MATCH_BAD;
	char line[16] = "", date[CAO_DATE_SIZE] = "",
	     amount[CAO_MONEY_SIZE] = "";
	const char *const values[] = { line, cao_match_words[l->match],
		l->reference, date, amount, l->payer, l->number, l->why,
		l->command };

	if (l->line != 0)
		(void)snprintf(line, sizeof line, "%u", l->line);
	if (!bad || l->fen != 0) {
		cao_date_format(l->day, date);
		cao_money_format(l->fen, amount);
	}
	cli_table_row(s->table, values);
}

void
statement_row(void *arg, const struct cao_statement_line *l)
{
	struct statement *s = arg;
	struct cao_error e = { .status = CAO_INPUT, .line = l->line };
	char money[CAO_MONEY_SIZE];

	s->bad += l->match == CAO_MATCH_BAD;
	if (s->table != NULL)
		put_row(s, l);
	if (l->match != CAO_MATCH_PAID && l->match != CAO_MATCH_REPEATED &&
	    l->match != CAO_MATCH_OUT)
		reject(s, l);
	if ((cli.quiet || s->table != NULL) && l->match != CAO_MATCH_BAD)
		return;
	cao_money_format(l->fen, money);
	(void)snprintf(e.text, sizeof e.text, "%s: %s %s%s%s%s%s",
	    cao_match_words[l->match],
	    *l->reference == '\0' ? "-" : l->reference, money,
	    *l->number == '\0' ? "" : " ", l->number,
	    *l->why == '\0' ? "" : ": ", l->why);
	if (l->line != 0)
		(void)snprintf(e.file, sizeof e.file, "%s", s->file);
	cli_report(NULL, &e);
}
