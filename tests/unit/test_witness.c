/* The journal of revocations beside a store: written, torn, altered, put
 * before an older store, applied to it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/text.h"
#include "store/store.h"
#include "store/witness.h"
#include "store/witness_line.h"

#define NUMBER "00202611220000001"
#define FILE_MAX (16 * 1024 * 1024)

static const struct cao_env env = { .now = 1795312800, .actor = "uid:0" };
static char top[64], dir[80], db[96], older[96], file[96];
static struct cao_store *store;
static struct cao_error err;

static void
reopen(void)
{
	cao_store_close(store);
	store = NULL;
	assert_int_equal(cao_store_open(dir, &store, &err), CAO_OK);
}

static int
set_up(void **state)
{
	(void)state;
	(void)snprintf(top, sizeof top, "/tmp/witness-XXXXXX");
	if (mkdtemp(top) == NULL)
		return -1;
	(void)snprintf(dir, sizeof dir, "%s/store", top);
	(void)snprintf(db, sizeof db, "%s/orders.db", dir);
	(void)snprintf(older, sizeof older, "%s/older.db", top);
	(void)snprintf(file, sizeof file, "%s/store.revocations", top);
	if (mkdir(dir, 0700) == -1 || cao_witness_begin(dir, &err) != CAO_OK ||
	    cao_db_create(db, &err) != CAO_OK)
		return -1;
	reopen();
	return 0;
}

static int
tear_down(void **state)
{
	static const char *const left[] = { "store/orders.db",
		"store/orders.db-wal", "store/orders.db-shm", "older.db",
		"store.revocations", "store", "" };
	char path[128];

	(void)state;
	cao_store_close(store);
	store = NULL;
	for (size_t i = 0; i < sizeof left / sizeof *left; i++) {
		(void)snprintf(path, sizeof path, "%s/%s", top, left[i]);
		(void)remove(path);
	}
	return 0;
}

/* Record one, of the pair whose serials are made of its number. */
static void
put(unsigned number, enum cao_reason reason, const char *crl)
{
	struct cao_revocation r = {
		.ca = "p256", .not_after = env.now + 86400, .reason = reason
	};
	char copy[1024];

	(void)snprintf(r.number, sizeof r.number, "0020261122%07u", number);
	for (int i = 0; i < 2; i++) {
		memset(r.serial[i], (int)number + 1, CAO_SERIAL_SIZE);
		r.serial[i][1] = (unsigned char)i;
	}
	(void)snprintf(copy, sizeof copy, "%s", crl != NULL ? crl : "");
	r.crl[CAO_ENCRYPT] = crl != NULL ? copy : NULL;
	assert_int_equal(cao_db_begin(store->db, __func__, &err), CAO_OK);
	if (cao_revocation_put(store, &env, &r, &err) != CAO_OK)
		fail_msg("%s", err.text);
	assert_int_equal(cao_db_commit(store->db, &err), CAO_OK);
}

static void
ok(enum cao_status st)
{
	if (st != CAO_OK)
		fail_msg("%s", err.text);
}

static void
told(enum cao_status st, const char *what)
{
	assert_int_equal(st, CAO_INTEGRITY);
	if (strstr(err.text, what) == NULL)
		fail_msg("no '%s' in: %s", what, err.text);
}

static struct cao_buf
read_all(const char *path)
{
	struct cao_buf b = { 0 };

	ok(cao_file_read(path, FILE_MAX, &b, &err));
	return b;
}

static void
write_all(const char *path, const void *data, size_t len)
{
	ok(cao_file_write(path, data, len, &err));
}

/* Keep the store as it is now; put it back. */
static void
keep(void)
{
	struct cao_buf b;

	cao_store_close(store);
	store = NULL;
	b = read_all(db);
	write_all(older, b.data, b.len);
	cao_buf_free(&b);
	reopen();
}

static void
put_back(void)
{
	struct cao_buf b = read_all(older);

	cao_store_close(store);
	store = NULL;
	write_all(db, b.data, b.len);
	cao_buf_free(&b);
	reopen();
}

static uint64_t
replay(void)
{
	uint64_t count = 99;

	ok(cao_witness_replay(store, &env, &count, &err));
	return count;
}

static int64_t
rows(void)
{
	int64_t n;

	ok(cao_db_number(cao_db_use(store->db, SQL_REVOCATION_LAST), &n, &err));
	return n;
}

static void
test_begins(void **state)
{
	struct cao_buf b = read_all(file);
	struct stat sb;

	(void)state;
	assert_string_equal(cao_buf_text(&b), CAO_WITNESS_HEAD "\n");
	assert_int_equal(stat(file, &sb), 0);
	assert_int_equal(sb.st_mode & 0777, 0600);
	cao_buf_free(&b);
	ok(cao_witness_check(store, CAO_WITNESS_MEND, &err));
	ok(cao_witness_verify(store, &err));
	ok(cao_witness_begin(dir, &err));
	put(1, CAO_SUPERSEDED, NULL);
	ok(cao_witness_write(store, &err));
	assert_int_equal(cao_witness_begin(dir, &err), CAO_DENIED);
}

