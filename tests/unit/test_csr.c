/* Certification requests: made, read, and refused with the remedy. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"
#include "pki/csr.h"
#include "pki/der.h"
#include "pki/key_openssl.h"

#define SIZE(a) (sizeof(a) / sizeof *(a))

static const struct cao_subject subject = { .country = "CN",
	.organisation = "上海样本信息有限公司",
	.common_name = "赵一" };

static struct cao_key *keys[CAO_ALGORITHMS];
static struct cao_buf made[CAO_ALGORITHMS];

static int
set_up(void **state)
{
	struct cao_error err;

	(void)state;
	for (int i = 0; i < CAO_ALGORITHMS; i++)
		if (cao_key_generate((enum cao_algorithm)i, &keys[i], &err) !=
			CAO_OK ||
		    cao_csr_make(keys[i], &subject, &made[i], &err) != CAO_OK)
			return -1;
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	for (int i = 0; i < CAO_ALGORITHMS; i++) {
		cao_key_free(keys[i]);
		cao_buf_free(&made[i]);
	}
	return 0;
}

static void
assert_read(const void *data, size_t len, int alg)
{
	unsigned char digest[CAO_DIGEST_SIZE];
	struct cao_csr csr = { 0 };
	struct cao_error err;

	assert_int_equal(cao_csr_read("x", data, len, &csr, &err), CAO_OK);
	assert_true(cao_key_equal(csr.key, keys[alg]));
	assert_int_equal(csr.der.len, made[alg].len);
	assert_memory_equal(csr.der.data, made[alg].data, csr.der.len);
	cao_key_digest(keys[alg], digest);
	assert_memory_equal(csr.key_digest, digest, sizeof digest);
	cao_csr_free(&csr);
	assert_null(csr.key);
}

static void
test_round_trip(void **state)
{
	static const char *const labels[] = { "CERTIFICATE REQUEST",
		"NEW CERTIFICATE REQUEST" };

	(void)state;
	for (int i = 0; i < CAO_ALGORITHMS; i++) {
		assert_read(made[i].data, made[i].len, i);
		for (size_t l = 0; l < SIZE(labels); l++) {
			struct cao_buf pem = { 0 };

			cao_buf_puts(&pem, "Certificate Request:\n");
			cao_pem_put(&pem, labels[l], made[i].data, made[i].len);
			assert_read(pem.data, pem.len, i);
			cao_buf_free(&pem);
		}
	}
}

static void
test_make_refused(void **state)
{
	const struct cao_subject bad = { .common_name = "a\tb" };
	struct cao_buf der = { 0 };
	struct cao_error err;

	(void)state;
	assert_int_equal(
	    cao_csr_make(keys[CAO_SM2], &bad, &der, &err), CAO_INPUT);
	assert_string_equal(
	    err.text, "the subject's common_name holds a control character");
	assert_string_equal(err.field, "common_name");
	assert_int_equal(der.len, 0);
}

static void
refused(const void *data, size_t len, const char *want)
{
	struct cao_csr csr = { 0 };
	struct cao_error err;

	assert_int_equal(cao_csr_read("x", data, len, &csr, &err), CAO_INPUT);
	if (want != NULL)
		assert_string_equal(err.text, want);
	assert_null(csr.key);
	assert_null(csr.der.data);
}

static void
test_truncated(void **state)
{
	struct cao_buf pem = { 0 };

	(void)state;
	for (int i = 0; i < CAO_ALGORITHMS; i++)
		for (size_t n = 0; n < made[i].len; n++)
			refused(made[i].data, n, NULL);
	cao_pem_put(&pem, "CERTIFICATE REQUEST", made[0].data, made[0].len);
	for (size_t n = 0; n < pem.len - 1; n++)
		refused(pem.data, n, NULL);
	cao_buf_free(&pem);
}

/* Make the last character of the common name another one, and back. */
static void
flip_name(struct cao_buf *der)
{
	size_t len = strlen(subject.common_name), i = 0;

	while (memcmp(der->data + i, subject.common_name, len - 1) != 0)
		assert_true(++i + len < der->len);
	der->data[i + len - 1] ^= 0x01;
}

/* Any one bit changed makes it another request, or none. */
static void
test_tampered(void **state)
{
	(void)state;
	for (int i = 0; i < CAO_ALGORITHMS; i++) {
		for (size_t n = 0; n < made[i].len; n++) {
			made[i].data[n] ^= 0x01;
			refused(made[i].data, made[i].len, NULL);
			made[i].data[n] ^= 0x01;
		}
	}
	flip_name(&made[0]);
	refused(made[0].data, made[0].len,
	    "x: the request's signature is not its key's: it was changed, or "
	    "signed with another key");
	flip_name(&made[0]);
}

