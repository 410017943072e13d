/* The lines of a bank's statement in CSV. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "order/statement_csv.h"

#define ACCOUNT_LIKELY 8 /* digits that are no total */

/* The cell of a column in this row, "" if there is none. */
static const char *
cell(const struct cao_statement_csv *s, enum cao_bank_column c)
{
	return s->at[c] < s->row.count ? s->row.field[s->at[c]] : "";
}

static enum cao_status
in_column(const struct cao_statement_csv *s, enum cao_bank_column c,
    struct cao_error *err)
{
	return cao_error_place(err, s->name, s->row.line, 0,
	    cao_statement_csv_has(s, c) ? s->title[c] : NULL);
}

/* Does the cell begin with a digit, in any width? */
static bool
starts_with_digit(const char *text)
{
	return (*text >= '0' && *text <= '9') ||
	    (strncmp(text, "\xef\xbc", 2) == 0 &&
		(unsigned char)text[2] >= 0x90 &&
		(unsigned char)text[2] <= 0x99);
}

static bool
says_total(const char *text)
{
	static const char *const words[] = { "合计", "总计", "小计", "共计",
		"累计", "本页", "总笔数", "总金额" };
	size_t i;

	for (i = 0; i < sizeof words / sizeof *words; i++)
		if (strstr(text, words[i]) != NULL)
			return true;
	return false;
}

/* Totals, page breaks with the header again, and remarks: without a date,
 * and nothing that could be somebody's payment. */
static bool
is_no_line(struct cao_statement_csv *s)
{
	const char *date = cell(s, BANK_DATE), *account = cell(s, BANK_ACCOUNT);
	size_t i, filled = 0, rank;
	bool total = false;
	enum cao_bank_column c;

	if (starts_with_digit(date + strspn(date, "'[=\"")))
		return false;
	if (cao_statement_csv_column(s, date, &c, &rank) && c == BANK_DATE)
		return true;
	for (i = 0; i < s->row.count; i++) {
		filled += s->row.field[i][0] != '\0';
		total |= says_total(s->row.field[i]);
	}
	return filled <= 1 ||
	    (total && strspn(account, "0123456789-* '[") < ACCOUNT_LIKELY);
}

/* Are these the two halves of an amount whose comma stood outside quotes? */
static bool
is_split(const char *head, const char *tail)
{
	size_t n;

	head += strspn(head, "+-'");
	head += strncmp(head, "¥", 2) == 0 ? 2 : 0;
	head += strncmp(head, "￥", 3) == 0 ? 3 : 0;
	n = strspn(head, "0123456789");
	return n >= 1 && n <= 3 && head[n] == '\0' &&
	    strspn(tail, "0123456789") == 3 &&
	    (tail[3] == '\0' || tail[3] == '.');
}

/* A row wider than the header has its cells in other columns, unless only
 * blank ones stand over. */
static enum cao_status
check_width(const struct cao_statement_csv *s, struct cao_error *err)
{
	bool moved = false;
	size_t i;

	if (s->row.count <= s->width)
		return CAO_OK;
	for (i = s->width; i < s->row.count; i++)
		moved |= s->row.field[i][0] != '\0';
	for (i = 0; i + 1 < s->row.count; i++)
		moved |= is_split(s->row.field[i], s->row.field[i + 1]);
	if (!moved)
		return CAO_OK;
	cao_fail(err, CAO_INPUT,
	    "%zu fields under a header of %zu: is an amount with commas not "
	    "in quotes?",
	    s->row.count, s->width);
	return cao_error_place(err, s->name, s->row.line, 0, NULL);
}

/* A column of its own for money in, and mostly one for money out: one is
 * filled, the other empty or zero. */
static enum cao_status
read_two_columns(const struct cao_statement_csv *s, int64_t *ret_fen,
    bool *ret_credit, struct cao_error *err)
{
	bool given_in = false, given_out = false;
	int64_t in = 0, out = 0;

	if (cao_cell_money(cell(s, BANK_IN), &given_in, &in, err) != CAO_OK)
		return in_column(s, BANK_IN, err);
	if (cao_statement_csv_has(s, BANK_OUT) &&
	    cao_cell_money(cell(s, BANK_OUT), &given_out, &out, err) != CAO_OK)
		return in_column(s, BANK_OUT, err);
	if (in != 0 && out != 0) {
		cao_fail(err, CAO_INPUT,
		    "an amount in both columns, %s and %s: money came in or "
		    "went out, not both",
		    s->title[BANK_IN], s->title[BANK_OUT]);
		return in_column(s, BANK_IN, err);
	}
	if (!given_in && !given_out) {
		if (cao_statement_csv_has(s, BANK_OUT))
			cao_fail(err, CAO_INPUT,
			    "no amount, neither in %s nor in %s",
			    s->title[BANK_IN], s->title[BANK_OUT]);
		else
			cao_fail(err, CAO_INPUT, "no amount");
		return in_column(s, BANK_IN, err);
	}
	*ret_fen = in != 0 ? in : out;
	*ret_credit = in > 0;
	return CAO_OK;
}

/* One column, whose sign or another column tells the direction. */
static enum cao_status
read_one_column(const struct cao_statement_csv *s, int64_t *ret_fen,
    bool *ret_credit, struct cao_error *err)
{
	bool given = false, credit = true;
	int64_t fen = 0;

	if (cao_cell_money(cell(s, BANK_AMOUNT), &given, &fen, err) != CAO_OK)
		return in_column(s, BANK_AMOUNT, err);
	if (!given) {
		cao_fail(err, CAO_INPUT, "no amount");
		return in_column(s, BANK_AMOUNT, err);
	}
	if (cao_statement_csv_has(s, BANK_DIRECTION) &&
	    cao_cell_direction(cell(s, BANK_DIRECTION), &credit, err) != CAO_OK)
		return in_column(s, BANK_DIRECTION, err);
	*ret_fen = fen;
	*ret_credit = credit && fen > 0;
	return CAO_OK;
}

