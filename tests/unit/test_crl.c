/* Revocation lists: written, read back, verified, and refused with the rule. */
#include <stdlib.h>

#include "pair.h"

#include "pki/crl.h"
#include "pki/der.h"

#define SIZE(a) (sizeof(a) / sizeof *(a))
#define HOUR INT64_C(3600)

/* One CA for each kind of signature. */
static struct ca {
	struct cao_key *key;
	struct cao_buf der;
	struct cao_cert cert;
} ca[3];

static const struct revoked {
	unsigned char serial[CAO_SERIAL_SIZE];
	int64_t since;
	enum cao_reason reason;
} revoked[] = {
	{ { 0x5A, 1 }, NOW - 5, CAO_KEY_COMPROMISE },
	{ { 0x7F, 2 }, NOW, CAO_UNSPECIFIED },
	{ { 0x01, [16] = 3 }, INT64_C(2524607999), CAO_HOLD }, /* 2049 */
	{ { 0x01, [16] = 4 }, INT64_C(2524608000), CAO_SUPERSEDED },
	{ { 0x02, [16] = 0xFF }, NOW, CAO_PRIVILEGE_WITHDRAWN },
};

static int
set_up(void **state)
{
	static const enum cao_algorithm algorithms[] = { CAO_SM2, CAO_P256,
		CAO_RSA2048 };

	(void)state;
	for (size_t i = 0; i < SIZE(ca); i++) {
		assert_ok(cao_key_generate(algorithms[i], &ca[i].key, &error));
		assert_ok(cao_authority_self(ca[i].key, CAO_AUTHORITY, CA_NAME,
		    "CA", NOW, 20, &ca[i].der, &error));
		assert_ok(cao_cert_read(
		    ca[i].der.data, ca[i].der.len, &ca[i].cert, &error));
	}
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	for (size_t i = 0; i < SIZE(ca); i++) {
		cao_key_free(ca[i].key);
		cao_buf_free(&ca[i].der);
	}
	return 0;
}

static void
make(const struct ca *by, size_t entries, const char *const *addresses,
    size_t count, struct cao_buf *ret)
{
	const struct cao_crl_spec spec = { .number = 0x1FF,
		.this_update = NOW,
		.next_update = NOW + HOUR,
		.addresses = addresses,
		.count = count };
	struct cao_crl_writer *w = NULL;

	assert_ok(cao_crl_begin(&by->cert, by->key, &spec, &w, &error));
	for (size_t i = 0; i < entries; i++)
		cao_crl_add(w, revoked[i].serial, CAO_SERIAL_SIZE,
		    revoked[i].since, revoked[i].reason);
	assert_int_equal(cao_crl_count(w), entries);
	assert_ok(cao_crl_end(w, ret, &error));
	cao_crl_free(w);
}

static void
test_round_trip(void **state)
{
	struct cao_octets rest;
	struct cao_crl_entry e;
	struct cao_crl c;

	(void)state;
	for (size_t i = 0; i < SIZE(ca); i++) {
		struct cao_buf der = { 0 };

		make(&ca[i], SIZE(revoked), NULL, 0, &der);
		assert_ok(cao_crl_read(der.data, der.len, &c, &error));
		assert_ok(cao_crl_verify(&c, &ca[i].cert, ca[i].key, &error));
		assert_int_equal(c.number, 0x1FF);
		assert_int_equal(c.this_update, NOW);
		assert_int_equal(c.next_update, NOW + HOUR);
		assert_int_equal(c.count, SIZE(revoked));
		assert_true(cao_crl_covers(&c, "http://any.cn"));
		rest = c.entries;
		for (size_t j = 0; j < SIZE(revoked); j++) {
			assert_true(cao_crl_next(&rest, &e));
			assert_int_equal(e.serial.len, CAO_SERIAL_SIZE);
			assert_memory_equal(
			    e.serial.data, revoked[j].serial, e.serial.len);
			assert_int_equal(e.since, revoked[j].since);
			assert_int_equal(e.reason, revoked[j].reason);
		}
		assert_false(cao_crl_next(&rest, &e));
		cao_buf_free(&der);
	}
}

