/* Key containers: keys put, opened, waiting, claimed. */
#include <sys/stat.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "flow/container.h"

#define NUMBER "00202611220000001"
#define OTHER "00202611220000002"
#define WAITING ".new-00000000000000000000000000000001"
#define ANOTHER ".new-00000000000000000000000000000002"

static char folder[] = "/tmp/test_container.XXXXXX";
static struct cao_key *key, *second;
static struct cao_buf csr, second_csr;
static unsigned char digest[CAO_DIGEST_SIZE], second_digest[CAO_DIGEST_SIZE];

static int
set_up(void **state)
{
	const struct cao_subject subject = { .country = "CN",
		.common_name = "林晓" };
	struct cao_error err;

	(void)state;
	if (mkdtemp(folder) == NULL || chdir(folder) == -1 ||
	    cao_key_generate(CAO_P256, &key, &err) != CAO_OK ||
	    cao_key_generate(CAO_SM2, &second, &err) != CAO_OK ||
	    cao_csr_make(key, &subject, &csr, &err) != CAO_OK ||
	    cao_csr_make(second, &subject, &second_csr, &err) != CAO_OK)
		return 1;
	cao_key_digest(key, digest);
	cao_key_digest(second, second_digest);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	cao_key_free(key);
	cao_key_free(second);
	cao_buf_free(&csr);
	cao_buf_free(&second_csr);
	return chdir("/") == -1 || rmdir(folder) == -1;
}

static void
discard(const char *name)
{
	static const char *const files[] = { "sign.key", "sign.csr", "note" };
	char path[128];

	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		(void)snprintf(path, sizeof path, "keys/%s/%s", name, files[i]);
		(void)unlink(path);
	}
	(void)snprintf(path, sizeof path, "keys/%s", name);
	(void)rmdir(path);
}

/* Each test has a container of its own, which it leaves empty. */
static struct cao_container *
open_container(const char *pin)
{
	struct cao_container *c = NULL;
	struct cao_secret *secret = NULL;
	struct cao_error err;

	if (pin != NULL) {
		secret = cao_secret_new(pin, strlen(pin));
		assert_non_null(secret);
	}
	assert_int_equal(cao_container_open("keys", secret, &c, &err), CAO_OK);
	cao_secret_free(secret);
	return c;
}

static void
close_container(struct cao_container *c)
{
	discard(NUMBER);
	discard(OTHER);
	cao_container_drop(c, WAITING);
	cao_container_drop(c, ANOTHER);
	cao_container_close(c);
	assert_int_equal(rmdir("keys"), 0);
}

static void
test_name(void **state)
{
	unsigned char content[CAO_DIGEST_SIZE];
	char out[CAO_CONTAINER_NAME_SIZE];

	(void)state;
	memset(content, 0xab, sizeof content);
	cao_container_name("crm-1", content, out);
	assert_string_equal(out, "crm-1");
	cao_container_name(NULL, content, out);
	assert_string_equal(out, "application-abababababababab");
}

static void
test_key(void **state)
{
	struct cao_container *c = open_container("User-Secret-2026");
	struct cao_key *back = NULL;
	struct cao_error err;
	struct stat sb;

	(void)state;
	assert_int_equal(
	    cao_container_put_key(c, NUMBER, "sign.key", key, &err), CAO_OK);
	assert_int_equal(stat("keys/" NUMBER "/sign.key", &sb), 0);
	assert_int_equal(sb.st_mode & 0777, 0600);
	assert_int_equal(stat("keys/" NUMBER, &sb), 0);
	assert_int_equal(sb.st_mode & 0777, 0700);
	assert_int_equal(
	    cao_container_get_key(c, NUMBER, "sign.key", &back, &err), CAO_OK);
	assert_true(cao_key_equal(key, back));
	cao_key_free(back);

	assert_int_equal(
	    cao_container_get_key(c, OTHER, "sign.key", &back, &err),
	    CAO_NOTFOUND);
	assert_non_null(strstr(err.text, "keys/" OTHER "/sign.key"));
	close_container(c);
}