static void
test_trailing(void **state)
{
	struct cao_buf der = { 0 };

	(void)state;
	cao_buf_add(&der, made[0].data, made[0].len);
	cao_buf_putc(&der, 0);
	refused(
	    der.data, der.len, "x: 1 octets follow the request; nothing may");
	cao_buf_free(&der);
}

static void
test_no_request(void **state)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
		{ "",
		    "x: it is no certification request; give a PKCS #10 in "
		    "PEM or DER" },
		{ "hello",
		    "x: it is no certification request; give a "
		    "PKCS #10 in PEM or DER" },
		{ "-----BEGIN CERTIFICATE-----\nMAA=\n"
		  "-----END CERTIFICATE-----\n",
		    "x: it is no certification request; give a PKCS #10 in "
		    "PEM or DER" },
		{ "-----BEGIN CERTIFICATE REQUEST-----\n.\n"
		  "-----END CERTIFICATE REQUEST-----\n",
		    "x: the PEM block CERTIFICATE REQUEST is not base64 "
		    "(RFC 7468)" },
		{ "-----BEGIN CERTIFICATE REQUEST-----\nMAA=\n"
		  "-----END CERTIFICATE REQUEST-----\n",
		    "x: RFC 2986 section 4: the request is malformed at the "
		    "signature algorithm" },
		{ "0\x80",
		    "x: RFC 2986 section 4: the request is malformed "
		    "at the DER" },
	};
	static char big[CAO_CSR_MAX + 1];

	(void)state;
	for (size_t i = 0; i < SIZE(cases); i++)
		refused(cases[i].text, strlen(cases[i].text), cases[i].want);
	refused(big, sizeof big,
	    "x: the request has 65537 octets; at most 65536 are read");
}

/* A request as somebody else might build it, signed by key. */
struct built {
	const struct cao_key *key;
	unsigned version;
	const char *name, *spki, *attributes, *algorithm; /* hex; NULL: good */
	bool empty_id;
};

static void
put_hex(struct cao_buf *out, const char *hex)
{
	unsigned char octets[512];
	size_t len = strlen(hex) / 2;

	assert_true(len <= sizeof octets);
	assert_true(cao_hex_get(hex, octets, len));
	cao_buf_add(out, octets, len);
}

/* As OpenSSL signs where nobody gives it an id. */
static void
sign_without_id(const struct cao_key *key, const struct cao_buf *info,
    struct cao_buf *signature)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	unsigned char octets[128];
	size_t n = sizeof octets;

	assert_int_equal(
	    EVP_DigestSignInit(ctx, NULL, EVP_sm3(), NULL, cao_key_pkey(key)),
	    1);
	assert_int_equal(
	    EVP_DigestSign(ctx, octets, &n, info->data, info->len), 1);
	cao_buf_add(signature, octets, n);
	EVP_MD_CTX_free(ctx);
}

static void
build(const struct built *b, struct cao_buf *out)
{
	struct cao_buf info = { 0 }, sig = { 0 };
	const unsigned char *spki;
	struct cao_error err;
	size_t seq, len;

	seq = cao_der_open(&info, CAO_DER_SEQUENCE);
	cao_der_small(&info, b->version);
	put_hex(&info, b->name != NULL ? b->name : "3000");
	spki = cao_key_spki(b->key, &len);
	if (b->spki != NULL)
		put_hex(&info, b->spki);
	else
		cao_buf_add(&info, spki, len);
	put_hex(&info, b->attributes != NULL ? b->attributes : "a000");
	cao_der_close(&info, seq);
	if (b->empty_id)
		sign_without_id(b->key, &info, &sig);
	else
		assert_int_equal(
		    cao_key_sign(b->key, info.data, info.len, &sig, &err),
		    CAO_OK);
	seq = cao_der_open(out, CAO_DER_SEQUENCE);
	cao_buf_add(out, info.data, info.len);
	if (b->algorithm != NULL)
		put_hex(out, b->algorithm);
	else
		cao_key_signature_algorithm(b->key, out);
	cao_der_bits(out, sig.data, sig.len);
	cao_der_close(out, seq);
	cao_buf_free(&info);
	cao_buf_free(&sig);
}

#define RULE(what) "x: RFC 2986 section 4: the request is malformed at " what
#define SECP256K1                                                      \
	"3056301006072a8648ce3d020106052b8104000a03420004"             \
	"79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f8" \
	"1798483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08f" \
	"fb10d4b8"
