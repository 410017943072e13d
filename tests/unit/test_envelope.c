/* Keys on their way: what was sealed comes out for its key alone, and what was
 * changed never comes out as another key. */
#include <stdlib.h>

#include "pair.h"

#include <openssl/bn.h>
#include <openssl/evp.h>
#include <openssl/pkcs12.h>

#include "base/file.h"
#include "pki/der.h"
#include "pki/envelope.h"
#include "pki/key_openssl.h"

static struct pair sm2, p256, rsa;
static struct cao_key *recovery_key;
static struct cao_buf recovery_cert;

/* A pair whose RSA parts are quick to make: the CA is the holder's key. */
static void
make_rsa(struct pair *p)
{
	struct cao_cert_spec s;

	assert_ok(cao_key_generate(CAO_RSA2048, &p->sign, &error));
	assert_ok(cao_key_generate(CAO_RSA2048, &p->encrypt, &error));
	s = holder_spec(CAO_SIGN, p->sign);
	certify(&s, NULL, p->sign, &p->sign_cert);
	s = holder_spec(CAO_ENCRYPT, p->encrypt);
	certify(&s, NULL, p->encrypt, &p->encrypt_cert);
}

static int
set_up(void **state)
{
	(void)state;
	pair_make(&sm2, CAO_SM2);
	pair_make(&p256, CAO_P256);
	make_rsa(&rsa);
	assert_ok(cao_key_generate(CAO_RSA2048, &recovery_key, &error));
	assert_ok(cao_authority_self(recovery_key, CAO_RECOVERY, CA_NAME,
	    "Recovery", NOW, 20, &recovery_cert, &error));
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	pair_free(&sm2);
	pair_free(&p256);
	pair_free(&rsa);
	cao_key_free(recovery_key);
	cao_buf_free(&recovery_cert);
	return 0;
}

static enum cao_status
open_it(const struct pair *p, const void *envelope, size_t len,
    struct cao_key **ret)
{
	return cao_envelope_open(p->sign, p->sign_cert.data, p->sign_cert.len,
	    envelope, len, ret, &error);
}

/* Its private part is that of its public part. */
static void
check_works(const struct cao_key *key)
{
	struct cao_buf signature = { 0 };

	assert_ok(cao_key_sign(key, "abc", 3, &signature, &error));
	assert_ok(cao_key_verify(
	    key, "abc", 3, signature.data, signature.len, &error));
	cao_buf_free(&signature);
}

static void
check_round_trip(const struct pair *p)
{
	struct cao_buf a = { 0 }, b = { 0 };
	struct cao_key *key = NULL;

	assert_ok(cao_envelope_seal(
	    p->sign_cert.data, p->sign_cert.len, p->encrypt, &a, &error));
	assert_ok(cao_envelope_seal(
	    p->sign_cert.data, p->sign_cert.len, p->encrypt, &b, &error));
	assert_false(a.len == b.len && memcmp(a.data, b.data, a.len) == 0);
	assert_ok(open_it(p, a.data, a.len, &key));
	assert_true(cao_key_equal(key, p->encrypt));
	check_works(key);
	cao_key_free(key);
	cao_buf_free(&a);
	cao_buf_free(&b);
}

static void
test_round_trips(void **state)
{
	(void)state;
	for (int i = 0; i < 20; i++) {
		check_round_trip(&sm2);
		check_round_trip(&p256);
	}
	check_round_trip(&rsa);
}

static void
check_wrong_key(struct pair *p, enum cao_algorithm alg)
{
	struct cao_buf envelope = { 0 };
	struct cao_key *other = NULL, *key = NULL;

	assert_ok(cao_key_generate(alg, &other, &error));
	assert_ok(cao_envelope_seal(p->sign_cert.data, p->sign_cert.len,
	    p->encrypt, &envelope, &error));
	assert_int_equal(
	    cao_envelope_open(other, p->sign_cert.data, p->sign_cert.len,
		envelope.data, envelope.len, &key, &error),
	    CAO_INTEGRITY);
	assert_null(key);
	assert_non_null(
	    strstr(error.text, "the envelope does not open with this key"));
	cao_key_free(other);
	cao_buf_free(&envelope);
}

