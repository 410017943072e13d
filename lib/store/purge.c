/* Removing the personal data of an order from its facts. */
#include <string.h>

#include "store/purge.h"
#include "store/store.h"

/* What blanks the rows of an order; evidence after the purge is put. */
static const enum cao_sql blanks[] = { SQL_BLANK_OPENING, SQL_BLANK_APPLICATION,
	SQL_BLANK_TRANSFER, SQL_BLANK_BANK_LINE, SQL_BLANK_WECHAT_PAYMENT,
	SQL_BLANK_SETTLEMENT, SQL_BLANK_REFUND, SQL_BLANK_REFUND_RESULT,
	SQL_BLANK_DECISION, SQL_BLANK_PAIR, SQL_BLANK_FULFILMENT,
	SQL_BLANK_RECEIPT, SQL_BLANK_PIN, SQL_BLANK_DELIVERY, SQL_BLANK_OUTBOX,
	SQL_BLANK_NOTE };

static enum cao_status
blank(struct cao_store *s, enum cao_sql which, int64_t order,
    struct cao_error *err)
{
	struct cao_query *q = cao_db_use(s->db, which);

	cao_db_int(q, ":order", order);
	return cao_db_run(q, err);
}

/* One fact as it stands, into what is digested. */
static enum cao_status
add_fact(struct cao_store *s, const char *name, int64_t fact,
    struct cao_buf *out, struct cao_error *err)
{
	unsigned char digest[CAO_DIGEST_SIZE];
	struct cao_buf row = { 0 };
	enum cao_status st;
	enum cao_kind kind;
	bool there = false;

	if (!cao_journal_kind(name, &kind))
		return cao_fail(err, CAO_INTEGRITY,
		    "the journal names a kind of fact that there is not: '%s'",
		    name);
	st = cao_journal_row(s, kind, fact, &row, &there, err);
	if (st == CAO_OK && !there)
		st = cao_fail(err, CAO_INTEGRITY,
		    "%s %lld is in the journal and no longer in the store",
		    name, (long long)fact);
	if (st == CAO_OK) {
		cao_sha256(row.data, row.len, digest);
		cao_buf_printf(out, "%s %lld ", name, (long long)fact);
		cao_buf_add(out, digest, sizeof digest);
	}
	cao_buf_free(&row);
	return st;
}

/* The digest of an order's facts before that entry of the journal, as they
 * stand. */
static enum cao_status
digest_rest(struct cao_store *s, int64_t order, int64_t before,
    unsigned char ret[CAO_DIGEST_SIZE], struct cao_error *err)
{
	struct cao_query *q = cao_db_use(s->db, SQL_PURGE_FACTS);
	struct cao_buf all = { 0 };
	enum cao_status st;
	bool row;

	cao_db_int(q, ":order", order);
	cao_db_int(q, ":before", before);
	while ((st = cao_db_step(q, &row, err)) == CAO_OK && row) {
		st = add_fact(
		    s, cao_col_text(q, 0), cao_col_int(q, 1), &all, err);
		if (st != CAO_OK)
			break;
	}
	cao_db_done(q);
	if (st == CAO_OK)
		return cao_sha256_buf(&all, ret, err);
	cao_buf_free(&all);
	return st;
}

enum cao_status
cao_purge_order(struct cao_store *s, const struct cao_env *env, int64_t order,
    struct cao_error *err)
{
	unsigned char rest[CAO_DIGEST_SIZE];
	struct cao_query *q;
	enum cao_status st = CAO_OK;

	for (size_t i = 0; i < sizeof blanks / sizeof *blanks && st == CAO_OK;
	     i++)
		st = blank(s, blanks[i], order, err);
	if (st == CAO_OK)
		st = digest_rest(s, order, INT64_MAX, rest, err);
	if (st != CAO_OK)
		return st;
	q = cao_db_use(s->db, SQL_PUT_PURGE);
	cao_db_int(q, ":order", order);
	cao_db_blob(q, ":rest", rest, sizeof rest);
	cao_db_int(q, ":at", env->now);
	st = cao_store_put(s, env, q, CAO_K_PURGE, order, NULL, err);
	return st == CAO_OK ? blank(s, SQL_BLANK_EVIDENCE, order, err) : st;
}

enum cao_status
cao_purge_is_blank(struct cao_store *s, const char *kind, int64_t fact,
    bool *ret, struct cao_error *err)
{
	struct cao_query *q = cao_db_use(s->db, SQL_PURGE_IS_BLANK);
	enum cao_status st;
	int64_t is;

	cao_db_text(q, ":kind", kind);
	cao_db_int(q, ":fact", fact);
	if ((st = cao_db_number(q, &is, err)) == CAO_OK)
		*ret = is != 0;
	return st;
}

enum cao_status
cao_purge_check(struct cao_store *s, int64_t order, struct cao_error *err)
{
	unsigned char have[CAO_DIGEST_SIZE], want[CAO_DIGEST_SIZE];
	struct cao_query *q = cao_db_use(s->db, SQL_PURGE_OF);
	enum cao_status st;
	int64_t before;
	bool row;

	cao_db_int(q, ":order", order);
	if ((st = cao_db_step(q, &row, err)) != CAO_OK)
		return st;
	if (!row)
		return cao_fail(
		    err, CAO_INTEGRITY, "its purge was never journalled");
	cao_store_digest(q, 0, want);
	before = cao_col_int(q, 1);
	cao_db_done(q);
	st = digest_rest(s, order, before, have, err);
	if (st == CAO_OK && memcmp(have, want, sizeof have) != 0)
		st = cao_fail(err, CAO_INTEGRITY,
		    "what its purge left of it was altered since");
	return st;
}