/* What another CA signed is not this one's, whatever it says. */
static void
test_other_ca(void **state)
{
	struct cao_buf der = { 0 };
	struct cao_cert posing;
	struct cao_crl c;

	(void)state;
	make(&ca[1], 1, NULL, 0, &der);
	assert_ok(cao_crl_read(der.data, der.len, &c, &error));
	assert_int_equal(
	    cao_crl_verify(&c, &ca[0].cert, ca[0].key, &error), CAO_INTEGRITY);
	assert_string_equal(error.text,
	    "RFC 5280 section 5.2.1: the list's authorityKeyIdentifier is "
	    "not that of the CA's key");
	assert_int_equal(
	    cao_crl_verify(&c, &ca[1].cert, ca[0].key, &error), CAO_INTEGRITY);
	assert_string_equal(error.text,
	    "RFC 5280 section 5.1.1.2: signatureAlgorithm is not that of the "
	    "CA's key");
	posing = ca[1].cert;
	posing.subject_len--;
	assert_int_equal(
	    cao_crl_verify(&c, &posing, ca[1].key, &error), CAO_INTEGRITY);
	assert_string_equal(error.text,
	    "RFC 5280 section 5.1.2.3: the list's issuer is not the CA");
	cao_buf_free(&der);
}

/* Without an entry there is no revokedCertificates. */
static void
test_empty(void **state)
{
	struct cao_buf der = { 0 };
	struct cao_crl c;

	(void)state;
	make(&ca[0], 0, NULL, 0, &der);
	assert_ok(cao_crl_read(der.data, der.len, &c, &error));
	assert_ok(cao_crl_verify(&c, &ca[0].cert, ca[0].key, &error));
	assert_int_equal(c.count, 0);
	cao_buf_free(&der);
}

static void
test_points(void **state)
{
	static const char *const addresses[] = { "http://a.cn/p256-1.crl",
		"http://b.cn/p256-1.crl" };
	struct cao_buf der = { 0 };
	struct cao_crl c;

	(void)state;
	make(&ca[1], 2, addresses, 2, &der);
	assert_ok(cao_crl_read(der.data, der.len, &c, &error));
	assert_ok(cao_crl_verify(&c, &ca[1].cert, ca[1].key, &error));
	assert_true(cao_crl_covers(&c, addresses[0]));
	assert_true(cao_crl_covers(&c, addresses[1]));
	assert_false(cao_crl_covers(&c, "http://b.cn/p256-2.crl"));
	assert_false(cao_crl_covers(&c, "http://b.cn/p256-1.cr"));
	cao_buf_free(&der);
}

static void
test_no_key_id(void **state)
{
	const struct cao_crl_spec spec = { .number = 1 };
	struct cao_crl_writer *w = NULL;
	struct cao_cert bare = ca[1].cert;

	(void)state;
	bare.key_id = NULL;
	assert_int_equal(
	    cao_crl_begin(&bare, ca[1].key, &spec, &w, &error), CAO_INTEGRITY);
	assert_null(w);
	cao_crl_free(NULL);
}

/* Cut off anywhere it is refused; changed anywhere it is refused or not the
 * CA's. */
static void
test_damaged(void **state)
{
	static const char *const address = "http://a.cn/p256-1.crl";
	struct cao_buf der = { 0 };
	struct cao_crl c;

	(void)state;
	make(&ca[1], SIZE(revoked), &address, 1, &der);
	for (size_t len = 0; len < der.len; len++) {
		unsigned char *cut = malloc(len + 1); /* for the sanitizer */

		assert_non_null(cut);
		memcpy(cut, der.data, len);
		assert_int_equal(cao_crl_read(cut, len, &c, &error), CAO_INPUT);
		assert_true(error.text[0] != '\0');
		free(cut);
	}
	for (size_t i = 0; i < der.len; i++) {
		enum cao_status st;

		der.data[i] ^= (unsigned char)(1U << i % 8);
		st = cao_crl_read(der.data, der.len, &c, &error);
		if (st == CAO_OK)
			assert_int_equal(
			    cao_crl_verify(&c, &ca[1].cert, ca[1].key, &error),
			    CAO_INTEGRITY);
		else
			assert_int_equal(st, CAO_INPUT);
		der.data[i] ^= (unsigned char)(1U << i % 8);
	}
	cao_buf_free(&der);
}

