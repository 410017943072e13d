/* The addresses that certificates carry. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "order/address.h"

static void
test_fill(void **state)
{
	static char cps[] = "http://a.cn/cps", ocsp[] = "http://o.cn/{ca}/",
		    issuer[] = "http://i.cn/{ca}.crt",
		    crl[] = "http://c.cn/{ca}/{ca}-{shard}.crl";
	struct cao_profile p = { .cps = cps,
		.crl = crl,
		.ocsp = ocsp,
		.issuer = issuer,
		.crl_shards = 16 };
	unsigned char serial[CAO_SERIAL_SIZE] = { 1,
		[CAO_SERIAL_SIZE - 1] = 0xFE };
	struct cao_address a;
	struct cao_error err;

	(void)state;
	assert_int_equal(
	    cao_address_fill(&p, "p256", serial, &a, &err), CAO_OK);
	assert_string_equal(a.cps, "http://a.cn/cps");
	assert_string_equal(a.crl, "http://c.cn/p256/p256-14.crl");
	assert_string_equal(a.ocsp, "http://o.cn/p256/");
	assert_string_equal(a.issuer, "http://i.cn/p256.crt");
	assert_string_equal(cao_address_name(a.crl), "p256-14.crl");
	cao_address_free(&a);
	p = (struct cao_profile){ .crl = NULL };
	assert_int_equal(cao_address_fill(&p, "rsa", serial, &a, &err), CAO_OK);
	assert_null(a.crl);
	assert_null(a.cps);
	cao_address_free(&a);
}

static void
test_shards(void **state)
{
	static char crl[] = "http://c.cn/{ca}-{shard}.crl",
		    plain[] = "http://c.cn/{ca}.crl";
	static const struct {
		char *crl;
		int64_t shards;
		unsigned count;
		const char *address; /* of a serial that ends with FF */
	} cases[] = {
		{ crl, 0, 1, "http://c.cn/sm2-0.crl" },
		{ crl, 1, 1, "http://c.cn/sm2-0.crl" },
		{ crl, 10, 10, "http://c.cn/sm2-5.crl" },
		{ crl, 256, 256, "http://c.cn/sm2-255.crl" },
		{ plain, 16, 0, "http://c.cn/sm2.crl" },
		{ NULL, 16, 0, NULL },
	};
	const unsigned char serial[CAO_SERIAL_SIZE] = { 1,
		[CAO_SERIAL_SIZE - 1] = 0xFF };
	struct cao_error err;
	char *address;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct cao_profile p = { .crl = cases[i].crl,
			.crl_shards = cases[i].shards };

		assert_int_equal(cao_address_shards(&p), cases[i].count);
		assert_int_equal(
		    cao_address_crl(&p, "sm2", serial, &address, &err), CAO_OK);
		if (cases[i].address == NULL)
			assert_null(address);
		else
			assert_string_equal(address, cases[i].address);
		free(address);
	}
}

#define NOT_URI                                                         \
	"RFC 3986: not a URI that begins with http:// or https://, in " \
	"ASCII without blanks"
#define NOT_BOTH                                                          \
	"with {shard}, the name behind the last '/' holds both {ca} and " \
	"{shard}: each list is a file of that name"

static void
test_check(void **state)
{
	static const struct {
		const char *text, *any, *crl; /* NULL: good */
	} cases[] = {
		{ "http://a.cn", NULL, NULL },
		{ "https://a.cn/{ca}", NULL, NULL },
		{ "http://{ca}.a.cn/x", NULL, NULL },
		{ "http://[::1]/{ca}?a=%20", NULL, NULL },
		{ "http://a.cn/{ca}-{shard}.crl",
		    "'{shard}' stands for nothing here; {ca} does", NULL },
		{ "http://a.cn/{shard}.crl",
		    "'{shard}' stands for nothing here; {ca} does", NOT_BOTH },
		{ "http://a.cn/{ca}/{shard}.crl",
		    "'{shard}' stands for nothing here; {ca} does", NOT_BOTH },
		{ "http://a.cn/{ca}-{shard}?x",
		    "'{shard}' stands for nothing here; {ca} does",
		    "with {shard}, the name behind the last '/' is a plain "
		    "file name: A-Z, a-z, 0-9, '.', '_' and '-'" },
		{ "http://a.cn/{CA}",
		    "'{CA}' stands for nothing here; {ca} does",
		    "'{CA}' stands for nothing here; {ca} and {shard} do" },
		{ "http://a.cn/{ca", "'{ca' stands for nothing here; {ca} does",
		    "'{ca' stands for nothing here; {ca} and {shard} do" },
		{ "http://a.cn/}", "'}' stands for nothing here; {ca} does",
		    "'}' stands for nothing here; {ca} and {shard} do" },
		{ "ftp://a.cn", NOT_URI, NOT_URI },
		{ "http://", NOT_URI, NOT_URI },
		{ "http:///x", NOT_URI, NOT_URI },
		{ "http://a b", NOT_URI, NOT_URI },
		{ "http://a\"", NOT_URI, NOT_URI },
		{ "http://\xE4\xBE\x8B.cn/", NOT_URI, NOT_URI },
		{ "", NOT_URI, NOT_URI },
	};
	struct cao_error err;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		enum cao_status st = cao_address_check(cases[i].text, &err);

		assert_int_equal(st, cases[i].any ? CAO_INPUT : CAO_OK);
		if (cases[i].any != NULL)
			assert_string_equal(err.text, cases[i].any);
		st = cao_address_check_crl(cases[i].text, &err);
		assert_int_equal(st, cases[i].crl ? CAO_INPUT : CAO_OK);
		if (cases[i].crl != NULL)
			assert_string_equal(err.text, cases[i].crl);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fill),
		cmocka_unit_test(test_shards),
		cmocka_unit_test(test_check),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
