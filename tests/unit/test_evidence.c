/* Payments and decisions held to evidence: what a writer to the database
 * could make up, with a journal that fits, pays and decides nothing. */
#define _XOPEN_SOURCE 700 /* nftw */

#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "flow/container.h"
#include "flow/evidence.h"
#include "flow/operator.h"

#define NOW 1795312800
#define NUMBER "00202611220000001"

static char folder[] = "/tmp/caorder-test-XXXXXX";
static const struct cao_env env = { .now = NOW, .actor = "test" };
static struct cao_store *store;
static struct cao_container *keys;
static struct cao_operator *carol, *alice;
static const struct cao_operator *lead; /* in the head of what is put next */

/* The path of a name in the test's folder. */
static const char *
below(const char *name)
{
	static char path[256];

	(void)snprintf(path, sizeof path, "%s/%s", folder, name);
	return path;
}

static void
must(enum cao_status st, const struct cao_error *err)
{
	if (st != CAO_OK)
		fail_msg("%s", err->text);
}

static struct cao_operator *
make_operator(const char *name, const char *roles, const struct cao_secret *pin)
{
	struct cao_operator *op = NULL;
	struct cao_error err;
	bool changed;

	must(cao_operator_add(
		 store, &env, name, roles, "p256", keys, pin, &changed, &err),
	    &err);
	must(cao_operator_open(store, name, keys, &op, &err), &err);
	return op;
}

static int
make_store(void **state)
{
	struct cao_secret *pin = cao_secret_new("Secret-2026", 11);
	struct cao_error err;

	(void)state;
	if (mkdtemp(folder) == NULL)
		return -1;
	must(cao_store_init(below("store"), "CA", pin, &env, &err), &err);
	must(cao_store_open(below("store"), &store, &err), &err);
	must(cao_container_open(below("keys"), pin, &keys, &err), &err);
	carol = make_operator("carol", "cashier", pin);
	cao_operator_close(carol); /* the register was read anew behind it */
	alice = make_operator("alice", "accept", pin);
	must(cao_operator_open(store, "carol", keys, &carol, &err), &err);
	cao_secret_free(pin);
	return 0;
}

static int
drop(const char *path, const struct stat *status, int type, struct FTW *where)
{
	(void)status;
	(void)type;
	(void)where;
	return remove(path);
}

static int
drop_store(void **state)
{
	(void)state;
	cao_operator_close(carol);
	cao_operator_close(alice);
	cao_container_close(keys);
	cao_store_close(store);
	return nftw(folder, drop, 16, FTW_DEPTH | FTW_PHYS);
}

/* Evidence of a line signed by op in the name of another (or its own). */
static int64_t
put(const struct cao_operator *op, const char *name, const char *line)
{
	struct cao_buf text = { 0 }, signature = { 0 };
	const struct cao_registered *o;
	struct cao_error err;
	int64_t id = 0;

	o = (lead != NULL ? lead : op)->entry;
	cao_evidence_head(&text, o->name, o->cert_digest, env.now);
	cao_buf_puts(&text, line);
	must(
	    cao_key_sign(op->key, text.data, text.len, &signature, &err), &err);
	must(cao_db_begin(store->db, __func__, &err), &err);
	must(cao_store_put_evidence(store, &env, name, cao_buf_text(&text),
		 signature.data, signature.len, &id, &err),
	    &err);
	must(cao_db_commit(store->db, &err), &err);
	cao_buf_free(&text);
	cao_buf_free(&signature);
	return id;
}

/* Texts of a transfer are not const there. */
static char account[] = "7443900182600096874", name[] = "N", text[] = "T";
static char first[] = "B1", second[] = "B2";

static struct cao_transfer
transfer(char *reference, int64_t fen)
{
	return (struct cao_transfer){ .account = account,
		.name = name,
		.fen = fen,
		.day = 20777,
		.settled = true,
		.settled_fen = fen,
		.bank_reference = reference,
		.bank_account = account,
		.bank_name = name,
		.bank_text = text,
		.bank_fen = fen,
		.bank_day = 20777 };
}

static int64_t
put_settlement(const struct cao_operator *op, const char *as,
    const char *number, const struct cao_transfer *t)
{
	struct cao_buf line = { 0 };
	int64_t id;

	cao_evidence_settlement(&line, number, t);
	id = put(op, as, cao_buf_text(&line));
	cao_buf_free(&line);
	return id;
}

/* What is said of an order with these transfers, 240.00 due. */
static void
expect(struct cao_transfer *t, size_t n, int64_t paid, enum cao_status want,
    const char *words)
{
	struct cao_order o = { .number = NUMBER,
		.fee_due = 24000,
		.paid = paid,
		.transfers = t,
		.ntransfers = n };
	struct cao_evidence_cache *cache;
	struct cao_error err = { .status = CAO_OK };

	must(cao_evidence_cache_new(&cache, &err), &err);
	for (int again = 0; again < 2; again++) {
		assert_int_equal(
		    cao_flow_check_payment(store, &o, cache, &err), want);
		assert_string_equal(err.text, words);
	}
	cao_evidence_cache_free(cache);
}

static void
test_payment(void **state)
{
	struct cao_transfer t[2] = { transfer(first, 12000),
		transfer(second, 12000) };

	(void)state;
	t[0].evidence = put_settlement(carol, "carol", NUMBER, &t[0]);
	t[1].evidence = put_settlement(carol, "carol", NUMBER, &t[1]);
	expect(t, 2, 24000, CAO_OK, "");
	expect(t, 2, 48000, CAO_INTEGRITY,
	    "payments of 240.00 are settled with evidence, and the order "
	    "says 480.00");
	expect(t, 1, 24000, CAO_INTEGRITY,
	    "payments of 120.00 are settled with evidence, and 240.00 are "
	    "due");
	t[1].settled = false;
	expect(t, 2, 24000, CAO_INTEGRITY,
	    "payments of 120.00 are settled with evidence, and 240.00 are "
	    "due");
	t[1] = t[0]; /* the same line counted twice */
	expect(t, 2, 24000, CAO_INTEGRITY,
	    "two settlements rest on the same line of the bank's statement");
}

