/* Keys: known answers, what is refused, and keys under a PIN. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/pool.h"
#include "base/text.h"
#include "pki/der.h"
#include "pki/key_openssl.h"

#define SIZE(a) (sizeof(a) / sizeof *(a))
#define PIN "correct-horse"

#define SM2_ALGORITHM "301306072a8648ce3d020106082a811ccf5501822d"
#define P256_ALGORITHM "301306072a8648ce3d020106082a8648ce3d030107"
/* GB/T 32918.5 appendix A.2 */
#define SM2_D "3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8"
#define SM2_X "09f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020"
#define SM2_Y "ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13"
#define SM2_SIGNATURE                                                       \
	"3046022100f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7ea" \
	"ceee720b3022100b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d484" \
	"0b69c485bbc1aa"
/* RFC 6979 section A.2.5; the signature is of "sample" with SHA-256 */
#define P256_D \
	"c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721"
#define P256_X \
	"60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6"
#define P256_Y \
	"7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299"
#define P256_SIGNATURE                                                      \
	"3046022100efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea" \
	"84eaf3716022100f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064d" \
	"c4ab2f843acda8"

static struct cao_key *keys[CAO_ALGORITHMS];
static struct cao_pin *pin, *wrong;

static struct cao_pin *
make_pin(const char *text)
{
	struct cao_secret *secret = cao_secret_new(text, strlen(text));
	struct cao_error err;
	struct cao_pin *made = NULL;

	assert_non_null(secret);
	assert_int_equal(cao_pin_new(secret, &made, &err), CAO_OK);
	cao_secret_free(secret);
	return made;
}

static int
set_up(void **state)
{
	struct cao_error err;

	(void)state;
	for (int i = 0; i < CAO_ALGORITHMS; i++)
		if (cao_key_generate((enum cao_algorithm)i, &keys[i], &err) !=
		    CAO_OK)
			return -1;
	pin = make_pin(PIN);
	wrong = make_pin("wrong-horse");
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	for (int i = 0; i < CAO_ALGORITHMS; i++)
		cao_key_free(keys[i]);
	cao_pin_free(pin);
	cao_pin_free(wrong);
	return 0;
}

static void
from_hex(const char *hex, struct cao_buf *out)
{
	unsigned char octets[512];
	size_t len = strlen(hex) / 2;

	assert_true(len <= sizeof octets);
	assert_true(cao_hex_get(hex, octets, len));
	cao_buf_add(out, octets, len);
}

static enum cao_status
from_spki(const char *hex, struct cao_key **ret, struct cao_error *err)
{
	struct cao_buf der = { 0 };
	enum cao_status st;

	from_hex(hex, &der);
	st = cao_key_from_spki(der.data, der.len, ret, err);
	cao_buf_free(&der);
	return st;
}

static void
test_names(void **state)
{
	enum cao_algorithm alg;

	(void)state;
	for (int i = 0; i < CAO_ALGORITHMS; i++) {
		assert_true(cao_algorithm_find(cao_algorithm_names[i], &alg));
		assert_int_equal(alg, i);
		assert_int_equal(cao_key_algorithm(keys[i]), i);
	}
	assert_null(cao_algorithm_names[CAO_ALGORITHMS]);
	assert_false(cao_algorithm_find("SM2", &alg));
	assert_false(cao_algorithm_find("rsa1024", &alg));
}

/* Public keys, private scalars and signatures of the standards. */
static void
test_known_answers(void **state)
{
	static const struct {
		enum cao_algorithm alg;
		const char *spki, *scalar, *signature, *message;
	} cases[] = {
		{ CAO_SM2,
		    "3059" SM2_ALGORITHM "034200"
		    "04" SM2_X SM2_Y,
		    SM2_D, SM2_SIGNATURE, "message digest" },
		{ CAO_P256,
		    "3059" P256_ALGORITHM "034200"
		    "04" P256_X P256_Y,
		    P256_D, P256_SIGNATURE, "sample" },
	};
	struct cao_error err;

	(void)state;
	for (size_t i = 0; i < SIZE(cases); i++) {
		struct cao_buf d = { 0 }, spki = { 0 }, sig = { 0 };
		struct cao_key *public = NULL, *private = NULL;
		const char *m = cases[i].message;
		const unsigned char *own;
		size_t len;

		from_hex(cases[i].scalar, &d);
		from_hex(cases[i].spki, &spki);
		from_hex(cases[i].signature, &sig);
		assert_int_equal(
		    from_spki(cases[i].spki, &public, &err), CAO_OK);
		assert_int_equal(cao_key_from_scalar(cases[i].alg, d.data,
				     d.len, &private, &err),
		    CAO_OK);
		assert_int_equal(cao_key_algorithm(public), cases[i].alg);
		assert_true(cao_key_equal(public, private));
		own = cao_key_spki(private, &len);
		assert_int_equal(len, spki.len);
		assert_memory_equal(own, spki.data, len);
		assert_int_equal(cao_key_verify(public, m, strlen(m), sig.data,
				     sig.len, &err),
		    CAO_OK);
		sig.data[sig.len - 1] ^= 1;
		assert_int_equal(cao_key_verify(public, m, strlen(m), sig.data,
				     sig.len, &err),
		    CAO_INTEGRITY);
		assert_string_equal(
		    err.text, "the signature is not the key's over the data");
		cao_key_free(public);
		cao_key_free(private);
		cao_buf_free(&d);
		cao_buf_free(&spki);
		cao_buf_free(&sig);
	}
}

