/* What a cashier says of money: statements, lines that wait, refunds. */
#include <stdlib.h>
#include <string.h>

#include "stream.h"

struct cashier cashier;

/* The store, and the cashier in it; close() both either way. */
static enum cao_status
open_store(struct stream *s, struct cao_operator **op, struct cao_error *err)
{
	enum cao_status st;

	if ((st = cli_store_open(&s->store, err)) != CAO_OK)
		return st;
	return cli_operator_open(
	    s->store, cashier.as, cashier.keystore, cashier.pin, op, err);
}

/* Print what is paid, or of a dry run the table. */
static enum cao_status
print_paid(struct stream *s, struct statement *lines, struct cao_result *paid,
    size_t count, struct cao_error *err)
{
	enum cao_status st = CAO_OK;

	if (lines->table == NULL)
		st = stream_results(s, paid, count, NULL);
	if (lines->bad > 0)
		st = cao_status_worse(st, CAO_INPUT);
	return stream_summary(s, st, err);
}

enum cao_status
cashier_reconcile(int argc, char *argv[], struct cao_error *err)
{
	const struct cao_env env = cli_env();
	struct stream s = { .store = NULL };
	struct statement lines = { .file = "" };
	struct cao_operator *op = NULL;
	struct cao_result *paid = NULL;
	char *text = NULL;
	size_t len = 0, count = 0;
	enum cao_status st = CAO_OK;

	(void)argc, (void)argv;
	if (cashier.statement != NULL) {
		lines.file = cli_file_name(cashier.statement);
		st = cli_file_read(
		    cashier.statement, CAO_STATEMENT_MAX, &text, &len, err);
	}
	if (st == CAO_OK)
		st = open_store(&s, &op, err);
	if (st == CAO_OK && cli.dry_run)
		st = statement_table(&lines, err);
	if (st == CAO_OK)
		st = cao_pay_reconcile(s.store, &env, lines.file, text, len, op,
		    statement_row, &lines, &paid, &count, err);
	if (st == CAO_OK)
		st = print_paid(&s, &lines, paid, count, err);
	st = cli_table_close(lines.table, st, err);
	cao_free(paid);
	cao_operator_close(op);
	cao_store_close(s.store);
	free(text);
	return st;
}

enum cao_status
cashier_unmatched(int argc, char *argv[], struct cao_error *err)
{
	struct statement lines = { .file = "" };
	struct cao_store *store = NULL;
	enum cao_status st;

	(void)argc, (void)argv;
	if ((st = cli_store_open(&store, err)) == CAO_OK &&
	    (st = statement_table(&lines, err)) == CAO_OK)
		st = cao_pay_unmatched(store, statement_row, &lines, err);
	st = cli_table_close(lines.table, st, err);
	cao_store_close(store);
	return st;
}

/* Assign the line of that reference, in these pieces. */
static enum cao_status
assign(const char *reference, const struct cao_piece *pieces, size_t count,
    struct cao_error *err)
{
	const struct cao_env env = cli_env();
	struct stream s = { .store = NULL };
	struct cao_operator *op = NULL;
	struct cao_result *results = calloc(count + 1, sizeof *results);
	enum cao_status st;

	if (results == NULL)
		return cli_memory(err);
	if ((st = open_store(&s, &op, err)) == CAO_OK)
		st = cao_pay_assign(s.store, &env, op, reference,
		    cashier.reason, pieces, count, results, err);
	if (st == CAO_OK) {
		st = stream_results(&s, results, count, NULL);
		st = stream_summary(&s, st, err);
	} else {
		for (size_t i = 0; i < count; i++)
			cao_faults_free(&results[i].faults);
	}
	free(results);
	cao_operator_close(op);
	cao_store_close(s.store);
	return st;
}

enum cao_status
cashier_assign(int argc, char *argv[], struct cao_error *err)
{
	struct cao_piece whole = { .fen = 0 };

	(void)argc;
	if (!cao_number_valid(argv[0]))
		return cli_error(
		    err, CAO_INPUT, _("%s is no order number"), argv[0]);
	(void)snprintf(whole.number, sizeof whole.number, "%s", argv[0]);
	return assign(cashier.assign, &whole, 1, err);
}

enum cao_status
cashier_split(int argc, char *argv[], struct cao_error *err)
{
	struct cao_piece *pieces = calloc((size_t)argc + 1, sizeof *pieces);
	enum cao_status st = CAO_OK;

	if (pieces == NULL)
		return cli_memory(err);
	for (int i = 0; i < argc && st == CAO_OK; i++)
		st = cao_piece_read(argv[i], &pieces[i], err);
	if (st == CAO_OK)
		st = assign(cashier.split, pieces, (size_t)argc, err);
	free(pieces);
	return st;
}

static enum cao_status
refund(struct stream *s, const struct cao_operator *op, int64_t fen,
    struct cao_result *r, struct cao_error *err)
{
	const struct cao_env env = cli_env();
	enum cao_status st;

	if (cashier.line == NULL) {
		st = cao_pay_refund(
		    s->store, &env, op, fen, cashier.reason, r, err);
		if (st != CAO_OK)
			return st;
		st = stream_results(s, r, 1, NULL);
		return stream_summary(s, st, err);
	}
	st = cao_pay_refund_line(
	    s->store, &env, op, cashier.line, cashier.reason, r, err);
	if (st == CAO_OK)
		cli_faults(NULL, &r->faults);
	return st;
}

enum cao_status
cashier_refund(int argc, char *argv[], struct cao_error *err)
{
	struct stream s = { .store = NULL };
	struct cao_result r = { .changed = false };
	struct cao_operator *op = NULL;
	enum cao_status st;
	int64_t fen = 0;

	if ((cashier.line == NULL) == (argc == 0) ||
	    (cashier.line == NULL) == (cashier.amount == NULL))
		return cli_usage(
		    err, _("--refund takes an order and --amount, or --line"));
	if (argc > 0 && !cao_number_valid(argv[0]))
		return cli_error(
		    err, CAO_INPUT, _("%s is no order number"), argv[0]);
	if (argc > 0) {
		(void)snprintf(r.number, sizeof r.number, "%s", argv[0]);
		st = cao_money_parse(cashier.amount, &fen, err);
		if (st != CAO_OK)
			return st;
	}
	if ((st = open_store(&s, &op, err)) == CAO_OK)
		st = refund(&s, op, fen, &r, err);
	cao_faults_free(&r.faults);
	cao_operator_close(op);
	cao_store_close(s.store);
	return st;
}
