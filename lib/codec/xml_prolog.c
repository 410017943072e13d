/* What stands before the first element of an XML document. */
#include "codec/xml_parts.h"

#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "codec/charset.h"

#define BLANKS " \t\r\n"

static enum cao_status
refuse_at(
    const char *file, const char *from, const char *at, struct cao_error *err)
{
	unsigned line = 1;

	for (; from < at; from++)
		line += *from == '\n';
	return cao_error_place(err, file, line, 0, "");
}

/* Behind the word, from text on; NULL if it is not there. */
static const char *
behind(const char *text, const char *end, const char *word)
{
	size_t n = strlen(word);

	for (; (size_t)(end - text) >= n; text++)
		if (memcmp(text, word, n) == 0)
			return text + n;
	return NULL;
}

static bool
begins(const char *text, const char *end, const char *word)
{
	return (size_t)(end - text) >= strlen(word) &&
	    memcmp(text, word, strlen(word)) == 0;
}

/* The encoding that the XML declaration names, "" if none. */
static void
declared(const char *text, const char *end, char *out, size_t size)
{
	const char *stop, *p;
	size_t n = 0;

	out[0] = '\0';
	if (!begins(text, end, "<?xml") ||
	    (stop = behind(text, end, "?>")) == NULL ||
	    (p = behind(text, stop, "encoding")) == NULL)
		return;
	while (p < stop && strchr("='\"" BLANKS, *p) != NULL)
		p++;
	for (; p < stop && strchr("'\"?>" BLANKS, *p) == NULL; p++)
		if (n + 1 < size && *p > ' ' && *p < 0x7f)
			out[n++] = *p;
	out[n] = '\0';
}

/* Decode what is declared so, into out. */
static enum cao_status
decode(const char *file, const char **text, const char **end,
    struct cao_buf *out, struct cao_error *err)
{
	static const char *const plain[] = { "", "UTF-8", "UTF8", "US-ASCII" };
	static const char *const chinese[] = { "GB18030", "GBK", "GB2312" };
	size_t len = (size_t)(*end - *text), i;
	char encoding[24];
	enum cao_status st;

	declared(*text, *end, encoding, sizeof encoding);
	for (i = 0; i < sizeof plain / sizeof *plain; i++)
		if (strcasecmp(encoding, plain[i]) == 0) {
			if ((i = cao_utf8_check(*text, len)) == len)
				return CAO_OK;
			cao_fail(err, CAO_INPUT,
			    "byte %zu is not UTF-8, which the XML is by its "
			    "declaration",
			    i + 1);
			return refuse_at(file, *text, *text + i, err);
		}
	for (i = 0; i < sizeof chinese / sizeof *chinese; i++)
		if (strcasecmp(encoding, chinese[i]) == 0) {
			st = cao_charset_gb18030(file, *text, len, out, err);
			*text = cao_buf_text(out);
			*end = *text + out->len;
			return st;
		}
	cao_fail(err, CAO_INPUT,
	    "the encoding \"%s\": only UTF-8 and GB18030 are read; convert "
	    "with: iconv -f %s -t UTF-8, and change the declaration",
	    encoding, encoding);
	return cao_error_place(err, file, 1, 0, "");
}

/* The parser is never shown a document type declaration. */
static enum cao_status
check_types(
    const char *file, const char *text, const char *end, struct cao_error *err)
{
	const char *p = text;

	while (p != NULL) {
		while (p < end && strchr(BLANKS, *p) != NULL)
			p++;
		if (begins(p, end, "<!--")) {
			p = behind(p + 4, end, "-->");
		} else if (begins(p, end, "<?")) {
			p = behind(p, end, "?>");
		} else if (begins(p, end, "<!")) {
			cao_fail(err, CAO_INPUT,
			    "a document type declaration: none is read, remove "
			    "it");
			return refuse_at(file, text, p, err);
		} else {
			break;
		}
	}
	return CAO_OK;
}

enum cao_status
cao_xml_prolog(const char *file, const char **text, const char **end,
    struct cao_buf *decoded, struct cao_error *err)
{
	enum cao_status st = decode(file, text, end, decoded, err);

	return st != CAO_OK ? st : check_types(file, *text, *end, err);
}