static void
test_sign(void **state)
{
	static const char *const algorithm[] = {
		"300a06082a811ccf55018375",
		"300a06082a8648ce3d040302",
		"300d06092a864886f70d01010b0500",
		"300d06092a864886f70d01010b0500",
	};
	struct cao_error err;

	(void)state;
	for (int i = 0; i < CAO_ALGORITHMS; i++) {
		struct cao_buf sig = { 0 }, alg = { 0 }, hex = { 0 };
		const struct cao_key *k = keys[i];
		unsigned char digest[CAO_DIGEST_SIZE], want[CAO_DIGEST_SIZE];
		struct cao_key *public = NULL;
		const unsigned char *spki;
		size_t len;

		assert_int_equal(cao_key_sign(k, "abc", 3, &sig, &err), CAO_OK);
		spki = cao_key_spki(k, &len);
		assert_int_equal(
		    cao_key_from_spki(spki, len, &public, &err), CAO_OK);
		assert_true(cao_key_equal(k, public));
		assert_int_equal(cao_key_algorithm(public), i);
		cao_sha256(spki, len, want);
		cao_key_digest(public, digest);
		assert_memory_equal(digest, want, sizeof want);
		assert_int_equal(
		    cao_key_verify(public, "abc", 3, sig.data, sig.len, &err),
		    CAO_OK);
		assert_int_equal(
		    cao_key_verify(public, "abd", 3, sig.data, sig.len, &err),
		    CAO_INTEGRITY);
		for (size_t n = 0; n < sig.len; n++)
			assert_int_equal(
			    cao_key_verify(public, "abc", 3, sig.data, n, &err),
			    CAO_INTEGRITY);
		cao_buf_putc(&sig, 0);
		assert_int_equal(
		    cao_key_verify(public, "abc", 3, sig.data, sig.len, &err),
		    CAO_INTEGRITY);
		assert_int_equal(cao_key_verify(keys[(i + 1) % CAO_ALGORITHMS],
				     "abc", 3, sig.data, sig.len - 1, &err),
		    CAO_INTEGRITY);
		assert_int_equal(
		    cao_key_sign(public, "abc", 3, &sig, &err), CAO_SYSTEM);
		cao_key_signature_algorithm(k, &alg);
		cao_hex_put(&hex, alg.data, alg.len);
		assert_string_equal(cao_buf_text(&hex), algorithm[i]);
		cao_key_free(public);
		cao_buf_free(&sig);
		cao_buf_free(&alg);
		cao_buf_free(&hex);
	}
}

/* A compressed point is the same key. */
static void
test_compressed(void **state)
{
	struct cao_key *a = NULL, *b = NULL;
	struct cao_error err;
	size_t len;

	(void)state;
	assert_int_equal(
	    from_spki("3059" SM2_ALGORITHM "03420004" SM2_X SM2_Y, &a, &err),
	    CAO_OK);
	assert_int_equal(
	    from_spki("3039" SM2_ALGORITHM "03220003" SM2_X, &b, &err), CAO_OK);
	assert_true(cao_key_equal(a, b));
	(void)cao_key_spki(b, &len);
	assert_int_equal(len, 91);
	cao_key_free(a);
	cao_key_free(b);
}

#define NOT_SPKI                                               \
	"the public key is not a SubjectPublicKeyInfo in DER " \
	"(RFC 5280 section 4.1)"
#define OFF_CURVE "the public key is not a point on its curve"

