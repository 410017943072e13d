/* Certificates: what is built is what was asked for, the lint finds every
 * departure from it, and what was signed cannot be changed. */
#include <stdio.h>
#include <stdlib.h>

#include "pair.h"

#include "pki/chain.h"
#include "pki/der.h"

#define FIELDS 8 /* of a TBSCertificate here */
#define EXTENSIONS_MAX 16

static struct pair sm2, p256, rsa;

static int
set_up(void **state)
{
	(void)state;
	pair_make(&sm2, CAO_SM2);
	pair_make(&p256, CAO_P256);
	pair_make(&rsa, CAO_RSA2048);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	pair_free(&sm2);
	pair_free(&p256);
	pair_free(&rsa);
	return 0;
}

/* What is made. */

static void
check_leaf(const struct pair *p, const struct cao_buf *cert,
    const struct cao_key *key, enum cao_usage want)
{
	struct cao_cert c;
	enum cao_usage usage;
	struct cao_buf name = { 0 };
	char serial[CAO_SERIAL_HEX], expected[CAO_SERIAL_HEX];
	const unsigned char *spki;
	size_t len;

	assert_ok(cao_cert_read(cert->data, cert->len, &c, &error));
	assert_true(cao_cert_usage(&c, &usage));
	assert_int_equal(usage, want);
	assert_false(c.authority);
	assert_int_equal(c.not_before, NOW);
	assert_int_equal(c.not_after, NOW + YEAR);
	spki = cao_key_spki(key, &len);
	assert_int_equal(c.spki_len, len);
	assert_memory_equal(c.spki, spki, len);
	assert_int_equal(c.key_id_len, 20);
	assert_true(cao_name_text(c.subject, c.subject_len, &name));
	assert_string_equal(cao_buf_text(&name),
	    "C=CN, ST=辽宁, L=沈阳市沈河区十三纬路1号, "
	    "O=沈阳示例科技有限公司, OU=采购部, CN=林晓");
	cao_cert_serial_hex(&c, serial);
	(void)snprintf(expected, sizeof expected,
	    "5A0102030405060708090A0B0C0D0E0F%02X", (unsigned)want);
	assert_string_equal(serial, expected);
	assert_string_equal(c.roles, "");
	assert_ok(cao_cert_verify(&c, p->ca.issuing_key, &error));
	assert_int_equal(
	    cao_cert_verify(&c, p->ca.root_key, &error), CAO_INTEGRITY);
	cao_buf_free(&name);
}

static void
test_pairs(void **state)
{
	struct pair *const pairs[] = { &sm2, &p256, &rsa };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		check_leaf(
		    pairs[i], &pairs[i]->sign_cert, pairs[i]->sign, CAO_SIGN);
		check_leaf(pairs[i], &pairs[i]->encrypt_cert, pairs[i]->encrypt,
		    CAO_ENCRYPT);
	}
}

static void
check_authority(const struct cao_buf *cert, const char *want)
{
	struct cao_cert c;
	struct cao_buf name = { 0 };
	enum cao_usage usage;

	assert_ok(cao_cert_read(cert->data, cert->len, &c, &error));
	assert_true(c.authority);
	assert_int_equal(c.key_usage, 1U << 5 | 1U << 6);
	assert_false(cao_cert_usage(&c, &usage));
	assert_true(cao_name_text(c.subject, c.subject_len, &name));
	assert_string_equal(cao_buf_text(&name), want);
	cao_buf_free(&name);
}

static void
test_authorities(void **state)
{
	(void)state;
	check_authority(
	    &sm2.ca.root_cert, "C=CN, O=" CA_NAME ", CN=" CA_NAME " SM2 Root");
	check_authority(
	    &sm2.ca.issuing_cert, "C=CN, O=" CA_NAME ", CN=" CA_NAME " SM2 CA");
	check_authority(&p256.ca.root_cert,
	    "C=CN, O=" CA_NAME ", CN=" CA_NAME " P-256 Root");
	check_authority(&rsa.ca.issuing_cert,
	    "C=CN, O=" CA_NAME ", CN=" CA_NAME " RSA-2048 CA");
	assert_int_equal(cao_key_algorithm(rsa.ca.root_key), CAO_RSA3072);
	assert_int_equal(cao_key_algorithm(rsa.ca.issuing_key), CAO_RSA3072);
}

static void
test_self_signed(void **state)
{
	struct cao_buf cert = { 0 };
	struct cao_cert c;
	char name[200];

	(void)state;
	assert_ok(cao_authority_self(rsa.sign, CAO_RECOVERY, CA_NAME,
	    "Recovery", NOW, 20, &cert, &error));
	assert_ok(cao_cert_read(cert.data, cert.len, &c, &error));
	assert_int_equal(c.key_usage, 1U << 2 | 1U << 3);
	assert_ok(cao_cert_verify(&c, rsa.sign, &error));
	cao_buf_free(&cert);
	memset(name, 'x', sizeof name - 1);
	name[sizeof name - 1] = '\0';
	assert_int_equal(cao_authority_self(p256.sign, CAO_AUTHORITY, name,
			     "Operators", NOW, 20, &cert, &error),
	    CAO_INPUT);
}

/* Both certificates of a pair carry the same binding text, and identity
 * numbers in the form that other CAs have. */