/* Change the first place where the octets stand. */
static void
replace(
    struct cao_buf *der, const struct cao_buf *from, const struct cao_buf *to)
{
	assert_int_equal(from->len, to->len);
	for (size_t i = 0; i + from->len <= der->len; i++)
		if (memcmp(der->data + i, from->data, from->len) == 0) {
			memcpy(der->data + i, to->data, to->len);
			return;
		}
	fail_msg("the octets to be changed are not there");
}

static void
test_refused(void **state)
{
	static const struct {
		const char *from, *to, *want;
	} cases[] = {
		{ "02 01 01 30", "02 01 00 30",
		    "RFC 5280 section 5.1.2.1: not of version 2" },
		{ "02 01 01 30 0A 06 08 2A", "02 01 01 30 0A 06 08 2B",
		    "RFC 5280 section 5.1.1.2: signatureAlgorithm is not the "
		    "one inside tbsCertList" },
		{ "17 0D 32 36 31 31 31 38 31 31",
		    "17 0D 32 36 31 33 31 38 31 31",
		    "RFC 5280 section 5.1.2.4: thisUpdate is no time in UTC "
		    "with seconds" },
		{ "17 0D 32 36 31 31 31 38 31 32",
		    "17 0D 32 36 31 31 31 38 31 30",
		    "RFC 5280 section 5.1.2.5: nextUpdate is no time in UTC "
		    "with seconds from thisUpdate on" },
		{ "55 1D 15 04 03 0A 01 01", "55 1D 15 04 03 0A 01 07",
		    "RFC 5280 section 5.3: entry 1 is not a serial, a time "
		    "in UTC and extensions that are understood" },
		{ "02 11 7F 02", "02 11 8F 02",
		    "RFC 5280 section 5.3: entry 2 is not a serial, a time "
		    "in UTC and extensions that are understood" },
		{ "55 1D 14 04", "55 1D 13 04",
		    "RFC 5280 section 5.2: no authorityKeyIdentifier or no "
		    "cRLNumber" },
		{ "55 1D 14 04", "55 1D 1C 04",
		    "RFC 5280 section 5.2.5: issuingDistributionPoint is "
		    "more than the URIs of the list" },
		{ "55 1D 1C 01", "55 1D 1B 01",
		    "RFC 5280 section 5.2: a critical extension that is not "
		    "understood" },
		{ "04 04 02 02 01 FF", "04 04 02 02 81 FF",
		    "RFC 5280 section 5.2.3: cRLNumber is no INTEGER of 1 to "
		    "8 octets that is not negative" },
		{ "A0 18 86 16", "A1 18 86 16",
		    "RFC 5280 section 5.2.5: issuingDistributionPoint is "
		    "more than the URIs of the list" },
		{ "55 1D 1C 01 01 FF", "55 1D 1C 01 01 01",
		    "RFC 5280 section 5.2: not an Extension" },
	};
	static const char *const address = "http://a.cn/p256-1.crl";
	struct cao_crl c;

	(void)state;
	for (size_t i = 0; i < SIZE(cases); i++) {
		struct cao_buf der = { 0 }, from = { 0 }, to = { 0 };

		make(&ca[1], SIZE(revoked), &address, 1, &der);
		put_hex(&from, cases[i].from);
		put_hex(&to, cases[i].to);
		replace(&der, &from, &to);
		assert_int_equal(
		    cao_crl_read(der.data, der.len, &c, &error), CAO_INPUT);
		assert_string_equal(error.text, cases[i].want);
		cao_buf_free(&der);
		cao_buf_free(&from);
		cao_buf_free(&to);
	}
}

static void
test_outer(void **state)
{
	struct cao_buf der = { 0 };
	struct cao_crl c;

	(void)state;
	make(&ca[1], 1, NULL, 0, &der);
	cao_buf_putc(&der, 0);
	assert_int_equal(
	    cao_crl_read(der.data, der.len, &c, &error), CAO_INPUT);
	assert_string_equal(
	    error.text, "RFC 5280 section 5.1: 1 octets stand behind the list");
	assert_int_equal(cao_crl_read("", 0, &c, &error), CAO_INPUT);
	assert_string_equal(
	    error.text, "RFC 5280 section 5.1: not a DER CertificateList");
	assert_int_equal(
	    cao_crl_read(der.data, CAO_CRL_MAX + 1, &c, &error), CAO_INPUT);
	cao_buf_free(&der);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_other_ca),
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_points),
		cmocka_unit_test(test_no_key_id),
		cmocka_unit_test(test_damaged),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_outer),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