static void
test_refused(void **state)
{
	static const struct {
		const char *spki, *want;
	} cases[] = {
		{ "", NOT_SPKI },
		{ "3000", NOT_SPKI },
		{ "3059" P256_ALGORITHM "03420004" SM2_X SM2_Y, OFF_CURVE },
		{ "3039" SM2_ALGORITHM "032200"
		  "02ffffffffffffffffffffffffffffffff"
		  "ffffffffffffffffffffffffffffffff",
		    OFF_CURVE },
		/* hybrid, and the point at infinity */
		{ "3059" SM2_ALGORITHM "03420007" SM2_X SM2_Y, NOT_SPKI },
		{ "3019" SM2_ALGORITHM "03020000", NOT_SPKI },
		{ "3018" SM2_ALGORITHM "030100", NOT_SPKI },
		/* unused bits, something behind */
		{ "3059" SM2_ALGORITHM "03420104" SM2_X SM2_Y, NOT_SPKI },
		{ "3059" SM2_ALGORITHM "03420004" SM2_X SM2_Y "00", NOT_SPKI },
		{ "305b" SM2_ALGORITHM "03420004" SM2_X SM2_Y "0500",
		    NOT_SPKI },
		{ "3056301006072a8648ce3d020106052b8104000a"
		  "03420004" SM2_X SM2_Y,
		    "the key is on the curve secp256k1; use SM2 or P-256" },
		{ "304f300906072a8648ce3d0201"
		  "03420004" SM2_X SM2_Y,
		    "the EC key does not name its curve (RFC 5480 section "
		    "2.1.1); use SM2 or P-256" },
		{ "302a300506032b6570032100" SM2_X,
		    "the key's algorithm is ED25519; use SM2, P-256 or RSA "
		    "from 2048 bits" },
		/* RSA without NULL, and with a negative modulus */
		{ "3018300b06092a864886f70d010101030900300602010302010300",
		    NOT_SPKI },
		{ "301a300d06092a864886f70d0101010500030900300602018102"
		  "0103",
		    NOT_SPKI },
	};
	struct cao_error err;

	(void)state;
	for (size_t i = 0; i < SIZE(cases); i++) {
		struct cao_key *key = NULL;

		assert_int_equal(
		    from_spki(cases[i].spki, &key, &err), CAO_INPUT);
		assert_string_equal(err.text, cases[i].want);
		assert_null(key);
	}
}

/* A SubjectPublicKeyInfo of RSA with a modulus of so many bits. */
static void
put_rsa(struct cao_buf *out, size_t bits, unsigned last, const char *exponent)
{
	struct cao_buf key = { 0 }, e = { 0 };
	unsigned char n[8192 / 8];
	size_t a, b;

	memset(n, 0xff, sizeof n);
	n[0] = (unsigned char)(bits % 8 ? (1U << bits % 8) - 1 : 0xff);
	n[(bits + 7) / 8 - 1] = (unsigned char)last;
	from_hex(exponent, &e);
	a = cao_der_open(&key, CAO_DER_SEQUENCE);
	cao_der_unsigned(&key, n, (bits + 7) / 8);
	cao_der_unsigned(&key, e.data, e.len);
	cao_der_close(&key, a);
	a = cao_der_open(out, CAO_DER_SEQUENCE);
	b = cao_der_open(out, CAO_DER_SEQUENCE);
	cao_der_oid(out, CAO_OID_RSA);
	cao_der_null(out);
	cao_der_close(out, b);
	cao_der_bits(out, key.data, key.len);
	cao_der_close(out, a);
	cao_buf_free(&key);
	cao_buf_free(&e);
}

static void
test_rsa(void **state)
{
	static const struct {
		size_t bits;
		unsigned last;
		const char *exponent, *want;
		enum cao_algorithm alg;
	} cases[] = {
		{ 2048, 0xff, "010001", NULL, CAO_RSA2048 },
		{ 3071, 0xff, "010001", NULL, CAO_RSA2048 },
		{ 3072, 0xff, "010001", NULL, CAO_RSA3072 },
		{ 4096, 0xff, "0100000001", NULL, CAO_RSA3072 },
		{ 1024, 0xff, "010001",
		    "the RSA key has 1024 bits; make one of 2048 to 4096", 0 },
		{ 2047, 0xff, "010001",
		    "the RSA key has 2047 bits; make one of 2048 to 4096", 0 },
		{ 4097, 0xff, "010001",
		    "the RSA key has 4097 bits; make one of 2048 to 4096", 0 },
		{ 8192, 0xff, "010001",
		    "the RSA key has 8192 bits; make one of 2048 to 4096", 0 },
		{ 2048, 0xfe, "010001",
		    "the RSA modulus is even, so it is no modulus", 0 },
		{ 2048, 0xff, "03",
		    "the RSA exponent is 3; it must be odd and at least 65537 "
		    "(FIPS 186-5 section A.1.1)",
		    0 },
		{ 2048, 0xff, "01",
		    "the RSA exponent is 1; it must be odd and at least 65537 "
		    "(FIPS 186-5 section A.1.1)",
		    0 },
		{ 2048, 0xff, "010002",
		    "the RSA exponent is even; it must be odd "
		    "(FIPS 186-5 section A.1.1)",
		    0 },
		{ 2048, 0xff, SM2_Y SM2_X,
		    "the RSA exponent has 512 bits; it must have at most 256 "
		    "(FIPS 186-5 section A.1.1)",
		    0 },
	};
	struct cao_error err;

	(void)state;
	for (size_t i = 0; i < SIZE(cases); i++) {
		struct cao_key *key = NULL;
		struct cao_buf der = { 0 };
		enum cao_status st;

		put_rsa(&der, cases[i].bits, cases[i].last, cases[i].exponent);
		st = cao_key_from_spki(der.data, der.len, &key, &err);
		if (cases[i].want == NULL) {
			assert_int_equal(st, CAO_OK);
			assert_int_equal(cao_key_algorithm(key), cases[i].alg);
		} else {
			assert_int_equal(st, CAO_INPUT);
			assert_string_equal(err.text, cases[i].want);
		}
		cao_key_free(key);
		cao_buf_free(&der);
	}
}

