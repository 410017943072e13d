/* Chains: every signature up to the root, names and dates. */
#include <stdlib.h>

#include "pair.h"

#include "pki/chain.h"

#define AFTER_ISSUING (NOW + 11 * 366 * INT64_C(86400))

static struct pair sm2, p256;

/* A holder under a root alone. */
static struct cao_key *rsa_key;
static struct cao_buf rsa_root, rsa_leaf;

static struct cao_octets
octets(const struct cao_buf *b)
{
	return (struct cao_octets){ b->data, b->len };
}

static int
set_up(void **state)
{
	struct cao_issuer *is = NULL;
	struct cao_cert_spec s;

	(void)state;
	pair_make(&sm2, CAO_SM2);
	pair_make(&p256, CAO_P256);
	assert_ok(cao_key_generate(CAO_RSA2048, &rsa_key, &error));
	assert_ok(cao_authority_self(rsa_key, CAO_AUTHORITY, CA_NAME,
	    "RSA Root", NOW, 20, &rsa_root, &error));
	assert_ok(
	    cao_issuer_new(rsa_root.data, rsa_root.len, rsa_key, &is, &error));
	s = holder_spec(CAO_SIGN, p256.sign);
	certify(&s, is, rsa_key, &rsa_leaf);
	cao_issuer_free(is);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	pair_free(&sm2);
	pair_free(&p256);
	cao_key_free(rsa_key);
	cao_buf_free(&rsa_root);
	cao_buf_free(&rsa_leaf);
	return 0;
}

static void
check_good(struct pair *p)
{
	const struct cao_octets above[] = { octets(&p->ca.issuing_cert),
		octets(&p->ca.root_cert) };
	const struct cao_octets sign = octets(&p->sign_cert);
	const struct cao_octets encrypt = octets(&p->encrypt_cert);

	assert_ok(cao_chain_verify(&sign, above, 2, NOW + 1, &error));
	assert_ok(cao_chain_verify(&encrypt, above, 2, NOW + 1, &error));
	/* notAfter is inclusive. */
	assert_ok(cao_chain_verify(&sign, above, 2, NOW, &error));
	assert_ok(cao_chain_verify(&sign, above, 2, NOW + YEAR, &error));
	assert_int_equal(
	    cao_chain_verify(&sign, above, 2, NOW + YEAR + 1, &error),
	    CAO_DENIED);
	assert_string_equal(error.text,
	    "RFC 5280 section 6.1.3: the certificate of C=CN, ST=辽宁, "
	    "L=沈阳市沈河区十三纬路1号, O=沈阳示例科技有限公司, "
	    "OU=采购部, CN=林晓 has expired");
	assert_int_equal(
	    cao_chain_verify(&sign, above, 2, NOW - 1, &error), CAO_INTEGRITY);
	/* An authority is a leaf too. */
	assert_ok(cao_chain_verify(&above[0], &above[1], 1, NOW + 1, &error));
}

static void
test_good(void **state)
{
	const struct cao_octets leaf = octets(&rsa_leaf);
	const struct cao_octets root = octets(&rsa_root);

	(void)state;
	check_good(&sm2);
	check_good(&p256);
	assert_ok(cao_chain_verify(&leaf, &root, 1, NOW + 1, &error));
}

static void
expect(const struct cao_octets *leaf, const struct cao_octets *above,
    size_t count, int64_t when, const char *want)
{
	assert_int_equal(
	    cao_chain_verify(leaf, above, count, when, &error), CAO_INTEGRITY);
	assert_string_equal(error.text, want);
}

#define LIN                                                                                         \
	"C=CN, ST=辽宁, L=沈阳市沈河区十三纬路1号, O=沈阳示例科技有限公司, " \
	"OU=采购部, CN=林晓"

