/* Texts of notices: any octets are refused with faults, or can be rendered. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/text.h"
#include "order/notice.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
render(const struct cao_notice *n)
{
	const char *values[CAO_NOTICE_VALUES] = { NULL };
	struct cao_buf out = { 0 }, longer = { 0 };

	cao_notice_render(n->subject, values, &out);
	assert(out.len <= strlen(n->subject));
	for (int i = 0; i < CAO_NOTICE_VALUES; i++)
		values[i] = "{order}\n一";
	cao_notice_render(n->text, values, &longer);
	assert(cao_buf_ok(&out) && cao_buf_ok(&longer));
	assert(cao_utf8_check(cao_buf_text(&longer), longer.len) == longer.len);
	cao_buf_free(&out);
	cao_buf_free(&longer);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cao_notice n = { NULL, NULL };
	struct cao_faults faults = { 0 };
	enum cao_status status;

	/* The first octet is the kind. */
	if (size == 0)
		return 0;
	status = cao_notice_read((enum cao_notice_kind)(data[0] % CAO_NOTICES),
	    "fuzz", (const char *)data + 1, size - 1, &n, &faults);
	assert(status == CAO_OK || status == CAO_INPUT);
	assert((status == CAO_OK) == (n.text != NULL));
	assert((status == CAO_OK) == (faults.count == 0));
	if (n.text != NULL)
		render(&n);
	cao_notice_free(&n);
	cao_faults_free(&faults);
	return 0;
}
