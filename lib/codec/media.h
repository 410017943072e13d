/*
 * What a scan really is, by its structure and not by its name: PDF
 * (ISO 32000), JPEG (ISO 10918-1), PNG (ISO 15948), TIFF (6.0).
 */
#ifndef CAO_CODEC_MEDIA_H
#define CAO_CODEC_MEDIA_H

#include "base/error.h"

enum cao_media_type { CAO_PDF, CAO_JPEG, CAO_PNG, CAO_TIFF, CAO_MEDIA_TYPES };

struct cao_media {
	enum cao_media_type type;
	unsigned width, height; /* pixels of the first page; 0 for PDF */
	unsigned pages;         /* at least 1 */
};

const char *cao_media_name(enum cao_media_type);      /* "PDF" */
const char *cao_media_extension(enum cao_media_type); /* "pdf" */

/*
 * Look through the whole content (PNG: every chunk, its CRC-32, IEND at the
 * end, the image data's zlib stream whole and of the right length without
 * holding it; JPEG: every segment up to EOI, a frame and a scan; TIFF: the
 * chain of IFDs and every strip or tile inside the file; PDF: header,
 * startxref, cross-reference table or stream, trailer with Root, %%EOF, at
 * least one page).  Work is bounded by the length, recursion and loops are
 * refused.  CAO_INPUT says what it is instead (empty, truncated, HEIC, WebP,
 * GIF, BMP, docx, xlsx, zip, HTML, text, an encrypted PDF, a PDF with
 * JavaScript, launch action or embedded files, an image with more pixels than
 * CAO_MEDIA_PIXELS_MAX), where in it, and what to do.
 */
#define CAO_MEDIA_PIXELS_MAX (200u * 1000 * 1000)
#define CAO_MEDIA_PAGES_MAX 1000u
CAO_MUST enum cao_status cao_media_check(const unsigned char *, size_t len,
    struct cao_media *ret, struct cao_error *);

#endif /* CAO_CODEC_MEDIA_H */
