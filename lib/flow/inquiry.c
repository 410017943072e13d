/*
 * A handler's own view: a code by notice, and the orders behind it.
 *
 * Whether a number has orders is looked at by ca-notify alone, which sends
 * nothing if it has none: here everything is the same for every number.
 */
#include <stdio.h>
#include <string.h>

#include "flow/notify.h"

#define VALID 180 /* seconds that a code is good */
#define TRIES 5
#define CODE_SIZE sizeof "123456"
#define CODES 1000000
#define SALT_SIZE 16

#define MINUTE 60
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)
/* How many codes may be asked for: of one number, and in all. */
#define OF_ONE_MINUTE 1
#define OF_ONE_HOUR 5
#define OF_ONE_DAY 10
#define OF_ALL_MINUTE 30
#define OF_ALL_DAY 5000
/* How many wrong ones may be tried an hour in all: at six digits, who tries as
 * many all the time has found one in 200 days. */
#define WRONG_HOUR 200

_Static_assert(CAO_PHONE_SIZE == CAO_MOBILE_SIZE, "the same numbers");

struct inquiry {
	struct cao_store *store;
	const struct cao_env *env;
	char phone[CAO_MOBILE_SIZE];
	unsigned char pepper[CAO_DIGEST_SIZE];
	unsigned char of_phone[CAO_DIGEST_SIZE];
};

/* The digest of a number, or of a code, under the store's secret. */
static enum cao_status
digest(const struct inquiry *q, const void *salt, size_t salt_len,
    const void *text, size_t len, unsigned char ret[CAO_DIGEST_SIZE],
    struct cao_error *err)
{
	struct cao_buf b = { 0 };

	cao_buf_add(&b, q->pepper, sizeof q->pepper);
	cao_buf_add(&b, salt, salt_len);
	cao_buf_add(&b, text, len);
	return cao_sha256_buf(&b, ret, err);
}

/* Inside a write transaction. */
static enum cao_status
prepare(struct inquiry *q, struct cao_error *err)
{
	enum cao_status st;

	st = cao_notify_pepper(q->store, q->env, q->pepper, err);
	return st != CAO_OK
	    ? st
	    : digest(q, NULL, 0, q->phone, strlen(q->phone), q->of_phone, err);
}

/* ---- Asking ---- */

static enum cao_status
forget(const struct inquiry *i, struct cao_error *err)
{
	struct cao_query *q = cao_db_use(i->store->db, SQL_INQUIRY_FORGET);
	enum cao_status st;

	cao_db_int(q, ":before", i->env->now - DAY);
	cao_db_int(q, ":ahead", i->env->now + VALID);
	if ((st = cao_db_run(q, err)) != CAO_OK)
		return st;
	q = cao_db_use(i->store->db, SQL_INQUIRY_UNSENT);
	cao_db_int(q, ":now", i->env->now);
	return cao_db_run(q, err);
}

static enum cao_status
check_limits(const struct inquiry *i, struct cao_error *err)
{
	struct cao_query *q = cao_db_use(i->store->db, SQL_INQUIRY_COUNT_ALL);
	int64_t now = i->env->now;
	enum cao_status st;
	bool row, many, soon;

	cao_db_int(q, ":minute", now - MINUTE);
	cao_db_int(q, ":day", now - DAY);
	if ((st = cao_db_step(q, &row, err)) != CAO_OK)
		return st;
	many = cao_col_int(q, 0) >= OF_ALL_MINUTE ||
	    cao_col_int(q, 1) >= OF_ALL_DAY;
	cao_db_done(q);
	if (many)
		return cao_fail(err, CAO_AGAIN,
		    "too many codes are asked for: try again later");
	q = cao_db_use(i->store->db, SQL_INQUIRY_COUNT);
	cao_db_blob(q, ":phone", i->of_phone, sizeof i->of_phone);
	cao_db_int(q, ":minute", now - MINUTE);
	cao_db_int(q, ":hour", now - HOUR);
	cao_db_int(q, ":day", now - DAY);
	if ((st = cao_db_step(q, &row, err)) != CAO_OK)
		return st;
	soon = cao_col_int(q, 0) >= OF_ONE_MINUTE;
	many =
	    cao_col_int(q, 1) >= OF_ONE_HOUR || cao_col_int(q, 2) >= OF_ONE_DAY;
	cao_db_done(q);
	if (many)
		return cao_fail(err, CAO_AGAIN,
		    "too many codes were asked for with this number: at most "
		    "%d an hour and %d a day",
		    OF_ONE_HOUR, OF_ONE_DAY);
	if (soon)
		return cao_fail(err, CAO_AGAIN,
		    "a code was asked for with this number just now: the next "
		    "one a minute later");
	return CAO_OK;
}

static enum cao_status
make_code(char out[CODE_SIZE], struct cao_error *err)
{
	uint64_t random;
	enum cao_status st;

	if ((st = cao_random(&random, sizeof random, err)) == CAO_OK)
		(void)snprintf(
		    out, CODE_SIZE, "%06u", (unsigned)(random % CODES));
	return st;
}

