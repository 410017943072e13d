/*
 * The parts of media.c: a reader for each type that is taken, and the two
 * ways in which a file of the right type is refused.
 */
#ifndef CAO_CODEC_MEDIA_PARTS_H
#define CAO_CODEC_MEDIA_PARTS_H

#include "codec/media.h"

/* Each is called on content with the signature of its type. */
CAO_MUST enum cao_status cao_media_pdf(const unsigned char *, size_t len,
    struct cao_media *ret, struct cao_error *);
CAO_MUST enum cao_status cao_media_jpeg(const unsigned char *, size_t len,
    struct cao_media *ret, struct cao_error *);
CAO_MUST enum cao_status cao_media_png(const unsigned char *, size_t len,
    struct cao_media *ret, struct cao_error *);
CAO_MUST enum cao_status cao_media_tiff(const unsigned char *, size_t len,
    struct cao_media *ret, struct cao_error *);

/* "truncated PNG: it ends at byte LEN, ...": the end came too early. */
enum cao_status cao_media_truncated(struct cao_error *, enum cao_media_type,
    size_t len, const char *format, ...) CAO_PRINTF(4, 5);
/* "PNG damaged at byte AT: ...": all is there, but something is wrong. */
enum cao_status cao_media_damaged(struct cao_error *, enum cao_media_type,
    size_t at, const char *format, ...) CAO_PRINTF(4, 5);
/* Neither side may be 0, nor the area above CAO_MEDIA_PIXELS_MAX. */
CAO_MUST enum cao_status cao_media_size(enum cao_media_type, size_t at,
    uint64_t width, uint64_t height, struct cao_error *);

static inline unsigned
be16(const unsigned char *p)
{
	return (unsigned)p[0] << 8 | p[1];
}

static inline uint32_t
be32(const unsigned char *p)
{
	return (uint32_t)be16(p) << 16 | be16(p + 2);
}

static inline unsigned
le16(const unsigned char *p)
{
	return (unsigned)p[1] << 8 | p[0];
}

static inline uint32_t
le32(const unsigned char *p)
{
	return (uint32_t)le16(p + 2) << 16 | le16(p);
}

#endif /* CAO_CODEC_MEDIA_PARTS_H */