/* Behind is what a crash leaves; ahead is an older store. */
static void
test_ahead_and_behind(void **state)
{
	(void)state;
	put(1, CAO_HOLD, "http://a.example/x y%20.crl");
	ok(cao_witness_check(store, CAO_WITNESS_MEND, &err));
	ok(cao_witness_write(store, &err));
	keep();
	put(1, CAO_KEY_COMPROMISE, "http://a.example/x y%20.crl");
	put(2, CAO_HOLD, "-");
	ok(cao_witness_verify(store, &err));
	ok(cao_witness_write(store, &err));
	ok(cao_witness_check(store, CAO_WITNESS_MEND, &err));
	put_back();
	told(cao_witness_check(store, CAO_WITNESS_MEND, &err),
	    "verify --replay");
	told(cao_witness_verify(store, &err), "revocation 2");
	told(cao_witness_write(store, &err), "verify --replay");
	assert_int_equal(replay(), 2);
	ok(cao_witness_check(store, CAO_WITNESS_MEND, &err));
	ok(cao_witness_verify(store, &err));
	assert_int_equal(replay(), 0);
}

/* What is replayed is what was recorded, though the clock went on. */
static void
test_kept_exactly(void **state)
{
	const struct cao_env later = { .now = env.now + 1000,
		.actor = "uid:0" };
	struct cao_revocation r;
	uint64_t count;
	bool found;

	(void)state;
	keep();
	put(1, CAO_HOLD, "http://a.example/1.crl");
	put(1, CAO_PRIVILEGE_WITHDRAWN, "http://a.example/1.crl");
	ok(cao_witness_write(store, &err));
	put_back();
	ok(cao_witness_replay(store, &later, &count, &err));
	ok(cao_revocation_of(store, NUMBER, &r, &found, &err));
	assert_true(found);
	assert_int_equal(r.id, 2);
	assert_int_equal(r.reason, CAO_PRIVILEGE_WITHDRAWN);
	assert_int_equal(r.at, env.now);
	assert_int_equal(r.since, env.now);
	assert_null(r.crl[CAO_SIGN]);
	assert_string_equal(r.crl[CAO_ENCRYPT], "http://a.example/1.crl");
	cao_revocation_free(&r);
}

static void
test_dry_run(void **state)
{
	struct cao_env dry = env;
	uint64_t count;

	(void)state;
	keep();
	put(1, CAO_HOLD, NULL);
	ok(cao_witness_write(store, &err));
	put_back();
	dry.dry_run = true;
	ok(cao_witness_replay(store, &dry, &count, &err));
	assert_int_equal(count, 1);
	assert_int_equal(rows(), 0);
}

static void
test_missing(void **state)
{
	(void)state;
	assert_int_equal(unlink(file), 0);
	ok(cao_witness_check(
	    store, CAO_WITNESS_MEND, &err)); /* of a store without any */
	assert_true(cao_file_exists(file));
	put(1, CAO_HOLD, NULL);
	ok(cao_witness_write(store, &err));
	assert_int_equal(unlink(file), 0);
	told(cao_witness_check(store, CAO_WITNESS_MEND, &err), "is missing");
	told(cao_witness_verify(store, &err), "is missing");
	assert_int_equal(replay(), 0);
	ok(cao_witness_verify(store, &err));
	write_all(file, "", 0);
	told(cao_witness_check(store, CAO_WITNESS_MEND, &err), "is missing");
	told(cao_witness_write(store, &err), "is missing");
	assert_int_equal(replay(), 0);
	ok(cao_witness_verify(store, &err));
	write_all(file, "something else\n", 15);
	told(cao_witness_check(store, CAO_WITNESS_MEND, &err),
	    "no journal of revocations");
	told(cao_witness_verify(store, &err), "no journal of revocations");
}

/* Wherever the file is cut, the next write makes it whole, and an older store
 * is brought as far as its whole lines go. */
static void
test_cut_everywhere(void **state)
{
	struct cao_buf whole, again;
	size_t head = strlen(CAO_WITNESS_HEAD "\n");

	(void)state;
	put(1, CAO_HOLD, "http://a.example/1.crl");
	put(1, CAO_KEY_COMPROMISE, NULL);
	put(3, CAO_SUPERSEDED, NULL);
	ok(cao_witness_write(store, &err));
	whole = read_all(file);
	for (size_t n = 0; n <= whole.len; n++) {
		write_all(file, whole.data, n);
		if (n < head) {
			told(cao_witness_check(store, CAO_WITNESS_MEND, &err),
			    "is missing");
			assert_int_equal(replay(), 0);
		} else {
			ok(cao_witness_check(store, CAO_WITNESS_READ, &err));
			again = read_all(file);
			assert_int_equal(again.len, n);
			cao_buf_free(&again);
			ok(cao_witness_check(store, CAO_WITNESS_WRITE, &err));
		}
		ok(cao_witness_verify(store, &err));
		again = read_all(file);
		assert_true(again.len >= whole.len);
		assert_memory_equal(again.data + again.len - 100,
		    whole.data + whole.len - 100, 100);
		cao_buf_free(&again);
	}
	cao_buf_free(&whole);
}

