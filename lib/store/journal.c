/* The hash-chained journal of every fact. */
#include <stdio.h>
#include <string.h>

#include "pki/digest.h"
#include "store/purge.h"
#include "store/store.h"

const char *const cao_kind_names[] = { "opening", "application", "document",
	"transfer", "evidence", "decision", "bank_line", "wechat_payment",
	"settlement", "refund", "refund_result", "invoice", "invoice_issued",
	"serial", "pair", "fulfilment", "revocation", "receipt", "pin",
	"attempt", "crl", "purge", "delivery", "service", "note", NULL };

static void
put_number(struct cao_buf *out, uint64_t n)
{
	unsigned char octets[8];

	for (int i = 7; i >= 0; i--, n >>= 8)
		octets[i] = (unsigned char)n;
	cao_buf_add(out, octets, sizeof octets);
}

static void
put_octets(struct cao_buf *out, const void *data, size_t len)
{
	put_number(out, len);
	cao_buf_add(out, data, len);
}

/* One column: its type, then its value so that no two rows read the same. */
static void
put_column(struct cao_buf *out, const struct cao_query *q, int i)
{
	char type = cao_col_type(q, i);
	const void *data;
	size_t len;

	cao_buf_putc(out, type);
	if (type == 'i') {
		put_number(out, (uint64_t)cao_col_int(q, i));
	} else if (type != 'n') {
		data = cao_col_blob(q, i, &len);
		put_octets(out, data, len);
	}
}

enum cao_status
cao_journal_row(struct cao_store *s, enum cao_kind kind, int64_t fact,
    struct cao_buf *ret, bool *ret_there, struct cao_error *err)
{
	struct cao_query *q =
	    cao_db_use(s->db, (enum cao_sql)(SQL_FACT_OPENING + kind));
	enum cao_status st;
	int count;

	cao_db_int(q, ":id", fact);
	if ((st = cao_db_step(q, ret_there, err)) != CAO_OK || !*ret_there)
		return st;
	count = cao_col_count(q);
	while (count > 0 && cao_col_null(q, count - 1))
		count--;
	for (int i = 0; i < count; i++)
		put_column(ret, q, i);
	cao_db_done(q);
	return cao_buf_ok(ret) ? CAO_OK : cao_fail_memory(err);
}

/* The digest of a fact's row as it stands; *ret_there false if it is gone. */
static enum cao_status
digest_fact(struct cao_store *s, enum cao_kind kind, int64_t fact,
    unsigned char ret[CAO_DIGEST_SIZE], bool *ret_there, struct cao_error *err)
{
	struct cao_buf b = { 0 };
	enum cao_status st;

	st = cao_journal_row(s, kind, fact, &b, ret_there, err);
	if (st == CAO_OK && *ret_there)
		return cao_sha256_buf(&b, ret, err);
	cao_buf_free(&b);
	return st;
}

struct entry {
	int64_t seq, at, fact, order; /* order 0: none */
	const char *actor, *kind;
	unsigned char digest[CAO_DIGEST_SIZE], head[CAO_DIGEST_SIZE];
};

enum cao_status
cao_journal_head(const unsigned char before[CAO_DIGEST_SIZE], int64_t at,
    const char *actor, const char *kind, int64_t fact,
    const unsigned char digest[CAO_DIGEST_SIZE],
    unsigned char ret[CAO_DIGEST_SIZE], struct cao_error *err)
{
	struct cao_buf b = { 0 };

	cao_buf_add(&b, before, CAO_DIGEST_SIZE);
	put_number(&b, (uint64_t)at);
	put_octets(&b, actor, strlen(actor));
	put_octets(&b, kind, strlen(kind));
	put_number(&b, (uint64_t)fact);
	cao_buf_add(&b, digest, CAO_DIGEST_SIZE);
	return cao_sha256_buf(&b, ret, err);
}

/* Fill in the entry's head from the one before it. */
static enum cao_status
chain(struct entry *e, const unsigned char before[CAO_DIGEST_SIZE],
    struct cao_error *err)
{
	return cao_journal_head(
	    before, e->at, e->actor, e->kind, e->fact, e->digest, e->head, err);
}

