/* OCSP: requests read and refused, answers made, read back and verified. */
#include "pair.h"

#include "pki/der.h"
#include "pki/ocsp.h"

#define NEXT (NOW + 86400)
#define DAYS 90

static const unsigned char serial[CAO_SERIAL_SIZE] = { 0x5A, 1, 2, 3, 4, 5, 6,
	7, 8, 9, 10, 11, 12, 13, 14, 15, 16 };
static const enum cao_algorithm algorithms[] = { CAO_SM2, CAO_P256,
	CAO_RSA3072 };
#define CAS (sizeof algorithms / sizeof *algorithms)

/* Each a CA with its responder. */
static struct ca {
	struct cao_hierarchy h;
	struct cao_cert cert;
	struct cao_issuer *issuer;
	struct cao_key *key; /* the responder's */
	struct cao_buf der;
	struct cao_responder *responder;
	struct cao_ocsp_issuer ids;
} cas[CAS];

static int
set_up(void **state)
{
	(void)state;
	for (size_t i = 0; i < CAS; i++) {
		struct ca *ca = &cas[i];

		assert_ok(cao_authority_make(
		    algorithms[i], CA_NAME, NOW, &ca->h, &error));
		assert_ok(cao_cert_read(ca->h.issuing_cert.data,
		    ca->h.issuing_cert.len, &ca->cert, &error));
		assert_ok(cao_ocsp_issuer_read(&ca->cert, &ca->ids, &error));
		assert_ok(cao_issuer_new(ca->h.issuing_cert.data,
		    ca->h.issuing_cert.len, ca->h.issuing_key, &ca->issuer,
		    &error));
		if (algorithms[i] == CAO_RSA3072)
			ca->key = cao_key_share(ca->h.issuing_key);
		else
			assert_ok(
			    cao_key_generate(algorithms[i], &ca->key, &error));
		assert_ok(cao_authority_responder(ca->issuer, ca->h.issuing_key,
		    ca->key, NOW, DAYS, &ca->der, &error));
		assert_ok(cao_responder_new(ca->der.data, ca->der.len, ca->key,
		    &ca->responder, &error));
	}
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	for (size_t i = 0; i < CAS; i++) {
		cao_responder_free(cas[i].responder);
		cao_buf_free(&cas[i].der);
		cao_key_free(cas[i].key);
		cao_issuer_free(cas[i].issuer);
		cao_hierarchy_free(&cas[i].h);
	}
	return 0;
}

static void
test_certificate(void **state)
{
	struct cao_buf name = { 0 };
	enum cao_usage usage;

	(void)state;
	for (size_t i = 0; i < CAS; i++) {
		const struct cao_cert *c = cao_responder_cert(cas[i].responder);

		assert_true(c->ocsp_signing && c->no_check && !c->authority);
		assert_int_equal(c->key_usage, 1);
		assert_false(cao_cert_usage(c, &usage));
		assert_int_equal(c->not_before, NOW);
		assert_int_equal(c->not_after, NOW + DAYS * 86400);
		assert_memory_equal(
		    c->issuer, cas[i].cert.subject, c->issuer_len);
		assert_false(cas[i].cert.ocsp_signing || cas[i].cert.no_check);
	}
	cao_name_text(cao_responder_cert(cas[0].responder)->subject,
	    cao_responder_cert(cas[0].responder)->subject_len, &name);
	assert_string_equal(cao_buf_text(&name),
	    "C=CN, O=" CA_NAME ", CN=" CA_NAME " SM2 OCSP");
	cao_buf_free(&name);
}

/* Whatever octet of it changes, the lint sees it. */
static void
test_lint(void **state)
{
	const struct cao_issuer *issuer = cas[1].issuer;
	struct cao_cert_spec spec = { .usage = CAO_RESPONDER,
		.not_before = NOW,
		.not_after = NEXT,
		.subject.common_name = CA_NAME };
	struct cao_buf tbs = { 0 };

	(void)state;
	memcpy(spec.serial, serial, sizeof serial);
	spec.spki = cao_key_spki(cas[1].key, &spec.spki_len);
	assert_ok(cao_cert_tbs(&spec, issuer, NULL, &tbs, &error));
	assert_ok(cao_cert_lint(tbs.data, tbs.len, &spec, issuer, &error));
	for (size_t i = 0; i < tbs.len; i++) {
		tbs.data[i] ^= 1;
		if (cao_cert_lint(tbs.data, tbs.len, &spec, issuer, &error) !=
		    CAO_DENIED)
			fail_msg("octet %zu changed and not seen", i);
		tbs.data[i] ^= 1;
	}
	spec.usage = CAO_OPERATOR;
	assert_int_equal(
	    cao_cert_lint(tbs.data, tbs.len, &spec, issuer, &error),
	    CAO_DENIED);
	cao_buf_free(&tbs);
}

