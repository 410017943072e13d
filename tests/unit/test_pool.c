/* The pool does every item once, with any number of threads. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/pool.h"

#define ITEMS 1000

static void
count(void *arg, size_t i)
{
	int *done = arg;

	done[i]++;
}

static void
test_run(void **state)
{
	static const unsigned jobs[] = { 0, 1, 2, 7, 10000 };
	static const size_t items[] = { 0, 1, 2, ITEMS };
	int done[ITEMS + 1];
	size_t i, j, k;

	(void)state;
	for (i = 0; i < sizeof jobs / sizeof *jobs; i++)
		for (j = 0; j < sizeof items / sizeof *items; j++) {
			memset(done, 0, sizeof done);
			cao_pool_run(jobs[i], items[j], count, done);
			for (k = 0; k <= ITEMS; k++)
				assert_int_equal(done[k], k < items[j]);
		}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_run),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
