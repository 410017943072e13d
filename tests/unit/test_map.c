#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/map.h"

#define MANY 10000

static void
test_many(void **state)
{
	/* Alike in their lower and in their upper bits. */
	const uint64_t steps[] = { 1, 64, UINT64_C(1) << 32,
		UINT64_C(1) << 48 };
	struct cao_map m = { 0 };
	size_t value = 7;

	(void)state;
	assert_false(cao_map_get(&m, 0, &value));
	for (size_t k = 0; k < sizeof steps / sizeof *steps; k++) {
		for (uint64_t i = 0; i < MANY; i++)
			assert_true(
			    cao_map_put(&m, i * steps[k], (size_t)i + 1));
		assert_int_equal(m.count, MANY);
		for (uint64_t i = 0; i < MANY; i++) {
			assert_true(cao_map_get(&m, i * steps[k], &value));
			assert_int_equal(value, i + 1);
		}
		assert_false(cao_map_get(&m, MANY * steps[k] + 1, &value));
		cao_map_free(&m);
	}
}

static void
test_replace(void **state)
{
	struct cao_map m = { 0 };
	size_t value;

	(void)state;
	assert_true(cao_map_put(&m, UINT64_MAX, 1));
	assert_true(cao_map_put(&m, UINT64_MAX, 2));
	assert_int_equal(m.count, 1);
	assert_true(cao_map_get(&m, UINT64_MAX, &value));
	assert_int_equal(value, 2);
	cao_map_free(&m);
	cao_map_free(&m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_replace),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
