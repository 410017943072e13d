/* Which reader a scan belongs to, and the names of what is none. */
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "codec/media_parts.h"

#define HEAD_MAX 1024 /* junk that may stand before %PDF- */
#define BRANDS_END 40
#define TEXT_MAX 4096 /* of a file, looked at to call it text */

static const struct {
	const char *name, *extension;
} types[CAO_MEDIA_TYPES] = {
	[CAO_PDF] = { "PDF", "pdf" },
	[CAO_JPEG] = { "JPEG", "jpg" },
	[CAO_PNG] = { "PNG", "png" },
	[CAO_TIFF] = { "TIFF", "tif" },
};

/* What is taken, by its first octets. */
static const struct signature {
	const char *octets;
	size_t len;
	enum cao_media_type type;
} signatures[] = {
	{ "\x89PNG\r\n\x1a\n", 8, CAO_PNG },
	{ "\xff\xd8\xff", 3, CAO_JPEG },
	{ "II*\0", 4, CAO_TIFF },
	{ "MM\0*", 4, CAO_TIFF },
	{ "%PDF-", 5, CAO_PDF },
};

#define AS_JPEG N_("save it as JPEG")
#define AS_PDF N_("save or print it as PDF")
#define UNPACK N_("unpack it and send the scan inside")
#define SCAN N_("send the scan itself")

struct kind {
	const char *name, *advice;
};

/* What is not, by octets at a place. */
static const struct wrong {
	size_t at;
	const char *octets;
	size_t len;
	struct kind kind;
} wrongs[] = {
	{ 0, "GIF8", 4, { N_("a GIF picture"), AS_JPEG } },
	{ 8, "WEBP", 4, { N_("a WebP picture"), AS_JPEG } },
	{ 0, "\xff\x0a", 2, { N_("a JPEG XL picture"), AS_JPEG } },
	{ 4, "JXL \r\n", 6, { N_("a JPEG XL picture"), AS_JPEG } },
	{ 4, "jP  \r\n", 6, { N_("a JPEG 2000 picture"), AS_JPEG } },
	{ 0, "\xff\x4f\xff\x51", 4, { N_("a JPEG 2000 picture"), AS_JPEG } },
	{ 0, "8BPS", 4, { N_("a Photoshop file"), AS_JPEG } },
	{ 0, "AT&TFORM", 8, { N_("a DjVu file"), AS_PDF } },
	{ 0, "II+\0", 4, { N_("a BigTIFF"), N_("save it as plain TIFF") } },
	{ 0, "MM\0+", 4, { N_("a BigTIFF"), N_("save it as plain TIFF") } },
	{ 0, "%!PS", 4, { N_("a PostScript file"), AS_PDF } },
	{ 0, "{\\rtf", 5, { N_("an RTF document"), AS_PDF } },
	{ 0, "7z\xbc\xaf\x27\x1c", 6, { N_("a 7z archive"), UNPACK } },
	{ 0, "Rar!\x1a\x07", 6, { N_("a RAR archive"), UNPACK } },
	{ 0, "\x1f\x8b", 2, { N_("a gzip file"), UNPACK } },
	{ 0, "BZh", 3, { N_("a bzip2 file"), UNPACK } },
	{ 0,
	    "\xfd"
	    "7zXZ\0",
	    6, { N_("an xz file"), UNPACK } },
	{ 257, "ustar", 5, { N_("a tar archive"), UNPACK } },
	{ 0,
	    "\x7f"
	    "ELF",
	    4, { N_("an ELF program"), SCAN } },
	{ 0, "MZ", 2, { N_("a Windows program"), SCAN } },
	{ 0, "SQLite format 3", 15, { N_("an SQLite database"), SCAN } },
};

