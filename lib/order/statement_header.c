/* The header row of a bank's statement, by what banks call their columns. */
#include <stdlib.h>
#include <string.h>

#include "order/statement_csv.h"

#define TITLES_MAX 100   /* rows above the header */
#define SYNONYMS_NAMED 4 /* of each missing column, in a message */
#define HEADER_LIKELY 2  /* columns that make a row worth naming */

/* What banks call each column, the better of two such columns first.  Compared
 * folded, with 账 for 帐, and also without a unit behind: "(元)", "/元". */
static const char *const synonyms[BANK_COLUMNS][24] = {
	[BANK_DATE] = { "交易日期", "记账日期", "会计日期", "入账日期",
	    "交易日", "记账日", "日期", "交易时间", "记账时间", "入账时间" },
	[BANK_OUT] = { "借方发生额", "借方金额", "借方交易金额", "支出金额",
	    "转出金额", "付出金额", "支取金额", "借方", "支出", "付出",
	    "支取" },
	[BANK_IN] = { "贷方发生额", "贷方金额", "贷方交易金额", "收入金额",
	    "转入金额", "存入金额", "贷方", "收入", "存入" },
	[BANK_DIRECTION] = { "借贷标志", "借贷标记", "借贷标识", "借贷方向",
	    "借贷类型", "收支标志", "收支方向", "收支类型", "收付标志",
	    "交易方向", "资金流向", "借贷", "借/贷", "收支", "收/支" },
	[BANK_AMOUNT] = { "交易金额", "发生额", "交易发生额", "金额" },
	[BANK_ACCOUNT] = { "对方账号", "对方账户", "对方卡号", "对方账户账号",
	    "对方账号/卡号", "对手账号", "交易对手账号", "交易对方账号",
	    "付款账号", "付款人账号", "付款方账号" },
	[BANK_NAME] = { "对方户名", "对方名称", "交易对手", "对方账户名",
	    "对方账户名称", "对方账号名称", "对方单位", "对方单位名称",
	    "对手名称", "对手户名", "交易对手名称", "交易对方", "交易对方名称",
	    "付款人名称", "付款方名称", "付款人户名", "付款账户名", "付款人" },
	[BANK_REFERENCE] = { "交易流水号", "银行流水号", "核心流水号",
	    "系统流水号", "流水号", "交易流水", "交易参考号" },
	[BANK_TEXT] = { "附言", "用途", "摘要", "备注", "交易摘要", "交易附言",
	    "交易备注", "交易用途", "客户附言", "转账附言" },
	[BANK_CURRENCY] = { "币种", "币别", "交易币种", "货币" },
};

/* Replace every 帐, as half of the banks write it. */
static void
one_spelling(char *text)
{
	char *p = text;

	while ((p = strstr(p, "帐")) != NULL)
		memcpy(p, "账", strlen("账"));
}

static bool
find_synonym(const char *title, enum cao_bank_column *ret, size_t *ret_rank)
{
	size_t c, i;

	for (c = 0; c < BANK_COLUMNS; c++)
		for (i = 0; synonyms[c][i] != NULL; i++)
			if (strcmp(synonyms[c][i], title) == 0) {
				*ret = (enum cao_bank_column)c;
				*ret_rank = i;
				return true;
			}
	return false;
}

bool
cao_statement_csv_column(struct cao_statement_csv *s, const char *cell,
    enum cao_bank_column *ret, size_t *ret_rank)
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
look_at_header(struct cao_statement_csv *s)
{
	size_t i, rank, found = 0;
	enum cao_bank_column c;

	memset(s->is_text, 0, sizeof s->is_text);
	for (i = 0; i < BANK_COLUMNS; i++)
		s->at[i] = CAO_CSV_FIELDS_MAX;
	for (i = 0; i < s->row.count; i++) {
		if (!cao_statement_csv_column(s, s->row.field[i], &c, &rank))
			continue;
		s->is_text[i] = c == BANK_TEXT;
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
has_money(const struct cao_statement_csv *s)
{
	return cao_statement_csv_has(s, BANK_AMOUNT) ||
	    cao_statement_csv_has(s, BANK_IN);
}

static bool
is_header(const struct cao_statement_csv *s)
{
	return cao_statement_csv_has(s, BANK_DATE) && has_money(s) &&
	    cao_statement_csv_has(s, BANK_ACCOUNT) &&
	    cao_statement_csv_has(s, BANK_NAME);
}

static void
name_synonyms(struct cao_buf *text, enum cao_bank_column c)
{
	size_t i;

	for (i = 0; i < SYNONYMS_NAMED && synonyms[c][i] != NULL; i++)
		cao_buf_printf(text, "%s%s", i > 0 ? ", " : "", synonyms[c][i]);
}

static void
name_missing(const struct cao_statement_csv *s, struct cao_buf *text)
{
	static const struct {
		enum cao_bank_column column;
		const char *what;
	} needed[] = { { BANK_DATE, N_("the date") },
		{ BANK_ACCOUNT, N_("the payer's account") },
		{ BANK_NAME, N_("the payer's name") } };
	size_t i;

	for (i = 0; i < sizeof needed / sizeof *needed; i++)
		if (!cao_statement_csv_has(s, needed[i].column)) {
			cao_buf_printf(text, "%s%s (",
			    text->len > 0 ? "; " : "", _(needed[i].what));
			name_synonyms(text, needed[i].column);
			cao_buf_puts(text, ")");
		}
	if (!has_money(s)) {
		cao_buf_printf(
		    text, "%s%s (", text->len > 0 ? "; " : "", _("the amount"));
		name_synonyms(text, BANK_AMOUNT);
		cao_buf_printf(text, "; %s, %s)", synonyms[BANK_IN][0],
		    synonyms[BANK_OUT][0]);
	}
}

/* line: the row that comes nearest to a header, or 0. */
static enum cao_status
no_header(struct cao_statement_csv *s, unsigned line, struct cao_error *err)
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

enum cao_status
cao_statement_csv_header(struct cao_statement_csv *s, struct cao_error *err)
{
	struct cao_statement_csv best = *s;
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
