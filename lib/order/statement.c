#include "order/match.h"

#include "base/text.h"
#include "order/cell.h"
#include "pki/digest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TITLES_MAX 100     /* rows above the header */
#define SYNONYMS_NAMED 4   /* of each missing column, in a message */
#define HEADER_LIKELY 2    /* columns that make a row worth naming */
#define ACCOUNT_LIKELY 8   /* digits that are no total */
#define REPEATS_FIRST 1024 /* a power of 2 */

enum column {
	DATE,
	OUT,
	IN,
	DIRECTION,
	AMOUNT,
	ACCOUNT,
	NAME,
	REFERENCE,
	TEXT,
	CURRENCY,
	COLUMNS
};

/* What banks call each column, the better of two such columns first.  Compared
 * folded, with 账 for 帐, and also without a unit behind: "(元)", "/元". */
static const char *const synonyms[COLUMNS][24] = {
	[DATE] = { "交易日期", "记账日期", "会计日期", "入账日期", "交易日",
	    "记账日", "日期", "交易时间", "记账时间", "入账时间" },
	[OUT] = { "借方发生额", "借方金额", "借方交易金额", "支出金额",
	    "转出金额", "付出金额", "支取金额", "借方", "支出", "付出",
	    "支取" },
	[IN] = { "贷方发生额", "贷方金额", "贷方交易金额", "收入金额",
	    "转入金额", "存入金额", "贷方", "收入", "存入" },
	[DIRECTION] = { "借贷标志", "借贷标记", "借贷标识", "借贷方向",
	    "借贷类型", "收支标志", "收支方向", "收支类型", "收付标志",
	    "交易方向", "资金流向", "借贷", "借/贷", "收支", "收/支" },
	[AMOUNT] = { "交易金额", "发生额", "交易发生额", "金额" },
	[ACCOUNT] = { "对方账号", "对方账户", "对方卡号", "对方账户账号",
	    "对方账号/卡号", "对手账号", "交易对手账号", "交易对方账号",
	    "付款账号", "付款人账号", "付款方账号" },
	[NAME] = { "对方户名", "对方名称", "交易对手", "对方账户名",
	    "对方账户名称", "对方账号名称", "对方单位", "对方单位名称",
	    "对手名称", "对手户名", "交易对手名称", "交易对方", "交易对方名称",
	    "付款人名称", "付款方名称", "付款人户名", "付款账户名", "付款人" },
	[REFERENCE] = { "交易流水号", "银行流水号", "核心流水号", "系统流水号",
	    "流水号", "交易流水", "交易参考号" },
	[TEXT] = { "附言", "用途", "摘要", "备注", "交易摘要", "交易附言",
	    "交易备注", "交易用途", "客户附言", "转账附言" },
	[CURRENCY] = { "币种", "币别", "交易币种", "货币" },
};

/* How often a row without a reference was there: an open hash table. */
struct repeat {
	unsigned char digest[CAO_DIGEST_SIZE];
	uint32_t count; /* 0: free */
};

struct cao_statement {
	char *name;
	struct cao_csv *csv;
	struct cao_csv_row row;
	size_t width;       /* of the header row */
	size_t at[COLUMNS]; /* its field, or CAO_CSV_FIELDS_MAX: none */
	size_t rank[COLUMNS];
	const char *title[COLUMNS];       /* its synonym */
	bool is_text[CAO_CSV_FIELDS_MAX]; /* every TEXT column counts */
	struct repeat *repeats;
	size_t nrepeats, cap;
	bool no_memory; /* where a cell was to be compared */
};

void
cao_bank_line_free(struct cao_bank_line *line)
{
	if (line == NULL)
		return;
	free(line->account);
	free(line->name);
	free(line->reference);
	free(line->text);
	memset(line, 0, sizeof *line);
}

/* Replace every 帐, as half of the banks write it. */
static void
one_spelling(char *text)
{
	char *p = text;

	while ((p = strstr(p, "帐")) != NULL)
		memcpy(p, "账", strlen("账"));
}

static bool
find_synonym(const char *title, enum column *ret, size_t *ret_rank)
{
	size_t c, i;

	for (c = 0; c < COLUMNS; c++)
		for (i = 0; synonyms[c][i] != NULL; i++)
			if (strcmp(synonyms[c][i], title) == 0) {
				*ret = (enum column)c;
				*ret_rank = i;
				return true;
			}
	return false;
}

