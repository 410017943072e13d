/* Text of a bank as UTF-8: it comes in that or in GB18030. */
#ifndef CAO_CODEC_CHARSET_H
#define CAO_CODEC_CHARSET_H

#include "base/buf.h"

/*
 * Octets that are UTF-8 (a BOM is dropped), else GB18030, told apart by
 * validity, appended to out.  CAO_INPUT, with the name and where it is known
 * the line, for UTF-16, a NUL, what is neither, and UTF-8 that is cut off
 * inside a character.
 */
CAO_MUST enum cao_status cao_charset_text(const char *name, const void *,
    size_t len, struct cao_buf *out, struct cao_error *);

/* The same where it is known to be GB18030 or a part of it (GBK, GB2312). */
CAO_MUST enum cao_status cao_charset_gb18030(const char *name, const void *,
    size_t len, struct cao_buf *out, struct cao_error *);

/* What cannot be a bank's text, whatever its octets stand for: UTF-16, NUL. */
CAO_MUST enum cao_status cao_charset_check(
    const char *name, const void *, size_t len, struct cao_error *);

/* The octets of a BOM of UTF-8 at the beginning, or 0. */
size_t cao_charset_bom(const void *, size_t len);

#endif /* CAO_CODEC_CHARSET_H */