static void
test_truncated(void **state)
{
	struct cao_error err;

	(void)state;
	for (int i = 0; i < CAO_ALGORITHMS; i++) {
		struct cao_key *key = NULL;
		struct cao_buf der = { 0 };
		const unsigned char *spki;
		size_t len;

		spki = cao_key_spki(keys[i], &len);
		for (size_t n = 0; n < len; n++)
			assert_int_equal(
			    cao_key_from_spki(spki, n, &key, &err), CAO_INPUT);
		assert_int_equal(
		    cao_key_private_der(keys[i], &der, &err), CAO_OK);
		for (size_t n = 0; n < der.len; n++)
			assert_int_equal(
			    cao_key_from_private(der.data, n, &key, &err),
			    CAO_INPUT);
		assert_null(key);
		assert_int_equal(
		    cao_key_from_private(der.data, der.len, &key, &err),
		    CAO_OK);
		assert_true(cao_key_equal(key, keys[i]));
		cao_key_free(key);
		cao_buf_free(&der);
	}
}

static enum cao_status
load(const char *pem, struct cao_pin *with, struct cao_key **ret,
    struct cao_error *err)
{
	return cao_key_load("sign.key", pem, strlen(pem), with, ret, err);
}

static void
test_save_and_load(void **state)
{
	struct cao_error err;

	(void)state;
	for (int i = 0; i < CAO_ALGORITHMS; i++) {
		struct cao_buf pem = { 0 }, again = { 0 }, sig = { 0 };
		struct cao_key *key = NULL;

		assert_int_equal(
		    cao_key_save(keys[i], pin, &pem, &err), CAO_OK);
		assert_int_equal(
		    cao_key_save(keys[i], pin, &again, &err), CAO_OK);
		assert_string_not_equal(
		    cao_buf_text(&pem), cao_buf_text(&again));
		assert_int_equal(
		    load(cao_buf_text(&pem), pin, &key, &err), CAO_OK);
		assert_true(cao_key_equal(key, keys[i]));
		assert_int_equal(
		    cao_key_sign(key, "abc", 3, &sig, &err), CAO_OK);
		assert_int_equal(
		    cao_key_verify(keys[i], "abc", 3, sig.data, sig.len, &err),
		    CAO_OK);
		cao_key_free(key);
		key = NULL;
		assert_int_equal(
		    load(cao_buf_text(&pem), wrong, &key, &err), CAO_INPUT);
		assert_string_equal(
		    err.text, "sign.key: the PIN does not open it");
		assert_int_equal(
		    load(cao_buf_text(&pem), NULL, &key, &err), CAO_INPUT);
		assert_string_equal(err.text,
		    "sign.key: the private key is under a PIN, and none is "
		    "given");
		assert_null(key);
		cao_buf_free(&pem);
		cao_buf_free(&again);
		cao_buf_free(&sig);
	}
}

/* Another run knows nothing of the salt, and opens it all the same. */
static void
test_another_run(void **state)
{
	struct cao_pin *other = make_pin(PIN), *small = make_pin("1234567");
	struct cao_buf pem = { 0 };
	struct cao_key *key = NULL;
	struct cao_error err;

	(void)state;
	assert_int_equal(cao_key_save(keys[CAO_SM2], pin, &pem, &err), CAO_OK);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(
		    load(cao_buf_text(&pem), other, &key, &err), CAO_OK);
		assert_true(cao_key_equal(key, keys[CAO_SM2]));
		cao_key_free(key);
		key = NULL;
	}
	assert_int_equal(
	    cao_key_save(keys[CAO_SM2], small, &pem, &err), CAO_INPUT);
	assert_string_equal(
	    err.text, "the PIN has 7 octets; it must have at least 8");
	assert_int_equal(
	    load(cao_buf_text(&pem), small, &key, &err), CAO_INPUT);
	assert_string_equal(err.text, "sign.key: the PIN does not open it");
	assert_string_equal(
	    (const char *)cao_secret_data(cao_pin_secret(other)), PIN);
	cao_buf_free(&pem);
	cao_pin_free(other);
	cao_pin_free(small);
}

