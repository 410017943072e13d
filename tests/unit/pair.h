/* For the tests of certificates: a CA, and a holder's pair under it. */
#ifndef TESTS_UNIT_PAIR_H
#define TESTS_UNIT_PAIR_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "holder.h"

#include "base/text.h"
#include "pki/authority.h"

#define NOW INT64_C(1795000000) /* 2026-11-18T11:06:40Z */
#define YEAR INT64_C(31536000)
#define CA_NAME "示例认证中心"

struct pair {
	struct cao_hierarchy ca;
	struct cao_issuer *issuer;
	struct cao_key *sign, *encrypt;
	struct cao_buf sign_cert, encrypt_cert;
};

#define assert_ok(call)                           \
	do {                                      \
		struct cao_error *e_ = &error;    \
		error = (struct cao_error){ 0 };  \
		if ((call) != CAO_OK)             \
			fail_msg("%s", e_->text); \
	} while (0)

static struct cao_error error;

static inline struct cao_cert_spec
holder_spec(enum cao_usage usage, const struct cao_key *key)
{
	const unsigned char serial[CAO_SERIAL_SIZE] = { 0x5A, 1, 2, 3, 4, 5, 6,
		7, 8, 9, 10, 11, 12, 13, 14, 15, (unsigned char)usage };
	struct cao_cert_spec s = holder(usage);

	memcpy(s.serial, serial, sizeof serial);
	s.not_before = NOW;
	s.not_after = NOW + YEAR;
	s.spki = cao_key_spki(key, &s.spki_len);
	return s;
}

/* Build, lint and sign. */
static inline void
certify(const struct cao_cert_spec *spec, const struct cao_issuer *issuer,
    const struct cao_key *key, struct cao_buf *cert)
{
	struct cao_buf tbs = { 0 };

	assert_ok(cao_cert_tbs(spec, issuer, key, &tbs, &error));
	assert_ok(cao_cert_lint(tbs.data, tbs.len, spec, issuer, &error));
	assert_ok(cao_cert_sign(key, tbs.data, tbs.len, cert, &error));
	cao_buf_free(&tbs);
}

/* For RSA the two keys are one, since they take long to make. */
static inline void
pair_make(struct pair *p, enum cao_algorithm alg)
{
	struct cao_cert_spec s;

	memset(p, 0, sizeof *p);
	assert_ok(cao_authority_make(alg, CA_NAME, NOW, &p->ca, &error));
	assert_ok(cao_issuer_new(p->ca.issuing_cert.data,
	    p->ca.issuing_cert.len, p->ca.issuing_key, &p->issuer, &error));
	assert_ok(cao_key_generate(alg, &p->sign, &error));
	if (alg == CAO_SM2 || alg == CAO_P256)
		assert_ok(cao_key_generate(alg, &p->encrypt, &error));
	else
		p->encrypt = cao_key_share(p->sign);
	s = holder_spec(CAO_SIGN, p->sign);
	certify(&s, p->issuer, p->ca.issuing_key, &p->sign_cert);
	s = holder_spec(CAO_ENCRYPT, p->encrypt);
	certify(&s, p->issuer, p->ca.issuing_key, &p->encrypt_cert);
}

static inline void
pair_free(struct pair *p)
{
	cao_hierarchy_free(&p->ca);
	cao_issuer_free(p->issuer);
	cao_key_free(p->sign);
	cao_key_free(p->encrypt);
	cao_buf_free(&p->sign_cert);
	cao_buf_free(&p->encrypt_cert);
}

/* Append hex digits as octets; spaces do not count. */
static inline void
put_hex(struct cao_buf *out, const char *hex)
{
	unsigned char octet;
	char digits[3] = "";

	while (*hex != '\0') {
		if (*hex == ' ') {
			hex++;
			continue;
		}
		digits[0] = hex[0], digits[1] = hex[1];
		assert_true(cao_hex_get(digits, &octet, 1));
		cao_buf_putc(out, octet);
		hex += 2;
	}
}

#endif /* TESTS_UNIT_PAIR_H */