/* Which column has that title? */
static bool
column_of(struct cao_statement *s, const char *cell, enum column *ret,
    size_t *ret_rank)
{
	struct cao_error error;
	enum cao_status status;
	char *title, *unit;
	bool found;

	if ((status = cao_cell_text(cell, &title, &error)) != CAO_OK) {
		s->no_memory |= status == CAO_SYSTEM;
		return false;
	}
	one_spelling(title);
	if (!(found = find_synonym(title, ret, ret_rank))) {
		if ((unit = strrchr(title, '(')) != NULL)
			*unit = '\0';
		if ((unit = strstr(title, "/元")) != NULL)
			*unit = '\0';
		found = find_synonym(title, ret, ret_rank);
	}
	free(title);
	return found;
}

/* Note which columns the row has, as if it were the header; how many. */
static size_t
look_at_header(struct cao_statement *s)
{
	size_t i, rank, found = 0;
	enum column c;

	memset(s->is_text, 0, sizeof s->is_text);
	for (i = 0; i < COLUMNS; i++)
		s->at[i] = CAO_CSV_FIELDS_MAX;
	for (i = 0; i < s->row.count; i++) {
		if (!column_of(s, s->row.field[i], &c, &rank))
			continue;
		s->is_text[i] = c == TEXT;
		if (s->at[c] != CAO_CSV_FIELDS_MAX && s->rank[c] <= rank)
			continue;
		found += s->at[c] == CAO_CSV_FIELDS_MAX;
		s->at[c] = i;
		s->rank[c] = rank;
		s->title[c] = synonyms[c][rank];
	}
	s->width = s->row.count;
	return found;
}

static bool
has(const struct cao_statement *s, enum column c)
{
	return s->at[c] != CAO_CSV_FIELDS_MAX;
}

static bool
has_money(const struct cao_statement *s)
{
	return has(s, AMOUNT) || has(s, IN);
}

static bool
is_header(const struct cao_statement *s)
{
	return has(s, DATE) && has_money(s) && has(s, ACCOUNT) && has(s, NAME);
}

static void
name_synonyms(struct cao_buf *text, enum column c)
{
	size_t i;

	for (i = 0; i < SYNONYMS_NAMED && synonyms[c][i] != NULL; i++)
		cao_buf_printf(text, "%s%s", i > 0 ? ", " : "", synonyms[c][i]);
}

static void
name_missing(const struct cao_statement *s, struct cao_buf *text)
{
	static const struct {
		enum column column;
		const char *what;
	} needed[] = { { DATE, N_("the date") },
		{ ACCOUNT, N_("the payer's account") },
		{ NAME, N_("the payer's name") } };
	size_t i;

	for (i = 0; i < sizeof needed / sizeof *needed; i++)
		if (!has(s, needed[i].column)) {
			cao_buf_printf(text, "%s%s (",
			    text->len > 0 ? "; " : "", _(needed[i].what));
			name_synonyms(text, needed[i].column);
			cao_buf_puts(text, ")");
		}
	if (!has_money(s)) {
		cao_buf_printf(
		    text, "%s%s (", text->len > 0 ? "; " : "", _("the amount"));
		name_synonyms(text, AMOUNT);
		cao_buf_printf(
		    text, "; %s, %s)", synonyms[IN][0], synonyms[OUT][0]);
	}
}

/* line: the row that comes nearest to a header, or 0. */
static enum cao_status
no_header(struct cao_statement *s, unsigned line, struct cao_error *err)
{
	struct cao_buf text = { 0 };

	if (line == 0)
		look_at_header(s);
	name_missing(s, &text);
	if (!cao_buf_ok(&text))
		cao_fail_memory(err);
	else if (line != 0)
		cao_fail(err, CAO_INPUT, "the header row has no column for %s",
		    cao_buf_text(&text));
	else
		cao_fail(err, CAO_INPUT,
		    "no row is a header: looked for columns for %s",
		    cao_buf_text(&text));
	cao_buf_free(&text);
	return cao_error_place(err, s->name, line, 0, NULL);
}