/* Any octet that is another one is seen, or its line is as if torn. */
static void
test_altered_everywhere(void **state)
{
	struct cao_buf whole;
	unsigned char was;
	size_t last;

	(void)state;
	put(1, CAO_HOLD, "http://a.example/1.crl");
	put(2, CAO_KEY_COMPROMISE, NULL);
	put(3, CAO_SUPERSEDED, NULL);
	ok(cao_witness_write(store, &err));
	whole = read_all(file);
	for (last = whole.len - 1; whole.data[last - 1] != '\n';)
		last--;
	for (size_t i = 0; i < last - 1; i++) {
		was = whole.data[i];
		whole.data[i] ^= 1;
		write_all(file, whole.data, whole.len);
		assert_int_equal(
		    cao_witness_verify(store, &err), CAO_INTEGRITY);
		whole.data[i] = was;
	}
	cao_buf_free(&whole);
}

/* Many lines, so that the end alone is read. */
static void
test_long(void **state)
{
	static char text[1024];
	struct cao_buf whole;

	(void)state;
	memset(text, 'x', sizeof text - 1);
	for (unsigned i = 1; i <= 60; i++)
		put(i, CAO_HOLD, text);
	ok(cao_witness_write(store, &err));
	keep();
	put(61, CAO_HOLD, text);
	ok(cao_witness_write(store, &err));
	ok(cao_witness_check(store, CAO_WITNESS_MEND, &err));
	ok(cao_witness_verify(store, &err));
	put_back();
	told(cao_witness_check(store, CAO_WITNESS_MEND, &err), "revocation 61");
	whole = read_all(file);
	whole.data[200] ^= 1; /* far from the end */
	write_all(file, whole.data, whole.len);
	told(cao_witness_check(store, CAO_WITNESS_MEND, &err), "revocation 61");
	told(cao_witness_verify(store, &err), "line 2");
	assert_int_equal(
	    cao_witness_replay(store, &env, &(uint64_t){ 0 }, &err),
	    CAO_INTEGRITY);
	assert_int_equal(rows(), 60);
	cao_buf_free(&whole);
}

/* A line left out, and one of another store. */
static void
test_gap(void **state)
{
	struct cao_buf whole;
	char *second, *third;

	(void)state;
	keep();
	for (unsigned i = 1; i <= 3; i++)
		put(i, CAO_HOLD, NULL);
	ok(cao_witness_write(store, &err));
	whole = read_all(file);
	second = strchr(strchr((char *)whole.data, '\n') + 1, '\n') + 1;
	third = strchr(second, '\n') + 1;
	memmove(second, third, strlen(third) + 1);
	write_all(file, whole.data, strlen((char *)whole.data));
	told(cao_witness_verify(store, &err),
	    "line 3: revocation 3 follows revocation 1");
	put_back();
	assert_int_equal(
	    cao_witness_replay(store, &env, &(uint64_t){ 0 }, &err),
	    CAO_INTEGRITY);
	assert_int_equal(rows(), 0);
	cao_buf_free(&whole);
}

static void
test_another_story(void **state)
{
	(void)state;
	keep();
	put(1, CAO_HOLD, NULL);
	ok(cao_witness_write(store, &err));
	put_back();
	put(2, CAO_HOLD, NULL);
	told(
	    cao_witness_check(store, CAO_WITNESS_MEND, &err), "is another one");
	told(cao_witness_verify(store, &err), "is another one");
	put(3, CAO_HOLD, NULL);
	told(cao_witness_write(store, &err), "is another one");
	assert_int_equal(
	    cao_witness_replay(store, &env, &(uint64_t){ 0 }, &err),
	    CAO_INTEGRITY);
}

static void
child(unsigned which)
{
	store = NULL;
	reopen();
	for (unsigned i = 0; i < 10; i++) {
		put(100 * which + i, CAO_HOLD, NULL);
		ok(cao_witness_write(store, &err));
		ok(cao_witness_check(store, CAO_WITNESS_MEND, &err));
	}
	cao_store_close(store);
	_exit(0);
}

static void
test_many_at_once(void **state)
{
	int status;

	(void)state;
	cao_store_close(store);
	store = NULL;
	for (unsigned i = 1; i <= 3; i++)
		if (fork() == 0)
			child(i);
	while (wait(&status) > 0)
		assert_int_equal(status, 0);
	reopen();
	assert_int_equal(rows(), 30);
	ok(cao_witness_verify(store, &err));
	put(1, CAO_HOLD, NULL);
	ok(cao_witness_write(store, &err));
	ok(cao_witness_verify(store, &err));
}

int
main(void)
{
#define EACH(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		EACH(test_begins),
		EACH(test_ahead_and_behind),
		EACH(test_kept_exactly),
		EACH(test_dry_run),
		EACH(test_missing),
		EACH(test_cut_everywhere),
		EACH(test_altered_everywhere),
		EACH(test_long),
		EACH(test_gap),
		EACH(test_another_story),
		EACH(test_many_at_once),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
