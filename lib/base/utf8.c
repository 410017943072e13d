/* UTF-8, decoded strictly: no surrogates, no overlong forms. */
#include "base/utf8.h"

/* The smallest code point that needs so many octets. */
static const int32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };

size_t
cao_utf8_next(const char *text, size_t len, int32_t *ret)
{
	const unsigned char *p = (const unsigned char *)text;
	size_t i, n;
	int32_t c;

	*ret = len == 0 ? 0 : -1;
	if (len == 0)
		return 0;
	if (p[0] < 0x80) {
		*ret = p[0];
		return 1;
	}
	n = p[0] < 0xC2 ? 0 : p[0] < 0xE0 ? 2 : p[0] < 0xF0 ? 3 : 4;
	if (n == 0 || p[0] > 0xF4 || n > len)
		return 0;
	c = p[0] & (0x7F >> n);
	for (i = 1; i < n; i++) {
		if ((p[i] & 0xC0) != 0x80)
			return 0;
		c = c << 6 | (p[i] & 0x3F);
	}
	if (c < least[n] || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
		return 0;
	*ret = c;
	return n;
}

bool
cao_utf8_control(int32_t c)
{
	return (c >= 0 && c < 0x20) || (c >= 0x7F && c <= 0x9F) ||
	    (c >= 0x2028 && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}
