/* Any octets as a revocation list: refused with a reason, or a list whose
 * windows are inside the input and whose entries are as many as it counts. */
#include <stdlib.h>

#include "pki/crl.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
check_window(const uint8_t *data, size_t size, struct cao_octets w)
{
	uintptr_t from = (uintptr_t)data, at = (uintptr_t)w.data;

	if (w.len != 0 && (at < from || at - from + w.len > size))
		abort();
}

static void
walk(const uint8_t *data, size_t size, const struct cao_crl *c)
{
	struct cao_octets rest = c->entries;
	struct cao_crl_entry e;
	uint64_t n = 0;

	for (; cao_crl_next(&rest, &e); n++)
		check_window(data, size, e.serial);
	if (n != c->count || rest.len != 0)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cao_error err = { .status = CAO_OK };
	struct cao_crl c;
	enum cao_status st = cao_crl_read(data, size, &c, &err);

	if (st != CAO_OK) {
		if (st != CAO_INPUT || err.text[0] == '\0')
			abort();
		return 0;
	}
	check_window(data, size, c.tbs);
	check_window(data, size, c.algorithm);
	check_window(data, size, c.issuer);
	check_window(data, size, c.key_id);
	check_window(data, size, c.signature);
	check_window(data, size, c.entries);
	check_window(data, size, c.points);
	if (c.next_update < c.this_update)
		abort();
	(void)cao_crl_covers(&c, "http://a.cn/p256-1.crl");
	walk(data, size, &c);
	return 0;
}