static void
test_pin(void **state)
{
	struct cao_container *c = open_container("User-Secret-2026"), *other;
	struct cao_key *back = NULL;
	struct cao_error err;

	(void)state;
	assert_int_equal(
	    cao_container_put_key(c, NUMBER, "sign.key", key, &err), CAO_OK);
	other = open_container("Another-Secret");
	assert_int_equal(
	    cao_container_get_key(other, NUMBER, "sign.key", &back, &err),
	    CAO_INPUT);
	assert_null(back);
	cao_container_close(other);

	other = open_container(NULL);
	assert_int_equal(
	    cao_container_get_key(other, NUMBER, "sign.key", &back, &err),
	    CAO_INPUT);
	assert_string_equal(
	    err.text, "keys: the keys in it need a PIN; give --pin");
	assert_int_equal(
	    cao_container_put_key(other, OTHER, "sign.key", key, &err),
	    CAO_INPUT);
	cao_container_close(other);
	close_container(c);
}

static void
test_waiting_name(void **state)
{
	unsigned char content[CAO_DIGEST_SIZE];
	char out[CAO_WAITING_SIZE], without[CAO_WAITING_SIZE];

	(void)state;
	memset(content, 0xab, sizeof content);
	cao_container_waiting("crm-1", content, out);
	/* printf 'crm-1\0' and 32 octets ab, into sha256sum */
	assert_string_equal(out, ".new-3d1a20d5aacaecf4da582ddb90b7644f");
	cao_container_waiting(NULL, content, without);
	assert_string_not_equal(without, out);
	content[31] = 0;
	cao_container_waiting("crm-1", content, without);
	assert_string_not_equal(without, out);
}

static void
test_short_pin(void **state)
{
	struct cao_container *c = open_container("short");
	struct cao_error err;

	(void)state;
	assert_int_equal(cao_file_mkdir("keys", &err), CAO_OK);
	assert_int_equal(
	    cao_container_stage(c, WAITING, key, csr.data, csr.len, &err),
	    CAO_INPUT);
	assert_false(cao_file_exists("keys/" WAITING));
	close_container(c);
}

/* Let the key wait there. */
static void
stage(const struct cao_container *c, const char *waiting)
{
	struct cao_error err;
	int lock;

	assert_int_equal(cao_container_lock(c, &lock, &err), CAO_OK);
	assert_int_equal(
	    cao_container_stage(c, waiting, key, csr.data, csr.len, &err),
	    CAO_OK);
	assert_int_equal(close(lock), 0);
}

static void
test_find(void **state)
{
	struct cao_container *c = open_container("User-Secret-2026"), *other;
	struct cao_key *back = NULL;
	struct cao_buf der = { 0 };
	struct cao_error err;

	(void)state;
	stage(c, WAITING);
	assert_int_equal(
	    cao_container_find(c, ANOTHER, &back, &der, &err), CAO_OK);
	assert_null(back);
	assert_int_equal(
	    cao_container_find(c, WAITING, &back, &der, &err), CAO_OK);
	assert_non_null(back);
	assert_true(cao_key_equal(back, key));
	assert_int_equal(der.len, csr.len);
	assert_memory_equal(der.data, csr.data, csr.len);
	cao_key_free(back);
	cao_buf_free(&der);

	back = NULL;
	other = open_container("Another-Secret");
	assert_int_equal(
	    cao_container_find(other, WAITING, &back, &der, &err), CAO_INPUT);
	assert_string_equal(err.text,
	    "keys/" WAITING ": the key that this application made before is "
	    "under another PIN: give that one, or move the folder away");
	assert_null(back);
	cao_container_close(other);
	assert_true(cao_container_waits(c, WAITING, digest));

	assert_int_equal(
	    cao_container_put_key(c, WAITING, "sign.key", second, &err),
	    CAO_OK);
	assert_int_equal(
	    cao_container_find(c, WAITING, &back, &der, &err), CAO_DENIED);
	assert_string_equal(err.text,
	    "keys/" WAITING
	    " holds a key and the request of another: move it away");
	close_container(c);
}