/* It does not outlive its CA, and answers only with its own key. */
static void
test_responder_refused(void **state)
{
	struct cao_responder *r = NULL;
	struct cao_buf der = { 0 };
	struct cao_cert c;

	(void)state;
	assert_ok(cao_authority_responder(cas[1].issuer, cas[1].h.issuing_key,
	    cas[1].key, NOW, 36500, &der, &error));
	assert_ok(cao_cert_read(der.data, der.len, &c, &error));
	assert_int_equal(c.not_after, cas[1].cert.not_after);
	assert_int_equal(
	    cao_responder_new(der.data, der.len, cas[0].key, &r, &error),
	    CAO_INTEGRITY);
	assert_string_equal(
	    error.text, "the responder's key is not that of its certificate");
	assert_int_equal(
	    cao_responder_new(cas[1].h.issuing_cert.data,
		cas[1].h.issuing_cert.len, cas[1].h.issuing_key, &r, &error),
	    CAO_INTEGRITY);
	assert_string_equal(error.text,
	    "RFC 6960 section 4.2.2.2: the certificate is not a responder's");
	assert_null(r);
	cao_buf_free(&der);
}

/* What is to be asked. */
struct ask {
	enum cao_ocsp_hash hash;
	size_t count;
	int nonce;         /* octets; -1 none */
	bool twice;        /* the nonce */
	const char *extra; /* a critical extension of that OID */
	bool everything;   /* version, name, signature */
};

static void
put_extension(struct cao_buf *out, const char *oid, bool critical,
    const void *p, size_t n)
{
	size_t seq = cao_der_open(out, CAO_DER_SEQUENCE);

	cao_der_oid(out, oid);
	if (critical)
		cao_der_true(out);
	cao_der_put(out, CAO_DER_OCTET_STRING, p, n);
	cao_der_close(out, seq);
}

static void
put_extensions(struct cao_buf *out, const struct ask *a)
{
	const unsigned char octets[256] = { 1, 2, 3 };
	struct cao_buf nonce = { 0 };
	size_t mark, list;

	if (a->nonce < 0 && a->extra == NULL)
		return;
	mark = cao_der_open(out, CAO_DER_CONTEXT_EXPLICIT | 2);
	list = cao_der_open(out, CAO_DER_SEQUENCE);
	if (a->nonce >= 0) {
		cao_der_put(
		    &nonce, CAO_DER_OCTET_STRING, octets, (size_t)a->nonce);
		for (int i = 0; i <= a->twice; i++)
			put_extension(out, "1.3.6.1.5.5.7.48.1.2", false,
			    nonce.data, nonce.len);
		cao_buf_free(&nonce);
	}
	if (a->extra != NULL)
		put_extension(out, a->extra, true, "\5\0", 2);
	cao_der_close(out, list);
	cao_der_close(out, mark);
}

static void
put_request(
    struct cao_buf *out, const struct cao_ocsp_issuer *ca, const struct ask *a)
{
	size_t outer = cao_der_open(out, CAO_DER_SEQUENCE), tbs, list, mark;

	tbs = cao_der_open(out, CAO_DER_SEQUENCE);
	if (a->everything) {
		mark = cao_der_open(out, CAO_DER_CONTEXT_EXPLICIT | 0);
		cao_der_small(out, 0);
		cao_der_close(out, mark);
		mark = cao_der_open(out, CAO_DER_CONTEXT_EXPLICIT | 1);
		cao_der_put(out, CAO_DER_CONTEXT | 6, "urn:x", 5);
		cao_der_close(out, mark);
	}
	list = cao_der_open(out, CAO_DER_SEQUENCE);
	for (size_t i = 0; i < a->count; i++) {
		mark = cao_der_open(out, CAO_DER_SEQUENCE);
		cao_ocsp_id_put(a->hash, ca, serial, sizeof serial, out);
		cao_der_close(out, mark);
	}
	cao_der_close(out, list);
	put_extensions(out, a);
	cao_der_close(out, tbs);
	if (a->everything) {
		mark = cao_der_open(out, CAO_DER_CONTEXT_EXPLICIT | 0);
		list = cao_der_open(out, CAO_DER_SEQUENCE);
		cao_der_close(out, list);
		cao_der_close(out, mark);
	}
	cao_der_close(out, outer);
}