static void
test_forged(void **state)
{
	struct cao_transfer t = transfer(first, 24000);

	(void)state;
	t.evidence = put_settlement(carol, "carol", NUMBER, &t);
	expect(&t, 1, 24000, CAO_OK, "");
	t.name = text;
	expect(&t, 1, 24000, CAO_INTEGRITY,
	    "payment of 240.00: what operator 'carol' signed is something "
	    "else");
	t.name = name;
	t.evidence = put_settlement(carol, "carol", "00202611220000002", &t);
	expect(&t, 1, 24000, CAO_INTEGRITY,
	    "payment of 240.00: what operator 'carol' signed is something "
	    "else");
	t.evidence = put_settlement(alice, "alice", NUMBER, &t);
	expect(&t, 1, 24000, CAO_DENIED,
	    "payment of 240.00: operator 'alice' has not the role 'cashier'");
	t.evidence = put_settlement(alice, "carol", NUMBER, &t);
	expect(&t, 1, 24000, CAO_INTEGRITY,
	    "payment of 240.00: the signature is not operator 'carol''s");
	t.evidence = put_settlement(carol, "nobody", NUMBER, &t);
	expect(&t, 1, 24000, CAO_INTEGRITY,
	    "payment of 240.00: 'nobody' is not in the operators' register");
	lead = alice;
	t.evidence = put_settlement(carol, "carol", NUMBER, &t);
	lead = NULL;
	expect(&t, 1, 24000, CAO_INTEGRITY,
	    "payment of 240.00: the evidence does not begin with its "
	    "operator's name, certificate and instant");
	t.evidence = 4711;
	expect(&t, 1, 24000, CAO_INTEGRITY,
	    "payment of 240.00: the evidence is missing");
	t.settled_fen = -1;
	expect(&t, 1, 24000, CAO_INTEGRITY,
	    "a settlement's amount is out of bounds");
}

static void
test_nothing_due(void **state)
{
	struct cao_order o = { .number = NUMBER };
	struct cao_evidence_cache *cache;
	struct cao_error err;

	(void)state;
	must(cao_evidence_cache_new(&cache, &err), &err);
	must(cao_flow_check_payment(store, &o, cache, &err), &err);
	cao_evidence_cache_free(cache);
}

static void
expect_decision(struct cao_order *o, const struct cao_decided *d,
    const char *role, enum cao_status want, const char *words)
{
	struct cao_evidence_cache *cache;
	struct cao_error err = { .status = CAO_OK };

	must(cao_evidence_cache_new(&cache, &err), &err);
	assert_int_equal(
	    cao_flow_check_decision(store, o, d, role, cache, &err), want);
	assert_string_equal(err.text, words);
	cao_evidence_cache_free(cache);
}

static void
test_decision(void **state)
{
	struct cao_order o = { .number = NUMBER, .dossier = { 1 } };
	char who[] = "alice", other[] = "carol";
	struct cao_decided d = {
		.kind = CAO_ACCEPT, .dossier = { 1 }, .operator_name = who
	};
	struct cao_buf line = { 0 };

	(void)state;
	cao_evidence_rules(&line, o.dossier);
	cao_evidence_decision(&line, CAO_ACCEPT, NUMBER, o.dossier, NULL);
	d.evidence = put(alice, "alice", cao_buf_text(&line));
	expect_decision(&o, &d, "accept", CAO_OK, "");
	expect_decision(&o, &d, "approve", CAO_DENIED,
	    "decision \"accept\": operator 'alice' has not the role "
	    "'approve'");
	d.operator_name = other;
	expect_decision(&o, &d, "accept", CAO_INTEGRITY,
	    "decision \"accept\": the evidence is signed by 'alice' and not "
	    "by 'carol'");
	d.operator_name = who;
	d.kind = CAO_REFUSE;
	expect_decision(&o, &d, "accept", CAO_INTEGRITY,
	    "decision \"refuse\": what operator 'alice' signed is something "
	    "else");
	d.kind = CAO_ACCEPT;
	o.dossier[0] = 2;
	expect_decision(&o, &d, "accept", CAO_INTEGRITY,
	    "decision \"accept\": it is over another dossier than the "
	    "order's");
	d.dossier[0] = 2;
	expect_decision(&o, &d, "accept", CAO_INTEGRITY,
	    "decision \"accept\": what operator 'alice' signed is something "
	    "else");
	cao_buf_free(&line);
}

/* More pieces of evidence than are kept at once. */
static void
test_many(void **state)
{
	enum { MANY = 70 };
	struct cao_transfer t[MANY];
	char references[MANY][8];

	(void)state;
	for (size_t i = 0; i < MANY; i++) {
		(void)snprintf(references[i], sizeof *references, "R%zu", i);
		t[i] = transfer(references[i], 400);
		t[i].evidence = put_settlement(carol, "carol", NUMBER, &t[i]);
	}
	expect(t, MANY, 400 * MANY, CAO_OK, "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_payment),
		cmocka_unit_test(test_forged),
		cmocka_unit_test(test_nothing_due),
		cmocka_unit_test(test_decision),
		cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests(tests, make_store, drop_store);
}