enum cao_status
cao_journal_last(struct cao_store *s, int64_t *ret_seq,
    unsigned char ret_head[CAO_DIGEST_SIZE], struct cao_error *err)
{
	struct cao_query *q = cao_db_use(s->db, SQL_JOURNAL_LAST);
	enum cao_status st;
	bool row;

	*ret_seq = 0;
	memset(ret_head, 0, CAO_DIGEST_SIZE);
	if ((st = cao_db_step(q, &row, err)) != CAO_OK || !row)
		return st;
	*ret_seq = cao_col_int(q, 0);
	cao_store_digest(q, 1, ret_head);
	cao_db_done(q);
	return CAO_OK;
}

enum cao_status
cao_journal_add(struct cao_store *s, const struct cao_env *env,
    enum cao_kind kind, int64_t fact, int64_t order, struct cao_error *err)
{
	struct entry e = { .at = env->now,
		.fact = fact,
		.order = order,
		.actor = env->actor,
		.kind = cao_kind_names[kind] };
	unsigned char before[CAO_DIGEST_SIZE];
	struct cao_query *q;
	enum cao_status st;
	bool there;

	if ((st = digest_fact(s, kind, fact, e.digest, &there, err)) != CAO_OK)
		return st;
	if (!there)
		return cao_fail(err, CAO_SYSTEM, "journal: no %s %lld", e.kind,
		    (long long)fact);
	if ((st = cao_journal_last(s, &e.seq, before, err)) != CAO_OK)
		return st;
	e.seq++;
	if ((st = chain(&e, before, err)) != CAO_OK)
		return st;
	q = cao_db_use(s->db, SQL_JOURNAL_PUT);
	cao_db_int(q, ":seq", e.seq);
	cao_db_int(q, ":at", e.at);
	cao_db_text(q, ":actor", e.actor);
	cao_db_text(q, ":kind", e.kind);
	cao_db_int(q, ":fact", fact);
	if (order != 0)
		cao_db_int(q, ":order", order);
	cao_db_blob(q, ":digest", e.digest, sizeof e.digest);
	cao_db_blob(q, ":head", e.head, sizeof e.head);
	return cao_db_run(q, err);
}

bool
cao_journal_kind(const char *name, enum cao_kind *ret)
{
	for (int i = 0; cao_kind_names[i] != NULL; i++)
		if (strcmp(cao_kind_names[i], name) == 0) {
			*ret = (enum cao_kind)i;
			return true;
		}
	return false;
}

/* Hold a fact to the digest that the journal has of it, unless a purge blanked
 * it. */
static enum cao_status
check(struct cao_store *s, const char *name, int64_t fact,
    const unsigned char want[CAO_DIGEST_SIZE], const char *whose,
    struct cao_error *err)
{
	unsigned char have[CAO_DIGEST_SIZE];
	enum cao_kind kind;
	enum cao_status st;
	bool there, blank = false;

	if (!cao_journal_kind(name, &kind))
		return cao_fail(err, CAO_INTEGRITY,
		    "the journal names a kind of fact that there is not: '%s'",
		    name);
	if ((st = digest_fact(s, kind, fact, have, &there, err)) != CAO_OK)
		return st;
	if (!there)
		return cao_fail(err, CAO_INTEGRITY,
		    "%s%s %lld is in the journal and no longer in the store",
		    whose, name, (long long)fact);
	if (memcmp(have, want, CAO_DIGEST_SIZE) == 0)
		return CAO_OK;
	if ((st = cao_purge_is_blank(s, name, fact, &blank, err)) != CAO_OK)
		return st;
	if (!blank)
		return cao_fail(err, CAO_INTEGRITY,
		    "%s%s %lld was altered after it was recorded", whose, name,
		    (long long)fact);
	return CAO_OK;
}

enum cao_status
cao_journal_check_order(
    struct cao_store *s, int64_t order, struct cao_error *err)
{
	struct cao_query *q = cao_db_use(s->db, SQL_JOURNAL_ORDER);
	unsigned char digest[CAO_DIGEST_SIZE];
	int64_t entries = 0;
	enum cao_status st;
	bool row;

