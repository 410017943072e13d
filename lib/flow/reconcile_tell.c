/* What is told of a line that settles nothing by itself. */
#include <stdlib.h>
#include <string.h>

#include "base/money.h"
#include "flow/reconcile.h"
#include "order/number.h"

#define NAMED_MAX 16 /* orders in the text of a line */

enum cao_status
cao_reconcile_tell(
    struct cao_line *l, const struct cao_error *why, struct cao_error *err)
{
	free(l->why);
	l->why = strdup(why->text);
	return l->why != NULL ? CAO_OK : cao_fail_memory(err);
}

bool
cao_reconcile_takes(const char *state)
{
	int i = 0;

	while (cao_state_names[i] != NULL &&
	    strcmp(cao_state_names[i], state) != 0)
		i++;
	return cao_state_names[i] != NULL &&
	    (cao_step_rules[CAO_STEP_SETTLE].states & CAO_IN(i)) != 0;
}

enum cao_status
cao_reconcile_explain(struct cao_line *l, struct cao_error *err)
{
	char want[CAO_MONEY_SIZE], off[CAO_MONEY_SIZE];
	int64_t by = l->bank.fen - l->transfer.fen;
	struct cao_error why;

	if (l->why != NULL)
		return CAO_OK;
	cao_money_format(l->transfer.fen, want);
	cao_money_format(by < 0 ? -by : by, off);
	switch (l->match) {
	case CAO_MATCH_SHORT:
		(void)cao_fail(
		    &why, CAO_OK, "%s was declared: %s short", want, off);
		break;
	case CAO_MATCH_OVER:
		(void)cao_fail(
		    &why, CAO_OK, "%s was declared: %s over", want, off);
		break;
	case CAO_MATCH_DUPLICATE:
		(void)cao_fail(&why, CAO_OK,
		    "the transfer that it fits is settled already by another "
		    "line");
		break;
	case CAO_MATCH_AMBIGUOUS:
		(void)cao_fail(&why, CAO_OK,
		    "it fits transfers of several orders, and its text names "
		    "none of them");
		break;
	case CAO_MATCH_SEVERAL:
		(void)cao_fail(&why, CAO_OK,
		    "it is what several orders owe together: %.500s",
		    l->pieces);
		break;
	case CAO_MATCH_UNKNOWN:
		(void)cao_fail(&why, CAO_OK,
		    "no transfer of that account, name and time is declared");
		break;
	default:
		return CAO_OK;
	}
	return cao_reconcile_tell(l, &why, err);
}

/* An order that the text names, if it takes money and some is left. */
struct named {
	char number[NAMED_MAX][CAO_NUMBER_SIZE];
	int64_t left[NAMED_MAX], sum;
	size_t count;
};

static enum cao_status
add_named(struct cao_store *s, const char *number, struct named *n,
    struct cao_error *err)
{
	struct cao_order o = { 0 };
	enum cao_status st;
	int64_t left;

	for (size_t i = 0; i < n->count; i++)
		if (strcmp(n->number[i], number) == 0)
			return CAO_OK;
	st = cao_store_load(s, number, 0, &o, err);
	if (st == CAO_NOTFOUND)
		return CAO_OK;
	if (st != CAO_OK)
		return st;
	left = o.fee_due - o.paid + o.refunded;
	if (left > 0 && cao_reconcile_takes(cao_state_names[o.state])) {
		memcpy(n->number[n->count], o.number, sizeof o.number);
		n->left[n->count++] = left;
		n->sum += left;
	}
	cao_order_free(&o);
	return CAO_OK;
}

static enum cao_status
tell_several(struct cao_line *l, const struct named *n, struct cao_error *err)
{
	struct cao_buf pieces = { 0 };
	char money[CAO_MONEY_SIZE];

	for (size_t i = 0; i < n->count; i++) {
		cao_money_format(n->left[i], money);
		cao_buf_printf(
		    &pieces, "%s%s=%s", i > 0 ? " " : "", n->number[i], money);
	}
	l->match = CAO_MATCH_SEVERAL;
	return cao_buf_give(&pieces, &l->pieces, err);
}