/* Brands of ISO 14496-12 files, at byte 8. */
static const struct {
	char brand[5];
	struct kind kind;
} brands[] = {
	{ "avif", { N_("an AVIF picture"), AS_JPEG } },
	{ "avis", { N_("an AVIF picture"), AS_JPEG } },
	{ "heic", { N_("a HEIC picture"), AS_JPEG } },
	{ "heix", { N_("a HEIC picture"), AS_JPEG } },
	{ "heim", { N_("a HEIC picture"), AS_JPEG } },
	{ "heis", { N_("a HEIC picture"), AS_JPEG } },
	{ "hevc", { N_("a HEIC picture"), AS_JPEG } },
	{ "hevx", { N_("a HEIC picture"), AS_JPEG } },
	{ "mif1", { N_("a HEIC picture"), AS_JPEG } },
	{ "msf1", { N_("a HEIC picture"), AS_JPEG } },
};

/* Members by which a ZIP file tells what it is; "" ends with any ZIP. */
static const struct {
	const char *member;
	struct kind kind;
} members[] = {
	{ "word/", { N_("a Word document (docx)"), AS_PDF } },
	{ "xl/", { N_("an Excel workbook (xlsx)"), AS_PDF } },
	{ "ppt/", { N_("a PowerPoint file (pptx)"), AS_PDF } },
	{ "OFD.xml", { N_("an OFD document"), AS_PDF } },
	{ "content.xml", { N_("an OpenDocument file"), AS_PDF } },
	{ "", { N_("a ZIP archive"), UNPACK } },
};

/* Entries of the folder of an OLE2 file, in UTF-16. */
static const struct {
	const char *entry;
	size_t len;
	struct kind kind;
} entries[] = {
	{ "W\0o\0r\0d\0D\0o\0c\0", 14,
	    { N_("a Word document (doc)"), AS_PDF } },
	{ "W\0o\0r\0k\0b\0o\0o\0k\0", 16,
	    { N_("an Excel workbook (xls)"), AS_PDF } },
	{ "P\0o\0w\0e\0r\0P\0o\0i\0n\0t\0", 20,
	    { N_("a PowerPoint file (ppt)"), AS_PDF } },
	{ "", 0, { N_("an old Office file (OLE2)"), AS_PDF } },
};

const char *
cao_media_name(enum cao_media_type type)
{
	return types[type].name;
}

const char *
cao_media_extension(enum cao_media_type type)
{
	return types[type].extension;
}

enum cao_status
cao_media_truncated(struct cao_error *err, enum cao_media_type type, size_t len,
    const char *format, ...)
{
	char what[256];
	va_list ap;

	va_start(ap, format);
	(void)vsnprintf(what, sizeof what, _(format), ap);
	va_end(ap);
	return cao_fail(err, CAO_INPUT,
	    "truncated %s: it stops at byte %zu, %s; scan it or send it again",
	    types[type].name, len, what);
}

enum cao_status
cao_media_damaged(struct cao_error *err, enum cao_media_type type, size_t at,
    const char *format, ...)
{
	char what[256];
	va_list ap;

	va_start(ap, format);
	(void)vsnprintf(what, sizeof what, _(format), ap);
	va_end(ap);
	return cao_fail(err, CAO_INPUT,
	    "%s damaged at byte %zu: %s; scan it or send it again",
	    types[type].name, at, what);
}

enum cao_status
cao_media_size(enum cao_media_type type, size_t at, uint64_t width,
    uint64_t height, struct cao_error *err)
{
	if (width == 0 || height == 0)
		return cao_media_damaged(err, type, at,
		    N_("the picture of %llu x %llu pixels is empty"),
		    (unsigned long long)width, (unsigned long long)height);
	if (width > CAO_MEDIA_PIXELS_MAX / height)
		return cao_fail(err, CAO_INPUT,
		    "%s of %llu x %llu pixels, more than the %u allowed; scan "
		    "it with a lower resolution",
		    types[type].name, (unsigned long long)width,
		    (unsigned long long)height, CAO_MEDIA_PIXELS_MAX);
	return CAO_OK;
}

