/* What orders deliver that make no pair: it opens for the one it is for, and
 * is what it says. */
#include "pair.h"

#include "flow/deliver.h"
#include "pki/code.h"
#include "pki/envelope.h"

#define NUMBER "00202611220000002"
#define PIN "user-Secret-2026"

static struct pair old_pair, new_pair;
static struct cao_key *recovery_key;
static struct cao_buf recovery_cert;

static int
set_up(void **state)
{
	(void)state;
	pair_make(&old_pair, CAO_P256);
	pair_make(&new_pair, CAO_SM2);
	assert_ok(cao_key_generate(CAO_RSA2048, &recovery_key, &error));
	assert_ok(cao_authority_self(recovery_key, CAO_RECOVERY, CA_NAME,
	    "Recovery", NOW, 20, &recovery_cert, &error));
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	pair_free(&old_pair);
	pair_free(&new_pair);
	cao_key_free(recovery_key);
	cao_buf_free(&recovery_cert);
	return 0;
}

static void
seal_to_recovery(const void *data, size_t len, struct cao_buf *out)
{
	assert_ok(cao_recovery_seal(
	    recovery_cert.data, recovery_cert.len, data, len, out, &error));
}

static void
archive(const struct cao_key *key, struct cao_buf *out)
{
	struct cao_secret *secret = NULL;

	assert_ok(cao_key_export(key, &secret, &error));
	seal_to_recovery(cao_secret_data(secret), cao_secret_len(secret), out);
	cao_secret_free(secret);
}

static struct cao_delivery
begin(const struct cao_order *order)
{
	return (struct cao_delivery){ .order = order,
		.recovery = recovery_key,
		.recovery_cert = &recovery_cert,
		.now = NOW,
		.hours = 48 };
}

static void
test_pin(void **state)
{
	const struct cao_order order = { .number = NUMBER };
	struct cao_delivery d = begin(&order);
	struct cao_secret *pin = NULL;

	(void)state;
	seal_to_recovery(PIN, strlen(PIN), &d.sealed);
	assert_ok(cao_deliver_pin(&d, &error));
	assert_int_equal(d.expires, NOW + 48 * 3600);
	assert_int_equal(cao_secret_len(d.code), CAO_CODE_SIZE - 1);
	assert_ok(cao_code_open(
	    d.code, NUMBER, d.payload.data, d.payload.len, &pin, &error));
	assert_int_equal(cao_secret_len(pin), strlen(PIN));
	assert_memory_equal(cao_secret_data(pin), PIN, strlen(PIN));
	cao_secret_free(pin);
	cao_delivery_free(&d);

	d = begin(&order);
	cao_buf_puts(&d.sealed, "nothing");
	assert_int_equal(cao_deliver_pin(&d, &error), CAO_INTEGRITY);
	assert_non_null(strstr(error.text, "the backup PIN: "));
	assert_null(d.code);
	cao_delivery_free(&d);
}

/* The pairs' parts are shared, and freed by who made them. */
static struct cao_pair
pair_of(const struct pair *p)
{
	return (struct cao_pair){ .sign = p->sign_cert,
		.encrypt = p->encrypt_cert };
}

static void
test_key(void **state)
{
	const struct cao_order order = { .number = NUMBER };
	struct cao_pair was = pair_of(&old_pair), is = pair_of(&old_pair);
	const struct cao_order subject = { .pair = &was };
	const struct cao_order current = { .pair = &is };
	struct cao_delivery d = begin(&order);
	struct cao_key *key = NULL;

	(void)state;
	d.subject = &subject;
	d.current = &current;
	archive(old_pair.encrypt, &was.archive);
	assert_ok(cao_deliver_key(&d, &error));
	assert_int_equal(d.expires, 0);
	assert_null(d.code);
	assert_ok(cao_envelope_open(old_pair.sign, old_pair.sign_cert.data,
	    old_pair.sign_cert.len, d.payload.data, d.payload.len, &key,
	    &error));
	assert_true(cao_key_equal(key, old_pair.encrypt));
	cao_key_free(key);
	cao_delivery_free(&d);

	/* SM2's envelope takes none but its own */
	is = pair_of(&new_pair);
	assert_int_equal(cao_deliver_key(&d, &error), CAO_INPUT);
	assert_non_null(strstr(error.text, "only an SM2 key"));
	cao_buf_free(&was.archive);
}

static void
test_archived(void **state)
{
	struct cao_pair was = pair_of(&old_pair);
	struct cao_key *key = NULL;

	(void)state;
	archive(old_pair.sign, &was.archive);
	assert_int_equal(cao_deliver_archived(
			     &was, recovery_key, &recovery_cert, &key, &error),
	    CAO_INTEGRITY);
	assert_string_equal(
	    error.text, "the archived key is not the encryption certificate's");
	cao_buf_free(&was.archive);
	seal_to_recovery("nothing", 7, &was.archive);
	assert_int_equal(cao_deliver_archived(
			     &was, recovery_key, &recovery_cert, &key, &error),
	    CAO_INTEGRITY);
	assert_non_null(strstr(error.text, "the archived key: "));
	assert_null(key);
	cao_buf_free(&was.archive);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pin),
		cmocka_unit_test(test_key),
		cmocka_unit_test(test_archived),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
