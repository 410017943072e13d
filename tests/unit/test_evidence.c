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
static const struct cao_wechat_verifier *verifier = &cao_wechat_verifier;
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
static char first[] = "B1", second[] = "B2", why[] = "asked";

/* A declared transfer, or none, and the settlement of a line. */
struct payment {
	struct cao_transfer transfer;
	struct cao_settlement settlement;
};

static struct payment
payment(int64_t id, char *reference, int64_t fen)
{
	return (struct payment){ { .id = id,
				     .account = account,
				     .name = name,
				     .fen = fen,
				     .day = 20777,
				     .settled = true },
		{ .id = id,
		    .transfer = id,
		    .fen = fen,
		    .bank_line = id,
		    .bank = { .reference = reference,
			.account = account,
			.name = name,
			.text = text,
			.fen = fen,
			.day = 20777,
			.credit = true } } };
}

/* The evidence is that of the statement, too. */
static void
settle(const struct cao_operator *op, const char *as, const char *number,
    struct payment *p)
{
	struct cao_settlement *m = &p->settlement;
	struct cao_buf line = { 0 };

	cao_evidence_settlement(
	    &line, number, m->transfer != 0 ? &p->transfer : NULL, m);
	m->evidence = m->bank_evidence = put(op, as, cao_buf_text(&line));
	cao_buf_free(&line);
}

/* What is said of an order with these payments and refunds, 240.00 due. */
static void
expect_back(const struct payment *p, size_t n, struct cao_refund *refunds,
    size_t nrefunds, int64_t paid, enum cao_status want, const char *words)
{
	struct cao_transfer t[100];
	struct cao_settlement m[100];
	struct cao_order o = { .number = NUMBER,
		.fee_due = 24000,
		.paid = paid,
		.transfers = t,
		.ntransfers = n,
		.payments = { m, n, refunds, nrefunds } };
	struct cao_evidence_cache *cache;
	struct cao_error err = { .status = CAO_OK };

	for (size_t i = 0; i < n; i++) {
		t[i] = p[i].transfer;
		m[i] = p[i].settlement;
	}
	for (size_t i = 0; i < nrefunds; i++)
		if (cao_refund_stands(&refunds[i]))
			o.refunded += refunds[i].fen;
	must(cao_evidence_cache_new(&cache, &err), &err);
	cao_evidence_cache_wechat(cache, verifier);
	for (int again = 0; again < 2; again++) {
		assert_int_equal(
		    cao_flow_check_payment(store, &o, cache, &err), want);
		assert_string_equal(err.text, words);
	}
	cao_evidence_cache_free(cache);
}

static void
expect(const struct payment *p, size_t n, int64_t paid, enum cao_status want,
    const char *words)
{
	expect_back(p, n, NULL, 0, paid, want, words);
}

static void
test_payment(void **state)
{
	struct payment p[2] = { payment(1, first, 12000),
		payment(2, second, 12000) };

	(void)state;
	settle(carol, "carol", NUMBER, &p[0]);
	settle(carol, "carol", NUMBER, &p[1]);
	expect(p, 2, 24000, CAO_OK, "");
	expect(p, 2, 48000, CAO_INTEGRITY,
	    "payments of 240.00 are settled with evidence, and the order "
	    "says 480.00");
	expect(p, 1, 24000, CAO_INTEGRITY,
	    "payments of 120.00 are settled with evidence, and 240.00 are "
	    "due");
	p[1] = p[0]; /* the same line counted twice */
	expect(p, 2, 24000, CAO_INTEGRITY,
	    "payment of 120.00: two settlements rest on the same line of the "
	    "bank's statement");
}

static void
test_forged(void **state)
{
	const char *other = "payment of 240.00: what operator 'carol' signed "
			    "is something else";
	struct payment p = payment(1, first, 24000);

	(void)state;
	settle(carol, "carol", NUMBER, &p);
	expect(&p, 1, 24000, CAO_OK, "");
	p.transfer.name = text;
	expect(&p, 1, 24000, CAO_INTEGRITY, other);
	p.transfer.name = name;
	p.settlement.bank.name = text;
	expect(&p, 1, 24000, CAO_INTEGRITY, other);
	p.settlement.bank.name = name;
	p.settlement.transfer = 2;
	expect(&p, 1, 24000, CAO_INTEGRITY,
	    "payment of 240.00: the transfer that was declared is missing");
	p.settlement.transfer = 0; /* as if a person had assigned it */
	expect(&p, 1, 24000, CAO_INTEGRITY, other);
	p.settlement.transfer = 1;
	settle(carol, "carol", "00202611220000002", &p);
	expect(&p, 1, 24000, CAO_INTEGRITY, other);
	settle(alice, "alice", NUMBER, &p);
	expect(&p, 1, 24000, CAO_DENIED,
	    "payment of 240.00: operator 'alice' has not the role 'cashier'");
	settle(alice, "carol", NUMBER, &p);
	expect(&p, 1, 24000, CAO_INTEGRITY,
	    "payment of 240.00: the signature is not operator 'carol''s");
	settle(carol, "nobody", NUMBER, &p);
	expect(&p, 1, 24000, CAO_INTEGRITY,
	    "payment of 240.00: 'nobody' is not in the operators' register");
	lead = alice;
	settle(carol, "carol", NUMBER, &p);
	lead = NULL;
	expect(&p, 1, 24000, CAO_INTEGRITY,
	    "payment of 240.00: the evidence does not begin with its "
	    "operator's name, certificate and instant");
	p.settlement.evidence = 4711;
	expect(&p, 1, 24000, CAO_INTEGRITY,
	    "payment of 240.00: the evidence is missing");
	p.settlement.fen = -1;
	expect(&p, 1, 24000, CAO_INTEGRITY,
	    "a settlement's amount is out of bounds");
}