static void
test_requests(void **state)
{
	static const struct ask asks[] = {
		{ CAO_OCSP_SHA1, 1, -1, false, NULL, false },
		{ CAO_OCSP_SHA256, 1, 1, false, NULL, false },
		{ CAO_OCSP_SM3, 3, 32, false, NULL, true },
		{ CAO_OCSP_SHA1, CAO_OCSP_CERTS_MAX, CAO_OCSP_NONCE_MAX, false,
		    NULL, true },
	};
	struct cao_ocsp_request r;

	(void)state;
	for (size_t i = 0; i < sizeof asks / sizeof *asks; i++) {
		const struct ask *a = &asks[i];
		struct cao_buf der = { 0 };

		put_request(&der, &cas[1].ids, a);
		assert_ok(cao_ocsp_request_read(der.data, der.len, &r, &error));
		assert_int_equal(r.count, a->count);
		assert_int_equal(r.nonce.len,
		    a->nonce < 0 ? 0 : a->nonce + 2 + a->nonce / 128);
		for (size_t k = 0; k < r.count; k++) {
			assert_int_equal(r.list[k].hash, a->hash);
			assert_int_equal(r.list[k].serial.len, sizeof serial);
			assert_memory_equal(
			    r.list[k].serial.data, serial, sizeof serial);
			assert_true(cao_ocsp_id_of(&r.list[k], &cas[1].ids));
			assert_false(cao_ocsp_id_of(&r.list[k], &cas[0].ids));
		}
		/* Cut anywhere, or with something behind: none. */
		for (size_t n = 0; n < der.len; n++)
			assert_int_equal(
			    cao_ocsp_request_read(der.data, n, &r, &error),
			    CAO_INPUT);
		cao_buf_putc(&der, 0);
		assert_int_equal(
		    cao_ocsp_request_read(der.data, der.len, &r, &error),
		    CAO_INPUT);
		cao_buf_free(&der);
	}
}

static void
test_requests_refused(void **state)
{
	static const struct {
		struct ask ask;
		const char *text;
	} cases[] = {
		{ { CAO_OCSP_SHA1, 0, -1, false, NULL, false },
		    "RFC 6960 section 4.1.1: the request asks for nothing" },
		{ { CAO_OCSP_SHA1, CAO_OCSP_CERTS_MAX + 1, -1, false, NULL,
		      false },
		    "the request asks for over 64 certificates" },
		{ { CAO_OCSP_SHA1, 1, 0, false, NULL, false },
		    "RFC 9654 section 2.1: the nonce is no OCTET STRING of 1 to 128 octets" },
		{ { CAO_OCSP_SHA1, 1, 129, false, NULL, false },
		    "RFC 9654 section 2.1: the nonce is no OCTET STRING of 1 to 128 octets" },
		{ { CAO_OCSP_SHA1, 1, 8, true, NULL, false },
		    "RFC 5280 section 4.2: the nonce stands twice" },
		{ { CAO_OCSP_SHA1, 1, 8, false, "1.2.3", false },
		    "RFC 6960 section 4.4: an unknown extension is critical" },
	};
	unsigned char large[CAO_OCSP_REQUEST_MAX + 1] = { 0x30 };
	struct cao_ocsp_request r;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct cao_buf der = { 0 };

		put_request(&der, &cas[1].ids, &cases[i].ask);
		assert_int_equal(
		    cao_ocsp_request_read(der.data, der.len, &r, &error),
		    CAO_INPUT);
		assert_string_equal(error.text, cases[i].text);
		cao_buf_free(&der);
	}
	assert_int_equal(
	    cao_ocsp_request_read(large, sizeof large, &r, &error), CAO_INPUT);
	assert_string_equal(error.text,
	    "the request has more than the 16384 octets that are read");
}

