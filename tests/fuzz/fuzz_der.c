/* DER: walked level by level; what is read and written again is the same. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "pki/der.h"
#include "pki/name.h"

#define DEPTH 64

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

/* An element in its one form: writing it gives the same octets. */
static void
rewrite(
    unsigned tag, const struct cao_der *content, const struct cao_der *whole)
{
	struct cao_buf out = { 0 };
	struct cao_der own;

	cao_der_put(&out, tag, content->data, content->len);
	assert(cao_buf_ok(&out));
	own = (struct cao_der){ out.data, out.len };
	assert(cao_der_equal(&own, whole));
	cao_buf_free(&out);
}

static void
read_values(struct cao_der at)
{
	struct cao_buf text = { 0 }, out = { 0 };
	struct cao_der in = at, bits;
	uint32_t small;
	int64_t time;

	if (cao_der_get_small(&in, &small)) {
		cao_der_small(&out, small);
		assert(out.len == (size_t)(in.data - at.data));
	}
	in = at;
	(void)cao_der_get_bits(&in, &bits);
	in = at;
	(void)cao_der_get_time(&in, &time);
	if (!cao_name_text(at.data, at.len, &text))
		assert(text.len == 0);
	cao_buf_free(&text);
	cao_buf_free(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cao_der level[DEPTH] = { { data, size } }, content, whole;
	unsigned tag;
	int depth = 0;

	while (depth >= 0) {
		read_values(level[depth]);
		if (!cao_der_next(&level[depth], &tag, &content, &whole)) {
			depth--;
			continue;
		}
		rewrite(tag, &content, &whole);
		if ((tag & 0x20) != 0 && depth + 1 < DEPTH)
			level[++depth] = content;
	}
	return 0;
}
