/* Any bytes as a scan: an answer, never a crash or a leak. */
#include <stdlib.h>

#include "codec/media.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cao_media m = { .pages = 0 };
	struct cao_error err = { .status = CAO_OK };
	enum cao_status st = cao_media_check(data, size, &m, &err);

	if (st != CAO_OK && (st != CAO_INPUT || err.text[0] == '\0'))
		abort();
	if ((st == CAO_OK) != (m.pages > 0) || m.pages > CAO_MEDIA_PAGES_MAX)
		abort();
	if (st == CAO_OK && m.type != CAO_PDF &&
	    (uint64_t)m.width * m.height > CAO_MEDIA_PIXELS_MAX)
		abort();
	return 0;
}
