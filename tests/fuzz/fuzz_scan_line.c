/* What ca-scan says of a page: no line may do harm. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "flow/scan_line.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cao_buf out = { 0 };
	struct cao_scan_line l;
	struct cao_error err;
	enum cao_status st;

	st = cao_scan_line_read((const char *)data, size, &l, &err);
	if (st != CAO_OK) {
		assert(st == CAO_INTEGRITY || st == CAO_SYSTEM);
		assert(*err.text != '\0');
		return 0;
	}
	assert(l.page >= 1 && l.page <= l.pages);
	assert(l.forms <= l.codes && strlen(l.sha256) == 64);
	assert(l.forms == 0 || cao_number_valid(l.one.number));
	assert(*l.number == '\0' || cao_number_valid(l.number));
	cao_scan_line_place(l.file, l.page, l.pages, &out);
	assert(cao_buf_ok(&out));
	cao_buf_free(&out);
	if (cao_scan_line_picture(&l, &out))
		cao_buf_free(&out);
	cao_scan_line_free(&l);
	return 0;
}
