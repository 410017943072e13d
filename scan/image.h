/*
 * The child's side: decoders deliver a page's pixels row by row to a sink, so
 * that no page is held whole where it need not be.  What is wrong with a file
 * is told to the parent and ends the child: nothing here returns a failure.
 */
#ifndef SCAN_IMAGE_H
#define SCAN_IMAGE_H

#include <cairo.h>

#include "cli.h"
#include "scan/wire.h"

/* The way out, and what is wanted. */
struct scan_out {
	int fd;
	uint32_t thumb;    /* pixels of its longer side; 0: none */
	const char *about; /* what a refusal begins with, or NULL */
};

_Noreturn void
scan_refuse(const struct scan_out *, const char *format, ...) CLI_PRINTF(2, 3);
/* Zeroes; refuses the file where there is no memory. */
void *scan_memory(const struct scan_out *, size_t);
/* Refuses the file if anything has been short of memory. */
void scan_memory_check(const struct scan_out *);
void
scan_tell(const struct scan_out *, enum scan_kind, const void *, size_t len);

/* Red, green, blue; of the size that is good to find codes on. */
struct scan_image {
	uint32_t width, height;
	unsigned char *rgb;
	uint32_t full_width, full_height; /* of the page, in its own pixels */
	uint32_t dpi;                     /* of those; 0: unknown */
};
void scan_image_free(struct scan_image *);

/* Where rows go. */
struct scan_size {
	uint32_t width, height;                /* of what is delivered */
	uint32_t full_width, full_height, dpi; /* as in struct scan_image */
};
struct scan_sink {
	void *arg;
	void (*begin)(void *arg, const struct scan_size *);
	void (*row)(void *arg, const unsigned char *rgb);
};

/* ---- Making it small: shrink.c ---- */

struct scan_shrink {
	const struct scan_out *out;
	struct scan_image image; /* the result, the caller's to free */
	uint32_t by, seen, done;
	uint32_t *sum;
};
struct scan_sink
scan_shrink_sink(struct scan_shrink *, const struct scan_out *);
/* Free all but the image. */
void scan_shrink_end(struct scan_shrink *);

/* ---- Decoders ---- */

#define SCAN_ENOUGH 1500u /* pixels of the long side, to find codes on */
#define SCAN_LONG 2400u   /* pixels of the long side, at most */

/* Refuses what is larger than a page may be. */
void scan_bounds(const struct scan_out *, uint64_t width, uint64_t height);
/* Pixels an inch; 0 of what cannot be. */
uint32_t scan_dpi(double per_unit, double units_per_inch);

struct scan_octets {
	const unsigned char *data;
	size_t len;
};
void
scan_read_jpeg(const struct scan_out *, struct scan_octets, struct scan_sink);
/* Its size alone. */
void scan_jpeg_size(
    const struct scan_out *, struct scan_octets, struct scan_size *ret);
void
scan_read_png(const struct scan_out *, struct scan_octets, struct scan_sink);

/* Of several pages: open, then each page from 0 on. */
struct scan_tiff;
struct scan_tiff *scan_tiff_open(
    const struct scan_out *, struct scan_octets, uint32_t *ret_pages);
void scan_tiff_page(struct scan_tiff *, uint32_t page, struct scan_sink);
struct scan_pdf;
struct scan_pdf *
scan_pdf_open(const struct scan_out *, struct scan_octets, uint32_t *ret_pages);
void scan_pdf_page(struct scan_pdf *, uint32_t page, struct scan_image *ret);
/* Its size in points, and what it consists of. */
void scan_pdf_size(
    struct scan_pdf *, uint32_t page, double *ret_width, double *ret_height);
void scan_pdf_draw(struct scan_pdf *, uint32_t page, cairo_t *);

#endif /* SCAN_IMAGE_H */