static void
test_wrong_keys(void **state)
{
	struct cao_buf envelope = { 0 };
	struct cao_key *key = NULL;

	(void)state;
	check_wrong_key(&sm2, CAO_SM2);
	check_wrong_key(&p256, CAO_P256);
	check_wrong_key(&rsa, CAO_RSA2048);
	assert_ok(cao_envelope_seal(sm2.sign_cert.data, sm2.sign_cert.len,
	    sm2.encrypt, &envelope, &error));
	assert_int_equal(
	    open_it(&p256, envelope.data, envelope.len, &key), CAO_INTEGRITY);
	assert_string_equal(error.text,
	    "GM/T 0009 section 7.4: an SM2EnvelopedKey opens with an SM2 key only");
	envelope.len = 0;
	assert_int_equal(
	    cao_envelope_seal(sm2.sign_cert.data, sm2.sign_cert.len,
		p256.encrypt, &envelope, &error),
	    CAO_INPUT);
	assert_string_equal(error.text,
	    "GM/T 0009 section 7.4: only an SM2 key goes to the holder of an SM2 key");
	cao_buf_free(&envelope);
}

/* A changed envelope opens to nothing, or to the very key. */
static void
check_tampering(struct pair *p, unsigned char mask)
{
	struct cao_buf e = { 0 };
	size_t opened = 0;

	assert_ok(cao_envelope_seal(
	    p->sign_cert.data, p->sign_cert.len, p->encrypt, &e, &error));
	for (size_t i = 0; i < e.len; i++) {
		struct cao_key *key = NULL;
		enum cao_status st;

		e.data[i] ^= mask;
		error = (struct cao_error){ 0 };
		st = open_it(p, e.data, e.len, &key);
		if (st == CAO_OK) {
			opened++;
			if (!cao_key_equal(key, p->encrypt))
				fail_msg("octet %zu opens another key", i);
			check_works(key);
		} else if (st != CAO_INTEGRITY || error.text[0] == '\0' ||
		    key != NULL) {
			fail_msg("octet %zu: status %d", i, st);
		}
		cao_key_free(key);
		e.data[i] ^= mask;
	}
	/* Versions and tags of parameters, which the reader does not heed. */
	assert_in_range(opened, 0, 8);
	cao_buf_free(&e);
}

static void
test_tampering(void **state)
{
	(void)state;
	check_tampering(&sm2, 0x01);
	check_tampering(&sm2, 0x80);
	check_tampering(&p256, 0x01);
	check_tampering(&p256, 0x80);
	check_tampering(&rsa, 0x01);
}

static void
check_truncation(struct pair *p)
{
	struct cao_buf e = { 0 };
	struct cao_key *key = NULL;

	assert_ok(cao_envelope_seal(
	    p->sign_cert.data, p->sign_cert.len, p->encrypt, &e, &error));
	for (size_t len = 0; len < e.len; len++) {
		unsigned char *part = malloc(len + 1);

		assert_non_null(part);
		memcpy(part, e.data, len);
		assert_int_equal(open_it(p, part, len, &key), CAO_INTEGRITY);
		assert_null(key);
		free(part);
	}
	cao_buf_putc(&e, 0);
	assert_int_equal(open_it(p, e.data, e.len, &key), CAO_INTEGRITY);
	assert_int_equal(
	    open_it(p, e.data, CAO_ENVELOPE_MAX + 1, &key), CAO_INTEGRITY);
	assert_string_equal(
	    error.text, "an envelope of 65537 octets: at most 65536 are read");
	cao_buf_free(&e);
}

static void
test_truncation(void **state)
{
	(void)state;
	check_truncation(&sm2);
	check_truncation(&p256);
	check_truncation(&rsa);
}

/* Envelopes of others. */

static void
test_foreign_vector(void **state)
{
	static const char d[] = "5cbd96822bb1491ec835ae9c09d4d3825e30bd9955e3c7"
				"031fbbe0e72d6fddf6";
	static const char der[] =
	    "3081ef300c06082a811ccf55016802050030780220760c5d4eb80f7ec4bb12026"
	    "586e4badcd41c293b416618575894d9278214aa6c02203fea869801f94f1cf383"
	    "9e9b666482703c86cef160af8a540daf9c6b9adff5b20420685f05616055daf49"
	    "48e44d76c366b16745f7a487614c0542d16871baa34be8704104abfcab6cea65c"
	    "af2c130b222ebe519903420004944a5887f6fad9808516755e81c62f41566dab0"
	    "f56ca55ad7909880acc051ce157694b11557eba725291166508868e6988c596a3"
	    "0472bef32e03a3dcef6866270321003ec6b59fece00ca37336c12f6d529aa84be"
	    "07597e315eda1b7b58b0bef2fead9";
	struct cao_buf scalar = { 0 }, envelope = { 0 };
	struct cao_key *sign = NULL, *key = NULL;

	(void)state;
	put_hex(&scalar, d);
	put_hex(&envelope, der);
	assert_ok(cao_key_from_scalar(
	    CAO_SM2, scalar.data, scalar.len, &sign, &error));
	assert_ok(cao_envelope_open(
	    sign, NULL, 0, envelope.data, envelope.len, &key, &error));
	check_works(key);
	cao_key_free(sign);
	cao_key_free(key);
	cao_buf_free(&scalar);
	cao_buf_free(&envelope);
}

