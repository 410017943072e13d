/* UTF-8 (RFC 3629), one character at a time. */
#ifndef CAO_BASE_UTF8_H
#define CAO_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The octets of the first character of text, at most len; its code point goes
 * to *ret.  0: none there, *ret is then -1 (not UTF-8) or 0 (len is 0). */
size_t cao_utf8_next(const char *text, size_t len, int32_t *ret);
/* Would it spoil a line or its order: C0, DEL, C1, U+2028, U+2029, the bidi
 * controls U+202A-202E and U+2066-2069? */
bool cao_utf8_control(int32_t character);

#endif /* CAO_BASE_UTF8_H */