/* Octets from other programs: openssl ocsp -sha512 asks for what is no CA's,
 * and GnuTLS leaves the parameters of the hash out or not. */
static void
test_other_forms(void **state)
{
	static const char sha512[] =
	    "302E 302C 302A 3028 3026 300D 0609608648016503040203 0500"
	    "0408 0102030405060708 0408 0102030405060708 0201 05";
	static const char bare[] =
	    "302C 302A 3028 3026 3024 3009 06072A864886F70D02"
	    "0408 0102030405060708 0408 0102030405060708 0203 050607";
	struct cao_ocsp_request r;
	struct cao_buf der = { 0 };

	(void)state;
	put_hex(&der, sha512);
	assert_ok(cao_ocsp_request_read(der.data, der.len, &r, &error));
	assert_int_equal(r.list[0].hash, CAO_OCSP_HASHES);
	assert_false(cao_ocsp_id_of(&r.list[0], &cas[1].ids));
	cao_buf_clear(&der);
	put_hex(&der, bare);
	assert_ok(cao_ocsp_request_read(der.data, der.len, &r, &error));
	assert_int_equal(r.list[0].serial.len, 3);
	cao_buf_free(&der);
}

/* Whether an extension is critical is said as DER has it, or not at all. */
static void
test_critical(void **state)
{
	static const struct {
		const char *lengths, *flag;
	} cases[] = {
		{ "303E 303C", "A210 300E 300C 06022A03 0102 FFFF" },
		{ "303D 303B", "A20F 300D 300B 06022A03 0101 00" },
		{ "303D 303B", "A20F 300D 300B 06022A03 0101 01" },
	};
	static const char id[] = "3028 3026 3024 3009 06072A864886F70D02"
				 "0408 0102030405060708 0408 0102030405060708"
				 "0203 050607";
	struct cao_ocsp_request r;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct cao_buf der = { 0 };

		put_hex(&der, cases[i].lengths);
		put_hex(&der, id);
		put_hex(&der, cases[i].flag);
		put_hex(&der, "0402 0500");
		assert_int_equal(
		    cao_ocsp_request_read(der.data, der.len, &r, &error),
		    CAO_INPUT);
		assert_string_equal(error.text,
		    "RFC 6960 section 4.4: not up to 16 extensions");
		cao_buf_free(&der);
	}
}

/* The canonical request, as every client of RFC 5019 makes it. */
static void
test_canonical(void **state)
{
	struct cao_buf id = { 0 }, made = { 0 }, der = { 0 };
	const struct ask a = { CAO_OCSP_SHA1, 1, -1, false, NULL, false };

	(void)state;
	cao_ocsp_id_put(CAO_OCSP_SHA1, &cas[1].ids, serial, sizeof serial, &id);
	cao_ocsp_request_put(&id, &made);
	put_request(&der, &cas[1].ids, &a);
	assert_int_equal(made.len, der.len);
	assert_memory_equal(made.data, der.data, der.len);
	assert_int_equal(made.len, 84);
	cao_buf_free(&id);
	cao_buf_free(&made);
	cao_buf_free(&der);
}

static const struct cao_ocsp_status statuses[] = {
	{ CAO_OCSP_GOOD, 0, CAO_UNSPECIFIED },
	{ CAO_OCSP_REVOKED, NOW - 5, CAO_KEY_COMPROMISE },
	{ CAO_OCSP_REVOKED, NOW, CAO_UNSPECIFIED },
	{ CAO_OCSP_REVOKED, NOW - 1, CAO_HOLD },
	{ CAO_OCSP_UNKNOWN, 0, CAO_UNSPECIFIED },
};
#define STATUSES (sizeof statuses / sizeof *statuses)

static void
answer(const struct ca *ca, const struct ask *a, struct cao_ocsp_request *r,
    struct cao_buf *request, struct cao_buf *out)
{
	put_request(request, &ca->ids, a);
	assert_ok(
	    cao_ocsp_request_read(request->data, request->len, r, &error));
	assert_ok(cao_ocsp_answer(
	    ca->responder, r, statuses, NOW, NEXT, out, &error));
}