static enum cao_status
find_header(struct cao_statement *s, struct cao_error *err)
{
	struct cao_statement best = *s;
	size_t rows, found, most = HEADER_LIKELY - 1;
	enum cao_status status, broken = CAO_OK;
	bool more = true;
	unsigned line = 0;

	for (rows = 0; rows <= TITLES_MAX; rows++) {
		status = cao_csv_next(s->csv, &s->row, &more, err);
		if (status != CAO_OK && status != CAO_INPUT)
			return status;
		if (status == CAO_INPUT) {
			broken = status; /* a title may be any text */
			continue;
		}
		if (!more)
			break;
		found = look_at_header(s);
		if (s->no_memory)
			return cao_fail_memory(err);
		if (is_header(s))
			return CAO_OK;
		if (found > most) {
			most = found;
			best = *s;
			line = s->row.line;
		}
	}
	if (line == 0 && broken != CAO_OK)
		return broken;
	s->row.count = 0;
	return no_header(line != 0 ? &best : s, line, err);
}

enum cao_status
cao_statement_open(const char *name, const void *text, size_t len,
    struct cao_statement **ret, struct cao_error *err)
{
	struct cao_statement *s;
	enum cao_status status = CAO_SYSTEM;

	if ((s = calloc(1, sizeof *s)) == NULL ||
	    (s->name = strdup(name)) == NULL) {
		cao_fail_memory(err);
		goto out;
	}
	if ((status = cao_csv_open(name, text, len, &s->csv, err)) != CAO_OK ||
	    (status = find_header(s, err)) != CAO_OK)
		goto out;
	*ret = s, s = NULL;
out:
	cao_statement_close(s);
	return status;
}

void
cao_statement_close(struct cao_statement *s)
{
	if (s == NULL)
		return;
	cao_csv_close(s->csv);
	free(s->repeats);
	free(s->name);
	free(s);
}

/* The cell of a column in this row, "" if there is none. */
static const char *
cell(const struct cao_statement *s, enum column c)
{
	return s->at[c] < s->row.count ? s->row.field[s->at[c]] : "";
}