static enum cao_status
read_money(const struct cao_statement_csv *s, struct cao_bank_line *line,
    struct cao_error *err)
{
	enum cao_status status;
	bool two = cao_statement_csv_has(s, BANK_IN) &&
	    (cao_statement_csv_has(s, BANK_OUT) ||
		!cao_statement_csv_has(s, BANK_AMOUNT));

	status = two ? read_two_columns(s, &line->fen, &line->credit, err)
		     : read_one_column(s, &line->fen, &line->credit, err);
	if (status != CAO_OK)
		return status;
	if (line->fen < 0)
		line->fen = -line->fen;
	if (line->fen != 0)
		return CAO_OK;
	cao_fail(err, CAO_INPUT, "an amount of 0.00");
	return in_column(s, two ? BANK_IN : BANK_AMOUNT, err);
}

static enum cao_status
check_currency(const struct cao_statement_csv *s, struct cao_error *err)
{
	enum cao_status status;
	char *text;

	if (cao_cell_text(cell(s, BANK_CURRENCY), &text, err) != CAO_OK)
		return in_column(s, BANK_CURRENCY, err);
	if ((status = cao_statement_yuan(text, err)) != CAO_OK)
		in_column(s, BANK_CURRENCY, err);
	free(text);
	return status;
}

static enum cao_status
read_reference(const struct cao_statement_csv *s, struct cao_bank_line *line,
    struct cao_error *err)
{
	char *text;

	if (cao_cell_text(cell(s, BANK_REFERENCE), &text, err) != CAO_OK)
		return in_column(s, BANK_REFERENCE, err);
	line->reference = text;
	if (cao_cell_scientific(text)) {
		cao_fail(err, CAO_INPUT,
		    "the reference \"%.40s\" is in scientific notation, its "
		    "digits are lost: export the statement again and do not "
		    "save it from a spreadsheet",
		    text);
		return in_column(s, BANK_REFERENCE, err);
	}
	if (cao_statement_reference(text, err) != CAO_OK)
		return in_column(s, BANK_REFERENCE, err);
	return CAO_OK;
}

/* Everything that the columns of text say, each once, a blank between. */
static char *
join_text(const struct cao_statement_csv *s)
{
	struct cao_buf text = { 0 };
	size_t i;

	for (i = 0; i < s->row.count; i++) {
		if (!s->is_text[i] || s->row.field[i][0] == '\0')
			continue;
		if (text.len > 0 &&
		    strstr(cao_buf_text(&text), s->row.field[i]) != NULL)
			continue;
		if (text.len > 0)
			cao_buf_putc(&text, ' ');
		cao_buf_puts(&text, s->row.field[i]);
	}
	return (char *)cao_buf_take(&text, &(size_t){ 0 });
}

static enum cao_status
read_line(const struct cao_statement_csv *s, struct cao_bank_line *line,
    struct cao_error *err)
{
	enum cao_status status;

	line->line = s->row.line;
	if ((status = check_width(s, err)) != CAO_OK)
		return status;
	if ((status = cao_cell_date(cell(s, BANK_DATE), &line->day, err)) !=
	    CAO_OK)
		return in_column(s, BANK_DATE, err);
	if ((status = read_money(s, line, err)) != CAO_OK ||
	    (status = check_currency(s, err)) != CAO_OK)
		return status;
	status = cao_cell_account(cell(s, BANK_ACCOUNT), &line->account, err);
	if (status != CAO_OK)
		return in_column(s, BANK_ACCOUNT, err);
	if ((status = read_reference(s, line, err)) != CAO_OK)
		return status;
	if ((line->name = strdup(cell(s, BANK_NAME))) == NULL ||
	    (line->text = join_text(s)) == NULL)
		return cao_fail_memory(err);
	return CAO_OK;
}

static bool
recognise(const char *text, size_t len)
{
	(void)text, (void)len;
	return true;
}

static void
close_csv(void *reader)
{
	struct cao_statement_csv *s = reader;

	if (s == NULL)
		return;
	cao_csv_close(s->csv);
	free(s->name);
	free(s);
}

static enum cao_status
open_csv(const char *name, const void *text, size_t len, void **ret,
    struct cao_error *err)
{
	struct cao_statement_csv *s;
	enum cao_status status = CAO_SYSTEM;

	if ((s = calloc(1, sizeof *s)) == NULL ||
	    (s->name = strdup(name)) == NULL) {
		cao_fail_memory(err);
		goto out;
	}
	if ((status = cao_csv_open(name, text, len, &s->csv, err)) != CAO_OK ||
	    (status = cao_statement_csv_header(s, err)) != CAO_OK)
		goto out;
	*ret = s, s = NULL;
out:
	close_csv(s);
	return status;
}

static enum cao_status
next_line(void *reader, struct cao_bank_line *line, bool *ret_more,
    struct cao_error *err)
{
	struct cao_statement_csv *s = reader;
	enum cao_status status;
	bool more;

	do {
		status = cao_csv_next(s->csv, &s->row, &more, err);
		if (status != CAO_OK)
			return status;
		if (!more) {
			*ret_more = false;
			return CAO_OK;
		}
	} while (is_no_line(s) && !s->no_memory);
	*ret_more = true;
	return s->no_memory ? cao_fail_memory(err) : read_line(s, line, err);
}

const struct cao_statement_format cao_statement_csv = { recognise, open_csv,
	next_line, close_csv };
