/* The ledger, printed. */
#include "stream.h"

static void
ledger_row(void *arg, const struct cao_posting *p)
{
	struct query *q = arg;
	char when[CAO_RFC3339_SIZE], fen[CAO_MONEY_SIZE], fact[64];
	const char *values[] = { p->number, when, p->account, fen, fact };

	cli_table_time(q->table, p->at, when);
	cao_money_format(p->fen, fen);
	(void)snprintf(
	    fact, sizeof fact, "%s %lld", p->kind, (long long)p->fact);
	cli_table_row(q->table, values);
}

enum cao_status
query_ledger(void *arg, const struct cao_result *r, struct cao_error *err)
{
	struct query *q = arg;

	return cao_query_ledger(
	    q->store, r != NULL ? r->number : NULL, ledger_row, q, err);
}

/* The trial balance, as far as it is told. */
struct balance {
	char text[512];
	size_t len;
	int64_t sum;
};

static void
add(void *arg, const char *account, int64_t fen)
{
	struct balance *b = arg;
	char money[CAO_MONEY_SIZE];
	int n;

	b->sum += fen;
	cao_money_format(fen, money);
	n = snprintf(b->text + b->len, sizeof b->text - b->len, "%s %s, ",
	    account, money);
	if (n > 0 && (size_t)n < sizeof b->text - b->len)
		b->len += (size_t)n;
	else
		b->text[b->len] = '\0';
}

enum cao_status
ledger_say(struct cao_store *store, struct cao_error *err)
{
	struct balance b = { .len = 0 };
	char sum[CAO_MONEY_SIZE];
	enum cao_status st;

	if ((st = cao_ledger_balance(store, add, &b, err)) != CAO_OK)
		return st;
	cao_money_format(b.sum, sum);
	cli_verbose(_("ledger: %sin all %s"), b.text, sum);
	return CAO_OK;
}