/* Integers of fixed width, negative in DER: read, though not for this key. */
static void
test_foreign_file(void **state)
{
	struct cao_buf envelope = { 0 };
	struct cao_key *key = NULL;

	(void)state;
	assert_ok(cao_file_read(
	    "tests/data/ek.der", CAO_ENVELOPE_MAX, &envelope, &error));
	assert_int_equal(
	    open_it(&sm2, envelope.data, envelope.len, &key), CAO_INTEGRITY);
	assert_non_null(
	    strstr(error.text, "the envelope does not open with this key"));
	cao_buf_free(&envelope);
}

/* How others write one. */
struct form {
	const char *algorithm; /* content of symAlgID */
	size_t zeros;          /* octets before the scalar */
	bool fixed;            /* integers of 32 octets, whatever their sign */
	bool works;
};

/* The content of an INTEGER as 32 octets. */
static void
put_fixed(struct cao_buf *out, struct cao_der *w)
{
	unsigned char octets[32] = { 0 };
	struct cao_der n;

	assert_true(cao_der_take(w, CAO_DER_INTEGER, &n));
	if (n.len == 33)
		n.data++, n.len--;
	memcpy(octets + 32 - n.len, n.data, n.len);
	cao_der_put(out, CAO_DER_INTEGER, octets, sizeof octets);
}

static void
put_cipher(struct cao_buf *out, const unsigned char *der, size_t len,
    const struct form *form)
{
	struct cao_der w = { der, len }, seq;
	size_t mark;

	if (!form->fixed) {
		cao_buf_add(out, der, len);
		return;
	}
	assert_true(cao_der_take(&w, CAO_DER_SEQUENCE, &seq));
	mark = cao_der_open(out, CAO_DER_SEQUENCE);
	put_fixed(out, &seq);
	put_fixed(out, &seq);
	cao_buf_add(out, seq.data, seq.len);
	cao_der_close(out, mark);
}

static void
make_foreign(const struct form *form, struct cao_buf *out)
{
	static const unsigned char key[16] = "0123456789abcde";
	unsigned char clear[64] = { 0 }, sealed[64 + 16], cipher[256];
	size_t cipher_len = sizeof cipher, seq, alg, spki_len;
	const unsigned char *spki = cao_key_spki(sm2.encrypt, &spki_len);
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	EVP_PKEY_CTX *pctx = EVP_PKEY_CTX_new(cao_key_pkey(sm2.sign), NULL);
	BIGNUM *d = NULL;
	int n = 0;

	assert_int_equal(
	    EVP_PKEY_get_bn_param(cao_key_pkey(sm2.encrypt), "priv", &d), 1);
	assert_int_equal(BN_bn2binpad(d, clear + form->zeros, 32), 32);
	assert_int_equal(
	    EVP_EncryptInit_ex(ctx, EVP_sm4_ecb(), NULL, key, NULL), 1);
	EVP_CIPHER_CTX_set_padding(ctx, 0);
	assert_int_equal(
	    EVP_EncryptUpdate(ctx, sealed, &n, clear, (int)form->zeros + 32),
	    1);
	assert_int_equal(EVP_PKEY_encrypt_init(pctx), 1);
	assert_int_equal(
	    EVP_PKEY_encrypt(pctx, cipher, &cipher_len, key, 16), 1);
	seq = cao_der_open(out, CAO_DER_SEQUENCE);
	alg = cao_der_open(out, CAO_DER_SEQUENCE);
	put_hex(out, form->algorithm);
	cao_der_close(out, alg);
	put_cipher(out, cipher, cipher_len, form);
	cao_der_bits(out, spki + spki_len - 65, 65);
	cao_der_bits(out, sealed, form->zeros + 32);
	cao_der_close(out, seq);
	BN_clear_free(d);
	EVP_CIPHER_CTX_free(ctx);
	EVP_PKEY_CTX_free(pctx);
}

