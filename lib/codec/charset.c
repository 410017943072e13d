#include "codec/charset.h"

#include "base/text.h"

#include <errno.h>
#include <iconv.h>
#include <string.h>

#define BOM "\xef\xbb\xbf"
#define BOM_LEN (sizeof BOM - 1)
#define CHARACTER_MAX 4 /* octets in UTF-8 */

static enum cao_status
at_octet(const char *name, const char *data, size_t at, struct cao_error *e)
{
	unsigned line = 1;
	size_t i;

	for (i = 0; i < at; i++)
		line += data[i] == '\n';
	return cao_error_place(e, name, line, 0, "");
}

/* The first octet that GB18030 cannot hold, and its line, are named. */
static enum cao_status
undecodable(const char *name, const char *data, size_t at, struct cao_error *e)
{
	cao_fail(e, CAO_INPUT,
	    "byte %zu is neither UTF-8 nor GB18030; convert the file to UTF-8",
	    at + 1);
	return at_octet(name, data, at, e);
}

/* Is it UTF-8, of Chinese too, but for a character that lacks its end?  As
 * GB18030 the whole of it would be other characters. */
static bool
is_cut_off(const char *data, size_t at, size_t len)
{
	size_t i;

	for (i = 0; i < at && (data[i] & 0x80) == 0; i++)
		;
	return i < at && len - at < CHARACTER_MAX;
}

static enum cao_status
decode(iconv_t cd, const char *name, const char *data, size_t len,
    struct cao_buf *out, struct cao_error *e)
{
	char *in, chunk[4096], *to;
	size_t left = len, room;

	/* iconv(3) takes its input without const, though it only reads. */
	memcpy(&in, &data, sizeof in);
	while (left > 0) {
		to = chunk, room = sizeof chunk;
		errno = 0;
		if (iconv(cd, &in, &left, &to, &room) == (size_t)-1 &&
		    errno != E2BIG)
			return undecodable(name, data, len - left, e);
		cao_buf_add(out, chunk, sizeof chunk - room);
	}
	return cao_buf_ok(out) ? CAO_OK : cao_fail_memory(e);
}

enum cao_status
cao_charset_gb18030(const char *name, const void *data, size_t len,
    struct cao_buf *out, struct cao_error *e)
{
	enum cao_status st;
	iconv_t cd;

	if ((cd = iconv_open("UTF-8", "GB18030")) == (iconv_t)-1)
		return cao_fail_errno(e, "GB18030 cannot be decoded here");
	st = decode(cd, name, data, len, out, e);
	iconv_close(cd);
	return st;
}

size_t
cao_charset_bom(const void *data, size_t len)
{
	return len >= BOM_LEN && memcmp(data, BOM, BOM_LEN) == 0 ? BOM_LEN : 0;
}

enum cao_status
cao_charset_check(
    const char *name, const void *data, size_t len, struct cao_error *e)
{
	if (len >= 2 &&
	    (memcmp(data, "\xff\xfe", 2) == 0 ||
		memcmp(data, "\xfe\xff", 2) == 0)) {
		cao_fail(e, CAO_INPUT,
		    "UTF-16 text; convert with: iconv -f UTF-16 -t UTF-8");
		return cao_error_place(e, name, 1, 0, "");
	}
	if (memchr(data, '\0', len) != NULL) {
		cao_fail(e, CAO_INPUT, "a NUL octet: this is not a text file");
		return cao_error_place(e, name, 0, 0, "");
	}
	return CAO_OK;
}

enum cao_status
cao_charset_text(const char *name, const void *octets, size_t len,
    struct cao_buf *out, struct cao_error *e)
{
	size_t bom = cao_charset_bom(octets, len), at;
	const char *data = (const char *)octets + bom;
	enum cao_status st;

	if ((st = cao_charset_check(name, octets, len, e)) != CAO_OK)
		return st;
	len -= bom;
	if ((at = cao_utf8_check(data, len)) != len) {
		if (!is_cut_off(data, at, len))
			return cao_charset_gb18030(name, data, len, out, e);
		cao_fail(e, CAO_INPUT,
		    "the text ends inside a character of UTF-8: is it cut "
		    "off?");
		return at_octet(name, data, at, e);
	}
	cao_buf_add(out, data, len);
	return cao_buf_ok(out) ? CAO_OK : cao_fail_memory(e);
}