/* Any one octet of the file changed: refused, and nothing worse. */
static void
test_changed(void **state)
{
	struct cao_buf pem = { 0 }, der = { 0 };
	struct cao_key *key = NULL;
	struct cao_error err;
	size_t end;

	(void)state;
	assert_int_equal(cao_key_save(keys[CAO_P256], pin, &pem, &err), CAO_OK);
	assert_int_equal(cao_pem_get("x", cao_buf_text(&pem), pem.len, NULL,
			     &der, NULL, &err),
	    CAO_OK);
	/* behind the salt: changing that costs a derivation each */
	end = der.len;
	for (size_t i = 80; i < end; i++) {
		struct cao_buf bad = { 0 };

		der.data[i] ^= 0x20;
		cao_pem_put(&bad, "ENCRYPTED PRIVATE KEY", der.data, der.len);
		der.data[i] ^= 0x20;
		assert_int_equal(
		    load(cao_buf_text(&bad), pin, &key, &err), CAO_INPUT);
		cao_buf_free(&bad);
	}
	for (size_t n = 1; n < end; n++) {
		struct cao_buf bad = { 0 };

		cao_pem_put(&bad, "ENCRYPTED PRIVATE KEY", der.data, n);
		assert_int_equal(
		    load(cao_buf_text(&bad), pin, &key, &err), CAO_INPUT);
		cao_buf_free(&bad);
	}
	for (size_t n = 0; n < pem.len - 1; n++)
		assert_int_equal(
		    cao_key_load("x", cao_buf_text(&pem), n, pin, &key, &err),
		    CAO_INPUT);
	assert_null(key);
	cao_buf_free(&pem);
	cao_buf_free(&der);
}

#define P256_CLEAR                                                           \
	"MEECAQAwEwYHKoZIzj0CAQYIKoZIzj0DAQcEJzAlAgEBBCDJr6nYRbp1FmtcIVdn\n" \
	"sdaTTlDD2zbomxJ7imIrEg9nIQ==\n"
#define BEGIN(label) "-----BEGIN " label "-----\n"
#define END(label) "-----END " label "-----\n"
#define BLOCK(label, body) BEGIN(label) body END(label)

/* As openssl(1) writes them, under the PIN of these tests. */
static void
test_foreign(void **state)
{
	static const char *const p256[] = {
		BLOCK("PRIVATE KEY", P256_CLEAR),
		"Some words before\r\n" BLOCK("PRIVATE KEY", P256_CLEAR),
		/* -traditional */
		BLOCK("EC PARAMETERS", "BggqhkjOPQMBBw==\n") BLOCK(
		    "EC PRIVATE KEY",
		    "MDECAQEEIMmvqdhFunUWa1whV2ex1pNOUMPbNuibEnuKYisSD2choAo"
		    "GCCqGSM49\nAwEH\n"),
		/* PBKDF2, AES-256-CBC */
		BLOCK("ENCRYPTED PRIVATE KEY",
		    "MIGrMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAivEvi40iG"
		    "7qwICB9AwDAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEI6R42GEZJ"
		    "Hl2kedJ70RPb0EUH7kMc4C5kIX4v/KUiivC5SLxMq0cET8OqZTYt4FG"
		    "gPmMpfYRoWzoV4tFC4fDAVVUP32sNUyljzFl9SBP4uchbC//UdDQRh9"
		    "5wVJTdrlCn61\n"),
		/* scrypt, AES-256-CBC */
		BLOCK("ENCRYPTED PRIVATE KEY",
		    "MIGjME8GCSqGSIb3DQEFDTBCMCEGCSsGAQQB2kcECzAUBAh3SMyUYga"
		    "AOQICBAACAQgCAQEwHQYJYIZIAWUDBAEqBBAt56eLyfLkiuzkdpPA0k"
		    "gTBFAIdpHFVd3ORoPQBIoRM1WvX1BcmlyuWbg3kgznbwKIod+osV+qE"
		    "4ds1ekQPqCt/AiDlT0D33OmtcA8r9pPdAp4U7VE3Q4uLHlT5lwhkabv"
		    "QQ==\n"),
		/* PKCS #12's 3DES */
		BLOCK("ENCRYPTED PRIVATE KEY",
		    "MGgwHAYKKoZIhvcNAQwBAzAOBAjSdmnGW1EZowICCAAESKunNnV5DvX"
		    "7X2DqeF7Nx4avJ0yQlNjaMkRFn/+ilNqeT60PuD7HCdXDYYwZl8hWIM"
		    "8FQFELirQAeQyYoiBrD+kxHUj1Yt3mMw==\n"),
	};
	/* scrypt, SM4-CBC */
	static const char sm2[] = BLOCK("ENCRYPTED PRIVATE KEY",
	    "MIGiME4GCSqGSIb3DQEFDTBBMCEGCSsGAQQB2kcECzAUBAj14P+65nEpBAICBAAC"
	    "AQgCAQEwHAYIKoEcz1UBaAIEEAPIQPteOU4/vrVUZZtHuF4EUNSOrACf/nsWyghN"
	    "Uvc4O8/15rsOJY2QjIYQkOrRV8a0neFQvKO52IGkYHyn7uS/WVHtGIh/5yqGqy8y"
	    "3kGpbOfFGoDg34g8/9RpQYMBgOHc");
	struct cao_key *key = NULL, *want = NULL;
	struct cao_error err;

	(void)state;
	assert_int_equal(
	    from_spki(
		"3059" P256_ALGORITHM "03420004" P256_X P256_Y, &want, &err),
	    CAO_OK);
	for (size_t i = 0; i < SIZE(p256); i++) {
		assert_int_equal(load(p256[i], pin, &key, &err), CAO_OK);
		assert_true(cao_key_equal(key, want));
		cao_key_free(key);
		key = NULL;
		if (strstr(p256[i], "ENCRYPTED") == NULL)
			continue;
		assert_int_equal(load(p256[i], wrong, &key, &err), CAO_INPUT);
		assert_string_equal(
		    err.text, "sign.key: the PIN does not open it");
	}
	cao_key_free(want);
	assert_int_equal(load(sm2, pin, &key, &err), CAO_OK);
	assert_int_equal(cao_key_algorithm(key), CAO_SM2);
	cao_key_free(key);
}