static enum cao_status
tell_payer(struct cao_line *l, const struct named *n, struct cao_error *err)
{
	char money[CAO_MONEY_SIZE];
	struct cao_error why;

	cao_money_format(n->left[0], money);
	(void)cao_fail(&why, CAO_OK,
	    "its text names the order, of which %s are left to be paid, and no "
	    "transfer of that account, name and time is declared for it",
	    money);
	l->match = CAO_MATCH_PAYER;
	memcpy(l->number, n->number[0], sizeof l->number);
	return cao_reconcile_tell(l, &why, err);
}

enum cao_status
cao_reconcile_named(
    const struct cao_import *im, struct cao_line *l, struct cao_error *err)
{
	char number[CAO_NUMBER_SIZE];
	const char *text = l->bank.text;
	struct named n = { .count = 0 };
	enum cao_status st = CAO_OK;

	while (n.count < NAMED_MAX && cao_number_find(text, number)) {
		st = add_named(im->store, number, &n, err);
		if (st != CAO_OK)
			return st;
		text = strstr(text, number) + strlen(number);
	}
	if (n.count == 1)
		return tell_payer(l, &n, err);
	if (n.count > 1 && n.sum == l->bank.fen)
		return tell_several(l, &n, err);
	return CAO_OK;
}

/* A word for a shell. */
static void
put_word(struct cao_buf *out, const char *word)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				    "-_.:/=+@";

	if (*word != '\0' && word[strspn(word, plain)] == '\0') {
		cao_buf_puts(out, word);
		return;
	}
	cao_buf_putc(out, '\'');
	for (; *word != '\0'; word++)
		if (*word == '\'')
			cao_buf_puts(out, "'\\''");
		else
			cao_buf_putc(out, *word);
	cao_buf_putc(out, '\'');
}

/* What a cashier may do about a line. */
static void
put_command(struct cao_buf *out, const struct cao_line *l)
{
	/* Of an order that takes no money any more. */
	bool past = l->match == CAO_MATCH_UNKNOWN && *l->number != '\0';
	const char *how, *what = "";

	switch (past ? CAO_MATCH_DUPLICATE : l->match) {
	case CAO_MATCH_PAID:
		if (l->bank.line == 0)
			cao_buf_puts(out, "ca-pay --waiting");
		return;
	case CAO_MATCH_DUPLICATE:
		how = "--refund --line";
		break;
	case CAO_MATCH_SEVERAL:
		how = "--split";
		what = l->pieces;
		break;
	case CAO_MATCH_SHORT:
	case CAO_MATCH_OVER:
	case CAO_MATCH_PAYER:
	case CAO_MATCH_AMBIGUOUS:
	case CAO_MATCH_UNKNOWN:
		how = "--assign";
		what = *l->number != '\0' ? l->number : "ORDER";
		break;
	default:
		return;
	}
	cao_buf_printf(out, "ca-pay %s ", how);
	put_word(out, l->bank.reference);
	if (*what != '\0')
		cao_buf_printf(out, " %s", what);
}

static const char *
or_empty(const char *text)
{
	return text != NULL ? text : "";
}

enum cao_status
cao_reconcile_lines(const struct cao_import *im, bool waiting,
    void (*row)(void *arg, const struct cao_statement_line *), void *arg,
    struct cao_error *err)
{
	struct cao_buf command = { 0 };
	enum cao_status st = CAO_OK;

	for (size_t i = 0; i < im->count && st == CAO_OK; i++) {
		const struct cao_line *l = &im->lines[i];
		struct cao_statement_line told = { .line = l->bank.line,
			.match = l->match,
			.fen = l->bank.fen,
			.day = l->bank.day,
			.reference = or_empty(l->bank.reference),
			.payer = or_empty(l->bank.name),
			.why = or_empty(l->why) };

		if (!waiting && told.line == 0 && l->match != CAO_MATCH_PAID)
			continue;
		cao_buf_clear(&command);
		put_command(&command, l);
		if (!cao_buf_ok(&command)) {
			st = cao_fail_memory(err);
			break;
		}
		told.command = cao_buf_text(&command);
		memcpy(told.number, l->number, sizeof told.number);
		row(arg, &told);
	}
	cao_buf_free(&command);
	return st;
}