	cao_db_int(q, ":order", order);
	while ((st = cao_db_step(q, &row, err)) == CAO_OK && row) {
		cao_store_digest(q, 5, digest);
		st = check(
		    s, cao_col_text(q, 3), cao_col_int(q, 4), digest, "", err);
		if (st != CAO_OK)
			break;
		entries++;
	}
	cao_db_done(q);
	if (st != CAO_OK)
		return st;
	q = cao_db_use(s->db, SQL_COUNT_ORDER_FACTS);
	cao_db_int(q, ":order", order);
	if ((st = cao_db_step(q, &row, err)) != CAO_OK)
		return st;
	if (cao_col_int(q, 0) != entries)
		st = cao_fail(err, CAO_INTEGRITY,
		    "%lld facts of the order are stored and %lld are in the "
		    "journal",
		    (long long)cao_col_int(q, 0), (long long)entries);
	cao_db_done(q);
	return st;
}

enum cao_status
cao_journal_check_fact(struct cao_store *s, enum cao_kind kind, int64_t fact,
    struct cao_error *err)
{
	struct cao_query *q = cao_db_use(s->db, SQL_JOURNAL_FACT);
	unsigned char digest[CAO_DIGEST_SIZE];
	enum cao_status st;
	bool row;

	cao_db_text(q, ":kind", cao_kind_names[kind]);
	cao_db_int(q, ":fact", fact);
	if ((st = cao_db_step(q, &row, err)) != CAO_OK)
		return st;
	if (!row)
		return cao_fail(err, CAO_INTEGRITY,
		    "%s %lld was never journalled", cao_kind_names[kind],
		    (long long)fact);
	cao_store_digest(q, 0, digest);
	cao_db_done(q);
	return check(s, cao_kind_names[kind], fact, digest, "", err);
}

/* One entry of the walk: its place in the chain, then its fact. */
static enum cao_status
verify_entry(struct cao_store *s, const struct cao_query *q,
    unsigned char head[CAO_DIGEST_SIZE], int64_t seq, struct cao_error *err)
{
	struct entry e = { .seq = cao_col_int(q, 0),
		.at = cao_col_int(q, 1),
		.fact = cao_col_int(q, 4),
		.actor = cao_col_text(q, 2),
		.kind = cao_col_text(q, 3) };
	unsigned char want[CAO_DIGEST_SIZE];
	char whose[64];
	enum cao_status st;

	cao_store_digest(q, 6, e.digest);
	cao_store_digest(q, 7, want);
	if ((st = chain(&e, head, err)) != CAO_OK)
		return st;
	memcpy(head, want, CAO_DIGEST_SIZE);
	if (e.seq != seq)
		return cao_fail(err, CAO_INTEGRITY,
		    "the journal goes from entry %lld to %lld",
		    (long long)seq - 1, (long long)e.seq);
	if (memcmp(e.head, want, CAO_DIGEST_SIZE) != 0)
		return cao_fail(err, CAO_INTEGRITY,
		    "journal entry %lld was altered, or one before it",
		    (long long)seq);
	(void)snprintf(
	    whose, sizeof whose, _("journal entry %lld: "), (long long)seq);
	return check(s, e.kind, e.fact, e.digest, whose, err);
}

enum cao_status
cao_journal_verify(struct cao_store *s,
    void (*bad)(void *arg, const struct cao_error *),
    void (*progress)(void *arg, uint64_t done, uint64_t total), void *arg,
    struct cao_error *err)
{
	unsigned char head[CAO_DIGEST_SIZE] = { 0 };
	int64_t total, facts, seq = 0;
	struct cao_query *q;
	enum cao_status st;
	bool row;

	if ((st = cao_db_number(
		 cao_db_use(s->db, SQL_JOURNAL_COUNT), &total, err)) ||
	    (st = cao_db_number(
		 cao_db_use(s->db, SQL_COUNT_FACTS), &facts, err)))
		return st;
	q = cao_db_use(s->db, SQL_JOURNAL_WALK);
	cao_db_int(q, ":after", 0);
	while ((st = cao_db_step(q, &row, err)) == CAO_OK && row) {
		st = verify_entry(s, q, head, ++seq, err);
		if (st == CAO_INTEGRITY) {
			bad(arg, err);
			seq = cao_col_int(q, 0); /* go on from there */
		} else if (st != CAO_OK) {
			break;
		}
		if (progress != NULL)
			progress(arg, (uint64_t)seq, (uint64_t)total);
	}
	cao_db_done(q);
	if (st == CAO_OK && facts != total) {
		(void)cao_fail(err, CAO_INTEGRITY,
		    "%lld facts are stored and %lld are in the journal",
		    (long long)facts, (long long)total);
		bad(arg, err);
	}
	return st;
}