static enum cao_status
put(const struct inquiry *i, const char code[CODE_SIZE], struct cao_error *err)
{
	unsigned char of_code[CAO_DIGEST_SIZE], salt[SALT_SIZE];
	int64_t now = i->env->now;
	struct cao_query *q;
	enum cao_status st;
	uint64_t id;

	if ((st = cao_random(&id, sizeof id, err)) != CAO_OK ||
	    (st = cao_random(salt, sizeof salt, err)) != CAO_OK ||
	    (st = digest(i, salt, sizeof salt, code, CODE_SIZE - 1, of_code,
		 err)) != CAO_OK)
		return st;
	id >>= 11; /* 53 bits: a number in every JSON reader */
	q = cao_db_use(i->store->db, SQL_INQUIRY_PUT);
	cao_db_int(q, ":id", (int64_t)id);
	cao_db_blob(q, ":phone", i->of_phone, sizeof i->of_phone);
	cao_db_blob(q, ":salt", salt, sizeof salt);
	cao_db_blob(q, ":digest", of_code, sizeof of_code);
	cao_db_int(q, ":expires", now + VALID);
	cao_db_int(q, ":at", now);
	if ((st = cao_db_run(q, err)) != CAO_OK)
		return st;
	return cao_notify_secret(i->store, i->env, CAO_NOTICE_CODE, (int64_t)id,
	    0, now + VALID, i->phone, code, err);
}

/* Can codes be sent, is that a number? */
static enum cao_status
begin(struct inquiry *i, const char *phone, struct cao_error *err)
{
	enum cao_status st;
	bool reaches;

	if ((st = cao_notify_reaches(i->store, &reaches, err)) != CAO_OK)
		return st;
	if (!reaches)
		return cao_fail(err, CAO_NOTREADY,
		    "codes cannot be sent: notify.phone in config.yaml is the "
		    "command that does it");
	if ((st = cao_mobile_check(phone, i->phone, err)) != CAO_OK)
		return cao_error_prefix(err, "%s", "--phone");
	return cao_db_begin(i->store->db, __func__, err);
}

enum cao_status
cao_inquiry_ask(struct cao_store *s, const struct cao_env *env,
    const char *phone, int64_t *ret_expires, struct cao_error *err)
{
	struct inquiry i = { .store = s, .env = env };
	char code[CODE_SIZE] = "";
	enum cao_status st;

	if ((st = begin(&i, phone, err)) == CAO_OK &&
	    (st = prepare(&i, err)) == CAO_OK &&
	    (st = forget(&i, err)) == CAO_OK &&
	    (st = check_limits(&i, err)) == CAO_OK &&
	    (st = make_code(code, err)) == CAO_OK &&
	    (st = put(&i, code, err)) == CAO_OK)
		st = cao_flow_commit(s, env, err);
	cao_db_rollback(s->db);
	memset(code, 0, sizeof code);
	if (st == CAO_OK)
		*ret_expires = env->now + VALID;
	return st;
}

/* ---- Trying ---- */

/* Whoever tries numbers at random is stopped here. */
static enum cao_status
check_wrong(const struct inquiry *i, struct cao_error *err)
{
	struct cao_query *q = cao_db_use(i->store->db, SQL_INQUIRY_WRONG);
	enum cao_status st;
	int64_t wrong;

	cao_db_int(q, ":since", i->env->now - HOUR);
	if ((st = cao_db_number(q, &wrong, err)) == CAO_OK &&
	    wrong >= WRONG_HOUR)
		st = cao_fail(err, CAO_AGAIN,
		    "too many wrong codes are tried: try again later");
	return st;
}

/* The try is on disk before the code is told to be right or wrong. */
static enum cao_status
try_code(const struct inquiry *i, const struct cao_secret *code,
    bool *ret_right, struct cao_error *err)
{
	struct cao_query *q = cao_db_use(i->store->db, SQL_INQUIRY_LAST);
	unsigned char of_code[CAO_DIGEST_SIZE], want[CAO_DIGEST_SIZE];
	enum cao_status st;
	const void *salt;
	int64_t id, tries;
	size_t len;
	bool row;

	*ret_right = false;
	cao_db_blob(q, ":phone", i->of_phone, sizeof i->of_phone);
	cao_db_int(q, ":now", i->env->now);
	cao_db_int(q, ":ahead", i->env->now + VALID);
	if ((st = cao_db_step(q, &row, err)) != CAO_OK || !row)
		return st;
	id = cao_col_int(q, 0);
	tries = cao_col_int(q, 3);
	salt = cao_col_blob(q, 1, &len);
	cao_store_digest(q, 2, want);
	st = digest(i, salt, len, cao_secret_data(code), cao_secret_len(code),
	    of_code, err);
	cao_db_done(q);
	if (st != CAO_OK || tries >= TRIES)
		return st;
	*ret_right = cao_digest_equal(of_code, want);
	q = cao_db_use(i->store->db, SQL_INQUIRY_TRY);
	cao_db_int(q, ":id", id);
	cao_db_int(q, ":wrong", !*ret_right);
	return cao_db_run(q, err);
}

enum cao_status
cao_inquiry_check(struct cao_store *s, const struct cao_env *env,
    const char *phone, const struct cao_secret *code,
    char ret_phone[CAO_PHONE_SIZE], struct cao_error *err)
{
	struct inquiry i = { .store = s, .env = env };
	bool right = false;
	enum cao_status st;

	if (env->dry_run)
		return cao_fail(err, CAO_USAGE,
		    "a dry run cannot try a code, since it counts no tries");
	if ((st = begin(&i, phone, err)) == CAO_OK &&
	    (st = prepare(&i, err)) == CAO_OK &&
	    (st = check_wrong(&i, err)) == CAO_OK &&
	    (st = try_code(&i, code, &right, err)) == CAO_OK)
		st = cao_db_commit(s->db, err);
	cao_db_rollback(s->db);
	if (st == CAO_OK && !right)
		st = cao_fail(err, CAO_DENIED,
		    "the code is wrong, or its %d minutes or its %d tries are "
		    "over: ask for another",
		    VALID / MINUTE, TRIES);
	if (st == CAO_OK)
		memcpy(ret_phone, i.phone, sizeof i.phone);
	return st;
}