/* A line kept by one import and assigned later: both are signed. */
static void
test_assigned(void **state)
{
	struct payment p = payment(1, first, 24000);
	struct cao_buf line = { 0 };

	(void)state;
	p.settlement.transfer = 0;
	p.settlement.reason = why;
	settle(carol, "carol", NUMBER, &p);
	p.settlement.bank_evidence = put(carol, "carol", "nothing\n");
	expect(&p, 1, 24000, CAO_INTEGRITY,
	    "payment of 240.00: line B1 of the bank's statement: what operator "
	    "'carol' signed is something else");
	cao_evidence_line(&line, &p.settlement.bank);
	p.settlement.bank_evidence = put(carol, "carol", cao_buf_text(&line));
	cao_buf_free(&line);
	expect(&p, 1, 24000, CAO_OK, "");
	p.settlement.reason = NULL;
	expect(&p, 1, 24000, CAO_INTEGRITY,
	    "payment of 240.00: what operator 'carol' signed is something "
	    "else");
}

/* What WeChat is said to have signed is what these say of it. */
static enum cao_status
says_yes(struct cao_store *s, const char *number,
    const struct cao_wechat_payment *p, struct cao_error *err)
{
	(void)s, (void)number, (void)p, (void)err;
	return CAO_OK;
}

static enum cao_status
says_closed(struct cao_store *s, const struct cao_wechat_result *r,
    struct cao_error *err)
{
	(void)s, (void)err;
	assert_string_equal(r->number, "R1");
	assert_string_equal(r->status, "closed");
	return CAO_OK;
}

static const struct cao_wechat_verifier yes = { says_yes, says_closed };

/* What is paid back does not count, what was to be and is closed does. */
static void
test_refunded(void **state)
{
	struct payment p = payment(1, first, 30000);
	char none[] = "", closed[] = "closed", number[] = "R1";
	struct cao_refund r = { .fen = 6000,
		.number = number,
		.status = none,
		.proof = { .serial = none } };

	(void)state;
	settle(carol, "carol", NUMBER, &p);
	expect_back(&p, 1, &r, 1, 30000, CAO_OK, "");
	r.fen = 6001;
	expect_back(&p, 1, &r, 1, 30000, CAO_INTEGRITY,
	    "payments of 239.99 are settled with evidence, and 240.00 are "
	    "due");
	r.status = closed;
	expect_back(&p, 1, &r, 1, 30000, CAO_INTEGRITY,
	    "refund R1: it is done, and cannot be closed");
	r.wechat = 1;
	expect_back(&p, 1, &r, 1, 30000, CAO_INTEGRITY,
	    "refund R1: the CA certified no key '' of WeChat Pay");
	verifier = &yes;
	expect_back(&p, 1, &r, 1, 30000, CAO_OK, "");
	verifier = &cao_wechat_verifier;
}

static void
test_wechat(void **state)
{
	struct cao_settlement m = { .id = 1,
		.fen = 24000,
		.wechat = { .id = 1, .order = 7, .fen = 24000 } };
	struct cao_order o = { .id = 7,
		.number = NUMBER,
		.fee_due = 24000,
		.paid = 24000,
		.payments = { .settlements = &m, .nsettlements = 1 } };
	struct cao_evidence_cache *cache;
	struct cao_error err = { .status = CAO_OK };

	(void)state;
	must(cao_evidence_cache_new(&cache, &err), &err);
	cao_evidence_cache_wechat(cache, &yes);
	must(cao_flow_check_payment(store, &o, cache, &err), &err);
	m.wechat.order = 8;
	assert_int_equal(
	    cao_flow_check_payment(store, &o, cache, &err), CAO_INTEGRITY);
	assert_string_equal(err.text,
	    "payment of 240.00: the payment by WeChat is another order's, or "
	    "another amount");
	cao_evidence_cache_free(cache);
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
	struct payment p[MANY];
	char references[MANY][8];

	(void)state;
	for (size_t i = 0; i < MANY; i++) {
		(void)snprintf(references[i], sizeof *references, "R%zu", i);
		p[i] = payment((int64_t)i + 1, references[i], 400);
		settle(carol, "carol", NUMBER, &p[i]);
	}
	expect(p, MANY, 400 * MANY, CAO_OK, "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_payment),
		cmocka_unit_test(test_forged),
		cmocka_unit_test(test_assigned),
		cmocka_unit_test(test_refunded),
		cmocka_unit_test(test_wechat),
		cmocka_unit_test(test_nothing_due),
		cmocka_unit_test(test_decision),
		cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests(tests, make_store, drop_store);
}