static void
test_answers(void **state)
{
	const struct ask a = { CAO_OCSP_SM3, STATUSES, 16, false, NULL, false };

	(void)state;
	for (size_t i = 0; i < CAS; i++) {
		struct cao_buf request = { 0 }, der = { 0 };
		struct cao_ocsp_request r;
		struct cao_ocsp_response got;

		answer(&cas[i], &a, &r, &request, &der);
		assert_ok(
		    cao_ocsp_response_read(der.data, der.len, &got, &error));
		assert_int_equal(got.refusal, 0);
		assert_int_equal(got.produced, NOW);
		assert_int_equal(got.count, STATUSES);
		for (size_t k = 0; k < STATUSES; k++) {
			const struct cao_ocsp_answered *o = &got.list[k];

			assert_int_equal(o->status.state, statuses[k].state);
			assert_int_equal(o->status.since, statuses[k].since);
			assert_int_equal(o->status.reason, statuses[k].reason);
			assert_int_equal(o->this_update, NOW);
			assert_int_equal(o->next_update, NEXT);
			assert_int_equal(o->id.whole.len, r.list[k].whole.len);
			assert_memory_equal(o->id.whole.data,
			    r.list[k].whole.data, o->id.whole.len);
		}
		assert_int_equal(got.nonce.len, r.nonce.len);
		assert_memory_equal(got.nonce.data, r.nonce.data, r.nonce.len);
		assert_ok(
		    cao_ocsp_response_verify(&got, &cas[i].cert, NOW, &error));
		for (size_t n = 0; n < der.len; n++)
			assert_int_equal(
			    cao_ocsp_response_read(der.data, n, &got, &error),
			    CAO_INPUT);
		cao_buf_free(&request);
		cao_buf_free(&der);
	}
}

static void
test_answers_refused(void **state)
{
	const struct ask a = { CAO_OCSP_SHA1, 1, -1, false, NULL, false };

	(void)state;
	for (size_t i = 0; i < CAS; i++) {
		struct cao_buf request = { 0 }, der = { 0 };
		struct cao_ocsp_request r;
		struct cao_ocsp_response got;
		unsigned char *octet;

		answer(&cas[i], &a, &r, &request, &der);
		assert_ok(
		    cao_ocsp_response_read(der.data, der.len, &got, &error));
		assert_null(got.nonce.data);
		assert_int_equal(cao_ocsp_response_verify(&got,
				     &cas[(i + 1) % CAS].cert, NOW, &error),
		    CAO_INTEGRITY);
		assert_int_equal(cao_ocsp_response_verify(&got, &cas[i].cert,
				     NOW + (DAYS + 1) * 86400, &error),
		    CAO_INTEGRITY);
		octet = der.data + (got.tbs.data - der.data) + got.tbs.len - 3;
		*octet ^= 1; /* a digit of nextUpdate */
		assert_ok(
		    cao_ocsp_response_read(der.data, der.len, &got, &error));
		assert_int_equal(
		    cao_ocsp_response_verify(&got, &cas[i].cert, NOW, &error),
		    CAO_INTEGRITY);
		cao_buf_free(&request);
		cao_buf_free(&der);
	}
}

static void
test_refusals(void **state)
{
	unsigned char der[CAO_OCSP_REFUSAL_SIZE];
	struct cao_ocsp_response got;

	(void)state;
	cao_ocsp_refuse(CAO_OCSP_UNAUTHORIZED, der);
	assert_memory_equal(der, "\x30\x03\x0a\x01\x06", sizeof der);
	assert_ok(cao_ocsp_response_read(der, sizeof der, &got, &error));
	assert_int_equal(got.refusal, CAO_OCSP_UNAUTHORIZED);
	assert_int_equal(
	    cao_ocsp_response_verify(&got, &cas[0].cert, NOW, &error),
	    CAO_INTEGRITY);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_certificate),
		cmocka_unit_test(test_lint),
		cmocka_unit_test(test_responder_refused),
		cmocka_unit_test(test_requests),
		cmocka_unit_test(test_requests_refused),
		cmocka_unit_test(test_other_forms),
		cmocka_unit_test(test_critical),
		cmocka_unit_test(test_canonical),
		cmocka_unit_test(test_answers),
		cmocka_unit_test(test_answers_refused),
		cmocka_unit_test(test_refusals),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