static enum cao_status
in_column(const struct cao_statement *s, enum column c, struct cao_error *err)
{
	return cao_error_place(
	    err, s->name, s->row.line, 0, has(s, c) ? s->title[c] : NULL);
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
is_no_line(struct cao_statement *s)
{
	const char *date = cell(s, DATE), *account = cell(s, ACCOUNT);
	size_t i, filled = 0, rank;
	bool total = false;
	enum column c;

	if (starts_with_digit(date + strspn(date, "'[=\"")))
		return false;
	if (column_of(s, date, &c, &rank) && c == DATE)
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
check_width(const struct cao_statement *s, struct cao_error *err)
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
read_two_columns(const struct cao_statement *s, int64_t *ret_fen,
    bool *ret_credit, struct cao_error *err)
{
	bool given_in = false, given_out = false;
	int64_t in = 0, out = 0;

	if (cao_cell_money(cell(s, IN), &given_in, &in, err) != CAO_OK)
		return in_column(s, IN, err);
	if (has(s, OUT) &&
	    cao_cell_money(cell(s, OUT), &given_out, &out, err) != CAO_OK)
		return in_column(s, OUT, err);
	if (in != 0 && out != 0) {
		cao_fail(err, CAO_INPUT,
		    "an amount in both columns, %s and %s: money came in or "
		    "went out, not both",
		    s->title[IN], s->title[OUT]);
		return in_column(s, IN, err);
	}
	if (!given_in && !given_out) {
		if (has(s, OUT))
			cao_fail(err, CAO_INPUT,
			    "no amount, neither in %s nor in %s", s->title[IN],
			    s->title[OUT]);
		else
			cao_fail(err, CAO_INPUT, "no amount");
		return in_column(s, IN, err);
	}
	*ret_fen = in != 0 ? in : out;
	*ret_credit = in > 0;
	return CAO_OK;
}

/* One column, whose sign or another column tells the direction. */
static enum cao_status
read_one_column(const struct cao_statement *s, int64_t *ret_fen,
    bool *ret_credit, struct cao_error *err)
{
	bool given = false, credit = true;
	int64_t fen = 0;

	if (cao_cell_money(cell(s, AMOUNT), &given, &fen, err) != CAO_OK)
		return in_column(s, AMOUNT, err);
	if (!given) {
		cao_fail(err, CAO_INPUT, "no amount");
		return in_column(s, AMOUNT, err);
	}
	if (has(s, DIRECTION) &&
	    cao_cell_direction(cell(s, DIRECTION), &credit, err) != CAO_OK)
		return in_column(s, DIRECTION, err);
	*ret_fen = fen;
	*ret_credit = credit && fen > 0;
	return CAO_OK;
}

static enum cao_status
read_money(const struct cao_statement *s, struct cao_bank_line *line,
    struct cao_error *err)
{
	enum cao_status status;
	bool two = has(s, IN) && (has(s, OUT) || !has(s, AMOUNT));

	status = two ? read_two_columns(s, &line->fen, &line->credit, err)
		     : read_one_column(s, &line->fen, &line->credit, err);
	if (status != CAO_OK)
		return status;
	if (line->fen < 0)
		line->fen = -line->fen;
	if (line->fen != 0)
		return CAO_OK;
	cao_fail(err, CAO_INPUT, "an amount of 0.00");
	return in_column(s, two ? IN : AMOUNT, err);
}

static enum cao_status
check_currency(const struct cao_statement *s, struct cao_error *err)
{
	static const char *const yuan[] = { "", "CNY", "RMB", "人民币",
		"人民币元", "156" };
	enum cao_status status;
	char *text;
	size_t i;

	if (cao_cell_text(cell(s, CURRENCY), &text, err) != CAO_OK)
		return in_column(s, CURRENCY, err);
	for (i = 0; i < sizeof yuan / sizeof *yuan; i++)
		if (strcmp(yuan[i], text) == 0)
			break;
	status = i < sizeof yuan / sizeof *yuan ? CAO_OK : CAO_INPUT;
	if (status != CAO_OK) {
		cao_fail(err, status,
		    "an amount in %.40s: only yuan (CNY) are "
		    "matched",
		    text);
		in_column(s, CURRENCY, err);
	}
	free(text);
	return status;
}

static enum cao_status
read_reference(const struct cao_statement *s, struct cao_bank_line *line,
    struct cao_error *err)
{
	char *text;

	if (cao_cell_text(cell(s, REFERENCE), &text, err) != CAO_OK)
		return in_column(s, REFERENCE, err);
	line->reference = text;
	if (cao_cell_scientific(text)) {
		cao_fail(err, CAO_INPUT,
		    "the reference \"%.40s\" is in scientific notation, its "
		    "digits are lost: export the statement again and do not "
		    "save it from a spreadsheet",
		    text);
		return in_column(s, REFERENCE, err);
	}
	if (strlen(text) >= CAO_BANK_REFERENCE_SIZE) {
		cao_fail(err, CAO_INPUT,
		    "a reference of %zu octets, at most %d", strlen(text),
		    CAO_BANK_REFERENCE_SIZE - 1);
		return in_column(s, REFERENCE, err);
	}
	return CAO_OK;
}

/* Everything that the columns of text say, each once, a blank between. */
static char *
join_text(const struct cao_statement *s)
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
read_line(const struct cao_statement *s, struct cao_bank_line *line,
    struct cao_error *err)
{
	enum cao_status status;

	line->line = s->row.line;
	if ((status = check_width(s, err)) != CAO_OK)
		return status;
	if ((status = cao_cell_date(cell(s, DATE), &line->day, err)) != CAO_OK)
		return in_column(s, DATE, err);
	if ((status = read_money(s, line, err)) != CAO_OK ||
	    (status = check_currency(s, err)) != CAO_OK)
		return status;
	status = cao_cell_account(cell(s, ACCOUNT), &line->account, err);
	if (status != CAO_OK)
		return in_column(s, ACCOUNT, err);
	if ((status = read_reference(s, line, err)) != CAO_OK)
		return status;
	if ((line->name = strdup(cell(s, NAME))) == NULL ||
	    (line->text = join_text(s)) == NULL)
		return cao_fail_memory(err);
	return CAO_OK;
}

/* The place of the digest: where it is, or the free one where it belongs. */
static struct repeat *
place_of(struct repeat *table, size_t cap,
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
	struct repeat *table;

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
	struct repeat *repeat;
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

enum cao_status
cao_statement_next(struct cao_statement *s, struct cao_bank_line *ret,
    bool *ret_more, struct cao_error *err)
{
	struct cao_bank_line line = { 0 };
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
	status = s->no_memory ? cao_fail_memory(err) : read_line(s, &line, err);
	if (status == CAO_OK && line.reference[0] == '\0')
		status = derive_reference(s, &line, err);
	if (status != CAO_OK) {
		cao_bank_line_free(&line);
		return status;
	}
	*ret = line;
	*ret_more = true;
	return CAO_OK;
}