static bool
has(const unsigned char *data, size_t len, size_t at, const char *octets,
    size_t n)
{
	return at <= len && n <= len - at && memcmp(data + at, octets, n) == 0;
}

/* The first place of the octets at or after from, or len. */
static size_t
find(const unsigned char *data, size_t len, size_t from, const char *octets,
    size_t n)
{
	const unsigned char *p;

	while (from < len &&
	    (p = memchr(data + from, octets[0], len - from)) != NULL) {
		from = (size_t)(p - data);
		if (has(data, len, from, octets, n))
			return from;
		from++;
	}
	return len;
}

/* The octets, in either case, after white space and a byte order mark. */
static bool
begins(const unsigned char *data, size_t len, const char *text)
{
	size_t at = has(data, len, 0, "\xef\xbb\xbf", 3) ? 3 : 0;

	while (at < len && at < TEXT_MAX && isspace(data[at]))
		at++;
	for (; *text != '\0'; text++, at++)
		if (at == len || tolower(data[at]) != *text)
			return false;
	return true;
}

static const struct kind *
of_zip(const unsigned char *data, size_t len)
{
	size_t best = sizeof members / sizeof *members - 1;
	const char *name;

	/* Local headers only: a cut archive has no others. */
	for (size_t at = 0; best > 0 && at < len; at++) {
		at = find(data, len, at, "PK\3\4", 4);
		if (at == len)
			break;
		for (size_t i = 0; i < best; i++) {
			name = members[i].member;
			if (has(data, len, at + 30, name, strlen(name)))
				best = i;
		}
	}
	return &members[best].kind;
}

static const struct kind *
of_ole2(const unsigned char *data, size_t len)
{
	size_t i = 0;

	while (entries[i].len > 0 &&
	    find(data, len, 0, entries[i].entry, entries[i].len) == len)
		i++;
	return &entries[i].kind;
}

static const struct kind *
of_brand(const unsigned char *data, size_t len)
{
	static const struct kind video = { N_("a video (MP4)"), SCAN };

	/* The brand itself, its version, then the compatible ones. */
	for (size_t i = 0; i < sizeof brands / sizeof *brands; i++)
		for (size_t at = 8; at < BRANDS_END; at += 4)
			if (has(data, len, at, brands[i].brand, 4))
				return &brands[i].kind;
	return &video;
}

static const struct kind *
of_markup(const unsigned char *data, size_t len)
{
	static const char *const html[] = { "<!doctype html", "<html", "<head",
		"<body", "<script", "<!--" };
	static const struct kind kinds[] = {
		{ N_("an HTML page"), AS_PDF },
		{ N_("an SVG drawing"), AS_PDF },
		{ N_("an XML file"), AS_PDF },
	};
	size_t head = len < TEXT_MAX ? len : TEXT_MAX;

	for (size_t i = 0; i < sizeof html / sizeof *html; i++)
		if (begins(data, len, html[i]))
			return &kinds[0];
	if (begins(data, len, "<svg"))
		return &kinds[1];
	if (!begins(data, len, "<?xml"))
		return NULL;
	if (find(data, head, 0, "<html", 5) < head)
		return &kinds[0];
	return &kinds[find(data, head, 0, "<svg", 4) < head ? 1 : 2];
}

static bool
is_bmp(const unsigned char *data, size_t len)
{
	return has(data, len, 0, "BM", 2) && has(data, len, 6, "\0\0\0\0", 4);
}

/* Text in any encoding of bytes, or UTF-16 by its byte order mark. */
static bool
is_text(const unsigned char *data, size_t len)
{
	size_t head = len < TEXT_MAX ? len : TEXT_MAX;

	if (has(data, len, 0, "\xff\xfe", 2) ||
	    has(data, len, 0, "\xfe\xff", 2))
		return true;
	for (size_t i = 0; i < head; i++)
		if (data[i] == 0x7f || data[i] == 0xff ||
		    (data[i] < ' ' && !isspace(data[i])))
			return false;
	return true;
}

