/* Secrets hold what they were given, on pages that no core dump shows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/secret.h"

static void
test_content(void **state)
{
	static char large[CAO_SECRET_MAX + 1];
	struct cao_secret *secret = cao_secret_new("123456", 6);
	unsigned char *room = NULL;

	(void)state;
	assert_non_null(secret);
	assert_int_equal(cao_secret_len(secret), 6);
	assert_memory_equal(cao_secret_data(secret), "123456", 7);
	cao_secret_free(secret);
	secret = cao_secret_new(large, CAO_SECRET_MAX);
	assert_non_null(secret);
	cao_secret_free(secret);
	assert_null(cao_secret_new(large, sizeof large));
	secret = cao_secret_new(NULL, 0);
	assert_int_equal(cao_secret_len(secret), 0);
	cao_secret_free(secret);
	secret = cao_secret_alloc(100000, &room);
	assert_non_null(secret);
	assert_ptr_equal(room, cao_secret_data(secret));
	assert_int_equal(room[0] | room[99999], 0);
	memset(room, 1, 100000);
	cao_secret_free(secret);
	assert_null(cao_secret_alloc(SIZE_MAX, &room));
	cao_secret_free(NULL);
}

/* The mapping that holds p is marked "dd" (do not dump). */
static void
test_not_dumped(void **state)
{
	struct cao_secret *secret = cao_secret_new("123456", 6);
	unsigned long at = (unsigned long)cao_secret_data(secret), from, to;
	FILE *fp = fopen("/proc/self/smaps", "r");
	bool inside = false, marked = false;
	char line[512];

	(void)state;
	if (fp == NULL) {
		cao_secret_free(secret);
		skip();
	}
	while (fgets(line, sizeof line, fp) != NULL) {
		if (sscanf(line, "%lx-%lx ", &from, &to) == 2)
			inside = at >= from && at < to;
		else if (inside && strncmp(line, "VmFlags:", 8) == 0)
			marked = strstr(line, " dd") != NULL;
	}
	(void)fclose(fp);
	cao_secret_free(secret);
	assert_true(marked);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_content),
		cmocka_unit_test(test_not_dumped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