/* An EncryptedPrivateKeyInfo with scrypt of that cost. */
static void
put_costly(struct cao_buf *pem, unsigned n, unsigned r, unsigned p)
{
	struct cao_buf der = { 0 };
	size_t all = cao_der_open(&der, CAO_DER_SEQUENCE), a, b, c, d;

	a = cao_der_open(&der, CAO_DER_SEQUENCE);
	cao_der_oid(&der, "1.2.840.113549.1.5.13");
	b = cao_der_open(&der, CAO_DER_SEQUENCE);
	c = cao_der_open(&der, CAO_DER_SEQUENCE);
	cao_der_oid(&der, "1.3.6.1.4.1.11591.4.11");
	d = cao_der_open(&der, CAO_DER_SEQUENCE);
	cao_der_put(&der, CAO_DER_OCTET_STRING, "salt", 4);
	cao_der_small(&der, n);
	cao_der_small(&der, r);
	cao_der_small(&der, p);
	cao_der_close(&der, d);
	cao_der_close(&der, c);
	c = cao_der_open(&der, CAO_DER_SEQUENCE);
	cao_der_oid(&der, "2.16.840.1.101.3.4.1.42");
	cao_der_put(&der, CAO_DER_OCTET_STRING, "0123456789abcdef", 16);
	cao_der_close(&der, c);
	cao_der_close(&der, b);
	cao_der_close(&der, a);
	cao_der_put(&der, CAO_DER_OCTET_STRING, "0123456789abcdef", 16);
	cao_der_close(&der, all);
	cao_pem_put(pem, "ENCRYPTED PRIVATE KEY", der.data, der.len);
	cao_buf_free(&der);
}

static void
test_cost(void **state)
{
	static const struct {
		unsigned n, r, p;
		const char *want;
	} cases[] = {
		{ 2, 1, 1, "sign.key: the PIN does not open it" },
		{ 1U << 17, 8, 1, "sign.key: the PIN does not open it" },
		{ 1U << 18, 8, 1,
		    "sign.key: scrypt with N = 262144, r = 8, p = 1 costs too "
		    "much; N * r * p may be 1048576 at most" },
		{ 2, 1U << 20, 1,
		    "sign.key: scrypt with N = 2, r = 1048576, p = 1 costs "
		    "too much; N * r * p may be 1048576 at most" },
		{ 1U << 31, 0xffffffff, 0xffffffff,
		    "sign.key: scrypt with N = 2147483648, r = 4294967295, "
		    "p = 4294967295 costs too much; N * r * p may be 1048576 "
		    "at most" },
		{ 1000, 8, 1,
		    "sign.key: scrypt cannot have N = 1000, r = 8, p = 1 "
		    "(RFC 7914 section 2)" },
		{ 1024, 0, 1,
		    "sign.key: scrypt cannot have N = 1024, r = 0, p = 1 "
		    "(RFC 7914 section 2)" },
	};
	struct cao_error err;

	(void)state;
	for (size_t i = 0; i < SIZE(cases); i++) {
		struct cao_key *key = NULL;
		struct cao_buf pem = { 0 };

		put_costly(&pem, cases[i].n, cases[i].r, cases[i].p);
		assert_int_equal(
		    load(cao_buf_text(&pem), pin, &key, &err), CAO_INPUT);
		assert_string_equal(err.text, cases[i].want);
		assert_null(key);
		cao_buf_free(&pem);
	}
}