/* A modulus of 1024 bits and one with the exponent 3 of 2048. */
#define SIXTEEN "f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff"
#define BITS_1024 \
	SIXTEEN SIXTEEN SIXTEEN SIXTEEN SIXTEEN SIXTEEN SIXTEEN SIXTEEN
#define RSA1024                                            \
	"30819f300d06092a864886f70d010101050003818d003081" \
	"89028181"                                         \
	"00" BITS_1024 "0203010001"
#define RSA_E3                                         \
	"30820120300d06092a864886f70d0101010500038201" \
	"0d003082010802820101"                         \
	"00" BITS_1024 BITS_1024 "020103"

static void
test_built(void **state)
{
	const struct cao_key *sm2 = keys[CAO_SM2], *p256 = keys[CAO_P256];
	const struct {
		struct built built;
		const char *want;
	} cases[] = {
		{ { .key = sm2 }, NULL },
		/* NULL parameters, as some write them */
		{ { .key = sm2, .algorithm = "300c06082a811ccf550183750500" },
		    NULL },
		/* a challengePassword */
		{ { .key = p256,
		      .attributes = "a014301206092a864886f70d010907310"
				    "50c03616263" },
		    NULL },
		{ { .key = sm2, .empty_id = true },
		    "x: signed with an empty SM2 id; sign with -sigopt "
		    "distid:1234567812345678" },
		{ { .key = sm2, .version = 1 }, RULE("the version") },
		{ { .key = sm2, .name = "3100" }, RULE("the subject") },
		{ { .key = sm2, .attributes = "" }, RULE("the attributes") },
		{ { .key = sm2, .attributes = "a0000500" },
		    RULE("the attributes") },
		{ { .key = sm2, .attributes = "a0020500" },
		    RULE("an attribute") },
		{ { .key = p256, .algorithm = "300a06082a8648ce3d040303" },
		    "x: the request is signed with another algorithm than "
		    "ECDSA-SHA256; make it anew with openssl req -sha256" },
		{ { .key = sm2, .algorithm = "300a06082a8648ce3d040302" },
		    "x: the request is signed with another algorithm than "
		    "SM2-SM3; make it anew with openssl req -sm3" },
		{ { .key = sm2, .spki = SECP256K1 },
		    "x: the key is on the curve secp256k1; use SM2 or P-256" },
		{ { .key = keys[CAO_RSA2048], .spki = RSA1024 },
		    "x: the RSA key has 1024 bits; make one of 2048 to 4096" },
		{ { .key = keys[CAO_RSA2048], .spki = RSA_E3 },
		    "x: the RSA exponent is 3; it must be odd and at least "
		    "65537 (FIPS 186-5 section A.1.1)" },
	};

	(void)state;
	for (size_t i = 0; i < SIZE(cases); i++) {
		struct cao_buf der = { 0 };
		struct cao_csr csr = { 0 };
		struct cao_error err;

		build(&cases[i].built, &der);
		if (cases[i].want != NULL) {
			refused(der.data, der.len, cases[i].want);
		} else {
			assert_int_equal(
			    cao_csr_read("x", der.data, der.len, &csr, &err),
			    CAO_OK);
			cao_csr_free(&csr);
		}
		cao_buf_free(&der);
	}
}

/* One key's request under another key's signature. */
static void
test_stolen(void **state)
{
	struct cao_buf spki = { 0 }, der = { 0 };
	const unsigned char *own;
	struct cao_key *other = NULL;
	struct cao_error err;
	size_t len;

	(void)state;
	assert_int_equal(cao_key_generate(CAO_SM2, &other, &err), CAO_OK);
	own = cao_key_spki(keys[CAO_SM2], &len);
	cao_hex_put(&spki, own, len);
	build(
	    &(struct built){ .key = other, .spki = cao_buf_text(&spki) }, &der);
	refused(der.data, der.len,
	    "x: the request's signature is not its key's: it was changed, or "
	    "signed with another key");
	cao_key_free(other);
	cao_buf_free(&spki);
	cao_buf_free(&der);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_make_refused),
		cmocka_unit_test(test_truncated),
		cmocka_unit_test(test_tampered),
		cmocka_unit_test(test_trailing),
		cmocka_unit_test(test_no_request),
		cmocka_unit_test(test_built),
		cmocka_unit_test(test_stolen),
	};

	return cmocka_run_group_tests_name("csr", tests, set_up, tear_down);
}