static void
test_identity_octets(void **state)
{
	static const struct {
		const char *person, *person_id, *organisation, *number, *hex;
	} cases[] = {
		{ "resident-id", "11010519491231002X", NULL, NULL,
		    "06082a811cd0140401 01 0416 a0141312"
		    "31313031303531393439313233313030325 8" },
		{ "passport", "E12345678", NULL, NULL,
		    "06082a811cd014040101 040d a20b1309 453132333435363738" },
		{ "officer-id", "军1", NULL, NULL,
		    "06082a811cd014040101 0408 a1060c04 e5869b31" },
		{ "hk-id", "A123456(7)", NULL, NULL,
		    "06082a811cd014040101 040e a10c0c0a 41313233343536283729" },
		{ NULL, NULL, "uscc", "91210100MA0ABCDE6X",
		    "06082a811cd014040104 0414 1312 39313231" },
		{ NULL, NULL, "business-licence", "210100000000001",
		    "06082a811cd014040103 0411 130f 32313031" },
		{ NULL, NULL, "tax-registration", "210100",
		    "06082a811cd014"
		    "040105 0408 1306" },
		{ NULL, NULL, "social-insurance", "210100",
		    "06082a811cd014"
		    "040102 0408 1306" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct cao_cert_spec s = holder_spec(CAO_SIGN, p256.sign);
		struct cao_buf tbs = { 0 }, want = { 0 };
		char hex[200];
		size_t n = 0;
		bool found = false;

		for (const char *c = cases[i].hex; *c != '\0'; c++)
			if (*c != ' ')
				hex[n++] = *c;
		hex[n] = '\0';
		put_hex(&want, hex);
		s.person_id_type = cases[i].person;
		s.person_id = cases[i].person_id;
		s.organisation_id_type = cases[i].organisation;
		s.organisation_id = cases[i].number;
		assert_ok(cao_cert_tbs(&s, p256.issuer, NULL, &tbs, &error));
		assert_ok(
		    cao_cert_lint(tbs.data, tbs.len, &s, p256.issuer, &error));
		for (size_t at = 0; at + want.len <= tbs.len && !found; at++)
			found = memcmp(tbs.data + at, want.data, want.len) == 0;
		if (!found)
			fail_msg("case %zu is not in the certificate", i);
		cao_buf_free(&tbs);
		cao_buf_free(&want);
	}
}

static void
test_roles(void **state)
{
	static const struct {
		const char *given, *read;
	} cases[] = {
		{ "accept", "accept" },
		{ "accept,approve", "accept,approve" },
		{ "accept,", "" },
		{ ",accept", "" },
		{ "accept,,approve", "" },
		{ "Accept", "" },
		{ "accept approve", "" },
		{ "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
		  "a",
		    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
		    "aaaaa" },
		{ "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
		  "aa",
		    "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct cao_cert_spec s = holder_spec(CAO_OPERATOR, p256.sign);
		struct cao_buf cert = { 0 };
		struct cao_cert c;

		s.roles = cases[i].given;
		certify(&s, p256.issuer, p256.ca.issuing_key, &cert);
		assert_ok(cao_cert_read(cert.data, cert.len, &c, &error));
		assert_string_equal(c.roles, cases[i].read);
		cao_buf_free(&cert);
	}
}

static void
test_refused_specs(void **state)
{
	static const struct {
		const char *field, *text;
	} cases[] = {
		{ "crl",
		    "RFC 5280 section 4.2.1.6: a URI holds printable ASCII only" },
		{ "cps",
		    "RFC 5280 section 4.2.1.6: a URI holds printable ASCII only" },
		{ "person_id",
		    "GM/T 0015: the person's number holds a character that PrintableString has not" },
		{ "organisation_id",
		    "GM/T 0015: the organisation's number holds a character that PrintableString has not" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct cao_cert_spec s = holder_spec(CAO_SIGN, p256.sign);
		struct cao_buf tbs = { 0 };

		if (i == 0)
			s.crl = "http://ca.example.cn/a b";
		else if (i == 1)
			s.cps = "http://示例.cn/";
		else if (i == 2)
			s.person_id = "２１０１";
		else
			s.organisation_id = "9121*";
		cao_buf_puts(&tbs, "kept");
		assert_int_equal(
		    cao_cert_tbs(&s, p256.issuer, NULL, &tbs, &error),
		    CAO_INPUT);
		assert_string_equal(error.text, cases[i].text);
		assert_string_equal(error.field, cases[i].field);
		assert_int_equal(tbs.len, 4);
		cao_buf_free(&tbs);
	}
}

static void
test_issuer(void **state)
{
	struct cao_issuer *is = NULL;
	size_t len;

	(void)state;
	assert_int_equal(
	    cao_issuer_new(p256.ca.issuing_cert.data, p256.ca.issuing_cert.len,
		p256.ca.root_key, &is, &error),
	    CAO_INTEGRITY);
	assert_string_equal(
	    error.text, "the issuer's key is not that of its certificate");
	assert_null(is);
	assert_int_equal(cao_issuer_new("x", 1, NULL, &is, &error), CAO_INPUT);
	assert_ok(cao_issuer_new(p256.ca.issuing_cert.data,
	    p256.ca.issuing_cert.len, NULL, &is, &error));
	assert_memory_equal(cao_issuer_cert(is, &len),
	    p256.ca.issuing_cert.data, p256.ca.issuing_cert.len);
	assert_int_equal(len, p256.ca.issuing_cert.len);
	cao_issuer_free(is);
	cao_issuer_free(NULL);
}

static void
test_serials(void **state)
{
	unsigned char a[CAO_SERIAL_SIZE], b[CAO_SERIAL_SIZE];

	(void)state;
	for (int i = 0; i < 2000; i++) {
		assert_ok(cao_serial_make(a, &error));
		assert_ok(cao_serial_make(b, &error));
		assert_in_range(a[0], 0x01, 0x7F);
		assert_memory_not_equal(a, b, sizeof a);
	}
}

/* UTCTime through 2049, then GeneralizedTime. */
static void
test_times(void **state)
{
	static const struct {
		int64_t from, to;
		const char *hex;
	} cases[] = {
		{ 0, 1,
		    "301e 170d3730303130313030303030305a"
		    "170d3730303130313030303030315a" },
		{ INT64_C(2524607999), INT64_C(2524608000),
		    "3020 170d3439313233313233353935395a"
		    "180f32303530303130313030303030305a" },
		{ NOW, INT64_C(253402300799),
		    "3020 170d3236313131383131303634305a"
		    "180f39393939313233313233353935395a" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct cao_cert_spec s = holder_spec(CAO_SIGN, p256.sign);
		struct cao_buf cert = { 0 }, want = { 0 };
		struct cao_cert c;
		bool found = false;

		s.not_before = cases[i].from, s.not_after = cases[i].to;
		put_hex(&want, cases[i].hex);
		certify(&s, p256.issuer, p256.ca.issuing_key, &cert);
		for (size_t at = 0; at + want.len <= cert.len && !found; at++)
			found =
			    memcmp(cert.data + at, want.data, want.len) == 0;
		assert_true(found);
		assert_ok(cao_cert_read(cert.data, cert.len, &c, &error));
		assert_int_equal(c.not_before, cases[i].from);
		assert_int_equal(c.not_after, cases[i].to);
		cao_buf_free(&cert);
		cao_buf_free(&want);
	}
}

/* Changes. */

static void
check_tampering(const struct pair *p, unsigned char mask)
{
	struct cao_buf cert = { 0 };
	struct cao_cert c;
	enum cao_status st;

	cao_buf_add(&cert, p->sign_cert.data, p->sign_cert.len);
	for (size_t i = 0; i < cert.len; i++) {
		cert.data[i] ^= mask;
		st = cao_cert_read(cert.data, cert.len, &c, &error);
		if (st == CAO_OK)
			st = cao_cert_verify(&c, p->ca.issuing_key, &error);
		if (st != CAO_INPUT && st != CAO_INTEGRITY)
			fail_msg("octet %zu xor %02X: status %d", i, mask, st);
		cert.data[i] ^= mask;
	}
	cao_buf_free(&cert);
}

static void
test_tampering(void **state)
{
	(void)state;
	check_tampering(&sm2, 0x01);
	check_tampering(&rsa, 0x01);
	for (unsigned bit = 0; bit < 8; bit++)
		check_tampering(&p256, (unsigned char)(1U << bit));
}

static void
test_truncation(void **state)
{
	const struct cao_buf *cert = &p256.sign_cert;
	struct cao_buf longer = { 0 };
	struct cao_cert c;

	(void)state;
	for (size_t len = 0; len < cert->len; len++) {
		unsigned char *part = malloc(len + 1);

		assert_non_null(part);
		memcpy(part, cert->data, len);
		assert_int_equal(
		    cao_cert_read(part, len, &c, &error), CAO_INPUT);
		assert_string_equal(
		    error.text, "RFC 5280 section 4.1: not a DER Certificate");
		free(part);
	}
	cao_buf_add(&longer, cert->data, cert->len);
	cao_buf_putc(&longer, 0);
	assert_int_equal(
	    cao_cert_read(longer.data, longer.len, &c, &error), CAO_INPUT);
	assert_string_equal(error.text,
	    "RFC 5280 section 4.1: 1 octets stand behind the certificate");
	assert_int_equal(
	    cao_cert_read(longer.data, CAO_CERT_MAX + 1, &c, &error),
	    CAO_INPUT);
	assert_string_equal(error.text,
	    "a certificate of 65537 octets: at most 65536 are read");
	cao_buf_free(&longer);
}

/* A TBSCertificate taken apart. */
struct parts {
	struct cao_der field[FIELDS];
	struct cao_der extension[EXTENSIONS_MAX];
	size_t extensions;
};

static void
take_apart(const struct cao_buf *tbs, struct parts *p)
{
	struct cao_der w = { tbs->data, tbs->len }, body, part, list;
	unsigned tag;

	memset(p, 0, sizeof *p);
	assert_true(cao_der_take(&w, CAO_DER_SEQUENCE, &body));
	for (size_t i = 0; i < FIELDS; i++)
		assert_true(cao_der_next(&body, &tag, &part, &p->field[i]));
	assert_true(cao_der_take(&part, CAO_DER_SEQUENCE, &list));
	while (cao_der_next(&list, &tag, &part, &p->extension[p->extensions]))
		p->extensions++;
}

enum how {
	INSTEAD, /* of it, hex; "" drops it */
	BEFORE,
	TWICE
};

static void
put_part(struct cao_buf *out, const struct cao_der *part, bool here,
    enum how how, const char *hex)
{
	if (here && how != TWICE)
		put_hex(out, hex);
	if (!here || how != INSTEAD)
		cao_buf_add(out, part->data, part->len);
	if (here && how == TWICE)
		cao_buf_add(out, part->data, part->len);
}

/* The same with one field (or extension, from 100) changed. */
static void
put_together(const struct parts *p, int at, enum how how, const char *hex,
    struct cao_buf *out)
{
	size_t tbs = cao_der_open(out, CAO_DER_SEQUENCE), outer, list;

	for (int i = 0; i < FIELDS - 1; i++)
		put_part(out, &p->field[i], i == at, how, hex);
	if (at == FIELDS - 1) {
		put_part(out, &p->field[at], true, how, hex);
	} else {
		outer = cao_der_open(out, CAO_DER_CONTEXT_EXPLICIT | 3);
		list = cao_der_open(out, CAO_DER_SEQUENCE);
		for (size_t i = 0; i < p->extensions; i++)
			put_part(out, &p->extension[i], (int)i + 100 == at, how,
			    hex);
		cao_der_close(out, list);
		cao_der_close(out, outer);
	}
	if (at == FIELDS)
		put_hex(out, hex);
	cao_der_close(out, tbs);
}

static void
expect_lint(const struct cao_buf *tbs, const struct cao_cert_spec *s,
    const struct cao_issuer *issuer, const char *what, const char *want)
{
	error = (struct cao_error){ 0 };
	if (cao_cert_lint(tbs->data, tbs->len, s, issuer, &error) != CAO_DENIED)
		fail_msg("%s: %d %s", what, error.status, error.text);
	if (strcmp(error.text, want) != 0)
		fail_msg("%s: said \"%s\", not \"%s\"", what, error.text, want);
}

// clang-format off
#define X509 "RFC 5280 section "
enum { VERSION, SERIAL, ALGORITHM, ISSUER, VALIDITY, SUBJECT, SPKI, LIST,
	BEHIND, CONSTRAINTS = 100, USAGE, SKI, AKI, POLICY, CRL, AIA, PERSON,
	ORGANISATION, ENTITY };

static const struct {
	int at;
	enum how how;
	const char *hex, *want;
} edits[] = {
	{ VERSION, INSTEAD, "", X509 "4.1.2.1: version is not v3, which extensions need" },
	{ VERSION, INSTEAD, "a003020101", X509 "4.1.2.1: version is not v3, which extensions need" },
	{ VERSION, INSTEAD, "a006020102020102", X509 "4.1.2.1: version is not v3, which extensions need" },
	{ SERIAL, INSTEAD, "0c0141", X509 "4.1.2.2: serialNumber is no INTEGER" },
	{ SERIAL, INSTEAD, "0211 da0102030405060708090a0b0c0d0e0f00", X509 "4.1.2.2: serialNumber is negative" },
	{ SERIAL, INSTEAD, "0215 5a0102030405060708090a0b0c0d0e0f0001020304", X509 "4.1.2.2: serialNumber has 21 octets, at most 20 are allowed" },
	{ SERIAL, INSTEAD, "020100", "CA/Browser Forum Baseline Requirements section 7.1: serialNumber has 0 significant bits, at least 64 are needed" },
	{ SERIAL, INSTEAD, "0208 7fffffffffffffff", "CA/Browser Forum Baseline Requirements section 7.1: serialNumber has 63 significant bits, at least 64 are needed" },
	{ SERIAL, INSTEAD, "0209 00ffffffffffffffff", X509 "4.1.2.2: serialNumber is not the one that was assigned" },
	{ SERIAL, INSTEAD, "0211 5a0102030405060708090a0b0c0d0e0f01", X509 "4.1.2.2: serialNumber is not the one that was assigned" },
	{ SERIAL, INSTEAD, "0202 0001", "X.690 section 10: the to-be-signed octets are not DER" },
	{ SERIAL, INSTEAD, "0200", "X.690 section 10: the to-be-signed octets are not DER" },
	{ ALGORITHM, INSTEAD, "300a06082a811ccf55018375", X509 "4.1.2.3: signature is not 1.2.840.10045.4.3.2, the algorithm of the issuer's key" },
	{ ALGORITHM, INSTEAD, "300d06092a864886f70d01010b0500", X509 "4.1.2.3: signature is not 1.2.840.10045.4.3.2, the algorithm of the issuer's key" },
	{ ALGORITHM, INSTEAD, "300c06082a8648ce3d0403020500", "RFC 4055 section 5, RFC 5758 section 3.2: the parameters of 1.2.840.10045.4.3.2 are not as they must be" },
	{ ISSUER, INSTEAD, "3000", X509 "4.1.2.4: issuer is empty or no Name" },
	{ ISSUER, INSTEAD, "0500", X509 "4.1.2.4: issuer is empty or no Name" },
	{ ISSUER, INSTEAD, "300d310b3009060355040613 02434e", X509 "4.1.2.4: issuer is not octet for octet the subject of the issuer's certificate" },
	{ VALIDITY, INSTEAD, "300f 170d3236313131383131303634305a", X509 "4.1.2.5: validity is no pair of times" },
	{ VALIDITY, INSTEAD, "302d 170d3236313131383131303634305a 170d3237313131383131303634305a 170d3237313131383131303634305a", X509 "4.1.2.5: validity is no pair of times" },
	{ VALIDITY, INSTEAD, "3020 180f32303236313131383131303634305a 170d3237313131383131303634305a", X509 "4.1.2.5: notBefore is not UTCTime through 2049 and GeneralizedTime from 2050" },
	{ VALIDITY, INSTEAD, "3020 170d3236313131383131303634305a 180f32303237313131383131303634305a", X509 "4.1.2.5: notAfter is not UTCTime through 2049 and GeneralizedTime from 2050" },
	{ VALIDITY, INSTEAD, "301e 170d3237313131383131303634305a 170d3236313131383131303634305a", X509 "4.1.2.5: notAfter is before notBefore" },
	{ VALIDITY, INSTEAD, "301e 170d3236313131383131303633395a 170d3237313131383131303634305a", X509 "4.1.2.5: notBefore is not the instant that was ordered" },
	{ VALIDITY, INSTEAD, "301e 170d3236313131383131303634305a 170d3237313131383131303634315a", X509 "4.1.2.5: notAfter is not the instant that was ordered" },
	{ SUBJECT, INSTEAD, "3000", X509 "4.1.2.6: subject is empty or no Name" },
	{ SPKI, INSTEAD, "3000", X509 "4.1.2.7: subjectPublicKeyInfo is not the key that was ordered" },
	{ LIST, INSTEAD, "", X509 "4.1.2.9: no extensions behind the key" },
	{ LIST, INSTEAD, "a3020500", X509 "4.1.2.9: no extensions behind the key" },
	{ BEHIND, INSTEAD, "0500", X509 "4.1: something stands behind the extensions" },
	/* Extensions: missing, twice, critical or not, and not as asked. */
	{ CONSTRAINTS, INSTEAD, "", X509 "4.2.1.9: basicConstraints is missing" },
	{ USAGE, INSTEAD, "", X509 "4.2.1.3: keyUsage is missing" },
	{ SKI, INSTEAD, "", X509 "4.2.1.2: subjectKeyIdentifier is missing" },
	{ AKI, INSTEAD, "", X509 "4.2.1.1: authorityKeyIdentifier is missing" },
	{ POLICY, INSTEAD, "", X509 "4.2.1.4: certificatePolicies is missing" },
	{ CRL, INSTEAD, "", X509 "4.2.1.13: cRLDistributionPoints is missing" },
	{ AIA, INSTEAD, "", X509 "4.2.2.1: authorityInfoAccess is missing" },
	{ PERSON, INSTEAD, "", "GM/T 0015: identifyCode is missing" },
	{ ORGANISATION, INSTEAD, "", "GM/T 0015: organizationCode is missing" },
	{ ENTITY, INSTEAD, "", "certificate profile: entityId is missing" },
	{ CONSTRAINTS, TWICE, "", X509 "4.2: basicConstraints stands twice" },
	{ USAGE, TWICE, "", X509 "4.2: keyUsage stands twice" },
	{ SKI, TWICE, "", X509 "4.2: subjectKeyIdentifier stands twice" },
	{ AKI, TWICE, "", X509 "4.2: authorityKeyIdentifier stands twice" },
	{ POLICY, TWICE, "", X509 "4.2: certificatePolicies stands twice" },
	{ CRL, TWICE, "", X509 "4.2: cRLDistributionPoints stands twice" },
	{ AIA, TWICE, "", X509 "4.2: authorityInfoAccess stands twice" },
	{ PERSON, TWICE, "", X509 "4.2: identifyCode stands twice" },
	{ ORGANISATION, TWICE, "", X509 "4.2: organizationCode stands twice" },
	{ ENTITY, TWICE, "", X509 "4.2: entityId stands twice" },
	{ ENTITY, BEFORE, "300c 0603551d25 0405 3003060100", "RFC 6960 section 4.2.2.2: extKeyUsage stands in a certificate that is to have none" },
	{ ENTITY, BEFORE, "300f 06092b0601050507300105 0402 0500", "RFC 6960 section 4.2.2.2.1: id-pkix-ocsp-nocheck stands in a certificate that is to have none" },
	{ ENTITY, BEFORE, "300c 0603551d36 0405 3003020100", "certificate profile: an extension that the profile does not have" },
	{ ENTITY, BEFORE, "300b 0603551d36 0101ff 0401 00", X509 "4.2: an unknown extension is critical" },
	{ CONSTRAINTS, INSTEAD, "3009 0603551d13 0402 3000", X509 "4.2.1.9: basicConstraints is not critical and must be" },
	{ CONSTRAINTS, INSTEAD, "300c 0603551d13 010100 0402 3000", "X.690 section 11.5: critical is written though it is FALSE, the default" },
	{ CONSTRAINTS, INSTEAD, "300c 0603551d13 010101 0402 3000", "X.690 section 10: the to-be-signed octets are not DER" },
	{ CONSTRAINTS, INSTEAD, "300f 0603551d13 0101ff 0405 3003 0101ff", X509 "4.2.1.9: cA stands in the certificate of an end entity" },
	{ CONSTRAINTS, INSTEAD, "300f 0603551d13 0101ff 0405 3003 020100", X509 "4.2.1.9: basicConstraints holds more than it should" },
	{ CONSTRAINTS, INSTEAD, "300c 0603551d13 0101ff 0402 0500", X509 "4.2.1.9: basicConstraints is no SEQUENCE" },
	{ CONSTRAINTS, INSTEAD, "300a 0603551d13 0101ff 0400", X509 "4.2.1.9: basicConstraints is no SEQUENCE" },
	{ CONSTRAINTS, INSTEAD, "300b 0603551d13 0101ff 0401 30", X509 "4.2.1.9: basicConstraints is not DER" },
	{ CONSTRAINTS, INSTEAD, "3000", X509 "4.2: an extension has no extnID" },
	{ CONSTRAINTS, INSTEAD, "3008 0603551d13 0101ff", X509 "4.2: an extension has no extnValue at its end" },
	{ CONSTRAINTS, INSTEAD, "300e 0603551d13 0101ff 0402 3000 0500", X509 "4.2: an extension has no extnValue at its end" },
	{ USAGE, INSTEAD, "300b 0603551d0f 0404 030206c0", X509 "4.2.1.3: keyUsage is not critical and must be" },
	{ USAGE, INSTEAD, "300e 0603551d0f 0101ff 0404 030205e0", "GM/T 0034: keyUsage mixes signing and encryption, which a pair keeps apart" },
	{ USAGE, INSTEAD, "300e 0603551d0f 0101ff 0404 03020338", X509 "4.2.1.3: keyUsage is not digitalSignature, nonRepudiation" },
	{ USAGE, INSTEAD, "300e 0603551d0f 0101ff 0404 03020780", X509 "4.2.1.3: keyUsage is not digitalSignature, nonRepudiation" },
	{ USAGE, INSTEAD, "300e 0603551d0f 0101ff 0404 030200c0", X509 "4.2.1.3: keyUsage is not digitalSignature, nonRepudiation" },
	{ USAGE, INSTEAD, "300f 0603551d0f 0101ff 0405 030307c080", X509 "4.2.1.3: keyUsage is not digitalSignature, nonRepudiation" },
	{ USAGE, INSTEAD, "300d 0603551d0f 0101ff 0403 030100", X509 "4.2.1.3: keyUsage is no BIT STRING with a bit set" },
	{ USAGE, INSTEAD, "300e 0603551d0f 0101ff 0404 030206c1", X509 "4.2.1.3: keyUsage is not DER" },
	{ SKI, INSTEAD, "301d 0603551d0e 0416 0414 0000000000000000000000000000000000000000", X509 "4.2.1.2: subjectKeyIdentifier is not the SHA-1 of the public key" },
	{ SKI, INSTEAD, "300b 0603551d0e 0404 04020000", X509 "4.2.1.2: subjectKeyIdentifier is not the SHA-1 of the public key" },
	{ SKI, INSTEAD, "300e 0603551d0e 0101ff 0404 04020000", X509 "4.2.1.2: subjectKeyIdentifier is critical and must not be" },
	{ AKI, INSTEAD, "300d 0603551d23 0406 3004 80020000", X509 "4.2.1.1: authorityKeyIdentifier is not the subjectKeyIdentifier of the issuer" },
	{ AKI, INSTEAD, "3009 0603551d23 0402 3000", X509 "4.2.1.1: authorityKeyIdentifier is not a keyIdentifier alone" },
	{ POLICY, INSTEAD, "300f 0603551d20 0408 3006 3004 06022a03", X509 "4.2.1.4: certificatePolicies is not 1.3.6.1.4.1.18760.13.10 with the CPS URI of the profile" },
	{ POLICY, INSTEAD, "3017 0603551d20 0410 300e 300c 060a2b06010401819248 0d0a", X509 "4.2.1.4: certificatePolicies is not 1.3.6.1.4.1.18760.13.10 with the CPS URI of the profile" },
	{ CRL, INSTEAD, "3013 0603551d1f 040c 300a 3008 a006 a004 8602 6161", X509 "4.2.1.13: cRLDistributionPoints is not the one URI of the profile" },
	{ AIA, INSTEAD, "3018 06082b06010505070101 040c 300a 3008 06022a03 8602 6161", X509 "4.2.2.1: authorityInfoAccess is not the OCSP and issuer URIs of the profile" },
	/* IdentifyCode tagged implicitly, as passport, and bare. */
	{ PERSON, INSTEAD, "3010 06082a811cd014040101 0404 80023231", "GM/T 0015: identifyCode is not the person's number of that type, tagged explicitly" },
	{ PERSON, INSTEAD, "3012 06082a811cd014040101 0406 a20413023231", "GM/T 0015: identifyCode is not the person's number of that type, tagged explicitly" },
	{ PERSON, INSTEAD, "3010 06082a811cd014040101 0404 13023231", "GM/T 0015: identifyCode is not the person's number of that type, tagged explicitly" },
	{ ORGANISATION, INSTEAD, "3010 06082a811cd014040104 0404 13023231", "GM/T 0015: the organisation's number is not the one that was ordered, as PrintableString" },
	{ ORGANISATION, INSTEAD, "3010 06082a811cd014040103 0404 13023231", "GM/T 0015: iCRegistrationNumber stands in a certificate that is to have none" },
	{ ENTITY, INSTEAD, "3012 060a2b06010401819248010e 0404 0c026161", "certificate profile: extension 1.3.6.1.4.1.18760.1.14 is not the text that binds the pair" },
	{ ENTITY, INSTEAD, "3012 060a2b06010401819248010e 0404 0c02c0af", "certificate profile: entityId is not DER" },
};
// clang-format on

static void
test_lint_edits(void **state)
{
	struct cao_cert_spec s = holder_spec(CAO_SIGN, p256.sign);
	struct cao_buf tbs = { 0 };
	struct parts parts;
	char what[40];

	(void)state;
	s.serial[CAO_SERIAL_SIZE - 1] = 0;
	assert_ok(cao_cert_tbs(&s, p256.issuer, NULL, &tbs, &error));
	take_apart(&tbs, &parts);
	assert_int_equal(parts.extensions, 10);
	for (size_t i = 0; i < sizeof edits / sizeof edits[0]; i++) {
		struct cao_buf out = { 0 };

		put_together(
		    &parts, edits[i].at, edits[i].how, edits[i].hex, &out);
		(void)snprintf(what, sizeof what, "edit %zu", i);
		expect_lint(&out, &s, p256.issuer, what, edits[i].want);
		cao_buf_free(&out);
	}
	cao_buf_free(&tbs);
}

#define TOO_DEEP                                                            \
	"3020 301e 301c 301a 3018 3016 3014 3012 3010 300e 300c 300a 3008 " \
	"3006 3004 3002 0500"

/* Octets that are no DER, or not one element. */
static void
test_lint_der(void **state)
{
	struct cao_cert_spec s = holder_spec(CAO_SIGN, p256.sign);
	struct cao_buf tbs = { 0 }, out = { 0 };
	static const char not_der[] =
	    "X.690 section 10: the to-be-signed octets are not DER";
	static const char *const heads[] = {
		"3080 0500 0000",     /* indefinite length */
		"308102 0500",        /* needlessly long */
		"30820002 0500",      /* the same */
		"3003 0101 fe",       /* BOOLEAN neither 00 nor FF */
		"3003 030108",        /* more than 7 unused bits */
		"3004 03020180 0500", /* DER, and one too many */
		"3004 03020181",      /* unused bit set */
		"3003 030101",        /* unused bits of nothing */
		"3003 060180",        /* OID that goes on */
		"3004 06028001",      /* OID padded */
		"3003 050100",        /* NULL with content */
		"3004 0c02c0af",      /* not UTF-8 */
		"3004 0202ff80",      /* INTEGER padded */
		"3001 05",            /* cut off */
		"1f8100 00",          /* tag number over 30 */
		TOO_DEEP,
	};

	(void)state;
	assert_ok(cao_cert_tbs(&s, p256.issuer, NULL, &tbs, &error));
	for (size_t len = 1; len < tbs.len; len++) {
		out.len = 0;
		cao_buf_add(&out, tbs.data, len);
		expect_lint(&out, &s, p256.issuer, "cut off", not_der);
	}
	for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++) {
		out.len = 0;
		put_hex(&out, heads[i]);
		if (strcmp(heads[i], "3004 03020180 0500") == 0)
			expect_lint(&out, &s, p256.issuer, heads[i],
			    X509
			    "4.1: the to-be-signed octets are not one TBSCertificate");
		else
			expect_lint(&out, &s, p256.issuer, heads[i], not_der);
	}
	out.len = 0;
	expect_lint(&out, &s, p256.issuer, "nothing",
	    X509 "4.1: the to-be-signed octets are not one TBSCertificate");
	cao_buf_add(&out, tbs.data, tbs.len);
	put_hex(&out, "0500");
	expect_lint(&out, &s, p256.issuer, "two elements",
	    X509 "4.1: the to-be-signed octets are not one TBSCertificate");
	/* Any octet changed: told, unless it is in what the lint is told to
	 * expect; nothing here is. */
	for (size_t i = 0; i < tbs.len; i++) {
		tbs.data[i] ^= 1;
		error.status = CAO_OK;
		if (cao_cert_lint(tbs.data, tbs.len, &s, p256.issuer, &error) !=
		    CAO_DENIED)
			fail_msg("octet %zu changed and not seen", i);
		tbs.data[i] ^= 1;
	}
	cao_buf_free(&tbs);
	cao_buf_free(&out);
}

struct attribute {
	const char *oid;
	unsigned tag;
	const char *text;
};

/* A text that stands for 65 characters, more than O, OU and CN may have. */
#define LONG "长"

static void
put_name(struct cao_buf *out, const struct attribute *a, size_t n)
{
	size_t name = cao_der_open(out, CAO_DER_SEQUENCE), set, pair, text;

	for (size_t i = 0; i < n && a[i].oid != NULL; i++) {
		set = cao_der_open(out, CAO_DER_SET);
		pair = cao_der_open(out, CAO_DER_SEQUENCE);
		cao_der_oid(out, a[i].oid);
		text = cao_der_open(out, a[i].tag);
		for (int k = 0; k < (strcmp(a[i].text, LONG) == 0 ? 65 : 1);
		     k++)
			cao_buf_puts(out, a[i].text);
		cao_der_close(out, text);
		cao_der_close(out, pair);
		cao_der_close(out, set);
	}
	cao_der_close(out, name);
}

// clang-format off
#define NAMES_MAX 4
#define OID_C "2.5.4.6"
#define OID_O "2.5.4.10"
#define OID_CN "2.5.4.3"
#define PR CAO_DER_PRINTABLE
#define U8 CAO_DER_UTF8
static const struct {
	struct attribute name[NAMES_MAX];
	const char *want;
} names[] = {
	{ { { OID_C, PR, "CN" }, { OID_O, U8, "沈阳" }, { OID_CN, U8, "林晓" } }, NULL },
	{ { { OID_C, PR, "CN" }, { OID_CN, U8, "林晓" }, { OID_O, U8, "沈阳" } },
	    X509 "4.1.2.6: the subject's O is missing or out of the order C, ST, L, O, OU, CN" },
	{ { { OID_C, PR, "CN" }, { OID_O, U8, "沈阳" } },
	    X509 "4.1.2.6: the subject's CN is missing or out of the order C, ST, L, O, OU, CN" },
	{ { { OID_C, PR, "CN" }, { OID_O, U8, "沈阳" }, { OID_CN, U8, "林晓" }, { OID_CN, U8, "林晓" } },
	    X509 "4.1.2.6: subject holds an attribute that was not ordered" },
	{ { { OID_C, U8, "CN" }, { OID_O, U8, "沈阳" }, { OID_CN, U8, "林晓" } },
	    X509 "4.1.2.4: the subject's C is not PrintableString" },
	{ { { OID_C, PR, "CN" }, { OID_O, U8, "沈阳" }, { OID_CN, PR, "Lin" } },
	    X509 "4.1.2.4: the subject's CN is not UTF8String" },
	{ { { OID_C, PR, "CHN" }, { OID_O, U8, "沈阳" }, { OID_CN, U8, "林晓" } },
	    "RFC 5280 appendix A.1: the subject's C has 3 characters, the bound is 2" },
	{ { { OID_C, PR, "C" }, { OID_O, U8, "沈阳" }, { OID_CN, U8, "林晓" } },
	    "RFC 5280 appendix A.1: the subject's C has 1 characters, the bound is 2" },
	{ { { OID_C, PR, "CN" }, { OID_O, U8, LONG }, { OID_CN, U8, "林晓" } },
	    "RFC 5280 appendix A.1: the subject's O has 65 characters, the bound is 64" },
	{ { { OID_C, PR, "CN" }, { OID_O, U8, "沈阳" }, { OID_CN, U8, "" } },
	    "RFC 5280 appendix A.1: the subject's CN has 0 characters, the bound is 64" },
	{ { { OID_C, PR, "CN" }, { OID_O, U8, "沈\n阳" }, { OID_CN, U8, "林晓" } },
	    X509 "4.1.2.6: the subject's O holds a control character" },
	{ { { OID_C, PR, "CN" }, { OID_O, U8, "沈\xC2\x85阳" }, { OID_CN, U8, "林晓" } },
	    X509 "4.1.2.6: the subject's O holds a control character" },
	{ { { OID_C, PR, "US" }, { OID_O, U8, "沈阳" }, { OID_CN, U8, "林晓" } },
	    X509 "4.1.2.6: the subject's C is not the one that was ordered" },
	{ { { OID_C, PR, "CN" }, { OID_O, U8, "沈阳" }, { OID_CN, U8, "王辰" } },
	    X509 "4.1.2.6: the subject's CN is not the one that was ordered" },
	{ { { OID_C, PR, "CN" }, { OID_O, U8, "沈阳" }, { OID_CN, U8, "林晓 " } },
	    X509 "4.1.2.6: the subject's CN is not the one that was ordered" },
};
// clang-format on

static void
test_lint_subject(void **state)
{
	struct cao_cert_spec s = holder_spec(CAO_SIGN, p256.sign);
	struct cao_buf tbs = { 0 };
	struct parts parts;
	char what[40];

	(void)state;
	s.subject = (struct cao_subject){
		.country = "CN", .organisation = "沈阳", .common_name = "林晓"
	};
	assert_ok(cao_cert_tbs(&s, p256.issuer, NULL, &tbs, &error));
	take_apart(&tbs, &parts);
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		struct cao_buf name = { 0 }, out = { 0 };

		put_name(&name, names[i].name, NAMES_MAX);
		parts.field[SUBJECT] = (struct cao_der){ name.data, name.len };
		put_together(&parts, -1, INSTEAD, "", &out);
		(void)snprintf(what, sizeof what, "name %zu", i);
		if (names[i].want == NULL)
			assert_ok(cao_cert_lint(
			    out.data, out.len, &s, p256.issuer, &error));
		else
			expect_lint(&out, &s, p256.issuer, what, names[i].want);
		cao_buf_free(&name);
		cao_buf_free(&out);
	}
	cao_buf_free(&tbs);
}

/* Good in itself, but not what was ordered. */
static void
test_lint_orders(void **state)
{
	const struct cao_cert_spec good = holder_spec(CAO_SIGN, p256.sign);
	struct cao_cert_spec s[] = { good, good, good, good, good, good, good,
		good, good, good, good, good };
	static const char *const want[] = {
		X509
		"4.2.1.3: keyUsage is not keyEncipherment, dataEncipherment, keyAgreement",
		X509 "4.2.1.9: cA is not TRUE in a CA's certificate",
		X509
		"4.1.2.7: subjectPublicKeyInfo is not the key that was ordered",
		X509
		"4.2.1.4: certificatePolicies stands in a certificate that is to have none",
		X509
		"4.2.1.4: certificatePolicies is not 1.3.6.1.4.1.18760.13.10 with the CPS URI of the profile",
		X509
		"4.2.1.13: cRLDistributionPoints is not the one URI of the profile",
		X509
		"4.2.2.1: authorityInfoAccess is not the OCSP and issuer URIs of the profile",
		X509
		"4.2.2.1: authorityInfoAccess stands in a certificate that is to have none",
		"GM/T 0015: identifyCode is not the person's number of that type, tagged explicitly",
		"GM/T 0015: organizationCode stands in a certificate that is to have none",
		"GM/T 0015: organizationCode stands in a certificate that is to have none",
		"certificate profile: extension 1.3.6.1.4.1.18760.1.14 is not the text that binds the pair",
	};
	struct cao_buf tbs = { 0 };

	(void)state;
	s[0].usage = CAO_ENCRYPT;
	s[1].usage = CAO_AUTHORITY;
	s[2].spki = cao_key_spki(p256.encrypt, &s[2].spki_len);
	s[3].policy = NULL;
	s[4].cps = NULL;
	s[5].crl = "http://ca.example.cn/ca2.crl";
	s[6].ocsp = NULL;
	s[7].ocsp = s[7].issuer_url = NULL;
	s[8].person_id_type = "passport";
	s[9].organisation_id_type = "tax-registration";
	s[10].organisation_id_type = "other";
	s[11].entity_id = "0123456789abcdef0123456789abcdef@S03";
	assert_ok(cao_cert_tbs(&good, p256.issuer, NULL, &tbs, &error));
	for (size_t i = 0; i < sizeof s / sizeof s[0]; i++)
		expect_lint(&tbs, &s[i], p256.issuer, "order", want[i]);
	expect_lint(&tbs, &good, sm2.issuer, "another issuer",
	    X509
	    "4.1.2.3: signature is not 1.2.156.10197.1.501, the algorithm of the issuer's key");
	expect_lint(&tbs, &good, NULL, "self-signed",
	    X509
	    "4.1.2.4: issuer is not octet for octet the subject of the issuer's certificate");
	cao_buf_free(&tbs);
}

/* The keys that a certificate can be for. */
static void
test_lint_keys(void **state)
{
	static const char bad[] =
	    "RFC 3279 section 2.3.1, RFC 5480 section 2: the key in subjectPublicKeyInfo is no uncompressed point, or no RSA key of 2048 to 4096 bits with an odd exponent from 65537";
	static const char other[] =
	    X509 "4.1.2.7: subjectPublicKeyInfo is neither SM2, P-256 nor RSA";
	static const struct {
		const char *hex;
		const char *want;
	} cases[] = {
		/* Ed25519, an unknown curve, P-256 without a curve */
		{ "300c 3005 06032b6570 0303 000102", other },
		{ "3018 3010 06072a8648ce3d0201 06052b8104000a 0304 00040102",
		    other },
		{ "300f 3009 06072a8648ce3d0201 0302 0004", other },
		/* P-256: a point that is short, and a compressed one */
		{ "301b 3013 06072a8648ce3d0201 06082a8648ce3d030107 "
		  "0304 00040102",
		    bad },
		{ "301b 3013 06072a8648ce3d0201 06082a8648ce3d030107 "
		  "0304 00020102",
		    bad },
		/* RSA of 16 bits, and without NULL */
		{ "301b 300d 06092a864886f70d0101010500 "
		  "030a 00 3007 0202 7fff 0201 03",
		    bad },
		{ "3019 300b 06092a864886f70d010101 "
		  "030a 00 3007 0202 7fff 0201 03",
		    bad },
	};
	struct cao_cert_spec s = holder_spec(CAO_SIGN, p256.sign);

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct cao_buf spki = { 0 }, tbs = { 0 };

		put_hex(&spki, cases[i].hex);
		s.spki = spki.data, s.spki_len = spki.len;
		assert_ok(cao_cert_tbs(&s, p256.issuer, NULL, &tbs, &error));
		expect_lint(&tbs, &s, p256.issuer, cases[i].hex, cases[i].want);
		cao_buf_free(&spki);
		cao_buf_free(&tbs);
	}
}

/* A real RSA key with its exponent changed: 65539 is taken, 65538 is not. */
static void
test_lint_exponent(void **state)
{
	struct cao_cert_spec s = holder_spec(CAO_SIGN, rsa.sign);
	unsigned char spki[600];
	struct cao_buf tbs = { 0 };

	(void)state;
	assert_in_range(s.spki_len, 1, sizeof spki);
	memcpy(spki, s.spki, s.spki_len);
	s.spki = spki;
	spki[s.spki_len - 1] = 3;
	assert_ok(cao_cert_tbs(&s, rsa.issuer, NULL, &tbs, &error));
	assert_ok(cao_cert_lint(tbs.data, tbs.len, &s, rsa.issuer, &error));
	tbs.len = 0;
	spki[s.spki_len - 1] = 2;
	assert_ok(cao_cert_tbs(&s, rsa.issuer, NULL, &tbs, &error));
	expect_lint(&tbs, &s, rsa.issuer, "even exponent",
	    "RFC 3279 section 2.3.1, RFC 5480 section 2: the key in subjectPublicKeyInfo is no uncompressed point, or no RSA key of 2048 to 4096 bits with an odd exponent from 65537");
	cao_buf_free(&tbs);
}

static void
test_lint_authority(void **state)
{
	struct cao_cert_spec s = holder_spec(CAO_AUTHORITY, p256.sign), other;
	struct cao_buf tbs = { 0 };

	(void)state;
	s.path_length = 0;
	s.person_id = s.organisation_id = s.entity_id = NULL;
	assert_ok(cao_cert_tbs(&s, NULL, p256.sign, &tbs, &error));
	assert_ok(cao_cert_lint(tbs.data, tbs.len, &s, NULL, &error));
	other = s, other.path_length = 1;
	expect_lint(&tbs, &other, NULL, "path length",
	    X509 "4.2.1.9: pathLenConstraint is not 1");
	other = s, other.path_length = -1;
	expect_lint(&tbs, &other, NULL, "no path length",
	    X509 "4.2.1.9: basicConstraints holds more than it should");
	other = s, other.usage = CAO_SIGN;
	expect_lint(&tbs, &other, NULL, "end entity",
	    X509 "4.2.1.9: cA stands in the certificate of an end entity");
	cao_buf_free(&tbs);
}

/* The outer certificate, where only the reader looks. */
static void
test_read_outer(void **state)
{
	static const struct {
		const char *hex, *want;
	} cases[] = {
		{ "3000", X509 "4.1: no tbsCertificate" },
		{ "3002 0500", X509 "4.1: no tbsCertificate" },
		{ "3002 3000", X509 "4.1.1.2: no signatureAlgorithm" },
		{ "3004 3000 3000",
		    X509
		    "4.1.1.3: signatureValue is no BIT STRING of whole octets at the end" },
		{ "3008 3000 3000 0302 0700",
		    X509
		    "4.1.1.3: signatureValue is no BIT STRING of whole octets at the end" },
		{ "3008 3000 3000 0302 0000",
		    X509
		    "4.1.2.2: serialNumber is no INTEGER of 1 to 20 octets that is not negative" },
		{ "300b 3003 0201ff 3000 0302 0000",
		    X509
		    "4.1.2.2: serialNumber is no INTEGER of 1 to 20 octets that is not negative" },
		{ "300b 3003 020101 3000 0302 0000",
		    X509
		    "4.1.1.2: signatureAlgorithm is not the one inside tbsCertificate" },
		{ "300f 3007 020101 3002 0500 3000 0302 0000",
		    X509
		    "4.1.1.2: signatureAlgorithm is not the one inside tbsCertificate" },
		{ "300d 3005 020101 3000 3000 0302 0000",
		    X509 "4.1.2.4: no issuer" },
		{ "300f 3007 020101 3000 3000 3000 0302 0000",
		    X509
		    "4.1.2.5: validity is no pair of times in UTC with seconds" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct cao_buf der = { 0 };
		struct cao_cert c;

		put_hex(&der, cases[i].hex);
		assert_int_equal(
		    cao_cert_read(der.data, der.len, &c, &error), CAO_INPUT);
		assert_string_equal(error.text, cases[i].want);
		cao_buf_free(&der);
	}
}

/* Which keyUsage makes a certificate the one or the other of a pair. */
static void
test_usage(void **state)
{
	static const struct {
		unsigned bits;
		bool authority, ok;
		enum cao_usage usage;
	} cases[] = {
		{ 0x03, false, true, CAO_SIGN },
		{ 0x1C, false, true, CAO_ENCRYPT },
		{ 0x0C, false, true, CAO_ENCRYPT },
		{ 0x03, true, false, CAO_SIGN },
		{ 0x01, false, false, CAO_SIGN },
		{ 0x1F, false, false, CAO_SIGN },
		{ 0x60, true, false, CAO_SIGN },
		{ 0, false, false, CAO_SIGN },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct cao_cert c = { .key_usage = cases[i].bits,
			.authority = cases[i].authority };
		enum cao_usage usage = CAO_SIGN;

		assert_int_equal(cao_cert_usage(&c, &usage), cases[i].ok);
		assert_int_equal(usage, cases[i].usage);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pairs),
		cmocka_unit_test(test_authorities),
		cmocka_unit_test(test_self_signed),
		cmocka_unit_test(test_identity_octets),
		cmocka_unit_test(test_roles),
		cmocka_unit_test(test_refused_specs),
		cmocka_unit_test(test_issuer),
		cmocka_unit_test(test_serials),
		cmocka_unit_test(test_times),
		cmocka_unit_test(test_tampering),
		cmocka_unit_test(test_truncation),
		cmocka_unit_test(test_lint_edits),
		cmocka_unit_test(test_lint_der),
		cmocka_unit_test(test_lint_subject),
		cmocka_unit_test(test_lint_orders),
		cmocka_unit_test(test_lint_keys),
		cmocka_unit_test(test_lint_exponent),
		cmocka_unit_test(test_lint_authority),
		cmocka_unit_test(test_read_outer),
		cmocka_unit_test(test_usage),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