static void
test_bad_files(void **state)
{
	static const struct {
		const char *pem, *want;
	} cases[] = {
		{ "", "sign.key: there is no private key in PEM in it" },
		{ "hello\n", "sign.key: there is no private key in PEM in it" },
		{ BLOCK("PUBLIC KEY", P256_CLEAR),
		    "sign.key: there is no private key in PEM in it" },
		{ BEGIN("PRIVATE KEY") P256_CLEAR,
		    "sign.key: the PEM block PRIVATE KEY has no end" },
		{ BLOCK("PRIVATE KEY", "a-b"),
		    "sign.key: the PEM block PRIVATE KEY is not base64 "
		    "(RFC 7468)" },
		{ BLOCK("PRIVATE KEY", ""),
		    "sign.key: the PEM block PRIVATE KEY is not base64 "
		    "(RFC 7468)" },
		{ BLOCK("EC PRIVATE KEY",
		      "Proc-Type: 4,ENCRYPTED\n"
		      "DEK-Info: AES-128-CBC,AA97343070E1BB85BE81454C80B0B4D8\n"
		      "\nMOeGAK7CvODodjDbDDArOCui6cepmUk9E09YvloYbz1g\n"),
		    "sign.key: the PEM block EC PRIVATE KEY has headers, an "
		    "encryption of old; write it anew with openssl pkcs8 "
		    "-topk8 -scrypt" },
		{ BLOCK("PRIVATE KEY", "MAA=\n"),
		    "sign.key: the private key is not a PrivateKeyInfo in DER "
		    "(RFC 5958 section 2)" },
		{ BLOCK("ENCRYPTED PRIVATE KEY", "MAA=\n"),
		    "sign.key: the private key is not an "
		    "EncryptedPrivateKeyInfo in DER (RFC 5958 section 3)" },
		{ BLOCK("RSA PRIVATE KEY", "MAA=\n"), NULL },
		{ BLOCK("EC PRIVATE KEY", "MAA=\n"),
		    "sign.key: the private key is not a PrivateKeyInfo in DER "
		    "(RFC 5958 section 2)" },
	};
	struct cao_error err;

	(void)state;
	for (size_t i = 0; i < SIZE(cases); i++) {
		struct cao_key *key = NULL;

		assert_int_equal(
		    load(cases[i].pem, pin, &key, &err), CAO_INPUT);
		if (cases[i].want != NULL)
			assert_string_equal(err.text, cases[i].want);
		assert_null(key);
	}
}

/* A PrivateKeyInfo over SM2 or P-256 that is wrong inside. */
static void
test_bad_private(void **state)
{
	static const struct {
		const char *der, *want;
	} cases[] = {
		{ "3041020100" SM2_ALGORITHM "0427302502010104"
		  "20" P256_X,
		    NULL },
		{ "3041020100" SM2_ALGORITHM "042730250201010420"
		  "0000000000000000000000000000000000000000000000000000000000"
		  "000000",
		    "the private key is not in the range of its curve" },
		/* n - 1, which SM2 cannot sign with */
		{ "3041020100" SM2_ALGORITHM "042730250201010420"
		  "fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939"
		  "d54122",
		    "the private key is not in the range of its curve" },
		{ "3041020100" P256_ALGORITHM "042730250201010420"
		  "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc"
		  "632551",
		    "the private key is not in the range of its curve" },
		/* another's point, in both forms */
		{ "308187020100" P256_ALGORITHM "046d306b0201010420" P256_D
		  "a144034200"
		  "04" SM2_X SM2_Y,
		    "the public part beside the private key is another's" },
		{ "3067020100" P256_ALGORITHM "044d304b0201010420" P256_D
		  "a124032200"
		  "02" P256_X,
		    "the public part beside the private key is another's" },
		{ "3067020100" P256_ALGORITHM "044d304b0201010420" P256_D
		  "a124032200"
		  "03" P256_X,
		    NULL },
		/* two curves */
		{ "304d020100" P256_ALGORITHM "043330310201010420" P256_D
		  "a00a06082a811ccf5501822d",
		    "the private key names two different curves" },
		{ "302e020100300506032b657004220420" P256_D,
		    "the private key is none of SM2, P-256 and RSA" },
	};
	struct cao_error err;

	(void)state;
	for (size_t i = 0; i < SIZE(cases); i++) {
		struct cao_key *key = NULL;
		struct cao_buf der = { 0 };
		enum cao_status st;

		from_hex(cases[i].der, &der);
		st = cao_key_from_private(der.data, der.len, &key, &err);
		assert_int_equal(st, cases[i].want ? CAO_INPUT : CAO_OK);
		if (cases[i].want != NULL)
			assert_string_equal(err.text, cases[i].want);
		cao_key_free(key);
		cao_buf_free(&der);
	}
}

