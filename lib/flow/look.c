/* What a scan is, for those who decode it elsewhere. */
#include "codec/media.h"
#include "pki/digest.h"

enum cao_status
cao_scan_look(const void *data, size_t len, struct cao_scan_look *ret,
    struct cao_error *err)
{
	struct cao_media m;
	enum cao_status st = cao_media_check(data, len, &m, err);

	if (st != CAO_OK)
		return st;
	*ret = (struct cao_scan_look){ .type = cao_media_name(m.type),
		.width = m.width,
		.height = m.height,
		.pages = m.pages };
	return CAO_OK;
}

void
cao_scan_digest(const void *data, size_t len, char out[CAO_SHA256_SIZE])
{
	unsigned char digest[CAO_DIGEST_SIZE];

	cao_sha256(data, len, digest);
	cao_digest_hex(digest, out);
}
