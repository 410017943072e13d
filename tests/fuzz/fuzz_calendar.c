/* A calendar: any octets are refused with faults, or promises end. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "order/calendar.h"

#define START INT64_C(1795312800)

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cao_faults faults = { 0 };
	struct cao_calendar c;
	enum cao_status st;

	st = cao_calendar_read("fuzz", (const char *)data, size, &c, &faults);
	assert(st == CAO_OK || st == CAO_INPUT);
	assert((st == CAO_OK) == (faults.count == 0));
	if (st == CAO_OK) {
		assert(cao_calendar_due(&c, START, 2) > START);
		(void)cao_calendar_before(&c, START, 2);
		cao_calendar_free(&c);
	}
	cao_faults_free(&faults);
	return 0;
}