static void
test_pem(void **state)
{
	static const unsigned char data[50];
	struct cao_buf pem = { 0 }, der = { 0 };
	struct cao_error err;
	const char *text, *rest;

	(void)state;
	cao_pem_put(&pem, "ONE", data, 48);
	cao_pem_put(&pem, "TWO", data, 50);
	text = cao_buf_text(&pem);
#define A64 "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n"
	assert_string_equal(text, BLOCK("ONE", A64) BLOCK("TWO", A64 "AAA=\n"));
	assert_int_equal(
	    cao_pem_get("x", text, pem.len, NULL, &der, &rest, &err), CAO_OK);
	assert_int_equal(der.len, 48);
	assert_int_equal(cao_pem_get("x", rest, pem.len - (size_t)(rest - text),
			     NULL, &der, &rest, &err),
	    CAO_OK);
	assert_int_equal(der.len, 50);
	assert_string_equal(rest, "\n");
	assert_int_equal(
	    cao_pem_get("x", rest, 1, NULL, &der, &rest, &err), CAO_INPUT);
	assert_string_equal(err.text, "x: there is no PEM in it");
	assert_int_equal(
	    cao_pem_get("x", text, pem.len, "THREE", &der, NULL, &err),
	    CAO_INPUT);
	assert_string_equal(err.text, "x: there is no PEM block THREE in it");
	assert_int_equal(der.len, 50);
	assert_true(cao_pem_has(text, pem.len, "TWO"));
	assert_false(cao_pem_has(text, 60, "TWO"));
	assert_false(cao_pem_has(" -----BEGIN ONE-----\n", 21, "ONE"));
	cao_buf_free(&pem);
	cao_buf_free(&der);
}

struct work {
	struct cao_pin *pin;
	bool good[24];
};

/* Make, save, load, sign and verify, as a batch does. */
static void
work(void *arg, size_t i)
{
	struct work *w = arg;
	struct cao_buf pem = { 0 }, sig = { 0 };
	struct cao_key *key = NULL, *back = NULL, *public = NULL;
	struct cao_error err;
	const unsigned char *spki;
	size_t len;

	w->good[i] = cao_key_generate(i % 2 ? CAO_SM2 : CAO_P256, &key, &err) ==
		CAO_OK &&
	    cao_key_save(key, w->pin, &pem, &err) == CAO_OK &&
	    cao_key_load("x", cao_buf_text(&pem), pem.len, w->pin, &back,
		&err) == CAO_OK &&
	    (spki = cao_key_spki(back, &len)) != NULL &&
	    cao_key_from_spki(spki, len, &public, &err) == CAO_OK &&
	    cao_key_sign(back, "abc", 3, &sig, &err) == CAO_OK &&
	    cao_key_verify(public, "abc", 3, sig.data, sig.len, &err) == CAO_OK;
	cao_key_free(key);
	cao_key_free(back);
	cao_key_free(public);
	cao_buf_free(&pem);
	cao_buf_free(&sig);
}

static void
test_threads(void **state)
{
	struct work w = { .pin = make_pin(PIN) };

	(void)state;
	cao_pool_run(4, SIZE(w.good), work, &w);
	for (size_t i = 0; i < SIZE(w.good); i++)
		assert_true(w.good[i]);
	cao_pin_free(w.pin);
}

static void
test_share(void **state)
{
	struct cao_key *key = cao_key_share(keys[CAO_SM2]);
	struct cao_buf sig = { 0 };
	struct cao_error err;

	(void)state;
	assert_ptr_equal(key, keys[CAO_SM2]);
	cao_key_free(key);
	assert_int_equal(cao_key_sign(key, "abc", 3, &sig, &err), CAO_OK);
	cao_buf_free(&sig);
	cao_key_free(NULL);
	cao_pin_free(NULL);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_known_answers),
		cmocka_unit_test(test_sign),
		cmocka_unit_test(test_compressed),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_rsa),
		cmocka_unit_test(test_truncated),
		cmocka_unit_test(test_save_and_load),
		cmocka_unit_test(test_another_run),
		cmocka_unit_test(test_changed),
		cmocka_unit_test(test_foreign),
		cmocka_unit_test(test_cost),
		cmocka_unit_test(test_bad_files),
		cmocka_unit_test(test_bad_private),
		cmocka_unit_test(test_pem),
		cmocka_unit_test(test_threads),
		cmocka_unit_test(test_share),
	};

	return cmocka_run_group_tests_name("key", tests, set_up, tear_down);
}