/* What a crash left half-written is removed, whatever is in it. */
static void
test_find_broken(void **state)
{
	static const struct {
		const char *file, *text; /* text NULL: without the file */
	} cases[] = {
		{ "sign.csr", NULL },
		{ "sign.csr", "" },
		{ "sign.csr", "-----BEGIN CERTIFICATE REQUEST-----\nMII" },
		{ "sign.key", NULL },
		{ "sign.key", "" },
		{ "sign.key", "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMII" },
	};
	struct cao_container *c = open_container("User-Secret-2026");
	struct cao_key *back = NULL;
	struct cao_buf der = { 0 };
	struct cao_error err;
	char *path;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		stage(c, WAITING);
		path = cao_container_path(c, WAITING, cases[i].file);
		assert_non_null(path);
		assert_int_equal(unlink(path), 0);
		free(path);
		if (cases[i].text != NULL)
			assert_int_equal(
			    cao_container_write(c, WAITING, cases[i].file,
				cases[i].text, strlen(cases[i].text), &err),
			    CAO_OK);
		assert_int_equal(cao_container_write(c, WAITING,
				     ".sign.key.1.tmp", "x", 1, &err),
		    CAO_OK);
		assert_int_equal(
		    cao_container_find(c, WAITING, &back, &der, &err), CAO_OK);
		assert_null(back);
		assert_int_equal(der.len, 0);
		assert_false(cao_file_exists("keys/" WAITING));
	}
	close_container(c);
}

static void
test_claim(void **state)
{
	struct cao_container *c = open_container("User-Secret-2026");
	struct cao_csr read = { .key = NULL };
	struct cao_buf pem = { 0 };
	struct cao_error err;

	(void)state;
	assert_false(cao_container_waits(c, WAITING, digest));
	stage(c, WAITING);
	assert_true(cao_container_waits(c, WAITING, digest));
	assert_false(cao_container_waits(c, WAITING, second_digest));
	assert_false(cao_container_waits(c, ANOTHER, digest));
	assert_int_equal(
	    cao_container_claim(c, WAITING, digest, NUMBER, &err), CAO_OK);
	assert_false(cao_container_waits(c, WAITING, digest));
	assert_int_equal(
	    cao_container_read(c, NUMBER, "sign.csr", &pem, &err), CAO_OK);
	assert_int_equal(
	    cao_csr_read("sign.csr", pem.data, pem.len, &read, &err), CAO_OK);
	assert_memory_equal(read.key_digest, digest, sizeof digest);
	cao_csr_free(&read);
	cao_buf_free(&pem);

	/* Again is success, also when it waits once more. */
	assert_int_equal(
	    cao_container_claim(c, WAITING, digest, NUMBER, &err), CAO_OK);
	stage(c, WAITING);
	assert_int_equal(
	    cao_container_claim(c, WAITING, digest, NUMBER, &err), CAO_OK);
	assert_false(cao_container_waits(c, WAITING, digest));
	close_container(c);
}

static void
test_claim_refused(void **state)
{
	struct cao_container *c = open_container("User-Secret-2026");
	struct cao_error err;

	(void)state;
	stage(c, WAITING);
	assert_int_equal(
	    cao_container_claim(c, WAITING, second_digest, NUMBER, &err),
	    CAO_DENIED);
	assert_string_equal(err.text,
	    "keys/" WAITING
	    " holds something else than the order's key: move it away");
	assert_int_equal(
	    cao_container_claim(c, WAITING, digest, NUMBER, &err), CAO_OK);
	assert_int_equal(cao_container_stage(c, ANOTHER, second,
			     second_csr.data, second_csr.len, &err),
	    CAO_OK);
	assert_int_equal(
	    cao_container_claim(c, ANOTHER, second_digest, NUMBER, &err),
	    CAO_DENIED);
	assert_string_equal(err.text,
	    "keys/" NUMBER
	    " holds something else than the order's key: move it away");
	assert_true(cao_container_waits(c, ANOTHER, second_digest));

	assert_int_equal(
	    cao_container_write(c, OTHER, "note", "x", 1, &err), CAO_OK);
	assert_int_equal(
	    cao_container_claim(c, ANOTHER, second_digest, OTHER, &err),
	    CAO_DENIED);
	cao_container_drop(c, ANOTHER);
	assert_false(cao_file_exists("keys/" ANOTHER));
	discard(OTHER);
	assert_int_equal(
	    cao_container_claim(c, ANOTHER, second_digest, OTHER, &err),
	    CAO_NOTFOUND);
	close_container(c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_name),
		cmocka_unit_test(test_key),
		cmocka_unit_test(test_pin),
		cmocka_unit_test(test_waiting_name),
		cmocka_unit_test(test_short_pin),
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_find_broken),
		cmocka_unit_test(test_claim),
		cmocka_unit_test(test_claim_refused),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