static void
test_foreign_forms(void **state)
{
	static const struct form forms[] = {
		{ "06082a811ccf55016801", 0, false, true },
		{ "06082a811ccf55016801 0500", 0, false, true },
		{ "06082a811ccf55016802", 0, false, true },
		{ "06072a811ccf550168", 0, false, true },
		{ "06072a811ccf550168 0500", 0, true, true },
		{ "06082a811ccf55016801", 0, true, true },
		{ "06082a811ccf55016801", 32, false, true },
		{ "06082a811ccf55016801", 32, true, true },
		{ "06082a811ccf55016803", 0, false, false },
		{ "06082a811ccf55016801 0400", 0, false, false },
		{ "0500", 0, false, false },
		{ "06082a811ccf55016801", 16, false, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
		/* Again, since the widths of integers are random. */
		for (int k = 0; k < (forms[i].fixed ? 20 : 1); k++) {
			struct cao_buf e = { 0 };
			struct cao_key *key = NULL;
			enum cao_status st;

			make_foreign(&forms[i], &e);
			st = open_it(&sm2, e.data, e.len, &key);
			if ((st == CAO_OK) != forms[i].works)
				fail_msg("form %zu: %s", i, error.text);
			if (st == CAO_OK)
				assert_true(cao_key_equal(key, sm2.encrypt));
			else
				assert_string_equal(error.text,
				    "GM/T 0009 section 7.4: not an SM2EnvelopedKey with SM4-ECB");
			cao_key_free(key);
			cao_buf_free(&e);
		}
	}
}

/* The public key of another beside the private one. */
static void
test_wrong_public(void **state)
{
	const struct form form = { "06082a811ccf55016801", 0, false, true };
	struct cao_buf e = { 0 };
	struct cao_key *key = NULL;
	size_t len;
	const unsigned char *spki = cao_key_spki(sm2.sign, &len);

	(void)state;
	make_foreign(&form, &e);
	/* BIT STRING of the point, then header and 32 octets to the end */
	memcpy(e.data + e.len - 35 - 65, spki + len - 65, 65);
	assert_int_equal(open_it(&sm2, e.data, e.len, &key), CAO_INTEGRITY);
	assert_string_equal(error.text,
	    "GM/T 0009 section 7.4: the private key in the envelope does not belong to the public key in it");
	cao_buf_free(&e);
}

/* The archive. */

static void
check_archive(const struct cao_key *key)
{
	struct cao_secret *clear = NULL, *back = NULL;
	struct cao_key *again = NULL;
	struct cao_buf sealed = { 0 };

	assert_ok(cao_key_export(key, &clear, &error));
	assert_ok(cao_recovery_seal(recovery_cert.data, recovery_cert.len,
	    cao_secret_data(clear), cao_secret_len(clear), &sealed, &error));
	assert_ok(cao_recovery_open(recovery_key, recovery_cert.data,
	    recovery_cert.len, sealed.data, sealed.len, &back, &error));
	assert_int_equal(cao_secret_len(back), cao_secret_len(clear));
	assert_memory_equal(cao_secret_data(back), cao_secret_data(clear),
	    cao_secret_len(clear));
	assert_ok(cao_key_import(back, &again, &error));
	assert_true(cao_key_equal(again, key));
	check_works(again);
	cao_secret_free(back), back = NULL;
	assert_int_equal(
	    cao_recovery_open(rsa.sign, recovery_cert.data, recovery_cert.len,
		sealed.data, sealed.len, &back, &error),
	    CAO_INTEGRITY);
	assert_null(back);
	cao_key_free(again);
	cao_secret_free(clear);
	cao_buf_free(&sealed);
}

static void
test_archive(void **state)
{
	struct cao_buf out = { 0 };
	struct cao_secret *back = NULL;

	(void)state;
	check_archive(sm2.encrypt);
	check_archive(p256.encrypt);
	check_archive(rsa.encrypt);
	assert_ok(cao_recovery_seal(
	    recovery_cert.data, recovery_cert.len, "", 0, &out, &error));
	assert_ok(cao_recovery_open(recovery_key, recovery_cert.data,
	    recovery_cert.len, out.data, out.len, &back, &error));
	assert_int_equal(cao_secret_len(back), 0);
	cao_secret_free(back);
	out.len = 0;
	assert_int_equal(
	    cao_recovery_seal(recovery_cert.data, recovery_cert.len, "",
		CAO_ENVELOPE_MAX, &out, &error),
	    CAO_INPUT);
	assert_int_equal(cao_recovery_seal(sm2.sign_cert.data,
			     sm2.sign_cert.len, "x", 1, &out, &error),
	    CAO_INPUT);
	assert_string_equal(
	    error.text, "RFC 5652: CMS has no recipient with an SM2 key");
	assert_int_equal(out.len, 0);
	cao_buf_free(&out);
}

/* An archived key with any octet changed is refused or is still that key. */
static void
check_import(const struct cao_key *key)
{
	struct cao_secret *clear = NULL;
	size_t len;

	assert_ok(cao_key_export(key, &clear, &error));
	len = cao_secret_len(clear);
	for (size_t i = 0; i < len; i++) {
		struct cao_secret *changed;
		struct cao_key *again = NULL;
		unsigned char *room;

		changed = cao_secret_alloc(len, &room);
		assert_non_null(changed);
		memcpy(room, cao_secret_data(clear), len);
		room[i] ^= 1;
		if (cao_key_import(changed, &again, &error) == CAO_OK &&
		    !cao_key_equal(again, key))
			fail_msg("octet %zu makes another key", i);
		cao_key_free(again);
		cao_secret_free(changed);
	}
	cao_secret_free(clear);
}

static void
test_import(void **state)
{
	(void)state;
	check_import(p256.encrypt);
	check_import(sm2.encrypt);
	check_import(rsa.encrypt);
}

/* PKCS #12. */

static void
check_pkcs12(const struct pair *p)
{
	const struct cao_bag bags[] = {
		{ p->sign, p->sign_cert.data, p->sign_cert.len, "林晓 签名" },
		{ p->encrypt, p->encrypt_cert.data, p->encrypt_cert.len,
		    "林晓 加密" },
	};
	const struct cao_octets chain = { p256.ca.root_cert.data,
		p256.ca.root_cert.len };
	struct cao_secret *pin = cao_secret_new("4-8-15-16", 9);
	struct cao_buf out = { 0 };
	const unsigned char *der;
	PKCS12 *p12;
	EVP_PKEY *pkey = NULL;
	X509 *x = NULL;
	STACK_OF(X509) *others = NULL;

	assert_ok(cao_pkcs12_make(bags, 2, &chain, 1, pin, &out, &error));
	der = out.data;
	p12 = d2i_PKCS12(NULL, &der, (long)out.len);
	assert_non_null(p12);
	assert_ptr_equal(der, out.data + out.len);
	assert_false(PKCS12_verify_mac(p12, "4-8-15-17", -1));
	assert_true(PKCS12_parse(p12, "4-8-15-16", &pkey, &x, &others));
	assert_int_equal(EVP_PKEY_eq(pkey, cao_key_pkey(p->sign)) == 1 ||
		EVP_PKEY_eq(pkey, cao_key_pkey(p->encrypt)) == 1,
	    1);
	assert_true(X509_check_private_key(x, pkey));
	assert_int_equal(sk_X509_num(others), 2);
	sk_X509_pop_free(others, X509_free);
	X509_free(x);
	EVP_PKEY_free(pkey);
	PKCS12_free(p12);
	cao_secret_free(pin);
	cao_buf_free(&out);
}

static void
test_pkcs12(void **state)
{
	struct cao_bag bags[] = {
		{ p256.sign, p256.encrypt_cert.data, p256.encrypt_cert.len,
		    "a" },
		{ p256.encrypt, p256.encrypt_cert.data, p256.encrypt_cert.len,
		    "b" },
	};
	struct cao_secret *pin = cao_secret_new("12345678", 8);
	struct cao_secret *bad = cao_secret_new("1234\0"
						"678",
	    8);
	struct cao_buf out = { 0 };

	(void)state;
	check_pkcs12(&sm2);
	check_pkcs12(&p256);
	check_pkcs12(&rsa);
	assert_int_equal(cao_pkcs12_make(bags, 2, NULL, 0, pin, &out, &error),
	    CAO_INTEGRITY);
	assert_non_null(
	    strstr(error.text, "the key \"a\" is not that of its certificate"));
	assert_int_equal(
	    cao_pkcs12_make(bags, 2, NULL, 0, bad, &out, &error), CAO_INPUT);
	assert_string_equal(error.text,
	    "RFC 7292: the PIN of a PKCS #12 file is empty or holds a NUL");
	assert_int_equal(out.len, 0);
	cao_secret_free(pin);
	cao_secret_free(bad);
	cao_buf_free(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trips),
		cmocka_unit_test(test_wrong_keys),
		cmocka_unit_test(test_tampering),
		cmocka_unit_test(test_truncation),
		cmocka_unit_test(test_foreign_vector),
		cmocka_unit_test(test_foreign_file),
		cmocka_unit_test(test_foreign_forms),
		cmocka_unit_test(test_wrong_public),
		cmocka_unit_test(test_archive),
		cmocka_unit_test(test_import),
		cmocka_unit_test(test_pkcs12),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