/* What it is, by what it begins with; NULL if that says nothing. */
static const struct kind *
find_wrong(const unsigned char *data, size_t len)
{
	static const struct kind bmp = { N_("a BMP picture"), AS_JPEG };

	if (has(data, len, 0, "PK\3\4", 4) || has(data, len, 0, "PK\5\6", 4))
		return of_zip(data, len);
	if (has(data, len, 0, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8))
		return of_ole2(data, len);
	if (has(data, len, 4, "ftyp", 4))
		return of_brand(data, len);
	if (is_bmp(data, len))
		return &bmp;
	for (size_t i = 0; i < sizeof wrongs / sizeof *wrongs; i++)
		if (has(data, len, wrongs[i].at, wrongs[i].octets,
			wrongs[i].len) &&
		    /* Two octets may begin any text. */
		    (wrongs[i].len > 2 || !is_text(data, len)))
			return &wrongs[i].kind;
	return of_markup(data, len);
}

static bool
is_zero(const unsigned char *data, size_t len)
{
	return data[0] == 0 && memcmp(data, data + 1, len - 1) == 0;
}

static enum cao_status
refuse(const struct kind *kind, struct cao_error *err)
{
	return cao_fail(err, CAO_INPUT,
	    "it is %s, not a PDF, JPEG, PNG or TIFF; %s", _(kind->name),
	    _(kind->advice));
}

/* Nothing that is known begins it. */
static enum cao_status
refuse_unknown(const unsigned char *data, size_t len, struct cao_error *err)
{
	static const struct kind text = { N_("text"), SCAN };
	const struct signature *s = signatures;

	/* Even a piece of a signature is a beginning. */
	for (; s < signatures + sizeof signatures / sizeof *signatures; s++)
		if (len < s->len && memcmp(data, s->octets, len) == 0)
			return cao_media_truncated(
			    err, s->type, len, N_("inside its signature"));
	if (is_zero(data, len))
		return cao_fail(err, CAO_INPUT,
		    "it holds nothing but %zu zero bytes, so a copy failed; "
		    "scan it or send it again",
		    len);
	if (is_text(data, len))
		return refuse(&text, err);
	return cao_fail(err, CAO_INPUT,
	    "it is no PDF, JPEG, PNG or TIFF (it begins with %02x %02x %02x "
	    "%02x); save the scan as one of them",
	    data[0], len > 1 ? data[1] : 0u, len > 2 ? data[2] : 0u,
	    len > 3 ? data[3] : 0u);
}

static enum cao_status
read_as(enum cao_media_type type, const unsigned char *data, size_t len,
    struct cao_media *ret, struct cao_error *err)
{
	switch (type) {
	case CAO_PDF:
		return cao_media_pdf(data, len, ret, err);
	case CAO_JPEG:
		return cao_media_jpeg(data, len, ret, err);
	case CAO_PNG:
		return cao_media_png(data, len, ret, err);
	default:
		return cao_media_tiff(data, len, ret, err);
	}
}

enum cao_status
cao_media_check(const unsigned char *data, size_t len, struct cao_media *ret,
    struct cao_error *err)
{
	size_t head = len < HEAD_MAX + 5 ? len : HEAD_MAX + 5;
	const struct signature *s = signatures;
	const struct kind *wrong;

	if (len == 0)
		return cao_fail(
		    err, CAO_INPUT, "it is empty; scan it or send it again");
	for (; s < signatures + sizeof signatures / sizeof *signatures; s++)
		if (has(data, len, 0, s->octets, s->len))
			return read_as(s->type, data, len, ret, err);
	if ((wrong = find_wrong(data, len)) != NULL)
		return refuse(wrong, err);
	if (find(data, head, 0, "%PDF-", 5) < head)
		return cao_media_pdf(data, len, ret, err);
	return refuse_unknown(data, len, err);
}