static void
test_refused(void **state)
{
	const struct cao_octets leaf = octets(&p256.sign_cert);
	const struct cao_octets issuing = octets(&p256.ca.issuing_cert);
	const struct cao_octets root = octets(&p256.ca.root_cert);
	const struct cao_octets other = octets(&sm2.ca.root_cert);
	const struct cao_octets good[] = { issuing, root };
	const struct cao_octets swapped[] = { root, issuing };
	const struct cao_octets foreign[] = { issuing, other };
	const struct cao_octets junk[] = { { (const unsigned char *)"0\0", 2 },
		root };
	const struct cao_octets longer = { leaf.data, leaf.len - 1 };

	(void)state;
	expect(&leaf, NULL, 0, NOW,
	    "RFC 5280 section 6.1.1: no root to verify the certificate by");
	expect(&leaf, &root, 1, NOW,
	    "RFC 5280 section 6.1: the certificate of " LIN
	    ", 0 above the leaf: unable to get local issuer certificate");
	/* Only the last is trusted. */
	expect(&leaf, &issuing, 1, NOW,
	    "RFC 5280 section 6.1: the certificate of C=CN, O=" CA_NAME
	    ", CN=" CA_NAME
	    " P-256 CA, 1 above the leaf: unable to get issuer certificate");
	assert_ok(cao_chain_verify(&leaf, good, 2, NOW, &error));
	assert_int_equal(
	    cao_chain_verify(&leaf, swapped, 2, NOW, &error), CAO_INTEGRITY);
	assert_int_equal(
	    cao_chain_verify(&leaf, foreign, 2, NOW, &error), CAO_INTEGRITY);
	assert_int_equal(
	    cao_chain_verify(&leaf, junk, 2, NOW, &error), CAO_INTEGRITY);
	assert_non_null(strstr(error.text,
	    "certificate 1 above the leaf: RFC 5280 section 4.1: not a "
	    "certificate"));
	assert_int_equal(
	    cao_chain_verify(&longer, good, 2, NOW, &error), CAO_INTEGRITY);
	/* An expired authority is no matter of the holder's. */
	expect(&leaf, good, 2, AFTER_ISSUING,
	    "RFC 5280 section 6.1: the certificate of C=CN, O=" CA_NAME
	    ", CN=" CA_NAME
	    " P-256 CA, 1 above the leaf: certificate has expired");
}

/* A holder signs nobody's certificate. */
static void
test_no_authority(void **state)
{
	struct cao_cert_spec s = holder_spec(CAO_SIGN, p256.encrypt);
	struct cao_issuer *is = NULL;
	struct cao_buf cert = { 0 };

	(void)state;
	s.subject.common_name = "王辰";
	assert_ok(cao_issuer_new(
	    p256.sign_cert.data, p256.sign_cert.len, p256.sign, &is, &error));
	certify(&s, is, p256.sign, &cert);
	{
		const struct cao_octets leaf = octets(&cert);
		const struct cao_octets above[] = { octets(&p256.sign_cert),
			octets(&p256.ca.issuing_cert),
			octets(&p256.ca.root_cert) };

		assert_int_equal(cao_chain_verify(&leaf, above, 3, NOW, &error),
		    CAO_INTEGRITY);
	}
	cao_buf_free(&cert);
	cao_issuer_free(is);
}

/* One bit in any certificate of the chain. */
static void
check_tampering(struct pair *p, size_t step)
{
	struct cao_buf *const certs[] = { &p->sign_cert, &p->ca.issuing_cert,
		&p->ca.root_cert };

	for (size_t k = 0; k < 3; k++) {
		for (size_t i = k; i < certs[k]->len; i += step) {
			enum cao_status st;
			struct cao_octets leaf = octets(certs[0]);
			struct cao_octets above[] = { octets(certs[1]),
				octets(certs[2]) };

			certs[k]->data[i] ^= 1;
			st = cao_chain_verify(&leaf, above, 2, NOW, &error);
			if (st != CAO_INTEGRITY && st != CAO_DENIED)
				fail_msg("certificate %zu, octet %zu: status "
					 "%d",
				    k, i, st);
			certs[k]->data[i] ^= 1;
		}
	}
	check_good(p);
}

static void
test_tampering(void **state)
{
	(void)state;
	check_tampering(&p256, 1);
	check_tampering(&sm2, 7);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_no_authority),
		cmocka_unit_test(test_tampering),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
